"""``tigercheck cases report``: a case as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from serve.i18n import tr
from serve.services.language import asked_language, system_language


def report(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Case number at the agency.")],
    target: Annotated[Path, typer.Argument(metavar="OUT.pdf", help="File to write.")],
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", help="vi, zh or en; give it twice for two columns. Default: the system's language."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", envvar="TIGERCHECK_DATA", help="Folder of the cases. Default: the user's own."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", envvar="TIGERCHECK_DATABASE", help="SQLAlchemy URL of another database."),
    ] = None,
) -> None:
    """Write a case as PDF: an annex to the appraisal request, in one language or in two side by side.

    Photos that are missing or were altered since they were recorded are named in the report. Exit status: 2 nothing
    was written.

    Example:
        tigercheck cases report VN-2026-031 report.pdf --lang vi --lang zh
    """
    # Imported late: the database library and the fonts take a second that --help need not wait for.
    from serve.reports.errors import ReportError  # noqa: PLC0415
    from serve.reports.pdf import check_languages, report_pdf  # noqa: PLC0415
    from serve.services.case_report import case_report, write_report  # noqa: PLC0415
    from serve.store.store import CaseStore  # noqa: PLC0415

    languages = [asked_language(one) for one in lang] if lang else [system_language()]
    spoken = languages[0]
    try:
        check_languages(languages)
        store = CaseStore(data, database)
        try:
            content = case_report(store, case)
        finally:
            store.close()
        write_report(target, report_pdf(content, languages))
    except ReportError as error:
        words = tr(error.message.code, spoken, **error.message.params)
        Console(stderr=True).print(words, style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
    text = tr("report.written", spoken, file=target)
    Console().print(text, markup=False, soft_wrap=True)
