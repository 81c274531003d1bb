"""Geometry of the charts on the page of results; templates draw it as SVG. Units are those of each chart's viewBox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from serve.exercise.classes import CompetencyLine
from serve.exercise.results import TraineeResult
from serve.exercise.statistics.confidence import Confidence
from serve.reports.class_charts import Box, free_place

#: Left, top, width and height of the square that hits and false alarms are drawn in.
SQUARE = (44.0, 12.0, 300.0, 300.0)
#: Of the chart of confidence.
STEPS = (44.0, 12.0, 300.0, 170.0)
_DOT, _LABEL_HIGH, _DIGIT = 4.5, 12.0, 6.4
Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """One trainee from before to after; ``tip`` is where the line ends, short of the dot, if there is a line."""

    start: Point
    end: Point
    tip: Point | None


@dataclass(frozen=True)
class Label:
    """Numbers of the trainees who end at one place, and a line to it if the label lies far off."""

    text: str
    x: float
    y: float
    lead: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Scatter:
    """Hits against false alarms; ``area`` is what reaches the competency line: left, top, width, height."""

    arrows: tuple[Arrow, ...]
    labels: tuple[Label, ...]
    area: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Dot:
    """A share at a step of confidence, with the ends of its interval."""

    phase: str
    x: float
    y: float
    low: float
    high: float


def scatter(trainees: Sequence[TraineeResult], line: CompetencyLine | None) -> Scatter | None:
    """Hits against false alarms of whoever has figures of both tests; ``None`` if nobody has."""
    left, top, wide, high = SQUARE
    moved: list[tuple[int, Point, Point]] = []
    for one in trainees:
        ends: list[Point] = []
        for figures in (one.before, one.after):
            rates = figures.detection if figures else None
            if rates is None or rates.false_alarm_rate.value is None or rates.hit_rate.value is None:
                break
            x, y = left + wide * rates.false_alarm_rate.value, top + high * (1 - rates.hit_rate.value)
            ends.append((round(x, 1), round(y, 1)))
        else:
            moved.append((one.number, ends[0], ends[1]))
    if not moved:
        return None
    area = None
    if line is not None:
        area = (left, top, max(wide * line.false_alarm, 1.0), max(high * (1 - line.sensitivity), 1.0))
    return Scatter(tuple(_arrow(start, end) for _, start, end in moved), tuple(_labels(moved)), area)


def _arrow(start: Point, end: Point) -> Arrow:
    length = hypot(end[0] - start[0], end[1] - start[1])
    if length < 3 * _DOT:
        return Arrow(start, end, None)
    back = (_DOT + 4) / length
    tip = end[0] - back * (end[0] - start[0]), end[1] - back * (end[1] - start[1])
    return Arrow(start, end, (round(tip[0], 1), round(tip[1], 1)))


def _labels(moved: Sequence[tuple[int, Point, Point]]) -> list[Label]:
    left, top, wide, high = SQUARE
    frame = (left, top - 10, left + wide + 30, top + high)
    taken: list[Box] = [
        (x - _DOT, y - _DOT, x + _DOT, y + _DOT) for _, *ends in moved for x, y in ends
    ]  # fmt: skip
    at: dict[Point, list[int]] = defaultdict(list)
    for number, _, end in moved:
        at[end].append(number)
    found = []
    for (x, y), numbers in sorted(at.items()):
        text = ", ".join(map(str, sorted(numbers)))
        box = free_place(x, y, _DIGIT * len(text), _LABEL_HIGH, taken, frame, unit=2.6)
        taken.append(box)
        near = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
        far = hypot(near[0] - x, near[1] - y) > 3 * _DOT
        lead = (x, y, round(near[0], 1), round(near[1], 1)) if far else None
        found.append(Label(text, round(box[0], 1), round(box[3] - 2.5, 1), lead))
    return found


def dots(tests: Sequence[tuple[str, Confidence]]) -> list[Dot]:
    """Share right at each step, before left of after."""
    left, top, wide, high = STEPS

    def place(value: float) -> float:
        return round(top + high * (1 - value), 1)

    found = []
    for shift, (phase, confidence) in zip((-8.0, 8.0), tests, strict=False):
        for number, step in enumerate(confidence.steps):
            right = step.right
            if right.value is None or right.low is None or right.high is None:
                continue
            x = left + wide * (number + 0.5) / len(confidence.steps) + shift
            found.append(Dot(phase, round(x, 1), place(right.value), place(right.low), place(right.high)))
    return found
