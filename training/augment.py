"""Framing, light and damage of phone photos at a checkpoint."""

from __future__ import annotations

from typing import Any

import albumentations as A
import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
#: Left, top, right, bottom in pixels; right and bottom are outside.
Box = tuple[int, int, int, int]

#: Share of the picture's area and ratio of sides of a random crop.
CROP_AREA = (0.35, 1.0)
CROP_RATIO = (0.6, 1.67)
#: Least share of the exhibit's box that a crop keeps.
KEPT_OF_BOX = 0.5


def crop_box(width: int, height: int, keep: Box | None, random: np.random.Generator) -> Box:
    """A random crop (Szegedy et al., Going Deeper with Convolutions, CVPR 2015) that does not lose the exhibit.

    Args:
        width: of the picture, pixels.
        height: of the picture, pixels.
        keep: the exhibit's box; at least ``KEPT_OF_BOX`` of its area stays inside. ``None`` keeps nothing special.
        random: of area, ratio and place.

    Returns:
        The crop; the whole picture if ten draws gave none.
    """
    for _ in range(10):
        area = float(random.uniform(*CROP_AREA)) * width * height
        ratio = float(np.exp(random.uniform(*np.log(CROP_RATIO))))
        w, h = round(np.sqrt(area * ratio)), round(np.sqrt(area / ratio))
        if not (0 < w <= width and 0 < h <= height):
            continue
        left, top = int(random.integers(0, width - w + 1)), int(random.integers(0, height - h + 1))
        box = (left, top, left + w, top + h)
        if keep is None or share_inside(keep, box) >= KEPT_OF_BOX:
            return box
    return (0, 0, width, height)


def share_inside(inner: Box, outer: Box) -> float:
    """Share of the area of ``inner`` that lies in ``outer``."""
    w = min(inner[2], outer[2]) - max(inner[0], outer[0])
    h = min(inner[3], outer[3]) - max(inner[1], outer[1])
    return max(w, 0) * max(h, 0) / max(1, (inner[2] - inner[0]) * (inner[3] - inner[1]))


def cut(pixels: Pixels, keep: Box | None, size: int, random: np.random.Generator) -> Pixels:
    """A random crop of (H, W, 3) pixels, squeezed to ``size`` × ``size`` as in use, and mirrored half the time.

    Mirror images keep every feature a leaf is defined by.
    """
    left, top, right, bottom = crop_box(pixels.shape[1], pixels.shape[0], keep, random)
    larger = right - left < size or bottom - top < size
    square = cv2.resize(
        pixels[top:bottom, left:right], (size, size), interpolation=cv2.INTER_CUBIC if larger else cv2.INTER_AREA
    )
    return np.ascontiguousarray(square[:, ::-1]) if random.random() < 0.5 else square


class ColourCast(A.ImageOnlyTransform):
    """Wrong white balance: a gain a channel, at most ``most`` from 1. Coat colour is evidence, so it stays small."""

    def __init__(self, most: float = 0.12, p: float = 0.5) -> None:
        super().__init__(p=p)
        self.most = most

    def get_params(self) -> dict[str, Any]:
        """Warm to cold (red against blue), with a little green or magenta."""
        warm = self.random_generator.uniform(-self.most, self.most)
        return {"gains": (1 + warm, 1 + self.random_generator.uniform(-self.most, self.most) / 3, 1 - warm)}

    def apply(self, img: Pixels, gains: tuple[float, float, float], **_: Any) -> Pixels:
        """Multiply each channel, clipped to 0..255."""
        ramp = np.arange(256, dtype=np.float32)[:, None] * np.asarray(gains, dtype=np.float32)
        return cv2.LUT(img, np.clip(ramp, 0, 255).astype(np.uint8)[None])


