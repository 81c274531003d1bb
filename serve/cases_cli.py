"""``tigercheck cases``: record, list, verify and export cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from babel.dates import format_datetime
from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.image import expand
from model.taxonomy import shipped_taxonomy
from serve.i18n import LOCALES, tr
from serve.report_cli import report
from serve.services.clock import clock_sentence
from serve.services.language import asked_language
from serve.services.wording import leaf_name
from serve.store.errors import StoreError
from serve.store.events import Action, CaseOpened, ExhibitJudged, LaboratoryAnswered, OfficerDecided, Payload

if TYPE_CHECKING:
    from serve.services.cases import Recorded
    from serve.store.store import CaseStore, Exhibit

app = typer.Typer(
    help="Keep cases: originals byte for byte, every change an event that cannot be altered without showing.",
    epilog="Start with: tigercheck cases open NUMBER --officer NAME, then add, list, laboratory, verify, export.",
    no_args_is_help=True,
)

app.command()(report)

Data = Annotated[
    Path | None, typer.Option("--data", envvar="TIGERCHECK_DATA", help="Folder of the cases. Default: the user's own.")
]
Database = Annotated[
    str | None, typer.Option("--database", envvar="TIGERCHECK_DATABASE", help="SQLAlchemy URL of another database.")
]
Officer = Annotated[str, typer.Option("--officer", envvar="TIGERCHECK_OFFICER", help="Who records this.")]
Language = Annotated[str | None, typer.Option("--lang", help="vi, zh or en. Default: the system's language.")]
Number = Annotated[str, typer.Argument(metavar="CASE", help="Case number at the agency.")]


def _named(value: str) -> str:
    if not 0 < len(value.strip()) <= 200:
        raise typer.BadParameter("expected a name of 1 to 200 characters")
    return value


ExhibitName = Annotated[
    str, typer.Argument(metavar="EXHIBIT", help="Exhibit number or name within the case.", callback=_named)
]


@contextmanager
def open_store(data: Path | None, database: str | None) -> Iterator[CaseStore]:
    """The case store, closed at the end."""
    # Imported late: the database library takes a second that --help and predict need not wait for.
    from serve.store.store import CaseStore  # noqa: PLC0415

    store = CaseStore(data, database)
    try:
        yield store
    finally:
        store.close()


@app.command("open")
def open_case(
    case: Number,
    officer: Officer,
    place: Annotated[str, typer.Option(help="Where.")] = "",
    agency: Annotated[str, typer.Option(help="For which agency.")] = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Open a case."""
    language = asked_language(lang)
    with open_store(data, database) as store:
        from serve.services.cases import record  # noqa: PLC0415 - the database library takes a second to import

        recorded = record(store, case, officer, [CaseOpened(place=place, agency=agency)])
    Console().print(tr("cases.opened", language, case=case), markup=False)
    warn_of_clock(recorded, language)


@app.command()
def add(
    case: Number,
    exhibit: ExhibitName,
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="Photos of this one object.")],
    officer: Officer,
    bundle: Annotated[Path | None, typer.Option("--bundle", envvar="TIGERCHECK_BUNDLE", help="Model bundle.")] = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Add photos of an exhibit to a case, check them, and record both.

    Originals are stored before they are judged, so that a photo the check cannot read is kept all the same.
    """
    from model.bundle import load_bundle  # noqa: PLC0415 - onnxruntime takes a moment to import
    from model.predict import Predictor  # noqa: PLC0415
    from serve.services.answer_json import exhibit_json  # noqa: PLC0415

    language = asked_language(lang)
    files = expand(photos)
    with open_store(data, database) as store:
        predictor = Predictor(load_bundle(bundle))
        try:
            originals = [(path.name, path.read_bytes()) for path in files]
        except OSError as error:
            raise StoreError(f"{error.filename} cannot be read: {error.strerror}; nothing was recorded") from error
        for name, content in originals:
            store.add_photo(case, officer, exhibit, name, content)
        result = predictor.predict_exhibit(originals)
        answer = exhibit_json(result, language, predictor.taxonomy)
        recorded = store.append(case, officer, ExhibitJudged(exhibit=exhibit, prediction=answer))
    out = Console()
    title = tr(f"outcome.{answer.get('outcome', 'none')}.title", language)
    out.print(Text(title, style="bold"))
    out.print(tr("cases.recorded", language, number=recorded.number, case=case), markup=False)


@app.command()
def decide(
    case: Number,
    exhibit: ExhibitName,
    decision: Annotated[str, typer.Argument(help="The decision, in your own words.")],
    officer: Officer,
    action: Annotated[str | None, typer.Option(help="detain, refer, normal or other.")] = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Record what the officer decided for an exhibit."""
    if action is not None and action not in get_args(Action):
        raise typer.BadParameter(
            f"expected one of {', '.join(get_args(Action))}, got {action!r}", param_hint="--action"
        )
    payload = OfficerDecided(exhibit=exhibit, decision=decision, action=cast("Action | None", action))
    record_one(data, database, case, officer, payload, lang)


