"""How far renders are from photos of the same leaf, in the eyes of a network that never saw either as a class.

Two figures on ImageNet embeddings. The kernel distance (KID; Bińkowski et al., *Demystifying MMD GANs*, ICLR 2018) is
an unbiased squared maximum mean discrepancy with a cubic polynomial kernel, usable at small n where the Fréchet
distance is biased. The separability is the area under the ROC curve of a linear classifier told to tell renders from
photos in grouped cross-validation: 0.5 cannot, 1 always can. Photos of one leaf, halved at random, show what the
distance is where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Gap:
    """Renders against photos of one leaf.

    Attributes:
        renders, photos: pictures on either side.
        kid: squared kernel distance, with its 95 % bootstrap interval over exhibits; unbiased, so it can fall below 0.
        kid_photos: the same between two random halves of the photos.
        auroc: separability by a linear classifier.
    """

    leaf: str
    renders: int
    photos: int
    kid: float
    interval: tuple[float, float]
    kid_photos: float
    auroc: float


def gap(
    leaf: str,
    renders: Floats,
    render_exhibits: Sequence[str],
    photos: Floats,
    photo_exhibits: Sequence[str],
    seed: int = 0,
    draws: int = 200,
) -> Gap:
    """Compare (n, channels) embeddings of renders with (m, channels) embeddings of photos."""
    random = np.random.default_rng(seed)
    one, other = _groups(render_exhibits), _groups(photo_exhibits)
    values = [kid(renders[_draw(one, random)], photos[_draw(other, random)]) for _ in range(draws)]
    low, high = np.percentile(values, [2.5, 97.5])
    halves = []
    for _ in range(20):
        order = random.permutation(len(other))
        middle = len(order) // 2
        left, right = (np.concatenate([other[i] for i in part]) for part in (order[:middle], order[middle:]))
        halves.append(kid(photos[left], photos[right]))
    return Gap(
        leaf, len(renders), len(photos), kid(renders, photos), (float(low), float(high)), float(np.mean(halves)),
        _separability(renders, render_exhibits, photos, photo_exhibits, seed),
    )  # fmt: skip


def kid(x: Floats, y: Floats) -> float:
    """Unbiased squared MMD with the kernel (x·y / d + 1)³; equal rows inside one side are left out of its mean."""
    d = x.shape[1]
    xx, yy, xy = ((a @ b.T / d + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    return float(_off_diagonal(xx, x) + _off_diagonal(yy, y) - 2 * xy.mean())


def _off_diagonal(kernel: Floats, rows: Floats) -> float:
    # A bootstrap draws a row twice; its kernel with itself would count as likeness between two pictures.
    same = np.all(np.isclose(rows[:, None, :8], rows[None, :, :8]), axis=2)
    return float(kernel[~same].mean())


def _groups(exhibits: Sequence[str]) -> list[npt.NDArray[np.int64]]:
    names = np.asarray(exhibits)
    return [np.flatnonzero(names == name) for name in np.unique(names)]


def _draw(groups: list[npt.NDArray[np.int64]], random: np.random.Generator) -> npt.NDArray[np.int64]:
    return np.concatenate([groups[i] for i in random.integers(0, len(groups), len(groups))])


def _separability(
    renders: Floats, render_exhibits: Sequence[str], photos: Floats, photo_exhibits: Sequence[str], seed: int
) -> float:
    x = np.concatenate([renders, photos])
    y = np.r_[np.ones(len(renders), int), np.zeros(len(photos), int)]
    groups = np.asarray([f"r{name}" for name in render_exhibits] + [f"p{name}" for name in photo_exhibits])
    scores = np.zeros(len(y))
    for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(x, y, groups):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=400))
        scores[test] = model.fit(x[train], y[train]).decision_function(x[test])
    return float(roc_auc_score(y, scores))
