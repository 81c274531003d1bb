"""What the exhibit lies on."""

from __future__ import annotations

import math

import bpy
import numpy as np

from training.render import prints
from training.render.blender.kit import hsv, link, material, roughen
from training.render.blender.shapes import grid, paint, plain, quads, sampled, textured
from training.render.scenes import Place
from training.render.textiles import SOFT
from training.render.textures import HARD, Painter, fractal, step

#: Pixels a texture's side.
_PIXELS = 1024

#: Side of a texture in lengths of the exhibit, before the place's own scale.
_SIDE = {"tarp": 2.6, "market_bag": 2.6, "soil": 2.4, "tile": 3.0, "planks": 3.0, "terrazzo": 3.0}

#: How high the folds of soft surfaces rise.
_FOLDS = {"cloth": 0.05, "checked": 0.05, "burlap": 0.06, "tarp": 0.05, "market_bag": 0.05, "baize": 0.015}

#: Sheets that lie on another surface.
_SHEETS = ("newspaper", "sheet", "kraft")

Footprint = tuple[np.ndarray, np.ndarray]


def lay_surface(place: Place, random: np.random.Generator, footprint: Footprint) -> None:
    """Put the surface under the exhibit, whose lowest and highest corner are ``footprint``."""
    below = place.surface
    if below in _SHEETS:
        _sheet(place, random, footprint)
        below = ("desk", "planks", "steel", "concrete", "cloth", "tile")[int(random.integers(6))]
    painter: Painter = {**HARD, **SOFT}[below]
    side = _SIDE.get(below, 2.2) * place.surface_scale
    material_ = textured(
        "surface", painter(random, place, _PIXELS), side, math.radians(place.surface_turn), random.uniform(0, 1, 2)
    )
    if below in _FOLDS and below == place.surface:
        made = _folded(random, _FOLDS[below] * random.uniform(0.4, 1.4), footprint)
    else:
        made = _flat(place, -0.006 if place.surface in _SHEETS else 0.0)
    made.data.materials.append(material_)
    if place.edge:
        _beyond(place, random)


def _flat(place: Place, height: float) -> bpy.types.Object:
    far = place.edge or 16.0
    corners = np.array([(-16, -16), (16, -16), (16, far), (-16, far)], float)
    lower = corners + np.array([(0, 0), (0, 0), (0, 0.015), (0, 0.015)])
    points = np.concatenate([np.c_[corners, np.full(4, height)], np.c_[lower, np.full(4, height - 0.09)]])
    faces = np.array([(0, 1, 2, 3), (3, 2, 6, 7)])
    return quads("surface", points, faces, points[:, :2])


def _folded(random: np.random.Generator, height: float, footprint: Footprint) -> bpy.types.Object:
    """A cloth with soft folds: at or under z = 0 where the exhibit lies, risen beside it."""
    n = 190
    u = np.linspace(-1, 1, n)
    # Dense near the exhibit, wide at the border.
    line = 1.9 * u + 9 * u**5
    x, y = np.meshgrid(line, line)
    side = random.uniform(2.5, 4.5)
    a, size = random.uniform(0, math.pi), 256
    s, t = (x * math.cos(a) - y * math.sin(a)) / side, (x * math.sin(a) + y * math.cos(a)) / side
    soft = fractal(random, size, 2.4, (1, random.uniform(1, 2.5)))
    creases = 1 - np.minimum(np.abs(fractal(random, size, 2.0, low=1.5)) * 1.6, 1)
    folds = 0.5 * sampled(soft, s, t) + 1.2 * sampled(creases, s, t) ** 2 - 0.4
    low, high = footprint
    outside = np.hypot(
        np.maximum(np.maximum(low[0] - x, x - high[0]), 0), np.maximum(np.maximum(low[1] - y, y - high[1]), 0)
    )
    free = step(outside, 0.0, 0.5)
    under = np.minimum(0, 0.35 * height * (folds - 1.2))
    z = under * (1 - free) + free * height * folds
    return grid("surface", np.stack([x, y, z], -1), np.stack([s, t], -1))


def _sheet(place: Place, random: np.random.Generator, footprint: Footprint) -> None:
    """One or two curled sheets of printed paper under the exhibit."""
    pages = int(random.integers(1, 3)) if place.surface != "kraft" else 1
    for k in range(pages):
        page = prints.kraft(random, place) if place.surface == "kraft" else prints.PAGES[place.surface](random)
        page = prints.aged(random, page, place.wear)
        proportion = page.shape[0] / page.shape[1]
        width = random.uniform(1.15, 1.8) * place.surface_scale**0.5
        made = _curled(random, width, width * proportion, footprint, -0.001 - 0.002 * k)
        turn = math.radians(place.surface_turn) + (random.uniform(0.2, 1.2) if k else 0)
        shift = random.normal(0, 0.08 + 0.35 * k, 2)
        _turn_flat(made, turn, shift, footprint)
        paint(made, page, 0.75)
        if place.surface == "kraft":
            roughen(made.data.materials[0], made.data.materials[0].node_tree.nodes["Principled BSDF"], 7, 0.5)


