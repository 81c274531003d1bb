"""Every sentence a person reads, in Vietnamese, Chinese and English.

A folder a language, in it one JSON file for each part of the program; flat keys, ``{placeholders}`` filled by name. A
key stands in one file only. A key that is missing is an error, not an English sentence on a Vietnamese page; a test
holds the three catalogues to the same keys and placeholders.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from babel.core import negotiate_locale
from babel.numbers import format_decimal, format_percent

#: In the order of the language switch. The first is the fallback.
LANGUAGES: tuple[str, ...] = ("vi", "zh", "en")
#: Each language's own name, as a switch shows it.
LANGUAGE_NAMES: dict[str, str] = {"vi": "Tiếng Việt", "zh": "中文", "en": "English"}
#: Locale by language, for dates and numbers.
LOCALES = {"vi": "vi_VN", "zh": "zh_Hans_CN", "en": "en_GB"}


@cache
def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language, by key.

    Raises:
        KeyError: ``language`` is not one of :data:`LANGUAGES`.
        ValueError: two files hold the same key.
    """
    if language not in LANGUAGES:
        raise KeyError(f"no catalogue for language {language!r}; expected one of {', '.join(LANGUAGES)}")
    entries: dict[str, str] = {}
    for part in sorted(files("serve.i18n").joinpath(language).iterdir(), key=lambda part: part.name):
        if not part.name.endswith(".json"):
            continue
        found: dict[str, str] = json.loads(part.read_text(encoding="utf-8"))
        if twice := entries.keys() & found.keys():
            raise ValueError(f"{language}/{part.name} repeats sentences of another file: {', '.join(sorted(twice))}")
        entries |= found
    return entries


def tr(key: str, language: str, **params: object) -> str:
    """The sentence ``key`` in ``language`` with its placeholders filled.

    Raises:
        KeyError: the catalogue has no such key, or a placeholder was not given.
    """
    entries = catalogue(language)
    if key not in entries:
        raise KeyError(f"catalogue {language!r} has no sentence {key!r}")
    return entries[key].format(**params)


def steps(prefix: str, language: str) -> list[str]:
    """The numbered sentences ``prefix.1``, ``prefix.2``, … in order."""
    entries = catalogue(language)
    found: list[str] = []
    while (key := f"{prefix}.{len(found) + 1}") in entries:
        found.append(entries[key])
    return found


def choose_language(accept_language: str | None) -> str:
    """The best of our languages for a browser's ``Accept-Language`` header (or a locale such as ``zh_CN``).

    Unknown and missing headers give the first of :data:`LANGUAGES`.
    """
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        wanted.append((-weight, tag.replace("-", "_").partition("_")[0].partition(".")[0].lower()))
    best = negotiate_locale([tag for _, tag in sorted(wanted, key=lambda pair: pair[0]) if tag], LANGUAGES)
    return best or LANGUAGES[0]


def percent(value: float, language: str) -> str:
    """A share in the language's own notation, without decimals; never 0 % or 100 %, which no model can promise."""
    if value < 0.01:
        return "< " + str(format_percent(0.01, locale=LOCALES[language]))
    if value > 0.99:
        return "> " + str(format_percent(0.99, locale=LOCALES[language]))
    return str(format_percent(value, "#,##0%" if language != "en" else None, locale=LOCALES[language]))


def number(value: float, language: str) -> str:
    """A number in the language's own notation, one decimal at most."""
    return str(format_decimal(round(value, 1), locale=LOCALES[language]))
