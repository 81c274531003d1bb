"""Where in a photo the evidence for a leaf lies: the graph's class-activation map, brought to the photo's size.

No gradients and no torch: the map comes with the scores (Zhou et al., Learning Deep Features for Discriminative
Localization, CVPR 2016; see :class:`model.session.Scores`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

FloatArray = npt.NDArray[np.float32]


def heat(leaf_map: npt.ArrayLike, size: tuple[int, int]) -> FloatArray:
    """How strongly each pixel speaks for a leaf, relative to the strongest one.

    The network sees the photo squeezed to a square, so the map is stretched back to the photo's shape.

    Args:
        leaf_map: (h, w) class-activation map of one leaf, or of several summed (an identity).
        size: width and height of the photo.

    Returns:
        (height, width) in [0, 1]; all zero if nothing in the photo speaks for the leaf.

    Raises:
        ValueError: the map is not of two dimensions, or the size is not positive.
    """
    values = np.asarray(leaf_map, dtype=np.float32)
    if values.ndim != 2 or min(size) < 1:
        raise ValueError(f"expected a map (h, w) and a positive size, got {values.shape} and {size}")
    positive = np.maximum(values, 0)
    top = float(positive.max())
    if top <= 0:
        return np.zeros((size[1], size[0]), np.float32)
    grown = Image.fromarray(positive / top).resize(size, Image.Resampling.BILINEAR)
    result = np.clip(np.asarray(grown, np.float32), 0, None)
    return np.asarray(result / max(float(result.max()), 1e-9), np.float32)


def overlay(photo: Image.Image, warmth: FloatArray, strength: float = 0.6) -> Image.Image:
    """The photo in grey where little speaks for the leaf, tinted orange where much does.

    Orange on grey stays readable for people who do not tell red from green.

    Args:
        photo: RGB.
        warmth: (height, width) in [0, 1], as :func:`heat` gives for the photo's size.
        strength: 0 gives the photo itself, 1 the map at its plainest.

    Raises:
        ValueError: the sizes differ or strength is outside [0, 1].
    """
    if warmth.shape != (photo.height, photo.width):
        raise ValueError(f"expected warmth of shape {(photo.height, photo.width)}, got {warmth.shape}")
    if not 0 <= strength <= 1:
        raise ValueError(f"expected a strength between 0 and 1, got {strength}")
    colour = np.asarray(photo.convert("RGB"), np.float32)
    grey = np.repeat(colour.mean(axis=2, keepdims=True), 3, axis=2)
    weight = (strength * warmth)[..., None]
    faded = colour + (grey - colour) * strength * (1 - warmth[..., None])
    tinted = faded * (1 - 0.75 * weight) + np.array([255, 120, 0], np.float32) * 0.75 * weight
    return Image.fromarray(np.clip(tinted, 0, 255).astype(np.uint8))
