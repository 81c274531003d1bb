"""Textures of soft surfaces: mats, cloths, tarpaulins. They repeat without a seam."""

from __future__ import annotations

import math

import numpy as np

from training.render.scenes import Place
from training.render.textures import Painter, Texture, blend, finished, fractal, rgb, scratches, specks, step


def _weave(n: int, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Height of a plain weave, and where the thread along x is on top."""
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) / n * threads
    along = np.sin(math.pi * x) * np.sin(math.pi * y)
    height = np.maximum(np.abs(np.sin(math.pi * x)), np.abs(np.sin(math.pi * y)))
    return height * 2 - 1.4, along > 0


def carpet(random: np.random.Generator, place: Place, n: int) -> Texture:
    """The needle felt of a car boot: dark short fibres, lint, sand and pale marks where things were dragged."""
    fibre = (
        fractal(random, n, 0.2) * 0.6 + 0.4 * fractal(random, n, 0.4, (3, 1)) + 0.4 * fractal(random, n, 0.4, (1, 3))
    )
    base = rgb(0.6 * place.surface_hue, 0.08, 0.1 + 0.24 * place.surface_tone)
    colour = base * (1 + 0.3 * fibre + 0.08 * fractal(random, n, 1.5))[..., None]
    lint = specks(random, n, int(40 + 240 * place.wear), 0.003) + scratches(random, n, int(60 * place.wear), 0.02, 1)
    colour = blend(colour, rgb(0.1, 0.15, 0.65), np.clip(lint, 0, 1) * 0.75)
    dragged = step(fractal(random, n, 1.5, (4, 1)), 0.6, 1.8) * place.wear
    colour = blend(colour, rgb(0.1, 0.15, 0.5), dragged * 0.3)
    return finished(random, place, colour, 0.98, fibre + 2 * lint, 0.7, relief=0.006, sheen=0.3)


def rubber(random: np.random.Generator, place: Place, n: int) -> Texture:
    """A black mat with ribs, studs or a tread, grey with dust in its grooves."""
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) / n
    kind, count = int(random.integers(3)), int(random.integers(14, 40))
    if kind == 0:
        relief = step(np.sin(2 * math.pi * y * count), -0.3, 0.5)
    elif kind == 1:
        relief = 1 - step(np.hypot(x * count % 1 - 0.5, y * count % 1 - 0.5), 0.24, 0.34)
    else:
        odd = (np.floor(x * count) + np.floor(y * count)) % 2 > 0
        u, v = x * count % 1 - 0.5, y * count % 1 - 0.5
        a, b = np.where(odd, u + v, u - v), np.where(odd, u - v, u + v)
        relief = 1 - step(np.hypot(a / 0.55, b / 0.14), 0.7, 1.1)
    fine = fractal(random, n, 0.5)
    base = rgb(0.6, 0.05, 0.07 + 0.13 * place.surface_tone)
    colour = base * (1 + 0.1 * fine)[..., None]
    dust = place.wear * (0.55 * (1 - relief) + 0.35 * step(fractal(random, n, 1.4), -0.5, 1.5))
    colour = blend(colour, rgb(0.09, 0.25, 0.45), np.clip(dust, 0, 1) * 0.6)
    rough = 0.42 + 0.3 * np.clip(dust, 0, 1)
    return finished(random, place, colour, rough, 3 * relief - 1.5 + 0.15 * fine, relief=0.03)


def _cloth(
    random: np.random.Generator, place: Place, colour: np.ndarray, threads: int, irregular: float, relief: float
) -> Texture:
    n = len(colour)
    weave, _ = _weave(n, threads)
    slub = fractal(random, n, 0.6, (12, 0.5)) + fractal(random, n, 0.6, (0.5, 12))
    colour = colour * (1 + 0.06 * weave + irregular * slub + 0.04 * fractal(random, n, 1.7))[..., None]
    return finished(random, place, colour, 0.95, 1.3 * weave + 0.4 * slub, 0.7, relief=relief, sheen=0.15)


def cloth(random: np.random.Generator, place: Place, n: int) -> Texture:
    """A plain cloth of any colour, mostly dull ones and white."""
    saturation = random.uniform(0, 0.75) ** 1.6
    base = rgb(place.surface_hue, saturation, 0.12 + 0.8 * place.surface_tone)
    return _cloth(random, place, np.broadcast_to(base, (n, n, 3)), int(random.integers(100, 190)), 0.03, 0.004)


def baize(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Napped green (seldom blue or red) cloth of office tables."""
    hue = random.choice([0.38, 0.41, 0.44, 0.6, 0.0], p=[0.3, 0.3, 0.2, 0.1, 0.1])
    nap = fractal(random, n, 0.5) + 0.6 * fractal(random, n, 1.0, (1, 2))
    base = rgb(hue + random.normal(0, 0.01), random.uniform(0.5, 0.85), 0.2 + 0.35 * place.surface_tone)
    colour = base * (1 + 0.06 * nap + 0.05 * fractal(random, n, 1.8))[..., None]
    lint = specks(random, n, int(120 * place.wear), 0.003) + scratches(random, n, 25, 0.02, 1)
    colour = blend(colour, rgb(0.1, 0.05, 0.8), np.clip(lint, 0, 1) * 0.7)
    return finished(random, place, colour, 1.0, nap + lint, 0.6, relief=0.0015, sheen=0.3)


def checked(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Gingham or tartan: bands both ways that mix where they cross."""
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) / n
    count = int(random.integers(4, 12))
    ground = rgb(place.surface_hue + 0.5, random.uniform(0, 0.2), 0.6 + 0.3 * place.surface_tone)
    colour = np.broadcast_to(ground, (n, n, 3)).copy()
    for k in range(int(random.integers(1, 4))):
        band = rgb(place.surface_hue + 0.3 * k, random.uniform(0.3, 0.9), random.uniform(0.15, 0.7))
        shift, width = random.uniform(0, 1), (0.5 if k == 0 else random.uniform(0.04, 0.2))
        for axis in (x, y):
            colour = blend(colour, band, ((axis * count + shift) % 1 < width) * np.float32(0.5))
    return _cloth(random, place, colour, int(random.integers(100, 160)), 0.02, 0.004)


def burlap(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Jute sacking, or a woven plastic sack with faded print."""
    jute = random.random() < 0.6
    base = rgb(random.uniform(0.08, 0.11), 0.4 if jute else 0.05, (0.35 if jute else 0.6) + 0.3 * place.surface_tone)
    colour = np.broadcast_to(base, (n, n, 3)).copy()
    weave, along = _weave(n, int(random.integers(50, 90)))
    colour = blend(colour, colour * 0.8, along.astype(np.float32))
    colour = blend(colour, colour * 0.25, 1 - step(weave, -1.2, -0.2))
    return _cloth(random, place, colour, int(random.integers(50, 90)), 0.1 if jute else 0.02, 0.012)


def _film(random: np.random.Generator, place: Place, colour: np.ndarray, threads: int) -> Texture:
    n = len(colour)
    weave, along = _weave(n, threads)
    colour = colour * (1 + 0.05 * weave + 0.05 * along + 0.04 * fractal(random, n, 1.5))[..., None]
    creased = np.abs(fractal(random, n, 1.5, low=3))
    whitened = 1 - step(creased, 0.0, 0.06)
    colour = blend(colour, colour * 0.6 + 0.35, whitened * 0.35 * place.wear)
    rough = 0.32 + 0.05 * weave + 0.1 * place.wear
    return finished(random, place, colour, rough, 0.5 * weave + 1.2 * np.minimum(creased, 1.5), relief=0.008, coat=0.15)


def tarp(random: np.random.Generator, place: Place, n: int) -> Texture:
    """Woven plastic sheet: blue most often."""
    hue = random.choice([0.59, 0.57, 0.36, 0.07, 0.1], p=[0.4, 0.25, 0.15, 0.1, 0.1]) + random.normal(0, 0.01)
    base = rgb(hue, random.uniform(0.55, 0.9), 0.3 + 0.45 * place.surface_tone)
    return _film(random, place, np.broadcast_to(base, (n, n, 3)), int(random.integers(60, 110)))


def market_bag(random: np.random.Generator, place: Place, n: int) -> Texture:
    """The red, white and blue plaid of cheap carrier bags."""
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) / n
    count = int(random.integers(2, 6))
    colour = np.broadcast_to(rgb(0.1, 0.03, 0.6 + 0.28 * place.surface_tone), (n, n, 3)).copy()
    inks = (rgb(0.6, 0.75, 0.45), rgb(0.99, 0.75, 0.6)) if place.surface_hue < 0.7 else (rgb(0.33, 0.6, 0.35),) * 2
    for axis in (x, y):
        u = axis * count % 1
        for k, (low, high) in enumerate(
            ((0.05, 0.2), (0.26, 0.3), (0.36, 0.4), (0.46, 0.62), (0.7, 0.73), (0.85, 0.88))
        ):
            band = ((u > low) & (u < high)).astype(np.float32)
            colour = blend(colour, inks[k % 2], band * 0.6)
    return _film(random, place, colour, int(random.integers(70, 130)))


SOFT: dict[str, Painter] = {
    "carpet": carpet, "rubber": rubber, "cloth": cloth, "baize": baize, "checked": checked, "burlap": burlap,
    "tarp": tarp, "market_bag": market_bag,
}  # fmt: skip
