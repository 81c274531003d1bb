"""Damage that phones do to pictures, in three severities, the same for the same picture on any machine.

Kinds and, where a source is named, parameters follow Hendrycks and Dietterich, *Benchmarking Neural Network
Robustness to Common Corruptions and Perturbations*, ICLR 2019 (ImageNet-C, severities 1, 3 and 5), which applies them
to the network's square input of 224 pixels; lengths scale with the input's side. Low light and colour cast are ours:
ImageNet-C has neither.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.signal import fftconvolve

Pixels = npt.NDArray[np.uint8]
Random = np.random.Generator
SEVERITIES = (1, 2, 3)

_DEFOCUS = ((3, 0.1), (6, 0.5), (10, 0.5))  # radius and softness of its edge, pixels at 224
_MOTION = ((10, 3), (15, 8), (20, 15))  # length and falloff
_NOISE = (0.08, 0.18, 0.38)  # standard deviation, share of white
_JPEG = (25, 15, 7)
_SCALE = (0.6, 0.4, 0.25)  # side kept, as ImageNet-C's pixelate; enlarged smoothly, as digital zoom does
_LIGHT = ((0.4, 60), (0.2, 25), (0.1, 12))  # light left, and photons at white (ImageNet-C's shot noise 1 to 3)
_CAST = (1.2, 1.45, 1.8)  # red over green, and green over blue: tungsten light left uncorrected


def defocus_blur(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """A disc, as of a lens out of focus."""
    radius, soft = (value * pixels.shape[0] / 224 for value in _DEFOCUS[severity - 1])
    reach = int(np.ceil(radius)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = gaussian_filter((x**2 + y**2 <= radius**2).astype(float), max(soft, 0.1))
    return _convolved(pixels, kernel)


def motion_blur(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """A smear at an angle within 45 degrees of level."""
    length, falloff = (value * pixels.shape[0] / 224 for value in _MOTION[severity - 1])
    angle = random.uniform(-np.pi / 4, np.pi / 4)
    reach = int(np.ceil(length))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for step in np.linspace(-reach, reach, 8 * reach + 1):
        place = round(reach + step * np.sin(angle)), round(reach + step * np.cos(angle))
        kernel[place] += np.exp(-(step**2) / (2 * falloff**2))
    return _convolved(pixels, kernel)


def gaussian_noise(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """Sensor noise."""
    return _pixels(pixels / 255 + random.normal(0, _NOISE[severity - 1], pixels.shape))


def low_light(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """Less light, with the shot noise that comes with it."""
    left, photons = _LIGHT[severity - 1]
    linear = (pixels / 255) ** 2.2 * left
    return _pixels((random.poisson(linear * photons / left) * left / photons) ** (1 / 2.2))


def jpeg(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """Compression, as by a messenger."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_JPEG[severity - 1])
    return np.asarray(Image.open(buffer).convert("RGB"))


def colour_cast(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """The lamp's colour left in, warm or cold."""
    strength = _CAST[severity - 1]
    gains = np.array([strength, 1, 1 / strength]) if random.random() < 0.5 else np.array([1 / strength, 1, strength])
    return _pixels(pixels / 255 * gains)


def downscale(pixels: Pixels, severity: int, random: Random) -> Pixels:
    """Detail lost to a small file or digital zoom."""
    size = pixels.shape[1], pixels.shape[0]
    small = [max(1, round(side * _SCALE[severity - 1])) for side in size]
    image = Image.fromarray(pixels).resize((small[0], small[1]), Image.Resampling.BOX)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))


CORRUPTIONS: Mapping[str, Callable[[Pixels, int, Random], Pixels]] = {
    "defocus blur": defocus_blur, "motion blur": motion_blur, "gaussian noise": gaussian_noise,
    "low light": low_light, "jpeg": jpeg, "colour cast": colour_cast, "downscale": downscale,
}  # fmt: skip
#: Changes when any parameter above does, so that nothing old is read from a cache.
VERSION = "1"


def corrupt(pixels: Pixels, kind: str, severity: int, key: str) -> Pixels:
    """A damaged copy.

    Args:
        pixels: (H, W, 3) in 0 to 255.
        kind: one of ``CORRUPTIONS``.
        severity: 1 to 3.
        key: what the damage is drawn from, such as the picture's file name.

    Raises:
        ValueError: the severity is not one of ``SEVERITIES``.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"expected a severity of {SEVERITIES}, got {severity}")
    seed = int.from_bytes(hashlib.sha256(f"{kind}/{key}".encode()).digest()[:8], "big")
    return CORRUPTIONS[kind](pixels, severity, np.random.default_rng(seed))


def _convolved(pixels: Pixels, kernel: npt.NDArray[np.float64]) -> Pixels:
    kernel = kernel / kernel.sum()
    reach = kernel.shape[0] // 2
    padded = np.pad(pixels / 255, ((reach, reach), (reach, reach), (0, 0)), mode="reflect" if reach < min(
        pixels.shape[:2]) else "edge")  # fmt: skip
    return _pixels(fftconvolve(padded, kernel[:, :, None], mode="valid", axes=(0, 1)))


def _pixels(values: npt.NDArray[np.float64]) -> Pixels:
    result: Pixels = np.clip(np.round(values * 255), 0, 255).astype(np.uint8)
    return result
