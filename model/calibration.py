"""Scores to calibrated probabilities, and the thresholds a bundle carries with their guarantees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.out_of_distribution import PARAMETERS, Method, strangeness

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

    Attributes:
        method: see :mod:`model.out_of_distribution`.
        parameters: numbers the method is set by.
        threshold: its value is the score above which a photo counts as unlike anything known.
    """

    method: Method
    parameters: dict[str, float] = Field(default={})
    threshold: Threshold

    @model_validator(mode="after")
    def _complete(self) -> OutOfDistribution:
        if set(self.parameters) != set(PARAMETERS[self.method]):
            raise ValueError(f"{self.method!r} needs the parameters {PARAMETERS[self.method]}")
        return self

    def score(
        self, logits: npt.ArrayLike, embedding: npt.ArrayLike, reference: Mapping[str, npt.NDArray[Any]]
    ) -> Floats:
        """Strangeness (N,) of N pictures by their (N, leaves) logits and (N, C) embedding."""
        return strangeness(self.method, self.parameters, reference, logits, embedding)
