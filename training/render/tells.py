"""Can leaves be told apart by what should tell nothing? A proof by classifiers that never see the object.

Each kind of evidence gets two classifiers (a linear one and boosted trees), trained and tested in five folds that keep
views of one exhibit together. The figure is balanced accuracy, whose chance level is one over the number of classes
whatever their sizes. Beside it stands what the same classifier reaches on shuffled labels, because small samples and
choosing the better of two classifiers lift chance a little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from scipy import ndimage
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.evaluation.intervals import exhibit_bootstrap

Floats = npt.NDArray[np.float64]
#: Side of a background patch in pixels, and how far it stays from the exhibit (its shadow and reflected light).
PATCH, MARGIN = 96, 12


@dataclass(frozen=True)
class Tell:
    """How well one kind of evidence tells classes apart.

    Attributes:
        evidence: what the classifier was given.
        task: ``leaf`` or ``identity``.
        classes: number of classes; chance is one over it.
        n: pictures; ``exhibits``: objects they show.
        accuracy: balanced accuracy of the better classifier, with its 95 % interval over exhibits.
        shuffled: the same with labels shuffled over exhibits.
    """

    evidence: str
    task: str
    classes: int
    n: int
    exhibits: int
    accuracy: float
    interval: tuple[float, float]
    shuffled: float

    @property
    def above_chance(self) -> float:
        """Points above one over the number of classes, in [0, 1]."""
        return self.accuracy - 1 / self.classes


def background_patches(image: Image.Image, mask: Image.Image, most: int = 3) -> list[Image.Image]:
    """Up to ``most`` square patches, :data:`PATCH` pixels a side, that stay :data:`MARGIN` pixels off the exhibit.

    They say nothing of the exhibit's outline: where they lie is not kept. Empty if the exhibit leaves no room.
    """
    near = ndimage.binary_dilation(np.asarray(mask) > 8, iterations=MARGIN)
    # Summed-area table: how much of the exhibit lies in the patch that starts here.
    table = np.pad(near.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = table[PATCH:, PATCH:] - table[:-PATCH, PATCH:] - table[PATCH:, :-PATCH] + table[:-PATCH, :-PATCH]
    free = inside == 0
    patches: list[Image.Image] = []
    random = np.random.default_rng(0)
    while free.any() and len(patches) < most:
        rows, columns = np.nonzero(free)
        at = int(random.integers(len(rows)))
        top, left = int(rows[at]), int(columns[at])
        patches.append(image.crop((left, top, left + PATCH, top + PATCH)))
        free[max(0, top - PATCH // 2) : top + PATCH // 2, max(0, left - PATCH // 2) : left + PATCH // 2] = False
    return patches


def statistics(patches: Sequence[Image.Image]) -> Floats:
    """Colour, contrast, noise and sharpness of background patches, averaged: 15 numbers."""
    each = []
    for patch in patches:
        pixels = np.asarray(patch, np.float64)
        grey = pixels.mean(axis=2)
        smooth = np.asarray(patch.filter(ImageFilter.GaussianBlur(1.2)), np.float64)
        rest = pixels - smooth
        # JPEG leaves steps at multiples of eight; patches start anywhere, so the strongest phase is taken.
        steps = np.abs(np.diff(grey, axis=1))
        phases = np.asarray([steps[:, k::8].mean() for k in range(8)])
        each.append(
            [
                *pixels.mean(axis=(0, 1)), *pixels.std(axis=(0, 1)), *np.percentile(grey, [5, 50, 95]),
                rest.std(), np.abs(rest).mean(), rest.mean(axis=2).std() / (rest.std() + 1e-9),
                steps.mean(), np.abs(np.diff(grey, axis=0)).mean(), phases.max() / (phases.mean() + 1e-9),
            ]
        )  # fmt: skip
    return np.mean(each, axis=0)


def measure(
    evidence: str, task: str, features: Floats, labels: Sequence[str], exhibits: Sequence[str], seed: int = 0
) -> Tell:
    """Balanced accuracy of telling ``labels`` by ``features`` (pictures, numbers) in grouped five-fold validation."""
    names, y = np.unique(np.asarray(labels), return_inverse=True)
    groups = np.asarray(exhibits)
    guesses = _cross_validate(features, y, groups, seed)
    best = max(guesses, key=lambda guess: _balanced(y, guess, len(names)))
    interval = exhibit_bootstrap(
        list(exhibits), lambda rows: _balanced(y[rows], best[rows], len(names)), seed, draws=1000
    )
    shuffled = _shuffle_by_exhibit(y, groups, np.random.default_rng(seed))
    by_chance = max(
        _balanced(shuffled, guess, len(names)) for guess in _cross_validate(features, shuffled, groups, seed)
    )
    return Tell(
        evidence, task, len(names), len(y), len(set(exhibits)), _balanced(y, best, len(names)), interval, by_chance
    )


def _cross_validate(
    x: Floats, y: npt.NDArray[np.int64], groups: npt.NDArray[Any], seed: int
) -> list[npt.NDArray[np.int64]]:
    makers: list[Callable[[], Any]] = [
        lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=400)),
        lambda: HistGradientBoostingClassifier(max_iter=60, max_depth=4, class_weight="balanced", random_state=seed),
    ]
    # Trees on thousand-wide embeddings take minutes and find no more than the linear model does.
    if x.shape[1] > 200:
        makers = makers[:1]
    folds = list(StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(x, y, groups))
    guesses = []
    for make in makers:
        guess = np.zeros_like(y)
        for train, test in folds:
            guess[test] = make().fit(x[train], y[train]).predict(x[test])
        guesses.append(guess)
    return guesses


def _balanced(y: npt.NDArray[np.int64], guess: npt.NDArray[np.int64], classes: int) -> float:
    shares = [float((guess[y == c] == c).mean()) for c in range(classes) if (y == c).any()]
    return float(np.mean(shares))


def _shuffle_by_exhibit(
    y: npt.NDArray[np.int64], groups: npt.NDArray[Any], random: np.random.Generator
) -> npt.NDArray[np.int64]:
    names, index = np.unique(groups, return_inverse=True)
    first = np.asarray([y[groups == name][0] for name in names])
    return random.permutation(first)[index]


def condition_features(records: Sequence[Mapping[str, Any]]) -> Floats:
    """Every scalar of place and view as numbers; words become one column each."""
    flat = [_flat({**record["place"], **record["view"]}) for record in records]
    words = sorted({(key, value) for one in flat for key, value in one.items() if isinstance(value, str)})
    keys = sorted({key for one in flat for key, value in one.items() if not isinstance(value, str)})
    return np.asarray(
        [
            [float(one.get(key, 0.0)) for key in keys] + [float(one.get(key) == value) for key, value in words]
            for one in flat
        ]
    )


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {k: v for key, one in value.items() for k, v in _flat(one, f"{name}.{key}").items()}
    if isinstance(value, list | tuple):
        return {k: v for index, one in enumerate(value) for k, v in _flat(one, f"{name}.{index}").items()}
    return {} if value is None else {name: value}
