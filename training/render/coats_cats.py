"""Coats of cats: tiger, leopard, clouded leopard, snow leopard, golden cat.

Sources: yellow to orange ground, white belly, black stripes on face and body (biophilavn.com, grade D); stripes brown
to black, roughly across the body, not the same left and right (New Indian Express 2023, grade C), in the skin too
(curionic.io, grade D); ringed tail (grade K). Leopards have rosettes (grade B/K), clouded leopards large dark-edged
blotches (grade D/K), snow leopards a whitish grey ground with open rosettes (grade B), golden cats a plain coat and
lines on the face (grade C). All ranges only give variety.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage, spatial

from training.render.coats_fields import (
    CANVAS,
    Coat,
    Colour,
    Frame,
    Spot,
    bands,
    finished,
    frame,
    layered,
    mix,
    noise,
    on_hide,
    scatter,
    stamp,
    step,
    streaks,
    tint,
)  # fmt: skip
from training.render.objects.common import chance, number
from training.render.pelt_map import PeltMap
from training.render.planes import Plane

Parameters = dict[str, Any]


def _wear(random: np.random.Generator) -> Parameters:
    return {
        "fade": number(random, 0, 0.4) if chance(random, 0.6) else number(random, 0.3, 0.8),
        "dirt": number(random, 0, 0.3) if chance(random, 0.7) else number(random, 0.2, 0.7),
        "leather_tone": number(random, 0.35, 0.9), "leather_yellow": number(random, 0.1, 0.6),
        "leather_stain": number(random, 0, 0.8),
    }  # fmt: skip


def draw_tiger(random: np.random.Generator) -> Parameters:
    """From pale with few thin stripes to deep orange with many dark ones (grade K, for variety only)."""
    dense = number(random, 0, 1)
    return {
        "period": round(0.082 - 0.03 * dense + float(random.uniform(-0.008, 0.008)), 4),
        "width": round(0.12 + 0.22 * dense + float(random.uniform(-0.1, 0.1)), 4),
        "irregular": number(random, 0.26, 0.42), "spread": number(random, 0.13, 0.26),
        "doubled": number(random, 0.1, 0.9), "broken": number(random, 0.1, 0.8), "slant": number(random, -0.05, 0.28),
        "bare_shoulder": number(random, 0.2, 1), "stagger": number(random, 0.2, 0.5),
        "hue": round(0.068 + 0.032 * (1 - dense) + float(random.uniform(-0.012, 0.012)), 4),
        "saturation": round(0.58 + 0.2 * dense + float(random.uniform(-0.12, 0.12)), 4),
        "value": number(random, 0.6, 0.86), "black": number(random, 0.04, 0.14), "brown": number(random, 0.1, 0.8),
        "belly": number(random, 0.6, 0.8), "white": number(random, 0.78, 0.93), "soft": number(random, 0.5, 1.3),
        **_wear(random),
    }  # fmt: skip


def _hair_edge(pelt: PeltMap, soft: float, random: np.random.Generator) -> Plane:
    """Shifts along the hide by which locks carry a mark over its edge, in lengths of the trunk."""
    scale = pelt.pixels_per_length
    return (
        streaks(pelt.shape, scale * 0.012, random) * np.float32(0.0026 * soft)
        + noise(pelt.shape, max(2.0, scale * 0.018), random) * np.float32(0.0024 * soft)
    ).astype(np.float32)


def _ground(
    pelt: PeltMap, at: Frame, back: Colour, flank: Colour, belly: Colour, belly_at: float, random: np.random.Generator
) -> Colour:
    """Darker along the spine, pale on belly, inner legs, chin and under the tail, uneven as fur is."""
    scale = pelt.pixels_per_length
    away = at.away + layered(pelt.shape, scale * 0.12, random) * np.float32(0.05)
    # Legs: the strip's edges are the inner side; paws are pale as well. The head's white is painted with the face.
    turn = belly_at - 0.06 * step(0.1, 0.5, pelt.limb)
    pale = 0.9 * step(turn - 0.1, turn + 0.24, away)
    pale = np.maximum(pale, 0.5 * step(0.75, 1.0, pelt.limb))
    colour = mix(np.broadcast_to(back, (*pelt.shape, 3)), flank, step(0.05, 0.5, away))
    colour = mix(colour, belly, pale)
    uneven = 1 + 0.055 * layered(pelt.shape, scale * 0.07, random) + 0.06 * streaks(pelt.shape, scale * 0.01, random)
    return np.asarray(colour * uneven[..., None], np.float32)


def worn(colour: Colour, pelt: PeltMap, fade: float, dirt: float, random: np.random.Generator) -> Colour:
    """Sun and age turn hair yellowish and flat; dirt and old grease lie in patches."""
    scale = pelt.pixels_per_length
    grey = colour.mean(axis=-1, keepdims=True)
    old = colour * np.float32(1 - 0.35 * fade) + grey * np.float32(0.35 * fade)
    old = old + (np.asarray([0.62, 0.54, 0.42], np.float32) - old) * np.float32(0.22 * fade)
    patches = step(0.3, 1.9, layered(pelt.shape, scale * 0.25, random, 4)) * np.float32(0.55 * dirt)
    return mix(old, np.asarray([0.3, 0.25, 0.18], np.float32), patches)


def hair_length(pelt: PeltMap, random: np.random.Generator, belly: float = 1.5) -> Plane:
    """Short on face and legs, longer on the belly, uneven."""
    base = 1 + (belly - 1) * step(0.6, 0.95, np.abs(pelt.lateral)) * (pelt.limb < 0.05)
    base = base * (1 - 0.5 * step(0.05, 0.6, pelt.head)) * (1 - 0.45 * step(0.05, 0.5, pelt.limb))
    base = base * (1 - 0.1 * step(0, 0.2, pelt.tail))
    return np.clip(base * (1 + 0.07 * noise(pelt.shape, pelt.pixels_per_length * 0.1, random)), 0.2, 2).astype(
        np.float32
    )


def leather(pelt: PeltMap, tone: float, yellow: float, stain: float, random: np.random.Generator) -> Colour:
    """The flesh side of a dried or tanned hide: cream to tan, blotched, darker where fat and blood dried."""
    scale = pelt.pixels_per_length
    base = tint(0.085 + 0.03 * yellow, 0.12 + 0.45 * yellow, 0.35 + 0.6 * tone)
    blotch = layered(pelt.shape, scale * 0.2, random, 4)
    fine = layered(pelt.shape, scale * 0.03, random, 2)
    colour = base * (1 + 0.06 * blotch + 0.035 * fine)[..., None]
    dark = tint(0.05, 0.45, 0.3 * tone + 0.12)
    return mix(colour, dark, step(0.7, 2.0, layered(pelt.shape, scale * 0.3, random, 4)) * np.float32(0.7 * stain))


def _marked_leather(pelt: PeltMap, dark: Plane, p: Parameters, random: np.random.Generator) -> Colour:
    """Leather in which the coat's marks are faintly seen: pigment sits in the skin (curionic.io, grade D)."""
    plain = leather(pelt, p["leather_tone"], p["leather_yellow"], p["leather_stain"], random)
    blurred = ndimage.gaussian_filter(dark, pelt.pixels_per_length * 0.006)
    seen = np.clip(0.22 + 0.1 * noise(pelt.shape, pelt.pixels_per_length * 0.3, random), 0.05, 0.4)
    return finished(mix(plain, np.asarray([0.2, 0.19, 0.2], np.float32), (blurred * seen).astype(np.float32)))


