"""Thirty trainees at once, and a power cut: no acknowledged answer is lost, none is doubled."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from serve.exercise.classes import Classes
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Phase
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from tests.support.exercises import exercise

ROOT = Path(__file__).resolve().parents[3]
#: Answers questions and prints each number only after the service has returned.
TRAINEE = """
import sys
from pathlib import Path
from serve.exercise.model import Action, Phase
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
taking = Taking(ExerciseStore(Path(sys.argv[1])))
taking.start(sys.argv[2], Phase.BEFORE)
while question := taking.question(sys.argv[2], Phase.BEFORE):
    confidence = question.number % 5 + 1
    taking.answer(sys.argv[2], Phase.BEFORE, question.number, None, Action.REFER, confidence)
    print(question.number, flush=True)
"""


def test_thirty_answer_at_once_each_answer_sent_twice(tmp_path: Path) -> None:
    things = 6
    store = ExerciseStore(tmp_path / "data")
    store.add(exercise(tmp_path, things))
    classes, taking = Classes(store), Taking(store)
    room = classes.make_class("ABCD", "x")
    gate = threading.Barrier(30)

    def trainee(index: int) -> str:
        gate.wait()
        code = taking.enrol(room.id)
        taking.start(code, Phase.BEFORE)
        for number in range(1, things + 1):
            question = taking.question(code, Phase.BEFORE)
            assert question is not None
            assert question.number == number
            for _ in range(2):
                confidence = (index + number) % 5 + 1
                taking.answer(code, Phase.BEFORE, number, None, Action.REFER, confidence)
        return code

    with ThreadPoolExecutor(30) as threads:
        codes = list(threads.map(trainee, range(30)))
    sittings = {one.trainee: one for one in classes.sittings(room.id)}
    assert len(sittings) == 30
    for index, code in enumerate(codes):
        given = [one.confidence for one in sittings[code].answers]
        assert given == [(index + number) % 5 + 1 for number in range(1, things + 1)]
        assert sittings[code].finished
    assert sorted(one.number or 0 for one in classes.progress(room.id)) == list(range(1, 31))
    assert sorted(one.form for one in sittings.values()) == ["A"] * 15 + ["B"] * 15
    store.close()


def test_of_different_answers_at_the_same_moment_one_is_kept(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path / "data")
    store.add(exercise(tmp_path))
    classes, taking = Classes(store), Taking(store)
    room = classes.make_class("ABCD", "x")
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    taking.question(code, Phase.BEFORE)
    gate = threading.Barrier(5)

    def device(confidence: int) -> int | None:
        gate.wait()
        try:
            taking.answer(code, Phase.BEFORE, 1, None, Action.REFER, confidence)
        except ExerciseError as error:
            assert error.code is ExerciseErrorCode.ANSWERED_OTHERWISE
            return None
        return confidence

    with ThreadPoolExecutor(5) as threads:
        accepted = [one for one in threads.map(device, range(1, 6)) if one]
    assert accepted == [one.confidence for one in classes.sittings(room.id)[0].answers]
    assert len(accepted) == 1
    store.close()


def test_a_killed_process_loses_no_acknowledged_answer(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path / "data")
    store.add(exercise(tmp_path, 60))
    classes = Classes(store)
    room = classes.make_class("ABCD", "x")
    (code,) = classes.give_codes(room.id, 1)
    running = subprocess.Popen(
        [sys.executable, "-c", TRAINEE, str(tmp_path / "data"), code],
        stdout=subprocess.PIPE, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert running.stdout is not None
    heard = [running.stdout.readline().strip() for _ in range(7)]
    running.kill()
    heard += running.stdout.read().split()
    running.stdout.close()
    running.wait()
    acknowledged = [int(number) for number in heard]
    assert 7 <= len(acknowledged) < 60
    (sitting,) = classes.sittings(room.id)
    # One more may have been committed whose acknowledgement the kill cut off.
    assert len(sitting.answers) - len(acknowledged) in (0, 1)
    assert [one.confidence for one in sitting.answers] == [n % 5 + 1 for n in range(1, len(sitting.answers) + 1)]
    state = Taking(store).start(code, Phase.BEFORE)
    assert state.answered == len(sitting.answers)
    store.close()
