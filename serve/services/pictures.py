"""Pictures for the page as ``data:`` addresses: small photos, the map laid over them, and example pictures."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.bundle import Bundle
from model.errors import ImageError
from model.explanation import heat
from model.image import open_photo
from model.manifest import crop_percent
from model.predict import Crop, Prediction
from model.taxonomy import Identity, Taxonomy

#: Longest side of a small picture and of one with a map, in pixels.
SMALL, LARGE = 320, 640
#: Orange on a photo is told apart by people who do not tell red from green.
_ORANGE = (255, 120, 0)


@dataclass(frozen=True)
class MappedPhoto:
    """A photo and, of the same size, where the signs of an identity lie: orange, the stronger the less transparent."""

    name: str
    identity: Identity
    photo: str
    layer: str


def thumbnail(photo: Path, side: int = SMALL, crop: Crop | None = None) -> str | None:
    """A JPEG of at most ``side`` pixels; ``None`` if the photo cannot be opened."""
    image = _small(photo, side, crop)
    return _address(image, "JPEG") if image else None


def mapped(photo: Path, prediction: Prediction, bundle: Bundle, taxonomy: Taxonomy) -> MappedPhoto | None:
    """The photo with the map of its leading identity; ``None`` if there is nothing to show.

    The identity's map is the sum of its leaves' maps: their logits are sums over places, so the sum says where the
    identity's evidence lies.
    """
    image = _small(photo, LARGE, prediction.files[0].crop)
    if prediction.maps is None or prediction.quality or image is None:
        return None
    identity = prediction.decision.identity
    leading = max(identity, key=lambda code: identity[code])
    wanted = [taxonomy.leaf(leaf).identity == leading.value for leaf in bundle.info.leaves]
    leaves = np.asarray(list(prediction.probabilities.values()))[:, None, None]
    # Weighed by probability, so that a leaf nobody believes in does not colour the map.
    warmth = heat((prediction.maps * leaves)[wanted].sum(axis=0), image.size)
    if not warmth.any():
        return None
    return MappedPhoto(prediction.files[0].name, leading, _address(image, "JPEG"), _address(_layer(warmth), "PNG"))


def example(bundle: Bundle, index: int) -> str:
    """An example picture of the bundle.

    Raises:
        ValueError: the bundle has no examples.
    """
    if bundle.examples is None:
        raise ValueError(f"{bundle.info.id} has no example pictures")
    return _address(bundle.examples.picture(index), "JPEG")


def _small(photo: Path, side: int, crop: Crop | None) -> Image.Image | None:
    try:
        image = open_photo(photo, min_side=side if crop is None else None).image
    except ImageError:
        # Not swallowed: the same photo's answer carries this failure in words.
        return None
    image = crop_percent(image, crop) if crop else image
    image.thumbnail((side, side))
    return image


def _layer(warmth: npt.NDArray[np.float32]) -> Image.Image:
    pixels = np.empty((*warmth.shape, 4), np.uint8)
    pixels[..., :3] = _ORANGE
    pixels[..., 3] = np.round(230 * warmth)
    return Image.fromarray(pixels, "RGBA")


def _address(image: Image.Image, kind: str) -> str:
    buffer = io.BytesIO()
    if kind == "JPEG":
        image.convert("RGB").save(buffer, kind, quality=80)
    else:
        image.save(buffer, kind)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
