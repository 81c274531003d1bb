"""A run that goes on from an earlier one, and further renders from several folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from rich.console import Console

from model.bundle import sha256_file
from model.taxonomy import shipped_taxonomy
from tests.support.pictures import make_collection
from tests.support.smoke import further_renders, smoke
from training.errors import TrainingError
from training.fit import fit
from training.pictures import Folders
from training.recipe import Recipe

TAXONOMY = shipped_taxonomy()
QUIET = Console(quiet=True)
#: A rate at which nothing moves: what a run ends with is what it began with.
STILL = {"learning_rate": 1e-12, "epochs": 1, "photos_per_epoch": 16}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    make_collection(root)
    return root


def run_fit(recipe: Recipe, data: Path, run: Path, *, start: Path | None = None, more: tuple[Path, ...] = ()) -> Path:
    return fit(
        recipe, data, Folders(data / "photos", data / "renders"), run, TAXONOMY, QUIET, more_renders=more, start=start
    )


def state(file: Path) -> dict[str, torch.Tensor]:
    loaded: dict[str, torch.Tensor] = torch.load(file, weights_only=True)
    return loaded


def test_a_run_goes_on_from_another_leaf_by_leaf(data: Path, tmp_path: Path) -> None:
    first = smoke()
    learnt = state(run_fit(first, data, tmp_path / "first"))
    turned = smoke(leaves=[*reversed(first.leaves)], optimisation=STILL)
    went_on = state(run_fit(turned, data, tmp_path / "second", start=tmp_path / "first"))
    assert torch.allclose(went_on["head.weight"], learnt["head.weight"].flip(0), atol=1e-6)
    assert torch.allclose(went_on["head.bias"], learnt["head.bias"].flip(0), atol=1e-6)
    alone = state(run_fit(turned, data, tmp_path / "alone"))
    assert not torch.allclose(alone["head.weight"], went_on["head.weight"], atol=1e-3)
    info = json.loads((tmp_path / "second" / "run.json").read_text(encoding="utf-8"))
    assert info["start_sha256"] == sha256_file(tmp_path / "first" / "best.pt")
    with pytest.raises(TrainingError, match="another start"):
        run_fit(turned, data, tmp_path / "alone", start=tmp_path / "first")


def test_a_leaf_that_the_earlier_run_did_not_know_starts_fresh(data: Path, tmp_path: Path) -> None:
    whole = smoke()
    fewer = smoke(leaves=[*whole.leaves[1:]])
    learnt = state(run_fit(fewer, data, tmp_path / "fewer"))
    wider = state(
        run_fit(smoke(optimisation=STILL), data, tmp_path / "wider", start=tmp_path / "fewer")
    )  # fmt: skip
    assert torch.allclose(wider["head.weight"][1:], learnt["head.weight"], atol=1e-6)
    assert wider["head.weight"].shape[0] == len(whole.leaves)


def test_what_cannot_be_a_start_is_refused_before_anything_is_done(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(TrainingError, match="no finished run to start from"):
        run_fit(smoke(), data, run, start=tmp_path / "nothing")
    run_fit(smoke(optimisation=STILL), data, tmp_path / "first")
    with pytest.raises(TrainingError, match=r"trained .*, the recipe wants tf_efficientnet_lite1"):
        run_fit(smoke(network={"backbone": "tf_efficientnet_lite1"}), data, run, start=tmp_path / "first")
    made = tmp_path / "first" / "run.json"
    info = json.loads(made.read_text(encoding="utf-8"))
    info["recipe"]["leaves"] = ["tiger_claw", "bear_claw"]
    made.write_text(json.dumps(info), encoding="utf-8")
    with pytest.raises(TrainingError, match="none of the recipe's leaves"):
        run_fit(smoke(), data, run, start=tmp_path / "first")
    assert not run.exists()


def test_further_renders_may_lie_in_several_folders(data: Path, tmp_path: Path) -> None:
    one, two = further_renders(data, tmp_path / "one", "a"), further_renders(data, tmp_path / "two", "b", 180)
    recipe, run = smoke(data={"crop_size": 48}, optimisation=STILL), tmp_path / "run"
    run_fit(recipe, data, run, more=(one, two))
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert info["rows"]["more/render"] == 18
    assert info["more_renders_sha256"] not in (None, sha256_file(one / "renders.csv"), sha256_file(two / "renders.csv"))
    with pytest.raises(TrainingError, match="another list of further renders"):
        run_fit(recipe, data, run, more=(one,))
    with pytest.raises(TrainingError, match="of the manifest or of another folder"):
        run_fit(recipe, data, tmp_path / "twice", more=(one, one))
