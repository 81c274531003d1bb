"""Hides with fur: of tigers, of other protected cats, dyed hides of dogs, calves and goats, and faux fur.

How a hide is skinned, trimmed, laid, backed, soiled and damaged is drawn from the same distributions for real and dyed
hides; only what the sources name tells them apart. Facts and their grades (A law or official text, B peer-reviewed or
official body, C press quoting an official, D weak web text, K general knowledge):

- tiger: yellow to orange ground, white belly, black stripes; head and body 170-230 cm, tail 90-120 cm (biophilavn.com,
  D); seized skins of about 3 m head to tail (zingnews, C), but also cut pieces of 90 x 50 cm (D/C);
- real hair tapers to a fine tip, with underwool, and comes out of leather; faux fur has a woven or knitted backing and
  even, blunt hair (CITES Secretariat, Green Customs Knowledge Series No. 5, B);
- dyed hides: colour on tips but not at the base, hair whorls or a length of dog or cattle, stitched straight seams,
  no white spot on the ear (synthesis of C sources and K); dogs have a long muzzle and coarse hair (C); hides of cattle
  are thick and stiff (K).
"""

from __future__ import annotations

import numpy as np

from training.render import coats
from training.render.objects.common import Generator, Parameters, chance, number, pick

#: Build of each animal: half widths and lengths in trunks (see ``anatomy.Anatomy``), then hair in centimetres.
_BUILDS: dict[str, Parameters] = {
    "tiger": {
        "trunk": (0.17, 0.2, 0.33, 0.37, 0.36, 0.31, 0.12), "head": (0.4, 0.17, 0.2, 0.185, 0.13, 0.08),
        "ears": (0.07, 0.055, 1.0), "fore": (0.5, 0.095), "hind": (0.48, 0.1), "tail": (0.72, 0.048, 0.028),
        "cm": (180, 300), "hair": (1.2, 4.5),
    },
    "leopard": {
        "trunk": (0.14, 0.17, 0.28, 0.32, 0.32, 0.28, 0.11), "head": (0.33, 0.145, 0.165, 0.15, 0.11, 0.065),
        "ears": (0.06, 0.05, 1.0), "fore": (0.44, 0.08), "hind": (0.45, 0.085), "tail": (0.9, 0.042, 0.03),
        "cm": (120, 220), "hair": (1.0, 3.2),
    },
    "clouded_leopard": {
        "trunk": (0.13, 0.15, 0.25, 0.29, 0.29, 0.26, 0.11), "head": (0.34, 0.14, 0.155, 0.14, 0.1, 0.06),
        "ears": (0.055, 0.048, 1.0), "fore": (0.36, 0.08), "hind": (0.4, 0.085), "tail": (1.15, 0.045, 0.035),
        "cm": (100, 190), "hair": (1.0, 2.8),
    },
    "snow_leopard": {
        "trunk": (0.16, 0.19, 0.3, 0.34, 0.34, 0.3, 0.13), "head": (0.33, 0.15, 0.175, 0.16, 0.115, 0.07),
        "ears": (0.05, 0.045, 1.0), "fore": (0.42, 0.1), "hind": (0.44, 0.1), "tail": (1.05, 0.07, 0.06),
        "cm": (130, 220), "hair": (3.0, 7.0),
    },
    "golden_cat": {
        "trunk": (0.13, 0.16, 0.26, 0.3, 0.3, 0.27, 0.11), "head": (0.33, 0.14, 0.16, 0.145, 0.1, 0.06),
        "ears": (0.06, 0.05, 1.0), "fore": (0.45, 0.08), "hind": (0.48, 0.085), "tail": (0.65, 0.042, 0.03),
        "cm": (85, 160), "hair": (1.2, 3.0),
    },
    "dog": {
        "trunk": (0.13, 0.16, 0.28, 0.31, 0.28, 0.25, 0.1), "head": (0.46, 0.13, 0.15, 0.12, 0.07, 0.055),
        "ears": (0.085, 0.05, 1.05), "fore": (0.48, 0.06), "hind": (0.48, 0.065), "tail": (0.5, 0.032, 0.012),
        "cm": (70, 150), "hair": (0.8, 4.0),
    },
    "calf": {
        "trunk": (0.18, 0.23, 0.38, 0.44, 0.43, 0.36, 0.13), "head": (0.36, 0.15, 0.16, 0.14, 0.11, 0.09),
        "ears": (0.1, 0.05, 1.2), "fore": (0.4, 0.07), "hind": (0.4, 0.075), "tail": (0.5, 0.03, 0.02),
        "cm": (110, 220), "hair": (0.7, 2.5),
    },
    "goat": {
        "trunk": (0.13, 0.17, 0.33, 0.38, 0.37, 0.31, 0.12), "head": (0.32, 0.12, 0.13, 0.105, 0.075, 0.06),
        "ears": (0.09, 0.04, 1.2), "fore": (0.4, 0.05), "hind": (0.4, 0.055), "tail": (0.14, 0.03, 0.02),
        "cm": (70, 130), "hair": (1.5, 6.0),
    },
}  # fmt: skip
_DUST = ([0.5, 0.44, 0.36], [0.35, 0.3, 0.25], [0.6, 0.57, 0.52], [0.42, 0.33, 0.24])
_LAYS = ("flat", "folded", "rolled", "hung", "crumpled")


