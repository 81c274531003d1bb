"""Where pictures lie, and which of them serve what: rows with a leaf, and things that have none."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from model.image import open_photo
from model.manifest import ManifestRow, crop_percent, parse_fragment, read_manifest
from model.taxonomy import Taxonomy
from training.errors import TrainingError

#: Subjects of unknown things that the choice of the out-of-distribution score may see; all others only test it. Whole
#: subjects, so that a score is tested on kinds of things that had no part in choosing it.
UNKNOWN_FOR_CHOICE = frozenset({"raccoon", "other_mammal", "wolf", "fox", "coco_scenes"})


@dataclass(frozen=True)
class Folders:
    """Roots of the two kinds of pictures: real ones (and generated ones beside them), and shipped renders."""

    photos: Path
    renders: Path

    def of(self, origin: str) -> Path:
        """The root for rows of an ``origin``."""
        return self.renders if origin == "render" else self.photos


@dataclass(frozen=True)
class Case:
    """One picture to be judged.

    ``leaf`` is ``None`` for a thing the taxonomy has no leaf for. ``subject`` is what it shows in more detail than a
    leaf: the collection's subject of a photo, the generator of a render.
    """

    file: str
    sha256: str
    exhibit: str
    source: str
    origin: str
    split: str
    subject: str
    leaf: str | None

    @property
    def path(self) -> str:
        """File name without the fragment."""
        return self.file.partition("#")[0]


def case_of(row: ManifestRow) -> Case:
    """The row as a case; commits of sources are left out of their names."""
    subject = row.source_path if row.origin == "render" else Path(row.path).parent.name
    return Case(
        row.file, row.sha256, row.exhibit, row.source.split("@")[0], row.origin, row.split, subject, row.leaf
    )  # fmt: skip


def read_rows(manifest_dir: Path, taxonomy: Taxonomy, leaves: Iterable[str] | None = None) -> list[ManifestRow]:
    """Rows of ``photos.csv`` and, if it is there, ``renders.csv``; of ``leaves`` only, if given.

    Raises:
        ManifestError: a manifest does not validate.
    """
    wanted = set(taxonomy.leaf_ids if leaves is None else leaves)
    files = [manifest_dir / "photos.csv", manifest_dir / "renders.csv"]
    return [row for f in files if f.name == "photos.csv" or f.is_file() for row in read_manifest(f, taxonomy)
            if row.leaf in wanted]  # fmt: skip


def unknown_cases(manifest_dir: Path) -> list[Case]:
    """Real photos of things without a leaf; their split is ``choice`` or ``test`` (see ``UNKNOWN_FOR_CHOICE``)."""
    with (manifest_dir / "photos_left_out.csv").open(encoding="utf-8", newline="") as stream:
        records = [record for record in csv.DictReader(stream) if record["use"] == "unknown"]
    return [
        Case(
            r["file"], r["sha256"], f"u{r['sha256'][:12]}", r["source"].split("@")[0], "photo",
            "choice" if r["subject"] in UNKNOWN_FOR_CHOICE else "test", r["subject"], None,
        )
        for r in records
    ]  # fmt: skip


def load_case(case: Case | ManifestRow, folders: Folders) -> Image.Image:
    """The RGB picture a case or row stands for: opened as in use, checked against its sha256, cropped if it is a crop.

    Raises:
        ImageError: the file cannot be opened.
        TrainingError: it is not the file the manifest means.
    """
    path = folders.of(case.origin) / case.path
    photo = open_photo(path)
    if photo.sha256 != case.sha256:
        raise TrainingError(f"{path} is not the file the manifest means: its sha256 differs")
    box = parse_fragment(case.file)
    return crop_percent(photo.image, box) if box else photo.image
