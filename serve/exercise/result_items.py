"""The questions of an exercise judged over every class that took it: one class has too few answers to each."""

from __future__ import annotations

from dataclasses import dataclass

from model.taxonomy import Taxonomy
from serve.exercise.classes import Classes
from serve.exercise.model import Phase, Sitting
from serve.exercise.statistics.change import human_table
from serve.exercise.statistics.items import Item, items
from serve.exercise.statistics.summary import complete_tests
from serve.exercise.store import ExerciseStore


@dataclass(frozen=True)
class QuestionItems:
    """Questions judged together.

    Attributes:
        items: each question that somebody answered; tests before count, or those after if nobody finished one before.
        classes: how many classes' answers are in them.
    """

    items: tuple[Item, ...]
    classes: int


def question_items(store: ExerciseStore, exercise_id: str, taxonomy: Taxonomy) -> QuestionItems:
    """Item analysis of an exercise. Codes are unique in the store, so that no two trainees are taken for one.

    Raises:
        StoreError: the database cannot be read.
    """
    classes = Classes(store)
    of_class = [classes.sittings(one.id) for one in classes.classes() if one.exercise_id == exercise_id]
    for phase in (Phase.BEFORE, Phase.AFTER):
        found: dict[str, Sitting] = {}
        counted = 0
        for sittings in of_class:
            complete = complete_tests(sittings, phase)
            counted += bool(complete)
            found.update(complete)
        if found:
            return QuestionItems(items(human_table(found, taxonomy)), counted)
    return QuestionItems((), 0)
