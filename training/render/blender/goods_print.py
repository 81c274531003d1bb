"""Printed and painted surfaces as NumPy pictures: labels, packets, gift paper, decorated plates."""

from __future__ import annotations

import colorsys

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, map_coordinates

Pixels = npt.NDArray[np.float32]


def colours(random: np.random.Generator, count: int) -> list[tuple[int, int, int]]:
    """Inks that differ in hue and lightness, sRGB 0 to 255."""
    start, inks = float(random.random()), []
    for i in range(count):
        hue = (start + float(random.choice([0.0, 0.08, 0.33, 0.5, 0.62])) + 0.03 * i) % 1
        r, g, b = colorsys.hsv_to_rgb(hue, float(random.uniform(0.1, 0.9)), float(random.uniform(0.15, 0.97)))
        inks.append((int(r * 255), int(g * 255), int(b * 255)))
    return inks


def label(random: np.random.Generator, height: int, width: int, plain: float = 0.2) -> Pixels:
    """A printed label: ground, bands, a picture block, lines of letter-like strokes, perhaps a bar code."""
    inks = colours(random, 5)
    ground = (238, 234, 224) if random.random() < 0.4 else inks[0]
    picture = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(picture)
    for _ in range(int(random.integers(0, 3))):
        y = int(random.uniform(0, height))
        draw.rectangle((0, y, width, y + int(random.uniform(0.03, 0.25) * height)), fill=inks[1])
    if random.random() > plain:
        x, y = random.uniform(0.1, 0.6) * width, random.uniform(0.08, 0.6) * height
        r = random.uniform(0.12, 0.3) * min(width, height)
        box = (x - r, y - r * 0.8, x + r, y + r * 0.8)
        (draw.ellipse if random.random() < 0.6 else draw.rectangle)(box, fill=inks[2], outline=inks[3], width=3)
    y = random.uniform(0.05, 0.3) * height
    for line in range(int(random.integers(3, 9))):
        size = (random.uniform(0.09, 0.2) if line < 2 else random.uniform(0.025, 0.05)) * height
        _strokes(
            draw,
            random,
            width * random.uniform(0.06, 0.3),
            y,
            width * random.uniform(0.6, 0.94),
            size,
            inks[4] if line < 2 else (30, 30, 32),
        )
        y += size * random.uniform(1.4, 2.2)
    if random.random() < 0.4:
        x, y, bar = random.uniform(0.05, 0.7) * width, 0.76 * height, 0
        draw.rectangle((x - 4, y - 4, x + 0.24 * width, y + 0.2 * height), fill=(244, 244, 240))
        while bar < 0.23 * width:
            wide = int(random.integers(1, 4))
            draw.rectangle((x + bar, y, x + bar + wide - 1, y + 0.15 * height), fill=(15, 15, 15))
            bar += wide + int(random.integers(1, 4))
    return np.asarray(picture, np.float32) / 255


def _strokes(
    draw: ImageDraw.ImageDraw,
    random: np.random.Generator,
    x: float,
    y: float,
    end: float,
    size: float,
    ink: tuple[int, int, int],
) -> None:
    """Strokes that look like letters from afar."""
    while x < end - size * 0.5:
        if random.random() < 0.16:
            x += size * 0.4
        wide, thick = size * float(random.uniform(0.4, 0.62)), max(1, int(size * 0.14))
        corners = [
            (x, y),
            (x + wide, y),
            (x + wide, y + size / 2),
            (x, y + size / 2),
            (x, y + size),
            (x + wide, y + size),
        ]
        for _ in range(int(random.integers(2, 5))):
            i, j = random.choice(6, 2, replace=False)
            draw.line((*corners[i], *corners[j]), fill=ink, width=thick)
        x += wide + size * 0.16


def stripes(random: np.random.Generator, height: int, width: int, wild: float) -> Pixels:
    """Striped paper: straight bands, of one or several widths, or wavy ones if ``wild``."""
    inks = np.array(colours(random, 3), np.float32) / 255
    if random.random() < 0.35:
        inks[0], inks[1] = (0.93, 0.9, 0.86), inks[1] * 0.6
    angle = float(random.choice([0, np.pi / 2, np.pi / 4, 0.3]))
    y, x = np.mgrid[0:height, 0:width] / width
    along = x * np.cos(angle) + y * np.sin(angle)
    if wild > 0:
        along = along + wild * 0.03 * np.sin(y * 9 + x * 4 + random.uniform(0, 6)) + wild * 0.012 * np.sin(y * 31)
    period = float(random.uniform(0.07, 0.28))
    phase = (along / period) % 1
    shares = float(random.uniform(0.25, 0.65))
    made = np.where((phase < shares)[..., None], inks[0], inks[1])
    if random.random() < 0.5:
        thin = (phase > shares + 0.12) & (phase < shares + 0.18)
        made = np.where(thin[..., None], inks[2], made)
    return made.astype(np.float32)


def pattern(random: np.random.Generator, height: int, width: int) -> Pixels:
    """Gift paper or tiles: dots, diamonds, checks or leaves on a ground."""
    inks = np.array(colours(random, 3), np.float32) / 255
    y, x = np.mgrid[0:height, 0:width] / width
    step = float(random.uniform(0.06, 0.2))
    row = np.floor(y / step)
    u, v = ((x / step + 0.5 * (row % 2)) % 1) - 0.5, (y / step) % 1 - 0.5
    kind = int(random.integers(0, 4))
    inside = [
        u**2 + v**2 < 0.08,
        np.abs(u) + np.abs(v) < 0.34,
        (u * v > 0),
        (u**2 * 7 + v**2 < 0.15) | (v**2 * 7 + u**2 < 0.15),
    ][kind]
    made = np.where(inside[..., None], inks[1], inks[0])
    if random.random() < 0.5:
        made = np.where((u**2 + v**2 < 0.02)[..., None], inks[2], made)
    return made.astype(np.float32)


