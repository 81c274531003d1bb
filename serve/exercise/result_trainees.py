"""Each trainee's own figures, and why someone is in no comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from model.taxonomy import Taxonomy
from serve.exercise.classes import CompetencyLine, TraineeProgress
from serve.exercise.model import Arm, Phase, Sitting
from serve.exercise.result_line import reaches
from serve.exercise.rows import TESTS
from serve.exercise.statistics.change import LeftOut, LeftOutReason, human_table, tests_of
from serve.exercise.statistics.resample import Resampling
from serve.exercise.statistics.summary import AnswerFigures, ClassFigures, figures_of


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


def trainee_results(
    progress: Sequence[TraineeProgress],
    sittings: Sequence[Sitting],
    figures: ClassFigures,
    line: CompetencyLine | None,
    taxonomy: Taxonomy,
    resampling: Resampling,
    options: int,
) -> tuple[TraineeResult, ...]:
    """Everyone who came in, by order of entering.

    Args:
        progress: of all codes.
        sittings: of the tests before and after.
        figures: of the class.
        line: the competency line, if the trainer set one.
        taxonomy: gives identities of leaves.
        resampling: for the intervals.
        options: leaves to choose from.
    """
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
                reaches(line, before), reaches(line, after), absences.get(one.code),
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
