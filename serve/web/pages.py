"""All plain pages, to be put before the check page."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response

from serve.web import examine_page, guide_pages

#: Style sheets by name: package and file.
STYLES = {
    "page.css": ("serve.ui", "page.css"),
    "guide.css": ("serve.ui", "guide.css"),
    "plain.css": ("serve.web", "plain.css"),
}


def add_pages(app: FastAPI) -> None:
    """Add the plain pages and their style sheets to ``app``."""

    @app.get("/style/{name}")
    def style(name: str) -> Response:
        """A style sheet of the program."""
        if name not in STYLES:
            raise HTTPException(404)
        package, file = STYLES[name]
        return Response(files(package).joinpath(file).read_text(encoding="utf-8"), media_type="text/css")

    for room in (guide_pages, examine_page):
        app.include_router(room.router)
