"""A hide as a sheet: cut along its outline, then laid flat, folded, rolled, hung or thrown down. Pure NumPy.

Every pose is a bend of the flat sheet that keeps layers apart, so no simulation is needed and nothing passes through
itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.render.pelt_map import Spread
from training.render.planes import value_noise

Points = npt.NDArray[np.float64]


@dataclass
class Sheet:
    """The hide's middle surface.

    Attributes:
        points: (n, 3); the fur side is up where nothing is folded.
        pixels: (n, 2), column and row on the hide's planes.
        quads: (m, 4) corners, counterclockwise seen from the fur side, beginning at the upper left one.
        rim: (k, 2) edges that belong to one quad only, in that quad's direction.
        inside: (n,) distance to the outline, in the units of ``points``.
        scale: length of a pixel before bending.
    """

    points: Points
    pixels: Points
    quads: npt.NDArray[np.int64]
    rim: npt.NDArray[np.int64]
    inside: Points
    scale: float


def cut_out(spread: Spread, step: int) -> Sheet:
    """A flat sheet with one vertex every ``step`` pixels, its edge pulled onto the outline; its longest side is 1."""
    distance = spread.distance.astype(np.float64)
    slope_y, slope_x = np.gradient(distance)
    d = distance[::step, ::step]
    rows, columns = d.shape
    corner = np.arange(rows * columns).reshape(rows, columns)
    mean = (d[:-1, :-1] + d[1:, :-1] + d[1:, 1:] + d[:-1, 1:]) / 4
    quads = np.stack([corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]], axis=-1)[mean > 0]
    rim = _rim(quads)
    pixels = np.stack(np.meshgrid(np.arange(columns) * step, np.arange(rows) * step), axis=-1).reshape(-1, 2)
    pixels = pixels.astype(np.float64)
    edge = np.unique(rim)
    gx, gy = slope_x[::step, ::step].ravel()[edge], slope_y[::step, ::step].ravel()[edge]
    away = np.clip(-d.ravel()[edge] / np.maximum(gx**2 + gy**2, 0.3), -0.9 * step, 0.9 * step)
    pixels[edge] += np.column_stack([gx * away, gy * away])
    used = np.unique(quads)
    new = np.full(rows * columns, -1)
    new[used] = np.arange(len(used))
    pixels, inside = pixels[used], np.maximum(d.ravel()[used], 0)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    scale = 1 / float((high - low).max())
    flat = (pixels - (low + high) / 2) * scale
    points = np.column_stack([flat[:, 0], -flat[:, 1], np.zeros(len(flat))])
    return Sheet(points, pixels, new[quads], new[rim], inside * scale, scale)


def _rim(quads: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    size = int(quads.max()) + 1
    forward, backward = edges[:, 0] * size + edges[:, 1], edges[:, 1] * size + edges[:, 0]
    return np.asarray(edges[~np.isin(forward, backward)])


def normals(sheet: Sheet) -> Points:
    """Unit normals at the vertices, towards the fur side."""
    p, q = sheet.points, sheet.quads
    face = np.cross(p[q[:, 2]] - p[q[:, 0]], p[q[:, 3]] - p[q[:, 1]])
    total = np.zeros_like(p)
    for k in range(4):
        for axis in range(3):
            total[:, axis] += np.bincount(q[:, k], face[:, axis], len(p))
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


class Relief:
    """Smooth noise over the plane in which the sheet lies, the same for every layer of it."""

    def __init__(self, random: np.random.Generator, lumps: float, reach: float = 1.6) -> None:
        self._grid = value_noise(random, (160, 160), lumps).astype(np.float64)
        self._reach = reach

    def __call__(self, x: Points, y: Points) -> Points:
        """The noise's value at each point."""
        size = self._grid.shape[0] - 1
        u = np.clip((x / self._reach + 0.5) * size, 0, size - 1e-6)
        v = np.clip((y / self._reach + 0.5) * size, 0, size - 1e-6)
        i, j = v.astype(int), u.astype(int)
        a, b = v - i, u - j
        g = self._grid
        return np.asarray(
            (g[i, j] * (1 - b) + g[i, j + 1] * b) * (1 - a) + (g[i + 1, j] * (1 - b) + g[i + 1, j + 1] * b) * a
        )


