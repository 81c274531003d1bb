"""A trainer's own labelled pictures: a ``labels.csv`` beside them, or a sub-folder for each leaf and object.

``labels.csv`` has the columns ``file``, ``leaf``, ``exhibit``, ``licence`` and, if wanted, ``difficulty`` (easy,
medium, hard). Without it pictures lie in ``LEAF/OBJECT/``, one folder for each physical object. A row that cannot be
used is a problem of the pool and stops no other.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from model.errors import ImageError
from model.image import SUFFIXES, open_photo
from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.exercise import difficulty
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Difficulty, Source, Thing
from serve.exercise.pool import Pool, Problem, ProblemCode, make_pool

LABELS = "labels.csv"
_COLUMNS = ("file", "leaf", "exhibit", "licence")


@dataclass(frozen=True)
class _Row:
    where: str
    path: Path
    leaf: str
    exhibit: str
    licence: str
    difficulty: str


def own(folder: Path, taxonomy: Taxonomy | None = None) -> Pool:
    """The things of a trainer's folder. Every picture is opened and checked.

    Raises:
        ExerciseError: there is no such folder (``no_folder``), or its ``labels.csv`` cannot be read or lacks columns
            (``labels_invalid``).
    """
    if not folder.is_dir():
        raise ExerciseError(f"there is no folder {folder}", ExerciseErrorCode.NO_FOLDER, folder=str(folder))
    problems: list[Problem] = []
    rows = _from_csv(folder, problems) if (folder / LABELS).is_file() else _from_folders(folder, problems)
    leaves = (taxonomy or shipped_taxonomy()).leaf_ids
    objects: dict[str, list[tuple[_Row, str]]] = {}
    for row in rows:
        checked = _checked(row, leaves, objects.get(row.exhibit, []))
        if isinstance(checked, Problem):
            problems.append(checked)
        else:
            objects.setdefault(row.exhibit, []).append((row, checked))
    return make_pool([_thing(exhibit, views) for exhibit, views in objects.items()], problems)


def _checked(row: _Row, leaves: tuple[str, ...], others: list[tuple[_Row, str]]) -> str | Problem:
    """SHA-256 of the picture, or why the row cannot be used."""

    def problem(code: ProblemCode, detail: str) -> Problem:
        return Problem(row.where, code, detail)

    if row.leaf not in leaves:
        return problem(ProblemCode.UNKNOWN_LEAF, f"expected one of {', '.join(leaves)}, got {row.leaf!r}")
    if row.difficulty and row.difficulty not in list(Difficulty):
        return problem(
            ProblemCode.UNKNOWN_DIFFICULTY, f"expected {', '.join(Difficulty)} or nothing, got {row.difficulty!r}"
        )
    if others and others[0][0].leaf != row.leaf:
        return problem(ProblemCode.TWO_LEAVES, f"{row.exhibit} is labelled {others[0][0].leaf} and {row.leaf}")
    try:
        digest = open_photo(row.path).sha256
    except ImageError as error:
        return problem(ProblemCode.PHOTO, str(error))
    if any(digest == known for _, known in others):
        return problem(ProblemCode.TWICE, f"{row.exhibit} has this picture already")
    return digest


def _thing(exhibit: str, views: list[tuple[_Row, str]]) -> tuple[Thing, list[str]]:
    first = views[0][0]
    # One view marked hard does not make the thing hard, but the first that says anything is believed.
    named = next((row.difficulty for row, _ in views if row.difficulty), difficulty.PHOTO.value)
    identity = f"own-{exhibit}"
    thing = Thing(
        identity,
        first.leaf,
        tuple(row.path for row, _ in views),
        Source.OWN,
        first.licence,
        Difficulty(named),
        identity,
    )
    return thing, [digest for _, digest in views]


def _from_csv(folder: Path, problems: list[Problem]) -> list[_Row]:
    try:
        with (folder / LABELS).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in _COLUMNS if column not in (reader.fieldnames or [])]
            if missing:
                raise ExerciseError(
                    f"{folder / LABELS} lacks the column(s) {', '.join(missing)}; expected {', '.join(_COLUMNS)} and "
                    "perhaps difficulty in its first line",
                    ExerciseErrorCode.LABELS_INVALID,
                    columns=", ".join(_COLUMNS),
                )
            lines = [
                (reader.line_num, {column: (line.get(column) or "").strip() for column in (*_COLUMNS, "difficulty")})
                for line in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExerciseError(
            f"{folder / LABELS} cannot be read ({error}): save it as CSV in UTF-8",
            ExerciseErrorCode.LABELS_INVALID,
            columns=", ".join(_COLUMNS),
        ) from error
    rows: list[_Row] = []
    root = folder.resolve()
    for number, line in lines:
        where = f"{LABELS}, line {number}"
        empty = [column for column in _COLUMNS if not line[column]]
        if empty:
            problems.append(Problem(where, ProblemCode.EMPTY_FIELD, f"nothing stands under {', '.join(empty)}"))
            continue
        path = (root / line["file"]).resolve()
        if not path.is_relative_to(root):
            problems.append(Problem(where, ProblemCode.OUTSIDE, f"{line['file']} lies outside the folder"))
            continue
        rows.append(_Row(where, path, line["leaf"], line["exhibit"], line["licence"], line["difficulty"]))
    return rows


def _from_folders(folder: Path, problems: list[Problem]) -> list[_Row]:
    rows: list[_Row] = []
    for path in sorted(folder.resolve().rglob("*")):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
            continue
        parts = path.relative_to(folder.resolve()).parts
        where = "/".join(parts)
        if len(parts) != 3:
            problems.append(
                Problem(where, ProblemCode.NOT_IN_OBJECT_FOLDER, "expected LEAF/OBJECT/picture: a folder an object")
            )
            continue
        leaf, name, _ = parts
        rows.append(_Row(where, path, leaf, f"{leaf}/{name}", "unstated", ""))
    return rows
