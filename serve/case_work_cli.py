"""More of ``tigercheck cases``: history, closing and correcting, the table, what to look at again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from serve.cases_cli import Data, Database, Language, Number, Officer, app, open_store, record_one
from serve.i18n import tr
from serve.services.language import asked_language
from serve.store.cases import State
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseClosed, CaseReopened, EventCorrected

__all__ = ["app"]

Reason = Annotated[str, typer.Option("--reason", help="Why, in a few words.")]


@app.command()
def history(case: Number, data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Show every event of a case, the corrected ones included."""
    from serve.services.case_history import history as rows_of  # noqa: PLC0415

    language = asked_language(lang)
    with open_store(data, database) as store:
        rows = rows_of(store, case, language)
    if not rows:
        raise StoreError(
            f"there is no case {case!r}; see: tigercheck cases list", StoreErrorCode.CASE_MISSING, case=case
        )
    table = Table(show_lines=True)
    for column in ("number", "when", "who", "what", "exhibit", "detail", "standing"):
        table.add_column(tr(f"history.table.{column}", language), overflow="fold")
    for row in rows:
        standing = tr(f"history.standing.{row.standing}", language)
        cells = (str(row.number), row.when, row.who, row.title, row.exhibit, row.detail, standing)
        table.add_row(*(Text(cell) for cell in cells), style=None if row.standing == "stands" else "dim")
    Console().print(table)


@app.command()
def close(
    case: Number,
    officer: Officer,
    reason: Reason = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Close a case. It still takes a laboratory's answer, reviews, reports and corrections."""
    record_one(data, database, case, officer, CaseClosed(reason=reason), lang)


@app.command()
def reopen(
    case: Number, officer: Officer, reason: Reason, data: Data = None, database: Database = None, lang: Language = None
) -> None:
    """Let a closed case go on."""
    record_one(data, database, case, officer, CaseReopened(reason=_said(reason)), lang)


@app.command()
def withdraw(
    case: Number,
    event: Annotated[int, typer.Argument(metavar="EVENT", help="Number of the event; see: tigercheck cases history.")],
    officer: Officer,
    reason: Reason,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Say that an event should not stand; it stays in the history. Then record what is right."""
    record_one(data, database, case, officer, EventCorrected(number=event, reason=_said(reason)), lang)


@app.command()
def table(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file to write.")],
    text: Annotated[str, typer.Option(help="Words that must all occur; accents optional.")] = "",
    outcome: Annotated[str | None, typer.Option(help="T, P, F, N, U, X, or none.")] = None,
    place: Annotated[str, typer.Option(help="Part of the place; accents optional.")] = "",
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.")] = None,
    state: Annotated[str | None, typer.Option(help="open, closed or withdrawn. Default: all but withdrawn.")] = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Write the cases wanted as a table for spreadsheets, one line an exhibit."""
    from serve.services.case_list import CaseFilter, cases_csv, find  # noqa: PLC0415

    if state is not None and state not in get_args(State):
        raise typer.BadParameter(f"expected one of {', '.join(get_args(State))}, got {state!r}", param_hint="--state")
    wanted = CaseFilter(
        text, outcome, place, _day(since, "--since"), _day(until, "--until"), cast("State | None", state)
    )
    with open_store(data, database) as store:
        found = find(store, wanted)
    try:
        target.write_bytes(cases_csv(found))
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}; give another file") from error
    Console().print(tr("cases.table_written", asked_language(lang), count=len(found), file=target), markup=False)


@app.command()
def review(
    days: Annotated[int, typer.Option(help="Days after which a laboratory's answer is missed.")] = 30,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Show exhibits that want a second pair of eyes, and who agrees with whom where a laboratory has answered."""
    from serve.services.contradiction import contradicts  # noqa: PLC0415
    from serve.services.review import confusions, matrix_sentences, queue, reason_sentence  # noqa: PLC0415

    language = asked_language(lang)
    with open_store(data, database) as store:
        cases = store.cases()
    out = Console()
    items = queue(cases, datetime.now(UTC), days, contradicts)
    out.print(tr("review.title" if items else "review.empty", language), style="bold", markup=False)
    for item in items:
        reasons = " ".join(reason_sentence(reason, language, days) for reason in item.reasons)
        out.print(f"{item.case} / {item.exhibit}: {reasons}", markup=False)
    for matrix in confusions(cases):
        out.print(f"\n{tr(f'review.matrix.{matrix.name}', language)}", style="bold", markup=False)
        for sentence in matrix_sentences(matrix, language):
            out.print(sentence, markup=False)
    out.print(f"\n{tr('review.matrix.selection', language)}", markup=False)


def _said(reason: str) -> str:
    if not reason.strip():
        raise typer.BadParameter("expected a reason in a few words", param_hint="--reason")
    return reason.strip()


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"expected YYYY-MM-DD, got {text!r}", param_hint=option) from error
