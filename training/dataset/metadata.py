"""Read when and with what a photo was taken, and make a copy that no longer says where or by whose camera.

The original is only read. A JPEG's copy holds the very same compressed picture: only its metadata segments are
rewritten (ITU-T T.81, Annex B; Exif 3.0, CIPA DC-008). Everything not named in :data:`KEPT` goes, including GPS, serial
numbers, owner names, maker notes, thumbnails, XMP and IPTC. Other formats are stored again as PNG without metadata.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PIL import ExifTags, Image

from model.image import open_photo

#: Exif tags that say how a photo was taken and nothing about where or by whom.
KEPT = (
    ExifTags.Base.Orientation,
    ExifTags.Base.Make,
    ExifTags.Base.Model,
    ExifTags.Base.DateTime,
)
KEPT_IN_EXIF = (
    ExifTags.Base.DateTimeOriginal,
    ExifTags.Base.OffsetTimeOriginal,
    ExifTags.Base.ExposureTime,
    ExifTags.Base.FNumber,
    ExifTags.Base.ISOSpeedRatings,
    ExifTags.Base.FocalLength,
    ExifTags.Base.FocalLengthIn35mmFilm,
    ExifTags.Base.Flash,
)

_APP0, _APP1, _APP14, _SOI, _SOS, _EOI = 0xE0, 0xE1, 0xEE, b"\xff\xd8", 0xDA, 0xD9


@dataclass(frozen=True)
class CleanCopy:
    """A copy for training: bytes, suffix, and what was taken out of it."""

    data: bytes
    suffix: str
    removed: tuple[str, ...]


def captured(data: bytes) -> datetime | None:
    """When the photo was taken by its camera's clock, ``None`` if it does not say."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            exif = image.getexif()
            value = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(
                ExifTags.Base.DateTime
            )
    except (OSError, SyntaxError, ValueError, TypeError):
        # A photo without readable metadata has no time; whether it opens at all is asked elsewhere.
        return None
    try:
        return datetime.strptime(str(value).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # a camera's clock has no zone
    except ValueError:
        return None


def clean_copy(data: bytes) -> CleanCopy:
    """The copy used for training.

    Raises:
        ImageError: the photo cannot be opened.
    """
    photo = open_photo(data)
    if photo.format == "JPEG":
        return _clean_jpeg(data)
    buffer = io.BytesIO()
    photo.image.save(buffer, "PNG")
    return CleanCopy(buffer.getvalue(), ".png", (f"all metadata ({photo.format} stored again as PNG)",))


def _clean_jpeg(data: bytes) -> CleanCopy:
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
    kept = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    removed = [_name(tag) for tag in exif if tag not in KEPT and tag != ExifTags.IFD.Exif]
    removed += [_name(tag) for tag in inner if tag not in KEPT_IN_EXIF]
    if exif.get_ifd(ExifTags.IFD.GPSInfo) and "GPSInfo" not in removed:
        removed.append("GPSInfo")
    for tag in KEPT:
        if tag in exif:
            kept[tag] = exif[tag]
    inside = {tag: inner[tag] for tag in KEPT_IN_EXIF if tag in inner}
    if inside:
        kept.get_ifd(ExifTags.IFD.Exif).update(inside)
    out = io.BytesIO()
    out.write(_SOI)
    if len(kept) or inside:
        payload = kept.tobytes()
        out.write(bytes([0xFF, _APP1]) + (len(payload) + 2).to_bytes(2, "big") + payload)
    for marker, piece in _segments(data):
        # JFIF and Adobe segments say how to decode; of APP2 only a colour profile is needed.
        decoding = marker in (_APP0, _APP14) or not (0xE0 <= marker <= 0xEF or marker == 0xFE)
        if decoding or (marker == 0xE2 and piece[4:15] == b"ICC_PROFILE"):
            out.write(piece)
        elif marker != _APP1 or piece[4:8] != b"Exif":
            removed.append("comment" if marker == 0xFE else f"segment APP{marker - 0xE0}")
    return CleanCopy(out.getvalue(), ".jpg", tuple(sorted(set(removed))))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment of the first picture; a scan's compressed data goes with its header.

    What follows the end of that picture is not part of it: phones append further pictures (CIPA DC-007), which have
    metadata of their own, and videos.
    """
    position = 2
    while position + 1 < len(data):
        if data[position] != 0xFF or data[position + 1] == 0xFF:
            position += 1
            continue
        marker = data[position + 1]
        if marker == _EOI:
            yield marker, data[position : position + 2]
            return
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _SOS:
            # In compressed data FF is followed by 00 or by a restart marker; anything else begins the next segment.
            while end + 1 < len(data) and not (
                data[end] == 0xFF and data[end + 1] not in (0x00, 0xFF) and not 0xD0 <= data[end + 1] <= 0xD7
            ):
                end += 1
        yield marker, data[position:end]
        position = end


def _name(tag: int) -> str:
    try:
        return ExifTags.Base(tag).name
    except ValueError:
        return f"tag {tag}"
