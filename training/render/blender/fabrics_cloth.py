"""Cloth: sheets bent by folding, rolling and crumpling, cut pieces sewn to garments, and woven material."""

from __future__ import annotations

import colorsys
import math
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from training.render.blender.kit import picture_texture
from training.render.blender.meshes import array_mesh
from training.render.coats_fields import layered, mix, noise, step, streaks, tint

Array = npt.NDArray[np.float32]


def grid_object(
    name: str, points: Array, uv: Array, made: bpy.types.Material, thick: float, colour: Array | None = None
) -> bpy.types.Object:
    """A sheet of quads through (rows, columns, 3) points with its (rows, columns, 2) UV map, given a thickness."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)
    made_object = array_mesh(name, points.reshape(-1, 3), quads, uv=uv.reshape(-1, 2))
    data = made_object.data
    if colour is not None:
        attribute = data.color_attributes.new("colour", "FLOAT_COLOR", "POINT")
        full = np.concatenate([colour.reshape(-1, 3), np.ones((rows * columns, 1), np.float32)], axis=1)
        attribute.data.foreach_set("color", np.ascontiguousarray(full, np.float32).ravel())
    data.materials.append(made)
    if thick > 0:
        solid = made_object.modifiers.new("thickness", "SOLIDIFY")
        solid.thickness, solid.offset = thick, 0
    return made_object


def woven(
    name: str,
    picture: Array,
    p: dict[str, Any],
    random: np.random.Generator,
    repeat: float = 1.0,
    back: Array | None = None,
) -> bpy.types.Material:
    """Cloth coloured by ``picture``, threads as bumps, a soft sheen; ``back`` colours its other side."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes["Principled BSDF"]
    texture = picture_texture(made, name, picture)
    texture.interpolation = "Cubic"
    if back is None:
        links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    else:
        side, both = nodes.new("ShaderNodeNewGeometry"), nodes.new("ShaderNodeMix")
        both.data_type = "RGBA"
        both.inputs["B"].default_value = (*(float(c) ** 2.2 for c in back), 1)
        links.new(side.outputs["Backfacing"], both.inputs["Factor"])
        links.new(texture.outputs["Color"], both.inputs["A"])
        links.new(both.outputs["Result"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = 0.95 - 0.6 * p["gloss"]
    shader.inputs["Specular IOR Level"].default_value = 0.15 + 0.5 * p["gloss"]
    shader.inputs["Sheen Weight"].default_value = 0.25
    shader.inputs["Sheen Roughness"].default_value = 0.5
    # Warp and weft, and fuzz over them.
    coordinates, mapping, waves = (
        nodes.new("ShaderNodeUVMap"),
        nodes.new("ShaderNodeMapping"),
        nodes.new("ShaderNodeTexWave"),
    )
    mapping.inputs["Scale"].default_value = (repeat, repeat, 1)
    other, fuzz = nodes.new("ShaderNodeTexWave"), nodes.new("ShaderNodeTexNoise")
    total, bump = nodes.new("ShaderNodeMath"), nodes.new("ShaderNodeBump")
    waves.bands_direction, other.bands_direction = "X", "Y"
    for wave in (waves, other):
        wave.inputs["Scale"].default_value = p["weave_count"] / 20 * repeat
        wave.inputs["Distortion"].default_value = 0.6
        links.new(coordinates.outputs["UV"], wave.inputs["Vector"])
    fuzz.inputs["Scale"].default_value = 240
    fuzz.inputs["Detail"].default_value = 3
    total.operation = "MAXIMUM"
    links.new(waves.outputs["Fac"], total.inputs[0])
    links.new(other.outputs["Fac"], total.inputs[1])
    add = nodes.new("ShaderNodeMath")
    links.new(total.outputs["Value"], add.inputs[0])
    links.new(fuzz.outputs["Fac"], add.inputs[1])
    links.new(add.outputs["Value"], bump.inputs["Height"])
    bump.inputs["Strength"].default_value = 0.25 + 0.55 * p["weave"]
    bump.inputs["Distance"].default_value = 0.003
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return made


def weaving(p: dict[str, Any], size: tuple[int, int], length: float, random: np.random.Generator) -> Array:
    """Stripes of yarn, checks or one colour: (height, width, 3); ``length`` is what the height stands for."""
    height, width = size
    axis = np.arange(height if p["turn"] == 0 else width, dtype=np.float32) / height * length / p["repeat"]
    other = np.arange(width if p["turn"] == 0 else height, dtype=np.float32) / height * length / p["repeat"]
    ground, ink, third = (np.asarray(colorsys.hsv_to_rgb(*p[k]), np.float32) for k in ("ground", "ink", "third"))

    def stripes(at: Array) -> tuple[Array, Array]:
        part = at % 1
        one = (part < p["share"]).astype(np.float32)
        if p["motif"] == "pinstripes":
            one = (part < 0.12).astype(np.float32)
        two = np.zeros_like(one)
        if p["motif"] == "ribbons":
            two = ((part > p["share"] + 0.08) & (part < p["share"] + 0.08 + 0.3 * p["uneven"])).astype(np.float32)
        return one, two

    plane = np.broadcast_to(ground, (len(axis), len(other), 3)).astype(np.float32)
    if p["motif"] in ("stripes", "pinstripes", "ribbons"):
        one, two = stripes(axis)
        plane = mix(plane, ink, np.broadcast_to(one[:, None], plane.shape[:2]))
        plane = mix(plane, third, np.broadcast_to(two[:, None], plane.shape[:2]))
    elif p["motif"] == "checks":
        plane = mix(plane, ink, 0.55 * (stripes(axis)[0][:, None] + 0 * other[None, :]))
        plane = mix(plane, ink, 0.55 * (stripes(other)[0][None, :] + 0 * axis[:, None]))
    elif p["motif"] == "melange":
        yarn = streaks((len(axis), len(other)), 3, random)
        plane = mix(plane, ink, np.clip(0.4 + 0.3 * yarn, 0, 1).astype(np.float32))
    return np.asarray(plane if p["turn"] == 0 else plane.transpose(1, 0, 2), np.float32)


def worn_cloth(picture: Array, p: dict[str, Any], random: np.random.Generator) -> Array:
    """Yarn of uneven colour, washed out in places, a stain or two."""
    shape = picture.shape[:2]
    out = picture * (1 + 0.04 * layered(shape, shape[0] / 6, random, 4) + 0.03 * streaks(shape, 2, random))[..., None]
    grey = out.mean(axis=-1, keepdims=True) * 0.5 + 0.3
    out = out + (grey - out) * (0.35 * p["wear"] * step(-0.5, 1.5, layered(shape, shape[0] / 4, random)))[..., None]
    stain = step(1.5, 2.3, layered(shape, shape[0] / 5, random, 3)) * np.float32(0.4 * p["wear"])
    return np.clip(mix(out.astype(np.float32), tint(0.08, 0.4, 0.3), stain), 0, 1)


def hemmed(picture: Array, p: dict[str, Any], aspect: float) -> Array:
    """Hem on all sides: a shade darker where the cloth lies double, a ridge, a row of stitches."""
    height, width = picture.shape[:2]
    y, x = np.arange(height)[:, None] / height, np.arange(width)[None, :] / width * aspect
    edge = np.minimum(np.minimum(y, 1 - y), np.minimum(x, aspect - x)).astype(np.float32)
    double = 1 - step(p["hem"] * 0.9, p["hem"], edge)
    line = np.exp(-(((edge - p["hem"] * 0.85) / 0.0022) ** 2))
    dashes = (np.sin(y * 420 + 0 * x) * np.sin(x * 420 + 0 * y) > -0.2).astype(np.float32)
    out = picture * (1 - 0.07 * double)[..., None] * (1 - 0.35 * line * (0.4 + 0.6 * dashes))[..., None]
    return np.clip(out, 0, 1).astype(np.float32)


def creases(shape: tuple[int, int], size: float, random: np.random.Generator) -> Array:
    """Sharp ridges and soft hollows between them, as in crumpled cloth: about 0 to 1."""
    total = np.zeros(shape, np.float32)
    for k in range(3):
        n = noise(shape, max(size / 1.9**k, 3), random)
        total += np.float32(0.52**k) * (1 - np.abs(np.tanh(n * 1.1))) ** np.float32(1.6)
    return total / np.float32(1.6)


def _blurred(values: Array, rounds: int) -> Array:
    for _ in range(rounds):
        p = np.pad(values, 1, mode="edge")
        values = (p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] + 2 * values) / np.float32(6)
    return values


def _fold_path(length: float, folds: int, gap: float, random: np.random.Generator, samples: int) -> tuple[Array, Array]:
    """Way of a cloth folded over itself ``folds`` times: place across and height for each point along it."""
    parts = folds + 1
    run = length / parts
    s = np.linspace(0, length, samples)
    across, height = np.zeros(samples), np.zeros(samples)
    shift = random.uniform(-0.02, 0.02, parts + 1) * length
    bend = gap * 1.5
    for k in range(parts):
        inside = (s >= k * run) & (s <= (k + 1) * run + 1e-9)
        t = (s[inside] - k * run) / run
        start, end = (0.0, run) if k % 2 == 0 else (run, 0.0)
        start, end = start + shift[k], end + shift[k + 1]
        across[inside] = start + (end - start) * t
        height[inside] = k * gap
        # Round the bend into the next layer.
    out, up = np.copy(across), np.copy(height)
    for k in range(1, parts):
        at = k * run
        near = np.abs(s - at) < bend
        a = (s[near] - at) / bend
        out_way = 1.0 if k % 2 == 1 else -1.0
        edge = (run if k % 2 == 1 else 0.0) + shift[k]
        out[near] = edge + out_way * (bend * 0.9) * (np.cos(a * np.pi / 2) - 1 + 0.25)
        up[near] = (k - 0.5) * gap + gap * 0.5 * np.sin(a * np.pi / 2)
    kernel = np.ones(5) / 5
    out = np.convolve(np.pad(out, 2, mode="edge"), kernel, "valid")
    up = np.convolve(np.pad(up, 2, mode="edge"), kernel, "valid")
    return out.astype(np.float32), up.astype(np.float32)


def _folded(x: Array, p: dict[str, Any], random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Folded over and over like a fan, perhaps once more across."""
    shape, unit, aspect = x.shape, x.shape[0], p["aspect"]
    gap, amount = 0.012 * p["thick"] + 0.014 * p["crumple"], 0.05 * p["crumple"]
    rough = _blurred(creases(shape, unit * 0.28, random), 2) - np.float32(0.3)
    way, height = _fold_path(1.0, p["folds"], gap, random, unit)
    top = float(height.max())
    y = way[:, None] + 0 * x + 0.006 * noise(shape, unit * 0.2, random)
    z = height[:, None] + 0 * x
    # The same bumps go through all layers, so look them up by place, not by way along the cloth.
    place = np.clip((way - way.min()) / max(float(np.ptp(way)), 1e-6) * (unit - 1), 0, unit - 1).astype(int)
    z = z + amount * 0.5 * rough[place] * (0.4 + 0.6 * height[:, None] / max(top, 1e-6)) + amount * 0.25 * rough
    half = aspect * random.uniform(0.42, 0.5)
    if p["across"] and aspect > 0.5:
        # The right half over the left.
        over = x - (aspect - half)
        bend = step(-0.03, 0.03, over)
        x = np.where(over > 0, aspect - half - over, x) + 0.02 * np.exp(-((over / 0.03) ** 2))
        z = np.where(over > 0, 2 * top + gap * 1.4 - height[:, None], z) * bend + z * (1 - bend)
        z = z + amount * 0.3 * rough
    return x, y, z


def _rolled(x: Array, v: Array, p: dict[str, Any], random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Rolled up, its end a little loose."""
    shape, unit = x.shape, x.shape[0]
    gap, amount = 0.012 * p["thick"] + 0.014 * p["crumple"], 0.05 * p["crumple"]
    rough = _blurred(creases(shape, unit * 0.28, random), 2) - np.float32(0.3)
    angle = v * (2.2 + p["folds"] * 0.7) * 2 * math.pi
    radius = 0.03 + 0.02 * p["thick"] + gap * 0.8 * angle / (2 * math.pi)
    loose = np.clip((v - 0.9) / 0.1, 0, 1) ** 2
    y = (np.sin(angle) * radius + 0.03 * loose)[:, None] + 0.012 * noise(shape, unit * 0.15, random)
    z = (radius.max() - np.cos(angle) * radius)[:, None] + 0.4 * amount * rough * (0.3 + v[:, None])
    z = z * (0.75 + 0.05 * noise(shape, unit * 0.35, random))
    return x + 0.012 * (angle[:, None] - angle.mean()) * random.uniform(-0.35, 0.35), y, z


def lay_out(p: dict[str, Any], random: np.random.Generator, detail: int = 150) -> tuple[Array, Array, float]:
    """Points and UVs of a sheet lying as ``p`` says, and its aspect (breadth to length); its length is 1."""
    aspect = p["aspect"]
    rows, columns = detail + 60, max(40, int(detail * aspect))
    v, u = np.linspace(0, 1, rows, dtype=np.float32), np.linspace(0, 1, columns, dtype=np.float32)
    x = np.broadcast_to((u * aspect)[None, :], (rows, columns)).astype(np.float32)
    y = np.broadcast_to(v[:, None], (rows, columns)).astype(np.float32)
    if p["lay"] == "folded":
        x, y, z = _folded(x, p, random)
    elif p["lay"] == "rolled":
        x, y, z = _rolled(x, v, p, random)
    elif p["lay"] == "heap":
        x, y, z = _thrown(x, y, p, random)
    else:
        x, y, z = _spread(x, y, p, random)
        # Lines where it was folded before.
        for k in (1, 2, 3):
            line = 0.008 * np.exp(-(((v - k / 4) / 0.008) ** 2))[:, None]
            z = z + line * (1 if k % 2 else -1) * (p["creased"] > 0.55)
    points = np.stack([x, y, np.maximum(z, -0.01)], axis=-1).astype(np.float32)
    uv = np.stack(np.broadcast_arrays(u[None, :], 1 - v[:, None]), axis=-1).astype(np.float32)
    return points, uv, aspect


def _spread(x: Array, y: Array, p: dict[str, Any], random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Laid down and left: never quite square, low waves running in from the edges, crumples."""
    shape, unit = x.shape, x.shape[0]
    rough = _blurred(creases(shape, unit * 0.3, random), 2)
    angle = random.uniform(0, np.pi)
    wave = noise(shape, (unit * random.uniform(0.12, 0.9), unit * random.uniform(0.12, 0.9)), random)
    shear = random.uniform(-0.14, 0.14) * p["drape"]
    bow = random.uniform(-0.14, 0.14, 2) * p["drape"]
    middle = float(x.max()) / 2
    x = x + shear * (y - 0.5) + bow[0] * (y - 0.5) ** 2 + 0.035 * p["crumple"] * noise(shape, unit * 0.35, random)
    y = y + bow[1] * (x - middle) ** 2 + 0.035 * p["crumple"] * noise(shape, unit * 0.35, random)
    ridge = np.exp(-(((np.sin(angle) * (x - middle) + np.cos(angle) * (y - 0.5) + 0.05 * wave) / 0.03) ** 2))
    z = 0.075 * p["crumple"] * rough + 0.03 * p["drape"] * (0.5 + 0.5 * np.tanh(wave * 1.5))
    return x, y, z + 0.03 * p["drape"] * ridge * random.uniform(0, 1)


def _thrown(x: Array, y: Array, p: dict[str, Any], random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Gathered in the hand and dropped: uneven pleats along its length, the whole of it bent."""
    shape, unit = x.shape, x.shape[0]
    middle = float(x.max()) / 2
    tight = np.clip(0.5 + 0.22 * noise(shape, (unit * 0.35, unit * 2), random) - 0.15 * p["drape"], 0.22, 0.9)
    pleats = random.uniform(3.0, 6.5)
    wander = noise(shape, (unit * 0.4, unit * 0.22), random)
    phase = 2 * np.pi * pleats * (x / middle / 2) + 1.6 * wander
    rise = (0.5 + 0.5 * np.sin(phase)) ** 0.8 * middle / pleats * (1.15 - tight)
    rough = _blurred(creases(shape, unit * 0.25, random), 1)
    across = (x - middle) * tight + 0.35 * middle / pleats * np.cos(phase) * (1 - tight)
    bend = random.uniform(-1.6, 1.6) * p["drape"]
    turn = bend * (y - 0.5) + 0.3 * noise(shape, (unit * 0.5, unit * 3), random)
    shorter = 1 - 0.3 * p["drape"]
    along = (y - 0.5) * shorter + 0.03 * wander
    out_x = across * np.cos(turn) + (np.cos(turn) - 1) * 0.25 / max(abs(bend), 0.4)
    out_y = along - across * np.sin(turn)
    return out_x.astype(np.float32), out_y.astype(np.float32), rise * 1.3 + 0.05 * p["crumple"] * rough


def normalised(parts: list[bpy.types.Object], scale: float) -> list[bpy.types.Object]:
    """All parts scaled alike, so that the longest side is about 1."""
    for part in parts:
        part.scale = (scale, scale, scale)
    return parts
