"""What no page expected, in words: an address that leads nowhere, a form that cannot be read, a fault of the program.

Browsers get a page in the chosen language; programs and scripts get what FastAPI says by itself.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from serve.i18n import tr
from serve.web.frame import language_of, missing, page


def add_fault_pages(app: FastAPI) -> None:
    """Let ``app`` answer browsers in words; a fault is still raised, so that the log has it."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and _reads(request):
            return missing(request)
        return await http_exception_handler(request, error)

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        if not _reads(request):
            return await request_validation_exception_handler(request, error)
        return _fault(request, "fault.form", 400)

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> Response:
        return _fault(request, "fault.program", 500) if _reads(request) else PlainTextResponse("fault", 500)


def _fault(request: Request, key: str, status: int) -> Response:
    language = language_of(request)
    # What failed may be the store itself, so it is not asked what the person may do.
    return page(
        request, "fault.html", title=tr(f"{key}.title", language), status=status, text=tr(f"{key}.text", language),
        deeds=frozenset(),
    )  # fmt: skip


def _reads(request: Request) -> bool:
    """Whether a person will read the answer: browsers ask for HTML, scripts do not."""
    return "text/html" in request.headers.get("accept", "")
