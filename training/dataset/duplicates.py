"""Near-duplicates: perceptual hashes and embeddings propose pairs, both together decide.

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

#: Bits that may differ between hashes of one picture (of 64) for the hash alone to propose a pair.
HASH_DISTANCE = 6
#: Bits that may differ at most, and cosine similarity that is then needed. Looked at on the 3,650 photos of the
#: collection with the embeddings of tigercheck-0.1.0: of 27 pairs that are one photo re-toned, mirrored, cropped or
#: from one burst, hashes within 6 bits alone find 4, this rule 20; of the 69 pairs it names, the strangers among them
#: are alike in kind (two bone discs, two tigers in one pose). A pair too many only keeps two photos on one side.
RULES: tuple[tuple[int, float], ...] = ((HASH_DISTANCE, 0.80), (18, 0.92), (64, 0.96))

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
                near = others[_bits(hashes[others] ^ left[index]) <= HASH_DISTANCE]
                found.update((min(index, j), max(index, j)) for j in near.tolist())
    return found


def _bits(values: Hashes) -> npt.NDArray[np.int64]:
    """Bits set in each value. NumPy counts them itself from 2.0 on, but Blender's package needs an older one."""
    return np.unpackbits(np.ascontiguousarray(values).view(np.uint8).reshape(-1, 8), axis=1).sum(axis=1)


def _bands() -> Sequence[tuple[int, int]]:
    edges = np.linspace(0, 64, HASH_DISTANCE + 2).round().astype(int).tolist()
    return list(pairwise(edges))


def near_duplicates(
    hashes: Hashes, mirrored: Hashes, embeddings: npt.NDArray[np.float32], since: int = 0
) -> list[tuple[int, int, float]]:
    """Pairs (i, j, cosine similarity), i < j, that satisfy one of :data:`RULES`, the most alike first.

    Args:
        hashes: (n,) hash of each picture.
        mirrored: (n,) hash of each picture's mirror image.
        embeddings: (n, channels).
        since: only pairs with ``j >= since`` are wanted.
    """
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    pairs = candidate_pairs(hashes, mirrored, since)
    # The rules that let hashes differ more need alike embeddings, so those propose the rest.
    needed = min(similarity for bits, similarity in RULES if bits > HASH_DISTANCE)
    for start in range(since, len(unit), 512):
        alike = unit[start : start + 512] @ unit[: start + 512].T >= needed
        pairs.update((int(i), int(j) + start) for j, i in np.argwhere(alike) if i < j + start)
    if not pairs:
        return []
    index = np.asarray(sorted(pairs))
    left, right = index[:, 0], index[:, 1]
    cosine = np.einsum("ij,ij->i", unit[left], unit[right])
    bits = np.minimum(_bits(hashes[left] ^ hashes[right]), _bits(mirrored[left] ^ hashes[right]))
    same = np.any([(bits <= most) & (cosine >= similarity) for most, similarity in RULES], axis=0)
    kept = [(int(i), int(j), float(c)) for i, j, c in zip(left[same], right[same], cosine[same], strict=True)]
    return sorted(kept, key=lambda pair: (-pair[2], pair[:2]))
