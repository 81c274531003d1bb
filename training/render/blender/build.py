"""From a picture's parameters to objects in the scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import bpy
import numpy as np

from training.render.blender import bones, claws, fabrics, goods, natural, skins, teeth
from training.render.plan import Picture

#: Parts of one exhibit, from its parameters and pose (joined) and a stream of random numbers that is the same in
#: every view of the exhibit. The longest side is about 1; the parts rest on whatever height they like.
Builder = Callable[[dict[str, Any], np.random.Generator], list[bpy.types.Object]]

BUILDERS: dict[str, Builder] = {
    name: builder
    for family in (skins, fabrics, claws, teeth, bones, natural, goods)
    for name, builder in family.BUILDERS.items()
}


def build(picture: Picture) -> list[bpy.types.Object]:
    """The exhibit, centred, resting on z = 0 and turned as the view says."""
    random = np.random.default_rng([picture.seed, 5])
    parts = BUILDERS[picture.generator]({**picture.parameters, **picture.pose}, random)
    _rest(parts, math.radians(picture.view.object_turn))
    return parts


def _rest(parts: list[bpy.types.Object], turn: float) -> None:
    bpy.context.view_layer.update()
    low, high = extent(parts)
    root = bpy.data.objects.new("exhibit", None)
    bpy.context.collection.objects.link(root)
    for part in parts:
        if part.parent is None:
            part.parent = root
    # Turning comes after moving, so the middle stays in the middle.
    c, s = math.cos(turn), math.sin(turn)
    x, y = -(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2
    root.location = (c * x - s * y, s * x + c * y, -low[2])
    root.rotation_euler.z = turn
    bpy.context.view_layer.update()


def extent(parts: list[bpy.types.Object]) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest corner of all parts in world coordinates, modifiers applied, hair not counted."""
    graph = bpy.context.evaluated_depsgraph_get()
    lows, highs = [], []
    for part in parts:
        evaluated = part.evaluated_get(graph)
        mesh = evaluated.to_mesh()
        if mesh is None or not mesh.vertices:
            continue
        flat = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", flat)
        points = flat.reshape(-1, 3) @ np.asarray(part.matrix_world.to_3x3()).T + np.asarray(
            part.matrix_world.translation
        )
        lows.append(points.min(axis=0))
        highs.append(points.max(axis=0))
        evaluated.to_mesh_clear()
    return np.min(lows, axis=0), np.max(highs, axis=0)
