"""How trainees come in: a code of their own, and the order of entering that decides which form they take first."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.rows import ATTEMPTS, add_codes, busy, class_row, who
from serve.exercise.store.store import ExerciseStore
from serve.exercise.store.tables import TraineeRow


def enrolled(store: ExerciseStore, class_id: str) -> str:
    """A new code of a class that lets anyone enter, in its order.

    Raises:
        ExerciseError: there is no such class, it is full, or its codes are given out by the trainer only.
    """
    with store.database.session() as session:
        row = class_row(session, class_id)
        if not row.self_enrol:
            raise ExerciseError(
                f"codes of class {row.name!r} are given out by the trainer; ask for one",
                ExerciseErrorCode.CLASS_BY_CODE,
            )
    (code,) = add_codes(store, class_id, 1)
    take_number(store, code)
    return code


def take_number(store: ExerciseStore, code: str) -> None:
    """Give a code the next number of its class, once.

    Raises:
        ExerciseError: there is no such code.
    """
    for _ in range(ATTEMPTS):
        with store.database.session() as session:
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
