"""Fit temperature and thresholds on calibration rows, with finite-sample guarantees.

Sources: Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (temperature). Angelopoulos, Bates, Fisch,
Lei, Schuster, Conformal Risk Control, ICLR 2024 (risk bounds). Sadinle, Lei, Wasserman, Least Ambiguous Set-Valued
Classifiers, JASA 2019 (prediction sets). Vovk, Conditional Validity of Inductive Conformal Predictors, ACML 2012
(bounds within each origin).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from model.calibration import OutOfDistribution, Threshold, Thresholds, leading, leading_harmless, softmax
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.strangeness import Score

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

    def shared(self, sets: int) -> Levels:
        """Each set's part of the levels whose errors add up over sets of leaves."""
        return replace(
            self, miss=self.miss / sets, false_flag=self.false_flag / sets, false_tiger=self.false_tiger / sets
        )


def fit_temperature(logits: Floats, truth: npt.NDArray[np.int64], groups: Sequence[str] | None = None) -> float:
    """Temperature with the lowest negative log-likelihood, between 0.2 and 5; each group (origin) weighs the same."""
    weight = _group_weights(groups or ["all"] * len(truth))

    def loss(log_temperature: float) -> float:
        p = softmax(logits, float(np.exp(log_temperature)))
        return float(-weight @ np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-12)))

    result = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5.0)), method="bounded")
    return float(np.exp(result.x))


def _group_weights(groups: Sequence[str]) -> Floats:
    names, index, counts = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    weights: Floats = 1 / (counts[index] * len(names))
    return weights


def worst_per_exhibit(values: Floats, exhibits: Sequence[str], *, largest: bool) -> Floats:
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
            f"{n} calibration exhibits are too few for an error level of {100 * alpha:g} %: at least "
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
    groups: Sequence[str] | None = None,
    members: npt.NDArray[np.bool_] | None = None,
) -> Thresholds:
    """All thresholds of the decision rule, or those for answers that some of the leaves lead.

    Args:
        probabilities: (rows, leaves) calibrated.
        truth: (rows,) index of the true leaf.
        exhibits: (rows,) exhibit of each row.
        leaves: leaf ids in column order.
        taxonomy: identities.
        rows: which rows these are, in words, for the bundle.
        levels: error levels.
        groups: (rows,) origin of each row. Misses and prediction sets are bounded within each group (group-conditional
            conformal prediction, Vovk 2012), not only on average over them: the safest limit of all groups is taken.
            False flags are bounded over all rows together: a picture's origin is not known in use.
        members: (leaves,) which leaves the thresholds are for. A row counts against a limit only if one of these leads
            the answer that the limit guards, so bounds for several sets of leaves add up (give each its part of the
            levels); prediction sets are fitted on rows of these leaves alone. Default: all leaves.

    Raises:
        TrainingError: a group has too few exhibits for a level.
    """
    levels = levels or Levels()
    origin = np.asarray(groups if groups is not None else ["all"] * len(truth))
    whole = np.full(len(truth), "all")
    member = np.ones(len(leaves), dtype=np.bool_) if members is None else members
    identity = [taxonomy.leaf(leaf).identity for leaf in leaves]
    of_truth = np.asarray(identity)[truth]
    tiger, protected = (probabilities[:, np.isin(identity, list(codes))].sum(axis=1) for codes in ("T", "TP"))
    is_protected = np.isin(of_truth, ("T", "P"))
    own = probabilities[np.arange(len(truth)), truth]

    def led(columns: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return (columns >= 0) & member[columns]

    # An answer that leaves of another set lead can neither be a miss nor a false flag of this set.
    held = np.where(led(leading_harmless(probabilities, identity)), protected, 1.0)
    flagged = np.where(led(leading(probabilities, identity, "TP")), protected, 0.0)
    named = np.where(led(leading(probabilities, identity, "T")), tiger, 0.0)
    release, n_release = bound(held, is_protected, exhibits, origin, levels.miss, largest=False)
    flag, n_flag = bound(flagged, ~is_protected, exhibits, whole, levels.false_flag, largest=True)
    tiger_limit, n_tiger = bound(named, of_truth != "T", exhibits, whole, levels.false_tiger, largest=True)
    in_set, n_set = bound(own, member[truth], exhibits, origin, levels.set_miss, largest=False)
    # Capping keeps the guarantee (fewer are let go) and never lets go what is more likely protected than not.
    release = min(release, 0.5)
    # A flag below the release limit would be no flag; a tiger limit below one half would name the less likely.
    flag = max(flag, release, 0.5)
    via = "" if members is None else " by way of the leaves these limits are for"
    return Thresholds(
        release=_threshold(release, levels.miss, n_release, rows, f"protected and answered F or N{via}"),
        flag=_threshold(flag, levels.false_flag, n_flag, rows, f"unprotected and flagged T or P{via}"),
        tiger=_threshold(max(tiger_limit, 0.5), levels.false_tiger, n_tiger, rows, f"not tiger and answered T{via}"),
        prediction_set=_threshold(in_set, levels.set_miss, n_set, rows, "missing their true leaf in the set"),
    )


def bound(
    values: Floats,
    mask: npt.NDArray[np.bool_],
    exhibits: Sequence[str],
    groups: npt.NDArray[np.str_],
    alpha: float,
    *,
    largest: bool,
) -> tuple[float, dict[str, int]]:
    """The safest limit of all groups for ``values`` (rows,) where ``mask``, and each group's number of exhibits.

    With ``largest``, at most ``alpha`` of new exhibits reach the limit; without, at most ``alpha`` fall under it.

    Raises:
        TrainingError: a group has too few exhibits for ``alpha``.
    """
    limits, counts = [], {}
    for group in sorted(set(groups[mask].tolist())):
        kept = mask & (groups == group)
        chosen = [exhibits[i] for i in np.flatnonzero(kept)]
        worst = worst_per_exhibit(values[kept], chosen, largest=largest)
        counts[group] = len(worst)
        try:
            limits.append(lowest_safe(worst, alpha) if largest else highest_safe(worst, alpha))
        except TrainingError as error:
            raise TrainingError(f"origin {group!r}: {error}; add exhibits to the calibration split") from error
    return (max if largest else min)(limits), counts


def _threshold(value: float, alpha: float, counts: dict[str, int], rows: str, event: str) -> Threshold:
    listed = " and of these ".join(f"{n} of origin {name}" if name != "all" else str(n) for name, n in counts.items())
    return Threshold(
        value=value,
        alpha=alpha,
        n=sum(counts.values()),
        method="conformal risk control, one value an exhibit (its worst photo)"
        + (", within each origin" if len(counts) > 1 else ""),
        rows=rows,
        statement=f"Among new exhibits exchangeable with these {listed}, at most {100 * alpha:g} % on average are "
        f"{event}.",
    )


def fit_out_of_distribution(
    score: Score, scores: Floats, exhibits: list[str], rows: str, alpha: float, groups: Sequence[str] | None = None
) -> OutOfDistribution:
    """Limit of a chosen score above which at most ``alpha`` of known exhibits fall, within each origin.

    ``scores`` is (rows,) on calibration rows.
    """
    origin = np.asarray(groups if groups is not None else ["all"] * len(scores))
    limit, counts = bound(scores, np.ones(len(scores), dtype=np.bool_), exhibits, origin, alpha, largest=True)
    return OutOfDistribution(
        method=score.method,
        parameters=score.parameters,
        threshold=_threshold(limit, alpha, counts, rows, "called unfamiliar"),
    )
