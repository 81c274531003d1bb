"""Tools of the house and workshop: combs, pliers, knives, cutlery."""

from __future__ import annotations

import math
from typing import Any

import bmesh
import bpy
import numpy as np

from training.render.blender.goods_looks import Look, horn, made_of, metal, plastic, wood
from training.render.blender.goods_shapes import (
    Points,
    block,
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


def substance(p: dict[str, Any], key: str = "made_of") -> Look:
    """What the parameter ``key`` says a thing is made of."""
    kind = p[key]
    if kind == "wood":
        return wood(p["tone"], p["red"], p["gloss"], p["wear"])
    if kind == "horn":
        return horn(p["tone"], p["gloss"], p["wear"])
    if kind == "plastic":
        return plastic(p["colour"], p["gloss"], p["wear"])
    return metal(kind, p["wear"], p["rust"], p["brushed"])


def comb(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A comb: one row of tapered teeth on a straight or bowed back."""
    count, bow, reach = p["teeth"], p["bow"], p["reach"]
    t = np.linspace(0, 1, count * 6 + 1)
    x = t - 0.5
    back = p["back"] * (1 + p["hump"] * np.sin(np.pi * t)) + bow * (1 - (2 * x) ** 2)
    inner = bow * (1 - (2 * x) ** 2) * 0.55
    lower, pitch = [], 1 / count
    fill, guard = p["fill"], p["guard"]
    missing = set(random.choice(count, int(p["missing"] * count * 0.25), replace=False).tolist())
    for i in range(count):
        left = (i + 0.5) * pitch - 0.5
        base = float(np.interp(left, x, inner))
        length = reach * (0.35 + 0.65 * math.sin(math.pi * (i + 0.5) / count)) if p["round"] else reach
        wide = pitch * fill / 2
        if i < guard or i >= count - guard:
            wide = pitch * 0.5
        if i in missing:
            length *= float(random.uniform(0.03, 0.3))
        bend = float(random.normal(0, 0.06)) * pitch
        lower += [
            (left - wide, base),
            (left - wide * 0.5 + bend, base - length * 0.93),
            (left + bend, base - length),
            (left + wide * 0.5 + bend, base - length * 0.93),
            (left + wide, base),
        ]
    upper = np.stack([x, inner + back], -1)
    ends = p["corner"]
    if p["handle"] > 0:
        # The handle carries on from the back on one side.
        h, b = p["handle"], float(back[-1])
        tail = spline(
            [
                (0.5, inner[-1] + b),
                (0.5 + h * 0.5, inner[-1] + b * 0.95),
                (0.5 + h, inner[-1] + b * 0.6),
                (0.5 + h, inner[-1] + b * 0.25),
                (0.5 + h * 0.5, inner[-1] + b * 0.1),
                (0.5, inner[-1]),
            ],
            40,
        )
        outline = np.vstack([lower, tail[::-1], upper[::-1][1:]])
    else:
        inset = np.clip(np.minimum(t, 1 - t) / max(ends, 1e-3), 0, 1)
        upper[:, 1] = inner + back * (0.3 + 0.7 * np.sqrt(1 - (1 - inset) ** 2))
        outline = np.vstack([lower, upper[::-1]])
    made = sheet("comb", [outline], p["thickness"], min(p["thickness"] * 0.35, pitch * fill * 0.18))
    made_of("comb", substance(p), made)
    return fitted([made], (math.pi if p.get("flip") else 0, 0, 0))


def pliers(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """Pliers: two forged halves on a pivot, the grips dipped in plastic or bare."""
    half = math.radians(p["opening"]) / 2
    nose, bow, thick = p["nose"], p["bow"], 0.034
    steel = metal(p["metal"], p["wear"], p["rust"])
    grip = plastic(p["colour"], p["gloss"] * 0.6, p["wear"])
    parts = []
    for side in (1, -1):
        jaw = np.array(
            [
                (0.012, 0.0),
                (0.012 + nose * 0.98, 0.0),
                (0.012 + nose, 0.012),
                (nose * 0.75, 0.02 + p["stout"] * 0.03),
                (nose * 0.4, 0.045 + p["stout"] * 0.04),
                (0.05, 0.068),
                (0.0, 0.062),
            ]
        )
        jaw = spline(jaw[:, :2].tolist(), 48, loop=True) * (1, side)
        jaw[:, 1] = np.maximum(jaw[:, 1] * side, 0.002) * side
        top = sheet("jaw", [jaw if side > 0 else jaw[::-1]], thick * 1.5, 0.006)
        hub = turned(
            "hub",
            np.array(
                [
                    (0, -thick * 0.5),
                    (0.05, -thick * 0.5),
                    (0.062, -thick * 0.3),
                    (0.062, thick * 0.3),
                    (0.05, thick * 0.5),
                    (0, thick * 0.5),
                ]
            ),
            48,
        )
        placed(hub, (0, 0, side * thick * 0.25))
        # Each handle crosses to the other side of its jaw.
        points = [
            (0.0, 0.03 * side, 0),
            (-0.08, -0.035 * side, 0),
            (-0.2, -(0.05 + bow) * side, 0),
            (-0.42, -(0.05 + bow * 1.1) * side, 0),
            (-0.64, -(0.03 + bow * p["curl"]) * side, 0),
        ]
        path = spline(points, 60)
        t = np.linspace(0, 1, 60)
        radius = np.stack([0.024 - 0.008 * t, np.full(60, 0.016)], -1)
        lever = swept("lever", path, radius, 14, 3, up=(0, 0, 1))
        made_of("steel", steel, top, hub, lever)
        both = [top, hub, lever]
        if p["dipped"]:
            s = stations(48)
            sleeve = np.stack([np.interp(0.3 + 0.72 * s, t, path[:, k]) for k in range(3)], -1)
            wide = (0.03 + 0.006 * np.sin(s * 9 + 1)) * rounded(s, 0.015, 0.06)
            cover = swept("grip", sleeve, np.stack([wide, wide * 0.8], -1), 18, 2.6, up=(0, 0, 1))
            made_of("grip", grip, cover)
            both.append(cover)
        for one in both:
            placed(one, turn=(0, 0, side * half))
        parts += both
    rivet = turned("rivet", np.array([(0, -0.03), (0.028, -0.03), (0.028, 0.026), (0.018, 0.034), (0, 0.035)]), 32)
    made_of("rivet", steel, rivet)
    return fitted([*parts, rivet])


def _blade(shape: str, length: float, height: float) -> Points:
    """Outline of a blade from heel to point, edge below."""
    h = height
    forms = {
        "chef": [
            (0, 0),
            (0.35, -0.01 * h),
            (0.7, 0.12 * h),
            (0.92, 0.42 * h),
            (1.0, 0.72 * h),
            (0.9, 0.86 * h),
            (0.6, 0.98 * h),
            (0, h),
        ],
        "clip": [
            (0, 0),
            (0.55, -0.03 * h),
            (0.8, 0.14 * h),
            (0.94, 0.45 * h),
            (1.0, 0.72 * h),
            (0.88, 0.76 * h),
            (0.7, 0.97 * h),
            (0.4, h),
            (0, h),
        ],
        "cleaver": [(0, 0), (0.5, -0.05 * h), (0.97, 0.02 * h), (1.0, 0.06 * h), (1.0, 0.94 * h), (0.97, h), (0, h)],
        "curved": [
            (0, 0),
            (0.4, -0.2 * h),
            (0.75, -0.05 * h),
            (0.93, 0.45 * h),
            (1.0, 1.05 * h),
            (0.85, 0.78 * h),
            (0.6, 0.62 * h),
            (0.3, 0.75 * h),
            (0, h),
        ],
        "hawkbill": [
            (0, 0.1 * h),
            (0.4, 0.25 * h),
            (0.7, 0.18 * h),
            (0.9, -0.15 * h),
            (1.0, -0.62 * h),
            (1.0, 0.0),
            (0.88, 0.62 * h),
            (0.6, 0.95 * h),
            (0, h),
        ],
    }
    points = np.array(forms[shape]) * (length, 1)
    fine = spline(points.tolist(), 90)
    return np.vstack([points[:1], fine, points[-1:]])


def knife(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """A kitchen knife or a folding knife, open or half open."""
    length, height = p["blade"], p["blade"] * p["height"]
    outline = _blade(p["shape"], length, height)
    outline[:, 1] -= height / 2
    faces = [sheet("blade", [outline], p["thickness"], p["thickness"] * 0.3)]
    made_of("blade", metal(p["metal"], p["wear"], p["rust"], brushed=True), *faces)
    hl, hh = p["handle"], height * p["handle_height"]
    t = stations(44)
    path = np.stack(
        [
            -hl * t,
            -0.12 * p["sag"] * hh + p["sag"] * 0.16 * hl * np.sin(np.pi * t) * 0.4 - p["sag"] * 0.22 * hl * t**2,
            0 * t,
        ],
        -1,
    )
    wide = (
        hh / 2 * (1 + p["waist"] * np.cos(2 * np.pi * t * 1.15) * 0.5 + 0.15 * p["waist"] * t) * rounded(t, 0.03, 0.08)
    )
    handle = swept(
        "handle",
        path,
        np.stack([wide, np.full(44, p["thickness"] * 2.6) * rounded(t, 0.02, 0.05)], -1),
        24,
        3.0,
        up=(0, 0, 1),
    )
    made_of("handle", substance(p), handle)
    parts = [handle]
    if p["bolster"]:
        bolster = block("bolster", (hl * 0.14, hh * 1.02, p["thickness"] * 5.6), p["thickness"])
        made_of("bolster", metal("steel" if p["metal"] == "iron" else "brass", p["wear"]), bolster)
        parts.append(bolster)
    for i in range(p["rivets"]):
        at = (i + 1) / (p["rivets"] + 1)
        y = float(np.interp(at, t, path[:, 1]))
        pin = turned("pin", np.array([(0, -1), (0.011, -1), (0.011, 1), (0, 1)]) * (1, p["thickness"] * 2.66), 20)
        made_of("pin", metal("brass", p["wear"]), placed(pin, (-hl * at, y, 0)))
        parts.append(pin)
    fold = math.radians(p["folded"])
    for one in faces:
        placed(one, turn=(0, 0, fold))
    return fitted([*parts, *faces], (math.pi if p.get("flip") else 0, 0, 0))


def cutlery(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """A spoon or a fork, drawn as a bowed strip whose width changes along it."""

    n, m = 110, 26
    t = stations(n)
    handle_end, bowl = p["handle"], 1 - p["handle"]
    width = np.interp(
        t,
        [0, 0.02, 0.1, handle_end * 0.6, handle_end * 0.95, handle_end + 0.03],
        np.array([0.55, 0.8, 1, 0.5, 0.34, 0.38]) * p["handle_width"],
    )
    b = np.clip((t - handle_end) / bowl, 0, 1)
    egg = np.sqrt(np.clip(np.sin(np.pi * b ** p["egg"]), 0, 1)) * p["bowl_width"] / 2
    width = np.maximum(np.where(t > 0.97, 0, width), egg) + 1e-3
    if p["fork"]:
        flat = np.interp(b, [0, 0.25, 0.45, 1], [0, 0.8, 1, 0.93]) * p["bowl_width"] * 0.42
        width = np.maximum(np.where(b > 0, 0, width), flat) + 0.004
    s = np.linspace(-1, 1, m)[None, :]
    x = np.broadcast_to(t[:, None], (n, m))
    y = width[:, None] * s
    arch = 0.05 * np.sin(np.pi * np.clip(t / handle_end, 0, 1)) + 0.04 * (1 - t) ** 2 * p["lift"]
    depth = p["depth"] * p["bowl_width"] * np.sin(np.pi * b) ** 0.8
    z = arch[:, None] - depth[:, None] * (1 - s**2) + 0.35 * p["depth"] * p["bowl_width"] * (b**2)[:, None] * p["fork"]
    points = np.stack([x, y, z], -1)
    made = grid("cutlery", points, wrap=False, caps=False)
    if p["fork"]:
        _cut_tines(made, handle_end + bowl * 0.42, p["tines"], p["bowl_width"] * 0.42)
    solid = made.modifiers.new("solid", "SOLIDIFY")
    solid.thickness = p["thickness"]
    round_ = made.modifiers.new("round", "BEVEL")
    round_.width, round_.segments, round_.limit_method = p["thickness"] * 0.3, 2, "ANGLE"
    made_of("cutlery", substance(p), made)
    return fitted([made], (math.pi if p.get("flip") else 0, 0, 0))


def _cut_tines(made: bpy.types.Object, start: float, tines: int, half: float) -> None:
    """Take the faces between the tines away."""
    mesh = bmesh.new()
    mesh.from_mesh(made.data)
    doomed = []
    for face in mesh.faces:
        c = face.calc_center_median()
        lane = (c.y / half + 1) / 2 * tines
        if c.x > start and abs(lane - round(lane)) < 0.19 and 0.4 < lane < tines - 0.4:
            doomed.append(face)
    bmesh.ops.delete(mesh, geom=doomed, context="FACES")
    mesh.to_mesh(made.data)
    mesh.free()


BUILDERS = {
    "comb": comb,
    "pliers": pliers,
    "knife": knife,
    "cutlery": cutlery,
}
