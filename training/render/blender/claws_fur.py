"""Dried skin and short fur at the base of a claw, as arrays like the claw itself."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender.claws_shape import Shape, _waves
from training.render.blender.kit import material
from training.render.blender.meshes import array_mesh, grid_faces

#: Linear colours of tufts: hairs are drawn from those of one coat, in patches.
COATS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "orange": ((0.42, 0.17, 0.045), (0.5, 0.24, 0.08), (0.6, 0.5, 0.36)),
    "striped": ((0.4, 0.17, 0.05), (0.02, 0.016, 0.013), (0.58, 0.5, 0.38)),
    "white": ((0.6, 0.55, 0.44), (0.5, 0.42, 0.3), (0.66, 0.62, 0.54)),
    "black": ((0.014, 0.011, 0.01), (0.03, 0.02, 0.014), (0.05, 0.034, 0.022)),
    "brown": ((0.07, 0.035, 0.016), (0.12, 0.06, 0.028), (0.2, 0.115, 0.055)),
    "tawny": ((0.3, 0.18, 0.08), (0.4, 0.27, 0.14), (0.16, 0.09, 0.045)),
}


def skin(p: dict[str, Any], random: np.random.Generator) -> Shape:
    """A shrivelled collar of skin round the bone, ragged before and behind."""
    h, length = p["height"] / 2, max(p["bone_length"], 0.5) * p["height"]
    turn = np.arange(56)[None] / 56 * 2 * math.pi
    t = np.linspace(0, 1, 22)[:, None]
    front = 0.16 + 0.06 * _waves(random, 10, 0 * turn, turn, 1)
    rear = -0.95 - 0.14 * _waves(random, 14, 0 * turn, turn, 1)
    x = (front + (-0.97 - front) * t + (rear + 0.95) * np.sin(math.pi * t)) * length
    swell = 1.06 + 0.22 * np.sin(math.pi * np.clip(t * 1.05, 0, 1)) ** 0.7 + 0.05 * _waves(random, 18, t, turn, 6)
    # Behind, the skin has shrunk over the stump; in front it hugs the sheath.
    swell = swell * np.sqrt(np.clip(1 - ((t - 0.72) / 0.28).clip(0, 1) ** 2, 0, 1))
    swell = np.where(t < 0.02, 1.0, swell)
    c, s = np.cos(turn), np.sin(turn)
    up = h * c * swell * (1 + 0.25 * np.clip(-c, 0, 1) * np.sin(math.pi * t))
    y = h * s * swell * (p["compression"] + 0.07)
    points = np.stack(np.broadcast_arrays(x, y, up - 2 * h * 0.52), -1)
    place = np.stack(np.broadcast_arrays(t, c, s), -1)
    return Shape(points.reshape(-1, 3), grid_faces(22, 56), place.reshape(-1, 3), "skin")


def hairs(p: dict[str, Any], collar: Shape, random: np.random.Generator, count: int = 3000) -> tuple[np.ndarray, ...]:
    """Roots, tips' directions, lengths and colours of the tuft on ``collar``; hair points forward over the sheath."""
    grid = collar.points.reshape(22, 56, 3)
    row = random.beta(1.2, 1.5, count) * 17 + 1
    column = random.uniform(0, 56, count)
    bald = _waves(random, 8, row / 22, column / 56 * 2 * math.pi, 2.0)
    keep = bald > -1.3 + 1.2 * p["bald"]
    row, column = row[keep], column[keep]
    i, k = row.astype(int), column.astype(int) % 56
    roots = grid[i, k] + (grid[i, (k + 1) % 56] - grid[i, k]) * (column % 1)[:, None]
    middle = grid[i].mean(1)
    outward = roots - middle
    outward[:, 0] = 0
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    clump = np.stack([_waves(random, 6, row / 6, column / 9, 3.0) for _ in range(2)], -1)
    way = np.stack([0 * row + 1.0, clump[:, 0] * 0.3, clump[:, 1] * 0.22], -1) + outward * random.uniform(0.15, 0.6)
    way += random.normal(0, 0.13, way.shape)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    length = p["fur_length"] * p["height"] * random.uniform(0.45, 1.1, len(row))
    patch = _waves(random, 5, row / 22, column / 56 * 2 * math.pi, 1.4) + random.normal(0, 0.35, len(row))
    colours = np.asarray(COATS[p["coat"]])[np.digitize(patch, [-0.1, 0.8])]
    return roots, way, length, colours * random.uniform(0.7, 1.2, (len(row), 1))


def hair_object(
    roots: np.ndarray, way: np.ndarray, length: np.ndarray, colours: np.ndarray, random: np.random.Generator,
    thickness: float,
) -> bpy.types.Object:  # fmt: skip
    """Hairs in world coordinates: thin three-sided cones that droop and never pass through the table."""
    steps = np.linspace(0, 1, 5)[None, :, None]
    bend = random.normal(0, 0.4, way.shape)
    bend[:, 2] -= 0.45
    path = roots[:, None] + length[:, None, None] * (way[:, None] * steps + bend[:, None] * steps**2 * 0.5)
    path[..., 2] = np.maximum(path[..., 2], thickness)
    across = np.cross(way, [0.3, 0.2, 1.0])
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    over = np.cross(way, across)
    angle = np.arange(3) / 3 * 2 * math.pi
    ring = across[:, None] * np.cos(angle)[None, :, None] + over[:, None] * np.sin(angle)[None, :, None]
    thin = thickness * np.array([1.0, 1.0, 0.8, 0.5, 0.08])[None, :, None, None]
    vertices = (path[:, :, None] + ring[:, None] * thin).reshape(-1, 3)
    faces = (grid_faces(5, 3)[None] + (np.arange(len(roots)) * 15)[:, None, None]).reshape(-1, 4)
    made = array_mesh("fur", vertices, faces)
    layer = made.data.attributes.new("tint", "FLOAT_VECTOR", "POINT")
    shade = np.repeat(colours[:, None], 15, 1) * np.repeat(np.array([0.6, 0.85, 1, 1.05, 1.1]), 3)[None, :, None]
    layer.data.foreach_set("vector", np.ascontiguousarray(shade, np.float32).ravel())
    made_of, shader, nodes = material("fur", (0.5, 0.5, 0.5, 1), 0.55)
    tint = nodes.new("ShaderNodeAttribute")
    tint.attribute_name = "tint"
    made_of.node_tree.links.new(tint.outputs["Vector"], shader.inputs["Base Color"])
    made.data.materials.append(made_of)
    return made
