"""``tigercheck-train render``: make pictures of parts, imitations and other things with Blender."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.render.plan import Picture, make_plan, make_preview
from training.render.recipe import load_render_recipe
from training.render.run import Failed, carry_out
from training.render.sheet import contact_sheet

app = typer.Typer(
    help="Make pictures of parts, imitations and other things (the 'render' extra; Python 3.11).",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)
console = Console()

_RECIPE = Path(__file__).resolve().parent.parent / "recipes" / "render" / "parts.toml"
ProcessesOption = Annotated[int | None, typer.Option(help="Render processes. Default: one a core.")]


@app.callback()
def render(
    context: typer.Context,
    recipe: Annotated[Path, typer.Option(help="TOML recipe.")] = _RECIPE,
    out: Annotated[Path, typer.Option(help="Folder of the pictures; a stopped run in it goes on.")] = Path(
        "runs/renders"
    ),
    processes: ProcessesOption = None,
) -> None:
    """Render pictures by a recipe with Blender (the 'render' extra; Python 3.11).

    Every picture's parameters stand in pictures.jsonl; beside each picture lies a mask that cuts the exhibit out; a
    contact sheet by leaf is made at the end. Exit status: 0 all pictures are there, 1 some failed (each is named; the
    same command tries them again).
    """
    if context.invoked_subcommand:
        return
    plan = make_plan(load_render_recipe(recipe, shipped_taxonomy(), out))
    failed = _carry_out(plan, out, processes)
    console.print(f"Contact sheet: {contact_sheet(plan, out, out / 'contact-sheet.jpg')}")
    _finish(failed)


@app.command()
def preview(
    generator: Annotated[str, typer.Argument(help="Name of a generator, such as cat_claw.")],
    out: Annotated[Path, typer.Option(help="Folder of the pictures.")] = Path("runs/preview"),
    count: Annotated[int, typer.Option(min=1, help="How many exhibits.")] = 6,
    seed: Annotated[int, typer.Option(help="Another seed gives other exhibits.")] = 1,
    width: Annotated[int, typer.Option(min=64, help="Pixels; the height is three quarters of it.")] = 448,
    samples: Annotated[int, typer.Option(min=1, help="Paths a pixel, before denoising.")] = 8,
    neutral: Annotated[bool, typer.Option(help="Plain daylight on grey paper instead of checkpoint scenes.")] = False,
    processes: ProcessesOption = None,
) -> None:
    """Look at some exhibits of one generator, while working on it. Earlier pictures of it are replaced."""
    plan = make_preview(generator, count, seed, (width, width * 3 // 4), samples, neutral)
    folder = out / generator
    for old in folder.glob("*"):
        old.unlink()
    failed = _carry_out(plan, folder, processes)
    console.print(f"Contact sheet: {contact_sheet(plan, folder, out / f'{generator}.jpg', count, min(width, 448))}")
    _finish(failed)


def _carry_out(plan: Sequence[Picture], out: Path, processes: int | None) -> list[Failed]:
    if find_spec("bpy") is None:
        raise TrainingError("Blender is not installed; install it with: pip install 'tigercheck[render]' (Python 3.11)")
    columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(plan))
        return carry_out(plan, out, processes, lambda done: bar.update(task, completed=done))


def _finish(failed: Sequence[Failed]) -> None:
    for one in failed:
        console.print(f"{one.name}: {one.reason}", markup=False)
    raise typer.Exit(1 if failed else 0)
