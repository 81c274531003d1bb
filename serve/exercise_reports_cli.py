"""``tigercheck exercise report|results|paper|certificate|answers``: what a class gives out and takes back on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from serve.cases_cli import Data, Database, Language
from serve.exercise_cli import ClassId, open_exercises
from serve.i18n import tr
from serve.services.language import asked_language

if TYPE_CHECKING:
    from serve.exercise.paper import RowFailure
    from serve.exercise.results import Results
    from serve.exercise.store import ExerciseStore

app = typer.Typer()

WithModel = Annotated[
    bool,
    typer.Option("--with-model", help="Let the model sit both forms too, if it has not yet; its answers are kept."),
]
Bundle = Annotated[
    Path | None,
    typer.Option(
        "--bundle", envvar="TIGERCHECK_BUNDLE", help="Model bundle for --with-model. Default: the shipped one."
    ),
]


def _results(store: ExerciseStore, room: str, with_model: bool, bundle: Path | None) -> Results:
    # Imported late, here and below: statistics, fonts and the model take seconds that --help need not wait for.
    from serve.exercise.results import class_results  # noqa: PLC0415

    if with_model:
        from model.bundle import load_bundle  # noqa: PLC0415
        from model.predict import Predictor  # noqa: PLC0415
        from serve.exercise.classes import Classes  # noqa: PLC0415
        from serve.exercise.model_arm import model_sittings  # noqa: PLC0415

        model_sittings(store, Classes(store).class_info(room).exercise_id, Predictor(load_bundle(bundle)))
    return class_results(store, room)


@contextmanager
def _worded(language: str) -> Iterator[None]:
    """Say in the person's language why nothing was written; exit status 2."""
    from serve.reports.errors import ReportError  # noqa: PLC0415

    try:
        yield
    except ReportError as error:
        words = tr(error.message.code, language, **error.message.params)
        Console(stderr=True).print(words, style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error


def _write(file: Path, data: bytes, language: str) -> None:
    from serve.services.case_report import write_report  # noqa: PLC0415

    write_report(file, data)
    words = tr("exercise_report.written", language, file=file)
    Console().print(words, markup=False, highlight=False, soft_wrap=True)


@app.command()
def report(
    room: ClassId,
    target: Annotated[Path, typer.Argument(metavar="OUT.pdf", help="File to write.")],
    with_model: WithModel = False,
    bundle: Bundle = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Write the report of a class as PDF: a page to be read without statistics, then all figures and how they are made.

    Example:
        tigercheck exercise report ACDEFH report.pdf --lang vi
    """
    from serve.reports.class_report import class_report_pdf  # noqa: PLC0415

    language = asked_language(lang)
    with _worded(language), open_exercises(data, database) as store:
        _write(target, class_report_pdf(_results(store, room, with_model, bundle), language), language)


@app.command()
def results(
    room: ClassId,
    indicator: Annotated[
        Path | None, typer.Option("--indicator", help="Write the programme's indicator to this CSV file.")
    ] = None,
    answers: Annotated[Path | None, typer.Option("--answers", help="Write all answers to this CSV file.")] = None,
    with_model: WithModel = False,
    bundle: Bundle = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Print all figures of a class as JSON, or write them as CSV.

    The indicator is the share of officers at or above the competency line, before and after, with n and interval, and a
    row for each trainee.
    """
    from serve.exercise.result_tables import answers_csv, indicator_csv  # noqa: PLC0415

    language = asked_language(lang)
    with _worded(language), open_exercises(data, database) as store:
        if answers:
            _write(answers, answers_csv(store, room), language)
        if indicator:
            _write(indicator, indicator_csv(_results(store, room, with_model, bundle)), language)
        if not answers and not indicator:
            print(json.dumps(_results(store, room, with_model, bundle).as_json(), ensure_ascii=False, indent=1))


@app.command()
def paper(
    room: ClassId,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder to write into; it is made if missing.")],
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Write an exercise for rooms without computers: questions, answer sheets, key, a table to type answers into.

    Codes that nobody used yet get their order of entering, because it decides which form is on their sheet.
    """
    from serve.exercise.paper import answer_table, paper_sittings  # noqa: PLC0415
    from serve.exercise.result_tables import table_csv  # noqa: PLC0415
    from serve.reports.exercise_paper import key_pdf, paper_pdf  # noqa: PLC0415

    language = asked_language(lang)
    with _worded(language), open_exercises(data, database) as store:
        questions, key = paper_pdf(store, room, language), key_pdf(store, room, language)
        table = table_csv(answer_table(paper_sittings(store, room)))
        _make(folder)
        for name, content in (
            (f"paper-{language}.pdf", questions),
            (f"key-{language}.pdf", key),
            ("answers.csv", table),
        ):
            _write(folder / name, content, language)


def _make(folder: Path) -> None:
    from serve.reports.errors import ReportError  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError("report.error.write", file=str(folder), reason=error.strerror or str(error)) from error


@app.command()
def certificate(
    room: ClassId,
    target: Annotated[Path, typer.Argument(metavar="OUT.pdf", help="File to write.")],
    code: Annotated[
        list[str] | None, typer.Option("--code", help="Whose; repeat it. Default: everyone who finished both tests.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who measured, such as the agency. Default: a line to fill in.")] = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Write certificates as PDF, a page each, of who finished both tests."""
    from serve.exercise.codes import tidy  # noqa: PLC0415
    from serve.reports.certificate import certificates_pdf  # noqa: PLC0415

    language = asked_language(lang)
    with _worded(language), open_exercises(data, database) as store:
        codes = [tidy(one) for one in code] if code else None
        _write(target, certificates_pdf(_results(store, room, False, None), language, codes, by), language)


@app.command()
def answers(
    room: ClassId,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV file with the answers, as the paper command made it.")
    ],
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Enter answers given on paper. Open the test first. Doing it again is harmless: what is there is not changed.

    Exit status: 0 every row was entered or empty, 1 some rows were not (each is named), 2 nothing was read.
    """
    from serve.exercise.paper import import_answers  # noqa: PLC0415

    language, note = asked_language(lang), Console(stderr=True)
    with _worded(language), open_exercises(data, database) as store:
        done = import_answers(store, room, file)
    for failure in done.failures:
        note.print(_failure(failure, language), markup=False, highlight=False, soft_wrap=True)
    words = tr(
        "exercise_report.import.done", language, entered=done.entered, known=done.known, blank=done.blank,
        failed=len(done.failures),
    )  # fmt: skip
    Console().print(words, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1 if done.failures else 0)


def _failure(failure: RowFailure, language: str) -> str:
    from serve.exercise.wording import error_sentence  # noqa: PLC0415

    given = error_sentence(failure.error, language) if failure.error else failure.given
    key = f"exercise_report.fault.{failure.fault.value}"
    return tr(key, language, line=failure.line, given=given, expected=failure.expected)
