"""Jewellery without any claw or tooth: pendants of stone, metal, wood or glass, bead necklaces, bangles.

Caps, bails, cords and chains come from the same functions as those of claw and tooth pendants, so that a mount says
nothing about the piece.
"""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender import cords, mounts
from training.render.blender.goods_looks import Look, glass, horn, made_of, metal, plastic, stone, wood
from training.render.blender.goods_shapes import (
    Points,
    fitted,
    grid,
    placed,
    rounded,
    sheet,
    spline,
    stations,
    swept,
    turned,
)

STONES: dict[str, tuple[list[tuple[float, float, float]], float]] = {
    "jade": ([(0.1, 0.3, 0.13), (0.3, 0.5, 0.28), (0.62, 0.7, 0.55)], 0.35),
    "white_jade": ([(0.6, 0.58, 0.48), (0.75, 0.74, 0.66)], 0.4),
    "agate": ([(0.28, 0.05, 0.02), (0.55, 0.17, 0.06), (0.7, 0.42, 0.25)], 0.25),
    "onyx": ([(0.012, 0.012, 0.014), (0.03, 0.03, 0.032)], 0.0),
    "turquoise": ([(0.05, 0.04, 0.03), (0.08, 0.42, 0.42), (0.14, 0.52, 0.5)], 0.05),
    "lapis": ([(0.02, 0.05, 0.25), (0.04, 0.09, 0.4), (0.35, 0.33, 0.3)], 0.0),
    "rose": ([(0.6, 0.33, 0.33), (0.75, 0.52, 0.5)], 0.4),
    "amber": ([(0.4, 0.13, 0.015), (0.7, 0.33, 0.04)], 0.5),
    "tiger_eye": ([(0.09, 0.04, 0.015), (0.42, 0.22, 0.05), (0.14, 0.06, 0.02), (0.55, 0.33, 0.1)], 0.05),
    "marble": ([(0.3, 0.29, 0.28), (0.72, 0.7, 0.66), (0.8, 0.78, 0.74)], 0.1),
}


def body_look(p: dict[str, Any]) -> Look:
    """Of what the piece itself is made."""
    kind = p["made_of"]
    if kind in STONES:
        shades, clear = STONES[kind]
        shades = [tuple(min(1.0, c * p["shade"]) for c in one) for one in shades]
        return stone(shades, p["gloss"], p["wear"], clear)
    if kind == "glass":
        return glass(p["colour"], p["wear"])
    if kind == "wood":
        return wood(p["tone"], p["red"], p["gloss"], p["wear"])
    if kind == "horn":
        return horn(p["tone"], p["gloss"], p["wear"])
    if kind == "plastic":
        return plastic(p["colour"], p["gloss"], p["wear"])
    return metal(kind, p["wear"])


def _round_body(profile: Points, thick: float, bow: float = 0.0) -> bpy.types.Object:
    """A body along y from 0 down to -1 with half-widths ``profile`` (place, half-width), ``thick`` times as deep,
    bowed sideways by ``bow``."""
    t = stations(60)
    wide = np.interp(t, profile[:, 0], profile[:, 1])
    path = np.stack([bow * np.sin(np.pi * t / 2) ** 2, -t, 0 * t], -1)
    return swept("piece", path, np.stack([wide, wide * thick], -1) + 1e-4, 40, 2.2, up=(0, 0, 1))


