"""How often 95 % intervals hold the true value, counted over simulated classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from math import comb, hypot
from statistics import NormalDist

import numpy as np

from model.frequency import wilson
from serve.exercise.statistics.change import pooled_change
from serve.exercise.statistics.confidence import Confidence, confidence
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.measures import Measure, per_trainee
from serve.exercise.statistics.paired import mean_figure, sign_flip_test
from serve.exercise.statistics.rates import a_prime, d_a
from serve.exercise.statistics.resample import Resampling, weights_of
from serve.exercise.statistics.signal import Counts, Detection, conduct, of_counts, of_table
from serve.exercise.statistics.simulate import (
    Population,
    SimulatedClass,
    Truth,
    simulate_class,
    truth,
    truth_of_trainee,
)

_DETECTION = ("hit_rate", "false_alarm_rate", "d_prime", "criterion", "d_a", "a_prime")
_OPTIONS = 18


@dataclass
class Covered:
    """Intervals of one figure.

    Attributes:
        held: how many held the true value.
        n: how many there were.
        undefined: classes in which there was no interval, or one open at both ends; not in ``n``.
        above: how many of those that missed lay wholly above the truth.
        estimates: all estimates less the truth.
        widths: of intervals with two ends.
    """

    held: int = 0
    n: int = 0
    undefined: int = 0
    above: int = 0
    estimates: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def add(self, figure: Figure, true: float) -> None:
        """Count one interval; an open end reaches everywhere."""
        if figure.value is None or (figure.low is None and figure.high is None):
            self.undefined += 1
            return
        low = figure.low if figure.low is not None else float("-inf")
        high = figure.high if figure.high is not None else float("inf")
        self.n += 1
        self.held += low - 1e-12 <= true <= high + 1e-12
        self.above += low > true
        self.estimates.append(figure.value - true)
        if np.isfinite(high - low):
            self.widths.append(high - low)

    @property
    def share(self) -> float:
        """Share that held the true value."""
        return self.held / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of that share."""
        return wilson(self.held, self.n)

    @property
    def bias(self) -> float:
        """Mean of the estimates less the truth."""
        return float(np.mean(self.estimates)) if self.estimates else float("nan")


class Part(StrEnum):
    """What to look at. The last four are in :mod:`serve.exercise.statistics.coverage_more`."""

    DETECTION = "detection"
    CONFIDENCE = "confidence"
    CHANGE = "change"
    TEST = "test"
    EFFECT = "effect"
    ITEMS = "items"
    LINE = "line"
    ARMS = "arms"


