"""Fit temperature and thresholds on calibration rows, with finite-sample guarantees.

Sources: Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (temperature). Angelopoulos, Bates, Fisch,
Lei, Schuster, Conformal Risk Control, ICLR 2024 (risk bounds). Sadinle, Lei, Wasserman, Least Ambiguous Set-Valued
Classifiers, JASA 2019 (prediction sets).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from model.calibration import OutOfDistribution, Threshold, Thresholds, softmax
from model.out_of_distribution import strangeness
from model.taxonomy import Taxonomy
from training.errors import TrainingError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """Error levels asked for: shares of exhibits like the calibration rows.

    ``miss``: protected things answered F or N. ``false_flag``: unprotected things flagged T or P. ``false_tiger``:
    things other than tiger answered T. ``set_miss``: prediction sets without the true leaf. ``unfamiliar``: known
    things called unfamiliar.
    """

    miss: float = 0.05
    false_flag: float = 0.02
    false_tiger: float = 0.01
    set_miss: float = 0.05
    unfamiliar: float = 0.05


def fit_temperature(logits: Floats, truth: npt.NDArray[np.int64]) -> float:
    """Temperature with the lowest negative log-likelihood, between 0.2 and 5."""

    def loss(log_temperature: float) -> float:
        p = softmax(logits, float(np.exp(log_temperature)))
        return float(-np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-12)).mean())

    result = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5.0)), method="bounded")
    return float(np.exp(result.x))


def worst_per_exhibit(values: Floats, exhibits: list[str], *, largest: bool) -> Floats:
    """One value an exhibit, the worst of its photos: photos of one exhibit are not independent draws."""
    worst: dict[str, float] = {}
    for value, exhibit in zip(values.tolist(), exhibits, strict=True):
        known = worst.get(exhibit)
        worst[exhibit] = value if known is None else (max(known, value) if largest else min(known, value))
    return np.asarray(list(worst.values()), dtype=np.float64)


def highest_safe(values: Floats, alpha: float) -> float:
    """Largest t with (count of values < t, plus 1) / (n + 1) ≤ alpha.

    The loss "value < t" grows with t, so this is conformal risk control for a 0/1 loss: for a new exchangeable
    exhibit, P(value < t) ≤ alpha.

    Raises:
        TrainingError: n is too small for any guarantee at this level (n + 1 < 1 / alpha).
    """
    n = len(values)
    allowed = int(np.floor(alpha * (n + 1))) - 1
    if allowed < 0:
        raise TrainingError(
            f"{n} calibration exhibits are too few for an error level of {alpha:.0%}: at least "
            f"{int(np.ceil(1 / alpha)) - 1} are needed"
        )
    return float(np.sort(values)[allowed])


def lowest_safe(values: Floats, alpha: float) -> float:
    """Smallest t with (count of values ≥ t, plus 1) / (n + 1) ≤ alpha: then P(value ≥ t) ≤ alpha. See above."""
    return float(np.nextafter(-highest_safe(-values, alpha), np.inf))


def fit_thresholds(
    probabilities: Floats,
    truth: npt.NDArray[np.int64],
    exhibits: list[str],
    leaves: tuple[str, ...],
    taxonomy: Taxonomy,
    rows: str,
    levels: Levels | None = None,
) -> Thresholds:
    """All thresholds of the decision rule.

    Args:
        probabilities: (rows, leaves) calibrated.
        truth: (rows,) index of the true leaf.
        exhibits: (rows,) exhibit of each row.
        leaves: leaf ids in column order.
        taxonomy: identities.
        rows: which rows these are, in words, for the bundle.
        levels: error levels.
    """
    levels = levels or Levels()
    identity = np.asarray([taxonomy.leaf(leaf).identity for leaf in leaves])
    tiger = probabilities[:, identity == "T"].sum(axis=1)
    protected = probabilities[:, np.isin(identity, ("T", "P"))].sum(axis=1)
    is_tiger = identity[truth] == "T"
    is_protected = np.isin(identity[truth], ("T", "P"))

    def per_exhibit(values: Floats, mask: npt.NDArray[np.bool_], *, largest: bool) -> Floats:
        chosen = [exhibit for exhibit, kept in zip(exhibits, mask.tolist(), strict=True) if kept]
        return worst_per_exhibit(values[mask], chosen, largest=largest)

    misses = per_exhibit(protected, is_protected, largest=False)
    flags = per_exhibit(protected, ~is_protected, largest=True)
    tigers = per_exhibit(tiger, ~is_tiger, largest=True)
    true_leaf = per_exhibit(
        probabilities[np.arange(len(truth)), truth], np.ones(len(truth), dtype=np.bool_), largest=False
    )
    # Capping keeps the guarantee (fewer are let go) and never lets go what is more likely protected than not.
    release = min(highest_safe(misses, levels.miss), 0.5)
    # A flag below the release limit would be no flag; a tiger limit below one half would name the less likely.
    flag = max(lowest_safe(flags, levels.false_flag), release, 0.5)
    tiger_limit = max(lowest_safe(tigers, levels.false_tiger), 0.5)

    def threshold(value: float, alpha: float, n: int, event: str) -> Threshold:
        return Threshold(
            value=value,
            alpha=alpha,
            n=n,
            method="conformal risk control, one value an exhibit (its worst photo)",
            rows=rows,
            statement=f"Among new exhibits exchangeable with these {n}, at most {alpha:.0%} on average are {event}.",
        )

    return Thresholds(
        release=threshold(release, levels.miss, len(misses), "protected and answered F or N"),
        flag=threshold(flag, levels.false_flag, len(flags), "unprotected and flagged T or P through this limit"),
        tiger=threshold(tiger_limit, levels.false_tiger, len(tigers), "not tiger and answered T"),
        prediction_set=threshold(
            highest_safe(true_leaf, levels.set_miss),
            levels.set_miss,
            len(true_leaf),
            "missing their true leaf in the set",
        ),
    )


def fit_out_of_distribution(logits: Floats, exhibits: list[str], rows: str, alpha: float) -> OutOfDistribution:
    """Energy threshold above which at most ``alpha`` of known exhibits fall."""
    scores = strangeness("energy", {}, {}, logits, np.zeros((len(logits), 1)))
    worst = worst_per_exhibit(scores, exhibits, largest=True)
    return OutOfDistribution(
        method="energy",
        threshold=Threshold(
            value=lowest_safe(worst, alpha),
            alpha=alpha,
            n=len(worst),
            method="conformal quantile, one value an exhibit (its strangest photo)",
            rows=rows,
            statement=f"Among new exhibits exchangeable with these {len(worst)}, at most {alpha:.0%} on average are "
            "called unfamiliar.",
        ),
    )
