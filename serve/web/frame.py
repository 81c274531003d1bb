"""What all plain pages share: language, navigation, header, style."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from serve.i18n import LANGUAGE_NAMES, LANGUAGES, choose_language, tr
from serve.services.access import Deed
from serve.services.login import user_of as signed_in
from serve.ui.render import places_for
from serve.web.allowed import deeds_here

#: Cookie that keeps the language chosen on a plain page. It holds nothing else.
LANGUAGE_COOKIE = "tigercheck_language"


@cache
def environment() -> Environment:
    """Templates of the plain pages, and those they share with the check page. Everything filled in is escaped."""
    return Environment(
        loader=ChoiceLoader([PackageLoader("serve.web"), PackageLoader("serve.ui")]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def language_of(request: Request) -> str:
    """The language asked for in the address, else the one kept, else the browser's."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    return choose_language(request.headers.get("accept-language"))


def page(
    request: Request, template: str, *, title: str, status: int = 200, deeds: Collection[Deed] | None = None,
    **values: Any,
) -> Response:  # fmt: skip
    """A whole page in the request's language.

    Args:
        request: whose language and address count.
        template: its content, extending ``frame.html``.
        title: already worded.
        status: HTTP status.
        deeds: for whom the navigation is; ``None`` for whoever asks.
        values: what the template fills in; ``notes`` are sentences at the top, ``typed`` what was not recorded.
    """
    language = language_of(request)
    values.setdefault("notes", ())
    values.setdefault("typed", None)

    def sentence(key: str, **params: object) -> str:
        return tr(key, language, **params)

    text = environment().get_template(template).render(
        tr=sentence, lang=language, title=title, path=request.url.path,
        places=places_for(deeds_here(request) if deeds is None else deeds),
        languages=[(code, LANGUAGE_NAMES[code], switched(request, code)) for code in LANGUAGES],
        user=signed_in(request), **values,
    )  # fmt: skip
    answer = HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True, samesite="strict")
    return answer


def switched(request: Request, language: str) -> str:
    """The same address in another language."""
    address = request.url.include_query_params(lang=language)
    if request.method == "POST" and request.url.path.startswith("/case/"):
        # The address of a form shows nothing by itself; what it was about does.
        number = dict(getattr(request.state, "typed", ())).get("number", "")
        address = request.url.replace(path="/case", query="").include_query_params(number=number, lang=language)
        return f"{address.path}?{address.query}"
    return "?" + str(address.query)


def markup(html: str) -> Markup:
    """HTML that was made by templates of ours and is therefore not escaped again."""
    return Markup(html)  # noqa: S704 - never given anything but what escaping templates have rendered


def missing(request: Request) -> Response:
    """404 in words, with the way back."""
    title = tr("plain.missing.title", language_of(request))
    return page(request, "missing.html", title=title, status=404)
