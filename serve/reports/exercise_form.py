"""Parts of an exercise's printed matter: running head and foot, tables of many columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version

from serve.reports.form import SMALL, Form
from serve.reports.paint import painted
from serve.reports.sheet import BOTTOM, LEFT, PAD_X, PAGE, ROOM, TOP, Cell, Rule, Sheet
from serve.reports.typeset import Line, Style, set_lines

CELL = Style(size=8.5, leading=1.3)
HEAD = Style(size=8, bold=True, leading=1.25)
_FOOT = Style(size=7.5)
_PALE = 242


@dataclass
class ExerciseForm(Form):
    """A form in one language with a line of ``head`` on top of every page."""

    head: str = ""
    _header_row: list[Cell] | None = field(default=None, init=False)

    @property
    def language(self) -> str:
        """The only language."""
        return self.languages[0]

    def _notice(self, sheet: Sheet) -> float:
        sheet.y = TOP
        if not self.head:
            return TOP
        (line, *_) = self.set(self.head, self.language, SMALL, ROOM)
        sheet.line(line, LEFT + ROOM - line.width, TOP - 3)
        sheet.put(Rule(LEFT, TOP + 2, LEFT + ROOM, TOP + 2))
        return TOP + 5

    def say(self, text: str, style: Style, ruled: bool = False) -> None:
        """A paragraph already worded."""
        self.paragraph(lambda _: text, style, ruled)

    def centred(self, text: str, style: Style) -> list[Cell]:
        """A cell across the page."""
        return [Cell(LEFT, ROOM, self.set(text, self.language, style, ROOM - 2 * PAD_X), centred=True)]

    def grid(
        self, shares: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]], style: Style = CELL
    ) -> None:
        """A table whose heads stand on every page it reaches.

        Args:
            shares: widths of the columns; they are scaled to the page.
            heads: of the columns.
            rows: texts, one a column.
            style: of the rows.
        """
        rooms = [ROOM * share / sum(shares) for share in shares]
        places = [LEFT + sum(rooms[:n]) for n in range(len(rooms))]

        def cells(texts: Sequence[str], of: Style, grey: int | None = None) -> list[Cell]:
            return [
                Cell(x, room, self.set(text, self.language, of, room - 2 * PAD_X), grey)
                for x, room, text in zip(places, rooms, texts, strict=True)
            ]

        head = cells(heads, HEAD, _PALE)
        for number, row in enumerate(rows):
            made = cells(row, style)
            height = max(cell.height for cell in made) + (max(cell.height for cell in head) if not number else 0)
            if not number:
                self.sheet.keep(height)
                self.sheet.row(head)
            elif height > self.sheet.free:
                self.sheet.new_page()
                self.sheet.row(head)
            self.sheet.row(made)


def foot(sheet: Sheet, text: str, language: str, page: str) -> None:
    """A line below, the page's number at its right."""
    y = PAGE[1] - BOTTOM + 2.0
    sheet.put(Rule(LEFT, y, LEFT + ROOM, y))
    number = Line(page, language, _FOOT)
    sheet.line(number, LEFT + ROOM - number.width, y + 1)
    sheet.line(set_lines(text, language, _FOOT, ROOM - number.width - 4)[0], LEFT, y + 1)


def finished(form: ExerciseForm, title: str, made: datetime, feet: Sequence[tuple[str, str]]) -> bytes:
    """The PDF file of a form; ``feet`` holds text and page number of each page."""
    for page, (text, number) in zip(form.sheet.pages, feet, strict=True):
        form.sheet.page = page
        foot(form.sheet, text, form.language, number)
    return painted(form.sheet.pages, form.language, title, version("tigercheck"), made)