def _tiger_trunk(
    pelt: PeltMap, at: Frame, p: Parameters, edge: Plane, random: np.random.Generator
) -> tuple[Plane, Plane]:
    """How dark stripes are on trunk and legs, and how pale the middle of a doubled stripe is."""
    shape, scale = pelt.shape, pelt.pixels_per_length
    period = p["period"]
    canvas = bands((600, 480), period * CANVAS, random, p["irregular"], p["spread"], 2)
    stagger = np.tanh(at.x / 0.02) * np.float32(0.5 * period * p["stagger"])
    warp = noise(shape, scale * 0.22, random) * np.float32(0.022) + noise(shape, scale * 0.06, random) * np.float32(
        0.006
    )
    # Stripes lean backwards on the flank, most of all towards the haunch.
    lean = np.abs(at.x) * np.float32(p["slant"]) * (0.4 + 1.2 * step(0.4, 1.0, at.y))
    trunk = on_hide(canvas, at.y + warp + edge + stagger - lean, at.x + 0.6 + 0.5 * warp)
    legs = on_hide(canvas, at.limb_y * np.float32(0.85) + edge + warp, at.limb_x)
    field = trunk * (1 - at.on_limb) + legs * at.on_limb

    low = np.float32(0.78 - p["width"] * 1.5)
    # Few stripes on the shoulder and the outer fore leg, many on the haunch; longer gaps between them on the belly.
    fore = 1 - step(0.12, 0.5, at.y)
    low = low + np.float32(0.5 * p["bare_shoulder"]) * fore * step(0.1, 0.35, at.away) * (1 - step(0.62, 0.8, at.away))
    low = low + np.float32(0.5 + 0.4 * p["bare_shoulder"]) * fore * at.on_limb * (1 - step(0.4, 0.8, at.away))
    low = low + np.float32(0.12) * step(0.7, 0.9, at.away) + np.float32(0.7) * step(0.8, 0.95, pelt.limb)
    low = low - np.float32(0.12) * step(0.6, 0.95, at.y)
    low = low + np.float32(0.15 + 0.4 * p["broken"]) * noise(shape, (scale * 0.16, scale * 0.11), random)
    double = step(0.25, 0.8, noise(shape, (scale * 0.09, scale * 0.28), random) + np.float32(p["doubled"] - 0.75))
    double = double * (1 - 0.7 * at.on_limb)
    low = low - 0.5 * double
    ramp = np.float32(0.2 * p["soft"])
    dark = step(low - ramp, low + ramp, field) * (1 - step(0.82, 0.94, pelt.limb))
    core = step(low + 0.75, low + 1.15, field) * double
    return dark, core


