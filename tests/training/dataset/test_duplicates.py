"""Near-duplicates are found however few photos share a band, and strangers are not joined."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from tests.training.dataset.test_add import picture
from training.dataset.duplicates import HASH_DISTANCE, candidate_pairs, near_duplicates, perceptual_hashes


@given(
    st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=12), st.lists(st.integers(0, 63), max_size=8), st.data()
)
def test_bands_find_exactly_what_comparing_all_finds(values: list[int], flips: list[int], data: st.DataObject) -> None:
    near = values[0]
    for bit in flips:
        near ^= 1 << bit
    hashes = np.asarray([*values, near], dtype=np.uint64)
    since = data.draw(st.integers(0, len(hashes)))
    expected = {
        (i, j)
        for j in range(since, len(hashes))
        for i in range(j)
        if int(hashes[i] ^ hashes[j]).bit_count() <= HASH_DISTANCE
    }
    assert candidate_pairs(hashes, since=since) == expected


def find(images: list[Image.Image], embeddings: list[list[float]]) -> set[tuple[int, int]]:
    hashes = [perceptual_hashes(image) for image in images]
    own, mirrored = (np.asarray(column, dtype=np.uint64) for column in zip(*hashes, strict=True))
    return {(i, j) for i, j, _ in near_duplicates(own, mirrored, np.asarray(embeddings, dtype=np.float32))}


def test_the_same_picture_resized_brightened_or_mirrored_is_found() -> None:
    image = picture(1)
    copies = [image, image.resize((200, 150)), ImageEnhance.Brightness(image).enhance(1.2), ImageOps.mirror(image)]
    assert find(copies, [[1.0, 0.1], [1.0, 0.2], [1.0, 0.3], [1.0, 0.0]]) >= {(0, 1), (0, 2), (0, 3)}


def test_alike_hashes_with_unlike_embeddings_are_strangers_and_the_other_way_round() -> None:
    image = picture(1)
    assert find([image, image.resize((200, 150))], [[1.0, 0.0], [0.0, 1.0]]) == set()
    assert find([picture(1), picture(2)], [[1.0, 0.0], [0.95, 0.31]]) == set()
    assert find([picture(1), picture(2)], [[1.0, 0.0], [1.0, 0.01]]) == {(0, 1)}
