"""Things sewn of cloth: plush toys, cloth and bags with an animal's print, and textiles without one.

Faux fur and printed fabric have a woven or knitted backing, even hair and no leather (CITES Secretariat, Green Customs
Knowledge Series No. 5, grade B). A print repeats. Shapes, sizes and colours only give variety (grade K).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.render import coats
from training.render.objects.common import Generator, Parameters, chance, number, pick


def _toy_pose(random: np.random.Generator) -> Parameters:
    return {"on_back": chance(random, 0.3)}


def _colour(random: np.random.Generator, saturation: float = 0.9) -> list[float]:
    """Hue, saturation and value of a textile: often white, black, grey or navy."""
    if chance(random, 0.35):
        return [number(random, 0, 1), number(random, 0, 0.12), pick(random, (0.06, 0.2, 0.5, 0.75, 0.86, 0.9))]
    if chance(random, 0.3):
        return [number(random, 0.58, 0.66), number(random, 0.4, 0.8), number(random, 0.12, 0.5)]
    return [number(random, 0, 1), number(random, 0.15, saturation), number(random, 0.2, 0.85)]


def _plush(random: np.random.Generator) -> Parameters:
    """A stuffed toy of a tiger, or of another animal: round head, short limbs, sewn face."""
    animal = pick(random, ("tiger", "leopard", "lion", "bear", "zebra"), (0.6, 0.16, 0.1, 0.08, 0.06))
    plain = chance(random, 0.2)
    ground = {
        "tiger": [number(random, 0.055, 0.11), number(random, 0.6, 0.92), number(random, 0.6, 0.95)],
        "leopard": [number(random, 0.08, 0.12), number(random, 0.35, 0.7), number(random, 0.6, 0.9)],
        "lion": [number(random, 0.08, 0.12), number(random, 0.4, 0.75), number(random, 0.55, 0.85)],
        "bear": [number(random, 0.04, 0.1), number(random, 0.1, 0.7), number(random, 0.2, 0.85)],
        "zebra": [number(random, 0.1, 0.14), number(random, 0, 0.1), number(random, 0.8, 0.92)],
    }[animal]
    if animal == "tiger" and chance(random, 0.12):
        ground = [number(random, 0, 1), number(random, 0, 0.5), number(random, 0.75, 0.95)]
    return {
        "size_cm": number(random, 8, 60), "animal": animal, "ground": ground,
        "posture": pick(random, ("sitting", "lying"), (0.6, 0.4)),
        "marks": pick(random, ("sewn", "printed"), (0.65, 0.35)) if animal != "bear" else "none",
        "count": number(random, 3.5, 8), "width": number(random, 0.2, 0.42), "ink": number(random, 0.03, 0.16),
        "head": number(random, 0.85, 1.2), "limbs": number(random, 0.82, 1.2), "belly": number(random, 0.85, 1.15),
        "ears": number(random, 0.75, 1.3), "muzzle": number(random, 0.8, 1.25), "slump": number(random, -0.12, 0.12),
        "nod": number(random, -0.15, 0.3), "pale": number(random, 0.78, 0.95), "pale_belly": chance(random, 0.7),
        "nose": pick(random, ("pink", "black", "brown"), (0.4, 0.4, 0.2)),
        "eyes": pick(random, ("black", "amber", "sewn"), (0.5, 0.35, 0.15)), "eye_size": number(random, 0.7, 1.4),
        "pile": 0.0 if plain else number(random, 0.3, 1), "clump": number(random, 0.05, 0.7),
        "whiskers": chance(random, 0.3), "ribbon": _colour(random) if chance(random, 0.25) else None,
        "label": chance(random, 0.45), "lumps": number(random, 0.2, 1), "dirt": number(random, 0, 0.4),
    }  # fmt: skip


def _lay(random: np.random.Generator) -> Parameters:
    """How a piece of cloth lies: spread, folded, rolled or thrown down."""
    return {
        "lay": pick(random, ("spread", "folded", "rolled", "heap"), (0.27, 0.4, 0.13, 0.2)),
        "aspect": number(random, 0.45, 1), "folds": int(random.integers(1, 5)), "across": chance(random, 0.4),
        "crumple": number(random, 0.25, 1.2), "drape": number(random, 0.25, 1.2), "thick": number(random, 0.5, 2.2),
        "hem": number(random, 0.012, 0.05), "fringe": chance(random, 0.15),
        "weave": number(random, 0.2, 1), "weave_count": number(random, 120, 330), "gloss": number(random, 0, 0.35),
        "wear": number(random, 0, 0.6), "creased": number(random, 0, 1),
    }  # fmt: skip


def _print(random: np.random.Generator) -> dict[str, Any]:
    coat = coats.draw("printed", random)
    # On cloth a print is seen from nearer than on a hide.
    coat["tile"] = number(random, 0.2, 0.75)
    return coat


def _printed_cloth(random: np.random.Generator) -> Parameters:
    """Cloth, scarf or blanket with an animal's print."""
    return {"size_cm": number(random, 15, 90), **_lay(random), "coat": _print(random)}


