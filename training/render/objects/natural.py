"""Natural things that are neither a wildlife part nor an imitation, claw-, tooth-, bone- and stripe-shaped among them.

Sizes are those of ordinary market goods and finds (common knowledge, no source): they only shape variety.
"""

from __future__ import annotations

import math

import numpy as np

from training.render.objects.common import Generator, Parameters, chance, number, pick

# How widely pieces scatter, in piece lengths for each root of their number.
_TIGHT, _LOW, _MIDDLE = 0.2, 0.35, 0.5


def _colour(random: np.random.Generator, low: tuple[float, ...], high: tuple[float, ...]) -> list[float]:
    """A linear colour between two sRGB colours, each channel a little on its own."""
    share = random.random()
    mixed = [a + (b - a) * share + random.normal(0, 0.025) for a, b in zip(low, high, strict=True)]
    return [round(float(min(max(c, 0.01), 1) ** 2.2), 4) for c in mixed]


def _several(random: np.random.Generator, single: float, most: int, density: float = _MIDDLE) -> tuple[int, float]:
    """How many pieces, and the radius (in piece lengths) they fall within: ``single`` is the share of one alone."""
    count = 1 if chance(random, single) else int(random.integers(2, most + 1))
    return count, round(density * math.sqrt(count) * float(random.uniform(0.8, 1.5)), 4)


def _size(piece_cm: float, count: int, spread: float) -> float:
    """The longest side of a scatter, about: pieces seldom lie at opposite ends and radially."""
    return round(piece_cm * (1 if count == 1 else 0.75 + 1.5 * spread), 2)


def _flip(random: np.random.Generator) -> Parameters:
    return {"flip": int(chance(random, 0.4))}


def _banana(random: np.random.Generator) -> Parameters:
    count = pick(random, [1, 2, 3, 4, 5], [6, 1, 2, 2, 1])
    small = chance(random, 0.4)
    return {
        "size_cm": number(random, 8, 13) if small else number(random, 15, 24),
        "count": count, "thick": number(random, 0.11, 0.15) if small else number(random, 0.08, 0.105),
        "bend": number(random, 35, 95), "edges": number(random, 0.02, 0.06), "gloss": number(random, 0.3, 0.6),
        "green": number(random, 0, 0.8) if chance(random, 0.4) else 0.0, "spots": number(random, 0, 1),
    }  # fmt: skip


def _chilli(random: np.random.Generator) -> Parameters:
    count, spread = _several(random, 0.35, 12, _TIGHT)
    return {
        "size_cm": _size(number(random, 3.5, 12), count, spread), "count": count, "spread": spread,
        "bend": number(random, 10, 110), "thick": number(random, 0.06, 0.13), "wrinkle": number(random, 0.03, 0.16),
        "dark": number(random, 0, 1), "gloss": number(random, 0.45, 0.75),
    }  # fmt: skip


#: Fruit: colours (two ends of a range, then of the blush), height to width, size in cm, gloss.
_FRUITS: dict[str, tuple[tuple[tuple[float, ...], ...], tuple[float, float], tuple[float, float]]] = {
    "orange": (((0.9, 0.45, 0.05), (0.95, 0.6, 0.12), (0.85, 0.5, 0.08), (0.6, 0.6, 0.15)), (0.78, 1.0), (5, 10)),
    "lime": (((0.25, 0.42, 0.1), (0.8, 0.78, 0.2), (0.4, 0.52, 0.12), (0.85, 0.75, 0.25)), (1.0, 1.35), (3.5, 8)),
    "mango": (((0.35, 0.48, 0.15), (0.92, 0.7, 0.2), (0.8, 0.3, 0.12), (0.9, 0.6, 0.2)), (1.25, 1.75), (9, 17)),
    "pear": (((0.7, 0.7, 0.25), (0.75, 0.6, 0.35), (0.6, 0.35, 0.18), (0.55, 0.6, 0.2)), (1.05, 1.25), (7, 12)),
    "jujube": (((0.42, 0.08, 0.05), (0.55, 0.2, 0.08), (0.2, 0.05, 0.04), (0.45, 0.12, 0.06)), (1.1, 1.6), (1.8, 4)),
}  # fmt: skip


