"""Ranking and calibration: AUROC, risk against coverage, expected calibration error, each with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation.intervals import (
    DRAWS,
    Bools,
    Figure,
    Floats,
    exhibit_sums,
    figure,
    interval,
    numbered,
    weights,
)

#: Draws for figures that need every picture's place in a ranking: their matrices are (draws, pictures).
RANK_DRAWS = 1000
BINS = 15
#: Draws of what a perfectly calibrated model would show.
PERFECT_DRAWS = 1000


def _row_weights(exhibits: Sequence[str], order: npt.NDArray[np.int64], draws: int) -> npt.NDArray[np.float32]:
    """(1 + draws, N) weights of pictures in ``order``; row 0 is the sample itself."""
    number, count = numbered(exhibits)
    drawn = weights(count, draws)[:, number[order]]
    return np.concatenate([np.ones((1, len(order)), np.float32), drawn])


def auroc(scores: npt.ArrayLike, positive: npt.ArrayLike, exhibits: Sequence[str], draws: int = RANK_DRAWS) -> Figure:
    """Chance that a positive picture scores above a negative one; ties count half (Hanley and McNeil 1982).

    ``n`` counts all pictures, ``positives`` those of the class. Without both kinds there is no value.
    """
    values, truth = np.asarray(scores, np.float64), np.asarray(positive, dtype=bool)
    counts = {"positives": int(truth.sum())}
    if truth.all() or not truth.any():
        return figure(float("nan"), [], len(truth), len(set(exhibits)), **counts)
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    w = _row_weights(exhibits, order, draws)
    above = np.add.reduceat(w * truth[order], starts, axis=1, dtype=np.float64)
    below = np.add.reduceat(w * ~truth[order], starts, axis=1, dtype=np.float64)
    wins = (above * (np.cumsum(below, axis=1) - below / 2)).sum(axis=1)
    pairs = above.sum(axis=1) * below.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = wins / pairs
    return figure(float(drawn[0]), drawn[1:], len(truth), len(set(exhibits)), **counts)


def false_positive_rate(
    scores: npt.ArrayLike, positive: npt.ArrayLike, exhibits: Sequence[str], at: float = 0.95, draws: int = RANK_DRAWS
) -> Figure:
    """Share of negative pictures above the highest limit that keeps ``at`` of the positive ones (FPR at 95 % TPR)."""
    values, truth = np.asarray(scores, np.float64), np.asarray(positive, dtype=bool)
    if truth.all() or not truth.any():
        return figure(float("nan"), [], len(truth), len(set(exhibits)))
    order = np.argsort(-values, kind="stable")
    w = _row_weights(exhibits, order, draws)
    kept, let_in = (np.cumsum(w * mask[order], axis=1, dtype=np.float64) for mask in (truth, ~truth))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = kept / kept[:, -1:]
        place = (rate >= at - 1e-9).argmax(axis=1)
        drawn = let_in[np.arange(len(w)), place] / let_in[:, -1]
    return figure(float(drawn[0]), drawn[1:], len(truth), len(set(exhibits)))


def expected_calibration_error(confidence: Floats, correct: Bools, bins: int = BINS) -> float:
    """Mean gap of confidence and accuracy over equal-width bins (Naeini et al., AAAI 2015; Guo et al., ICML 2017)."""
    sums = _bin_sums(confidence, correct, bins).sum(axis=0)
    return float(np.abs(sums[1] - sums[2]).sum() / max(sums[0].sum(), 1))


def error_if_calibrated(confidence: Floats, bins: int = BINS, draws: int = PERFECT_DRAWS) -> tuple[float, list[float]]:
    """What ECE a perfectly calibrated model with these confidences would show: mean, and the middle 95 %.

    Whether each picture is right is drawn by its confidence (consistency resampling: Bröcker and Smith, Increasing the
    Reliability of Reliability Diagrams, Weather and Forecasting 2007). Few pictures give an ECE by chance alone, so a
    measured one says something only beside this.
    """
    random = np.random.default_rng(0)
    p = np.asarray(confidence, np.float64)
    errors = [expected_calibration_error(p, random.random(len(p)) < p, bins) for _ in range(draws)]
    return float(np.mean(errors)), interval(errors)


def _bin_sums(confidence: Floats, correct: Bools, bins: int) -> Floats:
    """(N, 3, bins): one, the confidence and whether correct, each in the picture's bin."""
    which = np.clip((np.asarray(confidence) * bins).astype(int), 0, bins - 1)
    table = np.zeros((len(which), 3, bins))
    rows = np.arange(len(which))
    table[rows, 0, which] = 1
    table[rows, 1, which] = confidence
    table[rows, 2, which] = correct
    return table


