"""Where pictures of exercises lie, and how their places are written into the database.

The shipped renders are in the ``datasets`` folder of a checkout; an installed wheel does not carry their 80 MB. There
``TIGERCHECK_DATASETS`` names that folder. Photos of the collection lie in ``TIGERCHECK_PHOTOS``. Pictures of both are
kept relative to their folder, so that an exercise survives a move; those of a trainer's own folder are kept in full.
"""

from __future__ import annotations

import os
from pathlib import Path

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Source

_CHECKOUT = Path(__file__).resolve().parents[2] / "datasets"


def datasets_dir() -> Path:
    """The folder with ``manifest/`` and ``renders/``.

    Raises:
        ExerciseError: there is none, and how to get one.
    """
    named = os.environ.get("TIGERCHECK_DATASETS")
    folder = Path(named) if named else _CHECKOUT
    if not (folder / "manifest" / "renders.csv").is_file() or not (folder / "renders").is_dir():
        raise ExerciseError(
            f"there are no computer-made pictures in {folder}: expected manifest/renders.csv and renders/ in it. They "
            "come with a checkout of tigercheck, not with the installed package: set TIGERCHECK_DATASETS to the "
            "datasets folder of a checkout, or draw from your own folder",
            ExerciseErrorCode.NO_RENDERS,
            folder=str(folder),
        )
    return folder


def photos_dir() -> Path:
    """The folder of the photo collection.

    Raises:
        ExerciseError: ``TIGERCHECK_PHOTOS`` is not set or names no folder.
    """
    named = os.environ.get("TIGERCHECK_PHOTOS", "")
    if not named or not Path(named).is_dir():
        raise ExerciseError(
            f"there is no photo collection: TIGERCHECK_PHOTOS is {named!r}, expected the folder of the photos that "
            "datasets/manifest/photos.csv names. Set it, or draw from renders or your own folder",
            ExerciseErrorCode.NO_PHOTOS,
            folder=named,
        )
    return Path(named)


def written(photo: Path, source: Source) -> str:
    """How a picture's place is kept."""
    root = _root(source)
    return (photo.relative_to(root) if root else photo.absolute()).as_posix()


def found(text: str, source: Source) -> Path:
    """The picture at a place that was kept. It may be missing: results are read without pictures."""
    root = _root(source)
    return root / text if root else Path(text)


def _root(source: Source) -> Path | None:
    if source is Source.OWN:
        return None
    if source is Source.RENDER:
        return Path(os.environ.get("TIGERCHECK_DATASETS") or _CHECKOUT) / "renders"
    return Path(os.environ.get("TIGERCHECK_PHOTOS") or "TIGERCHECK_PHOTOS is not set")
