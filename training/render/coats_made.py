"""Coats made by people: stripes painted on the hide of another animal, and patterns printed on cloth or faux fur.

Signs of dye: symmetrical stripes (New Indian Express 2023, grade C); edges that bleed, brush marks, colour on the tips
but not at the base or on the leather, stripes of one tone (synthesis of press sources, grade C/K). Faux fur has a
woven or knitted backing and even hair (CITES Secretariat, grade B).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from training.render.coats_cats import hair_length, leather, worn
from training.render.coats_fields import (
    CANVAS,
    Coat,
    Colour,
    Spot,
    bands,
    finished,
    frame,
    layered,
    mix,
    noise,
    on_hide,
    sample,
    scatter,
    stamp,
    step,
    streaks,
    tint,
)  # fmt: skip
from training.render.objects.common import chance, number, pick
from training.render.pelt_map import PeltMap
from training.render.planes import Plane

Parameters = dict[str, Any]


def draw_painted(random: np.random.Generator) -> Parameters:
    """A light hide of dog, calf or goat, dyed or not, with painted marks: the same on both sides, or one repeated."""
    return {
        "pattern": pick(random, ("mirrored", "repeated", "free", "spots"), (0.5, 0.2, 0.18, 0.12)),
        "count": number(random, 7, 17), "width": number(random, 0.2, 0.5), "wobble": number(random, 0.1, 0.6),
        "reach": number(random, 0.55, 1.0), "bleed": number(random, 0.3, 1), "brush": number(random, 0.2, 1),
        "natural_hue": number(random, 0.05, 0.11), "natural_saturation": number(random, 0.05, 0.5),
        "natural_value": number(random, 0.45, 0.92),
        "dyed": number(random, 0.4, 1) if chance(random, 0.7) else number(random, 0, 0.3),
        "dye_hue": number(random, 0.055, 0.12), "dye_saturation": number(random, 0.55, 0.9),
        "dye_value": number(random, 0.55, 0.85), "ink_hue": number(random, 0.0, 0.08),
        "ink": number(random, 0.04, 0.22),
        "penetration": number(random, 0.0, 0.5), "belly": number(random, 0, 1), "dye_stain": number(random, 0, 0.9),
        "fade": number(random, 0, 0.5), "dirt": number(random, 0, 0.5), "leather_tone": number(random, 0.4, 0.95),
        "leather_yellow": number(random, 0.1, 0.6), "leather_stain": number(random, 0, 0.6),
    }  # fmt: skip


def _strokes(along: Plane, away: Plane, p: Parameters, step_px: float, random: np.random.Generator) -> Plane:
    """Brush strokes from the spine down the side, evenly spaced, each of about one breadth and with round ends."""
    count = p["count"]
    most = int(count * 2.6) + 6
    repeated = p["pattern"] == "repeated"
    table = random.uniform(-1, 1, (5, most)).astype(np.float32)
    if repeated:
        table = np.repeat(table[:, :1], most, axis=1) + 0.12 * table
    phase = (
        along * np.float32(count)
        + np.float32(0.8 * count)
        + np.float32(p["wobble"] * 0.35) * np.sin(5 * away + 2 * np.float32(table[0, 0]))
    )
    number_of = np.clip(np.floor(phase), 0, most - 1).astype(int)
    inside = phase - number_of - 0.5
    a, b, c, d, e = (row[number_of] for row in table)
    middle = 0.13 * a + p["wobble"] * 0.16 * np.sin((3 + 2 * b) * away * 2 + 3 * c)
    start, end = -0.06 + 0.1 * (d + 1), p["reach"] * (0.72 + 0.28 * e)
    # A stroke thins towards its end as the brush runs dry and is lifted.
    breadth = (
        p["width"]
        * (0.44 + 0.1 * c)
        * np.sqrt(np.clip(1 - ((away - start) / np.maximum(end - start, 0.1) * 2 - 1) ** 2, 0, 1))
    )
    breadth = breadth + np.float32(0.028) * noise(along.shape, step_px, random)
    breadth = breadth - 0.3 * (1 - step(start - 0.06, start + 0.06, away) * (1 - step(end - 0.08, end, away)))
    soft = 0.03 + 0.09 * p["bleed"]
    return 1 - step(breadth - soft, breadth + soft, np.abs(inside - middle).astype(np.float32))


def paint_painted(pelt: PeltMap, p: Parameters, random: np.random.Generator) -> Coat:
    """Marks brushed on a hide; near the skin the hair keeps its own colour, and so does the leather."""
    shape, scale = pelt.shape, pelt.pixels_per_length
    at = frame(pelt)
    away = at.away
    if p["pattern"] == "spots":
        places = scatter((300, 240), 26, random, 0.12)
        spots = [Spot(float(y), float(x), 8.5 * random.uniform(0.8, 1.1), 1.0, 0.9 if p["wobble"] > 0.3 else 0.0, 3)
                 for y, x in places]  # fmt: skip
        canvas, _ = stamp((300, 240), spots, random, 0.2 + 0.3 * p["bleed"])
        ink = on_hide(canvas, at.y, np.abs(at.x) if p["brush"] > 0.5 else at.x)
        ink = ink * (1 - at.on_limb) + on_hide(canvas, at.limb_y, at.limb_x) * at.on_limb
    elif p["pattern"] == "free":
        left, right = (_strokes(at.y, away, p, scale * 0.05, random) for _ in range(2))
        ink = np.where(at.x < 0, left, right)
    else:
        ink = _strokes(at.y, away, p, scale * 0.05, random)
    if p["pattern"] != "spots":
        bars = np.cos(2 * np.pi * pelt.limb * np.float32(p["count"] * 0.4)).astype(np.float32)
        ink = (
            ink * (1 - at.on_limb)
            + step(0.35, 0.85, bars) * (1 - step(0.6, 0.9, away)) * (1 - step(0.8, 0.9, pelt.limb)) * at.on_limb
        )
    tail = step(0.1, 0.6, np.cos(2 * np.pi * pelt.tail * np.float32(p["count"] * 0.5)).astype(np.float32))
    on_tail = step(0, 0.05, pelt.tail)
    ink = ink * (1 - on_tail) + tail * on_tail
    ink = ink * (1 - step(0.66, 0.8, pelt.head))
    # Dry bristles leave hair uncovered in lines across the stroke's way.
    dry = streaks((shape[1], shape[0]), scale * 0.05, random).T
    cover = np.clip(1 - p["brush"] * 0.3 * step(0.3, 1.6, dry), 0, 1)
    halo = ndimage.gaussian_filter(ink, scale * 0.016) * np.float32(0.3 * p["bleed"])
    ink = np.clip(np.maximum(ink * cover, halo), 0, 1).astype(np.float32)

    natural = tint(p["natural_hue"], p["natural_saturation"], p["natural_value"])
    own = (
        natural
        * (1 + 0.07 * layered(shape, scale * 0.1, random) + 0.05 * streaks(shape, scale * 0.01, random))[..., None]
    )
    dye = tint(p["dye_hue"], p["dye_saturation"], p["dye_value"])
    patchy = np.clip(p["dyed"] * (0.8 + 0.22 * layered(shape, scale * 0.22, random)), 0, 1)
    patchy = patchy * (1 - p["belly"] * step(0.6, 0.9, away))
    dyed = mix(own, dye * (1 + 0.05 * streaks(shape, scale * 0.01, random))[..., None], patchy.astype(np.float32))
    colour = mix(dyed, tint(p["ink_hue"], 0.4, p["ink"]), ink * np.float32(0.93))
    colour = worn(colour, pelt, p["fade"], p["dirt"], random)
    root = mix(own, colour, np.full(shape, p["penetration"] * 0.6, np.float32))

    skin = leather(pelt, p["leather_tone"], p["leather_yellow"], p["leather_stain"], random)
    soaked = step(0.9, 1.9, layered(shape, scale * 0.12, random, 4)) * np.float32(0.75 * p["dye_stain"])
    rim = step(0.62, 0.98, away) * np.float32(0.5 * p["dye_stain"]) * step(0, 1.2, noise(shape, scale * 0.1, random))
    skin = mix(skin, dye * 0.7, np.maximum(soaked, rim))
    return Coat(finished(colour), finished(root), hair_length(pelt, random, 1.15), finished(skin))


def draw_printed(random: np.random.Generator) -> Parameters:
    """A printed pattern: a tile repeated, in an animal's colours or in none an animal has."""
    motif = pick(random, ("tiger", "leopard", "zebra", "snow"), (0.42, 0.33, 0.15, 0.1))
    fancy = chance(random, 0.15)
    return {
        "motif": motif, "tile": number(random, 0.24, 0.65), "turn": float(pick(random, (0, 0, 0, 90, 90, 35))),
        "offset": chance(random, 0.4), "period": number(random, 0.1, 0.22), "width": number(random, -0.2, 0.3),
        "hue": number(random, 0, 1) if fancy else number(random, 0.06, 0.12),
        "saturation": number(random, 0.3, 0.8) if motif == "tiger" else number(random, 0.2, 0.6),
        "value": number(random, 0.65, 0.92), "pale": chance(random, 0.45), "fancy": fancy,
        "ink_hue": number(random, 0, 0.1), "ink": number(random, 0.03, 0.2), "ink_saturation": number(random, 0.1, 0.5),
        "sharp": number(random, 0.4, 1), "backing_hue": number(random, 0.05, 0.65),
        "backing_saturation": number(random, 0, 0.15) if chance(random, 0.7) else number(random, 0.2, 0.6),
        "backing_value": number(random, 0.15, 0.92), "fade": number(random, 0, 0.4), "dirt": number(random, 0, 0.2),
    }  # fmt: skip


