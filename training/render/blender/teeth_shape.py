"""The shape of a tooth: rings of points along a curved axis, with grooves, ridges, enamel step, ends, facets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import bpy
import numpy as np

from training.render.blender.meshes import array_mesh, grid_faces

#: Rings of the root's end (rim and pulp opening) and of the tip's dome.
_RIM, _PULP, _DOME = 9, 9, 10


@dataclass
class Tooth:
    """One tooth's mesh and middle line in world coordinates.

    Attributes:
        vertices: ring by ring, from inside the pulp opening to the tip.
        faces: quads.
        fields: what the material needs at each vertex, by attribute name: ``rest`` (place in the straightened tooth),
            ``marks`` (way above the enamel line, groove, broken or worn surface) and ``places`` (inside the pulp
            opening, way from the drill hole's edge, way from the mould seam).
        axis: the middle line, one point for each of ``along``.
        along: 0 at the root's end, 1 at the tip of the unworn tooth.
        size: half-widths of the unworn section at ``along``: front to back, cheek to tongue.
        up: direction from tongue to cheek side.
        front: direction from back to front edge at each of ``along``.
    """

    vertices: np.ndarray
    faces: np.ndarray
    fields: dict[str, np.ndarray]
    axis: np.ndarray
    along: np.ndarray
    size: np.ndarray
    up: np.ndarray
    front: np.ndarray

    def move(self, turn: np.ndarray, shift: np.ndarray) -> None:
        """Turn by a matrix, then shift."""
        self.vertices = self.vertices @ turn.T + shift
        self.axis = self.axis @ turn.T + shift
        self.up, self.front = self.up @ turn.T, self.front @ turn.T

    def at(self, s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Middle, direction towards the root's end, front direction, and half-widths at ``s``."""
        k = int(np.searchsorted(self.along, s))
        tangent = self.axis[max(k - 1, 0)] - self.axis[min(k + 1, len(self.axis) - 1)]
        return self.axis[k], tangent / np.linalg.norm(tangent), self.front[k], self.size[k]


def sweep(t: dict[str, Any], random: np.random.Generator, rings: int = 150, points: int = 144) -> Tooth:
    """A tooth of length about 1 on its tongue side: axis about x (root at low x), front edge towards y, cheek up."""
    theta = np.arange(points) / points * 2 * math.pi
    c = t["crown_from"]
    base = _rings(c, rings)
    wave = sum(random.normal(0, 0.5 / k**0.7) * np.cos(k * theta + random.uniform(0, 6.28)) for k in range(1, 14))
    # A cat's enamel reaches further down on cheek and tongue side than at the edges.
    line = c + t["line_wave"] * (0.4 * wave + 0.9 * np.cos(2 * theta))
    ragged = sum(random.normal(0, 0.16) * np.cos(k * theta + random.uniform(0, 6.28)) for k in range(2, 9))
    lean = (np.cos(theta - random.uniform(0, 6.28)) + ragged * t["tip_rough"]) * t["end_tilt"]
    end, start = t["tip_at"] + lean, t["cut_at"] + 0.3 * t["cut_at"] * np.cos(theta - random.uniform(0, 6.28)) * 0.2
    s = np.where(
        base[:, None] > c, c + (base[:, None] - c) * (end - c) / (1 - c), c - (c - base[:, None]) * (c - start) / c
    )
    factor = _relief(t, random, s, theta, line)
    groove = factor.pop("groove")
    width = _profile(t, s)
    outer = width * factor["section"]
    root_s, root_r, depth = _root_end(t, random, outer[0], s[0], theta)
    tip_s, tip_r, height = _tip_end(t, random, outer[-1], s[-1], theta)
    all_s = np.concatenate([root_s, s, tip_s])
    all_r = np.concatenate([root_r, outer, tip_r])
    inner = _PULP + _RIM
    flat = np.interp(all_s, [0, 0.35, c, 1], [t["flat"] * 0.96, t["flat"] * 0.95, t["flat"] * 1.03, 0.97])
    rest = np.stack([all_r * np.cos(theta), all_r * flat * np.sin(theta), all_s], -1)
    fresh = np.zeros(all_s.shape)
    fresh[-_DOME:] = t["tip_fresh"] * np.clip(height * 1.6, 0, 1)
    fresh[:inner] = t["cut_fresh"]
    rest, fresh = _carve(t, random, rest, fresh)
    enamel = np.concatenate([np.full((inner, points), -1.0), s - line, np.full((_DOME, points), 0.4)])
    if t["band_enamel"]:
        # A pig's tusk: enamel in lengthwise bands on two faces, bare dentine and cementum on the third.
        enamel = 0.16 * (np.cos(theta - t["bare_side"]) * -1 - 0.35 + 0.06 * np.sin(7 * all_s + 3)) + 0 * all_s
    grooves = np.concatenate([np.zeros((inner, points)), groove, np.zeros((_DOME, points))])
    hollow = np.zeros(all_s.shape)
    hollow[:_PULP] = depth
    seam = all_r * np.minimum(np.abs(_angle(theta - 0.06)), np.abs(_angle(theta - math.pi + 0.05))) + 0.003 * np.sin(
        all_s * 40
    )
    fields = {
        "rest": rest.reshape(-1, 3),
        "marks": np.stack([enamel, grooves, fresh], -1).reshape(-1, 3),
        "places": np.stack([hollow, np.ones(all_s.shape), seam], -1).reshape(-1, 3),
    }
    faces = grid_faces(len(all_s), points)
    made = _bend(t, fields, faces, theta)
    if t["mirror"]:
        made.vertices[:, 2] *= -1
        made.axis[:, 2] *= -1
        made.faces = made.faces[:, ::-1]
        made.up = -made.up
    return made


def _root_end(
    t: dict[str, Any], random: np.random.Generator, radius: np.ndarray, s: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places and radii of the root's end, from inside the pulp opening over its rim; depth within the opening."""
    q = np.linspace(1, 0, _RIM, endpoint=False)[:, None]
    pulp = t["pulp"] * (1 + 0.12 * np.cos(2 * theta + 1) + 0.06 * np.cos(3 * theta + random.uniform(0, 6)))
    rough = 1 + t["end_rough"] * _ripple(random, theta, 1, 7, 0.1)
    rim_r = radius * (pulp + (1 - pulp) * (1 - q**1.5))
    rim_s = s - t["root_dome"] * radius * (1 - pulp) * q**0.9 * rough
    d = np.linspace(1, 0, _PULP, endpoint=False)[:, None]
    pulp_r = radius * pulp * (1 - 0.97 * d**1.6)
    pulp_s = s + t["pulp_depth"] * d - t["root_dome"] * radius * (1 - pulp) * (1 - d) * rough
    return np.concatenate([pulp_s, rim_s]), np.concatenate([pulp_r, rim_r]), d


def _tip_end(
    t: dict[str, Any], random: np.random.Generator, radius: np.ndarray, s: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places and radii of the tip: a dome, or the uneven surface of a break; way up the dome."""
    a = np.linspace(0, math.pi / 2, _DOME + 1)[1:, None]
    jag = 1 + t["tip_rough"] * _ripple(random, theta, 2, 16, 0.13) * np.sin(2 * a)
    tip_r = np.maximum(radius * np.cos(a) * jag, 2e-4)
    tip_s = s + t["tip_dome"] * radius * np.sin(a) + (np.mean(s) - s) * np.sin(a) ** 2 * 0.6
    tip_s = tip_s + t["tip_rough"] * radius.mean() * _bumps(random, tip_r, theta) * np.sin(a)
    return tip_s, tip_r, np.sin(a)


def _ripple(random: np.random.Generator, theta: np.ndarray, first: int, last: int, size: float) -> np.ndarray:
    """Random waves about the axis."""
    return sum(
        (random.normal(0, size / k**0.6) * np.cos(k * theta + random.uniform(0, 6.28)) for k in range(first, last)),
        np.zeros_like(theta),
    )


def mesh(tooth: Tooth, name: str) -> bpy.types.Object:
    """The object with its attributes, for ``teeth_material``."""
    made = array_mesh(name, tooth.vertices, tooth.faces)
    for field, values in tooth.fields.items():
        layer = made.data.attributes.new(field, "FLOAT_VECTOR", "POINT")
        layer.data.foreach_set("vector", np.ascontiguousarray(values, np.float32).ravel())
    return made


def settle(tooth: Tooth, roll: float, tilt: float = 0.0) -> None:
    """Roll about the long axis (degrees), then let it tip until it touches the table on both sides of its weight.

    ``tilt`` lifts the root's end from there.
    """
    tooth.move(_turn_x(math.radians(roll)), np.zeros(3))
    x, z = tooth.vertices[:, 0], tooth.vertices[:, 2]
    edges = np.linspace(x.min(), x.max() + 1e-6, 81)
    bins = np.digitize(x, edges) - 1
    low = np.full(80, np.inf)
    np.minimum.at(low, bins, z)
    middle = (edges[1:] + edges[:-1]) / 2
    known = np.isfinite(low)
    hull: list[tuple[float, float]] = []
    for p in zip(middle[known], low[known], strict=True):
        while len(hull) > 1 and (hull[-1][0] - hull[-2][0]) * (p[1] - hull[-2][1]) <= (hull[-1][1] - hull[-2][1]) * (
            p[0] - hull[-2][0]
        ):
            hull.pop()
        hull.append(p)
    weight = float(x.mean())
    slope = next((math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(hull) if b[0] >= weight))
    turn = slope + math.radians(tilt)
    c, s = math.cos(turn), math.sin(turn)
    tooth.move(np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]), np.zeros(3))
    tooth.move(np.eye(3), np.array([0, 0, -tooth.vertices[:, 2].min()]))


def drill(tooth: Tooth, s: float, radius: float, across: bool) -> tuple[np.ndarray, np.ndarray, bpy.types.Object]:
    """A drill hole through the root; its two mouths, and its wall.

    The mouths are cut out by the material along the attribute ``places``; the wall is an object of its own.
    """
    middle, _, front, _ = tooth.at(s)
    direction = front if across else tooth.up
    frame = np.stack([np.cross(direction, [0.31, 0.52, 0.79]), direction, direction])
    frame[0] /= np.linalg.norm(frame[0])
    frame[1] = np.cross(direction, frame[0])
    local = (tooth.vertices - middle) @ frame.T
    away = np.hypot(local[:, 0], local[:, 1])
    tooth.fields["places"][:, 1] = away - radius
    # Only the outer surface: the pulp opening's own wall stays whole.
    outside = tooth.fields["places"][:, 0] < 0.01
    turn = np.arange(32) / 32 * 2 * math.pi
    rows = []
    for sign in (1, -1):
        side = outside & (local[:, 2] * sign > 0) & (away < 3 * radius)
        if not side.any():
            side = outside
        near = np.hypot(
            local[side, 0] - radius * np.cos(turn)[:, None], local[side, 1] - radius * np.sin(turn)[:, None]
        )
        order = np.argsort(near, axis=1)[:, :3]
        weights = 1 / (np.take_along_axis(near, order, 1) + 1e-4)
        height = (local[side, 2][order] * weights).sum(1) / weights.sum(1)
        rows.append(np.stack([radius * np.cos(turn), radius * np.sin(turn), height], -1))
    wall = np.concatenate([rows[0], rows[0] * [1, 1, 0.5] + rows[1] * [0, 0, 0.5], rows[1]])
    made = array_mesh("hole", wall @ frame + middle, grid_faces(3, 32))
    top, bottom = (middle + direction * float(row[:, 2].mean()) for row in rows)
    return top, bottom, made


def _rings(line: float, rings: int) -> np.ndarray:
    """Places along the tooth, closer together at the enamel line and at both ends."""
    s = np.linspace(0, 1, 2000)
    density = 1 + 4 * np.exp(-(((s - line) / 0.035) ** 2)) + 3 * np.exp(-(((s - 1) / 0.05) ** 2))
    density += 1.5 * np.exp(-((s / 0.04) ** 2))
    total = np.cumsum(density)
    return np.interp(np.linspace(total[0], total[-1], rings), total, s)


def _profile(t: dict[str, Any], s: np.ndarray) -> np.ndarray:
    """Half-width front to back.

    A cat's root is long and thick, wider in its middle than the crown's base; the crown is a slightly swollen cone of
    2/5 to 3/7 of the whole (plnmw.com, grade D; shape: grade K). A pig's tusk stays wide to its open end (grade K).
    """
    c = t["crown_from"]
    if t["band_enamel"]:
        return t["girth"] * (1 - np.clip(s, 0, 1.05) ** t["taper"] * 0.93) * (0.94 + 0.06 * np.clip(s / 0.15, 0, 1))
    peak = t["root_peak"]
    knots = np.array([-0.03, 0.0, 0.3 * peak, 0.65 * peak, peak, (peak + c) / 2, c, c + 0.08])
    apex = t["apex"]
    crown = lambda v: t["waist"] * (1 - v) * (1 + t["swell"] * v)  # noqa: E731
    values = np.array([
        apex * 0.5, apex, apex + (1 - apex) * 0.6, apex + (1 - apex) * 0.9, 1.0, 0.5 + 0.5 * t["waist"],
        t["waist"], crown(0.08 / (1 - c)),
    ])  # fmt: skip
    root = _smooth(knots, values, np.clip(s, -0.03, c + 0.04))
    v = np.clip((s - c) / (1 - c), 0, 1)
    blend = np.clip((s - c + 0.02) / 0.06, 0, 1)
    blend = blend * blend * (3 - 2 * blend)
    tip = 0.07 * np.sqrt(np.clip(v, 0, 1))
    return t["girth"] * (root * (1 - blend) + (crown(v) + tip * (1 - t["waist"] * 0.2)) * blend)


def _smooth(knots: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Cubic curve through the knots."""
    slopes = np.gradient(values, knots)
    k = np.clip(np.searchsorted(knots, at) - 1, 0, len(knots) - 2)
    h = knots[k + 1] - knots[k]
    u = (at - knots[k]) / h
    return (
        values[k] * (1 + 2 * u) * (1 - u) ** 2 + h * slopes[k] * u * (1 - u) ** 2
        + values[k + 1] * u * u * (3 - 2 * u) + h * slopes[k + 1] * u * u * (u - 1)
    )  # fmt: skip


def _relief(
    t: dict[str, Any], random: np.random.Generator, s: np.ndarray, theta: np.ndarray, line: np.ndarray
) -> dict[str, np.ndarray]:
    """What the section is multiplied by: lumps, fluting, ridges, enamel step, grooves."""
    c = t["crown_from"]
    v = np.clip((s - c) / (1 - c), 0, 1)
    on_crown = np.clip((s - line) / 0.02 + 0.15, 0, 1)
    on_crown = on_crown * on_crown * (3 - 2 * on_crown)
    # Enamel begins thin and thickens towards the tip.
    thick = 0.4 * on_crown + 0.6 * np.clip((s - line) / 0.09, 0, 1)
    factor = np.ones_like(s)
    for k in range(1, 7):
        for m in range(4):
            size = random.normal(0, 0.011 * t["lumps"] / (1 + 0.3 * k + 0.2 * m))
            factor += (
                size
                * np.cos(k * theta + random.uniform(0, 6.28))
                * np.cos(m * 4.2 * s + random.uniform(0, 6.28))
                * (1 - 0.75 * on_crown)
            )
    # Broad shallow troughs along the flanks of the root.
    factor -= t["fluting"] * np.abs(np.sin(theta)) ** 6 * np.exp(-(((s - 0.38 * c / 0.6) / 0.2) ** 2))
    factor += t["triangle"] * 0.16 * np.cos(3 * (theta - t["bare_side"] - math.pi))
    factor += t["enamel_step"] * thick
    # Ridges at front and back edge of the crown.
    for place in (0.12, math.pi - 0.1):
        factor += t["carina"] * np.exp(-((_angle(theta - place) / 0.11) ** 2)) * on_crown * np.clip(1.2 - v, 0, 1)
    groove = np.zeros_like(s)
    for place, depth, width, start, stop in t["grooves"]:
        drift = 0.05 * np.sin(5 * s + place * 9) + (v - 0.4) * 0.1 * np.sign(math.pi / 2 - place % math.pi)
        rise = np.clip((v - start) / 0.12, 0, 1) * np.clip((stop - v) / (0.75 * (stop - start)), 0, 1)
        # Angular width grows towards the tip, where the tooth is thinner.
        spread = width * (1 + 0.8 * v)
        one = np.exp(-((np.abs(_angle(theta - place - drift)) / spread) ** 1.5)) * rise
        factor -= depth * one
        groove = np.maximum(groove, one * min(1.0, depth / 0.06))
    return {"section": np.maximum(factor, 0.1), "groove": groove}


def _bumps(random: np.random.Generator, radius: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Uneven surface of a break."""
    x, y = radius * np.cos(theta), radius * np.sin(theta)
    size = max(float(radius.max()), 1e-6)
    total = np.zeros_like(x)
    for _ in range(7):
        a, b = random.normal(0, 3.5, 2) / size
        total += random.normal(0, 0.2) * np.sin(a * x + b * y + random.uniform(0, 6.28))
    return total


def _carve(
    t: dict[str, Any], random: np.random.Generator, rest: np.ndarray, fresh: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cut off what lies beyond planes: wear facets, and a carver's knife or file all over."""
    for place, at, slope, depth in t["facets"]:
        normal = np.array([math.cos(place), math.sin(place), slope])
        normal /= np.linalg.norm(normal)
        reach = float(_profile(t, np.array([at]))[0]) * (1 - depth)
        over = rest @ normal - (reach + at * normal[2])
        cut = over > 0
        rest = rest - np.where(cut, over, 0)[..., None] * normal
        fresh = np.maximum(fresh, cut * t["facet_fresh"])
    for _ in range(int(t["knife"])):
        place, at, slope = random.uniform(0, 6.28), random.uniform(0, 1), random.normal(0, 0.12)
        normal = np.array([math.cos(place), math.sin(place), slope])
        near = np.abs(rest[..., 2] - at) < random.uniform(0.06, 0.25)
        if not near.any():
            continue
        over = rest @ normal
        limit = float(over[near].max()) - random.uniform(0.0, 0.007)
        rest = rest - np.where(near & (over > limit), over - limit, 0)[..., None] * normal
    return rest, fresh


def _bend(t: dict[str, Any], fields: dict[str, np.ndarray], faces: np.ndarray, theta: np.ndarray) -> Tooth:
    """Bend the straightened tooth along its axis; most of the bend is about the enamel line."""
    along = np.linspace(-0.2, 1.2, 561)
    bend = 0.45 + np.exp(-(((along - t["bend_at"]) / 0.33) ** 2))
    if t["band_enamel"]:
        bend = 0.85 + 0.3 * along
    inside = (along >= 0) & (along <= 1)
    turned = np.cumsum(np.where(inside, bend, 0))
    angle = math.radians(t["curve"]) * (0.5 - turned / turned[-1])
    step = along[1] - along[0]
    x, y = np.cumsum(np.cos(angle)) * step, np.cumsum(np.sin(angle)) * step
    z = t["side_bend"] * (along - 0.5) ** 2
    axis = np.stack([x, y, z], -1)
    front = np.stack([-np.sin(angle), np.cos(angle), 0 * angle], -1)
    rest = fields["rest"]
    s = rest[:, 2]
    centre = np.stack([np.interp(s, along, axis[:, k]) for k in range(3)], -1)
    normal = np.stack([np.interp(s, along, front[:, k]) for k in range(3)], -1)
    vertices = centre + normal * rest[:, :1]
    vertices[:, 2] += rest[:, 1]
    middle = (vertices.max(0) + vertices.min(0)) / 2
    half = _profile(t, along)
    flat = np.interp(along, [0, 0.35, t["crown_from"], 1], [t["flat"] * 0.96, t["flat"] * 0.95, t["flat"] * 1.03, 0.97])
    size = np.stack([half, half * flat], -1)
    return Tooth(vertices - middle, faces, fields, axis - middle, along, size, np.array([0.0, 0.0, 1.0]), front)


def _angle(difference: np.ndarray | float) -> np.ndarray:
    return (np.asarray(difference) + math.pi) % (2 * math.pi) - math.pi


def _turn_x(angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
