"""The phone's lens: where it stands, what it frames, what is sharp."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix

from training.render.scenes import View

_SENSOR = 36.0


def place_camera(
    view: View, size: tuple[int, int], low: np.ndarray, high: np.ndarray, reach: float | None = None
) -> np.ndarray:
    """Frame the box between ``low`` and ``high`` as the view says; returns where the eye is.

    Args:
        view: the photo.
        size: width and height of the picture, whichever way it is held.
        low: lowest corner of the exhibit.
        high: highest corner of the exhibit.
        reach: least distance from the exhibit's middle; default just outside the box.
    """
    middle = (low + high) / 2
    a, e, roll = (math.radians(v) for v in (view.camera_azimuth, view.camera_elevation, view.camera_roll))
    back = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
    right = np.array([-math.sin(a), math.cos(a), 0.0])
    up = np.cross(back, right)
    right, up = math.cos(roll) * right + math.sin(roll) * up, math.cos(roll) * up - math.sin(roll) * right
    corners = np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    corners = corners - middle
    half = np.array(size) / max(size) * _SENSOR / 2 / view.lens
    least = reach or float(np.linalg.norm(high - low)) / 2 + 0.12
    distance = 2.0
    for _ in range(8):
        depth = np.maximum(distance - corners @ back, 0.05)
        taken = max(np.ptp(corners @ axis / depth) / 2 / h for axis, h in ((right, half[0]), (up, half[1])))
        distance = max(distance * (taken / view.fill) ** 0.8, least)
    eye = middle + distance * back

    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width, data.sensor_fit = view.lens, _SENSOR, "AUTO"
    data.shift_x, data.shift_y = (o * s / max(size) for o, s in zip(view.offset, size, strict=True))
    data.clip_start = 0.005
    if view.aperture:
        data.dof.use_dof = True
        # Blender's lens is in millimetres of a scene in metres.
        data.dof.aperture_fstop = view.lens * 1e-3 / (2 * view.aperture)
        data.dof.aperture_blades = 0
        # Phones focus on what is near: the exhibit's upper side.
        near = distance - 0.5 * abs(high[2] - low[2]) * back[2]
        data.dof.focus_distance = near * (1 + view.focus_error)
    made = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(made)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = right, up, back, eye
    made.matrix_world = Matrix(matrix.tolist())
    bpy.context.scene.camera = made
    return eye
