"""A transparent bag over the exhibit."""

from __future__ import annotations

import bpy
import numpy as np

from training.render.blender.kit import hsv
from training.render.blender.shapes import grid, plain, sampled, slab
from training.render.textures import fractal

_POINTS = 110


def cover_with_bag(
    parts: list[bpy.types.Object], random: np.random.Generator, footprint: tuple[np.ndarray, np.ndarray]
) -> None:
    """Drape a wrinkled film over the exhibit: thin, so light goes straight through it except where it shines."""
    low, high = footprint
    size = (high - low)[:2] * random.uniform(1.12, 1.45, 2) + 0.1
    middle = (low + high)[:2] / 2 + random.normal(0, 0.02, 2)
    u, v = np.meshgrid(np.linspace(0, 1, _POINTS), np.linspace(0, 1, _POINTS))
    z = _draped(parts, middle, size)
    wrinkle = 1 - np.minimum(np.abs(fractal(random, 256, 1.9, low=2)) * 1.4, 1)
    fine = 1 - np.minimum(np.abs(fractal(random, 256, 1.7, low=5)) * 1.4, 1)
    inside = np.clip(np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v)) * 12, 0, 1)
    z = z + inside * (0.03 * sampled(wrinkle, u, v) ** 2 + 0.012 * sampled(fine, u, v) ** 2) + 0.004
    points = np.stack([middle[0] + (u - 0.5) * size[0], middle[1] + (v - 0.5) * size[1], z], -1)
    film = grid("bag", points, np.stack([u, v], -1))
    film.data.materials.append(_film(random))
    film.visible_shadow = False
    zip_line = slab("zip", (float(size[0]) * 0.98, 0.008, 0.003))
    zip_line.location = (middle[0], middle[1] + size[1] * 0.46, 0.008)
    plain(zip_line, hsv(float(random.choice([0.0, 0.6, 0.35])), random.uniform(0, 0.5), 0.6), 0.4)


def _draped(parts: list[bpy.types.Object], middle: np.ndarray, size: np.ndarray) -> np.ndarray:
    """A membrane over the parts' heights: each point as high as what is under it or its neighbours' mean."""
    graph, n = bpy.context.evaluated_depsgraph_get(), _POINTS
    top = np.zeros((n, n), np.float32)
    for part in parts:
        evaluated = part.evaluated_get(graph)
        mesh = evaluated.to_mesh()
        if mesh is None:
            continue
        flat = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", flat)
        matrix = np.array(part.matrix_world)
        points = flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
        at = np.rint(((points[:, :2] - middle) / size + 0.5) * (n - 1)).astype(int)
        kept = ((at >= 0) & (at < n)).all(1)
        np.maximum.at(top, (at[kept, 1], at[kept, 0]), points[kept, 2])
        evaluated.to_mesh_clear()
    # A margin, so that the film does not cut through between the grid's points.
    for axis in (0, 1):
        top = np.maximum(np.maximum(top, np.roll(top, 1, axis)), np.roll(top, -1, axis))
    height = top.copy()
    for _ in range(220):
        mean = (np.roll(height, 1, 0) + np.roll(height, -1, 0) + np.roll(height, 1, 1) + np.roll(height, -1, 1)) / 4
        height = np.maximum(top, mean)
        height[0], height[-1], height[:, 0], height[:, -1] = 0, 0, 0, 0
    return height


def _film(random: np.random.Generator) -> bpy.types.Material:
    made = bpy.data.materials.new("film")
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    nodes.clear()
    clear, gloss, milk = (nodes.new(f"ShaderNodeBsdf{kind}") for kind in ("Transparent", "Glossy", "Diffuse"))
    clear.inputs["Color"].default_value = (0.95, 0.96, 0.96, 1)
    gloss.inputs["Roughness"].default_value = random.uniform(0.06, 0.2)
    milk.inputs["Color"].default_value = (0.85, 0.86, 0.88, 1)
    weight, shine = nodes.new("ShaderNodeLayerWeight"), nodes.new("ShaderNodeMapRange")
    weight.inputs["Blend"].default_value = 0.35
    shine.inputs["To Min"].default_value, shine.inputs["To Max"].default_value = 0.07, 0.75
    first, second = nodes.new("ShaderNodeMixShader"), nodes.new("ShaderNodeMixShader")
    first.inputs["Fac"].default_value = random.uniform(0.02, 0.1)
    result = nodes.new("ShaderNodeOutputMaterial")
    links.new(weight.outputs["Fresnel"], shine.inputs["Value"])
    links.new(clear.outputs[0], first.inputs[1])
    links.new(milk.outputs[0], first.inputs[2])
    links.new(shine.outputs["Result"], second.inputs["Fac"])
    links.new(first.outputs[0], second.inputs[1])
    links.new(gloss.outputs[0], second.inputs[2])
    links.new(second.outputs[0], result.inputs["Surface"])
    return made
