"""``tigercheck exercise`` from building to deleting, and its sentences."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from serve.cli import app
from serve.exercise.build import BuildWarning, WarningCode
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Phase
from serve.exercise.pool import Problem, ProblemCode
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from serve.exercise.wording import error_sentence, problem_sentence, warning_sentence
from serve.i18n import LANGUAGES, catalogue


def run(*words: object, fails: bool = False) -> str:
    result = CliRunner().invoke(app, ["exercise", *map(str, words)])
    assert (result.exit_code != 0) is fails, result.output
    return result.output


def test_from_building_to_deleting(tmp_path: Path) -> None:
    at = ("--data", tmp_path, "--lang", "en")
    assert "no exercise yet" in run("list", *at)
    exercise = re.search(r"Exercise (\w+) ", run("build", "--ready", "skins", *at)).group(1)  # type: ignore[union-attr]
    made = run("class", exercise, "Móng Cái 1", "--codes", 2, "--sensitivity", 0.8, "--false-alarm", 0.2, *at)
    room = re.search(r"Class (\w+) ", made).group(1)  # type: ignore[union-attr]
    assert room in run("list", *at)
    codes = run("codes", room, "--add", 1, "--data", tmp_path).split()
    assert len(codes) == 3
    store = ExerciseStore(tmp_path)
    taking = Taking(store)
    taking.start(codes[0], Phase.BEFORE)
    taking.question(codes[0], Phase.BEFORE)
    taking.answer(codes[0], Phase.BEFORE, 1, "dyed_hide", Action.REFER, 2)
    store.close()
    assert "1/24" in run("progress", room, *at)
    run("export", room, tmp_path / "a.csv", *at)
    (row,) = csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["trainee"], row["chosen"], row["action"]) == (codes[0].replace("-", ""), "dyed_hide", "refer")
    run("export", room, tmp_path / "a.csv", *at, fails=True)
    assert "Test after" in run("phase", room, "after", *at)
    assert "open now: nothing" in run("phase", room, "none", *at)
    run("phase", room, "assisted", *at, fails=True)  # this class has no such phase
    run("phase", room, "later", *at, fails=True)
    run("delete-exercise", exercise, "--yes", *at, fails=True)  # the class uses it
    assert "gone from the file" in run("delete", room, "--yes", *at)
    assert "deleted" in run("delete-exercise", exercise, "--yes", *at)
    assert "no exercise yet" in run("list", *at)
    run("compact", *at)
    run("progress", room, *at, fails=True)


def test_the_model_answers_when_its_phase_is_opened(tmp_path: Path, tiny_bundle: Path) -> None:
    at = ("--data", tmp_path, "--lang", "en")
    said = run("build", "--title", "Claws", "--leaf", "tiger_claw", "--leaf", "imitation_claw", "--number", 2, *at)
    exercise = re.search(r"Exercise (\w+) ", said).group(1)  # type: ignore[union-attr]
    made = run("class", exercise, "x", "--phase", "assisted", "--phase", "after", *at)
    room = re.search(r"Class (\w+) ", made).group(1)  # type: ignore[union-attr]
    said = run("phase", room, "assisted", "--bundle", tiny_bundle, *at)
    assert "has answered all things" in said
    assert "With the model" in said
    run("class", exercise, "y", "--phase", "assisted", "--with-model", "assisted", *at, fails=True)


def test_an_exercise_of_chosen_leaves_warns_of_few_things(tmp_path: Path) -> None:
    said = run("build", "--title", "Claws", "--leaf", "tiger_claw", "--leaf", "imitation_claw", "--number", 10,
               "--mix", "1,1,0", "--data", tmp_path, "--lang", "en")  # fmt: skip
    assert "Only 5 protected" in said
    run("build", "--title", "Claws", "--mix", "1,2", "--data", tmp_path, fails=True)
    run("build", "--title", "Claws", "--leaf", "dragon", "--data", tmp_path, fails=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    keys = set(catalogue(language))
    assert {f"exercise_error.{code.value}" for code in ExerciseErrorCode} <= keys
    for problem in ProblemCode:
        assert problem_sentence(Problem("a", problem, ""), language)
    for warning in WarningCode:
        assert "5" in warning_sentence(BuildWarning(warning, 5, 0.4, 0.9), language)
    few = ExerciseError("x", ExerciseErrorCode.TOO_FEW, leaf="tiger_claw", there=3, needed=8)
    assert "tiger_claw" not in error_sentence(few, language)
