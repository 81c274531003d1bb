"""``tigercheck settings``: how the program works for everyone of the agency, set by who may write the case folder."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from serve.cases_cli import Data, Database, Language, Officer, open_store
from serve.i18n import tr
from serve.services.clock import clock_sentence, local_time
from serve.services.language import asked_language

app = typer.Typer(
    help="Set how the program works for everyone of the agency. Each change is kept, with who made it and when.",
    epilog="Settings: own_judgement_first (officers record their own judgement before they see the answer).",
    no_args_is_help=True,
)

_VALUES = {"on": True, "off": False}


@app.command()
def show(
    changes: Annotated[bool, typer.Option("--changes", help="Show every change instead of what holds now.")] = False,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Show the settings, who set them and since when."""
    from serve.services.settings import settings  # noqa: PLC0415 - the database library takes a second to import

    language = asked_language(lang)
    with open_store(data, database) as store:
        found, made = settings(store), store.settings()
    table = Table(show_lines=True)
    shown = ("setting", "table.code", "table.state", "table.since", "who", "reason.short")
    for column in shown:
        table.add_column(tr(f"settings.{column}", language), overflow="fold")
    now = [(one.name, one.value, one.last) for one in found]
    for name, value, event in [(one.payload.name, one.payload.value, one) for one in made] if changes else now:
        cells = [tr(f"setting.{name}.name", language), name, _state(value, language)]
        cells += [local_time(event.at, language), event.who, event.payload.reason] if event else ["", "", ""]
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)


@app.command("set")
def set_one(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which setting.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="on or off.")],
    officer: Officer,
    reason: Annotated[str, typer.Option("--reason", help="Why, or the number of the order.")] = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Change a setting. It holds at once, also for pages that are open."""
    from serve.services.settings import NAMES, change  # noqa: PLC0415 - the database library takes a second to import

    language = asked_language(lang)
    found = next((one for one in NAMES if one == name), None)
    if found is None:
        raise typer.BadParameter(f"expected one of {', '.join(NAMES)}, got {name!r}", param_hint="NAME")
    if value not in _VALUES:
        raise typer.BadParameter(f"expected on or off, got {value!r}", param_hint="VALUE")
    with open_store(data, database) as store:
        made = change(store, officer, found, _VALUES[value], reason)
    if made.event is None:
        Console().print(tr("settings.same", language), markup=False)
        return
    setting = tr(f"setting.{found}.name", language)
    said = tr(
        "settings.changed", language, setting=setting, state=_state(_VALUES[value], language), number=made.event.number
    )
    Console().print(said, markup=False)
    if made.clock is not None:
        Console(stderr=True).print(clock_sentence(made.clock, language), style="yellow", markup=False)


def _state(value: bool, language: str) -> str:
    return tr("settings.on" if value else "settings.off", language)
