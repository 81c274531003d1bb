"""What a trainer does with classes: make one, give out codes, open a phase, see how far it is, delete it for good.

Every code that enters gets the next number of its class; odd numbers take form A before and B after, even numbers the
other way round, so that a difference between the forms does not pass for learning (counterbalancing).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from serve.exercise.codes import new_class_id
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import PHASE_ORDER, USUAL_PHASES, Phase, Sitting
from serve.exercise.rows import (
    FINITE,
    MOST_TRAINEES,
    TESTS,
    add_codes,
    check_phase,
    class_row,
    form_of,
    phases_of,
    questions,
    read_sitting,
)
from serve.exercise.store.store import ExerciseStore
from serve.exercise.store.tables import AnswerRow, ClassRow, SittingRow, TraineeRow

__all__ = ["MOST_TRAINEES", "TESTS", "ClassInfo", "Classes", "CompetencyLine", "PhaseProgress", "TraineeProgress"]


@dataclass(frozen=True)
class CompetencyLine:
    """What a trainee must reach: at least this sensitivity, at most this false-alarm rate, both 0 to 1."""

    sensitivity: float
    false_alarm: float

    def __post_init__(self) -> None:
        if not (0 <= self.sensitivity <= 1 and 0 <= self.false_alarm <= 1):
            raise ExerciseError(
                f"a competency line of sensitivity {self.sensitivity} and false-alarm rate {self.false_alarm}: "
                "expected two numbers from 0 to 1",
                ExerciseErrorCode.CLASS_INVALID,
            )


@dataclass(frozen=True)
class ClassInfo:
    """A class.

    Attributes:
        id: short and random, for addresses.
        phases: what it goes through, in order.
        with_model: tests in which trainees are shown the model's answer to every question (arm ``human_with_model``).
        bundle: whose answers the class is shown; ``None`` until it was shown any.
        open_phase: the one trainees may work on now.
        line: the competency line, if the trainer set one.
        self_enrol: whether anyone who opens the page may enter as a new trainee.
        made: UTC.
    """

    id: str
    exercise_id: str
    exercise_title: str
    name: str
    phases: tuple[Phase, ...]
    with_model: tuple[Phase, ...]
    open_phase: Phase | None
    line: CompetencyLine | None
    self_enrol: bool
    made: datetime
    bundle: str | None = None


@dataclass(frozen=True)
class PhaseProgress:
    """How far one trainee is in one phase. ``total`` is ``None`` in practice, which has no end."""

    phase: Phase
    form: str | None
    answered: int
    total: int | None
    started: datetime | None
    finished: datetime | None


@dataclass(frozen=True)
class TraineeProgress:
    """How far one trainee is. ``number`` is the order of entering, ``None`` if the code was never used."""

    code: str
    number: int | None
    phases: tuple[PhaseProgress, ...]


class Classes:
    """A trainer's services. They show codes and truths: for the trainer alone."""

    def __init__(self, store: ExerciseStore) -> None:
        self.store = store

    def make_class(
        self,
        exercise_id: str,
        name: str,
        *,
        phases: Sequence[Phase] = USUAL_PHASES,
        line: CompetencyLine | None = None,
        with_model: Sequence[Phase] = (),
        self_enrol: bool = True,
    ) -> ClassInfo:
        """Make a class for an exercise. Its first phase is open.

        Raises:
            ExerciseError: there is no such exercise, the name is empty or longer than 200 characters, the phases are
                none, repeated, or not in the order of :data:`PHASE_ORDER`, or the phase with the model is to be shown
                the model a second time.
        """
        self.store.exercise(exercise_id)
        order = list(PHASE_ORDER)
        shown = [phase for phase in phases if phase in with_model and phase is not Phase.ASSISTED]
        if not 0 < len(name.strip()) <= 200:
            raise ExerciseError("expected a class name of 1 to 200 characters", ExerciseErrorCode.CLASS_INVALID)
        if not phases or list(phases) != [phase for phase in order if phase in phases] or len(shown) < len(with_model):
            raise ExerciseError(
                f"phases {', '.join(phases) or 'none'} (shown the model: {', '.join(with_model) or 'none'}): expected "
                f"some of {', '.join(order)}, each once and in this order",
                ExerciseErrorCode.CLASS_INVALID,
            )
        row = ClassRow(
            id=new_class_id(), exercise_id=exercise_id, name=name.strip(), phases=json.dumps(phases),
            with_model=json.dumps(shown), open_phase=phases[0], self_enrol=self_enrol, made=self.store.stamp(),
            line_sensitivity=line.sensitivity if line else None, line_false_alarm=line.false_alarm if line else None,
        )  # fmt: skip
        with self.store.database.session() as session:
            session.add(row)
            session.commit()
            return self._info(row)

    def classes(self) -> tuple[ClassInfo, ...]:
        """All classes, the newest first."""
        with self.store.database.session() as session:
            rows = session.scalars(select(ClassRow).order_by(ClassRow.made.desc(), ClassRow.id)).all()
            return tuple(self._info(row) for row in rows)

    def class_info(self, class_id: str) -> ClassInfo:
        """One class.

        Raises:
            ExerciseError: there is none of this id.
        """
        with self.store.database.session() as session:
            return self._info(class_row(session, class_id))

    def open_phase(self, class_id: str, phase: Phase | None) -> ClassInfo:
        """Let trainees work on one phase and no other; ``None`` closes all. Answers stay; a phase can be reopened.

        Raises:
            ExerciseError: there is no such class, or it does not have this phase.
        """
        with self.store.database.session() as session:
            row = class_row(session, class_id)
            if phase is not None:
                check_phase(row, phase)
            row.open_phase = phase.value if phase else None
            if phase is Phase.ASSISTED and row.assisted_opened is None:
                row.assisted_opened = self.store.stamp()
            session.commit()
            return self._info(row)

    def give_codes(self, class_id: str, count: int) -> tuple[str, ...]:
        """Make ``count`` new codes to give out.

        Raises:
            ExerciseError: there is no such class, or it would have more than :data:`MOST_TRAINEES`.
        """
        return add_codes(self.store, class_id, count)

    def codes(self, class_id: str) -> tuple[str, ...]:
        """All codes: those in use by order of entering, then the others."""
        return tuple(one.code for one in self.progress(class_id))

    def progress(self, class_id: str) -> tuple[TraineeProgress, ...]:
        """How far everyone is: codes in use by order of entering, then the others.

        Raises:
            ExerciseError: there is no such class.
        """
        with self.store.database.session() as session:
            info = self._info(class_row(session, class_id))
            query = select(TraineeRow).where(TraineeRow.class_id == class_id)
            trainees = sorted(session.scalars(query), key=lambda row: (row.number is None, row.number or 0, row.code))
            codes = [row.code for row in trainees]
            sittings = {
                (row.code, row.phase): row
                for row in session.scalars(select(SittingRow).where(SittingRow.code.in_(codes)))
            }
            counts: dict[str, int] = {}
            answered = select(AnswerRow.sitting_id, func.count()).where(AnswerRow.answered.is_not(None))
            for sitting_id, count in session.execute(answered.group_by(AnswerRow.sitting_id)):
                counts[sitting_id] = count
        kept = self.store.exercise(info.exercise_id)

        def one(row: TraineeRow, phase: Phase) -> PhaseProgress:
            sitting = sittings.get((row.code, phase))
            form = form_of(row.number, phase) if row.number and phase in FINITE else None
            total = questions(kept, form or "A", phase)
            if sitting is None:
                return PhaseProgress(phase, form, 0, total, None, None)
            finished = datetime.fromisoformat(sitting.finished) if sitting.finished else None
            started = datetime.fromisoformat(sitting.started)
            return PhaseProgress(phase, form, counts.get(sitting.id, 0), total, started, finished)

        return tuple(
            TraineeProgress(row.code, row.number, tuple(one(row, phase) for phase in info.phases)) for row in trainees
        )

    def sittings(self, class_id: str, phases: Sequence[Phase] = TESTS) -> tuple[Sitting, ...]:
        """All sittings of a class with their answers, for statistics: by order of entering, then by phase.

        Raises:
            ExerciseError: there is no such class.
        """
        with self.store.database.session() as session:
            kept = self.store.exercise(class_row(session, class_id).exercise_id)
            query = select(SittingRow, TraineeRow.number).join(TraineeRow, SittingRow.code == TraineeRow.code)
            query = query.where(TraineeRow.class_id == class_id, SittingRow.phase.in_([one.value for one in phases]))
            rows = sorted(
                session.execute(query).all(), key=lambda row: (row[1] or 0, list(Phase).index(Phase(row[0].phase)))
            )
            return tuple(read_sitting(session, row, kept) for row, _ in rows)

    def delete_class(self, class_id: str) -> None:
        """Delete a class with its codes, sittings, answers and cards, then rewrite the file without their bytes.

        Raises:
            ExerciseError: there is no such class; or it is deleted but its bytes may remain (code ``bytes_remain``).
        """
        with self.store.database.session() as session:
            class_row(session, class_id)
            session.execute(delete(ClassRow).where(ClassRow.id == class_id))
            session.commit()
        self.store.compact()

    def _info(self, row: ClassRow) -> ClassInfo:
        line = None
        if row.line_sensitivity is not None and row.line_false_alarm is not None:
            line = CompetencyLine(row.line_sensitivity, row.line_false_alarm)
        return ClassInfo(
            id=row.id, exercise_id=row.exercise_id, exercise_title=self.store.exercise(row.exercise_id).exercise.title,
            name=row.name, phases=phases_of(row.phases), with_model=phases_of(row.with_model),
            open_phase=Phase(row.open_phase) if row.open_phase else None, line=line, self_enrol=row.self_enrol,
            made=datetime.fromisoformat(row.made), bundle=row.bundle,
        )  # fmt: skip
