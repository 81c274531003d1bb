"""What claws and their imitations are made of, as shaders that follow the curve of the claw.

Attributes ``place`` (along, depth, side) and ``rest`` come from ``claws_shape.Shape``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.render.blender.kit import material

Colour = tuple[float, float, float]


class Graph:
    """A material's node tree, with the few operations that are needed here."""

    def __init__(self, name: str, colour: Colour, roughness: float) -> None:
        """An ordinary principled material to begin with."""
        self.made, self.shader, self.nodes = material(name, (*colour, 1), roughness)
        self.links = self.made.node_tree.links

    def set(self, socket: Any, value: Any) -> None:
        """Link an output to a socket, or give it a constant."""
        if hasattr(value, "is_output"):
            self.links.new(value, socket)
        elif isinstance(value, tuple) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1)
        else:
            socket.default_value = value

    def attribute(self, name: str) -> Any:
        """A vertex attribute as a vector."""
        node = self.nodes.new("ShaderNodeAttribute")
        node.attribute_name = name
        return node.outputs["Vector"]

    def split(self, vector: Any) -> Any:
        """Outputs X, Y, Z of a vector."""
        node = self.nodes.new("ShaderNodeSeparateXYZ")
        self.links.new(vector, node.inputs[0])
        return node.outputs

    def scaled(self, vector: Any, scale: tuple[float, ...], shift: tuple[float, ...] = (0, 0, 0)) -> Any:
        """A vector stretched and shifted."""
        node = self.nodes.new("ShaderNodeMapping")
        node.inputs["Scale"].default_value = scale
        node.inputs["Location"].default_value = shift
        self.links.new(vector, node.inputs["Vector"])
        return node.outputs["Vector"]

    def noise(self, vector: Any, scale: float, detail: float = 4, distortion: float = 0.0) -> Any:
        """Smooth noise about 0.5."""
        node = self.nodes.new("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value, node.inputs["Detail"].default_value = scale, detail
        node.inputs["Distortion"].default_value = distortion
        self.links.new(vector, node.inputs["Vector"])
        return node.outputs["Fac"]

    def cells(self, vector: Any, scale: float, feature: str = "F1") -> Any:
        """Distance to cell centres or edges."""
        node = self.nodes.new("ShaderNodeTexVoronoi")
        node.feature = feature
        node.inputs["Scale"].default_value = scale
        self.links.new(vector, node.inputs["Vector"])
        return node.outputs["Distance"]

    def band(self, value: Any, low: float, high: float, first: float = 0.0, last: float = 1.0) -> Any:
        """``value`` from ``low``..``high`` to ``first``..``last``, clamped and eased."""
        node = self.nodes.new("ShaderNodeMapRange")
        node.interpolation_type = "SMOOTHSTEP"
        self.set(node.inputs["Value"], value)
        for name, number in (("From Min", low), ("From Max", high), ("To Min", first), ("To Max", last)):
            node.inputs[name].default_value = number
        return node.outputs["Result"]

    def math(self, what: str, a: Any, b: Any = 0.0) -> Any:
        """Arithmetic on numbers."""
        node = self.nodes.new("ShaderNodeMath")
        node.operation = what
        self.set(node.inputs[0], a)
        self.set(node.inputs[1], b)
        return node.outputs[0]

    def mix(self, factor: Any, a: Any, b: Any, blend: str = "MIX") -> Any:
        """Mixture of two colours."""
        node = self.nodes.new("ShaderNodeMix")
        node.data_type, node.blend_type = "RGBA", blend
        for name, value in (("Factor", factor), ("A", a), ("B", b)):
            self.set(
                next(i for i in node.inputs if i.name == name and i.type == ("VALUE" if name == "Factor" else "RGBA")),
                value,
            )
        return node.outputs[2]

    def relief(self, *layers: tuple[Any, float]) -> Any:
        """The normal of summed heights, each with how deep it goes. One node: each evaluates its input three times."""
        total: Any = 0.0
        for height, depth in layers:
            node = self.nodes.new("ShaderNodeMath")
            node.operation = "MULTIPLY_ADD"
            for socket, value in zip(node.inputs, (height, depth, total), strict=True):
                self.set(socket, value)
            total = node.outputs[0]
        node = self.nodes.new("ShaderNodeBump")
        node.inputs["Strength"].default_value, node.inputs["Distance"].default_value = 0.8, 1.0
        self.set(node.inputs["Height"], total)
        return node.outputs["Normal"]

    def finish(self, colour: Any, roughness: Any, normal: Any, soft: float, p: dict[str, Any]) -> Any:
        """The material, with a drilled hole if there is one."""
        self.set(self.shader.inputs["Base Color"], colour)
        self.set(self.shader.inputs["Roughness"], roughness)
        self.links.new(normal, self.shader.inputs["Normal"])
        self.shader.inputs["Subsurface Weight"].default_value = soft if soft > 0.1 else 0.0
        self.shader.inputs["Subsurface Radius"].default_value = (0.07, 0.04, 0.02)
        self.shader.inputs["Subsurface Scale"].default_value = 0.6
        if p.get("hole_radius"):
            self._hole(p)
        return self.made

    def _hole(self, p: dict[str, Any]) -> None:
        # The wall is opened where a drill went through across the claw; behind it lies the wall of the other side.
        x, _, z = self.split(self.attribute("rest"))
        squares = []
        for value, at in zip((x, z), p["hole_at"], strict=True):
            off = self.math("SUBTRACT", value, at)
            squares.append(self.math("MULTIPLY", off, off))
        away = self.math("SQRT", self.math("ADD", *squares))
        inside = self.math("LESS_THAN", away, p["hole_radius"])
        clear, both = self.nodes.new("ShaderNodeBsdfTransparent"), self.nodes.new("ShaderNodeMixShader")
        output = next(node for node in self.nodes if node.bl_idname == "ShaderNodeOutputMaterial")
        self.links.new(inside, both.inputs["Fac"])
        self.links.new(self.shader.outputs[0], both.inputs[1])
        self.links.new(clear.outputs[0], both.inputs[2])
        self.links.new(both.outputs[0], output.inputs["Surface"])
        worn = self.band(away, p["hole_radius"] * 0.95, p["hole_radius"] * 1.5, 0.3, 1.0)
        before = self.shader.inputs["Base Color"]
        if before.is_linked:
            source = before.links[0].from_socket
            self.links.new(self.mix(1.0, source, worn, "MULTIPLY"), before)


def _shade(colour: Colour, factor: float, warm: float = 0.0) -> Colour:
    return tuple(float(np.clip(c * factor * (1 + warm * k), 0, 1)) for c, k in zip(colour, (1, 0, -1), strict=True))  # type: ignore[return-value]


def keratin(p: dict[str, Any], random: np.random.Generator) -> Any:
    """Horn of a claw: layers and striations along the curve, a darker tip or base, flakes, cracks, dirt in grooves.

    Yellowish to grey-white in tigers, dark brown or black to pale in bears (Mahesh et al. 2025 and Sims and Yates
    2001, grade B); growth layers and flaking are general knowledge (grade K).
    """
    g = Graph("keratin", tuple(p["colour"]), 0.4)
    place, rest = g.attribute("place"), g.attribute("rest")
    along, depth, _ = g.split(place)
    shift = tuple(float(v) for v in random.uniform(-20, 20, 3))
    streaks = g.noise(g.scaled(place, (1.1, 9, 0.4), shift), 3.0, 4, 0.25)
    fine = g.noise(g.scaled(place, (3.5, 48, 0.7), shift), 2.0, 2, 0.1)
    clouds = g.noise(g.scaled(rest, (1, 1, 1), shift), 4.0, 2, 0.6)
    base = tuple(p["colour"])
    tip, root, light = tuple(p["tip_colour"]), tuple(p["base_colour"]), _shade(base, 1.25, 0.05)
    wobble = g.math("ADD", along, g.math("MULTIPLY", g.math("SUBTRACT", clouds, 0.5), 0.45))
    colour = g.mix(g.band(wobble, 0.02, p["base_reach"]), root, base)
    colour = g.mix(g.band(wobble, 1 - p["tip_reach"], 1.02), colour, tip)
    colour = g.mix(g.math("MULTIPLY", g.band(streaks, 0.42, 0.72), 0.75 * p["striation"]), colour, light)
    colour = g.mix(
        g.math("MULTIPLY", g.band(streaks, 0.5, 0.3), 0.65 * p["striation"]), colour, _shade(base, 0.42, 0.12)
    )
    colour = g.mix(g.math("MULTIPLY", g.band(fine, 0.52, 0.7), 0.4 * p["striation"]), colour, _shade(base, 0.6, 0.1))
    # Thin layers let light through: the ridge and the lips are paler in light horn.
    colour = g.mix(g.math("MULTIPLY", g.band(depth, 0.12, 0.0), 0.4 * p["translucency"]), colour, _shade(light, 1.2))
    flakes = g.noise(g.scaled(place, (2.4, 5.5, 0.3), shift[::-1]), 2.6, 3, 0.9)
    near_rim = g.math("MULTIPLY", g.band(along, 0.55, 0.0), 0.13 * p["flaking"])
    lifted = g.band(g.math("ADD", flakes, near_rim), 0.62 - 0.05 * p["flaking"], 0.64 - 0.05 * p["flaking"])
    colour = g.mix(g.math("MULTIPLY", lifted, 0.5 * p["flaking"]), colour, _shade(light, 1.15, -0.02))
    crack = g.cells(g.scaled(place, (1.0, 3.2, 0.5), shift), 3.0, "DISTANCE_TO_EDGE")
    gate = g.math("MULTIPLY", g.band(clouds, 0.5, 0.62), p["cracks"])
    split_ = g.math("MULTIPLY", g.band(crack, 0.028, 0.004), gate)
    colour = g.mix(g.math("MULTIPLY", split_, 0.8), colour, (0.035, 0.024, 0.016))
    dirt = g.noise(g.scaled(rest, (1, 1, 1), shift[::-1]), 11, 5, 0.4)
    low = g.math("ADD", g.band(depth, 1.0, 1.5, 0, 0.32), g.band(along, 0.1, 0.0, 0, 0.16))
    grime = g.band(g.math("ADD", dirt, low), 0.72 - 0.22 * p["dirt"], 0.9 - 0.2 * p["dirt"], 0, 0.85)
    colour = g.mix(g.math("MULTIPLY", grime, min(1.0, 0.3 + p["dirt"])), colour, tuple(p["dirt_colour"]))
    # Inside the hollow base no light and much dust.
    colour = g.mix(g.band(along, -0.45, -0.55, 0, 0.75), colour, (0.09, 0.06, 0.035))
    rough = g.math(
        "ADD",
        g.band(clouds, 0.3, 0.7, 0.58 - 0.46 * p["gloss"], 0.76 - 0.45 * p["gloss"]),
        g.math("MULTIPLY", grime, 0.3),
    )
    normal = g.relief((streaks, 0.012 * p["striation"]), (fine, 0.006 * p["striation"]), (lifted, 0.007 * p["flaking"]))
    return g.finish(colour, rough, normal, 0.22 * p["translucency"], p)


def bone_material(p: dict[str, Any], random: np.random.Generator) -> Any:
    """Cream, porous, stained bone; the joint facet is smoother, dried tissue may stick to it (grade K)."""
    tint = tuple(p["bone_colour"])
    g = Graph("bone", tint, 0.75)
    rest, place = g.attribute("rest"), g.attribute("place")
    back, *_ = g.split(place)
    shift = tuple(float(v) for v in random.uniform(-20, 20, 3))
    moved = g.scaled(rest, (1, 1, 1), shift)
    stains, pores = g.noise(moved, 5, 3, 0.6), g.cells(g.scaled(moved, (0.7, 1, 1)), 88)
    grain = g.noise(moved, 30, 3)
    colour = g.mix(g.band(stains, 0.4, 0.66), tint, _shade(tint, 0.55, 0.18))
    holes = g.math("MULTIPLY", g.band(pores, 0.3, 0.12), g.band(stains, 0.36, 0.5))
    colour = g.mix(g.math("MULTIPLY", holes, 0.55), colour, _shade(tint, 0.18, 0.2))
    rim = g.band(back, 0.12, -0.02)
    colour = g.mix(g.math("MULTIPLY", rim, 0.75), colour, _shade(tuple(p["dirt_colour"]), 1.2))
    tissue = g.band(g.noise(moved, 3.2, 3, 1.2), 0.7 - 0.25 * p["tissue"], 0.78 - 0.25 * p["tissue"])
    colour = g.mix(g.math("MULTIPLY", tissue, 0.85 * min(1.0, 3 * p["tissue"])), colour, (0.14, 0.065, 0.03))
    dirt = g.band(grain, 0.66 - 0.2 * p["dirt"], 0.85 - 0.2 * p["dirt"])
    colour = g.mix(g.math("MULTIPLY", dirt, 0.8 * p["dirt"]), colour, tuple(p["dirt_colour"]))
    normal = g.relief((grain, 0.03), (holes, -0.012), (stains, 0.02))
    return g.finish(colour, g.band(stains, 0.3, 0.7, 0.55, 0.85), normal, 0.06, p)


def carved_horn(p: dict[str, Any], random: np.random.Generator) -> Any:
    """Cattle, buffalo or goat horn, cut to shape: straight fibres and layers that the cut runs across, tool marks.

    Layered fibrous sheen and marks of carving tell it from a claw (synthesis, grade C/D).
    """
    g = Graph("horn", tuple(p["colour"]), 0.4)
    rest, place = g.attribute("rest"), g.attribute("place")
    along, depth, _ = g.split(place)
    shift = tuple(float(v) for v in random.uniform(-20, 20, 3))
    tilt = g.nodes.new("ShaderNodeVectorRotate")
    tilt.inputs["Angle"].default_value = p["grain"]
    tilt.inputs["Axis"].default_value = (0.1, 1, 0.15)
    g.links.new(rest, tilt.inputs["Vector"])
    straight = tilt.outputs["Vector"]
    layers = g.noise(g.scaled(straight, (1.2, 10, 8), shift), 1.6, 4, 0.5)
    fibres = g.noise(g.scaled(straight, (4, 70, 60), shift), 1.0, 4)
    clouds = g.noise(g.scaled(rest, (1, 1, 1), shift), 3.2, 3, 0.8)
    base, second = tuple(p["colour"]), tuple(p["second_colour"])
    colour = g.mix(g.band(g.math("ADD", layers, g.math("MULTIPLY", clouds, 0.35)), 0.52, 0.86), base, second)
    colour = g.mix(g.math("MULTIPLY", g.band(fibres, 0.5, 0.66), 0.4 * p["striation"]), colour, _shade(base, 0.5, 0.08))
    colour = g.mix(g.math("MULTIPLY", g.band(along, 0.7, 1.0), p["painted_tip"]), colour, tuple(p["tip_colour"]))
    # Files and knives leave short parallel scratches and facets.
    cut = g.scaled(rest, (18, 30, 60), shift[::-1])
    scratch = g.math("MULTIPLY", g.band(g.noise(cut, 1.6, 2), 0.6, 0.68), g.band(clouds, 0.4, 0.6))
    colour = g.mix(g.math("MULTIPLY", scratch, 0.5 * p["tool_marks"]), colour, _shade(second, 1.2))
    facets = g.cells(g.scaled(place, (5, 4, 0.6), shift), 1.6)
    dirt = g.noise(g.scaled(rest, (1, 1, 1), shift[::-1]), 10, 5, 0.4)
    grime = g.band(
        g.math("ADD", dirt, g.band(depth, 1.0, 1.4, 0, 0.12)), 0.74 - 0.2 * p["dirt"], 0.9 - 0.18 * p["dirt"]
    )
    colour = g.mix(g.math("MULTIPLY", grime, 0.9 * p["dirt"]), colour, tuple(p["dirt_colour"]))
    rough = g.band(layers, 0.3, 0.7, 0.6 - 0.48 * p["gloss"], 0.72 - 0.45 * p["gloss"])
    normal = g.relief(
        (facets, 0.012 * p["tool_marks"]), (scratch, -0.006 * p["tool_marks"]), (layers, 0.006 * p["striation"])
    )
    g.shader.inputs["Anisotropic"].default_value = 0.4
    return g.finish(colour, rough, normal, 0.2 * p["translucency"], p)


def cast(p: dict[str, Any], random: np.random.Generator) -> Any:
    """Resin or plastic: one colour or a swirl of two, even gloss, bubbles, a mould seam (synthesis, grade C/D)."""
    g = Graph("cast", tuple(p["colour"]), 0.3)
    rest, place = g.attribute("rest"), g.attribute("place")
    along, depth, _ = g.split(place)
    _, y, _ = g.split(rest)
    shift = tuple(float(v) for v in random.uniform(-20, 20, 3))
    moved = g.scaled(rest, (1, 1, 1), shift)
    base, second = tuple(p["colour"]), tuple(p["second_colour"])
    swirl = g.noise(moved, 3.5, 3, 2.2)
    colour = g.mix(g.math("MULTIPLY", g.band(swirl, 0.35, 0.65), p["swirl"]), base, second)
    reach = g.math("ADD", along, g.math("MULTIPLY", g.math("SUBTRACT", swirl, 0.5), 0.25))
    colour = g.mix(
        g.math("MULTIPLY", g.band(reach, 1 - p["tip_reach"], 1.0), p["painted_tip"]), colour, tuple(p["tip_colour"])
    )
    colour = g.mix(g.math("MULTIPLY", g.band(reach, 0.12, 0.0), p["painted_base"]), colour, tuple(p["bone_colour"]))
    cells = g.cells(moved, 30)
    bubbles = g.math("MULTIPLY", g.band(cells, 0.15 * p["bubbles"], 0.1 * p["bubbles"]), g.band(swirl, 0.46, 0.5))
    colour = g.mix(g.math("MULTIPLY", bubbles, 0.6), colour, _shade(base, 0.3))
    seam = g.math("MULTIPLY", g.band(g.math("ABSOLUTE", y), 0.006, 0.002), p["seam"])
    colour = g.mix(g.math("MULTIPLY", seam, 0.35), colour, _shade(base, 1.35))
    dirt = g.noise(moved, 9, 5, 0.4)
    streak = g.noise(g.scaled(place, (1.2, 10, 0.5), shift), 3, 5)
    wash = g.math(
        "ADD", g.math("MULTIPLY", g.band(streak, 0.5, 0.35), 0.7 * p["wash"]), g.band(along, 0.1, 0, 0, 0.2 * p["wash"])
    )
    colour = g.mix(wash, colour, _shade(second, 0.5, 0.15))
    grime = g.band(g.math("ADD", dirt, g.band(depth, 1.0, 1.3, 0, 0.1)), 0.76 - 0.2 * p["dirt"], 0.92 - 0.2 * p["dirt"])
    colour = g.mix(g.math("MULTIPLY", grime, 0.9 * p["dirt"]), colour, tuple(p["dirt_colour"]))
    rough = g.math("ADD", 0.55 - 0.47 * p["gloss"], g.math("MULTIPLY", g.band(dirt, 0.5, 0.8), 0.2))
    normal = g.relief((bubbles, -0.014), (streak, 0.008 * p["wash"]), (swirl, 0.003))
    return g.finish(colour, rough, normal, 0.3 * p["translucency"], p)


def skin_material(p: dict[str, Any], random: np.random.Generator) -> Any:
    """Dried, shrunken skin, brown and wrinkled."""
    tint = tuple(p["skin_colour"])
    g = Graph("skin", tint, 0.7)
    moved = g.scaled(g.attribute("rest"), (1, 1, 1), tuple(float(v) for v in random.uniform(-20, 20, 3)))
    wrinkles, clouds = g.noise(g.scaled(moved, (3, 1, 1)), 9, 5, 0.8), g.noise(moved, 4, 4)
    colour = g.mix(g.band(clouds, 0.35, 0.65), _shade(tint, 0.5), _shade(tint, 1.5))
    colour = g.mix(g.band(wrinkles, 0.5, 0.35, 0, 0.7), colour, _shade(tint, 0.3))
    return g.finish(colour, 0.7, g.relief((wrinkles, 0.045)), 0.05, {})
