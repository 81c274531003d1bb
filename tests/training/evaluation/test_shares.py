"""Figures and their intervals."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.curves import expected_calibration_error
from training.evaluation.intervals import exhibit_bootstrap, share


def test_share_tells_count_and_interval() -> None:
    hits = np.asarray([True] * 90 + [False] * 10)
    figure = share(hits, [f"x{k}" for k in range(100)])
    assert (figure["value"], figure["count"], figure["n"], figure["exhibits"]) == (0.9, 90, 100, 100)
    low, high = figure["interval_95"]
    assert 0.82 < low < 0.87
    assert 0.93 < high < 0.97


def test_photos_of_one_exhibit_widen_the_interval() -> None:
    hits = np.asarray(([True] * 10) * 9 + [False] * 10)
    many = share(hits, [f"x{k}" for k in range(100)])["interval_95"]
    few = share(hits, [f"x{k // 10}" for k in range(100)])["interval_95"]
    assert few[1] - few[0] > 2 * (many[1] - many[0])


@pytest.mark.parametrize(("value", "edge"), [(True, 1.0), (False, 0.0)])
def test_all_or_none_has_an_exact_interval_over_exhibits(value: bool, edge: float) -> None:
    figure = share(np.asarray([value] * 60), [f"x{k // 2}" for k in range(60)])
    assert figure["value"] == edge
    # Clopper-Pearson, 30 of 30: lower bound 0.025 ** (1 / 30).
    width = 1 - 0.025 ** (1 / 30)
    low, high = figure["interval_95"]
    assert high - low == pytest.approx(width, abs=1e-3)


def test_nothing_counted_is_said() -> None:
    assert share(np.zeros(0, dtype=bool), [])["n"] == 0


def test_coverage_of_the_interval_by_simulation() -> None:
    random = np.random.default_rng(0)
    inside = 0
    for trial in range(150):
        hits = random.random(120) < 0.8
        low, high = exhibit_bootstrap(
            [f"x{k}" for k in range(120)], lambda rows, h=hits: float(h[rows].mean()), seed=trial, draws=300
        )
        inside += low <= 0.8 <= high
    assert inside / 150 > 0.88


def test_calibration_error_is_zero_when_confidence_is_honest_and_large_when_not() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.5, 1, 50_000)
    honest = random.random(50_000) < confidence
    assert expected_calibration_error(confidence, honest) < 0.01
    assert expected_calibration_error(np.full(1000, 0.99), np.arange(1000) % 2 == 0) == pytest.approx(0.49, abs=0.01)
