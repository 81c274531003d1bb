"""Things that are neither a part nor an imitation."""

from __future__ import annotations

import math
from typing import Any

import bmesh
import bpy
import numpy as np

from training.render.blender.kit import hsv, link, material, mesh_object, roughen


def _stone(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    mesh = bmesh.new()
    bmesh.ops.create_icosphere(mesh, subdivisions=6, radius=0.5)
    waves = random.normal(0, 1, (7, 3)) * 4
    phases = random.uniform(0, 6.28, 7)
    for vertex in mesh.verts:
        c = np.asarray(vertex.co)
        lump = 1 + p["roughness"] * float(np.sin(waves @ c + phases).mean()) * 1.6
        vertex.co = c * lump * p["stretch"]
    made = mesh_object(mesh, "stone")
    tone, yellow = p["tone"], p["yellow"]
    made_of, shader, _ = material(
        "stone", (tone, tone * (1 - 0.2 * yellow), tone * (1 - 0.5 * yellow), 1), 1 - p["gloss"]
    )
    roughen(made_of, shader, 22, 0.6)
    made.data.materials.append(made_of)
    return [made]


def _hook(p: dict[str, Any], _random: np.random.Generator) -> list[bpy.types.Object]:
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
    made = link(curve, "hook")
    colour = hsv(p["hue"], 0.0 if p["metal"] else 0.6, p["tone"])
    made_of, shader, _ = material("hook", colour, 1 - p["gloss"])
    shader.inputs["Metallic"].default_value = 1.0 if p["metal"] else 0.0
    curve.materials.append(made_of)
    return [made]


BUILDERS = {"stone": _stone, "hook": _hook}
