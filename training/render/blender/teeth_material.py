"""Materials of teeth and imitations: enamel, root, bone, resin, with cracks, stains, dirt and tool marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.render.blender.kit import material

Colour = Sequence[float]


class Graph:
    """Shader nodes, put together by calls; any input may be a number, a colour, or another node's output."""

    def __init__(self, made: Any) -> None:
        self.nodes, self.links = made.node_tree.nodes, made.node_tree.links

    def put(self, kind: str, inputs: dict[str | int, Any], **settings: Any) -> Any:
        """A node with settings and inputs."""
        node = self.nodes.new(f"ShaderNode{kind}")
        for key, value in settings.items():
            setattr(node, key, value)
        for key, value in inputs.items():
            self.feed(node.inputs[key], value)
        return node

    def feed(self, socket: Any, value: Any) -> None:
        """Set an input, or link an output to it."""
        if hasattr(value, "is_output"):
            self.links.new(value, socket)
        elif socket.type == "RGBA":
            socket.default_value = (*value[:3], 1)
        else:
            socket.default_value = value

    def sum(self, a: Any, b: Any, operation: str = "ADD", clamp: bool = False) -> Any:
        """Arithmetic of two numbers."""
        return self.put("Math", {0: a, 1: b}, operation=operation, use_clamp=clamp).outputs[0]

    def times(self, a: Any, b: Any) -> Any:
        """Product, clamped to [0, 1]."""
        return self.sum(a, b, "MULTIPLY", True)

    def ramp(self, value: Any, low: float, high: float, start: float = 0.0, stop: float = 1.0) -> Any:
        """``value`` from [low, high] to [start, stop], smooth, clamped."""
        inputs = {"Value": value, "From Min": low, "From Max": high, "To Min": start, "To Max": stop}
        return self.put("MapRange", inputs, interpolation_type="SMOOTHSTEP").outputs[0]

    def mix(self, factor: Any, a: Any, b: Any, blend: str = "MIX") -> Any:
        """Two colours mixed."""
        node = self.put("Mix", {}, data_type="RGBA", blend_type=blend)
        for name, value in (("Factor", factor), ("A", a), ("B", b)):
            of = [
                one for one in node.inputs if one.name == name and one.type == ("VALUE" if name == "Factor" else "RGBA")
            ]
            self.feed(of[0], value)
        return next(one for one in node.outputs if one.type == "RGBA")

    def noise(self, place: Any, scale: Colour, detail: float = 4, distort: float = 0.0, rough: float = 0.55) -> Any:
        """Cloudy noise, stretched by axis."""
        stretched = self.put("VectorMath", {0: place, 1: scale}, operation="MULTIPLY").outputs[0]
        inputs = {"Vector": stretched, "Scale": 1.0, "Detail": detail, "Distortion": distort, "Roughness": rough}
        return self.put("TexNoise", inputs).outputs["Fac"]

    def cells(self, place: Any, scale: Colour, feature: str = "F1") -> Any:
        """Distance to the points or edges of random cells, stretched by axis."""
        stretched = self.put("VectorMath", {0: place, 1: scale}, operation="MULTIPLY").outputs[0]
        return self.put("TexVoronoi", {"Vector": stretched, "Scale": 1.0}, feature=feature).outputs["Distance"]

    def attribute(self, name: str) -> tuple[Any, Any]:
        """A mesh attribute: as a vector, and as a node of its three numbers."""
        vector = self.put("Attribute", {}, attribute_name=name).outputs["Vector"]
        return vector, self.put("SeparateXYZ", {0: vector}).outputs


