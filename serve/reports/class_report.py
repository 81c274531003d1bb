"""The report of a class as PDF: a first page without statistics, then the details, then how each figure is made."""

from __future__ import annotations

from collections.abc import Callable

from serve.exercise.codes import shown
from serve.exercise.model import Arm, Phase
from serve.exercise.results import ArmFigures, Results, TraineeResult
from serve.exercise.statistics.arms import Arms, Outcome
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.items import FEWEST, Item
from serve.exercise.statistics.measures import Measure
from serve.exercise.statistics.summary import AnswerFigures
from serve.i18n import steps, tr
from serve.reports.class_charts import Pair, bars, scatter
from serve.reports.exercise_form import CELL, ExerciseForm, finished
from serve.reports.exercise_words import (
    NOTHING,
    arrow,
    checked,
    counted,
    decimal,
    leaf,
    line_words,
    local,
    number_words,
    percent_words,
    pictures_words,
    points_words,
    probability,
    say,
    share_words,
)
from serve.reports.form import PLAIN, SMALL
from serve.reports.typeset import Style
from serve.reports.wording import Field

_MISTAKES = 3
_NARROW = Style(size=7.8, leading=1.3)


def class_report_pdf(results: Results, language: str) -> bytes:
    """The report: the same bytes for the same results, language and version of fpdf2.

    Raises:
        ReportError: an unknown language.
    """
    form = ExerciseForm((checked(language),), head=say("head", language))
    time = local(results.made, language)
    below = say("below", language, name=results.name, exercise=results.exercise, time=time)
    form.title(lambda one: say("title", one), lambda _: below)
    _glance(form, results)
    for part in (_trainees, _chart, _confusion, _confidence, _items, _arms, _left, _how):
        part(form, results)
    pages = len(form.sheet.pages)
    feet = [(below, tr("report.page", language, page=n, pages=pages)) for n in range(1, pages + 1)]
    return finished(form, f"{say('title', language)}: {results.name}", results.made.astimezone(), feet)


def _both(results: Results, read: Callable[[AnswerFigures], Figure]) -> tuple[Figure | None, Figure | None]:
    return (
        read(results.before) if results.before else None,
        read(results.after) if results.after else None,
    )


def _pairs(results: Results) -> list[tuple[str, Measure | None, tuple[Figure | None, Figure | None]]]:
    """Figures of the first page: name, its measure for the change, before and after."""
    return [
        ("glance.hits", Measure.HIT_RATE, _both(results, lambda one: one.detection.hit_rate)),
        ("glance.alarms", Measure.FALSE_ALARM_RATE, _both(results, lambda one: one.detection.false_alarm_rate)),
        ("glance.critical", Measure.CRITICAL_ERROR, _both(results, lambda one: one.conduct.critical_error)),
        ("glance.refer", Measure.REFER_RATE, _both(results, lambda one: one.conduct.refer_rate)),
    ]


def _glance(form: ExerciseForm, results: Results) -> None:
    language = form.language
    form.section(lambda one: say("glance", one))
    fields: list[Field] = [
        (say("glance.part", language), _who(results, language)),
        (say("pictures", language), pictures_words(results.things, results.rendered, language)),
    ]
    charted: list[Pair] = []
    line = results.line
    if line is None:
        fields.append((say("glance.line", language), say("glance.line.none", language)))
    else:
        before, after = (line.before, line.after) if results.compared else (line.all_before, line.all_after)
        parts = [line_words(line.line, language), *_phases(before, after, language)]
        fields.append((say("glance.line", language), "\n".join(parts)))
        if results.compared:
            change = f"{points_words(line.difference, language)}\n{_verdict(line.difference, language)}"
            fields.append((say("glance.change", language), change))
        charted.append(Pair(say("glance.line", language), before, after))
    for key, measure, (first, second) in _pairs(results):
        words = _phases(first, second, language)
        if results.compared and measure is not None:
            difference = results.figures.change.measures[measure].compared.difference
            words.append(f"{say('glance.change', language)}: {points_words(difference, language)}")
        fields.append((say(key, language), "\n".join(words)))
        if measure is not Measure.REFER_RATE:
            charted.append(Pair(say(key, language), first, second))
    form.table(lambda _: fields)
    form.sheet.space(3)
    form.part(lambda one: say("chart.bars", one), follow=24)
    bars(form, charted)
    form.sheet.space(1)
    form.say(say("glance.read", language), SMALL)
    form.say(say("glance.read2", language), SMALL)


def _who(results: Results, language: str) -> str:
    entered, unused = len(results.trainees), results.codes - len(results.trainees)
    if results.compared:
        return say("glance.part.text", language, both=len(results.compared), entered=entered, unused=unused)
    before, after = (one.trainees if one else 0 for one in (results.before, results.after))
    return say("glance.part.one", language, before=before, after=after, entered=entered, unused=unused)


def _phases(before: Figure | None, after: Figure | None, language: str) -> list[str]:
    return [
        say(f"{phase}_value", language, value=share_words(figure, language) if figure else NOTHING)
        for phase, figure in (("before", before), ("after", after))
    ]


