"""``tigercheck-train evaluate``: figures and report of a bundle on the frozen sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.bundle import MANIFEST, find_bundle, load_bundle
from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.evaluation.sets import SETS, VALIDATION
from training.options import MANIFEST_DIR, RENDERS, ManifestOption, PhotosOption, RendersOption

METRICS_FILE, REPORT_FILE = "metrics.json", "report.html"
console = Console()


def evaluate(
    photos: PhotosOption,
    renders: RendersOption = RENDERS,
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle to judge: a candidate or a released one. Default: the one in use.")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Run directory; judges RUN/bundle instead of --bundle.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where metrics.json and report.html go. Default: RUN/evaluation, or runs/evaluation/BUNDLE."),
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help=f"Only this set; repeat for several: {', '.join(SETS)}.")
    ] = None,
    validation: Annotated[
        bool, typer.Option("--validation", help="Only the validation sets: for comparing variants.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out damaged pictures and the map's test.")] = False,
    gallery: Annotated[
        bool, typer.Option("--gallery/--no-gallery", help="Put small pictures of the worst errors into the report.")
    ] = True,
    manifest: ManifestOption = MANIFEST_DIR,
) -> None:
    """Judge held-out pictures with a bundle as the app would, and write figures and a report.

    Every figure comes with its count and a 95 % interval over exhibits; photos and renders are never pooled. What the
    model said is kept in RUN/cache or OUT/cache, so a second time only counting is left.

    Look at held-out pictures last. To choose between variants use --validation: whatever is chosen by looking at the
    holdout is no longer measured by it. The figures are explained in docs/evaluation.md.
    """
    from training.evaluation.report import write_report  # noqa: PLC0415 - matplotlib takes seconds to import
    from training.evaluation.run import evaluate_bundle, write_metrics  # noqa: PLC0415
    from training.pictures import Folders  # noqa: PLC0415
    from training.runs import CACHE, CANDIDATE, EVALUATION  # noqa: PLC0415

    if run is not None and bundle is not None:
        raise TrainingError("give --run or --bundle, not both")
    if validation and sets:
        raise TrainingError("give --validation or --set, not both")
    if run is not None and not (run / CANDIDATE / MANIFEST).is_file():
        raise TrainingError(f"{run} holds no bundle; run tigercheck-train calibrate --run {run} first")
    folder = run / CANDIDATE if run is not None else find_bundle(bundle)
    target = out or (run / EVALUATION if run is not None else Path("runs/evaluation") / load_bundle(folder).info.id)
    # A run's steps judge the same pictures with the same graph, so they share what it said.
    cache = (run or target) / CACHE
    folders = Folders(photos, renders)
    chosen = VALIDATION if validation else sets or None
    metrics = evaluate_bundle(
        folder, manifest, folders, shipped_taxonomy(), cache, chosen, probes=not quick, say=console.print
    )
    write_metrics(metrics, target / METRICS_FILE)
    write_report(metrics, target / REPORT_FILE, folders if gallery else None)
    for bar in metrics["bars"]:
        if bar["verdict"] != "not measured":
            console.print(f"{bar['verdict']:>12}  {bar['what']}: {bar['figure']['value']}", highlight=False)
    console.print(f"Figures: {target / METRICS_FILE}. Report: {target / REPORT_FILE}")
