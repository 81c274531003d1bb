"""What a class's report, tables and certificates show, in one value: figures, the competency line, who is left out.

Nothing is counted here that :mod:`serve.exercise.statistics` does not count; only the competency line is put together,
because the line of a class has two parts (enough recognised, few false alarms) that must be reached in the same test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.exercise.classes import Classes, CompetencyLine, TraineeProgress
from serve.exercise.model import Arm, Exercise, Phase, Sitting, Source
from serve.exercise.rows import TESTS
from serve.exercise.statistics.change import Change, LeftOut, LeftOutReason, change_of, human_table, tests_of
from serve.exercise.statistics.figure import Figure, Reason, Unit, as_json, share
from serve.exercise.statistics.paired import Significance, mcnemar, share_difference
from serve.exercise.statistics.resample import Resampling
from serve.exercise.statistics.summary import AnswerFigures, ClassFigures, class_figures, figures_of
from serve.exercise.statistics.table import Table, table_of
from serve.exercise.store.store import ExerciseStore
from serve.exercise.store.tables import ModelAnswerRow

#: So that 0.8 of counted shares is reached.
_SLACK = 1e-9


class Absence(StrEnum):
    """Why someone who came in is not in the comparison of before and after."""

    NOT_STARTED = "not_started"
    NO_BEFORE = "no_before"
    NO_AFTER = "no_after"
    UNFINISHED = "unfinished"
    SAME_FORM = "same_form"
    WITH_MODEL = "with_model"  # a test was answered with the model's answer in view
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class TraineeResult:
    """One trainee.

    Attributes:
        code: as stored.
        number: order of entering.
        before: figures of the test before, if it was finished without the model.
        after: likewise after.
        before_at: when it was finished, UTC.
        after_at: likewise.
        forms: forms of the two tests.
        reached_before: whether the competency line was reached; ``None`` without a line or a test.
        reached_after: likewise.
        absence: why they are not compared; ``None`` if they are.
    """

    code: str
    number: int
    before: AnswerFigures | None
    after: AnswerFigures | None
    before_at: datetime | None
    after_at: datetime | None
    forms: tuple[str | None, str | None]
    reached_before: bool | None
    reached_after: bool | None
    absence: Absence | None


@dataclass(frozen=True)
class LineResult:
    """Share of trainees at or above the competency line.

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


@dataclass(frozen=True)
class ArmFigures:
    """Figures of who answered how in which test. The model has no phase: it does not learn from a course."""

    arm: Arm
    phase: Phase | None
    figures: AnswerFigures


@dataclass(frozen=True)
class Results:
    """A class.

    Attributes:
        class_id: for addresses.
        name: of the class.
        exercise: title of the exercise.
        made: when these results were made, UTC.
        codes: how many codes were made.
        trainees: everyone who came in, by order of entering.
        compared: codes of who finished both tests without the model.
        before: figures of those compared; if nobody is, of all who finished the test before.
        after: likewise after.
        line: of the competency line, if the trainer set one.
        figures: everything else of the class.
        arms: human, model, and human shown the model; empty if nobody was shown it and no answers of it are kept.
        shown: alone against shown the model, over trainees who took one test each way.
        bundle: whose answers are the model's.
        places: form and number of each thing of a test.
        things: how many both forms have.
        rendered: how many of these were shown in computer-made pictures, which are no photos.
    """

    class_id: str
    name: str
    exercise: str
    made: datetime
    codes: int
    trainees: tuple[TraineeResult, ...]
    compared: tuple[str, ...]
    before: AnswerFigures | None
    after: AnswerFigures | None
    line: LineResult | None
    figures: ClassFigures
    arms: tuple[ArmFigures, ...]
    shown: Change | None
    bundle: str | None
    places: Mapping[str, str]
    things: int
    rendered: int

    def as_json(self) -> Any:
        """All of it as dicts, lists, strings, numbers and ``None``; times in ISO 8601."""
        return json.loads(json.dumps(as_json(self), default=datetime.isoformat, allow_nan=False))


