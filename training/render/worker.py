"""The render process: reads pictures as JSON lines, writes one JPEG each. Runs where ``bpy`` is installed."""

from __future__ import annotations

import io
import math
import os
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np
from PIL import Image, ImageFilter

from training.render.plan import Picture, Scene
from training.render.shapes import build, hsv, plain_material, roughen


def render(picture: Picture, out: Path) -> None:
    """Render one picture to ``out/<name>.jpg``; written beside and renamed."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    made = build(picture.generator, picture.parameters, picture.seed)
    made.rotation_euler.z = math.radians(picture.scene.object_turn)
    _surface(picture.scene)
    _light(picture.scene)
    _camera(picture.scene)
    if picture.scene.scale_bar:
        _scale_bar()
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = picture.samples
    scene.cycles.use_denoising = True
    scene.cycles.seed = picture.seed % 2**31
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x, scene.render.resolution_y = picture.size
    scene.view_settings.exposure = picture.scene.exposure
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "r.png")
        bpy.ops.render.render(write_still=True)
        with Image.open(scene.render.filepath) as image:
            finished = _phone(image.convert("RGB"), picture)
    part = out / f"{picture.name}.part"
    part.write_bytes(finished)
    part.replace(out / f"{picture.name}.jpg")


def _phone(image: Image.Image, picture: Picture) -> bytes:
    """What a phone does to a picture: motion, noise, JPEG."""
    scene = picture.scene
    if scene.motion:
        image = image.filter(ImageFilter.BoxBlur((scene.motion / 2, 0)))
    pixels = np.asarray(image, dtype=np.float32)
    grain = np.random.default_rng([picture.seed, 4]).normal(0, 1, (*pixels.shape[:2], 1)) * scene.noise
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=scene.jpeg_quality)
    return buffer.getvalue()


def _surface(scene: Scene) -> None:
    bpy.ops.mesh.primitive_plane_add(size=40)
    tone = scene.surface_tone
    saturation = {"steel": 0.03, "wood": 0.5, "concrete": 0.05, "cloth": 0.5, "plastic": 0.6, "paper": 0.06}
    hue = 0.07 if scene.surface == "wood" else scene.surface_hue
    colour = hsv(hue, saturation[scene.surface], tone)
    roughness = {"steel": 0.35, "wood": 0.6, "concrete": 0.95, "cloth": 1.0, "plastic": 0.3, "paper": 0.9}
    material, shader, nodes = plain_material("surface", colour, roughness[scene.surface])
    shader.inputs["Metallic"].default_value = 0.9 if scene.surface == "steel" else 0
    links = material.node_tree.links
    texture = nodes.new("ShaderNodeTexNoise")
    mapping, coordinates, mix = (
        nodes.new("ShaderNodeMapping"), nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeMix")
    )  # fmt: skip
    scales = {"steel": (1, 60, 1), "wood": (1.5, 26, 1), "concrete": (7, 7, 7), "cloth": (90, 90, 90),
              "plastic": (3, 3, 3), "paper": (24, 6, 6)}  # fmt: skip
    mapping.inputs["Scale"].default_value = scales[scene.surface]
    texture.inputs["Detail"].default_value = 8
    mix.data_type = "RGBA"
    mix.inputs["A"].default_value = colour
    mix.inputs["B"].default_value = (*(c * 0.55 for c in colour[:3]), 1)
    links.new(coordinates.outputs["Object"], mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
    links.new(texture.outputs["Fac"], mix.inputs["Factor"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    if scene.surface in ("concrete", "cloth"):
        roughen(material, shader, 60, 0.35)
    bpy.context.object.data.materials.append(material)


def _light(scene: Scene) -> None:
    warm = (1 + 0.18 * scene.warmth, 1, 1 - 0.22 * scene.warmth)
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (*warm, 1)
    ambient = {"daylight": 0.7, "strip": 0.35, "torch": 0.03, "flash": 0.12}[scene.light]
    background.inputs["Strength"].default_value = ambient * scene.light_strength
    kind = {"daylight": "SUN", "strip": "AREA", "torch": "SPOT", "flash": "SPOT"}[scene.light]
    light = bpy.data.lights.new("light", kind)
    light.energy = {"SUN": 2.2, "AREA": 160, "SPOT": 420}[kind] * scene.light_strength
    light.color = warm
    if kind == "AREA":
        light.shape, light.size, light.size_y = "RECTANGLE", 3.0, 0.3
    if kind == "SPOT":
        light.spot_size, light.spot_blend, light.shadow_soft_size = math.radians(70), 0.7, 0.08
    lamp = bpy.data.objects.new("light", light)
    bpy.context.collection.objects.link(lamp)
    # A flash sits beside the lens.
    azimuth = scene.camera_azimuth if scene.light == "flash" else scene.light_azimuth
    elevation = scene.camera_elevation if scene.light == "flash" else scene.light_elevation
    _aim(lamp, azimuth, elevation, 4.0)


def _camera(scene: Scene) -> None:
    camera = bpy.data.cameras.new("camera")
    camera.lens, camera.sensor_width = 40, 36
    camera.shift_x, camera.shift_y = scene.offset
    camera.dof.use_dof = True
    camera.dof.aperture_fstop = scene.aperture
    camera.dof.focus_distance = scene.camera_distance * (1 + scene.focus_error)
    eye = bpy.data.objects.new("camera", camera)
    bpy.context.collection.objects.link(eye)
    _aim(eye, scene.camera_azimuth, scene.camera_elevation, scene.camera_distance, scene.camera_roll)
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
            plain_material("bar", (0.85, 0.85, 0.85, 1) if white else (0.03, 0.03, 0.03, 1), 0.6)[0]
        )


def main() -> None:
    """Render what stands on standard input into the folder named; say each name when it is done."""
    out = Path(sys.argv[1])
    # Blender writes to standard output as it likes, so answers go to a copy of it and the rest to nothing.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        picture = Picture.model_validate_json(line)
        render(picture, out)
        answers.write(picture.name + "\n")


if __name__ == "__main__":
    main()
