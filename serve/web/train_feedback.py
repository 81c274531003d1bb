"""What a trainee learns after an answer: what it is, what to look at, what it is confused with, what the model says."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from model.taxonomy import shipped_taxonomy
from serve.exercise.build import PROTECTED
from serve.exercise.classes import Classes
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Answer, Difficulty, Phase, Thing
from serve.exercise.rows import handle_of, practice_things, started, who
from serve.exercise.store.store import Kept
from serve.exercise.taking import Taking
from serve.i18n import tr
from serve.services.guide import guide
from serve.services.guide_model import Contrast
from serve.services.pictures import thumbnail
from serve.services.wording import leaf_name
from serve.ui.guide import drawing, when
from serve.web.model_hint import ModelHints

#: Most features and differences told after one answer: a page is read in a minute.
_FEATURES, _ROWS = 4, 3


def feedback_values(
    taking: Taking, hints: ModelHints, code: str, number: int, language: str
) -> dict[str, Any] | None:  # fmt: skip
    """What the page after an answer in practice fills in; ``None`` if this question was not answered.

    Raises:
        ExerciseError: practice was not started, or the class has none.
    """
    answers = taking.result(code, Phase.PRACTICE).answers
    if not 1 <= number <= len(answers):
        return None
    answer = answers[number - 1]
    # The same answer again has the same receipt, so nothing is counted twice.
    receipt = taking.answer(code, Phase.PRACTICE, number, answer.chosen, answer.action, answer.confidence)
    if receipt.feedback is None:
        raise ExerciseError(
            f"question {number} of practice has no feedback", ExerciseErrorCode.NOT_ASKED, number=number
        )
    kept, things = _practised(taking, code)
    thing = receipt.feedback.thing
    entry = guide().entries_for_leaf(thing.leaf)[0]
    return {
        **_told(answer, language), "right": receipt.feedback.right, "due": receipt.feedback.due,
        "photos_": _handles(taking, code, Phase.PRACTICE, number, len(thing.photos)), "entry": entry,
        "features": [guide().features[name] for name in entry.features[:_FEATURES]],
        "other": _look_alike(thing, answer, kept, things, language),
        "hint": hints.hint(thing.photos, language), "captions": guide().captions,
        "drawing": drawing, "day": partial(when, language=language),
    }  # fmt: skip


def result_values(taking: Taking, code: str, phase: Phase, language: str) -> dict[str, Any]:
    """What the page of a closed test fills in.

    Raises:
        ExerciseError: the test is not finished, or the trainer has not closed it.
    """
    sitting = taking.result(code, phase)
    kept, _ = _practised(taking, code)
    rows = [
        {
            **_told(one, language), "right": one.chosen == one.truth,
            "photos": _handles(taking, code, phase, number, len(kept.things[one.thing].photos)),
        }
        for number, one in enumerate(sitting.answers, 1)
    ]  # fmt: skip
    return {"rows": rows, "right": sum(row["right"] for row in rows)}


def _told(answer: Answer, language: str) -> dict[str, Any]:
    return {
        "truth": leaf_name(answer.truth, language),
        "chosen": leaf_name(answer.chosen, language) if answer.chosen else tr("train.cannot_tell", language),
        "action": answer.action.value, "confidence": answer.confidence, "conduct": _conduct(answer),
    }  # fmt: skip


def _conduct(answer: Answer) -> str:
    """Whether a protected thing was kept back or let go, whatever it was called; of other things nothing is said."""
    if shipped_taxonomy().leaf(answer.truth).identity not in PROTECTED:
        return ""
    return "let_go" if answer.action is Action.LET_GO else "held"


def _handles(taking: Taking, code: str, phase: Phase, number: int, photos: int) -> list[str]:
    """Handles of a question that was answered, for :meth:`Taking.photo`."""
    with taking.store.database.session() as session:
        sitting = started(session, code, phase)
        return [handle_of(sitting, number, index) for index in range(photos)]


def _practised(taking: Taking, code: str) -> tuple[Kept, tuple[Thing, ...]]:
    """The exercise, and what this trainee may see with its name: nothing of a test still to come."""
    with taking.store.database.session() as session:
        trainee, room = who(session, code)
        class_id, number = room.id, trainee.number or 1
    info = Classes(taking.store).class_info(class_id)
    kept = taking.store.exercise(info.exercise_id)
    return kept, practice_things(kept, info.phases, number)


def _look_alike(
    thing: Thing, answer: Answer, kept: Kept, things: tuple[Thing, ...], language: str
) -> dict[str, Any] | None:  # fmt: skip
    """What the thing is confused with: the leaf that was chosen wrongly, else the first look-alike of the guide."""
    entry = guide().entries_for_leaf(thing.leaf)[0]
    near = [leaf for one in entry.lookalikes for leaf in guide().entry(one.entry).leaves if leaf != thing.leaf]
    wrong = [answer.chosen] if answer.chosen and answer.chosen != thing.leaf else []
    offered = [leaf for leaf in (*wrong, *near) if leaf in kept.exercise.leaves] or near
    if not offered:
        return None
    leaf = offered[0]
    rows: list[Contrast] = [
        row for one in entry.lookalikes if leaf in guide().entry(one.entry).leaves for row in one.rows
    ]
    # The easiest first: a picture to compare with should show something.
    easiest = sorted(
        (one for one in things if one.leaf == leaf), key=lambda one: list(Difficulty).index(one.difficulty)
    )
    pictures = [one.photos[0] for one in easiest]
    return {
        "name": leaf_name(leaf, language), "rows": rows[:_ROWS], "picture": _first(pictures),
        "drawing": guide().entries_for_leaf(leaf)[0].drawing,
    }  # fmt: skip


def _first(pictures: list[Path]) -> str | None:
    """The first picture that can be opened, newly encoded without name and metadata."""
    return next((small for small in map(thumbnail, pictures[:5]) if small), None)
