"""A class: before and after, the competency line, the arms, and who is left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from model.taxonomy import shipped_taxonomy
from serve.exercise.model import Action, Arm, Phase, Sitting
from serve.exercise.statistics.arms import Arms, Outcome, Verdict, Where, arms
from serve.exercise.statistics.change import Change, Competency, LeftOut, LeftOutReason, change
from serve.exercise.statistics.figure import Reason, as_json
from serve.exercise.statistics.measures import Measure
from serve.exercise.statistics.resample import Resampling
from serve.exercise.statistics.summary import class_figures
from tests.support.exercise_answers import answer, side_answers, sitting

TAXONOMY = shipped_taxonomy()
FEW = Resampling(400)


def both(trainee: str, before: str, after: str, first: str = "A") -> list[Sitting]:
    second = "B" if first == "A" else "A"
    return [
        sitting(trainee, side_answers(first, before), Phase.BEFORE, first),
        sitting(trainee, side_answers(second, after), Phase.AFTER, second),
    ]


CLASS = [
    *both("ann", "HHMMFFCC", "HHHHFCCC"),  # hit rate 0.5 to 1
    *both("bao", "HMMMCCCC", "HHHMCCCC", "B"),  # 0.25 to 0.75
    *both("chi", "HHHMFCCC", "HHHHCCCC"),  # 0.75 to 1
    *both("dung", "HHHHCCCC", "HHHMCCCC", "B"),  # 1 to 0.75
]


def compare(sittings: list[Sitting], competency: Competency | None = None) -> Change:
    return change(sittings, TAXONOMY, competency, FEW)


def test_change_by_hand() -> None:
    found = compare(CLASS)
    hits = found.measures[Measure.HIT_RATE].compared
    # Differences 0.5, 0.5, 0.25, -0.25: mean 0.25. Sums in quarters of ±2 ±2 ±1 ±1 with |sum| ≥ 4:
    # both twos alike (8 patterns): ±4 plus 2, 0, 0, -2, of which three of four reach 4: 6 of 16.
    assert (hits.first, hits.second) == (0.625, 0.875)
    assert hits.difference.value == pytest.approx(0.25) and hits.test.p == 6 / 16 and hits.test.exact
    # Squared deviations 0.0625, 0.0625, 0, 0.25; √(0.375/3) = 0.35355; 0.25/0.35355 · J(3) = 0.7071 · 0.7236
    assert hits.effect.value == pytest.approx(0.5117, abs=1e-3)
    assert found.orders == {"A-B": 2, "B-A": 2} and found.counterbalanced and not found.left_out


def test_balanced_difference_is_free_of_a_harder_form() -> None:
    # Form B is harder by 0.25 and nobody learned. Three take A first: -0.25 each; one takes B first: +0.25.
    sittings = [
        *(one for name in ("a", "b", "c") for one in both(name, "HHHHCCCC", "HHHMCCCC")),
        *both("d", "HHHMCCCC", "HHHHCCCC", "B"),
    ]
    found = compare(sittings)
    assert not found.counterbalanced
    assert found.measures[Measure.HIT_RATE].compared.difference.value == -0.125
    assert found.measures[Measure.HIT_RATE].balanced == 0
    assert compare(both("a", "HC", "HC")).measures[Measure.HIT_RATE].balanced is None


def test_who_cannot_be_compared_is_named_with_the_reason() -> None:
    answers = side_answers("A", "HMFC")
    found = compare(
        [
            *CLASS,
            sitting("only-before", answers),
            sitting("only-after", answers, Phase.AFTER),
            sitting("stopped", answers),
            sitting("stopped", side_answers("B", "HM"), Phase.AFTER, "B", finished=False),
            sitting("empty", answers),
            sitting("empty", [], Phase.AFTER, "B"),
            sitting("same", answers),
            sitting("same", answers, Phase.AFTER),
            sitting("practised", answers, Phase.PRACTICE),
        ]
    )
    assert found.trainees == ("ann", "bao", "chi", "dung")
    assert set(found.left_out) == {
        LeftOut("only-before", LeftOutReason.NO_AFTER),
        LeftOut("only-after", LeftOutReason.NO_BEFORE),
        LeftOut("stopped", LeftOutReason.UNFINISHED),
        LeftOut("empty", LeftOutReason.UNFINISHED),
        LeftOut("same", LeftOutReason.SAME_FORM),
    }


def test_a_measure_without_its_things_names_the_trainee() -> None:
    found = compare([*CLASS, *both("eva", "HHMM", "HHHM")])
    assert found.measures[Measure.D_PRIME].left_out == (LeftOut("eva", LeftOutReason.UNDEFINED),)
    assert found.measures[Measure.D_PRIME].compared.difference.n == 4
    assert found.measures[Measure.HIT_RATE].compared.difference.n == 5


def test_competency_line_before_and_after() -> None:
    reached = compare(CLASS, Competency(Measure.HIT_RATE, 0.75)).reached
    assert reached is not None
    assert (reached.before.value, reached.after.value, reached.difference.value) == (0.5, 1, 0.5)
    assert reached.gained == ("ann", "bao") and reached.lost == ()
    assert reached.test.p == 2 * 1 / 2**2 and reached.test.n == 2
    alarms = compare(CLASS, Competency(Measure.FALSE_ALARM_RATE, 0.25)).reached
    assert alarms is not None and (alarms.before.value, alarms.after.value) == (0.75, 1)
    with pytest.raises(ValueError, match="no better side"):
        Competency(Measure.CRITERION, 0)


def test_two_sittings_of_one_phase_are_refused() -> None:
    with pytest.raises(ValueError, match="two sittings"):
        compare([*CLASS, sitting("ann", side_answers("A", "HC"))])


def test_nobody_to_compare() -> None:
    found = compare([], Competency(Measure.RIGHT, 0.8))
    assert found.trainees == () and found.reached is not None
    assert found.reached.before.reason is Reason.NO_PAIRS
    assert found.measures[Measure.D_PRIME].compared.difference.reason is Reason.NO_PAIRS


def _arms(patterns: dict[str, tuple[str, str]], model: str) -> Arms:
    sittings = [
        sitting(name, side_answers("A", alone) + side_answers("A", shown, Arm.HUMAN_WITH_MODEL))
        for name, (alone, shown) in patterns.items()
    ]
    sittings.append(sitting("the model", side_answers("A", model, Arm.MODEL)))
    found = arms(sittings, TAXONOMY, Phase.BEFORE, FEW)
    assert found is not None
    return found


def test_arms_by_hand() -> None:
    # The model misses the second thing. ann: miss to hit twice (things 0 and 3), hit to miss where the model misses.
    # bao: as before but a false alarm turned right.
    found = _arms({"ann": ("MHHMFC", "HMHHFC"), "bao": ("HHHHFC", "HHHHCC")}, "HMHHCC")
    assert found.pairs == 12 and not found.without_model_answer
    side = found.advice[Outcome.SIDE]
    # Right alone: ann things 1, 2, 5; bao 0-3, 5: 8. Wrong alone: ann 0, 3, 4; bao 4: 4.
    assert (side.turned_wrong.value, side.turned_wrong.n) == (1 / 8, 8)
    assert (side.turned_right.value, side.turned_right.n) == (3 / 4, 4)
    assert (side.misled.value, side.misled.n) == (1 / 2, 2)  # both were right on thing 1 alone; ann followed
    assert (side.set_right.value, side.set_right.n) == (3 / 4, 4)
    assert side.net.value == pytest.approx((3 - 1) / 12)
    kept = found.advice[Outcome.KEPT]
    assert kept.net.n == 8 and kept.net.value == pytest.approx((2 - 1) / 8)
    assert found.model is not None and found.model.detection.hit_rate.value == 3 / 4
    assert found.alone.detection.hit_rate.value == 6 / 8 and found.with_model.detection.hit_rate.value == 7 / 8
    assert found.shown[Measure.RIGHT_SIDE].difference.value == pytest.approx((1 / 6 + 1 / 6) / 2)
    # Model 5/6 right; ann 3/6, bao 5/6.
    assert found.against_model[Measure.RIGHT_SIDE].difference.value == pytest.approx((2 / 6 + 0) / 2)


def test_things_of_which_the_model_is_unsure_are_neither_its_right_nor_its_wrong_ones() -> None:
    # Things 0 and 1 are protected, 2 and 3 are not. The model names 0 rightly and 2 wrongly; 1 and 3 it refers unnamed.
    model = side_answers("A", "HHFC", Arm.MODEL)
    unsure = [replace(one, chosen=None, action=Action.REFER) if n in (1, 3) else one for n, one in enumerate(model)]
    pair = side_answers("A", "MMCC") + side_answers("A", "HHFF", Arm.HUMAN_WITH_MODEL)
    found = arms([sitting("ann", pair), sitting("the model", unsure)], TAXONOMY, Phase.BEFORE, FEW)
    assert found is not None
    side = found.advice[Outcome.SIDE]
    counts = {where: (one.pairs, one.to_right, one.to_wrong) for where, one in side.turned.items()}
    assert counts == {
        Where.ALL: (4, 2, 2), Where.MODEL_RIGHT: (1, 1, 0), Where.MODEL_WRONG: (1, 0, 1), Where.MODEL_UNSURE: (2, 1, 1),
    }  # fmt: skip
    assert (side.set_right.value, side.set_right.n) == (1, 1)
    assert (side.misled.value, side.misled.n) == (1, 1)
    # What it advises to do it always says: referring keeps a protected thing.
    kept = found.advice[Outcome.KEPT].turned
    assert (kept[Where.MODEL_RIGHT].pairs, kept[Where.MODEL_UNSURE].pairs) == (2, 0)


def test_a_model_that_misleads_is_called_so_and_one_that_helps_too() -> None:
    names = [f"t{index}" for index in range(12)]
    right, wrong = "HHHHHHCCCCCC", "MMMMHHFFFFCC"
    assert _arms(dict.fromkeys(names, (right, wrong)), wrong).advice[Outcome.SIDE].verdict is Verdict.MISLEADS
    assert _arms(dict.fromkeys(names, (wrong, right)), right).advice[Outcome.SIDE].verdict is Verdict.HELPS
    same = _arms(dict.fromkeys(names, (wrong, wrong)), right).advice[Outcome.SIDE]
    assert same.verdict is Verdict.UNCLEAR and same.net.low is not None and same.net.low < 0


def test_arms_without_all_model_answers_name_the_things() -> None:
    sittings = [sitting("ann", side_answers("A", "HMC") + side_answers("A", "HHC", Arm.HUMAN_WITH_MODEL))]
    sittings.append(sitting("m", side_answers("A", "H", Arm.MODEL)))
    found = arms(sittings, TAXONOMY, Phase.BEFORE, FEW)
    assert found is not None and found.model is None and found.against_model == {}
    assert found.without_model_answer == ("A1", "A2")
    assert found.advice[Outcome.SIDE].set_right.n == 0 and found.advice[Outcome.SIDE].turned_right.n == 1


def test_no_pairs_no_arms_and_contradicting_model_answers_are_refused() -> None:
    assert arms(CLASS, TAXONOMY, Phase.BEFORE) is None
    pair = side_answers("A", "H") + side_answers("A", "H", Arm.HUMAN_WITH_MODEL)
    models = [sitting(f"m{one}", side_answers("A", one, Arm.MODEL)) for one in "HM"]
    with pytest.raises(ValueError, match="two answers"):
        arms([sitting("ann", pair), *models], TAXONOMY, Phase.BEFORE)


def test_class_figures_hold_all_of_it_as_json_and_repeat_from_their_seed() -> None:
    sittings = [*CLASS, sitting("zed", side_answers("A", "HM"), finished=False)]
    found = class_figures(sittings, TAXONOMY, Competency(Measure.D_PRIME, 1.0), options=6, resampling=FEW)
    assert found.before is not None and found.after is not None
    assert (found.before.trainees, found.before.answers, found.before.things) == (4, 32, 16)
    assert found.before.detection.hit_rate.value == 10 / 16
    assert found.unfinished == (LeftOut("zed", LeftOutReason.UNFINISHED),)
    assert len(found.lines) == 8 and {one.form for one in found.lines} == {"A", "B"}
    assert found.lines[0].values[Measure.HIT_RATE] == 0.5
    assert len(found.items) == 16
    text = json.dumps(as_json(found), allow_nan=False)
    again = class_figures(sittings, TAXONOMY, Competency(Measure.D_PRIME, 1.0), options=6, resampling=FEW)
    assert json.dumps(as_json(again)) == text


def test_an_empty_class_and_a_class_of_one() -> None:
    assert class_figures([], TAXONOMY, resampling=FEW).before is None
    found = class_figures([sitting("a", [answer("x", "tiger_claw", None, Action.LET_GO)])], TAXONOMY, resampling=FEW)
    assert found.before is not None and found.before.conduct.critical_error.value == 1
    json.dumps(as_json(found), allow_nan=False)
    practice = class_figures([sitting("a", side_answers("A", "HC"), Phase.PRACTICE)], TAXONOMY, resampling=FEW)
    assert practice.before is None and practice.items == ()


@pytest.mark.parametrize(("pattern", "rate"), [("HHHCCC", 1.0), ("MMMFFF", 0.0)])
def test_a_class_all_right_or_all_wrong_has_no_interval_of_no_width(pattern: str, rate: float) -> None:
    sittings = [one for name in "abcdef" for one in both(name, pattern, pattern, "AB"[name in "bdf"])]
    found = class_figures(sittings, TAXONOMY, Competency(Measure.HIT_RATE, 0.9), resampling=FEW)
    assert found.before is not None
    hits, d_prime = found.before.detection.hit_rate, found.before.detection.d_prime
    assert hits.value == rate and hits.low is not None and hits.high is not None and hits.high - hits.low > 0.1
    assert d_prime.reason is (Reason.OPEN_ABOVE if rate else Reason.OPEN_BELOW)
    change_found = found.change.measures[Measure.D_PRIME]
    assert change_found.compared.effect.reason is Reason.NO_SPREAD and change_found.compared.test.p == 1
    assert change_found.pooled is not None and change_found.pooled.value == 0
    json.dumps(as_json(found), allow_nan=False)


def test_pooled_change_by_hand_and_without_its_things() -> None:
    found = compare(CLASS).measures
    # All hits: 10 then 14 of 16; false alarms 3 then 1 of 16. A′ of (0.625, 0.1875) and (0.875, 0.0625):
    # ½ + 0.4375 · 1.4375 / (4 · 0.625 · 0.8125) = 0.80962 and ½ + 0.8125 · 1.8125 / (4 · 0.875 · 0.9375) = 0.94881
    pooled = found[Measure.A_PRIME].pooled
    assert pooled is not None and pooled.value == pytest.approx(0.94881 - 0.80962, abs=2e-5)
    assert found[Measure.HIT_RATE].pooled is None
    alone = compare(both("eva", "HHMM", "HHHM")).measures[Measure.D_PRIME].pooled
    assert alone is not None and alone.reason is Reason.NO_OTHER
    other = compare(both("eva", "FC", "FC")).measures[Measure.D_PRIME].pooled
    assert other is not None and other.reason is Reason.NO_PROTECTED