def _scaled(random: np.random.Generator, values: tuple[float, ...], spread: float) -> list[float]:
    gain = random.uniform(1 - spread, 1 + spread)
    return [round(v * gain, 4) for v in values]


def _anatomy(random: np.random.Generator, build: Parameters) -> Parameters:
    head = [round(build["head"][0] * random.uniform(0.9, 1.12), 4), *_scaled(random, build["head"][1:], 0.12)]
    made = {key: _scaled(random, build[key], 0.12) for key in ("trunk", "fore", "hind", "tail")}
    return {**made, "head": head, "ears": [*_scaled(random, build["ears"][:2], 0.12), build["ears"][2]]}


def _cut(random: np.random.Generator) -> Parameters:
    """How it was skinned and trimmed; the same for real and dyed hides."""
    stump = [number(random, 0.35, 0.85) if chance(random, 0.3) else 1.0 for _ in range(4)]
    legless = chance(random, 0.1)
    return {
        "fore": [number(random, -55, 25) for _ in range(2)], "hind": [number(random, 0, 62) for _ in range(2)],
        "knee": [number(random, -30, 30) for _ in range(4)],
        "tail_bend": [number(random, -22, 22), number(random, -30, 30)],
        "head_left": number(random, 0.0, 0.5) if chance(random, 0.28) else 1.0,
        "paws_left": [number(random, 0.02, 0.2) for _ in range(4)] if legless else stump,
        "tail_left": number(random, 0.0, 0.7) if chance(random, 0.22) else 1.0,
        "flank_left": number(random, 0.7, 0.95) if chance(random, 0.3) else 1.0,
        "half": pick(random, (0, -1, 1), (0.93, 0.035, 0.035)),
        "ragged": round(0.08 + 0.9 * float(random.beta(1.2, 2.5)), 4),
        "holes": [
            [number(random, -0.3, 0.3), number(random, 0, 1), number(random, 0.012, 0.035)]
            for _ in range(int(random.poisson(0.7)))
        ],
        "slits": [_slit(random) for _ in range(int(random.poisson(0.6)))],
    }  # fmt: skip


def _slit(random: np.random.Generator) -> list[float]:
    x, y, side = number(random, 0.1, 0.28), number(random, 0.15, 0.85), pick(random, (-1, 1))
    return [side * x, y, side * 0.5, round(y + float(random.uniform(-0.12, 0.12)), 4), number(random, 0.008, 0.03)]


def _sides(random: np.random.Generator) -> list[list[float]]:
    """Straight cuts round a piece: a skewed rectangle, or a rough polygon."""
    turn = number(random, -25, 25) if chance(random, 0.5) else number(random, -4, 4)
    if chance(random, 0.55):
        reach = [number(random, 0.5, 0.93), number(random, 0.75, 0.93)]
        return [[round(turn + 90 * k + random.normal(0, 3), 3), reach[k % 2]] for k in range(4)]
    count = int(random.integers(4, 8))
    return [[round(turn + 360 * k / count + random.normal(0, 14), 3), number(random, 0.55, 0.92)] for k in range(count)]


