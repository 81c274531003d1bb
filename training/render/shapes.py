"""Shapes and materials in Blender. Only the render process imports this."""

from __future__ import annotations

import colorsys
import math
from typing import Any

import bmesh
import bpy
import numpy as np


def build(generator: str, parameters: dict[str, Any], seed: int) -> bpy.types.Object:
    """The object, longest side about 1, lying on z = 0."""
    makers = {"cat_claw": _claw, "bear_claw": _claw, "cast_claw": _claw, "stone": _stone, "hook": _hook}
    made = makers[generator](parameters, np.random.default_rng([seed, 3]))
    _lay_down(made)
    return made


def _claw(p: dict[str, Any], random: np.random.Generator) -> bpy.types.Object:
    """A tapering sweep along an arc: ridge on the outer curve, open channel on the inner one, bone at the base."""
    rings, points = 72, 48
    arc = math.radians(p["arc"])
    mesh = bmesh.new()
    grid = []
    wobble = random.normal(0, 0.012, (rings, 1)) * p["wear"]
    for i in range(rings):
        s = i / (rings - 1)
        # Curvature grows towards the tip, as in a spiral.
        angle = arc * (0.75 * s + 0.25 * s * s)
        radius = 0.5 / max(arc, 0.8) * 1.6
        centre = np.array([radius * math.sin(angle), 0, radius * (1 - math.cos(angle))])
        outward = np.array([math.sin(angle), 0, -math.cos(angle)])
        taper = max(1 - s, 0.0) ** 0.62 * (1 - 0.12 * (1 - s) ** 3) + 0.012 * (1 + 2 * p["wear"])
        height = p["slenderness"] * taper * (1 + float(wobble[i, 0]))
        ring = []
        for k in range(points):
            t = 2 * math.pi * k / points
            up, side = math.cos(t), math.sin(t)
            ridge = 1 + 0.16 * p["ridge"] * max(up, 0) ** 10
            channel = 1 - 0.75 * p["channel"] * max(-up, 0) ** 5 * (1 - s) ** 0.5
            seam = 1 + 0.05 * p["seam"] * (abs(side) < 0.07)
            position = (
                centre
                + outward * (up * height * ridge * channel * seam)
                + np.array([0, side * height * p["compression"], 0])
            )
            ring.append(mesh.verts.new(position))
        grid.append(ring)
    for i in range(rings - 1):
        for k in range(points):
            mesh.faces.new((grid[i][k], grid[i][(k + 1) % points], grid[i + 1][(k + 1) % points], grid[i + 1][k]))
    mesh.faces.new(grid[0][::-1])
    mesh.faces.new(grid[-1])
    made = _object(mesh, "claw")
    made.data.materials.append(_horn(p))
    if p["bone"] > 0:
        bone = _bone(p, random)
        bone.parent = made
    return made


def _bone(p: dict[str, Any], random: np.random.Generator) -> bpy.types.Object:
    mesh = bmesh.new()
    bmesh.ops.create_icosphere(mesh, subdivisions=5, radius=p["slenderness"] * 0.74)
    for vertex in mesh.verts:
        c = vertex.co
        lump = 1 + 0.16 * math.sin(9 * c.x + 3) * math.cos(11 * c.z) + 0.008 * float(random.normal())
        vertex.co = (c.x * 0.9 * p["bone"] * lump - 0.02, c.y * p["compression"] * 0.95 * lump, c.z * 0.95 * lump)
    made = _object(mesh, "bone")
    material, shader, _ = plain_material("bone", (0.72, 0.62, 0.47, 1), 0.85)
    roughen(material, shader, 12, 0.3)
    made.data.materials.append(material)
    return made


