"""Pages of trainees: come in by code, see what is open, answer one question a page. Forms and links, no scripts.

Everything is sent by POST and answered by a redirect. A form names the question it answers, so a form that is sent
twice, or again after the connection was lost, counts once and leads to the same place.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from serve.exercise.classes import Classes
from serve.exercise.codes import tidy
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Phase
from serve.exercise.taking import Desk, Taking
from serve.i18n import tr
from serve.store.errors import StoreError
from serve.web.exercise_rooms import exercises_of, refused, rooms_of, taking_of
from serve.web.frame import language_of
from serve.web.train_feedback import feedback_values, result_values
from serve.web.train_frame import (
    address_of,
    code_kept,
    forget_code,
    go,
    keep_code,
    lost,
    message,
    phase_of,
    train_page,
)
from serve.web.train_gate import TooManyTries
from serve.web.train_question import answered, due_words, question_now

router = APIRouter(default_response_class=Response)
Text = Annotated[str, Form()]
#: Signs of the name of a class; a code has more.
_CLASS_SIGNS = 6


@router.get("/train")
def entrance(request: Request) -> Response:
    """The field for the code; for who came in already, what is open."""
    code = code_kept(request)
    if not code:
        return _entrance(request)
    return _guarded(request, lambda taking: _desk(request, _come_in(request, taking, code)))


@router.post("/train")
def come_in(request: Request, code: Text = "") -> Response:
    """Come in by code, or by the name of a class that gives everyone a code."""
    typed = tidy(code)[:40]

    def entered(taking: Taking) -> Response:
        if len(typed) == _CLASS_SIGNS:
            return go(f"/train/new?class={_open_class(request, typed)[0]}")
        return keep_code(request, go("/train"), _come_in(request, taking, typed).code)

    return _guarded(request, entered, typed=code[:40])


@router.get("/train/new")
def newcomer(request: Request) -> Response:
    """Whether to get a code of a class."""
    name = tidy(request.query_params.get("class", ""))[:40]

    def asked(_: Taking) -> Response:
        class_id, class_name = _open_class(request, name)
        return train_page(
            request, "train_new.html", title=tr("train.new.title", language_of(request)), class_id=class_id,
            class_name=class_name, token=secrets.token_urlsafe(16),
        )  # fmt: skip

    return _guarded(request, asked, typed=name)


@router.post("/train/new")
def enrolled(request: Request, class_id: Text = "", token: Text = "") -> Response:
    """Make a code. The form's token makes it one code however often the form is sent."""

    def made(taking: Taking) -> Response:
        name, _ = _open_class(request, tidy(class_id)[:40])
        if not token.strip():
            return go(f"/train/new?class={name}")
        code = rooms_of(request).gate.enrol_once(f"{name} {token[:80]}", lambda: taking.enrol(name))
        return keep_code(request, go("/train"), code)

    return _guarded(request, made, typed=class_id)


@router.get("/train/leave")
def leave_page(request: Request) -> Response:
    """Nothing to see: leaving is a form."""
    return go("/train")


@router.post("/train/leave")
def leave(request: Request) -> Response:
    """Let another trainee use this device; what was answered stays."""
    return forget_code(go("/train"))


@router.get("/train/{phase}")
def question_page(request: Request, phase: str) -> Response:
    """The question to be answered now."""
    wanted = phase_of(phase)
    if wanted is None:
        return lost(request)
    return _inside(request, lambda taking, code: question_now(request, taking, code, wanted))


@router.post("/train/{phase}")
def sent(
    request: Request, phase: str, do: Text = "", number: Text = "", what: Text = "", action: Text = "",
    confidence: Text = "",
) -> Response:  # fmt: skip
    """Start a phase, answer its question, or end practice."""
    wanted = phase_of(phase)
    if wanted is None:
        return lost(request)

    def done(taking: Taking, code: str) -> Response:
        if do == "start":
            taking.start(code, wanted)
        elif do == "end" and wanted is Phase.PRACTICE:
            taking.finish(code, wanted)
            return go("/train")
        elif do == "answer":
            return answered(request, taking, code, wanted, (number, what, action, confidence))
        return go(f"/train/{wanted.value}")

    return _inside(request, done)


