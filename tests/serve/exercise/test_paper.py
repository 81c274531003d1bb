"""Answers given on paper come back as if given on a screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.codes import shown
from serve.exercise.errors import ExerciseErrorCode
from serve.exercise.model import Action, Phase
from serve.exercise.paper import COLUMNS, Fault, answer_table, import_answers, letters, paper_sittings
from serve.exercise.result_tables import table_csv
from serve.exercise.rows import form_of
from serve.exercise.store import ExerciseStore
from serve.reports.errors import ReportError
from tests.support.exercises import exercise

#: A right answer to every question: B is the imitation.
Row = dict[str, str]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path / "data")
    made.add(exercise(tmp_path))
    yield made
    made.close()


@pytest.fixture
def room(store: ExerciseStore) -> ClassInfo:
    made = Classes(store).make_class("ABCD", "Lạng Sơn")
    Classes(store).give_codes(made.id, 2)
    return made


def filled(store: ExerciseStore, room: ClassInfo, phase: Phase = Phase.BEFORE) -> list[Row]:
    """The table as printed, filled in right."""
    table = table_csv(answer_table(paper_sittings(store, room.id))).decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(table)) if row["test"] == phase.value]
    leaves = store.exercise("ABCD").exercise.leaves
    for row in rows:
        thing = store.exercise("ABCD").form(row["form"])[int(row["question"]) - 1]
        row |= {"letter": letters(2)[leaves.index(thing.leaf)], "action": "refer", "confidence": "4"}
    return rows


def written(path: Path, rows: Sequence[Row], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_typed_answers_are_those_given(store: ExerciseStore, room: ClassInfo, tmp_path: Path, delimiter: str) -> None:
    rows = filled(store, room)
    rows[0] |= {"letter": "-", "code": rows[0]["code"].lower().replace("-", " ")}
    file = written(tmp_path / "a.csv", rows, delimiter)
    done = import_answers(store, room.id, file)
    assert (done.entered, done.known, done.blank, done.failures) == (8, 0, 0, ())
    first, second = Classes(store).sittings(room.id)
    assert (first.finished, second.finished) == (True, True)
    assert first.answers[0].chosen is None
    others = [*first.answers[1:], *second.answers]
    assert all((one.chosen, one.action, one.confidence) == (one.truth, Action.REFER, 4) for one in others)
    again = import_answers(store, room.id, file)
    assert (again.entered, again.known, again.failures) == (0, 8, ())


def test_sheets_say_the_form_that_is_then_taken(store: ExerciseStore, room: ClassInfo) -> None:
    sheets = paper_sittings(store, room.id)
    numbers = {one.code: one.number for one in Classes(store).progress(room.id)}
    assert sorted(number or 0 for number in numbers.values()) == [1, 2]
    assert [one.form for one in sheets] == [form_of(numbers[one.code or ""] or 0, one.phase) for one in sheets]
    assert sheets == paper_sittings(store, room.id), "printing twice changes nothing"
    empty = Classes(store).make_class("ABCD", "x")
    assert [(one.code, one.form) for one in paper_sittings(store, empty.id)] == [(None, "A"), (None, "B")]


@pytest.mark.parametrize(
    ("change", "fault", "expected"),
    [
        ({"code": "XXXX-XXXX"}, Fault.NO_CODE, ""),
        ({"test": "practice"}, Fault.PHASE, ""),
        ({"form": "C"}, Fault.FORM, "A"),
        ({"question": "9"}, Fault.QUESTION, "4"),
        ({"question": "²"}, Fault.QUESTION, "4"),
        ({"letter": "C"}, Fault.CHOSEN, "B"),
        ({"letter": ""}, Fault.CHOSEN, "B"),
        ({"action": "burn"}, Fault.ACTION, ""),
        ({"confidence": "6"}, Fault.CONFIDENCE, ""),
    ],
)
def test_a_wrong_row_is_named_and_the_others_are_entered(
    store: ExerciseStore, room: ClassInfo, tmp_path: Path, change: Row, fault: Fault, expected: str
) -> None:
    rows = filled(store, room)
    rows[3] |= change
    done = import_answers(store, room.id, written(tmp_path / "a.csv", rows))
    assert [(one.line, one.fault, one.expected) for one in done.failures] == [(5, fault, expected)]
    assert done.entered == 7


def test_gaps_doubles_and_closed_tests_are_named(store: ExerciseStore, room: ClassInfo, tmp_path: Path) -> None:
    rows = filled(store, room)
    rows[1] |= {"letter": "", "action": "", "confidence": ""}
    rows.append(dict(rows[0]))
    rows += filled(store, room, Phase.AFTER)[:1]
    done = import_answers(store, room.id, written(tmp_path / "a.csv", rows))
    assert [(one.line, one.fault) for one in done.failures] == [
        (4, Fault.GAP), (5, Fault.GAP), (10, Fault.TWICE), (11, Fault.REFUSED)
    ]  # fmt: skip
    refused = done.failures[-1].error
    assert refused is not None
    assert refused.code is ExerciseErrorCode.PHASE_CLOSED
    assert (done.entered, done.blank) == (5, 1)


def test_a_changed_answer_does_not_replace_the_first(store: ExerciseStore, room: ClassInfo, tmp_path: Path) -> None:
    rows = filled(store, room)
    import_answers(store, room.id, written(tmp_path / "a.csv", rows))
    rows[2]["confidence"] = "1"
    done = import_answers(store, room.id, written(tmp_path / "b.csv", rows))
    assert [one.error.code for one in done.failures if one.error] == [ExerciseErrorCode.ANSWERED_OTHERWISE]
    assert Classes(store).sittings(room.id)[0].answers[2].confidence == 4


def test_a_code_of_another_class_is_unknown(store: ExerciseStore, room: ClassInfo, tmp_path: Path) -> None:
    rows = filled(store, room)
    other = Classes(store).make_class("ABCD", "other")
    rows[0]["code"] = shown(Classes(store).give_codes(other.id, 1)[0])
    done = import_answers(store, room.id, written(tmp_path / "a.csv", rows[:1]))
    assert [one.fault for one in done.failures] == [Fault.NO_CODE]


@pytest.mark.parametrize("content", [b"code,test\n1,2\n", b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_table_is_refused(
    store: ExerciseStore, room: ClassInfo, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ReportError, match=r"CSV|columns"):
        import_answers(store, room.id, tmp_path / "a.csv")


def test_there_are_letters_for_any_number_of_kinds() -> None:
    assert letters(28)[-3:] == ("Z", "AA", "AB")
