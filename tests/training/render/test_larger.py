"""Shipped pictures once more with more pixels: the same things seen from the same place."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.taxonomy import shipped_taxonomy
from tests.support.renders import RECIPE, pretend
from training.errors import TrainingError
from training.render.larger import make_larger
from training.render.plan import make_plan
from training.render.publish import publish
from training.render.run import PLAN_FILE

TAXONOMY = shipped_taxonomy()


@pytest.fixture
def shipped(tmp_path: Path) -> tuple[Path, Path]:
    """Folder of published pictures, and their manifest."""
    plan, renders = make_plan(RECIPE), tmp_path / "renders"
    pretend(plan, tmp_path / "run")
    publish(plan, RECIPE, tmp_path / "run", renders, tmp_path)
    return renders, tmp_path / "renders.csv"


def test_a_larger_picture_shows_the_same_exhibit_place_and_pose(shipped: tuple[Path, Path]) -> None:
    before = {one.name: one for one in make_plan(RECIPE)}
    plan = make_larger(*shipped, TAXONOMY, {"validation"}, 160)
    assert plan
    for one in plan:
        old = before[one.name]
        assert one.size == (160, 128)
        same = {"size", "view"}
        assert one.model_dump(exclude=same) == old.model_dump(exclude=same)
        assert one.view.model_dump(exclude={"blur", "motion"}) == old.view.model_dump(exclude={"blur", "motion"})


def test_blur_and_shake_keep_their_share_of_the_frame(shipped: tuple[Path, Path]) -> None:
    before = {one.name: one.view for one in make_plan(RECIPE)}
    plan = make_larger(*shipped, TAXONOMY, {"train"}, 160)
    assert any(one.view.blur for one in plan) and any(one.view.motion for one in plan)
    for one in plan:
        assert one.view.blur == pytest.approx(2 * before[one.name].blur)
        assert one.view.motion == pytest.approx(2 * before[one.name].motion)


def test_only_the_sides_asked_for_are_planned(shipped: tuple[Path, Path]) -> None:
    held = {one.name for one in make_larger(*shipped, TAXONOMY, {"holdout"}, 160)}
    taught = {one.name for one in make_larger(*shipped, TAXONOMY, {"train"}, 160)}
    assert held and taught and not held & taught


def test_a_side_without_pictures_or_a_picture_without_conditions_is_an_error(shipped: tuple[Path, Path]) -> None:
    renders, manifest = shipped
    with pytest.raises(TrainingError, match="no picture of split nowhere"):
        make_larger(renders, manifest, TAXONOMY, {"nowhere"}, 160)
    (renders / PLAN_FILE).write_text("", encoding="utf-8")
    with pytest.raises(TrainingError, match="has no line for"):
        make_larger(renders, manifest, TAXONOMY, {"train"}, 160)
