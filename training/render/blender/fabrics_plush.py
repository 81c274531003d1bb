"""Plush toys: stuffed round parts sewn together, short pile, sewn or glued faces."""

from __future__ import annotations

import colorsys
import math
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from training.render.blender.fabrics_cloth import grid_object
from training.render.blender.fabrics_face import Part, sewn_face, sewn_label, tied_ribbon, turned
from training.render.blender.kit import material
from training.render.coats_fields import mix, noise, step
from training.render.coats_made import tile

Array = npt.NDArray[np.float32]

#: The index by which a picture's mask is made.
_EXHIBIT = 1


def _linear(colour: Array) -> Array:
    return np.asarray(np.clip(colour, 0, 1) ** 2.2, np.float32)


def _parts(p: dict[str, Any]) -> list[Part]:
    """Head, trunk, limbs, ears, muzzle and tail, sitting or lying."""
    head, limb, belly, ear = p["head"], p["limbs"], p["belly"], p["ears"]
    fine = (110, 150)
    out: list[Part] = []
    if p["posture"] == "sitting":
        at = (p["slump"] * 0.5, -0.03 - 0.1 * max(p["nod"], 0), 0.8)
        out += [
            Part("trunk", (0, 0, 0.34), (0.235 * belly, 0.205 * belly, 0.35), (4, p["slump"] * 60, 0), 0.22, 1, fine)
        ]
        for side in (-1, 1):
            out += [
                Part(
                    "leg",
                    (side * 0.21 * belly, -0.24, 0.1),
                    (0.105 * limb, 0.1 * limb, 0.25),
                    (-86, 0, side * -22),
                    -0.12,
                ),
                Part("foot", (side * 0.29 * belly, -0.43, 0.12), (0.1 * limb, 0.075, 0.125), (-10, 0, side * -20)),
                Part(
                    "arm",
                    (side * 0.25 * belly, -0.12, 0.42),
                    (0.078 * limb, 0.08 * limb, 0.22),
                    (-28, side * -26, 0),
                    0.12,
                ),
            ]
        out += [Part("tail", (0.3, 0.1, 0.06), (0.04, 0.04, 0.24), (84, 0, -78))]
    else:
        at = (p["slump"] * 0.5, -0.42, 0.34)
        out += [
            Part("trunk", (0, 0.05, 0.2), (0.21 * belly, 0.19 * belly, 0.4), (86, 0, p["slump"] * 50), -0.12, 1, fine)
        ]
        for side in (-1, 1):
            out += [
                Part("leg", (side * 0.24 * belly, 0.24, 0.1), (0.085 * limb, 0.1 * limb, 0.2), (64, 0, side * 40), 0.1),
                Part("foot", (side * 0.31 * belly, 0.06, 0.06), (0.075, 0.06, 0.12), (80, 0, side * 8)),
                Part(
                    "arm",
                    (side * 0.17 * belly, -0.42, 0.075),
                    (0.075 * limb, 0.075 * limb, 0.24),
                    (84, 0, side * 14),
                    -0.1,
                ),
            ]
        out += [Part("tail", (0.12, 0.6, 0.06), (0.04, 0.04, 0.24), (84, 0, -32))]
    tip = (-14 * p["nod"] * 3, p["slump"] * 70, p["slump"] * 60)
    frame = turned(tip)

    def on_head(x: float, y: float, z: float) -> tuple[float, float, float]:
        q = frame @ np.asarray([x, y, z], np.float32) * np.float32(head)
        return (at[0] + float(q[0]), at[1] + float(q[1]), at[2] + float(q[2]))

    out += [Part("head", at, (0.25 * head, 0.215 * head, 0.215 * head), tip, 0.08, 1, fine)]
    for side in (-1, 1):
        out += [
            Part("ear", on_head(side * 0.185, 0.0, 0.17), (0.07 * ear, 0.035, 0.075 * ear), (-8, side * 24, 0), 0.1),
            Part("cheek", on_head(side * 0.055, -0.195, -0.06), (0.075 * p["muzzle"], 0.06 * p["muzzle"], 0.06), tip),
        ]
    out += [Part("chin", on_head(0, -0.18, -0.115), (0.05, 0.045, 0.04), tip)]
    return out


