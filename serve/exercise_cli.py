"""``tigercheck exercise``: draw exercises, make classes, give out codes, delete classes for good."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.taxonomy import shipped_taxonomy
from serve.cases_cli import Data, Database, Language
from serve.i18n import tr
from serve.services.language import asked_language

if TYPE_CHECKING:
    from serve.exercise.build import Built
    from serve.exercise.model import Phase
    from serve.exercise.pool import Pool
    from serve.exercise.store import ExerciseStore

app = typer.Typer(
    help="Exercises that measure how well a class tells tiger parts from look-alikes, before and after a course.",
    epilog="Start with: tigercheck exercise build --ready skins, then class, codes, progress, export, delete.",
    no_args_is_help=True,
)

ClassId = Annotated[str, typer.Argument(metavar="CLASS", help="The class; tigercheck exercise list names it.")]
ExerciseId = Annotated[str, typer.Argument(metavar="EXERCISE", help="The exercise; tigercheck exercise list names it.")]


_EXPORTED = (
    "trainee", "phase", "form", "arm", "thing", "truth", "chosen", "action", "confidence", "seconds", "at",
)  # fmt: skip


@contextmanager
def open_exercises(data: Path | None, database: str | None) -> Iterator[ExerciseStore]:
    """The exercise store, closed at the end."""
    # Imported late: the database library takes a second that --help need not wait for.
    from serve.exercise.store import ExerciseStore  # noqa: PLC0415

    store = ExerciseStore(data, database)
    try:
        yield store
    finally:
        store.close()


@app.command("list")
def list_exercises(data: Data = None, database: Database = None, lang: Language = None) -> None:
    """List exercises and their classes."""
    from serve.exercise.classes import Classes  # noqa: PLC0415

    language, out = asked_language(lang), Console()
    with open_exercises(data, database) as store:
        kept, classes = store.exercises(), Classes(store).classes()
    if not kept:
        out.print(tr("exercise.cli.none", language), markup=False)
    for one in kept:
        exercise = one.exercise
        _say(
            out, "built", language, id=exercise.id, title=exercise.title, count=len(exercise.forms[0].things),
            practice=len(one.practice),
        )  # fmt: skip
        for room in classes:
            if room.exercise_id == exercise.id:
                _say_class(out, room.id, room.name, exercise.id, room.open_phase, language)


@app.command()
def build(
    title: Annotated[str, typer.Option(help="Title, in your own words; a ready exercise has one.")] = "",
    ready: Annotated[str, typer.Option(help="skins, claws_and_teeth or mixed_checkpoint.")] = "",
    leaf: Annotated[
        list[str] | None, typer.Option(help="A label to draw; repeat it. Default: all labels that the sources have.")
    ] = None,
    number: Annotated[int, typer.Option(min=2, max=200, help="Objects in each of the two forms.")] = 24,
    mix: Annotated[str, typer.Option(help="Weights of easy,medium,hard, such as 2,1,1. Default: as they come.")] = "",
    own: Annotated[
        list[Path] | None, typer.Option(help="Your own folder: labels.csv beside pictures, or LEAF/OBJECT/ folders.")
    ] = None,
    photos: Annotated[bool, typer.Option("--photos", help="Also the photo collection in TIGERCHECK_PHOTOS.")] = False,
    renders: Annotated[bool, typer.Option("--renders/--no-renders", help="The shipped computer-made pictures.")] = True,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Another seed draws other forms.")] = 1,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Draw an exercise: two forms of equal difficulty with no object in common.

    The same seed and sources give the same forms on every computer. Objects whose pictures the model learned from are
    never in a form, because the model sits every test too; they serve for practice.

    Examples:
        tigercheck exercise build --ready skins
        tigercheck exercise build --title "Claws" --leaf tiger_claw --leaf imitation_claw --number 20 --own seized/
    """
    from serve.exercise.ready import build_ready  # noqa: PLC0415
    from serve.exercise.wording import problem_sentence, warning_sentence  # noqa: PLC0415

    language, out, note = asked_language(lang), Console(), Console(stderr=True)
    if ready:
        built = build_ready(ready, language, seed)
    else:
        pool, built = _draw(title, leaf, number, mix, own or [], photos, renders, seed)
        if pool.problems:
            first = pool.problems[0]
            words = f"{problem_sentence(first, language)} ({first.detail})"
            _say(note, "problems", language, count=len(pool.problems), where=first.where, text=words)
    with open_exercises(data, database) as store:
        store.add(built.exercise, built.practice)
    exercise = built.exercise
    _say(
        out, "built", language, id=exercise.id, title=exercise.title, count=len(exercise.forms[0].things),
        practice=len(built.practice),
    )  # fmt: skip
    for warning in built.warnings:
        note.print(warning_sentence(warning, language), style="yellow", markup=False)


