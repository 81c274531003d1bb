"""Whether trainees are as right as they are sure.

Only answers that named a leaf count: "cannot tell" claims nothing that could be right.

What five steps can show: whether answers given with more confidence are right more often (resolution, gamma), because
that needs only the order of the steps. What they cannot show without an assumption: whether a trainee is too sure,
because the steps are words, not probabilities. Over-confidence below stands on :func:`scale`, which spaces the steps
evenly from chance to certainty; a change between before and after means more than its level. Steps with few answers say
little: mind their intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from serve.exercise.model import CONFIDENCE
from serve.exercise.statistics.figure import Figure, Reason, Unit, bounded, share, undefined
from serve.exercise.statistics.resample import Resampling, Weights, ends, weights_of
from serve.exercise.statistics.signal import widened
from serve.exercise.statistics.table import FloatArray, Table


@dataclass(frozen=True)
class Step:
    """Answers of one step of confidence: the probability it is taken for, and the share that was right."""

    confidence: int
    claimed: float
    right: Figure


@dataclass(frozen=True)
class Confidence:
    """Calibration and resolution.

    Attributes:
        steps: one entry a step, lowest first.
        overconfidence: mean claimed probability minus share right (Lichtenstein, Fischhoff and Phillips 1982); above 0
            is too sure.
        gamma: Goodman and Kruskal's gamma (1954) of confidence and being right: of pairs of a right and a wrong answer
            on different steps, the share in which the right one was surer minus the share in which the wrong one was; 1
            at best, 0 if confidence says nothing (Nelson 1984). One trainee's interval from 20 things covers 91 to 93
            %.
        reliability: Murphy's (1973) mean squared gap of claimed probability and share right over the steps; 0 at best.
        resolution: Murphy's mean squared gap of the steps' shares right and the overall share; 0 if confidence says
            nothing, at most ``uncertainty``. Chance alone lifts it above 0, and resampling lifts it again, so it has no
            interval: gamma's tells whether confidence says anything.
        uncertainty: share right times share wrong.
        cannot_tell: answers left out because they named nothing.
    """

    steps: tuple[Step, ...]
    overconfidence: Figure
    gamma: Figure
    reliability: float | None
    resolution: float | None
    uncertainty: float | None
    cannot_tell: int


def scale(options: int) -> FloatArray:
    """Probability each of the five steps is taken for.

    The lowest step is called a guess and the highest certainty, so they are 1/options and 1, with ``options`` the
    number of leaves to choose from; the others lie evenly between, as nothing says otherwise.

    Raises:
        ValueError: fewer than two options.
    """
    if options < 2:
        raise ValueError(f"expected at least 2 leaves to choose from, got {options}")
    return np.linspace(1 / options, 1.0, len(CONFIDENCE))


def overconfidence_of(counts: FloatArray, claimed: FloatArray) -> FloatArray:
    """Mean claimed minus share right; ``counts`` is … × 5 × 2 answers by step and by wrong, right."""
    gap = (counts.sum(axis=-1) * claimed).sum(axis=-1) - counts[..., 1].sum(axis=-1)
    return _divide(gap, counts.sum(axis=(-1, -2)))


def gamma_of(counts: FloatArray) -> FloatArray:
    """(concordant - discordant) / (concordant + discordant) pairs; NaN where all pairs are tied."""
    wrong, right = counts[..., 0], counts[..., 1]
    wrong_below = np.cumsum(wrong, axis=-1) - wrong
    right_below = np.cumsum(right, axis=-1) - right
    with_, against = (right * wrong_below).sum(axis=-1), (wrong * right_below).sum(axis=-1)
    return _divide(with_ - against, with_ + against)


def murphy_of(counts: FloatArray, claimed: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Reliability, resolution and uncertainty; their (first - second + third) is the Brier score."""
    steps, n = counts.sum(axis=-1), counts.sum(axis=(-1, -2))
    right, overall = counts[..., 1], _divide(counts[..., 1].sum(axis=-1), n)
    shares = np.divide(right, steps, out=np.zeros_like(right), where=steps > 0)
    reliability = _divide((steps * (claimed - shares) ** 2).sum(axis=-1), n)
    resolution = _divide((steps * (shares - overall[..., None]) ** 2).sum(axis=-1), n)
    return reliability, resolution, overall * (1 - overall)


def _divide(above: FloatArray, below: FloatArray) -> FloatArray:
    above = np.asarray(above, dtype=float)
    ratio: FloatArray = np.divide(above, below, out=np.full_like(above, np.nan), where=np.asarray(below) > 0)
    return ratio


def _resampled(table: Table, resampling: Resampling, weights: Weights | None) -> tuple[FloatArray, int | None]:
    """B × 5 × 2 counts, and from how many they were drawn. Of one trainee, the answers themselves are drawn."""
    cells = (table.confidence - 1) * 2 + table.right
    if len(np.unique(table.trainee)) < 2:
        rng, n = resampling.generator(), len(table)
        probabilities = np.bincount(cells, minlength=10) / n
        return rng.multinomial(n, probabilities, size=resampling.resamples).reshape(-1, 5, 2).astype(float), n
    weights = weights or weights_of(table, resampling)
    counts = [weights.total(table, (cells == cell).astype(float)) for cell in range(10)]
    return np.stack(counts, axis=-1).reshape(-1, 5, 2), weights.drawn_from


def confidence(
    table: Table, options: int, resampling: Resampling | None = None, weights: Weights | None = None
) -> Confidence:
    """Calibration of a class's or one trainee's confidence; ``options`` leaves could be chosen from.

    ``weights`` must have been drawn for the same trainees and things. Intervals are expanded percentiles; for steps
    never narrower than Wilson's.
    """
    claimed, left_out = scale(options), int((~table.named).sum())
    table = table.where(table.named)
    n = len(table)
    if not n:
        none = undefined(Reason.NO_ANSWERS)
        steps = tuple(Step(one, float(claimed[one - 1]), none) for one in CONFIDENCE)
        return Confidence(steps, none, none, None, None, None, left_out)
    cells = np.bincount((table.confidence - 1) * 2 + table.right, minlength=10).reshape(5, 2).astype(float)
    resampled, drawn_from = _resampled(table, resampling or Resampling(), weights)

    def spanned(value: FloatArray, values: FloatArray) -> Figure:
        return bounded(float(value), *ends(values, drawn_from), n, Unit.ANSWERS)

    def step(index: int) -> Figure:
        figure = share(int(cells[index, 1]), int(cells[index].sum()))
        values = _divide(resampled[:, index, 1], resampled[:, index].sum(axis=-1))
        return widened(figure, values, drawn_from) if len(np.unique(table.trainee)) > 1 else figure

    gamma = gamma_of(cells)
    reliability, resolution, uncertainty = murphy_of(cells, claimed)
    return Confidence(
        steps=tuple(Step(one, float(claimed[one - 1]), step(one - 1)) for one in CONFIDENCE),
        overconfidence=spanned(overconfidence_of(cells, claimed), overconfidence_of(resampled, claimed)),
        gamma=undefined(Reason.NO_UNTIED, n) if np.isnan(gamma) else spanned(gamma, gamma_of(resampled)),
        reliability=float(reliability),
        resolution=float(resolution),
        uncertainty=float(uncertainty),
        cannot_tell=left_out,
    )
