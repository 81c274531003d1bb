"""A second pair of eyes where it is wanted, and agreement with how little it may rest on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from serve.i18n import LANGUAGES
from serve.services.clock import BUILT
from serve.services.review import Reason, confusions, matrix_sentences, queue, reason_sentence, share_of
from serve.store.events import (
    CaseOpened,
    ChecklistAnswered,
    EventCorrected,
    ExhibitJudged,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
    Payload,
)
from serve.store.store import CaseStore

NOW = BUILT + timedelta(days=10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path, clock=lambda: NOW)
    yield store
    store.close()


def judged(outcome: str | None, *photos: str, codes: tuple[str, ...] = ()) -> ExhibitJudged:
    prediction: dict[str, object] = {"photos": [{"outcome": code} for code in photos], "reason_codes": list(codes)}
    return ExhibitJudged(exhibit="1", prediction=prediction | ({"outcome": outcome} if outcome else {}))


def reasons(store: CaseStore, *payloads: Payload, after_days: int = 0, **options: object) -> list[Reason]:
    number = f"c{len(store.events())}"
    store.append_all(number, "Lan", [CaseOpened(), *payloads])
    found = queue(store.cases(), NOW + timedelta(days=after_days), **options)  # type: ignore[arg-type]
    return [reason for item in found if item.case == number for reason in item.reasons]


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        ([judged("U")], [Reason.ABSTAINED]),
        ([judged(None)], [Reason.ABSTAINED]),
        ([judged("N")], []),
        ([judged("T", "T", "U")], []),
        ([judged("T", "T", "F")], [Reason.PHOTOS_DISAGREE]),
        ([judged("U", codes=("reason.photos_disagree",))], [Reason.ABSTAINED, Reason.PHOTOS_DISAGREE]),
        ([OfficerJudged(exhibit="1", identity="F"), judged("T")], [Reason.OFFICER_DISAGREES]),
        ([OfficerJudged(exhibit="1", identity="T"), judged("T")], []),
        ([OfficerJudged(exhibit="1", identity="U"), judged("T")], []),
        ([judged("P"), OfficerDecided(exhibit="1", decision="x", action="normal")], [Reason.LET_GO]),
        ([judged("U"), LaboratoryAnswered(exhibit="1", leaf="faux_fur", body="X")], []),
        ([OfficerJudged(exhibit="1", identity="T")], []),
    ],
)
def test_reasons_for_a_second_look(store: CaseStore, payloads: list[Payload], expected: list[Reason]) -> None:
    assert reasons(store, *payloads) == expected


def test_a_missing_laboratory_answer_is_asked_for_after_the_days_given(store: CaseStore) -> None:
    detained = OfficerDecided(exhibit="1", decision="x", action="detain")
    assert reasons(store, judged("T"), after_days=30) == []
    assert reasons(store, judged("T"), after_days=31) == [Reason.LABORATORY_MISSING]
    assert reasons(store, judged("N"), detained, after_days=8, laboratory_days=7) == [Reason.LABORATORY_MISSING]
    assert reasons(store, judged("N"), after_days=400) == []


def test_a_checklist_that_contradicts_is_a_reason_where_it_is_asked(store: CaseStore) -> None:
    answered = ChecklistAnswered(exhibit="1", version="1", answers={"seam": "yes"})
    against = [Reason.CHECKLIST_CONTRADICTS]
    assert reasons(store, judged("T"), answered) == []
    assert reasons(store, judged("T"), answered, contradicts=lambda exhibit: exhibit.outcome == "T") == against
    assert reasons(store, judged("T"), contradicts=lambda _: True) == []


def test_only_another_persons_review_of_the_latest_check_counts(store: CaseStore) -> None:
    own = ExhibitReviewed(exhibit="1", opinion="fine")
    assert reasons(store, judged("U"), own) == [Reason.ABSTAINED]
    number = store.cases()[-1].number
    store.append(number, "Minh", own)
    assert queue(store.cases(), NOW) == []


def test_withdrawn_cases_want_nobody(store: CaseStore) -> None:
    assert reasons(store, judged("U")) == [Reason.ABSTAINED]
    case = store.cases()[0]
    store.append(case.number, "Lan", EventCorrected(number=1, reason="x"))
    assert queue(store.cases(), NOW) == []


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_wilsons(count: int, n: int, low: float, high: float) -> None:
    share = share_of(count, n)
    assert (share.low, share.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def verified(store: CaseStore, number: int, officer: str, model: str, leaf: str, blind: bool = True) -> None:
    judgement, answer = OfficerJudged(exhibit="1", identity=officer), judged(model)  # type: ignore[arg-type]
    store.append_all(
        f"v{number}", "Lan",
        [CaseOpened(), *((judgement, answer) if blind else (answer, judgement)),
         LaboratoryAnswered(exhibit="1", leaf=leaf, body="X")],
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_confusions_count_own_verified_exhibits_and_say_when_they_are_too_few(store: CaseStore, language: str) -> None:
    assert [len(matrix_sentences(matrix, language)) for matrix in confusions(store.cases())] == [1, 1, 1]
    verified(store, 1, "T", "T", "tiger_claw")
    verified(store, 2, "F", "F", "tiger_claw")
    verified(store, 3, "F", "U", "imitation_claw")
    verified(store, 4, "T", "T", "tiger_skin", blind=False)
    store.append_all("v5", "Lan", [CaseOpened(), OfficerJudged(exhibit="1", identity="T"), judged("T")])
    model, officer, both = confusions(store.cases())
    assert model.counts == {("T", "T"): 2, ("T", "F"): 1, ("F", "U"): 1}
    assert (model.n, model.abstained, model.agreement.count, model.agreement.n) == (4, 1, 2, 3)
    assert (model.missed.count, model.missed.n) == (1, 3)
    assert model.codes == ("T", "P", "F", "N", "U")
    assert officer.counts == {("T", "T"): 1, ("T", "F"): 1, ("F", "F"): 1}
    assert both.counts == {("T", "T"): 1, ("F", "F"): 1, ("U", "F"): 1}
    assert not model.agreement.enough
    said = matrix_sentences(model, language)
    assert "4" in said[0]
    assert len(said) == 4
    assert share_of(190, 200).enough


def test_every_reason_has_a_sentence() -> None:
    now: datetime = NOW
    assert now.tzinfo is not None
    for language in LANGUAGES:
        assert all(reason_sentence(reason, language) for reason in Reason)
        assert "7" in reason_sentence(Reason.LABORATORY_MISSING, language, 7)
