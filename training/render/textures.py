"""Textures of tables, floors and cloths, painted with NumPy and Pillow. They repeat without a seam.

Each painter gets a random stream, the place and the side in pixels, and returns what a surface's material needs.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from training.render.scenes import Place


@dataclass(frozen=True)
class Texture:
    """``colour`` (n, n, 3) as sRGB, ``rough`` and ``height`` (n, n), all in [0, 1]; height counts ``relief``."""

    colour: np.ndarray
    rough: np.ndarray
    height: np.ndarray
    relief: float = 0.01
    metal: float = 0.0
    sheen: float = 0.0
    coat: float = 0.0


Painter = Callable[[np.random.Generator, Place, int], Texture]


def fractal(random: np.random.Generator, n: int, slope: float = 1.6, stretch: tuple[float, float] = (1, 1),
            low: float = 1.0) -> np.ndarray:  # fmt: skip
    """Noise of mean 0 and deviation 1 with a power spectrum; ``stretch`` lengthens it along x or y.

    ``low`` is the lowest frequency a side that it holds.
    """
    fy, fx = np.fft.fftfreq(n)[:, None] * n * stretch[1], np.fft.rfftfreq(n)[None] * n * stretch[0]
    f = np.hypot(fx, fy)
    amplitude = np.where(f >= low, np.maximum(f, 1e-6) ** -slope, 0.0)
    white = np.fft.rfft2(random.normal(0, 1, (n, n)).astype(np.float32))
    noise = np.fft.irfft2(white * amplitude, (n, n)).astype(np.float32)
    return (noise - noise.mean()) / (noise.std() + 1e-9)


def step(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 under ``low``, 1 over ``high``, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def rgb(hue: float, saturation: float, value: float) -> np.ndarray:
    """A colour as float32."""
    return np.array(colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1)), np.float32)


def blend(colour: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
    """``other`` over ``colour`` where ``share`` is 1."""
    return colour + (other - colour) * share[..., None]


def _grid(n: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) / n
    return x, y


def scratches(random: np.random.Generator, n: int, count: int, length: float, bent: float = 0.1) -> np.ndarray:
    """Fine scratches as a share of each pixel."""
    image = Image.new("L", (2 * n, 2 * n))
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y, angle = *random.uniform(0, 2 * n, 2), random.uniform(0, math.pi)
        points = [(x, y)]
        for _ in range(4):
            part = 2 * n * length * random.uniform(0.2, 1) / 4
            angle += random.normal(0, bent)
            x, y = x + part * math.cos(angle), y + part * math.sin(angle)
            points.append((x, y))
        draw.line(points, fill=int(random.integers(60, 256)), width=int(random.integers(1, 3)))
    return np.asarray(image.resize((n, n), Image.Resampling.BOX), np.float32) / 255


def specks(random: np.random.Generator, n: int, count: int, radius: float) -> np.ndarray:
    """Crumbs and lint: small irregular dots."""
    image = Image.new("L", (n, n))
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y = random.uniform(0, n, 2)
        r = radius * n * random.uniform(0.3, 1) ** 2
        points = [(x + r * random.uniform(0.5, 1.3) * math.cos(a), y + r * random.uniform(0.5, 1.3) * math.sin(a))
                  for a in np.linspace(0, 2 * math.pi, 7)]  # fmt: skip
        draw.polygon(points, fill=int(random.integers(120, 256)))
    return np.asarray(image, np.float32) / 255


def rings(random: np.random.Generator, n: int, count: int) -> np.ndarray:
    """Rings left by cups."""
    x, y = _grid(n)
    total = np.zeros((n, n), np.float32)
    for _ in range(count):
        cx, cy, r = random.uniform(0.1, 0.9), random.uniform(0.1, 0.9), random.uniform(0.05, 0.11)
        distance = np.hypot(x - cx, y - cy)
        part = 0.5 + 0.5 * np.sin(np.arctan2(y - cy, x - cx) + random.uniform(0, 6.28))
        total = np.maximum(total, np.exp(-(((distance - r) / 0.006) ** 2)) * part)
    return total


def soiled(random: np.random.Generator, place: Place, colour: np.ndarray, rough: np.ndarray, strength: float = 1.0
           ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Stains, dust and crumbs over a surface, as much as it is worn."""
    n, wear = len(colour), place.wear * strength
    stains = step(fractal(random, n, 1.7, low=2), 0.9, 1.7) * random.uniform(0.1, 0.5) * wear
    colour = blend(colour, colour * rgb(random.uniform(0.04, 0.12), random.uniform(0.2, 0.6), 0.55), stains)
    dust = step(fractal(random, n, 1.3, low=1), -0.5, 2.2) * 0.28 * wear
    colour = blend(colour, rgb(0.1, 0.15, 0.62), dust)
    crumbs = specks(random, n, int(90 * wear), 0.0035)
    colour = blend(colour, rgb(random.uniform(0, 0.15), 0.3, random.uniform(0.05, 0.8)), crumbs * 0.8)
    return colour, np.clip(rough + 0.25 * dust - 0.15 * stains * random.uniform(-1, 1), 0.05, 1)