def _round_fruit(random: np.random.Generator) -> Parameters:
    kind = pick(random, sorted(_FRUITS), [3, 2, 2, 2, 2])
    colours, tall, size = _FRUITS[kind]
    if kind == "jujube":
        count, spread = _several(random, 0.05, 16, _LOW)
    else:
        count, spread = _several(random, 0.6, 5, _LOW + 0.15)
    return {
        "size_cm": _size(number(random, *size), count, spread), "kind": kind, "count": count, "spread": spread,
        "tall": number(random, *tall), "colour": _colour(random, *colours[:2]), "second": _colour(random, *colours[2:]),
        "lumpy": number(random, 0.015, 0.04) if kind == "jujube" else number(random, 0.005, 0.025),
        "scars": number(random, 0, 0.9), "flecks": number(random, 0, 0.4), "gloss": number(random, 0.35, 0.7),
    }  # fmt: skip


def _gourd(random: np.random.Generator) -> Parameters:
    neck = number(random, 0.25, 0.65) if chance(random, 0.35) else 0.0
    dark_rind = chance(random, 0.7)
    return {
        "size_cm": number(random, 7, 38), "neck": neck,
        "tall": number(random, 0.8, 1.3) if neck == 0 and chance(random, 0.5) else number(random, 1.3, 2.2),
        "stripes": int(random.integers(8, 15)), "ragged": number(random, 0.6, 2.2),
        "width": number(random, 0.25, 0.65), "ribs": number(random, 0, 0.035),
        "pale": _colour(random, (0.72, 0.78, 0.45), (0.93, 0.82, 0.5)),
        "dark": _colour(random, (0.1, 0.2, 0.08), (0.22, 0.38, 0.14)) if dark_rind
        else _colour(random, (0.8, 0.45, 0.1), (0.35, 0.22, 0.1)),
        "gloss": number(random, 0.3, 0.65), "lying": chance(random, 0.6),
    }  # fmt: skip


def _gourd_pose(random: np.random.Generator) -> Parameters:
    return {"roll": number(random, 0, 6.28)}


def _nuts(random: np.random.Generator) -> Parameters:
    kind = pick(random, ["cashew", "peanut", "almond"], [3, 3, 2])
    count, spread = _several(random, 0.1, 14, _LOW)
    size, dark, pale = {
        "cashew": ((2, 3.5), ((0.75, 0.6, 0.4), (0.8, 0.68, 0.5)), ((0.88, 0.78, 0.6), (0.93, 0.86, 0.72))),
        "peanut": ((2.5, 5), ((0.55, 0.4, 0.22), (0.66, 0.5, 0.32)), ((0.78, 0.63, 0.42), (0.86, 0.74, 0.55))),
        "almond": ((1.8, 2.8), ((0.4, 0.22, 0.1), (0.5, 0.3, 0.16)), ((0.6, 0.38, 0.2), (0.72, 0.5, 0.3))),
    }[kind]
    return {
        "size_cm": _size(number(random, *size), count, spread), "kind": kind, "count": count, "spread": spread,
        "dark": _colour(random, *dark), "pale": _colour(random, *pale), "gloss": number(random, 0.15, 0.5),
    }  # fmt: skip


def _garlic(random: np.random.Generator) -> Parameters:
    bulb = chance(random, 0.4)
    count, spread = (1, 0.0) if bulb else _several(random, 0.25, 9)
    return {
        "size_cm": number(random, 3.5, 7) if bulb else _size(number(random, 2, 4), count, spread),
        "bulb": bulb, "count": count, "spread": spread, "cloves": int(random.integers(7, 13)),
        "purple": number(random, 0, 0.8), "neck": number(random, 0.1, 0.5), "lying": chance(random, 0.6),
        "gloss": number(random, 0.25, 0.55),
    }  # fmt: skip