def _draw(
    title: str, leaf: list[str] | None, number: int, mix: str, own: list[Path], photos: bool, renders: bool, seed: int
) -> tuple[Pool, Built]:
    from serve.exercise import pool as pools  # noqa: PLC0415
    from serve.exercise.build import Plan, even  # noqa: PLC0415
    from serve.exercise.build import build as draw  # noqa: PLC0415
    from serve.exercise.model import Difficulty  # noqa: PLC0415
    from serve.exercise.own_folder import own as own_pool  # noqa: PLC0415

    known = shipped_taxonomy().leaf_ids
    if unknown := set(leaf or ()) - set(known):
        raise typer.BadParameter(f"expected some of {', '.join(known)}, got {', '.join(sorted(unknown))}")
    sources = [own_pool(folder) for folder in own]
    if renders:
        sources.append(pools.renders())
    if photos:
        sources.append(pools.photos())
    if not sources:
        raise typer.BadParameter("expected at least one source: --own, --photos or --renders")
    pool = pools.join(sources)
    leaves = [one for one in known if one in (leaf or {thing.leaf for thing in pool.things})]
    try:
        weights = [float(one) for one in mix.split(",")] if mix else []
        plan = Plan(leaves=even(leaves, number), mix=dict(zip(Difficulty, weights, strict=bool(mix))), seed=seed)
    except ValueError as error:
        raise typer.BadParameter(
            f"expected three weights for easy, medium and hard such as 2,1,1, got {mix!r}", param_hint="--mix"
        ) from error
    return pool, draw(pool, plan, title, pools.renders(pools.TRAINED) if renders else None)


@app.command("class")
def make_class(
    exercise: ExerciseId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the class.")],
    codes: Annotated[int, typer.Option(min=0, max=200, help="How many codes to make.")] = 0,
    phase: Annotated[
        list[str] | None, typer.Option(help="before, practice or after; repeat it. Default: all three.")
    ] = None,
    with_model: Annotated[
        list[str] | None, typer.Option("--with-model", help="A phase in which trainees are shown the model's answer.")
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
    """Make a class for an exercise. Its first phase is open; the trainer's page opens the others."""
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
    _say_class(Console(), room.id, room.name, exercise, room.open_phase, language)


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
    _say(Console(), "deleted", language)


@app.command()
def compact(data: Data = None, database: Database = None, lang: Language = None) -> None:
    """Rewrite the file without what was deleted, if deleting a class could not because another program used it."""
    language = asked_language(lang)
    with open_exercises(data, database) as store:
        store.compact()
    _say(Console(), "compacted", language)


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
    _say(Console(), "exported", language, file=file, count=len(rows))


def _ordered(phases: list[str] | None) -> list[Phase]:
    from serve.exercise.model import Phase  # noqa: PLC0415

    order = (Phase.BEFORE, Phase.PRACTICE, Phase.AFTER)
    return [one for one in order if one in (phases or order)]


def _say(out: Console, key: str, language: str, **params: object) -> None:
    out.print(tr(f"exercise.cli.{key}", language, **params), markup=False, highlight=False, soft_wrap=True)


def _say_class(out: Console, room: str, name: str, exercise: str, phase: Phase | None, language: str) -> None:
    opened = tr(f"exercise.phase.{phase.value}" if phase else "exercise.cli.closed", language)
    _say(out, "class", language, id=room, name=name, exercise=exercise, phase=opened)
