"""Frequencies are what a recount of the calibration pictures gives, and match a calibrated network."""

from __future__ import annotations

import numpy as np

from model.calibration import softmax
from model.taxonomy import shipped_taxonomy
from training.frequencies import BINS, FEWEST, fit_frequencies

LEAVES = ("tiger_whole", "other_cat_whole", "faux_fur", "unrelated")
TAXONOMY = shipped_taxonomy()


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that are right by construction: truth is drawn from them."""
    random = np.random.default_rng(seed)
    p = softmax(random.normal(0, 2, (n, 4)))
    return p, np.asarray([random.choice(4, p=row) for row in p])


def test_shares_match_a_calibrated_network_and_origins_stand_apart() -> None:
    p, truth = drawn(3000)
    origins = ["photo"] * 2000 + ["render"] * 1000
    found = fit_frequencies(p, truth, [str(k) for k in range(3000)], origins, LEAVES, TAXONOMY, "simulated")
    assert [(one.origin, sum(b.n for b in one.bins)) for one in found] == [("photo", 2000), ("render", 1000)]
    for one in found:
        assert len(one.bins) == BINS
        for each in one.bins:
            assert each.n >= FEWEST
            assert each.low - 0.05 < each.share < each.high + 0.05


def test_an_exhibit_counts_once() -> None:
    p, truth = drawn(200)
    exhibits = [str(k // 4) for k in range(200)]
    (found,) = fit_frequencies(p, truth, exhibits, ["photo"] * 200, LEAVES, TAXONOMY, "simulated")
    first = np.arange(0, 200, 4)
    right = (p[first].argmax(axis=1) == truth[first]).sum()
    assert sum(b.n for b in found.bins) == 50
    assert sum(b.right for b in found.bins) == right


def test_equal_probabilities_leave_no_thin_bins() -> None:
    p = np.tile([0.97, 0.01, 0.01, 0.01], (300, 1))
    p[:5] = [0.4, 0.3, 0.2, 0.1]
    truth = np.zeros(300, dtype=np.int64)
    (found,) = fit_frequencies(p, truth, [str(k) for k in range(300)], ["photo"] * 300, LEAVES, TAXONOMY, "x")
    assert min(b.n for b in found.bins) >= FEWEST
    (few,) = fit_frequencies(p[:7], truth[:7], list("abcdefg"), ["render"] * 7, LEAVES, TAXONOMY, "x")
    assert [(b.low, b.high, b.n) for b in few.bins] == [(0.0, 1.0, 7)]
