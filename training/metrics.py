"""Figures with intervals. Every share comes with its count, and every interval resamples exhibits, not photos."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

Floats = npt.NDArray[np.float64]
DRAWS = 2000


def exhibit_bootstrap(
    exhibits: list[str], statistic: Callable[[npt.NDArray[np.int64]], float], seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """95 % percentile interval of ``statistic(row indices)``, drawing whole exhibits with replacement.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13 (percentile interval), with exhibits as the
    unit because photos of one exhibit are not independent.
    """
    members: dict[str, list[int]] = {}
    for row, exhibit in enumerate(exhibits):
        members.setdefault(exhibit, []).append(row)
    groups = [np.asarray(rows) for rows in members.values()]
    random = np.random.default_rng(seed)
    values = [
        statistic(np.concatenate([groups[i] for i in random.integers(0, len(groups), len(groups))]))
        for _ in range(draws)
    ]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def share(hits: npt.NDArray[np.bool_], exhibits: list[str]) -> dict[str, float | int | list[float] | str]:
    """A share with counts and a 95 % interval.

    At 0 or 1 the bootstrap has no width, so there (and only there) the exact Clopper-Pearson interval is given
    instead, with exhibits as trials.
    """
    count, total = int(hits.sum()), len(hits)
    if total == 0:
        return {"value": float("nan"), "count": 0, "n": 0, "exhibits": 0, "interval_95": [], "interval": "none"}
    n_exhibits = len(set(exhibits))
    if count in (0, total):
        low = 0.0 if count == 0 else float(beta.ppf(0.025, n_exhibits, 1))
        high = 1.0 if count == total else float(beta.ppf(0.975, 1, n_exhibits))
        interval, kind = (low, high), "Clopper-Pearson over exhibits"
    else:
        interval, kind = exhibit_bootstrap(exhibits, lambda rows: float(hits[rows].mean())), "bootstrap over exhibits"
    return {
        "value": round(count / total, 4), "count": count, "n": total, "exhibits": n_exhibits,
        "interval_95": [round(x, 4) for x in interval], "interval": kind,
    }  # fmt: skip


def expected_calibration_error(confidence: Floats, correct: npt.NDArray[np.bool_], bins: int = 15) -> float:
    """ECE with equal-width bins (Naeini et al. 2015; Guo et al. 2017): mean gap of confidence and accuracy."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = 0.0
    for b in range(bins):
        mask = which == b
        if mask.any():
            gap += mask.mean() * abs(float(confidence[mask].mean()) - float(correct[mask].mean()))
    return gap
