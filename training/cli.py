"""``tigercheck-train``: what maintainers run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.errors import TigercheckError
from model.taxonomy import shipped_taxonomy
from training import compare_cli, release_cli
from training.dataset.cli import app as data_app
from training.errors import TrainingError
from training.evaluation import cli as evaluation_cli
from training.options import MANIFEST_DIR, RENDERS, ManifestOption, PhotosOption, RendersOption, RunOption
from training.render.cli import app as render_app

app = typer.Typer(
    help="Label photos, train, and release a bundle: photos, fit, export, calibrate, evaluate, release.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console()
app.add_typer(data_app, name="data")
app.add_typer(render_app, name="render")

_ROOT = Path(__file__).resolve().parent.parent


@app.command()
def photos(
    photos: PhotosOption,
    cache: Annotated[Path, typer.Option(help="Where embeddings are kept between runs.")] = Path("cache"),
) -> None:
    """Write photos.csv and photos_left_out.csv from labels.yaml, the exceptions and the coat crops.

    Near-duplicates are found by embedding distance and become one exhibit. The embeddings take about three minutes
    for 3,650 photos the first time and are cached.
    """
    from training.photos import write_photo_manifest  # noqa: PLC0415 - torch takes seconds to import

    console.print(write_photo_manifest(photos, MANIFEST_DIR, cache, shipped_taxonomy()))


@app.command()
def fit(
    photos: PhotosOption,
    recipe: Annotated[Path, typer.Option(help="TOML recipe.")] = _ROOT / "training" / "recipes" / "parts.toml",
    run: RunOption = Path("runs/parts"),
    renders: RendersOption = RENDERS,
    manifest: ManifestOption = MANIFEST_DIR,
    more_renders: Annotated[
        list[Path] | None,
        typer.Option(
            "--more-renders", help="Folder of further renders for training alone; may be given several times."
        ),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(help="Run directory, or folder of a bundle, to go on from instead of ImageNet's weights."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs, if other than the recipe's: shorter, to compare.")] = None,
    pictures: Annotated[int | None, typer.Option(help="Pictures an epoch, if other than the recipe's.")] = None,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Also write TensorBoard event files.")] = False,
) -> None:
    """Fine-tune by a recipe. Stop it whenever you like: the same command goes on from the last whole epoch.

    Several processes or machines share the work under torchrun; see docs/training.md.

    Next: tigercheck-train export.
    """
    from training.fit import fit as fit_network  # noqa: PLC0415 - torch takes seconds to import
    from training.pictures import Folders  # noqa: PLC0415
    from training.recipe import load_recipe, with_length  # noqa: PLC0415

    taxonomy = shipped_taxonomy()
    best = fit_network(
        with_length(load_recipe(recipe, taxonomy), epochs, pictures),
        manifest, Folders(photos, renders), run, taxonomy, console, tensorboard, more_renders or (), start,
    )  # fmt: skip
    console.print(f"Best weights: {best}. Next: tigercheck-train export --run {run}")


app.command()(release_cli.export)


@app.command()
def calibrate(
    photos: PhotosOption,
    run: RunOption = Path("runs/parts"),
    renders: RendersOption = RENDERS,
    manifest: ManifestOption = MANIFEST_DIR,
) -> None:
    """Fit temperature, thresholds and the strangeness score of an exported run; seal them as a candidate, RUN/bundle.

    Thresholds see calibration pictures only; leaves that only renders back have thresholds of their own. Five published
    scores of strangeness are compared on validation pictures; what each reached is in RUN/calibration.json.

    Next: tigercheck-train evaluate --run RUN.
    """
    from training.candidate import calibrate as seal  # noqa: PLC0415
    from training.pictures import Folders  # noqa: PLC0415

    folder = seal(run, manifest, Folders(photos, renders), shipped_taxonomy(), console)
    console.print(f"Candidate: {folder}. Next: tigercheck-train evaluate --run {run}")


app.command()(evaluation_cli.evaluate)
app.command()(compare_cli.compare)
app.command()(release_cli.release)
app.command()(release_cli.rollback)


def main() -> None:
    """Run, turning expected errors into one clear message and exit status 2."""
    try:
        app()
    except (TigercheckError, TrainingError) as error:
        Console(stderr=True).print(f"[bold red]Error:[/] {error}", highlight=False)
        raise SystemExit(2) from error


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
