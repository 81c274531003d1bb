"""Photos in the form: two cards a row, each a small picture with its name, size and hash."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from serve.i18n import tr
from serve.reports.content import PhotoEntry
from serve.reports.form import Form
from serve.reports.sheet import LEFT, PAD_Y, ROOM, Cell, Picture, Rule
from serve.reports.typeset import Line, Style
from serve.reports.wording import say, size

_CARD = ROOM / 2
#: Room of a picture, and space around it.
_PICTURE = (37.0, 30.0)
_GAP = 1.6
_NAME = Style(size=8.5, leading=1.3)
_HEAD = Style(size=8.5, bold=True, leading=1.3)
_FINE = Style(size=7, leading=1.35)
_FAULT = Style(size=7.5, bold=True, leading=1.3)


def photo_grid(form: Form, photos: Sequence[PhotoEntry]) -> None:
    """Draw all photos of an exhibit. They stand once, with words in every language of the form."""
    for first in range(0, len(photos), 2):
        pair = list(enumerate(photos[first : first + 2], first + 1))
        cards = [(photo, _beside(form, photo, n), _instead(form, photo)) for n, photo in pair]
        height = max(
            _PICTURE[1] + 2 * _GAP,
            *(_high(beside) for _, beside, _ in cards),
            *(_high(instead) + 2 * _GAP for _, _, instead in cards),
        )
        form.sheet.keep(height)
        top = form.sheet.y
        for column, (photo, beside, instead) in enumerate(cards):
            _card(form, photo, beside, instead, LEFT + column * _CARD, top, height)
        form.sheet.y = top + height


def _high(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines) + 2 * PAD_Y


def _card(
    form: Form, photo: PhotoEntry, beside: list[Line], instead: list[Line], x: float, top: float, height: float
) -> None:
    put = form.sheet.put
    for y in (top, top + height):
        put(Rule(x, y, x + _CARD, y))
    for edge in (x, x + _CARD):
        put(Rule(edge, top, edge, top + height))
    text = x + _GAP + _PICTURE[0]
    form.sheet.lines(Cell(text, _CARD - _PICTURE[0] - _GAP, beside), top)
    if photo.picture is None:
        form.sheet.lines(Cell(x, _PICTURE[0] + 2 * _GAP, instead), top + _GAP)
        return
    with Image.open(io.BytesIO(photo.picture)) as picture:
        wide, high = picture.size
    scale = min(_PICTURE[0] / wide, _PICTURE[1] / high)
    wide_mm, high_mm = wide * scale, high * scale
    put(Picture(x + _GAP + (_PICTURE[0] - wide_mm) / 2, top + (height - high_mm) / 2, wide_mm, high_mm, photo.picture))


def _beside(form: Form, photo: PhotoEntry, number: int) -> list[Line]:
    """Number, name, size, hash and the photo's own outcome."""
    room = _CARD - _PICTURE[0] - 3 * _GAP - 1.0
    first, languages = form.languages[0], form.languages
    numbers = [tr("report.photo.number", language, number=number) for language in languages]
    lines = form.set(" / ".join(numbers), languages[-1] if "zh" in languages else first, _HEAD, room)
    lines += form.set(photo.name, first, _NAME, room)
    for language in languages:
        lines += form.set(size(photo, language), language, _FINE, room)
    lines += form.set(f"SHA-256:\n{photo.sha256}", "en", _FINE, room)
    if photo.outcome:
        for language in languages:
            words = tr("report.photo.outcome", language, outcome=tr(f"outcome.{photo.outcome}.short", language))
            lines += form.set(words, language, _FINE, room)
    return lines


def _instead(form: Form, photo: PhotoEntry) -> list[Line]:
    """Why there is no picture, in its place."""
    if photo.picture is not None or photo.fault is None:
        return []
    lines: list[Line] = []
    for language in form.languages:
        lines += form.set(say(photo.fault, language), language, _FAULT, _PICTURE[0] - _GAP)
    return lines
