"""What a phone does to the light it catches, and how the result is stored. Pure NumPy and Pillow."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image

from training.render.scenes import View

#: WebP quality of stored pictures. The phone's own JPEG quality is applied before, as a part of the picture.
STORED_QUALITY = 85

#: Linear light that automatic exposure makes the picture's typical brightness.
MID_GREY = 0.17

#: How much of the metering looks at the brightest parts instead of the typical ones.
_HIGHLIGHTS = 0.35

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def phone(light: np.ndarray, view: View, seed: int) -> Image.Image:
    """A phone's JPEG of linear light (height, width, 3), in any unit, as the view says.

    Blur and noise happen to light on the sensor, so they come before exposure and gamma; sharpening and JPEG after.
    """
    random = np.random.default_rng([seed, 6])
    light = np.clip(np.nan_to_num(np.asarray(light, np.float32)), 0, None)
    light = light * metered_gain(light) * 2.0**view.exposure
    light = _vignetted(light, view.vignette)
    if view.blur:
        light = _softened(light, view.blur)
    if view.motion:
        light = _smeared(light, view.motion, math.radians(view.motion_angle))
    light = _balanced(light, view.white_balance)
    light = _noisy(light, view.noise, random)
    picture = _sharpened(_developed(light, view.contrast, view.saturation), view.sharpening)
    buffer = io.BytesIO()
    Image.fromarray(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)).save(
        buffer, "JPEG", quality=view.jpeg_quality
    )
    return Image.open(buffer).convert("RGB")


def metered_gain(light: np.ndarray) -> float:
    """Gain that brings the picture's middle to about mid-grey without burning out much of the rest."""
    brightness = light @ _LUMA
    height, width = brightness.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    weight = np.exp(-(x * x + y * y))
    # Geometric mean: one lamp in the picture does not make the rest black.
    typical = math.exp(float((weight * np.log(brightness + 1e-5)).sum() / weight.sum()))
    bright = max(float(np.quantile(brightness, 0.97)), 1e-5)
    gain = (MID_GREY / typical) ** (1 - _HIGHLIGHTS) * (0.6 / bright) ** _HIGHLIGHTS
    return min(gain, 0.95 / bright)


def _vignetted(light: np.ndarray, strength: float) -> np.ndarray:
    height, width = light.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return (light * (1 - 0.5 * strength * ((x * x + y * y) / 2) ** 1.3)[..., None]).astype(np.float32)


def _softened(light: np.ndarray, sigma: float) -> np.ndarray:
    reach = max(1, math.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    for axis in (0, 1):
        width = [(0, 0)] * light.ndim
        width[axis] = (reach, reach)
        padded, size = np.pad(light, width, mode="edge"), light.shape[axis]
        light = sum(k * np.take(padded, np.arange(i, i + size), axis) for i, k in enumerate(kernel))
    return light


def _smeared(light: np.ndarray, length: float, angle: float) -> np.ndarray:
    """Average along a short, slightly bent path: hands do not shake in straight lines."""
    reach = math.ceil(length) + 1
    height, width = light.shape[:2]
    padded = np.pad(light, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    total, steps = np.zeros_like(light), max(3, 2 * math.ceil(length))
    for t in np.linspace(-0.5, 0.5, steps):
        x = length * (t * math.cos(angle) - (t * t - 0.08) * math.sin(angle))
        y = length * (t * math.sin(angle) + (t * t - 0.08) * math.cos(angle))
        x0, y0 = math.floor(x), math.floor(y)
        fx, fy = x - x0, y - y0
        for dx, dy, share in (
            (0, 0, (1 - fx) * (1 - fy)), (1, 0, fx * (1 - fy)), (0, 1, (1 - fx) * fy), (1, 1, fx * fy),
        ):  # fmt: skip
            top, left = reach + y0 + dy, reach + x0 + dx
            total += share * padded[top : top + height, left : left + width]
    return total / steps


def _balanced(light: np.ndarray, error: tuple[float, float]) -> np.ndarray:
    """Automatic white balance: some way towards an average grey, then wrong by ``error``."""
    mean = np.clip(light, 0, 1).mean(axis=(0, 1)) + 1e-4
    correct = (mean.mean() / mean) ** 0.3
    amber, magenta = error
    wrong = np.array([1 + 0.16 * amber + 0.05 * magenta, 1 - 0.1 * magenta, 1 - 0.2 * amber + 0.05 * magenta])
    gain = correct * wrong
    return (light * (gain / (gain @ _LUMA))).astype(np.float32)


def _noisy(light: np.ndarray, noise: float, random: np.random.Generator) -> np.ndarray:
    """Shot and read noise. Of its colour part the phone leaves coarse blotches, of the brightness part fine grain."""
    if not noise:
        return light
    shape = light.shape[:2]
    spread = noise * np.sqrt(np.clip(light @ _LUMA, 0, 1) * MID_GREY + 0.25 * MID_GREY**2)[..., None] / MID_GREY
    grain = _softened(random.normal(0, 1, (*shape, 1)).astype(np.float32), 0.45) * 1.5
    small = random.normal(0, 1, (-(-shape[0] // 3), -(-shape[1] // 3), 3)).astype(np.float32)
    blotches = np.repeat(np.repeat(small, 3, 0), 3, 1)[: shape[0], : shape[1]]
    blotches = _softened(blotches, 1.2)
    return np.clip(
        light + spread * MID_GREY * 2.2 * (grain + 1.1 * (blotches - blotches.mean(2, keepdims=True))), 0, None
    )


def _developed(light: np.ndarray, contrast: float, saturation: float) -> np.ndarray:
    """Highlights rolled off, then sRGB's gamma, an S-curve and the phone's idea of lively colours."""
    knee = 0.7
    over = np.clip(light - knee, 0, None)
    light = np.minimum(light, knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee) * 0.8))
    picture = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-6) ** (1 / 2.4) - 0.055)
    grey = (picture @ _LUMA)[..., None]
    picture = np.clip(grey + (picture - grey) * saturation, 0, 1)
    return picture + contrast * 0.5 * (picture * picture * (3 - 2 * picture) - picture)


def _sharpened(picture: np.ndarray, amount: float) -> np.ndarray:
    if not amount:
        return picture
    # Of brightness only, as phones do: halos without coloured fringes.
    grey = (picture @ _LUMA)[..., None].astype(np.float32)
    return picture + amount * np.clip(grey - _softened(grey, 1.1), -0.12, 0.12)


def encode_picture(image: Image.Image) -> bytes:
    """The picture as it is kept."""
    return _bytes(image, "WEBP", quality=STORED_QUALITY, method=6)


def encode_mask(mask: Image.Image) -> bytes:
    """Where the exhibit is seen: 255 wholly, 0 not at all. Lossless, so that a cut-out's edge stays where it is."""
    return _bytes(mask, "WEBP", lossless=True, quality=100, method=6)


def _bytes(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