def finished(random: np.random.Generator, place: Place, colour: np.ndarray, rough: np.ndarray | float,
             height: np.ndarray, strength: float = 1.0, **more: float) -> Texture:  # fmt: skip
    """A soiled texture with everything in its range; ``height`` of deviation about 1 before."""
    n = len(colour)
    spread = np.broadcast_to(np.float32(rough), (n, n)) if np.isscalar(rough) else rough
    colour, spread = soiled(random, place, colour, spread, strength)
    return Texture(np.clip(colour, 0.01, 0.97), np.clip(spread, 0.05, 1), np.clip(0.5 + height / 6, 0, 1), **more)


def steel(random: np.random.Generator, place: Place, n: int) -> Texture:
    """A brushed table top with scratches, wiped stains and fingermarks."""
    brush = fractal(random, n, 0.5, (1, 0.015)) * 0.6 + fractal(random, n, 0.9, (1, 0.08)) * 0.4
    cut = scratches(random, n, int(40 + 160 * place.wear), 0.35) + scratches(random, n, 30, 0.1, 0.5)
    cloud = fractal(random, n, 1.8)
    tone = 0.52 + 0.28 * place.surface_tone
    value = tone * (1 + 0.05 * brush + 0.05 * cloud) + 0.12 * cut
    colour = value[..., None] * rgb(0.58 + 0.5 * (place.surface_hue > 0.8), 0.05, 1)
    stain = step(fractal(random, n, 1.9, low=2), 0.5, 1.2) * place.wear
    colour = blend(colour, colour * rgb(0.08, 0.3, 0.62), stain * 0.7)
    rough = 0.3 + 0.14 * place.wear + 0.05 * brush + 0.08 * cloud + 0.25 * stain + 0.1 * cut
    return finished(random, place, colour, rough, 0.5 * brush - 2 * cut, 0.8, relief=0.0015, metal=0.92)


def _grain(random: np.random.Generator, x: np.ndarray, y: np.ndarray, rings_: float) -> np.ndarray:
    """Growth rings of a board along x, with pores."""
    n = len(x)
    bend = fractal(random, n, 2.2, (5, 1)) * 0.05
    across = y + bend + 0.25 * (x - random.uniform(0, 1)) ** 2 * random.uniform(-0.6, 0.6)
    ring = np.sin(2 * math.pi * across * rings_ + 2 * fractal(random, n, 1.8, (8, 1)))
    pores = fractal(random, n, 0.7, (30, 0.6))
    return 0.5 * ring + 0.5 * pores


