"""Find every problem of a manifest at once, each with what was expected and how to mend it."""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from model.errors import ImageError, ManifestError
from model.image import open_photo
from model.manifest import ManifestRow, parse_fragment
from model.taxonomy import Taxonomy

#: Licences that may be trained on, by the prefix of what the source states; ``unstated`` needs a reason in the card.
ALLOWED_LICENCES = (
    "CC0", "CC-BY", "CC BY", "MIT", "Apache", "BSD", "public domain", "ODbL", "agency", "unstated",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing wrong. ``row`` counts lines of the file, the header being 1; ``None`` if it concerns several rows."""

    severity: Literal["error", "warning"]
    row: int | None
    column: str
    value: str
    message: str
    expected: str
    remedy: str

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Checked:
    """All problems, and the rows that could be read."""

    problems: list[Problem]
    rows: list[ManifestRow]

    @property
    def ok(self) -> bool:
        """No error; warnings may remain."""
        return all(problem.severity != "error" for problem in self.problems)


def check_manifest(
    path: Path,
    taxonomy: Taxonomy,
    *,
    photos: Path | None = None,
    min_exhibits: int = 10,
    progress: Callable[[int], None] | None = None,
) -> Checked:
    """Check a manifest; with ``photos`` also that each file is there, is the one meant, and can be opened.

    ``progress`` is told how many files have been looked at.

    Raises:
        ManifestError: the file cannot be read, or has other columns.
    """
    problems: list[Problem] = []
    numbered: list[tuple[int, ManifestRow]] = []
    for number, record in _records(path):
        row, found = _row(number, record, taxonomy)
        problems += found
        if row is not None:
            numbered.append((number, row))
    problems += _conflicts(numbered)
    problems += _few(numbered, min_exhibits)
    if photos is not None:
        problems += _files(numbered, photos, progress)
    problems.sort(key=lambda p: (p.row is None, p.row or 0, p.column))
    return Checked(problems, [row for _, row in numbered])


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    expected = tuple(ManifestRow.model_fields)
    try:
        stream = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise ManifestError(f"cannot read the manifest at {path}: {error.strerror}") from error
    with stream:
        reader = csv.DictReader(stream, restkey="(more)", restval="")
        columns = tuple(reader.fieldnames or ())
        if columns != expected:
            missing = [name for name in expected if name not in columns]
            extra = [name for name in columns if name not in expected]
            detail = "".join(
                f"; {label}: {', '.join(names)}" for label, names in (("missing", missing), ("unknown", extra)) if names
            )
            raise ManifestError(f"{path}: expected the columns {', '.join(expected)}{detail or '; order differs'}")
        yield from enumerate(reader, start=2)


def _row(number: int, record: Mapping[str, str], taxonomy: Taxonomy) -> tuple[ManifestRow | None, list[Problem]]:
    try:
        row = ManifestRow.model_validate(record)
    except ValidationError as error:
        return None, [
            Problem(
                "error", number, str(e["loc"][0]) if e["loc"] else "", str(e["input"])[:80], e["msg"],
                _expected(str(e["loc"][0]) if e["loc"] else ""), "correct the cell",
            )
            for e in error.errors()
        ]  # fmt: skip
    problems = []
    try:
        parse_fragment(row.file)
    except ManifestError as error:
        problems.append(
            Problem("error", number, "file", row.file, str(error), "#xywh=percent:left,top,width,height",
                    "correct the fragment")
        )  # fmt: skip
    if row.leaf not in taxonomy.leaf_ids:
        near = _same_but_for_accents(row.leaf, taxonomy.leaf_ids)
        problems.append(
            Problem(
                "error", number, "leaf", row.leaf,
                f"differs from {near!r} only by case or accent" if near else "unknown leaf",
                f"one of {', '.join(taxonomy.leaf_ids)}",
                f"write {near!r}" if near else "use a leaf of the taxonomy, or add one to taxonomy.yaml first",
            )
        )  # fmt: skip
    if not _licence_allowed(row.licence):
        problems.append(
            Problem(
                "error", number, "licence", row.licence, "licence is not on the allow-list",
                f"one beginning with {', '.join(ALLOWED_LICENCES)}",
                "ask the source for a licence, or take the row out",
            )
        )  # fmt: skip
    return row, problems


def _expected(column: str) -> str:
    return {
        "sha256": "64 hexadecimal digits in lower case",
        "split": "train, validation, calibration or holdout",
        "origin": "photo, render or generated",
        "label_basis": "appraisal, expert, source or construction",
        "width": "a whole number above 0",
        "height": "a whole number above 0",
        "file": "a relative path inside the photo folder",
    }.get(column, "a value")


@lru_cache(maxsize=4096)
def _licence_allowed(licence: str) -> bool:
    return licence.strip().lower().startswith(tuple(name.lower() for name in ALLOWED_LICENCES))


def fold(text: str) -> str:
    """Text without case, accents, and the difference between blank, hyphen and underscore."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return plain.replace("đ", "d").replace("-", "_").replace(" ", "_").strip("_")


@lru_cache(maxsize=4096)
def _same_but_for_accents(label: str, known: tuple[str, ...]) -> str | None:
    return next((name for name in known if fold(name) == fold(label)), None)


def _conflicts(numbered: Sequence[tuple[int, ManifestRow]]) -> list[Problem]:
    """What only shows across rows: doubles, one photo under two labels, one exhibit on two sides."""
    problems: list[Problem] = []
    first_of: dict[str, int] = {}
    leaves: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    sides: dict[str, dict[str, int]] = defaultdict(dict)
    holders: dict[str, dict[str, int]] = defaultdict(dict)
    for number, row in numbered:
        if row.file in first_of:
            problems.append(
                Problem("error", number, "file", row.file, f"also in row {first_of[row.file]}", "each file once",
                        "delete one of the two rows")
            )  # fmt: skip
        first_of.setdefault(row.file, number)
        fragment = row.file.partition("#")[2]
        leaves[row.sha256, fragment].setdefault(row.leaf, number)
        sides[row.exhibit].setdefault(row.split, number)
        holders[row.sha256].setdefault(row.exhibit, number)
    for (digest, _), by_leaf in leaves.items():
        problems += _disagreement("leaf", digest[:12], by_leaf, "one photo under two labels", "one label a photo",
                                  "decide which label holds and correct or delete the other row")  # fmt: skip
    for exhibit, by_side in sides.items():
        problems += _disagreement("split", exhibit, by_side, "one exhibit on two sides",
                                  "an exhibit wholly on one side", "run: tigercheck-train data split")  # fmt: skip
    for digest, by_exhibit in holders.items():
        problems += _disagreement("exhibit", digest[:12], by_exhibit, "the same photo in two exhibits",
                                  "one exhibit a photo", "give both rows the same exhibit, or delete one")  # fmt: skip
    return problems


def _disagreement(
    column: str, key: str, rows_of: Mapping[str, int], message: str, expected: str, remedy: str
) -> list[Problem]:
    """A problem if one key has several values; ``rows_of`` is the first row of each value."""
    if len(rows_of) < 2:
        return []
    where = ", ".join(f"{value} (row {number})" for value, number in rows_of.items())
    return [Problem("error", max(rows_of.values()), column, key, f"{message}: {where}", expected, remedy)]


def _few(numbered: Sequence[tuple[int, ManifestRow]], min_exhibits: int) -> list[Problem]:
    exhibits: dict[str, set[str]] = defaultdict(set)
    for _, row in numbered:
        if row.split != "holdout":
            exhibits[row.leaf].add(row.exhibit)
    return [
        Problem("warning", None, "leaf", leaf, f"{len(found)} exhibits are too few to split",
                f"at least {min_exhibits}", "collect more, or leave the leaf out of recipes")
        for leaf, found in sorted(exhibits.items()) if len(found) < min_exhibits
    ]  # fmt: skip


def _files(
    numbered: Sequence[tuple[int, ManifestRow]], photos: Path, progress: Callable[[int], None] | None
) -> list[Problem]:
    """Look at each file once, whatever the number of rows (crops) that name it."""
    rows_of: dict[str, list[tuple[int, ManifestRow]]] = defaultdict(list)
    for number, row in numbered:
        rows_of[row.path].append((number, row))
    problems: list[Problem] = []
    with ThreadPoolExecutor() as pool:
        looked = pool.map(lambda name: _file(photos / name), rows_of)
        for done, ((name, rows), (digest, fault)) in enumerate(zip(rows_of.items(), looked, strict=True), start=1):
            number, row = rows[0]
            if fault:
                message, remedy = fault
                problems.append(Problem("error", number, "file", name, message, "a photo that opens", remedy))
            elif digest != row.sha256:
                problems.append(
                    Problem("error", number, "sha256", row.sha256, f"the file has {digest}", "the hash of the file",
                            "restore the original file; if the change is meant, add it as a new photo")
                )  # fmt: skip
            if progress:
                progress(done)
    return problems


def _file(path: Path) -> tuple[str, tuple[str, str] | None]:
    try:
        data = path.read_bytes()
    except OSError:
        return "", ("missing file", "put the file back, or delete the row")
    try:
        open_photo(data, name=path.name, min_side=64)
    except ImageError as error:
        return "", (f"cannot be opened: {error.code.value}", "replace the file or delete the row")
    return hashlib.sha256(data).hexdigest(), None
