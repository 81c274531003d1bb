"""Things beside the exhibit. Only those of known size ask how long the exhibit truly is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import bpy
import numpy as np

from training.render import prints
from training.render.blender.bag import cover_with_bag
from training.render.blender.clutter import CLUTTER, pen
from training.render.blender.hand import put_hand
from training.render.blender.kit import picture_texture
from training.render.blender.shapes import paint, plain, quads, slab
from training.render.plan import Picture
from training.render.scenes import NEUTRAL_PLACE

_SCALES_CM = (5, 10, 15, 30, 50, 100)


@dataclass
class Floor:
    """What is still free around the exhibit: its box, and circles already taken."""

    low: np.ndarray
    high: np.ndarray
    random: np.random.Generator
    taken: list[tuple[float, float, float]] = field(default_factory=list)

    def spot(self, radius: float, near: float = 0.05, far: float = 0.6) -> tuple[float, float] | None:
        """A place for something of ``radius`` beside the box, or ``None`` if twenty tries found none."""
        half = (self.high[:2] - self.low[:2]) / 2
        middle = (self.high[:2] + self.low[:2]) / 2
        for _ in range(20):
            a = self.random.uniform(0, 2 * math.pi)
            way = np.array([math.cos(a), math.sin(a)])
            # From the middle to the border of the box, then the gap and the thing itself.
            border = float(np.min(half / np.maximum(np.abs(way), 1e-6)))
            x, y = middle + way * (border + radius + self.random.uniform(near, far))
            beside = np.hypot(*np.maximum(np.abs(np.array([x, y]) - middle) - half, 0))
            if beside > radius and all(math.hypot(x - u, y - v) > radius + r for u, v, r in self.taken):
                self.taken.append((x, y, radius))
                return float(x), float(y)
        return None


def put_props(
    picture: Picture, parts: list[bpy.types.Object], random: np.random.Generator,
    footprint: tuple[np.ndarray, np.ndarray], eye: np.ndarray,
) -> None:  # fmt: skip
    """Scale, coin, label, pen, clutter, bag and hand, as place and view say."""
    place, view = picture.place, picture.view
    if place == NEUTRAL_PLACE:
        return
    low, high = footprint
    floor = Floor(low, high, random)
    unit = 1 / float(picture.parameters["size_cm"])
    if place.scale_bar != "none":
        _scale_bar(floor, unit, place.scale_bar == "corner")
    if place.coin and unit > 1 / 40:
        _coin(floor, unit)
    if place.label == "tag" and 0.05 < 9 * unit < 1.5:
        _tag(floor, unit)
    if place.label == "tent" and 0.05 < 9 * unit < 1.5:
        _tent(floor, unit)
    if place.pen and 0.06 < 14 * unit < 2:
        where = floor.spot(7 * unit, 0.02, 0.3)
        if where:
            _turned(pen(random, 14 * unit), where, random.uniform(0, 360))
    for kind in place.clutter:
        radius = random.uniform(0.12, 0.4)
        where = floor.spot(radius, 0.12, 0.7)
        if where:
            _turned(CLUTTER[kind](random, radius), where, random.uniform(0, 360))
    if place.bag:
        cover_with_bag(parts, random, footprint)
    if view.hand != "none" and 0.06 < 18 * unit < 2.5:
        put_hand(place, view, unit, footprint, eye, np.random.default_rng([picture.seed, 8, picture.view_index]))


def _turned(things: list[bpy.types.Object], where: tuple[float, float], degrees: float) -> None:
    root = bpy.data.objects.new("prop", None)
    bpy.context.collection.objects.link(root)
    for thing in things:
        thing.parent = root
    root.location = (*where, 0.001)
    root.rotation_euler.z = math.radians(degrees)


def _scale_bar(floor: Floor, unit: float, corner: bool) -> None:
    """A scale of a length that people lay beside a thing this long; parallel to it, more or less."""
    random = floor.random
    fitting = [cm for cm in _SCALES_CM if 0.3 < cm * unit < 1.3]
    if not fitting:
        return
    length = fitting[int(random.integers(len(fitting)))]
    width = min(max(length * random.uniform(0.1, 0.2), 1.5), 5)
    gap = random.uniform(0.04, 0.16)
    side = -1 if random.random() < 0.75 else 1
    y = floor.low[1] - gap - width * unit / 2 if side < 0 else floor.high[1] + gap + width * unit / 2
    x = random.uniform(-0.3, 0.3) * max(0.0, 1.1 - length * unit)
    thick = 0.12 * unit
    arms = [slab("scale", (length * unit, width * unit, thick))]
    paint(arms[0], prints.scale(random, length, width, side=corner), 0.45)
    if corner:
        other = slab("scale", (length * unit, width * unit, thick))
        paint(other, prints.scale(random, length, width, side=True), 0.45)
        other.rotation_euler.z = math.pi / 2
        other.location = (-(length - width) / 2 * unit, (length - width) / 2 * unit, 0)
        arms.append(other)
        # Around the exhibit's corner, clear of its box.
        x = floor.low[0] - gap + (length / 2 - width) * unit
        y = floor.low[1] - gap - width * unit / 2
    _turned(arms, (x, y), random.normal(0, 4 if not corner else 1.5))
    for k in np.linspace(-0.5, 0.5, 7):
        floor.taken.append((x + k * length * unit, y, width * unit))


def _coin(floor: Floor, unit: float) -> None:
    random = floor.random
    radius = random.uniform(0.9, 1.4) * unit
    where = floor.spot(radius, 0.02, 0.3)
    if not where:
        return
    bpy.ops.mesh.primitive_cylinder_add(vertices=64, radius=radius, depth=0.18 * unit, location=(0, 0, 0.09 * unit))
    made = bpy.context.object
    bevel = made.modifiers.new("bevel", "BEVEL")
    bevel.width, bevel.segments = 0.02 * unit, 2
    tone = ((0.78, 0.6, 0.28, 1), (0.72, 0.72, 0.7, 1), (0.65, 0.36, 0.22, 1))[int(random.integers(3))]
    shader = plain(made, tone, random.uniform(0.25, 0.45), 1.0)
    nodes, links = made.data.materials[0].node_tree.nodes, made.data.materials[0].node_tree.links
    relief = prints.coin(random)
    texture = picture_texture(made.data.materials[0], "coin", np.repeat(relief[..., None], 3, -1), colour=False)
    coordinates, bump = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeBump")
    links.new(coordinates.outputs["Generated"], texture.inputs["Vector"])
    links.new(texture.outputs["Color"], bump.inputs["Height"])
    bump.inputs["Distance"].default_value = 0.05 * unit
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    _turned([made], where, random.uniform(0, 360))


def _tag(floor: Floor, unit: float) -> None:
    random = floor.random
    width, height = random.uniform(6, 10) * unit, random.uniform(3.5, 5.5) * unit
    where = floor.spot(width * 0.55, 0.0, 0.25)
    if where:
        made = paint(slab("tag", (width, height, 0.06 * unit)), prints.label(random), 0.7)
        _turned([made], where, random.normal(0, 35))


def _tent(floor: Floor, unit: float) -> None:
    """A folded card with a number on both sides."""
    random = floor.random
    s = random.uniform(5, 9) * unit
    where = floor.spot(s * 0.7, 0.02, 0.3)
    if not where:
        return
    d, h = 0.32 * s, 0.9 * s
    points = np.array([(-s / 2, -d, 0), (s / 2, -d, 0), (s / 2, 0, h), (-s / 2, 0, h),
                       (s / 2, d, 0), (-s / 2, d, 0), (-s / 2, 0, h), (s / 2, 0, h)])  # fmt: skip
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    made = quads("tent", points, np.array([(0, 1, 2, 3), (4, 5, 6, 7)]), np.concatenate([corners, corners]))
    _turned([paint(made, prints.number_card(random), 0.5)], where, random.normal(0, 25))
