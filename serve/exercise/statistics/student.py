"""Student's t without SciPy: quantiles, and the interval of a standardised mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import atan, cos, erf, exp, lgamma, pi, sin, sqrt

import numpy as np

from serve.exercise.statistics.table import FloatArray


def t_cdf(t: float, df: int) -> float:
    """P(T ≤ t) for a whole number of degrees of freedom: the finite series of Abramowitz and Stegun 26.7.3-4."""
    angle = atan(abs(t) / sqrt(df))
    term = total = cos(angle) if df % 2 else 1.0
    for k in range(3 if df % 2 else 2, df - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    if df == 1:
        inside = 2 * angle / pi
    elif df % 2:
        inside = 2 / pi * (angle + sin(angle) * total)
    else:
        inside = sin(angle) * total
    return 0.5 + inside / 2 if t >= 0 else 0.5 - inside / 2


def _rising_root(function: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


@cache
def t_quantile(p: float, df: int) -> float:
    """The t with P(T ≤ t) = p, by bisection. ``df`` is at least 1."""
    return _rising_root(lambda t: t_cdf(t, df) - p, -1e4, 1e4)


@cache
def _chi_grid(df: int) -> tuple[FloatArray, FloatArray]:
    """Grid of s = √(χ²/df) and its probabilities, for integrals over the standard deviation."""
    s = np.linspace(max(0.0, 1 - 6 / sqrt(df)), 1 + 6 / sqrt(df), 401)[1:]
    log = (df - 1) * np.log(s) - df * s**2 / 2
    weight = np.exp(log - log.max())
    return s, weight / weight.sum()


def noncentral_t_cdf(t: float, df: int, shift: float) -> float:
    """P(T ≤ t) of the non-central t: the normal distribution of t·s - shift, averaged over s = √(χ²/df)."""
    s, weight = _chi_grid(df)
    normal = np.array([(1 + erf(x / sqrt(2))) / 2 for x in t * s - shift])
    return float(normal @ weight)


def hedges_correction(df: int) -> float:
    """J = Γ(df/2) / (√(df/2) Γ((df-1)/2)), which takes the bias out of a standardised mean (Hedges 1981); 0 at df 1."""
    if df < 2:
        return 0.0
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)


def standardised_mean_interval(mean: float, deviation: float, n: int) -> tuple[float, float]:
    """95 % interval of a population's mean over its standard deviation, from n normal values (n at least 3).

    The non-centrality parameters under which the observed t is just at the 97.5 and 2.5 percentile, over √n (Steiger
    and Fouladi 1997; Cumming and Finch 2001).
    """
    t = mean / (deviation / sqrt(n))
    reach = 10 + 2 * abs(t)

    def shift_with(p: float) -> float:
        return _rising_root(lambda shift: p - noncentral_t_cdf(t, n - 1, shift), t - reach, t + reach)

    low, high = shift_with(0.975), shift_with(0.025)
    return low / sqrt(n), high / sqrt(n)
