"""Hides with fur: real, dyed and faux."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.anatomy import Anatomy, Cut
from training.render.blender.skins_cloth import Sheet, cut_out, lay
from training.render.blender.skins_hair import grow
from training.render.blender.skins_look import fur_ground, leather, with_marks
from training.render.blender.skins_sheet import nail, thick_sheet, tie
from training.render.coats import paint
from training.render.pelt_map import Spread, rectangle, spread, trimmed

#: Pixels along the longer side of a hide's planes, and between the vertices of its sheet.
_PIXELS, _STEP = 640, 4
#: Index by which the mask tells the exhibit's parts; hair is not among the parts a builder may return.
_EXHIBIT = 1


def _hide(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    flat = _flat(p, random)
    coat = with_marks(paint(p["kind"], flat.pelt, p["coat"], random), flat, p, random)
    sheet = cut_out(flat, _STEP)
    length = p["hair_cm"] / p["flat_cm"]
    _raise_ears(sheet, flat)
    extras = lay(sheet, p, length * math.sin(p["lift"]) * 0.6, random)
    factor = 1 / float(np.ptp(sheet.points, axis=0).max())
    sheet.points *= factor
    sheet.inside *= factor
    sheet.scale *= factor
    thickness = min(0.012, max(0.0025, p["leather_mm"] / 10 / p["flat_cm"])) * factor
    parts = thick_sheet(sheet, flat.pelt.shape, thickness)
    parts[0].data.materials.append(fur_ground(coat, p))
    parts[1].data.materials.append(leather(coat, p))
    # Seen whole, single hairs of a large hide are far finer than a pixel; what is drawn stands for a few of them.
    strand = p["strand"] * min(0.85, 0.45 + 8 * length)
    clump = max(0.0035, p["clump_size"] * length * factor)
    count = round(p["strands"] * (1.4 if p["form"] != "whole" else 1))
    drawn = {**p, "strand": strand, "clump_size": clump}
    hair = grow(sheet, flat, coat, drawn, length * factor, count, random)
    hair.parent = parts[0]
    hair.pass_index = _EXHIBIT
    for one in extras:
        parts.append(nail(one, factor) if "nail" in one else tie(one, factor, p["string"]))
    return parts


def _raise_ears(sheet: Sheet, flat: Spread) -> None:
    """Ears keep their shape in a dried skin: cups that stand off."""
    row, column = np.round(sheet.pixels[:, 1]).astype(int), np.round(sheet.pixels[:, 0]).astype(int)
    row, column = np.clip(row, 0, flat.ears.shape[0] - 1), np.clip(column, 0, flat.ears.shape[1] - 1)
    cup = np.clip(1.2 - flat.ear_middle[row, column], 0, 1) * flat.ears[row, column]
    sheet.points[:, 2] += 0.02 * cup


def _flat(p: dict[str, Any], random: np.random.Generator) -> Spread:
    if p["form"] == "cloth":
        height, width = p["cloth"]["shape"]
        made = rectangle(height, width, (0.0, p["cloth"]["along"]), (-1.0, 1.0))
    else:
        cut = {**p["cut"], "holes": tuple(map(tuple, p["cut"]["holes"])), "slits": tuple(map(tuple, p["cut"]["slits"]))}
        made = spread(Anatomy(**p["anatomy"]), Cut(**cut), random, _PIXELS, p["frame"])
    if p["sides"]:
        made = trimmed(made, np.array(p["sides"]), p["cut"]["ragged"], random)
    return made


BUILDERS = {"tiger_pelt": _hide, "other_cat_pelt": _hide, "dyed_pelt": _hide, "faux_pelt": _hide}
