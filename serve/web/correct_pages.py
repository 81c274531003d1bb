"""Correct what was recorded: a form filled with what stands. Refused, it is shown again in words, as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from serve.i18n import tr
from serve.services.case_history import history
from serve.services.clock import local_time
from serve.services.correction import correct_record, form_fields, rename_exhibit, renumber
from serve.services.stored_records import StoredRecord, records, stored_record
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.store import CaseStore
from serve.web.case_forms import others_record
from serve.web.case_pages import case_page
from serve.web.frame import language_of, missing, page
from serve.web.rooms import in_words, store_of, user_of

router = APIRouter(default_response_class=Response)
Text = Annotated[str, Form()]
#: Fields of the form that are not fields of the record; the record's begin with this.
_FIELD = "field."


async def _fields(request: Request) -> FormData:
    return await request.form()


@router.get("/case/correct")
def form(request: Request, number: str = "", event: int = 0) -> Response:
    """The form for one record."""
    return _form(request, number, event)


@router.post("/case/correct")
def corrected(request: Request, typed: Annotated[FormData, Depends(_fields)]) -> Response:
    """Record a correction."""
    number, reason, officer = (str(typed.get(name) or "") for name in ("number", "reason", "officer"))
    event, after = (_whole(str(typed.get(name) or "")) for name in ("event", "after"))
    values = {name.removeprefix(_FIELD): str(value) for name, value in typed.items() if name.startswith(_FIELD)}
    said: list[str] = []
    with in_words(request, said):
        store = store_of(request)
        one = stored_record(store, number, event)
        filled = {"correction.reason": reason, f"correction.what.{one.current.kind}": "; ".join(values.values())}
        if refusal := others_record(request, number, event, filled):
            return refusal
        correct_record(
            store, number, user_of(request) or officer.strip(), event, reason, values, language=language_of(request),
            after=after or None,
        )  # fmt: skip
        return _to(number, one.exhibit)
    return _form(request, number, event, said, {"reason": reason, "officer": officer}, values)


@router.get("/case/rename")
def rename_form(request: Request, number: str = "", exhibit: str = "") -> Response:
    """The form for an exhibit's name."""
    return _rename(request, number, exhibit)


@router.post("/case/rename")
def renamed(
    request: Request, number: Text = "", exhibit: Text = "", name: Text = "", reason: Text = "", officer: Text = ""
) -> Response:
    """Record an exhibit's right name, in all that was recorded about it."""
    said: list[str] = []
    with in_words(request, said):
        if refusal := _others_exhibit(
            request, number, exhibit, {"correction.reason": reason, "correction.new_name": name}
        ):
            return refusal
        rename_exhibit(store_of(request), number, user_of(request) or officer.strip(), exhibit, name, reason)
        return _to(number, name.strip())
    return _rename(request, number, exhibit, said, {"reason": reason, "officer": officer, "name": name})


@router.get("/case/renumber")
def number_form(request: Request, number: str = "") -> Response:
    """The form for the case's number."""
    return _renumber(request, number)


@router.post("/case/renumber")
def renumbered(request: Request, number: Text = "", name: Text = "", reason: Text = "", officer: Text = "") -> Response:
    """Record the case's right number."""
    said: list[str] = []
    with in_words(request, said):
        store, typed = store_of(request), {"correction.reason": reason, "renumber.new": name}
        if refusal := others_record(request, number, store.case(number).first_number, typed):
            return refusal
        renumber(store, number, user_of(request) or officer.strip(), name, reason, before=number)
        return _to(name.strip(), "")
    return _renumber(request, number, said, {"reason": reason, "officer": officer, "name": name})


def _renumber(
    request: Request, number: str, said: list[str] | None = None, form: Mapping[str, str] | None = None
) -> Response:
    language = language_of(request)

    def draw(store: CaseStore, refused: list[str]) -> Response:
        case = store.case(number)
        if refusal := others_record(request, number, case.first_number, {}):
            return refusal
        what = tr("case.title", language, number=case.number)
        return page(
            request, "renumber.html", title=tr("correction.title", language, what=what), case=case, refused=refused,
            status=400 if refused else 200, form={"reason": "", "officer": "", "name": case.number, **(form or {})},
        )  # fmt: skip

    return _drawn(request, number, said, draw)


def _form(
    request: Request,
    number: str,
    event: int,
    said: list[str] | None = None,
    form: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    language = language_of(request)

    def draw(store: CaseStore, refused: list[str]) -> Response:
        one = stored_record(store, number, event)
        if refusal := others_record(request, number, event, {}):
            return refusal
        if not one.correctable:
            raise StoreError(
                f"event {event} can be withdrawn, not corrected", StoreErrorCode.NOT_CORRECTABLE, number=event
            )
        fields = [replace(field, value=(typed or {}).get(field.name, field.value))
                  for field in form_fields(store, one, language)]  # fmt: skip
        what = tr(f"correction.what.{one.current.kind}", language)
        return page(
            request, "correct.html", title=tr("correction.title", language, what=what), number=number,
            about=_about(one, store.case(number).number, language), fields=fields, record=one, refused=refused,
            earlier=[row for row in history(store, number, language) if row.corrects == event],
            status=400 if refused else 200, form={"reason": "", "officer": "", **(form or {})},
        )  # fmt: skip

    return _drawn(request, number, said, draw)


def _rename(
    request: Request, number: str, exhibit: str, said: list[str] | None = None, form: Mapping[str, str] | None = None
) -> Response:
    language = language_of(request)

    def draw(store: CaseStore, refused: list[str]) -> Response:
        if exhibit not in store.case(number).exhibits:
            raise StoreError(
                f"case {number!r} has no exhibit {exhibit!r}", StoreErrorCode.EXHIBIT_MISSING, name=exhibit
            )  # fmt: skip
        if refusal := _others_exhibit(request, number, exhibit, {}):
            return refusal
        what = tr("case.exhibit", language, name=exhibit)
        return page(
            request, "rename.html", title=tr("correction.title", language, what=what), number=number, exhibit=exhibit,
            refused=refused, status=400 if refused else 200,
            form={"reason": "", "officer": "", "name": exhibit, **(form or {})},
        )  # fmt: skip

    return _drawn(request, number, said, draw)


def _others_exhibit(request: Request, number: str, exhibit: str, typed: Mapping[str, str]) -> Response | None:
    """The page that refuses to rename an exhibit of which others recorded anything; ``None`` if the person may."""
    about = [one.number for one in records(store_of(request).events(number)) if one.exhibit == exhibit]
    found = (others_record(request, number, event, typed) for event in about)
    return next((one for one in found if one), None)


def _drawn(
    request: Request, number: str, said: list[str] | None, draw: Callable[[CaseStore, list[str]], Response]
) -> Response:
    """The form; if there is none to draw, the case with the reason, and 404 without a case."""
    refused = list(said or ())
    try:
        return draw(store_of(request), refused)
    except StoreError as error:
        if error.code is StoreErrorCode.CASE_MISSING:
            return missing(request)
        with in_words(request, refused):
            raise
        return case_page(request, number, list(dict.fromkeys(refused)))


def _about(one: StoredRecord, case: str, language: str) -> str:
    time = local_time(one.at, language)
    return tr("correction.about", language, number=one.number, case=case, who=one.author, time=time)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _to(number: str, exhibit: str) -> Response:
    anchor = f"#{urlencode({'e': exhibit})}" if exhibit else ""
    return RedirectResponse(f"/case?{urlencode({'number': number})}{anchor}", status_code=303)