def tooth_material(t: dict[str, Any], random: np.random.Generator) -> Any:
    """The material of one tooth; needs the attributes that ``teeth_shape.mesh`` sets."""
    made, shader, _ = material("tooth", (0.8, 0.75, 0.65, 1), 0.4)
    g = Graph(made)
    rest, parts = g.attribute("rest")
    _, marks = g.attribute("marks")
    _, places = g.attribute("places")
    along = parts[2]
    # Another piece of the endless noise for every tooth.
    place = g.put("VectorMath", {0: rest, 1: tuple(random.uniform(0, 50, 3))}, operation="ADD").outputs[0]
    blotch = g.noise(place, (5, 5, 3.2), 6, 0.5)
    fine = g.noise(place, (46, 46, 30), 5)
    streak = g.noise(place, (30, 30, 2.0), 5, 0.2)
    enamel_at = g.sum(marks[0], g.sum(g.sum(fine, 0.5, "SUBTRACT"), 0.6 * t["line_blur"] + 0.006, "MULTIPLY"))
    is_enamel = g.times(g.ramp(enamel_at, -t["line_blur"], t["line_blur"]), t["enamel"])
    root, root_cracks = _root(g, t, place, along, marks[0], blotch, fine, streak)
    enamel, enamel_cracks = _enamel(g, t, place, along, marks[0], blotch, streak)
    colour = g.mix(is_enamel, root, enamel)
    # Worn or broken: dentine shows.
    worn = g.ramp(g.sum(marks[2], g.sum(g.sum(blotch, 0.5, "SUBTRACT"), 0.4, "MULTIPLY")), 0.25, 0.6)
    colour = g.mix(g.times(worn, 0.8), colour, _ivory(0.82 * t["root_tone"], 0.6 * t["root_yellow"] + 0.25))
    colour = g.mix(g.times(worn, g.ramp(streak, 0.5, 0.75, 0, 0.35)), colour, (0.2, 0.12, 0.06))
    colour, height = _made_by_hand(g, t, place, colour, marks[0], places[2])
    colour, dirty = _dirt(g, t, place, colour, marks, blotch, fine)
    # Inside the pulp opening and about the drill hole.
    colour = g.mix(g.ramp(places[0], 0.0, 0.55, 0, 0.9), colour, (0.05, 0.032, 0.02))
    colour = g.mix(g.ramp(places[1], 0.018, 0.0, 0, t["hole_stain"]), colour, (0.12, 0.075, 0.04))
    g.feed(shader.inputs["Base Color"], colour)

    gloss = g.sum(
        g.ramp(is_enamel, 0, 1, 1 - t["gloss_root"], 1 - t["gloss_enamel"]), g.ramp(blotch, 0.3, 0.7, -0.08, 0.1)
    )
    gloss = g.sum(gloss, g.sum(dirty, 0.35, "MULTIPLY"))
    gloss = g.sum(g.sum(gloss, g.sum(worn, 0.12, "MULTIPLY")), 0.12, "MAXIMUM")
    g.feed(shader.inputs["Roughness"], g.sum(gloss, 0.95, "MINIMUM"))
    bare = g.sum(1.0, is_enamel, "SUBTRACT")
    rough = g.sum(g.sum(g.sum(fine, bare, "MULTIPLY"), 0.35 * t["root_rough"], "MULTIPLY"), g.sum(
        g.sum(streak, bare, "MULTIPLY"), 0.9 * t["root_rough"], "MULTIPLY"))  # fmt: skip
    rough = g.sum(rough, g.sum(streak, 0.18 * t["striae"], "MULTIPLY"))
    rough = g.sum(rough, g.sum(g.sum(root_cracks, bare, "MULTIPLY"), 1.3, "MULTIPLY"), "SUBTRACT")
    rough = g.sum(rough, g.sum(g.sum(enamel_cracks, is_enamel, "MULTIPLY"), 0.5, "MULTIPLY"), "SUBTRACT")
    rough = g.sum(rough, g.sum(g.sum(fine, worn, "MULTIPLY"), 0.9 * t["tip_rough"] + 0.1, "MULTIPLY"))
    rough = g.sum(rough, height)
    bump = g.put("Bump", {"Height": rough, "Strength": 0.75, "Distance": 0.018})
    g.feed(shader.inputs["Normal"], bump.outputs["Normal"])
    shader.inputs["Subsurface Weight"].default_value = t["translucent"]
    shader.inputs["Subsurface Radius"].default_value = (1.0, 0.72, 0.45)
    shader.inputs["Subsurface Scale"].default_value = 0.02
    shader.inputs["Specular IOR Level"].default_value = 0.5
    _cut_hole(g, shader, places[1])
    return made


def bore_material(t: dict[str, Any]) -> Any:
    """The wall of a drill hole: bare dentine or resin, grimy."""
    tone = t["root_tone"] * 0.55
    return material("bore", (*_ivory(tone, 0.8), 1), 0.8)[0]


def _ivory(tone: float, yellow: float, brown: float = 0.0) -> tuple[float, float, float]:
    """White to ivory, honey and brown."""
    return (
        tone * (1 - 0.45 * brown),
        tone * (1 - 0.24 * yellow) * (1 - 0.66 * brown),
        tone * (1 - 0.7 * yellow) * (1 - 0.86 * brown),
    )


