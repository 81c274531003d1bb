"""More of ``tigercheck cases``: history, closing and correcting, the table, what to look at again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from serve.cases_cli import (
    Data,
    Database,
    ExhibitName,
    Language,
    Number,
    Officer,
    app,
    open_store,
    record_one,
    warn_of_clock,
)
from serve.i18n import tr
from serve.services.language import asked_language
from serve.store.cases import State
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseClosed, CaseReopened, Declared, ExhibitDeclared

if TYPE_CHECKING:
    from serve.services.cases import Recorded

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
    """Say that an event should not stand; it stays in the history. To say what is right instead, use correct."""
    from serve.services.cases import correct as correct_event  # noqa: PLC0415 - see open_store

    language, why = asked_language(lang), _said(reason)
    with open_store(data, database) as store:
        recorded = correct_event(store, case, officer, event, why, language=language)
    _say(recorded, case, language)


@app.command()
def correct(
    case: Number,
    event: Annotated[int, typer.Argument(metavar="EVENT", help="Number of the event; see: tigercheck cases history.")],
    officer: Officer,
    reason: Reason,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="What it should say; repeat for more.")
    ] = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Say what an event should have said. Both stay in the history, with who, when and why.

    Without --set the fields of the event are shown with what they say now, and nothing is recorded (exit status 2).
    """
    from serve.services.correction import correct_record, form_fields  # noqa: PLC0415
    from serve.services.stored_records import stored_record  # noqa: PLC0415

    language, why = asked_language(lang), _said(reason)
    pairs = [text.partition("=") for text in values or ()]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise typer.BadParameter(f"expected FIELD=VALUE, got {wrong[0]!r}", param_hint="--set")
    with open_store(data, database) as store:
        if not pairs:
            shown = form_fields(store, stored_record(store, case, event), language)
            for field in shown:
                codes = " | ".join(code for code, _ in field.choices if code)
                Console().print(
                    f"{field.name}={field.value}  # {field.label}{f': {codes}' if codes else ''}", markup=False
                )
            raise typer.Exit(2)
        new = {name.strip(): value for name, _, value in pairs}
        recorded = correct_record(store, case, officer, event, why, new, language=language)
    _say(recorded, case, language)


@app.command()
def rename(
    case: Number,
    exhibit: ExhibitName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Right name or number of the exhibit.")],
    officer: Officer,
    reason: Reason,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Correct the name of an exhibit in all that was recorded about it."""
    from serve.services.correction import rename_exhibit  # noqa: PLC0415

    language, why = asked_language(lang), _said(reason)
    with open_store(data, database) as store:
        recorded = rename_exhibit(store, case, officer, exhibit, name, why)
    _say(recorded, case, language)


@app.command()
def renumber(
    case: Number,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Right number of the case.")],
    officer: Officer,
    reason: Reason,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Correct the number of a case. It is still found by the old one, which no other case can have."""
    from serve.services.correction import renumber as renumber_case  # noqa: PLC0415

    language, why = asked_language(lang), _said(reason)
    with open_store(data, database) as store:
        recorded = renumber_case(store, case, officer, number, why)
    _say(recorded, number.strip(), language)


@app.command()
def declare(
    case: Number,
    exhibit: ExhibitName,
    item: Annotated[str, typer.Argument(help=f"What it is declared to be: {', '.join(get_args(Declared))}.")],
    officer: Officer,
    as_tiger: Annotated[bool, typer.Option(help="Declared, labelled or sold as tiger.")] = False,
    label: Annotated[str, typer.Option(help="Words on label or papers, as written there.")] = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Record what an exhibit is declared to be. Glue, wine, powder and meat are answered by rule, without any photo."""
    from serve.services.cases import NewCheck, save_check  # noqa: PLC0415

    language = asked_language(lang)
    if item not in get_args(Declared):
        raise typer.BadParameter(f"expected one of {', '.join(get_args(Declared))}, got {item!r}", param_hint="ITEM")
    declared = ExhibitDeclared(
        exhibit=exhibit, declared_as=cast("Declared", item), as_tiger=as_tiger, labelled_as=label[:2000]
    )
    with open_store(data, database) as store:
        recorded = save_check(store, case, officer, NewCheck(exhibit, declared=declared, language=language))
        answered = store.case(case).exhibits[exhibit].outcome
    outcome = tr(f"outcome.{answered}.short", language) if answered else tr("case.unchecked", language)
    Console().print(
        tr("rule.declared", language, count=len(recorded.events), case=case, outcome=outcome), markup=False
    )  # fmt: skip
    warn_of_clock(recorded, language)


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


def _say(recorded: Recorded, case: str, language: str) -> None:
    """What was recorded, and whether the clock looks wrong."""
    last = recorded.events[-1].number
    text = tr("correction.recorded", language, count=len(recorded.events), case=case, number=last)
    Console().print(text, markup=False)
    warn_of_clock(recorded, language)


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
