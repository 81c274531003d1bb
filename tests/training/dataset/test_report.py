"""The data report names what is doubtful, and holds everything in one file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from model.manifest import ManifestRow
from tests.support.photos import save, textured
from training.dataset.label_errors import suspects
from training.dataset.report import look, write_report


def clusters(count: int, wrong: dict[int, str]) -> tuple[np.ndarray, list[str]]:
    """Two well separated clouds of embeddings with labels, some of them wrong."""
    random = np.random.default_rng(0)
    vectors = random.normal(0, 0.4, (count, 8)).astype(np.float32)
    vectors[::2, 0] += 4
    labels = [wrong.get(k, "tiger_skin" if k % 2 == 0 else "faux_fur") for k in range(count)]
    return vectors, labels


def test_wrong_labels_are_suspected_and_right_ones_are_not() -> None:
    wrong = {4: "faux_fur", 9: "tiger_skin", 30: "faux_fur"}
    vectors, labels = clusters(120, wrong)
    found = suspects(vectors, labels, [f"e{k}" for k in range(120)])
    assert {s.position for s in found} == set(wrong)
    assert {(s.label, s.looks_like) for s in found} == {("faux_fur", "tiger_skin"), ("tiger_skin", "faux_fur")}
    assert all(0 < s.margin <= 1 for s in found)


def test_a_wrong_label_shared_by_copies_is_still_suspected() -> None:
    """If copies stood on both sides of a fold, they would vouch for each other."""
    vectors, labels = clusters(120, {})
    copies = [0, 2, 4, 6, 8]
    vectors[copies] = vectors[0]
    for k in copies:
        labels[k] = "faux_fur"
    exhibits = ["same" if k in copies else f"e{k}" for k in range(120)]
    assert {s.position for s in suspects(vectors, labels, exhibits)} == set(copies)


def test_leaves_with_too_few_exhibits_are_left_out() -> None:
    vectors, labels = clusters(60, {0: "bear_claw"})
    assert 0 not in {s.position for s in suspects(vectors, labels, [f"e{k}" for k in range(60)])}
    assert suspects(vectors[:3], ["a", "a", "a"], ["1", "2", "3"]) == []


def test_blur_shows_in_sharpness(tmp_path: Path) -> None:
    from PIL import ImageFilter

    sharp = textured((120, 120, 120), (400, 300))
    one = look(save(sharp, tmp_path / "sharp.png"))
    other = look(save(sharp.filter(ImageFilter.GaussianBlur(4)), tmp_path / "blurred.png"))
    assert one is not None
    assert other is not None
    assert other.sharpness < one.sharpness / 5
    assert one.short_side == 300


@pytest.fixture
def rows(tmp_path: Path) -> list[ManifestRow]:
    made = []
    for k in range(40):
        leaf = "tiger_skin" if k % 2 == 0 else "faux_fur"
        path = save(textured((200, 100, 5 * k)), tmp_path / f"{k}.png")
        made.append(
            ManifestRow(
                file=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), leaf=leaf,
                exhibit="twins" if k in (1, 3) else f"e{k}", source="s", source_path="<script>alert(1)</script>",
                licence="<b>CC0</b>", origin="photo", split="train", labelled_by="A", label_basis="expert",
                captured="", width=320, height=240, notes="",
            )
        )  # fmt: skip
    return made


def test_report_is_one_file_with_figures_and_pictures(tmp_path: Path, rows: list[ManifestRow]) -> None:
    vectors, _ = clusters(40, {})
    second = tmp_path / "second.csv"
    lines = ["file,labelled_by,leaf"] + [
        f"{k}.png,B,{'tiger_skin' if k in (0, 1, 2) else 'faux_fur'}" for k in range(4)
    ]
    second.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "39.png").unlink()
    out = tmp_path / "report.html"
    figures = write_report(rows, tmp_path, out, vectors, second)
    assert figures["photos"] == 40
    assert figures["cannot_be_opened"] == 1
    assert (figures["duplicate_groups"], figures["photos_in_duplicate_groups"]) == (1, 2)
    (agreement,) = figures["agreement"]
    assert (agreement["n"], agreement["share"]) == (4, 0.75)
    assert agreement["kappa"] == pytest.approx(0.5)
    page = out.read_text(encoding="utf-8")
    assert "&lt;b&gt;CC0" in page
    assert "<script" not in page
    assert "http" not in page
    assert page.count("data:image/jpeg") > 40


def test_without_second_opinions_the_report_says_so(tmp_path: Path, rows: list[ManifestRow]) -> None:
    vectors, _ = clusters(40, {})
    write_report(rows, tmp_path, tmp_path / "r.html", vectors)
    assert "No photo has labels of two people" in (tmp_path / "r.html").read_text(encoding="utf-8")
