"""Exercises, classes and answers on SQLite and on PostgreSQL, from drawing to deleting for good."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text

from model.predict import Predictor
from serve.exercise.classes import Classes, CompetencyLine
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import PHASE_ORDER, Action, Arm, Phase
from serve.exercise.result_tables import answers_csv, indicator_csv
from serve.exercise.results import class_results
from serve.exercise.shown_model import prepare
from serve.exercise.store import ExerciseStore
from serve.exercise.store.model_answers import model_predictions
from serve.exercise.taking import Taking
from serve.services.cases import store_sentence
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseOpened
from serve.store.opened import OpenedStore
from serve.store.store import CaseStore
from tests.support.databases import server, url
from tests.support.exercises import exercise, take_all

__all__ = ["server", "url"]

TABLES = ("exercises", "things", "classes", "trainees", "sittings", "answers", "cards", "model_answers")


@pytest.fixture
def store(tmp_path: Path, url: str | None) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path / "data", url)
    made.add(exercise(tmp_path))
    yield made
    made.close()


def rows(store: ExerciseStore) -> dict[str, int]:
    with store.database.session() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}


def test_a_class_goes_its_whole_way(
    store: ExerciseStore, tmp_path: Path, url: str | None, predictor: Predictor
) -> None:
    classes, taking = Classes(store), Taking(store)
    room = classes.make_class("ABCD", "Móng Cái 芒街", phases=PHASE_ORDER, line=CompetencyLine(0.8, 0.2))
    codes = [*classes.give_codes(room.id, 2), taking.enrol(room.id)]
    for code in codes:
        take_all(taking, store, code, Phase.BEFORE, lambda truth: None)
    classes.open_phase(room.id, Phase.PRACTICE)
    taking.start(codes[0], Phase.PRACTICE)
    assert taking.question(codes[0], Phase.PRACTICE) is not None
    assert taking.answer(codes[0], Phase.PRACTICE, 1, None, Action.REFER, 1).feedback is not None
    classes.open_phase(room.id, Phase.AFTER)
    for code in codes:
        take_all(taking, store, code, Phase.AFTER, lambda truth: truth)
    prepare(store, room.id, predictor)
    classes.open_phase(room.id, Phase.ASSISTED)
    for code in codes:
        taking.start(code, Phase.ASSISTED)
        while (question := taking.question(code, Phase.ASSISTED)) is not None:
            action = Action.REFER if question.arm is Arm.HUMAN else Action.DETAIN
            taking.answer(code, Phase.ASSISTED, question.number, "tiger_claw", action, 5)
    other = ExerciseStore(tmp_path / "other", url) if url else ExerciseStore(tmp_path / "data")
    found = class_results(other, room.id)
    assert sorted(found.compared) == sorted(codes)
    assert found.assisted is not None
    assert found.assisted.arms.pairs == 12
    assert found.name == "Móng Cái 芒街"
    assert answers_csv(other, room.id).count(b"\n") == 1 + 12 + 1 + 12 + 24 + 8
    assert indicator_csv(found).count(b"\n") == 1 + 2 + 3 + 3
    assert len(model_predictions(other, "ABCD", predictor.bundle.info.id)) == 8
    with pytest.raises(ExerciseError) as caught:
        other.delete_exercise("ABCD")
    assert caught.value.code is ExerciseErrorCode.EXERCISE_USED
    other.close()
    classes.delete_class(room.id)
    left = rows(store)
    assert {name for name, count in left.items() if count} == {"exercises", "things", "model_answers"}
    store.delete_exercise("ABCD")
    assert not any(rows(store).values())
    with pytest.raises(ExerciseError) as caught:
        store.exercise("ABCD")
    assert caught.value.code is ExerciseErrorCode.NO_EXERCISE


def test_an_exercise_is_kept_once(store: ExerciseStore, tmp_path: Path) -> None:
    with pytest.raises(ExerciseError) as caught:
        store.add(exercise(tmp_path))
    assert caught.value.code is ExerciseErrorCode.EXERCISE_EXISTS
    assert len(store.exercises()) == 1


def test_a_different_second_answer_is_refused(store: ExerciseStore) -> None:
    room, taking = Classes(store).make_class("ABCD", "x"), Taking(store)
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    taking.question(code, Phase.BEFORE)
    taking.answer(code, Phase.BEFORE, 1, None, Action.REFER, 3)
    taking.answer(code, Phase.BEFORE, 1, None, Action.REFER, 3)
    with pytest.raises(ExerciseError) as caught:
        taking.answer(code, Phase.BEFORE, 1, "tiger_claw", Action.REFER, 3)
    assert caught.value.code is ExerciseErrorCode.ANSWERED_OTHERWISE


def test_cases_and_exercises_share_a_database_server(store: ExerciseStore, tmp_path: Path, url: str | None) -> None:
    cases = CaseStore(tmp_path / "cases", url)
    cases.append("VN-1", "Lan", CaseOpened())
    assert cases.verify() == []
    assert len(store.exercises()) == 1
    cases.close()


def _enrol(folder: Path, address: str | None, class_id: str, start: Barrier) -> None:
    store = ExerciseStore(folder, address)
    start.wait(120)
    taking = Taking(store)
    for _ in range(4):
        code = taking.enrol(class_id)
        taking.start(code, Phase.BEFORE)
        taking.question(code, Phase.BEFORE)
        taking.answer(code, Phase.BEFORE, 1, None, Action.REFER, 3)
    store.close()


def test_trainees_who_enter_at_the_same_moment_get_numbers_of_their_own(
    store: ExerciseStore, tmp_path: Path, url: str | None
) -> None:
    room = Classes(store).make_class("ABCD", "x")
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    made = [context.Process(target=_enrol, args=(tmp_path / "data", url, room.id, start)) for _ in range(2)]
    for process in made:
        process.start()
    for process in made:
        process.join()
    assert [process.exitcode for process in made] == [0, 0]
    progress = Classes(store).progress(room.id)
    assert [one.number for one in progress] == list(range(1, 9))
    assert {one.phases[0].answered for one in progress} == {1}


@pytest.mark.parametrize(
    ("open_store", "file", "name"),
    [(ExerciseStore, "exercises.sqlite", "exercise database"), (CaseStore, "cases.sqlite", "case database")],
)
def test_a_damaged_database_is_called_what_it_is(
    tmp_path: Path, open_store: type[OpenedStore], file: str, name: str
) -> None:
    (tmp_path / file).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)  # type: ignore[call-arg]
    assert caught.value.code is StoreErrorCode.DAMAGED
    assert f"the {name} cannot be used" in str(caught.value)
    assert name in store_sentence(caught.value, "en")
