"""Choose the example pictures that travel with a bundle: few, unlike each other, and rightly named by the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from model.references import ARRAYS_FILE, SHEET_FILE, normalised
from training.outputs import Outputs
from training.pictures import Folders, load_case

#: Examples a leaf at most, width and height of a tile in pixels, tiles a row of the sheet, and its WebP quality.
PER_LEAF, TILE, COLUMNS, QUALITY = 10, (200, 150), 10, 80


def choose_examples(outputs: Outputs, leaves: Sequence[str], per_leaf: int = PER_LEAF) -> list[int]:
    """Places in ``outputs.cases`` of the examples, leaf by leaf in the bundle's order.

    Only renders that the network names rightly, one picture an exhibit. The first of a leaf is the one nearest to the
    leaf's mean; each next one is farthest from those chosen (farthest-first traversal: Gonzalez, Theoretical Computer
    Science 38, 1985).
    """
    embedding, named = normalised(outputs.embedding), outputs.logits.argmax(axis=1)
    chosen: list[int] = []
    for place, leaf in enumerate(leaves):
        seen: set[str] = set()
        pool: list[int] = []
        for i, case in enumerate(outputs.cases):
            if case.leaf == leaf and case.origin == "render" and named[i] == place and case.exhibit not in seen:
                seen.add(case.exhibit)
                pool.append(i)
        chosen += _spread(embedding[pool], pool, per_leaf)
    return chosen


def _spread(vectors: npt.NDArray[np.float32], places: list[int], count: int) -> list[int]:
    if not places:
        return []
    picked = [int((vectors @ vectors.mean(axis=0)).argmax())]
    near = vectors @ vectors[picked[0]]
    while len(picked) < min(count, len(places)):
        near[picked] = np.inf
        picked.append(int(near.argmin()))
        near = np.maximum(near, vectors @ vectors[picked[-1]])
    return [places[i] for i in picked]


def write_examples(target: Path, outputs: Outputs, chosen: Sequence[int], folders: Folders) -> None:
    """Write the two files of :class:`model.references.References` into ``target``; nothing if none was chosen."""
    if not chosen:
        return
    columns = min(COLUMNS, len(chosen))
    sheet = Image.new("RGB", (columns * TILE[0], -(-len(chosen) // columns) * TILE[1]))
    for k, i in enumerate(chosen):
        tile = ImageOps.fit(load_case(outputs.cases[i], folders), TILE, Image.Resampling.LANCZOS)
        sheet.paste(tile, (k % columns * TILE[0], k // columns * TILE[1]))
    sheet.save(target / SHEET_FILE, quality=QUALITY, method=6)
    np.savez_compressed(
        target / ARRAYS_FILE, embedding=normalised(outputs.embedding[list(chosen)]).astype(np.float16),
        leaves=np.asarray([str(outputs.cases[i].leaf) for i in chosen]), tile=np.asarray(TILE),
    )  # fmt: skip
