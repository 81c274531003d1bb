"""Cases kept between calls are those the chain leaves, whoever appended to it, and never hide an altered chain."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.store.cases import fold
from serve.store.errors import StoreError
from serve.store.events import CaseOpened, EventCorrected, LaboratoryAnswered, OfficerDecided
from serve.store.store import CaseStore


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[CaseStore, CaseStore]]:
    """Two stores on one database, both of which have read it."""
    stores = CaseStore(tmp_path), CaseStore(tmp_path)
    for k in (1, 2, 3):
        stores[0].append(f"c{k}", "Lan", CaseOpened(place="Móng Cái"))
        stores[0].append(f"c{k}", "Lan", OfficerDecided(exhibit="1", decision="x"))
    assert [len(store.cases()) for store in stores] == [3, 3]
    yield stores
    for store in stores:
        store.close()


def altered(store: CaseStore, statement: str) -> None:
    connection = sqlite3.connect(store.data / "cases.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()


def test_what_another_appends_is_seen(two: tuple[CaseStore, CaseStore]) -> None:
    first, second = two
    second.append("c2", "Minh", LaboratoryAnswered(exhibit="1", leaf="tiger_claw", body="IEBR"))
    second.append("c4", "Minh", CaseOpened())
    first.append("c1", "Lan", OfficerDecided(exhibit="2", decision="y"))
    for store in two:
        assert store.cases() == fold(store.events())
        assert [case.number for case in store.cases()] == ["c1", "c2", "c3", "c4"]
        assert store.cases()[1].exhibits["1"].laboratory is not None


def test_a_correction_of_an_event_read_long_ago_holds(two: tuple[CaseStore, CaseStore]) -> None:
    first, second = two
    right = OfficerDecided(exhibit="1", decision="right")
    second.append("c1", "Minh", EventCorrected(number=2, reason="typing mistake", replacement=right))
    assert [case.exhibits["1"].decision for case in first.cases()] == ["right", "x", "x"]
    second.append("c1", "Minh", EventCorrected(number=1, reason="opened twice"))
    assert [case.state for case in first.cases()] == ["withdrawn", "open", "open"]
    assert first.cases() == fold(first.events())


def test_what_one_call_gives_is_not_changed_by_the_next(two: tuple[CaseStore, CaseStore]) -> None:
    first, second = two
    before = first.cases()
    second.append("c1", "Minh", OfficerDecided(exhibit="9", decision="y"))
    second.append("c5", "Minh", CaseOpened())
    assert len(first.cases()) == 4
    assert len(before) == 3
    assert "9" not in before[0].exhibits


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET payload = replace(payload, '\"x\"', '\"released\"') WHERE number = 2",
        "DELETE FROM event WHERE number = 3",
    ],
)
def test_verify_finds_an_altered_chain_and_drops_what_was_kept(
    two: tuple[CaseStore, CaseStore], statement: str
) -> None:
    first, _ = two
    altered(first, statement)
    assert first.verify() != []
    if statement.startswith("UPDATE"):
        assert first.cases()[0].exhibits["1"].decision == "released"
    else:
        with pytest.raises(StoreError, match="never opened"):
            first.cases()


def test_a_chain_that_was_cut_or_replaced_is_read_again(two: tuple[CaseStore, CaseStore], tmp_path: Path) -> None:
    first, _ = two
    altered(first, "DELETE FROM event WHERE number > 2")  # as a restored backup would be
    assert [case.number for case in first.cases()] == ["c1"]
    other = CaseStore(tmp_path)
    for k in range(6):  # longer than what was kept
        other.append(f"new{k}", "Minh", CaseOpened())
    assert [case.number for case in first.cases()] == ["c1", *(f"new{k}" for k in range(6))]
    altered(first, "DELETE FROM event")
    assert first.cases() == []
    for k in range(9):
        other.append(f"other{k}", "Minh", CaseOpened())
    other.close()
    assert [case.number for case in first.cases()] == [f"other{k}" for k in range(9)]


def test_after_an_event_that_cannot_be_read_nothing_half_read_stays(two: tuple[CaseStore, CaseStore]) -> None:
    first, second = two
    second.append("c1", "Minh", OfficerDecided(exhibit="1", decision="y"))
    altered(first, "UPDATE event SET payload = 'no event' WHERE number = 7")
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be read"):
            first.cases()
    altered(first, "DELETE FROM event WHERE number = 7")
    assert first.cases() == fold(first.events())


def test_many_readers_and_a_writer_at_once(two: tuple[CaseStore, CaseStore]) -> None:
    first, second = two
    seen: list[list[int]] = []

    def read() -> None:
        counts = [len(case.exhibits) for _ in range(30) for case in first.cases() if case.number == "c1"]
        seen.append(counts)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for k in range(10):
        second.append("c1", "Minh", OfficerDecided(exhibit=f"n{k}", decision="y"))
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert all(counts == sorted(counts) for counts in seen)
    assert len(first.cases()[0].exhibits) == 11
