"""What the pages of trainees share: a frame without the program's other pages, and the code in a cookie."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from serve.exercise.codes import shown, tidy
from serve.exercise.model import Phase
from serve.i18n import LANGUAGE_NAMES, LANGUAGES, tr
from serve.web.frame import LANGUAGE_COOKIE, environment, language_of, switched

#: Cookie that holds a trainee's code, for the pages under ``/train`` alone.
CODE_COOKIE = "tigercheck_trainee"
#: How long a device keeps a code, in seconds: a course of some weeks comes back to it.
_KEPT_S = 60 * 60 * 24 * 30


def train_page(request: Request, template: str, *, title: str, status: int = 200, **values: Any) -> Response:
    """A page of a trainee in the request's language.

    Args:
        request: whose language counts.
        template: its content, extending ``train_frame.html``.
        title: already worded.
        status: HTTP status.
        values: what the template fills in.
    """
    language = language_of(request)

    def sentence(key: str, **params: object) -> str:
        return tr(key, language, **params)

    text = environment().get_template(template).render(
        tr=sentence, lang=language, title=title, shown=shown,
        languages=[(code, LANGUAGE_NAMES[code], switched(request, code)) for code in LANGUAGES], **values,
    )  # fmt: skip
    answer = HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True, samesite="strict")
    return answer


def message(request: Request, title: str, text: str, status: int, onward: str = "/train") -> Response:
    """A page that says one thing, with the way on."""
    return train_page(request, "train_message.html", title=title, status=status, text=text, onward=onward)


def lost(request: Request) -> Response:
    """404 in words."""
    language = language_of(request)
    return message(request, tr("plain.missing.title", language), tr("train.missing", language), 404)


def go(path: str) -> RedirectResponse:
    """On to another page by GET, so that loading it again sends nothing twice."""
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


def keep_code(request: Request, answer: Response, code: str) -> Response:
    """Let this device come back with a code."""
    answer.set_cookie(
        CODE_COOKIE, code, max_age=_KEPT_S, path="/train", secure=request.url.scheme == "https", httponly=True,
        samesite="strict",
    )  # fmt: skip
    return answer


def forget_code(answer: Response) -> Response:
    """Let the next trainee use this device."""
    answer.delete_cookie(CODE_COOKIE, path="/train", httponly=True, samesite="strict")
    return answer


def code_kept(request: Request) -> str:
    """The code this device came in with; empty if there is none."""
    return tidy(request.cookies.get(CODE_COOKIE, ""))[:40]


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def phase_of(text: str) -> Phase | None:
    """A phase as it stands in an address."""
    return next((phase for phase in Phase if phase.value == text), None)
