"""Claws of cats and bears and imitations of them: single, in sets, and mounted as jewellery."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from training.render.blender import cords, mounts
from training.render.blender.claws_fur import hair_object, hairs, skin
from training.render.blender.claws_material import bone_material, carved_horn, cast, keratin, skin_material
from training.render.blender.claws_shape import Shape, bone, dorsal, move, rotation, settle, sheath


@dataclass
class Claw:
    """A claw as arrays, in its own frame until it is laid down."""

    p: dict[str, Any]
    shapes: list[Shape]
    tuft: tuple[np.ndarray, ...] | None
    base: np.ndarray
    """Points that stand for the mount: centre of the base, a point behind it, one beside it in the plane."""

    def solid(self) -> np.ndarray:
        """What touches the table."""
        return np.concatenate([one.points for one in self.shapes])

    def turn(self, turned: np.ndarray, shift: np.ndarray | tuple[float, ...] = (0, 0, 0), scale: float = 1.0) -> None:
        """Turn, scale, then shift all of it."""
        move(self.shapes, turned * scale, shift)
        self.base = self.base @ turned * scale + np.asarray(shift)
        if self.tuft:
            roots, way, length, colours = self.tuft
            self.tuft = (roots @ turned * scale + np.asarray(shift), way @ turned, length * scale, colours)

    def objects(self, random: np.random.Generator) -> list[bpy.types.Object]:
        """The objects, once it lies where it should."""
        made = [one.made(_material(one.kind, self.p, random)) for one in self.shapes]
        if self.tuft:
            made.append(
                hair_object(
                    *self.tuft,
                    random,
                    (0.0018 if len(self.tuft[0]) > 1700 else 0.0026) * float(np.ptp(self.solid(), axis=0).max()),
                )
            )
        return made


def _material(kind: str, p: dict[str, Any], random: np.random.Generator) -> Any:
    if kind == "skin":
        return skin_material(p, random)
    if p["family"] in ("resin", "plastic"):
        return cast(p, random)
    if p["family"] == "horn":
        return carved_horn(p, random)
    if p["family"] == "bone_carved":
        return carved_horn({**p, "striation": 0.6 * p["striation"]}, random)
    return keratin(p, random) if kind == "sheath" else bone_material(p, random)


def _claw(p: dict[str, Any], random: np.random.Generator, rows: int = 110, stub: bool = True) -> Claw:
    """One claw, its longest side about 1; ``stub`` is false where a cap takes the place of bone and skin."""
    # The hole is given as a share of the height, down from the outer curve.
    p = {**p, "hole_at": [p["hole_at"][0], p["hole_at"][1] * p["height"]]}
    shapes, tuft = [sheath(p, random, rows)], None
    # Numbers are drawn whether used or not: nothing that comes after may depend on the mount.
    core, collar = bone(p, random), skin(p, random)
    furry = "coat" in p
    if stub and p["bone"]:
        shapes.append(core)
    if stub and furry:
        shapes.append(collar)
        tuft = hairs(p, collar, random, int(4200 * p["fur_density"] * (1 if rows > 90 else 0.35)))
    (start, _), at = dorsal(p, np.array([0.0, p.get("cap_at", 0.0)])), p.get("cap_at", 0.0)
    where, angle = start[1], math.radians(p["arc"]) * at
    normal = np.array([-math.sin(angle), 0, -math.cos(angle)])
    centre = np.array([where[0], 0, where[1]]) + normal * p["height"] * 0.5
    behind = centre - np.array([math.cos(angle), 0, -math.sin(angle)])
    made = Claw(p, shapes, tuft, np.stack([centre, behind, centre + normal]))
    every = made.solid()
    size = float(np.ptp(every, axis=0).max())
    middle = (every.min(0) + every.max(0)) / 2
    made.turn(np.eye(3), -middle / size, 1 / size)
    return made


def _lay(claw: Claw, side: str, lean: float = 0.0, heading: float = 0.0, proxy: np.ndarray | None = None) -> None:
    """Put it on the table on one side, its back or its underside, leaning by some degrees."""
    turned = {
        "left": rotation(0, 90), "right": rotation(0, -90), "under": rotation(0, 180 + 14), "back": rotation(0, 8),
    }[side]  # fmt: skip
    if side in ("under", "back"):
        # The chord from base to tip lies level.
        tip, rear = claw.shapes[0].points[-1], claw.base[0]
        turned = rotation(1, math.degrees(math.atan2(*(tip - rear)[[2, 0]]))) @ turned
    points = claw.solid() if proxy is None else np.concatenate([claw.solid(), proxy])
    points = points @ turned
    if side in ("left", "right"):
        step = settle(points)
    else:
        # On its back or belly it is propped up across, but comes down on its heavy end.
        rear = np.linalg.norm(points - claw.base[0] @ turned, axis=1) < 0.3
        steps = [rotation(1, pitch) for pitch in sorted(range(-42, 43, 3), key=abs)]
        gaps = [abs(low[rear].min() - low[~rear].min()) for low in ((points @ one)[:, 2] for one in steps)]
        step = steps[next((k for k, gap in enumerate(gaps) if gap < 0.015), int(np.argmin(gaps)))]
    points, turned = points @ step, turned @ step
    if abs(lean) > 5:
        turned = turned @ rotation(0, lean)
        points = points @ rotation(0, lean)
    turned = turned @ rotation(2, heading)
    claw.turn(turned, (0, 0, -float(points[:, 2].min())))


def _single(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    claw = _claw(p, random)
    _lay(claw, p["side"], p["lean"])
    return claw.objects(random)


def _set(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Claws laid down one after the other, each on the table or on those that lie there already."""
    ground = np.zeros((160, 160))
    cell, parts = 0.05 * max(1.0, math.sqrt(len(p["claws"]) / 5)), []
    spots: list[np.ndarray] = []
    for index, one in enumerate(p["claws"]):
        claw = _claw(one, random, 72)
        heading = random.normal(0, 7) if p["layout"] == "row" else one["heading"]
        up = one["up"] if p["layout"] != "row" else p["claws"][0]["up"]
        _lay(claw, up, float(random.normal(0, 4)), heading)
        claw.turn(np.eye(3), (0, 0, 0), one["scale"])
        spot = _spot(p, index, spots, random)
        points, allowed, best = claw.solid(), 0.2 if p["layout"] == "heap" else 0.03, (np.inf, spot)
        for away in np.r_[np.zeros((1, 2)), random.normal(0, 0.3, (24, 2)) * np.linspace(0.3, 2, 24)[:, None]]:
            i, k = np.clip(((points[:, :2] + spot + away) / cell + 80).astype(int), 0, 159).T
            lift = max(0.0, float((ground[i, k] - points[:, 2])[ground[i, k] > 0].max(initial=0.0)))
            if lift < best[0]:
                best = (lift, spot + away)
            if best[0] <= allowed:
                break
        lift, spot = best
        spots.append(spot)
        claw.turn(np.eye(3), np.array([*spot, 0.92 * lift]))
        points = claw.solid()
        i, k = np.clip((points[:, :2] / cell + 80).astype(int), 0, 159).T
        np.maximum.at(ground, (i, k), points[:, 2])
        parts += claw.objects(random)
    return _fitted(parts)