def _laid(random: np.random.Generator, whole: bool) -> Parameters:
    """How it lies; the same for all hides, real or not."""
    lay = pick(random, _LAYS, (0.42, 0.2, 0.14, 0.13, 0.11) if whole else (0.68, 0.1, 0.05, 0.05, 0.12))
    first = float(random.uniform(0, 180)) if chance(random, 0.3) else float(pick(random, (0, 90, 180, 270)))
    folds = [{"angle": first + random.normal(0, 6), "at": number(random, 0.42, 0.68), "bulge": number(random, 0, 1)}]
    if chance(random, 0.45):
        second = {"angle": first + 90 + random.normal(0, 7), "at": number(random, 0.45, 0.7)}
        folds.append({**second, "bulge": number(random, 0, 1)})
    return {
        "lay": lay, "wave": round(float(random.gamma(2, 0.5)), 4), "curl": number(random, 0, 1.3),
        "folds": [{k: round(float(v), 4) for k, v in one.items()} for one in folds],
        "fur_out": chance(random, 0.8),
        "roll_angle": round(float(pick(random, (90, 270, 0, 180)) + random.normal(0, 5)), 3),
        "slack": number(random, 0, 1), "flap": number(random, 0.02, 0.22), "squash": number(random, 0.55, 0.95),
        "telescope": number(random, -1, 1), "bow": number(random, -1, 1),
        "ties": [number(random, 0.2, 0.8) for _ in range(int(random.integers(0, 3)))],
        "string": {
            "thick": number(random, 0.0035, 0.008), "turns": int(random.integers(1, 4)),
            "slant": number(random, -1, 1),
            "colour": pick(random, ([0.55, 0.45, 0.3], [0.7, 0.68, 0.62], [0.6, 0.05, 0.04], [0.05, 0.2, 0.5],
                                    [0.03, 0.03, 0.03], [0.02, 0.3, 0.1])),
        },
        "gather": number(random, 0.15, 1), "pleats": number(random, 2, 5), "phase": number(random, 0, 6.3),
        "sway": number(random, -1, 1), "nails": int(random.integers(1, 5)),
        "buckles": [
            [number(random, 0, 180), number(random, 1.0, 2.6), number(random, 0.6, 1.5)] for _ in range(2)
        ],
    }  # fmt: skip


def _condition(random: np.random.Generator) -> Parameters:
    """Dirt, wear and the other side; the same for real and dyed hides."""
    felt = chance(random, 0.1)
    return {
        "dirt": round(float(random.beta(1.2, 3)), 4), "dust": pick(random, _DUST), "bald": number(random, 0, 0.9),
        "stains": number(random, 0, 0.8), "leather_roughness": number(random, 0.4, 0.9),
        "backing": "felt" if felt else "leather",
        "backing_colour": pick(random, ([0.16, 0.3, 0.18], [0.17, 0.16, 0.16], [0.5, 0.12, 0.1], [0.38, 0.3, 0.22])),
        "threads": 90, "hem": 0.0, "grain": number(random, 12, 50),
        "disorder": number(random, 0.25, 0.9), "clump": number(random, 0.15, 0.7),
        "clump_size": number(random, 0.25, 0.9),
        "partings": [
            {"x": number(random, 0.25, 0.75), "y": number(random, 0.25, 0.75), "angle": number(random, 0, 3.14),
             "width": number(random, 0.008, 0.03), "length": number(random, 0.03, 0.12)}
            for _ in range(int(random.poisson(0.5)))
        ],
    }  # fmt: skip


#: Longest side as it lies, as a share of the longest side spread flat.
_TAKES = {"flat": 1.0, "hung": 1.0, "crumpled": 0.75, "rolled": 0.75}