def _piece(p: dict[str, Any], random: np.random.Generator) -> tuple[bpy.types.Object, float, float]:
    """The piece, hanging from the origin towards -y, 1 long; its half-width at the top and half its thickness."""
    shape, thick = p["shape"], p["thick"]
    t = stations(60)
    if shape == "drop":
        wide = 0.03 + (p["wide"] - 0.03) * np.sin(np.pi * t ** p["belly"]) ** 0.8
        wide = wide * rounded(t, 0.05, 0.12)
        return _round_body(np.c_[t, wide], thick), 0.07, p["wide"] * thick
    if shape == "bullet":
        wide = p["wide"] * 0.6 * np.clip(1 - t ** (2 + 3 * p["belly"]), 0, 1) ** 0.6
        return _round_body(np.c_[t, wide], thick, p["bow"]), p["wide"] * 0.6, p["wide"] * 0.6 * thick
    if shape == "facet":
        n = p["sides"]
        rows = np.array([(0.0, 0.55), (0.06, 0.75), (0.12, 0.8), (0.72, 1.0), (1.0, 0.02)])
        a = np.linspace(0, 2 * np.pi, n, endpoint=False)
        r = rows[:, 1:] * p["wide"] * 0.5 * (1 + random.normal(0, 0.05, (1, n)))
        y = np.broadcast_to(-rows[:, :1] + 0.03 * np.sin(a + 1)[None] * (rows[:, :1] > 0.5), r.shape)
        made = grid("piece", np.stack([r * np.cos(a), y, r * np.sin(a)], -1)[:, ::-1])
        made.data.polygons.foreach_set("use_smooth", [False] * len(made.data.polygons))
        return made, p["wide"] * 0.4, p["wide"] * 0.45
    if shape == "cross":
        w, at = p["wide"] * 0.28, 0.32
        arm = 0.32
        outline = [
            (-w, 0),
            (w, 0),
            (w, -at + w),
            (arm, -at + w),
            (arm, -at - w),
            (w, -at - w),
            (w, -1),
            (-w, -1),
            (-w, -at - w),
            (-arm, -at - w),
            (-arm, -at + w),
            (-w, -at + w),
        ]
        return sheet("piece", [np.array(outline)[::-1]], thick * 0.25, thick * 0.06), w, thick * 0.125
    if shape == "crescent":
        a = np.linspace(-1, 1, 60) * math.radians(p["arc"] / 2)
        path = np.stack([0.45 * np.sin(a), -0.5 - 0.45 * np.cos(a) + 0.4, 0 * a], -1)
        s = stations(60)
        wide = p["wide"] * 0.38 * np.sin(np.pi * s) ** 0.75 + 0.003
        path = np.stack([np.interp(s, np.linspace(0, 1, 60), path[:, k]) for k in range(3)], -1)
        made = swept("piece", path, np.stack([wide, wide * thick], -1), 30, 2.2, up=(0, 0, 1))
        return placed(made, (0, 0.42 + 0.3 * p["wide"], 0)), 0.05, p["wide"] * 0.38 * thick
    if shape == "disc":
        hole = p["hole"] * 0.5
        r = np.array([(hole, 0.6), (hole + 0.02, 0.95), ((hole + 0.5) / 2, 1.0), (0.47, 0.9), (0.5, 0.5)])
        half = thick * 0.16
        profile = np.vstack([np.c_[r[:, 0], -r[:, 1] * half], np.c_[r[::-1, 0], r[::-1, 1] * half]])
        profile = np.vstack([profile, profile[:1]]) + (1e-4, 0)
        return placed(turned("piece", profile, 80), (0, -0.5, 0)), 0.2, half
    outline = {
        "heart": [
            (0, -0.18),
            (0.2, -0.02),
            (0.45, -0.1),
            (0.48, -0.4),
            (0.2, -0.75),
            (0, -1),
            (-0.2, -0.75),
            (-0.48, -0.4),
            (-0.45, -0.1),
            (-0.2, -0.02),
        ],
        "tag": [(-0.3, 0), (0.3, 0), (0.33, -0.1), (0.33, -0.9), (0.3, -1), (-0.3, -1), (-0.33, -0.9), (-0.33, -0.1)],
        "leaf": [
            (0, 0),
            (0.2, -0.15),
            (0.36, -0.45),
            (0.2, -0.8),
            (0.04, -1),
            (-0.14, -0.85),
            (-0.3, -0.5),
            (-0.18, -0.15),
        ],
        "gourd": [
            (0, 0),
            (0.16, -0.08),
            (0.2, -0.25),
            (0.11, -0.42),
            (0.3, -0.6),
            (0.3, -0.86),
            (0, -1),
            (-0.3, -0.86),
            (-0.3, -0.6),
            (-0.11, -0.42),
            (-0.2, -0.25),
            (-0.16, -0.08),
        ],
    }[shape]
    line = spline(outline, 100, loop=True)
    return sheet("piece", [line], thick * 0.4, thick * 0.14), 0.1, thick * 0.2


