"""Things people carry: pens, phones, canes, brushes."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from PIL import Image, ImageDraw

from training.render.blender import goods_print as print_
from training.render.blender.goods_looks import Look, made_of, metal, plastic, wood
from training.render.blender.goods_shapes import (
    Points,
    block,
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


def pen(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A pen, marker, pencil, lipstick or brush handle, with or without its cap; sometimes two."""
    parts = []
    for index in range(p["count"]):
        r = p["radius"] * float(random.uniform(0.85, 1.15))
        colour = p["colour"] if index == 0 else p["second"]
        kind = p["kind"]
        if kind == "pencil":
            body = np.array([(0, 0.0), (0.012, 0.015), (0.016, 0.03), (r, 0.13), (r, 0.9), (r, 1.0)])
            rod = turned("pen", body[1:4], 24, caps=True)
            made_of("tip", wood(0.8, 0.2, 0.1, p["wear"]), rod)
            shaft = turned("shaft", np.array([(r, 0.125), (r, 0.92)]), 6, caps=True)
            shaft.data.polygons.foreach_set("use_smooth", [False] * len(shaft.data.polygons))
            lead = turned("lead", body[:3] + (1e-4, 0), 16)
            made_of("lead", plastic((0.02, 0.02, 0.022), 0.5, 0), lead)
            eraser = turned(
                "eraser", np.array([(1e-4, 1.0), (r * 0.9, 1.0), (r * 0.95, 0.95), (r * 0.95, 0.9)])[::-1], 24
            )
            made_of("eraser", plastic((0.6, 0.22, 0.2), 0.1, p["wear"]), eraser)
            made_of("shaft", plastic(colour, p["gloss"], p["wear"]), shaft)
            one = [rod, shaft, lead, eraser]
        else:
            slim = 0.55 if kind == "ballpoint" else 0.9
            nose = np.array([(1e-4, 0.0), (r * 0.12, 0.002), (r * 0.2, 0.03), (r * slim * 0.7, 0.1), (r * slim, 0.16)])
            shaft = np.array([(r, 0.2), (r, 0.3), (r * 0.97, 0.85), (r * 0.92, 0.98), (r * 0.6, 1.0), (1e-4, 1.0)])
            barrel = turned("pen", np.vstack([nose, shaft]), 40)
            made_of("pen", plastic(colour, p["gloss"], p["wear"]), barrel)
            one = [barrel]
            if p["capped"]:
                lid = turned(
                    "lid",
                    np.array([(1e-4, -0.02), (r * 0.7, -0.015), (r * 1.05, 0.02), (r * 1.16, 0.28), (r * 1.02, 0.285)]),
                    40,
                )
                made_of("lid", plastic(p["second"], p["gloss"], p["wear"]), lid)
                one.append(lid)
            clip = block("clip", (r * 0.5, r * 0.25, 0.24), r * 0.1)
            placed(clip, (0, r * 1.3, 0.16 if p["capped"] else 0.82))
            made_of(
                "clip",
                metal("steel", p["wear"]) if p["metal_clip"] else plastic(p["second"], p["gloss"], p["wear"]),
                clip,
            )
            band = turned(
                "band", np.array([(r * 1.03, 0.6), (r * 1.04, 0.605), (r * 1.04, 0.64), (r * 1.03, 0.645)]), 40
            )
            made_of("band", metal("zinc", p["wear"]), band)
            one += [clip, band]
        angle = 0.0 if index == 0 else float(random.uniform(-0.5, 0.5))
        roll = float(random.uniform(-0.8, 0.8))
        for piece in one:
            placed(piece, turn=(0, 0, roll))
            placed(piece, (0, 0, r), (0, math.pi / 2, 0))
            placed(piece, (0, index * r * 3.4, 0), (0, 0, angle))
        parts += one
    return fitted(parts)