def _lines(g: Graph, place: Any, scale: Colour, width: float, amount: float, share: Any) -> Any:
    """Long thin cracks, 1 in their middle; more of them with ``amount``, where ``share`` (a noise) is high."""
    height = g.noise(place, scale, 3, 0.15, 0.5)
    away = g.put("Math", {0: g.sum(height, 0.5, "SUBTRACT")}, operation="ABSOLUTE").outputs[0]
    some = g.ramp(share, 0.66 - 0.4 * amount, 0.72 - 0.3 * amount, 0, min(1.0, 1.4 * amount))
    return g.times(g.ramp(away, width, 0.15 * width), some)


def _root(
    g: Graph, t: dict[str, Any], place: Any, along: Any, above: Any, blotch: Any, fine: Any, streak: Any
) -> tuple[Any, Any]:
    """Dentine and cementum: cream to brown, dull, blotchy, finely cracked along its length with age (grade K)."""
    light = _ivory(t["root_tone"], t["root_yellow"], 0.35 * t["root_brown"])
    dark = _ivory(t["root_tone"] * 0.8, t["root_yellow"], min(1.0, 0.15 + 0.75 * t["root_brown"]))
    colour = g.mix(g.times(g.ramp(blotch, 0.35, 0.7), t["unevenness"]), light, dark)
    colour = g.mix(g.times(g.ramp(streak, 0.42, 0.72), 0.55 * t["unevenness"]), colour, dark)
    # Gum line: a darker band just below the enamel; the root's end stains too.
    band = g.times(g.ramp(above, -t["gum_width"], -0.005), g.ramp(blotch, 0.25, 0.65, 0.2, 1))
    colour = g.mix(g.times(band, t["gum"]), colour, _ivory(0.5, 1.0, 0.55))
    end = g.ramp(g.sum(along, g.sum(blotch, 0.25, "MULTIPLY")), 0.42, 0.08)
    colour = g.mix(g.times(end, t["end_stain"]), colour, _ivory(0.42, 1.0, 0.6))
    rings = g.noise(place, (3, 3, 60), 3)
    colour = g.mix(g.times(g.ramp(rings, 0.45, 0.7), 0.35 * t["rings"]), colour, dark)
    specks = g.times(g.ramp(g.noise(place, (120, 120, 70), 3), 0.6, 0.72), g.ramp(blotch, 0.35, 0.6, 0.15, 0.8))
    colour = g.mix(g.times(specks, 0.6 * t["unevenness"]), colour, _ivory(0.3, 1.0, 0.6))
    cracks = _lines(g, place, (18, 18, 0.6), 0.019, t["root_cracks"], g.noise(place, (4, 4, 2), 3))
    colour = g.mix(g.times(cracks, 0.75), colour, (0.09, 0.055, 0.03))
    return colour, cracks


def _enamel(
    g: Graph, t: dict[str, Any], place: Any, along: Any, above: Any, blotch: Any, streak: Any
) -> tuple[Any, Any]:
    """Enamel: white-ivory to yellowed, deeper in colour near the gum, with brown tartar and age cracks there."""
    base = _ivory(t["enamel_tone"] * 0.93, min(1.0, t["enamel_yellow"] + 0.22), 0.1 * t["tartar"])
    tip = _ivory(t["enamel_tone"], t["enamel_yellow"] * 0.75)
    colour = g.mix(g.ramp(g.sum(along, g.sum(blotch, 0.2, "MULTIPLY")), 0.62, 1.0), base, tip)
    colour = g.mix(
        g.times(g.ramp(blotch, 0.4, 0.75), 0.5 * t["unevenness"]), colour, _ivory(t["enamel_tone"] * 0.8, 1, 0.12)
    )
    colour = g.mix(
        g.times(g.ramp(streak, 0.5, 0.8), 0.4 * t["unevenness"]), colour, _ivory(t["enamel_tone"] * 0.72, 1, 0.2)
    )
    crust = g.times(g.ramp(g.sum(above, g.sum(blotch, 0.3, "MULTIPLY")), 0.24, 0.12), g.ramp(streak, 0.3, 0.62))
    colour = g.mix(g.times(crust, t["tartar"]), colour, _ivory(0.42, 1.0, 0.5))
    cracks = _lines(g, place, (17, 17, 0.35), 0.009, t["enamel_cracks"], g.noise(place, (3, 3, 2), 3))
    colour = g.mix(g.times(cracks, 0.45), colour, (0.16, 0.1, 0.05))
    return colour, cracks


