"""Nothing confirmed is lost, nothing altered goes unseen."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from serve.store.errors import StoreError
from serve.store.events import CaseOpened, LaboratoryAnswered, OfficerDecided
from serve.store.photos import PhotoStore
from serve.store.store import CaseStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path)
    store.append("VN-1", "Lan", CaseOpened(place="Móng Cái", agency="hải quan"))
    store.add_photo("VN-1", "Lan", "1", "a.jpg", b"photo one")
    store.append("VN-1", "Lan", OfficerDecided(exhibit="1", decision="tạm giữ"))
    yield store
    store.close()


def sql(store: CaseStore, *statements: str) -> None:
    connection = sqlite3.connect(store.data / "cases.sqlite")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_case_is_what_its_events_leave(store: CaseStore) -> None:
    store.append("VN-1", "Lan", LaboratoryAnswered(exhibit="1", leaf="faux_fur", body="X"))
    store.append("VN-1", "Lan", LaboratoryAnswered(exhibit="1", leaf="tiger_claw", body="IEBR", reference="12/KL"))
    (case,) = store.cases()
    assert (case.number, case.officer, case.place) == ("VN-1", "Lan", "Móng Cái")
    exhibit = case.exhibits["1"]
    assert exhibit.decision == "tạm giữ"
    assert exhibit.laboratory is not None
    assert (exhibit.laboratory.leaf, exhibit.laboratory.reference) == ("tiger_claw", "12/KL")
    # The earlier answer is still there: corrected, not replaced.
    assert [e.payload.kind for e in store.events("VN-1")][-2:] == ["laboratory_answered"] * 2
    assert store.verify() == []


def test_originals_are_kept_byte_for_byte_and_never_overwritten(store: CaseStore) -> None:
    (case,) = store.cases()
    path = store.photos.path(case.exhibits["1"].photos[0].sha256)
    assert path.read_bytes() == b"photo one"
    before = path.stat().st_mtime_ns
    store.add_photo("VN-1", "Lan", "1", "again.jpg", b"photo one")
    assert path.stat().st_mtime_ns == before
    path.write_bytes(b"tampered")
    with pytest.raises(StoreError, match="damaged"):
        store.add_photo("VN-1", "Lan", "1", "again.jpg", b"photo one")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE event SET payload = replace(payload, 'tạm giữ', 'trả lại') WHERE number = 3", "was altered"),
        ("UPDATE event SET who = 'Minh' WHERE number = 2", "was altered"),
        ("UPDATE event SET at = '2020-01-01T00:00:00+00:00' WHERE number = 1", "was altered"),
        ("DELETE FROM event WHERE number = 2", "events before it are missing"),
        ("UPDATE event SET payload = 'x' WHERE number = 2", "cannot be read"),
        (
            "INSERT INTO event SELECT 4, case_number, at, who, payload, 'f', 'e' FROM event WHERE number = 3",
            "does not continue",
        ),
    ],
)
def test_any_altered_row_is_found(store: CaseStore, statement: str, found: str) -> None:
    assert store.verify() == []
    sql(store, statement)
    assert any(found in fault.what for fault in store.verify())


def test_altered_and_missing_photos_are_found(store: CaseStore) -> None:
    (case,) = store.cases()
    path = store.photos.path(case.exhibits["1"].photos[0].sha256)
    path.write_bytes(b"other")
    assert [f.what.split(":")[0] for f in store.verify()] == ["photo a.jpg was altered"]
    path.unlink()
    assert [f.what.split(":")[0] for f in store.verify()] == ["photo a.jpg is missing"]


def test_the_last_hash_shows_that_later_events_were_cut_off(store: CaseStore) -> None:
    noted = store.head()
    sql(store, "DELETE FROM event WHERE number = 3")
    assert store.verify() == []
    assert store.head() != noted


def test_cases_are_opened_once_and_before_anything_else(store: CaseStore) -> None:
    with pytest.raises(StoreError, match="exists"):
        store.append("VN-1", "Lan", CaseOpened())
    with pytest.raises(StoreError, match="open it first"):
        store.append("VN-2", "Lan", OfficerDecided(exhibit="1", decision="x"))


def test_writers_at_the_same_time_make_one_chain(tmp_path: Path) -> None:
    first = CaseStore(tmp_path)
    first.append("c", "A", CaseOpened())

    def write(name: str) -> None:
        own = CaseStore(tmp_path)
        for k in range(10):
            own.append("c", name, OfficerDecided(exhibit=str(k), decision=name))
        own.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "ABCD"))
    assert len(first.events()) == 41
    assert first.verify() == []
    first.close()


WRITER = """
import sys
from pathlib import Path
from serve.store.events import CaseOpened
from serve.store.store import CaseStore
store = CaseStore(Path(sys.argv[1]))
store.append("c", "A", CaseOpened())
for k in range(100000):
    event = store.add_photo("c", "A", "1", f"{k}.jpg", (f"photo {k} " * 20000).encode())
    print(event.number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("confirmed", [3, 7, 12])
def test_a_killed_process_loses_nothing_confirmed(tmp_path: Path, confirmed: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout is not None
    last = 0
    for line in process.stdout:
        last = int(line)
        if last >= confirmed:
            break
    process.send_signal(signal.SIGKILL)
    last = max([last, *(int(line) for line in process.stdout.read().split())])
    process.wait()
    process.stdout.close()
    store = CaseStore(tmp_path)
    assert store.verify() == []
    assert len(store.events()) >= last
    store.append("c", "A", OfficerDecided(exhibit="1", decision="goes on"))
    store.close()


def test_a_damaged_database_and_an_impossible_folder_are_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "cases.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        CaseStore(tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be made"):
        CaseStore(tmp_path / "file" / "cases")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"No space left.*nothing was recorded"):
        PhotoStore(tmp_path).put(b"photo")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
