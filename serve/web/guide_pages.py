"""The guide as plain pages: overview with search, entries."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from serve.i18n import tr
from serve.services.guide import guide
from serve.ui.guide import guide_entry, guide_index
from serve.web.frame import language_of, markup, missing, page

router = APIRouter(default_response_class=Response)


@router.get("/guide")
def overview(request: Request, q: str = "") -> Response:
    """All entries, or those a search finds."""
    language = language_of(request)
    content = markup(guide_index(language, q[:200]))
    return page(request, "guide.html", title=tr("nav.guide", language), content=content)


@router.get("/guide/{entry}")
def one(request: Request, entry: str) -> Response:
    """One entry; 404 in words if there is none."""
    if entry not in guide().entries:
        return missing(request)
    language = language_of(request)
    title = guide().entry(entry).title.text(language)
    return page(request, "guide.html", title=title, content=markup(guide_entry(entry, language)))
