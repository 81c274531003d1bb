"""Builders of things sewn of cloth; what each is stands in :mod:`training.render.objects.fabrics`."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable
from typing import Any

import bpy
import numpy as np

from training.render import coats
from training.render.blender.fabrics_cloth import (
    Array,
    creases,
    grid_object,
    hemmed,
    lay_out,
    normalised,
    weaving,
    worn_cloth,
    woven,
)
from training.render.blender.fabrics_plush import plush
from training.render.blender.kit import link, material
from training.render.coats_fields import noise, tint
from training.render.pelt_map import swatch


def _linear(colour: list[float] | Array) -> tuple[float, float, float, float]:
    r, g, b = (float(c) ** 2.2 for c in colour)
    return r, g, b, 1.0


def _cloth(
    p: dict[str, Any], picture: Array, back: Array | None, random: np.random.Generator
) -> list[bpy.types.Object]:
    points, uv, aspect = lay_out(p, random)
    picture = worn_cloth(hemmed(picture, p, aspect), p, random)
    made = woven("cloth", picture, p, random, back=back)
    parts = [grid_object("cloth", points, uv, made, 0.0035 * p["thick"])]
    if p["fringe"]:
        parts.append(_fringe(points, picture, random))
    low, high = points.reshape(-1, 3).min(axis=0), points.reshape(-1, 3).max(axis=0)
    return normalised(parts, 1 / float(max(high[:2] - low[:2])))


def _fringe(points: Array, picture: Array, random: np.random.Generator) -> bpy.types.Object:
    """Loose threads at both ends of a scarf."""
    curve = bpy.data.curves.new("fringe", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", 0.0028, 1
    for row, inner in ((0, 2), (-1, -3)):
        for at in range(0, points.shape[1], 2):
            start = points[row, at]
            way = start - points[inner, at]
            way = way / max(float(np.linalg.norm(way)), 1e-5)
            spline = curve.splines.new("POLY")
            spline.points.add(3)
            side = random.uniform(-0.5, 0.5, 2)
            for k in range(4):
                s = 0.016 * k * random.uniform(0.85, 1.15)
                place = start + way * s + np.asarray([side[0], side[1], 0]) * s * 0.35 * k / 3
                place[2] = start[2] * (1 - k / 3) ** 2
                spline.points[k].co = (float(place[0]), float(place[1]), max(float(place[2]), 0.0), 1)
    made, _, _ = material("fringe", _linear(np.median(picture[:6].reshape(-1, 3), axis=0)), 0.95)
    curve.materials.append(made)
    return link(curve, "fringe")


def _printed(p: dict[str, Any], aspect: float, random: np.random.Generator) -> tuple[Array, Array]:
    """The print over a whole cloth, and the colour of the other side."""
    height = 640
    pelt = swatch(height, max(64, int(height * aspect)), (0, 1), (-1, 1))
    coat = coats.paint("printed", pelt, p["coat"], random)
    # Seen from behind, a print on thin cloth is a pale ghost of the front.
    through = coat.colour.reshape(-1, 3).mean(axis=0) * 0.5 + 0.4
    return coat.colour, np.clip(through, 0, 1).astype(np.float32)


def printed_cloth(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Cloth with an animal's print."""
    picture, back = _printed(p, p["aspect"], random)
    return _cloth(p, picture, back, random)


