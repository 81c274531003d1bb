"""Fields that coats are made of: smooth noise, hair streaks, bands that fork and end, stamped spots. Pure NumPy."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from training.render.pelt_map import PeltMap
from training.render.planes import Plane

Colour = npt.NDArray[np.float32]

#: Pixels of a pattern's own canvas that make one length of the trunk.
CANVAS = 300


@dataclass(frozen=True)
class Coat:
    """A painted coat on the planes of a :class:`PeltMap`.

    Attributes:
        colour: (height, width, 3), sRGB in [0, 1]: hair from root to tip, unless ``root`` is given.
        root: colour near the skin where it differs (dye that reached the tips only), else ``None``.
        length: (height, width), relative hair length, about 1 on the back.
        leather: (height, width, 3), colour of the leather side (real stripes show through; paint does not).
    """

    colour: Colour
    root: Colour | None
    length: Plane
    leather: Colour


def step(low: float | Plane, high: float | Plane, value: Plane) -> Plane:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = np.clip((value - low) / np.maximum(np.subtract(high, low), 1e-5), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def mix(one: Colour, other: Colour, share: Plane) -> Colour:
    """``one`` where ``share`` is 0, ``other`` where it is 1."""
    return np.asarray(one + (other - one) * share[..., None], np.float32)


def tint(hue: float, saturation: float, value: float) -> Colour:
    """A colour as an array that broadcasts over a plane."""
    return np.asarray(colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1)), np.float32)


def _spline(size: int, cells: int) -> Plane:
    """Weights of a cubic B-spline: (size, cells + 3), so that noise of few numbers fills a long axis smoothly."""
    at = (np.arange(size, dtype=np.float32) + 0.5) / size * cells
    i = np.minimum(at.astype(int), cells - 1)
    t = at - i
    weights = np.zeros((size, cells + 3), np.float32)
    rows = np.arange(size)
    for k, w in enumerate(
        ((1 - t) ** 3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6, t**3 / 6)
    ):
        weights[rows, i + k] = w
    return weights


def noise(shape: tuple[int, int], step_px: float | tuple[float, float], random: np.random.Generator) -> Plane:
    """Smooth noise of about unit spread with lumps ``step_px`` pixels apart (down, across)."""
    down, across = step_px if isinstance(step_px, tuple) else (step_px, step_px)
    cells = [min(max(1, round(shape[0] / down)), 400), min(max(1, round(shape[1] / across)), 400)]
    grid = random.standard_normal((cells[0] + 3, cells[1] + 3), np.float32)
    return np.asarray(_spline(shape[0], cells[0]) @ grid @ _spline(shape[1], cells[1]).T * 2.1, np.float32)


def layered(shape: tuple[int, int], step_px: float, random: np.random.Generator, octaves: int = 3) -> Plane:
    """Noise with finer noise on it, about unit spread."""
    total = np.zeros(shape, np.float32)
    for k in range(octaves):
        total += noise(shape, max(step_px / 2**k, 2.0), random) * np.float32(0.6**k)
    return total / np.float32(np.sqrt(sum(0.36**k for k in range(octaves))))


def streaks(shape: tuple[int, int], length_px: float, random: np.random.Generator) -> Plane:
    """Fine noise drawn out downwards, as locks of hair are; about unit spread."""
    drawn = ndimage.gaussian_filter1d(random.standard_normal(shape, np.float32), max(length_px, 0.6), axis=0)
    drawn = ndimage.uniform_filter1d(drawn, 2, axis=1)
    return np.asarray(drawn / max(float(drawn.std()), 1e-6), np.float32)


def bands(
    shape: tuple[int, int],
    period: float,
    random: np.random.Generator,
    irregular: float = 0.25,
    spread: float = 0.16,
    sharpen: int = 3,
) -> Plane:
    """Bands across the plane that fork, taper and end as those of animals do; wraps round at the edges.

    Noise is filtered to waves of about one length and direction, and its crests are flattened and filtered again, so
    that bands join where they nearly meet. Unit spread; a threshold gives bands of the breadth one wants.

    Args:
        shape: height and width.
        period: from band to band, in pixels, downwards.
        random: for the noise.
        irregular: how far the distance between bands varies (share of it).
        spread: how far their direction varies (radians).
        sharpen: how often crests are flattened; more gives longer, cleaner bands.
    """
    ky = np.fft.fftfreq(shape[0]).astype(np.float32)[:, None] * np.float32(period)
    kx = np.fft.rfftfreq(shape[1]).astype(np.float32)[None, :] * np.float32(period)
    size = np.hypot(ky, kx)
    turn = np.arctan2(np.abs(kx), np.abs(ky) + 1e-9)
    keep = np.exp(-((size - 1) ** 2) / (2 * irregular**2) - turn**2 / (2 * spread**2)).astype(np.float32)
    field = random.standard_normal(shape, np.float32)
    for k in range(sharpen + 1):
        field = fft.irfft2(fft.rfft2(field) * keep, s=shape)
        field = np.asarray(field / max(float(field.std()), 1e-6), np.float32)
        if k < sharpen:
            field = np.tanh(field * 1.6)
    return field


def sample(canvas: Plane, y: Plane, x: Plane) -> Plane:
    """``canvas`` at the given pixels, wrapped round at its edges."""
    return np.asarray(ndimage.map_coordinates(canvas, [y, x], order=1, mode="grid-wrap"), np.float32)


@dataclass(frozen=True)
class Spot:
    """A spot or rosette on a canvas: middle, radius, and its outline's lobes; ``hollow`` 0 is solid, 1 an open ring."""

    y: float
    x: float
    radius: float
    stretch: float
    hollow: float
    gaps: int


