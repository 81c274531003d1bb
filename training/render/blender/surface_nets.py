"""A mesh where a field on a regular grid is zero (naive surface nets)."""

from __future__ import annotations

import numpy as np

_CORNERS = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])
_AXES = np.eye(3, dtype=np.int64)


def surface_nets(values: np.ndarray, low: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (n, 3) and quads (m, 4), outward where ``values`` turn positive.

    One vertex a cell that the surface passes, at the mean of where it crosses the cell's edges; one quad around each
    grid edge that it crosses. ``low`` is where the first value lies.
    """
    inside = values < 0
    shape = np.array(values.shape)
    count = np.zeros(shape - 1, np.int8)
    for corner in _CORNERS:
        count += inside[tuple(slice(c, s - 1 + c) for c, s in zip(corner, shape, strict=True))]
    active = (count > 0) & (count < 8)
    cells = np.argwhere(active)
    index = np.full(shape - 1, -1, np.int64)
    index[active] = np.arange(len(cells))
    vertices = _crossings(values, cells)
    quads = []
    for axis in range(3):
        along = _AXES[axis]
        b, c = _AXES[(axis + 1) % 3], _AXES[(axis + 2) % 3]
        start = inside[tuple(slice(0, -1) if a == axis else slice(1, -1) for a in range(3))]
        end = inside[tuple(slice(1, None) if a == axis else slice(1, -1) for a in range(3))]
        edges = np.argwhere(start != end)
        leaving = start[tuple(edges.T)]
        edges = edges + 1 - along
        around = np.stack([index[tuple((edges - d).T)] for d in (0 * b, b, b + c, c)], axis=1)
        around[~leaving] = around[~leaving, ::-1]
        quads.append(around)
    return np.asarray(low) + step * vertices, np.concatenate(quads)


def _crossings(values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Each cell's mean crossing, in steps from the first value."""
    total, number = np.zeros((len(cells), 3)), np.zeros(len(cells))
    for axis in range(3):
        for corner in _CORNERS[_CORNERS[:, axis] == 0]:
            first = values[tuple((cells + corner).T)]
            second = values[tuple((cells + corner + _AXES[axis]).T)]
            crosses = (first < 0) != (second < 0)
            share = np.where(crosses, first / np.where(crosses, first - second, 1), 0)
            total += np.where(crosses[:, None], corner + share[:, None] * _AXES[axis], 0)
            number += crosses
    return cells + total / number[:, None]
