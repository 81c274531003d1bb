"""The table of who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from serve.services.access import Deed, Visitor, authors_of, holders, may, visitor
from serve.services.cases import correct
from serve.services.users import Role, User, Users
from serve.store.events import CaseOpened, EventCorrected, OfficerDecided
from serve.store.store import CaseStore

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path)
    yield store
    store.close()


def user(name: str, role: Role, disabled: bool = False) -> Visitor:
    return Visitor(User(name, role, datetime(2026, 1, 1, tzinfo=UTC), disabled, ""))


@pytest.mark.parametrize(
    ("role", "settings", "own", "others", "shared"),
    [
        (Role.OFFICER, False, True, False, False),
        (Role.TRAINER, False, True, False, False),
        (Role.MAINTAINER, True, True, True, True),
    ],
)
def test_the_table(role: Role, settings: bool, own: bool, others: bool, shared: bool) -> None:
    who = user("Lan", role)
    assert may(who, Deed.CHANGE_SETTINGS) is settings
    assert may(who, Deed.CHANGE_SETTINGS, ["Lan"]) is settings
    assert may(who, Deed.CORRECT_RECORD, ["LAN "]) is own
    assert may(who, Deed.CORRECT_RECORD, ["Minh"]) is others
    assert may(who, Deed.CORRECT_RECORD, ["Lan", "Minh"]) is shared
    # A record whose author nobody knows is nobody's own.
    assert may(who, Deed.CORRECT_RECORD) is others


@pytest.mark.parametrize("role", Role)
def test_exercises_are_run_by_trainers_and_those_above(role: Role) -> None:
    assert may(user("Lan", role), Deed.RUN_EXERCISES) is (role is not Role.OFFICER)


@pytest.mark.parametrize("deed", Deed)
def test_one_person_alone_may_everything_and_a_stranger_nothing(deed: Deed) -> None:
    assert may(Visitor(None, alone=True), deed, ["Minh"])
    assert not may(Visitor(None), deed, ["Minh"])
    assert not may(user("Minh", Role.MAINTAINER, disabled=True), deed, ["Minh"])


def test_who_is_at_the_page_is_read_from_the_users(store: CaseStore) -> None:
    assert visitor(store.database, None).alone
    users = Users(store.database, QUICK)
    users.add("Lan", "hoa sen nở sớm")
    users.add("Minh", "hoa sen nở sớm", Role.MAINTAINER)
    users.add("Hoa", "hoa sen nở sớm", Role.MAINTAINER)
    users.disable("Hoa")
    assert not visitor(store.database, None).alone
    assert visitor(store.database, "gone") == Visitor(None)
    assert may(visitor(store.database, "minh"), Deed.CHANGE_SETTINGS)
    assert not may(visitor(store.database, "Lan"), Deed.CHANGE_SETTINGS)
    assert not may(visitor(store.database, "Hoa"), Deed.CHANGE_SETTINGS)
    assert holders(store.database, Deed.CORRECT_RECORD) == ["Minh"]


def test_a_record_is_also_that_of_who_corrected_it_last(store: CaseStore) -> None:
    store.append("VN-1", "Lan", CaseOpened())
    decided = store.append("VN-1", "Lan", OfficerDecided(exhibit="1", decision="kept"))
    assert authors_of(store, "VN-1", decided.number) == {"Lan"}
    assert authors_of(store, "VN-1", 99) == frozenset()
    assert authors_of(store, "VN-9", decided.number) == frozenset()
    correct(store, "VN-1", "Minh", decided.number, "wrong", OfficerDecided(exhibit="1", decision="let go"))
    assert authors_of(store, "VN-1", decided.number) == {"Lan", "Minh"}
    correct(store, "VN-1", "Lan", decided.number, "no")
    assert authors_of(store, "VN-1", decided.number) == {"Lan"}
    assert isinstance(store.events("VN-1")[-1].payload, EventCorrected)


def test_the_opening_of_a_case_is_everyones_who_recorded_in_it(store: CaseStore) -> None:
    opening = store.append("VN-1", "Lan", CaseOpened())
    assert authors_of(store, "VN-1", opening.number) == {"Lan"}
    store.append("VN-1", "Minh", OfficerDecided(exhibit="1", decision="kept"))
    assert authors_of(store, "VN-1", opening.number) == {"Lan", "Minh"}
