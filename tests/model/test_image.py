"""Opening photos: what an officer's phone or a seized one may hold."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.errors import ImageError, ImageErrorCode
from model.image import ImageLimits, expand, open_photo
from tests.support.photos import bomb_png, jpeg_bytes, save, textured, torture_folder

ORANGE = (230, 120, 20)


def mean_colour(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=float).mean(axis=(0, 1))


def test_every_torture_file_is_a_picture_or_a_typed_error(tmp_path: Path) -> None:
    expected = torture_folder(tmp_path, ORANGE)
    got = {}
    for name in expected:
        try:
            photo = open_photo(tmp_path / name)
            assert photo.image.mode == "RGB"
            got[name] = "ok"
        except ImageError as error:
            got[name] = error.code.value
    assert got == expected


@pytest.mark.parametrize(
    "name", ["plain.jpg", "cmyk.jpg", "palette.png", "animated.gif", "animated.webp", "burst.mpo", "phone.heic",
             "phone.avif", "old.bmp", "progressive.jpg", "turned.jpg", "jpeg_named.png"],
)  # fmt: skip
def test_colour_survives_every_format(tmp_path: Path, name: str) -> None:
    torture_folder(tmp_path, ORANGE)
    assert np.abs(mean_colour(open_photo(tmp_path / name).image) - ORANGE).max() < 12


@pytest.mark.parametrize("name", ["sixteen_bit.png", "sixteen_bit.tif", "float.tif"])
def test_deep_grey_is_scaled_not_clipped(tmp_path: Path, name: str) -> None:
    torture_folder(tmp_path, ORANGE)
    grey = float(mean_colour(textured(ORANGE).convert("L").convert("RGB"))[0])
    assert mean_colour(open_photo(tmp_path / name).image) == pytest.approx([grey] * 3, abs=3)


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    path = save(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), tmp_path / "clear.png")
    assert mean_colour(open_photo(path).image) == pytest.approx([255] * 3)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("min_side", [None, 32])
def test_exif_orientation_comes_first(tmp_path: Path, orientation: int, min_side: int | None) -> None:
    """The upright picture has its red corner at the top left, however the phone was held."""
    upright = Image.new("RGB", (400, 200), (0, 0, 255))
    upright.paste((255, 0, 0), (0, 0, 200, 100))
    turned = {
        1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE], 8: [Image.Transpose.ROTATE_270],
    }  # fmt: skip
    stored = upright
    for step in turned[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = open_photo(save(stored, tmp_path / "a.jpg", exif=exif, quality=95), min_side=min_side)
    assert photo.size == (400, 200)
    red, green, blue = photo.image.getpixel((photo.image.width // 8, photo.image.height // 8))
    assert red > 200 and blue < 60 and green < 60
    assert photo.image.getpixel((photo.image.width * 7 // 8, photo.image.height * 7 // 8))[2] > 200


def test_large_jpeg_is_decoded_at_reduced_scale_but_never_below_the_side_asked_for() -> None:
    data = jpeg_bytes(textured(ORANGE, (3200, 2400)))
    reduced = open_photo(data, min_side=448)
    full = open_photo(data)
    assert full.image.size == (3200, 2400)
    assert reduced.size == (3200, 2400)
    assert min(reduced.image.size) >= 448
    assert reduced.image.width < 3200
    assert reduced.sha256 == full.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.gif", {}),
        ("a.webp", {"lossless": True}),
        ("a.mpo", {"quality": 95}),
        ("a.tif", {}),
        ("a.png", {"default_image": False}),
        ("a.avif", {"quality": 95}),
    ],
)
def test_only_the_first_frame_counts(tmp_path: Path, name: str, options: dict[str, object]) -> None:
    frames = [textured(ORANGE), textured((20, 20, 200)), textured((20, 200, 20))]
    path = save(frames[0], tmp_path / name, save_all=True, append_images=frames[1:], **options)
    photo = open_photo(path)
    assert photo.frames == 3
    assert np.asarray(photo.image).mean(axis=(0, 1)) == pytest.approx(ORANGE, abs=8)


def test_limits_name_the_size_and_the_limit(tmp_path: Path) -> None:
    path = save(textured(ORANGE, (400, 300)), tmp_path / "a.png")
    with pytest.raises(ImageError) as caught:
        open_photo(path, limits=ImageLimits(max_pixels=50_000))
    assert caught.value.code is ImageErrorCode.TOO_MANY_PIXELS
    with pytest.raises(ImageError) as caught:
        open_photo(path, limits=ImageLimits(max_bytes=1000))
    assert caught.value.code is ImageErrorCode.TOO_MANY_BYTES
    assert set(caught.value.params) == {"megabytes", "limit"}


def test_missing_and_special_files(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.jpg", ImageErrorCode.NOT_FOUND), (tmp_path, ImageErrorCode.NOT_A_FILE)):
        with pytest.raises(ImageError) as caught:
            open_photo(path)
        assert caught.value.code is code
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        with pytest.raises(ImageError) as caught:
            open_photo(tmp_path / "pipe.jpg")
        assert caught.value.code is ImageErrorCode.NOT_A_FILE


def test_folders_are_searched_and_named_files_are_kept(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("in/b.JPG", "in/deep/a.heic", "in/notes.txt", "in/.hidden.jpg", "odd.dat"):
        (tmp_path / name).write_bytes(b"x")
    found = expand([tmp_path / "in", tmp_path / "odd.dat"])
    assert [p.name for p in found] == ["b.JPG", "a.heic", "odd.dat"]


def test_a_picture_that_would_fill_the_memory_is_told_the_limit_of_its_own_format() -> None:
    header = jpeg_bytes(Image.new("RGB", (8, 8)))
    start = header.index(b"\xff\xc0") + 5  # height and width in the frame's header
    vast = header[:start] + (40_000).to_bytes(2, "big") * 2 + header[start + 4 :]
    for data, limit in ((bomb_png(), 80), (vast, 170)):
        with pytest.raises(ImageError) as caught:
            open_photo(data)
        assert caught.value.code is ImageErrorCode.TOO_MANY_PIXELS
        assert caught.value.params["limit"] == limit
