"""From picture to array, once, for everybody: serving, evaluation, calibration and parity checks all call this.

The settings travel in the bundle with the weights, because preprocessing guessed from a model's name is how
near-random predictions get shipped.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

FloatArray = npt.NDArray[np.float32]

_FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


class Preprocessing(BaseModel):
    """How a picture becomes the network's input.

    ``crop``:
        ``squash`` resizes the whole picture to the square (nothing an officer framed is cut away);
        ``center`` resizes the short side to ``size / crop_fraction`` and cuts the middle square.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int = Field(ge=32, le=1024, description="side of the square input, pixels")
    crop: Literal["squash", "center"] = "squash"
    crop_fraction: float = Field(default=1.0, gt=0, le=1)
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @property
    def min_side(self) -> int:
        """Short side, in pixels, below which a reduced-scale decode would cost detail.

        Twice the input size: the antialiased resize that follows then still averages at least 2×2 pixels, so the
        decoder's own downscaling is not what the network sees.
        """
        return 2 * round(self.size / self.crop_fraction)

    def to_square(self, image: Image.Image) -> Image.Image:
        """The picture as the network sees it: RGB, ``size``×``size`` pixels. Expects RGB."""
        resample = _FILTERS[self.interpolation]
        if self.crop == "squash":
            return image.resize((self.size, self.size), resample)
        scale = round(self.size / self.crop_fraction) / min(image.size)
        width = max(self.size, round(image.width * scale))
        height = max(self.size, round(image.height * scale))
        resized = image.resize((width, height), resample)
        left, top = (width - self.size) // 2, (height - self.size) // 2
        return resized.crop((left, top, left + self.size, top + self.size))

    def normalise(self, square: npt.NDArray[np.uint8]) -> FloatArray:
        """Pixels to network input. ``square`` is (H, W, 3) in 0..255; returns (3, H, W) float32."""
        if square.ndim != 3 or square.shape[2] != 3:
            raise ValueError(f"expected an array of shape (H, W, 3), got {square.shape}")
        mean = np.asarray(self.mean, dtype=np.float32)
        std = np.asarray(self.std, dtype=np.float32)
        values = (square.astype(np.float32) / np.float32(255.0) - mean) / std
        return np.ascontiguousarray(values.transpose(2, 0, 1))

    def __call__(self, image: Image.Image) -> FloatArray:
        """RGB picture to (3, size, size) float32."""
        if image.mode != "RGB":
            raise ValueError(f"expected an RGB picture, got mode {image.mode!r}; open it with model.image.open_photo")
        return self.normalise(np.asarray(self.to_square(image)))