@router.get("/train/{phase}/answer/{number}")
def feedback(request: Request, phase: str, number: int) -> Response:
    """What practice tells after an answer."""
    if phase != Phase.PRACTICE:
        return lost(request)

    def shown(taking: Taking, code: str) -> Response:
        values = feedback_values(taking, rooms_of(request).hints, code, number, language_of(request))
        if values is None:
            return lost(request)
        due = due_words(values["due"], taking.store.now(), language_of(request))
        title = tr("train.feedback.right" if values["right"] else "train.feedback.wrong", language_of(request))
        return train_page(request, "train_feedback.html", title=title, code=code, **{**values, "due": due})

    return _inside(request, shown)


@router.get("/train/{phase}/result")
def result(request: Request, phase: str) -> Response:
    """A trainee's own test, once the trainer has closed it."""
    wanted = phase_of(phase)
    if wanted is None or wanted is Phase.PRACTICE:
        return lost(request)

    def shown(taking: Taking, code: str) -> Response:
        language = language_of(request)
        title = tr("train.result.title", language, phase=tr(f"exercise.phase.{wanted.value}", language))
        values = result_values(taking, code, wanted, language)
        return train_page(request, "train_result.html", title=title, code=code, phase=wanted.value, **values)

    return _inside(request, shown)


@router.get("/train/{phase}/photo/{handle}")
def photo(request: Request, phase: str, handle: str) -> Response:
    """A photo of a question that this trainee was asked."""
    wanted = phase_of(phase)
    if wanted is None:
        return lost(request)

    def shown(taking: Taking, code: str) -> Response:
        # Kept by the browser, so that a lost connection does not take the photo away.
        headers = {"Cache-Control": "private, max-age=3600"}
        return Response(taking.photo(code, wanted, handle), media_type="image/jpeg", headers=headers)

    return _inside(request, shown)


@router.api_route("/train/{rest:path}", methods=["GET", "POST"])
def nowhere(request: Request, rest: str) -> Response:
    """Whatever else stands under ``/train`` is no other page of the program either."""
    return lost(request)


def _entrance(request: Request, said: str = "", status: int = 200, typed: str = "") -> Response:
    title = tr("train.enter.title", language_of(request))
    return train_page(request, "train_enter.html", title=title, status=status, said=said, typed=typed)


def _guarded(request: Request, act: Callable[[Taking], Response], typed: str = "") -> Response:
    """Act for somebody who is not in yet: what goes wrong is said beside the field for the code."""
    language = language_of(request)
    try:
        return act(taking_of(request))
    except TooManyTries as error:
        return _entrance(request, tr("train.throttled", language, minutes=error.minutes), 429, typed)
    except ExerciseError as error:
        answer = _entrance(request, refused(error, language), 401, typed)
        return forget_code(answer) if error.code is ExerciseErrorCode.NO_CODE else answer
    except StoreError:
        return _entrance(request, tr("train.unavailable", language), 503, typed)


def _inside(request: Request, act: Callable[[Taking, str], Response]) -> Response:
    """Act for the trainee whose code this device keeps; without one, back to the entrance."""
    code, language = code_kept(request), language_of(request)
    if not code:
        return go("/train")
    title = tr("train.refused.title", language)
    try:
        taking = taking_of(request)
        _come_in(request, taking, code)
        return act(taking, code)
    except TooManyTries:
        return go("/train")
    except ExerciseError as error:
        if error.code is ExerciseErrorCode.NO_CODE:
            return go("/train")
        if error.code is ExerciseErrorCode.NO_PHOTO:
            return lost(request)
        return message(request, title, refused(error, language), 409)
    except StoreError:
        return message(request, title, tr("train.unavailable", language), 503)


def _come_in(request: Request, taking: Taking, code: str) -> Desk:
    if not code:
        raise ExerciseError("no code was typed", ExerciseErrorCode.NO_CODE)
    return rooms_of(request).gate.through(code, address_of(request), lambda: taking.enter(code))


def _open_class(request: Request, name: str) -> tuple[str, str]:
    """Id and name of a class that anyone may enter."""
    store = exercises_of(request)
    found = rooms_of(request).gate.through(name, address_of(request), lambda: Classes(store).class_info(name))
    if not found.self_enrol:
        raise ExerciseError("codes of this class are given out by the trainer", ExerciseErrorCode.CLASS_BY_CODE)
    return found.id, found.name


def _desk(request: Request, desk: Desk) -> Response:
    return train_page(
        request, "train_desk.html", title=desk.class_name, desk=desk, code=desk.code,
        waiting=not any(one.open and not one.finished for one in desk.phases),
    )  # fmt: skip
