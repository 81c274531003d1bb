"""Canines of big cats, and what is sold as such: casts, carved bone, pig tusks, dog teeth.

Followed: a cat's canine is a cone with two lengthwise grooves on the cheek side of its crown and one or two on the
tongue side, which casts lack or have shallow, and its crown is about 2/5 to 3/7 of the whole (plnmw.com, grade D;
agrees with general anatomy, grade K); the root is thick and solid, with a step in colour towards the enamel, and its
opening is closed but for a pore in adults and wide in the young (grade K); dog and pig canines lack the paired sharp
grooves, a pig's tusk is open-rooted and of triangular section (grade D/K); casts show seams, bubbles, even colour and
a root that merges without an enamel line, carved ones tool marks (grade C/D). Sizes overlap and decide nothing.

How a piece is mounted, drilled, strung or soiled is drawn by the same functions for genuine and imitation pieces.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from training.render.objects.common import Generator, Parameters, chance, number, pick

Draw = Callable[[np.random.Generator], Parameters]

#: How often pieces are loose, several together, drilled, or capped; the same in both leaves.
MOUNTS: dict[str, float] = {"": 0.5, "_set": 0.22, "_drilled": 0.14, "_pendant": 0.14}

_CHEEK, _TONGUE = math.pi / 2, 3 * math.pi / 2


def _canine(random: np.random.Generator) -> Parameters:
    """A cat's canine without any mount."""
    lower, young = chance(random, 0.4), chance(random, 0.15)
    old = number(random, 0, 1)
    tip = pick(random, ("intact", "worn", "broken"), (0.6, 0.27, 0.13))
    yellow = number(random, 0.2, 0.85) if chance(random, 0.6) else number(random, 0.7, 1)
    patina = number(random, 0.5, 0.85) if chance(random, 0.3) else 1.0
    spongy = number(random, 0.2, 0.9)
    return {
        "kind": "cat", "length_cm": number(random, 5, 12), "mirror": chance(random, 0.5),
        # Upper canines are straighter than lower ones.
        "curve": number(random, 50, 82) if lower else number(random, 26, 54), "bend_at": number(random, 0.5, 0.72),
        "side_bend": number(random, -0.12, 0.12), "crown_from": number(random, 0.57, 0.605),
        "girth": number(random, 0.098, 0.128), "waist": number(random, 0.84, 0.96),
        "root_peak": number(random, 0.3, 0.42), "swell": number(random, 0.12, 0.38),
        "flat": number(random, 0.7, 0.86), "taper": 1.0, "triangle": 0.0, "bare_side": 0.0, "band_enamel": False,
        "apex": number(random, 0.62, 0.8) if young else number(random, 0.28, 0.5),
        "pulp": number(random, 0.68, 0.86) if young else number(random, 0.06, 0.22),
        "pulp_depth": number(random, 0.15, 0.3) if young else number(random, 0.015, 0.05),
        "root_dome": number(random, 0.35, 0.75), "cut_at": 0.0, "cut_fresh": 0.0, "end_rough": number(random, 0.2, 1.2),
        "fluting": number(random, 0.0, 0.1), "lumps": number(random, 0.5, 1.5),
        "enamel": 1.0, "enamel_step": number(random, 0.015, 0.05), "line_wave": number(random, 0.01, 0.028),
        "line_blur": number(random, 0.0012, 0.004), "carina": number(random, 0.02, 0.07),
        "grooves": _grooves(random, (0.06, 0.13), (0.05, 0.085)),
        **_tip(random, tip), "facets": _wear(random, 0.35), "facet_fresh": 0.8, "knife": 0,
        "enamel_tone": number(random, 0.4, 0.8), "enamel_yellow": yellow, "gloss_enamel": number(random, 0.62, 0.9),
        "root_tone": round(patina * number(random, 0.34, 0.72), 4), "root_yellow": number(random, 0.6, 1.0),
        "root_brown": number(random, 0, 1) * (0.35 + 0.65 * old), "gloss_root": number(random, 0.15, 0.5),
        "root_rough": number(random, 0.3, 1.0), "striae": number(random, 0.1, 0.6),
        "unevenness": number(random, 0.35, 1.0), "gum": number(random, 0, 0.8), "gum_width": number(random, 0.03, 0.14),
        "end_stain": number(random, 0, 0.7), "rings": number(random, 0, 0.7), "tartar": number(random, 0, 0.85),
        "root_cracks": round(old * spongy, 4), "enamel_cracks": round(0.1 + 0.65 * old * number(random, 0.4, 1), 4),
        "translucent": number(random, 0.03, 0.14), "seam": 0.0, "bubbles": 0.0, "toolmarks": 0.0, "vessels": 0.0,
        **_soil(random),
    }  # fmt: skip