def phone(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A phone: glass front (dark, lit or cracked) or back with lenses."""
    w, h, d = p["width"], 1.0, p["depth"]
    corner = p["corner"] * w
    body = sheet("phone", [_rounded(w, h, corner)], d, d * 0.4)
    parts = [body]
    if p["back_up"]:
        made_of("phone", plastic(p["colour"], p["gloss"], p["wear"]), body)
        side = 1 if p["left"] else -1
        island = sheet(
            "island",
            [
                _rounded(w * p["island"], w * p["island"] * 1.15, w * 0.08)
                + (side * (w / 2 - w * 0.08 - w * p["island"] / 2), h / 2 - w * 0.1 - w * 0.3)
            ],
            0.012,
            0.004,
        )
        placed(island, (0, 0, d / 2))
        made_of("island", plastic([c * 0.7 for c in p["colour"]], p["gloss"], p["wear"]), island)
        parts.append(island)
        for k in range(p["lenses"]):
            rim = ring("rim", 0.034, 0.012, 1.0, 40)
            pane = turned("lens", np.array([(1e-4, 0.006), (0.03, 0.004), (0.032, 0)])[::-1], 32)
            at = (
                side * (w / 2 - w * 0.08 - w * p["island"] * (0.27 + 0.46 * (k % 2))),
                h / 2 - w * 0.24 - w * 0.22 * (k // 2 + 0.5 * (k % 2)) * 1.1,
                d / 2 + 0.01,
            )
            placed(rim, at)
            placed(pane, at)
            made_of("rim", metal("steel", 0.2), rim)
            made_of("lens", Look([(0.004, 0.005, 0.012)], 0.05, coat=1.0, wear=0, bump=0), pane)
            parts += [rim, pane]
    else:
        made_of("phone", metal("zinc", p["wear"]) if p["metal"] else plastic(p["colour"], p["gloss"], p["wear"]), body)
        face = np.array([[(-w / 2, -h / 2), (w / 2, -h / 2)], [(-w / 2, h / 2), (w / 2, h / 2)]]) * (0.93, 0.955)
        pane = grid("screen", np.concatenate([face, np.full((2, 2, 1), d / 2 + 0.002)], -1), wrap=False, caps=False)
        pixels = print_.screen(random, 420, 210)
        if not p["lit"]:
            pixels = pixels * 0.0 + np.array([0.03, 0.031, 0.035])
        if p["cracked"]:
            pixels = _cracks(pixels, random)
        made = made_of(
            "screen",
            Look([(0, 0, 0)], 0.06, image=pixels.astype(np.float32), coat=0.6, wear=p["wear"] * 0.3, bump=0.0),
            pane,
        )
        if p["lit"]:
            shader = made.node_tree.nodes["Principled BSDF"]
            texture = next(node for node in made.node_tree.nodes if node.type == "TEX_IMAGE")
            made.node_tree.links.new(texture.outputs["Color"], shader.inputs["Emission Color"])
            shader.inputs["Emission Strength"].default_value = p["light"]
        parts.append(pane)
    return fitted(parts)


def _rounded(w: float, h: float, r: float) -> Points:
    corners = [
        (w / 2 - r, h / 2 - r, 0),
        (-w / 2 + r, h / 2 - r, 1),
        (-w / 2 + r, -h / 2 + r, 2),
        (w / 2 - r, -h / 2 + r, 3),
    ]
    a = np.linspace(0, np.pi / 2, 12)
    return np.vstack(
        [np.stack([x + r * np.cos(a + q * np.pi / 2), y + r * np.sin(a + q * np.pi / 2)], -1) for x, y, q in corners]
    )


def _cracks(pixels: Points, random: np.random.Generator) -> Points:
    """Cracks that spread from one spot."""
    height, width = pixels.shape[:2]
    plane = Image.new("L", (width, height))
    draw = ImageDraw.Draw(plane)
    x, y = random.uniform(0.1, 0.9) * width, random.uniform(0.1, 0.9) * height
    for _ in range(int(random.integers(8, 18))):
        a, line = random.uniform(0, 6.28), [(x, y)]
        for _step in range(12):
            a += random.normal(0, 0.3)
            line.append((line[-1][0] + 22 * np.cos(a), line[-1][1] + 22 * np.sin(a)))
        draw.line(line, fill=200)
    share = np.asarray(plane, float)[..., None] / 255 * 0.55
    return pixels * (1 - share) + 0.8 * share


def cane(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
    """The crook of a cane or umbrella: a long rod bent at its end, of even thickness."""
    r, size = p["thickness"] / 2, p["crook"]
    turn = math.radians(p["arc"])
    a = np.linspace(0, turn, 50)
    bend = np.stack([-size + size * np.cos(a), size * np.sin(a)], -1)
    shaft = np.stack([np.zeros(30), np.linspace(-p["shaft"], -0.01, 30)], -1)
    path = spline(np.vstack([shaft, bend])[::4].tolist(), 170)
    t = np.linspace(0, 1, 170)
    wide = r * (1 + p["swell"] * t**2) * rounded(t, 0.002, 0.03)
    wood_rod = swept("cane", np.c_[path, np.zeros(170)], np.stack([wide, wide * p["oval"]], -1), 22, up=(0, 0, 1))
    made_of("cane", substance(p), wood_rod)
    parts = [wood_rod]
    if p["collar"]:
        y = -p["shaft"] * p["collar"]
        band = turned("collar", np.array([(r * 1.02, 0), (r * 1.16, 0.006), (r * 1.16, 0.05), (r * 1.02, 0.056)]), 36)
        made_of("collar", metal("brass", p["wear"]), placed(band, (0, y, 0), (-math.pi / 2, 0, 0)))
        parts.append(band)
    if p["tip"]:
        end = turned("tip", np.array([(1e-4, -0.07), (r * 1.2, -0.07), (r * 1.1, 0.0), (r * 0.9, 0.01)]), 32)
        made_of(
            "tip", plastic((0.03, 0.03, 0.03), 0.2, p["wear"]), placed(end, (0, -p["shaft"], 0), (-math.pi / 2, 0, 0))
        )
        parts.append(end)
    return fitted(parts)


def brush(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A tooth, paint or nail brush: a handle and tufts of bristle."""
    parts = []
    if p["kind"] == "paint":
        t = stations(60)
        grip = p["width"] * np.interp(t, [0, 0.3, 0.75, 1], [0.16, 0.2, 0.34, 0.5]) * rounded(t, 0.05, 0.001)
        path = np.stack([-0.62 + 0.55 * t, 0 * t, 0 * t], -1)
        handle = swept(
            "handle",
            path,
            np.stack([grip, np.full(60, p["width"] * 0.13) * rounded(t, 0.05, 0.001)], -1),
            20,
            2.6,
            up=(0, 0, 1),
        )
        made_of("handle", substance(p), handle)
        ferrule = block("ferrule", (0.13, p["width"] * 1.04, p["width"] * 0.32), 0.012)
        made_of("ferrule", metal("zinc", p["wear"], p["rust"]), placed(ferrule, (-0.02, 0, 0)))
        parts = [handle, ferrule]
        roots = np.stack(
            [
                np.full(420, 0.03),
                random.uniform(-0.5, 0.5, 420) * p["width"] * 0.95,
                random.uniform(-0.5, 0.5, 420) * p["width"] * 0.26,
            ],
            -1,
        )
        tips = roots + np.stack(
            [
                random.uniform(0.2, 0.26, 420),
                roots[:, 1] * p["splay"] + random.normal(0, 0.008, 420),
                roots[:, 2] * 0.3 + random.normal(0, 0.012, 420),
            ],
            -1,
        )
        parts.append(_bristles(roots, tips, 0.0035, p["bristle"]))
        return fitted(parts)
    t = stations(80)
    bend = p["bend"]
    path = np.stack([-0.5 + t, 0 * t, bend * np.sin(np.pi * np.clip(t / 0.8, 0, 1)) * 0.08], -1)
    wide = p["width"] * np.interp(t, [0, 0.2, 0.45, 0.7, 0.76, 0.9, 1], [0.4, 0.5, 0.42, 0.22, 0.48, 0.5, 0.44])
    wide = wide * rounded(t, 0.04, 0.04)
    handle = swept("handle", path, np.stack([wide, wide * 0.25 + 0.013], -1), 24, 2.8, up=(0, 0, 1))
    made_of("handle", substance(p), handle)
    rows, columns, each = 11, 4, 12
    x = np.linspace(0.28, 0.47, rows)
    y = np.linspace(-1, 1, columns) * p["width"] * 0.34
    spots = np.stack(np.meshgrid(x, y, indexing="ij"), -1).reshape(-1, 2)
    roots = np.repeat(np.c_[spots, np.zeros(len(spots))], each, 0)
    roots[:, :2] += random.normal(0, 0.004, (len(roots), 2))
    tips = roots + np.stack(
        [
            random.normal(0, 0.006, len(roots)),
            roots[:, 1] * p["splay"] + random.normal(0, 0.008, len(roots)),
            random.uniform(0.085, 0.095, len(roots)),
        ],
        -1,
    )
    parts = [handle, _bristles(roots, tips, 0.0032, p["bristle"])]
    # It falls on its side.
    return fitted(parts, (math.pi / 2 + 0.25, 0, 0))


def _bristles(roots: Points, tips: Points, radius: float, colour: list[float]) -> bpy.types.Object:
    """Many thin rods as one mesh."""
    a = np.linspace(0, 2 * np.pi, 4, endpoint=False)
    along = tips - roots
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    n = np.cross(along, (0.31, 0.9, 0.3))
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    b = np.cross(along, n)
    side = radius * (n[:, None] * np.cos(a)[:, None] + b[:, None] * np.sin(a)[:, None])
    points = np.stack([roots[:, None] + side, tips[:, None] + side * 0.6], 1).reshape(-1, 3)
    k = np.arange(len(roots))[:, None] * 8
    c = np.arange(4)[None]
    quads = np.stack([k + c, k + (c + 1) % 4, k + 4 + (c + 1) % 4, k + 4 + c], -1).reshape(-1, 4)
    data = bpy.data.meshes.new("bristles")
    data.from_pydata(points.tolist(), [], quads.tolist())
    made = bpy.data.objects.new("bristles", data)
    bpy.context.collection.objects.link(made)
    made_of("bristles", Look([colour, [v * 0.7 for v in colour]], 0.5, scale=30, wear=0.3), made)
    return made


BUILDERS = {
    "pen": pen,
    "phone": phone,
    "cane": cane,
    "brush": brush,
}
