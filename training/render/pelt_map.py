"""Where on a hide one is: the frame in which coats are painted and hides are cut. Pure NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PeltMap:
    """A hide spread flat, seen from the fur side: (height, width) planes, row 0 the nose, last row the tail's tip.

    The same planes are the hide's UV map: column is u, row is 1 - v.

    Attributes:
        inside: 1 on the hide, 0 beside it, soft at the edge.
        along: 0 at the neck, 1 at the base of the tail; below 0 on the head, above 1 on the tail.
        lateral: 0 on the spine, -1 and 1 at the left and right edge of the trunk (the middle of the belly).
        limb: 0 on the trunk, rising to 1 at the paw along each leg.
        tail: 0 before the tail's base, rising to 1 at its tip.
        head: 0 behind the neck, rising to 1 at the nose.
        pixels_per_length: pixels that make one length of the trunk (neck to tail base); sets the scale of a pattern.
    """

    inside: Plane
    along: Plane
    lateral: Plane
    limb: Plane
    tail: Plane
    head: Plane
    pixels_per_length: float

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.inside.shape[0], self.inside.shape[1]


def swatch(height: int, width: int, along: tuple[float, float], lateral: tuple[float, float]) -> PeltMap:
    """A rectangle cut out of the trunk, from one value of ``along`` and ``lateral`` to another."""
    rows = np.linspace(*along, height, dtype=np.float32)[:, None]
    columns = np.linspace(*lateral, width, dtype=np.float32)[None, :]
    one, zero = np.ones((height, width), np.float32), np.zeros((height, width), np.float32)
    return PeltMap(
        inside=one, along=one * rows, lateral=one * columns, limb=zero, tail=zero, head=zero,
        pixels_per_length=height / max(abs(along[1] - along[0]), 1e-6),
    )  # fmt: skip
