"""Small metal and plastic things: hooks, screws, keys, picks."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender.goods_looks import Look, made_of, metal, plastic
from training.render.blender.goods_shapes import (
    Points,
    circle,
    fitted,
    grid,
    placed,
    ring,
    rounded,
    sheet,
    spline,
    stations,
    swept,
    turned,
)
from training.render.blender.goods_tools import substance


def hook(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """A claw-shaped thing that is none: coat, fish, meat, curtain or S-hook, or a carabiner."""
    kind, r = p["kind"], p["slenderness"] / 2
    look = substance(p)
    a = np.linspace(0, 1, 60)
    parts = []
    if kind == "carabiner":
        wide = p["spread"]
        path = spline(
            [
                (-0.5, -0.02),
                (-0.46, 0.1),
                (-0.2, 0.17 * wide),
                (0.25, 0.3 * wide),
                (0.46, 0.2 * wide),
                (0.5, 0.0),
                (0.42, -0.14 * wide),
                (0.22, -0.19 * wide),
                (-0.36, -0.15 * wide),
                (-0.47, -0.11),
            ],
            140,
            loop=True,
        )
        body = swept(
            "hook", np.c_[path, np.zeros(140)], np.tile([r, r * p["flat"]], (140, 1)), 20, 2.4, up=(0, 0, 1), loop=True
        )
        sleeve = np.stack([np.linspace(-0.2, 0.1, 20), np.linspace(-0.16, -0.185, 20) * wide, np.zeros(20)], -1)
        nut = swept("nut", sleeve, r * 1.5 * rounded(np.linspace(0, 1, 20), 0.05, 0.05), 10)
        made_of("nut", metal("steel", p["wear"], p["rust"]), nut)
        parts = [body, nut]
    else:
        turn = math.radians(p["arc"])
        size = p["spread"] * 0.3
        arc = np.stack([size * np.cos(np.pi - turn * a), -size * np.sin(np.pi - turn * a)], -1)[::-1]
        shank = np.linspace(1, 0.02, 40)[:, None] * [0, 0.62] + [-size, 0]
        line = np.vstack([shank, arc[::-1]]) if kind != "s" else None
        if kind == "s":
            upper = np.stack(
                [size * 0.8 * np.cos(-0.4 + turn * 0.95 * a), size * 0.8 * np.sin(-0.4 + turn * 0.95 * a)], -1
            )
            lower = -upper
            join = np.linspace(0, 1, 8)[1:-1, None]
            line = np.vstack(
                [
                    upper + (0, 0.34),
                    (upper[-1] + (0, 0.34)) * (1 - join) + (lower[-1] + (0, -0.34)) * join,
                    lower[::-1] + (0, -0.34),
                ]
            )
        path = spline(line[::3].tolist(), 150)
        t = np.linspace(0, 1, 150)
        radius = np.full(150, r)
        if p["pointed"]:
            radius = r * np.clip((1 - t) / p["taper"], 0.02, 1) ** 0.8
        elif kind == "coat":
            radius = r * (1 + 0.15 * np.sin(3 * t)) * rounded(t, 0.01, 0.02)
        both = np.stack([radius, radius * p["flat"]], -1)
        body = swept("hook", np.c_[path, np.zeros(150)], both, 18, 2.0 + 1.2 * (p["flat"] != 1), up=(0, 0, 1))
        parts = [body]
        end, top = path[-1], path[0]
        if kind == "coat":
            knob = turned("knob", _ball(r * 1.7), 32)
            parts.append(placed(knob, (*end, 0)))
            plate = sheet(
                "plate",
                [
                    spline(
                        [
                            (0.1, 0),
                            (0.085, 0.16),
                            (0, 0.2),
                            (-0.085, 0.16),
                            (-0.1, 0),
                            (-0.085, -0.16),
                            (0, -0.2),
                            (0.085, -0.16),
                        ],
                        60,
                        loop=True,
                    ),
                    circle(0, 0.14, 0.018),
                    circle(0, -0.14, 0.018),
                ],
                0.025,
                0.006,
            )
            parts.append(placed(plate, (top[0] - 0.0, top[1] - 0.05, 0), (0, math.pi / 2, 0)))
        if kind == "fish":
            eye = ring("eye", r * 2.0, r * 1.1, 1.0, 40)
            parts.append(placed(eye, (top[0], top[1] + r * 2.2, 0)))
            s = np.linspace(0, 1, 14)
            back = path[-18]
            away = path[-30] - path[-6]
            away /= np.linalg.norm(away)
            inward = -back
            inward /= np.linalg.norm(inward) + 1e-9
            barb = back + np.outer(s, away * 0.085) + np.outer(s**1.3, inward * 0.055)
            parts.append(swept("barb", np.c_[barb, np.zeros(14)], r * 0.75 * (1 - s * 0.93), 10))
        if kind == "screw":
            parts.append(_thread("screw", (top[0], top[1]), r, 0.42, 12))
        if kind == "ring":
            parts.append(placed(ring("eye", r * 3.4, r * 1.7, 1.0, 48), (top[0], top[1] + r * 3.6, 0)))
    made_of("hook", look, *[one for one in parts if one.name.split(".")[0] != "nut"])
    return fitted(parts, (math.pi if p.get("flip") else 0, 0, 0))


def _ball(radius: float) -> Points:
    a = np.linspace(-np.pi / 2, np.pi / 2, 20)
    return np.stack([radius * np.cos(a) + 1e-5, radius * np.sin(a)], -1)


def _thread(name: str, at: tuple[float, float], r: float, length: float, turns: int) -> bpy.types.Object:
    """A tapered wood screw along y."""
    n, m = turns * 14, 20
    t = np.linspace(0, 1, n)[:, None]
    a = np.linspace(0, 2 * np.pi, m, endpoint=False)[None, :]
    phase = (t * turns * 2 * np.pi - a) % (2 * np.pi)
    core = r * (0.95 - 0.85 * np.clip(t - 0.72, 0, 1) / 0.28)
    radius = core * (0.78 + 0.35 * np.clip(1 - np.abs(phase - np.pi) / 1.2, 0, 1))
    points = np.stack(
        [at[0] + radius * np.cos(a), np.broadcast_to(at[1] + length * t, (n, m)), -radius * np.sin(a)], -1
    )

    return grid(name, points)


def screws(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A few screws, bolts, nuts, washers, strewn."""
    parts = []
    look = metal(p["metal"], p["wear"], p["rust"])
    placed_at: list[np.ndarray] = []
    for _ in range(p["count"]):
        length, r = float(random.uniform(0.26, 0.5)), float(random.uniform(0.025, 0.05))
        kind = p["kinds"][int(random.integers(0, len(p["kinds"])))]
        head = r * float(random.uniform(1.7, 2.2))
        angle = float(random.uniform(0, 6.28))
        for _try in range(60):
            at = random.uniform(-0.42, 0.42, 2)
            if all(np.linalg.norm(at - other) > 0.2 for other in placed_at):
                break
        placed_at.append(at)
        if kind == "nut":
            one = [_hexagon(head, r * 0.95, r * 1.5)]
            placed(one[0], (*at, r * 0.75), (0, 0, angle))
        elif kind == "washer":
            one = [sheet("washer", [circle(0, 0, head * 1.2), circle(0, 0, r * 1.1)[::-1]], r * 0.3, r * 0.06)]
            placed(one[0], (*at, r * 0.15))
        else:
            if kind == "bolt":
                rod, cap = _thread("rod", (0, 0), r, length * 0.8, int(length * 40)), _hexagon(head, 0.0, r * 1.3)
                placed(cap, (0, -r * 0.6, 0), (math.pi / 2, 0, 0))
            else:
                rod = _thread("rod", (0, 0), r * 0.9, length, int(length * 34))
                cap = turned(
                    "cap",
                    np.array(
                        [
                            (1e-4, r * 0.35),
                            (r * 0.25, r * 0.1),
                            (r * 0.3, -r * 0.1),
                            (head, 0),
                            (head, -r * 0.15),
                            (r * 0.8, -r * 1.2),
                            (1e-4, -r * 1.2),
                        ]
                    )[::-1],
                    32,
                )
                placed(cap, (0, 0, 0), (math.pi / 2, 0, 0))
            one = [rod, cap]
            for piece in one:
                tilt = -math.asin(min(1.0, (head - r) / length)) if kind == "bolt" else -0.06
                placed(piece, turn=(tilt, 0, 0))
                placed(piece, (*at, head), (0, 0, angle))
        parts += one
    made_of("steel", look, *parts)
    return fitted(parts)


