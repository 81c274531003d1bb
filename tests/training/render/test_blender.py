"""Every kind of object, built and rendered by Blender itself: small and coarse, but the real thing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.render.objects import BY_NAME
from training.render.plan import Picture, make_plan, make_preview
from training.render.recipe import RenderRecipe
from training.render.run import carry_out, mask_path, picture_path

pytestmark = pytest.mark.skipif(find_spec("bpy") is None, reason="Blender is not installed (the 'render' extra)")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Picture]]:
    """One exhibit of every generator in plain daylight, 96x72 pixels."""
    out = tmp_path_factory.mktemp("renders")
    plan = [make_preview(name, 1, 5, (96, 72), 1, True)[0] for name in BY_NAME]
    assert [f"{one.name}: {one.reason}" for one in carry_out(plan, out)] == []
    return out, {picture.generator: picture for picture in plan}


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_an_object_lies_in_the_middle_and_is_as_large_as_promised(
    name: str, rendered: tuple[Path, dict[str, Picture]]
) -> None:
    out, pictures = rendered
    with Image.open(mask_path(out, pictures[name])) as image:
        mask = np.asarray(image.convert("L")) > 128
    rows, columns = np.nonzero(mask)
    assert len(rows), "nothing of the exhibit is seen"
    # One length of the exhibit is a good half of the picture's width in the neutral view.
    spread = max((columns.max() - columns.min()) / 96, (rows.max() - rows.min()) / 96)
    assert 0.25 < spread < 1
    assert abs(columns.mean() / 96 - 0.5) < 0.25
    with Image.open(picture_path(out, pictures[name])) as image:
        pixels = np.asarray(image.convert("L"), float)
    # Something with light and shade, not a black or burnt-out shape.
    assert 8 < pixels[mask].mean() < 247


def test_views_of_one_exhibit_differ_and_a_picture_repeats(tmp_path: Path) -> None:
    recipe = RenderRecipe(name="t", seed=3, size=(96, 72), samples=1, views=2, counts={"tiger_claw": 2})
    plan = make_plan(recipe)
    for folder in ("a", "b"):
        assert carry_out(plan, tmp_path / folder, 1) == []
    one, other = (_pixels(picture_path(tmp_path / "a", picture)) for picture in plan)
    assert one.shape != other.shape or np.abs(one - other).mean() > 2
    for picture in plan:
        # Cycles sums light in an order that threads may change: a few pixels may differ in the last digit.
        for path in (picture_path, mask_path):
            first, second = (_pixels(path(tmp_path / folder, picture)) for folder in ("a", "b"))
            assert np.abs(first - second).mean() < 0.1


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), float)
