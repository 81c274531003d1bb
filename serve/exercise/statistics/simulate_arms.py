"""Simulated trainees who answer alone and then shown the model, with what the model does to them known.

The model answers each thing once: on the right side with a probability of its own, whatever the thing's difficulty. A
trainee takes over the model's side with the trainee's own probability (normal, cut to 0 and 1) and otherwise keeps
the answer. So the truth of every figure is a formula.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from serve.exercise.model import Action, Answer, Arm, Phase, Sitting
from serve.exercise.statistics.advice import Outcome
from serve.exercise.statistics.measures import Measure
from serve.exercise.statistics.rates import a_prime, d_a, z
from serve.exercise.statistics.simulate import Population, answer, draw_trainees, table_of_sides, truth
from serve.exercise.statistics.table import CANNOT_TELL, BoolArray, Table

_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Helper:
    """A model and how far trainees go by it.

    Attributes:
        right: probability that the model is on the right side.
        follows: mean probability that a trainee takes over the model's side.
        follows_spread: standard deviation of that, small enough that cutting to 0 and 1 hardly matters.
    """

    right: float = 0.85
    follows: float = 0.5
    follows_spread: float = 0.15


@dataclass(frozen=True)
class ArmsTruth:
    """True figures over all trainees and things."""

    changes: dict[Measure, float]
    net: dict[Outcome, float]
    net_where_right: float
    net_where_wrong: float
    turned_right: float
    turned_wrong: float
    misled: float
    set_right: float


def arms_truth(population: Population, helper: Helper) -> ArmsTruth:
    """What the figures of the arms would be with endless trainees and things; nets and shares by side."""
    alone = truth(population)
    f, q = helper.follows, helper.right
    hits = alone.hit_rate + f * (q - alone.hit_rate)
    alarms = alone.false_alarm_rate + f * (1 - q - alone.false_alarm_rate)
    let_go = population.cannot_tell + (1 - population.cannot_tell) * (1 - population.refers_doubt)
    refers = population.cannot_tell - (1 - population.cannot_tell) * population.refers_doubt
    right = population.names_leaf * (1 - population.cannot_tell)
    side = (hits - alarms - alone.hit_rate + alone.false_alarm_rate) / 2
    changes = {
        Measure.HIT_RATE: hits - alone.hit_rate,
        Measure.FALSE_ALARM_RATE: alarms - alone.false_alarm_rate,
        Measure.D_PRIME: float(z(hits) - z(alarms)) - alone.d_prime,
        Measure.CRITERION: float(-(z(hits) + z(alarms)) / 2) - alone.criterion,
        Measure.D_A: float(d_a(hits, alarms)) - alone.d_a,
        Measure.A_PRIME: float(a_prime(hits, alarms)) - alone.a_prime,
        Measure.CRITICAL_ERROR: -let_go * (hits - alone.hit_rate),
        Measure.REFER_RATE: refers * (hits + alarms - alone.hit_rate - alone.false_alarm_rate) / 2,
        Measure.RIGHT: right * side,
        Measure.RIGHT_SIDE: side,
    }
    return ArmsTruth(
        changes=changes,
        net={Outcome.LEAF: right * side, Outcome.SIDE: side, Outcome.KEPT: let_go * (hits - alone.hit_rate)},
        net_where_right=f * (1 - alone.right_side),
        net_where_wrong=-f * alone.right_side,
        turned_right=f * q,
        turned_wrong=f * (1 - q),
        misled=f,
        set_right=f,
    )


def _columns(first: Table, second: Table, taken: BoolArray) -> Table:
    """The second table's answers where ``taken``, the first's elsewhere."""
    return replace(
        first,
        chosen=np.where(taken, second.chosen, first.chosen),
        action=np.where(taken, second.action, first.action),
        confidence=np.where(taken, second.confidence, first.confidence),
    )


def simulate_arms(
    population: Population, helper: Helper, things: int, trainees: int, rng: np.random.Generator
) -> tuple[Table, Table, Table]:
    """Answers of ``trainees`` to ``things`` alone and with the model, and the model's own as those of one trainee."""
    people = draw_trainees(population, trainees, rng)
    shifts = rng.normal(0, population.thing_spread, things)
    alone = answer(population, people.d_prime, people.criterion, shifts, rng)
    signal = np.arange(things) < things // 2
    model_yes = (rng.random(things) < helper.right) == signal
    follows = np.clip(rng.normal(helper.follows, helper.follows_spread, trainees), 0, 1)
    taken = rng.random((trainees, things)) < follows[:, None]
    advised = table_of_sides(population, np.tile(model_yes, (trainees, 1)), rng, "A", None)
    model = table_of_sides(population, model_yes[None, :], rng, "A", None)
    return alone, _columns(alone, advised, taken.ravel()), model


def arms_sittings(tables: tuple[Table, Table, Table], phase: Phase = Phase.ASSISTED) -> list[Sitting]:
    """The same as it would come from a sitting, for :func:`~serve.exercise.statistics.arms.arms`."""
    actions, found = tuple(Action), []
    for table, arm in zip(tables, (Arm.HUMAN, Arm.HUMAN_WITH_MODEL, Arm.MODEL), strict=True):
        for index, trainee in enumerate(table.trainees):
            rows = table.where(table.trainee == index)
            name = "model" if arm is Arm.MODEL else trainee
            answers = tuple(
                Answer(
                    thing=table.things[rows.thing[row]],
                    truth=table.leaves[rows.truth[row]],
                    chosen=None if rows.chosen[row] == CANNOT_TELL else table.leaves[rows.chosen[row]],
                    action=actions[rows.action[row]],
                    confidence=int(rows.confidence[row]),
                    seconds=20.0,
                    at=_AT,
                    arm=arm,
                )
                for row in range(len(rows))
            )
            found.append(Sitting(name, "A", phase, answers, finished=True))
    return found