def class_results(
    store: ExerciseStore, class_id: str, taxonomy: Taxonomy | None = None, resampling: Resampling | None = None
) -> Results:
    """Everything a report of a class shows.

    Raises:
        ExerciseError: there is no such class.
        StoreError: the database cannot be read.
    """
    classes, taxonomy, resampling = Classes(store), taxonomy or shipped_taxonomy(), resampling or Resampling()
    info, progress = classes.class_info(class_id), classes.progress(class_id)
    exercise = store.exercise(info.exercise_id).exercise
    sittings, options = classes.sittings(class_id), len(exercise.leaves)
    bundle, model = _model_sittings(store, exercise)
    figures = class_figures([*sittings, *model], taxonomy, options=options, resampling=resampling)
    trainees = _trainees(progress, sittings, figures, info.line, taxonomy, resampling, options)
    compared = figures.change.trainees
    before, after = figures.before, figures.after
    if compared:
        before, after = (
            figures_of(
                human_table({name: of for name, of in tests_of(sittings, phase).items() if name in compared}, taxonomy),
                options,
                resampling,
            )
            for phase in TESTS
        )
    return Results(
        class_id=info.id,
        name=info.name,
        exercise=info.exercise_title,
        made=store.now(),
        codes=len(progress),
        trainees=trainees,
        compared=compared,
        before=before,
        after=after,
        line=_line(info.line, trainees) if info.line else None,
        figures=figures,
        arms=_arms(sittings, model, taxonomy, options, resampling),
        shown=_shown(sittings, taxonomy, resampling),
        bundle=bundle if model else None,
        places={
            thing.id: f"{form.name}{place}" for form in exercise.forms for place, thing in enumerate(form.things, 1)
        },
        things=sum(len(form.things) for form in exercise.forms),
        rendered=sum(thing.source is Source.RENDER for form in exercise.forms for thing in form.things),
    )


def _trainees(
    progress: Sequence[TraineeProgress],
    sittings: Sequence[Sitting],
    figures: ClassFigures,
    line: CompetencyLine | None,
    taxonomy: Taxonomy,
    resampling: Resampling,
    options: int,
) -> tuple[TraineeResult, ...]:
    own: dict[Phase, dict[str, AnswerFigures]] = {}
    for phase in TESTS:
        done = {name: one for name, one in tests_of(sittings, phase).items() if one.finished and one.answers}
        own[phase] = {
            name: figures_of(human_table({name: one}, taxonomy), options, resampling) for name, one in done.items()
        }
    absences = _absences(progress, sittings, figures.change.left_out)
    result = []
    for one in (one for one in progress if one.number is not None):
        steps = {step.phase: step for step in one.phases if step.phase in TESTS}
        before, after = (own[phase].get(one.code) for phase in TESTS)
        ends = [steps[phase].finished if phase in steps else None for phase in TESTS]
        forms = [steps[phase].form if phase in steps else None for phase in TESTS]
        result.append(
            TraineeResult(
                one.code, one.number or 0, before, after, ends[0], ends[1], (forms[0], forms[1]),
                _reaches(line, before), _reaches(line, after), absences.get(one.code),
            )
        )  # fmt: skip
    return tuple(result)


def _absences(
    progress: Sequence[TraineeProgress], sittings: Sequence[Sitting], left_out: Sequence[LeftOut]
) -> dict[str, Absence]:
    shown = {one.trainee for one in sittings if any(answer.arm is Arm.HUMAN_WITH_MODEL for answer in one.answers)}
    started = {one.trainee for one in sittings}
    found = {one.code: Absence.NOT_STARTED for one in progress if one.code not in started}
    for one in left_out:
        missing = one.reason in (LeftOutReason.NO_BEFORE, LeftOutReason.NO_AFTER)
        found[one.trainee] = Absence.WITH_MODEL if missing and one.trainee in shown else Absence(one.reason.value)
    for name in shown - found.keys():
        found[name] = Absence.WITH_MODEL
    return found


def _reaches(line: CompetencyLine | None, figures: AnswerFigures | None) -> bool | None:
    if line is None or figures is None:
        return None
    hits, alarms = figures.detection.hit_rate.value, figures.detection.false_alarm_rate.value
    if hits is None or alarms is None:
        return None
    return hits >= line.sensitivity - _SLACK and alarms <= line.false_alarm + _SLACK


