"""What a class's report says of the model: people alone, the model alone, people shown the model."""

from __future__ import annotations

from collections.abc import Callable

from serve.exercise.model import Arm, Phase
from serve.exercise.results import ArmFigures, Assisted, Results
from serve.exercise.statistics.arms import Arms, Outcome
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.measures import Measure
from serve.i18n import tr
from serve.reports.exercise_form import CELL, ExerciseForm
from serve.reports.exercise_words import (
    NOTHING,
    number_words,
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
        if one.phase is not Phase.ASSISTED  # stands below, with what the model turned
    ]  # fmt: skip
    form.grid((38, 42, 42, 42), [say(one, language) for one in heads], rows)
    if results.shown is not None:
        measures = {"glance.hits": Measure.HIT_RATE, "glance.alarms": Measure.FALSE_ALARM_RATE,
                    "glance.critical": Measure.CRITICAL_ERROR}  # fmt: skip
        for key, measure in measures.items():
            text = say("arms.change", language, n=len(results.shown.trainees), measure=say(key, language))
            figure = results.shown.measures[measure].compared.difference
            form.say(tr("report.pair", language, name=text, text=points_words(figure, language)), CELL)
    if results.assisted is not None:
        _assisted(form, results.assisted, results.bundle or NOTHING)


#: Measures of the comparison on the same things, with their names; shares are given in percentage points.
_MEASURES = {
    Measure.HIT_RATE: "glance.hits",
    Measure.FALSE_ALARM_RATE: "glance.alarms",
    Measure.CRITICAL_ERROR: "glance.critical",
    Measure.REFER_RATE: "glance.refer",
    Measure.D_PRIME: "assisted.d_prime",
}


def _assisted(form: ExerciseForm, found: Assisted, bundle: str) -> None:
    language, arms = form.language, found.arms
    side = arms.advice[Outcome.SIDE]
    form.part(lambda one: say("assisted", one), follow=60)
    form.say(
        say("assisted.who", language, n=len(found.trainees), pairs=arms.pairs, bundle=bundle,
            unfinished=len(found.unfinished)),
        SMALL,
    )  # fmt: skip
    verdict = say(f"arms.{side.verdict}", language)
    form.say(say("assisted.verdict", language, verdict=verdict, figure=points_words(side.net, language)), PLAIN)
    _by_arm(form, arms)
    form.sheet.space(2)
    _turned(form, arms)
    kept = points_words(arms.advice[Outcome.KEPT].net, language)
    form.say(say("assisted.kept", language, figure=kept), CELL)
    if found.line is not None:
        shares = {"alone": found.line.first, "shown": found.line.second}
        words = {name: share_words(figure, language) for name, figure in shares.items()}
        form.say(say("assisted.line", language, **words), CELL)
    form.sheet.space(2)
    _changes(form, found)
    form.sheet.space(1)
    form.part(lambda one: say("assisted.limits", one), follow=40)
    form.numbered([_limit(code) for code in found.limits])


def _by_arm(form: ExerciseForm, arms: Arms) -> None:
    language = form.language
    rows = [
        [
            say(f"assisted.{name}", language), share_words(one.detection.hit_rate, language),
            share_words(one.detection.false_alarm_rate, language), share_words(one.conduct.critical_error, language),
        ]
        for name, one in (("alone", arms.alone), ("with_model", arms.with_model), ("model", arms.model))
        if one is not None
    ]  # fmt: skip
    heads = ["arms.who", "glance.hits", "glance.alarms", "glance.critical"]
    form.grid((32, 44, 44, 44), [say(one, language) for one in heads], rows)


def _turned(form: ExerciseForm, arms: Arms) -> None:
    language = form.language
    rows = [
        [
            say(f"assisted.where.{where}", language), str(one.pairs), str(one.to_right), str(one.to_wrong),
            points_words(one.net, language),
        ]
        for where, one in arms.advice[Outcome.SIDE].turned.items()
    ]  # fmt: skip
    heads = ["where", "pairs", "to_right", "to_wrong", "net"]
    form.grid((34, 22, 22, 22, 64), [say(f"assisted.{one}", language) for one in heads], rows)


def _changes(form: ExerciseForm, found: Assisted) -> None:
    language = form.language

    def words(measure: Measure, figure: Figure | None) -> str:
        if figure is None:
            return NOTHING
        if measure is Measure.D_PRIME:
            return number_words(figure, language, signed=True)
        return points_words(figure, language)

    rows = [
        [say(name, language), words(one, found.arms.changes.get(one)), words(one, found.second_look.get(one))]
        for one, name in _MEASURES.items()
    ]
    heads = ["measure", "change", "second"]
    form.grid((60, 52, 52), [say(f"assisted.{one}", language) for one in heads], rows)
    if found.looked_again:
        form.say(say("assisted.second.note", language, n=found.looked_again), SMALL)


def _limit(code: str) -> Callable[[str], str]:
    return lambda language: say(f"limit.{code}", language)
