"""A share says what it was counted on, and how far it may be off."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from model.frequency import Frequencies, FrequencyBin


def counted(*bins: tuple[float, float, int, int]) -> Frequencies:
    made = tuple(FrequencyBin(low=low, high=high, n=n, right=right) for low, high, n, right in bins)
    return Frequencies(origin="photo", rows="made for tests", bins=made)


def test_a_probability_finds_its_bin() -> None:
    both = counted((0.0, 0.9, 50, 30), (0.9, 1.0, 100, 97))
    assert both.at(0.0).n == 50
    assert both.at(0.8999).n == 50
    assert both.at(0.9).n == 100
    assert both.at(1.0).share == pytest.approx(0.97)
    with pytest.raises(ValueError, match="between 0 and 1"):
        both.at(1.01)


@pytest.mark.parametrize(("n", "share"), [(30, 0.9), (100, 0.97), (50, 0.5)])
def test_the_interval_covers_the_true_share_about_as_often_as_it_says(n: int, share: float) -> None:
    draws = np.random.default_rng(0).binomial(n, share, 4000)
    intervals = [FrequencyBin(low=0, high=1, n=n, right=int(k)).interval for k in draws]
    assert 0.92 <= np.mean([low <= share <= high for low, high in intervals]) <= 0.985


def test_no_count_promises_certainty() -> None:
    low, high = FrequencyBin(low=0, high=1, n=40, right=40).interval
    assert low == pytest.approx(0.912, abs=0.001)
    assert high == 1


@pytest.mark.parametrize(
    "bins",
    [
        ((0.0, 0.5, 10, 5),),
        ((0.1, 1.0, 10, 5),),
        ((0.0, 0.5, 10, 5), (0.6, 1.0, 10, 5)),
        ((0.0, 1.0, 10, 11),),
        ((0.5, 0.5, 10, 1), (0.5, 1.0, 10, 1)),
    ],
)
def test_gaps_and_impossible_counts_are_refused(bins: tuple[tuple[float, float, int, int], ...]) -> None:
    with pytest.raises(ValidationError):
        counted(*bins)