def tile(p: Parameters, random: np.random.Generator, size: int = 256) -> tuple[Plane, Plane]:
    """One tile of a print that fits itself on all sides: where it is dark, and where its second tone lies."""
    shape = (size, size)
    soft = np.float32(0.35 - 0.25 * p["sharp"])
    period = p["period"] * size
    if p["motif"] in ("tiger", "zebra"):
        zebra = p["motif"] == "zebra"
        field = bands(shape, period, random, 0.3, 0.45 if zebra else 0.35, 2)
        # Bend the stripes by slow waves that fit the tile; so few periods would else come out ruled.
        slow = [bands(shape, size / 2, random, 0.5, 1.4, 0) * np.float32(period * 0.15) for _ in range(2)]
        rows, columns = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32), indexing="ij")
        field = sample(field, rows + slow[0], columns + slow[1])
        low = np.float32(0.0 if zebra else 0.45) - np.float32(p["width"])
        if not zebra:
            # Stripes thin out and end: a slow wave that fits the tile.
            slow = bands((size, size), size / 2, random, 0.5, 1.2, 0)
            low = low + 0.35 * slow
        return step(low - soft, low + soft, field), step(low - 0.75, low - 0.2, field)
    gap = period * (0.95 if p["motif"] == "leopard" else 1.3)
    spots = [Spot(float(y), float(x), gap * random.uniform(0.34, 0.5), random.uniform(0.8, 1.2), random.uniform(0.7, 1),
                  int(random.integers(3, 5))) for y, x in scatter(shape, gap, random, 0.12)]  # fmt: skip
    return stamp(shape, spots, random, 0.06 + 0.3 * float(soft))


