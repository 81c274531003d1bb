"""A share says what it was counted on, and how far it may be off."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from model.frequency import Frequencies, FrequencyBin, stated


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


def test_nothing_is_stated_surer_than_the_counts_allow() -> None:
    few = counted((0.0, 0.9, 32, 21), (0.9, 1.0, 33, 31))
    ceiling = few.at(1.0).interval[1]
    assert ceiling == pytest.approx(0.983, abs=0.001)
    said = stated({"T": 0.998, "P": 0.0015, "F": 0.0005, "N": 0.0}, few)
    assert said["T"] == ceiling
    assert sum(said.values()) == pytest.approx(1)
    assert said["P"] == pytest.approx(3 * said["F"])
    assert said["N"] == 0
    alone = stated({"T": 1.0, "F": 0.0, "N": 0.0}, few)
    assert alone["F"] == alone["N"] == pytest.approx((1 - ceiling) / 2)


@pytest.mark.parametrize("identity", [{"T": 0.6, "F": 0.4}, {"T": 1.0, "F": 0.0}])
def test_what_the_counts_bear_out_or_nothing_counted_stays_as_it_is(identity: dict[str, float]) -> None:
    many = counted((0.0, 0.9, 84, 76), (0.9, 1.0, 85, 85))
    assert stated(identity, many) == identity
    assert stated(identity, None) == identity


def test_a_higher_probability_never_has_a_lower_ceiling() -> None:
    uneven = counted((0.0, 0.8, 32, 21), (0.8, 0.92, 32, 31), (0.92, 1.0, 32, 24))
    ceilings = [uneven.ceiling(p) for p in np.linspace(0, 1, 101)]
    assert ceilings == sorted(ceilings)
    assert uneven.ceiling(1.0) == uneven.at(0.85).interval[1]
