"""A unit is whole or absent, wherever the process is killed; a full, locked, damaged or read-only store says so."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.services.cases import store_sentence
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseOpened, OfficerDecided
from serve.store.store import Case, CaseStore

UNIT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from serve.services.cases import NewCheck, save_check
from serve.store.events import CaseOpened, ExhibitDeclared, OfficerJudged
from serve.store.store import CaseStore

def check(k, size=20):
    return NewCheck("1", [("a.jpg", f"a{k}".encode() * size), ("b.jpg", f"b{k}".encode() * size)],
        ExhibitDeclared(exhibit="1", declared_as="claw"), OfficerJudged(exhibit="1", identity="T"),
        {"outcome": "T", "bundle": "tiny-0.0.1", "probabilities": {"a": 1.0}})

store = CaseStore(Path(sys.argv[1]))
"""
LOOP = (
    UNIT
    + """
for k in range(100000):
    save_check(store, f"c{k}", "Lan", check(k, 20000), CaseOpened())
    print(k, flush=True)
"""
)
KILLED_AT = (
    UNIT
    + """
save_check(store, "c0", "Lan", check(0), CaseOpened())
print(0, flush=True)
seen = [0]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def count(_connection, _cursor, statement, _parameters, _context, executemany):
    if statement.startswith("INSERT"):
        seen[0] += 1
        if sys.argv[2] == "insert": die()
moment = sys.argv[2]
if moment == "photo":
    os.fsync = die
elif moment == "commit":
    event.listen(store.database._engine, "commit", die)
elif moment == "insert":
    event.listen(store.database._engine, "after_cursor_execute", count)
save_check(store, "c1", "Lan", check(1), CaseOpened())
"""
)


#: A correction of several events, as of an exhibit's name or a declaration that a rule answered.
CORRECTED_AT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from serve.services.cases import NewCheck, save_check
from serve.services.correction import correct_record, rename_exhibit
from serve.store.events import CaseOpened, ExhibitDeclared
from serve.store.store import CaseStore

store = CaseStore(Path(sys.argv[1]))
wine = ExhibitDeclared(exhibit="1", declared_as="wine")
save_check(store, "c0", "Lan", NewCheck("1", [("a.jpg", b"a")], wine, language="vi"), CaseOpened())
moment, act = sys.argv[2:]
seen = [0]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def count(_connection, _cursor, statement, _parameters, _context, executemany):
    seen[0] += statement.startswith("INSERT")
    if seen[0] and moment == "insert": die()
if moment == "insert":
    event.listen(store.database._engine, "after_cursor_execute", count)
elif moment == "commit":
    event.listen(store.database._engine, "commit", die)
if act == "declaration":
    correct_record(store, "c0", "Lan", 3, "it is glue", {"declared_as": "glue"}, language="vi")
else:
    rename_exhibit(store, "c0", "Lan", "1", "TV-1", "record says TV-1")
print("recorded", flush=True)
die()
"""


def whole(case: Case) -> bool:
    exhibit = case.exhibits.get("1")
    return (
        exhibit is not None and len(exhibit.photos) == 2 and exhibit.declared is not None
        and exhibit.judgement is not None and exhibit.judgement.before_model and exhibit.outcome == "T"
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", ["photo", "insert", "commit"])
def test_killed_in_the_middle_of_a_unit_nothing_of_it_is_there(tmp_path: Path, moment: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", KILLED_AT, tmp_path, moment], capture_output=True, text=True, check=False
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert process.stdout == "0\n"
    store = CaseStore(tmp_path)
    (case,) = store.cases()
    assert case.number == "c0"
    assert whole(case)
    assert store.verify() == []
    store.append("c0", "Lan", OfficerDecided(exhibit="1", decision="goes on"))
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("act", ["declaration", "name"])
@pytest.mark.parametrize("moment", ["insert", "commit", "after"])
def test_killed_in_the_middle_of_a_correction_all_of_it_stands_or_none(tmp_path: Path, moment: str, act: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", CORRECTED_AT, tmp_path, moment, act], capture_output=True, text=True, check=False
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    recorded = moment == "after"
    assert process.stdout == ("recorded\n" if recorded else "")
    store = CaseStore(tmp_path)
    case = store.case("c0")
    (exhibit,) = case.exhibits.values()
    assert exhibit.declared is not None
    assert exhibit.prediction is not None
    stands = (exhibit.name, exhibit.declared.declared_as, exhibit.prediction["reason_params"], len(exhibit.photos))
    glue = recorded and act == "declaration"
    assert stands == (
        "TV-1" if recorded and act == "name" else "1", "glue" if glue else "wine",
        [{"item": "glue" if glue else "wine"}], 1,
    )  # fmt: skip
    assert case.corrections == (0 if not recorded else 2 if act == "declaration" else 3)
    assert store.verify() == []
    store.append("c0", "Lan", OfficerDecided(exhibit="1", decision="goes on"))
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_at_any_moment_every_confirmed_unit_is_there_and_every_unit_is_whole(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", LOOP, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = -1
    for line in process.stdout:
        last = int(line)
        if last >= 3:
            break
    process.send_signal(signal.SIGKILL)
    last = max([last, *(int(line) for line in process.stdout.read().split())])
    process.wait()
    process.stdout.close()
    store = CaseStore(tmp_path)
    cases = store.cases()
    assert len(cases) > last
    assert all(whole(case) for case in cases)
    assert store.verify() == []
    store.close()


LIMITED = (
    UNIT
    + """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
