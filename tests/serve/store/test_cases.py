"""What a case's events leave: corrections hold, the old stays, and nothing that does not fit gets in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ChecklistAnswered,
    EventCorrected,
    ExhibitDeclared,
    ExhibitJudged,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
    Payload,
    PhotoAdded,
    ReportIssued,
)
from serve.store.store import Case, CaseStore, Exhibit

ANSWER = {"schema": "tigercheck.prediction/1", "outcome": "T", "bundle": "tiny-0.0.1", "probabilities": {"a": 1.0}}
OLD = Path(__file__).with_name("events_0_1.json")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path)
    store.append("VN-1", "Lan", CaseOpened(place="Móng Cái"))
    yield store
    store.close()


def record(store: CaseStore, *payloads: Payload) -> list[int]:
    return [event.number for event in store.append_all("VN-1", "Lan", payloads)]


def only(store: CaseStore) -> tuple[Case, Exhibit]:
    case = store.case("VN-1")
    return case, case.exhibits["1"]


def test_all_kinds_are_told_apart_and_kept(store: CaseStore) -> None:
    record(
        store,
        ExhibitDeclared(exhibit="1", declared_as="claw", labelled_as="vuốt hổ"),
        OfficerJudged(exhibit="1", identity="F", leaf="imitation_claw", confidence=4),
        ExhibitJudged(exhibit="1", prediction=ANSWER),
        ChecklistAnswered(exhibit="1", version="1", answers={"claw.ridge": "yes", "claw.seam": "unsure"}),
        OfficerDecided(exhibit="1", decision="tạm giữ", action="detain"),
        ExhibitReviewed(exhibit="1", opinion="đồng ý"),
        ReportIssued(sha256="a" * 64, languages=("vi", "zh")),
    )
    case, exhibit = only(store)
    assert exhibit.declared is not None
    assert (exhibit.declared.declared_as, exhibit.declared.labelled_as) == ("claw", "vuốt hổ")
    assert exhibit.judgement is not None
    assert exhibit.judgement.before_model
    assert (exhibit.outcome, exhibit.bundle, exhibit.action) == ("T", "tiny-0.0.1", "detain")
    assert exhibit.checklist is not None
    assert exhibit.checklist.answers["claw.seam"] == "unsure"
    assert [report.languages for report in case.reports] == [("vi", "zh")]
    assert [review.who for review in exhibit.reviews] == ["Lan"]
    assert store.verify() == []


def test_a_judgement_after_the_answer_does_not_count_as_made_before_it(store: CaseStore) -> None:
    record(store, ExhibitJudged(exhibit="1", prediction=ANSWER), OfficerJudged(exhibit="1", identity="T"))
    judgement = only(store)[1].judgement
    assert judgement is not None
    assert not judgement.before_model


def test_a_later_judgement_does_not_push_out_the_one_made_before_the_answer(store: CaseStore) -> None:
    number, *_ = record(
        store,
        OfficerJudged(exhibit="1", identity="N"),
        ExhibitJudged(exhibit="1", prediction=ANSWER),
        OfficerJudged(exhibit="1", identity="T"),
    )
    judgement = only(store)[1].judgement
    assert judgement is not None
    assert (judgement.payload.identity, judgement.before_model) == ("N", True)
    # Corrected after the answer was seen, it is no longer one made before it.
    record(store, EventCorrected(number=number, reason="x", replacement=OfficerJudged(exhibit="1", identity="T")))
    judgement = only(store)[1].judgement
    assert judgement is not None
    assert not judgement.before_model


def test_a_correction_holds_and_what_it_corrects_stays(store: CaseStore) -> None:
    wrong, _ = record(
        store,
        LaboratoryAnswered(exhibit="1", leaf="faux_fur", body="IEBR"),
        OfficerDecided(exhibit="1", decision="tạm giữ"),
    )
    right = LaboratoryAnswered(exhibit="1", leaf="tiger_skin", body="IEBR")
    record(store, EventCorrected(number=wrong, reason="typing mistake", replacement=right))
    case, exhibit = only(store)
    assert exhibit.laboratory == right
    assert case.corrections == 1
    assert any(e.payload == LaboratoryAnswered(exhibit="1", leaf="faux_fur", body="IEBR") for e in store.events())
    record(store, EventCorrected(number=wrong, reason="of another exhibit"))
    assert only(store)[1].laboratory is None
    record(store, EventCorrected(number=wrong, reason="it was ours", replacement=right))
    assert only(store)[1].laboratory == right
    assert store.verify() == []


def test_a_photo_moves_to_its_exhibit_but_its_content_stays(store: CaseStore) -> None:
    event = store.add_photo("VN-1", "Lan", "2", "a.jpg", b"photo")
    photo = event.payload
    assert isinstance(photo, PhotoAdded)
    record(
        store,
        EventCorrected(number=event.number, reason="exhibit 1", replacement=photo.model_copy(update={"exhibit": "1"})),
    )
    assert [p.name for p in only(store)[1].photos] == ["a.jpg"]
    other = photo.model_copy(update={"sha256": "f" * 64})
    with pytest.raises(StoreError, match="not its content"):
        record(store, EventCorrected(number=event.number, reason="x", replacement=other))
    # Withdrawn or not, the original must still be there.
    record(store, EventCorrected(number=event.number, reason="wrong file"))
    store.photos.path(photo.sha256).unlink()
    assert [fault.what.split(":")[0] for fault in store.verify()] == ["photo a.jpg is missing"]


def test_corrections_that_do_not_fit_are_refused(store: CaseStore) -> None:
    judged, decided = record(
        store, ExhibitJudged(exhibit="1", prediction=ANSWER), OfficerDecided(exhibit="1", decision="x")
    )
    store.append("VN-2", "Minh", CaseOpened())
    (correction,) = record(store, EventCorrected(number=decided, reason="x"))
    answer = ExhibitJudged(exhibit="1", prediction={**ANSWER, "outcome": "N"})
    for number, replacement, found in (
        (99, None, "no such event"),
        (4, None, "no such event"),  # of another case
        (correction, None, f"correct event {decided} again"),
        (decided, OfficerJudged(exhibit="1", identity="T"), "expected another officer_decided"),
        (judged, answer, "withdrawn, not rewritten"),
    ):
        with pytest.raises(StoreError, match=found) as caught:
            record(store, EventCorrected(number=number, reason="x", replacement=replacement))
        assert caught.value.code is StoreErrorCode.CORRECTION
    record(store, EventCorrected(number=judged, reason="photos of another object"))
    assert store.case("VN-1").exhibits == {}


def test_closing_reopening_and_withdrawing(store: CaseStore) -> None:
    record(store, ExhibitJudged(exhibit="1", prediction=ANSWER), CaseClosed())
    assert only(store)[0].state == "closed"
    with pytest.raises(StoreError, match="reopen it first"):
        record(store, OfficerDecided(exhibit="1", decision="x"))
    record(store, LaboratoryAnswered(exhibit="1", leaf="tiger_claw", body="IEBR"))  # comes later than all else
    record(store, CaseReopened(reason="more photos"), OfficerDecided(exhibit="1", decision="x"))
    assert only(store)[0].state == "open"
    with pytest.raises(StoreError, match="open already"):
        record(store, CaseReopened(reason="again"))
    record(store, EventCorrected(number=1, reason="opened twice"))
    assert only(store)[0].state == "withdrawn"
    with pytest.raises(StoreError, match="was withdrawn"):
        record(store, OfficerDecided(exhibit="1", decision="x"))
    record(store, EventCorrected(number=1, reason="it was not", replacement=CaseOpened(place="Đông Hưng")))
    assert (only(store)[0].state, only(store)[0].place) == ("open", "Đông Hưng")


def test_a_unit_is_all_or_nothing(store: CaseStore) -> None:
    with pytest.raises(StoreError, match="names no bundle"):
        record(
            store,
            OfficerJudged(exhibit="1", identity="T"),
            ExhibitJudged(exhibit="1", prediction={"outcome": "T", "probabilities": {"a": 1.0}}),
        )
    assert len(store.events()) == 1
    with pytest.raises(StoreError, match="nothing to record"):
        record(store)
    numbers = record(store, OfficerJudged(exhibit="1", identity="T"), ExhibitJudged(exhibit="1", prediction=ANSWER))
    events = store.events()[1:]
    assert numbers == [2, 3]
    assert events[0].at == events[1].at


def test_a_chain_of_the_first_release_stays_valid(tmp_path: Path) -> None:
    CaseStore(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "cases.sqlite")
    with connection:
        rows = json.loads(OLD.read_text(encoding="utf-8"))
        connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    store = CaseStore(tmp_path)
    assert [fault.what.split(":")[0] for fault in store.verify()] == ["photo a.jpg is missing"]
    store.photos.put(b"photo one")
    assert store.verify() == []
    exhibit = store.case("VN-1").exhibits["1"]
    assert (exhibit.outcome, exhibit.decision, exhibit.action) == ("T", "tạm giữ", None)
    assert exhibit.laboratory is not None
    store.append("VN-1", "Lan", OfficerDecided(exhibit="1", decision="goes on", action="refer"))
    assert store.verify() == []
    store.close()


def test_a_case_whose_opening_was_cut_out_is_one_clear_message(store: CaseStore) -> None:
    record(store, OfficerDecided(exhibit="1", decision="x"))
    connection = sqlite3.connect(store.data / "cases.sqlite")
    with connection:
        connection.execute("DELETE FROM event WHERE number = 1")
    connection.close()
    with pytest.raises(StoreError, match="never opened; run: tigercheck cases verify"):
        store.cases()


def test_a_new_name_of_the_exhibit_leaves_a_judgement_as_blind_as_it_was(store: CaseStore) -> None:
    before, judged, after = record(
        store,
        OfficerJudged(exhibit="1", identity="N"),
        ExhibitJudged(exhibit="1", prediction=ANSWER),
        OfficerJudged(exhibit="2", identity="T"),
    )
    record(
        store,
        EventCorrected(number=before, reason="name", replacement=OfficerJudged(exhibit="A", identity="N")),
        EventCorrected(number=judged, reason="name", replacement=ExhibitJudged(exhibit="A", prediction=ANSWER)),
    )
    exhibit = store.case("VN-1").exhibits["A"]
    assert exhibit.judgement is not None
    assert exhibit.judgement.before_model
    assert exhibit.outcome == "T"
    # Moved to an exhibit that had been answered before, a later judgement does not become one made before the answer.
    record(store, EventCorrected(number=before, reason="withdrawn"))
    record(store, EventCorrected(number=after, reason="of A", replacement=OfficerJudged(exhibit="A", identity="T")))
    judgement = store.case("VN-1").exhibits["A"].judgement
    assert judgement is not None
    assert not judgement.before_model
    other = ExhibitJudged(exhibit="A", prediction={**ANSWER, "outcome": "N"})
    with pytest.raises(StoreError, match="withdrawn, not rewritten"):
        record(store, EventCorrected(number=judged, reason="x", replacement=other))


def test_a_correction_made_without_having_seen_the_last_one_is_refused(store: CaseStore) -> None:
    (decided,) = record(store, OfficerDecided(exhibit="1", decision="x"))
    right = OfficerDecided(exhibit="1", decision="y")
    (first,) = record(store, EventCorrected(number=decided, reason="a", replacement=right, after=decided))
    with pytest.raises(StoreError, match="corrected it since") as caught:
        record(store, EventCorrected(number=decided, reason="b", after=decided))
    assert caught.value.code is StoreErrorCode.CORRECTED_MEANWHILE
    record(store, EventCorrected(number=decided, reason="b", after=first))
    assert store.case("VN-1").exhibits == {}
