"""What is shipped: every picture with its mask, its row and its conditions, split by exhibit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.manifest import read_manifest
from model.taxonomy import shipped_taxonomy
from tests.support.renders import RECIPE, pretend
from training.errors import TrainingError
from training.render.plan import make_plan
from training.render.publish import publish, split_exhibits
from training.render.run import mask_path

TAXONOMY = shipped_taxonomy()


def test_published_rows_are_a_manifest_that_reads_back_and_hashes_match(tmp_path: Path) -> None:
    plan = make_plan(RECIPE)
    pretend(plan, tmp_path / "run", hidden=plan[3].name)
    renders, manifests = tmp_path / "renders", tmp_path / "manifest"
    manifests.mkdir()
    done = publish(plan, RECIPE, tmp_path / "run", renders, manifests)
    rows = read_manifest(manifests / "renders.csv", TAXONOMY)
    assert len(rows) == len(plan) - 1
    assert [one.name for one in done.left_out] == [plan[3].name]
    assert plan[3].name in (manifests / "renders_left_out.csv").read_text()
    assert {row.origin for row in rows} == {"render"}
    conditions = {one["file"]: one for one in map(json.loads, (renders / "pictures.jsonl").read_text().splitlines())}
    assert set(conditions) == {row.file for row in rows}
    for row in rows:
        assert (renders / row.file).is_file()
        assert (renders / row.file).with_name(Path(row.file).stem + ".mask.webp").is_file()
        assert conditions[row.file]["visible"] == pytest.approx(600 / (80 * 64), abs=1e-3)
    assert len(list(renders.rglob("*.webp"))) == 2 * len(rows)


def test_publishing_again_leaves_nothing_of_an_earlier_set(tmp_path: Path) -> None:
    renders = tmp_path / "renders"
    renders.mkdir()
    (renders / "README.md").write_text("stays", encoding="utf-8")
    for seed in (1, 2):
        recipe = RECIPE.model_copy(update={"seed": seed, "name": f"t{seed}"})
        plan = make_plan(recipe)
        pretend(plan, tmp_path / f"run{seed}")
        publish(plan, recipe, tmp_path / f"run{seed}", renders, tmp_path)
    assert not list(renders.rglob("t1-*"))
    assert (renders / "README.md").read_text(encoding="utf-8") == "stays"


def test_an_unfinished_run_is_refused_and_what_was_shipped_stays(tmp_path: Path) -> None:
    plan = make_plan(RECIPE)
    pretend(plan, tmp_path / "run")
    mask_path(tmp_path / "run", plan[5]).unlink()
    old = tmp_path / "renders" / "unrelated" / "old.webp"
    old.parent.mkdir(parents=True)
    old.touch()
    with pytest.raises(TrainingError, match="lacks 1 of 100 pictures"):
        publish(plan, RECIPE, tmp_path / "run", tmp_path / "renders", tmp_path)
    assert old.is_file()


def test_views_of_an_exhibit_share_a_side_and_held_out_kinds_are_never_trained_on() -> None:
    plan = make_plan(RECIPE)
    sides = split_exhibits(plan, RECIPE)
    assert set(sides) == {picture.exhibit for picture in plan}
    assert {sides[p.exhibit] for p in plan if p.generator == "hook"} == {"holdout"}
    claws = [sides[name] for name in sorted({p.exhibit for p in plan if p.leaf == "tiger_claw"})]
    assert claws.count("holdout") == 3
    assert claws.count("train") > 8
    assert {"validation", "calibration"} <= set(claws)
    assert sides == split_exhibits(plan, RECIPE)


def test_a_set_for_measuring_alone_is_held_out_whole() -> None:
    recipe = RECIPE.model_copy(update={"shares": {"holdout": 1.0}})
    assert set(split_exhibits(make_plan(recipe), recipe).values()) == {"holdout"}
