"""Shapes of claws as arrays: keratin sheath, bony core, and solid imitations of both.

All stand in one frame: the base opens towards -x, the outer curve (dorsal side) is up (+z), the tip hooks downwards,
y is across. The outer curve is one unit long.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.render.blender.meshes import array_mesh, grid_faces

SIDE, UNDER = 22, 8


@dataclass
class Shape:
    """Vertices with what the materials need to know of them, before they become an object.

    Attributes:
        points: where the vertices are.
        faces: quads.
        place: along the curve (0 rim to 1 tip), depth (0 outer ridge, 1 edge of the channel, 2 its floor), side.
        rest: the vertices before anything was moved, so that holes and patterns stay where they are.
        kind: which material it takes.
    """

    points: np.ndarray
    faces: np.ndarray
    place: np.ndarray
    kind: str
    rest: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))

    def __post_init__(self) -> None:
        if not len(self.rest):
            self.rest = self.points.copy()

    def made(self, material: Any) -> Any:
        """The object."""
        made = array_mesh(self.kind, self.points, self.faces)
        for name, values in (("place", self.place), ("rest", self.rest)):
            layer = made.data.attributes.new(name, "FLOAT_VECTOR", "POINT")
            layer.data.foreach_set("vector", np.ascontiguousarray(values, np.float32).ravel())
        made.data.materials.append(material)
        return made


def dorsal(p: dict[str, Any], s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of the outer curve in the x-z plane and its angle there.

    A cat's claw bends more and more towards the tip, which points back to the base; a bear's is an even, longer arc
    (Sims and Yates 2001, grade B).
    """
    fine = np.linspace(0, 1, 400)
    tight = p["tightening"]
    angle = math.radians(p["arc"]) * ((1 - tight) * fine + tight * fine**2)
    x, z = (np.r_[0, np.cumsum((v[1:] + v[:-1]) / 2)] / 399 for v in (np.cos(angle), -np.sin(angle)))
    return np.stack([np.interp(s, fine, x), np.interp(s, fine, z)], -1), np.interp(s, fine, angle)


def _waves(random: np.random.Generator, count: int, s: np.ndarray, t: np.ndarray, fast: float) -> np.ndarray:
    """Smooth noise of about unit size over (s, t), ``t`` running once round."""
    total = np.zeros(np.broadcast(s, t).shape)
    for _ in range(count):
        total += np.cos(fast * random.normal() * 3 * s + int(random.integers(-4, 5)) * t + random.uniform(0, 6.28))
    return total / math.sqrt(count / 2)


