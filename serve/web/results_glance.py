"""The first screen of a class's results in words that need no statistics, made from ``class_results``.

Nothing is counted here: a change is called better or worse only if its whole interval lies on that side of 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from serve.exercise.results import Absence, Results
from serve.exercise.statistics.figure import Figure, Unit
from serve.exercise.statistics.measures import LOWER_IS_BETTER, Measure
from serve.exercise.statistics.summary import AnswerFigures
from serve.reports.exercise_words import (
    NOTHING,
    count_of,
    line_words,
    number_words,
    percent,
    points_words,
    reason,
    say,
)
from serve.web.results_words import told


@dataclass(frozen=True)
class Bar:
    """A share of one test in words, and its bar and interval in percent of the axis; ``length`` is ``None`` if there is
    no figure.
    """

    phase: str
    name: str
    value: str
    rests: str
    length: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Block:
    """A share before and after. ``tone`` is ``better``, ``worse``, ``unclear``, or empty if nobody is compared."""

    title: str
    help: str
    bars: tuple[Bar, ...]
    change: str
    tone: str


def lead(results: Results, language: str) -> list[str]:
    """What came out in one or two sentences; or why nothing did."""
    entered = len(results.trainees)
    before, after = (test.trainees if test else 0 for test in (results.before, results.after))
    if results.compared:
        return [*_headline(results, language), told("lead.compared", language, both=len(results.compared),
                                                    entered=entered)]  # fmt: skip
    if not entered:
        return [told("none.entered", language)]
    if before and after:
        return [told("none.both", language, before=before, after=after, left=say("left", language))]
    if not before and not after:
        shown = any(one.absence is Absence.WITH_MODEL for one in results.trainees)
        return [told("none.alone" if shown else "none.finished", language, entered=entered)]
    if before:
        return [told("none.after", language, count=before, entered=entered)]
    return [told("none.before", language, count=after, entered=entered)]


def _headline(results: Results, language: str) -> list[str]:
    line = results.line
    if line is not None and line.before.n:
        before, after = count_of(line.before), count_of(line.after)
        return [told("lead.line", language, before=before, after=after, n=line.after.n)]
    hits = [test.detection.hit_rate.value for test in (results.before, results.after) if test]
    if len(hits) == 2 and hits[0] is not None and hits[1] is not None:
        return [told("lead.hits", language, before=percent(hits[0], language), after=percent(hits[1], language))]
    return []


def blocks(results: Results, language: str) -> list[Block]:
    """The competency line, if there is one, then what was recognised, what was a false alarm, and what was let go."""
    found: list[Block] = []
    line = results.line
    if line is not None:
        both = (line.before, line.after) if results.compared else (line.all_before, line.all_after)
        difference = line.difference if results.compared else None
        found.append(
            _block(say("glance.line", language), line_words(line.line, language), both, difference, False, language)
        )
    readers: tuple[tuple[str, Measure, Callable[[AnswerFigures], Figure]], ...] = (
        ("hits", Measure.HIT_RATE, lambda test: test.detection.hit_rate),
        ("alarms", Measure.FALSE_ALARM_RATE, lambda test: test.detection.false_alarm_rate),
        ("critical", Measure.CRITICAL_ERROR, lambda test: test.conduct.critical_error),
    )
    for key, measure, read in readers:
        first, second = (read(test) if test else None for test in (results.before, results.after))
        difference = results.figures.change.measures[measure].compared.difference if results.compared else None
        found.append(
            _block(
                say(f"glance.{key}", language), told(f"{key}.help", language), (first, second), difference,
                measure in LOWER_IS_BETTER, language,
            )
        )  # fmt: skip
    return found


def _block(
    title: str, help_: str, both: tuple[Figure | None, Figure | None], difference: Figure | None, fewer_better: bool,
    language: str,
) -> Block:  # fmt: skip
    bars = tuple(
        _bar(phase, figure, language)
        for phase, figure in zip(("before", "after"), both, strict=True)
        if figure is not None
    )
    if difference is None:
        return Block(title, help_, bars, "", "")
    change = told("change", language, value=points_words(difference, language))
    return Block(title, help_, bars, change, _tone(difference, fewer_better))


def _tone(difference: Figure, fewer_better: bool) -> str:
    up = difference.low is not None and difference.low > 0
    down = difference.high is not None and difference.high < 0
    if not up and not down:
        return "unclear"
    return "better" if up is not fewer_better else "worse"


def _bar(phase: str, figure: Figure, language: str) -> Bar:
    name = say(f"phase.{phase}", language)
    if figure.value is None or figure.low is None or figure.high is None:
        return Bar(phase, name, NOTHING, reason(figure, language), None, 0, 0)
    unit = "trainees" if figure.unit is Unit.TRAINEES else "answers"
    rests = told(
        f"share.{unit}", language, count=count_of(figure), n=figure.n, low=percent(figure.low, language),
        high=percent(figure.high, language),
    )  # fmt: skip
    value, low, high = (round(100 * one, 1) for one in (figure.value, figure.low, figure.high))
    return Bar(phase, name, percent(figure.value, language), rests, value, low, high)


#: Indices for those who know them, with where they stand in a test's figures.
_INDICES: tuple[tuple[Measure, Callable[[AnswerFigures], Figure]], ...] = (
    (Measure.D_PRIME, lambda test: test.detection.d_prime),
    (Measure.A_PRIME, lambda test: test.detection.a_prime),
    (Measure.D_A, lambda test: test.detection.d_a),
    (Measure.CRITERION, lambda test: test.detection.criterion),
    (Measure.REFER_RATE, lambda test: test.conduct.refer_rate),
)


def indices(results: Results, language: str) -> list[list[str]]:
    """Rows of name, before, after, change, effect size and what they rest on. The change is the pooled one."""
    tests = (results.before, results.after)
    rows = []
    for measure, read in _INDICES:
        figures = [read(test) for test in tests if test]
        if not figures:
            continue
        both = [number_words(read(test), language) if test else NOTHING for test in tests]
        change, effect = NOTHING, NOTHING
        if results.compared:
            found = results.figures.change.measures[measure]
            change = number_words(found.pooled or found.compared.difference, language, signed=True)
            effect = number_words(found.compared.effect, language, signed=True)
        n = " / ".join(told("rests.answers", language, n=figure.n) for figure in figures)
        rows.append([told(f"measure.{measure}", language), *both, change, effect, n])
    return rows