def calibration(confidence: Floats, correct: Bools, exhibits: Sequence[str], draws: int = DRAWS) -> dict[str, Any]:
    """ECE with its interval, and the reliability diagram's bins."""
    n = len(confidence)
    if n == 0:
        return {"ece": figure(float("nan"), [], 0, 0), "bins": []}
    by_exhibit = exhibit_sums(_bin_sums(confidence, correct, BINS), exhibits)
    count = len(by_exhibit)
    drawn = (weights(count, draws) @ by_exhibit.reshape(count, -1)).reshape(draws, 3, BINS)
    errors = np.abs(drawn[:, 1] - drawn[:, 2]).sum(axis=1) / drawn[:, 0].sum(axis=1)
    total = by_exhibit.sum(axis=0)
    bins = []
    for b in np.flatnonzero(total[0]):
        with np.errstate(divide="ignore", invalid="ignore"):
            limits = interval(drawn[:, 2, b] / drawn[:, 0, b])
        bins.append(
            {
                "from": round(b / BINS, 4), "to": round((b + 1) / BINS, 4), "n": int(total[0, b]),
                "confidence": round(total[1, b] / total[0, b], 4), "accuracy": round(total[2, b] / total[0, b], 4),
                "interval_95": limits,
            }
        )  # fmt: skip
    chance, chance_95 = error_if_calibrated(confidence)
    ece = figure(
        float(np.abs(total[1] - total[2]).sum() / n), errors, n, count, note="biased upwards for small n",
        if_calibrated=round(chance, 4), if_calibrated_95=chance_95,
    )  # fmt: skip
    return {"ece": ece, "bins": bins}


def risk_coverage(
    confidence: Floats, correct: Bools, exhibits: Sequence[str], draws: int = RANK_DRAWS, points: int = 20
) -> dict[str, Any]:
    """Error among the most confident share of pictures, for every share, and the area under that curve (AURC).

    Geifman and El-Yaniv, *Selective Classification for Deep Neural Networks*, NeurIPS 2017; Geifman, Uziel and
    El-Yaniv, ICLR 2019 (area). ``curve`` holds coverage, risk and its interval.
    """
    n = len(confidence)
    if n == 0:
        return {"aurc": figure(float("nan"), [], 0, 0), "curve": []}
    order = np.argsort(-np.asarray(confidence), kind="stable")
    w = _row_weights(exhibits, order, draws)
    seen = np.cumsum(w, axis=1, dtype=np.float64)
    wrong = np.cumsum(w * ~np.asarray(correct, dtype=bool)[order], axis=1, dtype=np.float64)
    risk = wrong / np.maximum(seen, 1e-9)
    areas = (risk * w).sum(axis=1) / seen[:, -1]
    curve = []
    for coverage in np.linspace(1 / points, 1, points):
        place = (seen >= coverage * seen[:, -1:] - 1e-6).argmax(axis=1)
        values = risk[np.arange(len(w)), place]
        curve.append(
            {"coverage": round(float(coverage), 4), "risk": round(float(values[0]), 4),
             "interval_95": interval(values[1:])}
        )  # fmt: skip
    return {"aurc": figure(float(areas[0]), areas[1:], n, len(set(exhibits))), "curve": curve}
