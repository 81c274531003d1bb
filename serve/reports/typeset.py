"""Lines of text: where they break. Widths in millimetres, sizes in points.

Chinese breaks between any two characters except before closing and after opening marks (the rule of *Requirements for
Chinese Text Layout*, W3C, on line starts and ends); other text breaks at spaces, and inside a word, a hash or a file
name only where it would not fit a line of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from serve.reports.fonts import MM, bold_throughout, prepared, width

#: Marks that may not begin a line, and such that may not end one.
_NO_START = frozenset("，。、；：！？）》〉”’】〕」』％…·,.;:!?)]}%")
_NO_END = frozenset("（《〈“‘【〔「『([{")


@dataclass(frozen=True)
class Style:
    """How a text looks. ``leading`` is the distance of lines in multiples of the size; ``grey`` 0 (black) to 255."""

    size: float = 9.5
    bold: bool = False
    grey: int = 0
    leading: float = 1.38
    before: float = 0.0

    @property
    def height(self) -> float:
        """Height of a line in millimetres."""
        return self.size * self.leading * MM


@dataclass(frozen=True)
class Line:
    """One line. ``x`` is its distance from the left of its column, ``before`` the space above it."""

    text: str
    language: str
    style: Style
    x: float = 0.0
    before: float = 0.0

    @property
    def height(self) -> float:
        """With the space above, in millimetres."""
        return self.before + self.style.height

    @property
    def width(self) -> float:
        """In millimetres."""
        return width(self.text, self.language, self.style.size, self.style.bold)


def set_lines(text: str, language: str, style: Style, room: float, x: float = 0.0, hang: float = 0.0) -> list[Line]:
    """Set a text into lines at most ``room`` wide; lines after the first of a paragraph are indented by ``hang``.

    Bold Chinese is shipped for the program's own words only; a text with other characters is set in regular throughout
    instead of changing weight within a word.
    """
    made: list[Line] = []
    text = prepared(text)[0]
    if style.bold and not bold_throughout(text):
        style = replace(style, bold=False)
    for paragraph in text.split("\n"):
        first = True
        for line in _broken(paragraph, language, style, room, hang):
            made.append(Line(line, language, style, x if first else x + hang))
            first = False
    if made:
        made[0] = replace(made[0], before=style.before)
    return made


def _broken(text: str, language: str, style: Style, room: float, hang: float) -> Iterator[str]:
    line, left = "", room
    for piece in _pieces(text):
        if _width(line + piece.rstrip(), language, style) <= left:
            line += piece
            continue
        if line.strip():
            yield line.rstrip()
            line, left = "", room - hang
        rest = piece.lstrip()
        while _width(rest.rstrip(), language, style) > left:
            count = _fitting(rest, language, style, left)
            yield rest[:count]
            rest, left = rest[count:], room - hang
        line = rest
    yield line.rstrip()


def _width(text: str, language: str, style: Style) -> float:
    return width(text, language, style.size, style.bold)


def _fitting(text: str, language: str, style: Style, room: float) -> int:
    """How many characters fit, at least one."""
    count = 1
    while count < len(text) and _width(text[: count + 1], language, style) <= room:
        count += 1
    # A combining mark stays with its letter.
    while 1 < count < len(text) and unicodedata.combining(text[count]):
        count -= 1
    return count


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")


def _pieces(text: str) -> Iterator[str]:
    """Parts between which a line may break; spaces hang at the end of a part."""
    part = ""
    for char in text:
        if part and _may_break(part[-1], char):
            yield part
            part = ""
        part += char
    if part:
        yield part


def _may_break(left: str, right: str) -> bool:
    if right == " " or right in _NO_START or left in _NO_END:
        return False
    return left == " " or _wide(left) or _wide(right)
