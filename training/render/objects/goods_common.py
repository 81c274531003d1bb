"""What all man-made things have: a substance, a colour, gloss, wear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.render.objects.common import Parameters, chance, number, pick

# Linear colours as things are dyed and painted: black, white, greys, browns, then bright ones.
_PLAIN = ((0.014, 0.014, 0.015), (0.75, 0.73, 0.68), (0.2, 0.2, 0.21), (0.55, 0.45, 0.3), (0.1, 0.05, 0.025))
_BRIGHT = (
    (0.55, 0.025, 0.02),
    (0.02, 0.09, 0.45),
    (0.75, 0.45, 0.02),
    (0.02, 0.26, 0.08),
    (0.7, 0.16, 0.02),
    (0.5, 0.08, 0.25),
    (0.05, 0.4, 0.45),
    (0.2, 0.05, 0.35),
    (0.35, 0.5, 0.06),
)


def ink(random: np.random.Generator, bright: float = 0.55) -> list[float]:
    """A colour of plastic or paint: bright in the share given."""
    base = pick(random, _BRIGHT) if chance(random, bright) else pick(random, _PLAIN)
    light = number(random, 0.6, 1.25)
    return [round(min(1.0, c * light * number(random, 0.85, 1.15)), 4) for c in base]


def body(random: np.random.Generator, of: Sequence[str], weights: Sequence[float] | None = None) -> Parameters:
    """Substance and state of a thing."""
    return {
        "made_of": pick(random, of, weights),
        "colour": ink(random),
        "tone": number(random, 0.1, 0.95),
        "red": number(random, 0, 1),
        "gloss": number(random, 0.15, 0.95),
        "wear": number(random, 0, 1),
        "rust": number(random, 0.1, 0.8) if chance(random, 0.3) else 0.0,
        "brushed": chance(random, 0.4),
    }


def flip(random: np.random.Generator) -> Parameters:
    """Either side up."""
    return {"flip": chance(random, 0.5)}
