"""Classes and sittings through the services alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from PIL import Image

from serve.exercise.classes import Classes, ClassInfo, CompetencyLine
from serve.exercise.codes import ALPHABET, shown
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Arm, Phase
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from tests.support.exercises import Clock, exercise, take_all


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path / "data", clock=clock)
    made.add(exercise(tmp_path))
    yield made
    made.close()


@pytest.fixture
def room(store: ExerciseStore) -> ClassInfo:
    return Classes(store).make_class("ABCD", "Móng Cái 1", line=CompetencyLine(0.8, 0.2))


@pytest.fixture
def taking(store: ExerciseStore) -> Taking:
    return Taking(store)


def refused(code: ExerciseErrorCode) -> pytest.RaisesExc[ExerciseError]:
    return pytest.RaisesExc(ExerciseError, check=lambda error: error.code is code)


def test_a_class_is_kept_and_an_invalid_one_refused(tmp_path: Path, store: ExerciseStore, room: ClassInfo) -> None:
    again = ExerciseStore(tmp_path / "data")
    assert Classes(again).class_info(room.id) == room
    assert (room.open_phase, room.line) == (Phase.BEFORE, CompetencyLine(0.8, 0.2))
    again.close()
    classes = Classes(store)
    with refused(ExerciseErrorCode.NO_EXERCISE):
        classes.make_class("ZZZZ", "x")
    for name, phases in (("", [Phase.BEFORE]), ("x", []), ("x", [Phase.AFTER, Phase.BEFORE])):
        with refused(ExerciseErrorCode.CLASS_INVALID):
            classes.make_class("ABCD", name, phases=phases)
    with refused(ExerciseErrorCode.CLASS_INVALID):
        classes.make_class("ABCD", "x", phases=[Phase.BEFORE], with_model=[Phase.AFTER])
    with refused(ExerciseErrorCode.CLASS_INVALID):
        CompetencyLine(80, 0.2)


def test_codes_are_plain_letters_and_enter_as_people_type_them(
    store: ExerciseStore, room: ClassInfo, taking: Taking
) -> None:
    codes = Classes(store).give_codes(room.id, 30)
    assert len(set(codes)) == 30
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("ILO01")
    assert taking.enter(f" {shown(codes[0]).lower()} ").code == codes[0]
    with refused(ExerciseErrorCode.NO_CODE):
        taking.enter("AAAA-AAAA")
    with refused(ExerciseErrorCode.CLASS_FULL):
        Classes(store).give_codes(room.id, 171)


def test_forms_are_counterbalanced_by_order_of_entering(store: ExerciseStore, room: ClassInfo, taking: Taking) -> None:
    classes = Classes(store)
    given = classes.give_codes(room.id, 3)
    order = [taking.enter(given[2]).code, taking.enrol(room.id), taking.enter(given[0]).code]
    order.append(taking.enter(given[1]).code)
    for code in given:
        taking.enter(code)
    progress = classes.progress(room.id)
    assert [one.code for one in progress] == order
    forms = [{part.phase: part.form for part in one.phases} for one in progress]
    assert [one[Phase.BEFORE] for one in forms] == ["A", "B", "A", "B"]
    assert [one[Phase.AFTER] for one in forms] == ["B", "A", "B", "A"]


def test_a_closed_class_makes_no_codes(store: ExerciseStore, taking: Taking) -> None:
    closed = Classes(store).make_class("ABCD", "x", self_enrol=False)
    with refused(ExerciseErrorCode.CLASS_BY_CODE):
        taking.enrol(closed.id)
    with refused(ExerciseErrorCode.NO_CLASS):
        taking.enrol("NOPE")


def test_a_question_tells_nothing_of_the_thing(store: ExerciseStore, room: ClassInfo, taking: Taking) -> None:
    one, other = taking.enrol(room.id), taking.enrol(room.id)
    for code in (one, other):
        taking.start(code, Phase.BEFORE)
    question = taking.question(one, Phase.BEFORE)
    assert question is not None
    thing = store.exercise("ABCD").form("A")[0]
    words = " ".join(question.photos) + repr({k: v for k, v in asdict(question).items() if k != "leaves"})
    for secret in (thing.leaf, thing.id, thing.photos[0].stem, thing.source.value):
        assert secret not in words
    picture = Image.open(io.BytesIO(taking.photo(one, Phase.BEFORE, question.photos[0])))
    assert picture.format == "JPEG"
    assert not picture.getexif()
    with refused(ExerciseErrorCode.NO_PHOTO):  # another trainee's handle opens nothing
        taking.photo(other, Phase.BEFORE, question.photos[0])


def test_photos_of_questions_to_come_have_no_handle_yet_and_a_lost_file_is_said(
    store: ExerciseStore, room: ClassInfo, taking: Taking
) -> None:
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    question = taking.question(code, Phase.BEFORE)
    assert question is not None
    store.exercise("ABCD").form("A")[0].photos[0].unlink()
    with refused(ExerciseErrorCode.PHOTO_LOST):
        taking.photo(code, Phase.BEFORE, question.photos[0])
    with refused(ExerciseErrorCode.NOT_ASKED):
        taking.answer(code, Phase.BEFORE, 2, None, Action.REFER, 1)


def test_the_same_answer_twice_is_one_and_a_different_one_is_refused(
    store: ExerciseStore, room: ClassInfo, taking: Taking, clock: Clock
) -> None:
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    taking.question(code, Phase.BEFORE)
    clock.forward(4)
    assert taking.question(code, Phase.BEFORE).number == 1  # type: ignore[union-attr]
    clock.forward(8.5)
    first = taking.answer(code, Phase.BEFORE, 1, "tiger_claw", Action.DETAIN, 4)
    clock.forward(60)
    assert taking.answer(code, Phase.BEFORE, 1, "tiger_claw", Action.DETAIN, 4) == first
    for chosen, action, confidence in (
        (None, Action.DETAIN, 4),
        ("tiger_claw", Action.REFER, 4),
        ("tiger_claw", Action.DETAIN, 5),
    ):
        with refused(ExerciseErrorCode.ANSWERED_OTHERWISE):
            taking.answer(code, Phase.BEFORE, 1, chosen, action, confidence)
    (sitting,) = Classes(store).sittings(room.id)
    (answer,) = sitting.answers
    assert (answer.chosen, answer.action, answer.confidence, answer.seconds) == ("tiger_claw", Action.DETAIN, 4, 12.5)
    assert (answer.truth, answer.arm, sitting.finished) == ("tiger_claw", Arm.HUMAN, False)
    for chosen, confidence in (("tiger_skin", 3), (None, 0), (None, 6)):
        with refused(ExerciseErrorCode.ANSWER_INVALID):
            taking.answer(code, Phase.BEFORE, 1, chosen, Action.REFER, confidence)


def test_a_test_goes_on_where_it_was_left_and_ends_with_its_last_answer(
    tmp_path: Path, store: ExerciseStore, room: ClassInfo, taking: Taking
) -> None:
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    for number in (1, 2):
        taking.question(code, Phase.BEFORE)
        receipt = taking.answer(code, Phase.BEFORE, number, None, Action.REFER, 1)
        assert receipt.feedback is None
        assert not receipt.finished
    with refused(ExerciseErrorCode.NOT_FINISHED):
        taking.finish(code, Phase.BEFORE)
    after_restart = ExerciseStore(tmp_path / "data")
    later = Taking(after_restart)
    state = later.start(code, Phase.BEFORE)
    assert (state.answered, state.total, state.finished) == (2, 4, False)
    assert len(take_all(later, after_restart, code, Phase.BEFORE, lambda truth: truth)) == 2
    later.finish(code, Phase.BEFORE)
    assert later.enter(code).phases[0].finished
    assert Classes(after_restart).sittings(room.id)[0].finished
    after_restart.close()


def test_truths_of_a_test_are_shown_only_after_it_was_closed_for_all(
    store: ExerciseStore, room: ClassInfo, taking: Taking
) -> None:
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    with refused(ExerciseErrorCode.NOT_FINISHED):
        taking.result(code, Phase.BEFORE)
    take_all(taking, store, code, Phase.BEFORE, lambda truth: truth)
    with refused(ExerciseErrorCode.NOT_YET):
        taking.result(code, Phase.BEFORE)
    Classes(store).open_phase(room.id, None)
    assert [one.chosen == one.truth for one in taking.result(code, Phase.BEFORE).answers] == [True] * 4


def test_only_the_open_phase_is_worked_on(store: ExerciseStore, room: ClassInfo, taking: Taking) -> None:
    code = taking.enrol(room.id)
    with refused(ExerciseErrorCode.PHASE_CLOSED):
        taking.start(code, Phase.AFTER)
    with refused(ExerciseErrorCode.NOT_STARTED):
        taking.question(code, Phase.BEFORE)
    taking.start(code, Phase.BEFORE)
    taking.question(code, Phase.BEFORE)
    Classes(store).open_phase(room.id, Phase.AFTER)
    with refused(ExerciseErrorCode.PHASE_CLOSED):
        taking.answer(code, Phase.BEFORE, 1, None, Action.REFER, 1)
    tests_only = Classes(store).make_class("ABCD", "y", phases=[Phase.BEFORE, Phase.AFTER])
    with refused(ExerciseErrorCode.NO_PHASE):
        taking.start(taking.enrol(tests_only.id), Phase.PRACTICE)


def test_the_third_arm_gets_the_files_for_the_model_and_others_do_not(store: ExerciseStore, taking: Taking) -> None:
    room = Classes(store).make_class("ABCD", "z", with_model=[Phase.BEFORE])
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    assert taking.question(code, Phase.BEFORE).arm is Arm.HUMAN_WITH_MODEL  # type: ignore[union-attr]
    assert taking.paths_for_model(code, Phase.BEFORE) == store.exercise("ABCD").form("A")[0].photos
    alone = taking.enrol(Classes(store).make_class("ABCD", "z2").id)
    taking.start(alone, Phase.BEFORE)
    taking.question(alone, Phase.BEFORE)
    with refused(ExerciseErrorCode.NOT_ASKED):
        taking.paths_for_model(alone, Phase.BEFORE)


def test_a_deleted_class_leaves_no_bytes(tmp_path: Path, store: ExerciseStore, room: ClassInfo, taking: Taking) -> None:
    classes = Classes(store)
    stays = classes.make_class("ABCD", "Lạng Sơn 2")
    kept = taking.enrol(stays.id)
    gone = [taking.enrol(room.id) for _ in range(12)]
    for code in (kept, *gone):
        take_all(taking, store, code, Phase.BEFORE, lambda truth: truth)
    classes.open_phase(room.id, Phase.PRACTICE)
    taking.start(gone[0], Phase.PRACTICE)
    taking.question(gone[0], Phase.PRACTICE)
    taking.answer(gone[0], Phase.PRACTICE, 1, None, Action.REFER, 1)
    with store.database.session() as session:
        ids = [
            row[0] for row in session.connection().exec_driver_sql("select id from sittings where code != ?", (kept,))
        ]

    def found() -> set[str]:
        data = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
        return {text for text in (*gone, *ids, room.name, room.id, kept, stays.name) if text.encode() in data}

    assert len(ids) == 13
    assert found() == {*gone, *ids, room.name, room.id, kept, stays.name}
    classes.delete_class(room.id)
    assert found() == {kept, stays.name}
    assert len(classes.sittings(stays.id)[0].answers) == 4
    with refused(ExerciseErrorCode.NO_CLASS):
        classes.progress(room.id)
    with refused(ExerciseErrorCode.NO_CODE):
        taking.question(gone[0], Phase.BEFORE)


def test_bytes_that_cannot_be_rewritten_are_said(tmp_path: Path, room: ClassInfo, store: ExerciseStore) -> None:
    import sqlite3

    hasty = ExerciseStore(tmp_path / "data", patience_s=0.1)
    reader = sqlite3.connect(tmp_path / "data" / "exercises.sqlite")
    reader.execute("begin")
    reader.execute("select * from classes").fetchall()
    with refused(ExerciseErrorCode.BYTES_REMAIN):
        Classes(hasty).delete_class(room.id)
    reader.close()
    hasty.compact()
    assert room.name.encode() not in b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    hasty.close()
