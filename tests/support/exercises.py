"""Small exercises for tests: things with one real picture each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from serve.exercise.model import Action, Difficulty, Exercise, Form, Phase, Source, Thing
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from tests.support.photos import save, textured

LEAVES = ("tiger_claw", "imitation_claw")


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def thing(folder: Path, name: str, leaf: str) -> Thing:
    """A thing with one picture whose file name says what it is."""
    photo = save(textured((230, 120, 20)), folder / f"{leaf}-{name}.jpg")
    return Thing(name, leaf, (photo,), Source.OWN, "CC0-1.0", Difficulty.EASY, name)


def exercise(folder: Path, per_form: int = 4, identity: str = "ABCD") -> Exercise:
    """Two forms of as many things each, claws of tiger and imitations by turns."""

    def form(name: str) -> Form:
        return Form(name, tuple(thing(folder, f"{name}{i}", LEAVES[i % 2]) for i in range(per_form)))

    return Exercise(identity, "Claws", LEAVES, 1, "0" * 64, (form("A"), form("B")))


def take_all(
    taking: Taking, store: ExerciseStore, code: str, phase: Phase, choose: Callable[[str], str | None]
) -> list[str]:
    """Answer a whole test, choosing by the truth; gives the truths in the order they were asked."""
    taking.start(code, phase)
    kept = store.exercise(store.exercises()[0].exercise.id)
    asked: list[str] = []
    while (question := taking.question(code, phase)) is not None:
        form = kept.form(_form(taking, code, phase))
        truth = form[question.number - 1].leaf
        taking.answer(code, phase, question.number, choose(truth), Action.REFER, 3)
        asked.append(truth)
    return asked


def _form(taking: Taking, code: str, phase: Phase) -> str:
    from serve.exercise.rows import started

    with taking.store.database.session() as session:
        return started(session, code, phase).form
