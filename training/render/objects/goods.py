"""Things that are neither a part nor an imitation, claw-, tooth- and stripe-shaped ones among them."""

from __future__ import annotations

import numpy as np

from training.render.objects.common import Generator, Parameters, chance, number


def _stone(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 2, 15),
        "stretch": [number(random, 0.35, 1) for _ in range(3)], "roughness": number(random, 0.05, 0.35),
        "tone": number(random, 0.05, 0.8), "yellow": number(random, 0, 0.7), "gloss": number(random, 0, 0.6),
    }  # fmt: skip


def _hook(random: np.random.Generator) -> Parameters:
    """A claw-shaped thing that is none: a plastic or metal hook, of even thickness and round section."""
    return {
        "size_cm": number(random, 3, 15),
        "arc": number(random, 90, 220), "slenderness": number(random, 0.08, 0.16), "hue": number(random, 0, 1),
        "metal": chance(random, 0.5), "tone": number(random, 0.1, 0.9), "gloss": number(random, 0.3, 1),
    }  # fmt: skip


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "unrelated": (Generator("stone", _stone), Generator("hook", _hook)),
}
