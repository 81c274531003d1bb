"""What a phone does to a picture, and how the result is stored. Pure NumPy and Pillow."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFilter

from training.render.scenes import View

#: WebP quality of stored pictures. The phone's own JPEG quality is applied before, as a part of the picture.
STORED_QUALITY = 85


def phone(image: Image.Image, view: View, seed: int) -> Image.Image:
    """Motion, sensor noise and JPEG, as the view says."""
    if view.motion:
        image = image.filter(ImageFilter.BoxBlur((view.motion / 2, 0)))
    pixels = np.asarray(image, dtype=np.float32)
    grain = np.random.default_rng([seed, 6]).normal(0, 1, (*pixels.shape[:2], 1)) * view.noise
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=view.jpeg_quality)
    return Image.open(buffer).convert("RGB")


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
