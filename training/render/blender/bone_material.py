"""What bone and teeth look like: the same range for every animal, so that only form tells them apart."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import hsv, material


class _Shading:
    """Nodes of one material, wired in short calls."""

    def __init__(self, name: str, random: np.random.Generator) -> None:
        self.made, self.shader, self.nodes = material(name, (0.8, 0.7, 0.5, 1), 0.5)
        self.links = self.made.node_tree.links
        self.place = self.nodes.new("ShaderNodeVectorMath")
        self.place.inputs[1].default_value = random.uniform(-20, 20, 3)
        coordinates = self.nodes.new("ShaderNodeTexCoord")
        self.links.new(coordinates.outputs["Object"], self.place.inputs[0])

    def stretched(self, scale: tuple[float, float, float]) -> Any:
        node = self.nodes.new("ShaderNodeVectorMath")
        node.operation = "MULTIPLY"
        node.inputs[1].default_value = scale
        self.links.new(self.place.outputs[0], node.inputs[0])
        return node.outputs[0]

    def wavering(self, scale: tuple[float, float, float], noise_scale: float, amount: float) -> Any:
        """Coordinates stretched and shifted by noise."""
        noise, add = self.nodes.new("ShaderNodeTexNoise"), self.nodes.new("ShaderNodeVectorMath")
        noise.inputs["Scale"].default_value = noise_scale
        add.operation = "MULTIPLY_ADD"
        add.inputs[1].default_value = (amount,) * 3
        self.links.new(self.place.outputs[0], noise.inputs["Vector"])
        self.links.new(noise.outputs["Color"], add.inputs[0])
        self.links.new(self.place.outputs[0], add.inputs[2])
        node = self.nodes.new("ShaderNodeVectorMath")
        node.operation = "MULTIPLY"
        node.inputs[1].default_value = scale
        self.links.new(add.outputs[0], node.inputs[0])
        return node.outputs[0]

    def noise(self, scale: float, detail: float = 4, low: float = 0.35, high: float = 0.65, vector: Any = None) -> Any:
        """Noise, spread so that ``low`` becomes 0 and ``high`` 1."""
        node = self.nodes.new("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value, node.inputs["Detail"].default_value = scale, detail
        self.links.new(vector or self.place.outputs[0], node.inputs["Vector"])
        return self.span(node.outputs["Fac"], low, high)

    def voronoi(self, scale: float, feature: str, vector: Any = None) -> Any:
        node = self.nodes.new("ShaderNodeTexVoronoi")
        node.feature = feature
        node.inputs["Scale"].default_value = scale
        self.links.new(vector or self.place.outputs[0], node.inputs["Vector"])
        return node.outputs["Distance"]

    def attribute(self, name: str) -> Any:
        node = self.nodes.new("ShaderNodeAttribute")
        node.attribute_name = name
        return node.outputs["Fac"]

    def span(self, value: Any, low: float, high: float, to_low: float = 0, to_high: float = 1) -> Any:
        node = self.nodes.new("ShaderNodeMapRange")
        for name, number in zip(
            ("From Min", "From Max", "To Min", "To Max"), (low, high, to_low, to_high), strict=True
        ):
            node.inputs[name].default_value = number
        self.links.new(value, node.inputs["Value"])
        return node.outputs["Result"]

    def maths(self, operation: str, *values: Any) -> Any:
        node = self.nodes.new("ShaderNodeMath")
        node.operation = operation
        for socket, value in zip(node.inputs, values, strict=False):
            self.feed(value, socket)
        return node.outputs[0]

    def mix(self, factor: Any, a: Any, b: Any) -> Any:
        node = self.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        self.feed(factor, node.inputs[0])
        self.feed(a, node.inputs[6])
        self.feed(b, node.inputs[7])
        return node.outputs[2]

    def feed(self, value: Any, socket: Any) -> None:
        if isinstance(value, bpy.types.NodeSocket):
            self.links.new(value, socket)
        else:
            socket.default_value = value

    def finish(self, colour: Any, roughness: Any, height: Any, strength: float, distance: float) -> bpy.types.Material:
        bump = self.nodes.new("ShaderNodeBump")
        bump.inputs["Strength"].default_value, bump.inputs["Distance"].default_value = strength, distance
        self.feed(height, bump.inputs["Height"])
        self.links.new(bump.outputs["Normal"], self.shader.inputs["Normal"])
        self.feed(colour, self.shader.inputs["Base Color"])
        self.feed(roughness, self.shader.inputs["Roughness"])
        return self.made


def bone_material(look: dict[str, Any], random: np.random.Generator, cut: bool, tissue: bool) -> bpy.types.Material:
    """Bone: mottled ground, stains, pores at spongy ends, cracks along x, soil in hollows, tissue, cut faces.

    Without ``cut`` or ``tissue``, their nodes are left out: bump is worked out three times a ray.
    """
    s = _Shading("bone", random)
    hue, saturation, value = look["hue"], look["saturation"], look["value"]
    mottle = look["mottle"]
    ground = s.mix(
        s.noise(2.6, 4),
        hsv(hue, saturation, value),
        hsv(hue - 0.014, min(1, saturation * 1.5 + 0.05), value * (1 - 0.42 * mottle)),
    )
    grain = s.noise(13, 3, 0.42, 0.7, s.stretched((0.35, 1.6, 1.6)))
    ground = s.mix(
        s.maths("MULTIPLY", grain, 0.5 * mottle), ground, hsv(hue - 0.01, min(1, saturation + 0.12), value * 0.6)
    )
    stain = hsv(look["stain_hue"], look["stain_saturation"], look["stain_value"])
    ground = s.mix(s.maths("MULTIPLY", s.noise(1.9, 5, 0.47, 0.6), look["stain"]), ground, stain)
    ground = s.mix(s.maths("MULTIPLY", s.noise(8, 4, 0.56, 0.66), 0.8 * look["stain"]), ground, stain)

    lumps = s.noise(34, 3, 0, 1)
    height = s.maths(
        "ADD", s.maths("MULTIPLY", lumps, 0.35 + 0.75 * look["weathering"]), s.maths("MULTIPLY", grain, -0.25)
    )

    spongy = s.maths("MULTIPLY", s.attribute("spongy"), s.noise(6, 2, 0.36, 0.6))
    spongy = s.maths("MULTIPLY", spongy, look["porosity"])
    pores = s.span(s.voronoi(85, "F1", s.stretched((0.75, 1, 1))), 0.12, 0.42, 1, 0)
    hole = s.maths("MULTIPLY", pores, spongy)
    ground = s.mix(s.maths("MULTIPLY", hole, 0.8), ground, hsv(hue - 0.02, 0.55, value * 0.3))
    height = s.maths("SUBTRACT", height, s.maths("MULTIPLY", hole, 1.1))

    if look["cracks"] > 0.05:
        # Drying cracks run along the bone, waver, and come in patches.
        along = s.wavering((1.0, 5.0, 5.0), 9, 0.06)
        line = s.span(s.voronoi(2.4, "DISTANCE_TO_EDGE", along), 0.0, 0.004 + 0.009 * look["cracks"], 1, 0)
        crack = s.maths("MULTIPLY", s.maths("MULTIPLY", line, s.noise(3.3, 2, 0.5, 0.64)), look["cracks"])
        ground = s.mix(s.maths("MULTIPLY", crack, 0.9), ground, hsv(hue - 0.02, 0.6, value * 0.2))
        height = s.maths("SUBTRACT", height, crack)

    # Soil fills hollows first, then lies in smears.
    smear = s.noise(6.5, 5, 0.5, 0.85)
    soil = s.maths("ADD", s.maths("MULTIPLY", s.attribute("cavity"), s.span(smear, 0.0, 0.35, 0.35, 1)), smear)
    soiled = s.maths("MULTIPLY", s.maths("MINIMUM", soil, 1.0), look["soil"])
    ground = s.mix(soiled, ground, hsv(look["soil_hue"], look["soil_saturation"], look["soil_value"]))

    if tissue:
        shred = s.maths("MULTIPLY", s.attribute("tissue"), s.noise(15, 5, 0.42, 0.58, s.stretched((0.6, 2, 2))))
        ground = s.mix(shred, ground, hsv(look["tissue_hue"], 0.72, look["tissue_value"]))
        height = s.maths("ADD", height, s.maths("MULTIPLY", shred, 0.6))
    if cut:
        sawn = s.attribute("cut")
        net = s.span(s.voronoi(42, "DISTANCE_TO_EDGE"), 0.02, 0.16, 1, 0)
        depth = s.maths("MULTIPLY", s.maths("SUBTRACT", 1.0, net), look["net"])
        pale = hsv(hue, saturation * 0.75, min(1, value * 1.08))
        ground = s.mix(sawn, ground, s.mix(depth, pale, hsv(0.05, 0.65, 0.3)))
        height = s.maths("SUBTRACT", height, s.maths("MULTIPLY", depth, sawn))

    gloss = look["roughness"]
    rough = s.span(lumps, 0.3, 0.7, max(0.15, gloss - 0.12), min(1.0, gloss + 0.18))
    rough = s.maths("ADD", rough, s.maths("MULTIPLY", soiled, 0.4))
    s.shader.inputs["Specular IOR Level"].default_value = 0.4
    return s.finish(ground, rough, height, 0.75, 0.014)


def tooth_material(look: dict[str, Any], random: np.random.Generator) -> bpy.types.Material:
    """Enamel: paler and glossier than bone, browner towards the gum line (``cavity``), fine cracks, stain."""
    s = _Shading("tooth", random)
    value = min(0.93, look["value"] * 1.08)
    ground = s.mix(s.noise(9, 4), hsv(0.115, 0.16 + 0.3 * look["saturation"], value), hsv(0.1, 0.35, value * 0.9))
    gum = s.maths("MULTIPLY", s.attribute("cavity"), s.noise(14, 4, 0.25, 0.55))
    ground = s.mix(s.maths("MULTIPLY", gum, 0.35 + 0.6 * look["tartar"]), ground, hsv(0.075, 0.68, 0.3))
    lines = s.span(s.voronoi(16, "DISTANCE_TO_EDGE", s.stretched((4, 4, 0.8))), 0, 0.03, 1, 0)
    ground = s.mix(s.maths("MULTIPLY", lines, 0.5 * look["cracks"]), ground, hsv(0.08, 0.6, 0.22))
    return s.finish(ground, 0.18 + 0.3 * look["weathering"], s.noise(60, 2, 0, 1), 0.15, 0.004)
