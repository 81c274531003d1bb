"""Things that are neither a part nor an imitation, claw-, tooth- and stripe-shaped ones among them.

They are drawn so that no single property gives a part away: horn and plastic are curved and pointed here, drops and
crescents hang on the caps and cords of claw pendants, and paper, toys and crockery are striped.
"""

from __future__ import annotations

import numpy as np

from training.render.objects import goods_adornments, goods_household
from training.render.objects.common import Generator, Parameters, chance, number, pick
from training.render.objects.goods_common import body, flip, ink


def _comb(random: np.random.Generator) -> Parameters:
    wide = chance(random, 0.4)
    return {
        "size_cm": number(random, 8, 22),
        **body(random, ("horn", "plastic", "wood"), (3, 5, 2)),
        "teeth": int(random.integers(14, 26) if wide else random.integers(26, 60)),
        "bow": number(random, -0.02, 0.14),
        "reach": number(random, 0.1, 0.26),
        "round": chance(random, 0.4),
        "back": number(random, 0.05, 0.1),
        "hump": number(random, 0, 1.2),
        "fill": number(random, 0.45, 0.65),
        "guard": int(random.integers(0, 3)),
        "corner": number(random, 0.01, 0.12),
        "missing": number(random, 0, 1) if chance(random, 0.5) else 0.0,
        "handle": number(random, 0.25, 0.6) if chance(random, 0.3) else 0.0,
        "thickness": number(random, 0.012, 0.03),
    }


def _pliers(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 11, 25),
        **body(random, ("plastic",)),
        "metal": pick(random, ("steel", "iron", "zinc")),
        "opening": number(random, 2, 34),
        "nose": number(random, 0.16, 0.34),
        "stout": number(random, 0, 1),
        "bow": number(random, 0, 0.07),
        "curl": number(random, 0.4, 1.5),
        "dipped": chance(random, 0.8),
    }


def _knife(random: np.random.Generator) -> Parameters:
    folding = chance(random, 0.4)
    return {
        "size_cm": number(random, 12, 26) if folding else number(random, 18, 36),
        **body(random, ("wood", "plastic", "horn"), (4, 4, 2)),
        "metal": pick(random, ("steel", "iron", "zinc"), (5, 2, 1)),
        "shape": pick(
            random, ("clip", "hawkbill", "curved") if folding else ("chef", "clip", "cleaver", "curved", "hawkbill")
        ),
        "blade": number(random, 0.4, 0.5) if folding else number(random, 0.5, 0.65),
        "height": number(random, 0.16, 0.3),
        "thickness": number(random, 0.008, 0.014),
        "handle": number(random, 0.38, 0.5),
        "handle_height": number(random, 0.75, 1.1),
        "sag": number(random, -0.4, 1),
        "waist": number(random, 0, 0.25),
        "bolster": chance(random, 0.5),
        "rivets": int(random.integers(0, 4)),
        "folded": number(random, 0, 100) if folding and chance(random, 0.5) else 0.0,
    }


def _cutlery(random: np.random.Generator) -> Parameters:
    fork = chance(random, 0.45)
    made = body(random, ("steel", "silver", "plastic", "wood"), (6, 2, 2, 2 if not fork else 0.3))
    return {
        "size_cm": number(random, 11, 24),
        **made,
        "fork": fork,
        "handle": number(random, 0.62, 0.78),
        "handle_width": number(random, 0.05, 0.08) / 2,
        "bowl_width": number(random, 0.14, 0.26),
        "egg": number(random, 0.75, 1.1),
        "lift": number(random, 0, 1),
        "depth": number(random, 0.12, 0.26),
        "tines": int(random.integers(3, 5)),
        "thickness": number(random, 0.008, 0.014) * (1.6 if made["made_of"] == "wood" else 1),
    }


def _hook(random: np.random.Generator) -> Parameters:
    """A claw-shaped thing that is none: a plastic or metal hook, of even thickness and round section."""
    kind = pick(random, ("coat", "fish", "s", "screw", "ring", "carabiner"))
    of = ("steel", "brass", "iron") if kind in ("fish", "screw") else ("steel", "brass", "iron", "zinc", "plastic")
    slender = {"fish": (0.025, 0.05), "carabiner": (0.06, 0.09), "screw": (0.05, 0.09)}.get(kind, (0.05, 0.11))
    return {
        "size_cm": number(random, 1.5, 7) if kind == "fish" else number(random, 3, 14),
        **body(random, of),
        "kind": kind,
        "slenderness": number(random, *slender),
        "arc": number(random, 150, 235),
        "spread": number(random, 0.7, 1.2),
        "flat": pick(random, (1.0, 1.0, 0.45, 1.4)) if kind != "fish" else 1.0,
        "pointed": kind == "fish" or (kind in ("ring", "s") and chance(random, 0.5)),
        "taper": number(random, 0.06, 0.5),
    }


