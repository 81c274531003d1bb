"""Details of a class's report: each trainee, hits against false alarms, mistakes, confidence, weak questions."""

from __future__ import annotations

from collections.abc import Callable

from serve.exercise.codes import shown
from serve.exercise.results import Results, TraineeResult
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.items import FEWEST, Item
from serve.exercise.statistics.summary import AnswerFigures
from serve.i18n import tr
from serve.reports.class_charts import scatter
from serve.reports.exercise_form import ExerciseForm
from serve.reports.exercise_words import (
    NOTHING,
    arrow,
    counted,
    decimal,
    leaf,
    number_words,
    percent_words,
    say,
    share_words,
)
from serve.reports.form import PLAIN, SMALL
from serve.reports.typeset import Style

_MISTAKES = 3
_NARROW = Style(size=7.8, leading=1.3)


def trainees_part(form: ExerciseForm, results: Results) -> None:
    """Each trainee's own figures, before and after."""
    language = form.language
    form.section(lambda one: say("trainees", one), follow=60)
    form.say(say("trainees.note", language), SMALL)
    heads = [
        say(f"column.{one}", language)
        for one in ("number", "code", "forms", "hits", "alarms", "critical", "refer", "d_prime", "line")
    ]
    rows = [_trainee(one, language) for one in results.trainees]
    form.grid((8, 20, 13, 22, 19, 19, 19, 22, 23), heads, rows, _NARROW)


def _trainee(one: TraineeResult, language: str) -> list[str]:
    def cell(read: Callable[[AnswerFigures], Figure]) -> str:
        first, second = (counted(read(test)) if test else NOTHING for test in (one.before, one.after))
        return arrow(first, second)

    def index(test: AnswerFigures | None) -> str:
        value = test.detection.d_prime.value if test else None
        return NOTHING if value is None else decimal(value, language)

    def reached(value: bool | None) -> str:
        return NOTHING if value is None else say("yes" if value else "no", language)

    return [
        str(one.number), shown(one.code), arrow(*(form or NOTHING for form in one.forms)),
        cell(lambda test: test.detection.hit_rate), cell(lambda test: test.detection.false_alarm_rate),
        cell(lambda test: test.conduct.critical_error), cell(lambda test: test.conduct.refer_rate),
        arrow(index(one.before), index(one.after)), arrow(reached(one.reached_before), reached(one.reached_after)),
    ]  # fmt: skip


def chart_part(form: ExerciseForm, results: Results) -> None:
    """Hits against false alarms, an arrow a trainee."""
    language = form.language
    form.section(lambda one: say("chart", one), follow=190)
    line = results.line.line if results.line else None
    extra = say("chart.note.line", language) if line else ""
    form.say(say("chart.note", language, line=extra), SMALL)
    form.sheet.space(1)
    if not scatter(form, results.trainees, line):
        form.say(say("chart.nobody", language), PLAIN)


def confusion_part(form: ExerciseForm, results: Results) -> None:
    """What was taken for what."""
    language = form.language
    form.section(lambda one: say("confusion", one), follow=45)
    form.say(say("confusion.note", language), SMALL)
    tests = [
        (phase, test) for phase, test in (("before", results.before), ("after", results.after)) if test is not None
    ]
    heads = [say("confusion.thing", language)]
    leaves = list(dict.fromkeys(row.leaf for _, test in tests for row in test.confusion.rows))
    rows = [[leaf(one, language)] for one in leaves]
    for phase, test in tests:
        name = say(f"phase.{phase}", language)
        heads += [tr("report.pair", language, name=name, text=say(f"confusion.{of}", language)) for of in _COLUMNS]
        found = {row.leaf: row for row in test.confusion.rows}
        for cells, one in zip(rows, leaves, strict=True):
            row = found.get(one)
            if row is None:
                cells += [NOTHING, NOTHING]
                continue
            named = dict(zip(test.confusion.leaves, row.named, strict=True))
            wrong = sorted(((count, other) for other, count in named.items() if count and other != one), reverse=True)
            words = [f"{leaf(other, language)}: {count}" for count, other in wrong[:_MISTAKES]]
            if row.cannot_tell:
                words.append(say("confusion.cannot", language, count=row.cannot_tell))
            cells += [counted(row.right), "\n".join(words) or NOTHING]
    form.grid((30, *((17, 40) * len(tests))), heads, rows)


_COLUMNS = ("right", "instead")


def confidence_part(form: ExerciseForm, results: Results) -> None:
    """Whether they are as right as they are sure."""
    language = form.language
    tests = [
        (phase, test.confidence)
        for phase, test in (("before", results.before), ("after", results.after))
        if test is not None
    ]
    if not tests:
        return
    form.section(lambda one: say("confidence", one), follow=60)
    form.say(say("confidence.note", language), SMALL)
    heads = [say("confidence.step", language)]
    heads += [say("confidence.right", language, phase=say(f"phase.{phase}", language)) for phase, _ in tests]
    rows = []
    for number, step in enumerate(tests[0][1].steps):
        ends = step.confidence in (1, 5)
        name = say(f"confidence.{step.confidence}", language) if ends else str(step.confidence)
        rows.append([name, *(share_words(of.steps[number].right, language) for _, of in tests)])
    over = [number_words(of.overconfidence, language, signed=True) for _, of in tests]
    rows += [
        [say("confidence.over", language), *over],
        [say("confidence.gamma", language), *(number_words(of.gamma, language) for _, of in tests)],
    ]
    form.grid((40, *((50,) * len(tests))), heads, rows)


def items_part(form: ExerciseForm, results: Results) -> None:
    """The things as questions, flagged ones first."""
    language, items = form.language, results.questions.items
    if not items:
        return
    form.section(lambda one: say("items", one), follow=45)
    flagged = any(one.flags for one in items)
    form.say(say("items.some" if flagged else "items.none", language, fewest=FEWEST), SMALL)
    form.say(say("items.pooled", language, count=results.questions.classes), SMALL)

    def place(one: Item) -> tuple[bool, str, int]:
        name = results.places.get(one.thing, one.thing)
        return not one.flags, name[:1], int(name[1:]) if name[1:].isdigit() else 0

    rows = [
        [
            results.places.get(one.thing, one.thing), leaf(one.leaf, language),
            percent_words(one.difficulty, language), number_words(one.discrimination, language),
            tr("list.separator", language).join(say(f"flag.{flag}", language) for flag in one.flags) or NOTHING,
        ]
        for one in sorted(items, key=place)
    ]  # fmt: skip
    heads = ["items.place", "confusion.thing", "items.difficulty", "items.discrimination", "items.flag"]
    form.grid((12, 42, 32, 38, 32), [say(one, language) for one in heads], rows)
