"""Differences of pairs: interval, test and effect size; and shares of the same people twice."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, hypot, sqrt

import numpy as np

from model.frequency import wilson
from serve.exercise.statistics.figure import Figure, Reason, Unit, bounded, undefined
from serve.exercise.statistics.resample import Resampling, draws, ends
from serve.exercise.statistics.student import hedges_correction, standardised_mean_interval
from serve.exercise.statistics.table import FloatArray

#: Up to this many pairs all signs are tried.
EXACT_UP_TO = 15
_FLIPS = 20_000


@dataclass(frozen=True)
class Significance:
    """Of a test: a two-sided p value, how it was found, and how many pairs it rests on."""

    p: float | None
    exact: bool
    n: int
    reason: Reason | None = None


@dataclass(frozen=True)
class Paired:
    """First and second value of the same trainees.

    Attributes:
        first: mean of the first values.
        second: mean of the second values.
        difference: mean of second minus first; bootstrap over trainees, expanded percentiles.
        test: sign-flip permutation test of no difference.
        effect: Cohen's d_z (mean difference over the differences' standard deviation) with Hedges' correction; interval
            from the non-central t, right for normal differences. It is not the d of two groups: the more alike a
            trainee's two tests, the larger it is.
    """

    first: float | None
    second: float | None
    difference: Figure
    test: Significance
    effect: Figure


def sign_flip_test(differences: FloatArray, resampling: Resampling) -> Significance:
    """How often random signs give a mean at least as far from 0 (Fisher 1935; Pitman 1937).

    All 2ⁿ signs up to :data:`EXACT_UP_TO` pairs. Above, 20,000 seeded draws, the observed one counted among them so
    that p is never 0 (Phipson and Smyth 2010).
    """
    n = len(differences)
    if n == 0:
        return Significance(None, True, 0, Reason.NO_PAIRS)
    limit = abs(differences.sum()) * (1 - 1e-9)
    if n <= EXACT_UP_TO:
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return Significance(float((np.abs(signs @ differences) >= limit).mean()), True, n)
    rng = resampling.generator()
    sums = np.abs((1 - 2 * rng.integers(0, 2, size=(_FLIPS, n))) @ differences)
    return Significance(float((1 + (sums >= limit).sum()) / (1 + _FLIPS)), False, n)


def effect_size(differences: FloatArray) -> Figure:
    """Cohen's d_z with Hedges' correction and its interval; see :class:`Paired`."""
    n = len(differences)
    if n < 3:
        return undefined(Reason.TOO_FEW, n, Unit.TRAINEES)
    mean, deviation = float(differences.mean()), float(differences.std(ddof=1))
    if deviation < 1e-12:
        return undefined(Reason.NO_SPREAD, n, Unit.TRAINEES)
    correction = hedges_correction(n - 1)
    low, high = standardised_mean_interval(mean, deviation, n)
    return bounded(correction * mean / deviation, correction * low, correction * high, n, Unit.TRAINEES)


def mean_figure(values: FloatArray, resampling: Resampling) -> Figure:
    """Mean of trainees' values with the bootstrap's interval over trainees."""
    n = len(values)
    if n == 0:
        return undefined(Reason.NO_PAIRS, 0, Unit.TRAINEES)
    means = draws(n, resampling.resamples, resampling.generator()) @ values / n
    return bounded(float(values.mean()), *ends(means, n), n, Unit.TRAINEES)


def paired(first: FloatArray, second: FloatArray, resampling: Resampling) -> Paired:
    """Compare two values of each trainee; pairs with a NaN must have been taken out."""
    differences = second - first
    return Paired(
        first=float(first.mean()) if len(first) else None,
        second=float(second.mean()) if len(second) else None,
        difference=mean_figure(differences, resampling),
        test=sign_flip_test(differences, resampling),
        effect=effect_size(differences),
    )


def mcnemar(only_first: int, only_second: int) -> Significance:
    """Exact test of McNemar (1947): of those who changed, as many should have gained as lost; two-sided binomial."""
    changed = only_first + only_second
    if changed == 0:
        return Significance(1.0, True, 0)
    tail = sum(comb(changed, k) for k in range(min(only_first, only_second) + 1)) / 2**changed
    return Significance(min(1.0, 2 * tail), True, changed)


def share_difference(both: int, only_first: int, only_second: int, neither: int) -> Figure:
    """Share the second time minus share the first time, of the same people.

    Interval by the squared distances to both shares' Wilson limits, less what their correlation takes away (Newcombe
    1998, Statistics in Medicine 17:2635, method 10, with its continuity correction of the correlation).
    """
    n = both + only_first + only_second + neither
    if n == 0:
        return undefined(Reason.NO_PAIRS, 0, Unit.TRAINEES)
    first, second = (both + only_first) / n, (both + only_second) / n
    (low1, high1), (low2, high2) = wilson(both + only_first, n), wilson(both + only_second, n)
    product = (both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither)
    agreement: float = both * neither - only_first * only_second
    agreement = max(agreement - n / 2, 0.0) if agreement > 0 else agreement
    phi = agreement / sqrt(product) if product else 0.0

    def distance(a: float, b: float) -> float:
        return sqrt(max(0.0, hypot(a, b) ** 2 - 2 * phi * a * b))

    difference = second - first
    low = difference - distance(second - low2, high1 - first)
    high = difference + distance(high2 - second, first - low1)
    return Figure(difference, max(-1.0, low), min(1.0, high), n, Unit.TRAINEES)
