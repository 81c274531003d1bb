"""Anonymous things that lie about: each of about the radius asked for, resting on z = 0 about the origin."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import numpy as np

from training.render import prints
from training.render.blender.kit import hsv, link, roughen
from training.render.blender.shapes import grid, paint, plain, sampled, slab
from training.render.textures import fractal

Maker = Callable[[np.random.Generator, float], list[bpy.types.Object]]


def _colour(random: np.random.Generator) -> tuple[float, float, float, float]:
    # Most things are dull, some are not.
    return hsv(random.random(), random.uniform(0, 1) ** 2 * 0.85, random.uniform(0.04, 0.75))


def _cylinder(radius: float, depth: float, sides: int = 32) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cylinder_add(vertices=sides, radius=radius, depth=depth)
    made = bpy.context.object
    made.data.polygons.foreach_set("use_smooth", [len(p.vertices) == 4 for p in made.data.polygons])
    bevel = made.modifiers.new("bevel", "BEVEL")
    bevel.width, bevel.segments = min(radius, depth) * 0.12, 2
    return made


def _box(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    width = radius * random.uniform(0.8, 1.6)
    depth = math.sqrt(max((2 * radius) ** 2 - width**2, 0.04 * radius**2)) * random.uniform(0.4, 0.9)
    made = slab("box", (width, depth, radius * random.uniform(0.15, 1.1)), 0.03 * radius)
    if random.random() < 0.4:
        return [paint(made, prints.label(random), 0.45)]
    plain(made, _colour(random) if random.random() < 0.6 else hsv(0.085, 0.5, 0.4), random.uniform(0.3, 0.8))
    return [made]


def _cup(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    """A cup, jar or lid, turned from a profile."""
    r, h = 0.6 * radius, radius * random.uniform(0.5, 1.5)
    profile = np.array(
        [(0, 0), (0.75, 0), (0.8, 0.03), (0.95, 0.9), (1, 1), (0.95, 1), (0.88, 0.9), (0.72, 0.1), (0, 0.08)]
    )
    turn = np.linspace(0, 2 * math.pi, 40)
    points = np.stack([np.outer(profile[:, 0], np.cos(turn)) * r, np.outer(profile[:, 0], np.sin(turn)) * r,
                       np.outer(profile[:, 1], np.ones(40)) * h], -1)  # fmt: skip
    made = grid("cup", points.transpose(1, 0, 2), np.zeros((40, len(profile), 2)))
    shader = plain(made, _colour(random), random.uniform(0.1, 0.5), float(random.random() < 0.25))
    shader.inputs["Coat Weight"].default_value = 0.3
    return [made]


def _folded(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    """A folded or heaped cloth."""
    n, size = 80, radius * 0.75
    # Points crowd at the border, where the heap rounds off to the ground.
    line = np.sin(np.linspace(-math.pi / 2, math.pi / 2, n))
    u, v = np.meshgrid(line, line)
    wave = sampled(fractal(random, 128, 2.6), u * 0.25 + 0.5, v * 0.25 + 0.5)
    folds = 1 - np.minimum(np.abs(sampled(fractal(random, 128, 2.2, (3, 1)), u * 0.3, v * 0.3)), 1)
    round_ = np.sqrt(np.clip(1 - u**4, 0, 1) * np.clip(1 - v**4, 0, 1))
    z = radius * random.uniform(0.12, 0.3) * (1 + 0.25 * wave + 0.3 * folds) * round_
    warp = 0.12 * sampled(fractal(random, 64, 2.8), u * 0.2, v * 0.2)
    points = np.stack([size * u * (1 + warp), size * v * random.uniform(0.5, 1) * (1 - warp), np.maximum(z, 0)], -1)
    made = grid("folded", points, np.stack([u, v], -1))
    shader = plain(made, _colour(random), 0.95)
    roughen(made.data.materials[0], shader, 60 / radius, 0.3)
    return [made]


def _cable(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    t = np.linspace(0, 1, 90)
    turns = random.uniform(1.2, 3.2)
    a = 2 * math.pi * turns * t + random.uniform(0, 6)
    r = radius * (0.55 + 0.3 * np.sin(3.1 * t * turns + random.uniform(0, 6)) * random.random())
    curve = bpy.data.curves.new("cable", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius * random.uniform(0.015, 0.04), 3
    spline = curve.splines.new("POLY")
    spline.points.add(len(t) - 1)
    z = curve.bevel_depth * (1 + 1.5 * (1 + np.sin(5 * a)) * 0.4)
    points = np.stack([r * np.cos(a), 0.8 * r * np.sin(a), z, np.ones_like(t)], -1)
    spline.points.foreach_set("co", points.astype(np.float32).ravel())
    made = link(curve, "cable")
    plain(made, _colour(random), 0.4)
    return [made]


def _papers(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    made = []
    for k in range(int(random.integers(1, 4))):
        width = radius * 1.15
        sheet = slab("paper", (width, width * 1.41, 0.004 * radius))
        sheet.location = (*random.normal(0, 0.06 * radius, 2), 0.005 * radius * k)
        sheet.rotation_euler.z = random.normal(0, 0.12)
        made.append(paint(sheet, prints.form(random, 350, 495), 0.8))
    return made


def _bits(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    """Keys, rings, nuts, caps: small hard things in a heap of a few."""
    made = []
    for _ in range(int(random.integers(2, 6))):
        x, y = random.normal(0, 0.35 * radius, 2)
        size = radius * random.uniform(0.08, 0.25)
        if random.random() < 0.5:
            bpy.ops.mesh.primitive_torus_add(
                major_radius=size, minor_radius=size * random.uniform(0.08, 0.3), major_segments=28, minor_segments=8
            )
            one = bpy.context.object
            one.location = (x, y, size * 0.15)
            one.data.polygons.foreach_set("use_smooth", [True] * len(one.data.polygons))
        else:
            one = slab("bit", (size * 2.4, size * random.uniform(0.3, 0.9), size * 0.15), size * 0.04)
            one.location = (x, y, 0)
        one.rotation_euler.z = random.uniform(0, 6)
        metal = random.random() < 0.7
        plain(one, (0.6, 0.58, 0.54, 1) if metal else _colour(random), 0.35, float(metal))
        made.append(one)
    return made


def _tool(random: np.random.Generator, radius: float) -> list[bpy.types.Object]:
    """A handle with a shaft, as of screwdrivers, files and brushes; or a flat bar like a spanner."""
    if random.random() < 0.3:
        bar = slab("tool", (1.7 * radius, 0.18 * radius, 0.07 * radius), 0.02 * radius)
        plain(bar, (0.5, 0.5, 0.5, 1), 0.35, 1.0)
        return [bar]
    thick = radius * random.uniform(0.08, 0.13)
    handle = _cylinder(thick, radius * 0.8, 12)
    shaft = _cylinder(thick * random.uniform(0.25, 0.45), radius)
    for one, x in ((handle, -0.5 * radius), (shaft, 0.35 * radius)):
        one.rotation_euler.y = math.pi / 2
        one.location = (x, 0, thick)
    plain(handle, _colour(random), 0.4)
    plain(shaft, (0.6, 0.6, 0.6, 1), 0.3, 1.0)
    return [handle, shaft]


def pen(random: np.random.Generator, length: float) -> list[bpy.types.Object]:
    """A ballpoint pen, its true length given."""
    thick = length * 0.032
    body, tip = _cylinder(thick, length * 0.84, 20), None
    bpy.ops.mesh.primitive_cone_add(vertices=20, radius1=thick * 0.9, radius2=thick * 0.15, depth=length * 0.1)
    tip = bpy.context.object
    for one, x in ((body, -0.05 * length), (tip, 0.42 * length)):
        one.rotation_euler.y = math.pi / 2
        one.location = (x, 0, thick)
    plain(body, _colour(random), 0.25)
    plain(tip, (0.6, 0.6, 0.6, 1), 0.3, 1.0)
    return [body, tip]


CLUTTER: dict[str, Maker] = {
    "box": _box, "cup": _cup, "folded": _folded, "cable": _cable, "papers": _papers, "bits": _bits, "tool": _tool,
}  # fmt: skip
