"""Turn the photo collection into labelled, split rows: ``datasets/manifest/labels.yaml`` applied.

The collection itself (``photos.csv`` beside the photos) says where each photo came from and what its source called
it; ``labels.yaml`` says what that becomes, ``label_exceptions.csv`` which single photos are wrong or ambiguous, and
``coat_crops.csv`` which regions show nothing but coat.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.errors import ManifestError
from model.manifest import ManifestRow, Split, stable_share, write_csv
from model.taxonomy import Taxonomy
from training.dataset.split import Item, SplitFile, SplitPlan, make_split


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubjectRule(_Strict):
    """What a subject of the collection becomes: a leaf, or a reason to leave it out."""

    leaf: str | None = None
    use: Literal["unknown", "nothing"] | None = None
    reason: str = ""


class SourceRule(_Strict):
    """A whole source pinned to one side."""

    split: Split


class LabelRules(_Strict):
    """The content of ``labels.yaml``."""

    labelled_by: str
    seed: str
    shares: dict[Literal["train", "validation", "calibration"], float]
    near_duplicate: float = Field(gt=0.5, lt=1)
    sources: dict[str, SourceRule]
    close_ups: dict[str, list[float]] = {}
    subjects: dict[str, SubjectRule]


@dataclass(frozen=True)
class CollectionPhoto:
    """One row of the collection's own ``photos.csv``."""

    file: str
    subject: str
    width: int
    height: int
    sha256: str
    source: str
    source_path: str
    licence: str


@dataclass(frozen=True)
class LeftOut:
    """A photo that got no label, why, and whether it still serves as an unknown thing in evaluation."""

    file: str
    sha256: str
    subject: str
    source: str
    use: str
    reason: str


@dataclass(frozen=True)
class Labels:
    """Labelled rows and what was left out."""

    rows: list[ManifestRow]
    left_out: list[LeftOut]


def load_rules(path: Path, taxonomy: Taxonomy) -> LabelRules:
    """Read ``labels.yaml``. Raises :class:`ManifestError` naming the field, or the leaf that does not exist."""
    try:
        rules = LabelRules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ManifestError(f"{path} has {len(lines)} problem(s):\n" + "\n".join(lines)) from error
    for leaf in rules.close_ups:
        if leaf not in taxonomy.leaf_ids:
            raise ManifestError(f"{path}: close_ups: leaf {leaf!r} is not in the taxonomy")
    for subject, rule in rules.subjects.items():
        if (rule.leaf is None) == (rule.use is None):
            raise ManifestError(f"{path}: subject {subject!r} needs either 'leaf' or 'use'")
        if rule.leaf is not None and rule.leaf not in taxonomy.leaf_ids:
            raise ManifestError(f"{path}: subject {subject!r}: leaf {rule.leaf!r} is not in the taxonomy")
    return rules


