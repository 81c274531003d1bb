"""The tables of exercises. Times are ISO 8601 texts in UTC; lists are JSON texts."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of the exercise store."""


class ExerciseRow(Base):
    """An exercise as drawn."""

    __tablename__ = "exercises"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    leaves: Mapped[str] = mapped_column(Text)
    seed: Mapped[int] = mapped_column()
    pool: Mapped[str] = mapped_column(String(64))
    made: Mapped[str] = mapped_column(String(40))


class ThingRow(Base):
    """One thing of a form: ``A``, ``B``, or ``P`` for practice only. ``place`` is the order it is asked in, from 1."""

    __tablename__ = "things"

    exercise_id: Mapped[str] = mapped_column(ForeignKey("exercises.id", ondelete="CASCADE"), primary_key=True)
    form: Mapped[str] = mapped_column(String(1), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    thing: Mapped[str] = mapped_column(String(300))
    leaf: Mapped[str] = mapped_column(String(100))
    photos: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    licence: Mapped[str] = mapped_column(String(200))
    difficulty: Mapped[str] = mapped_column(String(20))
    group: Mapped[str] = mapped_column("thing_group", String(300))


class ClassRow(Base):
    """A class that takes an exercise.

    ``assisted_opened`` is when the phase with the model was first opened; ``bundle`` is whose answers trainees are
    shown, the same for all of a class.
    """

    __tablename__ = "classes"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    exercise_id: Mapped[str] = mapped_column(ForeignKey("exercises.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phases: Mapped[str] = mapped_column(Text)
    with_model: Mapped[str] = mapped_column(Text)
    open_phase: Mapped[str | None] = mapped_column(String(20))
    line_sensitivity: Mapped[float | None] = mapped_column()
    line_false_alarm: Mapped[float | None] = mapped_column()
    self_enrol: Mapped[bool] = mapped_column()
    made: Mapped[str] = mapped_column(String(40))
    assisted_opened: Mapped[str | None] = mapped_column(String(40))
    bundle: Mapped[str | None] = mapped_column(String(200))


class TraineeRow(Base):
    """A trainee, known by code alone. ``number`` is the order of entering, which decides who takes which form first."""

    __tablename__ = "trainees"
    __table_args__ = (UniqueConstraint("class_id", "number"),)

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    class_id: Mapped[str] = mapped_column(ForeignKey("classes.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None] = mapped_column()
    made: Mapped[str] = mapped_column(String(40))


class SittingRow(Base):
    """One trainee's sitting of one phase. ``secret`` is what the handles of its photos are derived from."""

    __tablename__ = "sittings"
    __table_args__ = (UniqueConstraint("code", "phase"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("trainees.code", ondelete="CASCADE"), index=True)
    phase: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(1))
    arm: Mapped[str] = mapped_column(String(20))
    secret: Mapped[str] = mapped_column(String(64))
    started: Mapped[str] = mapped_column(String(40))
    finished: Mapped[str | None] = mapped_column(String(40))


class AnswerRow(Base):
    """A question from the moment it was first asked; ``answered`` is empty until it is answered."""

    __tablename__ = "answers"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sittings.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    thing: Mapped[str] = mapped_column(String(300))
    asked: Mapped[str] = mapped_column(String(40))
    answered: Mapped[str | None] = mapped_column(String(40))
    chosen: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str | None] = mapped_column(String(20))
    confidence: Mapped[int | None] = mapped_column()


class CardRow(Base):
    """When a trainee should see a thing again in practice."""

    __tablename__ = "cards"

    code: Mapped[str] = mapped_column(ForeignKey("trainees.code", ondelete="CASCADE"), primary_key=True)
    thing: Mapped[str] = mapped_column(String(300), primary_key=True)
    due: Mapped[str] = mapped_column(String(40))
    card: Mapped[str] = mapped_column(Text)


class ModelAnswerRow(Base):
    """What a model bundle answers to a thing of an exercise.

    ``prediction`` is the whole answer as JSON; empty for answers kept before there was this column.
    """

    __tablename__ = "model_answers"

    exercise_id: Mapped[str] = mapped_column(ForeignKey("exercises.id", ondelete="CASCADE"), primary_key=True)
    bundle: Mapped[str] = mapped_column(String(200), primary_key=True)
    thing: Mapped[str] = mapped_column(String(300), primary_key=True)
    at: Mapped[str] = mapped_column(String(40))
    chosen: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(20))
    confidence: Mapped[int] = mapped_column()
    seconds: Mapped[float] = mapped_column()
    prediction: Mapped[str | None] = mapped_column(Text)
