"""The agency's settings: what they are, who changed them, and the form to change them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from serve.i18n import tr
from serve.services.access import Deed
from serve.services.clock import local_time
from serve.services.settings import NAMES, Setting, change, settings
from serve.store.events import SettingEvent
from serve.web.frame import language_of, page
from serve.web.refusals import refusal
from serve.web.rooms import in_words, store_of, user_of

router = APIRouter(default_response_class=Response)
Text = Annotated[str, Form()]
_VALUES = {"on": True, "off": False}


@router.get("/settings")
def overview(request: Request) -> Response:
    """The settings and all their changes; 403 for who may not change them."""
    return _settings_page(request, [])


@router.post("/settings")
def changed(request: Request, name: Text = "", value: Text = "", reason: Text = "", officer: Text = "") -> Response:
    """Change one setting."""
    said: list[str] = []
    with in_words(request, said):
        refused = refusal(request, Deed.CHANGE_SETTINGS, typed={"settings.reason": reason}, back="/settings")
        if refused:
            return refused
        found = next((one for one in NAMES if one == name), None)
        if found is None or value not in _VALUES:
            said.append(tr("case.form.incomplete", language_of(request)))
        elif change(store_of(request), user_of(request) or officer.strip(), found, _VALUES[value], reason).event:
            # By GET, so that loading the page again records nothing twice.
            return RedirectResponse("/settings", status_code=303)
        else:
            return _settings_page(request, [], noted=tr("settings.same", language_of(request)))
    return _settings_page(request, said, form={"officer": officer, "reason": reason, "name": name, "value": value})


def _settings_page(
    request: Request, said: list[str], noted: str = "", form: dict[str, str] | None = None
) -> Response:  # fmt: skip
    language, found, changes = language_of(request), list[Setting](), list[SettingEvent]()
    status = 400 if said else 200
    unread: list[str] = []
    with in_words(request, unread):
        refused = refusal(request, Deed.CHANGE_SETTINGS)
        if refused:
            return refused
        store = store_of(request)
        found, changes = settings(store), store.settings()
    return page(
        request, "settings.html", title=tr("settings.title", language), status=503 if unread else status,
        refused=list(dict.fromkeys([*said, *unread])), noted=noted, settings=found, changes=changes[::-1],
        when=lambda at: local_time(at, language),
        form={"officer": "", "reason": "", "name": "", "value": "", **(form or {})},
    )  # fmt: skip