def _root(random: np.random.Generator) -> Parameters:
    ginseng = chance(random, 0.4)
    return {
        "size_cm": number(random, 6, 20), "ginseng": ginseng,
        "thick": number(random, 0.07, 0.14) if ginseng else number(random, 0.13, 0.2),
        "rings": number(random, 40, 90) if ginseng else number(random, 14, 34), "cut": number(random, 0, 0.7),
        "dark": _colour(random, (0.42, 0.3, 0.17), (0.6, 0.45, 0.27)),
        "pale": _colour(random, (0.7, 0.56, 0.36), (0.85, 0.74, 0.55)), "gloss": number(random, 0.1, 0.4),
    }  # fmt: skip


def _stone(random: np.random.Generator) -> Parameters:
    count, spread = _several(random, 0.5, 12)
    colour = pick(random, [((0.2, 0.2, 0.22), (0.6, 0.58, 0.55)), ((0.4, 0.3, 0.22), (0.7, 0.58, 0.45)),
                           ((0.7, 0.68, 0.64), (0.9, 0.88, 0.83)), ((0.35, 0.2, 0.17), (0.25, 0.3, 0.27))],
                  [4, 3, 2, 1])  # fmt: skip
    return {
        "size_cm": _size(number(random, 1.5, 12), count, spread), "count": count, "spread": spread,
        "stretch": [number(random, 0.7, 1), number(random, 0.45, 0.9), number(random, 0.3, 0.65)],
        "lumpy": number(random, 0.1, 0.5), "broken": number(random, 0, 1) if chance(random, 0.5) else 0.0,
        "colour": _colour(random, *colour), "second": _colour(random, (0.25, 0.2, 0.17), (0.85, 0.8, 0.7)),
        "bands": number(random, 14, 50), "banded": number(random, 0.3, 0.9) if chance(random, 0.3) else 0.0,
        "veined": number(random, 0.4, 1) if chance(random, 0.3) else 0.0, "grain": number(random, 0.7, 2),
        "speckled": number(random, 0.2, 1.2), "rough": number(random, 0.2, 1),
        "flecks": number(random, 0, 0.6), "gloss": number(random, 0.05, 0.65),
    }  # fmt: skip


def _marks(random: np.random.Generator) -> Parameters:
    """A shell's ground colour and markings."""
    return {
        "pale": _colour(random, (0.75, 0.58, 0.45), (0.93, 0.88, 0.8)),
        "dark": _colour(random, (0.3, 0.15, 0.1), (0.7, 0.36, 0.26)),
        "marked": number(random, 0.3, 1), "gloss": number(random, 0.2, 0.75),
    }  # fmt: skip


def _shell_spiral(random: np.random.Generator) -> Parameters:
    kind = pick(random, ["auger", "turban", "cone"])
    count, spread = _several(random, 0.55, 8)
    growth, spire, tube, tall, whorls = {
        "auger": ((0.2, 0.3), (3.5, 5.5), (0.95, 1.05), (1.0, 1.3), (8, 11)),
        "turban": ((0.5, 0.75), (1.2, 2.0), (0.95, 1.05), (0.9, 1.2), (4, 6)),
        "cone": ((0.22, 0.35), (0.5, 0.9), (0.9, 1.0), (2.2, 3.2), (5, 7)),
    }[kind]
    return {
        "size_cm": _size(number(random, 2, 11), count, spread), "count": count, "spread": spread,
        "growth": number(random, *growth), "spire": number(random, *spire), "tube": number(random, *tube),
        "tall": number(random, *tall), "whorls": number(random, *whorls), "shoulder": number(random, 0, 0.35),
        "knobs": number(random, 0.05, 0.35) if kind == "turban" and chance(random, 0.6) else 0.0,
        "knob_count": int(random.integers(3, 8)), "bands": int(random.integers(4, 12)),
        "banded": number(random, 0, 1), "worn": number(random, 0, 1), **_marks(random),
    }  # fmt: skip


