"""Meshes, gravity and surfaces shared by fruits, roots, shells and stones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import link


@dataclass
class Piece:
    """Points (n, 3), faces of four corners (m, 4) and a linear colour for each point (n, 3)."""

    points: np.ndarray
    faces: np.ndarray
    tint: np.ndarray


def linear(red: float, green: float, blue: float) -> np.ndarray:
    """Linear light from an sRGB colour in [0, 1], as one would pick it from a photo."""
    return np.asarray([red, green, blue]) ** 2.2


def blend(first: np.ndarray, second: np.ndarray, share: Any) -> np.ndarray:
    """From ``first`` (share 0) to ``second`` (share 1), one colour for each share."""
    weight = np.clip(np.asarray(share), 0, 1)[..., None]
    return first * (1 - weight) + second * weight


def smooth(value: Any, low: float, high: float) -> Any:
    """Zero below ``low``, one above ``high``, smooth between."""
    t = np.clip((np.asarray(value) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def waves(points: np.ndarray, random: np.random.Generator, scale: float, octaves: int = 3) -> np.ndarray:
    """Smooth noise, about -1 to 1, over points (..., 3); draws as many numbers whatever the points are."""
    total = np.zeros(points.shape[:-1])
    for octave in range(octaves):
        ways, phases = random.normal(0, 1, (6, 3)), random.uniform(0, 2 * math.pi, 6)
        total += np.sin(points @ (ways * scale * 2**octave).T + phases).mean(-1) / 1.7**octave
    return total * 1.5


def grid(points: np.ndarray, tint: np.ndarray, closed: bool = True) -> Piece:
    """A sheet of points (rows, columns, 3); ``closed`` joins the last column to the first."""
    rows, columns = points.shape[:2]
    i, j = np.arange(rows - 1)[:, None], np.arange(columns if closed else columns - 1)[None]
    k = (j + 1) % columns
    corners = [i * columns + j, i * columns + k, (i + 1) * columns + k, (i + 1) * columns + j]
    faces = np.stack(np.broadcast_arrays(*corners), -1).reshape(-1, 4)
    return Piece(points.reshape(-1, 3), faces, np.broadcast_to(tint, points.shape).reshape(-1, 3).copy())


def frames(spine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two directions across a curve (n, 3), carried along it without twist."""
    tangent = np.gradient(spine, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9
    side = np.empty_like(spine)
    across = np.cross(tangent[0], [0.0, 0.0, 1.0] if abs(tangent[0, 2]) < 0.9 else [1.0, 0.0, 0.0])
    for row, way in enumerate(tangent):
        across = across - way * (across @ way)
        across /= np.linalg.norm(across) + 1e-9
        side[row] = across
    return side, np.cross(tangent, side)


def sweep(spine: np.ndarray, radius: np.ndarray, sides: int, flat: float = 1.0) -> np.ndarray:
    """Points (n, sides, 3) around a curve; ``radius`` (n,) or (n, sides); ``flat`` squeezes the second direction."""
    side, up = frames(spine)
    angle = np.arange(sides) * 2 * math.pi / sides
    radius = radius[:, None] if radius.ndim == 1 else radius
    out = np.cos(angle)[None, :, None] * side[:, None] + flat * np.sin(angle)[None, :, None] * up[:, None]
    return spine[:, None] + radius[..., None] * out


def arc(steps: int, degrees: float, length: float = 1.0, hook: float = 0.0) -> np.ndarray:
    """A curve in the xy plane that turns ``degrees`` in all, more of it towards the end if ``hook`` > 0."""
    t = np.linspace(0, 1, steps)
    heading = math.radians(degrees) * t ** (1 + hook)
    step = np.stack([np.cos(heading), np.sin(heading), 0 * t], 1) * length / (steps - 1)
    return np.cumsum(step, axis=0) - step


def ball(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit directions (rows, columns, 3) with polar angle (rows, 1) and longitude (1, columns)."""
    polar = np.linspace(0, math.pi, rows)[:, None]
    around = (np.arange(columns) * 2 * math.pi / columns)[None]
    x, y = np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around)
    return np.stack([x, y, np.cos(polar) + 0 * around], -1), polar, around


def join(pieces: Sequence[Piece]) -> Piece:
    """Several pieces as one."""
    starts = np.cumsum([0, *(len(one.points) for one in pieces[:-1])])
    return Piece(
        np.concatenate([one.points for one in pieces]),
        np.concatenate([one.faces + start for one, start in zip(pieces, starts, strict=True)]),
        np.concatenate([one.tint for one in pieces]),
    )


def turned(points: np.ndarray, axis: int, angle: float) -> np.ndarray:
    """Points turned about a coordinate axis by ``angle`` in radians."""
    a, b = (axis + 1) % 3, (axis + 2) % 3
    made = points.copy()
    made[:, a] = points[:, a] * math.cos(angle) - points[:, b] * math.sin(angle)
    made[:, b] = points[:, a] * math.sin(angle) + points[:, b] * math.cos(angle)
    return made


def lay(piece: Piece, roll: float = 0.0, yaw: float = 0.0) -> Piece:
    """The piece lying on its broad side (thinnest direction up), then rolled about its length and turned."""
    points = piece.points - piece.points.mean(0)
    _, ways = np.linalg.eigh(np.cov(points[:: max(1, len(points) // 2000)].T))
    ways = ways[:, ::-1]
    if np.linalg.det(ways) < 0:
        ways[:, 2] *= -1
    points = turned(turned(points @ ways, 0, roll), 2, yaw)
    points[:, 2] -= points[:, 2].min()
    return Piece(points, piece.faces, piece.tint)


def drop(pieces: Sequence[Piece], random: np.random.Generator, spread: float, tries: int = 6) -> Piece:
    """The pieces let fall one after another within a disc of radius ``spread``: each rests on what is below it."""
    cell, wide = 0.05, 240
    heights = np.zeros((wide, wide))
    placed = []
    for piece in pieces:
        best: tuple[float, np.ndarray, np.ndarray] = (math.inf, np.zeros(2), np.zeros(0, int))
        for angle, far in zip(random.uniform(0, 2 * math.pi, tries), random.random(tries), strict=True):
            shift = spread * math.sqrt(far) * np.asarray([math.cos(angle), math.sin(angle)])
            spot = ((piece.points[:, :2] + shift) / cell + wide / 2).astype(int).clip(0, wide - 1)
            flat = spot[:, 0] * wide + spot[:, 1]
            lift = max(0.0, float((heights.ravel()[flat] - piece.points[:, 2]).max()))
            if lift < best[0]:
                best = (lift, shift, flat)
        lift, shift, flat = best
        points = piece.points + np.asarray([*shift, lift])
        np.maximum.at(heights.reshape(-1), flat, points[:, 2])
        placed.append(Piece(points, piece.faces, piece.tint))
    return join(placed)


def surface(
    name: str,
    *,
    gloss: float = 0.3,
    uneven: float = 0.2,
    bump: float = 0.3,
    scale: float = 25.0,
    pores: float = 0.0,
    pore_scale: float = 60.0,
    mottle: float = 0.25,
    flecks: float = 0.0,
    glow: float = 0.0,
    coat: float = 0.0,
) -> bpy.types.Material:
    """A surface that takes its colour from the points, mottled, flecked, bumpy and unevenly glossy.

    ``scale`` counts in lumps along the exhibit's longest side. ``pores`` dents it by cells (citrus peel); ``glow``
    lets light pass below the surface; ``coat`` is a thin clear layer (waxy skin).
    """
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes["Principled BSDF"]
    where = nodes.new("ShaderNodeTexCoord").outputs["Object"]

    def noise(at: float, detail: float = 4) -> Any:
        node = nodes.new("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = at
        node.inputs["Detail"].default_value = detail
        links.new(where, node.inputs["Vector"])
        return node.outputs["Fac"]

    def spread(value: Any, first: float, second: float, low: float = 0.3, high: float = 0.7) -> Any:
        node = nodes.new("ShaderNodeMapRange")
        for key, number in (("From Min", low), ("From Max", high), ("To Min", first), ("To Max", second)):
            node.inputs[key].default_value = number
        links.new(value, node.inputs["Value"])
        return node.outputs["Result"]

    def math_node(operation: str, first: Any, second: Any) -> Any:
        node = nodes.new("ShaderNodeMath")
        node.operation = operation
        for socket, value in zip(node.inputs, (first, second), strict=False):
            if isinstance(value, float):
                socket.default_value = value
            else:
                links.new(value, socket)
        return node.outputs[0]

    tint = nodes.new("ShaderNodeVertexColor")
    tint.layer_name = "tint"
    shade = spread(noise(scale * 0.35, 6), 1 - mottle, 1 + mottle * 0.7)
    if flecks:
        shade = math_node("MULTIPLY", shade, spread(noise(scale * 2.2, 2), 1 - flecks, 1.0, 0.36, 0.42))
    mixed = nodes.new("ShaderNodeVectorMath")
    mixed.operation = "SCALE"
    links.new(tint.outputs["Color"], mixed.inputs[0])
    links.new(shade, mixed.inputs["Scale"])
    links.new(mixed.outputs["Vector"], shader.inputs["Base Color"])
    rough = 1 - gloss
    links.new(
        spread(noise(scale * 0.6), max(0.08, rough - uneven), min(1.0, rough + uneven)), shader.inputs["Roughness"]
    )
    height = math_node("MULTIPLY", noise(scale, 8), float(bump))
    if pores:
        cells = nodes.new("ShaderNodeTexVoronoi")
        cells.inputs["Scale"].default_value = pore_scale
        links.new(where, cells.inputs["Vector"])
        height = math_node("ADD", height, math_node("MULTIPLY", cells.outputs["Distance"], float(pores)))
    bumped = nodes.new("ShaderNodeBump")
    bumped.inputs["Distance"].default_value = 0.6 / scale
    links.new(height, bumped.inputs["Height"])
    links.new(bumped.outputs["Normal"], shader.inputs["Normal"])
    if glow:
        shader.inputs["Subsurface Weight"].default_value = glow
        shader.inputs["Subsurface Radius"].default_value = (0.03, 0.015, 0.008)
        shader.inputs["Subsurface Scale"].default_value = 1.0
    shader.inputs["Coat Weight"].default_value = coat
    shader.inputs["Coat Roughness"].default_value = 0.25
    return made


def show(piece: Piece, made_of: bpy.types.Material, name: str) -> list[bpy.types.Object]:
    """The piece as an object, brought to a longest side of 1 and set on z = 0."""
    points = piece.points - piece.points.min(0)
    points = points / points.max()
    data = bpy.data.meshes.new(name)
    data.from_pydata(points.tolist(), [], piece.faces.tolist())
    data.polygons.foreach_set("use_smooth", np.ones(len(piece.faces), bool))
    colours = np.ones((len(points), 4), np.float32)
    colours[:, :3] = piece.tint.clip(0, 1)
    layer = data.color_attributes.new("tint", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set("color", colours.ravel())
    data.materials.append(made_of)
    return [link(data, name)]
