"""Examine by eye, before or without a case: the checklist for the likely leaves and the views to take."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from model.taxonomy import shipped_taxonomy
from serve.i18n import tr
from serve.services.checklist import ANSWERS, checklist_for, declared_items
from serve.ui.guide import checklist_html, views_html
from serve.web.frame import language_of, markup, missing, page

router = APIRouter(default_response_class=Response)


@router.get("/examine")
def examine(request: Request, leaves: str = "", item: str = "") -> Response:
    """Questions and views for ``leaves`` (ids, comma between) and a declared ``item``; answers are in the address.

    Nothing is stored: the answers come back ticked, with the views that are still missing.
    """
    language = language_of(request)
    wanted = [leaf for leaf in leaves.split(",") if leaf]
    known = set(shipped_taxonomy().leaf_ids)
    if not set(wanted) <= known or (item and item not in declared_items()):
        return missing(request)
    checklist = checklist_for(wanted, item or None)
    features = {feature.id for feature in checklist.features}
    answers = {
        name: value for name, value in request.query_params.items() if name in features and value in ANSWERS
    }  # fmt: skip
    taken = set(request.query_params.getlist("view"))
    return page(
        request, "examine.html", title=tr("examine.title", language), leaves=leaves, item=item,
        checklist=markup(checklist_html(checklist, language, answers)),
        views=markup(views_html(checklist, language, taken)),
        answered=len(answers), questions=len(features),
    )  # fmt: skip
