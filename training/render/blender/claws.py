"""Claws of cats and bears, and cast imitations of them."""

from __future__ import annotations

import math
from typing import Any

import bmesh
import bpy
import numpy as np

from training.render.blender.kit import material, mesh_object, roughen


def _claw(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
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
    made = mesh_object(mesh, "claw")
    made.data.materials.append(_horn(p))
    parts = [made]
    if p["bone"] > 0:
        parts.append(_bone(p, random))
    for part in parts:
        part.rotation_euler.x = math.radians(90)
    return parts


def _bone(p: dict[str, Any], random: np.random.Generator) -> bpy.types.Object:
    mesh = bmesh.new()
    bmesh.ops.create_icosphere(mesh, subdivisions=5, radius=p["slenderness"] * 0.74)
    for vertex in mesh.verts:
        c = vertex.co
        lump = 1 + 0.16 * math.sin(9 * c.x + 3) * math.cos(11 * c.z) + 0.008 * float(random.normal())
        vertex.co = (c.x * 0.9 * p["bone"] * lump - 0.02, c.y * p["compression"] * 0.95 * lump, c.z * 0.95 * lump)
    made = mesh_object(mesh, "bone")
    made_of, shader, _ = material("bone", (0.72, 0.62, 0.47, 1), 0.85)
    roughen(made_of, shader, 12, 0.3)
    made.data.materials.append(made_of)
    return made


def _horn(p: dict[str, Any]) -> bpy.types.Material:
    tone, yellow = p["tone"], p["yellow"]
    base = (tone, tone * (1 - 0.22 * yellow), tone * (1 - 0.62 * yellow), 1)
    made_of, shader, nodes = material("horn", base, 1 - p["gloss"])
    links = made_of.node_tree.links
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
    return made_of


BUILDERS = {"cat_claw": _claw, "bear_claw": _claw, "cast_claw": _claw}
