"""Cases as the page uses them: recorded whole, found again, corrected, written as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serve.i18n import LANGUAGES, tr
from serve.services.case_history import history
from serve.services.case_list import COLUMNS, CaseFilter, cases_csv, find, places
from serve.services.cases import NewCheck, correct, open_case, record, reopen, save_check, suggest_number
from serve.services.clock import BUILT, ClockFault, clock_sentence, clock_warning
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
    ReportIssued,
)
from serve.store.store import CaseStore

ANSWER: dict[str, object] = {
    "outcome": "T", "leaf": "tiger_claw", "bundle": "tiny-0.0.1", "probabilities": {"tiger_claw": 1.0},
    "identity": {"T": 0.9, "P": 0.1, "F": 0.0, "N": 0.0},
}  # fmt: skip


class Clock:
    """A computer's clock that can be set."""

    def __init__(self) -> None:
        self.now = BUILT + timedelta(days=30)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path, clock=clock)
    yield store
    store.close()


def full(**changed: object) -> NewCheck:
    given: dict[str, object] = {
        "exhibit": "E1", "photos": [("a.jpg", b"a"), ("b.jpg", b"b")],
        "declared": ExhibitDeclared(exhibit="?", declared_as="claw", labelled_as="móng hổ", as_tiger=True),
        "judgement": OfficerJudged(exhibit="?", identity="F", leaf="imitation_claw", confidence=3),
        "prediction": ANSWER, "checklist": ChecklistAnswered(exhibit="?", version="1", answers={"ridge": "yes"}),
        "decision": OfficerDecided(exhibit="?", decision="tạm giữ", action="detain"), **changed,
    }  # fmt: skip
    return NewCheck(**given)  # type: ignore[arg-type]


def test_a_whole_check_is_one_unit_and_saving_twice_does_no_harm(store: CaseStore) -> None:
    saved = save_check(store, "VN-1", "Lan", full(), CaseOpened(place="Móng Cái"))
    assert len(saved.events) == 8
    assert len({event.at for event in saved.events}) == 1
    exhibit = store.case("VN-1").exhibits["E1"]
    assert exhibit.judgement is not None
    assert exhibit.judgement.before_model
    assert (len(exhibit.photos), exhibit.outcome, exhibit.action) == (2, "T", "detain")
    assert save_check(store, "VN-1", "Lan", full(), CaseOpened()).events == ()
    more = save_check(store, "VN-1", "Lan", full(photos=[("a again.jpg", b"a"), ("c.jpg", b"c")]))
    assert [event.payload.kind for event in more.events] == ["photo_added"]


def test_a_judgement_recorded_first_waits_for_the_answer(store: CaseStore) -> None:
    first = full(prediction=None, checklist=None, decision=None)
    save_check(store, "VN-1", "Lan", first, CaseOpened())
    assert store.case("VN-1").exhibits["E1"].outcome is None
    assert [case.number for case in find(store, CaseFilter(outcome="none"))] == ["VN-1"]
    later = save_check(store, "VN-1", "Lan", full())
    assert [event.payload.kind for event in later.events] == [
        "exhibit_judged", "checklist_answered", "officer_decided",
    ]  # fmt: skip


def test_a_photo_that_cannot_be_read_records_nothing(store: CaseStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing was recorded") as caught:
        save_check(store, "VN-1", "Lan", full(photos=[("x.jpg", tmp_path / "x.jpg")]), CaseOpened())
    assert caught.value.code is StoreErrorCode.FILE_UNREADABLE
    assert store.events() == []
    with pytest.raises(StoreError, match="open it first"):
        save_check(store, "VN-1", "Lan", full())


def fill(store: CaseStore, clock: Clock) -> None:
    save_check(store, "VN-1", "Đặng Lan", full(), CaseOpened(place="Móng Cái", agency="Hải quan"))
    clock.now += timedelta(days=2)
    save_check(store, "VN-2", "Minh", full(prediction={**ANSWER, "outcome": "N"}), CaseOpened(place="Đông Hưng"))
    clock.now += timedelta(days=2)
    open_case(store, "VN-3", "Minh", place="Móng Cái")
    correct(store, "VN-3", "Minh", store.events("VN-3")[0].number, "mở nhầm")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), ["VN-2", "VN-1"]),
        (CaseFilter(text="dang lan"), ["VN-1"]),
        (CaseFilter(text="ĐẶNG"), ["VN-1"]),
        (CaseFilter(text="mong ho"), ["VN-2", "VN-1"]),
        (CaseFilter(text="dong hung minh"), ["VN-2"]),
        (CaseFilter(text="虎爪"), ["VN-2", "VN-1"]),
        (CaseFilter(text="no such thing"), []),
        (CaseFilter(place="mong"), ["VN-1"]),
        (CaseFilter(outcome="N"), ["VN-2"]),
        (CaseFilter(outcome="U"), []),
        (CaseFilter(since=(BUILT + timedelta(days=31, hours=12)).date()), ["VN-2"]),
        (CaseFilter(until=(BUILT + timedelta(days=31)).date()), ["VN-1"]),
        (CaseFilter(state="withdrawn"), ["VN-3"]),
        (CaseFilter(state="closed"), []),
    ],
)
def test_cases_are_found(store: CaseStore, clock: Clock, wanted: CaseFilter, found: list[str]) -> None:
    fill(store, clock)
    assert [case.number for case in find(store, wanted)] == found


