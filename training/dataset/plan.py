"""What adding a delivery would do, worked out before anything is written."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.errors import ImageError
from model.image import open_photo
from model.manifest import LabelBasis, ManifestRow
from training.dataset.duplicates import near_duplicates, perceptual_hashes
from training.dataset.metadata import captured, clean_copy
from training.dataset.sources import Candidate

#: Photos of one case and label that were taken further apart than this count as another exhibit.
EXHIBIT_GAP = timedelta(minutes=10)

Embed = Callable[[Sequence[Image.Image]], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Delivery:
    """What holds for all photos of a delivery unless a row says otherwise."""

    source: str
    licence: str
    labelled_by: str
    label_basis: LabelBasis


@dataclass(frozen=True)
class Index:
    """What is known of the photos already there: one entry a file, in the same order throughout.

    ``sha256`` are those of the originals, so that the same delivery is recognised when it comes again.
    """

    sha256: list[str]
    exhibits: list[str]
    leaves: list[str]
    hashes: npt.NDArray[np.uint64]
    mirrored: npt.NDArray[np.uint64]
    embeddings: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Addition:
    """A photo that would be added: its row, the original's hash, and what its training copy no longer says."""

    candidate: Candidate
    row: ManifestRow
    sha256: str
    removed: tuple[str, ...]
    joined: str = ""


@dataclass(frozen=True)
class Refused:
    """A photo that would not be added, and why."""

    path: Path
    code: str
    detail: str


@dataclass
class Plan:
    """All additions and refusals, and the links between exhibits."""

    additions: list[Addition] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    links: list[tuple[str, str, float]] = field(default_factory=list)

    def summary(self) -> str:
        """Counts, as text."""
        by_leaf = Counter(addition.row.leaf for addition in self.additions)
        exhibits = len({addition.row.exhibit for addition in self.additions})
        lines = [f"{len(self.additions)} photos of {exhibits} exhibits would be added"]
        lines += [f"  {leaf:20} {count}" for leaf, count in sorted(by_leaf.items())]
        lines.append(f"{len(self.refused)} would not be added")
        lines += [f"  {code:20} {count}" for code, count in sorted(Counter(r.code for r in self.refused).items())]
        if self.links:
            lines.append(f"{len(self.links)} near-duplicate pairs join exhibits")
        return "\n".join(lines)


@dataclass(frozen=True)
class _Opened:
    candidate: Candidate
    leaf: str
    sha256: str
    taken: datetime | None
    size: tuple[int, int]
    small: Image.Image
    copy_sha256: str
    copy_suffix: str
    removed: tuple[str, ...]


