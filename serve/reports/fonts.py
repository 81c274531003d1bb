"""The faces the report is set in: which draws a character, how wide it is, and what none of them can draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

from fontTools.ttLib import TTFont

#: File by face: Latin and Chinese, regular and bold.
FILES: dict[str, str] = {
    "latin": "NotoSans-Regular.ttf",
    "latin-bold": "NotoSans-Bold.ttf",
    "chinese": "NotoSansSC-Regular.ttf",
    "chinese-bold": "NotoSansSC-Bold.ttf",
}
#: Millimetres to the point.
MM = 25.4 / 72


@dataclass(frozen=True)
class Face:
    """What is known of a face without drawing it: advance by character, in ems."""

    name: str
    advances: dict[int, float]


@dataclass(frozen=True)
class Run:
    """Characters of one face."""

    face: str
    text: str


@cache
def face(name: str) -> Face:
    """A shipped face by its name in :data:`FILES`."""
    with as_file(files("serve.reports") / "fonts" / FILES[name]) as path, TTFont(path, lazy=True) as font:
        em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        return Face(name, {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()})


def order(language: str, bold: bool) -> tuple[str, ...]:
    """Faces to try, first to last. Chinese quotation marks and dots are full-width in Chinese text alone."""
    first, second = ("chinese", "latin") if language == "zh" else ("latin", "chinese")
    return (f"{first}-bold", f"{second}-bold", first, second) if bold else (first, second)


def prepared(text: str) -> tuple[str, frozenset[str]]:
    """Text as it can be drawn, and the characters no face has, which stand in it as ``U+XXXX``.

    Line ends stay, other white space becomes a space, and letters are composed (NFC), so that Vietnamese typed on any
    keyboard is drawn with its own letters.
    """
    missing: set[str] = set()
    out: list[str] = []
    for char in unicodedata.normalize("NFC", "\n".join(text.splitlines())):
        if char == "\n" or _drawn(char):
            out.append(char)
        elif char.isspace():
            out.append(" ")
        else:
            missing.add(char)
            out.append(f"[{code(char)}]")
    return "".join(out), frozenset(missing)


def code(char: str) -> str:
    """A character's number as Unicode writes it."""
    return f"U+{ord(char):04X}"


def _drawn(char: str) -> bool:
    # Marks that only steer the direction or join of letters have no shape of their own and would vanish.
    if unicodedata.category(char) in ("Cc", "Cf"):
        return False
    return any(ord(char) in face(name).advances for name in ("latin", "chinese"))


def chosen(char: str, language: str, bold: bool) -> str:
    """The face that draws a character; the last one tried if none does (then it is a missing glyph)."""
    names = order(language, bold)
    return next((name for name in names if ord(char) in face(name).advances), names[-1])


def bold_throughout(text: str) -> bool:
    """Whether the bold faces draw all of a text."""
    return all(char == "\n" or chosen(char, "vi", bold=True).endswith("-bold") for char in text)


def runs(text: str, language: str, bold: bool = False) -> Iterator[Run]:
    """Text cut where the face changes."""
    for name, group in groupby(text, key=lambda char: chosen(char, language, bold)):
        yield Run(name, "".join(group))


def width(text: str, language: str, size: float, bold: bool = False) -> float:
    """Width in millimetres of one line at ``size`` points."""
    ems = sum(face(chosen(char, language, bold)).advances.get(ord(char), 0.0) for char in text)
    return ems * size * MM
