"""Coats painted over a hide: stripes, rosettes, blotches, plain ones, and what painters and printers make of them.

Pure NumPy. To be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.render.pelt_map import PeltMap


@dataclass(frozen=True)
class Coat:
    """A painted coat on the planes of a :class:`PeltMap`.

    Attributes:
        colour: (height, width, 3), sRGB in [0, 1]: hair from root to tip, unless ``root`` is given.
        root: colour near the skin where it differs (dye that reached the tips only), else ``None``.
        length: (height, width), relative hair length, about 1 on the back.
        leather: (height, width, 3), colour of the leather side (real stripes show through; paint does not).
    """

    colour: npt.NDArray[np.float32]
    root: npt.NDArray[np.float32] | None
    length: npt.NDArray[np.float32]
    leather: npt.NDArray[np.float32]


def paint(kind: str, pelt: PeltMap, parameters: dict[str, Any], random: np.random.Generator) -> Coat:
    """The coat of ``kind`` (tiger, leopard, clouded_leopard, snow_leopard, golden_cat, painted, printed) on a hide."""
    raise NotImplementedError(kind)