def _resin(random: np.random.Generator) -> Parameters:
    """A cast: even gloss, seam, bubbles; no enamel line but a painted or airbrushed change of colour, if any."""
    painted = pick(random, ("plain", "airbrushed", "line"), (0.3, 0.42, 0.28))
    tone, yellow, gloss = number(random, 0.55, 0.9), number(random, 0.1, 1.0), number(random, 0.5, 0.86)
    aged = number(random, 0, 0.6) if chance(random, 0.5) else 0.0
    shallow = _grooves(random, (0.008, 0.042), (0.13, 0.24)) if chance(random, 0.65) else []
    return {
        **_canine(random), "kind": "resin", "painted": painted,
        "curve": number(random, 25, 85), "crown_from": number(random, 0.5, 0.66), "girth": number(random, 0.09, 0.145),
        "waist": number(random, 0.84, 1.0), "flat": number(random, 0.72, 1.0), "fluting": number(random, 0, 0.03),
        "lumps": number(random, 0.1, 0.9), "pulp": number(random, 0.03, 0.1) if chance(random, 0.7) else 0.45,
        "apex": number(random, 0.3, 0.72), "pulp_depth": number(random, 0.01, 0.05),
        "root_dome": number(random, 0.2, 1),
        "end_rough": 0.1, "enamel": 0.0 if painted == "plain" else 1.0,
        "enamel_step": number(random, 0.004, 0.02) if painted == "line" else 0.0,
        "line_blur": number(random, 0.03, 0.12) if painted == "airbrushed" else number(random, 0.004, 0.012),
        "carina": number(random, 0, 0.025), "grooves": shallow,
        **_tip(random, pick(random, ("intact", "worn"), (7, 3))),
        "tip_fresh": 0.0, "facets": [], "enamel_tone": tone, "enamel_yellow": round(yellow * 0.7, 4),
        "root_tone": round(tone * number(random, 0.75, 1.0), 4), "root_yellow": yellow,
        "root_brown": number(random, 0, 0.8) if painted != "plain" else number(random, 0, 0.3),
        "gloss_enamel": gloss, "gloss_root": round(gloss * number(random, 0.85, 1.0), 4),
        "root_rough": number(random, 0, 0.2), "striae": number(random, 0, 0.1), "unevenness": number(random, 0.0, 0.45),
        "gum": number(random, 0, 0.3) if painted == "line" else 0.0, "end_stain": aged, "rings": 0.0, "tartar": aged,
        "root_cracks": number(random, 0.1, 0.5) if chance(random, 0.2) else 0.0,
        "enamel_cracks": number(random, 0.1, 0.4) if chance(random, 0.2) else 0.0,
        "translucent": number(random, 0.05, 0.3), "seam": number(random, 0.2, 1) if chance(random, 0.7) else 0.0,
        "bubbles": number(random, 0.1, 1) if chance(random, 0.75) else 0.0, **_soil(random),
    }  # fmt: skip


def _bone(random: np.random.Generator) -> Parameters:
    """Carved of bone: facets and file marks, specks of vessel canals, no enamel; grooves scratched in, if any."""
    tone, yellow, gloss = number(random, 0.55, 0.88), number(random, 0.15, 0.95), number(random, 0.25, 0.65)
    scratched = _grooves(random, (0.02, 0.06), (0.035, 0.08)) if chance(random, 0.6) else []
    return {
        **_canine(random), "kind": "bone", "curve": number(random, 20, 75), "crown_from": number(random, 0.45, 0.7),
        "girth": number(random, 0.085, 0.135), "waist": number(random, 0.85, 1.0), "swell": number(random, 0, 0.5),
        "flat": number(random, 0.6, 0.95), "fluting": 0.0, "lumps": number(random, 0.5, 2.0),
        "apex": number(random, 0.5, 0.95), "pulp": number(random, 0.05, 0.5), "pulp_depth": number(random, 0.01, 0.12),
        "root_dome": number(random, 0.02, 0.5), "end_rough": number(random, 0.2, 1), "enamel": 0.0, "enamel_step": 0.0,
        "carina": 0.0, "grooves": scratched, **_tip(random, pick(random, ("worn", "intact"), (6, 4))), "tip_fresh": 0.0,
        "facets": [], "knife": int(random.integers(18, 60)), "root_tone": tone, "root_yellow": yellow,
        "root_brown": number(random, 0, 0.75) * chance(random, 0.6), "gloss_root": gloss, "gloss_enamel": gloss,
        "root_rough": number(random, 0.05, 0.4), "striae": number(random, 0, 0.3), "gum": 0.0, "rings": 0.0,
        "unevenness": number(random, 0.2, 0.9), "root_cracks": number(random, 0, 0.6) * chance(random, 0.5),
        "translucent": number(random, 0.02, 0.1), "toolmarks": number(random, 0.25, 1),
        "vessels": number(random, 0.2, 1),
        **_soil(random),
    }  # fmt: skip


