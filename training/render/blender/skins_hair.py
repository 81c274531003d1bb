"""Hair on a sheet: strands combed along the hide's flow, clumped, parted, tapering. NumPy, then one hair-curves object.

Real hair tapers to a fine tip and comes out of leather; faux hair is even and blunt and comes out of a woven or knitted
backing (CITES Secretariat, Green Customs Knowledge Series No. 5, grade B).
"""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from training.render.blender.skins_cloth import Sheet, normals
from training.render.coats import Coat
from training.render.pelt_map import Spread
from training.render.planes import value_noise

Array = npt.NDArray[np.float32]
_POINTS = 5


def linear(colour: npt.NDArray[Any]) -> Array:
    """sRGB to linear light."""
    c = np.clip(np.asarray(colour, np.float32), 0, 1)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)


def combed(spread: Spread, p: dict[str, Any], random: np.random.Generator) -> tuple[Array, Array]:
    """The way hair lies at each pixel, and how upright it stands where it is parted (0 to 1).

    Whorls turn the flow round their middle: they sit on the skin of cattle and dogs where a cat has none (grade K).
    """
    height, width = spread.pelt.shape
    unit = max(height, width)
    x = (np.arange(width, dtype=np.float32) / unit)[None, :]
    y = (np.arange(height, dtype=np.float32) / unit)[:, None]
    fx, fy = spread.flow[..., 0].copy(), spread.flow[..., 1].copy()
    angle = np.arctan2(fy, fx) + p["disorder"] * 0.35 * value_noise(random, (height, width), 7)
    angle = angle + p["disorder"] * 0.22 * value_noise(random, (height, width), 30)
    for section in p["sections"]:
        a = math.radians(section["angle"])
        beyond = np.cos(a) * (x - 0.5 * width / unit) + np.sin(a) * (y - 0.5 * height / unit) > section["offset"]
        angle = angle + np.where(beyond, np.float32(math.radians(section["turn"])), np.float32(0))
    fx, fy = np.cos(angle), np.sin(angle)
    upright = np.zeros((height, width), np.float32)
    for whorl in p["whorls"]:
        dx, dy = x - whorl["x"] * width / unit, y - whorl["y"] * height / unit
        near = np.exp(-((dx**2 + dy**2) / whorl["radius"] ** 2))
        away = np.maximum(np.hypot(dx, dy), 1e-4)
        c, s = math.cos(whorl["twist"]), math.sin(whorl["twist"])
        fx = fx * (1 - near) + near * (c * dx - s * dy) / away
        fy = fy * (1 - near) + near * (s * dx + c * dy) / away
    for part in p["partings"]:
        a = part["angle"]
        dx, dy = x - part["x"] * width / unit, y - part["y"] * height / unit
        run, side = dx * math.cos(a) + dy * math.sin(a), -dx * math.sin(a) + dy * math.cos(a)
        near = np.exp(-((side / part["width"]) ** 2)) * (np.abs(run) < part["length"])
        fx = fx * (1 - near) - near * math.sin(a) * np.sign(side)
        fy = fy * (1 - near) + near * math.cos(a) * np.sign(side)
        upright = np.maximum(upright, near * 0.5)
    norm = np.maximum(np.hypot(fx, fy), 1e-3)
    return np.stack([fx / norm, fy / norm], axis=-1).astype(np.float32), upright.astype(np.float32)


