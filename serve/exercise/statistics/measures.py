"""One value a trainee for each figure, to compare before and after, or with and without the model."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from serve.exercise.statistics.rates import a_prime, criterion, d_a, d_prime, log_linear
from serve.exercise.statistics.table import BoolArray, FloatArray, Table


class Measure(StrEnum):
    """What can be compared. Docs of the figures: :mod:`~serve.exercise.statistics.signal`."""

    HIT_RATE = "hit_rate"
    FALSE_ALARM_RATE = "false_alarm_rate"
    D_PRIME = "d_prime"
    CRITERION = "criterion"
    D_A = "d_a"
    A_PRIME = "a_prime"
    CRITICAL_ERROR = "critical_error"
    REFER_RATE = "refer_rate"
    RIGHT = "right"  # share of things whose very leaf was named
    RIGHT_SIDE = "right_side"  # share of things taken for protected if and only if they are


#: Less is better.
LOWER_IS_BETTER = frozenset({Measure.FALSE_ALARM_RATE, Measure.CRITICAL_ERROR})
#: Neither more nor less is better as such.
NO_DIRECTION = frozenset({Measure.CRITERION, Measure.REFER_RATE})


#: Computed from a hit rate and a false-alarm rate, so that a class has a pooled one.
INDICES: dict[Measure, Callable[[ArrayLike, ArrayLike], FloatArray]] = {
    Measure.D_PRIME: d_prime,
    Measure.CRITERION: criterion,
    Measure.D_A: d_a,
    Measure.A_PRIME: a_prime,
}


def pooled(table: Table, measure: Measure, weights: FloatArray) -> FloatArray:
    """B values of one of :data:`INDICES` of the rates of all answers together, each as often as its trainee was drawn.

    Args:
        table: answers.
        measure: one of :data:`INDICES`; all but A′ with log-linear rates.
        weights: B × trainees.
    """
    number = len(table.trainees)
    rates = []
    for side in (table.signal, ~table.signal):
        n = weights @ np.bincount(table.trainee[side], minlength=number)
        yes = weights @ np.bincount(table.trainee[side & table.yes], minlength=number)
        plain = np.divide(yes, n, out=np.full_like(n, np.nan), where=n > 0)
        rates.append(plain if measure is Measure.A_PRIME else log_linear(yes, n))
    return INDICES[measure](*rates)


def per_trainee(table: Table) -> dict[Measure, FloatArray]:
    """Every measure of every trainee, in order of :attr:`Table.trainees`; NaN where undefined."""
    number = len(table.trainees)

    def counted(mask: BoolArray) -> FloatArray:
        return np.bincount(table.trainee[mask], minlength=number).astype(float)

    def share(mask: BoolArray, of: BoolArray) -> FloatArray:
        below = counted(of)
        return np.divide(counted(mask & of), below, out=np.full(number, np.nan), where=below > 0)

    signal, yes, everything = table.signal, table.yes, np.ones(len(table), dtype=bool)
    hits, alarms = share(yes, signal), share(yes, ~signal)
    corrected = (
        log_linear(counted(yes & signal), counted(signal)),
        log_linear(counted(yes & ~signal), counted(~signal)),
    )
    return {
        Measure.HIT_RATE: hits,
        Measure.FALSE_ALARM_RATE: alarms,
        Measure.D_PRIME: d_prime(*corrected),
        Measure.CRITERION: criterion(*corrected),
        Measure.D_A: d_a(*corrected),
        Measure.A_PRIME: a_prime(hits, alarms),
        Measure.CRITICAL_ERROR: share(~table.held, signal),
        Measure.REFER_RATE: share(table.referred, everything),
        Measure.RIGHT: share(table.right, everything),
        Measure.RIGHT_SIDE: share(table.right_side, everything),
    }
