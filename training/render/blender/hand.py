"""A gloved hand that reaches in from the frame's border."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix

from training.render.blender.kit import roughen
from training.render.blender.shapes import plain, quads
from training.render.scenes import Place, View

_GLOVES = {"blue": (0.07, 0.2, 0.55, 1), "white": (0.75, 0.75, 0.72, 1), "black": (0.02, 0.02, 0.022, 1)}

#: Index, middle, ring, little finger: knuckle (x, y) from the wrist, then three bones, all in centimetres; radius.
_FINGERS = (
    ((9.2, 3.0), (4.2, 2.6, 2.0), 0.92), ((9.6, 1.0), (4.6, 3.0, 2.1), 0.95),
    ((9.2, -1.0), (4.2, 2.8, 2.1), 0.9), ((8.4, -2.9), (3.3, 2.1, 1.9), 0.78),
)  # fmt: skip

#: How much index and other fingers bend at each joint, in degrees, and how high the wrist stands in centimetres.
_POSES = {"point": ((12, 12, 8), (62, 80, 40), 4.5), "hold": ((30, 30, 20), (32, 34, 22), 5.5),
          "rest": ((5, 12, 8), (7, 14, 9), 1.6)}  # fmt: skip


def put_hand(
    place: Place,
    view: View,
    unit: float,
    footprint: tuple[np.ndarray, np.ndarray],
    eye: np.ndarray,
    random: np.random.Generator,
) -> None:
    """Put the hand with its fingertips at the exhibit's border, the arm going out of the picture."""
    low, high = footprint
    capsules, tip = _skeleton(view.hand, random)
    made = _skin(capsules)
    _wear_glove(made, place, random)
    lowest = min(min(a[2] - r, b[2] - s) for a, b, r, s in capsules)
    # The arm comes from the photographer's side, left or right of the phone.
    towards_eye = math.atan2(eye[1], eye[0])
    angle = towards_eye + random.choice([-1, 1]) * random.uniform(0.5, 1.5)
    way = np.array([math.cos(angle), math.sin(angle)])
    half, middle = (high - low)[:2] / 2, (high + low)[:2] / 2
    border = float(np.min(half / np.maximum(np.abs(way), 1e-6)))
    gap = {"point": random.uniform(0.3, 1.5), "hold": -0.8, "rest": random.uniform(0.5, 3)}[view.hand] * unit
    target = middle + way * (border + gap)
    lift = float(high[2]) * 0.6 if view.hand == "hold" else 0.0
    turn = Matrix.Rotation(angle + math.pi + random.normal(0, 0.15), 4, "Z")
    reach = np.array(turn @ Matrix.Scale(unit, 4)) @ np.array([tip[0], tip[1], 0, 1])
    shift = Matrix.Translation((target[0] - reach[0], target[1] - reach[1], lift - lowest * unit + 0.002))
    made.matrix_world = shift @ turn @ Matrix.Scale(unit, 4)


def _skeleton(
    pose: str, random: np.random.Generator
) -> tuple[list[tuple[np.ndarray, np.ndarray, float, float]], np.ndarray]:
    """Tapered capsules (two ends, two radii) in centimetres, fingers along x, palm down; and the index's tip."""
    mirror = random.choice([-1, 1])
    first, others, wrist = _POSES[pose]
    made, tip = [], np.zeros(3)
    start = np.array([0.0, 0, wrist])
    slope = math.radians(-random.uniform(2, 10))
    for k, ((x, y), bones, radius) in enumerate(_FINGERS):
        knuckle = np.array([x, y, wrist + x * math.sin(slope)])
        made.append((start + np.array([1, y * 0.55, 0]), knuckle, 1.5, 1.15))
        made.append((start + np.array([5, y * 0.8, -0.3]), knuckle, 1.35, 1.1))
        bend, spread, at = -slope, math.radians(2.6 * y + random.normal(0, 2)), knuckle
        for j, (bone, angle) in enumerate(zip(bones, first if k == 0 else others, strict=True)):
            bend += math.radians(angle + random.normal(0, 3))
            way = np.array([math.cos(bend) * math.cos(spread), math.cos(bend) * math.sin(spread), -math.sin(bend)])
            made.append((at, at + bone * way, radius * (1 - 0.09 * j), radius * (0.92 - 0.11 * j)))
            at = at + bone * way
        if k == 0:
            tip = at
    at, angles = start + np.array([2.2, 2.4, -0.4]), ((42, 8), (30, 14), (12, 10))
    for j, (bone, (spread, bend)) in enumerate(zip((4.4, 3.2, 2.6), angles, strict=True)):
        s, b = math.radians(spread), math.radians(bend if pose != "rest" else 3)
        end = at + bone * np.array([math.cos(s) * math.cos(b), math.sin(s) * math.cos(b), -math.sin(b)])
        made.append((at, end, 1.35 - 0.2 * j, 1.15 - 0.2 * j))
        at = end
    rise = math.tan(math.radians(random.uniform(8, 20)))
    elbow = np.array([-34.0, random.normal(0, 3), wrist + 34 * rise])
    made.append((start + np.array([2, 0.6, 0]), start * 0.9 + elbow * 0.1, 2.3, 2.5))
    made.append((start + np.array([2, -0.9, 0]), start * 0.9 + elbow * 0.1, 2.2, 2.4))
    made.append((start * 0.9 + elbow * 0.1, elbow, 2.7, 4.6))
    flip = np.array([1, mirror, 1])
    return [(a * flip, b * flip, r, s) for a, b, r, s in made], tip * flip


