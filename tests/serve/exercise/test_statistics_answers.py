"""What counts as yes, right and critical; confusion, items, edge cases of one trainee."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import TaxonomyError
from model.taxonomy import shipped_taxonomy
from serve.exercise.model import Action, Answer, Arm
from serve.exercise.statistics.figure import Reason, as_json
from serve.exercise.statistics.items import FEWEST, Flag, items
from serve.exercise.statistics.resample import Resampling
from serve.exercise.statistics.signal import Counts
from serve.exercise.statistics.summary import AnswerFigures, trainee_figures
from serve.exercise.statistics.table import table_of
from tests.support.exercise_answers import answer, side_answers

TAXONOMY = shipped_taxonomy()
FEW = Resampling(200)


def figures(answers: Sequence[Answer]) -> AnswerFigures:
    return trainee_figures(answers, TAXONOMY, resampling=FEW)


@pytest.mark.parametrize(
    ("chosen", "action", "yes"),
    [
        ("tiger_claw", Action.DETAIN, True),
        ("bear_claw", Action.LET_GO, True),  # named protected, though let go
        ("imitation_claw", Action.REFER, False),  # named an imitation; to refer it is right conduct
        ("unrelated", Action.LET_GO, False),
        (None, Action.DETAIN, True),
        (None, Action.REFER, True),
        (None, Action.LET_GO, False),
    ],
)
@pytest.mark.parametrize("truth", ["tiger_claw", "imitation_claw"])
def test_yes_is_what_was_named_and_cannot_tell_what_was_done(
    chosen: str | None, action: Action, yes: bool, truth: str
) -> None:
    found = figures([answer("x", truth, chosen, action)]).detection
    rate = found.hit_rate if truth == "tiger_claw" else found.false_alarm_rate
    assert rate.value == yes and rate.n == 1


@pytest.mark.parametrize(("leaf", "signal"), [("cat_bone", 1), ("worked_ivory", 1), ("faux_fur", 0), ("unrelated", 0)])
def test_tiger_and_protected_are_signal_imitation_and_no_wildlife_are_noise(leaf: str, signal: int) -> None:
    assert figures([answer("x", leaf, leaf)]).detection.counts.signals == signal


def test_letting_protected_material_go_is_the_critical_error_whatever_it_was_called() -> None:
    found = figures(
        [
            answer("1", "tiger_skin", "tiger_skin", Action.LET_GO),
            answer("2", "bear_claw", "imitation_claw", Action.REFER),
            answer("3", "tiger_claw", None, Action.DETAIN),
            answer("4", "faux_fur", "faux_fur", Action.LET_GO),
        ]
    ).conduct
    assert found.critical_error.value == pytest.approx(1 / 3) and found.critical_error.n == 3
    assert found.refer_rate.value == 1 / 4
    assert found.held.counts == Counts(2, 1, 0, 1)


def test_false_alarms_on_imitations_are_told_from_those_on_harmless_things() -> None:
    found = figures(
        [
            answer("1", "imitation_claw", "tiger_claw"),
            answer("2", "imitation_claw", "imitation_claw"),
            answer("3", "unrelated", "unrelated"),
        ]
    )
    assert found.conduct.imitations_named.value == 1 / 2 and found.conduct.harmless_named.value == 0
    assert found.detection.false_alarm_rate.value == pytest.approx(1 / 3)


def test_confusion_keeps_cannot_tell_apart() -> None:
    found = figures(
        [
            answer("1", "tiger_claw", "bear_claw"),
            answer("2", "tiger_claw", "tiger_claw"),
            answer("3", "tiger_claw", None, Action.LET_GO),
            answer("4", "imitation_claw", "tiger_claw"),
        ]
    ).confusion
    assert found.leaves == ("tiger_claw", "bear_claw", "imitation_claw")
    tiger, imitation = found.rows
    assert (tiger.leaf, tiger.named, tiger.cannot_tell) == ("tiger_claw", (1, 1, 0), 1)
    assert tiger.right.value == tiger.let_go.value == pytest.approx(1 / 3)
    assert imitation.named == (1, 0, 0)


def test_confidence_leaves_out_cannot_tell_and_says_how_many() -> None:
    found = figures(
        [
            answer("1", "tiger_claw", "tiger_claw", confidence=5),
            answer("2", "bear_claw", "tiger_claw", confidence=1),
            answer("3", "tiger_claw", None, confidence=5),
        ]
    ).confidence
    assert found.cannot_tell == 1 and found.gamma.value == 1 and found.gamma.n == 2
    assert [step.right.n for step in found.steps] == [1, 0, 0, 0, 1]
    assert found.steps[1].right.value is None and found.steps[1].right.reason is Reason.NO_ANSWERS


def test_all_right_has_no_gamma() -> None:
    found = figures(side_answers("A", "HHHCCC")).confidence
    assert found.gamma.value is None and found.gamma.reason is Reason.NO_UNTIED


def test_no_answers_at_all_give_reasons_and_no_numbers() -> None:
    found = figures([])
    assert found.answers == 0 and found.right.reason is Reason.NO_ANSWERS
    assert found.detection.d_prime.reason is Reason.NO_PROTECTED
    assert found.confidence.overconfidence.reason is Reason.NO_ANSWERS and found.confusion.rows == ()


def test_two_answers_to_one_thing_two_arms_and_unknown_leaves_are_refused() -> None:
    one = answer("x", "tiger_claw", "tiger_claw")
    with pytest.raises(ValueError, match="twice"):
        figures([one, one])
    with pytest.raises(ValueError, match="one arm"):
        figures([one, answer("y", "tiger_claw", None, arm=Arm.MODEL)])
    with pytest.raises(TaxonomyError, match="unicorn"):
        figures([answer("x", "tiger_claw", "unicorn")])


_LEAVES = ("tiger_claw", "bear_claw", "imitation_claw", "unrelated")
_ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(_LEAVES),
        st.sampled_from((*_LEAVES, None)),
        st.sampled_from(tuple(Action)),
        st.integers(1, 5),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(_ANSWERS)
def test_any_answers_give_json_without_nan_and_intervals_around_values(
    rows: list[tuple[str, str | None, Action, int]],
) -> None:
    found = as_json(figures([answer(f"x{index}", *row) for index, row in enumerate(rows)]))
    json.dumps(found, allow_nan=False)

    def look(node: object) -> None:
        if isinstance(node, dict):
            if "reason" in node and "low" in node and node["value"] is not None:
                low, high = node["low"], node["high"]
                assert low is None or low <= node["value"] + 1e-9
                assert high is None or node["value"] <= high + 1e-9
                assert node["reason"] is not None or (low is not None and high is not None)
            if "reason" in node and node.get("value", 0) is None:
                assert node["reason"] is not None
            for one in node.values():
                look(one)
        elif isinstance(node, list):
            for one in node:
                look(one)

    look(found)


def test_discrimination_by_hand() -> None:
    # Thing x: right by a, b. Shares right of the other two things: a 1, b ½, c ½, d 0; both means are ½.
    # Σ(x - ½)(rest - ½) = ½·½ + 0 + 0 + ½·½ = ½; Σ(x - ½)² = 1, Σ(rest - ½)² = ½; r = ½ / √½ = 0.7071
    right = {"a": "111", "b": "110", "c": "010", "d": "000"}
    rows = [
        (name, answer(thing, "tiger_claw", "tiger_claw" if one == "1" else None))
        for name, pattern in right.items()
        for thing, one in zip("xyz", pattern, strict=True)
    ]
    found = items(table_of(rows, TAXONOMY))
    assert [one.thing for one in found] == ["x", "y", "z"]
    assert found[0].difficulty.value == 0.5 and found[0].leaf == "tiger_claw"
    assert found[0].discrimination.value == pytest.approx(0.7071, abs=1e-4)


def _class(number: int, odd_one: str) -> list[tuple[str, Answer]]:
    """``number`` trainees, the better half right on most of 8 things; ``odd_one`` says who is right on the ninth."""
    rows = []
    for index in range(number):
        good = index < number // 2
        for thing in range(8):
            right = (thing + index) % 8 < (7 if good else 2)
            rows.append((f"t{index:02}", answer(f"x{thing}", "tiger_claw", "tiger_claw" if right else None)))
        right = {"all": True, "none": False, "bad": not good}[odd_one]
        rows.append((f"t{index:02}", answer("odd", "tiger_claw", "tiger_claw" if right else None)))
    return rows


@pytest.mark.parametrize(
    ("odd_one", "flag"),
    [("all", Flag.TOO_EASY), ("none", Flag.TOO_HARD), ("bad", Flag.DISCRIMINATES_BADLY)],
)
def test_flags_need_an_interval_beyond_the_limit_and_enough_trainees(odd_one: str, flag: Flag) -> None:
    found = {one.thing: one for one in items(table_of(_class(24, odd_one), TAXONOMY))}
    assert found["odd"].flags == (flag,)
    assert all(not one.flags for name, one in found.items() if name != "odd")
    assert all(not one.flags for one in items(table_of(_class(FEWEST - 2, odd_one), TAXONOMY)))


def test_a_thing_all_are_right_on_has_no_discrimination() -> None:
    found = {one.thing: one for one in items(table_of(_class(24, "all"), TAXONOMY))}
    assert found["odd"].discrimination.reason is Reason.NO_SPREAD
