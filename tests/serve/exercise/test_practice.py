"""Practice brings back what was wrong."""

from __future__ import annotations

from pathlib import Path

from serve.exercise.classes import Classes
from serve.exercise.model import Action, Phase
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Receipt, Taking
from tests.support.exercises import Clock, exercise, take_all, thing


def answer(taking: Taking, code: str, *, right: bool, confidence: int = 3) -> Receipt | None:
    question = taking.question(code, Phase.PRACTICE)
    if question is None:
        return None
    with taking.store.database.session() as session:
        from serve.exercise.rows import open_question, started

        asked = open_question(session, started(session, code, Phase.PRACTICE))
        assert asked is not None
        truth = taking.store.exercise("ABCD").things[asked.thing].leaf
    chosen = truth if right else None
    return taking.answer(code, Phase.PRACTICE, question.number, chosen, Action.REFER, confidence)


def test_what_was_wrong_comes_first_and_comes_back(tmp_path: Path) -> None:
    clock = Clock()
    store = ExerciseStore(tmp_path / "data", clock=clock)
    store.add(exercise(tmp_path), practice=[thing(tmp_path, "P0", "tiger_claw")])
    classes, taking = Classes(store), Taking(store)
    room = classes.make_class("ABCD", "x")
    code = taking.enrol(room.id)
    take_all(taking, store, code, Phase.BEFORE, lambda truth: truth if truth == "tiger_claw" else None)
    classes.open_phase(room.id, Phase.PRACTICE)
    taking.start(code, Phase.PRACTICE)
    assert taking.next_due(code) is None

    seen: list[str] = []
    while (receipt := answer(taking, code, right=len(seen) != 0, confidence=5)) is not None:
        assert receipt.feedback is not None
        assert receipt.feedback.right == (receipt.feedback.answer.chosen == receipt.feedback.thing.leaf)
        seen.append(receipt.feedback.thing.id)
    # Imitations were answered wrong in the test before; form B, still to come, is never shown.
    assert seen == ["A1", "A3", "A0", "A2", "P0"]
    due = taking.next_due(code)
    assert due is not None
    assert (due - clock()).total_seconds() == 60

    clock.forward(61)
    again = answer(taking, code, right=True)
    assert again is not None
    assert again.feedback is not None
    assert again.feedback.thing.id == "A1"
    assert again.number == 6
    assert taking.question(code, Phase.PRACTICE) is None
    clock.forward(600)
    third = answer(taking, code, right=True)
    assert third is not None
    assert third.feedback is not None
    assert third.feedback.thing.id == "A1"
    assert (third.feedback.due - clock()).days >= 1
    taking.finish(code, Phase.PRACTICE)
    assert not taking.start(code, Phase.PRACTICE).finished
    assert classes.sittings(room.id)[0].phase is Phase.BEFORE
    assert len(classes.sittings(room.id, [Phase.PRACTICE])[0].answers) == 7
    store.close()


def test_an_answer_sent_twice_moves_its_card_once(tmp_path: Path) -> None:
    clock = Clock()
    store = ExerciseStore(tmp_path / "data", clock=clock)
    store.add(exercise(tmp_path))
    taking = Taking(store)
    code = taking.enrol(Classes(store).make_class("ABCD", "x", phases=[Phase.PRACTICE]).id)
    taking.start(code, Phase.PRACTICE)
    taking.question(code, Phase.PRACTICE)
    first = taking.answer(code, Phase.PRACTICE, 1, None, Action.REFER, 1)
    clock.forward(30)
    assert taking.answer(code, Phase.PRACTICE, 1, None, Action.REFER, 1) == first
    store.close()
