"""Skulls and bones of big cats, and of the livestock and dogs whose bones pass for them.

Forms follow graded facts (see ``training.render.blender.skull_cat``, ``long_bones`` and ``livestock``). Colour, wear,
dirt and breakage are drawn from one distribution for every animal. Of the trade's own signs (grade D: cat bone oily
yellow, cattle bone dull white and with a wider marrow) only a small shift between overlapping ranges is kept.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.render.objects.common import Generator, Parameters, chance, number, pick

#: Hue, saturation and value of bone: low and high of each.
_TONES = {
    "cream": ((0.09, 0.125), (0.18, 0.38), (0.62, 0.82)),
    "oily": ((0.085, 0.12), (0.42, 0.68), (0.5, 0.72)),
    "bleached": ((0.08, 0.14), (0.03, 0.14), (0.74, 0.92)),
    "brown": ((0.06, 0.1), (0.42, 0.66), (0.24, 0.46)),
    "grey": ((0.07, 0.14), (0.06, 0.2), (0.42, 0.62)),
}


def _look(random: np.random.Generator, weights: tuple[float, ...] = (4, 2.2, 1.6, 1.6, 1)) -> Parameters:
    """Colour, dirt and wear of bone."""
    tone = pick(random, tuple(_TONES), weights)
    hue, saturation, value = (number(random, *span) for span in _TONES[tone])
    oily = tone == "oily"
    return {
        "hue": hue, "saturation": saturation, "value": value, "mottle": number(random, 0.3, 1),
        "stain": number(random, 0.1, 0.95), "stain_hue": number(random, 0.03, 0.12),
        "stain_saturation": number(random, 0.35, 0.75), "stain_value": number(random, 0.15, 0.5),
        "soil": number(random, 0.25, 1), "soil_hue": number(random, 0.04, 0.11),
        "soil_saturation": number(random, 0.3, 0.65), "soil_value": number(random, 0.08, 0.3),
        "porosity": number(random, 0.2, 1), "cracks": max(0.0, number(random, -0.5, 1)),
        "weathering": number(random, 0, 1), "tartar": number(random, 0, 1),
        "roughness": number(random, 0.25, 0.5) if oily else number(random, 0.4, 0.85),
        "tissue_hue": number(random, 0.01, 0.07), "tissue_value": number(random, 0.08, 0.3),
        "net": number(random, 0, 1),
    }  # fmt: skip


def _tissue(random: np.random.Generator) -> float:
    """How much dried flesh is left: mostly none."""
    return number(random, 0.4, 1) if chance(random, 0.3) else 0.0


def _cat_skull(random: np.random.Generator) -> Parameters:
    """Length 24 to 37 cm: adults 293 to 348 mm (Tran and Le 2019, grade B), younger and larger ones around them."""
    jaw = pick(random, ("none", "in place", "beside"), (4, 5, 1.5))
    return {
        "size_cm": round(number(random, 24, 37) * (1.25 if jaw == "beside" else 1), 4),
        "look": _look(random), "tissue": _tissue(random),
        "width": number(random, 0.66, 0.78), "height": number(random, 0.94, 1.07), "muzzle": number(random, 0.92, 1.1),
        "postorbital": number(random, 0.85, 1.15), "crest": number(random, 0, 1), "arch": number(random, 0.93, 1.02),
        "canine": number(random, 0.8, 1.12), "tooth_wear": number(random, 0, 0.8),
        "teeth_missing": pick(random, (0.0, 0.06, 0.2, 0.55), (5, 3, 2, 1)),
        "arch_broken": chance(random, 0.18), "braincase_broken": chance(random, 0.12),
        "jaw": jaw, "jaw_open": number(random, 0, 22),
        "jaw_side": pick(random, (-1, 1)), "jaw_turn": number(random, -30, 30),
    }  # fmt: skip


def _skull_pose(random: np.random.Generator) -> Parameters:
    """Mostly upright; sometimes on its side or upside down, to show the base."""
    up = pick(random, ("upright", "left", "right", "base"), (6, 1.2, 1.2, 2))
    tilt = number(random, -6, 6)
    return {"up": {"upright": [0, 0, tilt], "left": [80, 0, tilt], "right": [-80, 0, tilt], "base": [180, 0, tilt]}[up]}


_CAT_TONES = (4, 2.6, 1.4, 1.6, 1)
_LIVESTOCK_TONES = (4, 1.9, 1.9, 1.6, 1)


def _bone(low: float, high: float, cat: bool) -> Callable[[np.random.Generator], Parameters]:
    """Draws one bone whose length lies between ``low`` and ``high`` centimetres."""

    def draw(random: np.random.Generator) -> Parameters:
        return {
            "size_cm": number(random, low, high), "look": _look(random, _CAT_TONES if cat else _LIVESTOCK_TONES),
            "tissue": _tissue(random), **_form(random, cat), "joined": chance(random, 0.3),
            "end": pick(random, ("whole", "sawn", "broken"), (7, 1.5, 1.5)),
        }  # fmt: skip

    return draw


def _form(random: np.random.Generator, cat: bool) -> Parameters:
    """What shapes bones of any kind; each shape reads what it needs."""
    return {
        "robust": number(random, 0.9, 1.1), "marrow": number(random, 0.45, 0.7) if cat else number(random, 0.5, 0.78),
        "partner": chance(random, 0.65), "foramen": number(random, 0.4, 1), "spine": number(random, 0.12, 0.42),
        "wings": number(random, 0.1, 0.34), "lean": number(random, -0.15, 0.22), "bend": number(random, 0.12, 0.3),
        "flat": number(random, 0.3, 1), "count": int(random.integers(4, 10)), "spread": number(random, 0.09, 0.22),
    }  # fmt: skip


def _roll(random: np.random.Generator) -> Parameters:
    """Any of four sides up; the bone then settles on the nearest stable face."""
    return {"roll": round(float(random.choice([0, 90, 180, 270])) + float(random.normal(0, 12)), 2)}


#: Shapes that come in sets: how often, shortest and longest centimetres, whether it is ever cut.
_CAT_SET = {
    "humerus": (3, 26, 34, True), "femur": (3, 28, 37, True), "tibia_fibula": (2.5, 25, 33, True),
    "ulna_radius": (2.5, 27, 35, True), "scapula": (1.2, 22, 29, False), "vertebra": (3, 8, 12, False),
    "paw_bones": (1.5, 8, 12, False), "rib": (2, 20, 32, True),
}  # fmt: skip
_LIVESTOCK_SET = {
    "cannon": (2.5, 18, 26, True), "cattle_femur": (2, 32, 42, True), "cattle_tibia": (2, 30, 40, True),
    "pig_humerus": (2.5, 15, 21, True), "pig_femur": (2.5, 17, 24, True), "rib": (3, 22, 45, True),
    "cattle_vertebra": (2.5, 12, 20, False),
}  # fmt: skip


def _set(shapes: dict[str, tuple[float, int, int, bool]], cat: bool) -> Callable[[np.random.Generator], Parameters]:
    """Draws three to ten bones, as one animal's or a mixed lot."""

    def draw(random: np.random.Generator) -> Parameters:
        names, weights = tuple(shapes), [one[0] for one in shapes.values()]
        # Often mostly one kind of bone, as lots are sorted.
        main = pick(random, names, weights) if chance(random, 0.35) else None
        members, cut = [], number(random, 0, 0.7)
        lay = pick(random, ("heap", "row"), (3, 2))
        for _ in range(int(random.integers(5, 11) if lay == "heap" else random.integers(3, 6))):
            name = main if main and chance(random, 0.75) else pick(random, names, weights)
            length = number(random, shapes[name][1], shapes[name][2])
            end = pick(random, ("sawn", "broken"), (2, 1)) if chance(random, cut) and shapes[name][3] else "whole"
            members.append({"shape": name, "length": length, "end": end, "partner": chance(random, 0.3)})
        longest = max(one["length"] for one in members)
        size = longest * number(random, 1.3, 1.9) if lay == "heap" else max(longest, 8 * len(members))
        members = [{**one, "length": round(one["length"] / longest, 4)} for one in members]
        return {
            "size_cm": round(size, 2), "look": _look(random, _CAT_TONES if cat else _LIVESTOCK_TONES),
            "tissue": _tissue(random), **_form(random, cat), "members": members, "lay": lay,
        }  # fmt: skip

    return draw


