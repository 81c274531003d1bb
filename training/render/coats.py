"""Coats painted over a hide: stripes, rosettes, blotches, plain ones, and what painters and printers make of them.

Pure NumPy and SciPy. What is drawn follows graded facts (see the functions); ranges without a source only give variety.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from training.render import coats_cats, coats_made
from training.render.coats_fields import Coat
from training.render.pelt_map import PeltMap

__all__ = ["KINDS", "Coat", "draw", "paint"]

_Draw = Callable[[np.random.Generator], dict[str, Any]]
_Paint = Callable[[PeltMap, dict[str, Any], np.random.Generator], Coat]

_COATS: dict[str, tuple[_Draw, _Paint]] = {
    "tiger": (coats_cats.draw_tiger, coats_cats.paint_tiger),
    "leopard": (coats_cats.draw_leopard, coats_cats.paint_leopard),
    "clouded_leopard": (coats_cats.draw_clouded, coats_cats.paint_clouded),
    "snow_leopard": (coats_cats.draw_snow, coats_cats.paint_leopard),
    "golden_cat": (coats_cats.draw_golden, coats_cats.paint_golden),
    "painted": (coats_made.draw_painted, coats_made.paint_painted),
    "printed": (coats_made.draw_printed, coats_made.paint_printed),
}

#: Kinds of coats that can be drawn and painted.
KINDS = tuple(_COATS)


def draw(kind: str, random: np.random.Generator) -> dict[str, Any]:
    """Parameters of one coat of ``kind``, JSON values only."""
    return _COATS[kind][0](random)


def paint(kind: str, pelt: PeltMap, parameters: dict[str, Any], random: np.random.Generator) -> Coat:
    """The coat of ``kind`` (tiger, leopard, clouded_leopard, snow_leopard, golden_cat, painted, printed) on a hide."""
    return _COATS[kind][1](pelt, parameters, random)
