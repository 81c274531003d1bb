"""Meshes of man-made things: turned, swept, cut out of sheet. NumPy arrays in, objects out."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix

from training.render.blender.kit import link

Points = npt.NDArray[np.float64]


def grid(name: str, points: Points, loop: bool = False, caps: bool = True, wrap: bool = True) -> bpy.types.Object:
    """A skin over rows of points (rows, columns, 3), each row closed if ``wrap``, the last joined to the first if
    ``loop``. Its UV map runs along columns and rows from 0 to 1."""
    rows, columns = points.shape[:2]
    r = np.arange(rows if loop else rows - 1)[:, None]
    c = np.arange(columns if wrap else columns - 1)[None, :]
    r1, c1 = (r + 1) % rows, (c + 1) % columns
    quads = np.stack([r * columns + c, r * columns + c1, r1 * columns + c1, r1 * columns + c], -1).reshape(-1, 4)
    faces: list[list[int]] = quads.tolist()
    if caps and wrap and not loop:
        faces += [list(range(columns))[::-1], list(range((rows - 1) * columns, rows * columns))]
    data = bpy.data.meshes.new(name)
    data.from_pydata(points.reshape(-1, 3).tolist(), [], faces)
    high, wide = (rows if loop else rows - 1), (columns if wrap else columns - 1)
    one = np.stack(np.broadcast_arrays(c / wide, r / high), -1)[:, :, None, :]
    corners = one + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) / [wide, high]
    uv = np.zeros((len(data.loops), 2), np.float32)
    uv[: quads.size] = corners.reshape(-1, 2)
    data.uv_layers.new(name="UVMap").data.foreach_set("uv", uv.ravel())
    data.polygons.foreach_set("use_smooth", [True] * len(quads) + [False] * (len(faces) - len(quads)))
    data.update()
    return link(data, name)


def turned(name: str, profile: Points, steps: int = 96, caps: bool = False) -> bpy.types.Object:
    """A thing turned on a lathe or wheel: ``profile`` holds radius and height, from below up on the outside."""
    angle = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    r, z = profile[:, :1], profile[:, 1:]
    return grid(name, np.stack(np.broadcast_arrays(r * np.cos(angle), r * np.sin(angle), z), -1), caps=caps)


def swept(
    name: str,
    path: Points,
    radius: float | Points,
    sides: int = 20,
    power: float = 2.0,
    up: Sequence[float] | None = None,
    loop: bool = False,
    twist: float = 0.0,
) -> bpy.types.Object:
    """A rod along ``path``: ``radius`` is one number, one a station, or two a station (across, along ``up``).

    ``power`` 2 gives ellipses, more gives rounded rectangles.
    """
    count = len(path)
    n, b = frames(path, up, loop)
    radius = np.asarray(radius, float)
    if radius.ndim < 2:
        radius = np.broadcast_to(radius.reshape(-1, 1), (count, 2))
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    angle = angle[None, :] + np.linspace(0, twist, count)[:, None]
    c, s = np.cos(angle), np.sin(angle)
    x, y = (np.sign(v) * np.abs(v) ** (2 / power) for v in (c, s))
    points = (
        path[:, None, :]
        + n[:, None, :] * (x * radius[:, :1])[..., None]
        + b[:, None, :] * (y * radius[:, 1:])[..., None]
    )
    return grid(name, points, loop=loop)


def frames(path: Points, up: Sequence[float] | None = None, loop: bool = False) -> tuple[Points, Points]:
    """Two directions across the path at each station, the second near ``up``, or turned as little as possible."""
    t = np.roll(path, -1, 0) - np.roll(path, 1, 0) if loop else np.gradient(path, axis=0)
    t /= np.linalg.norm(t, axis=1, keepdims=True) + 1e-12
    if up is not None:
        n = np.cross(np.asarray(up, float)[None, :], t)
        n /= np.linalg.norm(n, axis=1, keepdims=True) + 1e-12
        return n, np.cross(t, n)
    n = np.empty_like(path)
    n[0] = np.cross(t[0], (0.0, 0.0, 1.0) if abs(t[0][2]) < 0.9 else (1.0, 0.0, 0.0))
    for i in range(1, len(path)):
        n[i] = n[i - 1] - t[i] * (n[i - 1] @ t[i])
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    return n, np.cross(t, n)


def spline(points: Sequence[Sequence[float]], count: int, loop: bool = False) -> Points:
    """A Catmull-Rom curve through ``points``, stations evenly spread along it."""
    p = np.asarray(points, float)
    p = np.vstack([p[-1:], p, p[:2]]) if loop else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    pieces = len(p) - 3
    t = np.linspace(0, pieces, pieces * 24 + 1)
    i = np.minimum(t.astype(int), pieces - 1)
    f = (t - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    fine = 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    at = np.linspace(0, along[-1], count, endpoint=not loop)
    return np.stack([np.interp(at, along, fine[:, k]) for k in range(p.shape[1])], -1)


def stations(count: int) -> Points:
    """From 0 to 1, denser towards both ends, where ends are rounded."""
    return (1 - np.cos(np.linspace(0, np.pi, count))) / 2


def rounded(t: Points, start: float, end: float) -> Points:
    """A factor for radii that rounds both ends off, over ``start`` and ``end`` of the length."""
    a, b = np.clip(t / max(start, 1e-6), 0, 1), np.clip((1 - t) / max(end, 1e-6), 0, 1)
    return np.sqrt(np.clip(1 - (1 - a) ** 2, 0, 1)) * np.sqrt(np.clip(1 - (1 - b) ** 2, 0, 1)) + 1e-4


def sheet(name: str, outlines: Sequence[Points], thickness: float, bevel: float) -> bpy.types.Object:
    """Cut out of a sheet in the x-y plane: the first outline less the others, edges rounded by ``bevel``."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.fill_mode = "2D", "BOTH"
    curve.bevel_depth, curve.bevel_resolution = bevel, 2
    curve.extrude, curve.offset = max(thickness / 2 - bevel, 1e-4), -bevel
    for outline in outlines:
        line = curve.splines.new("POLY")
        line.points.add(len(outline) - 1)
        line.points.foreach_set("co", np.c_[outline, np.zeros(len(outline)), np.ones(len(outline))].ravel())
        line.use_cyclic_u = True
    return link(curve, name)