def make_plan(
    candidates: Sequence[Candidate],
    delivery: Delivery,
    names: Mapping[str, str],
    fold: Callable[[str], str],
    index: Index,
    embed: Embed,
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """Work out what would be added.

    Args:
        candidates: photos with the labels as written.
        delivery: defaults of the delivery.
        names: leaf by folded name.
        fold: how labels are folded before they are looked up.
        index: photos already there.
        embed: pictures to (n, channels) embeddings.
        progress: told how many candidates are done.
    """
    plan = Plan()
    known = dict(zip(index.sha256, index.leaves, strict=True))
    opened: list[_Opened] = []
    for done, candidate in enumerate(candidates, start=1):
        leaf = names.get(fold(candidate.leaf))
        result = _open(candidate, leaf, known) if leaf else _unknown(candidate)
        if isinstance(result, Refused):
            plan.refused.append(result)
        else:
            known[result.sha256] = result.leaf
            opened.append(result)
        if progress:
            progress(done)
    if not opened:
        return plan
    exhibits = _propose_exhibits(opened, delivery.source)
    pairs = [perceptual_hashes(one.small) for one in opened]
    vectors = embed([one.small for one in opened])
    merged = Index(
        sha256=[*index.sha256, *(one.sha256 for one in opened)],
        exhibits=[*index.exhibits, *exhibits],
        leaves=[*index.leaves, *(one.leaf for one in opened)],
        hashes=np.concatenate([index.hashes, np.asarray([p[0] for p in pairs], dtype=np.uint64)]),
        mirrored=np.concatenate([index.mirrored, np.asarray([p[1] for p in pairs], dtype=np.uint64)]),
        embeddings=np.concatenate([index.embeddings, vectors]) if len(index.embeddings) else vectors,
    )
    first = len(index.sha256)
    near = near_duplicates(merged.hashes, merged.mirrored, merged.embeddings, since=first)
    refused = _contradictions(near, merged, first, opened, plan)
    joined = {j: merged.exhibits[i] for i, j, _ in near if j >= first and merged.exhibits[i] != merged.exhibits[j]}
    plan.links = [
        (merged.exhibits[i], merged.exhibits[j], cosine)
        for i, j, cosine in near
        if merged.exhibits[i] != merged.exhibits[j] and not {i - first, j - first} & refused
    ]
    for position, (one, exhibit) in enumerate(zip(opened, exhibits, strict=True)):
        if position not in refused:
            row = _row(one, exhibit, delivery)
            plan.additions.append(
                Addition(one.candidate, row, one.sha256, one.removed, joined.get(first + position, ""))
            )
    return plan


def _unknown(candidate: Candidate) -> Refused:
    return Refused(candidate.path, "unknown_label", f"no leaf is called {candidate.leaf!r}")


def _open(candidate: Candidate, leaf: str, known: Mapping[str, str]) -> _Opened | Refused:
    if candidate.label_basis not in ("", *get_args(LabelBasis)):
        known_bases = ", ".join(get_args(LabelBasis))
        return Refused(candidate.path, "label_basis", f"expected one of {known_bases}, got {candidate.label_basis!r}")
    try:
        data = candidate.path.read_bytes()
    except OSError as error:
        return Refused(candidate.path, "missing", error.strerror or str(error))
    digest = hashlib.sha256(data).hexdigest()
    if digest in known:
        same = known[digest] == leaf
        return Refused(
            candidate.path,
            "already_there" if same else "two_labels",
            "the very same file" if same else f"the very same file is there as {known[digest]}, here it is {leaf}",
        )
    try:
        photo = open_photo(data, name=candidate.path.name)
    except ImageError as error:
        return Refused(candidate.path, "cannot_be_opened", error.code.value)
    small = photo.image.copy()
    small.thumbnail((448, 448))
    copy = clean_copy(data)
    return _Opened(
        candidate, leaf, digest, captured(data), photo.size, small, hashlib.sha256(copy.data).hexdigest(), copy.suffix,
        copy.removed,
    )  # fmt: skip


def _propose_exhibits(opened: Sequence[_Opened], source: str) -> list[str]:
    """Exhibit of each photo: source, case, label and item number, split where the camera paused.

    In doubt photos are kept together: one exhibit too many leaks, one too few only costs a little data.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for position, one in enumerate(opened):
        case = one.candidate.case or one.candidate.path.parent.name
        groups.setdefault((case, one.leaf, one.candidate.item), []).append(position)
    names = [""] * len(opened)
    for (case, leaf, item), members in groups.items():
        timed = sorted((m for m in members if opened[m].taken), key=lambda m: opened[m].taken or datetime.min)
        number, last = 1, None
        split = not item and len(timed) == len(members)
        for member in timed if split else members:
            taken = opened[member].taken
            if split and last is not None and taken is not None and taken - last > EXHIBIT_GAP:
                number += 1
            last = taken
            names[member] = _slug(f"{source}:{case}:{item or leaf}:{number}")
    return names


def _slug(text: str) -> str:
    return re.sub(r"\s+", "_", text.strip())


def _contradictions(
    near: Sequence[tuple[int, int, float]], merged: Index, first: int, opened: Sequence[_Opened], plan: Plan
) -> set[int]:
    """New photos that look like one already there under another label: not added until somebody decides."""
    refused: set[int] = set()
    # Those that contradict what is there first; then those that contradict each other, where neither is to be trusted.
    contradictions = sorted(pair for pair in near if merged.leaves[pair[0]] != merged.leaves[pair[1]])
    for i, j, cosine in contradictions:
        if i - first in refused or j - first in refused:
            continue
        for one, other in [(j, i)] if i < first else [(j, i), (i, j)]:
            refused.add(one - first)
            plan.refused.append(
                Refused(
                    opened[one - first].candidate.path,
                    "near_duplicate_two_labels",
                    f"similarity {cosine:.2f} to a photo labelled {merged.leaves[other]}; here it is "
                    f"{merged.leaves[one]}",
                )
            )
    return refused


def _row(one: _Opened, exhibit: str, delivery: Delivery) -> ManifestRow:
    candidate = one.candidate
    return ManifestRow(
        file=f"added/{one.copy_sha256[:2]}/{one.copy_sha256[:16]}{one.copy_suffix}",
        sha256=one.copy_sha256,
        leaf=one.leaf,
        exhibit=exhibit,
        source=delivery.source,
        source_path=candidate.case or candidate.path.name,
        licence=candidate.licence or delivery.licence,
        origin="photo",
        split="train",
        labelled_by=candidate.labelled_by or delivery.labelled_by,
        label_basis=candidate.label_basis or delivery.label_basis,  # type: ignore[arg-type]
        captured=one.taken.isoformat() if one.taken else "",
        width=one.size[0],
        height=one.size[1],
        notes=" ".join(filter(None, (candidate.notes, f"original sha256 {one.sha256}"))),
    )
