"""How one claw, or one imitation of a claw, is drawn. Pure Python.

Morphology follows graded facts. Cats: strongly hooked, laterally compressed, a thin ridge along the whole curvature,
pale yellow to grey-white (Mahesh et al. 2025, grade B); the sheath is open below (USFWS, grade B). Bears: long, less
curved, dark brown or black to pale (Sims and Yates 2001, grade B). Imitations: carved from horn with tool marks and
fibrous sheen, or cast with seam and bubbles, filled below, without junction of sheath and bone (synthesis of press
and trade sources, grade C/D). Proportions of cat claws beyond that are indicative (grade K). Sizes carry no
information: claws of species overlap (grade D).
"""

from __future__ import annotations

import numpy as np

from training.render.objects.common import Parameters, chance, number, pick


def colour(random: np.random.Generator, low: tuple[float, ...], high: tuple[float, ...]) -> list[float]:
    """A linear colour between two, with some drift of its own in every channel."""
    t = random.random()
    return [round(float((a + (b - a) * t) * random.uniform(0.93, 1.07)), 4) for a, b in zip(low, high, strict=True)]


def _common(random: np.random.Generator) -> Parameters:
    """What every claw-like piece has, whatever it is: wear, dirt, and a hole in some that were once worn."""
    hole = chance(random, 0.14)
    return {
        "size_cm": number(random, 3, 11),
        "wear": number(random, 0, 1) ** 1.6, "dirt": number(random, 0, 1) ** 1.1,
        "dirt_colour": colour(random, (0.035, 0.024, 0.015), (0.2, 0.14, 0.085)),
        "tip": number(random, 0, 1) ** 2.2, "twist": number(random, -0.25, 0.25),
        "bone_colour": colour(random, (0.3, 0.19, 0.1), (0.66, 0.56, 0.41)),
        "skin_colour": colour(random, (0.05, 0.026, 0.014), (0.2, 0.12, 0.065)),
        "hole_radius": number(random, 0.02, 0.034) if hole else 0.0,
        "hole_at": [number(random, 0.07, 0.13), -number(random, 0.36, 0.62)],
    }  # fmt: skip


def _fur(random: np.random.Generator, coats: tuple[str, ...]) -> Parameters:
    return {
        "coat": pick(random, coats), "fur_length": number(random, 0.28, 0.75), "bald": number(random, 0, 0.8),
        "fur_density": number(random, 0.5, 1),
    }  # fmt: skip


def _natural(random: np.random.Generator) -> Parameters:
    return {
        **_common(random), "solid": False, "seam": 0.0, "dome": 0.0, "lumpy": number(random, 0, 0.25),
        "oblique": number(random, 0.03, 0.2), "ragged": number(random, 0.2, 1), "flare": number(random, 0, 0.12),
        "striation": number(random, 0.25, 1), "flaking": number(random, 0, 1) ** 1.3, "cracks": number(random, 0, 1),
        "gloss": number(random, 0.15, 0.8), "translucency": number(random, 0.3, 1),
        "bone": True, "bone_end": pick(random, ("facet", "sawn", "broken"), (0.62, 0.2, 0.18)),
        "bone_length": number(random, 0.6, 1.05), "cut": number(random, 0.3, 0.75),
        "collar": number(random, 0.06, 0.24),
        "tubercle": number(random, 0.2, 0.6), "drop": number(random, 0, 2), "tissue": number(random, 0, 1) ** 2,
    }  # fmt: skip


