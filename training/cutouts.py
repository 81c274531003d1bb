"""Rendered exhibits cut out by their mask and laid on other pictures, so that what lies behind tells nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from model.image import open_photo
from model.manifest import ManifestRow
from training.errors import TrainingError

#: Mask values up to this count as background when the cut-out is trimmed to its exhibit.
_FAINT = 8


def mask_file(renders: Path, row: ManifestRow) -> Path:
    """The mask beside a shipped picture: ``a/b.webp`` has ``a/b.mask.webp``."""
    path = renders / row.path
    return path.with_name(f"{path.stem}.mask.webp")


def load_cutout(row: ManifestRow, renders: Path) -> Image.Image:
    """The exhibit of a rendered row as RGBA, trimmed to what is seen of it.

    The mask is narrowed by about a pixel: pixels on the edge already hold some of the old background.

    Raises:
        TrainingError: the row is no render, its mask is missing or has another size, or it shows nothing.
        ImageError: a file cannot be opened.
    """
    if row.origin != "render":
        raise TrainingError(f"{row.file} is a {row.origin}; only renders have a mask to cut them out by")
    picture, path = open_photo(renders / row.path).image, mask_file(renders, row)
    if not path.is_file():
        raise TrainingError(f"{path} is missing; publish the renders again")
    mask = ImageOps.grayscale(open_photo(path).image)
    if mask.size != picture.size:
        raise TrainingError(f"{path} is {mask.size} pixels, but the picture is {picture.size}")
    mask = mask.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(0.6))
    box = mask.point(lambda value: 255 if value > _FAINT else 0).getbbox()
    if box is None:
        raise TrainingError(f"{row.file} shows nothing of its exhibit")
    picture.putalpha(mask)
    return picture.crop(box)


def paste(cutout: Image.Image, background: Image.Image, random: np.random.Generator) -> Image.Image:
    """Lay a cut-out on a picture: turned, mirrored, sized and placed at random, with a soft shadow under it.

    Args:
        cutout: RGBA.
        background: RGB; the result has its size.
        random: of size (25 to 95 % of the frame's short side), place, turn and shadow.
    """
    turned = cutout.rotate(float(random.uniform(0, 360)), Image.Resampling.BICUBIC, expand=True)
    if random.random() < 0.5:
        turned = ImageOps.mirror(turned)
    wanted = float(random.uniform(0.25, 0.95)) * min(background.size)
    scale = wanted / max(turned.size)
    turned = turned.resize([max(1, round(side * scale)) for side in turned.size], Image.Resampling.BICUBIC)
    left, top = (
        round(float(random.uniform(-0.1, 1.1)) * (whole - part))
        for whole, part in zip(background.size, turned.size, strict=True)
    )
    result = background.copy()
    shade = Image.new("L", background.size)
    reach = wanted * float(random.uniform(0.01, 0.06))
    angle = float(random.uniform(0, 2 * np.pi))
    shade.paste(turned.getchannel("A"), (left + round(reach * np.cos(angle)), top + round(reach * np.sin(angle))))
    shade = shade.filter(ImageFilter.GaussianBlur(max(1.0, reach)))
    depth = float(random.uniform(0.2, 0.7))
    result.paste((0, 0, 0), mask=shade.point(lambda value: round(value * depth)))
    result.paste(turned, (left, top), turned)
    return result
