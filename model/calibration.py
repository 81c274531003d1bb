"""Scores to calibrated probabilities, and the thresholds a bundle carries with their guarantees."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

Floats = npt.NDArray[np.float64]


def softmax(logits: npt.ArrayLike, temperature: float = 1.0) -> Floats:
    """Probabilities over the last axis of ``logits`` (…, leaves), after dividing by ``temperature``.

    Temperature scaling: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled = scaled - scaled.max(axis=-1, keepdims=True)
    exp = np.exp(scaled)
    result: Floats = exp / exp.sum(axis=-1, keepdims=True)
    return result


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Threshold(_Strict):
    """A fitted number and what it guarantees.

    ``n`` counts the calibration exhibits it was fitted on, ``rows`` says which they are, and ``statement`` is the
    finite-sample guarantee in one sentence.
    """

    value: float
    alpha: float = Field(gt=0, lt=1)
    n: int = Field(ge=1)
    method: str
    rows: str
    statement: str


class Thresholds(_Strict):
    """The decision's numbers, all fitted on calibration data, none set by hand.

    Attributes:
        release: protected probability (T+P) below which F or N may be answered; bounds the miss rate.
        flag: protected probability from which T or P is answered; bounds false flags on unprotected things.
        tiger: tiger probability from which T is answered; bounds false tiger flags on all that is not tiger.
        prediction_set: a leaf is in the prediction set if its probability is at least this.
    """

    release: Threshold
    flag: Threshold
    tiger: Threshold
    prediction_set: Threshold


class OutOfDistribution(_Strict):
    """How strange a photo is, and from where on it counts as unknown.

    ``energy``: minus the log-sum-exp of the logits (Liu et al., Energy-based Out-of-distribution Detection,
    NeurIPS 2020); higher is stranger. ``threshold.value`` is the score above which the answer is ``U``.
    """

    method: Literal["energy"]
    threshold: Threshold

    def score(self, logits: npt.ArrayLike) -> Floats:
        """Strangeness of (…, leaves) logits: shape (…)."""
        values = np.asarray(logits, dtype=np.float64)
        top = values.max(axis=-1)
        result: Floats = -(top + np.log(np.exp(values - top[..., None]).sum(axis=-1)))
        return result
