"""Faces of plush toys, and what else is sewn or glued to them."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from training.render.blender.fabrics_cloth import grid_object
from training.render.blender.kit import link, material

Array = npt.NDArray[np.float32]


def turned(angles: Sequence[float]) -> Array:
    """Rotation by angles in degrees about x, then y, then z."""
    (a, b, c) = (math.radians(one) for one in angles)
    x = np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])
    y = np.array([[math.cos(b), 0, math.sin(b)], [0, 1, 0], [-math.sin(b), 0, math.cos(b)]])
    z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return (z @ y @ x).astype(np.float32)


@dataclass(frozen=True)
class Part:
    """One stuffed part: an egg about its own z axis; y is its front (negative) and back.

    Attributes:
        name: what it is; its marks follow from it.
        middle, radii, angles: where it is, how large, how it is turned.
        egg: how much thicker its lower end is; square: how full its ends are.
        detail: rows and columns of its mesh.
    """

    name: str
    middle: tuple[float, float, float]
    radii: tuple[float, float, float]
    angles: tuple[float, float, float] = (0.0, 0.0, 0.0)
    egg: float = 0.0
    square: float = 1.0
    detail: tuple[int, int] = (40, 56)


def _ball(name: str, at: Array, radii: Sequence[float], made: bpy.types.Material, turn: Array) -> bpy.types.Object:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=24, ring_count=14, radius=1)
    ball = bpy.context.object
    ball.name = name
    vertices = np.empty(len(ball.data.vertices) * 3, np.float32)
    ball.data.vertices.foreach_get("co", vertices)
    placed = (vertices.reshape(-1, 3) * np.asarray(radii, np.float32)) @ turn.T + at
    ball.data.vertices.foreach_set("co", np.ascontiguousarray(placed, np.float32).ravel())
    ball.data.polygons.foreach_set("use_smooth", [True] * len(ball.data.polygons))
    ball.data.materials.append(made)
    return ball


def _thread(name: str, lines: list[Array], radius: float, made: bpy.types.Material) -> bpy.types.Object:
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 2
    for line in lines:
        spline = curve.splines.new("POLY")
        spline.points.add(len(line) - 1)
        spline.points.foreach_set("co", np.column_stack([line, np.ones(len(line))]).astype(np.float32).ravel())
    curve.materials.append(made)
    return link(curve, name)


def sewn_face(p: dict[str, Any], head: Part, random: np.random.Generator) -> list[bpy.types.Object]:
    """Eyes, nose, mouth, whiskers: glued buttons or thread."""
    turn, middle, size = turned(head.angles), np.asarray(head.middle, np.float32), p["head"]
    radii = np.asarray(head.radii, np.float32)
    proud = 0.006 + 0.012 * p["pile"]

    def on(x: float, z: float, out: float) -> Array:
        y = -math.sqrt(max(1 - x * x - z * z, 0.02))
        unit = np.asarray([x, y, z], np.float32)
        return np.asarray(turn @ (unit * radii + unit * np.float32(out)) + middle, np.float32)

    def at(x: float, y: float, z: float) -> Array:
        return np.asarray(turn @ (np.asarray([x, y, z], np.float32) * np.float32(size)) + middle, np.float32)

    black, shader, _ = material("eye", (0.006, 0.006, 0.007, 1), 0.08)
    shader.inputs["Coat Weight"].default_value = 1
    thread, _, _ = material("thread", (0.012, 0.01, 0.009, 1), 0.8)
    nose_colour = {"pink": (0.55, 0.2, 0.2, 1), "black": (0.012, 0.012, 0.013, 1), "brown": (0.08, 0.035, 0.02, 1)}[
        p["nose"]
    ]
    nose, _, _ = material("nose", nose_colour, random.uniform(0.3, 0.9))
    parts = []
    r = 0.026 * p["eye_size"] * size
    for side in (-1, 1):
        if p["eyes"] == "sewn":
            t = np.linspace(-1, 1, 9)
            arc = np.stack([on(side * 0.36 + 0.1 * k, 0.12 - 0.06 * k * k, proud) for k in t])
            parts.append(_thread("eye", [arc], 0.007, thread))
            continue
        place = on(side * 0.36, 0.13, proud * 0.7)
        if p["eyes"] == "amber":
            iris, glass, _ = material("iris", (random.uniform(0.25, 0.6), 0.22, 0.02, 1), 0.1)
            glass.inputs["Coat Weight"].default_value = 1
            parts.append(_ball("iris", place, (r, r * 0.55, r), iris, turn))
            parts.append(
                _ball("pupil", place + turn @ np.float32([0, -r * 0.36, 0]), (r * 0.5, r * 0.3, r * 0.62), black, turn)
            )
        else:
            parts.append(_ball("eye", place, (r, r * 0.7, r), black, turn))
    out = 0.06 * p["muzzle"]
    parts.append(_ball("nose", at(0, -0.205 - out * 0.75, -0.02), (0.036 * size, 0.02, 0.024 * size), nose, turn))
    down = [at(0, -0.21 - out * 0.9 - proud, z) for z in np.linspace(-0.035, -0.085, 4)]
    lines = [np.stack(down)]
    for side in (-1, 1):
        bow = [
            at(side * 0.055 * k, -0.212 - out * (0.95 - 0.08 * k * k) - proud, -0.085 - 0.03 * math.sin(k * 2.4))
            for k in np.linspace(0, 1, 7)
        ]
        lines.append(np.stack(bow))
    parts.append(_thread("mouth", lines, 0.0045, thread))
    if p["whiskers"]:
        pale, _, _ = material("whisker", (0.75, 0.75, 0.72, 1), 0.4)
        hairs = []
        for side in (-1, 1):
            for k in range(3):
                droop = random.uniform(-0.03, 0.03)
                fall = 0.03 * (1 - k) + droop
                hair = [
                    at(side * (0.07 + 0.2 * s), -0.24 + 0.03 * s, -0.05 + fall * s - 0.04 * s * s)
                    for s in np.linspace(0, 1, 6)
                ]
                hairs.append(np.stack(hair))
        parts.append(_thread("whiskers", hairs, 0.0018, pale))
    return parts


def tied_ribbon(p: dict[str, Any], head: Part, random: np.random.Generator) -> list[bpy.types.Object]:
    """A bow at the throat."""
    cloth, shader, _ = material("ribbon", (*(c**2.2 for c in colorsys.hsv_to_rgb(*p["ribbon"])), 1), 0.4)
    shader.inputs["Sheen Weight"].default_value = 0.5
    x, y, z = head.middle
    at = np.asarray([x * 0.6, y - 0.2, z - 0.24], np.float32)
    parts = [_ball("knot", at, (0.022, 0.02, 0.022), cloth, np.eye(3, dtype=np.float32))]
    t = np.linspace(0, 2 * np.pi, 24)[:, None]
    w = np.linspace(-1, 1, 5)[None, :]
    for side in (-1, 1):
        high = w * 0.026 * (0.35 + 0.65 * np.abs(np.sin(t / 2))) + 0.012 * np.sin(t)
        wide = side * 0.06 * (1 - np.cos(t)) * (1 + 0.08 * w)
        loop = np.stack(np.broadcast_arrays(wide, -0.028 * np.sin(t) - 0.004, high), axis=-1)
        wide = side * (0.02 + 0.055 * t / 6) + w * 0.018
        end = np.stack(np.broadcast_arrays(wide, -0.012 + 0.012 * np.sin(t * 1.4), -0.022 * t + 0 * w), axis=-1)
        for one in (loop, end * np.asarray([1, 1, random.uniform(0.7, 1.2)])):
            parts.append(
                grid_object("ribbon", (one + at).astype(np.float32), np.zeros((24, 5, 2), np.float32), cloth, 0.004)
            )
    return parts


def sewn_label(parts: list[Part], random: np.random.Generator) -> bpy.types.Object:
    """A woven label sewn into a seam."""
    trunk = parts[0]
    x, y, _ = trunk.middle
    cloth, _, _ = material("label", (0.82, 0.82, 0.8, 1), 0.6)
    across, out = np.linspace(0, 1, 5)[:, None], np.linspace(0, 1, 6)[None, :]
    side = 1 if random.random() < 0.5 else -1
    curl = random.uniform(-0.03, 0.03)
    at_x = x + side * (trunk.radii[0] * 0.93 + 0.075 * out)
    at_y = y + 0.05 * across + curl * out**2
    points = np.stack(np.broadcast_arrays(at_x, at_y, 0.11 - 0.03 * out + 0 * across), axis=-1)
    return grid_object("label", points.astype(np.float32), np.zeros((5, 6, 2), np.float32), cloth, 0.0015)
