"""Jewellery that claws and teeth are worn in: caps, bails, cords, chains, wire, knots, beads.

Which mount a piece has says nothing about what the piece is: genuine and imitation pendants draw from the same
functions with the same numbers. A metal cap hides base and underside of a claw, or the root of a tooth, which is why
capped pieces usually have to be referred (synthesis, grade K).

Every function takes world coordinates in which the table is z = 0, and returns the objects it has made. Vectors may be
any sequences of three numbers. Nothing here depends on anything but its arguments and the generator it is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import link, material

Vector = Sequence[float] | np.ndarray

METALS: dict[str, tuple[float, float, float]] = {
    "gold": (0.92, 0.62, 0.2), "pale_gold": (0.88, 0.71, 0.4), "silver": (0.8, 0.79, 0.76),
    "brass": (0.62, 0.44, 0.16), "copper": (0.72, 0.36, 0.2), "steel": (0.5, 0.5, 0.5),
}  # fmt: skip
CORD_COLOURS: dict[str, tuple[float, float, float]] = {
    "black": (0.014, 0.013, 0.012), "dark_brown": (0.05, 0.026, 0.015), "tan": (0.27, 0.13, 0.055),
    "red": (0.38, 0.02, 0.018), "natural": (0.5, 0.4, 0.25), "white": (0.62, 0.6, 0.56), "green": (0.03, 0.12, 0.05),
    "navy": (0.016, 0.025, 0.08),
}  # fmt: skip
CORD_STYLES = ("thong", "round", "twisted", "braid")
CAP_STYLES = ("plain", "beaded", "rope", "scalloped")
CAP_SURFACES = ("smooth", "hammered", "engraved")


def plain_mesh(name: str, vertices: np.ndarray, faces: np.ndarray, smooth: bool = True) -> bpy.types.Object:
    """An object of quads (or of triangles) from arrays: far faster than vertex by vertex."""
    data = bpy.data.meshes.new(name)
    corners = faces.shape[1]
    data.vertices.add(len(vertices))
    data.vertices.foreach_set("co", np.ascontiguousarray(vertices, np.float32).ravel())
    data.loops.add(faces.size)
    data.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, np.int32).ravel())
    data.polygons.add(len(faces))
    data.polygons.foreach_set("loop_start", np.arange(0, faces.size, corners, dtype=np.int32))
    data.polygons.foreach_set("use_smooth", np.full(len(faces), smooth))
    data.update(calc_edges=True)
    data.validate()
    return link(data, name)


def grid_faces(rows: int, columns: int, wrap_rows: bool = False, wrap_columns: bool = True) -> np.ndarray:
    """Quads of a grid of vertices stored row by row, closed on itself along the directions named."""
    i = np.arange(rows if wrap_rows else rows - 1)[:, None]
    k = np.arange(columns if wrap_columns else columns - 1)[None, :]
    up, right = (i + 1) % rows, (k + 1) % columns
    corners = (i * columns + k, i * columns + right, up * columns + right, up * columns + k)
    return np.stack(np.broadcast_arrays(*corners), -1).reshape(-1, 4)


def frame_of(axis: Vector, side: Vector = (0.0, 0.0, 1.0)) -> np.ndarray:
    """Rows: a unit vector across ``axis`` as near to ``side`` as can be, the one square to both, the axis itself."""
    along = np.asarray(axis, float) / np.linalg.norm(axis)
    across = np.asarray(side, float) - along * float(np.dot(side, along))
    if np.linalg.norm(across) < 1e-3:
        other = (1.0, 0.0, 0.0) if abs(along[0]) < 0.8 else (0.0, 1.0, 0.0)
        across = np.asarray(other) - along * float(np.dot(other, along))
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(along, across), along])


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
    made = plain_mesh("cap", local @ frame + np.asarray(position), grid_faces(len(profile), points))
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
    made = plain_mesh("ring", local @ frame_of(axis, side) + np.asarray(position), grid_faces(40, 12, wrap_rows=True))
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
    _mottle(made_of, shader, 9 / radius / 10, 0.7)
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
    across, over = _frames(path)
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
    return plain_mesh(name, vertices, triangles)


def cord(
    path: np.ndarray, radius: float, colour: Vector, random: np.random.Generator, *, style: str = "round"
) -> list[bpy.types.Object]:
    """A cord of ``CORD_STYLES`` along ``path`` (its middle line, as ``loose_loop`` gives)."""
    if style in ("thong", "round"):
        made = tube("cord", path, radius, 12, 0.5 if style == "thong" else 1.0)
    else:
        strands = 3 if style == "braid" else 2
        fine = resample(path, min(1400, max(200, int(path_length(path) / radius * 2.2))))
        across, over = _frames(fine)
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
    _mottle(made, shader, 0.35 / radius, 0.55)
    return made


def chain(
    path: np.ndarray, size: float, kind: str, random: np.random.Generator, *, stretch: float = 1.35
) -> list[bpy.types.Object]:
    """Links of wire along ``path``, every other one turned, in one mesh; ``size`` is half the width of a link."""
    wire = size * random.uniform(0.2, 0.34)
    pitch = 2 * (size * stretch - wire) * 0.93
    count = max(2, int(path_length(path) / pitch))
    centres = resample(path, count)
    across, over = _frames(centres)
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
    made = plain_mesh("chain", vertices.reshape(-1, 3), faces)
    made.data.materials.append(metal(kind, random, "smooth", 4 * size))
    return [made]


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


def _frames(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def _beads(centres: np.ndarray, radius: float, scale: Vector, frame: np.ndarray, points: int = 10) -> bpy.types.Object:
    rows = points // 2 + 1
    polar, turn = np.linspace(0, math.pi, rows)[:, None], np.arange(points) / points * 2 * math.pi
    ball = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar) + 0 * turn], -1)
    local = (ball.reshape(-1, 3) * np.asarray(scale) * radius) @ frame
    vertices = (centres[:, None] + local[None]).reshape(-1, 3)
    faces = (grid_faces(rows, points)[None] + (np.arange(len(centres)) * rows * points)[:, None, None]).reshape(-1, 4)
    return plain_mesh("beads", vertices, faces)


def _mottle(made: Any, shader: Any, scale: float, depth: float) -> None:
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