def _print_bag(random: np.random.Generator) -> Parameters:
    """A pouch or handbag with an animal's print, a zip and perhaps handles."""
    return {
        "size_cm": number(random, 10, 42), "coat": _print(random), "width": number(random, 0.62, 1),
        "height": number(random, 0.45, 0.75), "depth": number(random, 0.1, 0.3), "round": number(random, 2.4, 5),
        "handles": chance(random, 0.55), "trim": _colour(random, 0.6), "metal": number(random, 0, 1),
        "crumple": number(random, 0.1, 0.8), "gloss": number(random, 0, 0.6), "weave": number(random, 0.1, 0.8),
        "weave_count": number(random, 120, 300), "piping": chance(random, 0.6), "flop": number(random, 0.2, 1),
    }  # fmt: skip


def _weaving(random: np.random.Generator) -> dict[str, Any]:
    """Stripes, checks or one colour, as textiles have them."""
    return {
        "motif": pick(random, ("stripes", "pinstripes", "ribbons", "checks", "plain", "melange"),
                      (0.34, 0.16, 0.16, 0.16, 0.1, 0.08)),
        "ground": _colour(random), "ink": _colour(random), "third": _colour(random),
        "repeat": number(random, 0.035, 0.2),
        "share": number(random, 0.2, 0.6), "turn": pick(random, (0, 0, 1)), "uneven": number(random, 0, 1),
    }  # fmt: skip


def _striped_cloth(random: np.random.Generator) -> Parameters:
    """A towel, scarf or sheet: striped, checked or plain."""
    return {
        "size_cm": number(random, 18, 100),
        **_lay(random),
        "weaving": _weaving(random),
        "terry": chance(random, 0.3),
    }


def _garment(random: np.random.Generator) -> Parameters:
    """A shirt, pullover, pair of trousers or shorts laid out."""
    return {
        "size_cm": number(random, 35, 105),
        "cut": pick(random, ("shirt", "pullover", "trousers", "shorts"), (4, 2, 2, 1)),
        "weaving": _weaving(random), "length": number(random, 0.85, 1.2), "width": number(random, 0.85, 1.15),
        "sleeve": number(random, 0.7, 1.2), "sleeve_turn": [number(random, -18, 18), number(random, -18, 18)],
        "neck": number(random, 0.06, 0.2), "crumple": number(random, 0.3, 1.2), "thick": number(random, 0.6, 1.8),
        "weave": number(random, 0.2, 1), "weave_count": number(random, 140, 330), "gloss": number(random, 0, 0.2),
        "wear": number(random, 0, 0.5), "trim": _colour(random), "trimmed": chance(random, 0.3),
    }  # fmt: skip


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "faux_fur": (
        Generator("plush_tiger", _plush, _toy_pose),
        Generator("printed_cloth", _printed_cloth),
        Generator("print_bag", _print_bag, weight=0.6),
    ),
    "unrelated": (
        Generator("striped_cloth", _striped_cloth),
        Generator("garment", _garment),
    ),
}
