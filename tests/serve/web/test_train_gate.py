"""Who is let in by code, and who has to wait."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.services.users import TRIES_NAME
from serve.web.train_gate import Gate, TooManyTries

LAPTOP = "192.168.1.5"


def wrong() -> None:
    raise ExerciseError("no such code", ExerciseErrorCode.NO_CODE)


def test_thirty_who_come_in_at_the_same_moment_by_one_code_are_no_guesses() -> None:
    gate, start = Gate(), threading.Barrier(30)

    def look() -> str:
        time.sleep(0.005)  # as long as the database takes
        return "class"

    def trainee(_: int) -> str:
        start.wait()
        return gate.through("AAAAAA", LAPTOP, look)

    with ThreadPoolExecutor(30) as threads:
        assert list(threads.map(trainee, range(30))) == ["class"] * 30


def test_guesses_sent_all_at_once_do_not_slip_through() -> None:
    gate, start, looked = Gate(), threading.Barrier(20), list[int]()

    def look() -> None:
        looked.append(1)
        time.sleep(0.005)
        wrong()

    def guess(_: int) -> type[Exception]:
        start.wait()
        with pytest.raises((ExerciseError, TooManyTries)) as raised:
            gate.through("AAAA0000", LAPTOP, look)
        return raised.type

    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(guess, range(20)))
    assert len(looked) == found.count(ExerciseError) == TRIES_NAME
    assert found.count(TooManyTries) == 20 - TRIES_NAME


def test_a_code_that_is_gone_is_known_no_more() -> None:
    gate = Gate()
    assert gate.through("AAAA0000", LAPTOP, lambda: 1) == 1
    for _ in range(TRIES_NAME + 1):
        with pytest.raises(ExerciseError):
            gate.through("AAAA0000", LAPTOP, wrong)
    with pytest.raises(TooManyTries):
        gate.through("AAAA0000", LAPTOP, wrong)


def test_what_fails_for_another_reason_is_no_guess() -> None:
    gate = Gate()

    def closed() -> None:
        raise ExerciseError("given out by the trainer", ExerciseErrorCode.CLASS_BY_CODE)

    for _ in range(40):
        with pytest.raises(ExerciseError):
            gate.through("AAAAAA", LAPTOP, closed)
    assert gate.through("BBBBBB", LAPTOP, lambda: 1) == 1
