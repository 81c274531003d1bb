"""Canines and imitations of them: loose, drilled, capped, strung, several together."""

from __future__ import annotations

import colorsys
import math
from typing import Any

import bpy
import numpy as np

from training.render.blender import cords, mounts
from training.render.blender.teeth_material import bore_material, tooth_material
from training.render.blender.teeth_shape import Tooth, drill, mesh, settle, sweep
from training.render.objects.teeth import GENERATORS

Parts = list[bpy.types.Object]

_ROLLS = {"cheek": 0.0, "tongue": 180.0, "front": 90.0, "root": 20.0}


def _build(p: dict[str, Any], random: np.random.Generator) -> Parts:
    parts = {"": _loose, "drilled": _drilled, "pendant": _pendant, "set": _set}[p["mount"]](p, random)
    return _to_size(parts)


def _loose(p: dict[str, Any], random: np.random.Generator) -> Parts:
    tooth = sweep(p["teeth"][0], random)
    # A strongly curved piece does not stand like an arch: it falls on its side.
    up = "cheek" if p["up"] == "front" and p["teeth"][0]["curve"] > 70 else p["up"]
    settle(tooth, _ROLLS[up] + p["roll"], p["lift"])
    return [_finished(tooth, p["teeth"][0], random)]


def _finished(tooth: Tooth, t: dict[str, Any], random: np.random.Generator) -> bpy.types.Object:
    made = mesh(tooth, t["kind"])
    made.data.materials.append(tooth_material(t, random))
    return made


def _drilled(p: dict[str, Any], random: np.random.Generator) -> Parts:
    t = p["teeth"][0]
    tooth = sweep(t, random)
    settle(tooth, _ROLLS[p["up"]] + p["roll"])
    top, bottom, wall = _hole(tooth, t, p)
    parts = [wall, _finished(tooth, t, random)]
    if p["hanger"] == "none":
        return parts
    middle, outward, _, half = tooth.at(p["hole_at"])
    width = min(p["cord_width"], 0.85 * p["hole"])
    beyond = middle + outward * (p["hole_at"] + 2.5 * width + 0.25 * half[0])
    beyond[2] = max(width, min(beyond[2], middle[2]))
    if top[2] < bottom[2]:
        top, bottom = bottom, top
    through = (top - bottom) / np.linalg.norm(top - bottom)
    if p["hanger"] == "ring":
        radius = np.linalg.norm(beyond - middle) * 0.62
        centre = (middle + beyond) / 2
        side = np.cross(outward, through)
        made = mounts.ring(centre, side, radius, p["metal"], random, thickness=1.1 * width, side=outward)
        return parts + made
    over, under = top + through * 1.2 * width, bottom - through * 1.2 * width
    under[2] = max(under[2], width)
    knots = np.array([beyond, over + 0.5 * (beyond - over) * [1, 1, 0], over, middle, under,
                      under + 0.5 * (beyond - under) * [1, 1, 0.4], beyond])  # fmt: skip
    return parts + _strand(p, _rounded(knots), beyond, outward, width, random)


def _pendant(p: dict[str, Any], random: np.random.Generator) -> Parts:
    # What the cap hides is cut off: nothing of the root's end shows.
    t = {**p["teeth"][0], "cut_at": round(p["cap_at"] - 0.07, 4), "pulp": 0.1}
    tooth = sweep(t, random)
    settle(tooth, _ROLLS[p["up"]] + p["roll"])
    middle, outward, front, half = tooth.at(p["cap_at"])
    radius = float(half[0]) * 1.07
    length = radius * p["cap_length"]
    squash = float(half[1] / half[0]) * 1.01
    parts = [_finished(tooth, t, random)]
    parts += mounts.cap(
        middle, outward, radius, p["metal"], random, length=length, side=front, squash=squash, style=p["cap_style"],
        surface=p["cap_surface"],
    )  # fmt: skip
    size = radius * random.uniform(0.3, 0.48)
    eye = middle + outward * (length + 0.75 * size)
    parts += mounts.ring(eye, front, size, p["metal"], random, side=outward)
    width = min(p["cord_width"], 0.5 * size)
    through = eye + outward * 0.4 * size
    if p["hanger"] in ("cord", "chain"):
        parts += _strand(p, None, through, outward, width, random)
    elif p["hanger"] == "ring":
        parts += mounts.ring(eye + outward * 1.5 * size, np.array([0.1, 0.05, 1]), 1.1 * size, p["metal"], random)
    # The cap may be thicker than the tooth: nothing lies below the table.
    return parts