def cat(random: np.random.Generator, bone: bool = True, fur: bool = False) -> Parameters:
    """A claw of a cat."""
    tone = pick(random, ("yellow", "grey", "horn", "amber"), (0.42, 0.25, 0.18, 0.15))
    low, high = {
        "yellow": ((0.37, 0.225, 0.09), (0.57, 0.41, 0.22)), "grey": ((0.28, 0.24, 0.18), (0.5, 0.45, 0.36)),
        "horn": ((0.13, 0.075, 0.033), (0.3, 0.19, 0.09)), "amber": ((0.25, 0.135, 0.05), (0.42, 0.26, 0.11)),
    }[tone]  # fmt: skip
    base = colour(random, low, high)
    dark_tip, dark_base = number(random, -0.25, 0.75), number(random, -0.1, 0.85)
    made = {
        **_natural(random), "family": "cat",
        "arc": number(random, 112, 165), "tightening": number(random, 0.3, 0.62), "height": number(random, 0.29, 0.4),
        "compression": number(random, 0.4, 0.56), "ridge": number(random, 0.65, 1), "channel": 1.0,
        "channel_depth": number(random, 0.15, 0.42), "taper": number(random, 0.88, 1.25),
        "belly": number(random, -0.03, 0.1),
        "colour": base, "tip_colour": _scaled(base, 1 - dark_tip), "base_colour": _scaled(base, 1 - dark_base),
        "tip_reach": number(random, 0.25, 0.7), "base_reach": number(random, 0.12, 0.55),
    }  # fmt: skip
    return {**made, "bone": bone, **(_fur(random, ("orange", "orange", "striped", "striped", "white")) if fur else {})}


def bear(random: np.random.Generator, bone: bool = True, fur: bool = False) -> Parameters:
    """A claw of a bear."""
    dark = chance(random, 0.7)
    base = colour(random, (0.012, 0.009, 0.007), (0.12, 0.07, 0.035)) if dark else colour(
        random, (0.14, 0.085, 0.04), (0.48, 0.36, 0.21)
    )  # fmt: skip
    pale_tip = number(random, 0.4, 2.6) if dark else number(random, 0.4, 1.2)
    made = {
        **_natural(random), "family": "bear",
        "arc": number(random, 68, 105), "tightening": number(random, 0, 0.25), "height": number(random, 0.16, 0.24),
        "compression": number(random, 0.58, 0.8), "ridge": number(random, 0, 0.25), "channel": 1.0,
        "channel_depth": number(random, 0.1, 0.35), "taper": number(random, 0.5, 0.78),
        "belly": number(random, 0, 0.12),
        "colour": base, "tip_colour": _scaled(base, pale_tip), "base_colour": _scaled(base, number(random, 0.6, 1.7)),
        "tip_reach": number(random, 0.2, 0.7), "base_reach": number(random, 0.12, 0.55),
    }  # fmt: skip
    return {**made, "bone": bone, **(_fur(random, ("black", "black", "brown", "tawny")) if fur else {})}


def imitation(random: np.random.Generator, family: str, fur: bool = False) -> Parameters:
    """A claw-like piece carved of horn or bone, or cast of resin or plastic: some close to a cat's, many not."""
    close = number(random, 0, 1)
    made = {
        **_natural(random), "family": family, "solid": True, "channel": number(random, 0, 0.3), "channel_depth": 0.15,
        "arc": number(random, 75 + 35 * close, 130 + 30 * close), "tightening": number(random, 0, 0.35 + 0.25 * close),
        "height": number(random, 0.19 + 0.04 * close, 0.36), "compression": number(random, 0.42, 0.95 - 0.35 * close),
        "taper": number(random, 0.55, 1.05), "belly": number(random, -0.05, 0.2), "oblique": number(random, -0.1, 0.15),
        "ragged": number(random, 0, 0.12), "flare": 0.0, "dome": number(random, 0, 0.05), "bone": False, "cracks": 0.0,
        "swirl": 0.0, "painted_tip": 0.0, "painted_base": 0.0, "bubbles": 0.0, "wash": 0.0, "tool_marks": 0.0,
        "tip_reach": number(random, 0.2, 0.6),
        "grain": number(random, -0.2, 1.0), "lumpy": number(random, 0.1, 0.6),
    }  # fmt: skip
    if family in ("horn", "bone_carved"):
        made |= _carved(random, family, close)
    else:
        made |= _cast(random, family, close)
    return {**made, **(_fur(random, ("orange", "striped", "white", "black", "brown", "tawny")) if fur else {})}


