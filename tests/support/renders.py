"""A plan of renders carried out without Blender: plain pictures with a mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from training.render.plan import Picture
from training.render.recipe import RenderRecipe
from training.render.run import mask_path, picture_path

RECIPE = RenderRecipe(
    name="t", seed=1, size=(80, 64), samples=1, views=2, counts={"tiger_claw": 40, "unrelated": 60},
    holdout_generators=["hook"],
)  # fmt: skip


def pretend(plan: list[Picture], run: Path, hidden: str = "") -> None:
    """Write what a render process would: a picture, and a mask that is empty for ``hidden``."""
    run.mkdir(parents=True)
    for index, picture in enumerate(plan):
        Image.new("RGB", picture.size, (index % 255, 90, 90)).save(picture_path(run, picture), lossless=True)
        mask = np.zeros(picture.size[::-1], np.uint8)
        if picture.name != hidden:
            mask[10:30, 10:40] = 255
        Image.fromarray(mask).save(mask_path(run, picture), lossless=True)
