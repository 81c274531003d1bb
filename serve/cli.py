"""``tigercheck``: what officers and trainers run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from model.errors import TigercheckError
from model.image import SUFFIXES, expand
from model.predict import Failure, Prediction
from serve.case_work_cli import app as cases_app
from serve.cases_cli import Data
from serve.cases_cli import Database as DatabaseUrl
from serve.exercise_class_cli import app as exercise_class_app
from serve.exercise_cli import app as exercise_app
from serve.exercise_reports_cli import app as exercise_reports_app
from serve.i18n import percent, tr
from serve.services.language import asked_language
from serve.settings_cli import app as settings_app
from serve.users_cli import app as users_app

app = typer.Typer(
    help=(
        "Flag likely tiger parts and look-alikes from photos, offline. A provisional field aid: a result is a ground "
        "to refer, never a proof and never a clearance."
    ),
    epilog="Start with: tigercheck serve (the page), or: tigercheck predict PHOTO (the command line).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.add_typer(cases_app, name="cases")
app.add_typer(users_app, name="users")
app.add_typer(settings_app, name="settings")
# Without a name, its commands stand among those of the group.
exercise_app.add_typer(exercise_class_app)
exercise_app.add_typer(exercise_reports_app)
app.add_typer(exercise_app, name="exercise")

#: Photos from which a progress bar is worth its space.
_PROGRESS_FROM = 12

BundleOption = Annotated[
    Path | None,
    typer.Option("--bundle", envvar="TIGERCHECK_BUNDLE", help="Model bundle folder. Default: the one shipped."),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--lang", help="vi, zh or en. Default: the system's language."),
]

_STYLES = {"T": "bold red", "P": "bold red", "F": "yellow", "U": "yellow", "N": "dim"}


@app.command()
def predict(
    photos: Annotated[
        list[Path], typer.Argument(metavar="PHOTO...", help="Photos, or folders that are searched for photos.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a photo (schema tigercheck.prediction/1), one a line.")
    ] = False,
    exhibit: Annotated[
        bool, typer.Option("--exhibit", help="All photos show one object: give one joint answer.")
    ] = False,
    bundle: BundleOption = None,
    lang: LanguageOption = None,
) -> None:
    """Judge photos.

    Exit status: 0 every photo was answered, 1 at least one photo could not be used (the others are answered), 2 the
    command could not run at all.

    Examples:
        tigercheck predict skin.jpg
        tigercheck predict --exhibit front.jpg back.jpg edge.jpg
        tigercheck predict --json folder/ > answers.jsonl
    """
    language = asked_language(lang)
    out, note = Console(), Console(stderr=True)
    files = expand(photos)
    if not files:
        note.print(tr("cli.none_found", language, formats=" ".join(sorted(SUFFIXES))))
        raise typer.Exit(2)
    # Imported late so that --help and mistakes answer at once.
    from model.bundle import load_bundle  # noqa: PLC0415
    from model.predict import Predictor  # noqa: PLC0415
    from serve.services.answer_json import exhibit_json, failure_json, prediction_json  # noqa: PLC0415

    predictor = Predictor(load_bundle(bundle))
    taxonomy = predictor.taxonomy
    if exhibit:
        result = predictor.predict_exhibit(files)
        if as_json:
            print(json.dumps(exhibit_json(result, language, taxonomy), ensure_ascii=False))
        else:
            _print_table([*([result.prediction] if result.prediction else []), *result.failures], language, out)
        raise typer.Exit(1 if result.failures else 0)

    answers: list[Prediction | Failure] = []
    quiet = as_json and sys.stdout.isatty()
    with Progress(
        TextColumn(tr("cli.progress", language)), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=note, transient=True, disable=len(files) < _PROGRESS_FROM or quiet,
    ) as progress:  # fmt: skip
        task = progress.add_task("", total=len(files))
        for one in predictor.predict_each(files):
            progress.advance(task)
            if as_json:
                if isinstance(one, Failure):
                    print(json.dumps(failure_json(one, language), ensure_ascii=False), flush=True)
                else:
                    print(json.dumps(prediction_json(one, language, taxonomy), ensure_ascii=False), flush=True)
            answers.append(one)
    failed = sum(isinstance(one, Failure) for one in answers)
    if not as_json:
        _print_table(answers, language, out)
        if failed:
            note.print(tr("cli.summary", language, answered=len(answers) - failed, failed=failed))
    raise typer.Exit(1 if failed else 0)


def _print_table(answers: list[Prediction | Failure], language: str, out: Console) -> None:
    from model.taxonomy import Identity  # noqa: PLC0415
    from serve.services.wording import failure_sentence, sentence  # noqa: PLC0415

    table = Table(show_lines=True, expand=True, caption=tr("notice.provisional", language), caption_justify="left")
    for column, ratio in (("photo", 3), ("outcome", 4), ("claim", 7)):
        table.add_column(tr(f"cli.table.{column}", language), overflow="fold", ratio=ratio)
    for one in answers:
        # Text, not markup: a file name may hold square brackets.
        if isinstance(one, Failure):
            table.add_row(
                Text(one.name),
                Text(tr("cli.failed", language), style="magenta"),
                Text(failure_sentence(one.error, language)),
            )
            continue
        decision = one.decision
        code = decision.outcome.value
        tiger = tr("cli.tiger", language, percent=percent(one.stated[Identity.TIGER], language))
        shown = Text(sentence(decision.claim, language))
        tested = f" {tr(f'evidence.{one.evidence}', language)}." if decision.leaf else ""
        shown.append(f"\n{tiger}{tested}", style="dim")
        table.add_row(
            Text("\n".join(file.name for file in one.files)),
            Text(tr(f"outcome.{code}.title", language), style=_STYLES[code]),
            shown,
        )
    out.print(table)


@app.command()
def serve(
    bundle: BundleOption = None,
    port: Annotated[int, typer.Option(help="Port; the next free one is taken if it is in use.")] = 7860,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    host: Annotated[
        str, typer.Option(help="Address to listen at. Any but this computer's own needs users: tigercheck users add.")
    ] = "127.0.0.1",
    certificate: Annotated[Path | None, typer.Option(help="PEM certificate for HTTPS; needs --key.")] = None,
    key: Annotated[Path | None, typer.Option(help="PEM key of the certificate.")] = None,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Start the page and open it in the browser. Stop with Ctrl+C.

    It serves this computer only, without a sign-in, until there are users (tigercheck users add); then everyone signs
    in, and other computers can be served with --host.
    """
    try:
        from serve.app import Serving, launch  # noqa: PLC0415 - Gradio takes seconds to import, and may not be installed
    except ModuleNotFoundError as error:
        if error.name != "gradio":
            raise
        Console(stderr=True).print(
            "The page needs Gradio, which is not installed. Install it with: pip install 'tigercheck[serve]'",
            highlight=False,
            markup=False,
        )
        raise typer.Exit(2) from error
    serving = Serving(host=host, port=port, certificate=certificate, key=key, data=data, database=database)
    launch(bundle=bundle, serving=serving, open_browser=browser)


@app.command()
def doctor(
    bundle: BundleOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what is installed, which model bundle is used, whether its hashes hold, and what is missing.

    Exit status: 0 photos can be judged, 1 something that is needed is missing or altered.
    """
    from serve.services.doctor import examine  # noqa: PLC0415

    findings = examine(bundle)
    healthy = all(finding.ok or not finding.required for finding in findings)
    if as_json:
        print(json.dumps({"healthy": healthy, "findings": [vars(finding) for finding in findings]}, indent=1))
        raise typer.Exit(0 if healthy else 1)
    out = Console()
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else ("[bold red]missing[/]" if finding.required else "[yellow]absent[/]")
        # Text, not markup: details hold square brackets. Folding keeps hashes whole.
        table.add_row(mark, finding.name, Text(finding.detail, overflow="fold"))
    out.print(table)
    out.print("Ready." if healthy else "[bold red]Not ready:[/] see the lines marked missing.")
    raise typer.Exit(0 if healthy else 1)


def main() -> None:
    """Run, turning expected errors into one clear message and exit status 2."""
    try:
        app()
    except TigercheckError as error:
        Console(stderr=True).print(f"[bold red]Error:[/] {error}", highlight=False)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