def _screws(random: np.random.Generator) -> Parameters:
    kinds = pick(random, (["screw"], ["bolt", "nut"], ["bolt", "nut", "washer", "screw"], ["screw", "washer"]))
    return {
        "size_cm": number(random, 4, 14),
        **body(random, ("steel",)),
        "metal": pick(random, ("steel", "brass", "iron", "zinc")),
        "kinds": kinds,
        "count": int(random.integers(2, 8)),
    }


def _keys(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 7, 14),
        **body(random, ("plastic",)),
        "ring": number(random, 0.1, 0.16),
        "count": int(random.integers(1, 6)),
        "bow": number(random, 0.75, 1.2),
        "metals": [pick(random, ("brass", "zinc", "steel", "silver")) for _ in range(3)],
        "tag": pick(random, ("none", "plate", "strap")),
        "tag_size": number(random, 0.12, 0.2),
        "sway": number(random, -1, 1),
    }


def _pick(random: np.random.Generator) -> Parameters:
    kind = pick(random, ("shoehorn", "plectrum", "opener"), (3, 2, 3))
    size = {"shoehorn": (9, 30), "plectrum": (2.2, 3.4), "opener": (5, 20)}[kind]
    of = ("plastic", "horn", "wood") if kind == "plectrum" else ("horn", "plastic", "steel", "brass", "wood")
    return {
        "size_cm": number(random, *size),
        **body(random, of),
        "kind": kind,
        "spread": number(random, 0.75, 1.25),
        "cup": number(random, 0.3, 0.75),
        "bend": number(random, 0.0, 0.5) + (number(random, 0, 0.5) if kind == "opener" else 0),
        "thickness": number(random, 0.012, 0.03),
    }


def _on_side(random: np.random.Generator) -> Parameters:
    return {"side": int(pick(random, (0, 0, 1)))}


def _lying(random: np.random.Generator) -> Parameters:
    return {"lying": chance(random, 0.4)}


def _toy_animal(random: np.random.Generator) -> Parameters:
    animal = pick(random, ("zebra", "cow", "horse", "elephant", "dinosaur", "pig", "duck"), (3, 1, 2, 2, 2, 1, 1))
    own = {
        "zebra": [0.75, 0.72, 0.66],
        "cow": [0.7, 0.67, 0.62],
        "horse": [0.2, 0.09, 0.04],
        "elephant": [0.25, 0.25, 0.26],
        "dinosaur": [0.12, 0.25, 0.07],
        "pig": [0.75, 0.4, 0.36],
        "duck": [0.85, 0.6, 0.05],
    }[animal]
    made = body(random, ("plastic", "wood"), (8, 0 if animal in ("zebra", "cow") else 2))
    if animal in ("zebra", "cow") or chance(random, 0.6):
        made["colour"] = [round(min(1.0, c * number(random, 0.75, 1.2)), 4) for c in own]
    return {
        "size_cm": number(random, 4, 18),
        **made,
        "animal": animal,
        "fat": number(random, 0.88, 1.18),
        "fineness": number(random, 0.009, 0.013),
        "bands": number(random, 30, 55),
        "second": ink(random, 0.3),
    }


def _bricks(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 4, 12),
        "gloss": number(random, 0.5, 0.95),
        "wear": number(random, 0, 0.8),
        "colours": [ink(random, 1.0) for _ in range(4)],
        "count": int(random.integers(2, 7)),
        "spread": number(random, 0.6, 1),
    }


def _chessman(random: np.random.Generator) -> Parameters:
    return {
        "size_cm": number(random, 4, 14),
        **body(random, ("wood", "plastic")),
        "count": int(random.integers(1, 4)),
        "kinds": [pick(random, ("pawn", "bishop", "rook", "queen")) for _ in range(3)],
        "radius": number(random, 0.17, 0.26),
        "standing": chance(random, 0.4),
        "second": ink(random, 0.2),
    }


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "unrelated": (
        Generator("comb", _comb, flip),
        Generator("pliers", _pliers),
        Generator("knife", _knife, flip, 1.4),
        Generator("cutlery", _cutlery, flip),
        Generator("hook", _hook, flip, 1.4),
        Generator("screws", _screws, weight=0.8),
        Generator("keys", _keys),
        Generator("pick", _pick, _on_side, 1.2),
        Generator("toy_animal", _toy_animal, _lying, 1.3),
        Generator("bricks", _bricks, weight=0.7),
        Generator("chessman", _chessman, weight=0.8),
        *goods_household.GENERATORS,
        *goods_adornments.GENERATORS,
    ),
}