def _curled(
    random: np.random.Generator, width: float, height: float, footprint: Footprint, level: float
) -> bpy.types.Object:
    n = 48
    u, v = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n))
    x, y = (u - 0.5) * width, (v - 0.5) * height
    wave = fractal(random, 64, 2.4)
    z = 0.018 * sampled(wave, u * 0.9, v * 0.9)
    for cx, cy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        z = z + random.uniform(0, 0.09) ** 1.3 * np.clip(1 - np.hypot(u - cx, v - cy) / 0.45, 0, 1) ** 2 * 4
    made = grid("sheet", np.stack([x, y, z + level], -1), np.stack([u, v], -1))
    made["level"] = level
    return made


def _turn_flat(made: bpy.types.Object, turn: float, shift: np.ndarray, footprint: Footprint) -> None:
    """Turn and move a sheet, and press it flat where the exhibit lies."""
    mesh, level = made.data, made["level"]
    flat = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", flat)
    points = flat.reshape(-1, 3)
    c, s = math.cos(turn), math.sin(turn)
    x = c * points[:, 0] - s * points[:, 1] + shift[0]
    y = s * points[:, 0] + c * points[:, 1] + shift[1]
    low, high = footprint
    outside = np.hypot(
        np.maximum(np.maximum(low[0] - x, x - high[0]), 0), np.maximum(np.maximum(low[1] - y, y - high[1]), 0)
    )
    z = level + np.maximum(points[:, 2] - level, -0.002) * step(outside, 0.02, 0.4)
    mesh.vertices.foreach_set("co", np.stack([x, y, z], -1).astype(np.float32).ravel())
    mesh.update()


def _beyond(place: Place, random: np.random.Generator) -> None:
    """What is seen past the table's end: a wall of the boot or a room's floor and wall, out of the way."""
    wall = place.surface in ("carpet", "rubber") or random.random() < 0.3
    if wall:
        top = random.uniform(0.5, 1.6)
        lean = random.uniform(0, 0.35)
        y = place.edge
        n = 12
        x, v = np.meshgrid(np.linspace(-16, 16, n), np.linspace(0, 1, n))
        # A rounded foot, as in a lined boot.
        points = np.stack([x, y + lean * v + 0.12 * (1 - np.sqrt(1 - np.minimum(1 - v, 1) ** 2)) * -1 + 0.02,
                           v * top - 0.01], -1)  # fmt: skip
        made = grid("wall", points, np.stack([x, v], -1))
        dark = place.surface in ("carpet", "rubber")
        tone = 0.05 + (0.12 if dark else 0.7) * random.random()
        surface, shader, _ = material("wall", hsv(random.random(), 0.06, tone), 0.9)
        roughen(surface, shader, 40, 0.5)
        made.data.materials.append(surface)
        return
    depth = random.uniform(1.0, 3.0)
    points = np.array([(-40, place.edge, -depth), (40, place.edge, -depth), (40, 45, -depth), (-40, 45, -depth)])
    floor = quads("floor", points, np.array([(0, 1, 2, 3)]), points[:, :2])
    floor.data.materials.append(
        textured("floor", HARD[("concrete", "tile")[int(random.integers(2))]](random, place, 512), 6, 0.3, np.zeros(2))
    )
    for _ in range(int(random.integers(2, 6))):
        _furniture(place, random, depth)


def _furniture(place: Place, random: np.random.Generator, depth: float) -> None:
    """A dark or pale block on the floor beyond, out of focus: boxes, a chair's seat, a cabinet."""
    size = random.uniform(0.4, 1.6, 3)
    mesh = bpy.data.meshes.new("block")
    x, y, z = size / 2
    corners = [(a * x, b * y, c * z) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]
    mesh.from_pydata(corners, [], [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
    made = link(mesh, "block")
    made.location = (random.uniform(-3, 3), place.edge + random.uniform(1.0, 4.5), -depth + z)
    made.rotation_euler.z = random.uniform(0, 3)
    plain(made, hsv(random.random(), random.uniform(0, 0.5), random.uniform(0.03, 0.7)), 0.6)