class LowLight(A.ImageOnlyTransform):
    """A dark place: fewer photons, a darker tone curve, and noise that grows as light goes.

    Noise is Gaussian with the variance of shot and read noise (Foi et al., Practical Poissonian–Gaussian Noise
    Modeling, IEEE TIP 2008). The darkest result keeps a fifth of the light: below, the quality gate asks for
    another photo.
    """

    def __init__(self, light: tuple[float, float] = (0.2, 0.6), p: float = 0.5) -> None:
        super().__init__(p=p)
        self.light = light

    def get_params(self) -> dict[str, Any]:
        """Share of light left, bend of the tone curve, and a seed of the noise."""
        draw = self.random_generator
        return {
            "light": draw.uniform(*self.light), "bend": draw.uniform(1.0, 1.3), "seed": int(draw.integers(2**31)),
        }  # fmt: skip

    def apply(self, img: Pixels, light: float, bend: float, seed: int, **_: Any) -> Pixels:
        """Darken by a curve and add noise."""
        dark = light * np.linspace(0, 1, 256, dtype=np.float32) ** bend
        spread = np.sqrt(0.002 * dark + 0.0002) * (0.6 / light) ** 0.5
        noise = np.random.default_rng(seed).standard_normal(img.shape, dtype=np.float32)
        noise *= cv2.LUT(img, spread * 255)
        noise += cv2.LUT(img, dark * 255)
        return np.clip(noise, 0, 255).astype(np.uint8)


class PlasticGlare(A.ImageOnlyTransform):
    """What a bag over the exhibit does: one to four soft bright streaks or spots, and a slight veil."""

    def __init__(self, strength: tuple[float, float] = (0.35, 0.95), p: float = 0.5) -> None:
        super().__init__(p=p)
        self.strength = strength

    def get_params(self) -> dict[str, Any]:
        """Centre, half axes and turn of each streak in shares of the side, its strength, and the veil."""
        draw = self.random_generator
        streaks = [
            (*draw.uniform(0, 1, 2), draw.uniform(0.03, 0.4), draw.uniform(0.01, 0.05), draw.uniform(0, 180),
             draw.uniform(*self.strength))
            for _ in range(int(draw.integers(1, 5)))
        ]  # fmt: skip
        return {"streaks": streaks, "veil": draw.uniform(0, 0.12)}

    def apply(self, img: Pixels, streaks: list[tuple[float, ...]], veil: float, **_: Any) -> Pixels:
        """Lay white over the picture; drawn at a quarter of the size, because it is soft anyway."""
        height, width = img.shape[:2]
        small = (max(8, width // 4), max(8, height // 4))
        side = min(small)
        light = np.full((small[1], small[0]), veil, dtype=np.float32)
        for x, y, long, short, turn, strength in streaks:
            centre = (round(x * small[0]), round(y * small[1]))
            axes = (max(1, round(long * side)), max(1, round(short * side)))
            cv2.ellipse(light, centre, axes, turn, 0, 360, float(strength), -1)
        light = cv2.GaussianBlur(light, (0, 0), max(0.8, 0.025 * side))
        cover = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
        return (img + (255.0 - img) * cover).astype(np.uint8)


def phone_camera() -> A.Compose:
    """Light, damage and cover of phone photos, applied after :func:`cut`. Hue moves little: coat colour is evidence.

    The order is that of a photo's making: what lies before the lens, light, lens, sensor, file.
    """
    return A.Compose(
        [
            A.Affine(rotate=(-25, 25), shear=(-6, 6), border_mode=cv2.BORDER_REFLECT_101, p=0.4),
            A.RandomRotate90(p=0.1),
            A.CoarseDropout(
                num_holes_range=(1, 3), hole_height_range=(0.1, 0.3), hole_width_range=(0.1, 0.3),
                fill="random_uniform", p=0.2,
            ),
            PlasticGlare(p=0.1),
            A.ColorJitter(brightness=0.35, contrast=0.35, saturation=0.35, hue=0.03, p=0.8),
            ColourCast(p=0.3),
            A.ToGray(p=0.05),
            A.RandomShadow(p=0.1),
            A.OneOf([A.GaussianBlur((3, 7)), A.MotionBlur((3, 7)), A.Defocus((1, 3))], p=0.2),
            A.OneOf([LowLight(), A.GaussNoise(std_range=(0.02, 0.1)), A.ISONoise()], p=0.3),
            A.Downscale(scale_range=(0.3, 0.8), p=0.15),
            A.OneOf([A.ImageCompression(quality_range=(35, 95), p=0.8),
                     A.ImageCompression(quality_range=(8, 35), p=0.2)], p=0.5),
        ]
    )  # fmt: skip
