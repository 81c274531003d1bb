"""Near-duplicates: a perceptual hash proposes pairs, the distance of embeddings decides.

The hash is the 64-bit DCT hash of the ``imagehash`` package (after Zauner, *Implementation and Benchmarking of
Perceptual Image Hash Functions*, 2010). Pairs within Hamming distance :data:`HASH_DISTANCE` are found by the pigeonhole
principle: of ``HASH_DISTANCE + 1`` bands at least one is equal, so only photos that share a band are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

#: Bits that may differ between hashes of one picture (of 64).
HASH_DISTANCE = 6

Hashes = npt.NDArray[np.uint64]


def perceptual_hashes(image: Image.Image) -> tuple[int, int]:
    """Hash of a picture and of its mirror image."""
    return _hash(image), _hash(ImageOps.mirror(image))


def _hash(image: Image.Image) -> int:
    bits = imagehash.phash(image).hash.ravel()
    return int("".join("1" if bit else "0" for bit in bits), 2)


def candidate_pairs(hashes: Hashes, mirrored: Hashes | None = None, since: int = 0) -> set[tuple[int, int]]:
    """Pairs (i, j), i < j, whose hashes differ in at most :data:`HASH_DISTANCE` bits.

    Args:
        hashes: (n,) hash of each picture.
        mirrored: (n,) hash of each picture's mirror image; if given, mirror images count as well.
        since: only pairs with ``j >= since`` are wanted (what came before was compared before).
    """
    found: set[tuple[int, int]] = set()
    for left in [hashes] if mirrored is None else [hashes, mirrored]:
        for low, high in _bands():
            mask = np.uint64(((1 << (high - low)) - 1) << low)
            groups: dict[int, list[int]] = defaultdict(list)
            for index, value in enumerate((hashes & mask).tolist()):
                groups[value].append(index)
            members = {key: np.asarray(value) for key, value in groups.items()}
            for index, value in enumerate((left & mask).tolist()):
                others = members.get(value)
                if others is None:
                    continue
                others = others[others > index] if left is hashes else others[others != index]
                if index < since:
                    others = others[others >= since]
                if not len(others):
                    continue
                near = others[np.bitwise_count(hashes[others] ^ left[index]) <= HASH_DISTANCE]
                found.update((min(index, j), max(index, j)) for j in near.tolist())
    return found


def _bands() -> Sequence[tuple[int, int]]:
    edges = np.linspace(0, 64, HASH_DISTANCE + 2).round().astype(int).tolist()
    return list(pairwise(edges))


def confirmed(
    pairs: set[tuple[int, int]], embeddings: npt.NDArray[np.float32], similarity: float
) -> list[tuple[int, int, float]]:
    """Pairs whose embeddings have at least this cosine similarity, with it, most alike first."""
    if not pairs:
        return []
    index = np.asarray(sorted(pairs))
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    cosine = np.einsum("ij,ij->i", unit[index[:, 0]], unit[index[:, 1]])
    kept = [(int(i), int(j), float(c)) for (i, j), c in zip(index, cosine, strict=True) if c >= similarity]
    return sorted(kept, key=lambda pair: -pair[2])