def planks(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Worn boards with gaps, each with its own tone, knots and cracks."""
    x, y = _grid(n)
    count = int(random.integers(4, 9))
    where = y * count
    board = np.floor(where).astype(int)
    tones, shifts = random.normal(0, 0.09, count), random.uniform(0, 1, count)
    gap = 1 - step(np.minimum(where - board, 1 - (where - board)), 0.006 * count / 5, 0.022 * count / 5)
    joint = np.abs((x + shifts[board]) % 1 - 0.5)
    gap = np.maximum(gap, 1 - step(joint, 0.001, 0.005))
    grain = _grain(random, (x + shifts[board]) % 1, y + shifts[board] * 3, random.uniform(14, 40))
    grey = random.uniform(0, 0.8) if random.random() < 0.4 else 0.0
    base = rgb(random.uniform(0.055, 0.1), random.uniform(0.35, 0.6) * (1 - grey), 0.3 + 0.42 * place.surface_tone)
    value = 1 + tones[board] + 0.11 * grain
    knots = np.zeros((n, n), np.float32)
    for _ in range(int(random.integers(0, 7))):
        cx, cy, r = *random.uniform(0, 1, 2), random.uniform(0.01, 0.025)
        distance = np.hypot((x - cx) / 1.7, y - cy) / r
        knots = np.maximum(knots, np.exp(-(distance**2)) * (0.7 + 0.3 * np.sin(distance * 9)))
    colour = base * value[..., None]
    colour = blend(colour, base * 0.4, knots)
    worn = step(fractal(random, n, 1.5, (3, 1)), 0.3, 1.4) * place.wear
    colour = blend(colour, colour * 0.6 + 0.3 * rgb(0.09, 0.15, 0.7), worn * 0.6)
    colour = blend(colour, rgb(0.07, 0.4, 0.06), gap * 0.92)
    cut = scratches(random, n, int(90 * place.wear), 0.12)
    colour = blend(colour, colour * random.choice([0.5, 1.35]), cut * 0.8)
    rough = 0.5 + 0.1 * grain + 0.25 * worn
    return finished(random, place, colour, rough, 0.5 * grain - 5 * gap - cut, relief=0.012)


def desk(random: np.random.Generator, place: Place, n: int) -> Texture:
    """A desk top of veneer, printed laminate or plain coating, scratched, with rings of cups."""
    x, y = _grid(n)
    kind = random.random()
    if kind < 0.65:
        grain = _grain(random, x, y, random.uniform(6, 22))
        base = rgb(random.uniform(0.04, 0.1), random.uniform(0.3, 0.65), 0.22 + 0.55 * place.surface_tone)
        colour = base * (1 + 0.09 * grain + 0.04 * fractal(random, n, 1.8, (4, 1)))[..., None]
    else:
        grain = fractal(random, n, 0.3)
        base = rgb(place.surface_hue, 0.1 * random.random(), 0.35 + 0.5 * place.surface_tone)
        colour = base * (1 + 0.025 * grain)[..., None]
    cut = scratches(random, n, int(20 + 90 * place.wear), 0.25)
    colour = blend(colour, colour * 0.7 + 0.2, cut * 0.5)
    colour = blend(colour, colour * rgb(0.07, 0.5, 0.55), rings(random, n, int(3 * place.wear)) * 0.6)
    smear = fractal(random, n, 1.6, (2, 1))
    rough = random.uniform(0.18, 0.45) + 0.06 * smear + 0.2 * cut
    return finished(random, place, colour, rough, 0.15 * grain - cut, 0.7, relief=0.002, coat=0.2)


def chipboard(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Boards of pressed strands, as crates are made of."""
    image, drawn = Image.new("RGB", (n, n), (150, 115, 75)), Image.new("L", (n, n), 90)
    draw, lift = ImageDraw.Draw(image), ImageDraw.Draw(drawn)
    for _ in range(1500):
        x, y, a = *random.uniform(0, n, 2), random.uniform(0, math.pi)
        length, width = n * random.uniform(0.015, 0.07), n * random.uniform(0.006, 0.018)
        c, s = math.cos(a) * length, math.sin(a) * length
        cx, sx = -math.sin(a) * width, math.cos(a) * width
        points = [(x - c - cx, y - s - sx), (x + c - cx, y + s - sx), (x + c * 0.9 + cx, y + s * 0.9 + sx),
                  (x - c + cx, y - s + sx)]  # fmt: skip
        tone = rgb(random.uniform(0.075, 0.115), random.uniform(0.3, 0.55), random.uniform(0.5, 0.82)) * 255
        draw.polygon(points, fill=tuple(int(v) for v in tone))
        lift.polygon(points, fill=int(random.integers(60, 200)))
    colour = np.asarray(image, np.float32) / 255 * (0.5 + 0.5 * place.surface_tone)
    height = np.asarray(drawn, np.float32) / 128 - 1
    colour = colour * (1 + 0.06 * fractal(random, n, 0.6))[..., None]
    return finished(random, place, colour, 0.65, height, relief=0.006)


def concrete(random: np.random.Generator, place: Place, n: int) -> Texture:
    """A cast floor with pores, trowel marks, cracks and oil."""
    cloud, fine = fractal(random, n, 1.5), fractal(random, n, 0.4)
    pores = step(fractal(random, n, 0.9, low=20), 2.3, 2.9)
    value = (0.3 + 0.35 * place.surface_tone) * (1 + 0.1 * cloud + 0.06 * fine)
    colour = value[..., None] * rgb(0.09 + 0.03 * place.surface_hue, 0.04 + 0.1 * random.random(), 1)
    crack = scratches(random, n, int(random.integers(0, 4)), 0.9, 0.5)
    crack = np.maximum(crack, np.roll(crack, 1, 0))
    colour = colour * (1 - 0.6 * np.maximum(pores, crack))[..., None]
    oil = step(fractal(random, n, 1.8, low=1.5), 0.9, 1.4) * place.wear
    colour = blend(colour, colour * 0.45, oil * 0.6)
    rough = 0.85 - 0.3 * oil + 0.05 * fine
    return finished(random, place, colour, rough, cloud * 0.3 + 0.5 * fine - 4 * pores - 4 * crack, relief=0.005)


def terrazzo(random: np.random.Generator, place: Place, n: int) -> Texture:
    """A polished floor of stone chips."""
    tone = 0.35 + 0.5 * place.surface_tone
    image = Image.new("RGB", (n, n), tuple(int(255 * v) for v in rgb(place.surface_hue, 0.08, tone)))
    draw = ImageDraw.Draw(image)
    palette = [rgb(random.uniform(0, 1), random.uniform(0, 0.35), random.uniform(0.1, 0.9)) for _ in range(4)]
    for _ in range(int(random.integers(900, 2200))):
        x, y, r = *random.uniform(0, n, 2), n * 0.011 * random.lognormal(-0.4, 0.5)
        turn = random.uniform(0, 6.28)
        points = [(x + r * random.uniform(0.5, 1.2) * math.cos(a + turn),
                   y + r * random.uniform(0.5, 1.2) * math.sin(a + turn)) for a in (0, 1.2, 2.3, 3.5, 5.1)]  # fmt: skip
        shade = palette[int(random.integers(4))] * random.uniform(0.75, 1.1)
        draw.polygon(points, fill=tuple(int(min(255, 255 * v)) for v in shade))
    colour = np.asarray(image, np.float32) / 255 * (1 + 0.04 * fractal(random, n, 0.8))[..., None]
    rough = 0.22 + 0.3 * place.wear * step(fractal(random, n, 1.6), -1, 1.5)
    return finished(random, place, colour, rough, 0.2 * fractal(random, n, 0.5), relief=0.001)


def tile(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Glazed floor tiles with dirty joints."""
    x, y = _grid(n)
    count = int(random.integers(2, 6))
    u, v = x * count % 1, y * count % 1
    border = np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v))
    joint = 1 - step(border, 0.008 * count / 2, 0.014 * count / 2)
    tones = random.normal(0, 0.035, (count, count))[np.floor(y * count).astype(int), np.floor(x * count).astype(int)]
    marble = np.abs(fractal(random, n, 1.7)) * random.choice([0, 0.1, 0.2]) + 0.03 * fractal(random, n, 0.9)
    base = rgb(0.05 + 0.08 * place.surface_hue, random.uniform(0.02, 0.35), 0.4 + 0.48 * place.surface_tone)
    colour = base * (1 + tones - marble)[..., None]
    colour = blend(colour, rgb(0.09, 0.2, random.uniform(0.15, 0.55)), joint)
    rough = random.uniform(0.12, 0.4) + 0.5 * joint + 0.15 * place.wear * step(fractal(random, n, 1.5), 0, 1.5)
    return finished(random, place, colour, rough, 0.15 * fractal(random, n, 1.6) - 5 * joint, relief=0.006)


def soil(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Trodden earth with pebbles and dry bits of plants."""
    rough_ground, fine = fractal(random, n, 1.4), fractal(random, n, 0.5)
    base = rgb(random.uniform(0.05, 0.1), random.uniform(0.2, 0.5), 0.25 + 0.3 * place.surface_tone)
    colour = base * (1 + 0.15 * rough_ground + 0.14 * fine)[..., None]
    pebbles = specks(random, n, 260, 0.014)
    colour = blend(colour, rgb(0.09, 0.12, 0.55) * (0.4 + pebbles)[..., None], step(pebbles, 0.2, 0.4) * 0.85)
    straw = scratches(random, n, int(random.integers(10, 160)), 0.05, 0.1)
    colour = blend(colour, rgb(0.11, 0.4, 0.62), np.clip(straw * 1.3, 0, 1))
    height = 1.2 * rough_ground + 0.5 * fine + 2.2 * pebbles + 1.2 * straw
    return finished(random, place, colour, 0.95, height, relief=0.03)


def cardboard(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Corrugated board: faint flutes, fibres, creases, a strip of tape, stains."""
    x, y = _grid(n)
    flutes = np.sin(2 * math.pi * y * 90 + 0.3 * fractal(random, n, 2))
    fibre = fractal(random, n, 0.5, (2, 1))
    base = rgb(random.uniform(0.075, 0.095), random.uniform(0.35, 0.5), 0.42 + 0.3 * place.surface_tone)
    colour = base * (1 + 0.02 * flutes + 0.035 * fibre + 0.04 * fractal(random, n, 1.6))[..., None]
    crease = np.zeros((n, n), np.float32)
    for where in random.uniform(0, 1, int(random.integers(0, 3))):
        crease = np.maximum(crease, np.exp(-(((x - where) / 0.004) ** 2)))
    colour = colour * (1 - 0.35 * crease)[..., None]
    rough = np.full((n, n), 0.8, np.float32)
    if random.random() < 0.45:
        tape = step(0.035 + 0.001 * fractal(random, n, 1) - np.abs(y - random.uniform(0.1, 0.9)), 0, 0.002)
        colour = blend(colour, colour * rgb(0.09, 0.3, 0.85), tape)
        rough = rough - 0.55 * tape
    return finished(random, place, colour, rough, 0.5 * flutes + 0.3 * fibre - 4 * crease, relief=0.002)


def plain(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Clean matt paper: the neutral background."""
    fibre = fractal(random, n, 0.6)
    colour = rgb(place.surface_hue, 0.06, 0.2 + 0.8 * place.surface_tone) * (1 + 0.015 * fibre)[..., None]
    return Texture(
        np.clip(colour, 0, 1), np.full((n, n), 0.9, np.float32), np.clip(0.5 + fibre / 6, 0, 1), relief=0.001
    )


HARD: dict[str, Painter] = {
    "steel": steel, "planks": planks, "desk": desk, "chipboard": chipboard, "concrete": concrete,
    "terrazzo": terrazzo, "tile": tile, "soil": soil, "cardboard": cardboard, "paper": plain,
}  # fmt: skip