def _horn(p: dict[str, Any]) -> bpy.types.Material:
    tone, yellow = p["tone"], p["yellow"]
    base = (tone, tone * (1 - 0.22 * yellow), tone * (1 - 0.62 * yellow), 1)
    material, shader, nodes = plain_material("horn", base, 1 - p["gloss"])
    links = material.node_tree.links
    coordinates = nodes.new("ShaderNodeTexCoord")
    stretch = nodes.new("ShaderNodeMapping")
    stretch.inputs["Scale"].default_value = (2.2, 34, 9)
    streaks = nodes.new("ShaderNodeTexNoise")
    streaks.inputs["Scale"].default_value = 2.6
    streaks.inputs["Detail"].default_value = 7
    links.new(coordinates.outputs["Object"], stretch.inputs["Vector"])
    links.new(stretch.outputs["Vector"], streaks.inputs["Vector"])
    ramp = nodes.new("ShaderNodeValToRGB")
    dark = 1 - 0.45 * p["striation"] - 0.15 * p["dirt"]
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.32, 0.72
    ramp.color_ramp.elements[0].color = (base[0] * dark, base[1] * dark * 0.94, base[2] * dark * 0.86, 1)
    ramp.color_ramp.elements[1].color = base
    links.new(streaks.outputs["Fac"], ramp.inputs["Fac"])
    colour = ramp.outputs["Color"]
    if p["bubbles"] > 0:
        bubbles = nodes.new("ShaderNodeTexVoronoi")
        bubbles.inputs["Scale"].default_value = 34
        small = nodes.new("ShaderNodeMath")
        small.operation = "LESS_THAN"
        small.inputs[1].default_value = 0.09 * p["bubbles"]
        mix = nodes.new("ShaderNodeMix")
        mix.data_type = "RGBA"
        links.new(coordinates.outputs["Object"], bubbles.inputs["Vector"])
        links.new(bubbles.outputs["Distance"], small.inputs[0])
        links.new(small.outputs["Value"], mix.inputs["Factor"])
        links.new(colour, mix.inputs["A"])
        mix.inputs["B"].default_value = (base[0] * 0.35, base[1] * 0.33, base[2] * 0.3, 1)
        colour = mix.outputs["Result"]
    links.new(colour, shader.inputs["Base Color"])
    shader.inputs["Subsurface Weight"].default_value = 0.12
    shader.inputs["Subsurface Radius"].default_value = (0.08, 0.05, 0.03)
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = 0.1 + 0.5 * p["striation"]
    bump.inputs["Distance"].default_value = 0.02
    links.new(streaks.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material


def _stone(p: dict[str, Any], random: np.random.Generator) -> bpy.types.Object:
    mesh = bmesh.new()
    bmesh.ops.create_icosphere(mesh, subdivisions=6, radius=0.5)
    waves = random.normal(0, 1, (7, 3)) * 4
    phases = random.uniform(0, 6.28, 7)
    for vertex in mesh.verts:
        c = np.asarray(vertex.co)
        lump = 1 + p["roughness"] * float(np.sin(waves @ c + phases).mean()) * 1.6
        vertex.co = c * lump * p["stretch"]
    made = _object(mesh, "stone")
    tone, yellow = p["tone"], p["yellow"]
    material, shader, _ = plain_material(
        "stone", (tone, tone * (1 - 0.2 * yellow), tone * (1 - 0.5 * yellow), 1), 1 - p["gloss"]
    )
    roughen(material, shader, 22, 0.6)
    made.data.materials.append(material)
    return made


def _hook(p: dict[str, Any], _random: np.random.Generator) -> bpy.types.Object:
    curve = bpy.data.curves.new("hook", "CURVE")
    curve.dimensions = "3D"
    curve.bevel_depth = p["slenderness"] / 2
    curve.bevel_resolution = 6
    curve.use_fill_caps = True
    spline = curve.splines.new("POLY")
    steps = 60
    spline.points.add(steps - 1)
    arc = math.radians(p["arc"])
    for i in range(steps):
        angle = arc * i / (steps - 1)
        spline.points[i].co = (0.35 * math.sin(angle), 0, 0.35 * (1 - math.cos(angle)), 1)
    made = bpy.data.objects.new("hook", curve)
    bpy.context.collection.objects.link(made)
    colour = hsv(p["hue"], 0.0 if p["metal"] else 0.6, p["tone"])
    material, shader, _ = plain_material("hook", colour, 1 - p["gloss"])
    shader.inputs["Metallic"].default_value = 1.0 if p["metal"] else 0.0
    curve.materials.append(material)
    return made


def _object(mesh: bmesh.types.BMesh, name: str) -> bpy.types.Object:
    mesh.normal_update()
    data = bpy.data.meshes.new(name)
    mesh.to_mesh(data)
    mesh.free()
    for polygon in data.polygons:
        polygon.use_smooth = True
    made = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(made)
    return made


def plain_material(name: str, colour: tuple[float, ...], roughness: float) -> tuple[Any, Any, Any]:
    """A material of one colour; also its shader and its nodes."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes = material.node_tree.nodes
    shader = nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = colour
    shader.inputs["Roughness"].default_value = min(max(roughness, 0.08), 1)
    return material, shader, nodes


def roughen(material: Any, shader: Any, scale: float, strength: float) -> None:
    """Fine bumps by noise."""
    nodes, links = material.node_tree.nodes, material.node_tree.links
    noise, bump = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeBump")
    noise.inputs["Scale"].default_value = scale
    noise.inputs["Detail"].default_value = 6
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = 0.03
    links.new(noise.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])


def hsv(hue: float, saturation: float, value: float) -> tuple[float, float, float, float]:
    """Colour with full alpha; all between 0 and 1."""
    return (*colorsys.hsv_to_rgb(hue, saturation, value), 1.0)


def _lay_down(made: bpy.types.Object) -> None:
    """Turn flat things on their side, centre them, and set them on the ground."""
    made.rotation_euler = (math.radians(90), 0, 0)
    bpy.context.view_layer.update()
    corners = []
    for part in [made, *made.children]:
        corners += [np.asarray(part.matrix_world @ v.co) for v in _vertices(part)]
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    made.location = (-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2])
    bpy.context.view_layer.update()


def _vertices(part: bpy.types.Object) -> Any:
    evaluated = part.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return evaluated.to_mesh().vertices
