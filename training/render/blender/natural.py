"""Natural things that are neither a wildlife part nor an imitation: builders by generator name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np

from training.render.blender import natural_fruit, natural_hard

BUILDERS: dict[str, Callable[[dict[str, Any], np.random.Generator], list[bpy.types.Object]]] = {
    "banana": natural_fruit.banana,
    "cinnamon_bark": natural_hard.cinnamon,
    "dried_chilli": natural_fruit.chilli,
    "dried_slices": natural_hard.slices,
    "driftwood": natural_hard.wood,
    "bamboo_piece": natural_hard.wood,
    "thorn_twig": natural_hard.wood,
    "garlic": natural_fruit.garlic,
    "nuts": natural_fruit.nuts,
    "root": natural_fruit.root,
    "round_fruit": natural_fruit.round_fruit,
    "shell_bivalve": natural_hard.shell_bivalve,
    "shell_spiral": natural_hard.shell_spiral,
    "shell_tusk": natural_hard.shell_tusk,
    "star_anise": natural_hard.star_anise,
    "stone": natural_hard.stone,
    "striped_gourd": natural_fruit.gourd,
}
