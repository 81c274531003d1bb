"""Formulas of signal detection, from hit rates and false-alarm rates; each takes arrays of any shape."""

from __future__ import annotations

from math import isnan
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from serve.exercise.statistics.table import FloatArray

#: Ratio of the noise's spread to the signal's that Sterchi, Hättenschwiler and Schwaninger (2019) recommend for X-ray
#: tests.
SLOPE = 0.5
_NORMAL = NormalDist()


def _z_one(p: float) -> float:
    if 0 < p < 1:
        return _NORMAL.inv_cdf(p)
    return p if isnan(p) else float("inf") if p >= 1 else float("-inf")


def z(p: ArrayLike) -> FloatArray:
    """Normal quantile; ±∞ at 1 and 0, NaN for NaN."""
    values = np.asarray(p, dtype=float)
    flat = np.fromiter((_z_one(one) for one in values.ravel().tolist()), dtype=float, count=values.size)
    return flat.reshape(values.shape)


def log_linear(count: ArrayLike, n: ArrayLike) -> FloatArray:
    """(count + ½) / (n + 1): a rate that is never 0 or 1, applied to all alike (Hautus 1995). NaN where n is 0."""
    number = np.asarray(n, dtype=float)
    corrected = (np.asarray(count, dtype=float) + 0.5) / (number + 1)
    return np.where(number > 0, corrected, np.nan)


def d_prime(hits: ArrayLike, alarms: ArrayLike) -> FloatArray:
    """d′ = z(hit rate) - z(false-alarm rate) (Green and Swets 1966)."""
    return z(hits) - z(alarms)


def criterion(hits: ArrayLike, alarms: ArrayLike) -> FloatArray:
    """c = -(z(hit rate) + z(false-alarm rate)) / 2; below 0 leans to yes (Macmillan and Creelman 2005)."""
    return -(z(hits) + z(alarms)) / 2


def d_a(hits: ArrayLike, alarms: ArrayLike) -> FloatArray:
    """dₐ = √(2 / (1 + s²)) · (z(hit rate) - s · z(false-alarm rate)), s = :data:`SLOPE` (Simpson and Fitter 1973)."""
    scaled: FloatArray = np.sqrt(2 / (1 + SLOPE**2)) * (z(hits) - SLOPE * z(alarms))
    return scaled


def a_prime(hits: ArrayLike, alarms: ArrayLike) -> FloatArray:
    """A′ (Pollack and Norman 1964), by Grier's formula (1971), mirrored below the diagonal (Aaronson and Watts 1987).

    ½ + (H - F)(1 + H - F) / (4H(1 - F)) where H ≥ F; ½ - (F - H)(1 + F - H) / (4F(1 - H)) where H < F. ½ at H = F.
    """
    h, f = np.broadcast_arrays(np.asarray(hits, dtype=float), np.asarray(alarms, dtype=float))
    gap, larger, smaller = np.abs(h - f), np.maximum(h, f), np.minimum(h, f)
    below = 4 * larger * (1 - smaller)
    part = np.where(gap > 0, gap * (1 + gap) / np.where(below > 0, below, 1), 0 * gap)  # 0 · NaN stays NaN
    area: FloatArray = 0.5 + np.sign(h - f) * part
    return area


def d_prime_error(hits: ArrayLike, signals: ArrayLike, alarms: ArrayLike, noises: ArrayLike) -> FloatArray:
    """Standard error of d′ (Gourevitch and Galanter 1967).

    √(H(1-H) / (n·φ(z(H))²) + F(1-F) / (m·φ(z(F))²)), with φ the normal density, n and m the numbers of signal and noise
    answers. Half of it is the standard error of c.
    """
    total = np.zeros(np.broadcast_shapes(np.shape(hits), np.shape(alarms)))
    for rate, n in ((hits, signals), (alarms, noises)):
        p = np.asarray(rate, dtype=float)
        density = np.exp(-(z(p) ** 2) / 2) / np.sqrt(2 * np.pi)
        total = total + p * (1 - p) / (np.asarray(n, dtype=float) * density**2)
    return np.sqrt(total)
