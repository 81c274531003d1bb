"""The place around an exhibit: surface, light, camera, things beside it."""

from __future__ import annotations

import math

import bpy

from training.render.blender.kit import hsv, material, roughen
from training.render.plan import Picture
from training.render.scenes import Place, View


def set_up(picture: Picture, parts: list[bpy.types.Object]) -> None:
    """Put surface, light, camera and props around the exhibit, whose parts rest on z = 0 about the origin."""
    _surface(picture.place)
    _light(picture.place, picture.view)
    _camera(picture.view)
    if picture.place.scale_bar:
        _scale_bar()


def _surface(place: Place) -> None:
    bpy.ops.mesh.primitive_plane_add(size=40)
    tone = place.surface_tone
    saturation = {"steel": 0.03, "wood": 0.5, "concrete": 0.05, "cloth": 0.5, "plastic": 0.6, "paper": 0.06}
    hue = 0.07 if place.surface == "wood" else place.surface_hue
    colour = hsv(hue, saturation[place.surface], tone)
    roughness = {"steel": 0.35, "wood": 0.6, "concrete": 0.95, "cloth": 1.0, "plastic": 0.3, "paper": 0.9}
    made, shader, nodes = material("surface", colour, roughness[place.surface])
    shader.inputs["Metallic"].default_value = 0.9 if place.surface == "steel" else 0
    links = made.node_tree.links
    texture = nodes.new("ShaderNodeTexNoise")
    mapping, coordinates, mix = (
        nodes.new("ShaderNodeMapping"), nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeMix")
    )  # fmt: skip
    scales = {"steel": (1, 60, 1), "wood": (1.5, 26, 1), "concrete": (7, 7, 7), "cloth": (90, 90, 90),
              "plastic": (3, 3, 3), "paper": (24, 6, 6)}  # fmt: skip
    mapping.inputs["Scale"].default_value = scales[place.surface]
    texture.inputs["Detail"].default_value = 8
    mix.data_type = "RGBA"
    mix.inputs["A"].default_value = colour
    mix.inputs["B"].default_value = (*(c * 0.55 for c in colour[:3]), 1)
    links.new(coordinates.outputs["Object"], mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
    links.new(texture.outputs["Fac"], mix.inputs["Factor"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    if place.surface in ("concrete", "cloth"):
        roughen(made, shader, 60, 0.35)
    bpy.context.object.data.materials.append(made)


def _light(place: Place, view: View) -> None:
    warm = (1 + 0.18 * place.warmth, 1, 1 - 0.22 * place.warmth)
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (*warm, 1)
    ambient = {"daylight": 0.7, "strip": 0.35, "torch": 0.03, "flash": 0.12}[place.light]
    background.inputs["Strength"].default_value = ambient * place.light_strength
    kind = {"daylight": "SUN", "strip": "AREA", "torch": "SPOT", "flash": "SPOT"}[place.light]
    light = bpy.data.lights.new("light", kind)
    light.energy = {"SUN": 2.2, "AREA": 160, "SPOT": 420}[kind] * place.light_strength
    light.color = warm
    if kind == "AREA":
        light.shape, light.size, light.size_y = "RECTANGLE", 3.0, 0.3
    if kind == "SPOT":
        light.spot_size, light.spot_blend, light.shadow_soft_size = math.radians(70), 0.7, 0.08
    lamp = bpy.data.objects.new("light", light)
    bpy.context.collection.objects.link(lamp)
    # A flash sits beside the lens.
    azimuth = view.camera_azimuth if place.light == "flash" else place.light_azimuth
    elevation = view.camera_elevation if place.light == "flash" else place.light_elevation
    _aim(lamp, azimuth, elevation, 4.0)


def _camera(view: View) -> None:
    camera = bpy.data.cameras.new("camera")
    camera.lens, camera.sensor_width = 40, 36
    camera.shift_x, camera.shift_y = view.offset
    camera.dof.use_dof = True
    camera.dof.aperture_fstop = view.aperture
    camera.dof.focus_distance = view.camera_distance * (1 + view.focus_error)
    eye = bpy.data.objects.new("camera", camera)
    bpy.context.collection.objects.link(eye)
    _aim(eye, view.camera_azimuth, view.camera_elevation, view.camera_distance, view.camera_roll)
    bpy.context.scene.camera = eye


def _aim(thing: bpy.types.Object, azimuth: float, elevation: float, distance: float, roll: float = 0.0) -> None:
    a, e = math.radians(azimuth), math.radians(elevation)
    thing.location = (
        distance * math.cos(e) * math.cos(a), distance * math.cos(e) * math.sin(a), distance * math.sin(e) + 0.1,
    )  # fmt: skip
    thing.rotation_euler = (math.radians(90) - e, math.radians(roll), a + math.radians(90))


def _scale_bar() -> None:
    for k in range(8):
        bpy.ops.mesh.primitive_cube_add(size=1, location=(-0.35 + 0.1 * k, -0.62, 0.012))
        bpy.context.object.scale = (0.1, 0.09, 0.02)
        white = k % 2 == 0
        bpy.context.object.data.materials.append(
            material("bar", (0.85, 0.85, 0.85, 1) if white else (0.03, 0.03, 0.03, 1), 0.6)[0]
        )
