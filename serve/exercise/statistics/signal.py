"""Signal detection: sensitivity to protected material, false alarms, d′, c, dₐ and A′, reported as for X-ray screeners.

Hofer and Schwaninger (2004) and Hardmeier, Hofer and Schwaninger (2005) report hit and false-alarm rates with d′ and
A′. Sterchi, Hättenschwiler and Schwaninger (2019) found that both fall as screeners lean to yes, and ask for dₐ with a
slope of 0.5 beside them; so dₐ is here, too.

Intervals of one trainee: rates by Wilson (1927). d′, c, dₐ and A′ are functions rising or falling in each rate, so the
distances from the estimate to its values at the ends of either rate's Wilson interval are squared and added (MOVER: Zou
and Donner 2008; Newcombe 1998). Over all possible counts this interval of d′ covers 93 to 99.7 % at 10, 20 and 40
things a side and true d′ from 0 to 5. That of Gourevitch and Galanter (1967), given beside it, is as good up to d′ 3,
but falls to 61 % at d′ 5: where a rate is 0 or 1, the data cannot say how high d′ is, and the upper end here is open.
The interval of A′ is the weakest: 88 % at worst.

Intervals of a class: bootstrap over trainees and things (:mod:`~serve.exercise.statistics.resample`), and never
narrower than the interval that the pooled counts would have if all answers were independent, because a bootstrap of
rates that are all 0 or 1 has no width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, isfinite, isnan

import numpy as np
from numpy.typing import ArrayLike

from model.frequency import wilson
from serve.exercise.statistics.figure import Figure, Reason, Unit, bounded, share, undefined
from serve.exercise.statistics.rates import a_prime, criterion, d_a, d_prime, d_prime_error, log_linear
from serve.exercise.statistics.resample import Resampling, Weights, ends, weights_of
from serve.exercise.statistics.table import BoolArray, FloatArray, Table

Index = Callable[[ArrayLike, ArrayLike], FloatArray]
_Z95 = 1.959964


@dataclass(frozen=True)
class Counts:
    """Answers by truth and by yes or no.

    Raises:
        ValueError: a negative count.
    """

    hits: int
    misses: int
    false_alarms: int
    correct_rejections: int

    def __post_init__(self) -> None:
        if min(self.hits, self.misses, self.false_alarms, self.correct_rejections) < 0:
            raise ValueError(f"expected counts of at least 0, got {self}")

    @property
    def signals(self) -> int:
        """Answers to protected things."""
        return self.hits + self.misses

    @property
    def noises(self) -> int:
        """Answers to other things."""
        return self.false_alarms + self.correct_rejections


@dataclass(frozen=True)
class Detection:
    """How well protected things are told from others.

    Attributes:
        counts: what all of it comes from.
        hit_rate: sensitivity: share of protected things with a yes.
        false_alarm_rate: share of other things with a yes.
        d_prime: distance of signal and noise in standard deviations; log-linear rates (Hautus 1995).
        d_prime_error: standard error, by Gourevitch and Galanter (1967) for one trainee, by the bootstrap for a class;
            ``None`` where d′ is undefined.
        d_prime_normal: Gourevitch and Galanter's interval of one trainee, d′ ± 1.96 standard errors, to compare
            reports.
        criterion: c; below 0 leans to yes, above 0 to no.
        d_a: distance if signals spread twice as much as noise.
        a_prime: 0.5 by chance, 1 at best; raw rates.
    """

    counts: Counts
    hit_rate: Figure
    false_alarm_rate: Figure
    d_prime: Figure
    d_prime_error: float | None
    d_prime_normal: tuple[float, float] | None
    criterion: Figure
    d_a: Figure
    a_prime: Figure


def _mover(index: Index, hits: float, alarms: float, hit_ends: FloatArray, alarm_ends: FloatArray) -> FloatArray:
    """Both ends of ``index`` at (hits, alarms), from the ends of either rate."""
    centre = float(index(hits, alarms))
    moved = [
        float(value) - centre for value in (*index(hit_ends, np.full(2, alarms)), *index(np.full(2, hits), alarm_ends))
    ]
    first, second = moved[:2], moved[2:]
    return centre + np.array([-hypot(min(first), min(second)), hypot(max(first), max(second))])


#: Indices with whether they are taken of log-linear rates.
_INDICES: dict[str, tuple[Index, bool]] = {
    "d_prime": (d_prime, True),
    "criterion": (criterion, True),
    "d_a": (d_a, True),
    "a_prime": (a_prime, False),
}


def _limits(count: int, n: int) -> FloatArray:
    """Wilson's interval, exactly 0 or 1 at the ends, where rounding would make an endless index merely huge."""
    low, high = wilson(count, n)
    return np.array([low if count else 0.0, high if count < n else 1.0])


def of_counts(counts: Counts) -> Detection:
    """All indices of independent answers: one trainee, or one model.

    Without protected things, or without others, what needs both is undefined, with the reason.
    """
    n, m = counts.signals, counts.noises
    hit_rate = share(counts.hits, n, empty=Reason.NO_PROTECTED)
    alarm_rate = share(counts.false_alarms, m, empty=Reason.NO_OTHER)
    if not n or not m:
        none = undefined(Reason.NO_PROTECTED if not n else Reason.NO_OTHER, n + m)
        return Detection(counts, hit_rate, alarm_rate, none, None, None, none, none, none)
    corrected = float(log_linear(counts.hits, n)), float(log_linear(counts.false_alarms, m))
    ends = _limits(counts.hits, n), _limits(counts.false_alarms, m)
    figures = {}
    for name, (index, corrects) in _INDICES.items():
        at = corrected if corrects else (counts.hits / n, counts.false_alarms / m)
        low, high = _mover(index, *at, *ends)
        figures[name] = bounded(float(index(*at)), low, high, n + m, Unit.ANSWERS)
    centre, error = float(d_prime(*corrected)), float(d_prime_error(corrected[0], n, corrected[1], m))
    normal = (centre - _Z95 * error, centre + _Z95 * error)
    return Detection(counts, hit_rate, alarm_rate, d_prime_error=error, d_prime_normal=normal, **figures)