@app.command()
def laboratory(
    case: Number,
    exhibit: ExhibitName,
    leaf: Annotated[str, typer.Argument(help="What the laboratory found: a leaf of the taxonomy.")],
    officer: Officer,
    body: Annotated[str, typer.Option("--body", help="Which body answered.")],
    reference: Annotated[str, typer.Option("--reference", help="Number of its conclusion.")] = "",
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Record a laboratory's answer: the label that goes back to the maintainers. A later answer replaces it."""
    known = shipped_taxonomy().leaf_ids
    if leaf not in known:
        raise typer.BadParameter(f"expected one of {', '.join(known)}, got {leaf!r}", param_hint="LEAF")
    payload = LaboratoryAnswered(exhibit=exhibit, leaf=leaf, body=body, reference=reference)
    record_one(data, database, case, officer, payload, lang)


def record_one(
    data: Path | None, database: str | None, case: str, officer: str, payload: Payload, lang: str | None
) -> None:
    """Record one event and say so."""
    language = asked_language(lang)
    with open_store(data, database) as store:
        from serve.services.cases import record  # noqa: PLC0415 - the database library takes a second to import

        recorded = record(store, case, officer, [payload])
    Console().print(tr("cases.recorded", language, number=recorded.events[0].number, case=case), markup=False)
    warn_of_clock(recorded, language)


def warn_of_clock(recorded: Recorded, language: str) -> None:
    """Say if the clock that dated what was recorded looks wrong."""
    if recorded.clock is not None:
        Console(stderr=True).print(clock_sentence(recorded.clock, language), style="yellow", markup=False)


@app.command("list")
def list_cases(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a case, one a line.")] = False,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """List all cases with their exhibits."""
    language = asked_language(lang)
    with open_store(data, database) as store:
        cases = store.cases()
    if as_json:
        for case in cases:
            exhibits = [
                {
                    "exhibit": e.name, "photos": [p.model_dump() for p in e.photos], "prediction": e.prediction,
                    "decision": e.decision, "laboratory": e.laboratory.model_dump() if e.laboratory else None,
                }
                for e in case.exhibits.values()
            ]  # fmt: skip
            print(
                json.dumps(
                    {"case": case.number, "opened": case.opened.isoformat(), "officer": case.officer,
                     "place": case.place, "agency": case.agency, "exhibits": exhibits},
                    ensure_ascii=False,
                )
            )  # fmt: skip
        return
    out = Console()
    if not cases:
        out.print(tr("cases.none", language), markup=False)
        return
    table = Table(show_lines=True)
    columns = ("case", "opened", "place", "officer", "exhibit", "photos", "outcome", "decision", "laboratory")
    for column in columns:
        table.add_column(tr(f"cases.table.{column}", language), overflow="fold")
    for case in cases:
        opened = str(format_datetime(case.opened.astimezone(), "short", locale=LOCALES[language]))
        if not case.exhibits:
            table.add_row(*(Text(cell) for cell in (case.number, opened, case.place, case.officer)))
        for exhibit in case.exhibits.values():
            cells = (case.number, opened, case.place, case.officer, exhibit.name, str(len(exhibit.photos)))
            words = (_outcome(exhibit, language), exhibit.decision or "", _answer(exhibit, language))
            table.add_row(*(Text(cell) for cell in (*cells, *words)))
    out.print(table)


def _outcome(exhibit: Exhibit, language: str) -> str:
    if exhibit.prediction is None:
        return ""
    code = exhibit.prediction.get("outcome")
    return tr(f"outcome.{code}.short", language) if code else tr("outcome.none.title", language)


def _answer(exhibit: Exhibit, language: str) -> str:
    return leaf_name(exhibit.laboratory.leaf, language) if exhibit.laboratory else ""


@app.command()
def verify(data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Look for any altered or missing event or photo. Exit status: 0 all match, 1 something does not."""
    language = asked_language(lang)
    with open_store(data, database) as store:
        faults = store.verify()
        number, digest = store.head()
    out = Console()
    if not faults:
        out.print(tr("cases.verified", language, count=number, hash=digest), markup=False, soft_wrap=True)
        return
    out.print(tr("cases.faults", language, count=len(faults)), style="bold red", markup=False)
    for fault in faults:
        out.print(f"  {fault.where}: {fault.what}", markup=False, soft_wrap=True)
    raise typer.Exit(1)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write into.")],
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Write exhibits with a laboratory's answer as a delivery for the maintainers.

    They add it with: tigercheck-train data add FOLDER --table FOLDER/cases.csv. Exit status: 1 nothing to export.
    """
    from serve.services.case_export import export_confirmed  # noqa: PLC0415

    language = asked_language(lang)
    with open_store(data, database) as store:
        written = export_confirmed(store, folder)
    if not written.photos:
        Console(stderr=True).print(tr("cases.nothing_confirmed", language), markup=False)
        raise typer.Exit(1)
    text = tr("cases.exported", language, count=written.photos, exhibits=written.exhibits, folder=folder)
    Console().print(text, markup=False, soft_wrap=True)
