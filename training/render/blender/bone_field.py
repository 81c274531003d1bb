"""Bones as blends of simple volumes: a field of signed distances on a grid, meshed where it is zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import bpy
import numpy as np

from training.render.blender.meshes import array_mesh
from training.render.blender.surface_nets import surface_nets

Point = Sequence[float]
#: What a bone's material reads: 0 to 1 a vertex.
ATTRIBUTES = ("cavity", "spongy", "cut", "tissue")


@dataclass
class Part:
    """A piece of an exhibit before it becomes an object.

    Attributes:
        vertices: (n, 3).
        faces: (m, 3) or (m, 4).
        kind: ``bone`` or ``tooth``: which material it gets.
        attributes: a number a vertex for each of ``ATTRIBUTES`` that is not zero everywhere.
    """

    vertices: np.ndarray
    faces: np.ndarray
    kind: str = "bone"
    attributes: dict[str, np.ndarray] = field(default_factory=dict)

    def placed(self, turn: np.ndarray, offset: Point = (0, 0, 0)) -> Part:
        """Turned by a matrix, then moved."""
        return Part(self.vertices @ turn.T + np.asarray(offset, float), self.faces, self.kind, self.attributes)

    def scaled(self, scale: Point | float, offset: Point = (0, 0, 0)) -> Part:
        """Stretched along the axes, then moved; mirrored faces are turned over."""
        factor = np.broadcast_to(np.asarray(scale, float), (3,))
        faces = self.faces[:, ::-1] if np.prod(factor) < 0 else self.faces
        return Part(self.vertices * factor + np.asarray(offset, float), faces, self.kind, self.attributes)


class Field:
    """Signed distances, negative inside; volumes are added and cut with soft edges.

    With ``half``, only y >= 0 is kept and everything is mirrored at the end.
    """

    def __init__(self, low: Point, high: Point, step: float, half: bool = False) -> None:
        self.step, self.half = step, half
        low = (low[0], 0.0, low[2]) if half else low
        sizes = [math.ceil((h - a) / step) + 1 for a, h in zip(low, high, strict=True)]
        self.axes = [a + step * np.arange(n, dtype=np.float32) for a, n in zip(low, sizes, strict=True)]
        self.values = np.full(sizes, 0.3, np.float32)

    def ellipsoid(
        self, centre: Point, radii: Point, soft: float = 0.02, turn: Point = (0, 0, 0), cut: bool = False
    ) -> None:
        """``turn``: Euler angles in degrees about x, y, z."""
        c, r = np.asarray(centre, np.float32), np.asarray(radii, np.float32)
        matrix = euler(turn).astype(np.float32)
        reach = np.sqrt(matrix**2 @ r**2)
        window, p = self._window(c - reach, c + reach, soft)
        if window is None:
            return
        q = self._local(p, c, matrix if any(turn) else None)
        near = sum((q[i] / r[i]) ** 2 for i in range(3))
        slope = sum((q[i] / r[i] ** 2) ** 2 for i in range(3))
        near, slope = np.sqrt(near), np.sqrt(slope)
        self._merge(window, near * (near - 1) / np.maximum(slope, 1e-6), soft, cut)

    def tube(
        self, points: Sequence[Point], radii: Sequence[float] | float, soft: float = 0.02,
        squash: Point = (1, 1, 1), cut: bool = False, smooth: int = 0,
    ) -> None:  # fmt: skip
        """A chain of rounded cones; ``squash`` (up to 1) flattens the section along an axis.

        With ``smooth``, a curve through the points with that many pieces between two of them.
        """
        line = np.asarray(points, float)
        radius = np.broadcast_to(np.asarray(radii, float), (len(line),))
        if smooth:
            line, radius = curve(line, smooth), curve(radius[:, None], smooth)[:, 0]
        scale = 1 / np.asarray(squash, np.float32)
        reach = radius.max() * np.asarray(squash)
        window, p = self._window(line.min(axis=0) - reach, line.max(axis=0) + reach, soft)
        if window is None:
            return
        distance: np.ndarray | None = None
        q = [p[i] * scale[i] for i in range(3)]
        ends = (line * scale).astype(np.float32)
        for a, b, ra, rb in zip(ends, ends[1:], radius, radius[1:], strict=False):
            way = b - a
            length = max(float(way @ way), 1e-9)
            share = np.clip(sum((q[i] - a[i]) * way[i] for i in range(3)) / length, 0, 1)
            square = sum((q[i] - a[i] - share * way[i]) ** 2 for i in range(3))
            one = (np.sqrt(square) - (ra + share * (rb - ra)).astype(np.float32)) * np.float32(min(squash))
            distance = one if distance is None else np.minimum(distance, one)
        if distance is not None:
            self._merge(window, distance, soft, cut)

    def plate(
        self, outline: Sequence[Point], axis: int, middle: float, half_thickness: float, soft: float = 0.02,
        cut: bool = False, round_by: float = 0.0,
    ) -> None:  # fmt: skip
        """A flat piece: ``outline`` in the two axes other than ``axis`` (in order), extruded about ``middle``."""
        corners = np.asarray(outline, np.float32)
        others = [i for i in range(3) if i != axis]
        low, high = np.zeros(3), np.zeros(3)
        low[others], high[others] = corners.min(axis=0) - round_by, corners.max(axis=0) + round_by
        low[axis], high[axis] = middle - half_thickness, middle + half_thickness
        window, p = self._window(low, high, soft)
        if window is None:
            return
        u, v = p[others[0]], p[others[1]]
        square, sign = None, None
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            way = b - a
            share = np.clip(((u - a[0]) * way[0] + (v - a[1]) * way[1]) / max(float(way @ way), 1e-9), 0, 1)
            one = (u - a[0] - share * way[0]) ** 2 + (v - a[1] - share * way[1]) ** 2
            square = one if square is None else np.minimum(square, one)
            crosses = ((a[1] <= v) != (b[1] <= v)) & (
                u < a[0] + (v - a[1]) * way[0] / (way[1] if abs(way[1]) > 1e-9 else 1e-9)
            )
            sign = crosses if sign is None else sign ^ crosses
        flat = np.where(sign, -np.sqrt(square), np.sqrt(square)) - round_by
        self._merge(window, np.maximum(flat, np.abs(p[axis] - middle) - half_thickness), soft, cut)

    def cut_plane(
        self, point: Point, normal: Point, rough: float = 0.0, random: np.random.Generator | None = None
    ) -> None:
        """Take away all in front of a plane; ``rough`` makes it a break with splinters instead of a saw cut."""
        n = np.asarray(normal, float) / np.linalg.norm(normal)
        p = np.meshgrid(*self.axes, indexing="ij", sparse=True)
        distance = sum((p[i] - point[i]) * np.float32(n[i]) for i in range(3))
        if rough and random is not None:
            for scale, share in ((14.0, 1.0), (34.0, 0.5), (80.0, 0.22)):
                k, phase = random.normal(0, scale, 3) * (1 - 0.8 * np.abs(n)), random.uniform(0, 6.28)
                distance = distance + np.float32(rough * share) * np.sin(
                    sum(p[i] * np.float32(k[i]) for i in range(3)) + np.float32(phase)
                )
        self.values = np.maximum(self.values, distance.astype(np.float32))

    def mirrored(self) -> Field:
        """The whole of a half field, for what is not the same on both sides."""
        whole = Field.__new__(Field)
        whole.step, whole.half = self.step, False
        y = self.axes[1]
        whole.axes = [self.axes[0], np.concatenate([-y[:0:-1], y]), self.axes[2]]
        whole.values = np.concatenate([self.values[:, :0:-1], self.values], axis=1)
        return whole

    def part(self, kind: str = "bone") -> Part:
        """The surface, with how deep each vertex lies in a hollow."""
        made = self.mirrored() if self.half else self
        values = made.values.copy()
        # What the grid's sides cut must still be closed.
        for axis in range(3):
            for end in (0, -1):
                values[tuple(end if a == axis else slice(None) for a in range(3))] = made.step
        low = np.array([a[0] for a in made.axes])
        vertices, faces = surface_nets(values, low, made.step)
        return Part(vertices, faces, kind, {"cavity": made._cavity(vertices, low)})

    def _cavity(self, vertices: np.ndarray, low: np.ndarray) -> np.ndarray:
        """Where the field stays small along the outward direction, other bone is near: a hollow that keeps dirt."""
        at = (vertices - low) / self.step
        shape = np.array(self.values.shape)

        def value(p: np.ndarray) -> np.ndarray:
            cell = np.clip(np.rint(p).astype(int), 0, shape - 1)
            return self.values[tuple(cell.T)]

        slopes = np.stack([value(at + e) - value(at - e) for e in 1.5 * np.eye(3)], axis=1)
        outward = slopes / np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-6)
        missing = np.zeros(len(vertices))
        for far, share in ((2.5, 0.4), (5.0, 0.35), (10.0, 0.25)):
            missing += share * np.clip(1 - value(at + far * outward) / (far * self.step), 0, 1)
        return np.clip(missing * 1.5 - 0.12, 0, 1)

    def _window(
        self, low: np.ndarray, high: np.ndarray, soft: float
    ) -> tuple[tuple[slice, ...] | None, list[np.ndarray]]:
        margin = soft + 12 * self.step
        slices = []
        for axis, a, b in zip(self.axes, low, high, strict=True):
            first, last = np.searchsorted(axis, [a - margin, b + margin])
            if first >= last:
                return None, []
            slices.append(slice(int(first), int(last)))
        grid = np.meshgrid(*(axis[s] for axis, s in zip(self.axes, slices, strict=True)), indexing="ij", sparse=True)
        return tuple(slices), grid

    @staticmethod
    def _local(p: list[np.ndarray], centre: np.ndarray, matrix: np.ndarray | None) -> list[np.ndarray]:
        d = [p[i] - centre[i] for i in range(3)]
        if matrix is None:
            return d
        return [sum(d[i] * matrix[i, j] for i in range(3)) for j in range(3)]

    def _merge(self, window: tuple[slice, ...], other: np.ndarray, soft: float, cut: bool) -> None:
        here = self.values[window]
        if cut:
            here = -here
        if soft > 0:
            h = np.clip(0.5 + 0.5 * (here - other) / np.float32(soft), 0, 1)
            merged = here + h * (other - here) - np.float32(soft) * h * (1 - h)
        else:
            merged = np.minimum(here, other)
        self.values[window] = -merged if cut else merged


def euler(degrees: Point) -> np.ndarray:
    """Rotation matrix: about x, then y, then z."""
    (cx, sx), (cy, sy), (cz, sz) = ((math.cos(math.radians(d)), math.sin(math.radians(d))) for d in degrees)
    x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return z @ y @ x


def curve(points: np.ndarray, pieces: int) -> np.ndarray:
    """A Catmull-Rom curve through ``points`` with ``pieces`` steps between two of them."""
    p = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, pieces, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate([*parts, points[-1:]])


def wobble(vertices: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    """No bone is quite straight or even: slow shifts, then small lumps, always the same count of draws."""
    moved = vertices.copy()
    for scale, share in ((4.0, 1.0), (9.0, 0.5), (22.0, 0.22), (50.0, 0.08)):
        for _ in range(2):
            k, shift, phase = random.normal(0, scale, 3), random.normal(0, 1, 3), random.uniform(0, 6.28)
            moved += amount * share * np.sin(vertices @ k + phase)[:, None] * shift
    return moved


def to_object(part: Part, name: str, made: bpy.types.Material) -> bpy.types.Object:
    """A smooth-shaded object with the vertex attributes."""
    shown = array_mesh(name, part.vertices, part.faces)
    data = shown.data
    for attribute in ATTRIBUTES:
        values = part.attributes.get(attribute)
        if values is not None:
            data.attributes.new(attribute, "FLOAT", "POINT").data.foreach_set("value", values.astype(np.float32))
    data.materials.append(made)
    return shown
