"""``tigercheck exercise``: draw exercises, list them, delete those that no class uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

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
    epilog="Start with: tigercheck exercise build --ready skins, then class, codes, phase, progress, export, delete.",
    no_args_is_help=True,
)

ClassId = Annotated[str, typer.Argument(metavar="CLASS", help="The class; tigercheck exercise list names it.")]
ExerciseId = Annotated[str, typer.Argument(metavar="EXERCISE", help="The exercise; tigercheck exercise list names it.")]


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
        say(
            out, "built", language, id=exercise.id, title=exercise.title, count=len(exercise.forms[0].things),
            practice=len(one.practice),
        )  # fmt: skip
        for room in classes:
            if room.exercise_id == exercise.id:
                say_class(out, room.id, room.name, exercise.id, room.open_phase, language)


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
            say(note, "problems", language, count=len(pool.problems), where=first.where, text=words)
    with open_exercises(data, database) as store:
        store.add(built.exercise, built.practice)
    exercise = built.exercise
    say(
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
    # What a trainer brought serves practice as well; of the rest, what model weights have learned from.
    spare = list(sources)
    for wanted, draws in ((renders, pools.renders), (photos, pools.photos)):
        if wanted:
            sources.append(draws())
            spare.append(draws(pools.TRAINED))
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
    return pool, draw(pool, plan, title, pools.join(spare))


@app.command("delete-exercise")
def delete_exercise(
    exercise: ExerciseId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
    database: Database = None,
    lang: Language = None,
) -> None:
    """Delete an exercise that no class uses. Its pictures stay where they are."""
    language = asked_language(lang)
    with open_exercises(data, database) as store:
        title = store.exercise(exercise).exercise.title
        if not yes:
            typer.confirm(tr("exercise.cli.ask_exercise", language, title=title), abort=True)
        store.delete_exercise(exercise)
    say(Console(), "exercise_deleted", language)


def say(out: Console, key: str, language: str, **params: object) -> None:
    """Print one sentence of this command."""
    out.print(tr(f"exercise.cli.{key}", language, **params), markup=False, highlight=False, soft_wrap=True)


def say_class(out: Console, room: str, name: str, exercise: str, phase: Phase | None, language: str) -> None:
    """Print a class and what is open in it."""
    opened = tr(f"exercise.phase.{phase.value}" if phase else "exercise.cli.closed", language)
    say(out, "class", language, id=room, name=name, exercise=exercise, phase=opened)
