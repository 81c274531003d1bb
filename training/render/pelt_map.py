"""Where on a hide one is: the frame in which coats are painted and hides are cut. No Blender."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from training.render.anatomy import TRUNK_ROWS, Anatomy, Cut, Head, Limb, lay_legs, lay_tail, limb
from training.render.planes import Plane, smooth_step, value_noise


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


@dataclass(frozen=True)
class Spread:
    """A hide spread flat: its map, and what is needed to make it of cloth and hair.

    Attributes:
        pelt: the frame in which its coat is painted.
        distance: to the outline, in pixels; positive inside.
        flow: (height, width, 2), the way hair lies: unit x and y, y down.
        ears: 1 on the ears; eyes: 1 on the slits of the eyes; nose: 1 on the bare nose.
        ear_middle: 0 in the middle of an ear, 1 at its edge, above 1 beside it.
    """

    pelt: PeltMap
    distance: Plane
    flow: Plane
    ears: Plane
    eyes: Plane
    nose: Plane
    ear_middle: Plane = field(repr=False)


def _join(a: Plane, b: Plane, radius: float) -> Plane:
    """Union of two distances (positive inside) with a web between them."""
    h = np.clip(0.5 + 0.5 * (a - b) / radius, 0, 1)
    return np.asarray(b * (1 - h) + a * h + radius * h * (1 - h), np.float32)


def _largest(body: Plane) -> Plane:
    """Without the snippets that fall off between two cuts."""
    named, count = ndimage.label(body > 0)
    if count > 1:
        largest = 1 + int(np.argmax(np.bincount(named.ravel())[1:]))
        body = np.where((named == largest) | (named == 0), body, -np.abs(body))
    return np.asarray(body, np.float32)


def window(anatomy: Anatomy) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the plane that holds any hide of this build, in trunks."""
    half = max(anatomy.trunk) + max(anatomy.fore[0], anatomy.hind[0]) * 1.05 + 0.08
    return -half, -anatomy.head[0] - 0.3, half, 1.12 + max(anatomy.tail[0], anatomy.hind[0] * 0.8)


@dataclass
class _Plan:
    """A hide while it is laid out: places, the outline so far, and the planes that grow part by part."""

    x: Plane
    y: Plane
    rough: Plane
    half: Plane
    body: Plane
    across: Plane
    limb: Plane
    flow_x: Plane
    flow_y: Plane

    def lead(self, part: Limb, weight: Plane, across: Plane) -> None:
        """On a leg or the tail, hair and place across follow that part."""
        self.across = self.across * (1 - weight) + across * weight
        self.flow_x = self.flow_x * (1 - weight) + part.flow_x * weight
        self.flow_y = self.flow_y * (1 - weight) + part.flow_y * weight

    def cut(self, distance: Plane, where: npt.NDArray[np.bool_] | bool = True) -> None:
        """Keep only what is inside ``distance``."""
        self.body = np.where(where, np.minimum(self.body, distance), self.body).astype(np.float32)


