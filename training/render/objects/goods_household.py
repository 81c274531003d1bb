"""Household things."""

from __future__ import annotations

import numpy as np

from training.render.objects.common import Generator, Parameters, chance, number, pick
from training.render.objects.goods_common import body, ink

_GLAZES = ("white", "celadon", "brown", "cream", "blue", "black", "yellow")


def _crockery(random: np.random.Generator) -> Parameters:
    kind = pick(random, ("cup", "bowl", "plate", "mug"))
    size = {"cup": (6, 9), "bowl": (10, 22), "plate": (12, 28), "mug": (10, 14)}[kind]
    height = {"cup": (0.6, 0.9), "bowl": (0.36, 0.6), "plate": (0.06, 0.14), "mug": (0.9, 1.15)}[kind]
    foot = {"cup": (0.22, 0.36), "bowl": (0.2, 0.28), "plate": (0.26, 0.36), "mug": (0.36, 0.46)}[kind]
    return {
        "size_cm": number(random, *size),
        "height": number(random, *height),
        "foot": number(random, *foot),
        "rim": number(random, 0.44, 0.5),
        "wall": number(random, 0.018, 0.036),
        "bulge": number(random, 0.7, 1.1),
        "curl": number(random, 0.4, 1.0),
        "glaze": pick(random, _GLAZES, (6, 2, 2, 2, 1, 1, 1)),
        "repeat": int(random.integers(3, 11)),
        "plain_inside": chance(random, 0.4),
        "bare_foot": chance(random, 0.5),
        "clay": number(random, 0.5, 1.2),
        "handle": kind == "mug",
        "chips": int(pick(random, (0, 0, 1, 2, 3))),
        "wear": number(random, 0, 0.9),
    }


def _upside(random: np.random.Generator) -> Parameters:
    return {"lean": float(pick(random, (0, 0, 0, 180)))}


def _bottle(random: np.random.Generator) -> Parameters:
    kind = pick(random, ("glass", "pet", "opaque"))
    tints = ([0.9, 0.92, 0.9], [0.03, 0.25, 0.06], [0.3, 0.1, 0.015], [0.5, 0.75, 0.85], [0.75, 0.85, 0.75])
    colour = ink(random) if kind == "opaque" else list(pick(random, tints))
    low = number(random, 0.08, 0.35)
    return {
        "size_cm": number(random, 7, 33),
        "body": kind,
        "colour": colour,
        "radius": number(random, 0.12, 0.26),
        "neck": number(random, 0.05, 0.09),
        "shoulder": number(random, 0.5, 0.72),
        "round": number(random, 0, 1),
        "slope": number(random, 0.4, 1),
        "waist": number(random, 0.02, 0.1) if chance(random, 0.35) else 0.0,
        "fill": number(random, 0.2, 0.95) if chance(random, 0.5) else 0.0,
        "liquid": pick(
            random, ([0.75, 0.8, 0.8], [0.35, 0.1, 0.01], [0.6, 0.38, 0.05], [0.25, 0.02, 0.015], [0.75, 0.7, 0.45])
        ),
        "label": number(random, 0.35, 0.98) if chance(random, 0.8) else 0.0,
        "label_low": low,
        "label_high": number(random, low + 0.3, 0.92),
        "cap": number(random, 1.15, 1.35) if chance(random, 0.8) else 0.0,
        "cap_colour": ink(random),
        "cap_plastic": chance(random, 0.8),
        "gloss": number(random, 0.3, 0.95),
        "wear": number(random, 0, 0.9),
    }


def _bottle_pose(random: np.random.Generator) -> Parameters:
    return {"lying": chance(random, 0.55), "spin": number(random, 0, 6.28)}


def _box(random: np.random.Generator) -> Parameters:
    kind = pick(random, ("packet", "gift", "flat"))
    sides = {
        "packet": ((0.5, 0.72), (0.95, 1.0), (0.15, 0.35)),
        "gift": ((0.75, 1), (0.7, 1), (0.3, 0.8)),
        "flat": ((0.6, 0.8), (0.95, 1.0), (0.06, 0.2)),
    }[kind]
    return {
        "size_cm": number(random, 5, 11) if kind == "packet" else number(random, 8, 32),
        **body(random, ("plastic",)),
        "sides": [number(random, *one) for one in sides],
        "bevel": number(random, 0.004, 0.012),
        "print": pick(random, ("label", "stripes", "pattern"), (1, 4, 2) if kind == "gift" else (4, 3, 1)),
        "wild": number(random, 0, 1.6) if chance(random, 0.5) else 0.0,
        "ribbon": kind == "gift" and chance(random, 0.6),
        "bow": number(random, 0, 6.28),
        "open": number(random, 0.4, 1.9) if kind == "packet" and chance(random, 0.25) else 0.0,
    }