def _dog_skull(random: np.random.Generator) -> Parameters:
    """Length of medium and large dogs (grade K)."""
    return {
        "size_cm": number(random, 15, 24), "look": _look(random, _LIVESTOCK_TONES), "tissue": _tissue(random),
        "width": number(random, 0.9, 1.15), "height": number(random, 0.88, 1.1), "shear": number(random, -0.08, 0.08),
    }  # fmt: skip


CAT_SKULL = Generator("cat_skull", _cat_skull, _skull_pose)

GENERATORS: dict[str, tuple[Generator, ...]] = {
    "tiger_skull": (CAT_SKULL,),
    "cat_bone": (
        # Mean length of five adult tigers' humeri 33.6 cm (IJCMAS 6-2-2017-61, grade B).
        Generator("cat_humerus", _bone(25, 37, True), _roll, 2.2),
        Generator("cat_femur", _bone(27, 40, True), _roll, 1.3),
        Generator("cat_tibia_fibula", _bone(24, 35, True), _roll, 1.2),
        Generator("cat_ulna_radius", _bone(26, 38, True), _roll, 1.2),
        Generator("cat_scapula", _bone(20, 30, True), _roll, 0.9),
        Generator("cat_vertebra", _bone(8, 15, True), _roll, 0.8),
        Generator("cat_paw_bones", _bone(14, 30, True), _roll, 0.6),
        Generator("cat_bone_set", _set(_CAT_SET, True), weight=2.4),
    ),
    "livestock_bone": (
        Generator("cattle_cannon", _bone(17, 27, False), _roll, 1.2),
        Generator("cattle_femur", _bone(30, 44, False), _roll, 1.2),
        Generator("cattle_tibia", _bone(28, 42, False), _roll, 1.1),
        Generator("pig_humerus", _bone(14, 22, False), _roll, 1.1),
        Generator("pig_femur", _bone(16, 25, False), _roll, 1.0),
        Generator("rib", _bone(18, 48, False), _roll, 0.8),
        Generator("cattle_vertebra", _bone(12, 24, False), _roll, 0.8),
        Generator("dog_skull", _dog_skull, _skull_pose, 1.2),
        Generator("livestock_set", _set(_LIVESTOCK_SET, False), weight=2.2),
    ),
}
