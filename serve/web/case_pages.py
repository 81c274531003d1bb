"""Cases as plain pages: find, look at, download."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from model.taxonomy import shipped_taxonomy
from serve.i18n import percent, tr
from serve.services.case_history import describe, history
from serve.services.case_list import CaseFilter, cases_csv, find, places
from serve.services.cases import suggest_number
from serve.services.checklist import checklist_for
from serve.services.clock import clock_sentence, clock_warning, local_time
from serve.services.pictures import thumbnail
from serve.services.wording import leaf_name
from serve.store.cases import Case, Exhibit
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.store import CaseStore
from serve.ui.guide import checklist_html, views_html
from serve.web.again import typed_of
from serve.web.frame import language_of, markup, missing, page
from serve.web.rooms import in_words, store_of

router = APIRouter(default_response_class=Response)
#: Outcomes to filter by, in the order of the outcome table.
OUTCOMES = ("T", "P", "F", "X", "U", "N")
ACTIONS = ("detain", "refer", "normal", "other")


@router.get("/cases")
def overview(
    request: Request, q: str = "", outcome: str = "", place: str = "", since: str = "", until: str = "", state: str = ""
) -> Response:
    """The cases that fit, the one changed last first."""
    return case_list(request, q, outcome, place, since, until, state)


def case_list(
    request: Request,
    q: str = "",
    outcome: str = "",
    place: str = "",
    since: str = "",
    until: str = "",
    state: str = "",
    said: list[str] | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    """The page of :func:`overview`, with what was refused and what had been typed."""
    language, refused = language_of(request), list(said or ())
    found: list[Case] = []
    known: list[str] = []
    notes: list[str] = []
    number = ""
    with in_words(request, refused):
        store = store_of(request)
        wanted = CaseFilter(
            text=q, outcome=outcome if outcome in OUTCOMES else None, place=place, since=_day(since), until=_day(until),
            state=state if state in ("open", "closed", "withdrawn") else None,  # type: ignore[arg-type]
        )  # fmt: skip
        found, known, number = find(store, wanted), places(store), suggest_number(store)
        notes = _clock(store, language)
    return page(
        request, "cases.html", title=tr("nav.cases", language), status=400 if refused else 200, refused=refused,
        notes=notes, typed=typed_of(request, language) if refused and request.url.path != "/cases" else None,
        cases=found, known_places=known, outcomes=OUTCOMES,
        form={"number": number, "place": "", "agency": "", "officer": "", **(form or {})},
        asked={"q": q, "outcome": outcome, "place": place, "since": since, "until": until, "state": state},
        when=lambda at: local_time(at, language),
    )  # fmt: skip


@router.get("/cases.csv")
def table(request: Request) -> Response:
    """All cases as CSV for a spreadsheet."""
    said: list[str] = []
    with in_words(request, said):
        content = cases_csv(find(store_of(request)))
        return Response(
            content, media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="tigercheck-cases.csv"'},
        )  # fmt: skip
    return case_list(request, said=said)


@router.get("/case")
def one(request: Request, number: str = "") -> Response:
    """One case: exhibits, forms, history."""
    return case_page(request, number)


def case_page(
    request: Request, number: str, said: list[str] | None = None, form: dict[str, str] | None = None
) -> Response:
    """The page of :func:`one`, with what was refused and what had been typed."""
    language, refused = language_of(request), list(said or ())
    try:
        store = store_of(request)
        case, rows, notes = store.case(number), history(store, number, language), _clock(store, language)
    except StoreError as error:
        if error.code is StoreErrorCode.CASE_MISSING:
            return missing(request)
        with in_words(request, refused):
            raise
        return case_list(request, said=refused, form=form)
    leaves = [(leaf.id, leaf.names.text(language)) for leaf in shipped_taxonomy().leaves]
    return page(
        request, "case.html", title=tr("case.title", language, number=case.number), case=case, history=rows,
        status=400 if refused else 200, refused=refused, notes=notes,
        typed=typed_of(request, language) if refused else None, form={"officer": case.officer, **(form or {})},
        leaves=leaves, actions=ACTIONS, when=lambda at: local_time(at, language),
        judged=lambda exhibit: _judged(exhibit, language), leaf_name=lambda leaf: leaf_name(leaf, language),
        picture=lambda photo: thumbnail(store.photos.path(photo.sha256), 240),
        checklist=lambda exhibit: _checklist(exhibit, language),
        ticked=lambda exhibit: describe(exhibit.checklist, language),
    )  # fmt: skip


@router.get("/case/photo")
def photo(request: Request, number: str = "", sha256: str = "") -> Response:
    """An original of a case, byte for byte; 404 unless the case names it and it is unaltered."""
    said: list[str] = []
    with in_words(request, said):
        store = store_of(request)
        named = {
            one.sha256: one for exhibit in store.case(number).exhibits.values() for one in exhibit.photos
        }  # fmt: skip
        if sha256 in named and store.photos.path(sha256).is_file():
            content = store.photos.path(sha256).read_bytes()
            if hashlib.sha256(content).hexdigest() == sha256:
                # Never shown by the browser itself: a file named by others could be a page with scripts.
                return Response(
                    content, media_type="application/octet-stream",
                    headers={"Content-Disposition": f'attachment; filename="{sha256[:12]}.original"'},
                )  # fmt: skip
    return missing(request)


def _clock(store: CaseStore, language: str) -> list[str]:
    """What is odd about the computer's clock, as a sentence: it dates whatever is recorded here."""
    warning = clock_warning(store.now(), store.last_at())
    return [clock_sentence(warning, language)] if warning else []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _judged(exhibit: Exhibit, language: str) -> dict[str, Any]:
    """What is shown of a stored answer, in the page's language."""
    prediction = exhibit.prediction or {}
    identity = prediction.get("identity")
    tiger = identity.get("T") if isinstance(identity, dict) else None
    leaf = prediction.get("leaf")
    return {
        "title": tr(f"outcome.{exhibit.outcome or 'none'}.title", language),
        "tiger": percent(float(tiger), language) if isinstance(tiger, float | int) else "",
        "leaf": leaf_name(leaf, language) if isinstance(leaf, str) else "",
    }


def _checklist(exhibit: Exhibit, language: str) -> dict[str, Any]:
    """Questions and views for what the exhibit may be, with the answers given so far."""
    prediction = exhibit.prediction or {}
    named = [prediction.get("leaf"), *(prediction.get("prediction_set") or ())]  # type: ignore[misc]
    known = set(shipped_taxonomy().leaf_ids)
    leaves = [leaf for leaf in dict.fromkeys(named) if isinstance(leaf, str) and leaf in known]
    asked = checklist_for(leaves, exhibit.declared.declared_as if exhibit.declared else None)
    answers = exhibit.checklist.answers if exhibit.checklist else {}
    taken = exhibit.checklist.views_taken if exhibit.checklist else ()
    return {
        "questions": markup(checklist_html(asked, language, dict(answers))),
        "views": markup(views_html(asked, language, taken)), "leaves": ",".join(leaves),
        "item": exhibit.declared.declared_as if exhibit.declared else "",
    }  # fmt: skip
