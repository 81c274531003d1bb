"""Grids, slabs and materials that surfaces and props are made of."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from training.render.blender.kit import material, picture_texture
from training.render.blender.meshes import array_mesh
from training.render.textures import Texture


def grid(name: str, points: np.ndarray, uv: np.ndarray, smooth: bool = True) -> bpy.types.Object:
    """A sheet of quads through ``points`` (rows, columns, 3), with one texture coordinate a point."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    faces = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], -1).reshape(-1, 4)
    return quads(name, points.reshape(-1, 3), faces, uv.reshape(-1, 2), smooth)


def quads(name: str, points: np.ndarray, faces: np.ndarray, uv: np.ndarray, smooth: bool = False) -> bpy.types.Object:
    """An object of quads (n, 4), with one texture coordinate a point."""
    return array_mesh(name, points, faces, smooth, uv)


def slab(name: str, size: tuple[float, float, float], bevel: float = 0.0) -> bpy.types.Object:
    """A box on z = 0 about the origin whose top shows the texture once; sides show its edge."""
    x, y, z = size[0] / 2, size[1] / 2, size[2]
    corners = np.array([(-x, -y), (x, -y), (x, y), (-x, y)])
    points = np.concatenate([np.c_[corners, np.zeros(4)], np.c_[corners, np.full(4, z)]])
    faces = np.array([(4, 5, 6, 7), (3, 2, 1, 0), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)])
    uv = np.tile(corners / (2 * np.array([x, y])) + 0.5, (2, 1))
    made = quads(name, points, faces, np.clip(uv, 0.002, 0.998))
    if bevel:
        modifier = made.modifiers.new("bevel", "BEVEL")
        modifier.width, modifier.segments = bevel, 2
    return made


def paint(made: bpy.types.Object, colour: np.ndarray, roughness: float) -> bpy.types.Object:
    """Cover an object with a picture by its texture coordinates."""
    surface, shader, _ = material(made.name, (1, 1, 1, 1), roughness)
    texture = picture_texture(surface, made.name, colour)
    texture.extension = "EXTEND"
    surface.node_tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    made.data.materials.append(surface)
    return made


def plain(made: bpy.types.Object, colour: tuple[float, ...], roughness: float, metal: float = 0.0) -> Any:
    """Cover an object with one colour, a little uneven; returns the shader."""
    surface, shader, nodes = material(made.name, colour, roughness)
    shader.inputs["Metallic"].default_value = metal
    noise, ramp = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeMapRange")
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = 9, 4
    ramp.inputs["To Min"].default_value, ramp.inputs["To Max"].default_value = roughness - 0.1, roughness + 0.15
    surface.node_tree.links.new(noise.outputs["Fac"], ramp.inputs["Value"])
    surface.node_tree.links.new(ramp.outputs["Result"], shader.inputs["Roughness"])
    made.data.materials.append(surface)
    return shader


def textured(name: str, texture: Texture, side: float, turn: float, shift: np.ndarray) -> bpy.types.Material:
    """A material that repeats ``texture`` every ``side`` in the object's x and y.

    A slow noise over it hides the repetition.
    """
    surface, shader, nodes = material(name, (1, 1, 1, 1), 0.5)
    links = surface.node_tree.links
    coordinates, mapping = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (1 / side, 1 / side, 1)
    mapping.inputs["Rotation"].default_value = (0, 0, turn)
    mapping.inputs["Location"].default_value = (*shift, 0)
    links.new(coordinates.outputs["Object"], mapping.inputs["Vector"])
    colour = picture_texture(surface, name, texture.colour)
    data = picture_texture(
        surface, name + " data", np.stack([texture.rough, texture.height, texture.rough], -1), colour=False
    )
    for node in (colour, data):
        links.new(mapping.outputs["Vector"], node.inputs["Vector"])
    channels = nodes.new("ShaderNodeSeparateColor")
    links.new(data.outputs["Color"], channels.inputs["Color"])
    links.new(channels.outputs["Red"], shader.inputs["Roughness"])

    cloud, shade, mix = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeMapRange"), nodes.new("ShaderNodeMix")
    cloud.inputs["Scale"].default_value, cloud.inputs["Detail"].default_value = 0.9, 1
    shade.inputs["From Min"].default_value, shade.inputs["From Max"].default_value = 0.3, 0.7
    shade.inputs["To Min"].default_value, shade.inputs["To Max"].default_value = 0.72, 1.08
    mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
    mix.inputs["Factor"].default_value = 1
    links.new(coordinates.outputs["Object"], cloud.inputs["Vector"])
    links.new(cloud.outputs["Fac"], shade.inputs["Value"])
    links.new(colour.outputs["Color"], mix.inputs["A"])
    links.new(shade.outputs["Result"], mix.inputs["B"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])

    # No noise node here: a bump asks for its height three times a ray.
    bump = nodes.new("ShaderNodeBump")
    links.new(channels.outputs["Green"], bump.inputs["Height"])
    bump.inputs["Strength"].default_value = 1
    bump.inputs["Distance"].default_value = texture.relief * side
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    shader.inputs["Metallic"].default_value = texture.metal
    shader.inputs["Sheen Weight"].default_value = texture.sheen
    shader.inputs["Coat Weight"].default_value = texture.coat
    shader.inputs["Coat Roughness"].default_value = 0.2
    return surface


def sampled(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A repeating square field at ``x`` and ``y``, one side being 1, between its points linearly."""
    n = len(field)
    u, v = x * n % n, y * n % n
    i, j = np.floor(v).astype(int) % n, np.floor(u).astype(int) % n
    fu, fv = u - np.floor(u), v - np.floor(v)
    k, m = (i + 1) % n, (j + 1) % n
    return (field[i, j] * (1 - fu) + field[i, m] * fu) * (1 - fv) + (field[k, j] * (1 - fu) + field[k, m] * fu) * fv
