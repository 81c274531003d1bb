"""Rows of ``photos.csv`` and ``renders.csv``: one picture, its label, its licence and the object it shows."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.errors import ManifestError
from model.taxonomy import Taxonomy

Split = Literal["train", "validation", "calibration", "holdout"]
Origin = Literal["photo", "render", "generated"]
LabelBasis = Literal["appraisal", "expert", "source", "construction"]


class ManifestRow(BaseModel):
    """One labelled picture.

    ``file`` is relative to the photo folder. A crop of a photo carries a W3C media fragment
    (``tiger/a.jpg#xywh=percent:10,20,30,40``: left, top, width, height); its ``sha256`` is the whole file's, its
    ``exhibit`` that of the photo, and ``width``/``height`` are the crop's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    file: str = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    leaf: str = Field(min_length=1)
    exhibit: str = Field(min_length=1, description="physical object or animal: the unit of splitting")
    source: str = Field(min_length=1)
    source_path: str
    licence: str = Field(min_length=1)
    origin: Origin
    split: Split
    labelled_by: str
    label_basis: LabelBasis
    captured: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    notes: str

    @field_validator("file")
    @classmethod
    def _inside(cls, value: str) -> str:
        path = value.partition("#")[0]
        if path.startswith(("/", "\\")) or ":" in path or ".." in path.replace("\\", "/").split("/"):
            raise ValueError("must be a relative path inside the photo folder")
        return value

    @property
    def path(self) -> str:
        """File name without the fragment."""
        return self.file.partition("#")[0]

    @property
    def crop(self) -> tuple[float, float, float, float] | None:
        """Left, top, width, height of the crop in per cent, or ``None`` for the whole photo."""
        return parse_fragment(self.file)


def parse_fragment(file: str) -> tuple[float, float, float, float] | None:
    """Left, top, width, height in per cent of a ``#xywh=percent:…`` fragment, ``None`` if there is none.

    Raises:
        ManifestError: the fragment is not of that form or leaves the picture.
    """
    _, mark, fragment = file.partition("#")
    if not mark:
        return None
    kind, _, numbers = fragment.partition(":")
    try:
        left, top, width, height = (float(part) for part in numbers.split(","))
    except ValueError:
        kind = ""
    if kind != "xywh=percent" or min(left, top) < 0 or min(width, height) <= 0 or max(left + width, top + height) > 100:
        raise ManifestError(f"{file!r}: expected a fragment such as #xywh=percent:10,20,30,40 inside 0 to 100")
    return left, top, width, height


def crop_percent(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Cut left, top, width, height (per cent) out of a picture; at least one pixel is left."""
    left, top, width, height = box
    x, y = (min(round(side * start / 100), side - 1) for side, start in ((image.width, left), (image.height, top)))
    right, bottom = round(image.width * (left + width) / 100), round(image.height * (top + height) / 100)
    return image.crop((x, y, max(right, x + 1), max(bottom, y + 1)))


def read_manifest(path: Path, taxonomy: Taxonomy) -> list[ManifestRow]:
    """Read and validate a manifest.

    Raises:
        ManifestError: the file is missing, has other columns, an invalid value, an unknown leaf, or an exhibit on two
            sides of the split; all faults are listed, each with row and column (the header is row 1).
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = tuple(reader.fieldnames or ())
            records = list(reader)
    except OSError as error:
        raise ManifestError(f"cannot read the manifest at {path}: {error.strerror}") from error
    expected = tuple(ManifestRow.model_fields)
    if columns != expected:
        raise ManifestError(f"{path}: expected the columns {', '.join(expected)}, got {', '.join(columns)}")
    rows: list[ManifestRow] = []
    problems: list[str] = []
    for number, record in enumerate(records, start=2):
        try:
            row = ManifestRow.model_validate(record)
            _ = row.crop
        except ValidationError as error:
            problems += [
                f"row {number}, column {e['loc'][0] if e['loc'] else '?'}: {e['msg']} (got {e['input']!r})"
                for e in error.errors()
            ]
            continue
        except ManifestError as error:
            problems.append(f"row {number}, column file: {error}")
            continue
        if row.leaf not in taxonomy.leaf_ids:
            problems.append(f"row {number}, column leaf: {row.leaf!r} is not in the taxonomy")
        rows.append(row)
    sides: dict[str, set[str]] = {}
    for row in rows:
        sides.setdefault(row.exhibit, set()).add(row.split)
    problems += [
        f"column split: exhibit {exhibit!r} stands on {len(splits)} sides ({', '.join(sorted(splits))})"
        for exhibit, splits in sides.items()
        if len(splits) > 1
    ]
    if problems:
        raise ManifestError(f"{path} has {len(problems)} problem(s):\n  " + "\n  ".join(problems))
    return rows


def write_manifest(path: Path, rows: Iterable[ManifestRow]) -> None:
    """Write rows in file order of their ``file``, so that a change shows as a small difference."""
    write_csv(path, tuple(ManifestRow.model_fields), [r.model_dump() for r in sorted(rows, key=lambda r: r.file)])


def write_csv(path: Path, columns: Sequence[str], records: Iterable[dict[str, object]]) -> None:
    """Write a UTF-8 CSV with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def stable_share(seed: str, key: str) -> float:
    """A number in [0, 1) that depends on nothing but ``seed`` and ``key``: adding rows never moves another row."""
    digest = hashlib.sha256(f"{seed}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