def _shell_bivalve(random: np.random.Generator) -> Parameters:
    count, spread = _several(random, 0.4, 9)
    ribbed = chance(random, 0.6)
    return {
        "size_cm": _size(number(random, 2, 12), count, spread), "count": count, "spread": spread,
        "wide": number(random, 0.8, 1.2), "round": number(random, 0.45, 1.0), "skew": number(random, -1, 1),
        "dome": number(random, 0.12, 0.3), "ribs": int(random.integers(7, 18)),
        "rib_height": number(random, 0.008, 0.018) if ribbed else 0.0, "rings": number(random, 25, 80),
        "rays": number(random, 6, 30), "rayed": number(random, 0, 1), "cup_up": pick(random, [0.0, 0.3, 1.0]),
        **_marks(random),
    }  # fmt: skip


def _shell_tusk(random: np.random.Generator) -> Parameters:
    count, spread = _several(random, 0.35, 9, _TIGHT)
    return {
        "size_cm": _size(number(random, 3, 9), count, spread), "count": count, "spread": spread,
        "bend": number(random, 20, 75), "thick": number(random, 0.05, 0.085), "ribs": number(random, 0, 0.06),
        "rib_count": int(random.integers(6, 14)), "pale": _colour(random, (0.85, 0.8, 0.7), (0.95, 0.93, 0.88)),
        "dark": _colour(random, (0.6, 0.5, 0.36), (0.6, 0.62, 0.45)), "gloss": number(random, 0.3, 0.7),
    }  # fmt: skip


def _wood(random: np.random.Generator, kind: str) -> Parameters:
    """What driftwood, bamboo and a thorny twig have in common."""
    return {
        "kind": kind, "thorns": 0, "thorn_length": 0.0, "stubs": 0, "internode": number(random, 0.2, 0.5),
        "thorn_foot": _colour(random, (0.4, 0.3, 0.2), (0.6, 0.35, 0.2)),
        "thorn_tip": _colour(random, (0.15, 0.1, 0.08), (0.75, 0.6, 0.42)),
        "cut": number(random, 0, 1), "gloss": number(random, 0.05, 0.3), "flecks": number(random, 0, 0.4),
    }  # fmt: skip


def _driftwood(random: np.random.Generator) -> Parameters:
    return {
        **_wood(random, "driftwood"), "size_cm": number(random, 6, 40), "bend": number(random, -90, 90),
        "kinks": number(random, 0.005, 0.04), "thick": number(random, 0.03, 0.11), "taper": number(random, 0, 0.7),
        "lumpy": number(random, 0.1, 0.4), "furrow": number(random, 0.04, 0.16), "blunt": number(random, 0.02, 0.15),
        "stubs": int(random.integers(0, 4)), "bump": number(random, 0.4, 0.9),
        "dark": _colour(random, (0.35, 0.28, 0.22), (0.5, 0.47, 0.43)),
        "pale": _colour(random, (0.65, 0.55, 0.42), (0.83, 0.79, 0.73)),
    }  # fmt: skip


def _bamboo(random: np.random.Generator) -> Parameters:
    return {
        **_wood(random, "bamboo"), "size_cm": number(random, 8, 40), "bend": number(random, -15, 15), "kinks": 0.0,
        "thick": number(random, 0.02, 0.06), "taper": number(random, 0, 0.2), "lumpy": 0.01,
        "furrow": number(random, 0.002, 0.015), "blunt": 0.008, "bump": number(random, 0.05, 0.25),
        "dark": _colour(random, (0.42, 0.45, 0.15), (0.6, 0.42, 0.2)), "gloss": number(random, 0.3, 0.6),
        "pale": _colour(random, (0.7, 0.7, 0.35), (0.87, 0.76, 0.5)),
    }  # fmt: skip


def _thorn_twig(random: np.random.Generator) -> Parameters:
    return {
        **_wood(random, "twig"), "size_cm": number(random, 4, 16), "bend": number(random, -60, 60),
        "kinks": number(random, 0.005, 0.025), "thick": number(random, 0.025, 0.05), "taper": number(random, 0.2, 0.6),
        "lumpy": 0.08, "furrow": number(random, 0.01, 0.07), "blunt": 0.01, "stubs": int(random.integers(0, 2)),
        "thorns": int(random.integers(2, 12)), "thorn_length": number(random, 0.1, 0.3),
        "bump": number(random, 0.2, 0.7), "dark": _colour(random, (0.22, 0.15, 0.1), (0.3, 0.33, 0.14)),
        "pale": _colour(random, (0.45, 0.33, 0.22), (0.5, 0.5, 0.28)),
    }  # fmt: skip


