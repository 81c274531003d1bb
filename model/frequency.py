"""How often the check was right before: calibration pictures that got a similar probability, counted.

People judge a frequency ("about 93 of 100") better than a probability (Gigerenzer and Hoffrage, How to Improve
Bayesian Reasoning Without Instruction, Psychological Review 1995), and a count says what it rests on.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Quantile of the normal distribution for a two-sided 95 % interval.
_Z = 1.959964


def wilson(count: int, n: int) -> tuple[float, float]:
    """95 % score interval of a share (Wilson, JASA 1927); 0 to 1 if nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    z2, p = _Z**2 / n, count / n
    centre, half = p + z2 / 2, _Z * sqrt(p * (1 - p) / n + z2 / (4 * n))
    return max(0.0, (centre - half) / (1 + z2)), min(1.0, (centre + half) / (1 + z2))


class FrequencyBin(BaseModel):
    """Calibration exhibits whose leading identity got a probability from ``low`` up to ``high``.

    ``right`` of ``n`` were of that identity; one picture an exhibit is counted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    n: int = Field(ge=1)
    right: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> FrequencyBin:
        if self.low >= self.high or self.right > self.n:
            raise ValueError("expected low < high and right ≤ n")
        return self

    @property
    def share(self) -> float:
        """Share that was right."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % score interval of the share."""
        return wilson(self.right, self.n)


class Frequencies(BaseModel):
    """The counts of one origin, over all of [0, 1] in order. ``rows`` says which pictures they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: Literal["photo", "render"]
    rows: str
    bins: tuple[FrequencyBin, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _seamless(self) -> Frequencies:
        edges = [0.0, *(one.high for one in self.bins)]
        if edges[-1] != 1 or any(one.low != edge for one, edge in zip(self.bins, edges, strict=False)):
            raise ValueError("the bins must cover 0 to 1 without a gap")
        return self

    def at(self, probability: float) -> FrequencyBin:
        """The bin a probability falls into.

        Raises:
            ValueError: the probability is outside [0, 1].
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"expected a probability between 0 and 1, got {probability}")
        return next((one for one in self.bins if probability < one.high), self.bins[-1])
