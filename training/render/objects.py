"""What can be rendered, and from which distributions. Pure Python: the shapes themselves are in ``shapes.py``.

Morphology follows graded facts: claws of cats are laterally compressed with a thin ridge along the curve (Mahesh et
al. 2025, grade B), a mammal's sheath does not close on the underside (USFWS, grade B); claws of bears are long, dark
and less curved (Sims and Yates 2001, grade B); cast imitations show a seam, bubbles, even gloss and a filled underside
(synthesis of press sources, grade C). Sizes carry no information: claws of species overlap, and pictures often have
no scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Generator:
    """A kind of object and how its parameters are drawn."""

    name: str
    draw: Callable[[np.random.Generator], dict[str, Any]]


def _number(random: np.random.Generator, low: float, high: float) -> float:
    return round(float(random.uniform(low, high)), 4)


def _cat_claw(random: np.random.Generator) -> dict[str, Any]:
    return {
        "arc": _number(random, 95, 150), "slenderness": _number(random, 0.2, 0.28),
        "compression": _number(random, 0.45, 0.62), "ridge": _number(random, 0.5, 1),
        "channel": _number(random, 0.5, 1),
        "tone": _number(random, 0.45, 0.85), "yellow": _number(random, 0.2, 0.75), "dark_tip": _number(random, 0, 0.4),
        "striation": _number(random, 0.3, 1), "gloss": _number(random, 0.25, 0.6), "wear": _number(random, 0, 0.7),
        "dirt": _number(random, 0, 0.6), "bone": _number(random, 0.4, 1), "seam": 0.0, "bubbles": 0.0,
    }  # fmt: skip


def _bear_claw(random: np.random.Generator) -> dict[str, Any]:
    return {
        **_cat_claw(random), "arc": _number(random, 60, 100), "slenderness": _number(random, 0.13, 0.18),
        "compression": _number(random, 0.6, 0.8), "ridge": _number(random, 0, 0.3), "tone": _number(random, 0.05, 0.35),
        "yellow": _number(random, 0.1, 0.5),
    }  # fmt: skip


def _cast_claw(random: np.random.Generator) -> dict[str, Any]:
    return {
        **_cat_claw(random), "arc": _number(random, 80, 150), "slenderness": _number(random, 0.17, 0.3),
        "compression": _number(random, 0.5, 0.95), "ridge": _number(random, 0, 0.4), "channel": 0.0,
        "tone": _number(random, 0.3, 0.95), "striation": _number(random, 0, 0.2), "gloss": _number(random, 0.65, 1),
        "bone": 0.0, "seam": _number(random, 0.3, 1), "bubbles": _number(random, 0.2, 1),
    }  # fmt: skip


def _stone(random: np.random.Generator) -> dict[str, Any]:
    return {
        "stretch": [_number(random, 0.35, 1) for _ in range(3)], "roughness": _number(random, 0.05, 0.35),
        "tone": _number(random, 0.05, 0.8), "yellow": _number(random, 0, 0.7), "gloss": _number(random, 0, 0.6),
    }  # fmt: skip


def _hook(random: np.random.Generator) -> dict[str, Any]:
    """A claw-shaped thing that is none: a plastic or metal hook, of even thickness and round section."""
    return {
        "arc": _number(random, 90, 220), "slenderness": _number(random, 0.08, 0.16), "hue": _number(random, 0, 1),
        "metal": bool(random.random() < 0.5), "tone": _number(random, 0.1, 0.9), "gloss": _number(random, 0.3, 1),
    }  # fmt: skip


CAT_CLAW = Generator("cat_claw", _cat_claw)
BEAR_CLAW = Generator("bear_claw", _bear_claw)
CAST_CLAW = Generator("cast_claw", _cast_claw)
STONE = Generator("stone", _stone)
HOOK = Generator("hook", _hook)

#: Generators by leaf; a leaf with several draws one for each picture.
GENERATORS: dict[str, tuple[Generator, ...]] = {
    "tiger_claw": (CAT_CLAW,),
    "bear_claw": (BEAR_CLAW,),
    "imitation_claw": (CAST_CLAW,),
    "unrelated": (STONE, HOOK),
}
