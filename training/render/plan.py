"""Every picture's parameters, drawn from its seed before anything is rendered."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from training.errors import TrainingError
from training.render.objects import BY_NAME, GENERATORS
from training.render.objects.common import Generator, pick
from training.render.recipe import RenderRecipe
from training.render.scenes import NEUTRAL_PLACE, NEUTRAL_VIEW, Place, View, draw_place, draw_view


class Picture(BaseModel):
    """One picture: its name, leaf, exhibit, place, view, and the object's own parameters.

    Views of one exhibit share ``seed``, ``place`` and ``parameters``; ``pose`` and ``view`` are their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    leaf: str
    exhibit: str
    seed: int
    size: tuple[int, int]
    samples: int
    place: Place
    view: View
    view_index: int
    generator: str
    parameters: dict[str, Any]
    pose: dict[str, Any]


def make_plan(recipe: RenderRecipe) -> list[Picture]:
    """All pictures of a recipe, the same for the same recipe on any machine.

    More pictures of a leaf, or another leaf, leave the others as they are.
    """
    return [
        _picture(recipe, leaf, index // recipe.views, index % recipe.views)
        for leaf, count in sorted(recipe.counts.items())
        for index in range(count)
    ]


def make_preview(name: str, count: int, seed: int, size: tuple[int, int], samples: int, neutral: bool) -> list[Picture]:
    """``count`` exhibits of one generator, in plain daylight on grey paper if ``neutral``.

    Raises:
        TrainingError: there is no such generator.
    """
    if name not in BY_NAME:
        raise TrainingError(f"no generator is called {name!r}; there are {', '.join(sorted(BY_NAME))}")
    leaf = next(leaf for leaf, several in GENERATORS.items() if BY_NAME[name] in several)
    plan = []
    for index in range(count):
        one = _exhibit(f"preview/{seed}/{name}/{index}", leaf, f"{name}-{index:02d}", BY_NAME[name], size, samples, 0)
        if neutral:
            one = one.model_copy(update={"place": NEUTRAL_PLACE, "view": NEUTRAL_VIEW})
        plan.append(one)
    return plan


def _picture(recipe: RenderRecipe, leaf: str, exhibit: int, view: int) -> Picture:
    key = f"{recipe.seed}/{leaf}/{exhibit}"
    choices = GENERATORS[leaf]
    generator = pick(np.random.default_rng([_seed(key), 0]), choices, [one.weight for one in choices])
    return _exhibit(key, leaf, f"{recipe.name}-{leaf}-{exhibit:04d}", generator, recipe.size, recipe.samples, view)


def _seed(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big")


def _exhibit(
    key: str, leaf: str, exhibit: str, generator: Generator, size: tuple[int, int], samples: int, view: int
) -> Picture:
    seed = _seed(key)
    return Picture(
        name=f"{exhibit}-{view}",
        leaf=leaf,
        exhibit=exhibit,
        seed=seed,
        size=size,
        samples=samples,
        place=draw_place(np.random.default_rng([seed, 2])),
        view=draw_view(np.random.default_rng([seed, 3, view])),
        view_index=view,
        generator=generator.name,
        parameters=generator.draw(np.random.default_rng([seed, 1])),
        pose=generator.pose(np.random.default_rng([seed, 4, view])),
    )
