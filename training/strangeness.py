"""Fit every out-of-distribution score on training pictures and choose the one that tells known from unknown best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from model.out_of_distribution import METHODS, Method, strangeness
from training.outputs import Outputs

Arrays = dict[str, npt.NDArray[Any]]

#: What is tried, as in the papers' own comparisons: ASH and SCALE by percentile, ViM by kept dimensions, kNN by k.
PERCENTILES = (65.0, 80.0, 90.0)
DIMENSIONS = (128, 256, 512)
NEIGHBOURS = (1, 10, 50)
#: Known embeddings that travel with the bundle for kNN: 1,000 of 1,280 channels as half floats are 2.5 MB.
KNOWN = 1000


@dataclass(frozen=True)
class Score:
    """A fitted score. ``setting`` is what was tried, ``parameters`` and ``reference`` what goes into the bundle."""

    method: Method
    setting: str
    parameters: dict[str, float]
    reference: Arrays

    def __call__(self, outputs: Outputs) -> npt.NDArray[np.float64]:
        """Strangeness (N,) of N cases."""
        return strangeness(self.method, self.parameters, self.reference, outputs.logits, outputs.embedding)


@dataclass(frozen=True)
class Trial:
    """How well one score told known from unknown pictures of the choice set, by origin of the known ones."""

    method: str
    setting: str
    auroc: dict[str, float]

    @property
    def mean(self) -> float:
        """Mean AUROC over origins, so that many renders do not outvote photos."""
        return float(np.mean(list(self.auroc.values())))


def fit_scores(train: Outputs, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> list[Score]:
    """All methods in all settings.

    Args:
        train: outputs on training pictures.
        weight: (leaves, C) of the classifier.
        bias: (leaves,) of the classifier.
    """
    head: Arrays = {"weight": weight.astype(np.float32), "bias": bias.astype(np.float32)}
    scores = []
    for method in METHODS:
        if method == "energy":
            scores.append(Score(method, "", {}, {}))
        elif method in ("ash", "scale"):
            scores += [Score(method, f"percentile {p:g}", {"percentile": p}, head) for p in PERCENTILES]
        elif method == "vim":
            scores += [_vim(train, head, kept) for kept in DIMENSIONS if kept < train.embedding.shape[1]]
        else:
            known = _known(train)
            scores += [Score(method, f"k = {k}", {"k": float(k)}, {"known": known}) for k in NEIGHBOURS]
    return scores


def choose_score(scores: list[Score], known: Outputs, unknown: Outputs) -> tuple[Score, list[Trial]]:
    """The score with the highest mean AUROC over the origins of ``known``, and what each one reached.

    Raises:
        ValueError: there is nothing known or nothing unknown.
    """
    if not known.cases or not unknown.cases:
        raise ValueError("known and unknown pictures are both needed to choose a score")
    origins = np.asarray([case.origin for case in known.cases])
    trials = []
    for score in scores:
        ours, theirs = score(known), score(unknown)
        auroc = {}
        for origin in sorted(set(origins.tolist())):
            values = np.concatenate([ours[origins == origin], theirs])
            labels = np.concatenate([np.zeros(int((origins == origin).sum())), np.ones(len(theirs))])
            auroc[origin] = float(roc_auc_score(labels, values))
        trials.append(Trial(score.method, score.setting, auroc))
    best = max(range(len(trials)), key=lambda i: trials[i].mean)
    return scores[best], trials


def _vim(train: Outputs, head: Mapping[str, npt.NDArray[Any]], kept: int) -> Score:
    z = train.embedding.astype(np.float64)
    # The point where all logits are zero is the origin of the subspace (ViM, section 4.1).
    origin = -np.linalg.pinv(head["weight"].astype(np.float64)) @ head["bias"]
    centred = z - origin
    _, vectors = np.linalg.eigh(centred.T @ centred / len(z))
    residual = vectors[:, : z.shape[1] - kept]  # eigh sorts upwards: the weakest directions come first
    alpha = float(train.logits.max(axis=1).mean() / np.linalg.norm(centred @ residual, axis=1).mean())
    # Rounded here, so that the score that is chosen is the one that is shipped.
    arrays = {"origin": origin.astype(np.float32), "residual": residual.astype(np.float16)}
    return Score("vim", f"{kept} dimensions", {"alpha": alpha}, arrays)


def _known(train: Outputs) -> npt.NDArray[np.float16]:
    """Normalised embeddings, the same number for each leaf and origin as far as there are any."""
    groups: dict[tuple[str | None, str], list[int]] = {}
    for index, case in enumerate(train.cases):
        groups.setdefault((case.leaf, case.origin), []).append(index)
    random = np.random.default_rng(0)
    each = max(1, KNOWN // len(groups))
    chosen = [i for members in groups.values() for i in random.permutation(members)[:each].tolist()]
    z = train.embedding[sorted(chosen)].astype(np.float64)
    return (z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-12)).astype(np.float16)