def ware(random: np.random.Generator, height: int, width: int, style: str, repeat: int) -> Pixels:
    """The painted wall of a cup, bowl or plate, unrolled: row 0 is the rim's end, columns go round."""
    base = {
        "white": (0.9, 0.89, 0.85),
        "celadon": (0.62, 0.7, 0.58),
        "brown": (0.36, 0.2, 0.1),
        "cream": (0.85, 0.78, 0.63),
        "blue": (0.2, 0.33, 0.5),
        "black": (0.07, 0.065, 0.06),
        "yellow": (0.85, 0.62, 0.15),
    }[style]
    made = np.empty((height, width, 3), np.float32)
    made[:] = base
    inks = [(0.09, 0.16, 0.42), (0.6, 0.1, 0.08), (0.1, 0.33, 0.2), (0.25, 0.13, 0.06), (0.7, 0.5, 0.12)]
    ink = np.array(inks[int(random.integers(0, len(inks)))], np.float32)
    second = np.array(inks[int(random.integers(0, len(inks)))], np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    paint, other = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    for _ in range(int(random.integers(1, 4))):
        at, wide = random.uniform(0.03, 0.5), random.uniform(0.006, 0.05)
        paint += np.abs(y - at + 0.004 * np.sin(2 * np.pi * 3 * x)) < wide / 2
    kind = int(random.integers(0, 5))
    u = (x * repeat) % 1 - 0.5
    v = (y - random.uniform(0.2, 0.4)) * float(random.uniform(2.5, 4.5))
    if kind == 0:
        a, r = np.arctan2(v, u), np.hypot(u, v)
        paint += r < 0.16 + 0.14 * np.cos(5 * a + 1) ** 2
        other += r < 0.08
        other += (np.abs(v - 0.2 * np.sin(2 * np.pi * x * repeat)) < 0.02) & (np.abs(u) > 0.3)
    elif kind == 1:
        paint += np.abs(v - 0.25 * np.sin(2 * np.pi * x * repeat * 2)) < 0.05
    elif kind == 2:
        # Brush strokes across the wall, as on folk ware.
        paint += np.abs(u + 0.3 * v + 0.1 * np.sin(5 * v)) < 0.1 * np.clip(1 - np.abs(v), 0, 1)
    elif kind == 3:
        other += (np.abs(u) + np.abs(v)) < 0.3
        paint += np.abs(np.abs(u) + np.abs(v) - 0.38) < 0.035
    noise = gaussian_filter(random.normal(0, 1, (height, width)), 5, mode="wrap")
    noise /= np.abs(noise).max()
    rows, columns = np.mgrid[0:height, 0:width]
    at = [rows + 6 * noise, columns + 6 * np.roll(noise, 40, 1)]
    for layer, colour in ((paint, ink), (other, second)):
        soft = gaussian_filter(map_coordinates(np.clip(layer, 0, 1), at, order=1, mode="wrap"), 1.0)
        soft = (soft * (0.75 + 0.5 * noise)).clip(0, 1)[..., None]
        made = made * (1 - soft) + colour * soft
    specks = random.random((height, width)) < 0.0008 * random.uniform(0, 3)
    made *= 1 - 0.6 * np.clip(gaussian_filter(specks.astype(np.float32), 1.2) * 6, 0, 1)[..., None]
    return np.clip(made * (1 + 0.05 * noise[..., None]), 0, 1).astype(np.float32)


def screen(random: np.random.Generator, height: int, width: int) -> Pixels:
    """A phone's lit screen: wallpaper, a clock, rows of icons."""
    inks = np.array(colours(random, 3), np.float32) / 255
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    share = np.clip(y + 0.25 * np.sin(3 * x + random.uniform(0, 6)), 0, 1)[..., None]
    made = (inks[0] * (1 - share) + inks[1] * share) * 255
    picture = Image.fromarray(np.clip(made, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    step = width / 4.4
    for row in range(int(random.integers(2, 7))):
        for column in range(4):
            if random.random() < 0.85:
                left, top = step * (0.3 + column), height - step * (1.3 + 1.15 * row)
                fill = colours(random, 1)[0]
                draw.rounded_rectangle((left, top, left + step * 0.7, top + step * 0.7), step * 0.16, fill=fill)
    _strokes(draw, random, width * 0.3, height * 0.08, width * 0.75, height * 0.06, (245, 245, 245))
    return np.asarray(picture, np.float32) / 255


def aged(pixels: Pixels, random: np.random.Generator, wear: float) -> Pixels:
    """Rubbed, stained and faded print."""
    height, width = pixels.shape[:2]
    rub = gaussian_filter(random.normal(0, 1, (height, width)), 1.5) * 1.6
    blot = gaussian_filter(random.normal(0, 1, (height, width)), min(height, width) / 9)
    blot /= np.abs(blot).max() + 1e-6
    worn = np.clip((rub + 0.8 * blot - 1.15 + 0.75 * wear) * 2.5, 0, 1)[..., None] * (0.2 + 0.6 * wear)
    made = pixels * (1 - worn) + np.array([0.82, 0.79, 0.73]) * worn
    made = made * (1 - 0.25 * wear * np.clip(blot, 0, 1)[..., None] * [0.6, 0.8, 1.0])
    grey = made.mean(2, keepdims=True)
    return np.clip(made * (1 - 0.25 * wear) + 0.25 * wear * (0.7 * grey + 0.2), 0, 1).astype(np.float32)
