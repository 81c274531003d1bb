"""Correcting by plain forms: filled with what stands, refused in words, and never over another's correction."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient

from serve.i18n import LANGUAGES, tr
from serve.services.cases import NewCheck, save_check
from serve.store.cases import Exhibit
from serve.store.events import (
    CaseOpened,
    ChecklistAnswered,
    ExhibitDeclared,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
)
from serve.store.store import CaseStore

NUMBER, NAME = "VN-2026/7 <b>", 'E1 "<i>'
ANSWER: dict[str, object] = {"outcome": "N", "bundle": "tiny-0.0.1", "probabilities": {"unrelated": 1.0}}


@pytest.fixture
def case(store: CaseStore) -> str:
    check = NewCheck(
        NAME, [("a.jpg", b"a")], ExhibitDeclared(exhibit="?", declared_as="claw", labelled_as="\n<script>móng"),
        OfficerJudged(exhibit="?", identity="F"), ANSWER,
        ChecklistAnswered(exhibit="?", version="1", answers={"bone_slit": "yes"}, sheets=("bone",)),
        OfficerDecided(exhibit="?", decision="detain", action="detain"),
    )  # fmt: skip
    save_check(store, NUMBER, "Nguyễn Văn Đạt", check, CaseOpened(place="Móng Cái"))
    store.append(NUMBER, "Minh", LaboratoryAnswered(exhibit=NAME, leaf="faux_fur", body="IEBR"))
    store.append(NUMBER, "Minh", ExhibitReviewed(exhibit=NAME, opinion="agreed"))
    return NUMBER


def number_of(store: CaseStore, kind: str) -> int:
    return next(one.number for one in store.events() if one.payload.kind == kind)


def only(store: CaseStore) -> Exhibit:
    (exhibit,) = store.case(NUMBER).exhibits.values()
    return exhibit


def filled(text: str) -> dict[str, str]:
    """What a browser would send of the form, untouched."""
    form = text[text.index('action="/case/correct"') :]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if values.get("type") == "radio" and "checked" not in tag:
            continue
        sent[values["name"]] = html.unescape(values.get("value", ""))
    for name, inside in re.findall(r'<select name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        sent[name] = html.unescape(re.findall(r'value="([^"]*)" selected', inside)[0])
    for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = html.unescape(value)
    return sent


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_has_its_form_filled_with_what_stands(
    client: TestClient, case: str, store: CaseStore, language: str
) -> None:
    page = client.get("/case", params={"number": case, "lang": language}).text
    links = {html.unescape(link) for link in re.findall(r'href="(/case/correct[^"]*)"', page)}
    assert len(links) == 8  # all but the answer of the check
    before = len(store.events())
    for link in links:
        shown = client.get(link)
        assert shown.status_code == 200
        assert tr("correction.kept", language) in shown.text
        sent = filled(shown.text) | {"officer": "Lan", "reason": "x"}
        untouched = client.post("/case/correct", data=sent)
        assert untouched.status_code == 400, link
        assert tr("store_error.nothing_changed", language) in untouched.text
    assert len(store.events()) == before


def test_a_correction_is_recorded_shown_and_can_itself_be_corrected(
    client: TestClient, case: str, store: CaseStore
) -> None:
    event = number_of(store, "laboratory_answered")
    sent = filled(client.get("/case/correct", params={"number": case, "event": event}).text)
    sent |= {"officer": "Lan", "reason": "wrong <line>", "field.leaf": "dyed_hide", "field.reference": "12/KL"}
    answer = client.post("/case/correct", data=sent)
    assert answer.status_code == 200
    assert answer.url.path == "/case"
    assert only(store).laboratory == LaboratoryAnswered(exhibit=NAME, leaf="dyed_hide", body="IEBR", reference="12/KL")
    facts, _, history = answer.text.partition(tr("case.history", "en"))
    assert "12/KL" in facts
    assert "now “12/KL”" in history
    assert "Reason: wrong &lt;line&gt;" in history
    again = client.get("/case/correct", params={"number": case, "event": event})
    assert tr("correction.earlier", "en") in again.text
    assert 'value="12/KL"' in again.text
    sent = filled(again.text) | {"officer": "Minh", "reason": "read again", "field.reference": "13/KL"}
    assert client.post("/case/correct", data=sent).url.path == "/case"
    assert store.verify() == []


def test_who_opened_the_form_before_anothers_correction_is_told_and_loses_nothing_typed(
    client: TestClient, case: str, store: CaseStore
) -> None:
    event = number_of(store, "officer_decided")
    sent = filled(client.get("/case/correct", params={"number": case, "event": event}).text)
    first = client.post("/case/correct", data=sent | {"officer": "Lan", "reason": "a", "field.action": "refer"})
    assert first.status_code == 200
    second = client.post(
        "/case/correct", data=sent | {"officer": "Minh", "reason": "my reason", "field.action": "normal"}
    )
    assert second.status_code == 400
    assert tr("store_error.corrected_meanwhile", "en", number=event) in second.text
    assert 'value="my reason"' in second.text
    assert only(store).action == "refer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_is_said_and_what_was_typed_stays(
    client: TestClient, case: str, store: CaseStore, language: str
) -> None:
    event = number_of(store, "laboratory_answered")
    sent = filled(client.get("/case/correct", params={"number": case, "event": event, "lang": language}).text)
    for changed, said in (
        ({"reason": " "}, tr("store_error.no_reason", language)),
        ({"field.body": ""}, tr("store_error.correction_field", language, name=tr("case.form.body", language))),
        ({"officer": ""}, tr("store_error.names", language)),
    ):
        form = sent | {"officer": "Lan", "reason": "x", "field.reference": "mới 1"} | changed
        answer = client.post("/case/correct", data=form)
        assert answer.status_code == 400
        assert said in answer.text
        assert "mới 1" in answer.text
    assert only(store).laboratory == LaboratoryAnswered(exhibit=NAME, leaf="faux_fur", body="IEBR")


def test_there_is_no_form_for_what_cannot_be_corrected(client: TestClient, case: str, store: CaseStore) -> None:
    judged = number_of(store, "exhibit_judged")
    answer = client.get("/case/correct", params={"number": case, "event": judged})
    assert answer.status_code == 400
    assert tr("store_error.not_correctable", "en", number=judged) in answer.text
    assert client.get("/case/correct", params={"number": case, "event": 99}).status_code == 400
    assert client.get("/case/correct", params={"number": "none", "event": 1}).status_code == 404
    assert client.get("/case/rename", params={"number": "none", "exhibit": "E1"}).status_code == 404
    assert client.get("/case/rename", params={"number": case, "exhibit": "E9"}).status_code == 400
    assert client.post("/case/correct", data={"number": case, "event": "²", "reason": "x"}).status_code == 400


def test_an_exhibit_is_renamed_by_a_form(client: TestClient, case: str, store: CaseStore) -> None:
    page = client.get("/case", params={"number": case}).text
    (link,) = {html.unescape(link) for link in re.findall(r'href="(/case/rename[^"]*)"', page)}
    assert html.escape(NAME, quote=True).replace("&quot;", "&#34;") in client.get(link).text
    form = {"number": case, "exhibit": NAME, "officer": "Lan", "reason": "record says TV-07"}
    taken = client.post("/case/rename", data=form | {"name": NAME})
    assert tr("store_error.nothing_changed", "en") in taken.text
    done = client.post("/case/rename", data=form | {"name": "TV-07"})
    assert done.url.path == "/case"
    assert only(store).name == "TV-07"
    assert store.verify() == []


def test_goods_without_a_photo_are_shown_with_their_rule(client: TestClient, store: CaseStore) -> None:
    declared = ExhibitDeclared(exhibit="1", declared_as="wine", as_tiger=True, labelled_as="虎骨酒")
    save_check(store, "W", "Lan", NewCheck("1", declared=declared, language="vi"), CaseOpened())
    for language in LANGUAGES:
        text = client.get("/case", params={"number": "W", "lang": language}).text
        assert tr("outcome.X.title", language) in text
        assert tr("rule.by", language) in text
        assert tr("rule.no_photo", language) in text
        assert "declared_processed/1, tigercheck " in text
        assert tr("outcome.X.short", language) in client.get("/cases", params={"lang": language}).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_number_is_corrected_by_a_form(client: TestClient, case: str, store: CaseStore, language: str) -> None:
    store.append("TAKEN", "Lan", CaseOpened())
    shown = client.get("/case/renumber", params={"number": case, "lang": language})
    assert tr("renumber.kept", language) in shown.text
    assert f'name="name" required maxlength="200" value="{html.escape(NUMBER)}"' in shown.text
    form = {"number": case, "name": "TAKEN", "reason": "nhầm", "officer": "Hà"}
    refused = client.post("/case/renumber", data=form)
    assert refused.status_code == 400
    assert tr("store_error.number_taken", language, case="TAKEN") in refused.text
    assert 'value="nhầm"' in refused.text
    done = client.post("/case/renumber", data=form | {"name": "VN-9"})
    assert done.url.params["number"] == "VN-9"
    # The form of an older page is refused: somebody has given the case a number since.
    late = client.post("/case/renumber", data=form | {"name": "VN-10"})
    assert tr("store_error.renumbered_meanwhile", language, number="VN-9") in late.text
    for number in (case, "VN-9"):
        text = client.get("/case", params={"number": number}).text
        assert tr("case.title", language, number="VN-9") in text
        assert tr("renumber.former", language) in text
        assert tr("history.case_renumbered", language) in text
    listed = client.get("/cases", params={"q": "VN-2026/7"}).text
    assert "VN-9" in listed
    assert client.get("/case/renumber", params={"number": "NONE"}).status_code == 404