def _shape(part: Part, lumps: float, random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Points of a part in place, and on its unit egg; rows run from its lower to its upper end."""
    rows, columns = part.detail
    t = np.linspace(-math.pi / 2, math.pi / 2, rows)[:, None]
    a = np.linspace(0, 2 * math.pi, columns)[None, :]
    unit = np.stack(np.broadcast_arrays(np.cos(t) * np.sin(a), -np.cos(t) * np.cos(a), np.sin(t)), axis=-1)
    # Stuffing lies unevenly. The noise must close round the part, so it is read from places, not from the grid.
    waves = random.normal(0, 2.2, (5, 3))
    phase = random.uniform(0, 6.28, 5)
    bumps = sum(np.sin(unit @ waves[k] + phase[k]) for k in range(5)) * 0.02 * lumps
    girth = 1 - part.egg * unit[..., 2:]
    local = (
        unit * np.asarray(part.radii) * (1 + bumps[..., None]) * np.concatenate([girth, girth, np.ones_like(girth)], -1)
    )
    # The seam down the middle draws the cloth in.
    local *= 1 - 0.03 * np.exp(-((unit[..., :1] / 0.05) ** 2)) * (part.detail[0] > 60)
    placed = local @ turned(part.angles).T + np.asarray(part.middle)
    placed[..., 2] = np.where(placed[..., 2] < 0.02, 0.02 + (placed[..., 2] - 0.02) * 0.15, placed[..., 2])
    return placed.astype(np.float32), unit.astype(np.float32), local.astype(np.float32)


def _marks(
    part: Part, unit: Array, local: Array, p: dict[str, Any], print_: Array, random: np.random.Generator
) -> Array:
    """How dark a part is at each place: sewn or dyed stripes, the same on both sides, or a print that repeats."""
    shape = unit.shape[:2]
    x, front, up = np.abs(unit[..., 0]), -unit[..., 1], unit[..., 2]
    if p["marks"] == "none" or p["animal"] in ("bear", "lion") or part.name in ("cheek", "chin", "foot"):
        return np.zeros(shape, np.float32)
    if part.name == "ear":
        return step(0.45, 0.6, up) * np.float32(p["animal"] in ("tiger", "zebra"))
    if p["marks"] == "printed":
        size = print_.shape[0]
        around = np.arctan2(unit[..., 0], -unit[..., 1]) * part.radii[0]
        row = (local[..., 2] * size * 3.0).astype(int) % size
        column = (around * size * 3.0).astype(int) % size
        return np.asarray(print_[row, column], np.float32)
    if p["animal"] == "leopard":
        spots = random.normal(0, 1, (70 if part.detail[0] > 60 else 16, 3))
        spots /= np.linalg.norm(spots, axis=1, keepdims=True)
        if part.name == "head":
            spots = spots[spots[:, 2] - 0.5 * np.abs(spots[:, 1] + 0.4) > -0.1]
        near = np.max(unit @ spots.T.astype(np.float32), axis=-1)
        away = np.arccos(np.clip(near, -1, 1)) * np.mean(part.radii)
        return np.asarray((1 - step(0.018, 0.024, away)) * (1 - 0.75 * (1 - step(0.006, 0.011, away))), np.float32)
    wobble = random.uniform(-1, 1, 6)
    count = p["count"] * (1 if part.name in ("trunk", "head") else 0.62)
    if part.name == "head":
        # Three arcs on the forehead and two on each cheek.
        arcs = np.cos(2 * np.pi * (up + 0.16 * x**2) * count * 0.62 + wobble[0])
        top = (
            step(0.38, 0.5, up)
            * (1 - step(0.26 + 0.1 * wobble[1], 0.4 + 0.1 * wobble[1], x))
            * step(-0.95, -0.6, front)
        )
        cheek = step(0.72, 0.84, x) * step(-0.5, -0.4, up) * (1 - step(0.2, 0.3, up))
        bars = np.cos(2 * np.pi * (up * 1.1) * count * 0.7 + wobble[2])
        back = step(0.1, 0.4, -front)
        low = 1 - 2 * p["width"]
        return np.clip(step(low, low + 0.25, arcs) * np.maximum(top, back) + step(low, low + 0.25, bars) * cheek, 0, 1)
    if part.name == "trunk" and p["posture"] == "sitting":
        side = -front
    elif part.name == "trunk":
        side = unit[..., 1]
    else:
        side = np.maximum(x * 1.4 - 0.4, unit[..., 1])
    wave = np.cos(2 * np.pi * (up + 0.1 * wobble[3] * side + 0.06 * np.sin(5 * side + 3 * wobble[4])) * count / 2)
    # Pointed towards the belly.
    low = 1 - 2 * p["width"] * np.clip((side + 0.35) / 0.9, 0, 1) ** 0.7 * (1 if part.name != "tail" else 1.2)
    if part.name == "tail":
        low = np.full(shape, 1 - 2.2 * p["width"])
    return np.asarray(step(low, low + 0.22, wave.astype(np.float32)) * step(-0.3, -0.1, side + 0 * low), np.float32)


def _coloured(
    part: Part, unit: Array, local: Array, p: dict[str, Any], print_: Array, random: np.random.Generator
) -> Array:
    """sRGB of a part's pile: ground, white parts, marks, dirt."""
    ground = np.asarray(colorsys.hsv_to_rgb(*p["ground"]), np.float32)
    white = np.asarray([1, 0.975, 0.92], np.float32) * p["pale"]
    shape = unit.shape[:2]
    colour = np.broadcast_to(ground, (*shape, 3)).astype(np.float32)
    front = -unit[..., 1]
    pale = np.zeros(shape, np.float32)
    if part.name in ("cheek", "chin"):
        pale += 1
    if part.name == "ear":
        pale = step(0.3, 0.5, front) * (1 - step(0.55, 0.75, np.hypot(unit[..., 0], unit[..., 2] + 0.1)))
    if part.name == "head":
        x, up = np.abs(unit[..., 0]), unit[..., 2]
        if p["animal"] in ("tiger", "leopard"):
            cheeks = step(0.5, 0.62, x - 0.5 * up) * (1 - step(0.05, 0.25, up)) * step(-0.1, 0.2, front)
            brows = np.exp(-(((x - 0.36) / 0.15) ** 2) - ((up - 0.33) / 0.13) ** 2) * (front > 0)
            pale = np.maximum(cheeks, brows)
    if part.name == "trunk" and p["pale_belly"] and p["animal"] != "zebra":
        pale = step(0.5, 0.62, front + 0.12 * unit[..., 2] + 0.03 * np.sin(6 * unit[..., 2]))
    if part.name == "foot":
        sole = 1 if p["posture"] == "sitting" else 0
        pale = step(0.35, 0.45, front) * (1 - step(0.62, 0.72, np.hypot(unit[..., 0], unit[..., 2]))) * sole
    if part.name == "tail" and p["animal"] in ("tiger", "leopard"):
        pale = 0 * pale
    colour = mix(colour, white, np.asarray(pale, np.float32))
    ink = np.asarray([1.1, 1.0, 0.9], np.float32) * p["ink"]
    dark = _marks(part, unit, local, p, print_, random)
    if part.name == "trunk" and p["pale_belly"]:
        dark = dark * (1 - np.clip(pale, 0, 1))
    if part.name == "tail":
        dark = np.maximum(dark, step(0.72, 0.8, unit[..., 2]) * np.float32(p["animal"] in ("tiger", "lion", "zebra")))
    colour = mix(colour, ink, np.clip(dark, 0, 1).astype(np.float32))
    grime = step(0.2, 1.8, noise(shape, shape[0] * 0.4, random)) * np.float32(0.35 * p["dirt"])
    return np.clip(mix(colour, np.asarray([0.4, 0.35, 0.28], np.float32), grime), 0, 1)


def _pile_material(p: dict[str, Any]) -> bpy.types.Material:
    made, shader, nodes = material("pile", (0.8, 0.8, 0.8, 1), 0.95)
    links = made.node_tree.links
    attribute, bump = nodes.new("ShaderNodeAttribute"), nodes.new("ShaderNodeBump")
    coarse, add = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeMix")
    attribute.attribute_name = "colour"
    shader.inputs["Specular IOR Level"].default_value = 0.15
    shader.inputs["Sheen Weight"].default_value = 0.45
    shader.inputs["Sheen Roughness"].default_value = 0.4
    coarse.inputs["Scale"].default_value = 95 - 45 * p["pile"]
    coarse.inputs["Detail"].default_value = 5
    coarse.inputs["Roughness"].default_value = 0.75
    bump.inputs["Strength"].default_value = 0.9
    bump.inputs["Distance"].default_value = 0.012 + 0.01 * p["pile"]
    add.data_type, add.blend_type = "RGBA", "MULTIPLY"
    add.inputs["Factor"].default_value = 0.35
    links.new(attribute.outputs["Color"], add.inputs["A"])
    links.new(coarse.outputs["Fac"], add.inputs["B"])
    links.new(add.outputs["Result"], shader.inputs["Base Color"])
    links.new(coarse.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return made


def _hair_material() -> bpy.types.Material:
    made, shader, nodes = material("strands", (0.8, 0.8, 0.8, 1), 0.8)
    attribute = nodes.new("ShaderNodeAttribute")
    attribute.attribute_name = "tip"
    through, both = nodes.new("ShaderNodeBsdfTranslucent"), nodes.new("ShaderNodeMixShader")
    both.inputs["Fac"].default_value = 0.35
    links = made.node_tree.links
    links.new(attribute.outputs["Color"], shader.inputs["Base Color"])
    links.new(attribute.outputs["Color"], through.inputs["Color"])
    links.new(shader.outputs["BSDF"], both.inputs[1])
    links.new(through.outputs["BSDF"], both.inputs[2])
    links.new(both.outputs["Shader"], nodes["Material Output"].inputs["Surface"])
    return made


def _strands(
    skins: list[tuple[Array, Array, float]], p: dict[str, Any], random: np.random.Generator
) -> bpy.types.Object:
    """Short, blunt, even hair all over (faux fur is even and blunt; CITES Secretariat, grade B)."""
    corners, colours, lengths = [], [], []
    for points, colour, long in skins:
        quad = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], axis=2).reshape(-1, 4, 3)
        corners.append(quad)
        colours.append(colour[:-1, :-1].reshape(-1, 3))
        lengths.append(np.full(len(quad), long, np.float32))
    quads, colour, length = np.concatenate(corners), np.concatenate(colours), np.concatenate(lengths)
    cross = np.cross(quads[:, 2] - quads[:, 0], quads[:, 3] - quads[:, 1])
    area = np.linalg.norm(cross, axis=1)
    count = 38000
    reached = np.cumsum(area, dtype=np.float64)
    chosen = np.searchsorted(reached / reached[-1], random.random(count))
    u, v = random.random((count, 1)).astype(np.float32), random.random((count, 1)).astype(np.float32)
    q = quads[chosen]
    root = q[:, 0] * (1 - u) * (1 - v) + q[:, 1] * u * (1 - v) + q[:, 2] * u * v + q[:, 3] * (1 - u) * v
    normal = cross[chosen] / np.maximum(area[chosen], 1e-9)[:, None]
    hair = 0.036 * (0.35 + 0.65 * p["pile"]) * length[chosen] * random.uniform(0.8, 1.1, count)
    # Locks: neighbours lean the same way.
    cell = np.floor(root / 0.035).astype(int)
    key = (cell[:, 0] * 73856093) ^ (cell[:, 1] * 19349663) ^ (cell[:, 2] * 83492791)
    locks = random.normal(0, 1, (4096, 3)).astype(np.float32)[np.abs(key) % 4096]
    lean = normal + (0.2 + 0.4 * p["clump"]) * locks + 0.22 * random.normal(0, 1, (count, 3)) + [0, 0, -0.25]
    lean = lean / np.maximum(np.linalg.norm(lean, axis=1, keepdims=True), 1e-6)
    points = np.empty((count, 3, 3), np.float32)
    points[:, 0] = root
    points[:, 1] = root + (0.5 * normal + 0.15 * lean) * hair[:, None]
    points[:, 2] = root + (0.55 * normal + 0.6 * lean) * hair[:, None]
    points[..., 2] = np.maximum(points[..., 2], 0.001)
    data = bpy.data.hair_curves.new("strands")
    data.add_curves([3] * count)
    data.points.foreach_set("position", points.ravel())
    radius = data.attributes.get("radius") or data.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", np.tile(np.float32([0.0021, 0.0019, 0.0011]), count))
    tip = _linear(colour[chosen] * random.uniform(0.85, 1.1, (count, 1)))
    attribute = data.attributes.new("tip", "FLOAT_COLOR", "CURVE")
    attribute.data.foreach_set("color", np.column_stack([tip, np.ones(count)]).astype(np.float32).ravel())
    data.materials.append(_hair_material())
    made = bpy.data.objects.new("strands", data)
    bpy.context.collection.objects.link(made)
    return made


