"""The place around an exhibit: surface, things beside it, camera, light."""

from __future__ import annotations

import bpy
import numpy as np

from training.render.blender.build import extent
from training.render.blender.camera import place_camera
from training.render.blender.lights import light_up
from training.render.blender.props import put_props
from training.render.blender.surfaces import lay_surface
from training.render.plan import Picture


def set_up(picture: Picture, parts: list[bpy.types.Object]) -> None:
    """Put surface, props, camera and light around the exhibit, whose parts rest on z = 0 about the origin.

    Each has its own stream of random numbers, the same in every view of the exhibit.
    """
    low, high = extent(parts)
    streams = [np.random.default_rng([picture.seed, 7, k]) for k in range(3)]
    lay_surface(picture.place, streams[0], (low, high))
    eye = place_camera(picture.view, frame(picture), low, high)
    put_props(picture, parts, streams[1], (low, high), eye)
    light_up(picture.place, picture.view, streams[2], eye)


def frame(picture: Picture) -> tuple[int, int]:
    """Width and height in pixels, the phone held as the view says."""
    width, height = picture.size
    return (height, width) if picture.view.portrait else (width, height)
