"""Intervals over exhibits, and curves against values computed by hand or by scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.evaluation.curves import (
    auroc,
    calibration,
    error_if_calibrated,
    expected_calibration_error,
    false_positive_rate,
    risk_coverage,
)
from training.evaluation.intervals import exhibit_bootstrap, mean, ratio, share, weights


def names(count: int, each: int = 1) -> list[str]:
    return [f"x{k // each}" for k in range(count)]


def test_every_draw_has_as_many_exhibits_as_the_sample() -> None:
    drawn = weights(7, 50)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn.mean(axis=0) > 0.5).all()


def test_fast_interval_agrees_with_drawing_one_by_one() -> None:
    random = np.random.default_rng(1)
    exhibits = [f"x{k}" for k in random.integers(0, 40, 200)]
    hits = random.random(200) < 0.7
    slow = exhibit_bootstrap(exhibits, lambda rows: float(hits[rows].mean()))
    assert share(hits, exhibits)["interval_95"] == pytest.approx(slow, abs=1e-3)
    assert mean(hits.astype(float), exhibits)["interval_95"] == pytest.approx(slow, abs=1e-3)


def test_intervals_over_clustered_photos_cover_the_truth() -> None:
    """Five photos an exhibit, all right or all wrong together: as wide as exhibits need, not photos."""
    random = np.random.default_rng(0)
    inside = {"exhibits": 0, "photos": 0}
    for _ in range(200):
        hits = np.repeat(random.random(60) < 0.8, 5)
        for unit, exhibits in (("exhibits", names(300, 5)), ("photos", names(300))):
            low, high = share(hits, exhibits, draws=300)["interval_95"]
            inside[unit] += low <= 0.8 <= high
    assert inside["exhibits"] / 200 > 0.88
    assert inside["photos"] / 200 < 0.75


def test_ratio_of_a_sample_to_itself_has_no_width() -> None:
    hits = np.arange(40) % 3 == 0
    figure = ratio(hits, hits, names(40))
    assert (figure["value"], figure["interval_95"]) == (1, [1, 1])
    assert ratio(hits, np.zeros(40), names(40))["value"] is None


@pytest.mark.parametrize("ties", [False, True])
def test_auroc_is_that_of_scikit_learn(ties: bool) -> None:
    random = np.random.default_rng(3)
    truth = random.random(150) < 0.4
    scores = random.normal(size=150) + truth
    scores = np.round(scores) if ties else scores
    figure = auroc(scores, truth, names(150))
    assert figure["value"] == pytest.approx(roc_auc_score(truth, scores), abs=1e-4)
    low, high = figure["interval_95"]
    assert low < figure["value"] < high
    assert figure["positives"] == int(truth.sum())


def test_auroc_interval_widens_when_photos_share_exhibits() -> None:
    random = np.random.default_rng(4)
    truth = np.repeat(random.random(30) < 0.5, 6)
    scores = np.repeat(random.normal(size=30), 6) + truth
    width = {each: np.diff(auroc(scores, truth, names(180, each))["interval_95"])[0] for each in (1, 6)}
    assert width[6] > 1.8 * width[1]


def test_auroc_needs_both_kinds() -> None:
    assert auroc(np.arange(3.0), np.ones(3), names(3))["value"] is None
    assert auroc(np.zeros(0), np.zeros(0), [])["value"] is None


def test_false_positive_rate_at_95_percent() -> None:
    # 20 positives score 1 to 20: keeping 19 means the limit 2; of the negatives 0.5, 1.5, 2.5 and 30 two are above.
    scores = np.r_[np.arange(1.0, 21), 0.5, 1.5, 2.5, 30]
    positive = np.r_[np.ones(20, bool), np.zeros(4, bool)]
    assert false_positive_rate(scores, positive, names(24))["value"] == 0.5


def test_risk_coverage_by_hand() -> None:
    # Most confident first: right, right, wrong, right. Risks: 0, 0, 1/3, 1/4; their mean is the area.
    result = risk_coverage(np.asarray([0.9, 0.6, 0.8, 0.7]), np.asarray([True, True, True, False]), names(4), points=4)
    assert [one["risk"] for one in result["curve"]] == pytest.approx([0, 0, 1 / 3, 1 / 4], abs=1e-4)
    assert result["aurc"]["value"] == pytest.approx((1 / 3 + 1 / 4) / 4, abs=1e-4)


def test_calibration_by_hand() -> None:
    confidence = np.asarray([0.95] * 4 + [0.55] * 4)
    correct = np.asarray([True] * 4 + [True, False, False, False])
    # Gaps 0.05 and 0.30, half the pictures each.
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.175)
    result = calibration(confidence, correct, names(8))
    assert result["ece"]["value"] == 0.175
    assert [(b["n"], b["confidence"], b["accuracy"]) for b in result["bins"]] == [(4, 0.55, 0.25), (4, 0.95, 1.0)]
    assert calibration(np.zeros(0), np.zeros(0, bool), [])["ece"]["value"] is None


def test_what_chance_alone_gives_shrinks_with_the_number_of_pictures() -> None:
    random = np.random.default_rng(1)
    few, many = random.uniform(0.3, 1, 200), random.uniform(0.3, 1, 20_000)
    (mean, (low, high)), (least, _) = error_if_calibrated(few, draws=200), error_if_calibrated(many, draws=20)
    assert low < mean < high
    assert mean == pytest.approx(10 * least, rel=0.2)
    # One bin of n pictures at p: the mean of |share - p|, by the normal approximation sqrt(2p(1-p)/(pi n)).
    one, _ = error_if_calibrated(np.full(400, 0.5), draws=2000)
    assert one == pytest.approx((2 * 0.25 / (np.pi * 400)) ** 0.5, rel=0.05)
    assert error_if_calibrated(np.ones(50)) == (0, [0, 0])
    figure = calibration(few, random.random(200) < few, names(200))["ece"]
    assert figure["if_calibrated_95"][0] < figure["value"] < figure["if_calibrated_95"][1]
