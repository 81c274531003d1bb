"""A case from opening to the laboratory's answer, by plain forms, in every language."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader

from model.predict import Predictor
from serve.i18n import LANGUAGES, tr
from serve.reports.pdf import report_pdf
from serve.services.answer_json import exhibit_json
from serve.services.case_report import case_report
from serve.services.cases import NewCheck, save_check
from serve.services.check import check, view
from serve.services.declared import Declaration, DeclaredItem
from serve.services.declared_answer import declared_json
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseOpened, ExhibitDeclared, OfficerJudged
from serve.store.store import CaseStore
from serve.web.pages import add_pages
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured

NUMBER = "VN-2026/7 <b>"


@pytest.fixture
def saved(store: CaseStore, predictor: Predictor, tmp_path: Path) -> Path:
    """A case with one exhibit that was checked; gives its photo."""
    photo = save(textured(COLOURS["tiger_whole"]), tmp_path / "<img src=x>.png")
    answer = exhibit_json(check(predictor, [photo]), "vi", predictor.taxonomy)
    new = NewCheck(
        "E1", [(photo.name, photo)], ExhibitDeclared(exhibit="E1", declared_as="skin", as_tiger=True),
        OfficerJudged(exhibit="E1", identity="F"), answer,
    )  # fmt: skip
    save_check(store, NUMBER, "Nguyễn Văn Đạt", new, CaseOpened(place="Móng Cái"))
    return photo


def case(client: TestClient, language: str = "en") -> str:
    answer = client.get("/case", params={"number": NUMBER, "lang": language})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_is_shown_whole_and_escaped(client: TestClient, saved: Path, language: str) -> None:
    text = case(client, language)
    assert tr("outcome.T.title", language) in text
    assert tr("identity.F", language) in text
    assert tr("case.judged_before", language) in text
    assert tr("declare.as_tiger", language) in text
    assert "&lt;img src=x&gt;" in text
    assert "<img src=x>" not in text
    assert "VN-2026/7 &lt;b&gt;" in text
    assert NUMBER not in text
    assert "data:image/jpeg;base64," in text


def test_cases_are_found_without_accents(client: TestClient, saved: Path, store: CaseStore) -> None:
    store.append("CN-1", "李", CaseOpened(place="东兴"))
    for params, found in (
        ({"q": "nguyen van dat"}, True),
        ({"q": "东兴"}, False),
        ({"outcome": "T"}, True),
        ({"outcome": "N"}, False),
        ({"place": "mong cai"}, True),
        ({"since": "2090-01-01"}, False),
        ({"state": "closed"}, False),
        ({"since": "no date"}, True),
    ):
        text = client.get("/cases", params=params).text
        assert ("VN-2026/7" in text.partition("<table")[2]) == found, params
    table = client.get("/cases.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "Nguyễn Văn Đạt" in table.content.decode("utf-8-sig")


def test_opening_twice_says_so_and_keeps_what_was_typed(client: TestClient, store: CaseStore) -> None:
    form = {"number": "A 1", "officer": "Lan", "place": "Lạng Sơn", "agency": "Hải quan"}
    first = client.post("/cases", data=form)
    assert first.status_code == 200
    assert first.url.params["number"] == "A 1"
    again = client.post("/cases", data=form)
    assert again.status_code == 400
    assert tr("store_error.case_exists", "en", case="A 1") in again.text
    assert 'value="Lạng Sơn"' in again.text
    nameless = client.post("/cases", data={**form, "number": "A 2", "officer": " "})
    assert tr("store_error.names", "en") in nameless.text
    assert [one.number for one in store.cases()] == ["A 1"]


def test_what_is_recorded_by_forms_stands_in_the_case(client: TestClient, saved: Path, store: CaseStore) -> None:
    same = {"number": NUMBER, "exhibit": "E1", "officer": "Lan"}
    questions = re.findall(r'<fieldset class="tcg-question" data-feature="(\w+)"', case(client))
    ticks = {**same, "leaves": "tiger_whole", "item": "skin", questions[0]: "no", "view": "whole_flat_up"}
    ticks["view"] = re.findall(r'name="view" value="(\w+)"', case(client))[0]
    for path, form in (
        ("/case/checklist", ticks),
        ("/case/decide", {**same, "action": "detain"}),
        ("/case/laboratory", {**same, "leaf": "dyed_hide", "body": "IEBR", "reference": "12"}),
        ("/case/review", {**same, "officer": "Hoa", "opinion": "Seams visible."}),
        ("/case/close", {**same, "reason": "handed over"}),
    ):
        answer = client.post(path, data=form)
        assert answer.status_code == 200, (path, answer.text)
    (found,) = store.cases()
    exhibit = found.exhibits["E1"]
    assert exhibit.checklist is not None
    assert exhibit.checklist.answers == {questions[0]: "no"}
    assert exhibit.checklist.views_taken == (ticks["view"],)
    assert (exhibit.action, exhibit.decision) == ("detain", tr("action.detain", "en"))
    assert exhibit.laboratory is not None
    assert (exhibit.laboratory.leaf, exhibit.laboratory.body) == ("dyed_hide", "IEBR")
    assert [review.who for review in exhibit.reviews] == ["Hoa"]
    assert found.state == "closed"
    assert store.verify() == []
    # A closed case takes no decision until it is reopened.
    refused = client.post("/case/decide", data={**same, "action": "normal"})
    assert refused.status_code == 400
    assert tr("store_error.case_closed", "en", case=NUMBER).replace("<b>", "&lt;b&gt;") in refused.text
    assert client.post("/case/reopen", data={**same, "reason": "new photos"}).status_code == 200
    assert store.cases()[0].state == "open"


def test_a_withdrawn_event_stays_in_the_history(client: TestClient, saved: Path, store: CaseStore) -> None:
    same = {"number": NUMBER, "exhibit": "E1", "officer": "Lan"}
    client.post("/case/decide", data={**same, "action": "normal"})
    number = store.events(NUMBER)[-1].number
    assert client.post("/case/withdraw", data={**same, "event": str(number), "reason": ""}).status_code == 400
    assert (
        client.post("/case/withdraw", data={**same, "event": str(number), "reason": "wrong exhibit"}).status_code == 200
    )
    assert store.cases()[0].exhibits["E1"].action is None
    text = case(client)
    assert tr("history.standing.withdrawn", "en") in text
    assert "wrong exhibit" in text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/case/laboratory", {"leaf": "dragon", "body": "X"}),
        ("/case/laboratory", {"leaf": "tiger_claw", "body": ""}),
        ("/case/decide", {"action": "", "decision": " "}),
        ("/case/review", {"opinion": ""}),
    ],
)
def test_incomplete_forms_record_nothing(
    client: TestClient, saved: Path, store: CaseStore, path: str, form: dict
) -> None:
    before = store.head()
    answer = client.post(path, data={"number": NUMBER, "exhibit": "E1", "officer": "Lan", **form})
    assert answer.status_code == 400
    assert tr("case.form.incomplete", "en") in answer.text
    assert client.post(path, data={"number": NUMBER, "exhibit": "E9", "officer": "L", **form}).status_code in (400, 404)
    assert store.head() == before


def test_originals_come_back_byte_for_byte_and_never_as_a_page(
    client: TestClient, saved: Path, store: CaseStore
) -> None:
    sha256 = store.cases()[0].exhibits["E1"].photos[0].sha256
    answer = client.get("/case/photo", params={"number": NUMBER, "sha256": sha256})
    assert answer.content == saved.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    for other in ("0" * 64, "../../cases.sqlite", ""):
        assert client.get("/case/photo", params={"number": NUMBER, "sha256": other}).status_code == 404
    store.photos.path(sha256).write_bytes(b"altered")
    assert client.get("/case/photo", params={"number": NUMBER, "sha256": sha256}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_review_page_says_why_and_counts(client: TestClient, saved: Path, language: str) -> None:
    empty = client.get("/review", params={"lang": language}).text
    assert tr("review.reason.officer_disagrees", language) in empty
    assert tr("review.matrix.none", language) in empty
    form = {"number": NUMBER, "exhibit": "E1", "officer": "Lan", "leaf": "dyed_hide", "body": "IEBR"}
    client.post("/case/laboratory", data=form)
    counted = client.get("/review", params={"lang": language}).text
    assert tr("review.empty", language) in counted
    assert tr("review.matrix.too_few", language, n=1) in counted


def test_an_unknown_case_is_said_in_words(client: TestClient) -> None:
    answer = client.get("/case", params={"number": "none", "lang": "vi"})
    assert answer.status_code == 404
    assert tr("plain.missing.title", "vi") in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/cases", "/case?number=1", "/review", "/cases.csv"])
def test_a_store_that_cannot_be_opened_is_said_in_words(path: str, language: str) -> None:
    def broken() -> CaseStore:
        raise StoreError("locked", StoreErrorCode.LOCKED, folder="/data")

    app = FastAPI()
    add_pages(app, broken)
    with TestClient(app) as client:
        answer = client.get(
            path, params={"lang": language} if "?" not in path else None, headers={"accept-language": language}
        )
    assert answer.status_code in (400, 503)
    assert tr("store_error.locked", language, folder="/data") in answer.text


@pytest.mark.parametrize("second", ["", "zh"])
def test_a_report_is_made_and_its_hash_recorded(client: TestClient, saved: Path, store: CaseStore, second: str) -> None:
    same = {"number": NUMBER, "exhibit": "E1", "officer": "Lan"}
    questions = re.findall(r'<fieldset class="tcg-question" data-feature="(\w+)"', case(client))
    client.post("/case/checklist", data={**same, "leaves": "tiger_whole", "item": "skin", questions[0]: "unsure"})
    client.post("/case/decide", data={**same, "action": "refer"})
    answer = client.post("/case/report", data={**same, "first": "vi", "second": second})
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    text = " ".join(text.split())
    for key in ("identity.F", "action.refer", "declared.skin", "declare.as_tiger", "examine.unsure"):
        assert tr(key, "vi") in text, key
        assert (tr(key, "zh") in text.replace(" ", "")) == bool(second), key
    (made,) = store.cases()[0].reports
    assert made.sha256 == hashlib.sha256(answer.content).hexdigest()
    assert made.languages == (("vi", "zh") if second else ("vi",))
    refused = client.post("/case/report", data={**same, "first": "xx"})
    assert refused.status_code == 400
    assert "xx" in refused.text


def test_a_case_says_of_wine_what_the_page_said(predictor: Predictor, tmp_path: Path) -> None:
    """Whatever else its photo shows: no photo can identify it. A flag of the photo is kept."""
    wine = Declaration(DeclaredItem.WINE)
    for leaf, expected in (("unrelated", "X"), ("faux_fur", "X"), ("tiger_whole", "T")):
        photo = save(textured(COLOURS[leaf]), tmp_path / f"{leaf}.png")
        result = check(predictor, [photo])
        answer = declared_json(exhibit_json(result, "vi", predictor.taxonomy), wine, "vi")
        assert answer["outcome"] == expected == view(result, predictor, "vi", wine).outcome
        assert answer["photos"][0]["leaf"] == leaf
        store = CaseStore(tmp_path / leaf)
        save_check(store, "1", "Lan", NewCheck("E1", [(photo.name, photo)], prediction=answer), CaseOpened())
        pdf = PdfReader(io.BytesIO(report_pdf(case_report(store, "1"), ["vi"])))
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        assert (tr("claim.X.declared", "vi") in text) == (expected == "X")
        store.close()
    unjudged = {"schema": "tigercheck.failure/1"}
    assert declared_json(unjudged, wine, "vi") == unjudged
