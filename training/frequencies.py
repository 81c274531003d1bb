"""Count how often the leading identity was right, by its probability, on calibration pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.frequency import Frequencies, FrequencyBin
from model.taxonomy import Taxonomy

#: Bins of an origin at most, and the fewest exhibits a bin may rest on.
BINS, FEWEST = 5, 20


def fit_frequencies(
    probabilities: npt.NDArray[np.float64],
    truth: npt.NDArray[np.int64],
    exhibits: Sequence[str],
    origins: Sequence[str],
    leaves: Sequence[str],
    taxonomy: Taxonomy,
    rows: str,
) -> tuple[Frequencies, ...]:
    """Bins of about equally many exhibits, for photos and renders apart.

    Args:
        probabilities: (rows, leaves) calibrated.
        truth: (rows,) index of the true leaf.
        exhibits: (rows,) exhibit of each row; the first row of an exhibit is counted, because the others are not
            independent of it.
        origins: (rows,) ``photo`` or ``render``; others are not counted.
        leaves: leaf ids in column order.
        taxonomy: identities.
        rows: which rows these are, in words.
    """
    identity = np.asarray([str(taxonomy.leaf(leaf).identity) for leaf in leaves])
    codes = sorted(set(identity.tolist()))
    totals = np.stack([probabilities[:, identity == code].sum(axis=1) for code in codes], axis=1)
    top, right = totals.max(axis=1), np.asarray(codes)[totals.argmax(axis=1)] == identity[truth]
    result = []
    for origin in ("photo", "render"):
        first: dict[str, int] = {}
        for i, exhibit in enumerate(exhibits):
            if origins[i] == origin:
                first.setdefault(exhibit, i)
        if first:
            kept = list(first.values())
            bins = _bins(np.clip(top[kept], 0, 1), right[kept])
            result.append(Frequencies.model_validate({"origin": origin, "rows": rows, "bins": bins}))
    return tuple(result)


def _bins(top: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> tuple[FrequencyBin, ...]:
    order = np.argsort(top, kind="stable")
    top, right = top[order], right[order]
    count = int(np.clip(len(top) // FEWEST, 1, BINS))
    cuts = sorted({float(top[len(top) * k // count]) for k in range(1, count)} - {0.0, 1.0})
    edges = [0.0, *cuts, 1.0]
    found = []
    for low, high in pairwise(edges):
        inside = (top >= low) & ((top < high) | (high == 1.0))
        found.append((low, high, int(inside.sum()), int(right[inside].sum())))
    # Ties at a cut can leave a bin thin: it joins its neighbour.
    while len(found) > 1:
        small = min(range(len(found)), key=lambda k: found[k][2])
        if found[small][2] >= FEWEST:
            break
        other = small - 1 if small else 1
        a, b = sorted((small, other))
        found[a : b + 1] = [(found[a][0], found[b][1], found[a][2] + found[b][2], found[a][3] + found[b][3])]
    return tuple(FrequencyBin(low=low, high=high, n=n, right=hits) for low, high, n, hits in found)
