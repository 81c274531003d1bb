"""Open an officer's photo, whatever it is: an upright RGB picture, or a typed :class:`ImageError`.

Two reasons make this stricter than ``Image.open``. A seized phone's files are hostile input, so only photo formats
are tried (never EPS, PDF or other formats with interpreters behind them) and size is checked before decoding. And a
half-decoded photo must not be judged as if it were whole, so a truncated file is refused.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from model.errors import ImageError, ImageErrorCode

pillow_heif.register_heif_opener()

# Without this Pillow knows only its five commonest formats when asked for formats by name.
Image.init()

#: Formats tried, in Pillow's names. MPO (several JPEGs in one, as many phones write) opens as JPEG; only the first
#: frame of any file is read.
FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF")
#: File name endings taken from a folder. A file named on the command line is tried whatever its name.
SUFFIXES: frozenset[str] = frozenset(
    (
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".mpo",
        ".png",
        ".webp",
        ".heic",
        ".heif",
        ".avif",
        ".tif",
        ".tiff",
        ".bmp",
        ".gif",
    )
)


#: How a JPEG begins; Pillow's bomb guard refuses a picture before it says which format it is.
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class ImageLimits:
    """What is still opened.

    Attributes:
        max_bytes: largest file. Phone photos stay under 30 MB.
        max_pixels: most pixels that are fully decoded: 80 million take 240 MB as RGB, what a ten-year-old laptop
            with 4 GB can still spare.
        max_pixels_reduced: most pixels of a JPEG, which is decoded at reduced scale (108-megapixel phones exist);
            Pillow's own bomb guard stands at 179 million.
    """

    max_bytes: int = 64 * 1024 * 1024
    max_pixels: int = 80_000_000
    max_pixels_reduced: int = 170_000_000


@dataclass(frozen=True)
class Photo:
    """One opened photo.

    Attributes:
        image: upright RGB picture; ``image.size`` may be smaller than ``size`` after a reduced-scale decode.
        name: file name for display.
        sha256: of the file's bytes as they are on disk.
        format: Pillow's name of the file format.
        size: width and height in the file, in pixels, upright.
        frames: pictures in the file; only the first was read.
    """

    image: Image.Image
    name: str
    sha256: str
    format: str
    size: tuple[int, int]
    frames: int


def open_photo(
    source: Path | bytes, *, name: str | None = None, min_side: int | None = None, limits: ImageLimits | None = None
) -> Photo:
    """Read one photo.

    Args:
        source: path, or the bytes of a file.
        name: name to show; default the path's own.
        min_side: if given, a JPEG larger than this is decoded at 1/2, 1/4 or 1/8 scale with both sides still at
            least this many pixels (the decoder's own downscaling, so it costs a fraction of a full decode).
        limits: what is refused as too large.

    Raises:
        ImageError: with a code of :class:`ImageErrorCode`.
    """
    limits = limits or ImageLimits()
    if isinstance(source, bytes):
        data, name = source, name or "photo"
        if len(data) > limits.max_bytes:
            raise _too_many_bytes(len(data), limits)
    else:
        data, name = _read(source, limits), name or source.name
    if not data:
        raise ImageError(ImageErrorCode.EMPTY)
    image, file_format, size, frames = _decode(data, min_side, limits)
    return Photo(
        image=image, name=name, sha256=hashlib.sha256(data).hexdigest(), format=file_format, size=size, frames=frames
    )


def _too_many_bytes(count: int, limits: ImageLimits) -> ImageError:
    megabyte = 1024 * 1024
    return ImageError(
        ImageErrorCode.TOO_MANY_BYTES, megabytes=-(-count // megabyte), limit=limits.max_bytes // megabyte
    )


def _read(path: Path, limits: ImageLimits) -> bytes:
    try:
        if not path.exists():
            raise ImageError(ImageErrorCode.NOT_FOUND, detail=str(path))
        # A named pipe or device would block for ever, so only regular files are opened.
        if not path.is_file():
            raise ImageError(ImageErrorCode.NOT_A_FILE, detail=str(path))
        count = path.stat().st_size
        if count > limits.max_bytes:
            raise _too_many_bytes(count, limits)
        return path.read_bytes()
    except OSError as error:
        raise ImageError(ImageErrorCode.NOT_READABLE, detail=error.strerror or str(error)) from error


def _decode(data: bytes, min_side: int | None, limits: ImageLimits) -> tuple[Image.Image, str, tuple[int, int], int]:
    """Decode to upright RGB. Everything a decoder may throw at hostile bytes becomes an :class:`ImageError`."""
    with warnings.catch_warnings():
        # Pillow warns about half-broken metadata and large pictures; the limits below decide, not the warnings.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_pixels(opened, limits)
                full_size, file_format = opened.size, opened.format or "?"
                frames = int(getattr(opened, "n_frames", 1))
                if min_side is not None and file_format in ("JPEG", "MPO"):
                    opened.draft("RGB", (min_side, min_side))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                swapped = opened.getexif().get(0x0112, 1) in (5, 6, 7, 8)
                size = (full_size[1], full_size[0]) if swapped else full_size
                return _to_rgb(upright), file_format, size, frames
        except ImageError:
            raise
        except UnidentifiedImageError as error:
            raise ImageError(ImageErrorCode.NOT_A_PHOTO, detail=str(error)) from error
        except Image.DecompressionBombError as error:
            raise ImageError(
                ImageErrorCode.TOO_MANY_PIXELS,
                detail=str(error),
                megapixels="> 178",
                limit=_most_pixels("JPEG" if data.startswith(_JPEG) else None, limits) // 1_000_000,
            ) from error
        except Exception as error:  # decoders raise nearly anything on hostile bytes; none may escape
            text = str(error)
            code = ImageErrorCode.TRUNCATED if "truncated" in text.lower() else ImageErrorCode.DAMAGED
            raise ImageError(code, detail=f"{type(error).__name__}: {text}") from error


def _check_pixels(opened: Image.Image, limits: ImageLimits) -> None:
    width, height = opened.size
    most = _most_pixels(opened.format, limits)
    if width * height > most:
        raise ImageError(
            ImageErrorCode.TOO_MANY_PIXELS, megapixels=-(-width * height // 1_000_000), limit=most // 1_000_000
        )


def _most_pixels(file_format: str | None, limits: ImageLimits) -> int:
    return limits.max_pixels_reduced if file_format in ("JPEG", "MPO") else limits.max_pixels


def _to_rgb(image: Image.Image) -> Image.Image:
    """RGB on white. 16-bit grey is scaled (Pillow's own conversion would clip it), transparency is laid on white."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) // 257).astype(np.uint8))
    elif image.mode in ("I", "F"):
        image = _stretch(image)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _stretch(image: Image.Image) -> Image.Image:
    """Map 32-bit integers or floats to 0..255. 16-bit PNG arrives as ``I`` in some Pillow versions."""
    values = np.asarray(image).astype(np.float64)
    top = 65535.0 if values.max(initial=0.0) > 255 else (255.0 if values.max(initial=0.0) > 1 else 1.0)
    return Image.fromarray((np.clip(values / top, 0.0, 1.0) * 255).astype(np.uint8))


def expand(paths: list[Path]) -> list[Path]:
    """Files to read: files as given, and the photos inside folders (recursively, sorted by name)."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
        else:
            found.append(path)
    return found
