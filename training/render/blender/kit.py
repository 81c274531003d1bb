"""Small helpers for meshes and materials that every builder shares."""

from __future__ import annotations

import colorsys
from typing import Any

import bmesh
import bpy
import numpy as np


def link(data: Any, name: str) -> bpy.types.Object:
    """An object around mesh or curve data, put into the scene."""
    made = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(made)
    return made


def mesh_object(mesh: bmesh.types.BMesh, name: str, smooth: bool = True) -> bpy.types.Object:
    """An object made of ``mesh``, which is freed."""
    mesh.normal_update()
    data = bpy.data.meshes.new(name)
    mesh.to_mesh(data)
    mesh.free()
    data.polygons.foreach_set("use_smooth", [smooth] * len(data.polygons))
    return link(data, name)


def material(name: str, colour: tuple[float, ...], roughness: float) -> tuple[Any, Any, Any]:
    """A material of one colour; also its shader and its nodes."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes = made.node_tree.nodes
    shader = nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = colour
    shader.inputs["Roughness"].default_value = min(max(roughness, 0.08), 1)
    return made, shader, nodes


def roughen(made: Any, shader: Any, scale: float, strength: float) -> None:
    """Fine bumps by noise."""
    nodes, links = made.node_tree.nodes, made.node_tree.links
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


def picture_texture(made: Any, name: str, pixels: np.ndarray, colour: bool = True) -> Any:
    """An image texture node holding ``pixels`` (height, width, 3) in [0, 1], sRGB if ``colour``; row 0 is the top."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(name, width, height, alpha=False, float_buffer=not colour)
    if not colour:
        image.colorspace_settings.name = "Non-Color"
    filled = np.ones((height, width, 4), np.float32)
    filled[..., :3] = pixels[::-1]
    image.pixels.foreach_set(filled.ravel())
    image.update()
    node = made.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    return node
