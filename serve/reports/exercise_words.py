"""An exercise's figures in the words of one language."""

from __future__ import annotations

from datetime import datetime

from babel.numbers import format_decimal, format_percent

from model.taxonomy import shipped_taxonomy
from serve.exercise.classes import CompetencyLine
from serve.exercise.statistics.figure import Figure
from serve.i18n import LANGUAGES, LOCALES, tr
from serve.reports.errors import ReportError
from serve.reports.wording import capital, moment

#: What stands where there is no figure.
NOTHING = "–"


def checked(language: str) -> str:
    """A language that reports are made in.

    Raises:
        ReportError: it is none of them.
    """
    if language not in LANGUAGES:
        raise ReportError("exercise_report.error.language", given=language or NOTHING)
    return language


def say(key: str, language: str, **params: object) -> str:
    """A sentence of this part of the program."""
    return tr(f"exercise_report.{key}", language, **params)


def pictures_words(things: int, rendered: int, language: str) -> str:
    """What kind of pictures the figures rest on: those on computer-made ones must not read as if on photos."""
    kind = "render" if rendered == things else "mixed" if rendered else "photo"
    return say(f"pictures.{kind}", language, things=things, rendered=rendered)


def percent(value: float, language: str) -> str:
    """A measured share, rounded to whole percent; unlike a model's probability it may be 0 or 100 %."""
    pattern = "#,##0%" if language != "en" else None
    return str(format_percent(round(value, 2) + 0.0, pattern, locale=LOCALES[language]))


def decimal(value: float, language: str, signed: bool = False, digits: int = 2) -> str:
    """A number with so many decimals; changes carry their sign."""
    pattern = f"0.{'0' * digits}" if digits else "0"
    rounded = round(value, digits) + 0.0
    text = str(format_decimal(abs(rounded), pattern, locale=LOCALES[language]))
    sign = "-" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + text


def probability(p: float | None, language: str) -> str:
    """A p value with its sign; small ones as a bound."""
    if p is None:
        return NOTHING
    sign, value = ("<", 0.001) if p < 0.001 else ("=", p)
    return f"{sign} {decimal(value, language, digits=3)}"


def points(value: float, language: str) -> str:
    """A change of a share in percentage points; with a decimal where it would pass for none."""
    return decimal(100 * value, language, signed=True, digits=1 if 0 < abs(value) < 0.005 else 0)


def reason(figure: Figure, language: str) -> str:
    """Why there is no figure."""
    return say(f"reason.{figure.reason}", language) if figure.reason else NOTHING


def count_of(figure: Figure) -> int:
    """How many a share counts."""
    return round((figure.value or 0.0) * figure.n)


def share_words(figure: Figure, language: str) -> str:
    """Count, share and interval."""
    if figure.value is None or figure.low is None or figure.high is None:
        return reason(figure, language)
    return say(
        "share", language, count=count_of(figure), n=figure.n, share=percent(figure.value, language),
        low=percent(figure.low, language), high=percent(figure.high, language),
    )  # fmt: skip


def points_words(figure: Figure, language: str) -> str:
    """A change of a share with its interval."""
    if figure.value is None or figure.low is None or figure.high is None:
        return reason(figure, language)
    return say(
        "points", language, value=points(figure.value, language), low=points(figure.low, language),
        high=points(figure.high, language),
    )  # fmt: skip


def number_words(figure: Figure, language: str, signed: bool = False) -> str:
    """A number with its interval, whose ends may be open."""
    if figure.value is None:
        return reason(figure, language)
    low, high = (
        say("open", language) if end is None else decimal(end, language, signed) for end in (figure.low, figure.high)
    )
    return say("short", language, value=decimal(figure.value, language, signed), low=low, high=high)


def percent_words(figure: Figure, language: str) -> str:
    """A share with its interval, short."""
    if figure.value is None or figure.low is None or figure.high is None:
        return reason(figure, language)
    ends = percent(figure.low, language), percent(figure.high, language)
    return say("short", language, value=percent(figure.value, language), low=ends[0], high=ends[1])


def counted(figure: Figure | None) -> str:
    """Count and number of a share, as in a narrow column."""
    return NOTHING if figure is None or figure.value is None else f"{count_of(figure)}/{figure.n}"


def arrow(first: str, second: str) -> str:
    """Before and after in one cell."""
    return f"{first} → {second}"


def leaf(name: str, language: str) -> str:
    """What a leaf is called."""
    return capital(shipped_taxonomy().leaf(name).names.text(language))


def line_words(line: CompetencyLine, language: str) -> str:
    """What a competency line asks for."""
    return say(
        "glance.line.is", language, sensitivity=percent(line.sensitivity, language),
        alarm=percent(line.false_alarm, language),
    )  # fmt: skip


def local(at: datetime, language: str) -> str:
    """A moment in this computer's time zone."""
    return moment(at.astimezone(), language)
