"""What is recorded on the case pages. Each form is one unit of events; a refusal shows the page again, in words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from model.taxonomy import shipped_taxonomy
from serve.i18n import tr
from serve.reports.errors import ReportError
from serve.reports.pdf import check_languages, report_pdf
from serve.services.access import Deed, authors_of
from serve.services.case_report import case_report
from serve.services.cases import correct, open_case, record, reopen
from serve.services.checklist import ANSWERS, checklist_for, declared_items
from serve.services.guide_model import GuideError
from serve.store.events import (
    CaseClosed,
    ChecklistAnswered,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    Payload,
    ReportIssued,
)
from serve.store.store import CaseStore
from serve.web.again import keep_typed
from serve.web.case_pages import ACTIONS, case_list, case_page
from serve.web.frame import language_of, missing
from serve.web.refusals import refusal
from serve.web.rooms import in_words, store_of, user_of

router = APIRouter(default_response_class=Response, dependencies=[Depends(keep_typed)])
Text = Annotated[str, Form()]
#: Version of the checklists in the guide; it is kept with the answers.
CHECKLIST_VERSION = "tigercheck.checklist/1"


@router.post("/cases")
def opened(request: Request, number: Text = "", officer: Text = "", place: Text = "", agency: Text = "") -> Response:
    """Open a case."""
    said: list[str] = []
    number, who = number.strip(), user_of(request) or officer.strip()
    with in_words(request, said):
        open_case(store_of(request), number, who, place.strip(), agency.strip())
        return _to(number)
    form = {"number": number, "place": place, "agency": agency, "officer": officer}
    return case_list(request, said=said, form=form)


@router.post("/case/decide")
def decided(
    request: Request, number: Text, exhibit: Text, officer: Text = "", decision: Text = "", action: Text = ""
) -> Response:
    """The officer's own decision; an action without words is worded as itself."""
    language = language_of(request)
    chosen = action if action in ACTIONS else None
    words = decision.strip() or (tr(f"action.{chosen}", language) if chosen else "")
    return _recorded(
        request, number, officer, exhibit,
        lambda: OfficerDecided(exhibit=exhibit, decision=words, action=chosen),
    )  # fmt: skip


@router.post("/case/laboratory")
def answered(
    request: Request, number: Text, exhibit: Text, officer: Text = "", leaf: Text = "", body: Text = "",
    reference: Text = "",
) -> Response:  # fmt: skip
    """A laboratory's answer: the label that goes back to the maintainers."""
    if leaf not in shipped_taxonomy().leaf_ids:
        return case_page(request, number, [tr("case.form.incomplete", language_of(request))])
    return _recorded(
        request, number, officer, exhibit,
        lambda: LaboratoryAnswered(exhibit=exhibit, leaf=leaf, body=body.strip(), reference=reference.strip()),
    )  # fmt: skip


@router.post("/case/review")
def reviewed(request: Request, number: Text, exhibit: Text, officer: Text = "", opinion: Text = "") -> Response:
    """A second person's opinion."""
    return _recorded(
        request, number, officer, exhibit, lambda: ExhibitReviewed(exhibit=exhibit, opinion=opinion.strip())
    )


async def _fields(request: Request) -> FormData:
    return await request.form()


@router.post("/case/checklist")
def ticked(request: Request, form: Annotated[FormData, Depends(_fields)]) -> Response:
    """Answers to the checklist and the views taken; their fields are named by the questions."""
    number, exhibit, officer = (str(form.get(name) or "") for name in ("number", "exhibit", "officer"))
    leaves = [leaf for leaf in str(form.get("leaves") or "").split(",") if leaf in shipped_taxonomy().leaf_ids]
    item = str(form.get("item") or "")
    asked = checklist_for(leaves, item if item in declared_items() else None)
    names = {feature.id for feature in asked.features}
    answers = {name: str(value) for name, value in form.items() if name in names and value in ANSWERS}
    views = [str(value) for value in form.getlist("view")]
    try:
        kept = asked.record(answers, views)
    except GuideError:
        return case_page(request, number, [tr("case.form.incomplete", language_of(request))])
    return _recorded(
        request, number, officer, exhibit,
        lambda: ChecklistAnswered(
            exhibit=exhibit, version=CHECKLIST_VERSION, answers=kept.answers, sheets=kept.sheets,
            views_taken=kept.views_taken,
        ),
    )  # fmt: skip