def plush(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A stuffed toy."""
    parts = _parts(p)
    motif = {"tiger": "tiger", "leopard": "leopard", "zebra": "zebra"}.get(p["animal"], "tiger")
    print_, _ = tile({"motif": motif, "period": 0.17, "width": 0.1, "sharp": 0.8}, random, 128)
    made = _pile_material(p)
    objects: list[bpy.types.Object] = []
    skins: list[tuple[Array, Array, float]] = []
    for part in parts:
        points, unit, local = _shape(part, p["lumps"], random)
        colour = _coloured(part, unit, local, p, print_, random)
        uv = np.zeros((*points.shape[:2], 2), np.float32)
        objects.append(grid_object(part.name, points, uv, made, 0, _linear(colour)))
        skins.append((points, colour, 0.45 if part.name in ("cheek", "chin", "ear", "foot") else 1.0))
    head = next(part for part in parts if part.name == "head")
    if p["animal"] == "lion":
        ring = Part("mane", head.middle, tuple(1.16 * r for r in head.radii), head.angles, detail=(60, 90))
        points, unit, _ = _shape(ring, 1.0, random)
        points = points + turned(head.angles) @ np.float32([0, 0.055, -0.01])
        shade = np.asarray(colorsys.hsv_to_rgb(p["ground"][0] - 0.03, p["ground"][1], p["ground"][2] * 0.6), np.float32)
        colour = np.broadcast_to(shade, (*points.shape[:2], 3)).astype(np.float32)
        objects.append(
            grid_object("mane", points, np.zeros((*points.shape[:2], 2), np.float32), made, 0, _linear(colour))
        )
        skins.append((points, colour, 1.9))
    if p["pile"] > 0:
        hair = _strands(skins, p, random)
        # Hair has no extent of its own, so it comes along with the trunk.
        hair.parent = objects[0]
        hair.pass_index = _EXHIBIT
    objects += sewn_face(p, head, random)
    if p["ribbon"]:
        objects += tied_ribbon(p, head, random)
    if p["label"]:
        objects.append(sewn_label(parts, random))
    every = np.concatenate([one[0].reshape(-1, 3) for one in skins])
    # Standing things are seen from above as flat ones are; a little smaller, they stay in the picture.
    size = float(np.ptp(every, axis=0).max()) * (1.35 if p["posture"] == "sitting" else 1.0)
    for one in objects:
        one.scale = (1 / size, 1 / size, 1 / size)
        if p.get("on_back") and p["posture"] == "sitting":
            one.rotation_euler = (math.radians(-72), 0, 0)
    return objects
