"""Item analysis: which things to take out of an exercise.

Limits: difficulty between 0.20 and 0.80 (Kline 2000, Handbook of Psychological Testing); discrimination of at least
0.20 (Ebel and Frisbie 1991, Essentials of Educational Measurement). Both books think of hundreds of test takers. A
class has tens, so a flag is given only where the whole interval lies beyond the limit and at least :data:`FEWEST`
trainees answered. Take answers from before a course: after a good one, an easy thing is a success.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import atanh, sqrt, tanh

import numpy as np

from serve.exercise.statistics.figure import Figure, Reason, Unit, bounded, share, undefined
from serve.exercise.statistics.table import FloatArray, Table

#: Fewest trainees with an answer to a thing before it can be flagged.
FEWEST = 20
EASY, HARD, DISCRIMINATES = 0.80, 0.20, 0.20
_Z95 = 1.959964


class Flag(StrEnum):
    """What is wrong with a thing as a question."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    DISCRIMINATES_BADLY = "discriminates_badly"


@dataclass(frozen=True)
class Item:
    """One thing as a question.

    Attributes:
        thing: its id.
        leaf: what it is.
        difficulty: share right (a high value is an easy thing), Wilson's interval over trainees.
        discrimination: correlation of being right on it with the share right on all other things of the same trainee
            (corrected item-total, point-biserial: Henrysson 1963), Fisher's interval.
        flags: empty also where fewer than :data:`FEWEST` trainees answered.
    """

    thing: str
    leaf: str
    difficulty: Figure
    discrimination: Figure
    flags: tuple[Flag, ...]


def _correlation(right: FloatArray, rest: FloatArray) -> Figure:
    there = ~np.isnan(rest)
    right, rest, n = right[there], rest[there], int(there.sum())
    if n < 4:
        return undefined(Reason.TOO_FEW, n, Unit.TRAINEES)
    if np.ptp(right) == 0 or np.ptp(rest) < 1e-12:
        return undefined(Reason.NO_SPREAD, n, Unit.TRAINEES)
    r = float(np.clip(np.corrcoef(right, rest)[0, 1], -1, 1))
    centre, half = atanh(min(max(r, -0.999999), 0.999999)), _Z95 / sqrt(n - 3)
    return bounded(r, min(tanh(centre - half), r), max(tanh(centre + half), r), n, Unit.TRAINEES)


def _flags(difficulty: Figure, discrimination: Figure) -> tuple[Flag, ...]:
    def beyond(figure: Figure, flag: Flag) -> bool:
        if figure.low is None or figure.high is None or figure.n < FEWEST:
            return False
        limits = {Flag.TOO_EASY: figure.low > EASY, Flag.TOO_HARD: figure.high < HARD}
        return limits.get(flag, figure.high < DISCRIMINATES)

    figures = {Flag.TOO_EASY: difficulty, Flag.TOO_HARD: difficulty, Flag.DISCRIMINATES_BADLY: discrimination}
    return tuple(flag for flag, figure in figures.items() if beyond(figure, flag))


def items(table: Table) -> tuple[Item, ...]:
    """Every thing of the table as a question, in order of id; right is the very leaf."""
    right, who, shape = table.right.astype(float), table.trainee, len(table.trainees)
    score, asked = np.bincount(who, right, shape), np.bincount(who, minlength=shape)
    result = []
    for number in np.unique(table.thing).tolist():
        these = table.thing == number
        mine, others = right[these], asked[who[these]] - 1
        rest = np.full(len(mine), np.nan)
        np.divide(score[who[these]] - mine, others, out=rest, where=others > 0)
        difficulty = share(int(mine.sum()), len(mine), Unit.TRAINEES)
        discrimination = _correlation(mine, rest)
        leaf = table.leaves[int(table.truth[these][0])]
        flags = _flags(difficulty, discrimination)
        result.append(Item(table.things[number], leaf, difficulty, discrimination, flags))
    return tuple(result)