@router.post("/case/close")
def closed(request: Request, number: Text, officer: Text = "", reason: Text = "") -> Response:
    """Close a case."""
    return _recorded(request, number, officer, "", lambda: CaseClosed(reason=reason.strip()))


@router.post("/case/reopen")
def reopened(request: Request, number: Text, officer: Text = "", reason: Text = "") -> Response:
    """Let a closed case go on."""
    return _done(request, number, officer, "", lambda store, who: reopen(store, number, who, reason))


@router.post("/case/withdraw")
def withdrawn(
    request: Request, number: Text, event: Annotated[int, Form()], officer: Text = "", reason: Text = ""
) -> Response:
    """Say that an earlier event should not stand; it stays in the history."""
    said: list[str] = []
    with in_words(request, said):
        refused = others_record(request, number, event, {"case.form.reason": reason})
        return refused or _done(
            request, number, officer, "", lambda store, who: correct(store, number, who, event, reason)
        )
    return case_page(request, number, said, {"officer": officer})


@router.post("/case/report")
def report(request: Request, number: Text, first: Text, second: Text = "", officer: Text = "") -> Response:
    """The case as PDF, in one language or two side by side; that it was made, and its hash, is recorded."""
    languages = [first] if second in ("", first) else [first, second]
    said: list[str] = []
    try:
        check_languages(languages)
        with in_words(request, said):
            store = store_of(request)
            content = report_pdf(case_report(store, number), languages)
            made = ReportIssued(sha256=hashlib.sha256(content).hexdigest(), languages=tuple(languages))
            record(store, number, user_of(request) or officer.strip(), [made])
            return Response(
                content, media_type="application/pdf",
                headers={"Content-Disposition": f'attachment; filename="tigercheck-report-{made.sha256[:12]}.pdf"'},
            )  # fmt: skip
    except ReportError as error:
        said.append(tr(error.message.code, language_of(request), **error.message.params))
    return case_page(request, number, said, {"officer": officer})


def _recorded(request: Request, number: str, officer: str, exhibit: str, make: Callable[[], Payload]) -> Response:
    """Record one event for an exhibit the case has (or for the case, if ``exhibit`` is empty)."""
    try:
        payload = make()
    except ValidationError:
        return case_page(request, number, [tr("case.form.incomplete", language_of(request))], {"officer": officer})
    return _done(request, number, officer, exhibit, lambda store, who: record(store, number, who, [payload]))


def _done(
    request: Request, number: str, officer: str, exhibit: str, act: Callable[[CaseStore, str], object]
) -> Response:
    said: list[str] = []
    with in_words(request, said):
        store = store_of(request)
        if exhibit and exhibit not in store.case(number).exhibits:
            return missing(request)
        act(store, user_of(request) or officer.strip())
        return _to(number, exhibit)
    return case_page(request, number, said, {"officer": officer})


def others_record(request: Request, number: str, event: int, typed: Mapping[str, str]) -> Response | None:
    """The page that refuses to withdraw or correct a record of others; ``None`` if the person may, or if there is none.

    Args:
        request: whose sign-in counts.
        number: of the case.
        event: that is to be withdrawn or corrected.
        typed: what was filled in, by the catalogue's key of its label.

    Raises:
        StoreError: the case or the users cannot be read; then nothing may be corrected either.
    """
    authors = authors_of(store_of(request), number, event)
    if not authors:
        return None  # recording the correction says that the case has no such event
    back = f"/case?{urlencode({'number': number})}"
    return refusal(request, Deed.CORRECT_RECORD, authors=authors, number=event, typed=typed, back=back)


def _to(number: str, exhibit: str = "") -> Response:
    """Back to the case by GET, so that loading the page again records nothing twice."""
    anchor = f"#{urlencode({'e': exhibit})}" if exhibit else ""
    return RedirectResponse(f"/case?{urlencode({'number': number})}{anchor}", status_code=303)
