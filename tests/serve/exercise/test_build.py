"""Pools and parallel forms."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from model.predict import Predictor
from serve.exercise import pool as pools
from serve.exercise.build import Plan, WarningCode, build, even, wilson
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Action, Arm, Difficulty, Form, Source, Thing
from serve.exercise.model_arm import answer, confidence_step, model_sittings
from serve.exercise.own_folder import own
from serve.exercise.pool import Pool, ProblemCode, make_pool
from serve.exercise.ready import build_ready, names, ready
from serve.exercise.store import ExerciseStore
from tests.support.exercises import exercise
from tests.support.photos import save, textured


def small_pool(per_leaf: int = 8, groups: int | None = None) -> Pool:
    things = []
    for leaf in ("tiger_claw", "imitation_claw"):
        for i in range(per_leaf):
            level = (Difficulty.EASY, Difficulty.HARD)[i % 2]
            group = f"{leaf}{i % groups}" if groups else f"{leaf}{i}"
            things.append(Thing(f"{leaf}-{i}", leaf, (Path("x.jpg"),), Source.OWN, "CC0-1.0", level, group))
    return make_pool([(thing, ["0"]) for thing in things], [])


def profile(form: Form) -> Counter[tuple[str, str]]:
    return Counter((thing.leaf, thing.difficulty.value) for thing in form.things)


def test_forms_are_parallel_and_share_nothing() -> None:
    plan = Plan(leaves={"tiger_claw": 4, "imitation_claw": 4}, seed=7)
    built = build(small_pool(), plan, "Claws").exercise
    a, b = built.forms
    assert profile(a) == profile(b)
    assert not {one.group for one in a.things} & {one.group for one in b.things}
    assert len({one.id for form in built.forms for one in form.things}) == 16
    assert [one.leaf for one in a.things] != sorted(one.leaf for one in a.things)


def test_the_seed_and_the_pool_decide_and_nothing_else() -> None:
    plan = Plan(leaves={"tiger_claw": 2, "imitation_claw": 2}, seed=7)
    built = build(small_pool(), plan, "Claws").exercise
    assert build(small_pool(), plan, "Claws").exercise == built
    other = build(small_pool(), plan.model_copy(update={"seed": 8}), "Claws").exercise
    assert other.id != built.id
    assert other.forms != built.forms
    # Written down once: another machine or version must draw the same.
    drawn = " ".join(one.id for form in built.forms for one in form.things)
    assert hashlib.sha256(drawn.encode()).hexdigest()[:12] == "fcdec46d7f29"


def test_a_mix_is_kept_and_too_few_are_named() -> None:
    plan = Plan(leaves={"tiger_claw": 2}, mix={Difficulty.HARD: 1})
    assert {one.difficulty for one in build(small_pool(), plan, "x").exercise.forms[0].things} == {Difficulty.HARD}
    with pytest.raises(ExerciseError, match=r"tiger_claw: 8 .* 10 are needed") as caught:
        build(small_pool(), Plan(leaves={"tiger_claw": 5}), "x")
    assert caught.value.code is ExerciseErrorCode.TOO_FEW
    assert caught.value.params == {"leaf": "tiger_claw", "there": 8, "needed": 10}
    with pytest.raises(ExerciseError, match="easy: 4 of 6"):
        build(small_pool(), Plan(leaves={"tiger_claw": 3}, mix={Difficulty.EASY: 1}), "x")
    with pytest.raises(ExerciseError, match="tiger_claw: 3 of different groups"):
        build(small_pool(groups=3), Plan(leaves={"tiger_claw": 2}), "x")


def test_plans_that_make_no_sense_are_refused() -> None:
    one = {"tiger_claw": 1}
    for wrong in (
        {"leaves": {}},
        {"leaves": {"dragon": 1}},
        {"leaves": {"tiger_claw": 0}},
        {"leaves": one, "mix": {"easy": 0}},
        {"leaves": one, "seed": -1},
    ):
        with pytest.raises(ValidationError):
            Plan.model_validate(wrong)


def test_few_things_are_warned_of_with_the_width_they_leave() -> None:
    warnings = build(small_pool(), Plan(leaves={"tiger_claw": 4, "imitation_claw": 3}), "x").warnings
    assert [(one.code, one.count) for one in warnings] == [(WarningCode.FEW_PROTECTED, 4), (WarningCode.FEW_OTHERS, 3)]
    assert warnings[0].high - warnings[0].low > 0.6
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_numbers_are_shared_out_evenly() -> None:
    counts = even(["tiger_claw", "bear_claw", "imitation_claw"], 11)
    assert counts == {"tiger_claw": 3, "bear_claw": 3, "imitation_claw": 5}
    with pytest.raises(ExerciseError):
        even(["tiger_claw", "bear_claw", "imitation_claw"], 2)


@pytest.mark.parametrize("name", names())
def test_each_ready_exercise_is_drawn_from_the_shipped_renders(name: str) -> None:
    built = build_ready(name, "vi")
    a, b = built.exercise.forms
    assert profile(a) == profile(b)
    assert Counter(one.leaf for one in a.things) == ready(name).plan.leaves
    assert built.warnings == ()
    groups = [{one.group for one in things} for things in (a.things, b.things, built.practice)]
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert all(photo.is_file() for one in (*a.things, *b.things) for photo in one.photos)
    assert {one.source for one in a.things} == {Source.RENDER}
    assert len(names()) == 3


def test_missing_renders_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGERCHECK_DATASETS", str(tmp_path))
    with pytest.raises(ExerciseError, match="set TIGERCHECK_DATASETS") as caught:
        pools.renders()
    assert caught.value.code is ExerciseErrorCode.NO_RENDERS


def test_an_own_folder_says_every_problem_and_keeps_the_rest(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        save(textured((200, 100, 10 * ord(name[0]) % 255)), tmp_path / f"{name}.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"not a photo")
    (tmp_path / "labels.csv").write_text(
        "file,leaf,exhibit,licence,difficulty\n"
        "a.jpg,tiger_claw,E1,own,hard\nb.jpg,tiger_claw,E1,own,\nbroken.jpg,tiger_claw,E2,own,\n"
        "gone.jpg,tiger_claw,E3,own,\nc.jpg,dragon,E4,own,\nc.jpg,tiger_claw,,own,\n../x.jpg,tiger_claw,E5,own,\n"
        "c.jpg,bear_claw,E1,own,\nc.jpg,bear_claw,E6,own,huge\na.jpg,tiger_claw,E1,own,\n",
        encoding="utf-8",
    )
    found = own(tmp_path)
    (thing,) = found.things
    assert (thing.leaf, len(thing.photos), thing.difficulty) == ("tiger_claw", 2, Difficulty.HARD)
    assert sorted(problem.code.value for problem in found.problems) == sorted(
        ["photo", "photo", "unknown_leaf", "empty_field", "outside", "two_leaves", "unknown_difficulty", "twice"]
    )
    assert any(problem.where == "labels.csv, line 4" for problem in found.problems)


def test_an_own_folder_without_labels_is_read_by_its_folders(tmp_path: Path) -> None:
    (tmp_path / "tiger_claw" / "one").mkdir(parents=True)
    save(textured((1, 2, 3)), tmp_path / "tiger_claw" / "one" / "a.jpg")
    save(textured((9, 2, 3)), tmp_path / "tiger_claw" / "one" / "b.jpg")
    save(textured((1, 99, 3)), tmp_path / "tiger_claw" / "stray.jpg")
    found = own(tmp_path)
    assert [len(thing.photos) for thing in found.things] == [2]
    assert [problem.code for problem in found.problems] == [ProblemCode.NOT_IN_OBJECT_FOLDER]
    (tmp_path / "labels.csv").write_text("file,leaf\n", encoding="utf-8")
    with pytest.raises(ExerciseError, match="exhibit, licence"):
        own(tmp_path)


def test_the_model_sits_both_forms_once(tmp_path: Path, predictor: Predictor) -> None:
    store = ExerciseStore(tmp_path / "data")
    made = exercise(tmp_path)
    store.add(made)
    sittings = model_sittings(store, made.id, predictor)
    assert [[one.thing for one in sitting.answers] for sitting in sittings] == [
        [thing.id for thing in form.things] for form in made.forms
    ]
    assert {one.arm for sitting in sittings for one in sitting.answers} == {Arm.MODEL}
    again = model_sittings(store, made.id, predictor)
    assert [one.seconds for one in again[0].answers] == [one.seconds for one in sittings[0].answers]
    store.close()
    one, full = answer(predictor, made.forms[0].things[0], ("imitation_claw",), datetime.now(UTC))
    assert full["bundle"] == predictor.bundle.info.id
    assert {photo["name"] for photo in full["photos"]} <= {"1", "2", "3", "4", "5", "6", "7", "8"}, "no name of a file"
    assert one.chosen in (None, "imitation_claw")
    assert one.action in list(Action)


def test_confidence_steps_are_of_equal_width() -> None:
    steps = [confidence_step(p) for p in (0.0, 0.19, 0.2, 0.5, 0.79, 0.8, 1.0)]
    assert steps == [1, 1, 2, 3, 4, 5, 5]