def _tiger_head(pelt: PeltMap, p: Parameters, edge: Plane, random: np.random.Generator) -> tuple[Plane, Plane]:
    """Dark marks and white patches of a face: arcs on the forehead, bows on the cheeks, a plain bridge of the nose."""
    shape = pelt.shape
    h, t = pelt.head, pelt.lateral
    away = np.abs(t)
    canvas = bands((420, 300), 0.047 * CANVAS, random, 0.36, 0.28)
    # The two halves of a face resemble one another without being the same.
    wobble = noise(shape, pelt.pixels_per_length * 0.08, random) * np.float32(0.01)
    y = -pelt.along * np.float32(1.0) + edge * 0.7 + wobble
    # Forehead arcs bow round the middle; on the cheeks they turn along the jaw.
    bow = y + np.float32(0.16) * away**2 - 0.05 * away
    like = on_hide(canvas, bow, away * 0.16 + 0.1 + wobble)
    own = on_hide(canvas, bow + 0.55, t * 0.16 + 0.5)
    field = 0.75 * like + 0.6 * own
    low = 0.55 - p["width"] * 0.6 + 0.4 * noise(shape, pelt.pixels_per_length * 0.06, random)
    middle = np.exp(-(((away - 0.0) / 0.16) ** 2)) * step(0.3, 0.5, h)
    low = low + 2.5 * step(0.56, 0.66, h) * (1 - step(0.45, 0.65, away)) + 0.8 * middle + 2 * step(0.72, 0.82, h)
    ramp = np.float32(0.22 * p["soft"])
    dark = step(low - ramp, low + ramp, field) * step(0.0, 0.06, h)
    white = 1.0 * np.exp(-(((h - 0.55) / 0.07) ** 2) - ((away - 0.36) / 0.16) ** 2)
    white = np.maximum(
        white, step(0.55, 0.8, away + 0.06 * noise(shape, pelt.pixels_per_length * 0.05, random)) * step(0.12, 0.4, h)
    )
    white = np.maximum(white, step(0.86, 0.96, h) * step(0.18, 0.3, away))
    return dark.astype(np.float32), np.clip(white, 0, 1).astype(np.float32)


