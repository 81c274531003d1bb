"""The store's main flows on SQLite and on PostgreSQL; several processes writing at once leave one chain on either."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text

from serve.i18n import LANGUAGES
from serve.services.case_history import history
from serve.services.case_list import CaseFilter, cases_csv, find
from serve.services.cases import NewCheck, correct, record, reopen, save_check, suggest_number
from serve.services.correction import correct_record, rename_exhibit
from serve.services.users import Role, Users
from serve.store.cases import fold
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    CaseClosed,
    CaseOpened,
    ExhibitDeclared,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
)
from serve.store.store import CaseStore
from tests.support.databases import server, url

__all__ = ["server", "url"]

ANSWER: dict[str, object] = {
    "outcome": "T", "leaf": "tiger_claw", "bundle": "tiny-0.0.1", "probabilities": {"tiger_claw": 1.0},
    "identity": {"T": 0.9, "P": 0.1, "F": 0.0, "N": 0.0},
}  # fmt: skip
WRITERS, EACH = 2, 6


@pytest.fixture
def store(tmp_path: Path, url: str | None) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path, url)
    yield store
    store.close()


def check(exhibit: str = "E1", **more: object) -> NewCheck:
    given: dict[str, object] = {
        "photos": [("ảnh 照片.jpg", b"a")],
        "declared": ExhibitDeclared(exhibit="?", declared_as="claw", labelled_as="虎爪"),
        "judgement": OfficerJudged(exhibit="?", identity="T"), "prediction": ANSWER,
        "decision": OfficerDecided(exhibit="?", decision="tạm giữ", action="detain"), **more,
    }  # fmt: skip
    return NewCheck(exhibit, **given)  # type: ignore[arg-type]


def test_a_case_goes_its_whole_way(store: CaseStore, tmp_path: Path, url: str | None) -> None:
    assert store.head()[0] == 0
    save_check(store, "VN-2026-001", "Nguyễn Văn Đạt", check(), CaseOpened(place="Móng Cái"))
    save_check(store, "VN-2026-001", "Lan", check())  # twice does no harm
    record(store, "VN-2026-001", "Minh", [LaboratoryAnswered(exhibit="E1", leaf="faux_fur", body="IEBR")])
    number = next(one.number for one in store.events() if one.payload.kind == "laboratory_answered")
    correct_record(store, "VN-2026-001", "Minh", number, "nhầm dòng", {"leaf": "tiger_claw"}, language="vi")
    rename_exhibit(store, "VN-2026-001", "Minh", "E1", "TV-07", "biên bản")
    wine = ExhibitDeclared(exhibit="?", declared_as="wine", labelled_as="虎骨酒")
    save_check(store, "VN-2026-001", "Lan", NewCheck("R", declared=wine, language="vi"))
    record(store, "VN-2026-001", "Lan", [CaseClosed()])
    with pytest.raises(StoreError) as caught:
        record(store, "VN-2026-001", "Lan", [OfficerDecided(exhibit="R", decision="x")])
    assert caught.value.code is StoreErrorCode.CASE_CLOSED
    reopen(store, "VN-2026-001", "Lan", "thêm ảnh")
    correct(store, "VN-2026-001", "Lan", store.events()[-1].number, "không cần")
    (case,) = find(store, CaseFilter(text="nguyen van dat", place="mong cai", outcome="X"))
    assert (list(case.exhibits), case.state) == (["TV-07", "R"], "closed")
    exhibit = case.exhibits["TV-07"]
    assert exhibit.laboratory is not None
    assert (exhibit.laboratory.leaf, exhibit.outcome, case.exhibits["R"].outcome) == ("tiger_claw", "T", "X")
    assert exhibit.judgement is not None
    assert exhibit.judgement.before_model
    assert "虎骨酒" in cases_csv([case]).decode("utf-8-sig")
    assert all(history(store, case.number, language) for language in LANGUAGES)
    assert suggest_number(store, now=store.now().replace(year=2026)) == "VN-2026-002"
    assert store.verify() == []
    other = CaseStore(tmp_path, url)
    assert other.cases() == store.cases() == fold(store.events())
    assert other.head() == store.head()
    assert other.last_at() == store.last_at()
    other.close()


def test_two_stores_on_one_database_see_each_others_events(store: CaseStore, tmp_path: Path, url: str | None) -> None:
    other = CaseStore(tmp_path, url)
    for k in range(3):
        store.append(f"c{k}", "Lan", CaseOpened())
        assert len(other.cases()) == k + 1
        other.append(f"c{k}", "Minh", OfficerDecided(exhibit="1", decision="x"))
        assert store.cases()[k].exhibits["1"].decision == "x"
    assert store.verify() == other.verify() == []
    other.close()


def test_an_altered_row_is_found(store: CaseStore) -> None:
    save_check(store, "c", "Lan", check(), CaseOpened())
    with store.database.session() as session:
        session.execute(text("UPDATE event SET who = 'Minh' WHERE number = 2"))
        session.commit()
    assert [fault.what for fault in store.verify()] == ["was altered: its hash does not match its content"]


def test_a_unit_that_does_not_fit_leaves_nothing(store: CaseStore) -> None:
    store.append("c", "Lan", CaseOpened())
    with pytest.raises(StoreError):
        store.append_all("c", "Lan", [OfficerDecided(exhibit="1", decision="x"), CaseOpened()])
    assert len(store.events()) == 1


def test_users_sign_in(store: CaseStore) -> None:
    users = Users(store.database)
    users.add("Nguyễn Văn Đạt", "a long enough password 1", Role.OFFICER)
    assert users.verify("nguyễn văn đạt", "a long enough password 1") is not None


def write(folder: Path, url: str | None, name: str, start: Barrier) -> None:
    """One process: opens its own store and writes units as fast as it can."""
    store = CaseStore(folder, url)
    start.wait(120)
    for k in range(EACH):
        store.append_all("c", name, [OfficerDecided(exhibit=f"{name}{k}", decision=part) for part in ("x", "y")])
    store.close()


def test_processes_that_append_at_the_same_moment_make_one_chain(
    store: CaseStore, tmp_path: Path, url: str | None
) -> None:
    store.append("c", "Lan", CaseOpened())
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(WRITERS)
    processes = [context.Process(target=write, args=(tmp_path, url, name, start)) for name in "ABC"[:WRITERS]]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * WRITERS
    events = store.events()
    assert [event.number for event in events] == list(range(1, 2 + 2 * WRITERS * EACH))
    assert len({event.previous for event in events}) == len(events)
    # Each unit stands together.
    units = events[1:]
    assert all(a.who == b.who and a.at == b.at for a, b in zip(units[::2], units[1::2], strict=True))
    assert {event.who for event in units} == set("ABC"[:WRITERS])
    assert len(store.case("c").exhibits) == WRITERS * EACH
    assert store.verify() == []
    assert store.cases() == fold(events)
