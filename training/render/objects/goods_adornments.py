"""Jewellery that holds no claw and no tooth."""

from __future__ import annotations

import numpy as np

from training.render.objects.common import Generator, Parameters, chance, number, pick
from training.render.objects.goods_common import body, ink

_STONES = ("jade", "white_jade", "agate", "onyx", "turquoise", "lapis", "rose", "amber", "tiger_eye", "marble")
_METALS = ("silver", "gold", "brass", "copper")


def _pendant(random: np.random.Generator) -> Parameters:
    """Mounts, cords and chains are those that claw and tooth pendants have."""
    shape = pick(
        random,
        ("drop", "bullet", "facet", "cross", "crescent", "disc", "heart", "tag", "leaf", "gourd"),
        (2, 2, 2, 1, 3, 2, 1, 1, 1, 1),
    )
    of = (
        (*_METALS, "wood", "horn", "plastic")
        if shape in ("cross", "tag", "leaf")
        else (*_STONES, "silver", "wood", "horn", "plastic", "glass")
    )
    weights = (3, 2, 2, 1, 2, 2, 1) if len(of) == 7 else (*[1.0] * 10, 1.5, 1, 2, 1.5, 1.5)
    capped = shape in ("drop", "bullet", "facet")
    piece, reach = number(random, 1.8, 6.5), number(random, 0.7, 2.6)
    hang = pick(random, ("none", "cord", "chain"), (3, 4, 3))
    return {
        "size_cm": round(piece * (1.15 if hang == "none" else 1.1 + reach), 2),
        **body(random, of, weights),
        "shape": shape,
        "shade": number(random, 0.7, 1.2),
        "thick": number(random, 0.45, 1.0),
        "wide": number(random, 0.18, 0.34),
        "belly": number(random, 0.8, 2.2),
        "bow": number(random, 0, 0.25),
        "sides": int(random.integers(5, 9)),
        "arc": number(random, 120, 230),
        "hole": number(random, 0.12, 0.5),
        "mount": pick(random, ("cap", "ring", "wire"), (5, 2, 2)) if capped else "ring",
        "mount_metal": pick(random, ("gold", "pale_gold", "silver", "brass", "copper", "steel")),
        "cap": number(random, 0.7, 1.5),
        "cap_style": pick(random, ("plain", "beaded", "rope", "scalloped")),
        "cap_surface": pick(random, ("smooth", "hammered", "engraved")),
        "turns": number(random, 3, 8),
        "hang": hang,
        "reach": reach,
        "cord": number(random, 0.016, 0.038),
        "cord_colour": pick(
            random, ("black", "dark_brown", "tan", "red", "natural", "white", "green", "navy"), (5, 3, 2, 3, 2, 1, 1, 1)
        ),
        "cord_style": pick(random, ("thong", "round", "twisted", "braid")),
        "beads": chance(random, 0.25),
    }


def _necklace(random: np.random.Generator) -> Parameters:
    short = chance(random, 0.35)
    second = chance(random, 0.4)
    return {
        "size_cm": number(random, 6, 9) if short else number(random, 14, 32),
        **body(random, (*_STONES, "wood", "plastic", "horn", "silver"), (*[1.0] * 10, 4, 3, 1, 1)),
        "shade": number(random, 0.7, 1.2),
        "count": int(random.integers(14, 26) if short else random.integers(36, 84)),
        "oval": number(random, 0.6, 1),
        "waves": [number(random, -0.03, 0.03) if short else number(random, -0.12, 0.12) for _ in range(3)],
        "graded": number(random, 0, 0.4) if chance(random, 0.4) else 0.0,
        "bead": pick(random, ("round", "barrel", "disc", "cut", "uneven", "cone"), (5, 2, 1, 1, 2, 1)),
        "second": pick(random, (*_STONES[:6], "wood", "silver", "gold")) if second else "",
        "every": int(random.integers(2, 10)),
        "second_size": number(random, 0.6, 1.4),
        "thread": ink(random),
        "tassel": number(random, 0.3, 0.7) if chance(random, 0.25) else 0.0,
    }


def _bracelet(random: np.random.Generator) -> Parameters:
    opened = chance(random, 0.45)
    return {
        "size_cm": number(random, 5.5, 8.5),
        **body(random, (*_STONES[:4], *_METALS, "wood", "horn", "plastic"), (2, 1, 1, 1, 3, 1, 2, 1, 2, 2, 2)),
        "shade": number(random, 0.7, 1.2),
        "gap": number(random, 15, 75) if opened else 0.0,
        "oval": number(random, 0.8, 1),
        "skew": number(random, 0, 0.04),
        "thickness": number(random, 0.08, 0.3),
        "flat": number(random, 0.25, 1.1),
        "taper": number(random, 0, 0.85),
        "ribs": int(pick(random, (0, 0, 18, 30))),
        "power": number(random, 2, 4),
        "twist": int(pick(random, (0, 0, 6, 12))),
        "knobs": chance(random, 0.3),
    }


GENERATORS = (
    Generator("pendant", _pendant, weight=3),
    Generator("necklace", _necklace, weight=1.2),
    Generator("bracelet", _bracelet, weight=1.2),
)