@dataclass
class Coverage:
    """Counts over simulated classes, one entry a figure.

    Names begin with ``trainee`` (the first trainee of each class), ``class`` (all of them before training) or
    ``change``. Under ``change d_prime, p < 0.05`` it is counted how often the test finds a change: its size if the
    population's training is 0, else its power.
    """

    population: Population
    figures: dict[str, Covered] = field(default_factory=lambda: defaultdict(Covered))

    def add_class(self, simulated: SimulatedClass, parts: Collection[Part], resampling: Resampling) -> None:
        """Count the intervals of one class."""
        table = simulated.before
        one, weights = table.of_trainee(table.trainees[0]), weights_of(table, resampling)
        d, c = simulated.trainees.d_prime[0], simulated.trainees.criterion[0]
        own = truth_of_trainee(self.population, float(d), float(c), _OPTIONS)
        everyone = truth(self.population, options=_OPTIONS)
        if Part.DETECTION in parts:
            self._add_detection("trainee", alone := of_table(one, one.yes), own)
            if alone.d_prime_normal:
                normal = Figure(alone.d_prime.value, *alone.d_prime_normal, len(one), alone.d_prime.unit)
                self.figures["trainee d_prime, Gourevitch-Galanter"].add(normal, own.d_prime)
            self._add_detection("class", of_table(table, table.yes, weights=weights), everyone)
            let_go = conduct(table, weights=weights).critical_error
            self.figures["class critical_error"].add(let_go, everyone.critical_error)
        if Part.CONFIDENCE in parts:
            self._add_confidence("trainee", confidence(one, _OPTIONS, resampling), own)
            self._add_confidence("class", confidence(table, _OPTIONS, weights=weights), everyone)
        self._add_change(simulated, parts, resampling)

    def _add_detection(self, who: str, found: Detection, true: Truth) -> None:
        for name in ("hit_rate", "false_alarm_rate", "d_prime", "criterion", "d_a", "a_prime"):
            self.figures[f"{who} {name}"].add(getattr(found, name), getattr(true, name))

    def _add_confidence(self, who: str, found: Confidence, true: Truth) -> None:
        self.figures[f"{who} overconfidence"].add(found.overconfidence, true.overconfidence)
        self.figures[f"{who} gamma"].add(found.gamma, true.gamma)

    def _add_change(self, simulated: SimulatedClass, parts: Collection[Part], resampling: Resampling) -> None:
        first, second = per_trainee(simulated.before), per_trainee(simulated.after)
        before, after = truth(self.population), truth(self.population, trained=True)
        gains = {
            Measure.HIT_RATE: after.hit_rate - before.hit_rate,
            Measure.FALSE_ALARM_RATE: after.false_alarm_rate - before.false_alarm_rate,
            Measure.RIGHT_SIDE: after.right_side - before.right_side,
            Measure.D_PRIME: self.population.training / hypot(1, self.population.thing_spread),
        }
        for measure, true in gains.items() if Part.CHANGE in parts else ():
            self.figures[f"change {measure}"].add(mean_figure(second[measure] - first[measure], resampling), true)
        if Part.CHANGE in parts:
            for measure in (Measure.D_PRIME, Measure.A_PRIME):
                found = pooled_change(simulated.before, simulated.after, measure, resampling)
                self.figures[f"change {measure}, pooled"].add(found, getattr(after, measure) - getattr(before, measure))
        if Part.TEST in parts:
            p = sign_flip_test(second[Measure.D_PRIME] - first[Measure.D_PRIME], resampling).p
            tested = self.figures["change d_prime, p < 0.05"]
            tested.n += 1
            tested.held += p is not None and p < 0.05


def coverage(
    population: Population,
    things: int,
    trainees: int,
    classes: int,
    seed: int = 0,
    resamples: int = 1000,
    parts: Collection[Part] = (Part.DETECTION, Part.CONFIDENCE, Part.CHANGE, Part.TEST),
) -> dict[str, Covered]:
    """Simulate ``classes`` classes of ``trainees`` with ``things`` a form; see :class:`Coverage` for the figures."""
    rng, result = np.random.default_rng(seed), Coverage(population)
    for number in range(classes):
        result.add_class(simulate_class(population, things, trainees, rng), parts, Resampling(resamples, seed + number))
    return dict(result.figures)


def _binomial(n: int, p: float) -> list[float]:
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def exact_coverage(side: int, d_prime: float, criterion: float) -> dict[str, float]:
    """Probability that a single trainee's intervals hold the truth, over all possible counts; nothing is simulated.

    Args:
        side: protected things, and as many others.
        d_prime: true d′ over all things.
        criterion: true c.

    Returns:
        Probability by figure, given that its interval is not open at both ends, and under ``open`` the probability that
        the interval of d′ has an open end.
    """
    phi = NormalDist().cdf
    h, f = phi(d_prime / 2 - criterion), phi(-d_prime / 2 - criterion)
    true = {"d_prime": d_prime, "criterion": criterion, "d_a": float(d_a(h, f)), "a_prime": float(a_prime(h, f))}
    result: dict[str, float] = defaultdict(float)
    bounded: dict[str, float] = defaultdict(float)
    for (hits, p), (alarms, q) in product(enumerate(_binomial(side, h)), enumerate(_binomial(side, f))):
        found = of_counts(Counts(hits, side - hits, alarms, side - alarms))
        for name, value in true.items():
            one = Covered()
            one.add(getattr(found, name), value)
            result[name] += p * q * one.held
            bounded[name] += p * q * one.n
        low, high = found.d_prime_normal or (0.0, 0.0)
        result["d_prime, Gourevitch-Galanter"] += p * q * (low <= d_prime <= high)
        result["open"] += p * q * (found.d_prime.low is None or found.d_prime.high is None)
    return {**result, **{name: result[name] / bounded[name] for name in true}}
