"""How unlike everything known a picture is. Five published scores over what the graph gives; higher is stranger.

- ``energy``: minus the log-sum-exp of the logits (Liu et al., Energy-based Out-of-distribution Detection,
  NeurIPS 2020).
- ``ash``: energy after small activations of the embedding are removed and the rest scaled up by exp(before / after)
  (Djurisic et al., Extremely Simple Activation Shaping, ICLR 2023, variant S).
- ``scale``: energy after the whole embedding is scaled by exp(sum / sum of the large activations), nothing removed
  (Xu et al., Scaling for Training Time and Post-hoc Out-of-distribution Detection Enhancement, ICLR 2024).
- ``vim``: length of the embedding's part outside the known principal subspace, matched to the logits' scale, minus
  the log-sum-exp (Wang et al., ViM: Out-of-Distribution with Virtual-logit Matching, CVPR 2022).
- ``knn``: distance of the normalised embedding to its k-th nearest known one (Sun et al., Out-of-Distribution
  Detection with Deep Nearest Neighbors, ICML 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Method = Literal["energy", "ash", "scale", "vim", "knn"]
METHODS: tuple[Method, ...] = get_args(Method)

#: Arrays of ``reference.npz`` that a method reads: (leaves, C) and (leaves,); (C,) and (C, dimensions); (known, C).
ARRAYS: Mapping[Method, tuple[str, ...]] = {
    "energy": (),
    "ash": ("weight", "bias"),
    "scale": ("weight", "bias"),
    "vim": ("origin", "residual"),
    "knn": ("known",),
}
#: Numbers a method is set by.
PARAMETERS: Mapping[Method, tuple[str, ...]] = {
    "energy": (), "ash": ("percentile",), "scale": ("percentile",), "vim": ("alpha",), "knn": ("k",),
}  # fmt: skip


def log_sum_exp(logits: npt.ArrayLike) -> Floats:
    """Log of the sum of exponentials over the last axis."""
    values = np.asarray(logits, dtype=np.float64)
    top = values.max(axis=-1)
    result: Floats = top + np.log(np.exp(values - top[..., None]).sum(axis=-1))
    return result


def strangeness(
    method: Method,
    parameters: Mapping[str, float],
    reference: Mapping[str, npt.NDArray[Any]],
    logits: npt.ArrayLike,
    embedding: npt.ArrayLike,
) -> Floats:
    """Score of N pictures.

    Args:
        method: one of ``METHODS``.
        parameters: the numbers of ``PARAMETERS[method]``.
        reference: the arrays of ``ARRAYS[method]``.
        logits: (N, leaves), before temperature.
        embedding: (N, C).

    Returns:
        (N,) scores.
    """
    scores = np.atleast_2d(np.asarray(logits, dtype=np.float64))
    z = np.atleast_2d(np.asarray(embedding, dtype=np.float64))
    if method == "energy":
        return -log_sum_exp(scores)
    if method in ("ash", "scale"):
        cut = np.percentile(z, parameters["percentile"], axis=1, keepdims=True)
        large = np.where(z >= cut, z, 0)
        ratio = np.minimum(z.sum(1, keepdims=True) / np.maximum(large.sum(1, keepdims=True), 1e-9), 20)
        shaped = np.exp(ratio) * (large if method == "ash" else z)
        weight = np.asarray(reference["weight"], np.float64)
        return -log_sum_exp(shaped @ weight.T + np.asarray(reference["bias"], np.float64))
    if method == "vim":
        outside = (z - np.asarray(reference["origin"], np.float64)) @ np.asarray(reference["residual"], np.float64)
        result: Floats = parameters["alpha"] * np.linalg.norm(outside, axis=1) - log_sum_exp(scores)
        return result
    known = np.asarray(reference["known"], np.float64)
    unit = z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-12)
    k = min(int(parameters["k"]), len(known))
    # For unit vectors a and b, |a - b|^2 = 2 - 2 a.b; the k-th nearest is the k-th largest product.
    nearest = np.partition(unit @ known.T, len(known) - k, axis=1)[:, len(known) - k]
    distance: Floats = np.sqrt(np.maximum(2 - 2 * nearest, 0))
    return distance
