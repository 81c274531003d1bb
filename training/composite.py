"""Training pictures in memory, and renders pasted on the backgrounds of real photos."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image
from rich.progress import track

from model.image import open_photo
from model.manifest import ManifestRow
from training.augment import Box, Pixels
from training.cutouts import load_cutout, mask_file, paste
from training.errors import TrainingError
from training.pictures import Folders, load_case
from training.recipe import Data

#: Differences from the background up to this are shadow's edge, not exhibit.
_FAINT = 16


@dataclass(frozen=True)
class Picture:
    """One training row, reduced.

    Attributes:
        pixels: (H, W, 3) uint8 RGB.
        box: of the exhibit in ``pixels``, from a render's mask; ``None`` for a photo.
        cutout: (h, w, 4) uint8 RGBA of the exhibit, where it may be pasted.
    """

    pixels: Pixels
    box: Box | None = None
    cutout: Pixels | None = None


def load_pictures(
    rows: Sequence[ManifestRow], folders: Folders, short_side: int, cutouts: bool, quiet: bool = False
) -> list[Picture]:
    """All rows with a short side of at most ``short_side`` pixels: 2,000 photos take about 0.5 GB.

    With ``cutouts``, renders carry their cut-out too, trimmed and reduced alike.

    Raises:
        ImageError, TrainingError: a file cannot be opened or is not the one the manifest means, or a render has no
            fitting mask.
    """

    def one(row: ManifestRow) -> Picture:
        image = load_case(row, folders)
        pixels = np.asarray(_reduce(image, short_side))
        if row.origin != "render":
            return Picture(pixels)
        box = _scale(_mask_box(row, folders, image.size), pixels.shape[1] / image.width, pixels.shape[0] / image.height)
        cutout = np.asarray(_reduce(load_cutout(row, folders.renders), short_side)) if cutouts else None
        return Picture(pixels, box, cutout)

    with ThreadPoolExecutor(2) as pool:
        work = pool.map(one, rows)
        return list(track(work, description="Opening training pictures", total=len(rows), disable=quiet))


def _reduce(image: Image.Image, short_side: int) -> Image.Image:
    if min(image.size) <= short_side:
        return image
    scale = short_side / min(image.size)
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)


def _mask_box(row: ManifestRow, folders: Folders, size: tuple[int, int]) -> Box:
    path = mask_file(folders.renders, row)
    if not path.is_file():
        raise TrainingError(f"{path} is missing; publish the renders again")
    mask = open_photo(path).image.convert("L")
    if mask.size != size:
        raise TrainingError(f"{path} is {mask.size} pixels, but the picture is {size}")
    box = mask.point(lambda value: 255 if value > _FAINT else 0).getbbox()
    if box is None:
        raise TrainingError(f"{row.file} shows nothing of its exhibit")
    return box


def _scale(box: Box, x: float, y: float) -> Box:
    return (int(box[0] * x), int(box[1] * y), int(np.ceil(box[2] * x)), int(np.ceil(box[3] * y)))


def background_rows(rows: Sequence[ManifestRow], data: Data) -> list[ManifestRow]:
    """Rows whose photos may lie behind a cut-out: whole real training photos of the background leaves.

    Raises:
        TrainingError: cut-outs are to be pasted and there is no such row.
    """
    if not (data.renders and data.composite):
        return []
    found = [
        row for row in rows
        if row.leaf in data.background_leaves and row.origin == "photo" and row.split == "train" and row.crop is None
    ]  # fmt: skip
    if not found:
        raise TrainingError(
            f"data.background_leaves {', '.join(data.background_leaves)} have no whole training photo to paste "
            "cut-outs on; name other leaves, or set data.composite to 0"
        )
    return found


class Composer:
    """Gives each draw of a picture its pixels: as it is, or pasted on another background.

    Args:
        share: of the draws of a picture with a cut-out that are pasted.
        backgrounds: (H, W, 3) pixels to paste on.
    """

    def __init__(self, share: float, backgrounds: Sequence[Pixels]) -> None:
        self._share = share if backgrounds else 0.0
        self._backgrounds = backgrounds

    def __call__(self, picture: Picture, random: np.random.Generator) -> tuple[Pixels, Box | None]:
        """Pixels, and the box that a crop must not lose."""
        if picture.cutout is None or random.random() >= self._share:
            return picture.pixels, picture.box
        ground = self._backgrounds[int(random.integers(len(self._backgrounds)))]
        made = np.asarray(paste(Image.fromarray(picture.cutout), Image.fromarray(ground), random))
        return made, changed_box(made, ground)


def changed_box(made: Pixels, ground: Pixels) -> Box | None:
    """Box of where two pictures of one size differ clearly; ``None`` if nowhere."""
    changed = (np.abs(made.astype(np.int16) - ground) > _FAINT).any(2)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
