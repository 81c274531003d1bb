"""A run on photos and renders: what it writes, when it ends, what it refuses."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from rich.console import Console

from model.bundle import sha256_file
from model.errors import ImageError
from model.manifest import read_manifest, write_manifest
from model.taxonomy import shipped_taxonomy
from tests.support.pictures import make_collection
from tests.support.smoke import further_renders, smoke
from training.errors import TrainingError
from training.fit import fit
from training.loop_report import judge_epoch, recalls
from training.pictures import Folders
from training.recipe import Recipe
from training.run_files import run_finished

TAXONOMY = shipped_taxonomy()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    make_collection(root)
    return root


def folders(data: Path) -> Folders:
    return Folders(data / "photos", data / "renders")


def history(run: Path) -> list[dict]:
    return [json.loads(line) for line in (run / "history.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_smoke_recipe_leaves_a_whole_run_directory(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    recipe = smoke(loss={"mixup": 0.2, "consistency": 1.0})
    best = fit(recipe, data, folders(data), run, TAXONOMY, Console(quiet=True))
    assert best == run / "best.pt"
    assert {p.name for p in run.iterdir()} == {"run.json", "history.jsonl", "best.pt", "checkpoint.pt"}
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert info["manifest_sha256"] == sha256_file(data / "photos.csv")
    assert info["renders_sha256"] == sha256_file(data / "renders.csv")
    assert info["rows"] == {"train/photo": 36, "train/render": 9, "validation/photo": 12, "validation/render": 3}
    assert TypeAdapter(Recipe).validate_python(info["recipe"]) == recipe
    first, last = history(run)
    assert not first["finished"]
    assert last["finished"]
    assert run_finished(run)
    assert len(last["recall"]) == 5
    assert "faux_fur/render" in last["recall"]
    assert last["score"] == pytest.approx(sum(last["recall"].values()) / 5, abs=1e-3)
    assert last["recall_by_origin"]["render"] == last["recall"]["faux_fur/render"]
    assert 0 < last["learning_rate"] < recipe.optimisation.learning_rate

    # A finished run is left alone, and other renders do not continue it.
    before = best.stat().st_mtime_ns
    fit(recipe, data, folders(data), run, TAXONOMY, Console(quiet=True))
    assert best.stat().st_mtime_ns == before
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(data / "photos.csv", other)
    (other / "renders.csv").write_text((data / "renders.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"another renders\.csv"):
        fit(recipe, other, folders(data), run, TAXONOMY, Console(quiet=True))


def test_patience_ends_a_run(data: Path, tmp_path: Path) -> None:
    # A learning rate of nearly nothing cannot make the score rise.
    recipe = smoke(
        optimisation={"epochs": 9, "photos_per_epoch": 16, "learning_rate": 1e-12}, stopping={"patience": 2}
    )  # fmt: skip
    fit(recipe, data, folders(data), tmp_path / "run", TAXONOMY, Console(quiet=True))
    assert len(history(tmp_path / "run")) < 9
    assert run_finished(tmp_path / "run")


def test_patience_counts_from_the_last_rise_and_ties_keep_the_later_weights() -> None:
    past: list[dict] = []
    said = []
    for epoch, score in enumerate([0.5, 0.6, 0.6, 0.55, 0.59], start=1):
        record = {"epoch": epoch, "score": score}
        said.append((judge_epoch(record, past, 20, 3), record["best"]))
        past.append(record)
    assert said == [(False, True), (False, True), (False, True), (False, False), (True, False)]
    assert judge_epoch({"epoch": 20, "score": 1.0}, past, 20, 0)


def test_recalls_are_by_leaf_and_origin() -> None:
    by_group, by_origin = recalls(
        ["a", "a", "b", "a", "a"], ["photo", "photo", "photo", "render", "render"], ["a", "b", "b", "a", "a"]
    )
    assert by_group == {"a/photo": 0.5, "a/render": 1.0, "b/photo": 1.0}
    assert by_origin == {"photo": 0.75, "render": 1.0}


def test_leaves_without_rows_and_missing_renders_are_named(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    recipe = smoke()
    with_claws = TypeAdapter(Recipe).validate_python(
        TypeAdapter(Recipe).dump_python(recipe, mode="json") | {"leaves": [*recipe.leaves, "tiger_claw"]}
    )
    with pytest.raises(TrainingError, match="'tiger_claw' has neither photos nor renders of split train"):
        fit(with_claws, data, folders(data), run, TAXONOMY, Console(quiet=True))
    shutil.copy(data / "photos.csv", tmp_path)
    with pytest.raises(TrainingError, match=r"renders\.csv is missing"):
        fit(recipe, tmp_path, folders(data), run, TAXONOMY, Console(quiet=True))
    with pytest.raises(TrainingError, match="frozen_stages is 40"):
        fit(smoke(optimisation={"frozen_stages": 40}), data, folders(data), run, TAXONOMY, Console(quiet=True))


def test_further_renders_are_trained_on_and_never_validated(data: Path, tmp_path: Path) -> None:
    run, more = tmp_path / "run", further_renders(data, tmp_path / "more")
    fit(smoke(data={"crop_size": 48}), data, folders(data), run, TAXONOMY, Console(quiet=True), more_renders=[more])
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert info["more_renders_sha256"] == sha256_file(more / "renders.csv")
    assert info["rows"]["more/render"] == 9
    assert info["rows"]["validation/render"] == 3
    assert [record["epoch"] for record in history(run)] == [1, 2]
    with pytest.raises(TrainingError, match="another list of further renders"):
        fit(smoke(data={"crop_size": 48}), data, folders(data), run, TAXONOMY, Console(quiet=True))
    (more / read_manifest(more / "renders.csv", TAXONOMY)[0].file).write_bytes(b"no picture")
    with pytest.raises(ImageError):
        fit(smoke(), data, folders(data), tmp_path / "other", TAXONOMY, Console(quiet=True), more_renders=[more])


def test_further_renders_must_not_hold_an_exhibit_of_the_manifest(data: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    shutil.copytree(data / "renders", more)
    shutil.copyfile(data / "renders.csv", more / "renders.csv")
    with pytest.raises(TrainingError, match=r"9 exhibit\(s\) of the manifest"):
        fit(smoke(), data, folders(data), tmp_path / "run", TAXONOMY, Console(quiet=True), more_renders=[more])
    rows = read_manifest(data / "renders.csv", TAXONOMY)
    write_manifest(more / "renders.csv", [row.model_copy(update={"exhibit": f"x-{row.exhibit}"}) for row in rows])
    with pytest.raises(TrainingError, match="x-render-faux_fur-0 first"):
        fit(smoke(), data, folders(data), tmp_path / "run", TAXONOMY, Console(quiet=True), more_renders=[more])
    with pytest.raises(TrainingError, match="uses no renders"):
        fit(
            smoke(data={"renders": False}), data, folders(data), tmp_path / "run", TAXONOMY, Console(quiet=True),
            more_renders=[more],
        )  # fmt: skip


def test_a_missing_tensorboard_is_said_before_anything_is_done(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(TrainingError, match="pip install tensorboard"):
        fit(smoke(), data, folders(data), tmp_path / "run", TAXONOMY, Console(quiet=True), tensorboard=True)
    assert not (tmp_path / "run").exists()
