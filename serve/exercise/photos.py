"""Pictures as trainees get them: no name, no metadata, no larger than a screen."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from model.errors import ImageError
from model.image import open_photo
from serve.exercise.errors import ExerciseError, ExerciseErrorCode

#: Longest side in pixels. A phone shows less, and thirty of them share one laptop.
_LONGEST = 1600


def shown_photo(path: Path) -> bytes:
    """A picture as JPEG, upright, at most 1600 pixels a side, without any metadata of the file.

    Raises:
        ExerciseError: the file is missing, unreadable or damaged.
    """
    try:
        return _encoded(path, path.stat().st_mtime_ns)
    except (OSError, ImageError) as error:
        # The message is for the trainer's log; the page words the code, so that no name reaches a trainee.
        raise ExerciseError(
            f"{path} cannot be shown ({error}): put the file back where it was", ExerciseErrorCode.PHOTO_LOST
        ) from error


@lru_cache(maxsize=256)
def _encoded(path: Path, _changed: int) -> bytes:
    image = open_photo(path, min_side=_LONGEST).image.copy()
    image.thumbnail((_LONGEST, _LONGEST))
    image.info.clear()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()
