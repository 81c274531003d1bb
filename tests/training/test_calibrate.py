"""Thresholds keep what they promise: checked by simulation, not by formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.calibration import Thresholds, softmax
from model.out_of_distribution import strangeness
from model.taxonomy import shipped_taxonomy
from training.calibrate import (
    Levels,
    fit_out_of_distribution,
    fit_temperature,
    fit_thresholds,
    highest_safe,
    lowest_safe,
    worst_per_exhibit,
)
from training.errors import TrainingError
from training.strangeness import Score

LEAVES = ("tiger_whole", "other_cat_whole", "faux_fur", "unrelated")


def simulated(seed: int, n: int, sharpness: float = 3.0) -> tuple[np.ndarray, np.ndarray, list[str]]:
    random = np.random.default_rng(seed)
    truth = random.integers(0, 4, n)
    logits = random.normal(0, 1.5, (n, 4))
    logits[np.arange(n), truth] += sharpness
    return logits, truth, [f"x{k}" for k in range(n)]


@given(st.lists(st.floats(-5, 5), min_size=25, max_size=200), st.sampled_from([0.05, 0.1, 0.2]))
def test_bounds_hold_with_the_finite_sample_correction(values: list[float], alpha: float) -> None:
    array = np.asarray(values)
    assert ((array < highest_safe(array, alpha)).sum() + 1) / (len(array) + 1) <= alpha
    assert ((array >= lowest_safe(array, alpha)).sum() + 1) / (len(array) + 1) <= alpha


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_average_miss_rate_on_new_exhibits_is_bounded(alpha: float) -> None:
    """Over many draws of calibration data, the mean miss rate on fresh data stays under alpha, and near it."""
    random = np.random.default_rng(1)
    fresh = random.beta(5, 1, 20_000)
    misses = [float((fresh < highest_safe(random.beta(5, 1, 60), alpha)).mean()) for _ in range(4000)]
    assert alpha * 0.5 < np.mean(misses) <= alpha * 1.04


def test_too_few_exhibits_are_refused_with_the_number_needed() -> None:
    with pytest.raises(TrainingError, match="at least 19"):
        highest_safe(np.ones(18), 0.05)
    assert highest_safe(np.ones(19), 0.05) == 1


def test_photos_of_one_exhibit_count_once_by_their_worst() -> None:
    values = np.asarray([0.9, 0.1, 0.8, 0.7])
    assert worst_per_exhibit(values, ["a", "a", "b", "c"], largest=False).tolist() == [0.1, 0.8, 0.7]
    assert worst_per_exhibit(values, ["a", "a", "b", "c"], largest=True).tolist() == [0.9, 0.8, 0.7]


@settings(max_examples=10)
@given(st.floats(0.5, 3))
def test_temperature_is_recovered(true_temperature: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (4000, 4))
    p = softmax(logits)
    truth = np.asarray([random.choice(4, p=row) for row in p])
    assert fit_temperature(logits * true_temperature, truth) == pytest.approx(true_temperature, rel=0.1)


def test_thresholds_bound_misses_and_false_flags_on_new_data() -> None:
    taxonomy = shipped_taxonomy()
    logits, truth, exhibits = simulated(0, 1200)
    limits = fit_thresholds(softmax(logits), truth, exhibits, LEAVES, taxonomy, "simulated", Levels())
    new, new_truth, _ = simulated(1, 20_000)
    p = softmax(new)
    protected, tiger = p[:, :2].sum(axis=1), p[:, 0]
    is_protected = new_truth < 2
    assert (protected[is_protected] < limits.release.value).mean() < 0.05 * 1.4
    assert (protected[~is_protected] >= limits.flag.value).mean() < 0.02 * 1.6
    assert (tiger[new_truth != 0] >= limits.tiger.value).mean() < 0.01 * 1.8
    assert (p[np.arange(len(p)), new_truth] < limits.prediction_set.value).mean() < 0.05 * 1.4
    assert limits.release.value <= limits.flag.value
    assert limits.release.n == int((truth < 2).sum())


def test_a_weak_model_never_lets_go_what_is_more_likely_protected() -> None:
    logits, truth, exhibits = simulated(3, 400, sharpness=0.0)
    probabilities = softmax(logits)
    probabilities[truth < 2, 0] += 5
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    limits = fit_thresholds(probabilities, truth, exhibits, LEAVES, shipped_taxonomy(), "simulated")
    assert limits.release.value <= 0.5


ENERGY = Score("energy", "", {}, {})


def energy(logits: np.ndarray) -> np.ndarray:
    return strangeness("energy", {}, {}, logits, np.zeros((len(logits), 1)))


def test_unfamiliar_limit_lets_known_things_pass() -> None:
    logits, _, exhibits = simulated(0, 1000)
    rule = fit_out_of_distribution(ENERGY, energy(logits), exhibits, "simulated", alpha=0.05)
    new, _, _ = simulated(1, 10_000)
    assert (energy(new) > rule.threshold.value).mean() < 0.07
    assert (energy(np.zeros((5, 4))) > rule.threshold.value).all()


def test_bounds_hold_within_each_origin_not_only_on_average() -> None:
    """Renders that are told less surely than photos must not be let go more often for being few."""
    taxonomy = shipped_taxonomy()

    def both(seed: int, n: int) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
        photos, photo_truth, _ = simulated(seed, n, sharpness=6.0)
        renders, render_truth, _ = simulated(seed + 1, n // 3, sharpness=2.5)
        truth = np.concatenate([photo_truth, render_truth])
        origins = ["photo"] * n + ["render"] * (n // 3)
        return softmax(np.concatenate([photos, renders])), truth, [f"x{k}" for k in range(len(truth))], origins

    p, truth, exhibits, origins = both(0, 1800)
    limits = fit_thresholds(p, truth, exhibits, LEAVES, taxonomy, "simulated", groups=origins)
    pooled = fit_thresholds(p, truth, exhibits, LEAVES, taxonomy, "simulated")
    new, new_truth, _, new_origins = both(10, 30_000)
    rendered = (np.asarray(new_origins) == "render") & (new_truth < 2)
    protected = new[:, :2].sum(axis=1)
    assert (protected[rendered] < limits.release.value).mean() < 0.065
    assert (protected[rendered] < pooled.release.value).mean() > 0.065
    assert "origin render" in limits.release.statement


def test_an_origin_with_too_few_exhibits_is_named() -> None:
    logits, truth, exhibits = simulated(0, 400)
    origins = ["photo"] * 390 + ["render"] * 10
    with pytest.raises(TrainingError, match=r"origin 'render'.*calibration split"):
        fit_thresholds(softmax(logits), truth, exhibits, LEAVES, shipped_taxonomy(), "simulated", groups=origins)


def test_temperature_weighs_origins_alike() -> None:
    random = np.random.default_rng(0)

    def drawn(n: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
        logits = random.normal(0, 2, (n, 4))
        return logits * scale, np.asarray([random.choice(4, p=row) for row in softmax(logits)])

    (sure, sure_truth), (unsure, unsure_truth) = drawn(4000, 1.0), drawn(400, 3.0)
    logits, truth = np.concatenate([sure, unsure]), np.concatenate([sure_truth, unsure_truth])
    origins = ["photo"] * 4000 + ["render"] * 400
    assert fit_temperature(logits, truth) < 1.25 < fit_temperature(logits, truth, origins)


def hard_and_easy(seed: int, n: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Whole animals told with ease; claws and their imitations hardly told apart."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, len(PARTS), n)
    logits = random.normal(0, 1, (n, len(PARTS)))
    logits[np.arange(n), truth] += 7
    claws = np.isin(truth, (2, 3))
    logits[claws, 2] = random.normal(5, 1.5, int(claws.sum()))
    logits[claws, 3] = random.normal(5, 1.5, int(claws.sum()))
    return softmax(logits), truth, [f"x{k}" for k in range(n)]


PARTS = ("tiger_whole", "unrelated", "tiger_claw", "imitation_claw")


def test_hard_leaves_do_not_raise_the_limits_of_easy_ones_and_errors_add_up() -> None:
    taxonomy, levels = shipped_taxonomy(), Levels(miss=0.1, false_flag=0.04, false_tiger=0.04)
    p, truth, exhibits = hard_and_easy(0, 4000)
    claws = np.asarray([False, False, True, True])

    def fitted(members: np.ndarray | None, share: Levels) -> Thresholds:
        return fit_thresholds(p, truth, exhibits, PARTS, taxonomy, "simulated", share, members=members)

    together = fitted(None, levels)
    easy, hard = fitted(~claws, levels.shared(2)), fitted(claws, levels.shared(2))
    assert easy.tiger.value < 0.7 < hard.tiger.value
    new, new_truth, _ = hard_and_easy(1, 40_000)
    tiger, protected = new[:, [0, 2]].sum(axis=1), new[:, [0, 2]].sum(axis=1)
    leads_whole, leads_thing = new[:, 0] > new[:, 2], new[:, 1] > new[:, 3]
    named = tiger >= np.where(leads_whole, easy.tiger.value, hard.tiger.value)
    not_tiger = np.isin(new_truth, (1, 3))
    assert named[not_tiger].mean() < 0.045
    whole = new_truth == 0
    assert named[whole].mean() > 0.98
    assert named[whole].mean() > (tiger >= together.tiger.value)[whole].mean()
    let_go = protected < np.where(leads_thing, easy.release.value, hard.release.value)
    assert let_go[np.isin(new_truth, (0, 2))].mean() < 0.11
    assert "2 % on average" in easy.tiger.statement
    assert "by way of" in easy.tiger.statement