def _made_by_hand(g: Graph, t: dict[str, Any], place: Any, colour: Any, above: Any, seam: Any) -> tuple[Any, Any]:
    """Traces of making: mould seam and bubbles of a cast, file marks and vessel specks of carved bone (grade C)."""
    height: Any = 0.0
    if t["seam"] > 0:
        ragged = g.noise(place, (8, 8, 14), 4)
        ridge = g.times(g.ramp(seam, 0.0055, 0.001), g.ramp(ragged, 0.42 - 0.25 * t["seam"], 0.5, 0, 1))
        height = g.sum(ridge, 1.1 * t["seam"], "MULTIPLY")
        colour = g.mix(g.times(ridge, 0.22 * t["seam"]), colour, _ivory(min(1, t["root_tone"] * 1.15), 0.3))
    if t["bubbles"] > 0:
        for scale, size in ((11.0, 0.045), (31.0, 0.06)):
            pit = g.ramp(g.cells(place, (scale, scale, scale)), size, 0.45 * size)
            some = g.ramp(g.noise(place, (6, 6, 5), 2), 0.62 - 0.2 * t["bubbles"], 0.66 - 0.2 * t["bubbles"])
            pit = g.times(pit, some)
            height = g.sum(height, g.sum(pit, 1.8, "MULTIPLY"), "SUBTRACT")
            colour = g.mix(g.times(pit, 0.4), colour, (0.16, 0.08, 0.05))
    if t["toolmarks"] > 0:
        file = g.noise(place, (5, 5, 150), 4, 0.35)
        scratch = g.noise(place, (90, 14, 40), 3, 0.3)
        where = g.ramp(g.noise(place, (5, 5, 7), 2), 0.4, 0.6, 0.15, 1)
        height = g.sum(height, g.sum(g.sum(file, where, "MULTIPLY"), 0.9 * t["toolmarks"], "MULTIPLY"))
        height = g.sum(height, g.sum(scratch, 0.3 * t["toolmarks"], "MULTIPLY"))
        colour = g.mix(g.times(g.ramp(file, 0.6, 0.75), 0.3 * t["toolmarks"]), colour, (0.3, 0.2, 0.11))
    if t["vessels"] > 0:
        # Vessel canals cut lengthwise: short dark dashes along the bone, where it is not dense.
        dash = g.ramp(g.cells(place, (75, 75, 13)), 0.26, 0.14)
        where = g.ramp(g.noise(place, (5, 5, 3), 3), 0.6 - 0.25 * t["vessels"], 0.68 - 0.2 * t["vessels"])
        dash = g.times(dash, where)
        height = g.sum(height, g.sum(dash, 0.9, "MULTIPLY"), "SUBTRACT")
        colour = g.mix(g.times(dash, 0.7), colour, (0.16, 0.1, 0.055))
    return colour, height


def _dirt(g: Graph, t: dict[str, Any], place: Any, colour: Any, marks: Any, blotch: Any, fine: Any) -> tuple[Any, Any]:
    """Grime in grooves and at the enamel line, smears and dust in patches."""
    earth = (0.11, 0.075, 0.045)
    groove = g.times(g.ramp(marks[1], 0.25, 0.95), g.ramp(g.noise(place, (9, 9, 4), 3), 0.3, 0.6, 0.25, 1))
    colour = g.mix(g.times(groove, min(1.0, 0.2 + 0.75 * t["dirt"])), colour, earth)
    near = g.times(g.ramp(g.put("Math", {0: marks[0]}, operation="ABSOLUTE").outputs[0], 0.012, 0.0), t["line_dirt"])
    colour = g.mix(g.times(near, g.ramp(blotch, 0.3, 0.6, 0.2, 0.8)), colour, earth)
    smear = g.noise(place, (7, 7, 5), 7, 0.8, 0.65)
    patch = g.ramp(smear, 0.72 - 0.25 * t["dirt"], 0.86 - 0.2 * t["dirt"])
    patch = g.times(g.times(patch, g.ramp(fine, 0.25, 0.6)), 0.15 + 0.7 * t["dirt"])
    return g.mix(patch, colour, tuple(np.asarray(earth) * t["dirt_tone"])), patch


def _cut_hole(g: Graph, shader: Any, edge: Any) -> None:
    """Nothing where the drill went: the wall of the hole is an object of its own."""
    inside = g.sum(edge, 0.0, "LESS_THAN")
    output = next(node for node in g.nodes if node.type == "OUTPUT_MATERIAL")
    gone = g.put("BsdfTransparent", {})
    mixed = g.put("MixShader", {0: inside, 1: shader.outputs[0], 2: gone.outputs[0]})
    g.links.new(mixed.outputs[0], output.inputs["Surface"])
