"""Goods that no photo can identify stand in a case by their declaration, answered by a rule that names itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from serve.i18n import LANGUAGES, tr
from serve.reports.pdf import report_pdf
from serve.services.case_export import export_confirmed
from serve.services.case_history import history
from serve.services.case_list import CaseFilter, cases_csv, find
from serve.services.case_report import case_report
from serve.services.cases import NewCheck, correct, record, save_check
from serve.services.correction import correct_record
from serve.services.declared_answer import RULE
from serve.services.review import Reason, queue
from serve.store.cases import Exhibit
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseClosed, CaseOpened, ExhibitDeclared, LaboratoryAnswered
from serve.store.store import CaseStore
from tests.support.reports import page_texts, squeezed

NUMBER = "VN-1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path)
    yield store
    store.close()


def declare(store: CaseStore, item: str = "wine", language: str = "vi", **more: object) -> int:
    declared = ExhibitDeclared.model_validate(
        {"exhibit": "E1", "declared_as": item, "as_tiger": True, "labelled_as": "虎骨酒"}
    )
    new = NewCheck("E1", declared=declared, language=language, **more)  # type: ignore[arg-type]
    return len(save_check(store, NUMBER, "Lan", new, CaseOpened(place="Móng Cái")).events)


def only(store: CaseStore) -> Exhibit:
    (exhibit,) = store.case(NUMBER).exhibits.values()
    return exhibit


def checked(outcome: str) -> dict[str, object]:
    return {"outcome": outcome, "leaf": "unrelated", "bundle": "tiny-0.0.1", "probabilities": {"unrelated": 1.0}}


@pytest.mark.parametrize("item", ["glue", "wine", "powder", "meat"])
def test_a_declaration_without_photos_is_answered_by_a_rule_that_names_itself(store: CaseStore, item: str) -> None:
    assert declare(store, item) == 3
    exhibit = only(store)
    assert (exhibit.outcome, exhibit.bundle, exhibit.rule) == ("X", "", RULE)
    assert exhibit.program.startswith("tigercheck ")
    assert exhibit.photos == []
    assert declare(store, item) == 0  # saved twice, nothing is recorded twice,
    assert declare(store, item, "zh") == 0  # in whichever language
    assert store.verify() == []


def test_what_a_photo_may_show_is_not_answered_without_one(store: CaseStore) -> None:
    assert declare(store, "claw") == 2
    assert only(store).outcome is None


def test_it_is_found_tabulated_and_waits_for_the_laboratory(store: CaseStore, tmp_path: Path) -> None:
    declare(store)
    assert [case.number for case in find(store, CaseFilter(outcome="X"))] == [NUMBER]
    assert [case.number for case in find(store, CaseFilter(text="虎骨酒"))] == [NUMBER]
    (row,) = csv.DictReader(io.StringIO(cases_csv(store.cases()).decode("utf-8-sig")))
    assert (row["photos"], row["outcome"], row["bundle"], row["rule"]) == ("0", "X", "", RULE)
    assert row["program"].startswith("tigercheck ")
    (item,) = queue(store.cases(), store.now() + timedelta(days=31))
    assert item.reasons == (Reason.LABORATORY_MISSING,)
    record(store, NUMBER, "Lan", [LaboratoryAnswered(exhibit="E1", leaf="cat_bone", body="IEBR")])
    assert queue(store.cases(), store.now() + timedelta(days=31)) == []
    assert export_confirmed(store, tmp_path / "delivery").exhibits == 0  # no photo, no training row


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_in_its_own_language_that_no_photo_was_judged(store: CaseStore, language: str) -> None:
    declare(store, language="en")
    text = squeezed("".join(page_texts(report_pdf(case_report(store, NUMBER), [language]))))
    item = tr("declared.wine", language)
    for sentence in (
        tr("rule.by", language), tr("claim.X.declared", language), tr("report.photos.none", language),
        tr("reason.declared_processed", language, item=item), RULE, "虎骨酒",
    ):  # fmt: skip
        assert squeezed(sentence) in text, sentence
    assert squeezed(tr("report.outcome.claim", language)) not in text
    assert RULE in history(store, NUMBER, language)[-1].detail


@pytest.mark.parametrize("outcome", ["T", "P"])
def test_a_flag_of_photos_is_never_replaced_by_the_rule(store: CaseStore, outcome: str) -> None:
    save_check(store, NUMBER, "Lan", NewCheck("E1", [("a.jpg", b"a")], prediction=checked(outcome)), CaseOpened())
    declare(store)
    exhibit = only(store)
    assert (exhibit.outcome, exhibit.declared is not None) == (outcome, True)


def test_photos_that_flagged_nothing_keep_their_model_beside_the_rules_answer(store: CaseStore) -> None:
    save_check(store, NUMBER, "Lan", NewCheck("E1", [("a.jpg", b"a")], prediction=checked("N")), CaseOpened())
    declare(store)
    assert (only(store).outcome, only(store).bundle, only(store).rule) == ("X", "tiny-0.0.1", "")


def test_photos_checked_later_take_the_place_of_the_rules_answer(store: CaseStore) -> None:
    declare(store)
    save_check(store, NUMBER, "Lan", NewCheck("E1", [("a.jpg", b"a")], prediction=checked("T")))
    assert (only(store).outcome, only(store).rule) == ("T", "")


def number_of(store: CaseStore, kind: str) -> int:
    return next(one.number for one in store.events() if one.payload.kind == kind)


def test_a_corrected_declaration_takes_its_answer_along_in_the_same_unit(store: CaseStore) -> None:
    declare(store)
    number = number_of(store, "exhibit_declared")
    done = correct_record(store, NUMBER, "Lan", number, "label read again", {"declared_as": "glue"}, language="zh")
    assert [event.payload.kind for event in done.events] == ["event_corrected", "event_corrected", "exhibit_judged"]
    assert only(store).outcome == "X"
    prediction = only(store).prediction
    assert prediction is not None
    assert prediction["reason_params"] == [{"item": "glue"}]
    correct_record(store, NUMBER, "Lan", number, "it is a claw", {"declared_as": "claw"}, language="en")
    assert only(store).outcome is None
    correct_record(store, NUMBER, "Lan", number, "wine after all", {"declared_as": "wine"}, language="en")
    assert only(store).outcome == "X"
    before = len(store.events())
    correct_record(store, NUMBER, "Lan", number, "words", {"labelled_as": "酒"}, language="en")
    assert len(store.events()) == before + 1  # the answer still fits
    correct(store, NUMBER, "Lan", number, "of another case")
    assert store.case(NUMBER).exhibits == {}
    assert store.verify() == []


def test_photos_answered_by_the_old_declaration_are_to_be_checked_again(store: CaseStore) -> None:
    x = {**checked("X"), "leaf": None, "claim_code": "claim.X.declared"}
    declare(store, photos=[("a.jpg", b"a")], prediction=x)
    number = number_of(store, "exhibit_declared")
    correct_record(store, NUMBER, "Lan", number, "it is a skin", {"declared_as": "skin"}, language="en")
    assert (only(store).outcome, len(only(store).photos)) == (None, 1)


def test_a_model_s_answer_follows_a_declaration_corrected_to_processed_goods(store: CaseStore) -> None:
    declare(store, "other", photos=[("a.jpg", b"a")], prediction=checked("N"))
    number = number_of(store, "exhibit_declared")
    correct_record(store, NUMBER, "Lan", number, "it is wine", {"declared_as": "wine"}, language="en")
    assert (only(store).outcome, only(store).bundle) == ("X", "tiny-0.0.1")


def test_in_a_closed_case_an_answer_that_must_change_wants_it_reopened(store: CaseStore) -> None:
    declare(store)
    record(store, NUMBER, "Lan", [CaseClosed()])
    before = len(store.events())
    with pytest.raises(StoreError) as caught:
        correct_record(store, NUMBER, "Lan", 2, "x", {"declared_as": "glue"}, language="en")
    assert caught.value.code is StoreErrorCode.CASE_CLOSED
    assert len(store.events()) == before
