"""Plans that repeat, scenes that do not know what lies in them, and a driver that survives its processes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.render.objects import GENERATORS
from training.render.plan import Picture, make_plan
from training.render.recipe import RenderRecipe, load_render_recipe
from training.render.run import carry_out, picture_path
from training.render.sheet import contact_sheet

TAXONOMY = shipped_taxonomy()
RECIPE = RenderRecipe(name="t", seed=1, size=(64, 64), samples=1, counts={"tiger_claw": 4, "unrelated": 5})

#: Stands in for Blender: one grey picture each; a picture whose name it is told to fail on kills it.
PAINTER = """
import json, sys
from pathlib import Path
from PIL import Image
out, fail = Path(sys.argv[2]), sys.argv[1]
for line in sys.stdin:
    name = json.loads(line)["name"]
    if name == fail:
        sys.exit("no memory left")
    with (out / "log.txt").open("a") as log:
        log.write(name + "\\n")
    Image.new("RGB", (64, 48)).save(out / f"{name}.webp")
    print(name, flush=True)
"""


def painter(tmp_path: Path, fail: str = "") -> list[str]:
    script = tmp_path / "painter.py"
    script.write_text(PAINTER, encoding="utf-8")
    return [sys.executable, str(script), fail]


def test_the_same_recipe_gives_the_same_plan_and_another_seed_another() -> None:
    assert make_plan(RECIPE) == make_plan(RECIPE)
    other = make_plan(RECIPE.model_copy(update={"seed": 2}))
    assert all(one.view != two.view for one, two in zip(make_plan(RECIPE), other, strict=True))


def test_more_pictures_of_a_leaf_leave_the_others_as_they_are() -> None:
    more = make_plan(RECIPE.model_copy(update={"counts": {"bear_claw": 2, "tiger_claw": 6, "unrelated": 5}}))
    known = {picture.name: picture for picture in more}
    assert all(known[picture.name] == picture for picture in make_plan(RECIPE))


def test_views_of_an_exhibit_share_the_object_and_the_place() -> None:
    plan = make_plan(RECIPE.model_copy(update={"views": 2, "counts": {"tiger_claw": 4}}))
    first, second, third, _ = plan
    assert first.exhibit == second.exhibit != third.exhibit
    assert (first.seed, first.parameters, first.place) == (second.seed, second.parameters, second.place)
    assert first.view != second.view
    assert len({picture.name for picture in plan}) == 4


def test_scenes_come_from_one_distribution_whatever_the_leaf() -> None:
    counts = dict.fromkeys(GENERATORS, 400)
    plan = make_plan(RECIPE.model_copy(update={"counts": counts}))
    scenes = [(p.leaf, {**p.place.model_dump(), **p.view.model_dump()}) for p in plan]
    numbers = [name for name, value in scenes[0][1].items() if isinstance(value, int | float)]
    assert {"surface_tone", "coin", "bag", "camera_elevation", "fill", "noise", "jpeg_quality"} <= set(numbers)
    for field in numbers:
        means = {leaf: np.mean([scene[field] for one, scene in scenes if one == leaf]) for leaf in counts}
        spread = np.std([scene[field] for _, scene in scenes])
        # Means of 400 draws differ by about spread / 20.
        assert max(means.values()) - min(means.values()) < spread / 3, field
    for field in ("surface", "light", "scale_bar", "label", "hand", "glove"):
        for value in {scene[field] for _, scene in scenes}:
            shares = [np.mean([scene[field] == value for one, scene in scenes if one == leaf]) for leaf in counts]
            assert max(shares) - min(shares) < 0.13, (field, value)


def test_a_line_of_json_holds_everything() -> None:
    for picture in make_plan(RECIPE):
        assert Picture.model_validate_json(json.dumps(picture.model_dump(mode="json"))) == picture


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'name = "t"\nseed = 1\nsize = [64, 64]\nsamples = 1\n[counts]\nunicorn = 3',
            "'unicorn' is not in the taxonomy",
        ),
        ('name = "t"\nseed = 1\nsize = [64, 64]\nsamples = 1\n[counts]\nworked_ivory = 3', "no generator makes"),
        ('name = "t"\nseed = 1\nsize = [64, 64]\nsamples = 1\n[counts]\ntiger_claw = 0', "greater than or equal to 1"),
        ('name = "t"\nseed = 1\nsize = [64, 64]\nsamples = 1\n[counts]\ntiger_claw = 900000000', "MB free"),
        ('name = "t"\nseed = 1\nsize = [64]\nsamples = 1\n[counts]\ntiger_claw = 1', "size"),
        ("name =", "not valid TOML"),
    ],
)
def test_bad_recipes_fail_before_the_first_picture(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TrainingError, match=message):
        load_render_recipe(path, TAXONOMY, tmp_path / "out" / "deeper")


def test_shipped_recipes_are_valid(tmp_path: Path) -> None:
    found = sorted(Path("training/recipes/render").glob("*.toml"))
    assert found
    for path in found:
        load_render_recipe(path, TAXONOMY, tmp_path)


def test_a_stopped_run_goes_on_and_renders_nothing_twice(tmp_path: Path) -> None:
    out, plan, seen = tmp_path / "out", make_plan(RECIPE), list[int]()
    assert carry_out(plan, out, 2, seen.append, painter(tmp_path)) == []
    for picture in plan[:3]:
        picture_path(out, picture).unlink()
    (out / "log.txt").unlink()
    assert carry_out(plan, out, 2, seen.append, painter(tmp_path)) == []
    assert sorted((out / "log.txt").read_text().split()) == sorted(p.name for p in plan[:3])
    assert seen[-1] == len(plan)
    with Image.open(contact_sheet(plan, out, out / "sheet.jpg")) as sheet:
        assert sheet.height > 100


def test_a_picture_that_kills_its_process_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    out, plan = tmp_path / "out", make_plan(RECIPE)
    failed = carry_out(plan, out, 2, command=painter(tmp_path, plan[2].name))
    assert [(one.name, one.reason) for one in failed] == [(plan[2].name, "no memory left")]
    assert len(list(out.glob("*.webp"))) == len(plan) - 1


def test_another_plan_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    carry_out(make_plan(RECIPE), tmp_path / "out", 1, command=painter(tmp_path))
    with pytest.raises(TrainingError, match="another recipe"):
        carry_out(make_plan(RECIPE.model_copy(update={"seed": 9})), tmp_path / "out", 1, command=painter(tmp_path))
