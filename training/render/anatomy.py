"""An animal's build, how its hide was cut, and where legs, tail and head lie on it. No Blender."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from training.render.planes import Plane, smooth_step


@dataclass(frozen=True)
class Anatomy:
    """An animal's hide opened along the belly and spread flat. The unit is the trunk, from neck to tail base.

    x points to the hide's right edge, y from the neck towards the tail. A tiger's tail is about half as long as head
    and body (90-120 cm against 170-230 cm; biophilavn.com, grade D), a clouded leopard's nearly as long (61-91 cm
    against 68-108 cm, grade D/K), a dog's muzzle is long (press sources, grade C).

    Attributes:
        trunk: half widths at ``TRUNK_ROWS``.
        head: length, and half widths at ``HEAD_ROWS``; a skin taken off a round skull lies broad.
        ears: half length and half width, and how far apart they sit as a share of the head's width.
        fore: length and half width of a fore leg; hind: of a hind leg.
        tail: length, half width at the base and at the tip.
    """

    trunk: tuple[float, ...]
    head: tuple[float, ...]
    ears: tuple[float, float, float]
    fore: tuple[float, float]
    hind: tuple[float, float]
    tail: tuple[float, float, float]


TRUNK_ROWS = (-0.05, 0.08, 0.24, 0.5, 0.75, 0.9, 1.03)
HEAD_ROWS = (0.0, 0.35, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Cut:
    """How one hide was skinned, spread and trimmed. Angles in degrees from straight sideways, positive to the tail.

    Attributes:
        fore: angles of the left and right fore leg; hind: of the hind legs.
        knee: by how much a leg bends on its way, left fore, right fore, left hind, right hind.
        tail_bend: sideways bend of the tail, and its second bend.
        head_left: share of the head that is left; likewise paws_left (of four legs), tail_left, and flank_left (of the
            trunk's half width).
        half: -1 or 1 if only the left or right half is there, else 0.
        ragged: how rough the edge is.
        holes: x, y and radius.
        slits: two ends and half width of cuts.
    """

    fore: tuple[float, float] = (-20.0, -20.0)
    hind: tuple[float, float] = (30.0, 30.0)
    knee: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    tail_bend: tuple[float, float] = (0.0, 0.0)
    head_left: float = 1.0
    paws_left: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    tail_left: float = 1.0
    flank_left: float = 1.0
    half: int = 0
    ragged: float = 0.3
    holes: tuple[tuple[float, float, float], ...] = ()
    slits: tuple[tuple[float, float, float, float, float], ...] = ()


@dataclass(frozen=True)
class Limb:
    """A strip along a bent line: distance inside, way along it (0 to 1), place across it, and its direction."""

    distance: Plane
    way: Plane
    across: Plane
    flow_x: Plane
    flow_y: Plane


def limb(x: Plane, y: Plane, line: npt.NDArray[np.float64], widths: npt.NDArray[np.float64]) -> Limb:
    """The strip along ``line`` (points, 2), whose half widths at the points are ``widths``, at places ``x``, ``y``."""
    lengths = np.hypot(*np.diff(line, axis=0).T)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    best = np.full(x.shape, -9, np.float32)
    way, across, fx, fy = (np.zeros(x.shape, np.float32) for _ in range(4))
    for k, (a, b) in enumerate(pairwise(line)):
        d = (b - a) / max(lengths[k], 1e-6)
        px, py = x - np.float32(a[0]), y - np.float32(a[1])
        t = np.clip(px * d[0] + py * d[1], 0, lengths[k])
        share = t / max(lengths[k], 1e-6)
        width = widths[k] * (1 - share) + widths[k + 1] * share
        away = np.hypot(px - t * d[0], py - t * d[1])
        inside = (width - away).astype(np.float32)
        side = (py * d[0] - px * d[1]) / width
        nearer = inside > best
        best = np.where(nearer, inside, best)
        way = np.where(nearer, (starts[k] + t) / starts[-1], way).astype(np.float32)
        across = np.where(nearer, side, across).astype(np.float32)
        fx, fy = np.where(nearer, d[0], fx).astype(np.float32), np.where(nearer, d[1], fy).astype(np.float32)
    return Limb(best, way, np.clip(across, -1, 1), fx, fy)


def _leg_line(side: int, row: float, width: float, length: float, angle: float, knee: float) -> npt.NDArray[np.float64]:
    """From well inside the trunk outwards, bending at the knee."""
    a, b = np.radians(angle), np.radians(angle + knee)
    root = np.array([side * width * 0.45, row])
    first = root + np.array([side * np.cos(a), np.sin(a)]) * (width * 0.55 + length * 0.45)
    return np.array([root, first, first + np.array([side * np.cos(b), np.sin(b)]) * length * 0.55])


def lay_legs(anatomy: Anatomy, cut: Cut, x: Plane, y: Plane) -> list[Limb]:
    """Left fore, right fore, left hind, right hind; opened along the inner side and so broadest where they begin."""
    made = []
    for k, (row, build, angles) in enumerate(
        [(0.2, anatomy.fore, cut.fore)] * 2 + [(0.86, anatomy.hind, cut.hind)] * 2
    ):
        at = float(np.interp(row, TRUNK_ROWS, anatomy.trunk)) * cut.flank_left
        line = _leg_line((-1, 1)[k % 2], row, at, build[0], angles[k % 2], cut.knee[k])
        made.append(limb(x, y, line, build[1] * np.array([1.55, 0.95, 0.88])))
    return made


def lay_tail(anatomy: Anatomy, cut: Cut, x: Plane, y: Plane) -> Limb:
    """The tail, bent as the hide was laid out; broadest at its base."""
    turns = np.linspace(0, 1, 10)
    angles = np.radians(cut.tail_bend[0]) * turns + np.radians(cut.tail_bend[1]) * turns**2
    steps = np.column_stack([np.sin(angles), np.cos(angles)]) * anatomy.tail[0] / 10
    line = np.concatenate([[[0, 0.96]], np.array([0, 0.96]) + np.cumsum(steps, axis=0)])
    widths = (anatomy.tail[1] * 1.5, anatomy.tail[1], anatomy.tail[2])
    return limb(x, y, line, np.interp(np.linspace(0, 1, 11), [0, 0.12, 1], widths))


class Head:
    """The head's mask, cut open below and spread: distances inside it and its ears, and where things are on it."""

    def __init__(self, anatomy: Anatomy, x: Plane, y: Plane) -> None:
        self._anatomy, self._x, self._y = anatomy, x, y
        length = anatomy.head[0]
        self.along = np.clip(-y / length, -0.3, 1.3).astype(np.float32)
        self.half = np.interp(self.along, HEAD_ROWS, anatomy.head[1:]).astype(np.float32)
        round_nose = np.sqrt(np.clip(1 - np.clip((self.along - 0.8) / 0.2, 0, 1) ** 2, 0, 1))
        width = self.half * (0.35 + 0.65 * round_nose) - np.abs(x)
        self.distance = np.minimum(width, np.minimum((1 - self.along) * length, 0.05 - y)).astype(np.float32)
        lean = -0.75
        ex = np.abs(x) - anatomy.head[1] * anatomy.ears[2] - anatomy.ears[0] * 0.7
        ey = y + length * 0.4
        self.ear_middle = np.hypot(
            (ex * np.cos(lean) + ey * np.sin(lean)) / anatomy.ears[0],
            (-ex * np.sin(lean) + ey * np.cos(lean)) / anatomy.ears[1],
        ).astype(np.float32)
        self.ear = ((1 - self.ear_middle) * anatomy.ears[1]).astype(np.float32)

    def ears(self) -> Plane:
        """1 on the ears where they stand out from the head."""
        return (1 - smooth_step(0.85, 1.05, self.ear_middle)) * (1 - smooth_step(0.0, 0.025, self.distance))

    def eyes(self) -> Plane:
        """1 on the slits of the eyes."""
        ex = np.abs(self._x) - self._anatomy.head[3] * 0.42
        ey = self._y + self._anatomy.head[0] * 0.62 + ex * 0.5
        return 1 - smooth_step(0.8, 1.1, np.hypot(ex / 0.022, ey / 0.012).astype(np.float32))

    def nose(self) -> Plane:
        """1 on the bare tip of the nose."""
        ny = (self.along - 0.985) * self._anatomy.head[0]
        return 1 - smooth_step(0.7, 1.1, np.hypot(self._x / 0.035, ny / 0.022).astype(np.float32))
