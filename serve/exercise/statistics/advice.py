"""What the model's answer did to answers about the same things: turned right, turned wrong, and what is left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from serve.exercise.statistics.figure import Figure, Reason, Unit, bounded, undefined
from serve.exercise.statistics.measures import INDICES, Measure
from serve.exercise.statistics.paired import Significance, share_difference, sign_flip_test
from serve.exercise.statistics.rates import log_linear
from serve.exercise.statistics.resample import Resampling, Weights, ends
from serve.exercise.statistics.signal import share_of
from serve.exercise.statistics.table import BoolArray, FloatArray, Table


class Outcome(StrEnum):
    """What counts as right."""

    LEAF = "leaf"  # the very leaf was named
    SIDE = "side"  # taken for protected if and only if it is
    KEPT = "kept"  # a protected thing was not let go; other things do not count


class Where(StrEnum):
    """Which things are counted."""

    ALL = "all"
    MODEL_RIGHT = "model_right"
    MODEL_WRONG = "model_wrong"
    MODEL_UNSURE = "model_unsure"  # it named nothing, so it was neither right nor wrong


class Verdict(StrEnum):
    """What the interval of the net effect says."""

    HELPS = "helps"
    MISLEADS = "misleads"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Turned:
    """Answers that the model's answer turned.

    Attributes:
        pairs: how many answers were given twice.
        to_right: how many of them were wrong alone and right with the model.
        to_wrong: how many were right alone and wrong with the model.
        net: ``to_right`` less ``to_wrong`` of all pairs; interval of a class (bootstrap over trainees and things).
        test: sign-flip test over trainees, for these very things only: with others the model is right on others. In
            simulated classes with a useless model it was below 0.05 in 20 to 52 %.
    """

    pairs: int
    to_right: int
    to_wrong: int
    net: Figure
    test: Significance


@dataclass(frozen=True)
class Advice:
    """What seeing the model's answer did, over pairs.

    Intervals are those of a class: bootstrap over trainees and things.

    Attributes:
        turned_wrong: of answers right alone, the share wrong with the model.
        turned_right: of answers wrong alone, the share right with the model.
        misled: of answers right alone where the model was wrong, the share then wrong.
        set_right: of answers wrong alone where the model was right, the share then right.
        turned: counts and net, on all things, where the model was right, where it was wrong, and where it was unsure.
        net: share right with the model minus share right alone.
        verdict: helps or misleads if the whole interval of ``net`` is on one side of 0.
    """

    turned_wrong: Figure
    turned_right: Figure
    misled: Figure
    set_right: Figure
    turned: Mapping[Where, Turned]
    net: Figure
    verdict: Verdict


def share_change(table: Table, weights: Weights, mask: BoolArray, first: BoolArray, second: BoolArray) -> Figure:
    """Share of ``second`` minus share of ``first`` among the pairs of ``mask``.

    Bootstrap over trainees and things with expanded percentiles (:func:`fewest_things`), and never narrower than
    Newcombe's interval of as many independent pairs, so that a class in which nothing changed has no interval of no
    width. No interval from a single thing.

    Args:
        table: of the pairs; its trainees and things are drawn.
        weights: how often each was drawn.
        mask: which pairs count.
        first: of each pair, whether the first answer counts.
        second: likewise the second.
    """
    lost, gained = mask & first & ~second, mask & ~first & second
    both, neither = int((mask & first & second).sum()), int((mask & ~first & ~second).sum())
    plain = share_difference(both, int(lost.sum()), int(gained.sum()), neither)
    if plain.value is None or plain.low is None or plain.high is None:
        return undefined(Reason.NO_PAIRS, 0, Unit.PAIRS)
    below = weights.total(table, mask.astype(float))
    above = weights.total(table, gained.astype(float) - lost.astype(float))
    values: FloatArray = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    low, high = ends(values, fewest_things(table, mask))
    return bounded(plain.value, min(low, plain.low), max(high, plain.high), plain.n, Unit.PAIRS)


def fewest_things(table: Table, mask: BoolArray) -> int:
    """Different things among the pairs of ``mask``, of the side (protected or not) that has fewer.

    The model's answer to a thing is the same for all trainees, so what a change would be with other things rests on as
    many draws as there are things, however many trainees there are. Percentiles of so few are expanded.
    """
    counts = [len(np.unique(table.thing[mask & side])) for side in (table.signal, ~table.signal)]
    return min((count for count in counts if count), default=0)


def pair_changes(first: Table, second: Table, weights: Weights) -> dict[Measure, Figure]:
    """Change of every measure of all answers together, from the first to the second answers to the same things.

    Bootstrap over trainees and things: what a change would be with other people **and** other things, because on how
    many things the model happens to be right decides most of it.

    Args:
        first: answers alone.
        second: answers with the model; same trainees, things and order of rows.
        weights: of either.
    """
    signal, everything = first.signal, np.ones(len(first), dtype=bool)
    shares = {
        Measure.HIT_RATE: (signal, first.yes, second.yes),
        Measure.FALSE_ALARM_RATE: (~signal, first.yes, second.yes),
        Measure.CRITICAL_ERROR: (signal, ~first.held, ~second.held),
        Measure.REFER_RATE: (everything, first.referred, second.referred),
        Measure.RIGHT: (everything, first.right, second.right),
        Measure.RIGHT_SIDE: (everything, first.right_side, second.right_side),
    }
    found = {measure: share_change(first, weights, *masks) for measure, masks in shares.items()}
    once = np.ones((1, len(first.trainees))), np.ones((1, len(first.things)))
    drawn = Weights(
        np.vstack([once[0], weights.trainee]), np.vstack([once[1], weights.thing]), weights.drawn_from
    )  # fmt: skip
    for measure in INDICES:
        found[measure] = _index_change(first, second, drawn, measure)
    return {measure: found[measure] for measure in Measure}


def _index_change(first: Table, second: Table, weights: Weights, measure: Measure) -> Figure:
    """Change of an index; the first row of ``weights`` counts everything once."""
    n = len(first.trainees)

    def values(table: Table) -> FloatArray:
        rates = []
        for side in (table.signal, ~table.signal):
            asked = weights.total(table, side.astype(float))
            yes = weights.total(table, (side & table.yes).astype(float))
            plain = np.divide(yes, asked, out=np.full_like(asked, np.nan), where=asked > 0)
            rates.append(plain if measure is Measure.A_PRIME else log_linear(yes, asked))
        return INDICES[measure](*rates)

    value, *others = values(second) - values(first)
    if np.isnan(value):
        return undefined(Reason.NO_OTHER if first.signal.any() else Reason.NO_PROTECTED, n, Unit.TRAINEES)
    low, high = ends(np.array(others), fewest_things(first, np.ones(len(first), dtype=bool)))
    return bounded(float(value), low, high, n, Unit.TRAINEES)


def advice(
    table: Table,
    weights: Weights,
    mask: BoolArray,
    outcomes: tuple[BoolArray, BoolArray, BoolArray],
    answered: BoolArray,
    unsure: BoolArray,
    resampling: Resampling,
) -> Advice:
    """What the model's answer did.

    Args:
        table: of the pairs.
        weights: of its trainees and things.
        mask: pairs that count.
        outcomes: of each pair, whether right alone, with the model, and the model itself.
        answered: pairs whose thing the model answered.
        unsure: those of them whose answer is neither right nor wrong, because it named nothing.
        resampling: of the test.
    """
    alone, shown, model = outcomes
    decided = answered & ~unsure

    def rate(of: BoolArray, counted: BoolArray) -> Figure:
        return share_of(table, weights, mask & of, counted, Reason.NO_PAIRS)

    def turned(those: BoolArray) -> Turned:
        return Turned(
            pairs=int(those.sum()),
            to_right=int((those & ~alone & shown).sum()),
            to_wrong=int((those & alone & ~shown).sum()),
            net=share_change(table, weights, those, alone, shown),
            test=sign_flip_test(_own_changes(table, those, alone, shown), resampling),
        )

    counted = {
        Where.ALL: turned(mask),
        Where.MODEL_RIGHT: turned(mask & decided & model),
        Where.MODEL_WRONG: turned(mask & decided & ~model),
        Where.MODEL_UNSURE: turned(mask & answered & unsure),
    }
    net = counted[Where.ALL].net
    verdict = Verdict.UNCLEAR
    if net.low is not None and net.high is not None and not net.low <= 0 <= net.high:
        verdict = Verdict.HELPS if net.low > 0 else Verdict.MISLEADS
    return Advice(
        turned_wrong=rate(alone, ~shown),
        turned_right=rate(~alone, shown),
        misled=rate(decided & alone & ~model, ~shown),
        set_right=rate(decided & ~alone & model, shown),
        turned=counted,
        net=net,
        verdict=verdict,
    )


def _own_changes(table: Table, those: BoolArray, alone: BoolArray, shown: BoolArray) -> FloatArray:
    """Each trainee's share right with the model less alone, of trainees with such pairs."""
    number = len(table.trainees)
    pairs = np.bincount(table.trainee[those], minlength=number).astype(float)
    change = np.bincount(
        table.trainee[those], shown[those].astype(float) - alone[those].astype(float), minlength=number
    )
    there = pairs > 0
    found: FloatArray = change[there] / pairs[there]
    return found
