"""A figure with its n and its 95 % interval, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from math import isfinite, isnan
from typing import Any

from model.frequency import wilson


class Unit(StrEnum):
    """What the ``n`` of a figure counts."""

    ANSWERS = "answers"
    TRAINEES = "trainees"
    PAIRS = "pairs"  # one trainee and one thing, answered twice


class Reason(StrEnum):
    """Why a figure, or one end of its interval, is not there."""

    NO_ANSWERS = "no_answers"
    NO_PROTECTED = "no_protected_things"
    NO_OTHER = "no_unprotected_things"
    NO_PAIRS = "no_pairs"
    NO_SPREAD = "no_spread"  # all values are the same
    NO_UNTIED = "no_untied_pairs"  # all right, all wrong, or one step of confidence only
    TOO_FEW = "too_few"
    OPEN_ABOVE = "open_above"  # the data set no upper limit
    OPEN_BELOW = "open_below"
    OPEN = "open"


@dataclass(frozen=True)
class Figure:
    """One number.

    Attributes:
        value: the estimate; ``None`` where undefined.
        low: lower end of the 95 % interval; ``None`` where undefined or without bound.
        high: upper end, likewise.
        n: how many ``unit`` it rests on.
        unit: what ``n`` counts.
        reason: why something above is ``None``; ``None`` if nothing is.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: Unit
    reason: Reason | None = None


def undefined(reason: Reason, n: int = 0, unit: Unit = Unit.ANSWERS) -> Figure:
    """A figure that cannot be given, and why."""
    return Figure(None, None, None, n, unit, reason)


def bounded(value: float, low: float, high: float, n: int, unit: Unit) -> Figure:
    """A figure whose ends may be infinite or NaN; such ends become ``None`` with the reason."""
    lower, upper = (end if isfinite(end) else None for end in (low, high))
    reason = None
    if lower is None or upper is None:
        reason = Reason.OPEN if lower is upper else Reason.OPEN_BELOW if lower is None else Reason.OPEN_ABOVE
        reason = Reason.TOO_FEW if isnan(low) or isnan(high) else reason
    return Figure(float(value), lower, upper, n, unit, reason)


def share(count: int, n: int, unit: Unit = Unit.ANSWERS, empty: Reason = Reason.NO_ANSWERS) -> Figure:
    """``count`` of ``n`` with the score interval of Wilson (1927), which is right for independent answers."""
    if n == 0:
        return undefined(empty, 0, unit)
    return Figure(count / n, *wilson(count, n), n, unit)


def as_json(result: Any) -> Any:
    """Any result of this package as dicts, lists, strings, numbers and ``None``, ready for :func:`json.dumps`."""
    if is_dataclass(result) and not isinstance(result, type):
        return {one.name: as_json(getattr(result, one.name)) for one in fields(result)}
    if isinstance(result, Mapping):
        return {str(key): as_json(value) for key, value in result.items()}
    if isinstance(result, StrEnum):
        return result.value
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [as_json(one) for one in result]
    return result