def _strand(
    p: dict[str, Any], first: np.ndarray | None, start: np.ndarray, away: np.ndarray, width: float,
    random: np.random.Generator,
) -> Parts:  # fmt: skip
    """Cord or chain from ``start`` in loose loops, after the stretch ``first``."""
    path = cords.loose_loop(start, away, p["reach"], width, random, turns=p["turns"])
    # A cord has no sharp bends.
    ends = 9
    even = np.stack([np.convolve(path[:, k], np.ones(2 * ends + 1) / (2 * ends + 1), "valid") for k in range(3)], -1)
    path = np.concatenate([path[:1], even, path[-1:]])
    path = cords.resample(path, len(path))
    if first is not None:
        path = np.concatenate([first[:-1], path])
    if p["hanger"] == "chain":
        return mounts.chain(path, 1.15 * width, p["metal"], random)
    return cords.cord(path, width, cords.CORD_COLOURS[p["cord"]], random, style=p["cord_style"])


def _set(p: dict[str, Any], random: np.random.Generator) -> Parts:
    many = len(p["teeth"]) > 3
    teeth = []
    for k, t in enumerate(p["teeth"]):
        tooth = sweep(t, random, 96 if many else 130, 80 if many else 120)
        tooth.vertices *= p["sizes"][k]
        tooth.axis *= p["sizes"][k]
        tooth.size = tooth.size * p["sizes"][k]
        settle(tooth, p["sides"][k] + 7 * p["spin"][k])
        teeth.append(tooth)
    return {"row": _row, "scatter": _scatter, "strung": _strung}[p["layout"]](p, teeth, random)


def _row(p: dict[str, Any], teeth: list[Tooth], random: np.random.Generator) -> Parts:
    y, before, parts = 0.0, None, []
    for k, (tooth, t) in enumerate(zip(teeth, p["teeth"], strict=True)):
        turn = 14 * p["spin"][k] + (180 if p["head_to_tail"] and k % 2 else 0)
        tooth.move(_turn_z(turn), np.zeros(3))
        aside, gap = random.normal(0, 0.06), 0.01 + 0.06 * random.random()
        line, half = _footprint(tooth)
        # Curved teeth lie into each other's hollow: as near as they can without touching.
        while before is not None and _touching(line + np.array([aside, y - gap]), half, *before):
            y += 0.01
        tooth.move(np.eye(3), np.array([aside, y, 0]))
        before = _footprint(tooth)
        parts.append(_finished(tooth, t, random))
    return parts


def _footprint(tooth: Tooth) -> tuple[np.ndarray, np.ndarray]:
    """Discs that cover the tooth, seen from above."""
    inside = (tooth.along >= 0) & (tooth.along <= 1)
    return tooth.axis[inside][::16, :2], tooth.size[inside][::16, 0] * 1.12


def _touching(line: np.ndarray, half: np.ndarray, other: np.ndarray, thick: np.ndarray) -> bool:
    return bool((np.linalg.norm(line[:, None] - other[None], axis=-1) < half[:, None] + thick[None]).any())


def _scatter(p: dict[str, Any], teeth: list[Tooth], random: np.random.Generator) -> Parts:
    placed: list[tuple[np.ndarray, np.ndarray]] = []
    parts = []
    for tooth, t in zip(teeth, p["teeth"], strict=True):
        line, half = _footprint(tooth)
        reach = 0.0
        for _ in range(400):
            turn, shift = _turn_z(random.uniform(0, 360)), random.uniform(-reach, reach, 2)
            spot = line @ turn[:2, :2].T + shift
            if not any(_touching(spot, half, *other) for other in placed):
                break
            reach = min(reach + 0.02, 1.6)
        placed.append((spot, half))
        tooth.move(turn, np.array([*shift, 0]))
        parts.append(_finished(tooth, t, random))
    return parts


