"""Tables of the page of results: trainees, what was taken for what, confidence, questions, people against the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from serve.exercise.codes import shown
from serve.exercise.model import Arm, Phase
from serve.exercise.results import ArmFigures, Results, TraineeResult
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.items import FEWEST, Item
from serve.exercise.statistics.measures import Measure
from serve.exercise.statistics.summary import AnswerFigures
from serve.exercise.store.store import Kept
from serve.i18n import tr
from serve.reports.exercise_words import (
    NOTHING,
    arrow,
    counted,
    leaf,
    number_words,
    percent,
    points_words,
    say,
    share_words,
)
from serve.services.pictures import thumbnail
from serve.web.results_words import told

_MISTAKES = 3
_PICTURE_PX = 160
Tests = list[tuple[str, AnswerFigures]]
#: Columns of a trainee's figures, and where they stand in a test's figures.
_OWN: tuple[tuple[str, Callable[[AnswerFigures], Figure]], ...] = (
    ("hits", lambda test: test.detection.hit_rate),
    ("alarms", lambda test: test.detection.false_alarm_rate),
    ("critical", lambda test: test.conduct.critical_error),
    ("refer", lambda test: test.conduct.refer_rate),
)


@dataclass(frozen=True)
class TraineeRow:
    """One trainee: each cell holds counts and, below, their intervals."""

    number: int
    code: str
    forms: str
    cells: tuple[tuple[str, str], ...]
    line: str


@dataclass(frozen=True)
class Mistaken:
    """What things of one leaf were taken for in one test."""

    right: str
    instead: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question with its picture, and why it should go."""

    place: str
    leaf: str
    picture: str | None
    right: str
    discrimination: str
    why: str


def tests_of(results: Results) -> Tests:
    """The tests there are figures of, with the name of their phase."""
    both = (("before", results.before), ("after", results.after))
    return [(phase, test) for phase, test in both if test is not None]


def trainee_rows(results: Results, language: str) -> list[TraineeRow]:
    """Everyone who came in and finished a test."""
    return [_trainee(one, language) for one in results.trainees if one.before or one.after]


def trainee_heads(language: str) -> list[str]:
    """Heads of the columns of :attr:`TraineeRow.cells`."""
    return [say(f"column.{key}", language) for key, _ in _OWN]


def _trainee(one: TraineeResult, language: str) -> TraineeRow:
    def interval(figure: Figure | None) -> str:
        if figure is None or figure.low is None or figure.high is None:
            return NOTHING
        return f"{percent(figure.low, language)}–{percent(figure.high, language)}"

    cells = []
    for _, read in _OWN:
        both = [read(test) if test else None for test in (one.before, one.after)]
        cells.append((arrow(counted(both[0]), counted(both[1])), arrow(interval(both[0]), interval(both[1]))))
    reached = [
        NOTHING if value is None else say("yes" if value else "no", language)
        for value in (one.reached_before, one.reached_after)
    ]
    forms = arrow(*(form or NOTHING for form in one.forms))
    return TraineeRow(one.number, shown(one.code), forms, tuple(cells), arrow(*reached))


def confusion_rows(results: Results, language: str) -> list[tuple[str, list[Mistaken | None]]]:
    """What things of each leaf were taken for, test by test; ``None`` where a test had none of them."""
    tests = tests_of(results)
    rows = []
    for name in dict.fromkeys(row.leaf for _, test in tests for row in test.confusion.rows):
        cells: list[Mistaken | None] = []
        for _, test in tests:
            row = next((row for row in test.confusion.rows if row.leaf == name), None)
            if row is None:
                cells.append(None)
                continue
            named = zip(row.named, test.confusion.leaves, strict=True)
            wrong = sorted(((count, other) for count, other in named if count and other != name), reverse=True)
            words = [
                tr("report.pair", language, name=leaf(other, language), text=count)
                for count, other in wrong[:_MISTAKES]
            ]
            if row.cannot_tell:
                words.append(say("confusion.cannot", language, count=row.cannot_tell))
            cells.append(Mistaken(share_words(row.right, language), tuple(words)))
        rows.append((leaf(name, language), cells))
    return rows


