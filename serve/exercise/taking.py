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

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError

from serve.exercise.asking import after_answer, check_answer, check_turn, next_question, receipt_of, state_of
from serve.exercise.codes import tidy
from serve.exercise.entering import enrolled, take_number
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Arm, Phase, Sitting
from serve.exercise.photos import shown_photo
from serve.exercise.practice import next_due
from serve.exercise.rows import (
    ATTEMPTS,
    FINITE,
    answered,
    arm_of,
    busy,
    check_model_shown,
    check_open,
    check_phase,
    form_of,
    handle_of,
    open_question,
    phases_of,
    read_sitting,
    results_told,
    sitting_row,
    started,
    total,
    who,
)
from serve.exercise.store.store import ExerciseStore
from serve.exercise.store.tables import AnswerRow, SittingRow
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
        return enrolled(self.store, class_id)

    def enter(self, code: str) -> Desk:
        """Come in by code, typed in any case, with or without the dash. The first time gives the order of entering."""
        code = tidy(code)
        take_number(self.store, code)
        with self.store.database.session() as session:
            trainee, room = who(session, code)
            kept = self.store.exercise(room.exercise_id)
            states = tuple(state_of(session, trainee, room, kept, phase) for phase in phases_of(room.phases))
            return Desk(trainee.code, room.id, room.name, kept.exercise.title, states)

    def start(self, code: str, phase: Phase) -> SittingState:
        """Start a phase, or go on with it where it was left.

        Raises:
            ExerciseError: the trainer has not opened the phase (code ``phase_closed``), or the phase with the model
                waits for the trainee's own test after (``after_first``).
        """
        code = tidy(code)
        take_number(self.store, code)
        for _ in range(ATTEMPTS):
            with self.store.database.session() as session:
                trainee, room = who(session, code)
                check_open(room, phase)
                check_turn(session, trainee, room, phase)
                sitting = sitting_row(session, code, phase)
                if sitting is not None and sitting.finished and phase is Phase.PRACTICE:
                    sitting.finished = None
                    session.commit()
                if sitting is None:
                    shown = phase is Phase.ASSISTED or phase in phases_of(room.with_model)
                    arm = Arm.HUMAN_WITH_MODEL if shown else Arm.HUMAN
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
                return state_of(session, trainee, room, self.store.exercise(room.exercise_id), phase)
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
                    thing, number = next_question(session, trainee, room, sitting, kept, self.store.now())
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
                    arm=arm_of(sitting, asked.number),
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
            check_answer(kept, chosen, confidence)
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
                    after_answer(session, sitting, row, kept, self.store.stamp())
                session.commit()
            if (row.chosen, row.action, row.confidence) != (chosen, action.value, confidence):
                raise ExerciseError(
                    f"question {number} was answered before, and differently; the first answer stays",
                    ExerciseErrorCode.ANSWERED_OTHERWISE,
                    number=number,
                )
            return receipt_of(session, trainee, sitting, row, kept)

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
            if phase in FINITE and left:
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
            asked = check_model_shown(session, sitting)
            return self.store.exercise(room.exercise_id).things[asked.thing].photos

    def result(self, code: str, phase: Phase) -> Sitting:
        """A trainee's own finished sitting, with truths. A test is shown once the trainer has closed it, because
        others may still be asked the same questions.

        Raises:
            ExerciseError: the sitting is not finished (``not_finished``), the test is open (``not_yet``), or the phase
                with the model is still to ask the same things (``assisted_first``).
        """
        code = tidy(code)
        with self.store.database.session() as session:
            _, room = who(session, code)
            sitting, kept = started(session, code, phase), self.store.exercise(room.exercise_id)
            if phase in FINITE:
                if sitting.finished is None:
                    left = (total(kept, sitting) or 0) - answered(session, sitting)
                    raise ExerciseError(
                        f"{left} questions are still to be answered", ExerciseErrorCode.NOT_FINISHED, left=left
                    )
                if room.open_phase == phase.value:
                    raise ExerciseError(
                        "the trainer has not closed this test yet; results are shown then", ExerciseErrorCode.NOT_YET
                    )
                if not results_told(room, phase):
                    raise ExerciseError(
                        "the phase with the model asks the same things and is not closed yet; results are shown then",
                        ExerciseErrorCode.ASSISTED_FIRST,
                    )
            return read_sitting(session, sitting, kept)
