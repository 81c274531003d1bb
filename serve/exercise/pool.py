"""Things to draw exercises from: shipped renders, licensed photos, a trainer's own labelled folder.

What is wrong with one row or picture is a :class:`Problem` of the pool and stops nothing else. A thing all of whose
pictures fail is not in the pool.

By default only things of which no model weight has learned are drawn (splits other than ``train``), because the model
sits every test beside the class. The others serve practice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from model.manifest import ManifestRow, read_manifest
from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.exercise import difficulty
from serve.exercise.model import Source, Thing
from serve.exercise.places import datasets_dir, photos_dir

#: Splits no weight was fitted to, and the one that was.
UNTRAINED = ("holdout", "validation", "calibration")
TRAINED = ("train",)


class ProblemCode(StrEnum):
    """What is wrong with a row or a picture. Each code has a sentence in every catalogue (``pool_problem.<code>``)."""

    PHOTO = "photo"
    ALTERED = "altered"
    NO_CONDITIONS = "no_conditions"
    UNKNOWN_LEAF = "unknown_leaf"
    EMPTY_FIELD = "empty_field"
    OUTSIDE = "outside"
    TWO_LEAVES = "two_leaves"
    UNKNOWN_DIFFICULTY = "unknown_difficulty"
    NOT_IN_OBJECT_FOLDER = "not_in_object_folder"
    TWICE = "twice"


@dataclass(frozen=True)
class Problem:
    """One row or picture that is not used.

    Attributes:
        where: file, or file and line.
        detail: what was found and expected, in English.
    """

    where: str
    code: ProblemCode
    detail: str


@dataclass(frozen=True)
class Pool:
    """Things to draw from.

    Attributes:
        things: sorted by id.
        problems: what is not among them, and why.
        digest: SHA-256 over the things, their labels and the content of their pictures.
    """

    things: tuple[Thing, ...]
    problems: tuple[Problem, ...]
    digest: str


def make_pool(things: Iterable[tuple[Thing, Sequence[str]]], problems: Iterable[Problem]) -> Pool:
    """A pool of things, each with the SHA-256 of its pictures."""
    ordered = sorted(things, key=lambda one: one[0].id)
    digest = hashlib.sha256()
    for thing, hashes in ordered:
        fields = (thing.id, thing.leaf, thing.source.value, thing.licence, thing.difficulty.value, thing.group)
        digest.update(("\x1f".join((*fields, *hashes)) + "\x1e").encode())
    return Pool(tuple(thing for thing, _ in ordered), tuple(problems), digest.hexdigest())


def join(pools: Sequence[Pool]) -> Pool:
    """Several pools as one. A thing that an earlier pool has is a problem."""
    things: dict[str, Thing] = {}
    problems = [problem for pool in pools for problem in pool.problems]
    for pool in pools:
        for thing in pool.things:
            if thing.id in things:
                problems.append(Problem(thing.id, ProblemCode.TWICE, "another source has a thing of this name"))
            else:
                things[thing.id] = thing
    digest = hashlib.sha256("\n".join(pool.digest for pool in pools).encode()).hexdigest()
    return Pool(tuple(things[one] for one in sorted(things)), tuple(problems), digest)


def renders(splits: Sequence[str] = UNTRAINED, taxonomy: Taxonomy | None = None) -> Pool:
    """The shipped renders; the views of an exhibit are one thing.

    Raises:
        ExerciseError: they are not on this computer (code ``no_renders``), and what to do.
        ManifestError: their manifest is broken.
    """
    folder, problems = datasets_dir(), list[Problem]()
    labels = taxonomy or shipped_taxonomy()
    rows = [row for row in read_manifest(folder / "manifest" / "renders.csv", labels) if row.split in splits]
    lines = (folder / "renders" / "pictures.jsonl").read_text(encoding="utf-8").splitlines()
    conditions = {one.file: one for one in map(difficulty.Conditions.model_validate_json, lines)}
    things: list[tuple[Thing, Sequence[str]]] = []
    for exhibit, views in _by_exhibit(rows, folder / "renders", problems).items():
        known = [conditions[row.file] for row in views if row.file in conditions]
        if len(known) < len(views):
            problems.append(
                Problem(exhibit, ProblemCode.NO_CONDITIONS, "pictures.jsonl has no line for one of its views")
            )
            continue
        paths = tuple(folder / "renders" / row.path for row in views)
        first, level = views[0], difficulty.of_render(known)
        thing = Thing(exhibit, first.leaf, paths, Source.RENDER, first.licence, level, exhibit)
        things.append((thing, [row.sha256 for row in views]))
    return make_pool(things, problems)


def photos(splits: Sequence[str] = UNTRAINED, taxonomy: Taxonomy | None = None) -> Pool:
    """Whole photos of the collection whose licence is stated. All are of medium difficulty.

    Raises:
        ExerciseError: there is no collection on this computer, or no manifest.
        ManifestError: its manifest is broken.
    """
    manifest, folder, problems = datasets_dir() / "manifest" / "photos.csv", photos_dir(), list[Problem]()
    rows = [
        row
        for row in read_manifest(manifest, taxonomy or shipped_taxonomy())
        if row.split in splits and row.crop is None and not row.licence.lower().startswith("unstated")
    ]
    things: list[tuple[Thing, Sequence[str]]] = []
    for exhibit, views in _by_exhibit(rows, folder, problems).items():
        paths, first = tuple(folder / row.path for row in views), views[0]
        thing = Thing(exhibit, first.leaf, paths, Source.PHOTO, first.licence, difficulty.PHOTO, exhibit)
        things.append((thing, [row.sha256 for row in views]))
    return make_pool(things, problems)


def _by_exhibit(rows: Iterable[ManifestRow], folder: Path, problems: list[Problem]) -> dict[str, list[ManifestRow]]:
    """Rows by exhibit, without those whose file is missing or not the one that was labelled.

    A file with the labelled content is one that was opened and looked at then, so it is not decoded again here; it is
    opened with all checks each time it is shown.
    """
    exhibits: dict[str, list[ManifestRow]] = {}
    for row in rows:
        try:
            digest = hashlib.sha256((folder / row.path).read_bytes()).hexdigest()
        except OSError as error:
            problems.append(Problem(row.file, ProblemCode.PHOTO, f"cannot be read: {error.strerror or error}"))
            continue
        if digest != row.sha256:
            problems.append(Problem(row.file, ProblemCode.ALTERED, f"expected SHA-256 {row.sha256}, got {digest}"))
            continue
        of_one = exhibits.setdefault(row.exhibit, [])
        if of_one and of_one[0].leaf != row.leaf:
            detail = f"{row.exhibit} is labelled {of_one[0].leaf} and {row.leaf}"
            problems.append(Problem(row.file, ProblemCode.TWO_LEAVES, detail))
            continue
        of_one.append(row)
    return exhibits
