"""What a trainer takes away from a class: report, tables, paper version, key, certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.result_tables import answers_csv, indicator_csv
from serve.exercise.results import class_results
from serve.exercise.store.store import ExerciseStore
from serve.exercise.wording import error_sentence
from serve.i18n import tr
from serve.reports.certificate import certificates_pdf
from serve.reports.class_report import class_report_pdf
from serve.reports.errors import ReportError
from serve.reports.exercise_paper import key_pdf, paper_pdf
from serve.services.access import Deed
from serve.services.cases import store_sentence
from serve.store.errors import StoreError
from serve.web.frame import language_of, page
from serve.web.refusals import refusal

router = APIRouter(prefix="/exercises/class", default_response_class=Response)
_BACK = "/exercises"
_MOST_BY = 200


class Rooms(Protocol):
    """What ``app.state.exercises`` must offer."""

    def get(self) -> ExerciseStore:
        """The exercise store.

        Raises:
            StoreError: it cannot be opened.
        """


@router.get("/{class_id}/report.pdf")
def report(request: Request, class_id: str) -> Response:
    """The report of a class."""
    language = language_of(request)
    return _file(request, class_id, "report.pdf", lambda at: class_report_pdf(class_results(at, class_id), language))


@router.get("/{class_id}/indicator.csv")
def indicator(request: Request, class_id: str) -> Response:
    """The programme's indicator."""
    return _file(request, class_id, "indicator.csv", lambda at: indicator_csv(class_results(at, class_id)))


@router.get("/{class_id}/answers.csv")
def answers(request: Request, class_id: str) -> Response:
    """All answers."""
    return _file(request, class_id, "answers.csv", lambda at: answers_csv(at, class_id))


@router.get("/{class_id}/paper.pdf")
def paper(request: Request, class_id: str) -> Response:
    """Questions and answer sheets. Unused codes get their order of entering, as on the command line."""
    return _file(request, class_id, "paper.pdf", lambda at: paper_pdf(at, class_id, language_of(request)))


@router.get("/{class_id}/key.pdf")
def key(request: Request, class_id: str) -> Response:
    """The key to the paper version."""
    return _file(request, class_id, "key.pdf", lambda at: key_pdf(at, class_id, language_of(request)))


@router.get("/{class_id}/certificates.pdf")
def certificates(request: Request, class_id: str, by: str = "") -> Response:
    """Certificates of all who finished both tests."""
    language = language_of(request)
    return _file(
        request, class_id, "certificates.pdf",
        lambda at: certificates_pdf(class_results(at, class_id), language, by=by[:_MOST_BY]),
    )  # fmt: skip


def _file(request: Request, class_id: str, name: str, make: Callable[[ExerciseStore], bytes]) -> Response:
    """A file to keep, or a page that says why there is none."""
    language = language_of(request)
    try:
        if refused := refusal(request, Deed.RUN_EXERCISES, back=_BACK):
            return refused
        rooms: Rooms = request.app.state.exercises
        data = make(rooms.get())
    except ExerciseError as error:
        status = 404 if error.code is ExerciseErrorCode.NO_CLASS else 409
        return _why(request, error_sentence(error, language), status)
    except ReportError as error:
        return _why(request, tr(error.message.code, language, **error.message.params), 409)
    except StoreError as error:
        return _why(request, store_sentence(error, language), 503)
    kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{quote(class_id, safe="")}-{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=kind, headers=headers)


def _why(request: Request, words: str, status: int) -> Response:
    title = tr("exercise_report.refused", language_of(request))
    return page(request, "refused.html", title=title, status=status, said=[words], back=_BACK, typed={})