def rings(pelt: PeltMap, count: float, share: float, random: np.random.Generator, soft: float = 1.0) -> Plane:
    """Dark rings round a tail, uneven, broader to the tip, which is dark."""
    wobble = noise(pelt.shape, pelt.pixels_per_length * 0.06, random) * np.float32(0.12)
    phase = pelt.tail ** np.float32(0.92) * np.float32(count) + wobble + 0.12 * np.abs(pelt.lateral)
    wave = np.cos(2 * np.pi * phase).astype(np.float32)
    low = 1 - 2 * (share + 0.14 * pelt.tail) + 0.3 * noise(pelt.shape, pelt.pixels_per_length * 0.08, random)
    dark = step(low - 0.3 * soft, low + 0.3 * soft, wave) * step(0.02, 0.08, pelt.tail)
    return np.maximum(dark, step(0.93, 0.97, pelt.tail)).astype(np.float32)


def paint_tiger(pelt: PeltMap, p: Parameters, random: np.random.Generator) -> Coat:
    """Stripes across the body that taper, fork, break and double, never the same on both sides (grade C)."""
    at = frame(pelt)
    edge = _hair_edge(pelt, p["soft"], random)
    dark, core = _tiger_trunk(pelt, at, p, edge, random)
    face, face_white = _tiger_head(pelt, p, edge, random)
    tail = rings(pelt, 9, 0.3 + 0.4 * p["width"], random, p["soft"])
    on_head, on_tail = step(0.0, 0.12, pelt.head), step(0.0, 0.05, pelt.tail)
    dark = dark * (1 - on_head) + face * on_head
    dark = dark * (1 - on_tail) + tail * on_tail
    core = core * (1 - on_head) * (1 - on_tail)

    flank = tint(p["hue"], p["saturation"], p["value"])
    back = tint(p["hue"] - 0.012, p["saturation"] + 0.06, p["value"] * 0.86)
    white = tint(0.11, 0.1, p["white"])
    colour = _ground(pelt, at, back, flank, white, p["belly"], random)
    colour = mix(colour, white, face_white * np.float32(0.9) * on_head)
    nose = step(0.955, 0.975, pelt.head) * (1 - step(0.3, 0.4, np.abs(pelt.lateral)))
    black = tint(0.06, 0.35, p["black"])
    brown = tint(0.05, 0.5, p["black"] + 0.14)
    # A stripe is brown where it is thin or worn and black in its middle.
    stripe = mix(brown + 0 * colour, black, np.clip(step(0.5, 0.95, dark) - 0.6 * np.float32(p["brown"]) * step(0, 1.2,
        noise(pelt.shape, pelt.pixels_per_length * 0.12, random)), 0, 1))  # fmt: skip
    shown = dark * (1 - 0.88 * core)
    colour = mix(colour, stripe, shown * np.float32(0.97))
    colour = mix(colour, np.asarray([0.5, 0.3, 0.28], np.float32), nose)
    colour = worn(colour, pelt, p["fade"], p["dirt"], random)
    return Coat(finished(colour), None, hair_length(pelt, random), _marked_leather(pelt, shown, p, random))


def draw_leopard(random: np.random.Generator) -> Parameters:
    """Straw to rusty ground, rosettes on the trunk, solid spots on head, legs and belly (grade B/K)."""
    return {
        "distance": number(random, 0.058, 0.088), "size": number(random, 0.42, 0.54), "hollow": number(random, 0.7, 1),
        "hue": number(random, 0.075, 0.115), "saturation": number(random, 0.38, 0.66),
        "value": number(random, 0.66, 0.88),
        "inner": number(random, 0.1, 0.35), "black": number(random, 0.05, 0.14), "belly": number(random, 0.68, 0.86),
        "white": number(random, 0.82, 0.95), "soft": number(random, 0.6, 1.3), "blur": 0.16, "rings": 0.35,
        **_wear(random),
    }  # fmt: skip


