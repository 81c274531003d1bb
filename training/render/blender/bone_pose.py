"""How bones come to lie: stable resting faces, and heaps of several."""

from __future__ import annotations

import math
from collections.abc import Sequence

import bmesh
import numpy as np

from training.render.blender.bone_field import Part, euler

_CELLS = 130
_GOLDEN = math.pi * (3 - math.sqrt(5))


def settle(vertices: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """The rotation near ``turn`` in which a body with these vertices lies still on a table.

    It tips over the edge of its convex hull until its middle is above the face it stands on.
    """
    points = _outermost(vertices @ turn.T)
    centre = vertices.mean(axis=0) @ turn.T
    normals, offsets = _hull(points)
    face = int(np.argmin(_reach(normals, offsets, centre, np.array([0.0, 0.0, -1.0]))))
    for _ in range(60):
        following = int(np.argmin(_reach(normals, offsets, centre, normals[face])))
        if offsets[following] - normals[following] @ centre >= offsets[face] - normals[face] @ centre - 1e-9:
            break
        face = following
    return _between(normals[face], np.array([0.0, 0.0, -1.0])) @ turn


def heap(
    bodies: Sequence[np.ndarray], random: np.random.Generator, spread: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rotation and place of each body, dropped one after another onto what already lies there."""
    heights = np.zeros((_CELLS, _CELLS))
    placed = []
    for vertices in bodies:
        few = vertices[:: max(1, len(vertices) // 3000)]
        turn = euler((0, 0, random.uniform(0, 360))) @ settle(few, euler((random.choice([0, 90, 180, 270]), 0, 0)))
        at = random.normal(0, spread, 2)
        turn, offset = _leant(few, turn, at, heights)
        points = vertices @ turn.T + offset
        # Bones do not fill the box above them, so the next may sink a little between them.
        np.maximum.at(heights, _cells(points), points[:, 2] - 0.012)
        placed.append((turn, offset))
    return placed


def _leant(
    vertices: np.ndarray, turn: np.ndarray, at: np.ndarray, heights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Dropped at ``at``; then tipped over where it touches, as long as its middle sinks."""

    def drop(turned: np.ndarray) -> tuple[float, float, np.ndarray]:
        points = vertices @ turned.T + (*at, 0)
        above = heights[_cells(points)] - points[:, 2]
        touch = int(np.argmax(above))
        return above[touch] + points[:, 2].mean(), float(above[touch]), points[touch] - points.mean(axis=0)

    height, rise, contact = drop(turn)
    for _ in range(4):
        away = -contact[:2] / max(np.linalg.norm(contact[:2]), 1e-9)
        lowest = None
        for angle in (2, 5, 9, 14, 20, 28):
            turned = _about(np.array([-away[1], away[0], 0.0]), math.radians(angle)) @ turn
            tried = drop(turned)
            if tried[0] < height - 1e-4:
                lowest, height = (turned, tried), tried[0]
        if lowest is None:
            break
        turn, (height, rise, contact) = lowest
    return turn, np.array([*at, rise])


def _cells(points: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where points lie on the grid of heights, two hundredths a cell."""
    return tuple(np.clip(((points[:, :2] + 0.01 * _CELLS) / 0.02).astype(int), 0, _CELLS - 1).T)


def _about(axis: np.ndarray, angle: float) -> np.ndarray:
    """Rotation about a unit vector."""
    x = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + math.sin(angle) * x + (1 - math.cos(angle)) * x @ x


def joined(parts: Sequence[Part]) -> np.ndarray:
    """All vertices."""
    return np.concatenate([part.vertices for part in parts])


def _outermost(points: np.ndarray) -> np.ndarray:
    """The farthest points in 500 even directions."""
    k = np.arange(500) + 0.5
    z, angle = 1 - 2 * k / 500, _GOLDEN * k
    directions = np.stack([np.sqrt(1 - z**2) * np.cos(angle), np.sqrt(1 - z**2) * np.sin(angle), z], axis=1)
    return points[np.unique(np.argmax(points @ directions.T, axis=0))]


def _hull(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outward normals and offsets of the convex hull's triangles."""
    mesh = bmesh.new()
    for point in points:
        mesh.verts.new(point)
    bmesh.ops.convex_hull(mesh, input=mesh.verts)
    corners = np.array([[v.co[:] for v in face.verts[:3]] for face in mesh.faces], float)
    mesh.free()
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1)
    corners, normals = corners[length > 1e-10], normals[length > 1e-10] / length[length > 1e-10, None]
    offsets = (normals * corners[:, 0]).sum(axis=1)
    inward = offsets < normals @ points.mean(axis=0)
    normals[inward], offsets[inward] = -normals[inward], -offsets[inward]
    return normals, offsets


def _reach(normals: np.ndarray, offsets: np.ndarray, centre: np.ndarray, way: np.ndarray) -> np.ndarray:
    """How far from ``centre`` along ``way`` each plane is met (far if it is not)."""
    facing = normals @ way
    return np.where(facing > 1e-6, (offsets - normals @ centre) / np.maximum(facing, 1e-6), 1e9)


def _between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The rotation that takes unit vector ``a`` to ``b``."""
    axis, cosine = np.cross(a, b), float(a @ b)
    if cosine < -0.999999:
        return euler((180, 0, 0))
    x = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + x + x @ x / (1 + cosine)