save_check(store, "c0", "Lan", check(0), CaseOpened())
limit = max(p.stat().st_size for p in Path(sys.argv[1]).glob("cases.sqlite*")) + 4096
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from serve.store.errors import StoreError
for k in range(1, 400):
    try:
        save_check(store, f"c{k}", "Lan", check(k), CaseOpened())
    except StoreError as error:
        print(error.code, k)
        break
"""
)


@pytest.mark.skipif(os.name == "nt", reason="needs resource limits")
def test_a_disk_that_fills_up_is_said_and_loses_nothing(tmp_path: Path) -> None:
    process = subprocess.run([sys.executable, "-c", LIMITED, tmp_path], capture_output=True, text=True, check=False)
    code, count = process.stdout.split()
    assert code == StoreErrorCode.DISK_FULL, process.stderr
    store = CaseStore(tmp_path)
    cases = store.cases()
    assert len(cases) == int(count)
    assert all(whole(case) for case in cases)
    assert store.verify() == []
    store.append("later", "Lan", CaseOpened())
    store.close()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte; needs root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("cannot mount a small file system here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_file_system_keeps_what_was_recorded(tiny_disk: Path) -> None:
    store = CaseStore(tiny_disk)
    store.append("c", "Lan", CaseOpened())
    store.add_photo("c", "Lan", "1", "a.jpg", b"a" * 1000)
    with pytest.raises(StoreError, match="nothing was recorded") as caught:
        store.add_photo("c", "Lan", "1", "b.jpg", b"b" * 2_000_000)
    assert caught.value.code is StoreErrorCode.DISK_FULL
    assert [len(case.exhibits["1"].photos) for case in store.cases()] == [1]
    assert store.verify() == []
    store.add_photo("c", "Lan", "1", "c.jpg", b"c" * 1000)
    store.close()


def test_a_read_only_folder_is_said(tiny_disk: Path) -> None:
    store = CaseStore(tiny_disk)
    store.append("c", "Lan", CaseOpened())
    photos = store.photos
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    with pytest.raises(StoreError, match="nothing was recorded") as caught:
        photos.put(b"a")
    assert caught.value.code is StoreErrorCode.READ_ONLY
    with pytest.raises(StoreError, match="allow writing") as caught:
        CaseStore(tiny_disk)
    assert caught.value.code is StoreErrorCode.READ_ONLY
    assert str(tiny_disk) in store_sentence(caught.value, "vi")
    subprocess.run(["mount", "-o", "remount,rw", tiny_disk], check=True)
    again = CaseStore(tiny_disk)
    assert [case.number for case in again.cases()] == ["c"]
    again.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite+nothing:///x", "postgresql+nothing://x/y"])
def test_an_address_of_no_database_is_one_clear_message(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match="expected an SQLAlchemy URL"):
        CaseStore(tmp_path, url)


def test_a_locked_database_is_said_and_loses_nothing(tmp_path: Path) -> None:
    store = CaseStore(tmp_path, patience_s=0.2)
    store.append("c", "Lan", CaseOpened())
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); "
         "print('held', flush=True); sys.stdin.read()", tmp_path / "cases.sqlite"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match="Another program holds it") as caught:
        store.append("c", "Lan", OfficerDecided(exhibit="1", decision="x"))
    assert caught.value.code is StoreErrorCode.LOCKED
    for language in ("vi", "zh", "en"):
        assert str(tmp_path) in store_sentence(caught.value, language)
    assert len(store.events()) == 1  # reading goes on
    holder.communicate("")
    store.append("c", "Lan", OfficerDecided(exhibit="1", decision="x"))
    assert len(store.events()) == 2
    store.close()


def test_a_damaged_database_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    store = CaseStore(tmp_path)
    store.append("c", "Lan", CaseOpened())
    for k in range(60):
        store.append("c", "Lan", OfficerDecided(exhibit=str(k), decision="x" * 300))
    store.close()
    path = tmp_path / "cases.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    data[8192 : len(data) - 4096] = b"\xa5" * (len(data) - 12288)
    path.write_bytes(data)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreError, match="keep the file as it is") as caught:
        CaseStore(tmp_path).verify()
    assert caught.value.code is StoreErrorCode.DAMAGED
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_every_code_has_a_sentence(language: str) -> None:
    params = {"folder": "F", "case": "C", "name": "N", "number": 7}
    for code in StoreErrorCode:
        assert store_sentence(StoreError("x", code, **params), language)
