"""Human alone, model alone, human shown the model: whether the tool helps or misleads.

A trainee who answered about a thing alone and then again with the model's answer before them makes a pair. Only pairs
count here, so all arms stand on the same things and people. The answer alone always comes first, so what a second
thought brings is in the difference as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.taxonomy import Taxonomy
from serve.exercise.model import Answer, Arm, Phase, Sitting
from serve.exercise.statistics.advice import Advice, Outcome, Turned, Verdict, Where, advice, pair_changes
from serve.exercise.statistics.figure import Figure, share
from serve.exercise.statistics.measures import Measure, per_trainee
from serve.exercise.statistics.paired import Paired, paired
from serve.exercise.statistics.resample import Resampling, Weights, weights_of
from serve.exercise.statistics.signal import Conduct, Detection, conduct, of_table, share_of
from serve.exercise.statistics.table import Table, table_of

__all__ = ["Advice", "ArmResult", "Arms", "Outcome", "Turned", "Verdict", "Where", "arms"]

_MODEL = "model"


@dataclass(frozen=True)
class ArmResult:
    """Figures of one arm."""

    detection: Detection
    conduct: Conduct
    right: Figure


@dataclass(frozen=True)
class Arms:
    """The three arms of one phase.

    Attributes:
        pairs: how many answers were given twice.
        alone: human alone.
        with_model: human shown the model.
        model: model alone on the same things, one answer a thing; ``None`` if its answers are not there for all of
            them.
        changes: with the model minus alone, of all answers together, with intervals over trainees and things: **the
            ones to report**.
        shown: with the model minus alone, over trainees; interval, test and effect size hold for these very things.
        against_model: model minus human alone on each trainee's things, over trainees; empty without the model's
            answers.
        advice: by what counts as right.
        without_model_answer: things whose model answer is missing.
    """

    pairs: int
    alone: ArmResult
    with_model: ArmResult
    model: ArmResult | None
    changes: Mapping[Measure, Figure]
    shown: Mapping[Measure, Paired]
    against_model: Mapping[Measure, Paired]
    advice: Mapping[Outcome, Advice]
    without_model_answer: tuple[str, ...]


def _by_pair(sittings: Sequence[Sitting], arm: Arm) -> dict[tuple[str, str], Answer]:
    found: dict[tuple[str, str], Answer] = {}
    for sitting in sittings:
        for answer in sitting.answers:
            if answer.arm is arm:
                key = sitting.trainee, answer.thing
                if key in found:
                    raise ValueError(f"trainee {key[0]!r} answered {key[1]!r} twice as {arm.value!r}; expected once")
                found[key] = answer
    return found


def _by_thing(sittings: Sequence[Sitting]) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for answer in (one for sitting in sittings for one in sitting.answers if one.arm is Arm.MODEL):
        before = found.setdefault(answer.thing, answer)
        if (before.chosen, before.action) != (answer.chosen, answer.action):
            raise ValueError(f"the model gave two answers to {answer.thing!r}; expected the answers of one bundle")
    return found


def _result(table: Table, weights: Weights) -> ArmResult:
    everything = np.ones(len(table), dtype=bool)
    one = len(np.unique(table.trainee)) < 2
    right = share(int(table.right.sum()), len(table)) if one else share_of(table, weights, everything, table.right)
    return ArmResult(of_table(table, table.yes, weights=weights), conduct(table, weights=weights), right)


def _compare(first: Table, second: Table, resampling: Resampling) -> dict[Measure, Paired]:
    one, other = per_trainee(first), per_trainee(second)
    result = {}
    for measure in Measure:
        there = ~np.isnan(one[measure]) & ~np.isnan(other[measure])
        result[measure] = paired(one[measure][there], other[measure][there], resampling)
    return result


def arms(
    sittings: Sequence[Sitting], taxonomy: Taxonomy, phase: Phase, resampling: Resampling | None = None
) -> Arms | None:
    """Compare the arms of one phase; ``None`` if nobody answered about a thing both alone and with the model.

    The model's own answers are those of arm ``model`` in any sitting of the phase; one a thing is enough. ``misled``
    and ``set_right`` rest on the things that have one in which it named something.

    Raises:
        ValueError: one trainee answered a thing twice in one arm, or the model's answers to one thing differ.
    """
    resampling = resampling or Resampling()
    those = [sitting for sitting in sittings if sitting.phase is phase]
    alone_of, shown_of = _by_pair(those, Arm.HUMAN), _by_pair(those, Arm.HUMAN_WITH_MODEL)
    keys = sorted(alone_of.keys() & shown_of.keys())
    if not keys:
        return None
    alone = table_of(((key[0], alone_of[key]) for key in keys), taxonomy)
    shown = table_of(((key[0], shown_of[key]) for key in keys), taxonomy)
    advice_of = _by_thing(those)
    missing = tuple(sorted({thing for _, thing in keys} - advice_of.keys()))
    model = None if missing else table_of(((_MODEL, advice_of[thing]) for thing in alone.things), taxonomy)
    has_advice = np.array([key[1] in advice_of for key in keys])
    filled = table_of(((key[0], advice_of.get(key[1], alone_of[key])) for key in keys), taxonomy)
    weights, everything = weights_of(alone, resampling), np.ones(len(keys), dtype=bool)

    def outcome(kind: Outcome) -> Advice:
        columns = {
            Outcome.LEAF: lambda table: table.right,
            Outcome.SIDE: lambda table: table.right_side,
            Outcome.KEPT: lambda table: table.held,
        }
        a, b, m = (columns[kind](table) for table in (alone, shown, filled))
        if kind is Outcome.KEPT:  # by what it advises to do, which it always does
            return advice(alone, weights, alone.signal, (a, b, m), has_advice, ~everything, resampling)
        return advice(alone, weights, everything, (a, b, m), has_advice, has_advice & ~filled.named, resampling)

    return Arms(
        pairs=len(keys),
        alone=_result(alone, weights),
        with_model=_result(shown, weights),
        model=_result(model, weights_of(model, resampling)) if model else None,
        changes=pair_changes(alone, shown, weights),
        shown=_compare(alone, shown, resampling),
        against_model={} if missing else _compare(alone, filled, resampling),
        advice={kind: outcome(kind) for kind in Outcome},
        without_model_answer=missing,
    )
