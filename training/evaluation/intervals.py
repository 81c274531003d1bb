"""Figures with counts and intervals. Every interval resamples exhibits, not photos, in one matrix product.

Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13 (percentile interval); exhibits are the unit
because photos of one exhibit are not independent (Field and Welsh, *Bootstrapping clustered data*, JRSS B 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: A figure as it stands in metrics.json: value, count (of a share), n, exhibits, interval_95, and the interval's kind.
Figure = dict[str, Any]
DRAWS = 2000
BOOTSTRAP, EXACT = "bootstrap over exhibits", "Clopper-Pearson over exhibits"


@lru_cache(maxsize=24)
def weights(exhibits: int, draws: int = DRAWS, seed: int = 0) -> npt.NDArray[np.float32]:
    """How often each exhibit comes up in each draw: (draws, exhibits), each row summing to ``exhibits``."""
    random = np.random.default_rng([seed, exhibits])
    drawn = random.integers(0, exhibits, (draws, exhibits)) + exhibits * np.arange(draws)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=draws * exhibits).reshape(draws, exhibits).astype(np.float32)
    counts.setflags(write=False)
    return counts


def numbered(exhibits: Sequence[str]) -> tuple[npt.NDArray[np.int64], int]:
    """Exhibits as numbers (N,) and how many different ones there are."""
    if not len(exhibits):
        return np.zeros(0, np.int64), 0
    _, number = np.unique(np.asarray(exhibits, dtype=str), return_inverse=True)
    return number, int(number.max()) + 1


def exhibit_sums(values: npt.ArrayLike, exhibits: Sequence[str]) -> Floats:
    """Sum by exhibit of (N,) or (N, K) values: (exhibits,) or (exhibits, K)."""
    number, count = numbered(exhibits)
    array = np.asarray(values, np.float64)
    sums = np.zeros((count, *array.shape[1:]))
    np.add.at(sums, number, array)
    return sums


def interval(draws: npt.ArrayLike) -> list[float]:
    """95 % percentile interval of drawn values, four decimals; empty if there are none."""
    values = np.asarray(draws, np.float64)
    values = values[np.isfinite(values)]
    return [round(float(x), 4) for x in np.percentile(values, [2.5, 97.5])] if values.size else []


def figure(value: float, draws: npt.ArrayLike, n: int, exhibits: int, **more: object) -> Figure:
    """A figure that is no share: value, n, exhibits and the interval of its draws."""
    if n == 0 or not np.isfinite(value):
        return {"value": None, "n": n, "exhibits": exhibits, "interval_95": [], "interval": "none", **more}
    return {
        "value": round(float(value), 4), "n": n, "exhibits": exhibits, "interval_95": interval(draws),
        "interval": BOOTSTRAP, **more,
    }  # fmt: skip


def share(hits: npt.ArrayLike, exhibits: Sequence[str], draws: int = DRAWS) -> Figure:
    """A share of N pictures with counts and a 95 % interval.

    At 0 or 1 the bootstrap has no width, so there (and only there) the exact Clopper-Pearson interval is given
    instead, with exhibits as trials.
    """
    found = np.asarray(hits, dtype=bool)
    count, total = int(found.sum()), len(found)
    if total == 0:
        return {"value": None, "count": 0, "n": 0, "exhibits": 0, "interval_95": [], "interval": "none"}
    sums = exhibit_sums(np.stack([found, np.ones(total)], axis=1), exhibits)
    trials = len(sums)
    if count in (0, total):
        low = 0.0 if count == 0 else float(beta.ppf(0.025, trials, 1))
        high = 1.0 if count == total else float(beta.ppf(0.975, 1, trials))
        limits, kind = [round(low, 4), round(high, 4)], EXACT
    else:
        drawn = weights(trials, draws) @ sums
        limits, kind = interval(drawn[:, 0] / drawn[:, 1]), BOOTSTRAP
    return {
        "value": round(count / total, 4), "count": count, "n": total, "exhibits": trials, "interval_95": limits,
        "interval": kind,
    }  # fmt: skip


def mean(values: npt.ArrayLike, exhibits: Sequence[str], draws: int = DRAWS) -> Figure:
    """Mean of N values with an interval."""
    array = np.asarray(values, np.float64)
    if not len(array):
        return figure(float("nan"), [], 0, 0)
    sums = exhibit_sums(np.stack([array, np.ones(len(array))], axis=1), exhibits)
    drawn = weights(len(sums), draws) @ sums
    return figure(float(array.mean()), drawn[:, 0] / drawn[:, 1], len(array), len(sums))


def ratio(top: npt.ArrayLike, bottom: npt.ArrayLike, exhibits: Sequence[str], draws: int = DRAWS) -> Figure:
    """Ratio of two sums over the same N pictures, drawn together, so that what both share cancels out."""
    pair = np.stack([np.asarray(top, np.float64), np.asarray(bottom, np.float64)], axis=1)
    if not len(pair) or not pair[:, 1].sum():
        return figure(float("nan"), [], len(pair), len(set(exhibits)))
    sums = exhibit_sums(pair, exhibits)
    drawn = weights(len(sums), draws) @ sums
    with np.errstate(divide="ignore", invalid="ignore"):
        values = drawn[:, 0] / drawn[:, 1]
    return figure(float(pair[:, 0].sum() / pair[:, 1].sum()), values, len(pair), len(sums))


def exhibit_bootstrap(
    exhibits: Sequence[str], statistic: Callable[[npt.NDArray[np.int64]], float], seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """95 % percentile interval of ``statistic(row indices)`` for what is not a sum; one call a draw, so slow."""
    number, count = numbered(exhibits)
    times, rows = weights(count, draws, seed).astype(int), np.arange(len(number))
    values = [statistic(np.repeat(rows, row[number])) for row in times]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
