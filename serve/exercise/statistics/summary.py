"""All figures of a trainee or of a class in one result, for reports, tables and the interface to programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.taxonomy import Taxonomy
from serve.exercise.model import Answer, Arm, Phase, Sitting
from serve.exercise.statistics.change import (
    Change,
    Competency,
    LeftOut,
    LeftOutReason,
    change,
    human_table,
    tests_of,
)
from serve.exercise.statistics.confidence import Confidence, confidence
from serve.exercise.statistics.confusion import Confusion, confusion
from serve.exercise.statistics.figure import Figure, share
from serve.exercise.statistics.items import Item, items
from serve.exercise.statistics.measures import Measure, per_trainee
from serve.exercise.statistics.resample import Resampling, weights_of
from serve.exercise.statistics.signal import Conduct, Detection, conduct, of_table, share_of
from serve.exercise.statistics.table import Table, table_of

_SOMEONE = "-"


@dataclass(frozen=True)
class AnswerFigures:
    """Figures of one test, of a trainee or of a class.

    Attributes:
        trainees: how many answered.
        things: how many things were asked.
        answers: how many answers.
        right: share of answers that named the very leaf.
        detection: protected or not, by what was named.
        conduct: what was done.
        confidence: whether they are as right as they are sure.
        confusion: what was taken for what.
    """

    trainees: int
    things: int
    answers: int
    right: Figure
    detection: Detection
    conduct: Conduct
    confidence: Confidence
    confusion: Confusion


@dataclass(frozen=True)
class TraineeLine:
    """Each measure of one trainee in one test; ``None`` where undefined."""

    trainee: str
    phase: Phase
    form: str
    answers: int
    values: dict[Measure, float | None]


@dataclass(frozen=True)
class ClassFigures:
    """Everything about a class.

    Attributes:
        before: test before; ``None`` if nobody finished one.
        after: test after, likewise.
        lines: every trainee's own values, a line a finished test.
        change: before against after.
        items: the things as questions, from the tests before, or after if there are none.
        unfinished: who is in no figure of a phase because that test is unfinished or empty.
        resampling: what makes the intervals reproducible.
    """

    before: AnswerFigures | None
    after: AnswerFigures | None
    lines: tuple[TraineeLine, ...]
    change: Change
    items: tuple[Item, ...]
    unfinished: tuple[LeftOut, ...]
    resampling: Resampling


def figures_of(table: Table, options: int | None = None, resampling: Resampling | None = None) -> AnswerFigures:
    """All figures of the answers in a table; see :func:`trainee_figures` for ``options``."""
    resampling = resampling or Resampling()
    weights, everything = weights_of(table, resampling), np.ones(len(table), dtype=bool)
    number = len(np.unique(table.trainee))
    choices = options or max(2, len(np.unique(table.truth)))
    one = number < 2
    return AnswerFigures(
        trainees=number,
        things=len(np.unique(table.thing)),
        answers=len(table),
        right=share(int(table.right.sum()), len(table)) if one else share_of(table, weights, everything, table.right),
        detection=of_table(table, table.yes, weights=weights),
        conduct=conduct(table, weights=weights),
        confidence=confidence(table, choices, resampling, weights),
        confusion=confusion(table),
    )


def trainee_figures(
    answers: Sequence[Answer],
    taxonomy: Taxonomy,
    options: int | None = None,
    resampling: Resampling | None = None,
) -> AnswerFigures:
    """All figures of one trainee's (or the model's) answers to one test, of one arm.

    Args:
        answers: at most one a thing; may be empty.
        taxonomy: gives identities of leaves.
        options: leaves to choose from (``len(exercise.leaves)``), for the scale of confidence; by default the leaves
            asked.
        resampling: for the intervals of confidence and gamma.

    Raises:
        TaxonomyError: a leaf that the taxonomy does not have.
        ValueError: two answers to one thing, or answers of several arms.
    """
    kinds = {one.arm for one in answers}
    if len(kinds) > 1:
        raise ValueError(f"expected answers of one arm, got {', '.join(sorted(kinds))}; for several see class_figures")
    return figures_of(table_of(((_SOMEONE, one) for one in answers), taxonomy), options, resampling)


def _lines(table: Table, phase: Phase, sittings: dict[str, Sitting]) -> list[TraineeLine]:
    measures = per_trainee(table)
    answers = np.bincount(table.trainee, minlength=len(table.trainees))
    return [
        TraineeLine(
            trainee=name,
            phase=phase,
            form=sittings[name].form,
            answers=int(answers[index]),
            values={one: None if np.isnan(of[index]) else float(of[index]) for one, of in measures.items()},
        )
        for index, name in enumerate(table.trainees)
    ]


def complete_tests(sittings: Sequence[Sitting], phase: Phase) -> dict[str, Sitting]:
    """The finished tests of a phase with answers given without the model, by trainee."""
    return {
        name: one
        for name, one in tests_of(sittings, phase).items()
        if one.finished and any(answer.arm is Arm.HUMAN for answer in one.answers)
    }


def class_figures(
    sittings: Sequence[Sitting],
    taxonomy: Taxonomy,
    competency: Competency | None = None,
    options: int | None = None,
    resampling: Resampling | None = None,
) -> ClassFigures:
    """All figures of the tests before and after. Practice never counts, nor do unfinished tests or answers with the
    model in view (:mod:`serve.exercise.statistics.arms` compares those); who is left out is named.

    Args:
        sittings: all of the class, of any phase, arm and form.
        taxonomy: gives identities of leaves.
        competency: the line the trainer sets.
        options: as for :func:`trainee_figures`.
        resampling: number and seed of the resamples.

    Raises:
        TaxonomyError: a leaf that the taxonomy does not have.
        ValueError: a trainee has two sittings of one phase without the model, or two answers to one thing in one arm.
    """
    resampling = resampling or Resampling()
    tests: dict[Phase, AnswerFigures | None] = {}
    lines: list[TraineeLine] = []
    unfinished: list[LeftOut] = []
    questions: tuple[Item, ...] = ()
    for phase in (Phase.BEFORE, Phase.AFTER):
        found = tests_of(sittings, phase)
        complete = complete_tests(sittings, phase)
        unfinished += [LeftOut(name, LeftOutReason.UNFINISHED) for name in sorted(found.keys() - complete.keys())]
        table = human_table(complete, taxonomy)
        tests[phase] = figures_of(table, options, resampling) if len(table) else None
        questions = questions or items(table)
        lines += _lines(table, phase, complete)
    return ClassFigures(
        before=tests[Phase.BEFORE],
        after=tests[Phase.AFTER],
        lines=tuple(lines),
        change=change(sittings, taxonomy, competency, resampling),
        items=questions,
        unfinished=tuple(unfinished),
        resampling=resampling,
    )
