"""The photo folder's index, and the writing of a plan: copies first, then the tables, each replaced whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from model.errors import ImageError, ManifestError
from model.image import open_photo
from model.manifest import ManifestRow, write_manifest
from training.dataset.duplicates import perceptual_hashes
from training.dataset.metadata import clean_copy
from training.dataset.plan import Embed, Index, Plan

_BATCH = 64


def empty_index(channels: int = 0) -> Index:
    """An index of nothing."""
    none = np.zeros(0, dtype=np.uint64)
    return Index([], [], [], none, none, np.zeros((0, channels), dtype=np.float32))


def build_index(
    rows: Sequence[ManifestRow],
    photos: Path,
    embed: Embed,
    before: Index,
    progress: Callable[[int], None] | None = None,
) -> Index:
    """Index of all whole photos of a manifest; what ``before`` already knows is not computed again.

    Raises:
        ManifestError: a photo of the manifest is missing or cannot be opened.
    """
    known = {digest: k for k, digest in enumerate(before.sha256)}
    whole = {row.sha256: row for row in rows if row.crop is None}
    hashes: list[tuple[int, int]] = []
    vectors = []
    items = list(whole.values())
    for start in range(0, len(items), _BATCH):
        part = items[start : start + _BATCH]
        images = []
        for row in part:
            at = known.get(_original(row))
            if at is not None:
                hashes.append((int(before.hashes[at]), int(before.mirrored[at])))
                vectors.append(before.embeddings[at])
                continue
            try:
                image = open_photo(photos / row.path, min_side=448).image
            except ImageError as error:
                raise ManifestError(f"{photos / row.path}: {error}; run: tigercheck-train data check") from error
            image.thumbnail((448, 448))
            hashes.append(perceptual_hashes(image))
            images.append(image)
            vectors.append(None)
        if images:
            found = iter(embed(images))
            vectors = [next(found) if vector is None else vector for vector in vectors]
        if progress:
            progress(min(start + _BATCH, len(items)))
    if not items:
        return empty_index()
    return Index(
        [_original(row) for row in items],
        [row.exhibit for row in items],
        [row.leaf for row in items],
        np.asarray([h[0] for h in hashes], dtype=np.uint64),
        np.asarray([h[1] for h in hashes], dtype=np.uint64),
        np.stack(vectors).astype(np.float32),
    )


def _original(row: ManifestRow) -> str:
    """Hash of the original: noted where the training copy differs from it."""
    _, mark, digest = row.notes.rpartition("original sha256 ")
    return digest[:64] if mark else row.sha256


def load_index(path: Path) -> Index:
    """The stored index; an empty one if there is none or it is of another form."""
    if not path.is_file():
        return empty_index()
    with np.load(path, allow_pickle=False) as stored:
        if set(stored.files) != set(Index.__dataclass_fields__):
            return empty_index()
        return Index(
            *(stored[name].tolist() for name in ("sha256", "exhibits", "leaves")),
            *(stored[name] for name in ("hashes", "mirrored", "embeddings")),
        )


def save_index(path: Path, index: Index) -> None:
    """Write it beside and rename, so that a power cut leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, **{name: np.asarray(getattr(index, name)) for name in Index.__dataclass_fields__})
    part.replace(path)


def write_plan(plan: Plan, existing: Iterable[ManifestRow], manifest: Path, photos: Path) -> list[ManifestRow]:
    """Write the training copies and the manifest with the new rows; returns all rows.

    The originals are only read. Copies are written before the table that names them, so an interruption leaves at
    worst a copy nobody names.

    Raises:
        ManifestError: an original changed after the plan was made; nothing of the table is written then.
    """
    for addition in plan.additions:
        data = addition.candidate.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != addition.sha256:
            raise ManifestError(f"{addition.candidate.path} changed while it was being added; run the command again")
        target = photos / addition.row.path
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(target.suffix + ".part")
            part.write_bytes(clean_copy(data).data)
            part.replace(target)
    rows = [*existing, *(addition.row for addition in plan.additions)]
    part = manifest.with_suffix(".part")
    write_manifest(part, rows)
    part.replace(manifest)
    return rows
