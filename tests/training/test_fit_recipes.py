"""Every shipped recipe is valid, each ablation changes what it says, and mistakes are named."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.network import LeafClassifier
from training.recipe import load_recipe, with_length

TAXONOMY = shipped_taxonomy()
RECIPES = Path(__file__).resolve().parents[2] / "training" / "recipes"
ABLATIONS = sorted((RECIPES / "ablations").glob("*.toml"))
BASE = (RECIPES / "smoke.toml").read_text(encoding="utf-8")


def flat(data: dict, prefix: str = "") -> dict[str, object]:
    out: dict[str, object] = {}
    for key, value in data.items():
        out |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return out


@pytest.mark.parametrize("path", [*sorted(RECIPES.glob("*.toml")), *ABLATIONS], ids=lambda p: p.stem)
def test_every_shipped_recipe_is_valid(path: Path) -> None:
    recipe = load_recipe(path, TAXONOMY)
    assert recipe.name == path.stem
    assert recipe.optimisation.photos_per_epoch % recipe.optimisation.batch == 0


@pytest.mark.parametrize("path", ABLATIONS, ids=lambda p: p.stem)
def test_an_ablation_changes_what_its_comment_says_and_nothing_else(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    said = set(first.removeprefix("# ").partition(":")[0].split(", "))
    base, changed = (flat(asdict(load_recipe(p, TAXONOMY))) for p in (RECIPES / "parts.toml", path))
    assert {key for key in base if base[key] != changed[key]} == said | {"name"}


def test_the_ablations_are_those_the_release_is_argued_with() -> None:
    wanted = {"lite2", "no_renders", "no_composite", "no_smoothing", "leaf_only", "mixup", "consistency"}
    assert wanted <= {path.stem for path in ABLATIONS}


@pytest.mark.parametrize("backbone", ["tf_efficientnet_lite0", "tf_efficientnet_lite2"])
def test_the_stages_a_recipe_freezes_leave_something_to_train(backbone: str) -> None:
    recipe = load_recipe(RECIPES / "parts.toml", TAXONOMY)
    assert recipe.optimisation.frozen_stages < len(LeafClassifier(backbone, 2).stages()) / 2


def test_a_recipe_is_laid_over_its_base(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(BASE, encoding="utf-8")
    (tmp_path / "over.toml").write_text(
        'base = "base.toml"\nleaves = ["tiger_claw", "unrelated"]\n[optimisation]\nepochs = 9\n', encoding="utf-8"
    )
    base, over = (load_recipe(tmp_path / name, TAXONOMY) for name in ("base.toml", "over.toml"))
    assert over.leaves == ("tiger_claw", "unrelated")
    assert over.optimisation.epochs == 9
    assert over.optimisation.batch == base.optimisation.batch
    assert over.network == base.network


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('base = "nothing.toml"', "cannot read the recipe .*nothing.toml"),
        ("base = 3", "'base' must be the relative path"),
        ('base = "over.toml"', "has a base of its own"),
        (BASE.replace("composite = 0.5", "composite = 1.5"), "data.composite"),
        (BASE.replace("composite = 0.5", "compost = 0.5"), "data.compost"),
        (BASE.replace("identity_weight = 0.3", "identity_weight = -1"), "loss.identity_weight"),
        (BASE.replace("renders = true", 'background_leaves = ["tiger_claw"]'), "'tiger_claw' has identity T"),
        (BASE.replace("renders = true", 'background_leaves = ["table"]'), "data.background_leaves table"),
        (BASE.replace('"faux_fur"', '"unrelated"'), "names a leaf twice"),
        (BASE.replace("batch = 16", "batch = 65"), "batch 65 is larger than photos_per_epoch 64"),
        (BASE + "\n[stopping]\npatience = -1\n", "stopping.patience"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "over.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TrainingError, match=words):
        load_recipe(tmp_path / "over.toml", TAXONOMY)


def test_a_recipe_can_be_made_shorter_for_a_comparison() -> None:
    recipe = load_recipe(RECIPES / "parts.toml", TAXONOMY)
    short = with_length(recipe, 2, 480)
    assert (short.optimisation.epochs, short.optimisation.photos_per_epoch) == (2, 480)
    assert with_length(short, recipe.optimisation.epochs, recipe.optimisation.photos_per_epoch) == recipe
    assert with_length(recipe, None, None) == recipe


def test_a_length_no_recipe_can_have_is_refused() -> None:
    recipe = load_recipe(RECIPES / "parts.toml", TAXONOMY)
    with pytest.raises(TrainingError, match="greater than 0"):
        with_length(recipe, 0, None)
    with pytest.raises(TrainingError, match="batch 48 is larger than photos_per_epoch 10"):
        with_length(recipe, None, 10)