def count(table: Table, yes: BoolArray) -> Counts:
    """Hits, misses, false alarms and correct rejections of a table; ``yes`` is a column of it."""
    signal = table.signal
    return Counts(
        int((signal & yes).sum()),
        int((signal & ~yes).sum()),
        int((~signal & yes).sum()),
        int((~signal & ~yes).sum()),
    )


def widened(figure: Figure, values: FloatArray, drawn_from: int | None) -> Figure:
    """``figure`` with an interval that also spans the bootstrap's of ``values``.

    An open end stays open. A bootstrap without an interval (one trainee and one thing) leaves the figure as it is.
    """
    low, high = ends(values, drawn_from)
    if figure.value is None or isnan(low):
        return figure
    low = min(low, figure.low) if figure.low is not None else float("-inf")
    high = max(high, figure.high) if figure.high is not None else float("inf")
    return bounded(figure.value, low, high, figure.n, figure.unit)


def share_of(
    table: Table, weights: Weights, mask: BoolArray, counted: BoolArray, empty: Reason = Reason.NO_ANSWERS
) -> Figure:
    """Share of the answers in ``mask`` that are also ``counted``, with the interval of a class."""
    figure = share(int((mask & counted).sum()), int(mask.sum()), empty=empty)
    if figure.value is None:
        return figure
    return widened(figure, _ratio(table, weights, mask, counted), weights.drawn_from)


def _ratio(table: Table, weights: Weights, mask: BoolArray, counted: BoolArray) -> FloatArray:
    below = weights.total(table, mask.astype(float))
    above = weights.total(table, (mask & counted).astype(float))
    ratio: FloatArray = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return ratio


def of_table(
    table: Table, yes: BoolArray, resampling: Resampling | None = None, weights: Weights | None = None
) -> Detection:
    """All indices of a class's pooled answers, or of one trainee's.

    Pooled: the class's rates first, then the indices, so that few things a trainee do not bias them. d′ of pooled rates
    is below the mean of the trainees' own d′ where they differ (Macmillan and Kaplan 1985).

    Args:
        table: answers.
        yes: the column that says yes, :attr:`Table.yes` or :attr:`Table.held`.
        resampling: how to bootstrap a class (default 2000 from seed 0); one trainee has closed intervals instead.
        weights: draws already made, instead of ``resampling``.
    """
    plain = of_counts(count(table, yes))
    if len(np.unique(table.trainee)) < 2:
        return plain
    weights = weights or weights_of(table, resampling or Resampling())
    n, m, signal = plain.counts.signals, plain.counts.noises, table.signal
    hits, alarms = (_ratio(table, weights, side, yes) for side in (signal, ~signal))
    figures = {
        "hit_rate": widened(plain.hit_rate, hits, weights.drawn_from),
        "false_alarm_rate": widened(plain.false_alarm_rate, alarms, weights.drawn_from),
    }
    corrected = log_linear(hits * n, n), log_linear(alarms * m, m)
    for name, (index, corrects) in _INDICES.items():
        values = index(*corrected) if corrects else index(hits, alarms)
        figures[name] = widened(getattr(plain, name), values, weights.drawn_from)
    return Detection(plain.counts, d_prime_error=_spread(d_prime(*corrected)), d_prime_normal=None, **figures)


def _spread(values: FloatArray) -> float | None:
    there = values[np.isfinite(values)]
    spread = float(there.std()) if len(there) > 1 else float("nan")
    return spread if isfinite(spread) else None


@dataclass(frozen=True)
class Conduct:
    """What was done with the things.

    Attributes:
        critical_error: share of protected things that were let go, whatever they were called: the error that costs
            most.
        refer_rate: share of all things that were referred.
        imitations_named: false alarms on imitations alone: share called protected.
        harmless_named: false alarms on what is no wildlife.
        held: detection by action: yes is detained or referred. Its false alarms are not errors as such, since an
            imitation may rightly be referred; they are what holding costs.
    """

    critical_error: Figure
    refer_rate: Figure
    imitations_named: Figure
    harmless_named: Figure
    held: Detection


def conduct(table: Table, resampling: Resampling | None = None, weights: Weights | None = None) -> Conduct:
    """Conduct of a class or of one trainee; arguments as in :func:`of_table`."""
    weights = weights or weights_of(table, resampling or Resampling())
    one = len(np.unique(table.trainee)) < 2
    everything = np.ones(len(table), dtype=bool)

    def rate(mask: BoolArray, counted: BoolArray, empty: Reason) -> Figure:
        if one:
            return share(int((mask & counted).sum()), int(mask.sum()), empty=empty)
        return share_of(table, weights, mask, counted, empty)

    return Conduct(
        critical_error=rate(table.signal, ~table.held, Reason.NO_PROTECTED),
        refer_rate=rate(everything, table.referred, Reason.NO_ANSWERS),
        imitations_named=rate(table.imitation, table.yes, Reason.NO_OTHER),
        harmless_named=rate(~table.signal & ~table.imitation, table.yes, Reason.NO_OTHER),
        held=of_table(table, table.held, weights=weights),
    )
