"""``tigercheck-train render``: make pictures of parts, imitations and other things with Blender."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

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

_ROOT = Path(__file__).resolve().parent.parent.parent
_RECIPE = _ROOT / "training" / "recipes" / "render" / "parts.toml"
_RENDERS, _MANIFESTS = _ROOT / "datasets" / "renders", _ROOT / "datasets" / "manifest"
RecipeOption = Annotated[Path, typer.Option(help="TOML recipe.")]
RendersOption = Annotated[Path, typer.Option(help="Folder of the shipped pictures.")]
ManifestDirOption = Annotated[Path, typer.Option("--manifest-dir", help="Folder with renders.csv and photos.csv.")]
PhotosOption = Annotated[
    Path, typer.Option("--photos", envvar="TIGERCHECK_PHOTOS", help="Folder of the photo collection.")
]
ProcessesOption = Annotated[int | None, typer.Option(help="Render processes. Default: one a core.")]


@app.callback()
def render(
    context: typer.Context,
    recipe: RecipeOption = _RECIPE,
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
    lossless: Annotated[bool, typer.Option("--lossless", help="Keep a PNG of each picture too.")] = False,
    processes: ProcessesOption = None,
) -> None:
    """Look at some exhibits of one generator, while working on it. Earlier pictures of it are replaced."""
    plan = make_preview(generator, count, seed, (width, width * 3 // 4), samples, neutral)
    folder = out / generator
    for old in folder.glob("*"):
        old.unlink()
    failed = _carry_out(plan, folder, processes, lossless)
    console.print(f"Contact sheet: {contact_sheet(plan, folder, out / f'{generator}.jpg', count, min(width, 448))}")
    _finish(failed)


@app.command()
def larger(
    out: Annotated[Path, typer.Option(help="Folder of the pictures; a stopped run in it goes on.")] = Path(
        "runs/larger"
    ),
    width: Annotated[int, typer.Option(min=64, max=4096, help="Pixels on the longer side.")] = 896,
    split: Annotated[list[str] | None, typer.Option(help="Side of the split; may be repeated.")] = None,
    renders: RendersOption = _RENDERS,
    manifest_dir: ManifestDirOption = _MANIFESTS,
    processes: ProcessesOption = None,
) -> None:
    """Render shipped pictures again with more pixels: the same exhibits, places and views. Default: validation.

    For asking what a closer look at a phone's whole photo would show; see benchmarks/enlarged.py.
    """
    from training.render.larger import make_larger  # noqa: PLC0415 - reads reports' libraries, a second to import

    plan = make_larger(renders, manifest_dir / "renders.csv", shipped_taxonomy(), split or ["validation"], width)
    _finish(_carry_out(plan, out, processes))


@app.command()
def publish(
    recipe: RecipeOption = _RECIPE,
    run: Annotated[Path, typer.Option("--run", help="Folder of the finished run.")] = Path("runs/renders"),
    renders: RendersOption = _RENDERS,
    manifest_dir: ManifestDirOption = _MANIFESTS,
) -> None:
    """Ship a finished run: pictures, masks and conditions to datasets/renders, rows split by exhibit to renders.csv."""
    from training.render.publish import publish as ship  # noqa: PLC0415 - scikit-learn takes a second to import

    loaded = load_render_recipe(recipe, shipped_taxonomy(), run)
    done = ship(make_plan(loaded), loaded, run, renders, manifest_dir)
    console.print(f"{len(done.rows)} pictures with masks, {done.bytes / 1e6:.1f} MB, in {renders}")
    for one in done.left_out:
        console.print(f"left out: {one.name}, {one.reason}", markup=False)


@app.command()
def tells(
    renders: RendersOption = _RENDERS,
    manifest_dir: ManifestDirOption = _MANIFESTS,
    report: Annotated[Path | None, typer.Option(help="JSON file to write.")] = None,
) -> None:
    """Ask whether leaves can be told apart by background, light, camera or file alone. They must not."""
    from training.render.proof import as_json, find_tells  # noqa: PLC0415

    found = find_tells(renders, manifest_dir / "renders.csv", shipped_taxonomy())
    table = Table("evidence", "task", "n", "chance", "balanced accuracy (95 %)", "shuffled labels", "above chance")
    for one in found:
        low, high = one.interval
        table.add_row(
            one.evidence, one.task, f"{one.n} of {one.exhibits} exhibits", f"{1 / one.classes:.1%}",
            f"{one.accuracy:.1%} ({low:.1%} to {high:.1%})", f"{one.shuffled:.1%}",
            f"{100 * one.above_chance:+.1f} points",
        )  # fmt: skip
    console.print(table)
    _keep(report, as_json(found))


@app.command()
def realism(
    photos: PhotosOption,
    renders: RendersOption = _RENDERS,
    manifest_dir: ManifestDirOption = _MANIFESTS,
    report: Annotated[Path | None, typer.Option(help="JSON file to write.")] = None,
) -> None:
    """Measure how far renders are from photos of the same leaf, where there are both."""
    from training.render.proof import as_json, find_gaps  # noqa: PLC0415

    found = find_gaps(renders, manifest_dir / "renders.csv", photos, manifest_dir / "photos.csv", shipped_taxonomy())
    table = Table(
        "leaf", "renders", "photos", "kernel distance (95 %)", "photos among themselves", "told apart (AUROC)"
    )
    for one in found:
        low, high = one.interval
        table.add_row(
            one.leaf, str(one.renders), str(one.photos), f"{one.kid:.3f} ({low:.3f} to {high:.3f})",
            f"{one.kid_photos:.3f}", f"{one.auroc:.3f}",
        )  # fmt: skip
    console.print(table)
    _keep(report, as_json(found))


def _keep(report: Path | None, content: object) -> None:
    if report is not None:
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        console.print(f"Report: {report}")


def _carry_out(plan: Sequence[Picture], out: Path, processes: int | None, lossless: bool = False) -> list[Failed]:
    if find_spec("bpy") is None:
        raise TrainingError("Blender is not installed; install it with: pip install 'tigercheck[render]' (Python 3.11)")
    columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(plan))
        return carry_out(plan, out, processes, lambda done: bar.update(task, completed=done), lossless=lossless)


def _finish(failed: Sequence[Failed]) -> None:
    for one in failed:
        console.print(f"{one.name}: {one.reason}", markup=False)
    raise typer.Exit(1 if failed else 0)