def pendant(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A pendant: a drop, disc, cross, crescent, bullet, faceted stone or cut-out, with its mount, cord or chain."""
    piece, top, half = _piece(p, random)
    made_of("piece", body_look(p), piece)
    if half < 0.01:
        half = 0.02
    placed(piece, (0, 0, half))
    parts = [piece]
    kind, at = p["mount_metal"], np.array([0.0, 0.0, half])
    up = (0.0, 1.0, 0.0)
    hang = at
    if p["mount"] == "cap":
        length = p["cap"] * 0.22
        rim = max(top * 1.15, 0.07)
        lie = min(1.0, max(half / rim, 0.35))
        parts += mounts.cap(
            at - np.array([0, length * 0.75, 0]),
            up,
            rim,
            kind,
            random,
            length=length,
            side=(1, 0, 0),
            squash=lie,
            style=p["cap_style"],
            surface=p["cap_surface"],
        )
        hang = at + np.array([0, length * 0.25 + 0.05, 0])
        parts += mounts.bail(hang, (1, 0, 0), 0.06, kind, random, side=up, stretch=1.15)
    elif p["mount"] == "ring":
        hang = at + np.array([0, 0.03, 0])
        parts += mounts.ring(hang, (0.5, 0, 1), 0.065, kind, random, side=up)
        hang = hang + np.array([0, 0.05, 0])
    elif p["mount"] == "wire":
        parts += mounts.wrapped_wire(
            at - np.array([0, 0.08, 0]),
            up,
            max(top, 0.05),
            kind,
            random,
            turns=p["turns"],
            side=(1, 0, 0),
            squash=min(1.0, half / max(top, 0.05)),
        )
        hang = at + np.array([0, 0.07, 0])
        parts += mounts.ring(hang, (1, 0, 0), 0.055, kind, random, side=up)
    if p["hang"] != "none":
        radius = p["cord"]
        colour = cords.CORD_COLOURS[p["cord_colour"]]
        start = (hang[0], hang[1], max(hang[2], radius))
        path = cords.loose_loop(start, up, p["reach"], radius, random)
        if p["hang"] == "chain":
            parts += mounts.chain(path, radius * 1.25, kind, random)
        else:
            parts += cords.cord(path, radius, colour, random, style=p["cord_style"])
        for side in (-1, 1) if p["beads"] else ():
            i = int(len(path) * 0.04) * side
            x, y, z = path[i]
            size = radius * 2.4
            bead = (0.3, 0.05, 0.03) if random.random() < 0.5 else (0.04, 0.04, 0.04)
            parts += mounts.bead((x, y, max(z, size)), size, bead, random, axis=path[i + 1] - path[i - 1], flatten=0.85)
    return fitted(parts)


def _ball(radius: float, shape: str, random: np.random.Generator) -> bpy.types.Object:
    """One bead along z: round, barrel, disc, cut or uneven."""
    a = np.linspace(-np.pi / 2, np.pi / 2, 18)
    r, z = np.cos(a), np.sin(a)
    if shape == "barrel":
        r, z = 0.75 * np.cos(a) ** 0.6, 1.15 * z
    elif shape == "disc":
        r, z = np.cos(a) ** 0.5, 0.4 * z
    elif shape == "cone":
        r, z = np.cos(a) ** 0.5 * (0.8 - 0.25 * z), 1.3 * z
    r = np.maximum(r, 0.16)
    made = turned("bead", np.stack([r, z], -1) * radius, 8 if shape == "cut" else 22)
    if shape == "uneven":
        n = len(made.data.vertices)
        co = np.empty(n * 3, np.float32)
        made.data.vertices.foreach_get("co", co)
        co = co.reshape(-1, 3)
        wave = random.normal(0, 1.6 / radius, (4, 3))
        co *= 1 + 0.09 * np.sin(co @ wave.T + random.uniform(0, 6, 4)).sum(1, keepdims=True)
        made.data.vertices.foreach_set("co", co.ravel())
    return made


def necklace(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Beads on a string, laid down in a loop: graded or even, of one kind or two by turns."""
    count, lumps = p["count"], np.asarray(p["waves"])
    a = np.linspace(0, 2 * np.pi, 400)
    r = 1 + sum(lumps[k] * np.sin((k + 2) * a + 2.1 * k) for k in range(len(lumps)))
    line = np.stack([r * np.cos(a), r * np.sin(a) * p["oval"]], -1)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    where = np.arange(count) / count
    sizes = 1 + p["graded"] * np.cos(2 * np.pi * where)
    if p["second"]:
        sizes = np.where(np.arange(count) % p["every"] == 0, sizes * p["second_size"], sizes)
    long = {"barrel": 1.15, "disc": 0.4, "cone": 1.3}.get(p["bead"], 1.0)
    step = sizes / sizes.sum()
    spots = (np.cumsum(step) - step / 2) * along[-1]
    radii = step * along[-1] / 2 / long * 0.985
    looks = [made_of("bead", body_look(p))]
    if p["second"]:
        looks.append(made_of("bead2", body_look({**p, "made_of": p["second"]})))
    shapes: dict[tuple[int, int], bpy.types.Object] = {}
    parts = []
    top = float(radii.max())
    for i in range(count):
        j = 1 if p["second"] and i % p["every"] == 0 else 0
        key = (j, i % 5 if p["bead"] == "uneven" else 0)
        x, y = (float(np.interp(spots[i], along, line[:, k])) for k in (0, 1))
        dx, dy = (float(np.interp(spots[i] + 0.02, along, line[:, k])) for k in (0, 1))
        if key in shapes:
            bead = bpy.data.objects.new("bead", shapes[key].data)
            bpy.context.collection.objects.link(bead)
        else:
            bead = shapes[key] = _ball(1.0, p["bead"] if j == 0 else "round", random)
            bead.data.materials.append(looks[j])
        spin = float(random.uniform(0, 6.28))
        lean = math.pi / 2 + float(random.normal(0, 0.06))
        placed(bead, (0, 0, 0), (0, 0, spin), float(radii[i]))
        wide = float(radii[i]) * {"barrel": 0.75, "cone": 1.0}.get(p["bead"] if j == 0 else "round", 1.0)
        placed(bead, (x, y, wide), (0, lean, math.atan2(dy - y, dx - x)))
        parts.append(bead)
    string = np.c_[line, np.full(len(line), top * 0.85)]
    thread = cords.tube("thread", string, top * 0.09, 8)
    made_of("thread", plastic(p["thread"], 0.2, 0.4), thread)
    parts.append(thread)
    if p["tassel"]:
        start = np.array([line[0, 0], 0.0])
        for i in range(12):
            s = np.linspace(0, 1, 16)
            away = float(random.normal(0, 0.16))
            path = np.stack(
                [
                    start[0] + 0.06 + s * p["tassel"],
                    start[1] + away * s + 0.03 * np.sin(5 * s + i),
                    top * (0.9 - 0.8 * s) + 0.01 * (i % 3),
                ],
                -1,
            )
            tail = swept("tassel", path, 0.02, 6)
            made_of("tassel", plastic(p["thread"], 0.1, 0.3), tail)
            parts.append(tail)
    return fitted(parts)


def bracelet(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """A bangle: closed or open, of round, flat or D-shaped section, plain, ribbed or twisted, tapering or not."""
    n, gap = 160, math.radians(p["gap"])
    a = np.linspace(gap / 2, 2 * np.pi - gap / 2, n) if gap else np.linspace(0, 2 * np.pi, n, endpoint=False)
    t = np.linspace(0, 1, n)
    path = np.stack([np.cos(a), p["oval"] * np.sin(a), p["skew"] * np.sin(a / 2 + 0.2)], -1)
    thick = np.full(n, p["thickness"] / 2)
    if gap:
        thick = (
            thick * (1 - p["taper"] * np.abs(2 * t - 1) ** 1.5) * (rounded(t, 0.012, 0.012) if not p["knobs"] else 1)
        )
    if p["ribs"]:
        thick = thick * (1 + 0.13 * np.abs(np.sin(p["ribs"] * a)))
    both = np.stack([thick * p["flat"], thick], -1)
    twist = 2 * math.pi * p["twist"]
    made = swept("bangle", path, both, 24, p["power"], up=(0, 0, 1), loop=not gap, twist=twist if gap else 0.0)
    made_of("bangle", body_look(p), made)
    parts = [made]
    if gap and p["knobs"]:
        for end in (path[0], path[-1]):
            knob = turned(
                "knob",
                np.stack([np.cos(np.linspace(-1.57, 1.57, 16)), np.sin(np.linspace(-1.57, 1.57, 16))], -1)
                * p["thickness"]
                * 0.75
                + (1e-5, 0),
                28,
            )
            made_of("knob", body_look(p), placed(knob, end))
            parts.append(knob)
    return fitted(parts)


BUILDERS = {"pendant": pendant, "necklace": necklace, "bracelet": bracelet}
