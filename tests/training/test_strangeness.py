from __future__ import annotations

import numpy as np
import pytest

from model.out_of_distribution import METHODS, log_sum_exp, strangeness
from training.outputs import Outputs
from training.pictures import Case
from training.strangeness import choose_score, fit_scores

CHANNELS, LEAVES = 600, 4
_RANDOM = np.random.default_rng(0)
WEIGHT = _RANDOM.normal(0, 0.2, (LEAVES, CHANNELS)).astype(np.float32)
BIAS = _RANDOM.normal(0, 0.1, LEAVES).astype(np.float32)
#: Known things of a leaf scatter around one point, in few directions.
CENTRES = np.abs(_RANDOM.normal(0, 1, (LEAVES, CHANNELS)) + 2 * WEIGHT)
DIRECTIONS = _RANDOM.normal(0, 0.3, (6, CHANNELS))


def made(seed: int, n: int, known: bool, origin: str = "photo") -> Outputs:
    random = np.random.default_rng(seed)
    leaf = random.integers(0, LEAVES, n)
    z = (
        CENTRES[leaf] + random.normal(0, 1, (n, 6)) @ DIRECTIONS
        if known
        else np.abs(random.normal(0, 1, (n, CHANNELS)))
    )
    z = np.maximum(z, 0).astype(np.float32)
    cases = tuple(
        Case(f"{i}.jpg", "0" * 64, f"{origin}{seed}-{i}", "s", origin, "train", "x", f"leaf{k}" if known else None)
        for i, k in enumerate(leaf)
    )
    return Outputs(cases, z @ WEIGHT.T + BIAS, z, ((),) * n)


def test_every_method_is_fitted_and_scores_each_picture() -> None:
    scores = fit_scores(made(0, 700, True), WEIGHT, BIAS)
    assert {score.method for score in scores} == set(METHODS)
    for score in scores:
        values = score(made(1, 9, True))
        assert values.shape == (9,)
        assert np.isfinite(values).all()


def test_embedding_scores_find_things_off_the_known_subspace() -> None:
    scores = fit_scores(made(0, 700, True), WEIGHT, BIAS)
    best, trials = choose_score(scores, made(1, 300, True), made(2, 300, False))
    reached = {(t.method, t.setting): t.mean for t in trials}
    assert max(v for (method, _), v in reached.items() if method == "vim") > 0.95
    assert max(v for (method, _), v in reached.items() if method == "knn") > 0.95
    assert reached[best.method, best.setting] == max(reached.values())


def test_origins_count_alike_however_many_pictures_they_have() -> None:
    known = made(1, 300, True)
    few = made(3, 20, True, "render")
    both = Outputs(
        known.cases + few.cases, np.concatenate([known.logits, few.logits]),
        np.concatenate([known.embedding, few.embedding]), known.quality + few.quality,
    )  # fmt: skip
    _, trials = choose_score(fit_scores(made(0, 700, True), WEIGHT, BIAS), both, made(2, 300, False))
    assert set(trials[0].auroc) == {"photo", "render"}
    assert trials[0].mean == pytest.approx(np.mean(list(trials[0].auroc.values())))


def test_energy_and_shaping_follow_their_formulas() -> None:
    z = np.asarray([[1.0, 2.0, 3.0, 4.0]])
    weight, bias = np.eye(4)[:2], np.asarray([0.5, -0.5])
    logits = z @ weight.T + bias
    assert strangeness("energy", {}, {}, logits, z) == pytest.approx(-np.log(np.exp(1.5) + np.exp(1.5)))
    reference = {"weight": weight, "bias": bias}
    # The 75th percentile of 1, 2, 3, 4 is 3.25: only 4 is large, and 10 / 4 is the ratio.
    scale = np.exp(2.5)
    expected = -log_sum_exp(np.asarray([scale * 1 + 0.5, scale * 2 - 0.5]))
    assert strangeness("scale", {"percentile": 75}, reference, logits, z) == pytest.approx(expected)
    assert strangeness("ash", {"percentile": 75}, reference, logits, z) == pytest.approx(-log_sum_exp(bias))


def test_distance_is_to_the_kth_known_neighbour() -> None:
    known = np.asarray([[1.0, 0.0], [0.0, 1.0]])
    z = np.asarray([[5.0, 0.0]])
    assert strangeness("knn", {"k": 1}, {"known": known}, np.zeros((1, 2)), z) == pytest.approx(0)
    assert strangeness("knn", {"k": 2}, {"known": known}, np.zeros((1, 2)), z) == pytest.approx(np.sqrt(2))


def test_nothing_to_compare_is_refused() -> None:
    none = made(1, 5, True).only(np.zeros(5, dtype=bool))
    with pytest.raises(ValueError, match="both needed"):
        choose_score(fit_scores(made(0, 700, True), WEIGHT, BIAS), none, made(2, 5, False))