def confidence_words(results: Results, language: str) -> list[str]:
    """Whether sureness goes with being right, a sentence a test."""
    said = []
    for phase, test in tests_of(results):
        gamma = test.confidence.gamma
        key = "unclear"
        if gamma.low is not None and gamma.high is not None and not gamma.low <= 0 <= gamma.high:
            key = "yes" if gamma.low > 0 else "against"
        said.append(told(f"confidence.{key}", language, phase=say(f"phase.{phase}", language)))
    return said


def confidence_rows(results: Results, language: str) -> list[list[str]]:
    """Share right at each step, then over-confidence and gamma; a column a test."""
    tests = tests_of(results)
    if not tests:
        return []
    rows = []
    for number, step in enumerate(tests[0][1].confidence.steps):
        name = say(f"confidence.{step.confidence}", language) if step.confidence in (1, 5) else str(step.confidence)
        rows.append([name, *(share_words(test.confidence.steps[number].right, language) for _, test in tests)])
    for key, signed in (("over", True), ("gamma", False)):
        figures = [getattr(test.confidence, {"over": "overconfidence", "gamma": "gamma"}[key]) for _, test in tests]
        words = [
            tr("report.pair", language, name=told("rests.answers", language, n=one.n),
               text=number_words(one, language, signed=signed))
            for one in figures
        ]  # fmt: skip
        rows.append([say(f"confidence.{key}", language), *words])
    return rows


def questions(results: Results, kept: Kept, language: str) -> tuple[list[Question], list[Question]]:
    """Questions to leave out, and all of them, the hardest first."""
    items = sorted(results.questions.items, key=lambda one: (one.difficulty.value or 0.0, one.thing))
    words = [_question(one, results, kept, language) for one in items]
    return [word for word, one in zip(words, items, strict=True) if one.flags], words


def questions_note(results: Results, language: str) -> str:
    """How many trainees it takes to judge a question, and whether any is flagged."""
    items = results.questions.items
    pooled = say("items.pooled", language, count=results.questions.classes)
    most = max((one.difficulty.n for one in items), default=0)
    if most < FEWEST:
        return f"{told('items.few', language, fewest=FEWEST, most=most)} {pooled}"
    said = say("items.some" if any(one.flags for one in items) else "items.none", language, fewest=FEWEST)
    return f"{said} {pooled}"


def _question(one: Item, results: Results, kept: Kept, language: str) -> Question:
    thing = kept.things.get(one.thing)
    return Question(
        results.places.get(one.thing, one.thing), leaf(one.leaf, language),
        _picture(thing.photos[0]) if thing else None, share_words(one.difficulty, language),
        number_words(one.discrimination, language),
        tr("list.separator", language).join(say(f"flag.{flag}", language) for flag in one.flags) or NOTHING,
    )  # fmt: skip


@lru_cache(maxsize=512)
def _picture(path: Path) -> str | None:
    return thumbnail(path, _PICTURE_PX)


def arm_rows(results: Results, language: str) -> list[list[str]]:
    """Who answered, then hits, false alarms, what was let go and what was referred."""

    def who(one: ArmFigures) -> str:
        if one.arm is Arm.MODEL or one.phase is None:
            return say("arms.model", language, bundle=results.bundle or NOTHING)
        return say(f"arms.{one.arm.value}", language, phase=tr(f"exercise.phase.{one.phase.value}", language))

    return [
        [who(one), *(share_words(read(one.figures), language) for _, read in _OWN)]
        for one in results.arms
        if one.phase is not Phase.ASSISTED
    ]  # below, with what the model turned


def arm_words(results: Results, language: str) -> list[str]:
    """What being shown the model changed, over trainees who took one test each way."""
    said = []
    if results.shown is not None:
        measures = {"hits": Measure.HIT_RATE, "alarms": Measure.FALSE_ALARM_RATE, "critical": Measure.CRITICAL_ERROR}
        for key, measure in measures.items():
            name = say("arms.change", language, n=len(results.shown.trainees), measure=say(f"glance.{key}", language))
            figure = results.shown.measures[measure].compared.difference
            said.append(tr("report.pair", language, name=name, text=points_words(figure, language)))
    return said


def left_rows(results: Results, language: str) -> list[tuple[int, str, str]]:
    """Who is not compared, and why."""
    return [
        (one.number, shown(one.code), say(f"absence.{one.absence}", language))
        for one in results.trainees
        if one.absence is not None
    ]