def striped_cloth(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A towel, scarf or sheet."""
    picture = weaving(p["weaving"], (640, max(64, int(640 * p["aspect"]))), 1.0, random)
    if p["terry"]:
        picture = picture * (1 + 0.09 * np.clip(noise(picture.shape[:2], 3, random), -2, 2))[..., None]
    return _cloth(p, np.clip(picture, 0, 1).astype(np.float32), None, random)


def print_bag(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A stuffed flat bag lying on its side: two bulging walls, a zip, perhaps piping and handles."""
    width, height, depth = p["width"], p["height"], p["depth"]
    picture, _ = _printed(p, 1.0, random)
    made = woven("bag", np.clip(picture, 0, 1), p, random)
    trim = _linear(colorsys.hsv_to_rgb(*p["trim"]))
    leather, _, _ = material("trim", trim, 0.45)
    n = 110
    a = np.linspace(-1, 1, n, dtype=np.float32)
    u, v = np.meshgrid(a, a)
    # A rounded rectangle filled by a square: more of a superellipse towards the corners.
    k = np.float32(p["round"])
    stretch = np.maximum(np.abs(u), np.abs(v)) / np.maximum((np.abs(u) ** k + np.abs(v) ** k) ** (1 / k), 1e-6)
    taper = 1 + 0.12 * v
    x, y = u * stretch * width / 2 * taper, v * stretch * height / 2
    rim = 1 - np.maximum(np.abs(u), np.abs(v))
    bulge = depth * 0.5 * np.sqrt(np.clip(1 - (1 - np.clip(rim * 1.6, 0, 1)) ** 2, 0, 1))
    parts = []
    for side in (1, -1):
        rough = creases((n, n), n * 0.35, random) - 0.3
        z = bulge * (1 + 0.1 * noise((n, n), n * 0.5, random)) * (1.0 if side > 0 else 0.55)
        z = z + 0.05 * p["crumple"] * rough * np.clip(rim * 5, 0, 1)
        z = z - 0.25 * depth * p["flop"] * np.clip(-v, 0, 1) ** 2 * np.clip(rim * 4, 0, 1) * 0.4
        points = np.stack([x, y, side * np.maximum(z, 0.002)], axis=-1)
        uv = np.stack([(u + 1) / 2, (1 - v) / 2 if side > 0 else (1 + v) / 2], axis=-1)
        parts.append(grid_object("wall", points[:, ::side], uv[:, ::side].astype(np.float32), made, 0.004))
    border = [(i, 0) for i in range(n)] + [(n - 1, i) for i in range(n)] + [(i, n - 1) for i in range(n - 1, -1, -1)]
    border += [(0, i) for i in range(n - 1, -1, -1)]
    edge = np.array([[x[i, j], y[i, j], 0] for i, j in border])
    if p["piping"]:
        parts.append(_tube("piping", edge[::3], 0.009, leather, cyclic=True))
    top = np.stack([x[-1], y[-1] - 0.012, 0 * x[-1] + 0.008], axis=-1)[6:-6:4]
    metal, shade, _ = material("zip", (0.75, 0.68, 0.5, 1) if p["metal"] > 0.5 else (0.6, 0.6, 0.62, 1), 0.3)
    shade.inputs["Metallic"].default_value = 1
    parts.append(_tube("zip", top, 0.008, metal))
    spin = random.uniform(-0.6, 0.6)
    a = np.linspace(-1, 1, 2, dtype=np.float32)
    across, down = np.meshgrid(a * 0.008, a * 0.028)
    tab = np.stack(
        [across * np.cos(spin) - down * np.sin(spin), across * np.sin(spin) + down * np.cos(spin), 0 * down], -1
    )
    tab += [float(x[-1, -12]), float(y[-1, -12]) - 0.035, depth * 0.25 + 0.015]
    pull = grid_object("pull", tab, np.zeros((2, 2, 2), np.float32), metal, 0.005)
    parts.append(pull)
    if p["handles"]:
        for lean in (0.0, 0.06):
            t = np.linspace(0, math.pi, 26)
            wobble = random.uniform(-0.05, 0.05, 2)
            arc = np.stack([np.cos(t) * width * (0.24 + lean * 0.4) + wobble[0] * np.sin(t), height / 2 - 0.02 +
                            np.sin(t) * height * (0.42 + lean), -0.01 + 0.02 * np.sin(3 * t + wobble[1]) + lean * 0.3],
                           axis=-1)  # fmt: skip
            parts.append(_tube("handle", arc, 0.014, leather))
    reach = max(width * 1.1, height * (1.45 if p["handles"] else 1.0))
    return normalised(parts, 1 / reach)


def _tube(name: str, line: Array, radius: float, made: bpy.types.Material, cyclic: bool = False) -> bpy.types.Object:
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 2
    spline = curve.splines.new("POLY")
    spline.points.add(len(line) - 1)
    spline.points.foreach_set("co", np.column_stack([line, np.ones(len(line))]).astype(np.float32).ravel())
    spline.use_cyclic_u = cyclic
    curve.materials.append(made)
    return link(curve, name)


def _panel(
    left: Array, right: Array, lift: float, p: dict[str, Any], random: np.random.Generator
) -> tuple[Array, Array]:
    """A piece of a garment between two outlines (n, 2), lying double: round at the edges, creased in its middle."""
    rows, columns = len(left), 70
    u = np.linspace(0, 1, columns, dtype=np.float32)[None, :, None]
    flat = left[:, None, :] * (1 - u) + right[:, None, :] * u
    rim = np.minimum(u[..., 0], 1 - u[..., 0]) * 2 + np.zeros((rows, 1), np.float32)
    round_edge = np.sqrt(np.clip(1 - (1 - np.clip(rim * 6, 0, 1)) ** 2, 0, 1))
    rough = creases((rows, columns), rows * 0.4, random) - 0.2
    long = np.clip(noise((rows, columns), (rows * 0.5, columns * 0.3), random), -1.5, 1.5)
    z = lift + round_edge * (
        0.012 * p["thick"] + 0.055 * p["crumple"] * np.clip(rough, 0, 1) + 0.009 * p["crumple"] * long
    )
    flat = flat + (0.006 * p["crumple"] * noise((rows, columns), rows * 0.3, random))[..., None]
    return np.concatenate([flat, z[..., None]], axis=-1).astype(np.float32), rim.astype(np.float32)


def _outline(*places: tuple[float, float], rows: int = 90) -> Array:
    """A smooth line through places."""
    line = np.asarray(places, np.float64)
    t = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, t[-1], rows)
    out = np.column_stack([np.interp(at, t, line[:, 0]), np.interp(at, t, line[:, 1])])
    kernel = np.ones(7) / 7
    inner = np.column_stack([np.convolve(np.pad(out[:, k], 3, mode="edge"), kernel, "valid") for k in range(2)])
    inner[0], inner[-1] = line[0], line[-1]
    return inner.astype(np.float32)


