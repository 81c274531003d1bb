"""Manifest rows: what is accepted and how a fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ManifestError
from model.manifest import ManifestRow, crop_percent, parse_fragment, read_manifest, stable_share, write_manifest
from model.taxonomy import shipped_taxonomy
from tests.support.photos import textured

TAXONOMY = shipped_taxonomy()


def row(**changes: object) -> ManifestRow:
    values: dict[str, object] = {
        "file": "tiger/a.jpg", "sha256": "a" * 64, "leaf": "tiger_whole", "exhibit": "x1", "source": "s",
        "source_path": "p", "licence": "CC0-1.0", "origin": "photo", "split": "train", "labelled_by": "me",
        "label_basis": "source", "captured": "", "width": 10, "height": 10, "notes": "",
    }  # fmt: skip
    return ManifestRow.model_validate({**values, **changes})


def test_written_rows_read_back(tmp_path: Path) -> None:
    rows = [row(file="b.jpg", notes='a "quoted", note'), row(file="a.jpg#xywh=percent:1,2,3,4", leaf="tiger_skin")]
    write_manifest(tmp_path / "m.csv", rows)
    assert read_manifest(tmp_path / "m.csv", TAXONOMY) == sorted(rows, key=lambda r: r.file)


def test_all_faults_are_told_with_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    write_manifest(path, [row(file="a.jpg"), row(file="b.jpg"), row(file="c.jpg", exhibit="x2")])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("tiger_whole", "tigre_whole")
    lines[2] = lines[2].replace(",photo,", ",painting,")
    lines[3] = lines[3].replace("a" * 64, "short")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        read_manifest(path, TAXONOMY)
    text = str(caught.value)
    assert "3 problem(s)" in text
    for words in ("row 2, column leaf", "row 3, column origin", "row 4, column sha256", "tigre_whole", "painting"):
        assert words in text


def test_an_exhibit_on_two_sides_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.csv", [row(file="a.jpg"), row(file="b.jpg", split="holdout")])
    with pytest.raises(ManifestError, match="exhibit 'x1' stands on 2 sides"):
        read_manifest(tmp_path / "m.csv", TAXONOMY)


def test_other_columns_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("file,leaf\na,b\n")
    with pytest.raises(ManifestError, match="expected the columns"):
        read_manifest(tmp_path / "m.csv", TAXONOMY)
    with pytest.raises(ManifestError, match="cannot read"):
        read_manifest(tmp_path / "none.csv", TAXONOMY)


@pytest.mark.parametrize("file", ["/etc/passwd", "../a.jpg", "a/../../b.jpg", "C:\\a.jpg", "..\\a.jpg"])
def test_files_outside_the_photo_folder_are_refused(file: str) -> None:
    with pytest.raises(ValueError, match="relative path"):
        row(file=file)


@pytest.mark.parametrize("fragment", ["#xywh=percent:1,2,3", "#xywh=percent:60,0,50,10", "#xywh=1,2,3,4", "#x", "#t=1"])
def test_bad_fragments_are_refused(fragment: str) -> None:
    with pytest.raises(ManifestError, match="fragment"):
        parse_fragment("a.jpg" + fragment)


def test_crop_cuts_the_share_named() -> None:
    assert crop_percent(textured((1, 2, 3), (200, 100)), (10, 20, 50, 30)).size == (100, 30)


@given(st.text(), st.text())
def test_share_is_stable_and_in_range(seed: str, key: str) -> None:
    value = stable_share(seed, key)
    assert 0 <= value < 1
    assert value == stable_share(seed, key)


def test_shipped_manifest_is_valid_and_keeps_held_out_sources_whole() -> None:
    """Every source stands wholly on the held-out side or not at all."""
    rows = read_manifest(Path("datasets/manifest/photos.csv"), TAXONOMY)
    held = {r.source for r in rows if r.split == "holdout"}
    assert {s for s in held if "gsparsh220598" in s} and {s for s in held if "zzf005/DDT" in s}
    assert not held & {r.source for r in rows if r.split != "holdout"}
