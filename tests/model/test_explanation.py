from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from model.explanation import heat, overlay


def test_the_hottest_pixel_is_where_the_map_is_highest() -> None:
    leaf_map = np.zeros((7, 7))
    leaf_map[1, 5] = 3.0
    warmth = heat(leaf_map, (280, 140))
    assert warmth.shape == (140, 280)
    y, x = np.unravel_index(warmth.argmax(), warmth.shape)
    # Cell (1, 5) of a 7 by 7 grid covers rows 20 to 40 and columns 200 to 240.
    assert 20 <= y < 40
    assert 200 <= x < 240
    assert warmth.max() == 1
    assert warmth.min() == 0
    assert warmth[100:, :100].max() == 0


def test_evidence_against_a_leaf_is_not_heat() -> None:
    assert not heat(-np.ones((7, 7)), (64, 64)).any()
    mixed = -np.ones((2, 2))
    mixed[0, 0] = 1
    assert heat(mixed, (64, 64))[60, 60] == 0


def test_overlay_tints_only_where_there_is_heat() -> None:
    photo = Image.new("RGB", (40, 20), (0, 80, 200))
    warmth = np.zeros((20, 40), np.float32)
    warmth[:, 30:] = 1
    shown = np.asarray(overlay(photo, warmth, 1.0))
    assert shown[5, 35, 0] > 180
    assert len(set(shown[5, 5].tolist())) == 1
    assert np.array_equal(np.asarray(overlay(photo, warmth, 0.0)), np.asarray(photo))


@pytest.mark.parametrize(("shape", "size"), [((7,), (10, 10)), ((7, 7), (0, 10)), ((2, 7, 7), (10, 10))])
def test_what_is_no_map_is_refused(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        heat(np.ones(shape), size)


def test_overlay_refuses_another_size() -> None:
    with pytest.raises(ValueError, match="expected warmth of shape"):
        overlay(Image.new("RGB", (4, 4)), np.zeros((5, 4), np.float32))
    with pytest.raises(ValueError, match="between 0 and 1"):
        overlay(Image.new("RGB", (4, 4)), np.zeros((4, 4), np.float32), 2)
