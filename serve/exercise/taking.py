"""What a trainee does: enter by code, start or go on with a sitting, look at a question, answer it.

Everything is asked for by the trainee's own code, so nobody reaches another's sitting. A question names neither the
thing nor its files: its photos have handles that are derived from a secret of the sitting, and :meth:`Taking.photo`
gives them out newly encoded, without file name, date or other metadata. An answer is committed before it is
acknowledged; sent twice it counts once, and a second, different answer is refused.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from serve.exercise.codes import tidy
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import CONFIDENCE, Action, Arm, Phase, Sitting, Thing
from serve.exercise.photos import shown_photo
from serve.exercise.practice import next_due, next_thing, review
from serve.exercise.rows import (
    ATTEMPTS,
    TESTS,
    add_codes,
    answered,
    busy,
    check_open,
    check_phase,
    class_row,
    form_of,
    handle_of,
    open_question,
    phases_of,
    practice_things,
    read_answer,
    read_sitting,
    sitting_row,
    started,
    total,
    who,
)
from serve.exercise.store.store import ExerciseStore, Kept
from serve.exercise.store.tables import AnswerRow, CardRow, ClassRow, SittingRow, TraineeRow
from serve.exercise.views import Desk, Feedback, Question, Receipt, SittingState

__all__ = ["Desk", "Feedback", "Question", "Receipt", "SittingState", "Taking"]


class Taking:
    """A trainee's services.

    Each raises :class:`ExerciseError` with the code ``no_code`` for a code that does not exist, and ``no_phase`` for a
    phase that the class does not have.
    """

    def __init__(self, store: ExerciseStore) -> None:
        self.store = store

    def enrol(self, class_id: str) -> str:
        """Make a code for someone who enters without one. Give it back to them: it is all they have to return with.

        Raises:
            ExerciseError: there is no such class, it is full, or its codes are given out by the trainer only.
        """
        with self.store.database.session() as session:
            row = class_row(session, class_id)
            if not row.self_enrol:
                raise ExerciseError(
                    f"codes of class {row.name!r} are given out by the trainer; ask for one",
                    ExerciseErrorCode.CLASS_BY_CODE,
                )
        (code,) = add_codes(self.store, class_id, 1)
        self._enter(code)
        return code

    def enter(self, code: str) -> Desk:
        """Come in by code, typed in any case, with or without the dash. The first time gives the order of entering."""
        code = tidy(code)
        self._enter(code)
        with self.store.database.session() as session:
            trainee, room = who(session, code)
            kept = self.store.exercise(room.exercise_id)
            states = tuple(_state(session, trainee, room, kept, phase) for phase in phases_of(room.phases))
            return Desk(trainee.code, room.id, room.name, kept.exercise.title, states)

    def start(self, code: str, phase: Phase) -> SittingState:
        """Start a phase, or go on with it where it was left.

        Raises:
            ExerciseError: the trainer has not opened the phase (code ``phase_closed``).
        """
        code = tidy(code)
        self._enter(code)
        for _ in range(ATTEMPTS):
            with self.store.database.session() as session:
                trainee, room = who(session, code)
                check_open(room, phase)
                sitting = sitting_row(session, code, phase)
                if sitting is not None and sitting.finished and phase is Phase.PRACTICE:
                    sitting.finished = None
                    session.commit()
                if sitting is None:
                    arm = Arm.HUMAN_WITH_MODEL if phase in phases_of(room.with_model) else Arm.HUMAN
                    session.add(
                        SittingRow(
                            id=secrets.token_urlsafe(16), code=code, phase=phase.value, arm=arm.value,
                            form=form_of(trainee.number or 1, phase), secret=secrets.token_hex(16),
                            started=self.store.stamp(), finished=None,
                        )
                    )  # fmt: skip
                    try:
                        session.commit()
                    except IntegrityError:
                        continue  # Started from another device at the same moment.
                return _state(session, trainee, room, self.store.exercise(room.exercise_id), phase)
        raise busy()

    def question(self, code: str, phase: Phase) -> Question | None:
        """The question to be answered now; the same one until it is answered. Its time runs from the first call.

        Returns:
            ``None`` if a test is finished, or if nothing is due in practice (:meth:`next_due` says when).

        Raises:
            ExerciseError: the phase is closed, or the sitting was not started.
        """
        code = tidy(code)
        for _ in range(ATTEMPTS):
            with self.store.database.session() as session:
                trainee, room = who(session, code)
                check_open(room, phase)
                sitting = started(session, code, phase)
                kept = self.store.exercise(room.exercise_id)
                asked = open_question(session, sitting)
                if asked is None:
                    thing, number = self._next(session, trainee, room, sitting, kept)
                    if thing is None:
                        return None
                    asked = AnswerRow(sitting_id=sitting.id, number=number, thing=thing.id, asked=self.store.stamp())
                    session.add(asked)
                    try:
                        session.commit()
                    except IntegrityError:
                        continue  # Asked from another device at the same moment.
                photos = kept.things[asked.thing].photos
                return Question(
                    number=asked.number,
                    total=total(kept, sitting),
                    photos=tuple(handle_of(sitting, asked.number, index) for index in range(len(photos))),
                    leaves=kept.exercise.leaves,
                    arm=Arm(sitting.arm),
                )
        raise busy()

    def answer(
        self, code: str, phase: Phase, number: int, chosen: str | None, action: Action, confidence: int
    ) -> Receipt:
        """Answer a question that was asked. Once this returns the answer survives a power cut.

        The same answer again gets the same receipt, however late, so that a lost connection can simply repeat it.

        Args:
            chosen: one of the question's leaves, or ``None`` for "cannot tell".

        Raises:
            ExerciseError: the answer is not one of those offered (``answer_invalid``), the question was not asked
                (``not_asked``) or was answered differently before (``answered_otherwise``), or the phase is closed.
        """
        code = tidy(code)
        with self.store.database.session() as session:
            trainee, room = who(session, code)
            check_phase(room, phase)
            sitting = started(session, code, phase)
            kept = self.store.exercise(room.exercise_id)
            _check_answer(kept, chosen, confidence)
            row = session.get(AnswerRow, (sitting.id, number))
            if row is None:
                raise ExerciseError(f"question {number} was not asked yet", ExerciseErrorCode.NOT_ASKED, number=number)
            if row.answered is None:
                check_open(room, phase)
                # One statement decides: of two answers at the same moment, one finds the question unanswered.
                change = update(AnswerRow).where(
                    AnswerRow.sitting_id == sitting.id, AnswerRow.number == number, AnswerRow.answered.is_(None)
                )
                values = {"answered": self.store.stamp(), "chosen": chosen, "action": action.value,
                          "confidence": confidence}  # fmt: skip
                done = session.execute(change.values(values), execution_options={"synchronize_session": False})
                first = cast("CursorResult[Any]", done).rowcount == 1
                session.expire(row)
                if first:
                    self._after(session, sitting, row, kept)
                session.commit()
            if (row.chosen, row.action, row.confidence) != (chosen, action.value, confidence):
                raise ExerciseError(
                    f"question {number} was answered before, and differently; the first answer stays",
                    ExerciseErrorCode.ANSWERED_OTHERWISE,
                    number=number,
                )
            return _receipt(session, trainee, sitting, row, kept)

    def finish(self, code: str, phase: Phase) -> None:
        """End a sitting. A test ends by itself with its last answer; practice ends when the trainee says so.

        Raises:
            ExerciseError: questions of a test are left (``not_finished``), or it was not started.
        """
        code = tidy(code)
        with self.store.database.session() as session:
            _, room = who(session, code)
            check_phase(room, phase)
            sitting = started(session, code, phase)
            left = (total(self.store.exercise(room.exercise_id), sitting) or 0) - answered(session, sitting)
            if phase in TESTS and left:
                raise ExerciseError(
                    f"{left} questions are still to be answered", ExerciseErrorCode.NOT_FINISHED, left=left
                )
            sitting.finished = sitting.finished or self.store.stamp()
            session.commit()

    def next_due(self, code: str) -> datetime | None:
        """When practice has something again, UTC; ``None`` before any practice."""
        code = tidy(code)
        with self.store.database.session() as session:
            who(session, code)
            return next_due(session, code)

    def photo(self, code: str, phase: Phase, handle: str) -> bytes:
        """A photo of a question that this trainee was asked, as a JPEG without metadata.

        Raises:
            ExerciseError: the handle is of no such question (``no_photo``), or the file is missing or damaged
                (``photo_lost``).
        """
        code = tidy(code)
        with self.store.database.session() as session:
            _, room = who(session, code)
            sitting = started(session, code, phase)
            things = self.store.exercise(room.exercise_id).things
            # The question asked last is the likely one.
            query = select(AnswerRow).where(AnswerRow.sitting_id == sitting.id).order_by(AnswerRow.number.desc())
            for asked in session.scalars(query):
                for index, path in enumerate(things[asked.thing].photos):
                    if hmac.compare_digest(handle_of(sitting, asked.number, index).encode(), handle.encode()):
                        return shown_photo(path)
        raise ExerciseError("there is no such photo in this sitting", ExerciseErrorCode.NO_PHOTO)

    def paths_for_model(self, code: str, phase: Phase) -> tuple[Path, ...]:
        """Files of the question asked now, for showing the model's answer. For the server: names tell what it is.

        Raises:
            ExerciseError: trainees are not shown the model in this phase, or no question is open.
        """
        code = tidy(code)
        with self.store.database.session() as session:
            _, room = who(session, code)
            sitting = started(session, code, phase)
            asked = open_question(session, sitting)
            if asked is None or Arm(sitting.arm) is not Arm.HUMAN_WITH_MODEL:
                raise ExerciseError(
                    "no question is open in which the model is shown", ExerciseErrorCode.NOT_ASKED, number=0
                )
            return self.store.exercise(room.exercise_id).things[asked.thing].photos

    def result(self, code: str, phase: Phase) -> Sitting:
        """A trainee's own finished sitting, with truths. A test is shown once the trainer has closed it, because
        others may still be asked the same questions.

        Raises:
            ExerciseError: the sitting is not finished (``not_finished``), or the test is open (``not_yet``).
        """
        code = tidy(code)
        with self.store.database.session() as session:
            _, room = who(session, code)
            sitting, kept = started(session, code, phase), self.store.exercise(room.exercise_id)
            if phase in TESTS:
                left = len(kept.form(sitting.form)) - answered(session, sitting)
                if sitting.finished is None:
                    raise ExerciseError(
                        f"{left} questions are still to be answered", ExerciseErrorCode.NOT_FINISHED, left=left
                    )
                if room.open_phase == phase.value:
                    raise ExerciseError(
                        "the trainer has not closed this test yet; results are shown then", ExerciseErrorCode.NOT_YET
                    )
            return read_sitting(session, sitting, kept)

    def _enter(self, code: str) -> None:
        """Give the order of entering, once."""
        for _ in range(ATTEMPTS):
            with self.store.database.session() as session:
                trainee, room = who(session, code)
                if trainee.number is not None:
                    return
                last = session.scalar(select(func.max(TraineeRow.number)).where(TraineeRow.class_id == room.id)) or 0
                change = update(TraineeRow).where(TraineeRow.code == code, TraineeRow.number.is_(None))
                try:
                    session.execute(change.values(number=last + 1), execution_options={"synchronize_session": False})
                    session.commit()
                except IntegrityError:
                    continue  # Another trainee took the number.
                return
        raise busy()

    def _next(
        self, session: Session, trainee: TraineeRow, room: ClassRow, sitting: SittingRow, kept: Kept
    ) -> tuple[Thing | None, int]:
        count = answered(session, sitting)
        if Phase(sitting.phase) in TESTS:
            things = kept.form(sitting.form)
            return (things[count] if count < len(things) else None), count + 1
        before = sitting_row(session, trainee.code, Phase.BEFORE)
        answers = read_sitting(session, before, kept).answers if before else ()
        wrong = [one.thing for one in answers if one.chosen != one.truth]
        things = practice_things(kept, phases_of(room.phases), trainee.number or 1)
        return next_thing(session, trainee.code, things, wrong, self.store.now()), count + 1

    def _after(self, session: Session, sitting: SittingRow, row: AnswerRow, kept: Kept) -> None:
        """What an answer brings about, in its own transaction."""
        if Phase(sitting.phase) is Phase.PRACTICE:
            review(session, sitting.code, read_answer(row, kept.things[row.thing].leaf, Arm(sitting.arm)))
        elif answered(session, sitting) == total(kept, sitting):
            sitting.finished = self.store.stamp()


def _state(session: Session, trainee: TraineeRow, room: ClassRow, kept: Kept, phase: Phase) -> SittingState:
    sitting = sitting_row(session, trainee.code, phase)
    total = len(kept.form(form_of(trainee.number or 1, phase))) if phase in TESTS else None
    return SittingState(
        phase=phase, started=sitting is not None, answered=answered(session, sitting) if sitting else 0, total=total,
        finished=sitting is not None and sitting.finished is not None, open=room.open_phase == phase.value,
    )  # fmt: skip


def _check_answer(kept: Kept, chosen: str | None, confidence: int) -> None:
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


def _receipt(session: Session, trainee: TraineeRow, sitting: SittingRow, row: AnswerRow, kept: Kept) -> Receipt:
    if Phase(sitting.phase) is not Phase.PRACTICE:
        return Receipt(row.number, sitting.finished is not None, None)
    thing = kept.things[row.thing]
    answer = read_answer(row, thing.leaf, Arm(sitting.arm))
    card = session.get(CardRow, (trainee.code, thing.id))
    due = datetime.fromisoformat(card.due) if card else answer.at
    return Receipt(row.number, False, Feedback(answer, thing, answer.chosen == answer.truth, due))
