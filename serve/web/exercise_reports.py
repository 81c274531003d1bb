"""What a trainer takes away from a class: report, tables, paper version, key, certificates."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from serve.exercise.result_tables import answers_csv, indicator_csv
from serve.exercise.results import class_results
from serve.exercise.store.store import ExerciseStore
from serve.i18n import tr
from serve.reports.certificate import certificates_pdf
from serve.reports.class_report import class_report_pdf
from serve.reports.errors import ReportError
from serve.reports.exercise_paper import key_pdf, paper_pdf
from serve.web.exercise_pages import as_trainer
from serve.web.frame import language_of, page

router = APIRouter(prefix="/exercises/class", default_response_class=Response)
_MOST_BY = 200


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
    """A file to keep, for who may run exercises; or a page that says why there is none."""

    def act(store: ExerciseStore) -> Response:
        try:
            data = make(store)
        except ReportError as error:
            return _stopped(request, class_id, error)
        kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
        headers = {
            "Content-Disposition": f'attachment; filename="{quote(class_id, safe="")}-{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(data, media_type=kind, headers=headers)

    return as_trainer(request, act)


def _stopped(request: Request, class_id: str, error: ReportError) -> Response:
    language = language_of(request)
    said = [tr(error.message.code, language, **error.message.params)]
    title, back = tr("exercise_report.refused", language), f"/exercises/class/{quote(class_id, safe='')}"
    return page(request, "refused.html", title=title, status=409, said=said, back=back, typed={})