def _section(p: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Depth and half-width of half a cross-section from the ridge down to the edge, then in under to the middle.

    Cats: compressed from side to side, a thin ridge along the whole curve (Mahesh et al. 2025, grade B), the sheath
    open underneath (USFWS, grade B). Bears and carvings: rounded above; casts and carvings: filled below.
    """
    u = np.linspace(0, 1, SIDE) ** 1.25
    at = [0, 0.035, 0.09, 0.25, 0.5, 0.75, 0.92, 1.0]
    ridged = np.interp(u, at, [0.045, 0.13, 0.36, 0.78, 1.0, 0.96, 0.82, 0.62])
    low = np.interp(u, at, [0.02, 0.34, 0.56, 0.85, 1.0, 0.98, 0.86, 0.66])
    width = p["ridge"] * ridged + (1 - p["ridge"]) * low
    inward = np.linspace(0, 1, UNDER + 1)[1:]
    floor = (
        1
        + (1 - p["channel"]) * 0.04 * np.sin(inward * math.pi / 2)
        - p["channel"] * p["channel_depth"] * (np.sin(inward * math.pi / 2) ** 0.8)
    )
    under = width[-1] * (1 - inward) * (1 - 0.35 * p["channel"] * np.sin(inward * math.pi))
    depth = np.r_[u, floor]
    mark = np.r_[u, 1 + inward]
    return depth, np.r_[width, under], mark


def sheath(p: dict[str, Any], random: np.random.Generator, rows: int = 110) -> Shape:
    """The sheath, or a solid imitation of one (``p['solid']``).

    A sheath ends behind in an oblique ragged rim and is hollow there; an imitation has a cut or rounded base and no
    junction of sheath and bone (synthesis, grade C/D).
    """
    depth, width, mark = _section(p)
    half = len(depth)
    columns = np.r_[np.arange(half), np.arange(half - 2, 0, -1)]
    sign = np.r_[np.ones(half), -np.ones(half - 2)]
    depth, width, mark = depth[columns], width[columns], mark[columns]
    turn = np.linspace(0, 2 * math.pi, len(columns), endpoint=False)
    ragged = np.zeros(len(turn))
    for k in range(1, 14):
        ragged += random.normal(0, 1 / k**0.6) * np.cos(k * turn + random.uniform(0, 6.28))
    rim = p["oblique"] * np.clip(depth, 0, 1) + 0.02 * p["ragged"] * ragged
    t = np.linspace(0, 1, rows)[:, None] ** 0.92
    s = rim + (1 - rim) * t
    waves = _waves(random, 14, s, turn[None], 5.0)
    lumps = _waves(random, 8, s, turn[None], 1.6)
    points = _surface(p, s, depth[None], width[None] * sign[None], mark[None], waves, lumps)
    if p["solid"]:
        middle = points[:1].mean(1, keepdims=True)
        base = [middle + (points[:1] - middle) * k - np.array([p["dome"] * g, 0, 0]) for k, g in
                ((0.0, 1.0), (0.35, 0.93), (0.7, 0.68), (0.9, 0.33), (0.975, 0.09))]  # fmt: skip
        inner_s = [np.full_like(s[:1], -0.01)] * len(base)
    else:
        base, inner_s = [], []
        for k, deep in ((0.25, 0.5), (0.55, 0.3), (0.78, 0.14), (0.88, 0.03), (0.93, 0.0), (0.985, -0.004)):
            row = _surface(p, s[:1] + deep, np.full_like(s[:1], 0.5) + (depth[None] - 0.5) * k,
                           width[None] * sign[None] * k, mark[None], waves[:1] * 0, lumps[:1] * 0)  # fmt: skip
            base.append(row)
            inner_s.append(np.full_like(s[:1], -0.5 - deep))
    every = np.concatenate([*base, points])
    place = np.stack(
        np.broadcast_arrays(np.concatenate([*inner_s, np.broadcast_to(s, points.shape[:2])]), mark[None], sign[None]),
        -1,
    )
    return Shape(every.reshape(-1, 3), grid_faces(len(every), len(columns)), place.reshape(-1, 3), "sheath")


def _surface(
    p: dict[str, Any], s: np.ndarray, depth: np.ndarray, width: np.ndarray, mark: np.ndarray, waves: np.ndarray,
    lumps: np.ndarray,
) -> np.ndarray:  # fmt: skip
    at, angle = dorsal(p, np.clip(s, 0, 1))
    end = p["tip"]
    taper = np.clip(1 - s * (1 - 0.2 * end), 0, 1) ** p["taper"] * (1 + p["belly"] * np.sin(math.pi * np.clip(s, 0, 1)))
    # The very tip is rounded, more so when worn.
    left = np.clip((1 - s) / (0.012 + 0.13 * end), 0, 1)
    taper = taper * np.sqrt(left * (2 - left))
    height = p["height"] * np.maximum(taper, 1e-4)
    along = np.clip(s, 0, 1)
    across = height * (p["compression"] + (0.72 - p["compression"]) * along**2 * 0.6) / 2
    flare = 1 + p["flare"] * np.exp(-((s / 0.09) ** 2))
    # Towards the tip the channel closes.
    deep = np.where(mark > 1, 1 - (1 - depth) * np.clip(1 - along**1.4, 0, 1), depth)
    rough = p["wear"] * 0.012 * waves + p["lumpy"] * 0.02 * lumps
    ridge_nick = np.where(deep < 0.05, 0.03 * p["wear"] * np.clip(waves - 0.9, 0, 2), 0)
    # A mould's two halves leave a fin along the outer curve and along the middle of the underside.
    fin = 0.02 * (mark >= 2) - 0.035 * (mark <= 0)
    inward = deep + ridge_nick + p["seam"] * fin
    normal = np.stack([-np.sin(angle), -np.cos(angle)], -1)
    flat = at + normal * (inward * height)[..., None]
    y = width * across * flare * (1 + rough) + p["twist"] * 0.12 * along**2
    grow = height * rough * 0.25 * (0.5 - np.clip(deep, 0, 1))
    return np.stack([flat[..., 0], y, flat[..., 1] + grow], -1)


def bone(p: dict[str, Any], random: np.random.Generator) -> Shape:
    """The ungual phalanx behind the sheath: rough collar, flexor tubercle below, joint facet behind.

    The stub with its facet shows where a claw is not mounted (grade K); ``bone_end`` is ``facet``, ``sawn`` or
    ``broken``.
    """
    h, w, length = p["height"] / 2, p["height"] * p["compression"] / 2, p["bone_length"] * p["height"]
    collar = p["collar"]
    x, tall, wide = np.array([
        (0.55, 0.55, 0.5), (0.2, 0.82, 0.8), (0.07, 0.88, 0.88), (0.05, 0.97, 1.02),
        (0.03, 1.03 + 0.5 * collar, 1.1 + collar),
        (-0.02, 1.05 + 0.6 * collar, 1.12 + 1.3 * collar), (-0.1, 1.03 + 0.6 * collar, 1.12 + 1.2 * collar),
        (-0.2, 0.97 + 0.25 * collar, 1.05 + 0.6 * collar), (-0.36, 0.9, 0.98 + 0.2 * collar), (-0.55, 0.84, 0.98),
        (-0.75, 0.8, 1.06), (-0.9, 0.78, 1.12), (-0.97, 0.74, 1.08), (-1.0, 0.66, 0.98), (-0.97, 0.52, 0.8),
        (-0.92, 0.34, 0.55), (-0.88, 0.15, 0.25), (-0.87, 0.0, 0.0),
    ]).T  # fmt: skip
    if p["bone_end"] != "facet":
        x[-5:] = -1.0
        x[x < -p["cut"]] = -p["cut"]
    fine = np.linspace(0, len(x) - 1, 46)
    x, tall, wide = (np.interp(fine, np.arange(len(x)), v)[:, None] for v in (x, tall, wide))
    turn = np.arange(40)[None] / 40 * 2 * math.pi
    c, s = np.cos(turn), np.sin(turn)
    round_ = (np.abs(c) ** 2.6 + np.abs(s) ** 2.6) ** (-1 / 2.6)
    tubercle = np.exp(-(((x + 0.5) / 0.24) ** 2)) * np.clip(-c, 0, 1) ** 3 * p["tubercle"]
    process = np.exp(-(((x + 0.93) / 0.1) ** 2)) * np.clip(c, 0, 1) ** 4 * 0.16
    outside = np.clip((0.08 - x) / 0.05, 0, 1)
    lumps = 1 + outside * (0.04 * _waves(random, 10, x, turn, 2.5) + 0.028 * _waves(random, 14, x, 2 * turn, 8))
    tip = np.abs(tall) > 0.01
    up = h * c * round_ * tall * lumps + tip * h * (process - tubercle)
    y = w * s * round_ * wide * lumps
    back = x * length + length * 0.1 * (c + 0.5 * _waves(random, 9, 0 * x, turn, 1)) * np.exp(-((x / 0.12) ** 2)) * (
        1 + 0 * s
    )
    if p["bone_end"] == "broken":
        back = back + length * 0.09 * _waves(random, 16, 0 * x + tall, turn, 2) * (x <= -p["cut"] + 0.02)
    z = -p["height"] * (0.5 + 0.06 * p["drop"] * np.clip(-x, 0, 1)) + up
    points = np.stack(np.broadcast_arrays(back, y, z), -1)
    place = np.stack(np.broadcast_arrays(-x, tall, s), -1)
    return Shape(points.reshape(-1, 3), grid_faces(46, 40), place.reshape(-1, 3), "bone")


def move(shapes: list[Shape], turned: np.ndarray, shift: np.ndarray | tuple[float, ...] = (0, 0, 0)) -> None:
    """Turn (rows of ``turned`` are the images of x, y and z) and shift in place."""
    for one in shapes:
        one.points = one.points @ turned + np.asarray(shift)


def rotation(axis: int, degrees: float) -> np.ndarray:
    """Turn about a coordinate axis, for row vectors."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = np.eye(3)
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    turned[a, a], turned[a, b], turned[b, a], turned[b, b] = c, s, -s, c
    return turned


def settle(points: np.ndarray, axes: tuple[int, ...] = (0, 1)) -> np.ndarray:
    """The turn by which a thing comes to rest on what it touches, about: both halves down on the table."""
    turned = np.eye(3)
    for _ in range(6):
        now = points @ turned
        for axis in axes:
            half = now[:, axis] < np.median(now[:, axis])
            a, b = now[half], now[~half]
            low, high = a[a[:, 2].argmin()], b[b[:, 2].argmin()]
            run = max(high[axis] - low[axis], 0.15)
            lean = math.degrees(math.atan2(high[2] - low[2], run)) * 0.8
            step = rotation(1, lean) if axis == 0 else rotation(0, -lean)
            turned = turned @ step
            now = now @ step
    return turned
