"""Cords, thongs and strings that things hang on, how they lie, and the knots in them.

Vectors may be any sequences of three numbers; the table is z = 0. Nothing here depends on anything but its arguments
and the generator it is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import material
from training.render.blender.meshes import array_mesh, grid_faces

Vector = Sequence[float] | np.ndarray

CORD_COLOURS: dict[str, tuple[float, float, float]] = {
    "black": (0.014, 0.013, 0.012), "dark_brown": (0.05, 0.026, 0.015), "tan": (0.27, 0.13, 0.055),
    "red": (0.38, 0.02, 0.018), "natural": (0.5, 0.4, 0.25), "white": (0.62, 0.6, 0.56), "green": (0.03, 0.12, 0.05),
    "navy": (0.016, 0.025, 0.08),
}  # fmt: skip
CORD_STYLES = ("thong", "round", "twisted", "braid")


def frame_of(axis: Vector, side: Vector = (0.0, 0.0, 1.0)) -> np.ndarray:
    """Rows: a unit vector across ``axis`` as near to ``side`` as can be, the one square to both, the axis itself."""
    along = np.asarray(axis, float) / np.linalg.norm(axis)
    across = np.asarray(side, float) - along * float(np.dot(side, along))
    if np.linalg.norm(across) < 1e-3:
        other = (1.0, 0.0, 0.0) if abs(along[0]) < 0.8 else (0.0, 1.0, 0.0)
        across = np.asarray(other) - along * float(np.dot(other, along))
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(along, across), along])


def cord(
    path: np.ndarray, radius: float, colour: Vector, random: np.random.Generator, *, style: str = "round"
) -> list[bpy.types.Object]:
    """A cord of ``CORD_STYLES`` along ``path`` (its middle line, as ``loose_loop`` gives)."""
    if style in ("thong", "round"):
        made = tube("cord", path, radius, 12, 0.5 if style == "thong" else 1.0)
    else:
        strands = 3 if style == "braid" else 2
        fine = resample(path, min(1400, max(200, int(path_length(path) / radius * 2.2))))
        across, over = frames(fine)
        twist = np.linspace(0, path_length(path), len(fine))[:, None] / (radius * random.uniform(4.5, 7)) * 2 * math.pi
        parts = []
        for strand in range(strands):
            phase = twist + strand * 2 * math.pi / strands
            # A braid's strands weave from side to side; a twisted string's wind round the middle.
            rise = np.sin(2 * phase) * 0.35 if style == "braid" else np.sin(phase)
            parts.append(fine + 0.52 * radius * (across * np.cos(phase) + over * rise))
        tubes = [tube("cord", part, 0.55 * radius, 7) for part in parts]
        made_of = cord_material(style, colour, radius, random)
        for one in tubes:
            one.data.materials.append(made_of)
        return tubes
    made.data.materials.append(cord_material(style, colour, radius, random))
    return [made]


def cord_material(style: str, colour: Vector, radius: float, random: np.random.Generator) -> Any:
    """Leather has some gloss and cracks; textile is matt and fibrous; both are worn unevenly."""
    leather = style in ("thong", "braid")
    made, shader, _ = material(
        "cord", (*np.clip(np.asarray(colour) * random.uniform(0.75, 1.3), 0, 1), 1), 0.55 if leather else 0.9
    )
    mottle(made, shader, 0.35 / radius, 0.55)
    return made


def knot(position: Vector, radius: float, colour: Vector, random: np.random.Generator) -> list[bpy.types.Object]:
    """An overhand knot of cord of ``radius`` resting on the table below ``position``: a small trefoil."""
    t = np.linspace(0, 2 * math.pi, 80)
    size = radius * random.uniform(0.8, 1.05)
    path = size * np.stack([np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -1.1 * np.sin(3 * t)], -1)
    c, s = (f(random.uniform(0, 6.28)) for f in (np.cos, np.sin))
    path = path @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    path += [position[0], position[1], max(position[2], 2.0 * size)]
    made = tube("knot", path, radius, 10)
    made.data.materials.append(cord_material("round", colour, radius, random))
    return [made]


def tube(name: str, path: np.ndarray, radius: float | np.ndarray, points: int, squash: float = 1.0) -> bpy.types.Object:
    """A tube along ``path``; ``squash`` flattens it across, as a leather thong."""
    across, over = frames(path)
    turn = np.arange(points) / points * 2 * math.pi
    r = np.broadcast_to(np.asarray(radius, float), len(path))[:, None, None]
    rings = path[:, None] + r * (
        np.cos(turn)[None, :, None] * across[:, None] + squash * np.sin(turn)[None, :, None] * over[:, None]
    )
    vertices = np.concatenate([rings.reshape(-1, 3), path[[0, -1]]])
    sides, (start, end) = grid_faces(len(path), points), (len(path) * points, len(path) * points + 1)
    k = np.arange(points)
    right, last = (k + 1) % points, (len(path) - 1) * points
    caps = np.concatenate([
        np.stack([right, k, 0 * k + start], -1), np.stack([last + k, last + right, 0 * k + end], -1)
    ])  # fmt: skip
    triangles = np.concatenate([sides[:, [0, 1, 2]], sides[:, [0, 2, 3]], caps])
    return array_mesh(name, vertices, triangles)


def loose_loop(
    start: Vector, away: Vector, length: float, radius: float, random: np.random.Generator, *, turns: int | None = None,
    closed: bool = True,
) -> np.ndarray:  # fmt: skip
    """The middle line of a cord or chain that hangs from ``start`` and lies on the table in loose loops.

    Args:
        start: where it passes through bail, ring or hole; its height is kept there.
        away: horizontal direction in which it lies, from the piece outwards.
        length: how far it reaches from ``start``, about.
        radius: of the cord: it lies on the table, and on itself where it crosses.
        random: shape of the loops.
        turns: how often it goes round; default 1 to 3. More turns make a coil.
        closed: both ends at ``start``; otherwise it ends loose on the table.
    """
    turns = int(random.choice([1, 1, 2, 3])) if turns is None else turns
    u = np.array([away[0], away[1]], float)
    u /= np.linalg.norm(u)
    v = np.array([-u[1], u[0]]) * (1 if random.random() < 0.5 else -1)
    t = np.linspace(0, 1 if closed else random.uniform(0.75, 0.93), 150 * turns + 90)
    angle = math.pi + 2 * math.pi * turns * t
    width = length * random.uniform(0.16, 0.55)
    inner = np.sin(math.pi * t)
    swell = 1 + inner * sum(
        random.normal(0, 0.22 / k) * np.sin(2 * math.pi * (k + turns - 1) * t + random.uniform(0, 6.28))
        for k in range(1, 6)
    )
    swell = np.maximum(swell, 0.35)
    x = length / 2 * (1 + np.cos(angle) * swell) + inner * length * 0.06 * random.normal()
    y = width * np.sin(angle) * swell * np.clip(np.abs(1 - np.cos(2 * math.pi * turns * t)) * 0.9, 0, 1) ** 0.25
    y += inner * length * random.normal(0, 0.1) * np.sin(3 * math.pi * t + random.uniform(0, 6.28))
    x = np.abs(x) + 0.02 * length * inner
    flat = np.asarray(start, float)[:2] + x[:, None] * u + y[:, None] * v
    path = resample(np.column_stack([flat, np.full(len(t), radius)]), len(t))
    _stack(path, radius)
    gone = np.r_[0, np.cumsum(_steps(path))]
    if closed:
        gone = np.minimum(gone, gone[-1] - gone)
    held = np.exp(-((gone / (0.1 * length)) ** 2))
    path[:, 2] = np.maximum(path[:, 2] * (1 - held) + start[2] * held, radius)
    return path


def path_length(path: np.ndarray) -> float:
    """Length along ``path``."""
    return float(_steps(path).sum())


def resample(path: np.ndarray, count: int) -> np.ndarray:
    """``count`` points at even distances along ``path``."""
    at = np.r_[0, np.cumsum(_steps(path))]
    wanted = np.linspace(0, at[-1], count)
    return np.stack([np.interp(wanted, at, path[:, k]) for k in range(3)], -1)


def frames(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors across each point of a path: carried along it, so that they do not spin."""
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = np.empty_like(along)
    now = frame_of(along[0])[1]
    for i, direction in enumerate(along):
        now = now - direction * float(now @ direction)
        now /= max(float(np.linalg.norm(now)), 1e-9)
        across[i] = now
    return across, np.cross(along, across)


