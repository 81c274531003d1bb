"""What man-made things are made of: plastic, metal, wood, horn, stone, glaze, print, each more or less worn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from training.render.blender.kit import material, picture_texture

Colour = Sequence[float]

METALS: dict[str, tuple[float, float, float]] = {
    "steel": (0.56, 0.55, 0.53),
    "silver": (0.8, 0.78, 0.74),
    "brass": (0.62, 0.42, 0.14),
    "gold": (0.83, 0.52, 0.15),
    "copper": (0.66, 0.3, 0.16),
    "iron": (0.2, 0.19, 0.185),
    "zinc": (0.42, 0.43, 0.45),
}


@dataclass(frozen=True)
class Look:
    """A material.

    Attributes:
        colours: mixed by noise; one for an even colour.
        scale: of that noise, in waves a length of the object; ``stretch`` draws it out along x, y or z.
        wear: 0 new to 1 old: grime in spots, uneven gloss, fine scratches.
        rust: share of the surface that is rusty.
        image: sRGB pixels over the UV map instead of ``colours``.
    """

    colours: Sequence[Colour]
    roughness: float = 0.4
    metallic: float = 0.0
    scale: float = 4.0
    stretch: Sequence[float] = (1.0, 1.0, 1.0)
    contrast: float = 0.3
    distortion: float = 0.0
    transmission: float = 0.0
    ior: float = 1.5
    subsurface: float = 0.0
    coat: float = 0.0
    wear: float = 0.3
    rust: float = 0.0
    bump: float = 0.15
    bump_scale: float = 40.0
    image: npt.NDArray[Any] | None = None


def made_of(name: str, look: Look, *objects: bpy.types.Object) -> Any:
    """The material of ``look``, given to ``objects``."""
    made, shader, nodes = material(name, (*look.colours[0][:3], 1), look.roughness)
    links = made.node_tree.links
    place = nodes.new("ShaderNodeTexCoord").outputs["Object"]
    if look.image is not None:
        picture = picture_texture(made, name, look.image)
        links.new(nodes.new("ShaderNodeUVMap").outputs["UV"], picture.inputs["Vector"])
        colour = picture.outputs["Color"]
    else:
        ramp = nodes.new("ShaderNodeValToRGB")
        wide = max(look.contrast, 0.01)
        _stops(ramp.color_ramp, look.colours, 0.5 - wide / 2, 0.5 + wide / 2)
        links.new(_noise(nodes, links, place, look.scale, look.stretch, look.distortion), ramp.inputs["Fac"])
        colour = ramp.outputs["Color"]
    spots = _noise(nodes, links, place, 7, (1, 1, 1), 0.6)
    if look.wear > 0:
        grime = _mapped(nodes, links, spots, 0.48, 0.72, 0, 0.55 * look.wear)
        colour = _mix(nodes, links, grime, colour, (0.11, 0.085, 0.06))
    rough = _mapped(nodes, links, spots, 0.3, 0.7, -0.06 - 0.06 * look.wear, 0.05 + 0.22 * look.wear)
    rough = _sum(nodes, links, rough, max(look.roughness, 0.03))
    if look.rust > 0:
        edge = 0.72 - 0.45 * look.rust
        rusty = _mapped(nodes, links, _noise(nodes, links, place, 9, (1, 1, 1), 0.3), edge, edge + 0.08, 0, 1)
        deep = nodes.new("ShaderNodeValToRGB")
        _stops(deep.color_ramp, [(0.07, 0.025, 0.012), (0.22, 0.075, 0.025), (0.32, 0.13, 0.05)], 0.3, 0.7)
        links.new(_noise(nodes, links, place, 45, (1, 1, 1), 0), deep.inputs["Fac"])
        colour = _mix(nodes, links, rusty, colour, deep.outputs["Color"])
        rough = _sum(nodes, links, rough, _mapped(nodes, links, rusty, 0, 1, 0, 0.5))
        links.new(_mapped(nodes, links, rusty, 0, 1, look.metallic, 0), shader.inputs["Metallic"])
    else:
        shader.inputs["Metallic"].default_value = look.metallic
    links.new(colour, shader.inputs["Base Color"])
    links.new(rough, shader.inputs["Roughness"])
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = min(1.0, look.bump * (0.5 + look.wear))
    bump.inputs["Distance"].default_value = 0.01
    links.new(_noise(nodes, links, place, look.bump_scale, look.stretch, 0), bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    shader.inputs["Transmission Weight"].default_value = look.transmission
    shader.inputs["IOR"].default_value = look.ior
    shader.inputs["Coat Weight"].default_value = look.coat
    shader.inputs["Coat Roughness"].default_value = 0.06 + 0.2 * look.wear
    if look.subsurface > 0:
        shader.inputs["Subsurface Weight"].default_value = look.subsurface
        shader.inputs["Subsurface Radius"].default_value = (0.05, 0.03, 0.015)
        shader.inputs["Subsurface Scale"].default_value = 1.0
    for one in objects:
        one.data.materials.append(made)
    return made


def plastic(colour: Colour, gloss: float, wear: float) -> Look:
    """Moulded plastic, hardly uneven in colour."""
    light = [min(1.0, c * 1.12 + 0.01) for c in colour]
    return Look([colour, light], 0.62 - 0.5 * gloss, scale=2, contrast=0.5, wear=wear, bump=0.06, subsurface=0.06)


def metal(kind: str, wear: float, rust: float = 0.0, brushed: bool = False) -> Look:
    """Bare metal, polished when new."""
    c = METALS[kind]
    dull = [v * (1 - 0.45 * wear) for v in c]
    return Look(
        [c, dull],
        0.16 + 0.25 * wear,
        1.0,
        scale=3,
        contrast=0.4,
        wear=wear * 0.7,
        rust=rust,
        stretch=(1, 14, 14) if brushed else (1, 1, 1),
        bump=0.22 if brushed else 0.1,
    )


def wood(tone: float, red: float, gloss: float, wear: float) -> Look:
    """Wood with grain along x."""
    light = (0.15 + 0.5 * tone, (0.1 + 0.36 * tone) * (1 - 0.25 * red), (0.05 + 0.2 * tone) * (1 - 0.4 * red))
    return Look(
        [[v * 0.42 for v in light], light, [v * 0.8 for v in light]],
        0.75 - 0.5 * gloss,
        scale=5,
        stretch=(0.5, 9, 9),
        distortion=0.7,
        contrast=0.5,
        wear=wear,
        bump=0.3,
        bump_scale=18,
    )


def horn(tone: float, gloss: float, wear: float, translucent: float = 0.3) -> Look:
    """Cattle or buffalo horn, or plastic made to look like it: streaks along x from honey to black."""
    pale = (0.62, 0.42, 0.2)
    mid = tuple(v * (0.12 + 0.7 * tone) for v in (0.55, 0.32, 0.14))
    dark = tuple(0.02 + 0.1 * tone * v for v in (1.0, 0.6, 0.3))
    colours = [dark, mid, pale] if tone > 0.55 else [dark, dark, mid]
    return Look(
        colours,
        0.55 - 0.4 * gloss,
        scale=2.2,
        stretch=(0.5, 4, 4),
        distortion=1.2,
        contrast=0.45,
        wear=wear,
        subsurface=translucent * 0.4,
        coat=0.3 * gloss,
        bump=0.12,
        bump_scale=25,
    )


def stone(colours: Sequence[Colour], gloss: float, wear: float, clear: float = 0.1) -> Look:
    """Polished stone, glass paste or jade."""
    return Look(
        colours,
        0.5 - 0.42 * gloss,
        scale=2.6,
        distortion=1.5,
        contrast=0.45,
        wear=wear * 0.5,
        subsurface=clear,
        bump=0.05,
        coat=0.2,
    )


def glass(colour: Colour, wear: float) -> Look:
    """Clear or coloured glass or plastic."""
    return Look([colour], 0.04 + 0.1 * wear, transmission=1.0, ior=1.47, wear=wear * 0.25, bump=0.02)


def printed(pixels: npt.NDArray[Any], gloss: float, wear: float) -> Look:
    """Printed card or film over the UV map."""
    return Look([(0.5, 0.5, 0.5)], 0.7 - 0.55 * gloss, image=np.clip(pixels, 0, 1), wear=wear * 0.7, bump=0.05)


def glazed(pixels: npt.NDArray[Any], wear: float) -> Look:
    """Painted, glazed earthenware or porcelain over the UV map."""
    return Look(
        [(0.8, 0.8, 0.8)], 0.16, image=np.clip(pixels, 0, 1), wear=wear * 0.5, coat=0.6, bump=0.06, bump_scale=9
    )


def _stops(ramp: Any, colours: Sequence[Colour], low: float, high: float) -> None:
    at = np.linspace(low, high, len(colours)) if len(colours) > 1 else [0.5]
    while len(ramp.elements) < len(colours):
        ramp.elements.new(0.5)
    while len(ramp.elements) > len(colours):
        ramp.elements.remove(ramp.elements[-1])
    for element, place, colour in zip(ramp.elements, at, colours, strict=True):
        element.position = min(max(float(place), 0), 1)
        element.color = (*colour[:3], 1)


def _noise(nodes: Any, links: Any, place: Any, scale: float, stretch: Sequence[float], distortion: float) -> Any:
    mapping, noise = nodes.new("ShaderNodeMapping"), nodes.new("ShaderNodeTexNoise")
    mapping.inputs["Scale"].default_value = tuple(stretch)
    links.new(place, mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], noise.inputs["Vector"])
    noise.inputs["Scale"].default_value = scale
    noise.inputs["Detail"].default_value = 5
    noise.inputs["Distortion"].default_value = distortion
    return noise.outputs["Fac"]


def _mapped(nodes: Any, links: Any, value: Any, a: float, b: float, c: float, d: float) -> Any:
    node = nodes.new("ShaderNodeMapRange")
    for key, number in zip(("From Min", "From Max", "To Min", "To Max"), (a, b, c, d), strict=True):
        node.inputs[key].default_value = number
    links.new(value, node.inputs["Value"])
    return node.outputs["Result"]


def _sum(nodes: Any, links: Any, a: Any, b: Any) -> Any:
    node = nodes.new("ShaderNodeMath")
    node.use_clamp = True
    links.new(a, node.inputs[0])
    if isinstance(b, float):
        node.inputs[1].default_value = b
    else:
        links.new(b, node.inputs[1])
    return node.outputs[0]


def _mix(nodes: Any, links: Any, share: Any, a: Any, b: Any) -> Any:
    node = nodes.new("ShaderNodeMix")
    node.data_type = "RGBA"
    # Sockets of all data types bear the same names, so the colour ones are taken by number.
    links.new(share, node.inputs[0])
    links.new(a, node.inputs[6])
    if isinstance(b, tuple):
        node.inputs[7].default_value = (*b, 1)
    else:
        links.new(b, node.inputs[7])
    return node.outputs[2]
