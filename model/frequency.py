"""How often the check was right before: calibration pictures that got a similar probability, counted.

People judge a frequency ("about 93 of 100") better than a probability (Gigerenzer and Hoffrage, How to Improve
Bayesian Reasoning Without Instruction, Psychological Review 1995), and a count says what it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

_Code = TypeVar("_Code")
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

    def ceiling(self, probability: float) -> float:
        """The highest share that the counts up to this probability are compatible with.

        It is the upper limit of the bin's 95 % interval, or that of a lower bin if it is higher, so that a higher
        probability never has a lower ceiling.

        Raises:
            ValueError: the probability is outside [0, 1].
        """
        last = self.bins.index(self.at(probability))
        return max(one.interval[1] for one in self.bins[: last + 1])


def stated(identity: Mapping[_Code, float], counted: Frequencies | None) -> dict[_Code, float]:
    """Probabilities as they may be stated: the leading one no surer than counts on calibration pictures allow.

    What it loses goes to the others in proportion, so that they still sum to 1. A temperature alone can be surer than
    the few calibration pictures of a rendered leaf (31 of 33) bear out.

    Args:
        identity: probabilities that sum to 1.
        counted: counts of the origin that the leading leaf was tested on; ``None`` leaves all as it is.
    """
    leading = max(identity, key=lambda code: identity[code])
    top, ceiling = identity[leading], counted.ceiling(min(1.0, identity[leading])) if counted else 1.0
    if top <= ceiling or len(identity) == 1:
        return dict(identity)
    others = {code: value for code, value in identity.items() if code != leading}
    total = sum(others.values())
    shares = {code: value / total if total else 1 / len(others) for code, value in others.items()}
    return {code: ceiling if code == leading else shares[code] * (1 - ceiling) for code in identity}