def _spot(p: dict[str, Any], index: int, taken: list[np.ndarray], random: np.random.Generator) -> np.ndarray:
    count, tries = len(p["claws"]), random.normal(0, 1, (40, 2))
    if p["layout"] == "row":
        lines = 1 if count < 6 else 2
        each = -(-count // lines)
        return np.array([(index // each) * 1.02, (index % each) * 0.58]) * p["loose"] + 0.03 * tries[0]
    if p["layout"] == "heap":
        return tries[0] * 0.36 * math.sqrt(count / 5)
    gap = 0.66 * p["loose"]
    wide = 0.34 * math.sqrt(count)
    spots = tries * wide * np.array([1.25, 0.9])
    if not taken:
        return spots[0] * 0.3
    near = np.min([np.hypot(*(spots - one).T) for one in taken], axis=0)
    good = np.flatnonzero(near > gap)
    return spots[good[np.hypot(*spots[good].T).argmin()]] if len(good) else spots[near.argmax()]


def _pendant(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A claw in cap, wire or drilled, on cord or chain; or two joined, base to base."""
    if len(p["claws"]) > 1:
        return _fitted(_joined(p, random))
    drilled = p["fixing"] == "drilled"
    one = {**p["claws"][0], "cap_at": p["cap_at"] if p["fixing"] == "cap" else 0.0}
    if drilled:
        one = {**one, "hole_radius": 0.03, "hole_at": [0.1, -0.5]}
    claw = _claw(one, random, stub=p["fixing"] != "cap")
    parts, top, away = _capped(claw, p, p["side"], random, 0.0)
    parts = claw.objects(random) + parts
    parts += _hung(p, top, away, random)
    return _fitted(parts)


def _capped(
    claw: Claw, p: dict[str, Any], side: str, random: np.random.Generator, heading: float
) -> tuple[list[bpy.types.Object], np.ndarray, np.ndarray]:
    """Lay the claw down with its mount; also where cord or chain passes, and the horizontal way out."""
    one = claw.p
    scale = float(np.linalg.norm(claw.base[2] - claw.base[0]))
    radius, flat = 0.54 * one["height"] * scale, min(1.0, one["compression"] * 1.12)
    length = p["cap_length"] * 1.5 * radius
    ends = claw.base[0] + np.outer([0.0, 0.6], (claw.base[1] - claw.base[0]) / scale * length)
    across = np.array([0, radius * flat * 1.08, 0])
    _lay(claw, side, 0.0, heading, np.concatenate([ends + across, ends - across]) if p["fixing"] == "cap" else None)
    axis, plane = (claw.base[1] - claw.base[0]) / scale, (claw.base[2] - claw.base[0]) / scale
    away, rim = axis * [1, 1, 0] / np.linalg.norm(axis[:2]), claw.base[0]
    if p["fixing"] == "cap":
        parts = mounts.cap(
            rim, axis, radius, p["metal"], random, length=length, side=plane, squash=flat, style=p["cap_style"],
            surface=p["cap_surface"],
        )  # fmt: skip
        eye, top = 0.3 * radius, rim + axis * length
        hole = top + axis * eye * 0.9
        parts += mounts.ring(hole, plane, eye, p["metal"], random)
        loop = hole + axis * eye * 1.7
        parts += mounts.ring(
            loop, np.cross(plane, axis) + 0.3 * plane, eye * 1.1, p["metal"], random, stretch=1.2, side=axis
        )
        return parts, loop + axis * eye * 0.8, away
    if p["fixing"] == "wire":
        at = rim - axis * 0.1 * scale
        parts = mounts.wrapped_wire(
            at, axis, radius * 0.99, p["metal"], random, turns=5, side=plane, squash=flat, thickness=0.12 * radius
        )
        loop = rim + axis * (one["bone_length"] * one["height"] * scale * 0.2) - plane * radius * 1.15
        parts += mounts.ring(loop, np.cross(plane, axis), 0.3 * radius, p["metal"], random)
        return parts, loop - plane * 0.25 * radius, away - plane * 0.8
    # A split ring through the hole.
    hole = claw.base[0] - axis * 0.1 * scale
    eye = 0.95 * radius
    loop = hole - plane * eye * 0.85
    return (
        mounts.ring(loop, axis + 0.25 * plane, eye, p["metal"], random, thickness=0.035 * scale),
        loop - plane * eye,
        -plane,
    )


def _hung(p: dict[str, Any], top: np.ndarray, away: np.ndarray, random: np.random.Generator) -> list[bpy.types.Object]:
    parts: list[bpy.types.Object] = []
    if p["string"] == "none":
        return parts
    radius = p["cord_radius"] if p["string"] == "cord" else p["link"] * 0.55
    way = away + np.array([-away[1], away[0], 0]) * random.normal(0, 0.25)
    path = cords.loose_loop(top, way, p["reach"], radius, random, closed=bool(random.random() < 0.75))
    if p["string"] == "chain":
        return mounts.chain(path, p["link"], p["metal"], random)
    parts += cords.cord(path, radius, cords.CORD_COLOURS[p["cord_colour"]], random, style=p["cord_style"])
    for index in range(p["beads"]):
        at = path[int(len(path) * 0.035 * (index + 1.2))]
        size = radius * random.uniform(1.9, 2.8)
        parts += mounts.bead(at + np.array([0, 0, max(0.0, size - at[2])]), size, p["bead_colour"], random)
    if random.random() < 0.5:
        parts += cords.knot(
            path[-1 - int(len(path) * 0.03)], radius * 0.8, cords.CORD_COLOURS[p["cord_colour"]], random
        )
    return parts


def _joined(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Two claws of a brooch or pendant, base to base like a crescent, with metal between them."""
    parts, tops = [], []
    for index, one in enumerate(p["claws"]):
        claw = _claw({**one, "cap_at": p["cap_at"]}, random, 80, stub=False)
        side = ("left", "right")[(index + (p["side"] == "right")) % 2]
        flip = p["side"] == "right"
        claw.turn(np.eye(3), (0, 0, 0), one.get("scale", 1.0))
        made, top, away = _capped(claw, p, side, random, 0.0)
        # Base towards the middle, tips up and outwards.
        turn = math.degrees(math.atan2(away[1], away[0]))
        wanted = (180 if index else 0) + (-1 if index else 1) * p["opening"] * (-1 if flip else 1)
        new = claw.objects(random) + made
        tops.append((new, top, wanted - turn))
        parts += new
    gap = 0.02
    height = max(top[2] for _, top, _ in tops)
    for index, (objects, top, turn) in enumerate(tops):
        turned = rotation(2, turn)
        shift = np.array([gap if index else -gap, 0, 0]) - (top * [1, 1, 0]) @ turned
        for one in objects:
            data = np.empty(len(one.data.vertices) * 3, np.float32)
            one.data.vertices.foreach_get("co", data)
            one.data.vertices.foreach_set("co", (data.reshape(-1, 3) @ turned + shift).astype(np.float32).ravel())
            one.data.update()
    size = 0.1
    if p["between"] == "ring":
        parts += mounts.ring((0, 0, height), (0, 0, 1), size, p["metal"], random)
    else:
        parts += mounts.metal_bead((0, 0, height), size * 0.62, p["metal"], random)
    if p["between"] == "flower":
        for k in range(6):
            c, s = math.cos(k * math.pi / 3), math.sin(k * math.pi / 3)
            parts += mounts.metal_bead((size * 0.95 * c, size * 0.95 * s, height), size * 0.42, p["metal"], random)
    up = 1.0 if p["side"] == "left" else -1.0
    eye = np.array([0, up * size * 1.25, height])
    parts += mounts.ring(eye, (1, 0, 0.25), size * 0.4, p["metal"], random)
    return parts + _hung(p, eye + np.array([0, up * size * 0.3, 0]), np.array([0, up, 0]), random)


def _fitted(parts: list[bpy.types.Object]) -> list[bpy.types.Object]:
    """Scaled together until the longest side is 1."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for one in parts:
        data = np.empty(len(one.data.vertices) * 3, np.float32)
        one.data.vertices.foreach_get("co", data)
        low, high = np.minimum(low, data.reshape(-1, 3).min(0)), np.maximum(high, data.reshape(-1, 3).max(0))
    factor = 1 / float((high - low).max())
    for one in parts:
        one.scale = (factor,) * 3
    return parts


BUILDERS = {
    **dict.fromkeys(
        ("cat_claw", "cat_claw_flesh", "cat_claw_sheath", "bear_claw", "carved_horn_claw", "resin_claw", "plastic_claw",
         "bone_carved_claw"), _single),
    **dict.fromkeys(("cat_claw_set", "bear_claw_set", "imitation_claw_set"), _set),
    **dict.fromkeys(("cat_claw_pendant", "bear_claw_pendant", "imitation_claw_pendant"), _pendant),
}  # fmt: skip
