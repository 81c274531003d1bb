"""Blocks flowing over A4 pages, as marks with places; nothing here knows PDF or what a report says.

All lengths are millimetres from the top left corner, all text sizes points. A page's marks are only painted once the
number of pages is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from serve.reports.fonts import MM, runs, width
from serve.reports.shapes import Shape
from serve.reports.typeset import Line

PAGE = (210.0, 297.0)
LEFT, RIGHT, TOP, BOTTOM = 20.0, 15.0, 12.0, 19.0
ROOM = PAGE[0] - LEFT - RIGHT
#: Space inside a cell, left and right, and above and below.
PAD_X, PAD_Y = 1.6, 0.9
#: A row higher than this is divided between pages instead of moved to the next.
DIVIDE_FROM = 60.0
_RULE, _RULE_GREY = 0.2, 110


@dataclass(frozen=True)
class Text:
    """Characters of one face; ``y`` is the baseline."""

    x: float
    y: float
    face: str
    size: float
    grey: int
    text: str


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = _RULE
    grey: int = _RULE_GREY


@dataclass(frozen=True)
class Band:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    grey: int


@dataclass(frozen=True)
class Picture:
    """A JPEG, drawn to fill the rectangle."""

    x: float
    y: float
    width: float
    height: float
    data: bytes


Mark = Text | Rule | Band | Picture | Shape


@dataclass(frozen=True)
class Cell:
    """Lines in a rectangle ``room`` wide at ``x``; ``grey`` fills it, if given."""

    x: float
    room: float
    lines: Sequence[Line]
    grey: int | None = None
    centred: bool = False

    @property
    def height(self) -> float:
        """With its padding."""
        return sum(line.height for line in self.lines) + 2 * PAD_Y


class Sheet:
    """Pages filled from top to bottom.

    Args:
        header: draws what stands on top of every page and returns where the text may begin.
    """

    def __init__(self, header: Callable[[Sheet], float]) -> None:
        self.pages: list[list[Mark]] = []
        self._header = header
        self.y = 0.0
        self.new_page()

    @property
    def free(self) -> float:
        """Height left on this page."""
        return PAGE[1] - BOTTOM - self.y

    def new_page(self) -> None:
        """Begin a page."""
        self.page: list[Mark] = []
        self.pages.append(self.page)
        self._top = self.y = self._header(self)

    def put(self, *marks: Mark) -> None:
        """Place marks on this page (:attr:`page`, which may be set to an earlier one of :attr:`pages`)."""
        self.page.extend(marks)

    def keep(self, height: float) -> None:
        """Begin a page unless ``height`` is left on this one."""
        if height > self.free and self.y > self._top:
            self.new_page()

    def space(self, height: float) -> None:
        """Leave room, but not on top of a page."""
        if self.y > self._top:
            self.y += height

    def row(self, cells: Sequence[Cell], ruled: bool = True) -> None:
        """Place cells side by side, as high as the highest; on the next page if they do not fit.

        A very high row is divided between lines, so that nothing is ever cut off.
        """
        height = max(cell.height for cell in cells)
        if height > self.free and height <= DIVIDE_FROM:
            self.new_page()
        while max(cell.height for cell in cells) > self.free:
            if self.free < DIVIDE_FROM / 3 and self.y > self._top:
                self.new_page()
                continue
            fitting = [_fitting(cell, self.free) for cell in cells]
            self._draw([_part(cell, cell.lines[:n]) for cell, n in zip(cells, fitting, strict=True)], ruled)
            cells = [_part(cell, cell.lines[n:]) for cell, n in zip(cells, fitting, strict=True)]
            self.new_page()
        self._draw(cells, ruled)

    def _draw(self, cells: Sequence[Cell], ruled: bool) -> None:
        height = max(cell.height for cell in cells)
        for cell in cells:
            if cell.grey is not None:
                self.put(Band(cell.x, self.y, cell.room, height, cell.grey))
        for cell in cells:
            self.lines(cell, self.y)
        if ruled:
            left, right = cells[0].x, cells[-1].x + cells[-1].room
            for y in (self.y, self.y + height):
                self.put(Rule(left, y, right, y))
            for x in {left, right, *(cell.x for cell in cells)}:
                self.put(Rule(x, self.y, x, self.y + height))
        self.y += height

    def lines(self, cell: Cell, top: float) -> None:
        """Draw a cell's lines from ``top`` on."""
        y = top + PAD_Y
        for line in cell.lines:
            y += line.before
            x = cell.x + PAD_X + line.x
            if cell.centred:
                x = cell.x + (cell.room - line.width) / 2
            self.line(line, x, y)
            y += line.style.height

    def line(self, line: Line, x: float, top: float) -> None:
        """Draw one line whose upper edge is at ``top``."""
        style = line.style
        # Ascenders of Noto Sans are 1.07 em high and descenders 0.29 em deep.
        baseline = top + (style.height + (1.07 - 0.29) * style.size * MM) / 2
        for run in runs(line.text, line.language, style.bold):
            self.put(Text(x, baseline, run.face, style.size, style.grey, run.text))
            x += width(run.text, line.language, style.size, style.bold)


def _fitting(cell: Cell, free: float) -> int:
    """How many lines fit, at least one, so that a division always goes on."""
    left, count = free - 2 * PAD_Y, 0
    for line in cell.lines:
        left -= line.height
        if left < 0:
            break
        count += 1
    return max(count, 1)


def _part(cell: Cell, lines: Sequence[Line]) -> Cell:
    return Cell(cell.x, cell.room, lines, cell.grey, cell.centred)