def _strung(p: dict[str, Any], teeth: list[Tooth], random: np.random.Generator) -> Parts:
    """Teeth along a cord that lies in a loop, root ends on it, tips outwards."""
    width = min(p["cord_width"], 0.8 * p["hole"])
    step = 2.4 * max(float(tooth.size[:, 0].max()) for tooth in teeth)
    radius = max(0.42, len(teeth) * step / math.radians(200))
    spread = len(teeth) * step / radius
    parts, knots = [], []
    for k, (tooth, t) in enumerate(zip(teeth, p["teeth"], strict=True)):
        angle = -spread / 2 + (k + 0.5) * spread / len(teeth) + 0.05 * p["spin"][k]
        hole, outward, _, _ = tooth.at(p["hole_at"])
        lean = math.degrees(angle - math.atan2(-outward[1], -outward[0])) + 9 * p["spin"][k]
        tooth.move(_turn_z(lean), np.zeros(3))
        hole = tooth.at(p["hole_at"])[0]
        target = radius * np.array([math.cos(angle), math.sin(angle)])
        tooth.move(np.eye(3), np.array([*(target - hole[:2]), 0]))
        top, bottom, wall = _hole(tooth, t, {**p, "hole_across": True})
        parts += [wall, _finished(tooth, t, random)]
        ends = sorted([top, bottom], key=lambda q: math.atan2(q[1], q[0]))
        knots += [ends[0], (ends[0] + ends[1]) / 2, ends[1]]
        if p["beads"] and k:
            between = (knots[-4] + knots[-3]) / 2
            size = min(0.42 * float(np.linalg.norm(knots[-4][:2] - knots[-3][:2])), 0.05)
            if size > 1.2 * width:
                between[2] = max(between[2] * 0.7, size)
                colour = colorsys.hsv_to_rgb(p["bead_hue"], 0.7, 0.35)
                parts += mounts.bead(between, size, colour, random, gloss=0.6)
                knots.insert(-3, between)
    rest = np.linspace(spread / 2 + 0.25, 2 * math.pi - spread / 2 - 0.25, 14)
    wobble = 1 + sum(random.normal(0, 0.09 / m) * np.sin(m * rest + random.uniform(0, 6.28)) for m in range(2, 6))
    r = radius * random.uniform(0.8, 1.25) * wobble
    back = np.stack([r * np.cos(rest), r * np.sin(rest), np.full(14, width)], -1)
    path = _rounded(np.concatenate([knots, back, knots[:1]]), 16)
    path[:, 2] = np.maximum(path[:, 2], width)
    return parts + cords.cord(path, width, cords.CORD_COLOURS[p["cord"]], random, style=p["cord_style"])


def _hole(tooth: Tooth, t: dict[str, Any], p: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, bpy.types.Object]:
    top, bottom, wall = drill(tooth, p["hole_at"], p["hole"], p["hole_across"])
    wall.data.materials.append(bore_material(t))
    return top, bottom, wall


def _rounded(knots: np.ndarray, steps: int = 12) -> np.ndarray:
    """A smooth line through the knots (Catmull-Rom)."""
    padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    u = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(0.5 * (2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3))
    return np.concatenate([*pieces, knots[-1:]])


def _turn_z(degrees: float) -> np.ndarray:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _to_size(parts: Parts) -> Parts:
    """Scale everything together, so that the longest side is 1."""
    corners = []
    for part in parts:
        flat = np.empty(len(part.data.vertices) * 3, np.float32)
        part.data.vertices.foreach_get("co", flat)
        corners.append([flat.reshape(-1, 3).min(0), flat.reshape(-1, 3).max(0)])
    low, high = np.min([c[0] for c in corners], 0), np.max([c[1] for c in corners], 0)
    scale = 1 / float((high - low)[:2].max())
    for part in parts:
        part.scale = (scale, scale, scale)
    return parts


BUILDERS = {one.name: _build for several in GENERATORS.values() for one in several}
