"""The render process: reads pictures as JSON lines, writes a picture and its mask each. Runs where ``bpy`` is."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np
from PIL import Image

from training.render.blender.build import build
from training.render.blender.stage import frame, set_up
from training.render.finish import encode_mask, encode_picture, phone
from training.render.plan import Picture
from training.render.run import mask_path, picture_path

#: Index by which the exhibit's parts are told from everything else.
_EXHIBIT = 1


def render(picture: Picture, out: Path, lossless: bool = False) -> None:
    """Render one picture and its mask, and a PNG if ``lossless``. The picture comes last: where it is, all is."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    parts = build(picture)
    for part in parts:
        part.pass_index = _EXHIBIT
    set_up(picture, parts)
    colour, mask = _cycles(picture)
    _write(mask_path(out, picture), encode_mask(mask))
    finished = phone(colour, picture.view, picture.seed + picture.view_index)
    if lossless:
        finished.save(picture_path(out, picture).with_suffix(".png"))
    _write(picture_path(out, picture), encode_picture(finished))


def _cycles(picture: Picture) -> tuple[np.ndarray, Image.Image]:
    """The light the phone catches (linear), and the share of each pixel that shows the exhibit."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.samples = picture.samples
    cycles.use_adaptive_sampling = False
    cycles.use_light_tree = False
    # Guided by colour and shape: by light alone the denoiser would take fur and scratches for noise.
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_input_passes, cycles.denoising_prefilter = "RGB_ALBEDO_NORMAL", "NONE"
    cycles.denoising_quality = "FAST"
    cycles.seed = (picture.seed + picture.view_index) % 2**31
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 1, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 3, 8
    cycles.sample_clamp_direct, cycles.sample_clamp_indirect = 30, 4
    cycles.caustics_reflective = cycles.caustics_refractive = False
    scene.cycles_curves.shape = "RIBBONS"
    # One thread a picture: there is a process a core already.
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x, scene.render.resolution_y = frame(picture)
    scene.render.image_settings.file_format, scene.render.image_settings.color_depth = "OPEN_EXR", "16"
    scene.render.image_settings.exr_codec = "NONE"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _mask_output(scene, folder)
        scene.render.filepath = str(folder / "picture.exr")
        bpy.ops.render.render(write_still=True)
        with Image.open(next(folder.glob("mask*.png"))) as mask:
            return _light(folder / "picture.exr"), mask.convert("L")


def _light(path: Path) -> np.ndarray:
    image = bpy.data.images.load(str(path))
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(height, width, 4)[::-1, :, :3]


def _mask_output(scene: bpy.types.Scene, folder: Path) -> None:
    # A file of its own: as the picture's alpha the mask would change the colours along the exhibit's edge.
    bpy.context.view_layer.use_pass_object_index = True
    scene.use_nodes = True
    nodes, links = scene.node_tree.nodes, scene.node_tree.links
    nodes.clear()
    layers, mask = nodes.new("CompositorNodeRLayers"), nodes.new("CompositorNodeIDMask")
    result, file = nodes.new("CompositorNodeComposite"), nodes.new("CompositorNodeOutputFile")
    mask.index, mask.use_antialiasing = _EXHIBIT, True
    file.base_path = str(folder)
    file.file_slots[0].path = "mask"
    file.format.file_format, file.format.color_mode, file.format.color_depth = "PNG", "BW", "8"
    file.format.color_management = "OVERRIDE"
    file.format.view_settings.view_transform = "Raw"
    links.new(layers.outputs["Image"], result.inputs["Image"])
    links.new(layers.outputs["IndexOB"], mask.inputs[0])
    links.new(mask.outputs[0], file.inputs[0])


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def main() -> None:
    """Render what stands on standard input into the folder named; say each name when it is done."""
    out, lossless = Path(sys.argv[1]), "--lossless" in sys.argv[2:]
    # Blender writes to standard output as it likes, so answers go to a copy of it and the rest to nothing.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        picture = Picture.model_validate_json(line)
        render(picture, out, lossless)
        answers.write(picture.name + "\n")


if __name__ == "__main__":
    main()
