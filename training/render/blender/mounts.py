"""Metal and beads that claws and teeth are worn in: caps, bails, chains, wire, beads. Cords are in ``cords``.

Which mount a piece has says nothing about what the piece is: genuine and imitation pendants draw from the same
functions with the same numbers. A metal cap hides base and underside of a claw, or the root of a tooth, which is why
capped pieces usually have to be referred (synthesis, grade K).

Every function takes world coordinates in which the table is z = 0, and returns the objects it has made. Vectors may be
any sequences of three numbers. Nothing here depends on anything but its arguments and the generator it is given.
"""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender.cords import Vector, frame_of, frames, mottle, path_length, resample, tube
from training.render.blender.kit import material
from training.render.blender.meshes import array_mesh, grid_faces

METALS: dict[str, tuple[float, float, float]] = {
    "gold": (0.92, 0.62, 0.2), "pale_gold": (0.88, 0.71, 0.4), "silver": (0.8, 0.79, 0.76),
    "brass": (0.62, 0.44, 0.16), "copper": (0.72, 0.36, 0.2), "steel": (0.5, 0.5, 0.5),
}  # fmt: skip
CAP_STYLES = ("plain", "beaded", "rope", "scalloped")
CAP_SURFACES = ("smooth", "hammered", "engraved")


