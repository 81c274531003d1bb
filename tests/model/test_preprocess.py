"""From picture to array."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from model.preprocess import Preprocessing
from tests.support.photos import textured

SQUASH = Preprocessing(size=64, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))


def test_values_are_scaled_as_the_bundle_says() -> None:
    picture = Image.new("RGB", (100, 50), (255, 0, 51))
    array = Preprocessing(size=32, mean=(0.5, 0.25, 0.0), std=(0.5, 0.25, 0.1))(picture)
    assert array.shape == (3, 32, 32)
    assert array.dtype == np.float32
    assert array[:, 5, 5] == pytest.approx([1.0, -1.0, 2.0], abs=1e-6)


def test_squash_keeps_the_edges_and_center_cuts_them() -> None:
    picture = Image.new("RGB", (300, 100), (0, 0, 0))
    picture.paste((255, 255, 255), (0, 0, 40, 100))
    center = Preprocessing(size=64, crop="center", mean=(0.5,) * 3, std=(0.5,) * 3)
    assert SQUASH(picture)[0, 32, 0] == pytest.approx(1.0, abs=0.05)
    assert center(picture).max() == pytest.approx(-1.0, abs=0.05)


def test_center_scales_the_short_side() -> None:
    settings = Preprocessing(size=64, crop="center", crop_fraction=0.8, mean=(0.5,) * 3, std=(0.5,) * 3)
    assert settings.to_square(textured((90, 90, 90), (300, 200))).size == (64, 64)
    assert settings.min_side == 160


def test_other_modes_are_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="open_photo"):
        SQUASH(Image.new("L", (50, 50)))
    with pytest.raises(ValueError, match=r"\(H, W, 3\)"):
        SQUASH.normalise(np.zeros((50, 50), dtype=np.uint8))


@pytest.mark.parametrize("bad", [{"size": 8}, {"interpolation": "magic"}, {"crop": "half"}, {"colour": 1}])
def test_settings_are_validated(bad: dict) -> None:
    with pytest.raises(ValidationError):
        Preprocessing(**{"size": 64, "mean": (0.5,) * 3, "std": (0.5,) * 3, **bad})
