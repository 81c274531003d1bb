"""What every kind of object declares: a name, and how its parameters are drawn. Pure Python, no Blender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

Parameters = dict[str, Any]
T = TypeVar("T")


def _no_pose(_random: np.random.Generator) -> Parameters:
    return {}


@dataclass(frozen=True)
class Generator:
    """A kind of object.

    Attributes:
        name: unique; ``training.render.blender.BUILDERS`` holds the builder of the same name.
        draw: the object itself, once an exhibit: JSON values only. Always holds ``size_cm``, the longest side in
            centimetres, by which things of known size (coin, scale bar, hand) are drawn beside it.
        pose: how it lies in one view (which side up, how far it is turned over). Joined with what ``draw`` gave.
        weight: how often it is drawn among the generators of its leaf.
    """

    name: str
    draw: Callable[[np.random.Generator], Parameters]
    pose: Callable[[np.random.Generator], Parameters] = _no_pose
    weight: float = 1.0


def number(random: np.random.Generator, low: float, high: float) -> float:
    """A uniform number with four decimals, so that it reads well in a JSON line."""
    return round(float(random.uniform(low, high)), 4)


def chance(random: np.random.Generator, share: float) -> bool:
    """``True`` in ``share`` of all draws."""
    return bool(random.random() < share)


def pick(random: np.random.Generator, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """One of ``values``, by ``weights`` if given."""
    shares = None if weights is None else np.asarray(weights) / np.sum(weights)
    return values[int(random.choice(len(values), p=shares))]
