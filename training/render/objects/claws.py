"""Claws of cats and bears, and imitations of them.

Morphology follows graded facts: claws of cats are laterally compressed with a thin ridge along the curve (Mahesh et
al. 2025, grade B), a mammal's sheath does not close on the underside (USFWS, grade B); claws of bears are long, dark
and less curved (Sims and Yates 2001, grade B); cast imitations show a seam, bubbles, even gloss and a filled underside
(synthesis of press sources, grade C). Sizes carry no information: claws of species overlap, and pictures often have
no scale.
"""

from __future__ import annotations

import numpy as np

from training.render.objects.common import Generator, Parameters, number


def _cat_claw(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 3, 12),
        "arc": number(random, 95, 150), "slenderness": number(random, 0.2, 0.28),
        "compression": number(random, 0.45, 0.62), "ridge": number(random, 0.5, 1),
        "channel": number(random, 0.5, 1),
        "tone": number(random, 0.45, 0.85), "yellow": number(random, 0.2, 0.75), "dark_tip": number(random, 0, 0.4),
        "striation": number(random, 0.3, 1), "gloss": number(random, 0.25, 0.6), "wear": number(random, 0, 0.7),
        "dirt": number(random, 0, 0.6), "bone": number(random, 0.4, 1), "seam": 0.0, "bubbles": 0.0,
    }  # fmt: skip


def _bear_claw(random: np.random.Generator) -> Parameters:
    return {
        **_cat_claw(random), "arc": number(random, 60, 100), "slenderness": number(random, 0.13, 0.18),
        "compression": number(random, 0.6, 0.8), "ridge": number(random, 0, 0.3), "tone": number(random, 0.05, 0.35),
        "yellow": number(random, 0.1, 0.5),
    }  # fmt: skip


def _cast_claw(random: np.random.Generator) -> Parameters:
    return {
        **_cat_claw(random), "arc": number(random, 80, 150), "slenderness": number(random, 0.17, 0.3),
        "compression": number(random, 0.5, 0.95), "ridge": number(random, 0, 0.4), "channel": 0.0,
        "tone": number(random, 0.3, 0.95), "striation": number(random, 0, 0.2), "gloss": number(random, 0.65, 1),
        "bone": 0.0, "seam": number(random, 0.3, 1), "bubbles": number(random, 0.2, 1),
    }  # fmt: skip


CAT_CLAW = Generator("cat_claw", _cat_claw)
BEAR_CLAW = Generator("bear_claw", _bear_claw)
CAST_CLAW = Generator("cast_claw", _cast_claw)

GENERATORS: dict[str, tuple[Generator, ...]] = {
    "tiger_claw": (CAT_CLAW,),
    "bear_claw": (BEAR_CLAW,),
    "imitation_claw": (CAST_CLAW,),
}
