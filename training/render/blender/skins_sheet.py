"""Meshes of a hide: fur side, leather side with the cut edge, strings and nails."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import link, material
from training.render.blender.meshes import array_mesh
from training.render.blender.skins_cloth import Sheet, normals


def thick_sheet(sheet: Sheet, shape: tuple[int, int], thickness: float) -> list[bpy.types.Object]:
    """The fur side, and the leather side with the cut edge between them."""
    n = normals(sheet)
    under = sheet.points - n * thickness
    uv = np.column_stack([(sheet.pixels[:, 0] + 0.5) / shape[1], 1 - (sheet.pixels[:, 1] + 0.5) / shape[0]])
    top = _mesh("fur", sheet.points, sheet.quads, uv)
    count = len(sheet.points)
    edge = sheet.rim
    band = np.column_stack([edge[:, 1], edge[:, 0], edge[:, 0] + count, edge[:, 1] + count])
    faces = np.concatenate([sheet.quads[:, ::-1] + count, band])
    bottom = _mesh("leather", np.concatenate([sheet.points, under]), faces, np.concatenate([uv, uv]))
    return [top, bottom]


def _mesh(name: str, points: np.ndarray, quads: np.ndarray, uv: np.ndarray) -> bpy.types.Object:
    used = np.unique(quads)
    new = np.full(len(points), -1)
    new[used] = np.arange(len(used))
    points, uv, quads = points[used], uv[used], new[quads]
    return array_mesh(name, points, quads, uv=uv, uv_name="hide")


def tie(one: dict[str, Any], factor: float, string: dict[str, Any]) -> bpy.types.Object:
    """A string round a roll: a flat ring or two, and a knot with loose ends."""
    across = np.array(one["across"])
    middle = np.array(one["middle"]) * factor
    axis = np.array([-across[1], across[0], 0.0])
    thick = string["thick"]
    turns = string["turns"]
    t = np.linspace(0, 2 * math.pi * turns, 48 * turns)
    width, height = one["width"] * factor + thick, one["height"] * factor + thick
    ring = (
        middle + np.cos(t)[:, None] * across * width + np.sin(t)[:, None] * np.array([0, 0, height])
        + axis * (string["slant"] * np.cos(t) * 0.03 + thick * 1.8 * (t / (2 * math.pi) - turns / 2))[:, None]
    )  # fmt: skip
    ring[:, 2] += height - middle[2]
    knot = ring[np.argmax(ring[:, 2])]
    curve = bpy.data.curves.new("string", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", thick, 2
    ends = [
        knot + np.outer(np.linspace(0, 1, 6), across * side * 0.05 + axis * 0.03 * side)
        + np.array([0, 0, 1]) * (0.012 * np.sin(np.linspace(0, math.pi, 6)))[:, None]
        for side in (-1, 1)
    ]  # fmt: skip
    for line in (ring, *ends):
        spline = curve.splines.new("POLY")
        spline.points.add(len(line) - 1)
        spline.points.foreach_set("co", np.column_stack([line, np.ones(len(line))]).astype(np.float32).ravel())
    curve.materials.append(material("string", (*string["colour"], 1.0), 0.8)[0])
    made = link(curve, "string")
    return _as_mesh(made)


def _as_mesh(made: bpy.types.Object) -> bpy.types.Object:
    graph = bpy.context.evaluated_depsgraph_get()
    data = bpy.data.meshes.new_from_object(made.evaluated_get(graph))
    bpy.data.objects.remove(made)
    return link(data, "string")


def nail(one: dict[str, Any], factor: float) -> bpy.types.Object:
    """The head of a nail that holds a hung hide."""
    bpy.ops.mesh.primitive_cylinder_add(vertices=16, radius=0.008, depth=0.006, location=np.array(one["nail"]) * factor)
    made = bpy.context.object
    metal, shader, _ = material("nail", (0.25, 0.24, 0.23, 1), 0.4)
    shader.inputs["Metallic"].default_value = 0.9
    made.data.materials.append(metal)
    return made