def _verdict(difference: Figure, language: str) -> str:
    if difference.low is not None and difference.low > 0:
        return say("glance.change.up", language)
    if difference.high is not None and difference.high < 0:
        return say("glance.change.down", language)
    return say("glance.change.unclear", language)


def _trainees(form: ExerciseForm, results: Results) -> None:
    language = form.language
    form.sheet.new_page()
    form.section(lambda one: say("trainees", one))
    form.say(say("trainees.note", language), SMALL)
    heads = [
        say(f"column.{one}", language)
        for one in ("number", "code", "forms", "hits", "alarms", "critical", "refer", "d_prime", "line")
    ]
    rows = [_trainee(one, language) for one in results.trainees]
    form.grid((8, 19, 13, 23, 19, 19, 20, 24, 20), heads, rows, _NARROW)


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


def _chart(form: ExerciseForm, results: Results) -> None:
    language = form.language
    form.section(lambda one: say("chart", one), follow=190)
    line = results.line.line if results.line else None
    extra = say("chart.note.line", language) if line else ""
    form.say(say("chart.note", language, line=extra), SMALL)
    form.sheet.space(1)
    if not scatter(form, results.trainees, line):
        form.say(say("chart.nobody", language), PLAIN)


def _confusion(form: ExerciseForm, results: Results) -> None:
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


def _confidence(form: ExerciseForm, results: Results) -> None:
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


def _items(form: ExerciseForm, results: Results) -> None:
    language, items = form.language, results.figures.items
    if not items:
        return
    form.section(lambda one: say("items", one), follow=45)
    flagged = any(one.flags for one in items)
    form.say(say("items.some" if flagged else "items.none", language, fewest=FEWEST), SMALL)

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


def _arms(form: ExerciseForm, results: Results) -> None:
    language = form.language
    if not results.arms:
        return
    form.section(lambda one: say("arms", one), follow=60)
    form.say(say("arms.note", language), SMALL)
    heads = ["arms.who", "glance.hits", "glance.alarms", "glance.critical"]

    def who(one: ArmFigures) -> str:
        if one.arm is Arm.MODEL:
            return say("arms.model", language, bundle=results.bundle or NOTHING)
        return say(f"arms.{one.arm.value}", language, phase=say(f"phase.{one.phase}", language))

    rows = [
        [
            who(one), share_words(one.figures.detection.hit_rate, language),
            share_words(one.figures.detection.false_alarm_rate, language),
            share_words(one.figures.conduct.critical_error, language),
        ]
        for one in results.arms
    ]  # fmt: skip
    form.grid((38, 42, 42, 42), [say(one, language) for one in heads], rows)
    if results.shown is not None:
        measures = {"glance.hits": Measure.HIT_RATE, "glance.alarms": Measure.FALSE_ALARM_RATE,
                    "glance.critical": Measure.CRITICAL_ERROR}  # fmt: skip
        for key, measure in measures.items():
            text = say("arms.change", language, n=len(results.shown.trainees), measure=say(key, language))
            figure = results.shown.measures[measure].compared.difference
            form.say(tr("report.pair", language, name=text, text=points_words(figure, language)), CELL)
    for phase, arms in ((Phase.BEFORE, results.figures.arms_before), (Phase.AFTER, results.figures.arms_after)):
        if arms is not None:
            form.say(_net(arms, phase, language), CELL)


def _net(arms: Arms, phase: Phase, language: str) -> str:
    advice = arms.advice[Outcome.SIDE]
    return say(
        "arms.net", language, phase=say(f"phase.{phase}", language), verdict=say(f"arms.{advice.verdict}", language),
        figure=points_words(advice.net, language),
    )  # fmt: skip


def _left(form: ExerciseForm, results: Results) -> None:
    language = form.language
    form.section(lambda one: say("left", one))
    away = [one for one in results.trainees if one.absence is not None]
    if not away:
        form.say(say("left.nobody", language), PLAIN)
        return
    heads = [say(one, language) for one in ("column.number", "column.code", "left.why")]
    rows = [[str(one.number), shown(one.code), say(f"absence.{one.absence}", language)] for one in away]
    form.grid((10, 25, 120), heads, rows)


def _how(form: ExerciseForm, results: Results) -> None:
    language, change = form.language, results.figures.change
    d_prime, effect = change.measures[Measure.D_PRIME].pooled, change.measures[Measure.D_PRIME].compared.effect
    p = results.line.test.p if results.line and results.compared else None
    params: dict[str, object] = {
        "resamples": results.figures.resampling.resamples, "seed": results.figures.resampling.seed,
        "p": probability(p, language),
        "orders": tr("list.separator", language).join(f"{order} {n}" for order, n in change.orders.items()) or NOTHING,
        "d_prime": number_words(d_prime, language, signed=True) if d_prime else NOTHING,
        "effect": number_words(effect, language, signed=True),
    }  # fmt: skip
    form.section(lambda one: say("how", one), follow=130)
    count = len(steps("exercise_report.how", "en"))
    form.numbered([_how_words(n, params) for n in range(1, count + 1)])


def _how_words(number: int, params: dict[str, object]) -> Callable[[str], str]:
    return lambda language: say(f"how.{number}", language, **params)