def _form(random: np.random.Generator, build: Parameters, piece_share: float) -> Parameters:
    """A whole hide, or a piece of one, and its size."""
    anatomy, cut = _anatomy(random, build), _cut(random)
    whole_cm, piece_cm = number(random, *build["cm"]), number(random, 20, 90)
    piece = chance(random, piece_share)
    sides = _sides(random)
    middle = [number(random, -0.25, 0.25), number(random, 0.0, 1.0)]
    shape = number(random, 0.6, 1.0)
    upright = chance(random, 0.5)
    laid = _laid(random, not piece)
    frame = None
    if piece:
        # The trunk is about half of a flat hide with head and tail.
        trunk_cm = whole_cm * 0.5
        piece_cm = min(piece_cm, trunk_cm * 0.9)
        half = np.array([shape, 1.0] if upright else [1.0, shape]) * piece_cm / trunk_cm * 0.55
        # What hangs over the flank's edge or beyond the tail's base may be cut by the hide's own outline.
        x = float(np.clip(middle[0], -max(0.38 - half[0], 0.02), max(0.38 - half[0], 0.02)))
        frame = [round(float(v), 4) for v in (x - half[0], middle[1] - half[1], x + half[0], middle[1] + half[1])]
        cut = {**cut, "half": 0}
    flat_cm = piece_cm if piece else whole_cm
    takes = _TAKES.get(laid["lay"], 0.42 if len(laid["folds"]) > 1 else 0.62)
    return {
        "form": "piece" if piece else "whole", "flat_cm": round(flat_cm, 2), "size_cm": round(flat_cm * takes, 2),
        "anatomy": anatomy, "cut": cut, "sides": sides if piece else [], "frame": frame, **laid,
    }  # fmt: skip


def _hair(random: np.random.Generator, build: Parameters) -> Parameters:
    """Hair of an animal: tapering, over darker or paler underwool."""
    return {
        "hair_cm": number(random, *build["hair"]), "lift": number(random, 0.22, 0.55),
        "droop": number(random, 0.5, 1.1),
        "length_spread": number(random, 0.1, 0.3), "shade": number(random, 0.08, 0.22),
        "root_shade": number(random, 0.45, 0.85), "root_share": number(random, 0.3, 0.7), "blunt": 0.0,
        "strand": number(random, 0.0012, 0.0019), "strands": 45000,
        "hair_roughness": number(random, 0.35, 0.6), "hair_gloss": number(random, 0.25, 0.6),
        "leather_mm": number(random, 0.8, 2.5), "stiff": number(random, 0.1, 0.8),
        "whorls": [], "sections": [], "ear_black": 0.0, "ear_spot": 0.0,
    }  # fmt: skip


def _cat(random: np.random.Generator, kind: str, ears: float, spot: float) -> Parameters:
    build = _BUILDS[kind]
    made = {**_form(random, build, 0.3), **_hair(random, build), **_condition(random)}
    # Torn hides get mended whoever wore them, though seldom with other hide.
    sections = [_section(random, 12)] if chance(random, 0.06) else []
    return {
        "kind": kind, **made, "sections": sections, "ear_black": ears, "ear_spot": spot,
        "coat": coats.draw(kind, random),
    }  # fmt: skip


def _section(random: np.random.Generator, turn: float) -> Parameters:
    return {
        "angle": number(random, 0, 360), "offset": number(random, 0.02, 0.3), "turn": round(random.normal(0, turn), 3),
        "thread": pick(random, ([0.12, 0.1, 0.09], [0.75, 0.7, 0.6], [0.45, 0.35, 0.22])),
    }  # fmt: skip


def _tiger(random: np.random.Generator) -> Parameters:
    return _cat(random, "tiger", number(random, 0.85, 1), number(random, 0.7, 1))


def _other_cat(random: np.random.Generator) -> Parameters:
    """Leopard most often; golden cat without dark ear backs in most of its range (grade K)."""
    kind = pick(random, ("leopard", "clouded_leopard", "snow_leopard", "golden_cat"), (0.4, 0.23, 0.2, 0.17))
    return _cat(random, kind, number(random, 0.5, 0.95), number(random, 0.2, 0.8))


