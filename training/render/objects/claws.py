"""Claws of cats and bears, and imitations of them: single, several, and worn as jewellery.

Counts, layouts, mounts, cords, holes and tufts of fur are drawn by the same functions with the same numbers for
every leaf, so that they tell nothing; a metal cap hides the base of genuine and false pieces alike.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.render.objects.claws_draw import bear, cat, imitation
from training.render.objects.common import Generator, Parameters, chance, number, pick

Draw = Callable[[np.random.Generator], Parameters]
IMITATIONS = ("horn", "resin", "plastic", "bone_carved")
CORD_COLOURS = ("black", "black", "dark_brown", "tan", "red", "natural", "white", "green", "navy")


def _pose(random: np.random.Generator) -> Parameters:
    """Which side is up in one view; underside up shows the channel, or that there is none."""
    side = pick(random, ("left", "right", "under", "back"), (0.39, 0.39, 0.14, 0.08))
    return {"side": side, "lean": number(random, -26, 26) if chance(random, 0.35) else number(random, -4, 4)}


def _flipped(random: np.random.Generator) -> Parameters:
    return {"side": pick(random, ("left", "right")), "lean": 0.0}


def _cat(random: np.random.Generator) -> Parameters:
    return cat(random, bone=chance(random, 0.8))


def _bear(random: np.random.Generator) -> Parameters:
    return bear(random, bone=chance(random, 0.8))


def _imitation(random: np.random.Generator) -> Parameters:
    return imitation(random, pick(random, IMITATIONS, (0.38, 0.34, 0.14, 0.14)))


def _set(one: Draw, furry: Draw) -> Draw:
    """Several claws that lie about: mostly of one kind, like or unlike in size."""

    def draw(random: np.random.Generator) -> Parameters:
        count = int(random.integers(3, 11))
        spread, fur = number(random, 0.0, 0.45), chance(random, 0.2)
        first = (furry if fur else one)(random)
        shared = ("colour", "second_colour", "family", "dirt_colour", "gloss", "bone_colour", "bone", "coat")
        pieces = []
        for _ in range(count):
            piece = (furry if fur else one)(random)
            # A lot is mostly of one make.
            for _ in range(6):
                if piece["family"] == first["family"] or chance(random, 0.05):
                    break
                piece = (furry if fur else one)(random)
            if chance(random, 0.6) and piece["family"] == first["family"]:
                drift = random.uniform(0.85, 1.12)
                for key in shared:
                    if key in piece and key in first:
                        kept = first[key]
                        piece[key] = [round(float(c * drift), 4) for c in kept] if isinstance(kept, list) else kept
            piece["scale"] = number(random, 1 - spread, 1.0)
            piece["up"] = pick(random, ("left", "right", "under", "back"), (0.44, 0.44, 0.07, 0.05))
            piece["heading"] = number(random, 0, 360)
            pieces.append(piece)
        layout = pick(random, ("spread", "heap", "row"), (0.45, 0.35, 0.2))
        reach = {"spread": 2.2, "heap": 1.9, "row": 2.3}[layout] * (count / 6) ** 0.5
        return {
            "size_cm": round(first["size_cm"] * reach, 4), "claws": pieces, "layout": layout,
            "loose": number(random, 0.75, 1.15),
        }  # fmt: skip

    return draw


def _pendant(one: Draw) -> Draw:
    """One claw on a cord or chain, or two joined; the mount is drawn without knowing the claw."""

    def draw(random: np.random.Generator) -> Parameters:
        piece, second = one(random), one(random)
        joined = chance(random, 0.22)
        metal = pick(random, ("gold", "pale_gold", "silver", "brass", "copper", "steel"), (5, 3, 6, 3, 1, 1))
        fixing = "cap" if joined else pick(random, ("cap", "drilled", "wire"), (0.66, 0.18, 0.16))
        string = pick(random, ("cord", "chain", "none"), (0.45, 0.27, 0.28))
        reach = number(random, 0.6, 1.35)
        other = {**piece, "scale": number(random, 0.9, 1.05), "arc": second["arc"]}
        return {
            "size_cm": round(piece["size_cm"] * (1.3 + (0 if string == "none" else 0.7 * reach)), 4),
            "claws": [piece, other] if joined else [piece],
            "metal": metal, "fixing": fixing, "string": string, "reach": reach,
            "cap_length": number(random, 0.5, 1.3), "cap_style": pick(random, ("plain", "beaded", "rope", "scalloped")),
            "cap_surface": pick(random, ("smooth", "hammered", "engraved")), "cap_at": number(random, 0.03, 0.16),
            "cord_style": pick(random, ("thong", "round", "twisted", "braid")),
            "cord_colour": pick(random, CORD_COLOURS),
            "cord_radius": number(random, 0.012, 0.03), "link": number(random, 0.018, 0.042),
            "beads": int(random.integers(1, 4)) if chance(random, 0.25) else 0,
            "bead_colour": [number(random, 0.02, 0.5) for _ in range(3)],
            "between": pick(random, ("ball", "ring", "flower")), "opening": number(random, -12, 50),
        }  # fmt: skip

    return draw


def _of(family: str) -> Draw:
    """Imitations of one material; a quarter have a tuft glued on, as often as genuine claws have one."""
    return lambda random: imitation(random, family, fur=chance(random, 0.25))


def _bear_single(random: np.random.Generator) -> Parameters:
    return bear(random, bone=chance(random, 0.85), fur=chance(random, 0.25))


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "tiger_claw": (
        Generator("cat_claw", cat, _pose, 33),
        Generator("cat_claw_flesh", lambda random: cat(random, fur=True), _pose, 14),
        Generator("cat_claw_sheath", lambda random: cat(random, bone=False), _pose, 8),
        Generator("cat_claw_set", _set(_cat, lambda random: cat(random, fur=True)), weight=25),
        Generator("cat_claw_pendant", _pendant(_cat), _flipped, 20),
    ),
    "bear_claw": (
        Generator("bear_claw", _bear_single, _pose, 55),
        Generator("bear_claw_set", _set(_bear, lambda random: bear(random, fur=True)), weight=25),
        Generator("bear_claw_pendant", _pendant(_bear), _flipped, 20),
    ),
    "imitation_claw": (
        Generator("carved_horn_claw", _of("horn"), _pose, 21),
        Generator("resin_claw", _of("resin"), _pose, 19),
        Generator("plastic_claw", _of("plastic"), _pose, 7),
        Generator("bone_carved_claw", _of("bone_carved"), _pose, 8),
        Generator(
            "imitation_claw_set", _set(_imitation, lambda r: imitation(r, pick(r, IMITATIONS), fur=True)), weight=25
        ),
        Generator("imitation_claw_pendant", _pendant(_imitation), _flipped, 20),
    ),
}
