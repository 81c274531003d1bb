"""The question page of trainees, and what an answer leads to."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from model.taxonomy import shipped_taxonomy
from serve.exercise.classes import Classes
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import CONFIDENCE, Action, Arm, Phase
from serve.exercise.taking import Question, Taking
from serve.i18n import tr
from serve.services.clock import local_time
from serve.web.exercise_rooms import refused
from serve.web.frame import language_of
from serve.web.train_frame import go, message, train_page
from serve.web.train_shown import shown_now

#: What a form sends for "cannot tell"; leaves are counted from 1, so that no page holds their ids.
_CANNOT_TELL = "0"


def question_now(request: Request, taking: Taking, code: str, phase: Phase) -> Response:
    """The question to be answered now, or that there is none.

    Raises:
        ExerciseError: the phase is closed.
    """
    language = language_of(request)
    try:
        question = taking.question(code, phase)
    except ExerciseError as error:
        if error.code is ExerciseErrorCode.NOT_STARTED:
            return go("/train")
        raise
    if question is not None:
        return _question_page(request, taking, code, phase, question)
    if phase is not Phase.PRACTICE:
        return message(request, tr("train.finished.title", language), tr("train.finished.text", language), 200)
    due = taking.next_due(code)
    text = due_words(due, taking.store.now(), language) if due else tr("train.practice.empty", language)
    return train_page(request, "train_pause.html", title=tr("train.pause.title", language), code=code, text=text)


def _question_page(
    request: Request, taking: Taking, code: str, phase: Phase, question: Question, said: str = "",
    ticked: tuple[str, str, str] = ("", "", ""),
) -> Response:  # fmt: skip
    language, taxonomy = language_of(request), shipped_taxonomy()
    choices = {
        taxonomy.item(item).names.text(language): [
            (str(n), taxonomy.leaf(leaf).names.text(language))
            for n, leaf in enumerate(question.leaves, 1)
            if taxonomy.leaf(leaf).item == item
        ]
        for item in dict.fromkeys(taxonomy.leaf(leaf).item for leaf in question.leaves)
    }
    advice = shown_now(request, taking, code, phase) if question.arm is Arm.HUMAN_WITH_MODEL else None
    title = (
        tr("train.question.of", language, number=question.number, total=question.total)
        if question.total
        else tr("train.question", language, number=question.number)
    )
    return train_page(
        request, "train_question.html", title=title, status=400 if said else 200, said=said, code=code,
        phase=phase.value, question=question, choices=choices, cannot_tell=_CANNOT_TELL, advice=advice,
        actions=[one.value for one in Action], steps=CONFIDENCE, ticked=ticked,
    )  # fmt: skip


def answered(
    request: Request, taking: Taking, code: str, phase: Phase, given: tuple[str, str, str, str]
) -> Response:  # fmt: skip
    """Keep an answer as a form gave it: number, place of the leaf, action, confidence. What is missing is asked again.

    Raises:
        ExerciseError: the answer cannot be taken now.
    """
    number, what, action, confidence = given
    desk = taking.enter(code)
    leaves = taking.store.exercise(Classes(taking.store).class_info(desk.class_id).exercise_id).exercise.leaves
    places = {str(n): leaf for n, leaf in enumerate(leaves, 1)}
    complete = (
        (what == _CANNOT_TELL or what in places) and action in list(Action) and confidence in map(str, CONFIDENCE)
    )
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        return go(f"/train/{phase.value}")
    if not complete:
        asked = taking.question(code, phase)
        if asked is None or asked.number != int(number):
            return go(f"/train/{phase.value}")
        said = tr("train.incomplete", language_of(request))
        return _question_page(request, taking, code, phase, asked, said, (what, action, confidence))
    try:
        receipt = taking.answer(code, phase, int(number), places.get(what), Action(action), int(confidence))
    except ExerciseError as error:
        if error.code is not ExerciseErrorCode.ANSWERED_OTHERWISE:
            raise
        title = tr("train.refused.title", language_of(request))
        return message(request, title, refused(error, language_of(request)), 409, f"/train/{phase.value}")
    return go(f"/train/{phase.value}/answer/{receipt.number}" if receipt.feedback else f"/train/{phase.value}")


def due_words(at: datetime, now: datetime, language: str) -> str:
    """When something comes again, in words."""
    minutes = round((at - now).total_seconds() / 60)
    if minutes < 1:
        return tr("train.due.now", language)
    if minutes < 60:
        return tr("train.due.minutes", language, minutes=minutes)
    return tr("train.due.at", language, when=local_time(at, language))