def _line(line: CompetencyLine, trainees: Sequence[TraineeResult]) -> LineResult:
    def of(reached: Sequence[bool | None]) -> Figure:
        known = [one for one in reached if one is not None]
        return share(sum(known), len(known), Unit.TRAINEES, Reason.NO_PAIRS)

    both = [
        one
        for one in trainees
        if one.absence is None and one.reached_before is not None and one.reached_after is not None
    ]
    gained = tuple(one.code for one in both if one.reached_after and not one.reached_before)
    lost = tuple(one.code for one in both if one.reached_before and not one.reached_after)
    kept = sum(bool(one.reached_before and one.reached_after) for one in both)
    never = len(both) - kept - len(gained) - len(lost)
    return LineResult(
        line=line,
        before=of([one.reached_before for one in both]),
        after=of([one.reached_after for one in both]),
        difference=share_difference(kept, len(lost), len(gained), never),
        test=mcnemar(len(lost), len(gained)),
        gained=gained,
        lost=lost,
        all_before=of([one.reached_before for one in trainees]),
        all_after=of([one.reached_after for one in trainees]),
    )


def _model_sittings(store: ExerciseStore, exercise: Exercise) -> tuple[str | None, list[Sitting]]:
    """Kept answers of the bundle that answered last, as sittings of both tests: a bundle has no before and after."""
    query = select(ModelAnswerRow.bundle).where(ModelAnswerRow.exercise_id == exercise.id)
    with store.database.session() as session:
        bundle = session.scalar(query.order_by(ModelAnswerRow.at.desc(), ModelAnswerRow.bundle).limit(1))
    if bundle is None:
        return None, []
    known = {one.thing: one for one in store.model_answers(exercise.id, bundle)}
    return bundle, [
        Sitting(bundle, form.name, phase, tuple(known[t.id] for t in form.things if t.id in known), finished=True)
        for phase in TESTS
        for form in exercise.forms
        if any(thing.id in known for thing in form.things)
    ]


def _table(sittings: Sequence[Sitting], arm: Arm, taxonomy: Taxonomy) -> Table:
    return table_of(
        ((one.trainee, answer) for one in sittings if one.finished for answer in one.answers if answer.arm is arm),
        taxonomy,
    )


def _arms(
    sittings: Sequence[Sitting], model: Sequence[Sitting], taxonomy: Taxonomy, options: int, resampling: Resampling
) -> tuple[ArmFigures, ...]:
    found: list[ArmFigures] = []
    for arm in (Arm.HUMAN, Arm.HUMAN_WITH_MODEL):
        for phase in TESTS:
            table = _table([one for one in sittings if one.phase is phase], arm, taxonomy)
            if len(table):
                found.append(ArmFigures(arm, phase, figures_of(table, options, resampling)))
    of_model = _table([one for one in model if one.phase is Phase.BEFORE], Arm.MODEL, taxonomy)
    if len(of_model):
        found.append(ArmFigures(Arm.MODEL, None, figures_of(of_model, options, resampling)))
    return tuple(found) if any(one.arm is not Arm.HUMAN for one in found) else ()


def _shown(sittings: Sequence[Sitting], taxonomy: Taxonomy, resampling: Resampling) -> Change | None:
    of: dict[Arm, dict[str, Sitting]] = {Arm.HUMAN: {}, Arm.HUMAN_WITH_MODEL: {}}
    for one in sittings:
        if one.finished and one.answers and one.answers[0].arm in of:
            of[one.answers[0].arm].setdefault(one.trainee, one)
    alone, shown = of[Arm.HUMAN], of[Arm.HUMAN_WITH_MODEL]
    both = sorted(name for name in alone.keys() & shown.keys() if alone[name].form != shown[name].form)
    if not both:
        return None
    first = _table([alone[name] for name in both], Arm.HUMAN, taxonomy)
    second = _table([shown[name] for name in both], Arm.HUMAN_WITH_MODEL, taxonomy)
    orders = [f"{alone[name].form}-{shown[name].form}" for name in both]
    return change_of(first, second, orders, resampling=resampling)