def spread(
    anatomy: Anatomy,
    cut: Cut,
    random: np.random.Generator,
    pixels: int,
    frame: tuple[float, float, float, float] | None = None,
) -> Spread:
    """A whole hide, or the part of it within ``frame``, on a plane whose longer side has ``pixels``."""
    left, top, right, bottom = frame or window(anatomy)
    scale = pixels / max(right - left, bottom - top)
    shape = max(8, round((bottom - top) * scale)), max(8, round((right - left) * scale))
    x = np.broadcast_to(((np.arange(shape[1]) + 0.5) / scale + left).astype(np.float32)[None, :], shape)
    y = np.broadcast_to(((np.arange(shape[0]) + 0.5) / scale + top).astype(np.float32)[:, None], shape)
    # Hand-skinned hides are not symmetrical: bend the frame a little before anything is measured in it.
    lumps = max(right - left, bottom - top) * 2.2
    x = x + np.float32(0.022) * value_noise(random, shape, lumps)
    y = y + np.float32(0.022) * value_noise(random, shape, lumps)
    rough, fine = value_noise(random, shape, lumps * 5), value_noise(random, shape, lumps * 22)

    half = np.interp(y, TRUNK_ROWS, anatomy.trunk).astype(np.float32) * np.float32(cut.flank_left)
    trunk = np.minimum(half - np.abs(x), np.minimum(y + 0.04, 1.02 - y)).astype(np.float32)
    legs, tail = lay_legs(anatomy, cut, x, y), lay_tail(anatomy, cut, x, y)
    head = Head(anatomy, x, y)
    body = trunk
    for one in legs:
        body = _join(body, one.distance, 0.13)
    body = _join(body, tail.distance, 0.06)
    body = _join(body, _join(head.distance, head.ear, 0.015), 0.06)
    body = body + np.float32(cut.ragged) * (np.float32(0.014) * rough + np.float32(0.005) * fine)

    sideways = x / np.maximum(half, 0.05)
    flare = np.sign(x) * smooth_step(0.1, 1.3, np.abs(sideways)) * np.float32(0.5)
    plan = _Plan(x, y, rough, half, body, np.clip(sideways, -1, 1), np.zeros_like(x), flare, np.ones_like(x))
    for k, one in enumerate(legs):
        outside = smooth_step(-0.02, 0.05, one.distance - trunk) * (one.distance > -0.09)
        way = np.clip((one.way - 0.3) / 0.7, 0, 1) * outside
        plan.limb = np.maximum(plan.limb, way)
        # The middle of the strip is the outer side of the leg, both its edges are the inner one.
        plan.lead(one, smooth_step(0.0, 0.25, way), (-1.0, 1.0)[k % 2] * np.abs(one.across))
        plan.cut(cut.paws_left[k] - way, (way > cut.paws_left[k]) & (outside > 0.5))
    on_tail = smooth_step(-0.01, 0.04, tail.distance - trunk) * (y > 0.9) * (plan.limb <= 0)
    tail_way = np.clip((tail.way - 0.06) / 0.94, 0, 1) * on_tail
    plan.lead(tail, on_tail, tail.across)
    plan.cut((cut.tail_left - tail_way) * anatomy.tail[0], (tail_way > 0) & (cut.tail_left < 1))
    on_head = (y < 0) & (np.abs(x) < max(anatomy.head[1:]) + anatomy.ears[0] * 1.6) & (plan.limb <= 0)
    plan.across = np.where(on_head, np.clip(x / np.maximum(head.half, 0.03), -1, 1), plan.across)
    plan.flow_x = np.where(on_head, np.sign(x) * np.minimum(np.abs(x) * 4, 0.8), plan.flow_x)
    _damage(plan, anatomy, cut)

    f32 = np.float32
    distance = (_largest(plan.body) * scale).astype(f32)
    along = np.where(on_head, y, np.where(on_tail > 0.5, 1 + tail.way * anatomy.tail[0], np.clip(y, -0.02, 1.02)))
    norm = np.maximum(np.hypot(plan.flow_x, plan.flow_y), 1e-3)
    return Spread(
        pelt=PeltMap(
            inside=np.clip(distance + 0.5, 0, 1).astype(f32), along=along.astype(f32), lateral=plan.across.astype(f32),
            limb=plan.limb.astype(f32), tail=tail_way.astype(f32),
            head=(np.clip(head.along, 0, 1) * on_head).astype(f32), pixels_per_length=scale,
        ),
        distance=distance, flow=np.stack([plan.flow_x / norm, plan.flow_y / norm], axis=-1).astype(f32),
        ears=head.ears(), eyes=head.eyes(), nose=head.nose(), ear_middle=head.ear_middle,
    )  # fmt: skip


def _damage(plan: _Plan, anatomy: Anatomy, cut: Cut) -> None:
    """Cut off the head, or half of the hide; holes and slits."""
    x, y = plan.x, plan.y
    if cut.head_left < 1:
        plan.cut(y + anatomy.head[0] * cut.head_left + 0.02 * plan.rough, plan.limb <= 0.05)
    if cut.half:
        plan.cut(cut.half * x + 0.015 * plan.rough)
    for hole in cut.holes:
        plan.cut(np.hypot(x - hole[0], (y - hole[1]) * 1.2) - hole[2] * (1 + 0.35 * plan.rough))
    for ax, ay, bx, by, thick in cut.slits:
        wedge = limb(x, y, np.array([[ax, ay], [bx, by]]), np.array([thick * 0.3, thick]))
        plan.cut(-wedge.distance)


def trimmed(whole: Spread, sides: npt.NDArray[np.float64], ragged: float, random: np.random.Generator) -> Spread:
    """What is left of a hide within straight cuts.

    Args:
        whole: the hide.
        sides: one row a cut: direction of its outer normal in degrees, and its distance from the plane's middle as a
            share of half the plane's longer side.
        ragged: how far the knife wandered.
        random: for its wandering.
    """
    height, width = whole.pelt.shape
    reach = max(height, width) / 2
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2)[None, :]
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
    rough = value_noise(random, (height, width), 9) * 0.02 + value_noise(random, (height, width), 45) * 0.006
    distance = whole.distance
    for angle, offset in sides:
        a = np.radians(angle)
        plane = np.float32(offset * reach) - np.float32(np.cos(a)) * x - np.float32(np.sin(a)) * y
        distance = np.minimum(distance, plane + rough * np.float32(ragged * reach))
    distance = _largest(distance)
    inside = np.clip(distance + 0.5, 0, 1).astype(np.float32)
    return replace(whole, distance=distance.astype(np.float32), pelt=replace(whole.pelt, inside=inside))


def rectangle(height: int, width: int, along: tuple[float, float], lateral: tuple[float, float]) -> Spread:
    """A plane without an outline of its own, to be cut by :func:`trimmed`; hair runs from top to bottom."""
    pelt = swatch(height, width, along, lateral)
    none = np.zeros((height, width), np.float32)
    flow = np.stack([none, none + 1], axis=-1)
    far = none + np.float32(max(height, width))
    return Spread(pelt=pelt, distance=far, flow=flow, ears=none, eyes=none, nose=none, ear_middle=none + 9)