def test_places_come_by_frequency(store: CaseStore, clock: Clock) -> None:
    fill(store, clock)
    open_case(store, "VN-4", "Minh", place="Đông Hưng")
    assert places(store) == ["Đông Hưng", "Móng Cái"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_history_says_everything_in_words(store: CaseStore, language: str) -> None:
    save_check(store, "VN-1", "Lan", full(), CaseOpened(place="Móng Cái"))
    record(store, "VN-1", "Lan", [
        LaboratoryAnswered(exhibit="E1", leaf="tiger_claw", body="IEBR", reference="12/KL"),
        ExhibitReviewed(exhibit="E1", opinion="ok"), ReportIssued(sha256="a" * 64, languages=("vi",)), CaseClosed(),
    ])  # fmt: skip
    reopen(store, "VN-1", "Lan", "thêm ảnh")
    laboratory = next(e for e in store.events() if e.payload.kind == "laboratory_answered")
    new = LaboratoryAnswered(exhibit="E1", leaf="faux_fur", body="IEBR")
    correct(store, "VN-1", "Lan", laboratory.number, "gõ nhầm", new)
    correct(store, "VN-1", "Lan", 2, "không phải ảnh này")
    rows = history(store, "VN-1", language)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0].title == tr("history.case_opened", language)
    assert rows[1].standing == "withdrawn"
    assert rows[laboratory.number - 1].standing == "corrected"
    assert rows[-2].corrects == laboratory.number
    assert "gõ nhầm" in rows[-2].detail
    assert tr("outcome.T.short", language) in rows[5].detail
    assert all(row.title and row.when for row in rows)
    assert history(store, "VN-9", language) == []


def test_reopening_and_correcting_need_a_reason(store: CaseStore) -> None:
    open_case(store, "VN-1", "Lan")
    for act in (lambda: reopen(store, "VN-1", "Lan", " "), lambda: correct(store, "VN-1", "Lan", 1, "")):
        with pytest.raises(StoreError, match="no reason"):
            act()


def test_the_table_is_stable_and_holds_no_formula(store: CaseStore, clock: Clock) -> None:
    fill(store, clock)
    evil = full(exhibit="=HYPERLINK(1)", decision=OfficerDecided(exhibit="?", decision='@SUM(A1)\nx, "y"'))
    save_check(store, "+1", "-2", evil, CaseOpened(place="＝1"))
    data = cases_csv(find(store))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert COLUMNS[:7] == ("case", "state", "opened_utc", "officer", "place", "agency", "exhibit")
    assert not [cell for row in rows for cell in row.values() if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert rows[0]["decision"] == '\'@SUM(A1)\nx, "y"'
    assert (rows[2]["place"], rows[2]["officer"], rows[2]["tiger_probability"]) == ("Móng Cái", "Đặng Lan", "0.9")
    assert rows[2]["opened_utc"] == "2026-12-25 00:00:00"


def test_numbers_go_on_from_the_highest_of_the_year(store: CaseStore, clock: Clock) -> None:
    year = clock.now.astimezone().year
    assert suggest_number(store) == f"VN-{year}-001"
    for number in (f"VN-{year}-007", f"VN-{year - 1}-900", f"CN-{year}-050", f"VN-{year}-x", f"VN-{year}-0007b"):
        open_case(store, number, "Lan")
    assert suggest_number(store) == f"VN-{year}-008"
    assert suggest_number(store, "CN") == f"CN-{year}-051"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_clock_warns_and_records_all_the_same(store: CaseStore, clock: Clock, language: str) -> None:
    assert open_case(store, "VN-1", "Lan").clock is None
    right = clock.now
    for now, fault in (
        (datetime(1970, 1, 1, 5, tzinfo=UTC), ClockFault.BEFORE_BUILD),
        (right - timedelta(days=1), ClockFault.BEFORE_LAST),
        (right + timedelta(days=400), ClockFault.FAR_AHEAD),
    ):
        clock.now = now
        saved = open_case(store, f"VN-{fault}", "Lan")
        assert saved.events[0].at == now
        assert saved.clock is not None
        assert saved.clock.fault is fault
        assert clock_sentence(saved.clock, language)
    assert store.verify() == []
    # The wrong year stays in the chain; set right again, the clock is before the last event.
    clock.now = right + timedelta(days=1)
    again = open_case(store, "VN-5", "Lan").clock
    assert again is not None
    assert again.fault is ClockFault.BEFORE_LAST


def test_clocks_of_two_computers_may_differ_a_little() -> None:
    now = BUILT + timedelta(days=1)
    assert clock_warning(now, now + timedelta(seconds=90)) is None
    assert clock_warning(now, now + timedelta(minutes=3)) is not None
    assert clock_warning(BUILT + timedelta(days=4000), None) is not None