def draw_snow(random: np.random.Generator) -> Parameters:
    """Whitish grey with large, open, blurred rosettes and a bushy tail (grade B)."""
    return {
        **draw_leopard(random), "distance": number(random, 0.1, 0.14), "size": number(random, 0.36, 0.48),
        "hollow": number(random, 0.75, 1), "hue": number(random, 0.09, 0.13), "saturation": number(random, 0.04, 0.17),
        "value": number(random, 0.68, 0.84), "inner": number(random, 0.05, 0.2), "black": number(random, 0.12, 0.25),
        "blur": 0.34, "soft": number(random, 1.0, 1.8), "rings": 0.3,
    }  # fmt: skip


def paint_leopard(pelt: PeltMap, p: Parameters, random: np.random.Generator) -> Coat:
    """Rosettes on the trunk, solid spots where the skin is narrow or pale."""
    at = frame(pelt)
    edge = _hair_edge(pelt, p["soft"], random)
    shape = (600, 480)
    gap = p["distance"] * CANVAS
    spots = []
    for y, x in scatter(shape, gap, random, 0.16):
        near = abs((x / CANVAS + 0.8) % 1.6 - 0.8)
        y0 = (y / CANVAS + 0.5) % 2.0 - 0.5
        # Along the spine, at the neck and on the belly marks are solid and drawn out.
        plain = near < p["distance"] * 0.45 or near > 0.29 or y0 < 0.02 or y0 > 1.02
        radius = gap * p["size"] * random.uniform(0.78, 1.12) * (0.66 if plain else 1.0)
        hollow = 0.0 if plain else p["hollow"] * random.uniform(0.75, 1)
        stretch = random.uniform(1.0, 1.3) if near < 0.03 else random.uniform(0.82, 1.12)
        spots.append(Spot(float(y), float(x), radius, stretch, hollow, int(random.integers(3, 6))))
    body, inside = stamp(shape, spots, random, p["blur"])
    small = [Spot(float(y), float(x), gap * random.uniform(0.13, 0.23), random.uniform(0.7, 1.2), 0.0, 3)
             for y, x in scatter((420, 420), gap * 0.58, random, 0.2)]  # fmt: skip
    solid, _ = stamp((420, 420), small, random, p["blur"] * 1.2)
    warp = noise(pelt.shape, pelt.pixels_per_length * 0.2, random) * np.float32(0.012)
    y, x = at.y + warp + edge, at.x - warp + edge * 0.5
    dark = on_hide(body, y, x)
    filled = on_hide(inside, y, x)
    limb = on_hide(solid, at.limb_y + edge, at.limb_x * (1 - 0.25 * at.on_limb))
    head = on_hide(solid, y * 1.5 + 0.3, x * 1.5 + 0.7)
    on_head = step(0.02, 0.15, pelt.head)
    keep_face = 1 - step(0.62, 0.74, pelt.head) * (1 - step(0.5, 0.7, at.away))
    dark = dark * (1 - at.on_limb) + limb * at.on_limb * (1 - step(0.85, 0.96, pelt.limb))
    dark = dark * (1 - on_head) + head * keep_face * on_head
    filled = filled * (1 - at.on_limb) * (1 - on_head)
    tail = rings(pelt, 8, p["rings"], random, p["soft"])
    far = step(0.35, 0.6, pelt.tail)
    dark = dark * (1 - far) + tail * far

    flank = tint(p["hue"], p["saturation"], p["value"])
    back = tint(p["hue"] - 0.01, p["saturation"] + 0.05, p["value"] * 0.88)
    white = tint(0.11, 0.07, p["white"])
    colour = _ground(pelt, at, back, flank, white, p["belly"], random)
    inner = tint(p["hue"] - 0.018, p["saturation"] + 0.1, p["value"] * (1 - p["inner"]))
    colour = mix(colour, inner, filled * np.float32(0.75) * (1 - step(p["belly"], p["belly"] + 0.2, at.away)))
    colour = mix(colour, tint(0.06, 0.3, p["black"]), dark * np.float32(0.95))
    colour = worn(colour, pelt, p["fade"], p["dirt"], random)
    return Coat(finished(colour), None, hair_length(pelt, random, 1.6), _marked_leather(pelt, dark, p, random))