def grow(
    sheet: Sheet, spread: Spread, coat: Coat, p: dict[str, Any], length: float, count: int, random: np.random.Generator
) -> bpy.types.Object:
    """All strands, as one object.

    Args:
        sheet: the bent sheet.
        spread: its planes.
        coat: colours and lengths on them.
        p: parameters.
        length: of a hair where the coat says 1, in the units of the sheet.
        count: strands.
        random: numbers drawn do not depend on the pose.
    """
    flow, upright = combed(spread, p, random)
    roots, n, t, pixel, inside = _roots(sheet, flow, count, random)
    jitter = random.normal(0, 1, (count, 4)).astype(np.float32)
    row = np.clip(np.round(pixel[:, 1]).astype(int), 0, spread.pelt.shape[0] - 1)
    column = np.clip(np.round(pixel[:, 0]).astype(int), 0, spread.pelt.shape[1] - 1)
    hair = length * np.maximum(coat.length[row, column], 0.05) * np.exp(p["length_spread"] * jitter[:, 0])
    side = np.cross(n, t)
    turn = p["disorder"] * 0.35 * jitter[:, 1]
    t = t * np.cos(turn)[:, None] + side * np.sin(turn)[:, None]
    lift = p["lift"] + 0.16 * p["disorder"] * jitter[:, 2] + 0.8 * upright[row, column]
    points = _strands(roots, n, t, hair, lift, p["droop"], sheet)
    points = _clump(points, pixel, p, sheet, random)
    gain = np.exp(p["shade"] * jitter[:, 3])[:, None]
    colour = _soft(coat.colour, row, column, jitter) * gain
    root = coat.root[row, column] if coat.root is not None else None
    tip = linear(np.clip(colour, 0, 1))
    base = linear(np.clip(root * gain, 0, 1)) if root is not None else tip * p["root_shade"]
    keep = np.ones(count, bool)
    if p["leather_up"] and p["lay"] in ("flat", "hung", "crumpled") and p["corner"] <= 0:
        keep = inside < length * 1.2
    return _object(points[keep], tip[keep], base[keep], p)


def _soft(colour: Array, row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], jitter: Array) -> Array:
    # A stripe's edge is a mixture of hairs, not a line.
    r = np.clip(row + np.round(jitter[:, 1] * 0.8).astype(int), 0, colour.shape[0] - 1)
    c = np.clip(column + np.round(jitter[:, 2] * 0.8).astype(int), 0, colour.shape[1] - 1)
    return colour[r, c]


def _roots(
    sheet: Sheet, flow: Array, count: int, random: np.random.Generator
) -> tuple[Array, Array, Array, Array, Array]:
    """Where hair grows: place, normal, way it lies, pixel, distance to the edge."""
    q, pixels = sheet.quads, sheet.pixels
    a, b = pixels[q[:, 2]] - pixels[q[:, 0]], pixels[q[:, 3]] - pixels[q[:, 1]]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    reached = np.cumsum(area, dtype=np.float64)
    chosen = np.searchsorted(reached / reached[-1], random.random(count))
    u, v = random.random((count, 1)), random.random((count, 1))
    corners = q[chosen]
    weights = [(1 - u) * (1 - v), (1 - u) * v, u * v, u * (1 - v)]

    def at(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(sum(values[corners[:, k]] * weights[k] for k in range(4)))

    point = at(sheet.points)
    n = at(normals(sheet))
    n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-9)
    pixel = at(pixels)
    inside = at(sheet.inside[:, None])[:, 0]
    # Directions of the plane's columns and rows on the bent sheet.
    c = sheet.points[corners]
    along_column, along_row = c[:, 3] - c[:, 0] + c[:, 2] - c[:, 1], c[:, 1] - c[:, 0] + c[:, 2] - c[:, 3]
    row = np.clip(np.round(pixel[:, 1]).astype(int), 0, flow.shape[0] - 1)
    column = np.clip(np.round(pixel[:, 0]).astype(int), 0, flow.shape[1] - 1)
    way = flow[row, column]
    t = along_column * way[:, :1] + along_row * way[:, 1:]
    t -= n * np.sum(n * t, axis=1, keepdims=True)
    t /= np.maximum(np.linalg.norm(t, axis=1, keepdims=True), 1e-9)
    f = np.float32
    return point.astype(f), n.astype(f), t.astype(f), pixel.astype(f), inside.astype(f)


def _strands(roots: Array, n: Array, t: Array, hair: Array, lift: Array, droop: float, sheet: Sheet) -> Array:
    """From the root upwards, then lying down along ``t``; nothing goes below what the sheet rests on."""
    points = np.empty((len(roots), _POINTS, 3), np.float32)
    points[:, 0] = roots
    step = (hair / (_POINTS - 1))[:, None]
    for k in range(1, _POINTS):
        s = (k - 0.5) / (_POINTS - 1)
        rise = np.clip(lift * (1 - droop * s), 0.04, 1.45)[:, None]
        points[:, k] = points[:, k - 1] + step * (t * np.cos(rise) + n * np.sin(rise))
    floor = np.float32(sheet.points[:, 2].min())
    points[..., 2] = np.where(points[..., 2] < floor, floor + (floor - points[..., 2]) * 0.05, points[..., 2])
    return points


