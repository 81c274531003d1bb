"""A bundle proves it is whole, or is not used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.bundle import find_bundle, load_bundle
from model.errors import BundleCorruptError, BundleIncompatibleError, BundleNotFoundError
from model.in_use import put_in_use
from model.predict import Predictor
from model.session import OnnxModel
from tests.support.bundles import LEAVES, make_bundle, seal


@pytest.fixture
def bundle(tmp_path: Path, tiny_bundle: Path) -> Path:
    return Path(shutil.copytree(tiny_bundle, tmp_path / "tiny-0.0.1"))


def edit(bundle: Path, **changes: object) -> None:
    data = json.loads((bundle / "bundle.json").read_text())
    for key, value in changes.items():
        if value is None:
            del data[key]
        else:
            data[key] = value
    (bundle / "bundle.json").write_text(json.dumps(data))


def test_a_whole_bundle_loads(bundle: Path) -> None:
    loaded = load_bundle(bundle)
    assert loaded.info.id == "tiny-0.0.1"
    assert loaded.info.leaves == LEAVES


@pytest.mark.parametrize("name", ["model.onnx", "MODEL_CARD.md"])
def test_one_changed_byte_is_refused(bundle: Path, name: str) -> None:
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(data)
    with pytest.raises(BundleCorruptError, match=rf"{name}: altered"):
        load_bundle(bundle)


def test_missing_and_unlisted_files_are_named_together(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").unlink()
    (bundle / "extra.bin").write_bytes(b"x")
    with pytest.raises(BundleCorruptError) as caught:
        load_bundle(bundle)
    assert "MODEL_CARD.md: missing" in str(caught.value)
    assert "extra.bin: not listed" in str(caught.value)


def test_hidden_files_of_the_desktop_are_no_fault(bundle: Path) -> None:
    (bundle / ".DS_Store").write_bytes(b"x")
    assert load_bundle(bundle)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"schema": "tigercheck.bundle/9"}, BundleIncompatibleError, "bundle/9"),
        ({"temperature": -1}, BundleCorruptError, "temperature"),
        ({"thresholds": None}, BundleCorruptError, "thresholds"),
        ({"evidence": {"tiger_whole": "photo"}}, BundleCorruptError, "evidence"),
        ({"surprise": 1}, BundleCorruptError, "surprise"),
    ],
)
def test_a_broken_manifest_is_named(bundle: Path, changes: dict, error: type[Exception], words: str) -> None:
    edit(bundle, **changes)
    with pytest.raises(error, match=words):
        load_bundle(bundle)


def test_text_that_is_no_json_is_refused(bundle: Path) -> None:
    (bundle / "bundle.json").write_text("{")
    with pytest.raises(BundleCorruptError, match="not valid JSON"):
        load_bundle(bundle)


def test_a_model_of_another_shape_is_refused(bundle: Path) -> None:
    evidence = dict.fromkeys([*LEAVES, "bear_whole"], "photo")
    edit(bundle, leaves=[*LEAVES, "bear_whole"], evidence=evidence)
    with pytest.raises(BundleIncompatibleError, match=r"4 scores but bundle\.json lists 5"):
        OnnxModel(load_bundle(bundle))


def test_a_file_that_is_no_model_is_refused(bundle: Path) -> None:
    (bundle / "model.onnx").write_bytes(b"not a model")
    seal(bundle, json.loads((bundle / "bundle.json").read_text()))
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        OnnxModel(load_bundle(bundle))


def test_leaves_the_taxonomy_does_not_know_are_refused(bundle: Path) -> None:
    leaves = ["griffin", *LEAVES[1:]]
    edit(bundle, leaves=leaves, evidence=dict.fromkeys(leaves, "photo"))
    with pytest.raises(BundleIncompatibleError, match="griffin"):
        Predictor(load_bundle(bundle))


def test_where_a_bundle_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BundleNotFoundError, match="no model bundle at"):
        find_bundle(tmp_path / "nowhere")
    named = make_bundle(tmp_path, name="other", version="1.2.3")
    monkeypatch.setenv("TIGERCHECK_BUNDLE", str(named))
    assert find_bundle() == named
    shipped = tmp_path / "shipped"
    monkeypatch.setattr("model.bundle.bundles_dir", lambda: shipped)
    monkeypatch.delenv("TIGERCHECK_BUNDLE")
    with pytest.raises(BundleNotFoundError, match="reinstall"):
        find_bundle()
    make_bundle(shipped, name="a", version="0.9.0")
    newest = make_bundle(shipped, name="a", version="0.10.0")
    assert find_bundle() == newest


def test_the_bundle_in_use_is_the_one_noted(tmp_path: Path, tiny_bundle: Path) -> None:
    older, newer = (Path(shutil.copytree(tiny_bundle, tmp_path / name)) for name in ("tiny-0.0.1", "tiny-0.0.2"))
    assert find_bundle(shipped_in=tmp_path) == newer
    put_in_use(tmp_path, older.name, "the newer one misses claws")
    assert find_bundle(shipped_in=tmp_path) == older
    noted = put_in_use(tmp_path, newer.name, "mended")
    assert [use.bundle for use in noted.uses] == ["tiny-0.0.1", "tiny-0.0.2"]
    assert find_bundle(shipped_in=tmp_path) == newer
    shutil.rmtree(newer)
    with pytest.raises(BundleNotFoundError, match=r"names tiny-0\.0\.2, which is not there"):
        find_bundle(shipped_in=tmp_path)


@pytest.mark.parametrize("text", ["{", '{"schema": "tigercheck.in_use/1", "uses": []}', '{"schema": "other"}'])
def test_a_broken_note_is_not_guessed_around(tmp_path: Path, tiny_bundle: Path, text: str) -> None:
    shutil.copytree(tiny_bundle, tmp_path / "tiny-0.0.1")
    (tmp_path / "in_use.json").write_text(text)
    with pytest.raises(BundleCorruptError, match=r"in_use\.json cannot be read"):
        find_bundle(shipped_in=tmp_path)


def nearest_neighbours(bundle: Path, **arrays: np.ndarray) -> Path:
    data = json.loads((bundle / "bundle.json").read_text())
    data["out_of_distribution"] |= {"method": "knn", "parameters": {"k": 1}}
    if arrays:
        np.savez(bundle / "reference.npz", **arrays)
    seal(bundle, data)
    return bundle


def test_a_score_travels_with_what_it_compares_with(bundle: Path) -> None:
    loaded = load_bundle(nearest_neighbours(bundle, known=np.eye(3, dtype=np.float16)))
    score = loaded.strangeness(np.zeros((2, 4)), np.asarray([[0.0, 2.0, 0.0], [1.0, 1.0, 1.0]]))
    assert score == pytest.approx([0, np.sqrt(2 - 2 / np.sqrt(3))], abs=1e-6)


def test_a_score_without_its_arrays_is_refused(bundle: Path) -> None:
    with pytest.raises(BundleCorruptError, match=r"must list reference\.npz"):
        load_bundle(nearest_neighbours(bundle))
    with pytest.raises(BundleCorruptError, match=r"reference\.npz cannot be read"):
        load_bundle(nearest_neighbours(bundle, other=np.eye(3)))


def test_a_score_needs_its_numbers(bundle: Path) -> None:
    data = json.loads((bundle / "bundle.json").read_text())
    edit(bundle, out_of_distribution=data["out_of_distribution"] | {"method": "vim"})
    with pytest.raises(BundleCorruptError, match="needs the parameters"):
        load_bundle(bundle)
