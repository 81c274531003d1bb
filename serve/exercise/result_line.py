"""The competency line of a class, whose two parts must be reached in the same test, and the share that reaches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from serve.exercise.classes import CompetencyLine
from serve.exercise.statistics.figure import Figure, Reason, Unit, share
from serve.exercise.statistics.paired import Significance
from serve.exercise.statistics.reached import shares_reached
from serve.exercise.statistics.summary import AnswerFigures
from serve.exercise.statistics.table import FloatArray

Rate = TypeVar("Rate", float, FloatArray)
#: So that 0.8 of counted shares is reached.
SLACK = 1e-9


@dataclass(frozen=True)
class LineResult:
    """Share of trainees at or above the competency line, in tests of this length.

    Short tests blur the line: with 20 things a form, simulated classes showed 17 percentage points more at it before
    training than would reach it over all things (``docs/exercise-statistics.md``).

    Attributes:
        line: both parts must be reached in the same test.
        before: share of those who finished both tests.
        after: likewise.
        difference: after minus before (Newcombe 1998).
        test: McNemar's exact test.
        gained: codes that reached it only after.
        lost: codes that reached it only before.
        all_before: share of all who finished the test before, whether or not they took the other.
        all_after: likewise after.
    """

    line: CompetencyLine
    before: Figure
    after: Figure
    difference: Figure
    test: Significance
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    all_before: Figure
    all_after: Figure


def at_line(line: CompetencyLine, hits: Rate, alarms: Rate) -> Any:
    """Whether rates of recognising and of false alarms reach both parts, one by one for arrays."""
    return (hits >= line.sensitivity - SLACK) & (alarms <= line.false_alarm + SLACK)


def reaches(line: CompetencyLine | None, figures: AnswerFigures | None) -> bool | None:
    """Whether one test reaches the line; ``None`` without a line, or if it cannot be told."""
    if line is None or figures is None:
        return None
    hits, alarms = figures.detection.hit_rate.value, figures.detection.false_alarm_rate.value
    if hits is None or alarms is None:
        return None
    return bool(at_line(line, hits, alarms))


@dataclass(frozen=True)
class Reached:
    """Whether one trainee reached the line before and after; ``compared`` if they finished both tests."""

    code: str
    before: bool | None
    after: bool | None
    compared: bool


def line_result(line: CompetencyLine, trainees: Sequence[Reached]) -> LineResult:
    """Shares at or above the line."""

    def of(reached: Sequence[bool | None]) -> Figure:
        known = [one for one in reached if one is not None]
        return share(sum(known), len(known), Unit.TRAINEES, Reason.NO_PAIRS)

    both = [
        (one.code, one.before, one.after)
        for one in trainees
        if one.compared and one.before is not None and one.after is not None
    ]
    found = shares_reached([was for _, was, _ in both], [now for _, _, now in both])
    return LineResult(
        line=line,
        before=found.first,
        after=found.second,
        difference=found.difference,
        test=found.test,
        gained=tuple(both[n][0] for n in found.gained),
        lost=tuple(both[n][0] for n in found.lost),
        all_before=of([one.before for one in trainees]),
        all_after=of([one.after for one in trainees]),
    )