def _clump(points: Array, pixel: Array, p: dict[str, Any], sheet: Sheet, random: np.random.Generator) -> Array:
    """Tips of neighbours run together: what makes fur look like fur and not like grass."""
    shape = np.ceil(pixel.max(axis=0)).astype(int) + 2
    for size, strength in ((p["clump_size"], p["clump"]), (p["clump_size"] * 3.1, p["clump"] * 0.5)):
        warp_x = value_noise(random, (int(shape[1]), int(shape[0])), 40) * size * 0.5
        r, c = pixel[:, 1].astype(int), pixel[:, 0].astype(int)
        cell_pixels = max(size / sheet.scale, 1.2)
        i = np.floor((pixel[:, 0] + warp_x[r, c] / sheet.scale) / cell_pixels).astype(int)
        j = np.floor((pixel[:, 1] - warp_x[r, c] / sheet.scale) / cell_pixels + 0.5 * (i % 2)).astype(int)
        _, cell = np.unique((i + 4096) * 16384 + j + 4096, return_inverse=True)
        number = np.bincount(cell)
        middle = np.stack([np.bincount(cell, points[:, 0, k]) / number for k in range(3)], axis=-1)
        tip = np.stack([np.bincount(cell, points[:, -1, k]) / number for k in range(3)], axis=-1)
        for k in range(1, _POINTS):
            s = k / (_POINTS - 1)
            aim = (middle + (tip - middle) * s)[cell].astype(np.float32)
            # Layers of a folded hide share cells only by their pixel, so a cell never reaches across a fold's layers.
            points[:, k] += np.float32(strength * s**1.3) * (aim - points[:, k])
    return points


def _object(points: Array, tip: Array, base: Array, p: dict[str, Any]) -> bpy.types.Object:
    count = len(points)
    data = bpy.data.hair_curves.new("hair")
    data.add_curves([_POINTS] * count)
    data.points.foreach_set("position", np.ascontiguousarray(points, np.float32).ravel())
    s = np.linspace(0, 1, _POINTS)
    profile = 1 - (1 - p["blunt"]) * 0.93 * s**1.6
    radius = data.attributes.get("radius") or data.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", np.tile(profile * p["strand"], count).astype(np.float32))
    for name, values in (("tip", tip), ("base", base)):
        attribute = data.attributes.new(name, "FLOAT_COLOR", "CURVE")
        attribute.data.foreach_set("color", np.column_stack([values, np.ones(count)]).astype(np.float32).ravel())
    data.materials.append(_material(p))
    made = bpy.data.objects.new("hair", data)
    bpy.context.collection.objects.link(made)
    return made


def _material(p: dict[str, Any]) -> bpy.types.Material:
    made = bpy.data.materials.new("hair")
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes["Principled BSDF"]
    tip, base, info, mix = (
        nodes.new("ShaderNodeAttribute"), nodes.new("ShaderNodeAttribute"), nodes.new("ShaderNodeHairInfo"),
        nodes.new("ShaderNodeMix"),
    )  # fmt: skip
    tip.attribute_name, base.attribute_name = "tip", "base"
    ramp = nodes.new("ShaderNodeMapRange")
    ramp.inputs["From Min"].default_value, ramp.inputs["From Max"].default_value = (
        p["root_share"] * 0.6,
        p["root_share"],
    )
    mix.data_type = "RGBA"
    links.new(info.outputs["Intercept"], ramp.inputs["Value"])
    links.new(ramp.outputs["Result"], mix.inputs["Factor"])
    links.new(base.outputs["Color"], mix.inputs["A"])
    links.new(tip.outputs["Color"], mix.inputs["B"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = p["hair_roughness"]
    shader.inputs["Specular IOR Level"].default_value = p["hair_gloss"]
    # Light passes from hair to hair; a share of translucency stands for it without long paths.
    through, both = nodes.new("ShaderNodeBsdfTranslucent"), nodes.new("ShaderNodeMixShader")
    both.inputs["Fac"].default_value = 0.3
    links.new(mix.outputs["Result"], through.inputs["Color"])
    links.new(shader.outputs["BSDF"], both.inputs[1])
    links.new(through.outputs["BSDF"], both.inputs[2])
    links.new(both.outputs["Shader"], nodes["Material Output"].inputs["Surface"])
    return made
