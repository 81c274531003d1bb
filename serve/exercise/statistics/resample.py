"""Bootstrap over trainees and things.

Answers of one trainee are not independent, nor are answers to one thing. For a class both are drawn anew, each with
replacement, and an answer counts as often as its trainee times its thing were drawn (the pigeonhole bootstrap, Owen
2007, Annals of Applied Statistics). Protected and other things are drawn apart, because a
form holds a fixed number of each.

Drawing both ways counts the chance of a single answer up to three times, so its plain percentiles err to the wide side.
Where only one thing is drawn (trainees, or one trainee's answers), percentiles of few draws are too narrow, so the ends
are taken further out (the expanded percentile interval, Hesterberg 2015, The American Statistician): at the normal
probability of √(n/(n-1)) times the quantile of Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from serve.exercise.statistics.student import t_quantile
from serve.exercise.statistics.table import FloatArray, Table

#: Share of resamples that must have a value before their percentiles are used.
_ENOUGH = 0.5


@dataclass(frozen=True)
class Resampling:
    """How often to draw anew and from which seed; the same seed gives the same intervals.

    Raises:
        ValueError: fewer than 200 resamples, of which no 95 % interval can be read.
    """

    resamples: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.resamples < 200:
            raise ValueError(f"expected at least 200 resamples, got {self.resamples}")

    def generator(self) -> np.random.Generator:
        """A fresh generator of the seed."""
        return np.random.default_rng(self.seed)


def draws(count: int, times: int, rng: np.random.Generator) -> FloatArray:
    """times × count numbers: how often each of ``count`` was drawn in ``count`` draws with replacement."""
    return rng.multinomial(count, np.full(count, 1 / count), size=times).astype(float)


@dataclass(frozen=True)
class Weights:
    """How often each trainee (B × trainees) and thing (B × things) was drawn.

    ``drawn_from`` is what :func:`ends` wants: how many things were drawn of a single trainee, ``None`` for a class.
    """

    trainee: FloatArray
    thing: FloatArray
    drawn_from: int | None

    def of_answers(self, table: Table) -> FloatArray:
        """B × N: how often each answer counts."""
        answers: FloatArray = self.trainee[:, table.trainee] * self.thing[:, table.thing]
        return answers

    def total(self, table: Table, counted: FloatArray) -> FloatArray:
        """B sums of ``counted`` (N values), each answer as often as it was drawn."""
        cells = np.zeros((len(table.trainees), len(table.things)))
        np.add.at(cells, (table.trainee, table.thing), counted)
        sums: FloatArray = ((self.trainee @ cells) * self.thing).sum(axis=1)
        return sums


def weights_of(table: Table, resampling: Resampling) -> Weights:
    """Draw the trainees and things of a table anew. A single trainee is kept, and only things are drawn."""
    rng, times = resampling.generator(), resampling.resamples
    trainee, thing = np.zeros((times, len(table.trainees))), np.zeros((times, len(table.things)))
    present = np.unique(table.trainee)
    if len(present):
        trainee[:, present] = draws(len(present), times, rng)
    sizes = []
    for mask in (table.signal, ~table.signal):
        these = np.unique(table.thing[mask])
        if len(these):
            thing[:, these] = draws(len(these), times, rng)
            sizes.append(len(these))
    return Weights(trainee, thing, min(sizes, default=0) if len(present) < 2 else None)


def ends(values: FloatArray, drawn_from: int | None) -> tuple[float, float]:
    """Ends of the 95 % percentile interval of resampled ``values``: plain for ``None``, else expanded for so many.

    NaN for both if fewer than two were drawn from or most resamples have no value.
    """
    there = values[~np.isnan(values)]
    if (drawn_from is not None and drawn_from < 2) or len(there) < _ENOUGH * len(values):
        return float("nan"), float("nan")
    tail = 0.025
    if drawn_from is not None:
        tail = NormalDist().cdf(-sqrt(drawn_from / (drawn_from - 1)) * t_quantile(0.975, drawn_from - 1))
    low, high = np.quantile(there, [tail, 1 - tail])
    return float(low), float(high)
