"""People alone, the model alone, people shown the model: who answered how, and what the model changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.taxonomy import Taxonomy
from serve.exercise.classes import CompetencyLine
from serve.exercise.model import Arm, Exercise, Phase, Sitting
from serve.exercise.result_line import at_line
from serve.exercise.rows import FINITE, TESTS
from serve.exercise.statistics.advice import pair_changes
from serve.exercise.statistics.arms import Arms, arms
from serve.exercise.statistics.change import Change, change_of
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.measures import Measure, per_trainee
from serve.exercise.statistics.reached import Shares, shares_reached
from serve.exercise.statistics.resample import Resampling, weights_of
from serve.exercise.statistics.summary import AnswerFigures, figures_of
from serve.exercise.statistics.table import Table, table_of
from serve.exercise.store.model_answers import latest_bundle, model_answers
from serve.exercise.store.store import ExerciseStore
from serve.i18n import tr

#: What the comparison with the model cannot say; each has a sentence, ``exercise_report.limit.<code>``.
LIMITS = ("order", "seen_before", "among", "first_answer", "pictures")


@dataclass(frozen=True)
class ArmFigures:
    """Figures of who answered how in which test. The model has no phase: it does not learn from a course."""

    arm: Arm
    phase: Phase | None
    figures: AnswerFigures


@dataclass(frozen=True)
class Assisted:
    """The same things answered alone and then with the model, in the phase for it.

    Attributes:
        trainees: codes of who finished it; only they count.
        unfinished: codes of who began and did not.
        arms: alone, with the model, and the model alone.
        line: share at or above the competency line alone and with the model; ``None`` without a line.
        second_look: change of each measure from the test after to the answers alone here, of the same trainees and
            things: what looking again does without the model; empty without a test after.
        looked_again: trainees in ``second_look``.
        limits: what all this cannot say, in English, by code.
    """

    trainees: tuple[str, ...]
    unfinished: tuple[str, ...]
    arms: Arms
    line: Shares | None
    second_look: Mapping[Measure, Figure]
    looked_again: int
    limits: Mapping[str, str]


def kept_model_sittings(
    store: ExerciseStore, exercise: Exercise, bundle: str | None
) -> tuple[str | None, list[Sitting]]:
    """Kept answers of a bundle, by default of the one that answered last, as sittings of every phase with an end: a
    bundle has no before and after."""
    bundle = bundle or latest_bundle(store, exercise.id)
    if bundle is None:
        return None, []
    known = {one.thing: one for one in model_answers(store, exercise.id, bundle)}
    return bundle, [
        Sitting(bundle, form.name, phase, tuple(known[t.id] for t in form.things if t.id in known), finished=True)
        for phase in FINITE
        for form in exercise.forms
        if any(thing.id in known for thing in form.things)
    ]


def _table(sittings: Sequence[Sitting], arm: Arm, taxonomy: Taxonomy) -> Table:
    return table_of(
        ((one.trainee, answer) for one in sittings if one.finished for answer in one.answers if answer.arm is arm),
        taxonomy,
    )


def arm_figures(
    sittings: Sequence[Sitting], model: Sequence[Sitting], taxonomy: Taxonomy, options: int, resampling: Resampling
) -> tuple[ArmFigures, ...]:
    """Everyone's figures by arm and phase; empty if nobody was shown the model and no answers of it are kept."""
    found: list[ArmFigures] = []
    for arm in (Arm.HUMAN, Arm.HUMAN_WITH_MODEL):
        for phase in FINITE:
            table = _table([one for one in sittings if one.phase is phase], arm, taxonomy)
            if len(table):
                found.append(ArmFigures(arm, phase, figures_of(table, options, resampling)))
    of_model = _table([one for one in model if one.phase is Phase.BEFORE], Arm.MODEL, taxonomy)
    if len(of_model):
        found.append(ArmFigures(Arm.MODEL, None, figures_of(of_model, options, resampling)))
    return tuple(found) if any(one.arm is not Arm.HUMAN for one in found) else ()


def shown_change(sittings: Sequence[Sitting], taxonomy: Taxonomy, resampling: Resampling) -> Change | None:
    """Alone against shown the model, over trainees who took one of the tests each way on different forms."""
    of: dict[Arm, dict[str, Sitting]] = {Arm.HUMAN: {}, Arm.HUMAN_WITH_MODEL: {}}
    for one in (one for one in sittings if one.phase in TESTS):
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


def assisted(
    sittings: Sequence[Sitting],
    model: Sequence[Sitting],
    line: CompetencyLine | None,
    taxonomy: Taxonomy,
    resampling: Resampling,
) -> Assisted | None:
    """Everything of the phase with the model; ``None`` if nobody finished it.

    Args:
        sittings: of trainees, of every phase with an end.
        model: the model's, as :func:`kept_model_sittings` gives them.
        line: the competency line, if there is one.
        taxonomy: gives identities of leaves.
        resampling: for intervals and tests.
    """
    mine = [one for one in sittings if one.phase is Phase.ASSISTED and one.answers]
    done = [one for one in mine if one.finished]
    found = arms([*done, *(one for one in model if one.phase is Phase.ASSISTED)], taxonomy, Phase.ASSISTED, resampling)
    if found is None:
        return None
    looked, second_look = _second_look(sittings, done, taxonomy, resampling)
    return Assisted(
        trainees=tuple(sorted(one.trainee for one in done)),
        unfinished=tuple(sorted(one.trainee for one in mine if not one.finished)),
        arms=found,
        line=_line(done, line, taxonomy) if line else None,
        second_look=second_look,
        looked_again=looked,
        limits={code: tr(f"exercise_report.limit.{code}", "en") for code in LIMITS},
    )


def _line(done: Sequence[Sitting], line: CompetencyLine, taxonomy: Taxonomy) -> Shares:
    reached: list[list[bool]] = []
    for arm in (Arm.HUMAN, Arm.HUMAN_WITH_MODEL):
        found = per_trainee(_table(done, arm, taxonomy))
        reached.append(at_line(line, found[Measure.HIT_RATE], found[Measure.FALSE_ALARM_RATE]).tolist())
    return shares_reached(*reached)


def _second_look(
    sittings: Sequence[Sitting], done: Sequence[Sitting], taxonomy: Taxonomy, resampling: Resampling
) -> tuple[int, dict[Measure, Figure]]:  # fmt: skip
    after = {one.trainee: one for one in sittings if one.phase is Phase.AFTER and one.finished}
    again = [one for one in done if one.trainee in after and after[one.trainee].form == one.form]
    first = _table([after[one.trainee] for one in again], Arm.HUMAN, taxonomy)
    second = _table([one for one in again if one.trainee in first.trainees], Arm.HUMAN, taxonomy)
    if not len(first) or first.trainees != second.trainees:
        return 0, {}
    order = [np.lexsort((table.thing, table.trainee)) for table in (first, second)]
    first, second = (table.where(rows) for table, rows in zip((first, second), order, strict=True))
    return len(first.trainees), pair_changes(first, second, weights_of(first, resampling))
