"""Small pictures of photos, for formats browsers cannot show (HEIC, TIFF, CMYK) as well as for those they can."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from model.errors import ImageError
from model.image import open_photo


def thumbnail(photo: Path, side: int = 320) -> str | None:
    """A JPEG of at most ``side`` pixels as a ``data:`` address; ``None`` if the photo cannot be opened."""
    try:
        image = open_photo(photo, min_side=side).image
    except ImageError:
        # Not swallowed: the same photo's answer carries this failure in words.
        return None
    image.thumbnail((side, side))
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
