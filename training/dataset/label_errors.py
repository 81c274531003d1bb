"""Suspected label errors by confident learning over out-of-fold predictions.

Northcutt, Jiang, Chuang, *Confident Learning: Estimating Uncertainty in Dataset Labels*, JAIR 70 (2021): a photo is
suspect if a class other than its label reaches that class's own average confidence and is the most probable of those.
Predictions come from a linear classifier on embeddings of a network that never saw the labels, fitted on other
exhibits only, so a photo cannot vouch for its own label or for its near-duplicates'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class Suspect:
    """A photo whose label is doubted: its position, what it looks like, and by how much (0 to 1)."""

    position: int
    label: str
    looks_like: str
    margin: float


def suspects(
    embeddings: npt.NDArray[np.float32], labels: Sequence[str], exhibits: Sequence[str], folds: int = 5, seed: int = 0
) -> list[Suspect]:
    """Photos with doubtful labels, the most doubtful first.

    Args:
        embeddings: (photos, channels).
        labels: label of each photo.
        exhibits: exhibit of each photo; one exhibit is never on both sides of a fold.
        folds: number of folds; labels with fewer exhibits than this are left out.
        seed: of the folds.
    """
    names = np.asarray(labels)
    groups = np.asarray(exhibits)
    enough = [label for label in sorted(set(labels)) if len(set(groups[names == label].tolist())) >= folds]
    chosen = np.flatnonzero(np.isin(names, enough))
    if len(enough) < 2:
        return []
    # Regularised in proportion to the number of channels: with 1,280 of them a few hundred photos separate anything.
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=10 / embeddings.shape[1], max_iter=500))
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    probabilities = cross_val_predict(
        classifier, embeddings[chosen], names[chosen], groups=groups[chosen], cv=split, method="predict_proba"
    )
    given = np.searchsorted(enough, names[chosen])
    average = np.asarray([probabilities[given == k, k].mean() for k in range(len(enough))])
    confident = np.where(probabilities >= average, probabilities, -1.0)
    best = confident.argmax(axis=1)
    doubtful = (confident.max(axis=1) > 0) & (best != given)
    own = probabilities[np.arange(len(given)), given]
    found = [
        Suspect(int(chosen[k]), enough[given[k]], enough[best[k]], float(probabilities[k, best[k]] - own[k]))
        for k in np.flatnonzero(doubtful)
    ]
    return sorted(found, key=lambda one: -one.margin)