def scatter(shape: tuple[int, int], distance: float, random: np.random.Generator, jitter: float = 0.33) -> Plane:
    """Places about ``distance`` apart, in rows set off against one another, each pushed aside a little: (n, 2)."""
    rows, columns = max(2, round(shape[0] / (distance * 0.87)) // 2 * 2), max(2, round(shape[1] / distance))
    y, x = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    x = x + 0.5 * (y % 2)
    at = np.stack([y.ravel() / rows * shape[0], x.ravel() / columns * shape[1]], axis=1)
    return np.asarray(at + random.normal(0, jitter * distance, at.shape), np.float32)


def stamp(
    shape: tuple[int, int], spots: Iterable[Spot], random: np.random.Generator, soft: float = 0.16
) -> tuple[Plane, Plane]:
    """Spots on a canvas that wraps round: how dark it is, and how far one is inside a rosette (its darker ground)."""
    dark, filled = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for spot in spots:
        reach = int(spot.radius * 1.9) + 2
        iy, ix = int(spot.y), int(spot.x)
        rows = np.arange(iy - reach, iy + reach + 1)
        columns = np.arange(ix - reach, ix + reach + 1)
        dy = ((rows - spot.y) / (spot.radius * spot.stretch)).astype(np.float32)[:, None]
        dx = ((columns - spot.x) / (spot.radius / spot.stretch)).astype(np.float32)[None, :]
        lobes = random.uniform(-1, 1, 6).astype(np.float32)
        angle = np.arctan2(dy, dx)
        edge = (
            1 + 0.16 * lobes[0] * np.sin(2 * angle + 6 * lobes[1]) + 0.13 * lobes[2] * np.sin(3 * angle + 6 * lobes[3])
        )
        edge = edge + 0.1 * lobes[4] * np.sin(5 * angle + 6 * lobes[5])
        away = np.hypot(dy, dx) / edge
        ink = 1 - step(1 - soft, 1 + soft, away)
        inner = np.zeros_like(away)
        if spot.hollow > 0:
            # A ring of separate strokes: thick where the wave is high, open where it is low.
            wave = np.sin(spot.gaps * angle + 6 * lobes[1]) + 0.6 * np.sin((spot.gaps - 1) * angle + 9 * lobes[3])
            hole = 1 - spot.hollow * (0.42 + 0.2 * np.clip(-wave, -0.6, 1.4))
            inner = 1 - step(hole * 0.9 - soft, hole * 0.9 + soft, away + np.zeros_like(wave))
            open_ring = step(-1.5, -0.9, wave)
            inner = np.clip(inner * step(0, 0.3, np.float32(spot.hollow) + 0 * away), 0, 1)
            filled_here = ink
            ink = ink * (1 - inner) * (0.12 + 0.88 * open_ring)
            inner = filled_here
        where = np.ix_(rows % shape[0], columns % shape[1])
        dark[where] = np.maximum(dark[where], ink)
        filled[where] = np.maximum(filled[where], inner)
    return dark, filled


@dataclass(frozen=True)
class Frame:
    """Places on a hide in lengths of the trunk, as a coat's pattern sees them.

    Attributes:
        y, x: down and across on trunk, head and tail, 0 on the spine.
        limb_y, limb_x: along and across each leg, shifted so that no two legs share a place.
        on_limb: 0 on the trunk, 1 on the legs, smooth between.
        away: 0 on the spine or the outer side of a leg, 1 on belly, inner leg and under the tail.
    """

    y: Plane
    x: Plane
    limb_y: Plane
    limb_x: Plane
    on_limb: Plane
    away: Plane


def frame(pelt: PeltMap, legs: float = 0.55) -> Frame:
    """The places of a hide; ``legs`` is the length of a leg in lengths of the trunk."""
    height, width = pelt.shape
    trunk = (pelt.limb <= 0) & (pelt.head <= 0) & (pelt.tail <= 0)
    slope = np.abs(np.gradient(pelt.lateral, axis=1))[trunk]
    slope = slope[slope > 1e-5]
    half = float(np.clip(1 / np.median(slope) / pelt.pixels_per_length, 0.2, 0.7)) if slope.size else 0.38
    # On the head and the tail the hide is narrower; lengths across are taken from pixels there.
    columns = np.arange(width, dtype=np.float32)[None, :] / pelt.pixels_per_length
    rows = np.arange(height, dtype=np.float32)[:, None] / pelt.pixels_per_length
    x = np.where(pelt.head > 0, pelt.lateral * 0.2, np.where(pelt.tail > 0, pelt.lateral * 0.07, pelt.lateral * half))
    limb_y, limb_x = pelt.limb * legs, np.zeros_like(pelt.limb)
    for number, (left, front) in enumerate(((True, True), (True, False), (False, True), (False, False))):
        leg = (pelt.limb > 0) & ((pelt.lateral < 0) == left) & ((pelt.along < 0.5) == front)
        if not leg.any():
            continue
        gy, gx = (float(np.mean(g[leg])) for g in np.gradient(pelt.limb))
        size = max(float(np.hypot(gy, gx)), 1e-6)
        across = (columns * gy - rows * gx) / size
        limb_x = np.where(leg, across + number * 0.37, limb_x)
        limb_y = np.where(leg, limb_y + number * 0.83, limb_y)
    away = np.abs(pelt.lateral)
    # Where the neck meets the head and a leg the trunk, the way to the belly changes its measure; smooth that over.
    if (pelt.head > 0).any():
        smooth = ndimage.gaussian_filter1d(away, 0.05 * pelt.pixels_per_length, axis=0)
        away = away + (smooth - away) * np.exp(-((pelt.along / 0.08) ** 2)) * (pelt.limb <= 0)
    if (pelt.limb > 0).any():
        outer = ((pelt.limb > 0.02) & (pelt.limb < 0.5) & (away < 0.55))[::4, ::4].astype(np.float32)
        near = ndimage.gaussian_filter(outer, 0.06 * pelt.pixels_per_length / 4)
        near = np.repeat(np.repeat(near, 4, axis=0), 4, axis=1)[:height, :width]
        near = ndimage.uniform_filter(near, 5)
        away = away * (1 - 0.7 * np.clip(near * 3.0, 0, 1) * (1 - step(0.12, 0.35, pelt.limb)))
    return Frame(
        y=pelt.along.astype(np.float32), x=x.astype(np.float32), limb_y=limb_y.astype(np.float32),
        limb_x=limb_x.astype(np.float32), on_limb=step(0.03, 0.3, pelt.limb), away=away.astype(np.float32),
    )  # fmt: skip


def on_hide(canvas: Plane, y: Plane, x: Plane, scale: float = CANVAS) -> Plane:
    """A canvas seen at places in lengths of the trunk."""
    return sample(canvas, y * np.float32(scale), x * np.float32(scale))


def finished(colour: Colour) -> Colour:
    """Within [0, 1]."""
    return np.clip(np.nan_to_num(colour), 0, 1).astype(np.float32)
