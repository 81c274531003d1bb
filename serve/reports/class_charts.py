"""Charts of a class, drawn and labelled directly: bars with intervals, and hits against false alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from serve.exercise.classes import CompetencyLine
from serve.exercise.results import TraineeResult
from serve.exercise.statistics.figure import Figure
from serve.reports.exercise_form import ExerciseForm
from serve.reports.exercise_words import percent, percent_words, say
from serve.reports.shapes import AFTER, BEFORE, BLACK, GREY, PALE, WHITE, Dot, Patch, Stroke, Wedge
from serve.reports.sheet import LEFT, ROOM
from serve.reports.typeset import Line, Style

_LABEL = Style(size=9, leading=1.3)
_FINE = Style(size=7.5, leading=1.25)
_STRONG = Style(size=9, bold=True, leading=1.3)
_BAR, _GAP, _RIM = 4.6, 1.2, 0.6
#: Smallest distance of two labels in one line.
_APART = 0.5
#: Left, top, right, bottom.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Pair:
    """A share before and after, under what it is called."""

    name: str
    before: Figure | None
    after: Figure | None


def bars(form: ExerciseForm, pairs: Sequence[Pair]) -> None:
    """Two bars a share, each with its interval as a whisker and its value in words beside it."""
    sheet, language = form.sheet, form.language
    name_room, words_room = 20.0, 42.0
    left = LEFT + name_room
    scale = ROOM - name_room - words_room
    for pair in pairs:
        sheet.keep(2 * (_BAR + _GAP) + _STRONG.height + 4)
        for line in form.set(pair.name, language, _STRONG, ROOM):
            sheet.line(line, LEFT, sheet.y)
            sheet.y += line.height
        top = sheet.y
        for phase, figure, colour in (("before", pair.before, BEFORE), ("after", pair.after, AFTER)):
            middle = sheet.y + _BAR / 2
            name = Line(say(f"phase.{phase}", language), language, _LABEL)
            sheet.line(name, left - 2 - name.width, middle - _LABEL.height / 2)
            if figure is not None and figure.value is not None:
                wide = scale * figure.value
                sheet.put(Patch(left, sheet.y, wide, _BAR, colour))
                if phase == "before" and wide > 2 * _RIM:  # hollow, so that the two differ without colour
                    sheet.put(Patch(left + _RIM, sheet.y + _RIM, wide - 2 * _RIM, _BAR - 2 * _RIM, WHITE))
                if figure.low is not None and figure.high is not None:
                    low, high = left + scale * figure.low, left + scale * figure.high
                    sheet.put(Stroke(low, middle, high, middle, BLACK, 0.5))
                    for x in (low, high):
                        sheet.put(Stroke(x, middle - 1.2, x, middle + 1.2, BLACK, 0.5))
            words = percent_words(figure, language) if figure else "–"
            sheet.line(Line(words, language, _LABEL), left + scale + 3, middle - _LABEL.height / 2)
            sheet.y += _BAR + _GAP
        for x in (left, left + scale):
            sheet.put(Stroke(x, top - 0.6, x, sheet.y - _GAP + 0.6, GREY, 0.2))
        sheet.y += 1.8


@dataclass(frozen=True)
class _Arrow:
    number: int
    start: tuple[float, float]
    end: tuple[float, float]


def scatter(form: ExerciseForm, trainees: Sequence[TraineeResult], line: CompetencyLine | None) -> bool:
    """Hits against false alarms, an arrow a trainee; ``False``, with nothing drawn, if nobody has both tests."""
    sheet, language, side = form.sheet, form.language, 140.0
    arrows = _arrows(trainees)
    if not arrows:
        return False
    sheet.keep(side + 28)
    left, top = LEFT + 22, sheet.y + 12
    bottom, right = top + side, left + side

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + side * point[0], bottom - side * point[1]

    if line is not None:
        high = side * (1 - line.sensitivity)
        sheet.put(Patch(left, top, max(side * line.false_alarm, 0.4), max(high, 0.4), PALE, GREY))
    sheet.put(Stroke(left, bottom, right, top, GREY, 0.25, dashed=True))
    guess = Line(say("chart.guess", language), language, _FINE)
    sheet.line(guess, left + side * 0.72, bottom - side * 0.66)
    for x1, y1, x2, y2 in ((left, bottom, right, bottom), (left, top, left, bottom)):
        sheet.put(Stroke(x1, y1, x2, y2, GREY, 0.3))
    for tenth in range(0, 11, 2):
        words = Line(percent(tenth / 10, language), language, _FINE)
        x, y = at((tenth / 10, tenth / 10))
        sheet.put(Stroke(x, bottom, x, bottom + 1.2, GREY, 0.3), Stroke(left - 1.2, y, left, y, GREY, 0.3))
        sheet.line(words, x - words.width / 2, bottom + 1.8)
        sheet.line(words, left - 2.2 - words.width, y - _FINE.height / 2)
    sheet.line(Line(say("chart.y", language), language, _STRONG), LEFT, sheet.y)
    caption = Line(say("chart.x", language), language, _STRONG)
    sheet.line(caption, right - caption.width, bottom + 6.5)
    words = Line(say("chart.line", language), language, _FINE)
    corner = left + 1, top + side * (1 - (line.sensitivity if line else 1)) + 0.6
    note = (*corner, corner[0] + words.width, corner[1] + words.height)
    moved = [_Arrow(one.number, at(one.start), at(one.end)) for one in arrows]
    _draw(form, moved, (left, top - 6, right + 14, bottom), [note] if line else [])
    if line is not None:
        sheet.line(words, *corner)
    sheet.y = bottom + 14
    return True


def _arrows(trainees: Sequence[TraineeResult]) -> list[_Arrow]:
    found = []
    for one in trainees:
        if one.before is None or one.after is None:
            continue
        ends = [
            (figures.detection.false_alarm_rate.value, figures.detection.hit_rate.value)
            for figures in (one.before, one.after)
        ]
        (x1, y1), (x2, y2) = ends
        if x1 is not None and y1 is not None and x2 is not None and y2 is not None:
            found.append(_Arrow(one.number, (x1, y1), (x2, y2)))
    return found


def _draw(form: ExerciseForm, arrows: Sequence[_Arrow], frame: Box, taken: Sequence[Box]) -> None:
    put = form.sheet.put
    for one in arrows:
        (x1, y1), (x2, y2) = one.start, one.end
        length = hypot(x2 - x1, y2 - y1)
        if length > 3:
            ux, uy = (x2 - x1) / length, (y2 - y1) / length
            tip = x2 - 1.4 * ux, y2 - 1.4 * uy
            back = tip[0] - 2.2 * ux, tip[1] - 2.2 * uy
            put(Stroke(x1, y1, *back, GREY, 0.25))
            sides = (back[0] - 0.8 * uy, back[1] + 0.8 * ux), (back[0] + 0.8 * uy, back[1] - 0.8 * ux)
            put(Wedge((tip, *sides), GREY))
    for box in taken:
        put(Patch(box[0], box[1], box[2] - box[0], box[3] - box[1], WHITE))
    for one in arrows:
        put(Dot(*one.start, 1.2, BEFORE, filled=False))
    taken = [*taken, *((x - 1.4, y - 1.4, x + 1.4, y + 1.4) for one in arrows for x, y in (one.start, one.end))]
    places: dict[tuple[float, float], list[int]] = defaultdict(list)
    for one in arrows:
        put(Dot(*one.end, 1.2, AFTER))
        places[one.end].append(one.number)
    for (x, y), numbers in sorted(places.items()):
        label = Line(", ".join(str(number) for number in sorted(numbers)), form.language, _FINE)
        box = free_place(x, y, label.width, label.height, taken, frame)
        taken.append(box)
        put(Patch(*box[:2], label.width, label.height, WHITE))
        if hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3])) > 3:
            put(Stroke(x, y, min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]), GREY, 0.15))
        form.sheet.line(label, box[0], box[1])


def free_place(
    x: float, y: float, width: float, height: float, taken: Sequence[Box], frame: Box, unit: float = 1.0
) -> Box:
    """The nearest place around a point for a label that hides nothing; the one that hides least if there is none.

    Args:
        x: of the point.
        y: likewise.
        width: of the label.
        height: likewise.
        taken: places of what must stay visible.
        frame: where the label must lie.
        unit: of lengths, in millimetres on paper.
    """
    best, least = (x, y, x + width, y + height), float("inf")
    for distance in (unit * step for step in (2.0, 3.5, 6.0, 9.0, 12.0, 16.0, 20.0)):
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)):
            left = x + dx * distance - (width if dx < 0 else width / 2 if dx == 0 else 0)
            top = y + dy * distance - (height if dy < 0 else height / 2 if dy == 0 else 0)
            box = (left, top, left + width, top + height)
            if box[0] < frame[0] or box[1] < frame[1] or box[2] > frame[2] or box[3] > frame[3]:
                continue
            hidden = sum(
                max(0.0, min(box[2], other[2]) - max(box[0], other[0]) + _APART * unit)
                * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
                for other in taken
            )
            if hidden < least:
                best, least = box, hidden
            if hidden == 0:
                return box
    return best
