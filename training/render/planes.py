"""Planes of numbers that patterns are painted with: smooth noise and smooth steps. No Blender."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: (height, width) float32.
Plane = npt.NDArray[np.float32]


def value_noise(random: np.random.Generator, shape: tuple[int, int], cells: float) -> Plane:
    """Smooth noise of about unit spread, ``cells`` lumps along the longer side."""
    step = max(shape) / max(cells, 1e-3)
    rows, columns = int(shape[0] / step) + 5, int(shape[1] / step) + 5
    grid = random.normal(0, 1, (rows, columns)).astype(np.float32)
    # Smooth in two passes of cubic weights: a lattice must not show on plain leather.
    made = grid
    for axis in (0, 1):
        made = _resample(made, np.arange(shape[axis], dtype=np.float32) / step, axis)
    return np.asarray(made * 1.5, np.float32)


def _resample(grid: Plane, at: Plane, axis: int) -> Plane:
    """Uniform cubic B-spline along one axis; two more values stand in ``grid`` than the last place needs."""
    i = at.astype(int)
    t = (at - i)[:, None] if axis == 0 else (at - i)[None, :]
    weights = ((1 - t) ** 3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6, t**3 / 6)
    taken = sum(np.take(grid, i + k, axis=axis) * weight for k, weight in enumerate(weights))
    return np.asarray(taken, np.float32)


def smooth_step(low: float, high: float, value: Plane) -> Plane:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
