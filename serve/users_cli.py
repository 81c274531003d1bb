"""``tigercheck users``: who may sign in to the page. A password is asked for or read, never an argument."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from serve.cases_cli import Data, Database, Language
from serve.i18n import tr
from serve.services.access_errors import AccessError
from serve.services.language import asked_language

if TYPE_CHECKING:
    from serve.services.users import Role, Users

app = typer.Typer(
    help="Name the people who may use the page. Without any, it serves this computer only and asks nobody to sign in.",
    epilog="Passwords are asked for, or read from the first line of standard input.",
    no_args_is_help=True,
)

By = Annotated[
    str,
    typer.Option(
        "--officer", envvar="TIGERCHECK_OFFICER", help="Who does this. Default: the computer account that runs it."
    ),
]
RoleName = Annotated[str, typer.Option("--role", help="officer, trainer or maintainer.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with; it stands in what they record.")]


@contextmanager
def _users(data: Path | None, database: str | None, language: str, by: str = "") -> Iterator[Users]:
    """The users; what they refuse is said in ``language``."""
    # Imported late: the database library takes a second that --help need not wait for.
    from serve.services.users import Users  # noqa: PLC0415
    from serve.store.database import Database as Opened  # noqa: PLC0415

    opened = Opened(data, database)
    try:
        yield Users(opened, by=by)
    except AccessError as error:
        raise AccessError(error.code, language, **error.params) from error
    finally:
        opened.close()


@app.command()
def add(
    name: Name,
    role: RoleName = "officer",
    officer: By = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Add a user."""
    language, found = asked_language(lang), _role(role, "--role")
    with _users(data, database, language, officer) as users:
        users.add(name, _password(language), found)
    Console().print(tr("users.added", language, name=name), markup=False)


@app.command("role")
def change_role(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="officer, trainer or maintainer.")],
    officer: By = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Give a user another role. It counts at once, also for who is signed in."""
    language, found = asked_language(lang), _role(role, "ROLE")
    with _users(data, database, language, officer) as users:
        user = users.change_role(name, found)
    words = tr(f"access.role.{user.role.value}", language)
    Console().print(tr("users.role_is", language, name=user.name, role=words), markup=False)


@app.command()
def history(data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Show who was added, given another role or password, disabled or enabled: by whom and when."""
    from serve.cases_cli import open_store  # noqa: PLC0415
    from serve.services.clock import local_time  # noqa: PLC0415
    from serve.services.users import changes_of_users  # noqa: PLC0415

    language = asked_language(lang)
    with open_store(data, database) as store:
        made = changes_of_users(store)
    if not made:
        Console().print(tr("users.history.none", language), markup=False)
        return
    table = Table(show_lines=True)
    for column in ("number", "when", "by", "act", "name", "role"):
        table.add_column(tr(f"users.history.{column}", language), overflow="fold")
    for one in made:
        done = one.payload
        cells = [str(one.number), local_time(one.at, language), one.who, tr(f"users.act.{done.act}", language)]
        cells += [done.user, tr(f"access.role.{done.role}", language)]
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)


@app.command("list")
def list_users(data: Data = None, database: Database = None, lang: Language = None) -> None:
    """List all users."""
    from serve.services.clock import local_time  # noqa: PLC0415

    language = asked_language(lang)
    with _users(data, database, language) as users:
        found = users.all()
    if not found:
        Console().print(tr("users.none", language), markup=False)
        return
    table = Table()
    for column in ("name", "role", "created", "state"):
        table.add_column(tr(f"users.table.{column}", language), overflow="fold")
    for user in found:
        state = tr("users.locked" if user.disabled else "users.enabled", language)
        role, created = tr(f"access.role.{user.role.value}", language), local_time(user.created, language)
        table.add_row(*(Text(cell) for cell in (user.name, role, created, state)))
    Console().print(table)


@app.command()
def password(name: Name, officer: By = "", data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Give a user a new password. All their sessions end."""
    language = asked_language(lang)
    with _users(data, database, language, officer) as users:
        users.change_password(name, _password(language))
    Console().print(tr("users.changed", language, name=name), markup=False)


@app.command()
def disable(
    name: Name,
    enable: Annotated[bool, typer.Option("--enable", help="Let them sign in again.")] = False,
    officer: By = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Let a user sign in no more. What they recorded stays."""
    language = asked_language(lang)
    with _users(data, database, language, officer) as users:
        users.disable(name, not enable)
    Console().print(tr("users.enabled_again" if enable else "users.disabled", language, name=name), markup=False)


def _role(text: str, where: str) -> Role:
    from serve.services.users import Role  # noqa: PLC0415

    if text not in list(Role):
        raise typer.BadParameter(f"expected one of {', '.join(Role)}, got {text!r}", param_hint=where)
    return Role(text)


def _password(language: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given = getpass.getpass(tr("users.password", language) + ": ")
    if getpass.getpass(tr("users.repeat", language) + ": ") != given:
        raise typer.BadParameter(tr("users.differ", language))
    return given
