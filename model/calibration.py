"""Scores to calibrated probabilities, and the thresholds a bundle carries with their guarantees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def leading(probabilities: npt.ArrayLike, identities: Sequence[str], codes: str) -> npt.NDArray[np.int64]:
    """Column (N,) of the most probable leaf among those whose identity is one of ``codes``; -1 if there is none.

    ``probabilities`` is (N, leaves), ``identities`` one of T, P, F, N a leaf.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    wanted = np.asarray([identity in codes for identity in identities], dtype=np.bool_)
    if not wanted.any():
        return np.full(len(p), -1)
    result: npt.NDArray[np.int64] = np.where(wanted, p, -1.0).argmax(axis=1)
    return result


def leading_harmless(probabilities: npt.ArrayLike, identities: Sequence[str]) -> npt.NDArray[np.int64]:
    """Column (N,) of the leaf that would be answered as harmless: the most probable one of the larger of F and N."""
    p = np.asarray(probabilities, dtype=np.float64)
    total = {code: p[:, [i == code for i in identities]].sum(axis=1) for code in "FN"}
    result: npt.NDArray[np.int64] = np.where(
        total["F"] >= total["N"], leading(p, identities, "F"), leading(p, identities, "N")
    )
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
