"""What a class's report says of the model: people alone, the model alone, people shown the model."""

from __future__ import annotations

from collections.abc import Callable

from serve.exercise.model import Arm, Phase
from serve.exercise.results import ArmFigures, Assisted, Results
from serve.exercise.statistics.measures import Measure
from serve.i18n import tr
from serve.reports import assisted_words as words
from serve.reports.exercise_form import CELL, ExerciseForm
from serve.reports.exercise_words import (
    NOTHING,
    points_words,
    say,
    share_words,
)
from serve.reports.form import PLAIN, SMALL


def arms_part(form: ExerciseForm, results: Results) -> None:
    """Figures of each arm, and of the same things alone and with the model."""
    language = form.language
    if not results.arms:
        return
    form.section(lambda one: say("arms", one), follow=60)
    form.say(say("arms.note", language), SMALL)
    heads = ["arms.who", "glance.hits", "glance.alarms", "glance.critical", "glance.refer"]

    def who(one: ArmFigures) -> str:
        if one.arm is Arm.MODEL:
            return say("arms.model", language, bundle=results.bundle or NOTHING)
        return say(f"arms.{one.arm.value}", language, phase=say(f"phase.{one.phase}", language))

    rows = [
        [
            who(one), share_words(one.figures.detection.hit_rate, language),
            share_words(one.figures.detection.false_alarm_rate, language),
            share_words(one.figures.conduct.critical_error, language),
            share_words(one.figures.conduct.refer_rate, language),
        ]
        for one in results.arms
        if one.phase is not Phase.ASSISTED  # stands below, with what the model turned
    ]  # fmt: skip
    form.grid((32, 34, 34, 34, 34), [say(one, language) for one in heads], rows)
    if results.shown is not None:
        measures = {"glance.hits": Measure.HIT_RATE, "glance.alarms": Measure.FALSE_ALARM_RATE,
                    "glance.critical": Measure.CRITICAL_ERROR}  # fmt: skip
        for key, measure in measures.items():
            text = say("arms.change", language, n=len(results.shown.trainees), measure=say(key, language))
            figure = results.shown.measures[measure].compared.difference
            form.say(tr("report.pair", language, name=text, text=points_words(figure, language)), CELL)
    if results.assisted is not None:
        _assisted(form, results.assisted, results.bundle)


def _assisted(form: ExerciseForm, found: Assisted, bundle: str | None) -> None:
    language = form.language
    form.part(lambda one: say("assisted", one), follow=60)
    form.say(words.who_words(found, bundle, language), SMALL)
    form.say(words.verdict_words(found, language), PLAIN)
    _grid(form, (32, 34, 34, 34, 34), words.arms_table(found, language))
    form.sheet.space(2)
    _grid(form, (34, 22, 22, 22, 64), words.turned_table(found, language))
    for said in words.further_words(found, language):
        form.say(said, CELL)
    form.sheet.space(2)
    _grid(form, (60, 52, 52), words.changes_table(found, language))
    second = words.second_look_words(found, language)
    if second is not None:
        form.say(second, SMALL)
    form.sheet.space(1)
    form.part(lambda one: say("assisted.limits", one), follow=40)
    form.numbered([_limit(code) for code in found.limits])


def _grid(form: ExerciseForm, widths: tuple[float, ...], table: words.WordTable) -> None:
    form.grid(widths, table.heads, table.rows)


def _limit(code: str) -> Callable[[str], str]:
    return lambda language: say(f"limit.{code}", language)
