"""``tigercheck exercise report|results|paper|certificate|answers``."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from serve.cli import app
from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.model import Phase
from serve.exercise.store import ExerciseStore
from serve.i18n import tr
from serve.reports.exercise_words import say
from tests.support.exercise_class import keep_exercise, simulated, taken_class
from tests.support.reports import page_texts, squeezed

RUN = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[ClassInfo]:
    store = ExerciseStore(folder / "data")
    yield taken_class(store, folder, things=4, trainees=4)
    store.close()


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    result = RUN.invoke(app, ["exercise", *arguments, "--data", str(folder / "data"), "--lang", "en"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_report_certificates_and_tables_are_written(folder: Path, room: ClassInfo) -> None:
    for command, name in (("report", "r.pdf"), ("certificate", "c.pdf")):
        code, said = run(folder, command, room.id, str(folder / name))
        assert (code, name in said) == (0, True)
        assert (folder / name).read_bytes().startswith(b"%PDF")
    tables = {"--indicator": "i.csv", "--answers": "a.csv"}
    options = [part for option, name in tables.items() for part in (option, str(folder / name))]
    assert run(folder, "results", room.id, *options)[0] == 0
    lines = {name: len((folder / name).read_text(encoding="utf-8-sig").splitlines()) for name in ("a.csv", "i.csv")}
    assert lines == {"a.csv": 1 + 4 * 4 * 2, "i.csv": 1 + 2 + 4}
    code, said = run(folder, "results", room.id)
    assert (code, json.loads(said)["class_id"]) == (0, room.id)


def test_the_model_sits_the_test_when_asked(folder: Path, room: ClassInfo, tiny_bundle: Path) -> None:
    code, said = run(folder, "results", room.id, "--with-model", "--bundle", str(tiny_bundle))
    arms = {(one["arm"], one["phase"]): one["figures"]["answers"] for one in json.loads(said)["arms"]}
    assert (code, arms) == (0, {("human", "before"): 16, ("human", "after"): 16, ("model", None): 8})
    assert run(folder, "report", room.id, str(folder / "m.pdf"))[0] == 0
    assert squeezed(say("arms", "en")) in squeezed("".join(page_texts((folder / "m.pdf").read_bytes())))


def test_what_cannot_be_written_is_said_in_words(folder: Path, room: ClassInfo) -> None:
    code, said = run(folder, "certificate", room.id, str(folder / "x.pdf"), "--code", "AAAA-AAAA")
    assert (code, "AAAA-AAAA" in said, (folder / "x.pdf").exists()) == (2, True, False)
    code, said = run(folder, "report", room.id, str(folder / "nowhere" / "x.pdf"))
    assert code == 2
    assert "nowhere" in said


def test_paper_goes_out_and_comes_back(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path / "data")
    keep_exercise(store, tmp_path, simulated(4, 2))
    classes = Classes(store)
    room = classes.make_class("ABCD", "Cầu Treo")
    classes.give_codes(room.id, 2)
    store.close()
    assert run(tmp_path, "paper", room.id, str(tmp_path / "out"))[0] == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["answers.csv", "key-en.pdf", "paper-en.pdf"]
    table = tmp_path / "out" / "answers.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["test"] == "before":
            row |= {"letter": "A", "action": "refer", "confidence": "2"}
    rows[1]["letter"] = "?"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    code, said = run(tmp_path, "answers", room.id, str(table))
    lines = said.split("\n")
    assert code == 1
    assert tr("exercise_report.fault.chosen", "en", line=3, given="?", expected="R") in lines
    assert tr("exercise_report.fault.gap", "en", line=4, given="3", expected="2") in lines
    assert tr("exercise_report.import.done", "en", entered=5, known=0, blank=8, failed=3) in lines
    store = ExerciseStore(tmp_path / "data")
    assert sorted(len(one.answers) for one in Classes(store).sittings(room.id)) == [1, 4]
    Classes(store).open_phase(room.id, Phase.AFTER)
    store.close()
    code, said = run(tmp_path, "answers", room.id, str(tmp_path / "none.csv"))
    assert (code, "none.csv" in said) == (2, True)
