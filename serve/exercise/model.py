"""What the parts of an exercise agree on: objects, forms, answers. No database and no page in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

#: Steps of confidence an answer comes with, from a guess to certainty.
CONFIDENCE = (1, 2, 3, 4, 5)


class Source(StrEnum):
    """Where an object's pictures come from."""

    RENDER = "render"  # made by the project's generator; shipped
    PHOTO = "photo"  # of the collection, with a stated licence
    OWN = "own"  # a folder the trainer labelled


class Difficulty(StrEnum):
    """How hard an object is expected to be, before anyone has answered it."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Action(StrEnum):
    """What the trainee would do at the checkpoint."""

    DETAIN = "detain"
    REFER = "refer"
    LET_GO = "let_go"


class Phase(StrEnum):
    """What a sitting is for. Only the tests before and after count for the change and the competency line."""

    BEFORE = "before"
    AFTER = "after"
    PRACTICE = "practice"
    ASSISTED = "assisted"  # each thing answered alone, then again with the model's answer in view


#: The order in which a class goes through its phases; which of them it has, its trainer says.
PHASE_ORDER = (Phase.BEFORE, Phase.PRACTICE, Phase.AFTER, Phase.ASSISTED)
#: What a class goes through if nothing is said.
USUAL_PHASES = (Phase.BEFORE, Phase.PRACTICE, Phase.AFTER)


class Arm(StrEnum):
    """Who answered."""

    HUMAN = "human"
    MODEL = "model"
    HUMAN_WITH_MODEL = "human_with_model"


@dataclass(frozen=True)
class Thing:
    """One physical object with all its pictures: the unit that is drawn, held apart and answered, never a single photo.

    Attributes:
        id: the exhibit it is in its manifest; unique over all sources.
        leaf: what it is, by the taxonomy.
        photos: its pictures, at least one.
        licence: of the pictures, as stated.
        group: things of one group (seen at one place, of one batch) are never split over two forms.
    """

    id: str
    leaf: str
    photos: tuple[Path, ...]
    source: Source
    licence: str
    difficulty: Difficulty
    group: str


@dataclass(frozen=True)
class Form:
    """One of two equal sets of things, in the order they are asked in."""

    name: str  # "A" or "B"
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Exercise:
    """Two parallel forms with no thing in common.

    Attributes:
        id: short, of letters and digits, for addresses.
        title: in the trainer's words.
        leaves: what trainees may choose from, beside "cannot tell".
        seed: what was drawn follows from it and the pool.
        pool: hash of the pool it was drawn from: the same seed and pool give the same forms.
        forms: A and B.
    """

    id: str
    title: str
    leaves: tuple[str, ...]
    seed: int
    pool: str
    forms: tuple[Form, Form]


@dataclass(frozen=True)
class Answer:
    """One answer of one trainee to one thing.

    Attributes:
        thing: id of the thing.
        truth: its leaf.
        chosen: leaf chosen, or ``None`` for "cannot tell".
        action: what the trainee would do.
        confidence: one of :data:`CONFIDENCE`.
        seconds: from first seeing the thing to answering, kept but never pressed.
        arm: who answered.
    """

    thing: str
    truth: str
    chosen: str | None
    action: Action
    confidence: int
    seconds: float
    at: datetime
    arm: Arm = Arm.HUMAN

    def __post_init__(self) -> None:
        if self.confidence not in CONFIDENCE:
            raise ValueError(f"expected a confidence of {CONFIDENCE[0]} to {CONFIDENCE[-1]}, got {self.confidence}")


@dataclass(frozen=True)
class Sitting:
    """All answers of one trainee to one form."""

    trainee: str
    form: str
    phase: Phase
    answers: tuple[Answer, ...]
    finished: bool