def _rope(random: np.random.Generator) -> Parameters:
    flat = chance(random, 0.25)
    turns = number(random, 2, 5)
    return {
        "size_cm": number(random, 8, 40),
        "turns": turns,
        "thickness": number(random, 0.035, 0.075),
        "flat": flat,
        "coil": number(random, 0.36, 0.46),
        "oval": number(random, 0.65, 1),
        "end": number(random, 0.1, 0.6),
        "lay": number(random, 5, 9),
        "colour": ink(random)
        if chance(random, 0.4)
        else list(pick(random, ([0.5, 0.36, 0.2], [0.36, 0.24, 0.12], [0.62, 0.58, 0.5]))),
        "marked": chance(random, 0.3),
        "marker": ink(random),
        "gloss": number(random, 0, 0.9),
        "wear": number(random, 0, 1),
    }


def _pen(random: np.random.Generator) -> Parameters:
    kind = pick(random, ("ballpoint", "marker", "pencil"))
    radius = {"ballpoint": (0.028, 0.045), "marker": (0.05, 0.085), "pencil": (0.018, 0.028)}[kind]
    return {
        "size_cm": number(random, 10, 18),
        **body(random, ("plastic",)),
        "kind": kind,
        "radius": number(random, *radius),
        "second": ink(random),
        "count": int(pick(random, (1, 1, 2))),
        "capped": chance(random, 0.5),
        "metal_clip": chance(random, 0.5),
    }


def _phone(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 12.5, 17),
        **body(random, ("plastic",)),
        "width": number(random, 0.45, 0.53),
        "depth": number(random, 0.045, 0.075),
        "corner": number(random, 0.08, 0.2),
        "left": chance(random, 0.7),
        "island": number(random, 0.3, 0.5),
        "lenses": int(random.integers(1, 4)),
        "metal": chance(random, 0.5),
        "lit": chance(random, 0.35),
        "cracked": chance(random, 0.3),
        "light": number(random, 0.4, 1.2),
    }


def _phone_pose(random: np.random.Generator) -> Parameters:
    return {"back_up": chance(random, 0.4)}


def _cane(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 12, 90),
        **body(random, ("wood", "plastic", "horn", "steel"), (4, 3, 2, 1)),
        "thickness": number(random, 0.05, 0.1),
        "crook": number(random, 0.13, 0.22),
        "arc": number(random, 120, 200),
        "shaft": number(random, 0.35, 1.1),
        "swell": number(random, -0.25, 0.3),
        "oval": number(random, 0.8, 1),
        "collar": number(random, 0.1, 0.5) if chance(random, 0.6) else 0.0,
        "tip": chance(random, 0.5),
    }


def _brush(random: np.random.Generator) -> Parameters:
    kind = pick(random, ("paint", "tooth"))
    width = number(random, 0.15, 0.42) if kind == "paint" else number(random, 0.06, 0.1)
    bristle = [[0.03, 0.025, 0.02], [0.5, 0.4, 0.25], [0.75, 0.74, 0.7]]
    return {
        "size_cm": number(random, 14, 26),
        **body(random, ("wood", "plastic") if kind == "paint" else ("plastic", "wood", "horn"), None),
        "kind": kind,
        "width": width,
        "splay": number(random, -0.1, 0.5),
        "bend": number(random, -1, 1),
        "bristle": pick(random, bristle) if kind == "paint" else pick(random, [bristle[2], ink(random)]),
    }


GENERATORS = (
    Generator("crockery", _crockery, _upside, 1.4),
    Generator("bottle", _bottle, _bottle_pose, 1.2),
    Generator("box", _box, weight=1.6),
    Generator("rope", _rope),
    Generator("pen", _pen),
    Generator("phone", _phone, _phone_pose, 0.8),
    Generator("cane", _cane),
    Generator("brush", _brush, weight=0.8),
)
