"""``tigercheck-train``: what maintainers run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.errors import TigercheckError
from model.taxonomy import shipped_taxonomy
from training.dataset.cli import app as data_app
from training.errors import TrainingError
from training.render.cli import app as render_app

app = typer.Typer(
    help="Label photos, train, and make a bundle. Start with: tigercheck-train photos, then fit, then bundle.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console()
app.add_typer(data_app, name="data")
app.add_typer(render_app, name="render")

_ROOT = Path(__file__).resolve().parent.parent
MANIFEST_DIR = _ROOT / "datasets" / "manifest"

PhotosOption = Annotated[
    Path,
    typer.Option(
        "--photos", envvar="TIGERCHECK_PHOTOS", help="Folder of the photo collection (photos.csv lies in it)."
    ),
]
RunOption = Annotated[Path, typer.Option("--run", help="Run directory; a stopped run in it goes on.")]


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
    recipe: Annotated[Path, typer.Option(help="TOML recipe.")] = _ROOT / "training" / "recipes" / "first.toml",
    run: RunOption = Path("runs/first"),
) -> None:
    """Fine-tune by a recipe. Stop it whenever you like: the same command goes on from the last whole epoch."""
    from training.fit import fit as fit_network  # noqa: PLC0415
    from training.recipe import load_recipe  # noqa: PLC0415

    taxonomy = shipped_taxonomy()
    best = fit_network(load_recipe(recipe, taxonomy), MANIFEST_DIR / "photos.csv", photos, run, taxonomy, console)
    console.print(f"Best weights: {best}. Next: tigercheck-train bundle --run {run}")


@app.command()
def bundle(
    photos: PhotosOption,
    version: Annotated[str, typer.Option(help="Version of the bundle, such as 0.1.0.")],
    run: RunOption = Path("runs/first"),
    note: Annotated[str, typer.Option(help="Goes under the figures of the card: earlier looks at held-out rows.")] = "",
    out: Annotated[Path, typer.Option(help="Folder that holds the bundles.")] = _ROOT / "model" / "bundles",
) -> None:
    """Calibrate, export, evaluate on held-out sources, and write a bundle with its card and metrics."""
    from training.bundle_maker import make_bundle  # noqa: PLC0415

    folder = make_bundle(run, MANIFEST_DIR, photos, out, version, shipped_taxonomy(), console, note)
    console.print(f"Bundle written to {folder}")


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
