"""Exercises in a database of their own, and the way to make deleted bytes disappear."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Difficulty, Exercise, Form, Source, Thing
from serve.exercise.places import found, written
from serve.exercise.store.tables import Base, ClassRow, ExerciseRow, ThingRow
from serve.store.database import Schema, default_data
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.opened import Clock, OpenedStore, utc_now

#: What is deleted is overwritten with zeros at once; rows of a class go with it.
EXERCISES = Schema(
    "exercises",
    "exercise database",
    "exercises.sqlite",
    "serve.exercise.store",
    ("secure_delete=ON", "foreign_keys=ON"),
)
#: Name of the form that only practice draws from.
PRACTICE_FORM = "P"


def default_exercises() -> Path:
    """The user's data folder for exercises."""
    return default_data(EXERCISES)


@dataclass(frozen=True)
class Kept:
    """An exercise as stored.

    Attributes:
        practice: things of neither form, for practice only.
        made: when it was stored, UTC.
    """

    exercise: Exercise
    practice: tuple[Thing, ...]
    made: datetime

    def form(self, name: str) -> tuple[Thing, ...]:
        """Things of form ``A`` or ``B`` in the order they are asked in, or those of :data:`PRACTICE_FORM`."""
        if name == PRACTICE_FORM:
            return self.practice
        return next(form.things for form in self.exercise.forms if form.name == name)

    @property
    def things(self) -> dict[str, Thing]:
        """All things by id."""
        return {thing.id: thing for name in ("A", "B", PRACTICE_FORM) for thing in self.form(name)}


class ExerciseStore(OpenedStore):
    """Exercises, and the database that classes and answers are kept in. Opened as :class:`OpenedStore` says; with a
    ``url``, the database of cases may be shared."""

    def __init__(
        self, data: Path | None = None, url: str | None = None, patience_s: float = 30.0, clock: Clock = utc_now
    ) -> None:
        super().__init__(data, url, patience_s, clock, EXERCISES)
        self._kept: dict[str, Kept] = {}

    def stamp(self) -> str:
        """The time now, as the tables hold it."""
        return self.now().isoformat(timespec="milliseconds")

    def add(self, exercise: Exercise, practice: Iterable[Thing] = ()) -> Kept:
        """Keep an exercise, and things of neither form that practice may use.

        Raises:
            ExerciseError: it is kept already, or a thing stands in it twice.
        """
        kept = Kept(exercise, tuple(practice), self.now())
        forms = {**{form.name: form.things for form in exercise.forms}, PRACTICE_FORM: kept.practice}
        if len(kept.things) != sum(len(things) for things in forms.values()):
            raise ExerciseError(
                f"a thing stands twice in exercise {exercise.id}: forms and practice must have nothing in common",
                ExerciseErrorCode.EXERCISE_INVALID,
            )
        with self.database.session() as session:
            session.add(
                ExerciseRow(
                    id=exercise.id, title=exercise.title, leaves=json.dumps(exercise.leaves), seed=exercise.seed,
                    pool=exercise.pool, made=kept.made.isoformat(timespec="milliseconds"),
                )
            )  # fmt: skip
            try:
                session.flush()
                session.add_all(
                    _thing_row(exercise.id, form, place, thing)
                    for form, things in forms.items()
                    for place, thing in enumerate(things, 1)
                )
                session.commit()
            except IntegrityError as error:
                raise ExerciseError(
                    f"exercise {exercise.id} ({exercise.title!r}) is kept already: use it, or draw with another seed",
                    ExerciseErrorCode.EXERCISE_EXISTS,
                    title=exercise.title,
                ) from error
        return kept

    def exercises(self) -> tuple[Kept, ...]:
        """All exercises, the oldest first."""
        with self.database.session() as session:
            ids = session.scalars(select(ExerciseRow.id).order_by(ExerciseRow.made, ExerciseRow.id)).all()
        return tuple(self.exercise(one) for one in ids)

    def exercise(self, exercise_id: str) -> Kept:
        """One exercise. Exercises never change, so each is read once.

        Raises:
            ExerciseError: there is none of this id.
        """
        if exercise_id not in self._kept:
            with self.database.session() as session:
                self._kept[exercise_id] = _read(session, exercise_id)
        return self._kept[exercise_id]

    def delete_exercise(self, exercise_id: str) -> None:
        """Delete an exercise that no class uses, with its things and what models answered to them.

        Its pictures stay where they are: they belong to the source they were drawn from.

        Raises:
            ExerciseError: there is none of this id (``no_exercise``), or classes use it (``exercise_used``).
        """
        kept = self.exercise(exercise_id)
        with self.database.session() as session:
            names = session.scalars(
                select(ClassRow.name).where(ClassRow.exercise_id == exercise_id).order_by(ClassRow.made)
            ).all()
            if names:
                raise _used(kept.exercise, names)
            session.execute(delete(ExerciseRow).where(ExerciseRow.id == exercise_id))
            try:
                session.commit()
            except IntegrityError as error:
                raise _used(kept.exercise, ()) from error  # A class was made for it at this moment.
        self._kept.pop(exercise_id, None)

    def compact(self) -> None:
        """Rewrite the database without what was deleted, and empty SQLite's log, which may still hold it.

        What a database server writes to its own log, and copies made of the disk, are out of reach.

        Raises:
            ExerciseError: another program uses the database now, so that its bytes could not all be rewritten.
        """
        engine = self.database.engine
        try:
            with (
                self.database.guarded(),
                engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            ):
                if engine.dialect.name == "postgresql":
                    for table in Base.metadata.sorted_tables:
                        connection.execute(text(f"VACUUM FULL {table.name}"))
                if engine.dialect.name == "sqlite":
                    connection.execute(text("VACUUM"))
                    if connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar():
                        raise self._bytes_remain()
        except StoreError as error:
            if error.code is StoreErrorCode.LOCKED:
                raise self._bytes_remain() from error
            raise

    def _bytes_remain(self) -> ExerciseError:
        return ExerciseError(
            f"what was deleted is gone from the tables, but another program is using {self.data}, so its bytes may "
            "remain in the files there. Close tigercheck everywhere, then run: tigercheck exercise compact",
            ExerciseErrorCode.BYTES_REMAIN,
            folder=str(self.data),
        )