def lay(sheet: Sheet, p: dict[str, Any], loft: float, random: np.random.Generator) -> list[dict[str, Any]]:
    """Bend the flat sheet in place as ``p["lay"]`` and the view's pose say.

    Args:
        sheet: the flat sheet; changed.
        p: parameters and pose.
        loft: height of the hair's cover: what a layer of fur needs between two layers of leather.
        random: draws the same numbers whatever the pose.

    Returns:
        What else is there to show: strings round a roll, nails.
    """
    broad, medium, fine = Relief(random, 3.2), Relief(random, 8), Relief(random, 20)
    if p["leather_up"] and p["lay"] in ("flat", "hung", "crumpled"):
        # Turned over before it is laid, so that ridges rise from the table on either side.
        flip(sheet)
        sheet.points[:, 2] = 0
    x, y = sheet.points[:, 0].copy(), sheet.points[:, 1].copy()
    stiff = p["stiff"]
    # A hide lies on the table for the most part and rises in ridges.
    ridges = np.logaddexp(0, 5 * (broad(x, y) + 0.45 * medium(x, y) - 0.7)) / 5
    wave = p["wave"] * (0.028 * ridges + 0.0025 * medium(x, y) + 0.0015 * stiff * fine(x, y))
    curl = p["curl"] * np.maximum(medium(y, x) - 0.2, 0) * np.exp(-sheet.inside / (0.012 + 0.025 * stiff)) * 0.025
    sheet.points[:, 2] += wave + curl
    extras: list[dict[str, Any]] = []
    kind = p["lay"]
    if kind == "folded":
        _fold_all(sheet, p, loft, broad, medium)
    elif kind == "rolled":
        extras = _roll(sheet, p, loft, medium)
    elif kind == "hung":
        extras = _hang(sheet, p, broad)
    elif kind == "crumpled":
        _crumple(sheet, p, broad, medium)
    if p["corner"] > 0 and kind in ("flat", "hung"):
        turn_over = math.radians(p["corner_angle"])
        n = np.array([math.cos(turn_over), math.sin(turn_over)])
        reach = sheet.points[:, :2] @ n
        offset = float(np.quantile(reach, 1 - p["corner"]))
        radius = 0.02 + 0.5 * loft + abs(float(sheet.points[:, 2].max()))
        fold(sheet, p["corner_angle"], offset, radius, settle=0.75)
    return extras


def flip(sheet: Sheet) -> None:
    """Turn the sheet over about the y axis."""
    sheet.points[:, 0] *= -1
    sheet.points[:, 2] *= -1


def fold(sheet: Sheet, angle: float, offset: float, radius: float, settle: float) -> None:
    """Fold what lies beyond a line up and back over the rest.

    Args:
        sheet: changed.
        angle: direction across the line in degrees.
        offset: of the line from the middle.
        radius: of the bend; more than anything stands up from the sheet.
        settle: share of its height that the upper layer keeps far from the bend.
    """
    a = math.radians(angle)
    n, t = np.array([math.cos(a), math.sin(a)]), np.array([-math.sin(a), math.cos(a)])
    s, along, z = sheet.points[:, :2] @ n - offset, sheet.points[:, :2] @ t, sheet.points[:, 2].copy()
    z = np.minimum(z, radius * 0.9)
    theta = np.clip(s / radius, 0, math.pi)
    rest = np.maximum(s - math.pi * radius, 0)
    new_s = np.where(s > 0, radius * np.sin(theta) - rest - z * np.sin(theta), s)
    new_z = np.where(s > 0, radius * (1 - np.cos(theta)) + z * np.cos(theta), z)
    # Away from the bend the layers come to lie on one another. One factor for a whole stack keeps their order.
    new_z = new_z * (settle + (1 - settle) * np.exp(-np.maximum(-new_s, 0) / (2.5 * radius)))
    sheet.points[:, :2] = (new_s + offset)[:, None] * n + along[:, None] * t
    sheet.points[:, 2] = new_z


def _fold_all(sheet: Sheet, p: dict[str, Any], loft: float, broad: Relief, medium: Relief) -> None:
    sheet.points[:, 2] *= 0.3
    if p["fur_out"]:
        flip(sheet)
    for k, one in enumerate(p["folds"]):
        a = math.radians(one["angle"])
        reach = sheet.points[:, :2] @ np.array([math.cos(a), math.sin(a)])
        offset = float(reach.min() + (reach.max() - reach.min()) * one["at"])
        height = float(np.quantile(sheet.points[:, 2], 0.98))
        room = 0.008 + one["bulge"] * 0.012 + (loft * 0.8 if k or not p["fur_out"] else 0.0)
        fold(sheet, one["angle"], offset, max(room, height * 1.1 + 0.003 + loft * 0.5), settle=0.45)
    if p["leather_up"]:
        flip(sheet)
        sheet.points[:, 2] -= sheet.points[:, 2].min()
    x, y = sheet.points[:, 0], sheet.points[:, 1]
    sheet.points[:, 2] *= np.clip(1 + 0.2 * broad(x, y) + 0.08 * medium(x, y), 0.6, 1.4)
    sheet.points[:, 2] += 0.012 * np.maximum(medium(x, y), 0)


