"""Household things: crockery, bottles, packets, boxes, rope."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender import goods_print as print_
from training.render.blender.goods_looks import Look, glass, glazed, made_of, metal, plastic, printed
from training.render.blender.goods_shapes import (
    Points,
    block,
    fitted,
    grid,
    placed,
    spline,
    swept,
    turned,
)


def crockery(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A cup, bowl or plate: thrown or cast, glazed, painted; chipped at the rim or not."""
    height, foot, rim, wall = p["height"], p["foot"], p["rim"], p["wall"]
    t = np.linspace(0, 1, 40)
    belly = t ** p["bulge"]
    r = foot + (rim - foot) * np.sin(belly * math.pi / 2 * p["curl"]) / math.sin(math.pi / 2 * p["curl"])
    outer = np.stack([r, height * t], -1)
    inner = np.stack([r - wall, wall + (height - wall) * t], -1)
    lip = np.array(
        [
            (rim - wall * 0.1, height + wall * 0.3),
            (rim - wall * 0.5, height + wall * 0.42),
            (rim - wall * 0.9, height + wall * 0.3),
        ]
    )
    base = np.array([(foot * 0.7, 0.02), (foot * 0.8, 0.0), (foot * 0.93, 0.0)])
    under = np.array([(1e-4, 0.02), *base])
    bowl = np.vstack([under, outer, lip, inner[::-1], [(1e-4, wall)]])
    profile = spline(bowl.tolist(), 130)
    made = turned("ware", profile, 128)
    _bumped(made, random, p["chips"], height, rim, wall)
    # Texture rows follow the profile from the middle of the base over the rim into the middle of the inside.
    half = 256
    outside = print_.ware(random, half, 1024, p["glaze"], p["repeat"])
    inside = outside if p["height"] < 0.35 * p["rim"] else None
    if inside is None:
        inside = np.empty_like(outside)
        inside[:] = outside[-8:].mean((0, 1)) if p["plain_inside"] else np.array([0.88, 0.87, 0.83])
    pixels = (
        np.vstack([inside[::-1], outside]) if p["height"] >= 0.35 * p["rim"] else np.vstack([outside[::-1], outside])
    )
    if p["bare_foot"]:
        pixels[-90:] = np.array([0.62, 0.5, 0.38]) * p["clay"]
    made_of("ware", glazed(pixels, p["wear"]), made)
    parts = [made]
    if p["handle"]:
        grip = spline(
            [
                (rim * 0.93, height * 0.84),
                (rim * 1.25, height * 0.9),
                (rim * 1.42, height * 0.6),
                (rim * 1.25, height * 0.3),
                (r[10] * 0.98, height * 0.22),
            ],
            50,
        )
        s = np.linspace(0, 1, 50)
        thick = wall * (0.85 + 0.35 * np.abs(2 * s - 1))
        path = np.stack([grip[:, 0], 0 * s, grip[:, 1]], -1)
        arm = swept("handle", path, np.stack([thick * 1.5, thick], -1), 18, up=(0, 1, 0))
        patch = np.ones((8, 8, 3), np.float32) * outside[140:].mean((0, 1))
        made_of("handle", glazed(patch, p["wear"]), arm)
        parts.append(arm)
    return fitted(parts, (math.radians(p.get("lean", 0)), 0, 0))


def _bumped(
    made: bpy.types.Object, random: np.random.Generator, chips: int, height: float, rim: float, wall: float
) -> None:
    """Nothing thrown or fired is quite round; and rims chip."""
    count = len(made.data.vertices)
    co = np.empty(count * 3, np.float32)
    made.data.vertices.foreach_get("co", co)
    co = co.reshape(-1, 3)
    angle = np.arctan2(co[:, 1], co[:, 0])
    co[:, :2] *= 1 + 0.008 * np.sin(2 * angle + random.uniform(0, 6))[:, None]
    for _ in range(chips):
        a, size = random.uniform(0, 6.28), random.uniform(0.04, 0.12) * rim
        centre = np.array([rim * np.cos(a), rim * np.sin(a), height + wall * 0.3])
        near = np.clip(1 - np.linalg.norm((co - centre) * (1, 1, 1.4), axis=1) / size, 0, 1)
        co[:, 2] -= near**0.7 * size * 0.55
    made.data.vertices.foreach_set("co", co.ravel())