def _used(exercise: Exercise, names: Sequence[str]) -> ExerciseError:
    return ExerciseError(
        f"exercise {exercise.id} ({exercise.title!r}) is used by {len(names) or 'a'} class(es)"
        f"{': ' if names else ''}{', '.join(names)}. Delete these for good first, or keep the exercise",
        ExerciseErrorCode.EXERCISE_USED,
        title=exercise.title,
        count=len(names) or 1,
    )


def _thing_row(exercise_id: str, form: str, place: int, thing: Thing) -> ThingRow:
    return ThingRow(
        exercise_id=exercise_id, form=form, place=place, thing=thing.id, leaf=thing.leaf,
        photos=json.dumps([written(photo, thing.source) for photo in thing.photos], ensure_ascii=False),
        source=thing.source.value, licence=thing.licence, difficulty=thing.difficulty.value, group=thing.group,
    )  # fmt: skip


def _thing(row: ThingRow) -> Thing:
    source = Source(row.source)
    photos = tuple(found(place, source) for place in json.loads(row.photos))
    return Thing(row.thing, row.leaf, photos, source, row.licence, Difficulty(row.difficulty), row.group)


def _read(session: Session, exercise_id: str) -> Kept:
    row = session.get(ExerciseRow, exercise_id)
    if row is None:
        raise ExerciseError(
            f"there is no exercise {exercise_id!r}; see: tigercheck exercise list", ExerciseErrorCode.NO_EXERCISE
        )
    query = select(ThingRow).where(ThingRow.exercise_id == exercise_id).order_by(ThingRow.place)
    things: dict[str, list[Thing]] = {"A": [], "B": [], PRACTICE_FORM: []}
    for one in session.scalars(query):
        things[one.form].append(_thing(one))
    exercise = Exercise(
        id=row.id, title=row.title, leaves=tuple(json.loads(row.leaves)), seed=row.seed, pool=row.pool,
        forms=(Form("A", tuple(things["A"])), Form("B", tuple(things["B"]))),
    )  # fmt: skip
    return Kept(exercise, tuple(things[PRACTICE_FORM]), datetime.fromisoformat(row.made))
