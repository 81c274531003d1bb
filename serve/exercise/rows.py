"""Rows of the exercise store as both the trainer's and the trainee's services read them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from serve.exercise.codes import new_code
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Answer, Arm, Phase, Sitting, Thing
from serve.exercise.store.store import PRACTICE_FORM, ExerciseStore, Kept
from serve.exercise.store.tables import AnswerRow, ClassRow, SittingRow, TraineeRow

#: Phases that count for the change and the competency line.
TESTS = (Phase.BEFORE, Phase.AFTER)
#: Phases that go through one form once and then end.
FINITE = (*TESTS, Phase.ASSISTED)
#: Most trainees of one class: a page that lets anyone enter must not be able to fill the disk.
MOST_TRAINEES = 200
#: How often to try again when another writer was faster.
ATTEMPTS = 200


def phases_of(text: str) -> tuple[Phase, ...]:
    """Phases as a class row holds them."""
    return tuple(Phase(one) for one in json.loads(text))


def form_of(number: int, phase: Phase) -> str:
    """Which form the trainee with this order of entering (from 1) takes: ``A`` or ``B``.

    With the model in view the form of the test after is taken again: the other one's truths are known by then.
    """
    first = phase not in (Phase.AFTER, Phase.ASSISTED)
    return "A" if (number % 2 == 1) == first else "B"


def practice_things(kept: Kept, phases: Sequence[Phase], number: int) -> tuple[Thing, ...]:
    """What a trainee practises on: never the form of a test still to come.

    Things kept for practice, and the form of the test before (or, without any, the form that is in no test).
    """
    forms = [form_of(number, Phase.BEFORE)] if any(phase in phases for phase in FINITE) else ["A", "B"]
    return tuple(thing for name in (*forms, PRACTICE_FORM) for thing in kept.form(name))


def class_row(session: Session, class_id: str) -> ClassRow:
    """The row of a class.

    Raises:
        ExerciseError: there is none of this id.
    """
    row = session.get(ClassRow, class_id)
    if row is None:
        raise ExerciseError(
            f"there is no class {class_id!r}; see: tigercheck exercise list", ExerciseErrorCode.NO_CLASS
        )
    return row


def check_phase(row: ClassRow, phase: Phase) -> None:
    """See that a class has a phase.

    Raises:
        ExerciseError: it does not.
    """
    if phase not in phases_of(row.phases):
        raise ExerciseError(
            f"class {row.name!r} has no phase {phase.value}; it has {', '.join(phases_of(row.phases))}",
            ExerciseErrorCode.NO_PHASE,
        )


def add_codes(store: ExerciseStore, class_id: str, count: int) -> tuple[str, ...]:
    """Add new codes to a class.

    Raises:
        ExerciseError: there is no such class, it would have more than :data:`MOST_TRAINEES`, or ``count`` is under one.
    """
    for _ in range(ATTEMPTS):
        made: set[str] = set()
        while len(made) < count:
            made.add(new_code())
        with store.database.session() as session:
            class_row(session, class_id)
            there = session.scalar(select(func.count()).where(TraineeRow.class_id == class_id)) or 0
            if not 1 <= count <= MOST_TRAINEES - there:
                raise ExerciseError(
                    f"{count} codes asked for and {there} there: a class has at most {MOST_TRAINEES}. Ask for at "
                    "least one, or make another class",
                    ExerciseErrorCode.CLASS_FULL,
                    most=MOST_TRAINEES,
                )
            session.add_all(TraineeRow(code=one, class_id=class_id, number=None, made=store.stamp()) for one in made)
            try:
                session.commit()
            except IntegrityError:
                continue  # One of them was drawn before, or the class was deleted meanwhile.
        return tuple(sorted(made))
    raise busy()


def read_sitting(session: Session, row: SittingRow, kept: Kept) -> Sitting:
    """A sitting with the answers given so far, in the order they were asked."""
    things = kept.things
    query = select(AnswerRow).where(AnswerRow.sitting_id == row.id).order_by(AnswerRow.number)
    answers = tuple(
        read_answer(one, things[one.thing].leaf, arm_of(row, one.number))
        for one in session.scalars(query)
        if one.answered
    )
    return Sitting(row.code, row.form, Phase(row.phase), answers, row.finished is not None)


def read_answer(row: AnswerRow, truth: str, arm: Arm) -> Answer:
    """An answered row as an answer."""
    at = datetime.fromisoformat(row.answered or "")
    # A clock that was set back between asking and answering gives no negative times.
    seconds = max(0.0, (at - datetime.fromisoformat(row.asked)).total_seconds())
    return Answer(
        thing=row.thing, truth=truth, chosen=row.chosen, action=Action(row.action or ""),
        confidence=row.confidence or 0, seconds=seconds, at=at, arm=arm,
    )  # fmt: skip


def busy() -> ExerciseError:
    """What is raised after many attempts among other writers."""
    return ExerciseError("the exercise database is busy; try again", ExerciseErrorCode.BUSY)


def who(session: Session, code: str) -> tuple[TraineeRow, ClassRow]:
    """A trainee and their class.

    Raises:
        ExerciseError: there is no such code.
    """
    trainee = session.get(TraineeRow, code)
    if trainee is None:
        raise ExerciseError("there is no such code; see whether it was typed right", ExerciseErrorCode.NO_CODE)
    return trainee, class_row(session, trainee.class_id)


def check_open(room: ClassRow, phase: Phase) -> None:
    """See that trainees may work on a phase now.

    Raises:
        ExerciseError: the class does not have it, or the trainer has not opened it.
    """
    check_phase(room, phase)
    if room.open_phase != phase.value:
        raise ExerciseError(
            f"the trainer has not opened {phase.value} for class {room.name!r}", ExerciseErrorCode.PHASE_CLOSED
        )


def sitting_row(session: Session, code: str, phase: Phase) -> SittingRow | None:
    """A trainee's sitting of a phase, if it was started."""
    return session.scalar(select(SittingRow).where(SittingRow.code == code, SittingRow.phase == phase.value))


