"""How often the intervals of effect sizes, things as questions, the competency line and the arms hold the truth.

Where no formula gives the truth (effect size, discrimination, share at the line), it is counted over many more trainees
drawn from the same population, each with things of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from serve.exercise.statistics.advice import Outcome, Where, advice, pair_changes
from serve.exercise.statistics.coverage import Covered, Part
from serve.exercise.statistics.items import DISCRIMINATES, EASY, FEWEST, HARD, Flag, items
from serve.exercise.statistics.measures import Measure, per_trainee
from serve.exercise.statistics.paired import effect_size, sign_flip_test
from serve.exercise.statistics.reached import shares_reached
from serve.exercise.statistics.resample import Resampling, weights_of
from serve.exercise.statistics.simulate import (
    Population,
    SimulatedClass,
    answer,
    draw_trainees,
    simulate_class,
    thing_difficulty,
    truth_of_trainee,
)
from serve.exercise.statistics.simulate_arms import Helper, arms_truth, simulate_arms
from serve.exercise.statistics.table import BoolArray, FloatArray, Table

#: The line of the simulations: enough recognised, few false alarms.
SENSITIVITY, ALARMS = 0.8, 0.2
_EFFECTS = (Measure.D_PRIME, Measure.HIT_RATE, Measure.RIGHT_SIDE)
#: Classes and trainees that stand for the whole population.
_CLASSES, _TRAINEES = 1000, 10
#: Trainees that stand for all of them where a thing's own discrimination is wanted.
_CROWD = 1000


def reaches(table: Table) -> BoolArray:
    """Whether each trainee of a table reaches the line of the simulations in this test."""
    found = per_trainee(table)
    reached: BoolArray = (found[Measure.HIT_RATE] >= SENSITIVITY - 1e-9) & (
        found[Measure.FALSE_ALARM_RATE] <= ALARMS + 1e-9
    )
    return reached


@dataclass(frozen=True)
class LineTruth:
    """Share at or above the line, before and after.

    Attributes:
        tested: of all trainees, each tested with things of their own, as many as a form has.
        able: of all trainees, by their true rates over all things.
    """

    tested: tuple[float, float]
    able: tuple[float, float]


@dataclass(frozen=True)
class Known:
    """What is put in, for a number of things a form."""

    effects: dict[Measure, float]
    line: LineTruth


def known(population: Population, things: int, seed: int = 0) -> Known:
    """Count the truths that have no formula over 10,000 trainees in 1,000 classes (d_z to about 0.01)."""
    rng = np.random.default_rng([seed, things])
    changes: dict[Measure, list[FloatArray]] = {measure: [] for measure in _EFFECTS}
    was, now, able = [], [], []
    for _ in range(_CLASSES):
        one = simulate_class(population, things, _TRAINEES, rng)
        first, second = per_trainee(one.before), per_trainee(one.after)
        for measure in _EFFECTS:
            changes[measure].append(second[measure] - first[measure])
        was.append(reaches(one.before))
        now.append(reaches(one.after))
        people = one.trainees
        for d, c, gain in zip(people.d_prime, people.criterion, people.training, strict=True):
            rates = [truth_of_trainee(population, float(of), float(c)) for of in (d, d + gain)]
            able.append([rate.hit_rate >= SENSITIVITY and rate.false_alarm_rate <= ALARMS for rate in rates])
    every = {measure: np.concatenate(values) for measure, values in changes.items()}
    before, after = np.mean(able, axis=0)
    return Known(
        effects={measure: float(values.mean() / values.std(ddof=1)) for measure, values in every.items()},
        line=LineTruth((float(np.mean(was)), float(np.mean(now))), (float(before), float(after))),
    )


def _add_effects(found: dict[str, Covered], one: SimulatedClass, true: Known) -> None:
    first, second = per_trainee(one.before), per_trainee(one.after)
    for measure in _EFFECTS:
        found[f"effect size, {measure}"].add(effect_size(second[measure] - first[measure]), true.effects[measure])


def _add_line(found: dict[str, Covered], one: SimulatedClass, true: LineTruth) -> None:
    shares = shares_reached(reaches(one.before).tolist(), reaches(one.after).tolist())
    for name, (before, after) in (("in such tests", true.tested), ("by true rates", true.able)):
        found[f"line before, {name}"].add(shares.first, before)
        found[f"line after, {name}"].add(shares.second, after)
        found[f"line change, {name}"].add(shares.difference, after - before)


def discrimination_of(population: Population, shifts: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Item-rest correlation of each thing over a crowd of trainees who answer these very things before training."""
    people = draw_trainees(population, _CROWD, rng)
    table = answer(population, people.d_prime, people.criterion, shifts, rng)
    right = table.right.reshape(_CROWD, len(shifts)).astype(float)
    rest = right.sum(axis=1, keepdims=True) - right
    one, other = right - right.mean(axis=0), rest - rest.mean(axis=0)
    spread = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    found: FloatArray = (one * other).sum(axis=0) / spread
    return found