def _tusk(random: np.random.Generator) -> Parameters:
    """A pig's tusk: open root, triangular section, strong curve, enamel in bands, ground obliquely at the tip."""
    bare = number(random, 0, 6.28)
    grind = [
        [number(random, 2.6, 3.7), number(random, 0.72, 0.86), number(random, 0.12, 0.3), number(random, 0.1, 0.5)]
    ]
    return {
        **_canine(random), "kind": "tusk", "length_cm": number(random, 5, 14), "curve": number(random, 75, 185),
        "side_bend": number(random, -0.3, 0.3), "girth": number(random, 0.05, 0.085), "taper": number(random, 1.6, 3.2),
        "triangle": number(random, 0.5, 1.0), "bare_side": bare, "band_enamel": True, "flat": number(random, 0.85, 1.1),
        "apex": 1.0, "pulp": number(random, 0.72, 0.9), "pulp_depth": number(random, 0.15, 0.35),
        "root_dome": number(random, 0.1, 0.6), "fluting": 0.0, "lumps": number(random, 0.2, 0.8), "enamel_step": 0.012,
        "line_blur": number(random, 0.003, 0.01), "carina": 0.0, "grooves": [], "facets": grind,
        **_tip(random, pick(random, ("intact", "worn"))),
        "enamel_tone": number(random, 0.66, 0.9), "root_tone": number(random, 0.55, 0.85),
        "gloss_root": number(random, 0.3, 0.6), "gum": 0.0, "rings": number(random, 0.2, 1), "tartar": 0.0,
        "end_stain": number(random, 0.0, 0.9), **_soil(random),
    }  # fmt: skip


def _dog(random: np.random.Generator) -> Parameters:
    """A dog's canine: small, slender, rounder in its curve, no paired sharp grooves."""
    return {
        **_canine(random), "kind": "dog", "length_cm": number(random, 3, 5.5), "curve": number(random, 48, 88),
        "bend_at": number(random, 0.5, 0.65), "crown_from": number(random, 0.54, 0.62),
        "girth": number(random, 0.078, 0.1), "waist": number(random, 0.8, 0.92), "swell": number(random, 0.15, 0.45),
        "flat": number(random, 0.62, 0.78), "carina": number(random, 0, 0.03), "grooves": [],
        "fluting": number(random, 0, 0.06), **_soil(random),
    }  # fmt: skip


def _grooves(random: np.random.Generator, depth: tuple[float, float], width: tuple[float, float]) -> list[list[float]]:
    """Place about the crown, depth by its radius, width in radians, and from where to where on the crown."""
    apart = number(random, 0.5, 0.85)
    places = [_CHEEK - apart / 2, _CHEEK + apart / 2]
    places += (
        [_TONGUE - apart / 2, _TONGUE + apart / 2] if chance(random, 0.5) else [_TONGUE + number(random, -0.3, 0.3)]
    )
    return [
        [round(place + number(random, -0.06, 0.06), 4), number(random, *depth), number(random, *width),
         number(random, 0.0, 0.09), number(random, 0.7, 0.97)]
        for place in places
    ]  # fmt: skip


def _tip(random: np.random.Generator, tip: str) -> Parameters:
    """Pointed, rounded by wear, or broken off."""
    at = {"intact": (0.985, 1.0), "worn": (0.9, 0.97), "broken": (0.7, 0.95)}[tip]
    tilt = {"intact": (0, 0), "worn": (0, 0.012), "broken": (0.01, 0.05)}[tip]
    dome = {"intact": (1.0, 1.6), "worn": (0.55, 1.0), "broken": (0.05, 0.4)}[tip]
    return {
        "tip": tip, "tip_at": number(random, *at), "end_tilt": number(random, *tilt), "tip_dome": number(random, *dome),
        "tip_rough": number(random, 0.4, 1) if tip == "broken" else 0.0,
        "tip_fresh": {"intact": 0.0, "worn": 0.75, "broken": 1.0}[tip],
    }  # fmt: skip


def _wear(random: np.random.Generator, share: float) -> list[list[float]]:
    """A flat rubbed by the opposing tooth: place about the crown, height, slope, depth by the radius there."""
    if not chance(random, share):
        return []
    return [
        [number(random, 2.4, 4.0), number(random, 0.75, 0.88), number(random, 0.1, 0.28), number(random, 0.08, 0.3)]
    ]


def _soil(random: np.random.Generator) -> Parameters:
    return {
        "dirt": round(number(random, 0, 1) ** 1.5, 4), "dirt_tone": number(random, 0.6, 2.0),
        "line_dirt": number(random, 0.0, 0.55), "hole_stain": number(random, 0.3, 0.9),
    }  # fmt: skip