def paint_printed(pelt: PeltMap, p: Parameters, random: np.random.Generator) -> Coat:
    """A print that takes no notice of where on an animal it lies and comes again after each tile."""
    size = 256
    dark, second = tile(p, random, size)
    height, width = pelt.shape
    scale = np.float32(size / (p["tile"] * pelt.pixels_per_length))
    rows = np.arange(height, dtype=np.float32)[:, None] * scale
    columns = np.arange(width, dtype=np.float32)[None, :] * scale
    turn = np.radians(p["turn"])
    c, s = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    y, x = rows * c + columns * s, columns * c - rows * s
    if p["offset"]:
        y = y + np.floor(x / size) * np.float32(size / 2)
    flat = size / CANVAS
    ink, tone = on_hide(dark, y / size * flat, x / size * flat), on_hide(second, y / size * flat, x / size * flat)
    ground = tint(
        p["hue"], p["saturation"] * (0.35 if p["pale"] else 1), min(p["value"] + (0.1 if p["pale"] else 0), 0.96)
    )
    other = tint(p["hue"] - 0.015, p["saturation"], p["value"] * (0.95 if p["pale"] else 0.82))
    colour: Colour = mix(np.broadcast_to(ground, (height, width, 3)), other, tone * np.float32(0.8))
    colour = mix(colour, tint(p["ink_hue"], p["ink_saturation"], p["ink"]), ink * np.float32(0.97))
    colour = colour * (1 + 0.025 * streaks(pelt.shape, 2, random))[..., None]
    colour = worn(colour, pelt, p["fade"] * 0.6, p["dirt"], random)
    # Knitted loops of the backing, a few to a centimetre.
    loops = np.sin(rows / scale * np.float32(0.9)) * np.sin(columns / scale * np.float32(0.9))
    backing = tint(p["backing_hue"], p["backing_saturation"], p["backing_value"])
    back = backing * (1 + 0.07 * loops + 0.03 * noise(pelt.shape, 4, random))[..., None]
    length = np.clip(1 + 0.03 * noise(pelt.shape, pelt.pixels_per_length * 0.1, random), 0.5, 1.5).astype(np.float32)
    return Coat(finished(colour), None, length, finished(back))