def _neckline(parts: list[bpy.types.Object], body: Array, neck: float, rib: bpy.types.Material, colour: Array) -> Array:
    """Cut the neck out of the panel made last, show the inside of the back in it and sew a collar round it."""
    # The front's neckline hangs lower than the back's.
    data = parts[-1].data
    moved = body.copy()
    across = np.linspace(-1, 1, 70, dtype=np.float32)[None, :]
    fall = np.linspace(1, 0, 90, dtype=np.float32)[:, None] ** 6
    moved[..., 1] -= fall * neck * np.sqrt(np.clip(1 - across**2, 0, 1))
    data.vertices.foreach_set("co", moved.ravel())
    inside = moved[0].copy()
    back = np.stack([inside, inside], axis=0)
    back[0, :, 1] = -0.02 * np.sqrt(np.clip(1 - across[0] ** 2, 0, 1))
    back[:, :, 2] = 0.001
    shade, _, _ = material("inside", _linear(colour * 0.75), 1.0)
    parts.append(grid_object("inside", back, np.zeros((2, 70, 2), np.float32), shade, 0.003))
    parts.append(_tube("collar", moved[0, ::3] + [0, 0, 0.006], 0.0095, rib))
    parts.append(_tube("collar", back[0, ::3] + [0, 0, 0.006], 0.0095, rib))
    return moved


