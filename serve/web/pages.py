"""All plain pages, to be put before the check page."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response

from serve.store.store import CaseStore
from serve.web import case_forms, case_pages, examine_page, guide_pages, review_page, settings_page
from serve.web.rooms import Stores

#: Style sheets by name: package and file.
STYLES = {
    "page.css": ("serve.ui", "page.css"),
    "guide.css": ("serve.ui", "guide.css"),
    "plain.css": ("serve.web", "plain.css"),
}


def add_pages(app: FastAPI, open_store: Callable[[], CaseStore]) -> Stores:
    """Add the plain pages and their style sheets to ``app``.

    Args:
        app: the program's application.
        open_store: opens the case store; called when a page first needs it.

    Returns:
        The store as the pages see it, for other parts of the program.
    """
    app.state.stores = Stores(open_store)

    @app.get("/style/{name}")
    def style(name: str) -> Response:
        """A style sheet of the program."""
        if name not in STYLES:
            raise HTTPException(404)
        package, file = STYLES[name]
        return Response(files(package).joinpath(file).read_text(encoding="utf-8"), media_type="text/css")

    for room in (guide_pages, examine_page, case_pages, case_forms, review_page, settings_page):
        app.include_router(room.router)
    return app.state.stores  # type: ignore[no-any-return]