def started(session: Session, code: str, phase: Phase) -> SittingRow:
    """A trainee's sitting of a phase.

    Raises:
        ExerciseError: it was not started.
    """
    sitting = sitting_row(session, code, phase)
    if sitting is None:
        raise ExerciseError(f"{phase.value} was not started", ExerciseErrorCode.NOT_STARTED)
    return sitting


def open_question(session: Session, sitting: SittingRow) -> AnswerRow | None:
    """The question that was asked and not answered, if there is one."""
    query = select(AnswerRow).where(AnswerRow.sitting_id == sitting.id, AnswerRow.answered.is_(None))
    return session.scalar(query.order_by(AnswerRow.number).limit(1))


def check_model_shown(session: Session, sitting: SittingRow) -> AnswerRow:
    """The open question of a sitting, if the model's answer is to be shown with it.

    Raises:
        ExerciseError: no question is open, or this one is to be answered alone.
    """
    asked = open_question(session, sitting)
    if asked is None or arm_of(sitting, asked.number) is not Arm.HUMAN_WITH_MODEL:
        raise ExerciseError("no question is open in which the model is shown", ExerciseErrorCode.NOT_ASKED, number=0)
    return asked


def answered(session: Session, sitting: SittingRow) -> int:
    """How many questions of a sitting are answered."""
    query = select(func.count()).where(AnswerRow.sitting_id == sitting.id, AnswerRow.answered.is_not(None))
    return session.scalar(query) or 0


def questions(kept: Kept, form: str, phase: Phase) -> int | None:
    """How many questions a phase has: one a thing in a test, two with the model; ``None`` in practice without end."""
    if phase not in FINITE:
        return None
    return len(kept.form(form)) * (2 if phase is Phase.ASSISTED else 1)


def total(kept: Kept, sitting: SittingRow) -> int | None:
    """How many questions a sitting has; ``None`` in practice, which has no end."""
    return questions(kept, sitting.form, Phase(sitting.phase))


def thing_asked(kept: Kept, sitting: SittingRow, number: int) -> Thing | None:
    """What question ``number`` (from 1) of a sitting with an end shows; ``None`` after the last.

    With the model each thing is asked twice in a row: alone by the odd number, then with the model's answer.
    """
    things = kept.form(sitting.form)
    place = (number - 1) // 2 if Phase(sitting.phase) is Phase.ASSISTED else number - 1
    return things[place] if place < len(things) else None


def arm_of(sitting: SittingRow, number: int) -> Arm:
    """Whether question ``number`` of a sitting is answered alone or with the model's answer in view."""
    if Phase(sitting.phase) is Phase.ASSISTED:
        return Arm.HUMAN if number % 2 else Arm.HUMAN_WITH_MODEL
    return Arm(sitting.arm)


def results_told(room: ClassRow, phase: Phase) -> bool:
    """Whether trainees may see what the things of a phase were: once nobody is asked them any more.

    The test after waits for the phase with the model, if the class has one, because that asks the same things.
    """
    if phase is Phase.AFTER and Phase.ASSISTED in phases_of(room.phases):
        return room.open_phase not in (phase.value, Phase.ASSISTED.value) and room.assisted_opened is not None
    return room.open_phase != phase.value


def handle_of(sitting: SittingRow, number: int, index: int) -> str:
    """Random to anyone without the sitting's secret, and the same every time, so that browsers may keep the photo."""
    digest = hmac.digest(bytes.fromhex(sitting.secret), f"{number}/{index}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:15]).decode()