def _cinnamon(random: np.random.Generator) -> Parameters:
    count = 1 if chance(random, 0.25) else int(random.integers(2, 7))
    return {
        "size_cm": number(random, 5, 16), "count": count, "thick": number(random, 0.045, 0.1),
        "spread": round(0.09 * count, 3), "scatter": number(random, 0.05, 0.8),
        "dark": _colour(random, (0.33, 0.18, 0.1), (0.45, 0.27, 0.15)),
        "pale": _colour(random, (0.58, 0.38, 0.22), (0.72, 0.5, 0.32)),
    }  # fmt: skip


def _star_anise(random: np.random.Generator) -> Parameters:
    count, spread = _several(random, 0.3, 9, _LOW + 0.1)
    return {
        "size_cm": _size(number(random, 2, 3.5), count, spread), "count": count, "spread": spread,
        "dark": _colour(random, (0.25, 0.12, 0.07), (0.35, 0.2, 0.1)),
        "pale": _colour(random, (0.45, 0.26, 0.14), (0.58, 0.36, 0.2)),
    }  # fmt: skip


def _slices(random: np.random.Generator) -> Parameters:
    kind = pick(random, ["citrus", "lotus", "root"])
    count, spread = _several(random, 0.2, 10, _MIDDLE - 0.1)
    flesh, pale, rind = {
        "citrus": (((0.72, 0.35, 0.06), (0.86, 0.58, 0.16)), ((0.85, 0.68, 0.4), (0.92, 0.82, 0.6)),
                   ((0.55, 0.25, 0.06), (0.8, 0.5, 0.12))),
        "lotus": (((0.45, 0.3, 0.2), (0.6, 0.45, 0.35)), ((0.82, 0.72, 0.6), (0.92, 0.86, 0.78)),
                  ((0.6, 0.45, 0.3), (0.75, 0.6, 0.45))),
        "root": (((0.6, 0.45, 0.25), (0.7, 0.55, 0.3)), ((0.82, 0.7, 0.4), (0.9, 0.82, 0.62)),
                 ((0.35, 0.24, 0.15), (0.5, 0.36, 0.22))),
    }[kind]  # fmt: skip
    return {
        "size_cm": _size(number(random, 2, 7), count, spread), "kind": kind, "count": count, "spread": spread,
        "segments": int(random.integers(8, 12)) if kind == "citrus" else int(random.integers(6, 10)),
        "ragged": number(random, 0.02, 0.15), "warp": number(random, 0.01, 0.08), "thick": number(random, 0.03, 0.1),
        "flesh": _colour(random, *flesh), "pale": _colour(random, *pale), "rind": _colour(random, *rind),
        "gloss": number(random, 0.15, 0.55),
    }  # fmt: skip


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "unrelated": (
        Generator("banana", _banana, _flip),
        Generator("dried_chilli", _chilli, weight=1.2),
        Generator("round_fruit", _round_fruit, weight=1.5),
        Generator("striped_gourd", _gourd, _gourd_pose, 1.2),
        Generator("nuts", _nuts),
        Generator("garlic", _garlic),
        Generator("root", _root, _flip, 1.3),
        Generator("stone", _stone, weight=1.5),
        Generator("shell_spiral", _shell_spiral, weight=1.2),
        Generator("shell_bivalve", _shell_bivalve),
        Generator("shell_tusk", _shell_tusk),
        Generator("driftwood", _driftwood, _flip),
        Generator("bamboo_piece", _bamboo, _flip, 0.6),
        Generator("thorn_twig", _thorn_twig, _flip, 1.2),
        Generator("cinnamon_bark", _cinnamon, weight=0.7),
        Generator("star_anise", _star_anise, weight=0.7),
        Generator("dried_slices", _slices),
    )
}
