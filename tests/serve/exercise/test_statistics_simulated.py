"""What is put into simulated classes comes out again, and intervals hold it as often as they should."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from model.taxonomy import shipped_taxonomy
from serve.exercise.model import Phase
from serve.exercise.statistics.arms import Outcome, arms
from serve.exercise.statistics.confidence import confidence
from serve.exercise.statistics.coverage import Part, coverage, exact_coverage
from serve.exercise.statistics.coverage_more import coverage_more, known
from serve.exercise.statistics.items import Flag, items
from serve.exercise.statistics.measures import Measure, per_trainee
from serve.exercise.statistics.resample import Resampling
from serve.exercise.statistics.signal import conduct, of_counts, of_table
from serve.exercise.statistics.signal import count as counts_of
from serve.exercise.statistics.simulate import (
    Population,
    answer,
    draw_trainees,
    simulate_class,
    sittings_of,
    thing_difficulty,
    truth,
    truth_of_trainee,
)
from serve.exercise.statistics.simulate_arms import Helper, arms_sittings, arms_truth, simulate_arms
from serve.exercise.statistics.summary import class_figures

POPULATION = Population(criterion=0.2)
FEW = Resampling(200)


def test_figures_of_a_huge_class_are_those_put_in() -> None:
    rng = np.random.default_rng(11)
    people = draw_trainees(POPULATION, 600, rng)
    table = answer(POPULATION, people.d_prime, people.criterion, rng.normal(0, 0.4, 600), rng)
    found, true = of_counts(counts_of(table, table.yes)), truth(POPULATION, options=18)
    # 300 things a side: the shifts' mean alone has a standard error of 0.4/√300 = 0.023.
    assert found.d_prime.value == pytest.approx(true.d_prime, abs=0.12)
    assert found.criterion.value == pytest.approx(true.criterion, abs=0.06)
    assert found.a_prime.value == pytest.approx(true.a_prime, abs=0.02)
    assert found.d_a.value == pytest.approx(true.d_a, abs=0.12)
    assert conduct(table, FEW).critical_error.value == pytest.approx(true.critical_error, abs=0.02)
    assert table.right.mean() == pytest.approx(true.right, abs=0.02)
    sure = confidence(table, 18, FEW)
    assert sure.gamma.value == pytest.approx(true.gamma, abs=0.01)
    assert sure.overconfidence.value == pytest.approx(true.overconfidence, abs=0.02)


def test_each_trainees_d_prime_is_found_again() -> None:
    rng = np.random.default_rng(12)
    d, c = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.3, -0.3, 0.0, 0.4])
    table = answer(POPULATION, d, c, rng.normal(0, 0.4, 8000), rng)
    found = per_trainee(table)
    for index in range(4):
        true = truth_of_trainee(POPULATION, d[index], c[index])
        assert found[Measure.D_PRIME][index] == pytest.approx(true.d_prime, abs=0.15)
        assert found[Measure.CRITERION][index] == pytest.approx(true.criterion, abs=0.08)


def test_things_are_as_hard_as_they_were_made() -> None:
    sure = replace(POPULATION, names_leaf=1.0, cannot_tell=0.0)
    rng = np.random.default_rng(13)
    people, shifts = draw_trainees(sure, 3000, rng), np.array([-1.5, 0.0, 1.5, -1.5, 0.0, 1.5])
    found = items(answer(sure, people.d_prime, people.criterion, shifts, rng))
    for index, one in enumerate(found):
        expected = thing_difficulty(sure, float(shifts[index]), protected=index < 3)
        assert one.difficulty.value == pytest.approx(expected, abs=4 * sqrt(0.25 / 3000))
    assert Flag.TOO_EASY in found[2].flags and Flag.TOO_EASY not in found[1].flags


def test_training_is_found_again_through_the_public_entry() -> None:
    simulated = simulate_class(replace(POPULATION, training=1.0), 80, 30, np.random.default_rng(14))
    found = class_figures(sittings_of(simulated), shipped_taxonomy(), options=18, resampling=Resampling(500))
    gain = found.change.measures[Measure.D_PRIME].compared
    assert gain.difference.low is not None and gain.difference.high is not None
    assert gain.difference.low < 1.0 / sqrt(1 + 0.4**2) < gain.difference.high
    assert gain.test.p is not None and gain.test.p < 0.001 and not gain.test.exact
    assert gain.effect.value is not None and gain.effect.value > 1
    assert found.change.counterbalanced and found.before is not None
    assert found.before.detection.counts == counts_of(simulated.before, simulated.before.yes)
    assert found.before.detection == of_table(simulated.before, simulated.before.yes, Resampling(500))


def test_intervals_hold_the_truth_as_often_as_they_should() -> None:
    n = 150
    found = coverage(Population(), 40, 10, n, seed=21, resamples=300)
    # Three binomial standard errors below 95 %: 0.95 - 3 · √(0.95 · 0.05 / 150) = 0.897
    lowest = 0.95 - 3 * sqrt(0.95 * 0.05 / n)
    for name, one in found.items():
        if name != "change d_prime, p < 0.05":
            assert one.n >= 0.95 * n
            assert one.share >= lowest, name
    power = found["change d_prime, p < 0.05"]
    assert power.share > 0.5


def test_the_paired_test_finds_a_change_where_there_is_none_in_one_of_twenty() -> None:
    n = 400
    found = coverage(replace(Population(), training=0.0), 20, 10, n, seed=22, resamples=200, parts=[Part.TEST])
    size = found["change d_prime, p < 0.05"]
    assert size.share <= 0.05 + 3 * sqrt(0.05 * 0.95 / n)


def test_coverage_counts_a_wrong_truth_as_missed() -> None:
    """The counting itself can fail: figures of a population twice as sensitive are not held."""
    population = Population(training=0.0)
    simulated = simulate_class(population, 80, 30, np.random.default_rng(23))
    found = of_table(simulated.before, simulated.before.yes, FEW).d_prime
    wrong = truth(replace(population, d_prime=3.0)).d_prime
    assert found.high is not None and found.high < wrong


@pytest.mark.parametrize("d_prime", [1.0, 2.0, 3.0, 4.0])
def test_one_trainees_intervals_hold_the_truth_by_enumeration(d_prime: float) -> None:
    found = exact_coverage(10, d_prime, 0.3)
    assert found["d_prime"] >= 0.93 and found["criterion"] >= 0.93 and found["d_a"] >= 0.93
    assert found["a_prime"] >= 0.88


def test_the_customary_interval_of_d_prime_fails_near_the_ceiling_and_the_open_one_does_not() -> None:
    found = exact_coverage(20, 5.0, 0.5)
    assert found["d_prime, Gourevitch-Galanter"] < 0.90 < found["d_prime"]
    assert found["open"] > 0.9


def test_what_a_model_does_to_a_huge_class_is_found_again() -> None:
    """A model that is right on 85 % and followed half of the time, over 400 things and 60 trainees."""
    helper = Helper()
    tables = simulate_arms(POPULATION, helper, 400, 60, np.random.default_rng(31))
    found, true = arms(arms_sittings(tables), shipped_taxonomy(), Phase.ASSISTED, FEW), arms_truth(POPULATION, helper)
    assert found is not None and found.pairs == 24_000
    for measure, expected in true.changes.items():
        # On 200 things a side the model's own share right has a standard error of 0.025, half of which is followed.
        assert found.changes[measure].value == pytest.approx(expected, abs=0.2 if "_prime" in measure else 0.1), measure
    side = found.advice[Outcome.SIDE]
    assert side.misled.value == pytest.approx(true.misled, abs=0.05)
    assert side.set_right.value == pytest.approx(true.set_right, abs=0.05)
    assert side.turned["model_right"].net.value == pytest.approx(true.net_where_right, abs=0.03)
    assert side.turned["model_wrong"].net.value == pytest.approx(true.net_where_wrong, abs=0.06)
    assert side.verdict == "helps"


def test_intervals_of_effects_things_lines_and_arms_hold_the_truth() -> None:
    n = 60
    found = coverage_more(Population(), 20, 10, n, seed=32, resamples=200)
    # Three binomial standard errors below 95 % of as many classes: things of one class are not independent.
    lowest = 0.95 - 3 * sqrt(0.95 * 0.05 / n)
    shares = {name: one.share for name, one in found.items()}
    wide = [name for name in shares if "verdict" in name or "p < 0.05" in name or "by true rates" in name]
    assert {name for name, share in shares.items() if share < lowest and name not in wide} == set()


def test_a_model_that_does_nothing_is_seldom_called_a_help() -> None:
    n = 60
    useless = Helper(right=truth(Population()).right_side)
    found = coverage_more(Population(), 20, 10, n, seed=33, resamples=200, parts=[Part.ARMS], helper=useless)
    assert found["arms verdict helps or misleads"].share <= 0.05 + 3 * sqrt(0.05 * 0.95 / n)


def test_the_share_at_the_line_in_a_short_test_is_not_the_share_who_could() -> None:
    """Twenty things: by luck, more reach the line than would over all things. The docs say so beside the figure."""
    line = known(Population(), 20).line
    assert line.tested[0] > line.able[0] + 0.05
