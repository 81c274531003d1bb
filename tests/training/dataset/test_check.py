"""Every problem at once, each with row, column, value, expectation and remedy."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from model.errors import ManifestError
from model.manifest import ManifestRow
from model.taxonomy import shipped_taxonomy
from tests.support.photos import save, textured
from training.dataset.check import Problem, check_manifest

TAXONOMY = shipped_taxonomy()
GOOD = {
    "file": "a.png", "sha256": "0" * 64, "leaf": "tiger_skin", "exhibit": "e1", "source": "s", "source_path": "p",
    "licence": "CC0-1.0", "origin": "photo", "split": "train", "labelled_by": "me", "label_basis": "expert",
    "captured": "", "width": "100", "height": "100", "notes": "",
}  # fmt: skip


def check(tmp_path: Path, *changes: dict[str, str], photos: Path | None = None) -> list[Problem]:
    path = tmp_path / "manifest.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ManifestRow.model_fields))
        writer.writeheader()
        for number, change in enumerate(changes):
            own = {"file": f"{number}.png", "sha256": f"{number:064x}", "exhibit": f"e{number}"}
            writer.writerow({**GOOD, **own, **change})
    return check_manifest(path, TAXONOMY, photos=photos, min_exhibits=1).problems


def test_a_good_manifest_has_no_problems(tmp_path: Path) -> None:
    assert check(tmp_path, {}, {}, {"file": "0.png#xywh=percent:0,0,50,50", "sha256": "0" * 64, "exhibit": "e0"}) == []


@pytest.mark.parametrize(
    ("change", "column", "message", "expected", "remedy"),
    [
        ({"leaf": "tiger_pelt"}, "leaf", "unknown leaf", "tiger_claw", "taxonomy"),
        ({"leaf": "Tiger-Skin"}, "leaf", "only by case or accent", "tiger_skin", "write 'tiger_skin'"),
        ({"leaf": "tígęr_skin"}, "leaf", "only by case or accent", "tiger_skin", "write 'tiger_skin'"),
        ({"licence": "all rights reserved"}, "licence", "allow-list", "CC0", "ask the source"),
        ({"split": "test"}, "split", "Input should be", "holdout", "correct"),
        ({"sha256": "ABC"}, "sha256", "match", "64 hexadecimal", "correct"),
        ({"width": "0"}, "width", "greater than 0", "above 0", "correct"),
        ({"file": "../secret.jpg"}, "file", "relative path", "inside the photo folder", "correct"),
        ({"file": "a.png#xywh=percent:0,0,150,50"}, "file", "fragment", "xywh=percent", "correct"),
        ({"exhibit": ""}, "exhibit", "at least 1", "a value", "correct"),
    ],
)
def test_each_wrong_cell_is_named_with_what_was_expected(
    tmp_path: Path, change: dict[str, str], column: str, message: str, expected: str, remedy: str
) -> None:
    (problem,) = check(tmp_path, {}, change)
    assert (problem.severity, problem.row, problem.column) == ("error", 3, column)
    assert message in problem.message
    assert expected in problem.expected
    assert remedy in problem.remedy


def test_conflicts_between_rows_are_found_together(tmp_path: Path) -> None:
    same = {"sha256": "a" * 64}
    problems = check(
        tmp_path,
        {**same, "exhibit": "x", "leaf": "tiger_skin"},
        {**same, "exhibit": "x", "leaf": "faux_fur"},
        {"exhibit": "y", "split": "train"},
        {"exhibit": "y", "split": "holdout"},
        {"sha256": "b" * 64, "exhibit": "p"},
        {"sha256": "b" * 64, "exhibit": "q"},
        {"file": "0.png", "sha256": "c" * 64},
    )
    assert [(p.row, p.column) for p in problems] == [(3, "leaf"), (5, "split"), (7, "exhibit"), (8, "file")]
    assert "tiger_skin (row 2), faux_fur (row 3)" in problems[0].message
    assert "train (row 4), holdout (row 5)" in problems[1].message


def test_files_are_looked_at(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    good = save(textured((200, 100, 50)), photos / "good.png")
    save(textured((20, 100, 50)), photos / "changed.png")
    (photos / "broken.png").write_bytes(b"no")
    digest = hashlib.sha256(good.read_bytes()).hexdigest()
    problems = check(
        tmp_path,
        {"file": "good.png", "sha256": digest},
        {"file": "changed.png"},
        {"file": "broken.png"},
        {"file": "missing.png"},
        photos=photos,
    )
    assert [(p.row, p.message.split(":")[0][:16]) for p in problems] == [
        (3, "the file has " + problems[0].message[13:16]),
        (4, "cannot be opened"),
        (5, "missing file"),
    ]


def test_few_exhibits_are_a_warning(tmp_path: Path) -> None:
    check(tmp_path, {})
    found = check_manifest(tmp_path / "manifest.csv", TAXONOMY, min_exhibits=5)
    assert found.ok
    assert [(p.severity, p.value, p.row) for p in found.problems] == [("warning", "tiger_skin", None)]


def test_other_columns_are_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("file,label\na,b\n", encoding="utf-8")
    with pytest.raises(ManifestError, match=r"missing: sha256.*unknown: label"):
        check_manifest(path, TAXONOMY)
    with pytest.raises(ManifestError, match="cannot read"):
        check_manifest(tmp_path / "none.csv", TAXONOMY)
