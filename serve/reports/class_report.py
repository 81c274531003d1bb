"""The report of a class as PDF: a first page without statistics, then the details, then how each figure is made."""

from __future__ import annotations

from collections.abc import Callable

from serve.exercise.codes import shown
from serve.exercise.results import Results
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.measures import Measure
from serve.exercise.statistics.summary import AnswerFigures
from serve.i18n import steps, tr
from serve.reports.class_charts import Pair, bars
from serve.reports.class_details import chart_part, confidence_part, confusion_part, items_part, trainees_part
from serve.reports.class_model import arms_part
from serve.reports.exercise_form import ExerciseForm, finished
from serve.reports.exercise_words import (
    NOTHING,
    checked,
    line_words,
    local,
    number_words,
    pictures_words,
    points_words,
    probability,
    say,
    share_words,
)
from serve.reports.form import PLAIN, SMALL
from serve.reports.wording import Field


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
    for part in (
        trainees_part, chart_part, confusion_part, confidence_part, items_part, arms_part, _left, _how,
    ):  # fmt: skip
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
    if line is not None:
        form.say(say("glance.line.limit", language), SMALL)
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