def _mount(random: np.random.Generator, mount: str) -> Parameters:
    """Cap, hole, ring, cord or chain; how many pieces, and how they lie. Knows nothing of what the pieces are."""
    drawn: Parameters = {
        "mount": mount.removeprefix("_"), "hanger": pick(random, ("none", "cord", "chain", "ring"), (30, 40, 14, 16)),
        "hole_at": number(random, 0.07, 0.17), "hole": number(random, 0.011, 0.021), "hole_across": chance(random, 0.3),
        "cap_at": number(random, 0.14, 0.4), "cap_length": number(random, 0.9, 2.0),
        "cap_style": pick(random, ("plain", "beaded", "rope", "scalloped")),
        "cap_surface": pick(random, ("smooth", "hammered", "engraved")),
        "metal": pick(random, ("gold", "pale_gold", "silver", "brass", "copper", "steel"), (5, 3, 6, 3, 1, 2)),
        "cord": pick(random, ("black", "dark_brown", "tan", "red", "natural", "white", "green", "navy"),
                     (8, 4, 2, 5, 2, 1, 1, 1)),
        "cord_style": pick(random, ("thong", "round", "twisted", "braid")), "cord_width": number(random, 0.009, 0.018),
        "reach": number(random, 0.5, 1.6), "turns": int(random.integers(1, 3)),
    }  # fmt: skip
    count = int(random.integers(2, 9))
    drawn |= {
        "count": count if mount == "_set" else 1, "layout": pick(random, ("row", "scatter", "strung"), (35, 40, 25)),
        "beads": chance(random, 0.4), "bead_hue": number(random, 0, 1), "head_to_tail": chance(random, 0.3),
        "sides": [pick(random, (0, 180), (6, 4)) for _ in range(8)], "spin": [number(random, -1, 1) for _ in range(8)],
        "sizes": [number(random, 0.72, 1.0) for _ in range(8)],
    }  # fmt: skip
    return drawn


def _mounted(draw: Draw, mount: str) -> Draw:
    def both(random: np.random.Generator) -> Parameters:
        mounted = _mount(random, mount)
        teeth = [draw(random)]
        # Pieces of a set come from one or several animals or moulds, and have aged and been soiled alike.
        for _ in range(mounted["count"] - 1):
            other = draw(random)
            shared = ("root_tone", "root_brown", "enamel_tone", "enamel_yellow", "dirt", "dirt_tone")
            other |= {key: round(0.6 * teeth[0][key] + 0.4 * other[key], 4) for key in shared}
            if teeth[0]["kind"] == "resin" and teeth[0]["seam"] > 0.5:
                # From one mould: of one shape, painted alike.
                other = {**teeth[0], **{key: other[key] for key in ("dirt", "end_stain", "bubbles", "tartar")}}
            teeth.append(other)
        size = teeth[0]["length_cm"] * _spread(mounted)
        return {"size_cm": round(size, 2), **mounted, "teeth": teeth}

    return both


def _spread(m: Parameters) -> float:
    """About how much longer the whole is than one tooth."""
    if m["mount"] == "set":
        return {"row": max(1.0, 0.27 * m["count"]), "scatter": 0.75 + 0.3 * m["count"] ** 0.7, "strung": 2.4}[
            m["layout"]
        ]
    if m["mount"] == "":
        return 1.0
    return 1.0 + m["reach"] if m["hanger"] in ("cord", "chain") else 1.05


def _pose(random: np.random.Generator) -> Parameters:
    """Cheek or tongue side up, front edge up, or the root's end towards the camera; never quite straight."""
    up = pick(random, ("cheek", "tongue", "front", "root"), (46, 30, 13, 11))
    return {"up": up, "roll": number(random, -14, 14), "lift": number(random, 10, 32) if up == "root" else 0.0}


def _lying(random: np.random.Generator) -> Parameters:
    """Mounted pieces lie on one of their sides."""
    return {"up": pick(random, ("cheek", "tongue"), (6, 4)), "roll": number(random, -9, 9), "lift": 0.0}


def _generators(name: str, draw: Draw, weight: float = 1.0) -> tuple[Generator, ...]:
    """Loose, set, drilled and pendant of one kind of tooth."""
    return tuple(
        Generator(name + mount, _mounted(draw, mount), _pose if mount in ("", "_set") else _lying, weight * share)
        for mount, share in MOUNTS.items()
    )


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "tiger_canine": _generators("cat_canine", _canine),
    "imitation_canine": (
        *_generators("resin_canine", _resin, 0.44), *_generators("carved_bone_canine", _bone, 0.22),
        *_generators("pig_tusk", _tusk, 0.2), *_generators("dog_canine", _dog, 0.14),
    ),
}  # fmt: skip