def metal(kind: str, random: np.random.Generator, surface: str = "smooth", scale: float = 1.0) -> Any:
    """Worn metal of ``METALS``: uneven gloss, tarnish in blotches, bumps as ``surface`` says (``CAP_SURFACES``)."""
    colour = np.asarray(METALS[kind]) * random.uniform(0.8, 1.05)
    tarnish, gloss = random.uniform(0.1, 0.75), random.uniform(0.12, 0.42)
    dark = colour * np.array([0.42, 0.36, 0.3]) if kind != "silver" else colour * np.array([0.3, 0.28, 0.25])
    made, shader, nodes = material(kind, (*np.minimum(colour, 1), 1), gloss)
    links = made.node_tree.links
    shader.inputs["Metallic"].default_value = 1.0
    place, blotches, ramp = (nodes.new(f"ShaderNode{n}") for n in ("TexCoord", "TexNoise", "ValToRGB"))
    blotches.inputs["Scale"].default_value, blotches.inputs["Detail"].default_value = 16 / scale, 6
    links.new(place.outputs["Object"], blotches.inputs["Vector"])
    low, high = ramp.color_ramp.elements
    low.position, high.position = 0.25 + 0.25 * tarnish, 0.45 + 0.3 * tarnish
    low.color, high.color = (*dark, 1), (*np.minimum(colour, 1), 1)
    links.new(blotches.outputs["Fac"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    rough = nodes.new("ShaderNodeMapRange")
    rough.inputs["To Min"].default_value, rough.inputs["To Max"].default_value = gloss + 0.3, gloss * 0.7
    links.new(blotches.outputs["Fac"], rough.inputs["Value"])
    links.new(rough.outputs["Result"], shader.inputs["Roughness"])
    bump, relief = nodes.new("ShaderNodeBump"), nodes.new("ShaderNodeTexVoronoi")
    bump.inputs["Distance"].default_value = 0.02 * scale
    bump.inputs["Strength"].default_value = {"smooth": 0.12, "hammered": 0.35, "engraved": 0.4}[surface]
    relief.inputs["Scale"].default_value = {"smooth": 60, "hammered": 20, "engraved": 30}[surface] / scale
    if surface == "engraved":
        # Scrolling lines: distance to the edges of distorted cells.
        relief.feature = "DISTANCE_TO_EDGE"
    links.new(place.outputs["Object"], relief.inputs["Vector"])
    links.new(relief.outputs["Distance"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return made


def cap(
    position: Vector,
    axis: Vector,
    radius: float,
    kind: str,
    random: np.random.Generator,
    *,
    length: float | None = None,
    side: Vector = (0.0, 0.0, 1.0),
    squash: float = 1.0,
    style: str = "plain",
    surface: str = "smooth",
) -> list[bpy.types.Object]:
    """A metal cap: its rim round ``position``, closed at ``position + axis * length``, where a bail can hang.

    Args:
        position: centre of the open rim, which covers the piece.
        axis: from the rim to the closed top.
        radius: half-width of the rim along ``side``; across it is ``squash`` times as wide.
        kind: a key of ``METALS``.
        random: wear, and the numbers of beads and scallops.
        length: from rim to top; default 1.3 radii.
        side: direction of the wider diameter.
        squash: below 1 for flattened pieces such as claws.
        style: the rim, one of ``CAP_STYLES``.
        surface: one of ``CAP_SURFACES``.
    """
    length = 1.3 * radius if length is None else length
    shoulder = random.uniform(0.55, 0.9)
    step = random.uniform(0.0, 0.06)
    profile = np.array([
        (0.1, 0.9), (0.0, 0.94), (-0.02, 1.0), (0.0, 1.05), (0.05, 1.08), (0.1, 1.06), (0.12, 1.0), (0.3, 1.0 + step),
        (0.55, 0.98), (0.72, 0.9), (0.84, shoulder), (0.92, 0.55 * shoulder), (0.94, 0.3), (1.0, 0.26), (1.02, 0.2),
        (1.02, 0.0),
    ])  # fmt: skip
    points = 56
    turn = np.arange(points) / points * 2 * math.pi
    along = np.repeat(profile[:, :1] * length, points, 1)
    out = np.repeat(profile[:, 1:] * radius, points, 1)
    if style == "scalloped":
        lobes = int(random.integers(5, 11))
        fade = np.clip(1 - profile[:, :1] / 0.45, 0, 1)
        along = along - fade * 0.22 * length * np.abs(np.cos(turn * lobes / 2)) ** 0.7
    dents = 1 + 0.012 * np.sin(3 * turn + random.uniform(0, 6)) + 0.01 * np.sin(5 * turn + random.uniform(0, 6))
    out = out * dents
    narrowing = np.clip(profile[:, :1] / 0.9, 0, 1) ** 3
    flat = squash + (1 - squash) * narrowing
    frame = frame_of(axis, side)
    local = np.stack([out * np.cos(turn), out * np.sin(turn) * flat, along], -1).reshape(-1, 3)
    made = array_mesh("cap", local @ frame + np.asarray(position), grid_faces(len(profile), points))
    made.data.materials.append(metal(kind, random, surface, 3 * radius))
    parts = [made]
    if style in ("beaded", "rope"):
        count = int(random.integers(22, 40))
        at = np.arange(count) / count * 2 * math.pi
        rim = np.stack([1.05 * radius * np.cos(at), 1.05 * radius * squash * np.sin(at), 0 * at + 0.1 * length], -1)
        size = 1.05 * math.pi * radius * (1 + squash) / 2 / count
        balls = _beads(rim @ frame + np.asarray(position), size, (1.0, 1.0, 1.0 if style == "beaded" else 1.7), frame)
        balls.data.materials.append(made.data.materials[0])
        parts.append(balls)
    return parts


def ring(
    position: Vector,
    axis: Vector,
    radius: float,
    kind: str,
    random: np.random.Generator,
    *,
    thickness: float | None = None,
    stretch: float = 1.0,
    side: Vector = (0.0, 0.0, 1.0),
) -> list[bpy.types.Object]:
    """A ring or bail of wire round ``axis`` (square to its plane); ``stretch`` draws it out along ``side``."""
    wire = 0.17 * radius if thickness is None else thickness / 2
    turn, around = (np.arange(n) / n * 2 * math.pi for n in (40, 12))
    c, s = np.cos(turn)[:, None], np.sin(turn)[:, None]
    r = radius + wire * np.cos(around)
    local = np.stack([r * c * stretch, r * s, wire * np.sin(around) + 0 * c], -1).reshape(-1, 3)
    made = array_mesh("ring", local @ frame_of(axis, side) + np.asarray(position), grid_faces(40, 12, wrap_rows=True))
    made.data.materials.append(metal(kind, random, "smooth", 2 * radius))
    return [made]


bail = ring


def bead(
    position: Vector, radius: float, colour: Vector, random: np.random.Generator, *, gloss: float = 0.5,
    axis: Vector = (0.0, 0.0, 1.0), flatten: float = 1.0,
) -> list[bpy.types.Object]:  # fmt: skip
    """A bead of glass, wood or stone; ``flatten`` shortens it along ``axis``."""
    made = _beads(np.asarray(position, float)[None], radius, (1, 1, flatten), frame_of(axis), 24)
    made_of, shader, _ = material(
        "bead", (*np.clip(np.asarray(colour) * random.uniform(0.8, 1.15), 0, 1), 1), 1 - gloss
    )
    mottle(made_of, shader, 9 / radius / 10, 0.7)
    made.data.materials.append(made_of)
    return [made]


def metal_bead(position: Vector, radius: float, kind: str, random: np.random.Generator) -> list[bpy.types.Object]:
    """A metal ball or boss, as between the two claws of a brooch."""
    made = _beads(np.asarray(position, float)[None], radius, (1, 1, 1), np.eye(3), 24)
    made.data.materials.append(metal(kind, random, "smooth", 2 * radius))
    return [made]


def wrapped_wire(
    position: Vector, axis: Vector, radius: float, kind: str, random: np.random.Generator, *, turns: float = 6,
    thickness: float | None = None, side: Vector = (0.0, 0.0, 1.0), squash: float = 1.0, taper: float = 0.0,
) -> list[bpy.types.Object]:  # fmt: skip
    """Wire wound ``turns`` times round ``position`` along ``axis``; the turns lie close, not quite evenly."""
    wire = 0.08 * radius if thickness is None else thickness / 2
    t = np.linspace(0, 1, int(36 * turns) + 1)
    angle = 2 * math.pi * turns * t
    pitch = (t - 0.5) * turns * wire * 2.15 + wire * 0.5 * np.sin(angle * 0.37 + random.uniform(0, 6))
    r = (radius + wire) * (1 - taper * t)
    local = np.stack([r * np.cos(angle), r * squash * np.sin(angle), pitch], -1)
    made = tube("wire", local @ frame_of(axis, side) + np.asarray(position), wire, 8)
    made.data.materials.append(metal(kind, random, "smooth", 2 * radius))
    return [made]


def chain(
    path: np.ndarray, size: float, kind: str, random: np.random.Generator, *, stretch: float = 1.35
) -> list[bpy.types.Object]:
    """Links of wire along ``path``, every other one turned, in one mesh; ``size`` is half the width of a link."""
    wire = size * random.uniform(0.2, 0.34)
    pitch = 2 * (size * stretch - wire) * 0.93
    count = max(2, int(path_length(path) / pitch))
    centres = resample(path, count)
    across, over = frames(centres)
    along = np.cross(across, over)
    turn, around = (np.arange(n) / n * 2 * math.pi for n in (16, 6))
    r = size + wire * np.cos(around)[None]
    lx, ly = np.cos(turn)[:, None] * (r + size * (stretch - 1)), np.sin(turn)[:, None] * r
    lz = wire * np.sin(around)[None] + 0 * lx
    # On a table links lean: neither flat nor upright.
    lean = np.where(np.arange(count) % 2 == 0, 0.5, -0.95) + random.normal(0, 0.12, count)
    c, s = np.cos(lean)[:, None, None], np.sin(lean)[:, None, None]
    a, b = ly * c - lz * s, ly * s + lz * c
    vertices = (
        centres[:, None, None] + lx[None, ..., None] * along[:, None, None]
        + a[..., None] * across[:, None, None] + b[..., None] * over[:, None, None]
    )  # fmt: skip
    one = grid_faces(16, 6, wrap_rows=True)
    faces = (one[None] + (np.arange(count) * 96)[:, None, None]).reshape(-1, 4)
    made = array_mesh("chain", vertices.reshape(-1, 3), faces)
    made.data.materials.append(metal(kind, random, "smooth", 4 * size))
    return [made]


def _beads(centres: np.ndarray, radius: float, scale: Vector, frame: np.ndarray, points: int = 10) -> bpy.types.Object:
    rows = points // 2 + 1
    polar, turn = np.linspace(0, math.pi, rows)[:, None], np.arange(points) / points * 2 * math.pi
    ball = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar) + 0 * turn], -1)
    local = (ball.reshape(-1, 3) * np.asarray(scale) * radius) @ frame
    vertices = (centres[:, None] + local[None]).reshape(-1, 3)
    faces = (grid_faces(rows, points)[None] + (np.arange(len(centres)) * rows * points)[:, None, None]).reshape(-1, 4)
    return array_mesh("beads", vertices, faces)