def load_collection(photos: Path) -> list[CollectionPhoto]:
    """Read the collection's ``photos.csv``. Raises :class:`ManifestError` if it is not there."""
    path = photos / "photos.csv"
    if not path.is_file():
        raise ManifestError(
            f"no photos.csv in {photos}: name the folder of the photo collection with --photos or TIGERCHECK_PHOTOS"
        )
    return [
        CollectionPhoto(
            r["file"], r["subject"], int(r["width"]), int(r["height"]), r["sha256"], r["source"], r["source_path"],
            r["licence"],
        )
        for r in _records(path)
    ]  # fmt: skip


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def group_near_duplicates(embeddings: npt.NDArray[np.float32], threshold: float) -> list[int]:
    """Group number of each photo: connected components over cosine similarity ≥ ``threshold``.

    ``embeddings`` is (photos, channels). A group's number is the index of its first photo.
    """
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    parent = list(range(len(unit)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for start in range(0, len(unit), 512):
        similar = unit[start : start + 512] @ unit.T >= threshold
        for i, j in np.argwhere(similar):
            a, b = root(start + int(i)), root(int(j))
            parent[max(a, b)] = min(a, b)
    return [root(i) for i in range(len(unit))]


def build_labels(
    collection: list[CollectionPhoto],
    groups: list[int],
    rules: LabelRules,
    manifest_dir: Path,
    taxonomy: Taxonomy,
    before: Mapping[str, Split] | None = None,
) -> Labels:
    """Apply rules, exceptions and coat crops, then split by exhibit; exhibits in ``before`` keep their side.

    Where near-duplicates stand in a pinned source and elsewhere, only those on the pinned side stay; the others are
    left out, because training on a copy of a held-out photo is the leak this guards against.
    """
    exceptions = {r["file"]: r for r in _records(manifest_dir / "label_exceptions.csv")}
    crops: dict[str, list[dict[str, str]]] = {}
    for record in _records(manifest_dir / "coat_crops.csv"):
        crops.setdefault(record["file"], []).append(record)
    known = {photo.file for photo in collection}
    for name in [*exceptions, *crops]:
        if name not in known:
            raise ManifestError(
                f"{name!r} is named in label_exceptions.csv or coat_crops.csv but not in the collection"
            )
    pinned: dict[int, CollectionPhoto] = {}
    for photo, group in zip(collection, groups, strict=True):
        rule = rules.sources.get(photo.source)
        # Held-out outranks calibration: a test must not meet a copy anywhere.
        if rule is not None and (group not in pinned or rule.split == "holdout"):
            pinned[group] = photo

    rows: list[ManifestRow] = []
    left_out: list[LeftOut] = []
    for photo, group in zip(collection, groups, strict=True):
        leaf, use, reason = _label(photo, rules, exceptions)
        anchor = pinned.get(group)
        side = rules.sources[anchor.source].split if anchor else None
        own = rules.sources[photo.source].split if photo.source in rules.sources else None
        if leaf is not None and anchor is not None and own != side:
            leaf, use, reason = None, "nothing", f"near-duplicate of {anchor.file}, which is pinned to {side}"
        if leaf is None:
            left_out.append(LeftOut(photo.file, photo.sha256, photo.subject, photo.source, use, reason))
            continue
        exhibit = f"x{collection[group].sha256[:12]}"
        split = own or "train"  # a place holder: the draw needs all exhibits
        common: dict[str, Any] = {
            "sha256": photo.sha256, "exhibit": exhibit, "source": photo.source, "source_path": photo.source_path,
            "licence": photo.licence, "origin": "photo", "split": split, "labelled_by": rules.labelled_by,
            "label_basis": "source", "captured": "",
        }  # fmt: skip
        rows.append(ManifestRow(file=photo.file, leaf=leaf, width=photo.width, height=photo.height, notes="", **common))
        for box in crops.get(photo.file, []):
            rows.append(_coat_row(photo, leaf, box, common, taxonomy))
        if split != "holdout":
            rows += _close_ups(photo, leaf, common, rules)
    sides = draw_sides(rows, rules, before, read_links(rows, manifest_dir))
    subjects = {photo.file: photo.subject for photo in collection}
    left_out += [
        LeftOut(row.file, row.sha256, subjects[row.path], row.source, "nothing", sides.left_out[row.exhibit])
        for row in rows
        if row.exhibit in sides.left_out
    ]
    kept = [r.model_copy(update={"split": sides.exhibits[r.exhibit]}) for r in rows if r.exhibit in sides.exhibits]
    return Labels(kept, left_out)


def draw_sides(
    rows: Iterable[ManifestRow],
    rules: LabelRules,
    before: Mapping[str, Split] | None,
    links: Iterable[tuple[str, str]] = (),
) -> SplitPlan:
    """A side for every exhibit, by the shares, pinned sources and seed of the rules."""
    return make_split(
        [Item(row.exhibit, row.source, row.leaf) for row in rows],
        links,
        shares=dict(rules.shares),
        pinned={name: rule.split for name, rule in rules.sources.items()},
        seed=rules.seed,
        before=before,
    )


def split_file_of(plan: SplitPlan, rules: LabelRules, earlier: SplitFile | None) -> SplitFile:
    """The plan with what it was made from; exhibits that are not in the manifest any more keep their side."""
    return SplitFile(
        tool_version=version("tigercheck"),
        seed=rules.seed,
        shares=dict(rules.shares),
        pinned={name: rule.split for name, rule in rules.sources.items()},
        exhibits={**(earlier.exhibits if earlier else {}), **plan.exhibits},
        left_out={**(earlier.left_out if earlier else {}), **plan.left_out},
    )


#: Links between exhibits: seen by a person (``file``, ``other``, ``reason``), and found by ``data add`` (by exhibit).
SEEN_LINKS, FOUND_LINKS = "exhibit_links.csv", "near_duplicates.csv"


def read_links(rows: Sequence[ManifestRow], manifest_dir: Path) -> list[tuple[str, str]]:
    """All known pairs of exhibits that are one, or show the same picture."""
    exhibits = {row.path: row.exhibit for row in rows}
    seen = [(exhibits.get(r["file"]), exhibits.get(r["other"])) for r in _optional(manifest_dir / SEEN_LINKS)]
    found = [(r["exhibit"], r["other"]) for r in _optional(manifest_dir / FOUND_LINKS)]
    return [(one, other) for one, other in [*seen, *found] if one and other]


def add_links(manifest_dir: Path, links: Sequence[tuple[str, str, float]]) -> None:
    """Remember near-duplicates between exhibits, so that a later split keeps them together as well."""
    if not links:
        return
    path = manifest_dir / FOUND_LINKS
    known = {(r["exhibit"], r["other"]): r["similarity"] for r in _optional(path)}
    known |= {(one, other): f"{similarity:.3f}" for one, other, similarity in links}
    records: list[dict[str, object]] = [
        {"exhibit": one, "other": other, "similarity": similarity} for (one, other), similarity in sorted(known.items())
    ]
    write_csv(path, ("exhibit", "other", "similarity"), records)


def _optional(path: Path) -> list[dict[str, str]]:
    return _records(path) if path.is_file() else []


def _label(
    photo: CollectionPhoto, rules: LabelRules, exceptions: dict[str, dict[str, str]]
) -> tuple[str | None, str, str]:
    """Leaf, or ``None`` with use and reason."""
    if photo.subject not in rules.subjects:
        raise ManifestError(f"subject {photo.subject!r} of {photo.file} has no rule in labels.yaml")
    rule = rules.subjects[photo.subject]
    exception = exceptions.get(photo.file)
    if exception is not None:
        return exception["leaf"] or None, exception["use"] or "nothing", exception["reason"]
    return rule.leaf, rule.use or "", rule.reason


def _coat_row(
    photo: CollectionPhoto, leaf: str, box: dict[str, str], common: dict[str, Any], taxonomy: Taxonomy
) -> ManifestRow:
    """A coat close-up.

    On an animal under protection it is labelled as the skin of the same identity; a dog's, a cat's or a plush toy's
    coat keeps its leaf. Without the latter, "close-up of fur" alone would come to mean "protected skin".
    """
    whole = taxonomy.leaf(leaf)
    skins = [x.id for x in taxonomy.leaves if x.item == "skin" and x.identity == whole.identity]
    protected = whole.identity in ("T", "P")
    if protected and not skins:
        raise ManifestError(f"coat_crops.csv: {photo.file} is a {leaf}, but no skin leaf has identity {whole.identity}")
    label = skins[0] if protected else leaf
    left, top, width, height = (float(box[k]) for k in ("x", "y", "w", "h"))
    return ManifestRow(
        file=f"{photo.file}#xywh=percent:{left:g},{top:g},{width:g},{height:g}",
        leaf=label,
        width=max(1, round(photo.width * width / 100)),
        height=max(1, round(photo.height * height / 100)),
        notes="coat of a live animal, cropped; stands in for skin (evidence proxy)" if protected else "coat, cropped",
        **common,
    )


#: Close-ups with a shorter side are not made: in use they would be answered "too small".
_CLOSE_UP_MIN_SIDE = 75


def _close_ups(photo: CollectionPhoto, leaf: str, common: dict[str, Any], rules: LabelRules) -> list[ManifestRow]:
    """Pieces of a photo, placed by its hash, for leaves of which any piece is as good as the whole.

    Coat crops are close-ups. Without close-ups of other things, "surface seen from near" would come to mean "coat".
    """
    rows = []
    for width in rules.close_ups.get(leaf, []):
        if min(photo.width, photo.height) * width < _CLOSE_UP_MIN_SIDE:
            continue
        left, top = (
            round(100 * (1 - width) * stable_share(rules.seed, f"{photo.sha256}{width}{axis}"), 1) for axis in "xy"
        )
        rows.append(
            ManifestRow(
                file=f"{photo.file}#xywh=percent:{left:g},{top:g},{100 * width:g},{100 * width:g}",
                leaf=leaf, width=round(photo.width * width), height=round(photo.height * width),
                notes="close-up, cropped by rule", **common,
            )
        )  # fmt: skip
    return rows


def summary(labels: Labels) -> str:
    """Counts by leaf and split, and by reason left out, as text."""
    counts = Counter((row.leaf, row.split) for row in labels.rows)
    splits = ("train", "validation", "calibration", "holdout")
    lines = [f"{'leaf':18}" + "".join(f"{s:>13}" for s in splits)]
    for leaf in dict.fromkeys(row.leaf for row in labels.rows):
        lines.append(f"{leaf:18}" + "".join(f"{counts[leaf, s]:>13}" for s in splits))
    unknown = sum(1 for x in labels.left_out if x.use == "unknown")
    lines.append(f"left out: {len(labels.left_out)}, of which {unknown} serve as unknown things")
    return "\n".join(lines)
