"""``tigercheck exercise class|phase|codes|progress|export|delete``: what a trainer does with classes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from serve.cases_cli import Data, Database, Language
from serve.exercise_cli import ClassId, ExerciseId, open_exercises, say, say_class
from serve.i18n import tr
from serve.services.language import asked_language

if TYPE_CHECKING:
    from serve.exercise.model import Phase

app = typer.Typer()

_EXPORTED = (
    "trainee", "phase", "form", "arm", "thing", "truth", "chosen", "action", "confidence", "seconds", "at",
)  # fmt: skip


@app.command("class")
def make_class(
    exercise: ExerciseId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the class.")],
    codes: Annotated[int, typer.Option(min=0, max=200, help="How many codes to make.")] = 0,
    phase: Annotated[
        list[str] | None,
        typer.Option(help="before, practice, after or assisted (with the model); repeat it. Default: the first three."),
    ] = None,
    with_model: Annotated[
        list[str] | None,
        typer.Option("--with-model", help="A test in which trainees are shown the model's answer to every question."),
    ] = None,
    sensitivity: Annotated[float | None, typer.Option(min=0, max=1, help="Competency: at least this rate.")] = None,
    false_alarm: Annotated[float | None, typer.Option(min=0, max=1, help="Competency: at most this rate.")] = None,
    self_enrol: Annotated[
        bool, typer.Option("--self-enrol/--codes-only", help="Whether trainees may enter without a code from you.")
    ] = True,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Make a class for an exercise. Its first phase is open; "phase" or the trainer's page opens the others."""
    from serve.exercise.classes import Classes, CompetencyLine  # noqa: PLC0415
    from serve.exercise.model import Phase  # noqa: PLC0415

    language = asked_language(lang)
    if unknown := {*(phase or ()), *(with_model or ())} - set(Phase):
        raise typer.BadParameter(f"expected {', '.join(Phase)}, got {', '.join(sorted(unknown))}", param_hint="--phase")
    if (sensitivity is None) is not (false_alarm is None):
        raise typer.BadParameter("a competency line needs both --sensitivity and --false-alarm")
    line = None if sensitivity is None or false_alarm is None else CompetencyLine(sensitivity, false_alarm)
    with open_exercises(data, database) as store:
        classes = Classes(store)
        room = classes.make_class(
            exercise, name, phases=_ordered(phase),
            line=line, with_model=[Phase(one) for one in with_model or ()], self_enrol=self_enrol,
        )  # fmt: skip
        if codes:
            classes.give_codes(room.id, codes)
    say_class(Console(), room.id, room.name, exercise, room.open_phase, language)


@app.command("phase")
def open_phase(
    room: ClassId,
    phase: Annotated[
        str, typer.Argument(metavar="PHASE", help="before, practice, after or assisted; none closes all.")
    ],
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--bundle", envvar="TIGERCHECK_BUNDLE", help="Model bundle for assisted. Default: the shipped one."
        ),
    ] = None,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Let trainees work on one phase and no other. Answers stay; a phase can be opened again.

    Opening assisted lets the model answer all things first, once; its answers are kept with the bundle's version.

    Examples:
        tigercheck exercise phase ACDEFH after
        tigercheck exercise phase ACDEFH none
    """
    from serve.exercise.classes import Classes  # noqa: PLC0415
    from serve.exercise.model import PHASE_ORDER, Phase  # noqa: PLC0415

    language, out = asked_language(lang), Console()
    if phase not in (*PHASE_ORDER, "none"):
        raise typer.BadParameter(f"expected {', '.join(PHASE_ORDER)} or none, got {phase!r}", param_hint="PHASE")
    wanted = None if phase == "none" else Phase(phase)
    with open_exercises(data, database) as store:
        classes = Classes(store)
        if wanted is Phase.ASSISTED and wanted in classes.class_info(room).phases:
            from model.bundle import load_bundle  # noqa: PLC0415
            from model.predict import Predictor  # noqa: PLC0415
            from serve.exercise.shown_model import prepare  # noqa: PLC0415

            say(out, "prepared", language, bundle=prepare(store, room, Predictor(load_bundle(bundle))))
        info = classes.open_phase(room, wanted)
    opened = tr(f"exercise.phase.{info.open_phase.value}" if info.open_phase else "exercise.cli.closed", language)
    say(out, "phase", language, id=info.id, name=info.name, phase=opened)


@app.command()
def codes(
    room: ClassId,
    add: Annotated[int, typer.Option(min=0, max=200, help="How many more to make.")] = 0,
    data: Data = None,
    database: Database = None,
) -> None:
    """Print a class's codes, one a line, to be cut up and given out."""
    from serve.exercise.classes import Classes  # noqa: PLC0415
    from serve.exercise.codes import shown  # noqa: PLC0415

    with open_exercises(data, database) as store:
        classes = Classes(store)
        if add:
            classes.give_codes(room, add)
        for code in classes.codes(room):
            print(shown(code))


