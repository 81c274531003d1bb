"""Photos that tests make: textured pictures of one colour, and a folder of torture files."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

Colour = tuple[int, int, int]


def textured(colour: Colour, size: tuple[int, int] = (320, 240), seed: int = 0) -> Image.Image:
    """A picture whose mean is ``colour`` and which is not blank: coarse and fine noise, as real photos have."""
    random = np.random.default_rng(seed)
    width, height = size
    coarse = random.normal(0, 12, (height // 16 + 1, width // 16 + 1, 1)).repeat(16, 0).repeat(16, 1)[:height, :width]
    noise = coarse + random.normal(0, 4, (height, width, 1))
    noise -= noise.mean()
    return Image.fromarray(np.clip(np.asarray(colour) + noise, 0, 255).astype(np.uint8))


def save(image: Image.Image, path: Path, **options: object) -> Path:
    """Save and return the path."""
    image.save(path, **options)
    return path


def jpeg_bytes(image: Image.Image, quality: int = 92, **options: object) -> bytes:
    """The picture as JPEG bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **options)
    return buffer.getvalue()


def bomb_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few hundred kilobytes that claim to be a 900-megapixel picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * 20, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def torture_folder(folder: Path, colour: Colour) -> dict[str, str]:
    """Files that break careless readers.

    Returns the expected result by file name: ``ok``, or the code of the typed failure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    image = textured(colour)
    expected: dict[str, str] = {}

    def put(name: str, data: bytes, result: str) -> None:
        (folder / name).write_bytes(data)
        expected[name] = result

    def put_image(name: str, picture: Image.Image, result: str = "ok", **options: object) -> None:
        save(picture, folder / name, **options)
        expected[name] = result

    put_image("plain.jpg", image)
    put_image("cmyk.jpg", image.convert("CMYK"))
    put_image("grey.jpg", image.convert("L"))
    put_image("palette.png", image.quantize(32))
    transparent = image.convert("RGBA")
    transparent.putalpha(200)
    put_image("alpha.png", transparent)
    put_image("one_bit.png", image.convert("1"))
    deep = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    put_image("sixteen_bit.png", deep)
    put_image("sixteen_bit.tif", deep)
    put_image("float.tif", Image.fromarray(np.asarray(image.convert("L")).astype(np.float32) / 255))
    frames = [textured(colour, seed=k) for k in range(3)]
    put_image("animated.gif", frames[0], save_all=True, append_images=frames[1:])
    put_image("animated.webp", frames[0], save_all=True, append_images=frames[1:])
    put_image("burst.mpo", frames[0], save_all=True, append_images=frames[1:])
    put_image("phone.heic", image)
    put_image("phone.avif", image)
    put_image("old.bmp", image)
    put_image("progressive.jpg", image, progressive=True)
    put_image("panorama.jpg", textured(colour, (4000, 100)))
    exif = Image.Exif()
    exif[0x0112] = 6
    put_image("turned.jpg", image, exif=exif)
    put_image("tiny.png", textured(colour, (20, 20)))
    put_image("black.png", Image.new("RGB", (300, 300)))
    put("jpeg_named.png", jpeg_bytes(image), "ok")
    put("umlaut ảnh 照片 [b].jpg", jpeg_bytes(image), "ok")
    put("bad_exif.jpg", jpeg_bytes(image, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff"), "ok")
    whole = jpeg_bytes(image)
    put("truncated.jpg", whole[: len(whole) // 2], "truncated")
    put("cut_header.jpg", whole[:30], "truncated")
    png = folder / "whole.png.tmp"
    image.save(png, "PNG")
    data = png.read_bytes()
    png.unlink()
    put("truncated.png", data[: len(data) // 2], "truncated")
    put("corrupt.png", data[:200] + b"\0" * 400 + data[600:], "damaged")
    put("empty.jpg", b"", "empty")
    put("text.jpg", b"this is not a photo\n" * 50, "not_a_photo")
    put("document.pdf.jpg", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", "not_a_photo")
    put("script.eps.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not_a_photo")
    put("page.svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo")
    put("noise.jpg", np.random.default_rng(0).bytes(5000), "not_a_photo")
    put("bomb.png", bomb_png(), "too_many_pixels")
    return expected