def mottle(made: Any, shader: Any, scale: float, depth: float) -> None:
    """Uneven colour and fine relief, so that no surface is of one tone."""
    nodes, links = made.node_tree.nodes, made.node_tree.links
    place, noise, mix, bump = (nodes.new(f"ShaderNode{n}") for n in ("TexCoord", "TexNoise", "Mix", "Bump"))
    mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = scale * 2, 8
    mix.inputs["Factor"].default_value = depth
    mix.inputs["A"].default_value = [min(1.0, c * 1.5) for c in shader.inputs["Base Color"].default_value[:3]] + [1]
    links.new(place.outputs["Object"], noise.inputs["Vector"])
    links.new(noise.outputs["Fac"], mix.inputs["B"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    bump.inputs["Strength"].default_value, bump.inputs["Distance"].default_value = 0.5, 0.3 / scale / 10
    links.new(noise.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])


def _steps(path: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.diff(path, axis=0), axis=1)


def _stack(path: np.ndarray, radius: float) -> None:
    """Lift each stretch over those of itself that lie below it already."""
    gap = int(np.ceil(5 * radius / max(_steps(path).mean(), 1e-6)))
    for i in range(gap + 1, len(path)):
        below = path[: i - gap]
        distance = np.hypot(*(below[:, :2] - path[i, :2]).T)
        near = distance < 2 * radius
        if near.any():
            path[i, 2] = (below[near, 2] + np.sqrt(np.maximum(4 * radius**2 - distance[near] ** 2, 0))).max()
    # A cord is stiff: it rises before a crossing and falls after it.
    reach = np.arange(-3 * gap, 3 * gap + 1)
    padded = np.pad(path[:, 2], 3 * gap, mode="edge")
    tent = np.stack([padded[3 * gap + k : 3 * gap + k + len(path)] * (1 - abs(k) / (3 * gap)) for k in reach])
    raised = np.maximum(tent.max(0), radius)
    path[:, 2] = np.convolve(np.pad(raised, gap, mode="edge"), np.ones(2 * gap + 1) / (2 * gap + 1), "valid")
    path[:, 2] = np.maximum(path[:, 2], radius)