@app.command()
def progress(room: ClassId, data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Show how far each trainee is: questions answered of those asked, by phase."""
    from serve.exercise.classes import Classes  # noqa: PLC0415
    from serve.exercise.codes import shown  # noqa: PLC0415

    language = asked_language(lang)
    with open_exercises(data, database) as store:
        phases = Classes(store).class_info(room).phases
        found = Classes(store).progress(room)
    table = Table()
    headings = ["exercise.cli.number", "exercise.cli.code", *(f"exercise.phase.{phase.value}" for phase in phases)]
    for key in headings:
        table.add_column(tr(key, language))
    for one in found:
        cells = [str(part.answered) if part.total is None else f"{part.answered}/{part.total}" for part in one.phases]
        table.add_row(*(Text(cell) for cell in (str(one.number or ""), shown(one.code), *cells)))
    Console().print(table)


@app.command()
def delete(
    room: ClassId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Delete a class for good: its codes, answers and cards, and their bytes in the file."""
    from serve.exercise.classes import Classes  # noqa: PLC0415

    language = asked_language(lang)
    with open_exercises(data, database) as store:
        classes = Classes(store)
        name, count = classes.class_info(room).name, len(classes.progress(room))
        if not yes:
            typer.confirm(tr("exercise.cli.ask", language, name=name, count=count), abort=True)
        classes.delete_class(room)
    say(Console(), "deleted", language)


@app.command()
def compact(data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Rewrite the file without what was deleted, if deleting a class could not because another program used it."""
    language = asked_language(lang)
    with open_exercises(data, database) as store:
        store.compact()
    say(Console(), "compacted", language)


@app.command()
def export(
    room: ClassId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file to write; it must not exist.")],
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Write all answers of a class to a CSV file, practice too, one answer a line; times are UTC."""
    from serve.exercise.classes import Classes  # noqa: PLC0415
    from serve.exercise.errors import ExerciseError, ExerciseErrorCode  # noqa: PLC0415
    from serve.exercise.model import Phase  # noqa: PLC0415

    language = asked_language(lang)
    with open_exercises(data, database) as store:
        sittings = Classes(store).sittings(room, list(Phase))
    rows = [
        [sitting.trainee, sitting.phase.value, sitting.form, one.arm.value, one.thing, one.truth, one.chosen or "",
         one.action.value, one.confidence, f"{one.seconds:.3f}", one.at.isoformat()]
        for sitting in sittings
        for one in sitting.answers
    ]  # fmt: skip
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(_EXPORTED)
            writer.writerows(rows)
    except OSError as error:
        raise ExerciseError(
            f"{file} cannot be written: {error.strerror}. Name another file in a folder that exists",
            ExerciseErrorCode.NO_FOLDER,
            folder=str(file.parent),
        ) from error
    say(Console(), "exported", language, file=file, count=len(rows))


def _ordered(phases: list[str] | None) -> list[Phase]:
    from serve.exercise.model import PHASE_ORDER, USUAL_PHASES  # noqa: PLC0415

    return [one for one in PHASE_ORDER if one in (phases or USUAL_PHASES)]
