"""A record is corrected in one unit: the new stands everywhere, the old is in the history, and both are chained."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.i18n import LANGUAGES, tr
from serve.reports.pdf import report_pdf
from serve.services.case_history import HistoryRow, history
from serve.services.case_list import CaseFilter, cases_csv, find
from serve.services.case_report import case_report
from serve.services.cases import NewCheck, correct, record, save_check, suggest_number
from serve.services.correction import correct_record, form_fields, rename_exhibit, renumber
from serve.services.stored_records import stored_record
from serve.store.cases import Exhibit
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    CaseClosed,
    CaseOpened,
    ChecklistAnswered,
    ExhibitDeclared,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
)
from serve.store.store import CaseStore
from tests.support.reports import page_texts, squeezed

NUMBER = "VN-1"
ANSWER: dict[str, object] = {
    "outcome": "T", "leaf": "tiger_claw", "bundle": "tiny-0.0.1", "probabilities": {"tiger_claw": 1.0},
    "identity": {"T": 0.9, "P": 0.1, "F": 0.0, "N": 0.0}, "photos": [{"name": "a.jpg", "outcome": "T"}],
}  # fmt: skip
#: Kind of record, what is typed, and what must then stand.
CASES = [
    ("case_opened", {"place": "Lạng Sơn"}, lambda one: None),
    ("photo_added", {"name": "mặt sau.jpg"}, lambda one: one.photos[0].name == "mặt sau.jpg"),
    ("exhibit_declared", {"declared_as": "tooth", "as_tiger": "no"}, lambda one: one.declared.declared_as == "tooth"),
    (
        "officer_judged",
        {"identity": "T", "leaf": "", "confidence": "5"},
        lambda one: one.judgement.payload.leaf is None,
    ),
    ("checklist_answered", {"bone_slit": "no"}, lambda one: one.checklist.answers["bone_slit"] == "no"),
    ("officer_decided", {"action": "refer"}, lambda one: (one.action, one.decision) == ("refer", "refer")),
    ("laboratory_answered", {"leaf": "dyed_hide"}, lambda one: one.laboratory.leaf == "dyed_hide"),
    ("exhibit_reviewed", {"opinion": "not agreed"}, lambda one: one.reviews[0].payload.opinion == "not agreed"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path)
    check = NewCheck(
        "E1", [("a.jpg", b"a")], ExhibitDeclared(exhibit="?", declared_as="claw", as_tiger=True, labelled_as="móng"),
        OfficerJudged(exhibit="?", identity="F", leaf="imitation_claw", confidence=3), ANSWER,
        ChecklistAnswered(exhibit="?", version="1", answers={"bone_slit": "yes"}, sheets=("bone",)),
        OfficerDecided(exhibit="?", decision="tạm giữ", action="detain"),
    )  # fmt: skip
    save_check(store, NUMBER, "Lan", check, CaseOpened(place="Móng Cái"))
    record(store, NUMBER, "Minh", [LaboratoryAnswered(exhibit="E1", leaf="faux_fur", body="IEBR", reference="1")])
    record(store, NUMBER, "Hoa", [ExhibitReviewed(exhibit="E1", opinion="agreed")])
    yield store
    store.close()


def number_of(store: CaseStore, kind: str) -> int:
    return next(one.number for one in store.events() if one.payload.kind == kind)


def only(store: CaseStore) -> Exhibit:
    (exhibit,) = store.case(NUMBER).exhibits.values()
    return exhibit


def last(store: CaseStore, language: str = "en") -> HistoryRow:
    return history(store, NUMBER, language)[-1]


@pytest.mark.parametrize(("kind", "values", "stands"), CASES, ids=[kind for kind, *_ in CASES])
def test_every_kind_is_corrected_by_one_event(store: CaseStore, kind: str, values: dict[str, str], stands) -> None:
    number, before = number_of(store, kind), len(store.events())
    done = correct_record(store, NUMBER, "Đạt", number, "typing mistake", values, language="en")
    assert len(done.events) == 1
    assert len(store.events()) == before + 1
    assert stands(only(store)) in (True, None)
    assert store.case(NUMBER).place == values.get("place", "Móng Cái")
    assert store.cases() == [store.case(NUMBER)]
    one = stored_record(store, NUMBER, number)
    shown = {field.name: field.value for field in form_fields(store, one, "en")}
    assert values.items() <= shown.items()
    assert (one.author in ("Lan", "Minh", "Hoa"), one.corrected_by, one.after) == (True, ("Đạt",), before + 1)
    for language in LANGUAGES:
        row = last(store, language)
        assert (row.who, row.corrects, row.reason) == ("Đạt", number, "typing mistake")
        assert len(row.changes) == len(values) if kind != "officer_decided" else row.changes
        (old,) = [one for one in history(store, NUMBER, language) if one.number == number]
        assert (old.standing, old.corrected_by) == ("corrected", (row.number,))
    assert store.verify() == []


def test_old_and_new_stand_side_by_side_and_again_after_a_second_correction(store: CaseStore) -> None:
    number = number_of(store, "laboratory_answered")
    correct_record(store, NUMBER, "Đạt", number, "wrong line", {"reference": "12/KL"}, language="en")
    assert "was “1”, now “12/KL”" in last(store).detail
    correct_record(store, NUMBER, "Lan", number, "read again", {"reference": "13/KL"}, language="en")
    row = last(store)
    assert "was “12/KL”, now “13/KL”" in row.detail
    assert row.detail.endswith("Reason: read again")
    correct(store, NUMBER, "Lan", number, "of another case")
    assert "13/KL" in last(store).detail
    assert only(store).laboratory is None
    correct_record(store, NUMBER, "Lan", number, "it was ours", {"reference": "13/KL"}, language="en")
    assert only(store).laboratory is not None
    assert last(store).detail.startswith("Event 8 holds again")


def test_table_and_report_show_what_stands_and_the_report_what_was_corrected(store: CaseStore) -> None:
    number = number_of(store, "laboratory_answered")
    correct_record(store, NUMBER, "Đạt", number, "đọc nhầm", {"leaf": "dyed_hide"}, language="vi")
    correct_record(store, NUMBER, "Đạt", 1, "nhầm chốt", {"place": "Lạng Sơn"}, language="vi")
    (row,) = csv.DictReader(io.StringIO(cases_csv(store.cases()).decode("utf-8-sig")))
    assert (row["laboratory_leaf"], row["place"], row["corrections"]) == ("dyed_hide", "Lạng Sơn", "2")
    content = case_report(store, NUMBER)
    assert content.exhibits[0].laboratory is not None
    assert content.exhibits[0].laboratory.stamp is not None
    assert (content.exhibits[0].laboratory.stamp.who, content.exhibits[0].laboratory.stamp.number) == ("Minh", number)
    for languages in (["vi"], ["zh", "en"]):
        text = squeezed("".join(page_texts(report_pdf(content, languages))))
        assert squeezed(tr("report.corrections", languages[0])) in text
        assert "Đạt" in text
        assert "đọcnhầm" in text
        assert "nhầmchốt" in text
        assert "MóngCái" in text


def test_a_report_names_who_recorded_what_stands_not_who_recorded_what_was_withdrawn(store: CaseStore) -> None:
    (later,) = record(store, NUMBER, "Minh", [OfficerDecided(exhibit="E1", decision="x", action="normal")]).events
    correct(store, NUMBER, "Minh", later.number, "of another exhibit")
    decision = case_report(store, NUMBER).exhibits[0].decision
    assert decision is not None
    assert decision.stamp is not None
    assert (decision.stamp.who, only(store).decision) == ("Lan", "tạm giữ")


@pytest.mark.parametrize("part", ["replacement", "reason"])
def test_an_altered_correction_is_found(store: CaseStore, part: str) -> None:
    number = number_of(store, "officer_decided")
    correct_record(store, NUMBER, "Đạt", number, "typing mistake", {"decision": "trả lại"}, language="vi")
    assert store.verify() == []
    said = {"replacement": "trả lại", "reason": "typing mistake"}[part]
    connection = sqlite3.connect(store.data / "cases.sqlite")
    with connection:
        connection.execute("UPDATE event SET payload = replace(payload, ?, 'x') WHERE number = 10", [said])
    connection.close()
    assert [fault.what for fault in store.verify()] == ["was altered: its hash does not match its content"]


def test_what_does_not_fit_is_refused_and_nothing_recorded(store: CaseStore) -> None:
    decided, before = number_of(store, "officer_decided"), len(store.events())
    for number, values, reason, code in (
        (decided, {}, "x", StoreErrorCode.NOTHING_CHANGED),
        (decided, {"action": "refer"}, "  ", StoreErrorCode.NO_REASON),
        (decided, {"action": "sell"}, "x", StoreErrorCode.CORRECTION_FIELD),
        (decided, {"decision": " "}, "x", StoreErrorCode.CORRECTION_FIELD),
        (decided, {"decision": "x" * 5001}, "x", StoreErrorCode.CORRECTION_FIELD),
        (decided, {"price": "3"}, "x", StoreErrorCode.CORRECTION_FIELD),
        (decided, {"exhibit": "E9"}, "x", StoreErrorCode.CORRECTION_FIELD),
        (number_of(store, "exhibit_judged"), {"outcome": "N"}, "x", StoreErrorCode.NOT_CORRECTABLE),
        (99, {"action": "refer"}, "x", StoreErrorCode.CORRECTION),
    ):
        with pytest.raises(StoreError) as caught:
            correct_record(store, NUMBER, "Lan", number, reason, values, language="en")
        assert caught.value.code is code, (number, values)
    with pytest.raises(StoreError) as caught:
        correct_record(store, "VN-9", "Lan", 1, "x", {"place": "y"}, language="en")
    assert caught.value.code is StoreErrorCode.CASE_MISSING
    assert len(store.events()) == before


def test_of_two_people_who_saw_the_same_the_second_is_told(store: CaseStore) -> None:
    number = number_of(store, "officer_decided")
    seen = stored_record(store, NUMBER, number).after
    correct_record(store, NUMBER, "Lan", number, "x", {"action": "refer"}, language="en", after=seen)
    with pytest.raises(StoreError) as caught:
        correct_record(store, NUMBER, "Minh", number, "x", {"action": "normal"}, language="en", after=seen)
    assert caught.value.code is StoreErrorCode.CORRECTED_MEANWHILE
    assert only(store).action == "refer"


def test_a_decision_in_words_of_its_own_keeps_them(store: CaseStore) -> None:
    number = number_of(store, "officer_decided")
    correct_record(store, NUMBER, "Lan", number, "x", {"decision": "niêm phong số 7"}, language="vi")
    correct_record(store, NUMBER, "Lan", number, "y", {"action": "refer"}, language="vi")
    assert (only(store).action, only(store).decision) == ("refer", "niêm phong số 7")


def test_an_exhibit_gets_its_right_name_everywhere_in_one_unit(store: CaseStore) -> None:
    before = only(store)
    assert before.judgement is not None
    assert before.judgement.before_model
    done = rename_exhibit(store, NUMBER, "Đạt", "E1", " TV-07 ", "biên bản ghi TV-07")
    assert len(done.events) == 8
    assert len({event.at for event in done.events}) == 1
    after = only(store)
    assert after.name == "TV-07"
    assert (after.outcome, after.action, after.judgement.before_model) == ("T", "detain", True)
    assert [photo.sha256 for photo in after.photos] == [photo.sha256 for photo in before.photos]
    assert "was “E1”, now “TV-07”" in last(store).detail
    assert "TV-07" in squeezed("".join(page_texts(report_pdf(case_report(store, NUMBER), ["vi"]))))
    assert store.verify() == []
    save_check(store, NUMBER, "Lan", NewCheck("E2", [("c.jpg", b"c")]))
    for old, new, code in (
        ("E9", "E3", StoreErrorCode.EXHIBIT_MISSING),
        ("E1", "E3", StoreErrorCode.EXHIBIT_MISSING),
        ("E2", "TV-07", StoreErrorCode.EXHIBIT_EXISTS),
        ("E2", "E2", StoreErrorCode.NOTHING_CHANGED),
        ("E2", " ", StoreErrorCode.CORRECTION_FIELD),
        ("E2", "x" * 201, StoreErrorCode.CORRECTION_FIELD),
    ):
        with pytest.raises(StoreError) as caught:
            rename_exhibit(store, NUMBER, "Lan", old, new, "x")
        assert caught.value.code is code, (old, new)


def test_a_record_moves_to_the_exhibit_it_is_about(store: CaseStore) -> None:
    save_check(store, NUMBER, "Lan", NewCheck("E2", [("c.jpg", b"c")]))
    number = number_of(store, "laboratory_answered")
    correct_record(store, NUMBER, "Minh", number, "conclusion on E2", {"exhibit": "E2"}, language="en")
    exhibits = store.case(NUMBER).exhibits
    assert exhibits["E1"].laboratory is None
    assert exhibits["E2"].laboratory is not None
    # A photo's content stays what it is.
    photo = exhibits["E2"].photo_numbers[0]
    correct_record(store, NUMBER, "Minh", photo, "shows E1", {"exhibit": "E1"}, language="en")
    assert [one.name for one in store.case(NUMBER).exhibits["E1"].photos] == ["a.jpg", "c.jpg"]


def test_a_closed_case_still_takes_corrections(store: CaseStore) -> None:
    record(store, NUMBER, "Lan", [CaseClosed()])
    number = number_of(store, "laboratory_answered")
    correct_record(store, NUMBER, "Minh", number, "x", {"reference": "2"}, language="en")
    rename_exhibit(store, NUMBER, "Minh", "E1", "E7", "x")
    assert only(store).laboratory is not None
    assert (only(store).name, store.case(NUMBER).state) == ("E7", "closed")


def test_a_checklist_is_corrected_question_by_question_and_view_by_view(store: CaseStore) -> None:
    number = number_of(store, "checklist_answered")
    fields = form_fields(store, stored_record(store, NUMBER, number), "vi")
    view = next(field.name for field in fields if field.name.startswith("view."))
    asked = [field.name for field in fields if not field.name.startswith("view.")]
    assert len(asked) > 1
    other = next(name for name in asked if name != "bone_slit")
    typed = {"bone_slit": "", other: "unsure", view: "yes"}
    correct_record(store, NUMBER, "Lan", number, "looked again", typed, language="vi")
    checklist = only(store).checklist
    assert checklist is not None
    assert (checklist.answers, checklist.views_taken) == ({other: "unsure"}, (view.removeprefix("view."),))
    assert len(last(store, "vi").changes) == 3


def test_a_case_has_its_right_number_and_is_found_by_the_old_one(store: CaseStore) -> None:
    renumber(store, NUMBER, "Đạt", " VN-2 ", "of another year")
    renumber(store, "VN-2", "Lan", "VN-3", "read again")
    for number in (NUMBER, "VN-2", "VN-3"):
        case = store.case(number)
        assert (case.number, case.former, case.key) == ("VN-3", [NUMBER, "VN-2"], NUMBER)
    assert store.cases() == [store.case("VN-3")]
    for text in ("vn-1", "VN-2", "VN-3"):
        assert [one.number for one in find(store, CaseFilter(text=text))] == ["VN-3"]
    # What is added under any of its numbers is in the one case.
    record(store, NUMBER, "Lan", [OfficerDecided(exhibit="E1", decision="kept on")])
    correct_record(store, "VN-2", "Đạt", 1, "nhầm chốt", {"place": "Lạng Sơn"}, language="en")
    assert (store.case("VN-3").exhibits["E1"].decision, store.case("VN-3").place) == ("kept on", "Lạng Sơn")
    (row,) = csv.DictReader(io.StringIO(cases_csv(store.cases()).decode("utf-8-sig")))
    assert (row["case"], row["former_numbers"], row["corrections"]) == ("VN-3", "VN-1; VN-2", "3")
    for language in LANGUAGES:
        rows = [one for one in history(store, "VN-3", language) if one.kind == "case_renumbered"]
        assert [one.who for one in rows] == ["Đạt", "Lan"]
        assert tr("correction.change", language, field=tr("case.number", language), old="VN-2", new="VN-3") in (
            rows[1].detail
        )
        assert "read again" in rows[1].detail
    assert store.verify() == []
    for languages in (["vi"], ["zh", "en"]):
        text = squeezed("".join(page_texts(report_pdf(case_report(store, NUMBER), languages))))
        for part in ("VN-3", "VN-1", "VN-2", "ofanotheryear", squeezed(tr("renumber.former", languages[0]))):
            assert part in text


def test_no_two_cases_share_a_number(store: CaseStore) -> None:
    record(store, "B-1", "Lan", [CaseOpened()])
    renumber(store, NUMBER, "Lan", "A-1", "typing mistake")
    before = store.head()
    for number in (NUMBER, "A-1"):
        with pytest.raises(StoreError) as refused:
            renumber(store, "B-1", "Lan", number, "why")
        assert refused.value.code is StoreErrorCode.NUMBER_TAKEN
        with pytest.raises(StoreError) as refused:
            record(store, number, "Lan", [CaseOpened()])
        assert refused.value.code is StoreErrorCode.CASE_EXISTS
    for case, number, reason, was, code in (
        ("A-1", "B-1", "why", "", StoreErrorCode.NUMBER_TAKEN),
        ("A-1", "A-1", "why", "", StoreErrorCode.NOTHING_CHANGED),
        ("A-1", "C-1", " ", "", StoreErrorCode.NO_REASON),
        ("A-1", " ", "why", "", StoreErrorCode.NAMES),
        ("A-1", "x" * 201, "why", "", StoreErrorCode.NAMES),
        ("A-1", "C-1", "why", NUMBER, StoreErrorCode.RENUMBERED_MEANWHILE),
        ("NONE", "C-1", "why", "", StoreErrorCode.CASE_MISSING),
    ):
        with pytest.raises(StoreError) as refused:
            renumber(store, case, "Lan", number, reason, before=was)
        assert refused.value.code is code
    # The event that gave the number is neither corrected nor withdrawn; another one follows, also back to the first.
    with pytest.raises(StoreError) as refused:
        correct(store, "A-1", "Lan", before[0], "why")
    assert refused.value.code is StoreErrorCode.CORRECTION
    assert store.head() == before
    renumber(store, "A-1", "Lan", NUMBER, "it was right")
    assert (store.case("A-1").number, store.case("A-1").former) == (NUMBER, [NUMBER, "A-1"])


def test_a_number_once_used_is_not_suggested_again(store: CaseStore) -> None:
    first = suggest_number(store)
    record(store, first, "Lan", [CaseOpened()])
    second = suggest_number(store)
    renumber(store, first, "Lan", second, "typing mistake")
    assert suggest_number(store) not in (first, second)


def test_words_that_look_like_a_number_event_give_no_number(store: CaseStore) -> None:
    words = '"kind":"case_renumbered","number":"Z-1"'
    record(store, NUMBER, "Lan", [OfficerDecided(exhibit="E1", decision=words)])
    with pytest.raises(StoreError) as refused:
        store.case("Z-1")
    assert refused.value.code is StoreErrorCode.CASE_MISSING


def test_the_officer_in_charge_is_corrected_but_never_who_recorded(store: CaseStore) -> None:
    (field,) = (one for one in form_fields(store, stored_record(store, NUMBER, 1), "en") if one.name == "officer")
    assert field.value == "Lan"
    with pytest.raises(StoreError) as refused:
        correct_record(store, NUMBER, "Đạt", 1, "why", {"officer": "Lan"}, language="en")
    assert refused.value.code is StoreErrorCode.NOTHING_CHANGED
    correct_record(store, NUMBER, "Đạt", 1, "shift changed", {"officer": "Hà"}, language="en")
    case = store.case(NUMBER)
    assert (case.officer, case.recorder) == ("Hà", "Lan")
    assert "was “Lan”, now “Hà”" in last(store).detail
    assert [one.who for one in store.events(NUMBER)][:3] == ["Lan"] * 3
    (row,) = csv.DictReader(io.StringIO(cases_csv(store.cases()).decode("utf-8-sig")))
    assert row["officer"] == "Hà"
    assert case_report(store, NUMBER).officer == "Hà"
    for text in ("Hà", "Lan"):
        assert find(store, CaseFilter(text=text)) == [case]
    correct_record(store, NUMBER, "Đạt", 1, "back", {"officer": ""}, language="en")
    assert store.case(NUMBER).officer == "Lan"
