"""Pages of marks as a PDF file with the shipped fonts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import as_file, files

from fpdf import FPDF

from serve.i18n import LOCALES
from serve.reports import fonts
from serve.reports.shapes import Dot, Patch, Shape, Stroke
from serve.reports.sheet import Band, Mark, Picture, Rule, Text


def painted(pages: Sequence[Sequence[Mark]], language: str, title: str, software: str, made: datetime) -> bytes:
    """The file: the same bytes for the same pages, words, time and version of fpdf2.

    Args:
        pages: marks of each page.
        language: of the document.
        title: stands in the file's metadata, as does ``software``.
        software: version of tigercheck.
        made: with its time zone.
    """
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_creation_date(made)
    pdf.set_title(title)
    pdf.set_creator(f"tigercheck {software}")
    pdf.set_lang(LOCALES[language].replace("_", "-"))
    for name, file in fonts.FILES.items():
        with as_file(files("serve.reports") / "fonts" / file) as path:
            pdf.add_font(name, fname=path)
    for page in pages:
        pdf.add_page()
        for mark in page:
            _paint(pdf, mark)
    return bytes(pdf.output())


def _paint(pdf: FPDF, mark: Mark) -> None:
    if isinstance(mark, Rule):
        pdf.set_draw_color(mark.grey)
        pdf.set_line_width(mark.width)
        pdf.line(mark.x1, mark.y1, mark.x2, mark.y2)
    elif isinstance(mark, Band):
        pdf.set_fill_color(mark.grey)
        pdf.rect(mark.x, mark.y, mark.width, mark.height, style="F")
    elif isinstance(mark, Picture):
        pdf.image(io.BytesIO(mark.data), mark.x, mark.y, mark.width, mark.height)
    elif isinstance(mark, Text):
        pdf.set_font(mark.face, size=mark.size)
        pdf.set_text_color(mark.grey)
        pdf.text(mark.x, mark.y, mark.text)
    else:
        _shape(pdf, mark)


def _shape(pdf: FPDF, mark: Shape) -> None:
    if isinstance(mark, Stroke):
        pdf.set_draw_color(*mark.colour)
        pdf.set_line_width(mark.width)
        if mark.dashed:
            pdf.set_dash_pattern(dash=1.4, gap=1.2)
        pdf.line(mark.x1, mark.y1, mark.x2, mark.y2)
        if mark.dashed:
            pdf.set_dash_pattern()
    elif isinstance(mark, Dot):
        pdf.set_draw_color(*mark.colour)
        pdf.set_line_width(0.4)
        pdf.set_fill_color(*(mark.colour if mark.filled else (255, 255, 255)))
        pdf.ellipse(mark.x - mark.radius, mark.y - mark.radius, 2 * mark.radius, 2 * mark.radius, style="DF")
    elif isinstance(mark, Patch):
        pdf.set_fill_color(*mark.colour)
        pdf.set_draw_color(*(mark.outline or mark.colour))
        pdf.set_line_width(0.3)
        pdf.rect(mark.x, mark.y, mark.width, mark.height, style="DF")
    else:
        pdf.set_fill_color(*mark.colour)
        pdf.polygon(mark.points, style="F")