def _dyed(random: np.random.Generator) -> Parameters:
    """Dog, calf or goat, in its own outline or cut to the outline of a cat."""
    animal = pick(random, ("dog", "calf", "goat"), (0.45, 0.35, 0.2))
    build = _BUILDS[animal]
    if chance(random, 0.45):
        build = {**_BUILDS["tiger"], "hair": build["hair"], "cm": build["cm"]}
    made = {**_form(random, build, 0.3), **_hair(random, build), **_condition(random)}
    whorls = [
        {"x": number(random, 0.25, 0.75), "y": number(random, 0.2, 0.75), "radius": number(random, 0.04, 0.12),
         "twist": number(random, -1.4, 1.4)}
        for _ in range(int(random.poisson(1.1)))
    ]  # fmt: skip
    sections = [_section(random, 40) for _ in range(int(random.poisson(0.55)))]
    thick = number(random, 1.0, 4.5) if animal == "calf" else number(random, 0.8, 2.8)
    return {
        "kind": "painted", **made, "whorls": whorls, "sections": sections, "leather_mm": thick,
        "stiff": number(random, 0.3, 1.0), "strand": number(random, 0.0013, 0.0023),
        "ear_black": number(random, 0.5, 1) if chance(random, 0.35) else 0.0,
        "ear_spot": number(random, 0.4, 0.9) if chance(random, 0.1) else 0.0,
        "coat": coats.draw("painted", random),
    }  # fmt: skip


def _faux(random: np.random.Generator) -> Parameters:
    """Printed pile fabric: a length off the roll, an offcut, or cut like a pelt."""
    build = {**_BUILDS["tiger"], "cm": (60, 220)}
    made = {**_form(random, build, 0.0), **_hair(random, build), **_condition(random)}
    pelt = chance(random, 0.35)
    flat_cm = number(random, 60, 220) if pelt else number(random, 20, 180)
    aspect = number(random, 0.45, 1.0)
    cloth = {"shape": [640, round(640 * aspect)], "along": round(flat_cm / 120, 4)}
    neat = [[round(90 * k + random.normal(0, 0.8), 3), (aspect, 1.0)[k % 2] * 0.93] for k in range(4)]
    loose = _sides(random)
    takes = made["size_cm"] / made["flat_cm"]
    return {
        "kind": "printed", **made, "form": "whole" if pelt else "cloth", "cloth": cloth,
        "cut": {**made["cut"], "holes": [], "slits": [], "half": 0, "ragged": number(random, 0, 0.15)},
        "sides": [] if pelt else neat if chance(random, 0.65) else loose, "frame": None,
        "flat_cm": flat_cm, "size_cm": round(flat_cm * takes, 2),
        "hair_cm": number(random, 0.5, 3.0), "length_spread": number(random, 0.0, 0.05),
        "blunt": number(random, 0.8, 1),
        "lift": number(random, 0.5, 1.2), "disorder": number(random, 0.15, 0.7), "clump": number(random, 0.05, 0.45),
        "root_shade": number(random, 0.75, 1), "shade": number(random, 0.03, 0.1),
        "hair_roughness": number(random, 0.25, 0.5), "hair_gloss": number(random, 0.4, 0.8),
        "strand": number(random, 0.0012, 0.0018),
        "backing": pick(random, ("knitted", "woven"), (0.6, 0.4)), "threads": int(random.integers(50, 130)),
        "backing_colour": pick(random, ([0.85, 0.83, 0.78], [0.75, 0.68, 0.55], [0.5, 0.48, 0.45], [0.16, 0.16, 0.16],
                                        [0.6, 0.4, 0.22])),
        "leather_mm": number(random, 0.8, 2.0), "stiff": number(random, 0.0, 0.35), "curl": number(random, 0, 0.6),
        "bald": 0.0, "hem": number(random, 0.012, 0.035) if chance(random, 0.4) else 0.0,
        "coat": coats.draw("printed", random),
    }  # fmt: skip


def _pose(random: np.random.Generator) -> Parameters:
    """Mostly fur up; at times the other side, at times a corner turned so that both show."""
    return {
        "leather_up": chance(random, 0.12),
        "corner": number(random, 0.04, 0.16) if chance(random, 0.16) else 0.0,
        "corner_angle": number(random, 0, 360),
    }


GENERATORS: dict[str, tuple[Generator, ...]] = {
    "tiger_skin": (Generator("tiger_pelt", _tiger, _pose),),
    "other_cat_skin": (Generator("other_cat_pelt", _other_cat, _pose),),
    "dyed_hide": (Generator("dyed_pelt", _dyed, _pose),),
    "faux_fur": (Generator("faux_pelt", _faux, _pose),),
}
