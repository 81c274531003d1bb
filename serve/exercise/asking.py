"""What is asked next, what may be answered, and what an answer brings about. Each within a session of the caller."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import CONFIDENCE, Phase, Thing
from serve.exercise.practice import next_thing, review
from serve.exercise.rows import (
    FINITE,
    answered,
    arm_of,
    form_of,
    phases_of,
    practice_things,
    questions,
    read_answer,
    read_sitting,
    results_told,
    sitting_row,
    thing_asked,
    total,
)
from serve.exercise.store.store import Kept
from serve.exercise.store.tables import AnswerRow, CardRow, ClassRow, SittingRow, TraineeRow
from serve.exercise.views import Feedback, Receipt, SittingState


def state_of(session: Session, trainee: TraineeRow, room: ClassRow, kept: Kept, phase: Phase) -> SittingState:
    """How far a trainee is in a phase."""
    sitting = sitting_row(session, trainee.code, phase)
    return SittingState(
        phase=phase, started=sitting is not None, answered=answered(session, sitting) if sitting else 0,
        total=questions(kept, form_of(trainee.number or 1, phase), phase),
        finished=sitting is not None and sitting.finished is not None, open=room.open_phase == phase.value,
        told=phase not in FINITE or results_told(room, phase),
    )  # fmt: skip


def check_turn(session: Session, trainee: TraineeRow, room: ClassRow, phase: Phase) -> None:
    """See that a trainee may start a phase: with the model only after their own test after, which asks the same things.

    Raises:
        ExerciseError: the test after is not finished (code ``after_first``).
    """
    if phase is not Phase.ASSISTED or Phase.AFTER not in phases_of(room.phases):
        return
    after = sitting_row(session, trainee.code, Phase.AFTER)
    if after is None or after.finished is None:
        raise ExerciseError(
            "the test after asks the same things and is not finished; the trainer can open it again",
            ExerciseErrorCode.AFTER_FIRST,
        )


def next_question(
    session: Session, trainee: TraineeRow, room: ClassRow, sitting: SittingRow, kept: Kept, now: datetime
) -> tuple[Thing | None, int]:
    """What to ask next and its number; no thing if all is asked, or in practice if nothing is due."""
    number = answered(session, sitting) + 1
    if Phase(sitting.phase) in FINITE:
        return thing_asked(kept, sitting, number), number
    before = sitting_row(session, trainee.code, Phase.BEFORE)
    answers = read_sitting(session, before, kept).answers if before else ()
    wrong = [one.thing for one in answers if one.chosen != one.truth]
    things = practice_things(kept, phases_of(room.phases), trainee.number or 1)
    return next_thing(session, trainee.code, things, wrong, now), number


def check_answer(kept: Kept, chosen: str | None, confidence: int) -> None:
    """See that an answer is one of those offered.

    Raises:
        ExerciseError: it is not (code ``answer_invalid``).
    """
    if chosen is not None and chosen not in kept.exercise.leaves:
        raise ExerciseError(
            f"{chosen!r} was not offered; expected one of {', '.join(kept.exercise.leaves)} or nothing",
            ExerciseErrorCode.ANSWER_INVALID,
        )
    if confidence not in CONFIDENCE:
        raise ExerciseError(
            f"expected a confidence of {CONFIDENCE[0]} to {CONFIDENCE[-1]}, got {confidence}",
            ExerciseErrorCode.ANSWER_INVALID,
        )


def after_answer(session: Session, sitting: SittingRow, row: AnswerRow, kept: Kept, stamp: str) -> None:
    """What an answer brings about, in its own transaction: practice moves the card, the last answer ends a sitting."""
    if Phase(sitting.phase) is Phase.PRACTICE:
        review(session, sitting.code, read_answer(row, kept.things[row.thing].leaf, arm_of(sitting, row.number)))
    elif answered(session, sitting) == total(kept, sitting):
        sitting.finished = stamp


def receipt_of(session: Session, trainee: TraineeRow, sitting: SittingRow, row: AnswerRow, kept: Kept) -> Receipt:
    """That an answer is kept, and in practice what it was."""
    if Phase(sitting.phase) is not Phase.PRACTICE:
        return Receipt(row.number, sitting.finished is not None, None)
    thing = kept.things[row.thing]
    answer = read_answer(row, thing.leaf, arm_of(sitting, row.number))
    card = session.get(CardRow, (trainee.code, thing.id))
    due = datetime.fromisoformat(card.due) if card else answer.at
    return Receipt(row.number, False, Feedback(answer, thing, answer.chosen == answer.truth, due))