def bottle(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A bottle or jar of glass or plastic with a cap, a label, perhaps something in it."""
    r, neck, shoulder, tall = p["radius"], p["neck"], p["shoulder"], 1.0
    n = p["round"]
    line = [
        (0, 0.012),
        (r * 0.7, 0.008),
        (r * 0.93, 0.0),
        (r, 0.03 * n + 0.01),
        (r, shoulder * 0.5),
        (r, shoulder),
        (r * 0.82 + neck * 0.18, shoulder + 0.09 * p["slope"]),
        (neck * 1.05, shoulder + 0.2 * p["slope"]),
        (neck, 0.88),
        (neck, 0.92),
    ]
    if p["waist"]:
        line[4] = (r * (1 - p["waist"]), shoulder * 0.5)
    outer = spline(line, 110)
    outer[:, 0] = np.maximum(outer[:, 0], 1e-4)
    wall = 0.012
    clear = p["body"] in ("glass", "pet")
    inner = outer[4:].copy()
    inner[:, 0] = np.maximum(inner[:, 0] - wall, 1e-4)
    inner[:, 1] = np.maximum(inner[:, 1], 0.03)
    profile = np.vstack([outer, inner[::-1]]) if clear else outer
    made = turned("bottle", profile, 80)
    parts = [made]
    tint = p["colour"]
    if clear:
        made_of("bottle", glass(tint, p["wear"]), made)
    else:
        made_of("bottle", plastic(tint, p["gloss"], p["wear"]), made)
    if clear and p["fill"] > 0:
        level = 0.05 + p["fill"] * (shoulder - 0.05)
        at = inner[inner[:, 1] < level]
        liquid = np.vstack([[(1e-4, 0.032)], at - (0.002, 0), [(at[-1, 0] - 0.002, level), (1e-4, level)]])
        inside = turned("liquid", liquid, 64)
        made_of("liquid", Look([p["liquid"]], 0.05, transmission=0.75, ior=1.33, wear=0, bump=0), inside)
        parts.append(inside)
    if p["label"]:
        low, high = p["label_low"] * shoulder, p["label_high"] * shoulder
        angle = np.linspace(-1, 1, 64) * math.pi * p["label"]
        z = np.linspace(low, high, 24)
        around = np.interp(z, outer[:, 1], outer[:, 0]) + 0.002
        points = np.stack(
            np.broadcast_arrays(around[:, None] * np.cos(angle), around[:, None] * np.sin(angle), z[:, None]), -1
        )
        sleeve = grid("label", points, wrap=False, caps=False)
        wide = max(64, int(360 * 2 * p["label"] * math.pi * r / max(high - low, 0.05)))
        pixels = print_.aged(print_.label(random, 360, min(wide, 900)), random, p["wear"])
        made_of("label", printed(pixels, p["gloss"] * 0.6, p["wear"]), sleeve)
        parts.append(sleeve)
    if p["cap"]:
        c = neck * p["cap"]
        ribs = 1 + 0.025 * np.cos(np.arange(96) * 2 * np.pi / 96 * 32)
        rows = np.array([(c * 0.97, 0.885), (c, 0.89), (c, 0.985), (c * 0.96, 0.998), (c * 0.85, tall), (1e-4, tall)])
        a = np.arange(96) * 2 * np.pi / 96
        both = rows[:, :1] * np.where((rows[:, 1:] < 0.99), ribs[None], 1)
        points = np.stack(np.broadcast_arrays(both * np.cos(a), both * np.sin(a), rows[:, 1:]), -1)
        lid = grid("cap", points, caps=False)
        made_of(
            "cap",
            plastic(p["cap_colour"], p["gloss"], p["wear"]) if p["cap_plastic"] else metal("brass", p["wear"]),
            lid,
        )
        parts.append(lid)
    lying = p.get("lying", True)
    return fitted(parts, (0, math.pi / 2, 0) if lying else (0, 0, p.get("spin", 0)))


def box(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A printed packet, a striped or patterned gift box, a matchbox."""
    x, y, z = p["sides"]
    made = _paper_box((x, y, z), p["bevel"])
    if p["print"] == "label":
        pixels = np.vstack([print_.label(random, 300, 420), print_.label(random, 120, 420, 0.9)])
    elif p["print"] == "stripes":
        pixels = print_.stripes(random, 420, 420, p["wild"])
    else:
        pixels = print_.pattern(random, 420, 420)
    pixels = print_.aged(pixels, random, p["wear"])
    made_of("box", printed(pixels, p["gloss"], p["wear"]), made)
    parts = [made]
    if p["ribbon"]:
        look = plastic(p["colour"], 0.75, p["wear"] * 0.4)
        for along, across in ((x, y), (y, x)):
            band = block("band", (along + 0.006, 0.06 * across + 0.02, z + 0.006), 0.002, 1)
            placed(band, turn=(0, 0, 0 if along == x and across == y and not parts[1:] else math.pi / 2))
            made_of("band", look, band)
            parts.append(band)
        for side in (0, 1):
            t = np.linspace(0, 1, 40)
            lobe = np.stack([0.17 * np.sin(np.pi * t), 0.09 * np.sin(2 * np.pi * t), 0.04 * np.sin(np.pi * t)], -1)
            bow = swept("bow", lobe, np.tile([0.006, 0.024], (40, 1)), 12, 4, up=(0, 0, 1))
            placed(bow, (0, 0, z / 2 + 0.03), (0.15, 0, math.pi * side + p["bow"]))
            made_of("bow", look, bow)
            parts.append(bow)
    if p["open"]:
        lid = block("flap", (x * 0.96, z * 0.8, 0.008), 0.002, 1)
        placed(lid, (0, y / 2 + z * 0.36, z / 2 - 0.08 * z), (-p["open"], 0, 0))
        made_of("flap", Look([(0.75, 0.72, 0.66)], 0.8, wear=p["wear"]), lid)
        parts.append(lid)
    return fitted(parts)


def _paper_box(size: tuple[float, float, float], bevel: float) -> bpy.types.Object:
    """A box with a UV map: top and bottom show the upper part of the picture, the sides the lower."""
    made = block("box", size, bevel, 2)
    data = made.data
    uv = data.uv_layers.new(name="UVMap")
    co = np.array([v.co for v in data.vertices]) / np.array(size) + 0.5
    values = np.zeros((len(data.loops), 2), np.float32)
    for face in data.polygons:
        axis = int(np.argmax(np.abs(face.normal)))
        others = [k for k in (0, 1, 2) if k != axis]
        for loop in face.loop_indices:
            u, v = co[data.loops[loop].vertex_index][others]
            values[loop] = (u, 0.3 + 0.7 * v) if axis == 2 else (u, 0.28 * v)
    uv.data.foreach_set("uv", values.ravel())
    return made


def rope(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A coil or a loose end of laid rope: three strands twisted round each other."""
    turns, r = p["turns"], p["thickness"] / 2
    n = int(260 * turns + 120)
    t = np.linspace(0, 1, n)
    a = 2 * np.pi * turns * t
    drift = sum(random.normal(0, 0.05) * np.sin(k * a / turns * 1.7 + random.uniform(0, 6)) for k in (1, 2, 3, 5))
    radius = p["coil"] * (1 + drift) + (0.5 - p["coil"]) * 0.25 * np.sin(a * 0.31 + 1)
    if p["flat"]:
        radius = 0.06 + r * 2.15 * turns * t
    layer = r + (0 if p["flat"] else 1) * (r * 1.7 * (0.5 + 0.5 * np.sin(a * 0.5 + 0.7)) * np.linspace(0.1, 1, n))
    path = np.stack([radius * np.cos(a), radius * p["oval"] * np.sin(a), layer], -1)
    # The free end leads away.
    path[-70:, :2] += np.outer(np.linspace(0, 1, 70) ** 2, path[-70, :2]) * p["end"]
    path[-70:, 2] = np.linspace(path[-70, 2], r, 70)
    across, over = _cross(path)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    shades = [p["colour"], [c * 0.7 for c in p["colour"]]]
    strands = []
    for k in range(3):
        phase = 2 * np.pi * (length / (p["lay"] * r) + k / 3)
        strand = path + 0.52 * r * (across * np.cos(phase)[:, None] + over * np.sin(phase)[:, None])
        ink = p["marker"] if k == 0 and p["marked"] else None
        one = swept("strand", strand, r * 0.56, 9, up=None)
        colours = [ink, [c * 0.7 for c in ink]] if ink else shades
        made_of(
            "strand",
            Look(colours, 0.85 - 0.4 * p["gloss"], scale=30, contrast=0.4, wear=p["wear"], bump=0.8, bump_scale=130),
            one,
        )
        strands.append(one)
    return fitted(strands)


def _cross(path: Points) -> tuple[Points, Points]:
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross((0.0, 0.0, 1.0), along)
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    return across, np.cross(along, across)


BUILDERS = {
    "crockery": crockery,
    "bottle": bottle,
    "box": box,
    "rope": rope,
}
