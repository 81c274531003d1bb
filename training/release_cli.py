"""Commands from a trained run to a bundle that officers use, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.resources import bundles_dir
from model.taxonomy import shipped_taxonomy

_ROOT = Path(__file__).resolve().parent.parent
_console = Console()

RunOption = Annotated[Path, typer.Option("--run", help="Run directory of tigercheck-train fit.")]
PhotosOption = Annotated[
    Path, typer.Option("--photos", envvar="TIGERCHECK_PHOTOS", help="Folder of the photo collection.")
]
RendersOption = Annotated[Path, typer.Option("--renders", help="Folder of the shipped renders.")]
ManifestOption = Annotated[Path, typer.Option("--manifest", help="Folder of photos.csv and renders.csv.")]
BundlesOption = Annotated[Path, typer.Option("--bundles", help="Folder that holds the released bundles.")]

_MANIFEST, _RENDERS = _ROOT / "datasets" / "manifest", _ROOT / "datasets" / "renders"


def export(
    photos: PhotosOption,
    run: RunOption = Path("runs/first"),
    renders: RendersOption = _RENDERS,
    manifest: ManifestOption = _MANIFEST,
    rounds: Annotated[int, typer.Option(min=5, help="How often each graph is timed.")] = 40,
) -> None:
    """Write the run's network as ONNX: fp32, and int8 in several ways; choose the one to ship.

    int8 is calibrated on training pictures. A graph ships as int8 only if it loses at most half a point of identity
    accuracy and of tiger recall on validation pictures, photos and renders apart; held-out pictures are not opened.
    Everything measured is in RUN/export/export.json. Running it again replaces it.

    Next: tigercheck-train calibrate.
    """
    from training.export import export as write  # noqa: PLC0415 - torch takes seconds to import
    from training.pictures import Folders  # noqa: PLC0415

    write(run, manifest, Folders(photos, renders), shipped_taxonomy(), _console, rounds=rounds)


def release(
    photos: PhotosOption,
    version: Annotated[str, typer.Option(help="Three numbers, higher than every released bundle's: 0.2.0.")],
    run: RunOption = Path("runs/first"),
    renders: RendersOption = _RENDERS,
    manifest: ManifestOption = _MANIFEST,
    bundles: BundlesOption | None = None,
    metrics: Annotated[
        Path | None, typer.Option(help="What evaluate wrote for RUN/bundle.  [default: RUN/evaluation/metrics.json]")
    ] = None,
    accept: Annotated[
        str | None, typer.Option(help="Why worse figures are accepted. The model card shows this sentence.")
    ] = None,
) -> None:
    """Compare RUN/bundle with the bundle in use on the same held-out pictures, and release it if nothing is worse.

    Guarded are tiger recall by item, protected things missed, false tigers, identity accuracy, calibration, telling
    unknown things, and speed. A figure is worse if the whole 95 % interval of its difference (drawn by exhibit, both
    bundles on the same draws) lies on the worse side. A refusal writes nothing.

    The new bundle answers from then on. Before: tigercheck-train evaluate. Back: tigercheck-train rollback.
    """
    from training.pictures import Folders  # noqa: PLC0415
    from training.release import release as write  # noqa: PLC0415

    folder = write(
        run, version, manifest, Folders(photos, renders), bundles or bundles_dir(), shipped_taxonomy(), _console,
        accept=accept, metrics=metrics,
    )  # fmt: skip
    _console.print(f"{folder.name} is released and in use: {folder}")


def rollback(
    reason: Annotated[str, typer.Option(help="Why; kept beside the bundles.")],
    to: Annotated[
        str | None, typer.Option(help="Bundle to use, such as tigercheck-0.1.0; default: the one before.")
    ] = None,
    bundles: BundlesOption | None = None,
) -> None:
    """Let an earlier bundle answer again. Its files are verified first; no bundle is deleted or changed.

    Without --to it is the lower version that was in use last. The choice stands in model/bundles/in_use.json.
    """
    from training.rollback import rollback as go_back  # noqa: PLC0415

    folder = go_back(bundles or bundles_dir(), reason, to)
    _console.print(f"{folder.name} is in use")
