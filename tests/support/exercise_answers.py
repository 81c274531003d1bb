"""Answers and sittings in few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from serve.exercise.model import Action, Answer, Arm, Phase, Sitting

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def answer(
    thing: str,
    truth: str,
    chosen: str | None,
    action: Action = Action.DETAIN,
    confidence: int = 3,
    arm: Arm = Arm.HUMAN,
) -> Answer:
    return Answer(thing, truth, chosen, action, confidence, 10.0, AT, arm)


def sitting(
    trainee: str,
    answers: Sequence[Answer],
    phase: Phase = Phase.BEFORE,
    form: str = "A",
    finished: bool = True,
) -> Sitting:
    return Sitting(trainee, form, phase, tuple(answers), finished)


def side_answers(form: str, pattern: str, arm: Arm = Arm.HUMAN) -> list[Answer]:
    """One answer a letter: H hit, M miss, F false alarm, C correct rejection. Yes is detained, no let go."""
    leaves = {
        "H": ("tiger_claw", "tiger_claw"),
        "M": ("tiger_claw", "imitation_claw"),
        "F": ("imitation_claw", "tiger_claw"),
        "C": ("imitation_claw", "imitation_claw"),
    }
    return [
        answer(f"{form}{index}", *leaves[one], Action.DETAIN if one in "HF" else Action.LET_GO, arm=arm)
        for index, one in enumerate(pattern)
    ]