def garment(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Pieces of cloth sewn to a shirt, pullover or trousers, laid out flat."""
    picture = worn_cloth(weaving(p["weaving"], (640, 640), 1.0, random), p, random)
    made = woven("garment", np.clip(picture, 0, 1), p, random)
    w, h = 0.27 * p["width"], 0.72 * p["length"]
    trim = tint(*p["trim"]) if p["trimmed"] else picture.reshape(-1, 3).mean(axis=0) * 0.85
    rib, _, _ = material("rib", _linear(trim), 0.95)
    parts: list[bpy.types.Object] = []

    def add(left: Array, right: Array, lift: float, turn: float = 0.0, pivot: tuple[float, float] = (0, 0)) -> Array:
        c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        spin = np.asarray([[c, s], [-s, c]], np.float32)
        q = np.linspace(0, 1, 70, dtype=np.float32)[None, :, None]
        uv = left[:, None, :] * (1 - q) + right[:, None, :] * q
        placed = [
            (line - np.asarray(pivot, np.float32)) @ spin + np.asarray(pivot, np.float32) for line in (left, right)
        ]
        points, _ = _panel(placed[0].astype(np.float32), placed[1].astype(np.float32), lift, p, random)
        # Outlines run downwards with the right one second: turn the mesh so that its front looks up.
        parts.append(grid_object("panel", points, uv.astype(np.float32) + 0.5, made, 0.004 * p["thick"]))
        return points

    if p["cut"] in ("trousers", "shorts"):
        long = (0.95 if p["cut"] == "trousers" else 0.42) * p["length"]
        for side, turn in zip((-1, 1), p["sleeve_turn"], strict=True):
            inner = _outline((0.0, 0.0), (-0.004 * side, -0.24), (side * 0.05, -0.3), (side * 0.07, -long))
            outer = _outline((side * w * 0.72, 0.0), (side * w * 0.95, -0.2), (side * w * 0.88, -long))
            left, right = (outer, inner) if side < 0 else (inner, outer)
            points = add(left, right, 0.004 if side < 0 else 0.0, turn * 0.25, (0.0, 0.0))
            parts.append(_tube("seam", points[-1, ::4] + [0, 0.006, 0.003], 0.0045, rib))
        band = np.stack([np.linspace(-w * 0.72, w * 0.72, 30), 0 * np.linspace(0, 1, 30), np.full(30, 0.016)], axis=-1)
        parts.append(_tube("waist", band, 0.014, rib))
        return normalised(parts, 1 / (long + 0.03))

    left = _outline((-0.075, 0.0), (-w * 0.95, -0.055), (-w * 0.9, -0.22), (-w, -h * 0.6), (-w * 0.98, -h))
    right = left * np.asarray([-1, 1], np.float32) + (0.004 * random.normal(0, 1, 2)).astype(np.float32)
    body = add(left, right, 0.002)
    moved = _neckline(parts, body, p["neck"], rib, picture.reshape(-1, 3).mean(axis=0))
    if p["cut"] == "pullover":
        parts.append(_tube("hem", moved[-1, ::4] + [0, 0, 0.004], 0.012, rib))
    else:
        parts.append(_tube("hem", moved[-3, ::4] + [0, 0, 0.0015], 0.003, rib))
    reach = (0.2 if p["cut"] == "shirt" else 0.58) * p["sleeve"]
    for side, turn in zip((-1, 1), p["sleeve_turn"], strict=True):
        slope = 0.55 if p["cut"] == "shirt" else 1.6
        way = np.asarray([side, -slope]) / math.hypot(1, slope)
        top = np.asarray([side * w * 0.86, -0.045])
        pit = np.asarray([side * w * 0.86, -0.24])
        upper = _outline(tuple(top), tuple(top + way * reach * 1.1), rows=60)
        lower = _outline(
            tuple(pit), tuple(pit + way * reach * 0.75 + np.asarray([0, 0.05 if reach > 0.3 else 0.02])), rows=60
        )
        first, second = (lower, upper) if side < 0 else (upper, lower)
        points = add(first[:, :], second, -0.001, turn * (0.5 if reach < 0.3 else 1), tuple(top))
        parts.append(_tube("cuff", points[-1, ::4] + [0, 0, 0.003], 0.005 if p["cut"] == "shirt" else 0.012, rib))
    return normalised(parts, 1 / max(h, 2 * (w + reach * 0.7)))


BUILDERS: dict[str, Callable[[dict[str, Any], np.random.Generator], list[bpy.types.Object]]] = {
    "plush_tiger": plush,
    "printed_cloth": printed_cloth,
    "print_bag": print_bag,
    "striped_cloth": striped_cloth,
    "garment": garment,
}
