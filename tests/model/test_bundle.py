"""A bundle proves it is whole, or is not used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from model.bundle import find_bundle, load_bundle
from model.errors import BundleCorruptError, BundleIncompatibleError, BundleNotFoundError
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
