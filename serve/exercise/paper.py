"""An exercise on paper: what is printed for whom, and how typed answers come back in.

Answers on paper are entered by the trainees' own services, question by question, so that everything holds for them that
holds for answers given on a screen: the phase must be open, nothing is answered twice, no question is left out. Their
times are those of typing and say nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from string import ascii_uppercase

from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.codes import shown, tidy
from serve.exercise.errors import ExerciseError
from serve.exercise.model import CONFIDENCE, Action, Phase
from serve.exercise.rows import TESTS, form_of
from serve.exercise.store.store import ExerciseStore
from serve.exercise.taking import Taking
from serve.reports.errors import ReportError

#: Columns of the table that answers are typed into; more columns do no harm.
COLUMNS = ("code", "test", "form", "question", "letter", "action", "confidence")
#: What stands for "cannot tell".
CANNOT_TELL = "–"
_CANNOT_TELL = {CANNOT_TELL, "-", "—", "−"}


@dataclass(frozen=True)
class PaperSitting:
    """One answer sheet: who, which test, which form. ``code`` is ``None`` on a sheet to be copied."""

    code: str | None
    phase: Phase
    form: str
    questions: int


def letters(count: int) -> tuple[str, ...]:
    """A, B, …, Z, AA, AB, …: one for each kind that can be chosen."""
    one = list(ascii_uppercase)
    return tuple([*one, *(first + second for first in one for second in one)][:count])


def paper_sittings(store: ExerciseStore, class_id: str) -> tuple[PaperSitting, ...]:
    """An answer sheet for each code and test of a class, by test and order of entering.

    Codes that nobody used yet get their order of entering now, because it decides which form is on the sheet. A class
    without codes gets one blank sheet a form.

    Raises:
        ExerciseError: there is no such class.
    """
    classes, taking = Classes(store), Taking(store)
    info = classes.class_info(class_id)
    for one in classes.progress(class_id):
        if one.number is None:
            taking.enter(one.code)
    kept = store.exercise(info.exercise_id)
    phases = [phase for phase in info.phases if phase in TESTS]
    sittings = [
        PaperSitting(one.code, phase, form, len(kept.form(form)))
        for phase in phases
        for one in classes.progress(class_id)
        for form in (form_of(one.number or 1, phase),)
    ]
    if sittings:
        return tuple(sittings)
    return tuple(PaperSitting(None, phase, form, len(kept.form(form))) for phase in phases[:1] for form in ("A", "B"))


def answer_table(sittings: tuple[PaperSitting, ...]) -> Iterator[tuple[str, ...]]:
    """Rows of the table to type answers into, headed by :data:`COLUMNS`."""
    yield COLUMNS
    for one in sittings:
        code = shown(one.code) if one.code else ""
        for number in range(1, one.questions + 1):
            yield (code, one.phase.value, one.form, str(number), "", "", "")


class Fault(StrEnum):
    """Why a row was not entered; each has a sentence, ``exercise_report.fault.<fault>``."""

    NO_CODE = "no_code"
    PHASE = "phase"
    FORM = "form"
    QUESTION = "question"
    CHOSEN = "chosen"
    ACTION = "action"
    CONFIDENCE = "confidence"
    TWICE = "twice"
    GAP = "gap"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowFailure:
    """A row that was not entered.

    Attributes:
        line: of the file, from 1 for the head.
        fault: why.
        given: what stood there.
        expected: what was expected, where the fault has that.
        error: what the exercise refused, with fault ``refused``.
    """

    line: int
    fault: Fault
    given: str = ""
    expected: str = ""
    error: ExerciseError | None = None


@dataclass(frozen=True)
class Imported:
    """What came of a file.

    Attributes:
        entered: answers that are new.
        known: answers that were there before, the same.
        blank: rows without an answer.
        failures: all other rows, none left out, by line.
    """

    entered: int
    known: int
    blank: int
    failures: tuple[RowFailure, ...]


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    phase: Phase
    question: int
    chosen: str | None
    action: Action
    confidence: int


def import_answers(store: ExerciseStore, class_id: str, file: Path) -> Imported:
    """Enter typed answers. Rows that are right are entered, whatever is wrong with others; doing it again is harmless.

    Raises:
        ExerciseError: there is no such class.
        ReportError: the file cannot be read, is not UTF-8, or lacks a column.
    """
    info = Classes(store).class_info(class_id)
    read = list(_read(file))
    numbers = _numbers(store, class_id, {tidy(cells["code"]) for _, cells in read})
    entered = known = blank = 0
    failures: list[RowFailure] = []
    rows: dict[tuple[str, Phase, int], _Row] = {}
    for line, cells in read:
        if not any(cells[name] for name in ("letter", "action", "confidence")):
            blank += 1
            continue
        row = _row(store, info, numbers, line, cells)
        if isinstance(row, RowFailure):
            failures.append(row)
        elif (row.code, row.phase, row.question) in rows:
            before = rows[row.code, row.phase, row.question].line
            failures.append(RowFailure(line, Fault.TWICE, str(row.question), str(before)))
        else:
            rows[row.code, row.phase, row.question] = row
    for row in sorted(rows.values(), key=lambda one: (one.code, list(Phase).index(one.phase), one.question)):
        outcome = _enter(store, row)
        if isinstance(outcome, RowFailure):
            failures.append(outcome)
        elif outcome:
            entered += 1
        else:
            known += 1
    return Imported(entered, known, blank, tuple(sorted(failures, key=lambda one: one.line)))


def _numbers(store: ExerciseStore, class_id: str, named: set[str]) -> dict[str, int]:
    """Order of entering of each code of the class; those ``named`` that have none get theirs now."""
    for one in Classes(store).progress(class_id):
        if one.number is None and one.code in named:
            Taking(store).enter(one.code)
    return {one.code: one.number for one in Classes(store).progress(class_id) if one.number is not None}


def _read(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ReportError("exercise_report.error.csv_read", file=str(file), reason=reason) from error
    head = text.partition("\n")[0]
    # Spreadsheets write semicolons or tabs where the comma is the decimal sign.
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter, restval="")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    if missing := [name for name in COLUMNS if name not in names]:
        raise ReportError(
            "exercise_report.error.csv_columns", file=str(file), missing=", ".join(missing),
            expected=", ".join(COLUMNS),
        )  # fmt: skip
    for cells in reader:
        yield reader.line_num, {name: (cells[name] or "").strip() for name in COLUMNS}


def _row(
    store: ExerciseStore, info: ClassInfo, numbers: Mapping[str, int], line: int, cells: Mapping[str, str]
) -> _Row | RowFailure:
    code = tidy(cells["code"])
    if code not in numbers:
        return RowFailure(line, Fault.NO_CODE, cells["code"])
    if cells["test"].lower() not in [phase.value for phase in TESTS]:
        return RowFailure(line, Fault.PHASE, cells["test"])
    phase = Phase(cells["test"].lower())
    form = form_of(numbers[code], phase)
    if cells["form"].upper() != form:
        return RowFailure(line, Fault.FORM, cells["form"], form)
    kept = store.exercise(info.exercise_id)
    count = len(kept.form(form))
    question = _number(cells["question"], range(1, count + 1))
    if question is None:
        return RowFailure(line, Fault.QUESTION, cells["question"], str(count))
    names = dict(zip(letters(len(kept.exercise.leaves)), kept.exercise.leaves, strict=True))
    letter, action = cells["letter"].upper(), cells["action"].lower().replace(" ", "_")
    if letter not in names and letter not in _CANNOT_TELL:
        return RowFailure(line, Fault.CHOSEN, cells["letter"], list(names)[-1])
    if action not in [one.value for one in Action]:
        return RowFailure(line, Fault.ACTION, cells["action"])
    confidence = _number(cells["confidence"], CONFIDENCE)
    if confidence is None:
        return RowFailure(line, Fault.CONFIDENCE, cells["confidence"])
    return _Row(line, code, phase, question, names.get(letter), Action(action), confidence)


def _number(text: str, among: range | tuple[int, ...]) -> int | None:
    """A number typed in plain digits, if it is one of those expected."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    return found if found in among else None


def _enter(store: ExerciseStore, row: _Row) -> bool | RowFailure:
    """Whether the answer is new; ``False`` if it was there."""
    taking = Taking(store)
    try:
        desk = taking.enter(row.code)
        state = next((one for one in desk.phases if one.phase is row.phase), None)
        answered = state.answered if state else 0
        if row.question > answered + 1:
            return RowFailure(row.line, Fault.GAP, str(row.question), str(answered + 1))
        new = row.question == answered + 1
        if new:
            taking.start(row.code, row.phase)
            taking.question(row.code, row.phase)
        taking.answer(row.code, row.phase, row.question, row.chosen, row.action, row.confidence)
    except ExerciseError as error:
        return RowFailure(row.line, Fault.REFUSED, error=error)
    return new