def _add_items(
    found: dict[str, Covered], one: SimulatedClass, population: Population, rng: np.random.Generator
) -> None:
    names = population.names_leaf * (1 - population.cannot_tell)
    for form, shifts in one.forms.items():
        crowd = discrimination_of(population, shifts, rng)
        things = {f"{form}{index:03}": index for index in range(len(shifts))}
        for item in (item for item in items(one.before) if item.thing in things):
            index = things[item.thing]
            hard = names * thing_difficulty(population, float(shifts[index]), index < len(shifts) // 2)
            found["thing, share right"].add(item.difficulty, hard)
            found["thing, discrimination"].add(item.discrimination, float(crowd[index]))
            if item.difficulty.n < FEWEST:
                continue
            beyond = {Flag.TOO_EASY: hard > EASY, Flag.TOO_HARD: hard < HARD,
                      Flag.DISCRIMINATES_BADLY: crowd[index] < DISCRIMINATES}  # fmt: skip
            for flag, right in beyond.items():
                counted = found[f"thing flagged {flag}, {'rightly' if right else 'wrongly'}"]
                counted.n += 1
                counted.held += flag in item.flags


def _add_arms(
    found: dict[str, Covered], tables: tuple[Table, Table, Table], population: Population, helper: Helper,
    resampling: Resampling,
) -> None:  # fmt: skip
    alone, shown, model = tables
    true, weights = arms_truth(population, helper), weights_of(alone, resampling)
    for measure, figure in pair_changes(alone, shown, weights).items():
        found[f"arms {measure}"].add(figure, true.changes[measure])
    everything = np.ones(len(alone), dtype=bool)
    outcomes = alone.right_side, shown.right_side, model.right_side[alone.thing]
    nowhere = ~everything  # that the model is unsure: its truth is that of one which always takes a side
    side = advice(alone, weights, everything, outcomes, everything, nowhere, resampling)
    found["arms net where the model is right"].add(side.turned[Where.MODEL_RIGHT].net, true.net_where_right)
    found["arms net where the model is wrong"].add(side.turned[Where.MODEL_WRONG].net, true.net_where_wrong)
    for name in ("turned_right", "turned_wrong", "set_right", "misled"):
        found[f"arms {name}"].add(getattr(side, name), getattr(true, name))
    kept = advice(
        alone, weights, alone.signal, (alone.held, shown.held, model.held[alone.thing]), everything, nowhere, resampling
    )
    found["arms net, kept"].add(kept.net, true.net[Outcome.KEPT])
    verdict = found["arms verdict helps or misleads"]
    verdict.n += 1
    verdict.held += side.verdict.value != "unclear"
    changes = per_trainee(shown)[Measure.RIGHT_SIDE] - per_trainee(alone)[Measure.RIGHT_SIDE]
    p, test = sign_flip_test(changes, resampling).p, found["arms test over trainees, p < 0.05"]
    test.n += 1
    test.held += p is not None and p < 0.05


def coverage_more(
    population: Population,
    things: int,
    trainees: int,
    classes: int,
    seed: int = 0,
    resamples: int = 500,
    parts: Collection[Part] = (Part.EFFECT, Part.ITEMS, Part.LINE, Part.ARMS),
    helper: Helper | None = None,
) -> dict[str, Covered]:
    """Simulate ``classes`` classes of ``trainees`` with ``things`` a form.

    Args:
        population: what trainees and things are drawn from.
        things: of a form; in the arms, asked twice.
        trainees: of a class. Every thing of a test before is answered by half of them.
        classes: how many.
        seed: of everything.
        resamples: of each bootstrap.
        parts: what to look at.
        helper: the model of the arms.
    """
    rng, helper = np.random.default_rng([seed, things, trainees]), helper or Helper()
    found: dict[str, Covered] = defaultdict(Covered)
    true = known(population, things, seed) if {Part.EFFECT, Part.LINE} & set(parts) else None
    for number in range(classes):
        _add_one(found, population, (things, trainees), rng, parts, helper, true, Resampling(resamples, seed + number))
    return dict(found)


def _add_one(
    found: dict[str, Covered], population: Population, size: Sequence[int], rng: np.random.Generator,
    parts: Collection[Part], helper: Helper, true: Known | None, resampling: Resampling,
) -> None:  # fmt: skip
    one = simulate_class(population, size[0], size[1], rng)
    if true is not None and Part.EFFECT in parts:
        _add_effects(found, one, true)
    if true is not None and Part.LINE in parts:
        _add_line(found, one, true.line)
    if Part.ITEMS in parts:
        _add_items(found, one, population, rng)
    if Part.ARMS in parts:
        _add_arms(found, simulate_arms(population, helper, size[0], size[1], rng), population, helper, resampling)
