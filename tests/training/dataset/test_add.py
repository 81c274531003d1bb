"""A delivery from an agency becomes rows: nothing lost, nothing doubled, nobody's position kept."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PIL import ExifTags, Image
from typer.testing import CliRunner, Result

from model.errors import ManifestError
from model.manifest import ManifestRow, read_manifest
from model.taxonomy import shipped_taxonomy
from tests.support.photos import save, textured
from training.cli import app
from training.dataset.metadata import captured, clean_copy

TAXONOMY = shipped_taxonomy()


def picture(seed: int, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Pictures whose perceptual hashes differ: a few large random patches."""
    patches = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(patches).resize(size, Image.Resampling.BICUBIC)


def exif(taken: str = "2026:05:01 10:00:00") -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = 6
    made[ExifTags.Base.Artist] = "Officer Nguyen"
    inner = made.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = taken
    inner[ExifTags.Base.BodySerialNumber] = "SN-12345"
    gps = made.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (21.0, 31.0, 0.0)
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Manifest folder, photo folder and an empty delivery."""
    (tmp_path / "manifest").mkdir()
    (tmp_path / "photos").mkdir()
    (tmp_path / "delivery").mkdir()
    shutil.copy("datasets/manifest/labels.yaml", tmp_path / "manifest" / "labels.yaml")
    return tmp_path


def put(place: Path, name: str, image: Image.Image, **options: object) -> Path:
    path = place / "delivery" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return save(image, path, **options)


def add(place: Path, bundle: Path, *more: object) -> Result:
    arguments = [
        "data", "add", place / "delivery", "--photos", place / "photos", "--manifest-dir", place / "manifest",
        "--source", "agency:test", "--licence", "agency: training only", "--labelled-by", "expert A",
        "--label-basis", "expert", "--bundle", bundle, "--cache", place / "cache", *more,
    ]  # fmt: skip
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


def rows(place: Path) -> dict[str, ManifestRow]:
    found = read_manifest(place / "manifest" / "photos.csv", TAXONOMY)
    return {row.notes.rpartition(" ")[2]: row for row in found}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_folder_names_in_any_language_give_leaf_and_case(place: Path, tiny_bundle: Path) -> None:
    a = put(place, "2026-031/tiger_claw/a.jpg", picture(1))
    b = put(place, "虎皮/2026-032/b.png", picture(2))
    c = put(place, "2026-033/Da hổ/c.jpg", picture(3))
    unknown = put(place, "2026-034/rhino/d.jpg", picture(4))
    before = {path: path.read_bytes() for path in (a, b, c, unknown)}
    result = add(place, tiny_bundle)
    assert result.exit_code == 1
    assert "no leaf is called" in result.output
    found = rows(place)
    assert {k: (r.leaf, r.source_path) for k, r in found.items()} == {
        digest(a): ("tiger_claw", "2026-031"),
        digest(b): ("tiger_skin", "2026-032"),
        digest(c): ("tiger_skin", "2026-033"),
    }
    for row in found.values():
        assert digest(place / "photos" / row.path) == row.sha256
    assert {path: path.read_bytes() for path in before} == before


def test_dry_run_shows_and_writes_nothing(place: Path, tiny_bundle: Path) -> None:
    put(place, "c1/tiger_claw/<b>x.jpg", picture(1))
    (place / "delivery" / "c1" / "tiger_claw" / "broken.jpg").write_bytes(b"no")
    result = add(place, tiny_bundle, "--dry-run", "--sheet", place / "sheet.html")
    assert "1 photos of 1 exhibits would be added" in result.output
    assert "cannot_be_opened" in result.output
    assert list((place / "photos").iterdir()) == []
    assert not (place / "manifest" / "photos.csv").exists()
    page = (place / "sheet.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;x.jpg" in page
    assert "data:image/jpeg" in page
    assert "http" not in page


def test_training_copies_carry_no_position_serial_number_or_name(place: Path, tiny_bundle: Path) -> None:
    photo = put(place, "c1/tiger_claw/a.jpg", picture(1), exif=exif(), comment=b"secret comment")
    assert add(place, tiny_bundle).exit_code == 0
    (row,) = rows(place).values()
    copy = (place / "photos" / row.path).read_bytes()
    for secret in (b"Nguyen", b"SN-12345", b"secret comment"):
        assert secret in photo.read_bytes()
        assert secret not in copy
    with Image.open(io.BytesIO(copy)) as image:
        assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        assert image.getexif()[ExifTags.Base.Orientation] == 6
    assert captured(copy) == captured(photo.read_bytes())
    assert row.captured == "2026-05-01T10:00:00"


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"icc_profile": b"p" * 200}, {"quality": 30}])
def test_a_clean_jpeg_shows_the_very_same_pixels(options: dict[str, object]) -> None:
    buffer = io.BytesIO()
    textured((200, 90, 40)).save(buffer, "JPEG", exif=exif(), **options)
    copy = clean_copy(buffer.getvalue())
    with Image.open(buffer) as before, Image.open(io.BytesIO(copy.data)) as after:
        assert np.array_equal(np.asarray(before), np.asarray(after))
        assert before.info.get("icc_profile") == after.info.get("icc_profile")
    assert {"GPSInfo", "Artist", "BodySerialNumber"} <= set(copy.removed)


def test_what_a_phone_appends_to_a_photo_is_not_copied() -> None:
    """Further pictures have metadata of their own, and videos a place."""
    second = io.BytesIO()
    picture(2).save(second, "JPEG", exif=exif())
    for options in ({}, {"progressive": True}, {"optimize": True}):
        first = io.BytesIO()
        picture(1).save(first, "JPEG", **options)
        copy = clean_copy(first.getvalue() + second.getvalue() + b"ftypmp42 +21.5310+107.9670/ \xff\xd9")
        assert copy.data.endswith(b"\xff\xd9")
        assert b"Nguyen" not in copy.data
        assert b"ftypmp42" not in copy.data
        with Image.open(first) as before, Image.open(io.BytesIO(copy.data)) as after:
            assert np.array_equal(np.asarray(before), np.asarray(after))


def test_a_wrong_label_basis_is_refused_by_name_and_the_rest_goes_on(place: Path, tiny_bundle: Path) -> None:
    put(place, "a.jpg", picture(1))
    put(place, "b.jpg", picture(2))
    table = place / "delivery" / "list.csv"
    table.write_text("file,leaf,label_basis\na.jpg,tiger_claw,hearsay\nb.jpg,tiger_claw,appraisal\n", encoding="utf-8")
    result = add(place, tiny_bundle, "--table", table)
    assert result.exit_code == 1
    assert "got 'hearsay'" in " ".join(result.output.split())
    assert [row.label_basis for row in rows(place).values()] == ["appraisal"]


def test_exhibits_follow_case_label_and_pauses_of_the_camera(place: Path, tiny_bundle: Path) -> None:
    times = ["2026:05:01 10:00:00", "2026:05:01 10:04:00", "2026:05:01 11:30:00"]
    files = [put(place, f"c1/tiger_claw/{k}.jpg", picture(k), exif=exif(t)) for k, t in enumerate(times)]
    untimed = [put(place, f"c2/tiger_claw/{k}.jpg", picture(k)) for k in (7, 8)]
    assert add(place, tiny_bundle).exit_code == 0
    found = rows(place)
    exhibits = [found[digest(f)].exhibit for f in files]
    assert exhibits[0] == exhibits[1] != exhibits[2]
    assert found[digest(untimed[0])].exhibit == found[digest(untimed[1])].exhibit


def test_doubles_and_contradictions_are_refused_by_name(place: Path, tiny_bundle: Path) -> None:
    first = put(place, "c1/tiger_claw/a.jpg", picture(1), quality=95)
    assert add(place, tiny_bundle).exit_code == 0
    shutil.rmtree(place / "delivery")
    (place / "delivery").mkdir()
    put(place, "c2/tiger_claw/same.jpg", picture(1), quality=95)
    put(place, "c3/bear_claw/other-label.jpg", picture(1), quality=95)
    put(place, "c4/bear_claw/near-other-label.jpg", picture(1), quality=60)
    near = put(place, "c5/tiger_claw/near.jpg", picture(1, (390, 292)), quality=80)
    result = add(place, tiny_bundle, "--sheet", place / "sheet.html")
    page = (place / "sheet.html").read_text(encoding="utf-8")
    for code in ("already_there", "two_labels", "near_duplicate_two_labels"):
        assert code in result.output
        assert code in page
    found = rows(place)
    assert len(found) == 2
    # The near-duplicate of a photo already there stands on its side.
    assert found[digest(near)].split == found[hashlib.sha256(first_bytes(picture(1))).hexdigest()].split
    assert "looks like a photo of" in page
    assert not first.exists()


def first_bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


COLUMNS = """
[columns]
file = "Tên tệp"
leaf = "Loại"
case = "Số vụ"
[leaves]
"móng hổ (thật)" = "tiger_claw"
"""


@pytest.mark.parametrize("kind", ["csv", "csv-semicolon", "xlsx"])
def test_a_table_with_the_agencys_own_columns(place: Path, tiny_bundle: Path, kind: str) -> None:
    photo = put(place, "IMG_1.jpg", picture(1))
    header, line = ["Tên tệp", "Loại", "Số vụ"], ["IMG_1.jpg", "Móng hổ (thật)", "VN-77"]
    table = place / "delivery" / ("list.xlsx" if kind == "xlsx" else "list.csv")
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in (header, line):
            book.worksheets[0].append(row)
        book.save(table)
    else:
        with table.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, delimiter=";" if kind == "csv-semicolon" else ",").writerows([header, line])
    (place / "delivery" / "tigercheck-columns.toml").write_text(COLUMNS, encoding="utf-8")
    result = add(place, tiny_bundle, "--table", table)
    assert result.exit_code == 0, result.output
    assert {k: (r.leaf, r.source_path) for k, r in rows(place).items()} == {digest(photo): ("tiger_claw", "VN-77")}


def test_columns_said_once_are_remembered_for_the_source(place: Path, tiny_bundle: Path) -> None:
    def table(name: str) -> Path:
        path = place / "delivery" / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["Tên tệp", "Loại"], [f"{name}.jpg", "vuốt"]])
        return path

    put(place, "one.jpg", picture(1))
    with pytest.raises(ManifestError, match=r"Its columns are: Tên tệp, Loại.*--map file=COLUMN"):
        add(place, tiny_bundle, "--table", table("one"))
    said = ["--map", "file=Tên tệp", "--map", "leaf=Loại", "--word", "vuốt=tiger_claw"]
    assert add(place, tiny_bundle, "--table", table("one"), *said).exit_code == 0
    put(place, "two.jpg", picture(2))
    assert add(place, tiny_bundle, "--table", table("two")).exit_code == 0
    assert [row.leaf for row in rows(place).values()] == ["tiger_claw", "tiger_claw"]
    for wrong in (["--map", "colour=x"], ["--map", "leaf"], ["--word", "=x"], ["--word", "a=unicorn"]):
        with pytest.raises(ManifestError):
            add(place, tiny_bundle, "--table", table("two"), *wrong)
    assert add(place, tiny_bundle, "--table", table("two")).exit_code == 1  # already there; nothing wrong was learnt


def test_near_duplicates_found_while_adding_bind_a_later_split(place: Path, tiny_bundle: Path) -> None:
    put(place, "c1/tiger_claw/a.jpg", picture(1), quality=95)
    assert add(place, tiny_bundle).exit_code == 0
    put(place, "c2/tiger_claw/b.jpg", picture(1, (390, 292)), quality=80)
    for k in range(20, 40):
        put(place, f"case{k}/tiger_claw/{k}.jpg", picture(k))
    add(place, tiny_bundle)
    for forgotten in range(3):
        (place / "manifest" / "splits.json").unlink()
        labels = (place / "manifest" / "labels.yaml").read_text(encoding="utf-8")
        (place / "manifest" / "labels.yaml").write_text(
            labels.replace("seed: ", f"seed: {forgotten}"), encoding="utf-8"
        )
        CliRunner().invoke(app, ["data", "split", "--manifest-dir", str(place / "manifest")], catch_exceptions=False)
        sides = {row.source_path: row.split for row in rows(place).values()}
        assert sides["c1"] == sides["c2"]


@pytest.mark.parametrize("suffix", ["heic", "png", "webp", "tif"])
def test_other_formats_lose_all_metadata(suffix: str) -> None:
    buffer = io.BytesIO()
    kind = {"tif": "TIFF", "heic": "HEIF"}.get(suffix, suffix.upper())
    textured((200, 90, 40)).save(buffer, kind, exif=exif().tobytes())
    copy = clean_copy(buffer.getvalue())
    assert copy.suffix == ".png"
    with Image.open(io.BytesIO(copy.data)) as image:
        assert dict(image.getexif()) == {}
    assert b"Nguyen" not in copy.data


def test_adding_again_moves_nothing(place: Path, tiny_bundle: Path) -> None:
    for k in range(12):
        put(place, f"case{k}/tiger_claw/{k}.jpg", picture(k))
    assert add(place, tiny_bundle).exit_code == 0
    before = {key: row.split for key, row in rows(place).items()}
    for k in range(12, 30):
        put(place, f"case{k}/tiger_claw/{k}.jpg", picture(k))
    assert add(place, tiny_bundle).exit_code == 1
    after = {key: row.split for key, row in rows(place).items()}
    assert len(after) == 30
    assert {key: after[key] for key in before} == before
    assert set(after.values()) == {"train", "validation", "calibration"}