def _skin(capsules: list[tuple[np.ndarray, np.ndarray, float, float]]) -> bpy.types.Object:
    """One skin around all capsules, by a voxel remesh; glove, and a sleeve up the arm."""
    points, faces = [], []
    rings, around = 6, 14
    for a, b, r, s in capsules:
        axis = (b - a) / (np.linalg.norm(b - a) + 1e-9)
        side = np.cross(axis, [0.3, 0.1, 1.0])
        side /= np.linalg.norm(side)
        other = np.cross(axis, side)
        latitude = np.linspace(-math.pi / 2, math.pi / 2, 2 * rings)
        turn = np.linspace(0, 2 * math.pi, around, endpoint=False)
        base = sum(len(p) for p in points)
        for k, angle in enumerate(latitude):
            centre, radius = (a, r) if k < rings else (b, s)
            ring = centre + radius * (
                axis * math.sin(angle)
                + (np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * other) * max(math.cos(angle), 0.02)
            )
            points.append(ring)
        index = base + np.arange(2 * rings * around).reshape(2 * rings, around)
        nxt = np.roll(index, -1, 1)
        faces.append(np.stack([index[:-1], nxt[:-1], nxt[1:], index[1:]], -1).reshape(-1, 4))
    joined = np.concatenate(points)
    made = quads("hand", joined, np.concatenate(faces), np.zeros((len(joined), 2)))
    remesh = made.modifiers.new("remesh", "REMESH")
    remesh.mode, remesh.voxel_size, remesh.use_smooth_shade = "VOXEL", 0.28, True
    smooth = made.modifiers.new("smooth", "SMOOTH")
    smooth.factor, smooth.iterations = 0.5, 11
    return made


def _wear_glove(made: bpy.types.Object, place: Place, random: np.random.Generator) -> None:
    """Nitrile or cotton up to the wrist, a sleeve of dark cloth behind it."""
    colour = np.array(_GLOVES[place.glove])
    shader = plain(made, tuple(colour), 0.75 if place.glove == "white" else 0.38)
    surface = made.data.materials[0]
    roughen(surface, shader, 0.7, 0.25)
    nodes, links = surface.node_tree.nodes, surface.node_tree.links
    for node in nodes:
        if node.type == "TEX_NOISE":
            coordinates = nodes.new("ShaderNodeTexCoord")
            links.new(coordinates.outputs["Object"], node.inputs["Vector"])
            if node.inputs["Scale"].default_value > 5:
                node.inputs["Scale"].default_value = 0.35
        if node.type == "BUMP":
            node.inputs["Distance"].default_value = 0.14
    where, split, mix, compare = (
        nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ"), nodes.new("ShaderNodeMix"),
        nodes.new("ShaderNodeMath"),
    )  # fmt: skip
    mix.data_type, compare.operation = "RGBA", "LESS_THAN"
    compare.inputs[1].default_value = -random.uniform(3.5, 7)
    mix.inputs["A"].default_value = tuple(colour)
    sleeve = ((0.02, 0.03, 0.05, 1), (0.06, 0.08, 0.04, 1), (0.3, 0.3, 0.3, 1), (0.45, 0.27, 0.18, 1))
    mix.inputs["B"].default_value = sleeve[int(random.integers(4))]
    links.new(where.outputs["Object"], split.inputs["Vector"])
    links.new(split.outputs["X"], compare.inputs[0])
    links.new(compare.outputs["Value"], mix.inputs["Factor"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])
