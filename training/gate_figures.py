"""The figures a release is guarded by, each as a function of weights, so that any draw of exhibits can be measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.taxonomy import Taxonomy
from training.outcomes import PictureOutcome

Floats = npt.NDArray[np.float64]
#: A figure as a function of weights (draws, pictures), which gives one value a draw.
Weighted = Callable[[Floats], float]
Prepare = Callable[[Sequence[PictureOutcome], Sequence[str]], Weighted]
_ECE_BINS = 15


@dataclass(frozen=True)
class Figure:
    """A guarded figure: of which pictures, how it is computed, and which way is better.

    ``prepare`` takes outcomes and the true identity of each (``""`` without a leaf); what it gives takes a weight each.
    """

    name: str
    keep: Callable[[PictureOutcome], bool]
    prepare: Prepare
    higher_is_better: bool


def true_identity(outcome: PictureOutcome, taxonomy: Taxonomy) -> str:
    """T, P, F or N; ``""`` for a thing without a leaf."""
    return taxonomy.leaf(outcome.leaf).identity if outcome.leaf else ""


def guarded_figures(outcomes: Sequence[PictureOutcome], taxonomy: Taxonomy) -> list[Figure]:
    """Every guarded figure that ``outcomes`` hold pictures for, photos and renders apart."""
    origins = sorted({one.origin for one in outcomes})
    return [f for origin in origins for f in _of_origin(origin, [o for o in outcomes if o.origin == origin], taxonomy)]


def _of_origin(origin: str, outcomes: Sequence[PictureOutcome], taxonomy: Taxonomy) -> list[Figure]:
    def of(*identities: str) -> Callable[[PictureOutcome], bool]:
        return lambda o: o.origin == origin and true_identity(o, taxonomy) in identities

    def of_item(item: str) -> Callable[[PictureOutcome], bool]:
        return lambda o: of("T")(o) and o.leaf is not None and taxonomy.leaf(o.leaf).item == item

    known, anything = of("T", "P", "F", "N"), of("T", "P", "F", "N", "")
    items = sorted({taxonomy.leaf(o.leaf).item for o in outcomes if o.leaf and of("T")(o)})
    figures = [
        Figure(f"tiger recall, {item}, {origin}s", of_item(item), _share(lambda o, _: o.outcome == "T"), True)
        for item in items
    ]
    figures += [
        Figure(f"protected answered F or N, {origin}s", of("T", "P"), _share(lambda o, _: o.outcome in "FN"), False),
        Figure(f"false tiger, {origin}s", of("P", "F", "N", ""), _share(lambda o, _: o.outcome == "T"), False),
        Figure(f"identity accuracy, {origin}s", known, _share(lambda o, truth: o.top == truth), True),
        Figure(f"calibration error (ECE), {origin}s", known, _calibration_error, False),
        # Answering U to more of them would make every figure of wrong answers above look better.
        Figure(f"answered, not U, {origin}s", known, _share(lambda o, _: o.outcome != "U"), True),
    ]
    if any(o.leaf is None for o in outcomes):
        figures.append(Figure(f"AUROC of known against unknown, {origin}s", anything, _auroc, True))
    return figures


def _share(hit: Callable[[PictureOutcome, str], bool]) -> Prepare:
    def prepare(outcomes: Sequence[PictureOutcome], truth: Sequence[str]) -> Weighted:
        hits = np.asarray([hit(o, t) for o, t in zip(outcomes, truth, strict=True)], dtype=np.float64)
        return lambda weights: weights @ hits / weights.sum(axis=1)

    return prepare


def _calibration_error(outcomes: Sequence[PictureOutcome], truth: Sequence[str]) -> Weighted:
    """Weighted ECE with equal-width bins (Naeini et al. 2015; Guo et al. 2017)."""
    confidence = np.asarray([o.confidence for o in outcomes])
    gap = confidence - np.asarray([o.top == t for o, t in zip(outcomes, truth, strict=True)])
    by_bin = np.zeros((len(gap), _ECE_BINS))
    by_bin[np.arange(len(gap)), np.minimum((confidence * _ECE_BINS).astype(int), _ECE_BINS - 1)] = gap
    return lambda weights: np.abs(weights @ by_bin).sum(axis=1) / weights.sum(axis=1)


def _auroc(outcomes: Sequence[PictureOutcome], truth: Sequence[str]) -> Weighted:
    """Share of (unknown, known) pairs in which the unknown thing is the stranger one; ties count half.

    The same as scikit-learn's ``roc_auc_score`` with weights, for all draws at once.
    """
    unknown = np.asarray([o.leaf is None for o in outcomes])
    score = np.asarray([o.strangeness for o in outcomes])
    strange, familiar = score[unknown][:, None], score[~unknown][None, :]
    wins = (strange > familiar) + 0.5 * (strange == familiar)

    def measure(weights: Floats) -> Floats:
        of_unknown, of_known = weights[:, unknown], weights[:, ~unknown]
        pairs = of_unknown.sum(axis=1) * of_known.sum(axis=1)
        won = ((of_unknown @ wins) * of_known).sum(axis=1)
        return np.divide(won, pairs, out=np.full(len(won), np.nan), where=pairs > 0)

    return measure
