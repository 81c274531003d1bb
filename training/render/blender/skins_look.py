"""What a hide looks like below and beside its hair: coloured ground, leather, cloth backing, marks no coat paints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import picture_texture
from training.render.coats import Coat
from training.render.pelt_map import Spread
from training.render.planes import Plane, smooth_step, value_noise


def with_marks(coat: Coat, flat: Spread, p: dict[str, Any], random: np.random.Generator) -> Coat:
    """The coat with what belongs to the hide: ears, slits of the eyes, nose; and how dirty and worn it is.

    The back of a tiger's ear is black with one white spot; an imitation mostly lacks the spot (standard morphology,
    grade D; synthesis of press sources, grade C).
    """
    height, width = flat.pelt.shape
    colour, length, hide = coat.colour.copy(), coat.length.copy(), coat.leather.copy()
    if p["ear_black"] > 0:
        black = (flat.ears * (p["ear_black"]))[..., None]
        colour = colour * (1 - black) + np.array([0.06, 0.05, 0.05]) * black
        spot = ((1 - smooth_step(0.3, 0.55, flat.ear_middle)) * flat.ears * p["ear_spot"])[..., None]
        colour = colour * (1 - spot) + np.array([0.88, 0.85, 0.78]) * spot
    dark = np.maximum(flat.eyes, flat.nose * 0.8)[..., None]
    colour = colour * (1 - dark) + np.array([0.07, 0.05, 0.045]) * dark
    length = length * (1 - 0.8 * flat.nose) * (1 - 0.7 * flat.eyes) * (1 - 0.45 * flat.ears)
    dust = np.clip(0.5 + 0.5 * value_noise(random, (height, width), 6), 0, 1)[..., None] * p["dirt"] * 0.35
    colour = colour * (1 - dust) + np.array(p["dust"]) * dust
    bald = np.clip((value_noise(random, (height, width), 9) - 2.4 + 1.6 * p["bald"]) * 2, 0, 1)
    length = length * (1 - 0.85 * bald * (p["bald"] > 0.3))
    stain = np.clip(value_noise(random, (height, width), 5) - 0.5, 0, 1.5)[..., None] * p["stains"]
    streak = 1 + 0.1 * value_noise(random, (height, width), 40)[..., None]
    hide = hide * streak * (1 - stain * np.array([0.25, 0.4, 0.5]))
    wander = value_noise(random, (height, width), 5) * 0.006
    for section in p["sections"]:
        line, stitches = _seam(section, height, width, wander)
        hide = hide * (1 - 0.6 * stitches[..., None]) + np.array(section["thread"]) * 0.6 * stitches[..., None]
        length = length * (1 - 0.65 * line)
    if p["hem"] > 0:
        hide = hide * (1 - 0.55 * _hem(flat, p["hem"])[..., None])
    f = np.float32
    return replace(
        coat, colour=np.clip(colour, 0, 1).astype(f), length=length.astype(f), leather=np.clip(hide, 0, 1).astype(f)
    )


def _seam(section: dict[str, Any], height: int, width: int, wander: Plane) -> tuple[Plane, Plane]:
    """A stitched seam: where the hair is short over it, and the line and thread that the leather side shows."""
    a, unit = np.radians(section["angle"]), max(height, width)
    x = (np.arange(width) / unit - 0.5 * width / unit)[None, :]
    y = (np.arange(height) / unit - 0.5 * height / unit)[:, None]
    across = np.cos(a) * x + np.sin(a) * y - section["offset"] + wander
    along = -np.sin(a) * x + np.cos(a) * y
    line = np.abs(across) < 0.0022
    stitch = (np.abs(across) < 0.008) & (np.mod(along + across * 0.8, 0.018) < 0.004)
    return np.exp(-((across / 0.007) ** 2)).astype(np.float32), np.maximum(line * 0.8, stitch).astype(np.float32)


def _hem(flat: Spread, width: float) -> Plane:
    """The stitches that hold a turned-in edge, and the edge of the strip turned in."""
    height, columns = flat.pelt.shape
    depth = flat.distance / max(height, columns)
    dash = np.mod(np.arange(height)[:, None] + np.arange(columns)[None, :], 9) < 6
    stitch = (np.abs(depth - width * 0.85) < 0.002) & dash
    return np.maximum(stitch, 0.7 * (np.abs(depth - width) < 0.0015)).astype(np.float32)


def fur_ground(coat: Coat, p: dict[str, Any]) -> bpy.types.Material:
    """The skin below the hair, in the coat's colours and darker, so that thin hair shows no bare sheet."""
    made = bpy.data.materials.new("fur ground")
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    base = coat.root if coat.root is not None else coat.colour * p["root_shade"] ** 0.5
    texture = picture_texture(made, "fur ground", np.clip(base * 0.75, 0, 1))
    made.node_tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = 0.95
    shader.inputs["Specular IOR Level"].default_value = 0.1
    return made


