"""The form's parts: what stands in one, or in two columns of different languages with their rows aligned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from serve.i18n import tr
from serve.reports.fonts import prepared
from serve.reports.sheet import LEFT, PAD_X, PAD_Y, ROOM, TOP, Cell, Rule, Sheet
from serve.reports.typeset import Line, Style, set_lines
from serve.reports.wording import Field

NOTICE = Style(size=9.5, bold=True)
TITLE = Style(size=15, bold=True, leading=1.3)
TITLE_NARROW = Style(size=12, bold=True, leading=1.3)
SMALL = Style(size=8, leading=1.35)
PLAIN = Style()
LABEL = Style(bold=True, size=8.5, leading=1.54)
SECTION = Style(size=11.5, bold=True)
PART = Style(size=9.5, bold=True)
#: Share of a column that labels take.
_LABEL_SHARE = {1: 0.27, 2: 0.32}
#: Grey behind labels and behind section headings.
_PALE, _DARKER = 242, 222
#: Height that must follow a heading on its page.
_AFTER_HEADING = 22.0

Worded = Callable[[str], str]


@dataclass
class Form:
    """A sheet with a column for each language. ``missing`` collects what no face can draw."""

    languages: Sequence[str]
    missing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sheet = Sheet(self._notice)

    @property
    def column(self) -> float:
        """Width of a column."""
        return ROOM / len(self.languages)

    def set(self, text: str, language: str, style: Style, room: float, **options: float) -> list[Line]:
        """Lines of a text, noting what cannot be drawn."""
        self.missing |= prepared(text)[1]
        return set_lines(text, language, style, room, **options)

    def _notice(self, sheet: Sheet) -> float:
        """The notice on top of every page, in a box."""
        sheet.y = TOP
        cells = self._across(lambda language: tr("report.notice", language), NOTICE, centred=True)
        height = max(cell.height for cell in cells)
        for cell in cells:
            sheet.lines(cell, sheet.y)
        top, bottom, right = sheet.y, sheet.y + height, LEFT + ROOM
        for ends in ((LEFT, top, right, top), (LEFT, bottom, right, bottom), (LEFT, top, LEFT, bottom),
                     (right, top, right, bottom)):  # fmt: skip
            sheet.put(Rule(*ends, width=0.5, grey=0))
        return bottom + 4.0

    def _across(self, words: Worded, style: Style, centred: bool = False, grey: int | None = None) -> list[Cell]:
        room = self.column
        return [
            Cell(LEFT + n * room, room, self.set(words(language), language, style, room - 2 * PAD_X), grey, centred)
            for n, language in enumerate(self.languages)
        ]

    def title(self, words: Worded, below: Worded) -> None:
        """The title, and a line below it."""
        style = TITLE if len(self.languages) == 1 else TITLE_NARROW
        self.sheet.row(self._across(words, style, centred=True), ruled=False)
        self.sheet.row(self._across(below, SMALL, centred=True), ruled=False)
        self.sheet.space(2.5)

    def section(self, words: Worded, follow: float = _AFTER_HEADING) -> None:
        """A heading on a grey band, never alone at the foot of a page."""
        self.sheet.space(4.5)
        self.sheet.keep(follow + SECTION.height)
        self.sheet.row(self._across(words, SECTION, grey=_DARKER))

    def part(self, words: Worded, follow: float = _AFTER_HEADING) -> None:
        """A heading inside a section."""
        self.sheet.space(2.2)
        self.sheet.keep(follow + PART.height)
        self.sheet.row(self._across(words, PART), ruled=False)

    def paragraph(self, words: Worded, style: Style = PLAIN, ruled: bool = False) -> None:
        """Text across each column."""
        self.sheet.row(self._across(words, style), ruled=ruled)

    def table(self, fields: Callable[[str], list[Field]], style: Style = LABEL, share: float | None = None) -> None:
        """Label and value in each column; the n-th rows of all languages are aligned.

        ``share`` is how much of a column the labels take.
        """
        room, share = self.column, share or _LABEL_SHARE[len(self.languages)]
        label_room = round(room * share, 2)
        worded = [fields(language) for language in self.languages]
        for row in zip(*worded, strict=True):
            cells: list[Cell] = []
            for n, (language, (label, value)) in enumerate(zip(self.languages, row, strict=True)):
                x, rest = LEFT + n * room, room - label_room
                labels = self.set(label, language, style, label_room - 2 * PAD_X)
                values = self.set(value, language, PLAIN, rest - 2 * PAD_X)
                cells += [Cell(x, label_room, labels, _PALE), Cell(x + label_room, rest, values)]
            self.sheet.row(cells)

    def numbered(self, words: Sequence[Worded]) -> None:
        """Numbered paragraphs."""
        room, indent = self.column, 5.0
        for number, one in enumerate(words, 1):
            cells = []
            for n, language in enumerate(self.languages):
                lines = self.set(one(language), language, PLAIN, room - 2 * PAD_X - indent, x=indent)
                cells.append(Cell(LEFT + n * room, room, lines))
            height = max(cell.height for cell in cells)
            self.sheet.keep(height)
            for cell in cells:  # number and text of a column one after the other, as they are read and copied
                mark = Line(f"{number}.", self.languages[0], PLAIN)
                self.sheet.line(mark, cell.x + PAD_X, self.sheet.y + PAD_Y)
                self.sheet.lines(cell, self.sheet.y)
            self.sheet.y += height

    def signatures(self, who: Sequence[Worded], hint: Worded, height: float = 30.0) -> None:
        """Boxes to sign in, kept on one page."""
        room = ROOM / len(who)
        cells = []
        for n, one in enumerate(who):
            lines: list[Line] = []
            for language in self.languages:
                lines += self.set(one(language), language, PART, room - 2 * PAD_X)
            for language in self.languages:
                lines += self.set(hint(language), language, SMALL, room - 2 * PAD_X)
            cells.append(Cell(LEFT + n * room, room, lines, centred=True))
        high = max(cell.height for cell in cells) + height
        self.sheet.keep(high)
        top, right = self.sheet.y, LEFT + ROOM
        for cell in cells:
            self.sheet.lines(cell, top)
        for y in (top, top + high):
            self.sheet.put(Rule(LEFT, y, right, y))
        for x in (*(cell.x for cell in cells), right):
            self.sheet.put(Rule(x, top, x, top + high))
        self.sheet.y = top + high
