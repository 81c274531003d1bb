"""The proof finds a tell that is there, and none that is not."""

from __future__ import annotations

import numpy as np
from PIL import Image

from training.render.realism import gap, kid
from training.render.tells import MARGIN, PATCH, background_patches, condition_features, measure, statistics

RANDOM = np.random.default_rng(0)
LEAVES = ["a", "b", "c", "d"] * 50
EXHIBITS = [f"e{index // 4 // 2}-{leaf}" for index, leaf in enumerate(LEAVES)]


def test_features_that_know_nothing_stay_at_chance() -> None:
    tell = measure("noise", "leaf", RANDOM.normal(size=(200, 6)), LEAVES, EXHIBITS)
    assert tell.classes == 4
    assert abs(tell.above_chance) < 0.12
    assert tell.interval[0] < tell.accuracy < tell.interval[1]


def test_a_tell_is_found() -> None:
    features = RANDOM.normal(size=(200, 6))
    features[:, 2] += np.asarray([ord(leaf) for leaf in LEAVES]) * 3
    tell = measure("leak", "leaf", features, LEAVES, EXHIBITS)
    assert tell.accuracy > 0.7
    assert tell.shuffled < 0.45


def test_knowing_the_exhibit_is_not_knowing_the_leaf() -> None:
    # Features name the exhibit: with views of one exhibit on both sides of a fold this would reach 100 %.
    names = sorted(set(EXHIBITS))
    features = RANDOM.normal(size=(len(names), 8))[[names.index(name) for name in EXHIBITS]]
    assert measure("exhibit", "leaf", features, LEAVES, EXHIBITS).accuracy < 0.45


def test_patches_keep_off_the_exhibit_and_its_shadow() -> None:
    pixels = np.zeros((336, 448, 3), np.uint8)
    mask = np.zeros((336, 448), np.uint8)
    mask[120:200, 150:250] = 255
    pixels[120 - MARGIN : 200 + MARGIN, 150 - MARGIN : 250 + MARGIN] = 255
    patches = background_patches(Image.fromarray(pixels), Image.fromarray(mask))
    assert len(patches) == 3
    assert all(patch.size == (PATCH, PATCH) and np.asarray(patch).max() == 0 for patch in patches)


def test_an_exhibit_that_fills_the_picture_leaves_no_patch() -> None:
    assert background_patches(Image.new("RGB", (448, 336)), Image.new("L", (448, 336), 255)) == []


def test_statistics_tell_noise_and_colour_apart() -> None:
    calm = Image.new("RGB", (PATCH, PATCH), (200, 100, 50))
    noisy = Image.fromarray(RANDOM.integers(0, 255, (PATCH, PATCH, 3), np.uint8))
    assert np.allclose(statistics([calm])[:3], [200, 100, 50])
    assert statistics([noisy])[9] > statistics([calm])[9] + 10


def test_conditions_become_numbers() -> None:
    records = [
        {"place": {"surface": s, "tone": t}, "view": {"offset": [0.1, 0.2]}} for s, t in [("steel", 1), ("wood", 2)]
    ]
    assert condition_features(records).tolist() == [[0.1, 0.2, 1, 1, 0], [0.1, 0.2, 2, 0, 1]]


def test_distance_is_none_between_halves_of_one_thing_and_grows_with_a_shift() -> None:
    one, other = (RANDOM.normal(size=(120, 16)).astype(np.float32) for _ in range(2))
    names = [str(index) for index in range(120)]
    assert abs(kid(one, other)) < 0.2
    assert kid(one, other + 0.5) > 3 * abs(kid(one, other))
    near, far = gap("x", one, names, other, names, draws=40), gap("x", one, names, other + 0.7, names, draws=40)
    assert near.kid < far.interval[0]
    assert near.auroc < 0.65
    assert far.auroc > 0.9
