"""A simulated class whose answers were given one by one in a real store."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.taxonomy import shipped_taxonomy
from serve.exercise.classes import Classes, ClassInfo, CompetencyLine
from serve.exercise.model import Difficulty, Exercise, Form, Phase, Sitting, Source, Thing
from serve.exercise.statistics.simulate import Population, simulate_class, sittings_of
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from tests.support.photos import save, textured

LINE = CompetencyLine(0.75, 0.25)


def simulated(things: int, trainees: int, seed: int = 1) -> list[Sitting]:
    """Sittings of a class that learns."""
    population = Population(training=1.2)
    return sittings_of(simulate_class(population, things, trainees, np.random.default_rng(seed)))


def keep_exercise(store: ExerciseStore, folder: Path, sittings: list[Sitting], photos: int = 1) -> Exercise:
    """The exercise that these sittings are of. File names tell what the things are."""
    truths = {answer.thing: answer.truth for one in sittings for answer in one.answers}

    def thing(name: str) -> Thing:
        files = tuple(
            save(textured((60 + 9 * int(name[1:]), 120, 40 * n), seed=n), folder / f"{truths[name]}-{name}-{n}.jpg")
            for n in range(photos)
        )
        return Thing(name, truths[name], files, Source.OWN, "CC0-1.0", Difficulty.EASY, name)

    forms = [Form(one, tuple(thing(name) for name in sorted(truths) if name[0] == one)) for one in ("A", "B")]
    exercise = Exercise("ABCD", "Da và vuốt 皮张", shipped_taxonomy().leaf_ids, 1, "0" * 64, (forms[0], forms[1]))
    store.add(exercise)
    return exercise


def sit(
    store: ExerciseStore, room: ClassInfo, codes: tuple[str, ...], sittings: list[Sitting], phase: Phase, stop: int = 0
) -> None:
    """Let everyone take one test; the last trainee leaves ``stop`` questions unanswered."""
    taking = Taking(store)
    Classes(store).open_phase(room.id, phase)
    mine = sorted((one for one in sittings if one.phase is phase), key=lambda one: one.trainee)
    for code, one in zip(codes, mine, strict=False):
        taking.start(code, phase)
        answers = {answer.thing: answer for answer in one.answers}
        order = [thing.id for thing in store.exercise(room.exercise_id).form(one.form)]
        left = len(order) - (stop if code == codes[-1] else 0)
        for number, name in enumerate(order[:left], 1):
            assert taking.question(code, phase) is not None
            answer = answers[name]
            taking.answer(code, phase, number, answer.chosen, answer.action, answer.confidence)


def taken_class(
    store: ExerciseStore,
    folder: Path,
    things: int = 8,
    trainees: int = 6,
    stop: int = 0,
    line: CompetencyLine | None = LINE,
) -> ClassInfo:
    """A class that took both tests, all answers given through the trainees' own services."""
    sittings = simulated(things, trainees)
    keep_exercise(store, folder, sittings)
    classes = Classes(store)
    room = classes.make_class("ABCD", "Móng Cái 1", line=line)
    codes = classes.give_codes(room.id, trainees)
    for code in codes:
        Taking(store).enter(code)
    sit(store, room, codes, sittings, Phase.BEFORE)
    sit(store, room, codes, sittings, Phase.AFTER, stop)
    return classes.class_info(room.id)
