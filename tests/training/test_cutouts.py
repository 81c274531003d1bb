"""Cut-outs hold the exhibit and nothing of its old background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.manifest import ManifestRow
from training.cutouts import load_cutout, mask_file, paste
from training.errors import TrainingError


@pytest.fixture
def row(tmp_path: Path) -> ManifestRow:
    """A red disc on blue, with its mask."""
    y, x = np.mgrid[:96, :128]
    inside = (x - 70) ** 2 + (y - 40) ** 2 < 20**2
    pixels = np.where(inside[..., None], (220, 30, 30), (20, 20, 230)).astype(np.uint8)
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "b.webp", lossless=True)
    Image.fromarray((inside * 255).astype(np.uint8)).save(tmp_path / "a" / "b.mask.webp", lossless=True)
    return ManifestRow(
        file="a/b.webp", sha256="0" * 64, leaf="unrelated", exhibit="b", source="s", source_path="disc",
        licence="CC0-1.0", origin="render", split="train", labelled_by="", label_basis="construction", captured="",
        width=128, height=96, notes="",
    )  # fmt: skip


def test_a_cutout_is_trimmed_and_free_of_the_old_background(row: ManifestRow, tmp_path: Path) -> None:
    cut = np.asarray(load_cutout(row, tmp_path)).astype(int)
    assert abs(cut.shape[0] - 39) <= 3
    assert abs(cut.shape[1] - 39) <= 3
    seen = cut[cut[..., 3] > 128]
    assert len(seen) > 900
    assert (seen[:, 0] > seen[:, 2]).all()


def test_pasting_keeps_the_size_of_the_background_and_shows_the_exhibit(row: ManifestRow, tmp_path: Path) -> None:
    cut, ground = load_cutout(row, tmp_path), Image.new("RGB", (90, 60), (10, 160, 10))
    for seed in range(12):
        made = paste(cut, ground, np.random.default_rng(seed))
        pixels = np.asarray(made).astype(int)
        assert made.size == ground.size
        assert (pixels[..., 0] > 150).mean() > 0.01
        assert (pixels[..., 2] < 120).all()
        assert np.array_equal(pixels, np.asarray(paste(cut, ground, np.random.default_rng(seed))))
    assert np.asarray(ground).tolist()[0][0] == [10, 160, 10]


def test_a_photo_cannot_be_cut_out(row: ManifestRow, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="only renders"):
        load_cutout(row.model_copy(update={"origin": "photo"}), tmp_path)


def test_missing_and_empty_masks_are_named(row: ManifestRow, tmp_path: Path) -> None:
    path = mask_file(tmp_path, row)
    Image.new("L", (128, 96)).save(path)
    with pytest.raises(TrainingError, match="shows nothing"):
        load_cutout(row, tmp_path)
    Image.new("L", (64, 96), 255).save(path)
    with pytest.raises(TrainingError, match="64, 96"):
        load_cutout(row, tmp_path)
    path.unlink()
    with pytest.raises(TrainingError, match="is missing"):
        load_cutout(row, tmp_path)
