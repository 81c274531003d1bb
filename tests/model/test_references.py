"""Example pictures travel with a bundle and are found by likeness."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.bundle import load_bundle
from model.errors import BundleCorruptError
from model.predict import Prediction, Predictor
from model.references import References
from tests.support.bundles import COLOURS, add_examples, make_bundle
from tests.support.photos import save, textured


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = make_bundle(tmp_path)
    add_examples(folder, ["tiger_whole", "faux_fur", "tiger_whole"])
    return folder


def test_a_photo_is_shown_the_nearest_of_its_leaves(bundle: Path, tmp_path: Path) -> None:
    predictor = Predictor(load_bundle(bundle))
    photo = save(textured(COLOURS["tiger_whole"], (200, 150)), tmp_path / "tiger.jpg")
    answer = predictor.predict(photo)
    assert isinstance(answer, Prediction)
    assert [one.leaf for one in answer.neighbours] == ["tiger_whole", "tiger_whole"]
    assert {one.index for one in answer.neighbours} == {0, 2}
    assert 0.9 < answer.neighbours[1].similarity <= answer.neighbours[0].similarity <= 1.0001
    joint = predictor.predict_exhibit([photo, photo]).prediction
    assert joint is not None
    assert joint.neighbours == answer.neighbours


def test_leaves_without_examples_show_none(bundle: Path, tmp_path: Path, tiny_bundle: Path) -> None:
    photo = save(textured(COLOURS["unrelated"], (200, 150)), tmp_path / "other.jpg")
    for folder in (bundle, tiny_bundle):
        answer = Predictor(load_bundle(folder)).predict(photo)
        assert isinstance(answer, Prediction)
        assert answer.neighbours == ()


def test_each_example_has_its_own_tile(bundle: Path) -> None:
    examples = load_bundle(bundle).examples
    assert examples is not None
    for index, leaf in enumerate(examples.leaves):
        mean = np.asarray(examples.picture(index)).reshape(-1, 3).mean(axis=0)
        assert np.abs(mean - COLOURS[leaf]).max() < 12
    with pytest.raises(IndexError, match="between 0 and 2"):
        examples.picture(3)


def test_a_map_comes_with_every_single_photo(bundle: Path, tmp_path: Path) -> None:
    predictor = Predictor(load_bundle(bundle))
    photo = save(textured(COLOURS["tiger_whole"], (200, 150)), tmp_path / "tiger.jpg")
    answer = predictor.predict(photo)
    assert isinstance(answer, Prediction)
    assert answer.maps is not None
    assert answer.maps.shape == (len(COLOURS), 4, 4)
    joint = predictor.predict_exhibit([photo]).prediction
    assert joint is not None
    assert joint.maps is None


def test_examples_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    folder = make_bundle(tmp_path)
    add_examples(folder, ["tiger_whole", "tiger_skin"])
    with pytest.raises(BundleCorruptError, match="tiger_skin"):
        load_bundle(folder)
    sheet, arrays = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (10, 10)).save(sheet, "webp")
    np.savez(arrays, embedding=np.ones((3, 2)), leaves=np.asarray(["a", "b", "c"]), tile=np.asarray([10, 10]))
    with pytest.raises(ValueError, match="as many embeddings and tiles"):
        References.read(arrays.getvalue(), sheet.getvalue())
    with pytest.raises(ValueError, match="cannot be read"):
        References.read(b"no archive", sheet.getvalue())
