"""Simulated classes whose true figures are known, to see whether the statistics find them again.

The model is equal-variance Gaussian (Green and Swets 1966) with trainees and things drawn at random. A trainee sees a
thing with the evidence ±d/2 + shift + noise: + for protected things; d is the trainee's own, the shift the thing's own
(N(0, ``thing_spread``²): how hard it is), noise is N(0, 1). Yes is evidence above the trainee's own criterion. Averages
of normal probabilities over normal spreads are normal probabilities again, so the truth of every figure is a formula.

After training every d has grown by ``training`` on average. Confidence is drawn from one list of probabilities when the
leaf named is right and from another when it is wrong, so calibration and gamma are known as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import hypot, sqrt
from statistics import NormalDist

import numpy as np

from model.taxonomy import Identity, Taxonomy, shipped_taxonomy
from serve.exercise.model import Action, Answer, Phase, Sitting
from serve.exercise.statistics.confidence import gamma_of, scale
from serve.exercise.statistics.rates import a_prime, d_a
from serve.exercise.statistics.table import CANNOT_TELL, BoolArray, FloatArray, Table

_PHI = NormalDist().cdf
_DETAIN, _REFER, _LET_GO = (tuple(Action).index(one) for one in (Action.DETAIN, Action.REFER, Action.LET_GO))
_START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Population:
    """What trainees and things are drawn from.

    Attributes:
        d_prime: mean d′ to a thing of no shift.
        d_prime_spread: standard deviation of the trainees' d′.
        criterion: mean c.
        criterion_spread: standard deviation of the trainees' c.
        thing_spread: standard deviation of the things' shift.
        training: what training adds to d′ on average.
        training_spread: standard deviation of that.
        names_leaf: probability that the leaf is right if the side is.
        cannot_tell: probability of "cannot tell" in place of a leaf; then yes refers and no lets go.
        refers_doubt: probability that a thing called unprotected is referred all the same.
        when_right: probabilities of the five steps of confidence if the leaf is right.
        when_wrong: likewise if it is wrong.
    """

    d_prime: float = 1.5
    d_prime_spread: float = 0.5
    criterion: float = 0.0
    criterion_spread: float = 0.3
    thing_spread: float = 0.4
    training: float = 0.8
    training_spread: float = 0.3
    names_leaf: float = 0.85
    cannot_tell: float = 0.1
    refers_doubt: float = 0.2
    when_right: tuple[float, ...] = (0.05, 0.10, 0.20, 0.30, 0.35)
    when_wrong: tuple[float, ...] = (0.15, 0.25, 0.25, 0.20, 0.15)


@dataclass(frozen=True)
class Trainees:
    """Own d′ and criterion of each trainee, and what training adds to the d′."""

    d_prime: FloatArray
    criterion: FloatArray
    training: FloatArray


@dataclass(frozen=True)
class SimulatedClass:
    """One class: answers before and after, in which order each took the forms, who the trainees are, and how hard the
    things of each form (their shifts)."""

    before: Table
    after: Table
    orders: tuple[str, ...]
    trainees: Trainees
    forms: dict[str, FloatArray]


@dataclass(frozen=True)
class Truth:
    """True figures of a population, over all trainees and things it could send."""

    hit_rate: float
    false_alarm_rate: float
    d_prime: float
    criterion: float
    d_a: float
    a_prime: float
    critical_error: float
    right_side: float
    right: float
    overconfidence: float
    gamma: float


def truth(population: Population, trained: bool = False, options: int = 2) -> Truth:
    """True figures of the rates of a whole population; ``options`` as in the scale of confidence."""
    gain, gain_spread = (population.training, population.training_spread) if trained else (0.0, 0.0)
    half_d = hypot(population.d_prime_spread, gain_spread) / 2
    total = sqrt(1 + population.thing_spread**2 + half_d**2 + population.criterion_spread**2)
    d, c = (population.d_prime + gain) / total, population.criterion / total
    return _truth(population, d, c, options)


def truth_of_trainee(population: Population, d_prime: float, criterion: float, options: int = 2) -> Truth:
    """True figures of one trainee over all things."""
    total = hypot(1, population.thing_spread)
    return _truth(population, d_prime / total, criterion / total, options)


def _truth(population: Population, d: float, c: float, options: int) -> Truth:
    hits, alarms = _PHI(d / 2 - c), _PHI(-d / 2 - c)
    side = (hits + 1 - alarms) / 2
    right = side * population.names_leaf
    wrong_steps, right_steps = np.multiply(1 - right, population.when_wrong), np.multiply(right, population.when_right)
    steps = np.stack([wrong_steps, right_steps], axis=-1)
    claimed = float(steps.sum(axis=-1) @ scale(options))
    let_go = population.cannot_tell + (1 - population.cannot_tell) * (1 - population.refers_doubt)
    return Truth(
        hit_rate=hits,
        false_alarm_rate=alarms,
        d_prime=d,
        criterion=c,
        d_a=float(d_a(hits, alarms)),
        a_prime=float(a_prime(hits, alarms)),
        critical_error=(1 - hits) * let_go,
        right_side=side,
        right=right * (1 - population.cannot_tell),
        overconfidence=claimed - right,
        gamma=float(gamma_of(steps)),
    )


def thing_difficulty(population: Population, shift: float, protected: bool) -> float:
    """Probability over all trainees that a thing of this shift is put on its right side, before training."""
    spread = sqrt(1 + (population.d_prime_spread / 2) ** 2 + population.criterion_spread**2)
    towards_yes = (population.d_prime / 2 if protected else -population.d_prime / 2) + shift - population.criterion
    return _PHI(towards_yes / spread) if protected else 1 - _PHI(towards_yes / spread)


def draw_trainees(population: Population, number: int, rng: np.random.Generator) -> Trainees:
    """``number`` trainees of the population."""
    return Trainees(
        rng.normal(population.d_prime, population.d_prime_spread, number),
        rng.normal(population.criterion, population.criterion_spread, number),
        rng.normal(population.training, population.training_spread, number),
    )


def _leaves(taxonomy: Taxonomy) -> tuple[list[int], list[int]]:
    protected = [i for i, leaf in enumerate(taxonomy.leaves) if leaf.identity in ("T", "P")]
    return protected, [i for i in range(len(taxonomy.leaves)) if i not in protected]


def answer(
    population: Population,
    d_prime: FloatArray,
    criterion: FloatArray,
    shifts: FloatArray,
    rng: np.random.Generator,
    form: str = "A",
    taxonomy: Taxonomy | None = None,
) -> Table:
    """Answers of T trainees to the S things of a form, the first half of which is protected (S at least 2).

    Args:
        population: for what comes after yes or no.
        d_prime: T values.
        criterion: T values.
        shifts: S values.
        rng: draws noise and answers.
        form: begins the things' ids.
        taxonomy: default the one shipped.
    """
    t, s = len(d_prime), len(shifts)
    signal = np.arange(s) < s // 2
    evidence = np.where(signal, 0.5, -0.5) * d_prime[:, None] + shifts + rng.normal(size=(t, s))
    return table_of_sides(population, evidence > criterion[:, None], rng, form, taxonomy)


def table_of_sides(
    population: Population, sides_named: BoolArray, rng: np.random.Generator, form: str, taxonomy: Taxonomy | None
) -> Table:
    """What comes after yes or no: leaf, action, confidence. T × S booleans: whether it was taken for protected."""
    taxonomy = taxonomy or shipped_taxonomy()
    sides = tuple(np.array(side) for side in _leaves(taxonomy))
    t, s = sides_named.shape
    signal, yes = np.arange(s) < s // 2, sides_named.ravel()
    truths = np.where(signal, sides[0][np.arange(s) % len(sides[0])], sides[1][np.arange(s) % len(sides[1])])
    truth_, signal_, n = np.tile(truths, t), np.tile(signal, t), t * s
    # Another leaf of the side that was answered: the next but 0 to all of them, so never the true one.
    named = np.empty(n, dtype=np.int64)
    for side, chosen in ((sides[0], yes), (sides[1], ~yes)):
        place = np.searchsorted(side, truth_[chosen]) % len(side)
        step = rng.integers(1, len(side), size=int(chosen.sum()))
        named[chosen] = side[(place + step) % len(side)]
    right = (yes == signal_) & (rng.random(n) < population.names_leaf)
    named = np.where(right, truth_, named)
    doubt, refers = rng.random(n) < population.cannot_tell, rng.random(n) < population.refers_doubt
    action = np.where(yes, np.where(doubt, _REFER, _DETAIN), np.where(refers & ~doubt, _REFER, _LET_GO))
    steps = np.where(
        right,
        rng.choice(5, size=n, p=population.when_right),
        rng.choice(5, size=n, p=population.when_wrong),
    )
    return Table(
        leaves=taxonomy.leaf_ids,
        identities=tuple(Identity(leaf.identity) for leaf in taxonomy.leaves),
        trainees=tuple(f"t{index:03}" for index in range(t)),
        things=tuple(f"{form}{index:03}" for index in range(s)),
        trainee=np.repeat(np.arange(t), s),
        thing=np.tile(np.arange(s), t),
        truth=truth_,
        chosen=np.where(doubt, CANNOT_TELL, named),
        action=action,
        confidence=steps + 1,
    )


def joined(first: Table, second: Table) -> Table:
    """Answers of the same trainees to two forms in one table."""
    columns = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in _COLUMNS}
    columns["thing"][len(first) :] += len(first.things)
    return replace(first, things=first.things + second.things, **columns)


_COLUMNS = ("trainee", "thing", "truth", "chosen", "action", "confidence")


def simulate_class(population: Population, things: int, trainees: int, rng: np.random.Generator) -> SimulatedClass:
    """A class before and after training, ``things`` a form; every other trainee takes form B first."""
    people = draw_trainees(population, trainees, rng)
    forms = {form: rng.normal(0, population.thing_spread, things) for form in ("A", "B")}
    b_first = np.arange(trainees) % 2 == 1
    tests = []
    for gain, a_now in ((0.0, ~b_first), (people.training, b_first)):
        both = [
            answer(population, people.d_prime + gain, people.criterion, shifts, rng, form)
            for form, shifts in forms.items()
        ]
        first, second = (table.where(mask[table.trainee]) for table, mask in zip(both, (a_now, ~a_now), strict=True))
        tests.append(joined(first, second))
    orders = tuple("B-A" if second else "A-B" for second in b_first)
    return SimulatedClass(before=tests[0], after=tests[1], orders=orders, trainees=people, forms=forms)


def sittings_of(simulated: SimulatedClass) -> list[Sitting]:
    """The same class as it would come from tests, for ``class_figures``."""
    actions = tuple(Action)
    result = []
    for phase, table in ((Phase.BEFORE, simulated.before), (Phase.AFTER, simulated.after)):
        for index, trainee in enumerate(table.trainees):
            rows = table.where(table.trainee == index)
            answers = tuple(
                Answer(
                    thing=table.things[rows.thing[row]],
                    truth=table.leaves[rows.truth[row]],
                    chosen=None if rows.chosen[row] == CANNOT_TELL else table.leaves[rows.chosen[row]],
                    action=actions[rows.action[row]],
                    confidence=int(rows.confidence[row]),
                    seconds=20.0,
                    at=_START + timedelta(seconds=20 * row),
                )
                for row in range(len(rows))
            )
            form = simulated.orders[index].split("-")[phase is Phase.AFTER]
            result.append(Sitting(trainee, form, phase, answers, finished=True))
    return result