def block(name: str, size: Sequence[float], bevel: float, segments: int = 3) -> bpy.types.Object:
    """A box about the origin with rounded edges."""
    x, y, z = (s / 2 for s in size)
    corners = [(a, b, c) for a in (-x, x) for b in (-y, y) for c in (-z, z)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    data = bpy.data.meshes.new(name)
    data.from_pydata(corners, [], faces)
    data.polygons.foreach_set("use_smooth", [True] * 6)
    made = link(data, name)
    edge = made.modifiers.new("bevel", "BEVEL")
    edge.width, edge.segments, edge.harden_normals = bevel, segments, True
    return made


def ring(name: str, radius: float, thickness: float, flat: float = 1.0, steps: int = 72) -> bpy.types.Object:
    """A ring about z; ``flat`` is its height by its thickness."""
    a = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    path = np.stack([radius * np.cos(a), radius * np.sin(a), 0 * a], -1)
    return swept(name, path, np.tile([thickness / 2, thickness / 2 * flat], (steps, 1)), 16, up=(0, 0, 1), loop=True)


def circle(x: float, y: float, radius: float, count: int = 32) -> Points:
    """An outline for :func:`sheet`."""
    a = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([x + radius * np.cos(a), y + radius * np.sin(a)], -1)


def placed(
    made: bpy.types.Object, at: Sequence[float] = (0, 0, 0), turn: Sequence[float] = (0, 0, 0), scale: float = 1.0
) -> bpy.types.Object:
    """Move an object: first scaled, then turned about x, y, z (radians), then moved, on top of where it was."""
    move = Matrix.Translation(at)
    for axis, angle in zip("ZYX", turn[::-1], strict=True):
        move = move @ Matrix.Rotation(angle, 4, axis)
    made.matrix_world = move @ Matrix.Scale(scale, 4) @ made.matrix_world
    return made


def fitted(parts: list[bpy.types.Object], turn: Sequence[float] = (0, 0, 0)) -> list[bpy.types.Object]:
    """Turn everything as one and scale it so that its longest side is 1."""
    for part in parts:
        placed(part, turn=turn)
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    lows, highs = [], []
    for part in parts:
        # A curve's bounding box is not known before it is drawn, so the mesh itself is measured.
        shown = part.evaluated_get(graph)
        mesh = shown.to_mesh()
        co = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", co)
        world = np.asarray(part.matrix_world)
        co = co.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
        lows.append(co.min(axis=0))
        highs.append(co.max(axis=0))
        shown.to_mesh_clear()
    size = float(np.max(np.max(highs, axis=0) - np.min(lows, axis=0)))
    for part in parts:
        placed(part, scale=1 / size)
    return parts