def draw_clouded(random: np.random.Generator) -> Parameters:
    """Greyish to ochre ground, large blotches with dark edges (grade D/K)."""
    return {
        "distance": number(random, 0.16, 0.23), "gap": number(random, 0.018, 0.034),
        "rim": number(random, 0.012, 0.026),
        "hue": number(random, 0.085, 0.12), "saturation": number(random, 0.22, 0.55),
        "value": number(random, 0.62, 0.82),
        "inner": number(random, 0.15, 0.42), "black": number(random, 0.06, 0.15), "belly": number(random, 0.68, 0.86),
        "white": number(random, 0.8, 0.92), "soft": number(random, 0.6, 1.2), "rings": 0.32, **_wear(random),
    }  # fmt: skip


def paint_clouded(pelt: PeltMap, p: Parameters, random: np.random.Generator) -> Coat:
    """Cloud-shaped cells with a dark rim, thickest behind, a few small spots inside (grade D/K)."""
    at = frame(pelt)
    edge = _hair_edge(pelt, p["soft"], random)
    height, width, coarse = 300, 240, CANVAS / 2
    places = scatter((height, width), p["distance"] * coarse, random, 0.2)
    tree = spatial.cKDTree(np.mod(places, (height, width)), boxsize=(height, width))
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1).astype(np.float64)
    for k in range(2):
        grid[..., k] += layered((height, width), p["distance"] * coarse * 0.5, random) * 0.11 * p["distance"] * coarse
    distances, index = tree.query(np.mod(grid, (height, width)), k=2)
    between = ((distances[..., 1] - distances[..., 0]) / coarse).astype(np.float32)
    offset = (grid[..., 0] - tree.data[index[..., 0], 0] + height / 2) % height - height / 2
    behind = np.clip(offset / coarse / p["distance"], -0.6, 0.6).astype(np.float32)
    warp = noise(pelt.shape, pelt.pixels_per_length * 0.15, random) * np.float32(0.012)
    y, x = at.y + warp + edge, at.x * np.float32(1.15) - warp
    cell, rear = on_hide(between, y, x, coarse), on_hide(behind, y, x, coarse)
    gap, rim = p["gap"], p["rim"] * (1 + 1.3 * rear)
    in_cell = step(gap - 0.006, gap + 0.006, cell)
    dark = in_cell * (1 - step(gap + rim - 0.008, gap + rim + 0.012, cell))
    small = [Spot(float(a), float(b), CANVAS * random.uniform(0.006, 0.014), random.uniform(0.7, 1.4), 0.0, 3)
             for a, b in scatter((420, 420), CANVAS * 0.06, random, 0.3)]  # fmt: skip
    solid, _ = stamp((420, 420), small, random, 0.3)
    dots = on_hide(solid, y * 1.1, x * 1.1)
    limb = on_hide(solid, at.limb_y * 0.8 + edge, at.limb_x * 0.7)
    on_head, on_tail = step(0.0, 0.12, pelt.head), step(0.0, 0.1, pelt.tail)
    few = step(0.3, 1.2, noise(pelt.shape, pelt.pixels_per_length * 0.1, random))
    dark = np.maximum(dark, dots * few * 0.7) * (1 - at.on_limb) + limb * at.on_limb * (1 - step(0.8, 0.94, pelt.limb))
    low_belly = step(p["belly"], p["belly"] + 0.15, at.away)
    dark = dark * (1 - low_belly) + dots * low_belly
    dark = dark * (1 - on_head) + dots * on_head * (1 - step(0.6, 0.75, pelt.head) * (1 - step(0.5, 0.7, at.away)))
    tail = rings(pelt, 11, p["rings"], random)
    dark = dark * (1 - on_tail) + tail * on_tail

    flank = tint(p["hue"], p["saturation"], p["value"])
    back = tint(p["hue"], p["saturation"], p["value"] * 0.88)
    colour = _ground(pelt, at, back, flank, tint(0.11, 0.1, p["white"]), p["belly"], random)
    inside = in_cell * (1 - at.on_limb) * (1 - on_head) * (1 - on_tail) * (1 - low_belly)
    middle = tint(p["hue"] - 0.01, p["saturation"] * 0.8, p["value"] * (1 - p["inner"]))
    colour = mix(colour, middle, inside * np.float32(0.8))
    colour = mix(colour, tint(0.06, 0.3, p["black"]), dark * np.float32(0.94))
    colour = worn(colour, pelt, p["fade"], p["dirt"], random)
    return Coat(finished(colour), None, hair_length(pelt, random), _marked_leather(pelt, dark, p, random))


