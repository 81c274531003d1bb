"""Settings of the agency: in the chain, by name, and never mistaken for a case."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.services.settings import NAMES, AgencyWish, change, settings
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseOpened
from serve.store.store import CaseStore

NAME = "own_judgement_first"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path)
    yield store
    store.close()


def test_nothing_is_asked_for_until_somebody_wishes_it(store: CaseStore) -> None:
    assert [(one.name, one.value, one.last) for one in settings(store)] == [(name, False, None) for name in NAMES]


def test_who_changed_a_setting_and_when_stands_in_the_chain(store: CaseStore) -> None:
    store.append("VN-1", "Lan", CaseOpened())
    made = change(store, "Minh", NAME, True, " order 12 ").event
    store.append("VN-2", "Lan", CaseOpened())
    assert made is not None
    assert (made.number, made.who, made.payload.value, made.payload.reason) == (2, "Minh", True, "order 12")
    (now,) = settings(store)
    assert (now.value, now.last) == (True, made)
    assert change(store, "Lan", NAME, True).event is None  # it is so already
    assert change(store, "Hoa", NAME, False).event is not None
    assert [(one.who, one.payload.value) for one in store.settings()] == [("Minh", True), ("Hoa", False)]
    assert settings(store)[0].value is False
    assert store.verify() == []
    assert store.head()[0] == 4


def test_a_setting_is_no_case_and_no_case_is_a_setting(store: CaseStore) -> None:
    change(store, "Minh", NAME, True)
    store.append("VN-1", "Lan", CaseOpened())
    assert [case.number for case in store.cases()] == ["VN-1"]
    assert [event.case for event in store.events()] == ["VN-1"]
    assert store.events("") == []
    with pytest.raises(StoreError) as refused:
        store.append("", "Lan", CaseOpened())
    assert refused.value.code is StoreErrorCode.NAMES
    with pytest.raises(StoreError) as missing:
        store.case("")
    assert missing.value.code is StoreErrorCode.CASE_MISSING
    with pytest.raises(StoreError) as nameless:
        change(store, "", NAME, False)
    assert nameless.value.code is StoreErrorCode.NAMES
    assert settings(store)[0].value is True


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET payload = replace(payload, 'true', 'false') WHERE case_number = ''",
        "UPDATE event SET who = 'Lan' WHERE case_number = ''",
        "UPDATE event SET payload = '{}' WHERE case_number = ''",
        "DELETE FROM event WHERE case_number = ''",
    ],
)
def test_an_altered_or_removed_change_shows(store: CaseStore, tmp_path: Path, sql: str) -> None:
    change(store, "Minh", NAME, True)
    store.append("VN-1", "Lan", CaseOpened())
    assert store.verify() == []
    with sqlite3.connect(tmp_path / "cases.sqlite") as connection:
        connection.execute(sql)
    connection.close()
    assert store.verify() != []


def test_what_was_read_last_holds_while_the_database_cannot_be_read(store: CaseStore) -> None:
    change(store, "Minh", NAME, True)
    fault: list[StoreError] = []

    def opened() -> CaseStore:
        if fault:
            raise fault[0]
        return store

    wish = AgencyWish(opened)
    assert wish.own_judgement_first() is True
    fault.append(StoreError("locked", StoreErrorCode.LOCKED, folder="x"))
    assert wish.own_judgement_first() is True
    assert AgencyWish(opened).own_judgement_first() is False
    fault.clear()
    change(store, "Minh", NAME, False)
    assert wish.own_judgement_first() is False


@given(st.lists(st.booleans(), max_size=6))
def test_the_last_change_holds(tmp_path_factory: pytest.TempPathFactory, values: list[bool]) -> None:
    store = CaseStore(tmp_path_factory.mktemp("cases"))
    made = [change(store, "Minh", NAME, value).event for value in values]
    before = [False, *values]
    assert [event is not None for event in made] == [a != b for a, b in zip(before, values, strict=False)]
    assert settings(store)[0].value is before[-1]
    store.close()
