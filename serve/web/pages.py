"""All plain pages, to be put before the check page."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response

from serve.store.store import CaseStore
from serve.web import (
    case_forms,
    case_pages,
    correct_pages,
    examine_page,
    exercise_forms,
    exercise_pages,
    exercise_reports,
    exercise_results,
    guide_pages,
    review_page,
    settings_page,
    train_pages,
)
from serve.web.exercise_rooms import ExerciseRooms
from serve.web.faults import add_fault_pages
from serve.web.rooms import Stores

#: Style sheets by name: package and file.
STYLES = {
    "page.css": ("serve.ui", "page.css"),
    "guide.css": ("serve.ui", "guide.css"),
    "plain.css": ("serve.web", "plain.css"),
    "train.css": ("serve.web", "train.css"),
    "results.css": ("serve.web", "results.css"),
}


def add_pages(
    app: FastAPI, open_store: Callable[[], CaseStore], exercises: ExerciseRooms | None = None
) -> Stores:  # fmt: skip
    """Add the plain pages and their style sheets to ``app``.

    Args:
        app: the program's application.
        open_store: opens the case store; called when a page first needs it.
        exercises: what the pages of exercises share. Default: the user's own exercises, without a model.

    Returns:
        The store as the pages see it, for other parts of the program.
    """
    app.state.stores = Stores(open_store)
    app.state.exercises = exercises or ExerciseRooms()

    @app.get("/style/{name}")
    def style(name: str) -> Response:
        """A style sheet of the program."""
        if name not in STYLES:
            raise HTTPException(404)
        package, file = STYLES[name]
        return Response(files(package).joinpath(file).read_text(encoding="utf-8"), media_type="text/css")

    rooms = (
        guide_pages, examine_page, case_pages, case_forms, correct_pages, review_page, settings_page, exercise_pages,
        exercise_forms, exercise_reports, exercise_results, train_pages,
    )  # fmt: skip
    for room in rooms:
        app.include_router(room.router)
    add_fault_pages(app)
    return app.state.stores  # type: ignore[no-any-return]
