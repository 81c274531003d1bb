"""Printed and written things, painted with Pillow: newspapers, forms, labels, scales, coins. The words mean nothing."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.render.scenes import Place
from training.render.textures import blend, fractal, rgb, step

_ONSETS = ("t", "th", "ch", "l", "m", "n", "ng", "k", "b", "d", "h", "s", "tr", "v", "x", "ph", "qu", "gi", "r", "")
_RHYMES = ("a", "an", "ong", "inh", "oi", "am", "uc", "e", "iet", "u", "ay", "om", "ich", "ua", "en", "o")


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=max(4.0, float(size)))


def _line(random: np.random.Generator, letters: int) -> str:
    words, length = [], 0
    while length < letters:
        word = str(random.choice(_ONSETS)) + str(random.choice(_RHYMES))
        words.append(word.capitalize() if random.random() < 0.12 else word)
        length += len(word) + 1
    return " ".join(words)[:letters]


def newspaper(random: np.random.Generator, width: int = 900, height: int = 1200) -> np.ndarray:
    """A page: headline, columns, a grey picture or two. sRGB in [0, 1]."""
    image = Image.new("L", (width, height), 225)
    draw = ImageDraw.Draw(image)
    margin, columns = 40, int(random.integers(3, 6))
    wide = (width - 2 * margin) / columns
    size = random.uniform(13, 18)
    text, y = _font(size), margin
    head = _font(random.uniform(44, 76))
    draw.text((margin, y), _line(random, 26), font=head, fill=35)
    y += int(head.size * 1.3)
    draw.line((margin, y, width - margin, y), fill=60, width=3)
    pictures = []
    for _ in range(int(random.integers(1, 4))):
        first, span = int(random.integers(columns)), int(random.integers(1, 3))
        left, top = margin + first * wide, random.uniform(y + 20, height * 0.7)
        pictures.append((left, top, min(left + span * wide, width - margin) - 12, top + random.uniform(120, 260)))
    for column in range(columns):
        x, row = margin + column * wide, y + 14.0
        while row < height - margin - size:
            inside = [p for p in pictures if p[0] - wide < x < p[2] and p[1] - size * 1.5 < row < p[3] + 4]
            if inside:
                row = inside[0][3] + size
                continue
            if random.random() < 0.025:
                draw.text((x, row), _line(random, int(wide / 16)), font=_font(size * 1.9), fill=45)
                row += size * 2.4
                continue
            draw.text(
                (x, row), _line(random, int((wide - 12) / size / 0.52)), font=text, fill=int(random.integers(60, 95))
            )
            row += size * 1.18
    page = np.asarray(image, np.float32) / 255
    for left, top, right, bottom in pictures:
        part = page[int(top) : int(bottom), int(left) : int(right)]
        if part.size:
            noise = fractal(random, 256, 1.9)[: part.shape[0], : part.shape[1]]
            part[: noise.shape[0], : noise.shape[1]] = np.clip(0.45 + 0.2 * noise, 0.12, 0.85)
    paper = rgb(0.12, random.uniform(0.05, 0.2), 1)
    return np.clip(page[..., None] * paper, 0, 1)


def form(random: np.random.Generator, width: int = 700, height: int = 990) -> np.ndarray:
    """White office paper: empty, printed, or a form filled in by hand."""
    image = Image.new("RGB", (width, height), (236, 236, 232))
    draw = ImageDraw.Draw(image)
    kind = random.random()
    if kind > 0.4:
        size, y = random.uniform(13, 17), 70.0
        draw.text((width * 0.28, y), _line(random, 24).upper(), font=_font(size * 1.4), fill=(40, 40, 40))
        y += 60
        while y < height - 90:
            if kind > 0.75:
                draw.line((60, y + size * 1.5, width - 60, y + size * 1.5), fill=(120, 120, 120))
                draw.text((64, y), _line(random, 14), font=_font(size), fill=(60, 60, 60))
                _scribble(random, draw, 260, y + size * 0.7, random.uniform(60, 330), size, (40, 50, 130))
                y += size * 2.4
            else:
                draw.text((60, y), _line(random, int(570 / size / 0.5)), font=_font(size), fill=(55, 55, 55))
                y += size * (1.35 if random.random() < 0.88 else 2.6)
    return np.asarray(image, np.float32) / 255


def _scribble(
    random: np.random.Generator, draw: ImageDraw.ImageDraw, x: float, y: float, length: float, size: float,
    ink: tuple[int, int, int],
) -> None:  # fmt: skip
    """A line as of handwriting."""
    t = np.arange(0, length, 1.5)
    phase = np.cumsum(random.uniform(0.1, 0.75, t.size))
    up = size * 0.45 * np.sin(phase) * (0.35 + 0.65 * (np.sin(phase * 0.13 + random.uniform(0, 6)) > 0.2))
    points = [(x + a + 2.5 * math.cos(p), y + b) for a, b, p in zip(t, up, phase, strict=True)]
    for k in range(0, len(points) - 12, 14):
        if random.random() < 0.88:
            draw.line(points[k : k + 12], fill=ink, width=2)


def label(random: np.random.Generator, width: int = 360, height: int = 200) -> np.ndarray:
    """A tag with a printed frame, ruled lines and handwriting."""
    ground = rgb(*((0.12, 0.35, 0.88), (0.1, 0.03, 0.92), (0.09, 0.35, 0.7))[int(random.integers(3))]) * 255
    image = Image.new("RGB", (width, height), tuple(int(v) for v in ground))
    draw = ImageDraw.Draw(image)
    ink = ((30, 30, 30), (170, 25, 25), (30, 45, 120))[int(random.integers(3))]
    draw.rectangle((10, 10, width - 10, height - 10), outline=ink, width=3)
    draw.text((24, 18), _line(random, 16).upper(), font=_font(24), fill=ink)
    for y in range(70, height - 20, 34):
        draw.line((24, y + 18, width - 24, y + 18), fill=ink)
        _scribble(random, draw, 28, y + 5, random.uniform(90, width - 70), 20, (25, 35, 110))
    return np.asarray(image, np.float32) / 255


def number_card(random: np.random.Generator, size: int = 200) -> np.ndarray:
    """A number as on markers of a scene."""
    image = Image.new("RGB", (size, size), ((240, 205, 30), (235, 235, 235))[int(random.random() < 0.3)])
    draw = ImageDraw.Draw(image)
    draw.text(
        (size / 2, size / 2), str(int(random.integers(1, 20))), font=_font(size * 0.68), fill=(15, 15, 15), anchor="mm"
    )
    return np.asarray(image, np.float32) / 255


def scale(random: np.random.Generator, length_cm: float, width_cm: float, side: bool = False) -> np.ndarray:
    """A forensic scale along x: blocks, ticks, numbers. ``side`` leaves the first square for the corner."""
    unit = 10 if length_cm > 40 else 1
    n = round(length_cm / unit)
    pixel = 1400 / length_cm
    width, height = round(length_cm * pixel), max(24, round(width_cm * pixel))
    dark = random.random() < 0.2
    paper, ink = ((20, 20, 20), (235, 235, 235)) if dark else ((232, 232, 228), (18, 18, 18))
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    step_, font = width / n, _font(min(height * 0.36, width / n * 0.55))
    blocks = random.random() < 0.7
    for k in range(n):
        if blocks and k % 2 == 0:
            draw.rectangle((k * step_, height * 0.72, (k + 1) * step_, height), fill=ink)
        for tick in range(10):
            x = k * step_ + tick * step_ / 10
            long = 0.34 if tick == 0 else 0.24 if tick == 5 else 0.15
            if tick == 0 or step_ > 40:
                draw.line((x, 0, x, height * long), fill=ink, width=max(1, round(step_ / 60)))
        if n <= 16 or k % 5 == 0:
            draw.text((k * step_ + step_ * 0.12, height * 0.36), str(k * unit), font=font, fill=ink)
    if side:
        draw.rectangle((0, 0, height, height), fill=paper)
    draw.rectangle((0, 0, width - 1, height - 1), outline=ink, width=2)
    return np.asarray(image, np.float32) / 255


def coin(random: np.random.Generator, size: int = 256) -> np.ndarray:
    """A coin's relief in [0, 1]: rim, number, ring of letters; no real one."""
    image = Image.new("L", (size, size), 90)
    draw = ImageDraw.Draw(image)
    middle = size / 2
    draw.ellipse((2, 2, size - 2, size - 2), outline=230, width=round(size * 0.05))
    text = random.choice(["1", "2", "5", "10", "20", "50", "200"])
    draw.text((middle, middle), str(text), font=_font(size * 0.42), fill=220, anchor="mm")
    for k in range(28):
        a = 2 * math.pi * k / 28
        if 3 < k < 25:
            a += math.pi / 2
            where = (middle + size * 0.37 * math.cos(a), middle + size * 0.37 * math.sin(a))
            letter = "ABEHIKLMNOTUVX"[int(random.integers(14))]
            draw.text(where, letter, font=_font(size * 0.07), fill=190, anchor="mm")
    return np.asarray(image, np.float32) / 255


