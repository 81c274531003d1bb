"""Shares of the same people who reach a line twice: before and after, or alone and with the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from serve.exercise.statistics.figure import Figure, Reason, Unit, share
from serve.exercise.statistics.paired import Significance, mcnemar, share_difference


@dataclass(frozen=True)
class Shares:
    """Who reaches a line first and second.

    The intervals take the tests' things as given: they say how other trainees would do on these things. On other things
    the share differs by more (``docs/exercise-statistics.md`` says by how much).

    Attributes:
        first: share at first, with Wilson's interval.
        second: likewise at second.
        difference: second minus first (Newcombe 1998, method 10).
        test: McNemar's exact test.
        gained: places of those who reached it only at second.
        lost: places of those who reached it only at first.
    """

    first: Figure
    second: Figure
    difference: Figure
    test: Significance
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def shares_reached(first: Sequence[bool], second: Sequence[bool]) -> Shares:
    """Compare whether the same trainees reached a line, in the same order in both.

    Raises:
        ValueError: the numbers of trainees differ.
    """
    both = list(zip(first, second, strict=True))
    gained = tuple(n for n, (was, now) in enumerate(both) if now and not was)
    lost = tuple(n for n, (was, now) in enumerate(both) if was and not now)
    kept = sum(was and now for was, now in both)
    return Shares(
        first=share(sum(first), len(both), Unit.TRAINEES, Reason.NO_PAIRS),
        second=share(sum(second), len(both), Unit.TRAINEES, Reason.NO_PAIRS),
        difference=share_difference(kept, len(lost), len(gained), len(both) - kept - len(gained) - len(lost)),
        test=mcnemar(len(lost), len(gained)),
        gained=gained,
        lost=lost,
    )
