"""Shapes of charts. Lengths in millimetres from the top left corner of the page.

Colours are two of the palette of Okabe and Ito (2008), told apart by colour-blind readers and, being of different
lightness, in grey print. No meaning rests on colour alone: before is hollow or hatched pale, after is filled.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
GREY: Colour = (110, 110, 110)
PALE: Colour = (232, 232, 232)
#: Before a course: orange, light in grey print.
BEFORE: Colour = (230, 159, 0)
#: After it: blue, dark in grey print.
AFTER: Colour = (0, 86, 145)


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour = BLACK
    width: float = 0.3
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A circle around its middle; white inside unless ``filled``."""

    x: float
    y: float
    radius: float
    colour: Colour
    filled: bool = True


@dataclass(frozen=True)
class Patch:
    """A rectangle with an outline."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    outline: Colour | None = None


@dataclass(frozen=True)
class Wedge:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    colour: Colour


Shape = Stroke | Dot | Patch | Wedge