def _roll(sheet: Sheet, p: dict[str, Any], loft: float, medium: Relief) -> list[dict[str, Any]]:
    sheet.points[:, 2] *= 0.25
    if p["fur_out"]:
        flip(sheet)
    a = math.radians(p["roll_angle"])
    n, t = np.array([math.cos(a), math.sin(a)]), np.array([-math.sin(a), math.cos(a)])
    s, along, z = sheet.points[:, :2] @ n, sheet.points[:, :2] @ t, sheet.points[:, 2].copy()
    s = s - s.min()
    pitch = 0.02 + loft * 1.3 + p["slack"] * 0.02
    flap = p["flap"] * float(s.max())
    inner = 0.03 + 0.03 * p["slack"]
    outer = math.sqrt(inner**2 + (float(s.max()) - flap) * pitch / math.pi)
    u = np.maximum(s - flap, 0)
    # Arc length u = outer * phi - pitch * phi^2 / (4 pi), solved for phi.
    c = pitch / (4 * math.pi)
    phi = (outer - np.sqrt(np.maximum(outer**2 - 4 * c * u, 0))) / (2 * c)
    r = outer - pitch * phi / (2 * math.pi)
    across = np.where(s < flap, s - flap, (r - z) * np.sin(phi))
    height = np.where(s < flap, z, outer - (r - z) * np.cos(phi))
    along = along + p["telescope"] * 0.012 * phi
    squash = p["squash"]
    sag = 1 + 0.1 * medium(along, along * 0.3 + across)
    across, height = across * (1 + 0.35 * (1 - squash)), height * squash * sag
    across = across + p["bow"] * 0.25 * along**2
    sheet.points[:] = np.column_stack([across[:, None] * n + along[:, None] * t, height])
    ties = []
    for place in p["ties"]:
        middle = float(along.min() + (along.max() - along.min()) * place)
        near = np.abs(along - middle) < 0.02
        near &= s > flap
        if near.sum() < 8 or height[near].max() < outer:
            continue
        low, high = float(across[near].min()), float(across[near].max())
        # The string draws the fur in a little.
        fur = 0.25 * loft * p["fur_out"] + 0.001
        ties.append({
            "middle": [*((low + high) / 2 * n + middle * t), 0.0], "across": [*n, 0.0],
            "width": (high - low) / 2 + fur, "height": float(height[near].max()) / 2 + fur,
        })  # fmt: skip
    return ties


def _hang(sheet: Sheet, p: dict[str, Any], broad: Relief) -> list[dict[str, Any]]:
    """Nailed up by the head's end: folds run down from the nails and spread, the edge between them sags."""
    x, y = sheet.points[:, 0].copy(), sheet.points[:, 1].copy()
    top = float(y.max())
    down = np.clip(top - y, 0, 1)
    spread = 1 - p["gather"] * 0.45 * np.exp(-down / 0.5)
    phase = 2 * math.pi * p["pleats"] * x / (0.8 + 0.7 * down) + 1.6 * broad(x, y) + p["phase"]
    depth = p["gather"] * (0.012 + 0.05 * np.clip(down / 0.5, 0, 1) * np.exp(-down / 0.8))
    # The folds stand out from the wall and touch it between them.
    sheet.points[:, 2] += depth * np.logaddexp(0, 3 * (np.sin(phase) + 0.35 * np.sin(2.3 * phase + 1))) / 3
    sheet.points[:, 0] = x * spread + 0.03 * p["sway"] * down**2
    sheet.points[:, 1] = y - 0.05 * p["gather"] * np.cos(3.1 * math.pi * np.clip(x, -0.5, 0.5)) * np.exp(-down / 0.2)
    nails = []
    for side in np.linspace(-1, 1, p["nails"]) if p["nails"] > 1 else [0.0]:
        column = np.abs(x - side * 0.13) < 0.03
        if column.any():
            highest = np.flatnonzero(column)[np.argmax(y[column])]
            place = sheet.points[highest] - [0, 0.012, 0]
            nails.append({"nail": [float(place[0]), float(place[1]), float(place[2]) + 0.01]})
    return nails


def _crumple(sheet: Sheet, p: dict[str, Any], broad: Relief, medium: Relief) -> None:
    """Thrown down: the sheet buckles in two directions and takes less room."""
    # Narrow parts and edges have no strength to stand; they sink onto the table.
    t = np.clip(sheet.inside / 0.13, 0, 1)
    weight = 0.1 + 0.9 * t * t * (3 - 2 * t)
    for k, (angle, count, steep) in enumerate(p["buckles"]):
        a = math.radians(angle)
        n = np.array([math.cos(a), math.sin(a)])
        x, y = sheet.points[:, 0].copy(), sheet.points[:, 1].copy()
        s = sheet.points[:, :2] @ n
        lively = np.clip(0.6 + 0.5 * broad(y, x), 0.1, 1.2)
        phase = 2 * math.pi * count * s + 1.8 * broad(x, y) + 0.7 * medium(x, y) + 2 * k
        depth = steep / (2 * math.pi * count)
        # Narrow ridges between broad troughs that lie on the table.
        ridge = np.exp(1.6 * (np.sin(phase) - 1)) + 0.12 * np.sin(2.1 * phase)
        sheet.points[:, 2] += 1.7 * depth * lively * ridge * weight
        # A buckled strip of slope a takes about 1 / sqrt(1 + a^2 / 2) of its length.
        sheet.points[:, :2] -= (s * (1 - 1 / math.sqrt(1 + 0.5 * steep**2)))[:, None] * n
    low = float(np.quantile(sheet.points[:, 2], 0.15))
    # What would hang below the table lies on it.
    z = sheet.points[:, 2] - low
    sheet.points[:, 2] = np.where(z > 0, z, 0.15 * z)