def leather(coat: Coat, p: dict[str, Any]) -> bpy.types.Material:
    """The other side: raw or tanned leather, or a cloth backing (felt, woven, knitted)."""
    made = bpy.data.materials.new("leather")
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes["Principled BSDF"]
    kind = p["backing"]
    pixels = coat.leather
    if kind != "leather":
        pixels = np.clip(
            np.ones_like(pixels) * np.array(p["backing_colour"], np.float32) * _cloth(kind, pixels.shape, p), 0, 1
        )
    texture = picture_texture(made, "leather", pixels)
    grain, mottle = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeMix")
    grain.inputs["Scale"].default_value, grain.inputs["Detail"].default_value = p["grain"], 9
    grain.inputs["Roughness"].default_value = 0.7
    mottle.data_type, mottle.blend_type = "RGBA", "OVERLAY"
    mottle.inputs["Factor"].default_value = 0.55
    links.new(texture.outputs["Color"], mottle.inputs["A"])
    spread_out = nodes.new("ShaderNodeMapRange")
    spread_out.inputs["From Min"].default_value, spread_out.inputs["From Max"].default_value = 0.3, 0.72
    spread_out.inputs["To Min"].default_value, spread_out.inputs["To Max"].default_value = 0.12, 0.8
    links.new(grain.outputs["Fac"], spread_out.inputs["Value"])
    links.new(spread_out.outputs["Result"], mottle.inputs["B"])
    links.new(mottle.outputs["Result"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = p["leather_roughness"] if kind == "leather" else 0.95
    shader.inputs["Specular IOR Level"].default_value = 0.35 if kind == "leather" else 0.1
    noise, fine, add, bump = (
        nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeTexVoronoi"), nodes.new("ShaderNodeMath"),
        nodes.new("ShaderNodeBump"),
    )  # fmt: skip
    place = nodes.new("ShaderNodeTexCoord")
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = 14, 8
    fine.inputs["Scale"].default_value = 160
    bump.inputs["Strength"].default_value = 0.25 + 0.4 * p["stiff"]
    bump.inputs["Distance"].default_value = 0.02
    add.operation = "MULTIPLY_ADD"
    add.inputs[1].default_value = 0.12
    links.new(place.outputs["UV"], noise.inputs["Vector"])
    links.new(place.outputs["UV"], grain.inputs["Vector"])
    links.new(place.outputs["UV"], fine.inputs["Vector"])
    links.new(fine.outputs["Distance"], add.inputs[0])
    links.new(noise.outputs["Fac"], add.inputs[2])
    height = add.outputs["Value"]
    if kind in ("woven", "knitted"):
        height = texture.outputs["Color"]
    links.new(height, bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return made


def _cloth(kind: str, shape: tuple[int, ...], p: dict[str, Any]) -> np.ndarray:
    """Brightness of threads: even felt, over-and-under weave, or the columns of a knit."""
    count = p["threads"]
    y, x = np.arange(shape[0])[:, None] / max(shape[:2]) * count, np.arange(shape[1])[None, :] / max(shape[:2]) * count
    if kind == "woven":
        over = (np.floor(x) + np.floor(y)) % 2
        value = np.where(over > 0.5, np.abs(np.sin(np.pi * x)), np.abs(np.sin(np.pi * y)))
    elif kind == "knitted":
        value = np.abs(np.sin(np.pi * (y + 0.6 * np.abs(np.mod(x, 1) - 0.5) * 2))) * np.abs(np.sin(np.pi * x)) ** 0.4
    else:
        value = np.ones((shape[0], shape[1]))
    return np.asarray(0.6 + 0.4 * value, np.float32)[..., None]
