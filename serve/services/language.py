"""The language a person most likely reads, from the operating system's settings."""

from __future__ import annotations

import locale
import os

import typer

from serve.i18n import LANGUAGES, choose_language


def system_language() -> str:
    """``vi``, ``zh`` or ``en`` by the usual variables, else by the system's locale, else English.

    A terminal without any setting (a server, a script) is more likely a maintainer's than an officer's.
    """
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "en" if value.partition(".")[0] in ("C", "POSIX") else choose_language(value)
    name = locale.getlocale()[0]
    return choose_language(name) if name else "en"


def asked_language(asked: str | None) -> str:
    """The language asked for with ``--lang``, else the system's.

    Raises:
        typer.BadParameter: it is none of ours.
    """
    if asked is None:
        return system_language()
    if asked not in LANGUAGES:
        raise typer.BadParameter(f"expected one of {', '.join(LANGUAGES)}, got {asked!r}", param_hint="--lang")
    return asked
