"""What a trainee's services hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from serve.exercise.model import Answer, Arm, Phase, Thing


@dataclass(frozen=True)
class SittingState:
    """How far a trainee is in one phase.

    Attributes:
        started: whether it was begun.
        total: questions of the test; ``None`` in practice, which has no end.
        open: whether the trainer lets trainees work on it now.
        told: whether its results may be seen once it is finished.
    """

    phase: Phase
    started: bool
    answered: int
    total: int | None
    finished: bool
    open: bool
    told: bool = True


@dataclass(frozen=True)
class Desk:
    """What a trainee finds after entering: their class and its phases, in order."""

    code: str
    class_id: str
    class_name: str
    exercise_title: str
    phases: tuple[SittingState, ...]


@dataclass(frozen=True)
class Question:
    """A thing to be judged. Nothing in it tells what the thing is.

    Attributes:
        number: from 1, within the sitting.
        total: of the test; ``None`` in practice.
        photos: handles for :meth:`Taking.photo`.
        leaves: what may be chosen, beside ``None`` for "cannot tell".
        arm: ``human_with_model`` if the trainee is to be shown the model's answer
            (:func:`serve.exercise.shown_model.shown_prediction`).
    """

    number: int
    total: int | None
    photos: tuple[str, ...]
    leaves: tuple[str, ...]
    arm: Arm


@dataclass(frozen=True)
class Feedback:
    """What practice tells after an answer.

    Attributes:
        thing: what it was, with its photos on disk: for the server, never to be sent as it is.
        due: when it comes again, UTC.
    """

    answer: Answer
    thing: Thing
    right: bool
    due: datetime


@dataclass(frozen=True)
class Receipt:
    """An answer that is kept. ``feedback`` in practice only; ``finished`` after the last question of a test."""

    number: int
    finished: bool
    feedback: Feedback | None