def draw_golden(random: np.random.Generator) -> Parameters:
    """Plain, red-brown to grey (grade C; that it may be grey is grade K)."""
    grey = chance(random, 0.25)
    return {
        "hue": number(random, 0.045, 0.085),
        "saturation": number(random, 0.08, 0.3) if grey else number(random, 0.45, 0.72),
        "value": number(random, 0.4, 0.72), "white": number(random, 0.72, 0.9), "belly": number(random, 0.64, 0.85),
        "spots": number(random, 0, 0.5) if chance(random, 0.4) else 0.0,
        "soft": number(random, 0.8, 1.5), **_wear(random),
    }  # fmt: skip


def paint_golden(pelt: PeltMap, p: Parameters, random: np.random.Generator) -> Coat:
    """A plain coat with pale and dark lines on the face and a tail white below (grade C; tail grade K)."""
    at = frame(pelt)
    edge = _hair_edge(pelt, p["soft"], random)
    flank = tint(p["hue"], p["saturation"], p["value"])
    back = tint(p["hue"] - 0.01, p["saturation"], p["value"] * 0.72)
    white = tint(0.1, 0.12, p["white"])
    colour = _ground(pelt, at, back, flank, white, p["belly"], random)
    h, away = pelt.head, at.away
    wobble = noise(pelt.shape, pelt.pixels_per_length * 0.05, random) * np.float32(0.03) + edge
    white_lines = np.exp(-(((away + wobble - 0.3) / 0.07) ** 2)) * step(0.3, 0.42, h) * (1 - step(0.62, 0.72, h))
    cheek = np.exp(-(((h + wobble - 0.62 + 0.35 * (away - 0.5)) / 0.05) ** 2)) * step(0.45, 0.6, away)
    dark = np.exp(-(((away + wobble - 0.42) / 0.05) ** 2)) * step(0.12, 0.3, h) * (1 - step(0.55, 0.65, h))
    dark = np.maximum(dark, np.exp(-(((h + wobble - 0.7 + 0.35 * (away - 0.5)) / 0.035) ** 2)) * step(0.45, 0.6, away))
    colour = mix(colour, white, np.clip(white_lines + cheek, 0, 1).astype(np.float32) * np.float32(0.85))
    small = [Spot(float(a), float(b), CANVAS * random.uniform(0.006, 0.015), random.uniform(0.7, 1.3), 0.0, 3)
             for a, b in scatter((420, 420), CANVAS * 0.055, random, 0.3)]  # fmt: skip
    solid, _ = stamp((420, 420), small, random, 0.35)
    dots = on_hide(solid, at.y + edge, at.x) * (1 - step(0, 0.1, h)) * (1 - at.on_limb) * (pelt.tail <= 0)
    dark = np.maximum(dark, dots * p["spots"] * (0.4 + 0.6 * step(0.4, 0.8, away)))
    dark = np.maximum(dark, step(0.94, 0.98, pelt.tail)).astype(np.float32)
    colour = mix(colour, tint(0.05, 0.4, 0.12), dark * np.float32(0.8))
    colour = worn(colour, pelt, p["fade"], p["dirt"], random)
    return Coat(finished(colour), None, hair_length(pelt, random, 1.3), _marked_leather(pelt, dark * 0.5, p, random))