def kraft(random: np.random.Generator, place: Place, n: int = 700) -> np.ndarray:
    """Brown paper of an evidence bag with a printed panel."""
    crinkle, fibre = fractal(random, n, 1.5), fractal(random, n, 0.5, (1, 3))
    base = rgb(random.uniform(0.075, 0.095), random.uniform(0.3, 0.5), 0.45 + 0.25 * place.surface_tone)
    colour = base * (1 + 0.04 * crinkle + 0.05 * fibre)[..., None]
    panel = Image.new("L", (n, n))
    draw = ImageDraw.Draw(panel)
    left, top = n * 0.12, n * 0.08
    draw.rectangle((left, top, n * 0.88, n * 0.5), outline=255, width=4)
    draw.text((left + 16, top + 10), _line(random, 14).upper(), font=_font(n * 0.06), fill=255)
    for k in range(5):
        y = top + n * (0.13 + 0.055 * k)
        draw.line((left + 16, y, n * 0.86, y), fill=200, width=2)
    ink = rgb(random.choice([0.0, 0.6, 0.1]), 0.7, 0.25)
    return np.clip(blend(colour, ink, np.asarray(panel, np.float32) / 255 * 0.8), 0, 1)


def aged(random: np.random.Generator, page: np.ndarray, wear: float) -> np.ndarray:
    """Folds and stains on a sheet."""
    height, width = page.shape[:2]
    n = 512
    cloud = step(fractal(random, n, 1.8), 0.7, 1.8) * 0.35 * wear
    rows, columns = np.arange(height) * n // height, np.arange(width) * n // width
    page = blend(page, page * rgb(0.1, 0.35, 0.75), cloud[rows][:, columns])
    shade = np.ones((height, width), np.float32)
    if random.random() < 0.6:
        shade[height // 2 - 1 : height // 2 + 2] *= 0.85
        shade[:, width // 2 - 1 : width // 2 + 2] *= 0.88
    return page * shade[..., None]


PAGES = {"newspaper": newspaper, "sheet": form}