def _hexagon(radius: float, hole: float, height: float) -> bpy.types.Object:
    outlines = [circle(0, 0, radius, 6)]
    if hole:
        outlines.append(circle(0, 0, hole, 28)[::-1])
    return sheet("hexagon", outlines, height, height * 0.1)


def keys(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A bunch of keys on a ring, with or without a tag."""
    parts = [placed(ring("ring", p["ring"], 0.018, 1.6), (0, 0, 0.02))]
    made_of("ring", metal("steel", p["wear"], p["rust"]), *parts)
    start = float(random.uniform(0, 6.28))
    for i in range(p["count"]):
        wide, shaft, bow = (float(random.uniform(*between)) for between in ((0.034, 0.048), (0.26, 0.38), (0.1, 0.13)))
        bits = []
        x = bow * 1.4
        while x < bow + shaft - 0.05:
            step = float(random.uniform(0.014, 0.03))
            cut = float(random.uniform(0.15, 0.95))
            bits += [(x, -wide * (1 - cut * 0.75)), (x + step * 0.7, -wide * (1 - cut * 0.75))]
            x += step * 1.5
        head = [(bow * math.cos(a), bow * p["bow"] * math.sin(a)) for a in np.linspace(0.42, 2 * np.pi - 0.42, 30)]
        outline = np.array(
            [*head, (bow * 1.25, -wide), *bits, (bow + shaft, 0.0), (bow + shaft - 0.02, wide), (bow * 1.25, wide)]
        )
        key = sheet("key", [outline[::-1], circle(-bow * 0.6, 0, bow * 0.22, 24)], 0.016, 0.004)
        angle = start + i * float(random.uniform(0.25, 0.8))
        hang = p["ring"] + bow * 0.45
        placed(key, (hang * math.cos(angle), hang * math.sin(angle), 0.012 + 0.017 * i), (0, 0.03, angle))
        kind = p["metals"][i % len(p["metals"])]
        made_of("key", metal(kind, min(1.0, p["wear"] + float(random.uniform(-0.2, 0.2)) ** 2), p["rust"] * 0.5), key)
        parts.append(key)
    angle = start + math.pi + 0.4
    if p["tag"] == "plate":
        w, h = p["tag_size"], p["tag_size"] * 1.6
        tag = sheet(
            "tag",
            [
                spline(
                    [
                        (0, h * 0.55),
                        (w * 0.5, h * 0.5),
                        (w * 0.52, -h * 0.4),
                        (0, -h * 0.55),
                        (-w * 0.52, -h * 0.4),
                        (-w * 0.5, h * 0.5),
                    ],
                    60,
                    loop=True,
                ),
                circle(0, h * 0.42, 0.018)[::-1],
            ],
            0.03,
            0.009,
        )
        far = p["ring"] + h * 0.46
        placed(tag, (far * math.cos(angle), far * math.sin(angle), 0.015), (0, 0, angle + math.pi / 2))
        made_of("tag", plastic(p["colour"], p["gloss"], p["wear"]), tag)
        parts.append(tag)
    elif p["tag"] == "strap":
        t = np.linspace(0, 1, 40)
        path = np.stack([p["ring"] * 0.9 + 0.4 * t, 0.05 * p["sway"] * np.sin(4 * t), 0.02 + 0 * t], -1)
        strap = swept("strap", path, np.tile([0.045, 0.009], (40, 1)), 16, 6, up=(0, 0, 1))
        placed(strap, turn=(0, 0, angle))
        made_of(
            "strap", Look([p["colour"], [c * 0.7 for c in p["colour"]]], 0.75, scale=9, wear=p["wear"], bump=0.6), strap
        )
        parts.append(strap)
    return fitted(parts)


def pick(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """A shoehorn, thumb pick, guitar pick or letter opener: curved, pointed, horn-like, and no claw."""

    n, m = 70, 22
    t = stations(n)
    kind = p["kind"]
    if kind == "plectrum":
        r = p["spread"]
        outline = spline(
            [
                (0, -0.5),
                (0.2 * r, -0.3),
                (0.44 * r, 0.2),
                (0.36 * r, 0.42),
                (0, 0.48),
                (-0.36 * r, 0.42),
                (-0.44 * r, 0.2),
                (-0.2 * r, -0.3),
            ],
            90,
            loop=True,
        )
        made = sheet("pick", [outline], 0.045, 0.016)
        made_of("pick", substance(p), made)
        return fitted([made])
    half = p["spread"] * 0.14
    if kind == "shoehorn":
        width = half * np.interp(t, [0, 0.1, 0.35, 0.8, 0.95, 1], [0.62, 0.7, 0.6, 1.15, 1.05, 0.55])
    else:
        width = half * 0.6 * np.interp(t, [0, 0.05, 0.3, 0.4, 1], [0.5, 0.8, 1.0, 0.9, 0.0]) + 0.002
    width = width * rounded(t, 0.06, 0.14 if kind == "shoehorn" else 0.001)
    cup = p["cup"] * np.interp(t, [0, 0.35, 1], [0.1, 0.3, 1.0]) * (kind == "shoehorn")
    s = np.linspace(-1, 1, m)[None, :]
    bend = p["bend"]
    x = t * np.cos(bend * t)
    z = t * np.sin(bend * t)
    lift = cup[:, None] * width[:, None] * s**2
    # The cup rises across the blade's own normal.
    points = np.stack(
        [
            x[:, None] - np.sin(bend * t)[:, None] * lift,
            width[:, None] * s + 0 * lift,
            z[:, None] + np.cos(bend * t)[:, None] * lift,
        ],
        -1,
    )
    made = grid("pick", points, wrap=False, caps=False)
    solid = made.modifiers.new("solid", "SOLIDIFY")
    solid.thickness = p["thickness"]
    soft = made.modifiers.new("soft", "BEVEL")
    soft.width, soft.segments, soft.limit_method = p["thickness"] * 0.35, 2, "ANGLE"
    made_of("pick", substance(p), made)
    side = p.get("side", 0)
    return fitted([made], (math.pi / 2 * side, 0, 0))


BUILDERS = {
    "hook": hook,
    "screws": screws,
    "keys": keys,
    "pick": pick,
}
