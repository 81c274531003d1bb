"""The agency's settings as a plain page, and what people without the role are told."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serve.i18n import LANGUAGES, tr
from serve.services.local_only import Receive, Scope, Send
from serve.services.login import USER
from serve.services.settings import settings
from serve.services.users import Role, Users
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseOpened, OfficerDecided
from serve.store.store import CaseStore
from serve.web.pages import add_pages

SECRET = "hoa sen nở sớm"
FORM = {"name": "own_judgement_first", "value": "on"}
As = Callable[[str | None], TestClient]


@pytest.fixture
def people(store: CaseStore) -> None:
    """An officer, a trainer and a maintainer."""
    users = Users(store.database, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    for name, role in (("Lan", Role.OFFICER), ("Hoa", Role.TRAINER), ("Minh", Role.MAINTAINER)):
        users.add(name, SECRET, role)


@pytest.fixture
def signed_in(store: CaseStore, people: None) -> Iterator[As]:
    """The pages as someone sees them whom the sign-in let through."""
    opened: list[TestClient] = []

    def as_user(name: str | None) -> TestClient:
        app = FastAPI()
        add_pages(app, lambda: store)

        async def known(scope: Scope, receive: Receive, send: Send) -> None:
            if name is not None and scope["type"] == "http":
                scope[USER] = name
            await app(scope, receive, send)

        client = TestClient(known, headers={"accept-language": "en-GB"})
        opened.append(client)
        return client

    yield as_user
    for client in opened:
        client.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_person_alone_changes_a_setting_and_sees_who_did(
    client: TestClient, store: CaseStore, language: str
) -> None:
    text = client.get("/settings", params={"lang": language}).text
    assert tr("settings.never", language) in text
    assert tr("settings.now", language, state=tr("settings.off", language)) in text
    done = client.post("/settings", data={**FORM, "officer": "Minh", "reason": "<b>12"})
    assert (done.status_code, done.url.path) == (200, "/settings")
    assert tr("settings.now", language, state=tr("settings.on", language)) in done.text
    assert "&lt;b&gt;12" in done.text
    assert settings(store)[0].value is True
    assert [event.who for event in store.settings()] == ["Minh"]
    again = client.post("/settings", data={**FORM, "officer": "Minh"})
    assert tr("settings.same", language) in again.text
    assert len(store.settings()) == 1


@pytest.mark.parametrize("form", [{"name": "x"}, {"value": "maybe"}, {"officer": " "}, {"value": ""}])
def test_a_wrong_form_records_nothing_and_keeps_what_was_typed(
    client: TestClient, store: CaseStore, form: dict[str, str]
) -> None:
    answer = client.post("/settings", data={**FORM, "officer": "Minh", "reason": "order 12", **form})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert ("order 12" in answer.text) == ("name" not in form)
    assert store.settings() == []


def test_the_signed_in_name_is_recorded_whatever_is_typed(signed_in: As, store: CaseStore) -> None:
    assert signed_in("Minh").post("/settings", data={**FORM, "officer": "Lan"}).status_code == 200
    assert [event.who for event in store.settings()] == ["Minh"]


@pytest.mark.parametrize("name", ["Lan", "Hoa", None, "gone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_may_not_is_told_who_may(signed_in: As, store: CaseStore, name: str | None, language: str) -> None:
    client = signed_in(name)
    for answer in (
        client.get("/settings", params={"lang": language}),
        client.post("/settings", params={"lang": language}, data={**FORM, "reason": "order 12", "officer": "Minh"}),
    ):
        assert answer.status_code == 403
        text = html.unescape(answer.text)
        role = tr("access.role.maintainer", language)
        assert tr("refusal.change_settings", language, role=role) in text
        known = name in ("Lan", "Hoa")
        assert (tr("refusal.ask", language, names="Minh") in text) == known
        assert (tr("refusal.nobody", language) in text) == (not known)
    assert "order 12" in text
    assert store.settings() == []


def test_only_who_may_is_led_to_the_settings(signed_in: As, client: TestClient) -> None:
    for name, led in (("Minh", True), ("Hoa", False), ("Lan", False), (None, False)):
        for path in ("/guide", "/cases"):
            assert ('href="/settings"' in signed_in(name).get(path).text) == led


def test_alone_on_a_laptop_one_is_led_to_the_settings(client: TestClient) -> None:
    assert 'href="/settings"' in client.get("/guide").text


def test_without_any_maintainer_it_is_said_how_to_add_one(signed_in: As, store: CaseStore) -> None:
    Users(store.database, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)).disable("Minh")
    text = html.unescape(signed_in("Lan").get("/settings").text)
    assert tr("refusal.no_holder", "en") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_of_others_is_withdrawn_by_a_maintainer_only(signed_in: As, store: CaseStore, language: str) -> None:
    store.append("VN-1", "Minh", CaseOpened())
    number = store.append("VN-1", "Hoa", OfficerDecided(exhibit="1", decision="kept", action="detain")).number
    form = {"number": "VN-1", "event": str(number), "reason": "wrong <exhibit>", "officer": "Hoa"}
    refused = signed_in("Lan").post("/case/withdraw", params={"lang": language}, data=form)
    assert refused.status_code == 403
    text = html.unescape(refused.text)
    role = tr("access.role.maintainer", language)
    assert tr("refusal.correct_record", language, number=number, names="Hoa", role=role) in text
    assert tr("refusal.you", language, name="Lan", role=tr("access.role.officer", language)) in text
    assert "wrong &lt;exhibit&gt;" in refused.text
    assert 'href="/case?number=VN-1"' in refused.text
    assert signed_in(None).post("/case/withdraw", data=form).status_code == 403
    assert store.case("VN-1").exhibits["1"].action == "detain"
    assert signed_in("Minh").post("/case/withdraw", data=form).status_code == 200
    assert store.case("VN-1").exhibits == {}


def test_ones_own_record_anyone_withdraws(signed_in: As, store: CaseStore) -> None:
    store.append("VN-1", "Minh", CaseOpened())
    number = store.append("VN-1", "lan", OfficerDecided(exhibit="1", decision="kept")).number
    form = {"number": "VN-1", "event": str(number), "reason": "wrong exhibit"}
    assert signed_in("Lan").post("/case/withdraw", data=form).status_code == 200
    assert store.case("VN-1").exhibits == {}
    # An event that is not there is the case's to refuse.
    missing = signed_in("Lan").post("/case/withdraw", data={**form, "event": "99"})
    assert missing.status_code == 400
    assert tr("store_error.correction", "en", number=99) in missing.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_record_of_others_is_corrected_by_a_maintainer_only(signed_in: As, store: CaseStore, method: str) -> None:
    store.append("VN-1", "Minh", CaseOpened())
    number = store.append("VN-1", "Hoa", OfficerDecided(exhibit="1", decision="kept", action="detain")).number
    right = {"field.action": "refer", "field.decision": "sent on", "field.exhibit": "1", "reason": "mistyped"}
    forms = {
        "/case/correct": {"number": "VN-1", "event": str(number), **right},
        "/case/rename": {"number": "VN-1", "exhibit": "1", "name": "TV-07", "reason": "mistyped"},
    }

    def ask(name: str, path: str) -> httpx.Response:
        sent = {"params": forms[path]} if method == "GET" else {"data": forms[path]}
        return signed_in(name).request(method, path, **sent)

    for path in forms:
        refused = ask("Lan", path)
        assert refused.status_code == 403
        assert "Hoa" in refused.text
        # What was typed is shown, so that it can be handed on.
        assert method == "GET" or "mistyped" in refused.text
        assert store.case("VN-1").exhibits["1"].action == "detain"
    for path in forms:
        assert ask("Hoa", path).status_code == 200
        assert ask("Minh", path).status_code in (200, 400)
    assert ("TV-07" in store.case("VN-1").exhibits) == (method == "POST")


def test_a_change_of_settings_is_not_taken_for_a_case(signed_in: As, store: CaseStore) -> None:
    store.append("VN-1", "Minh", CaseOpened())
    assert [one.number for one in store.cases()] == ["VN-1"]
    assert signed_in("Minh").post("/settings", data=FORM).status_code == 200
    assert [one.number for one in store.cases()] == ["VN-1"]
    store.append("VN-2", "Minh", CaseOpened())
    assert [one.number for one in store.cases()] == ["VN-1", "VN-2"]
    assert store.verify() == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_store_that_cannot_be_read_lets_nobody_change_anything(method: str) -> None:
    def broken() -> CaseStore:
        raise StoreError("locked", StoreErrorCode.LOCKED, folder="/data")

    app = FastAPI()
    add_pages(app, broken)
    with TestClient(app, headers={"accept-language": "vi"}) as client:
        answer = client.request(method, "/settings", data=FORM if method == "POST" else None)
        assert answer.status_code == 503
        assert answer.text.count(tr("store_error.locked", "vi", folder="/data")) == 1
        form = {"number": "1", "event": "1", "reason": "x"}
        assert tr("store_error.locked", "vi", folder="/data") in client.post("/case/withdraw", data=form).text
        assert 'href="/settings"' not in client.get("/guide").text
