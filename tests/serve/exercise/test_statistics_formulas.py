"""Formulas against numbers worked out by hand (in comments) and against SciPy, which only tests may use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from serve.exercise.statistics import rates
from serve.exercise.statistics.confidence import gamma_of, murphy_of, overconfidence_of, scale
from serve.exercise.statistics.figure import Reason, Unit, bounded
from serve.exercise.statistics.paired import effect_size, mcnemar, paired, share_difference, sign_flip_test
from serve.exercise.statistics.resample import Resampling, ends
from serve.exercise.statistics.signal import Counts, of_counts
from serve.exercise.statistics.student import hedges_correction, noncentral_t_cdf, t_cdf, t_quantile

ONCE = Resampling(200)


def test_detection_of_16_of_20_and_4_of_20_worked_by_hand() -> None:
    found = of_counts(Counts(16, 4, 4, 16))
    # Log-linear: H = 16.5/21 = 0.785714, F = 4.5/21 = 0.214286; z(H) = 0.7916 and z(F) = -0.7916 by the table.
    assert found.d_prime.value == pytest.approx(1.5833, abs=2e-4)
    assert found.criterion.value == pytest.approx(0, abs=1e-9)
    # d_a = √(2/1.25) · (0.79163 + 0.5 · 0.79163) = 1.264911 · 1.187445
    assert found.d_a.value == pytest.approx(1.5020, abs=2e-4)
    # A′ = 0.5 + 0.6 · 1.6 / (4 · 0.8 · 0.8) = 0.5 + 0.96 / 2.56
    assert found.a_prime.value == pytest.approx(0.875)
    # φ(0.79163) = 0.29163; 0.785714 · 0.214286 / (20 · 0.29163²) = 0.098984; √(2 · 0.098984)
    assert found.d_prime_error == pytest.approx(0.4449, abs=2e-4)
    # Wilson of 16/20: (0.5840, 0.9193), z of them 0.2121 and 1.4007; distances 0.5795 and 0.6091 from 0.7916, times √2.
    assert (found.d_prime.low, found.d_prime.high) == pytest.approx((0.7637, 2.4447), abs=1e-3)
    assert (found.hit_rate.low, found.hit_rate.high) == pytest.approx((0.5840, 0.9193), abs=1e-4)
    assert found.d_prime.n == 40


def test_criterion_below_zero_leans_to_yes() -> None:
    # H = 18.5/21 = 0.880952, z = 1.1798; F = 10.5/21 = 0.5, z = 0; c = -0.5899
    assert of_counts(Counts(18, 2, 10, 10)).criterion.value == pytest.approx(-0.5899, abs=2e-4)


def test_a_prime_is_mirrored_below_the_diagonal_and_half_upon_it() -> None:
    # H = 0.2, F = 0.8: 0.5 - 0.6 · 1.6 / (4 · 0.8 · 0.8) = 0.125
    assert rates.a_prime([0.2, 0.3, 0.0, 1.0, 1.0, 0.0], [0.8, 0.3, 0.0, 1.0, 0.0, 1.0]) == pytest.approx(
        [0.125, 0.5, 0.5, 0.5, 1.0, 0.0]
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_prime_stays_within_0_and_1_and_swaps_sides(h: float, f: float) -> None:
    value = float(rates.a_prime(h, f))
    assert -1e-9 <= value <= 1 + 1e-9
    assert float(rates.a_prime(f, h)) == pytest.approx(1 - value)


def test_all_right_leaves_the_upper_end_of_d_prime_open() -> None:
    found = of_counts(Counts(10, 0, 0, 10))
    # Corrected to 10.5/11 and 0.5/11: z(0.954545) = 1.6906
    assert found.d_prime.value == pytest.approx(3.3812, abs=5e-4)
    assert found.d_prime.high is None and found.d_prime.reason is Reason.OPEN_ABOVE
    assert found.d_prime.low is not None and found.d_prime.low > 1.5
    assert found.a_prime.value == 1 and found.a_prime.high == 1
    wrong = of_counts(Counts(0, 10, 10, 0)).d_prime
    assert wrong.low is None and wrong.reason is Reason.OPEN_BELOW


@pytest.mark.parametrize(
    ("counts", "reason"), [(Counts(0, 0, 2, 8), Reason.NO_PROTECTED), (Counts(8, 2, 0, 0), Reason.NO_OTHER)]
)
def test_one_side_alone_gives_its_rate_and_says_why_there_is_no_d_prime(counts: Counts, reason: Reason) -> None:
    found = of_counts(counts)
    assert found.d_prime.value is None and found.d_prime.reason is reason and found.d_prime_error is None
    assert {found.hit_rate.value, found.false_alarm_rate.value} == {None, 0.8 if counts.signals else 0.2}


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        Counts(-1, 0, 0, 0)


def test_confidence_worked_by_hand() -> None:
    # Step 1: 3 wrong, 1 right. Step 5: 2 wrong, 4 right. Five leaves: steps stand for 0.2, 0.4, 0.6, 0.8, 1.
    counts = np.zeros((5, 2))
    counts[0], counts[4] = (3, 1), (2, 4)
    # Right surer: 4 · 3 = 12 pairs. Wrong surer: 2 · 1 = 2. (12 - 2) / 14
    assert gamma_of(counts) == pytest.approx(10 / 14)
    # (4 · 0.2 + 6 · 1) / 10 - 5/10
    assert overconfidence_of(counts, scale(5)) == pytest.approx(0.18)
    reliability, resolution, uncertainty = murphy_of(counts, scale(5))
    # (4 · 0.05² + 6 · (1/3)²) / 10; (4 · 0.25² + 6 · (1/6)²) / 10; 0.5 · 0.5
    assert (reliability, resolution, uncertainty) == pytest.approx((0.0676667, 0.0416667, 0.25), abs=1e-6)
    # Brier by its definition: (1 · 0.8² + 3 · 0.2² + 2 · 1²) / 10 = 0.276
    assert reliability - resolution + uncertainty == pytest.approx(0.276)


def test_scale_begins_at_chance_and_ends_at_certainty() -> None:
    assert scale(4) == pytest.approx([0.25, 0.4375, 0.625, 0.8125, 1])
    with pytest.raises(ValueError, match="at least 2"):
        scale(1)


def test_sign_flips_counted_by_hand() -> None:
    # Of 8 sign patterns of 1, 2, 3 only +++ and --- reach 6.
    assert sign_flip_test(np.array([1.0, 2, 3]), ONCE).p == 2 / 8
    # Sum 3 of five ±1; |sum| ≥ 3 has 2 · (1 + 5) of 32 patterns.
    assert sign_flip_test(np.array([1.0, 1, 1, 1, -1]), ONCE).p == 12 / 32
    assert sign_flip_test(np.zeros(4), ONCE).p == 1


def test_sign_flips_beyond_fifteen_pairs_agree_with_scipy() -> None:
    differences = np.random.default_rng(3).normal(0.4, 1, 22)
    ours = sign_flip_test(differences, ONCE)
    theirs = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(4)
    ).pvalue
    assert not ours.exact and ours.n == 22
    assert ours.p == pytest.approx(theirs, abs=4 * np.sqrt(2 * theirs * (1 - theirs) / 20_000))
    assert sign_flip_test(differences, ONCE) == ours


def test_mcnemar_by_hand() -> None:
    # 1 lost, 8 gained: 2 · (1 + 9) / 2⁹
    assert mcnemar(1, 8).p == 20 / 512
    assert mcnemar(0, 0).p == 1 and mcnemar(3, 3).p == 1
    assert mcnemar(2, 9).p == pytest.approx(stats.binomtest(2, 11).pvalue)


def test_difference_of_shares_of_the_same_people_by_hand() -> None:
    # 8 both, 2 only first, 6 only second, 4 neither: 0.5 to 0.7. Wilson: (0.2993, 0.7007) and (0.4810, 0.8545).
    # φ = (8·4 - 2·6 - 10) / √(10·10·14·6) = 10 / 91.652 = 0.10911
    # low = 0.2 - √(0.2190² + 0.2007² - 2φ · 0.2190 · 0.2007), high = 0.2 + √(0.1545² + 0.2007² - 2φ · 0.1545 · 0.2007)
    found = share_difference(8, 2, 6, 4)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, -0.0804, 0.4396), abs=2e-4)
    # All right the second time: φ = 0; low = 0.5 - √(0.1611² + 0.2007²), high = 0.5 + 0.2007
    found = share_difference(10, 0, 10, 0)
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.2426, 0.7007), abs=2e-4)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 9, 10, 29])
def test_students_t_agrees_with_scipy(df: int) -> None:
    for t in (-3.0, -0.5, 0.0, 1.0, 4.0):
        assert t_cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-12)
    assert t_quantile(0.975, df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


@pytest.mark.parametrize(("t", "df", "shift"), [(0.5, 4, 0.0), (2.0, 9, 1.0), (6.0, 29, 5.0), (-1.0, 11, 0.5)])
def test_noncentral_t_agrees_with_scipy(t: float, df: int, shift: float) -> None:
    assert noncentral_t_cdf(t, df, shift) == pytest.approx(stats.nct.cdf(t, df, shift), abs=2e-4)


def test_effect_size_by_hand() -> None:
    # Mean 2, deviation 1; J(2) = Γ(1) / (√1 · Γ(½)) = 0.5642; J(9) = Γ(4.5) / (√4.5 · Γ(4)) = 11.6317 / 12.7279
    assert effect_size(np.array([1.0, 2, 3])).value == pytest.approx(2 * 0.5642, abs=1e-4)
    assert hedges_correction(9) == pytest.approx(0.91387, abs=1e-5)
    values = np.random.default_rng(5).normal(0.5, 1, 12)
    found = effect_size(values)
    t = stats.ttest_1samp(values, 0).statistic
    # The ends are those shifts under which t is just too large or too small.
    for end, p in ((found.low, 0.975), (found.high, 0.025)):
        assert end is not None
        assert stats.nct.cdf(t, 11, end / hedges_correction(11) * np.sqrt(12)) == pytest.approx(p, abs=1e-3)


def test_effect_size_says_why_there_is_none() -> None:
    assert effect_size(np.array([1.0, 2])).reason is Reason.TOO_FEW
    assert effect_size(np.full(5, 0.3)).reason is Reason.NO_SPREAD
    nobody = paired(np.array([]), np.array([]), ONCE)
    assert nobody.first is None and nobody.difference.reason is Reason.NO_PAIRS and nobody.test.p is None


def test_interval_of_a_mean_is_as_wide_as_students() -> None:
    values = np.random.default_rng(6).normal(0, 1, 10)
    found = paired(np.zeros(10), values, Resampling(20_000)).difference
    low, high = stats.t.interval(0.95, 9, values.mean(), stats.sem(values))
    # √(10/9) too narrow by the bootstrap's own deviation, and widened by as much.
    assert found.high is not None and found.low is not None
    assert found.high - found.low == pytest.approx(high - low, rel=0.08)


def test_ends_need_two_to_draw_from_and_most_resamples() -> None:
    assert np.isnan(ends(np.arange(200.0), 1)).all()
    assert np.isnan(ends(np.where(np.arange(200) < 120, np.nan, 1.0), None)).all()
    assert ends(np.arange(201.0), None) == pytest.approx((5, 195))


def test_fewer_than_200_resamples_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 200"):
        Resampling(100)


def test_bounded_turns_what_is_not_a_number_into_none_and_says_why() -> None:
    nan, inf = float("nan"), float("inf")
    assert bounded(1, nan, nan, 3, Unit.ANSWERS).reason is Reason.TOO_FEW
    assert bounded(1, -inf, inf, 3, Unit.ANSWERS).reason is Reason.OPEN
    assert bounded(1, 0, 2, 3, Unit.ANSWERS).reason is None