def _carved(random: np.random.Generator, family: str, close: float) -> Parameters:
    tones = {
        "pale": ((0.4, 0.3, 0.16), (0.62, 0.5, 0.32)), "honey": ((0.26, 0.13, 0.045), (0.46, 0.28, 0.12)),
        "dark": ((0.015, 0.012, 0.01), (0.09, 0.06, 0.035)), "grey": ((0.16, 0.14, 0.11), (0.34, 0.3, 0.25)),
    }  # fmt: skip
    low, high = tones[pick(random, tuple(tones), (0.36, 0.28, 0.22, 0.14))]
    base = colour(random, low, high)
    if family == "bone_carved":
        base = colour(random, (0.42, 0.33, 0.2), (0.7, 0.63, 0.5))
    return {
        "ridge": pick(random, (0.0, number(random, 0.3, 0.9)), (1 - 0.7 * close, 0.7 * close)),
        "colour": base, "second_colour": _scaled(base, number(random, 0.35, 1.5)),
        "tool_marks": number(random, 0.2, 1), "striation": number(random, 0.3, 1), "gloss": number(random, 0.2, 0.95),
        "painted_tip": number(random, 0.3, 0.9) if chance(random, 0.3) else 0.0,
        "tip_colour": colour(random, (0.03, 0.02, 0.012), (0.2, 0.11, 0.05)), "translucency": number(random, 0.2, 1),
        "tissue": 0.0,
    }  # fmt: skip


def _cast(random: np.random.Generator, family: str, close: float) -> Parameters:
    plastic = family == "plastic"
    tones = {
        "ivory": ((0.55, 0.46, 0.3), (0.78, 0.72, 0.58)), "amber": ((0.4, 0.2, 0.05), (0.6, 0.36, 0.12)),
        "black": ((0.01, 0.01, 0.01), (0.04, 0.035, 0.03)), "white": ((0.62, 0.62, 0.6), (0.8, 0.8, 0.77)),
        "brown": ((0.08, 0.045, 0.02), (0.24, 0.14, 0.07)),
    }  # fmt: skip
    low, high = tones[pick(random, tuple(tones), (0.34, 0.2, 0.16, 0.12, 0.18))]
    base = colour(random, low, high)
    moulded = not plastic and chance(random, 0.35)
    return {
        "ridge": number(random, 0, 0.3 + 0.6 * close), "seam": number(random, 0.25, 1) * (1.3 if plastic else 1),
        "bubbles": 0.0 if plastic else number(random, 0.2, 1), "gloss": number(random, 0.55, 0.98),
        "colour": base, "second_colour": _scaled(base, number(random, 0.4, 1.4)),
        "swirl": number(random, 0.3, 1) if chance(random, 0.1 if plastic else 0.45) else number(random, 0, 0.1),
        "painted_tip": number(random, 0.4, 1) if chance(random, 0.4) else 0.0,
        "tip_colour": colour(random, (0.02, 0.013, 0.008), (0.16, 0.08, 0.03)),
        # A better cast is taken from a whole claw: its base has the bone's shape, but runs on without a junction.
        "bone": moulded, "painted_base": number(random, 0.3, 0.9) if chance(random, 0.25) else 0.0,
        "wash": number(random, 0.2, 0.9) if moulded or chance(random, 0.35) else 0.0, "tissue": 0.0,
        "translucency": number(random, 0.1, 1), "wear": number(random, 0, 0.25), "lumpy": number(random, 0, 0.3),
        "twist": 0.0,
    }  # fmt: skip


def _scaled(base: list[float], factor: float) -> list[float]:
    warm = 1 if factor >= 1 else 1 + 0.25 * (1 - factor)
    return [round(min(0.8, max(0.006, c * factor * k)), 4) for c, k in zip(base, (warm, 1, 1 / warm), strict=True)]
