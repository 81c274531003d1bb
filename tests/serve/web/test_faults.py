"""What no page expected, and what was filled in and refused: said in words, in the person's language."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serve.i18n import LANGUAGES, tr
from serve.services.guide import guide
from serve.services.wording import leaf_name
from serve.store.events import CaseClosed, CaseOpened, OfficerDecided
from serve.store.store import CaseStore
from serve.web.pages import add_pages

HTML = {"accept": "text/html"}


@pytest.fixture
def closed(store: CaseStore) -> str:
    """A closed case with one exhibit: forms of an open one are refused."""
    for payload in (CaseOpened(), OfficerDecided(exhibit="E <1>", decision="kept"), CaseClosed()):
        store.append("VN-1", "Lan", payload)
    return "VN-1"


def panel(text: str) -> str:
    found = re.search(r'<section class="[^"]*tc-again".*?</section>', text, re.DOTALL)
    assert found
    return found.group()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_decision_says_what_had_been_chosen(client: TestClient, closed: str, language: str) -> None:
    form = {"number": closed, "exhibit": "E <1>", "action": "detain", "decision": "kept\nas evidence", "officer": "Hà"}
    answer = client.post("/case/decide", params={"lang": language}, data=form)
    assert answer.status_code == 400
    shown = panel(answer.text)
    assert tr("action.detain", language) in shown
    assert "E &lt;1&gt;" in shown
    assert ">\nkept\nas evidence</textarea>" in shown
    assert 'name="action" value="detain"' in shown
    assert 'name="officer" required maxlength="200" value="Hà"' in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_checklist_says_what_had_been_answered(client: TestClient, closed: str, language: str) -> None:
    sheet = next(iter(guide().sheets.values()))
    feature, view = sheet.features[0], sheet.views[0]
    form = {"number": closed, "exhibit": "E <1>", "officer": "Hà", feature.id: "unsure", "view": view.id}
    leaves = next(leaf for entry in guide().ordered for leaf in entry.leaves)
    shown = panel(
        client.post("/case/checklist", params={"lang": language}, data=form | {"leaves": leaves}).text
    )  # fmt: skip
    assert f"<dt>{feature.question.text(language)}</dt><dd>{tr('examine.unsure', language)}</dd>" in shown
    assert view.text.text(language) in shown


def test_a_value_that_no_form_has_stays_as_it_is(client: TestClient, closed: str) -> None:
    form = {"number": closed, "exhibit": "E <1>", "officer": "Hà", "leaf": "<dragon>", "body": "Institute"}
    shown = panel(client.post("/case/laboratory", data=form).text)
    assert "<dd>&lt;dragon&gt;</dd>" in shown
    assert 'name="body" maxlength="500" value="Institute"' in shown
    form = {"number": closed, "exhibit": "E <1>", "officer": "", "leaf": "tiger_claw", "body": "Institute"}
    shown = panel(client.post("/case/laboratory", data=form).text)
    assert f"<dd>{leaf_name('tiger_claw', 'en')}</dd>" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_addresses_and_forms_that_cannot_be_read_are_answered_in_words(client: TestClient, language: str) -> None:
    lang = {"lang": language}
    answer = client.get("/case/correct", params={"event": "abc", **lang}, headers=HTML)
    assert answer.status_code == 400
    assert tr("fault.form.text", language) in answer.text
    answer = client.post("/case/decide", params=lang, data={"number": "VN-1"}, headers=HTML)
    assert answer.status_code == 400
    assert tr("fault.form.title", language) in answer.text
    answer = client.get("/nowhere", params=lang, headers=HTML)
    assert answer.status_code == 404
    assert tr("plain.missing.title", language) in answer.text
    # Programs go on getting what they can read.
    assert client.get("/nowhere").json() == {"detail": "Not Found"}
    assert client.get("/case/correct", params={"event": "abc"}).status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_of_the_program_is_said_in_words(language: str) -> None:
    def broken() -> CaseStore:
        raise RuntimeError("secret detail")

    app = FastAPI()
    add_pages(app, broken)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/cases", params={"lang": language}, headers=HTML)
    assert answer.status_code == 500
    assert tr("fault.program.text", language) in answer.text
    assert "secret" not in answer.text
