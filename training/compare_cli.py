"""``tigercheck-train compare``: runs side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from model.taxonomy import shipped_taxonomy
from training.options import MANIFEST_DIR, RENDERS, ManifestOption, PhotosOption, RendersOption

if TYPE_CHECKING:
    from training.compare import Compared

console = Console()


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Run directories; the others are compared with the first.")],
    photos: PhotosOption,
    renders: RendersOption = RENDERS,
    manifest: ManifestOption = MANIFEST_DIR,
    out: Annotated[Path | None, typer.Option("--out", help="Also write the figures here, as JSON.")] = None,
) -> None:
    """Put finished runs side by side on validation pictures: what one change of a recipe gave.

    Prints a table in Markdown: share of pictures whose identity (T, P, F, N) is right before anything is abstained
    from, the difference to the first run on the same pictures with a 95 % interval over exhibits, the share under
    seven kinds of damage, and how well energy tells unknown photos from known pictures (AUROC). No held-out picture is
    opened.

    One seed a run is no proof: training again with another seed moves these figures too.
    """
    from training.compare import compare as put_beside  # noqa: PLC0415 - torch takes seconds to import
    from training.pictures import Folders  # noqa: PLC0415

    table = put_beside(runs, manifest, Folders(photos, renders), shipped_taxonomy(), console)
    print(markdown(table))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps([asdict(one) for one in table], indent=1) + "\n", encoding="utf-8")


def markdown(table: Sequence[Compared]) -> str:
    """The table, a row a run, with its counts above it."""
    lines = []
    for origin, figure in table[0].identity.items():
        lines.append(f"{origin}s: {figure['n']} pictures of {figure['exhibits']} exhibits")
    lines += [
        "",
        "| run | changed | pictures | s an epoch | photos | against the first | renders | against the first "
        "| photos damaged | renders damaged | unknown: photos | renders |",
        "|---" * 12 + "|",
    ]
    for one in table:
        changed = ", ".join(f"{key} {value}" for key, value in one.changed.items()) or "–"
        cells = [one.name, changed, f"{one.pictures:,}", f"{one.seconds:.0f}"]
        for origin in ("photo", "render"):
            cells += [_percent(one.identity.get(origin)), _points(one.difference.get(origin))]
        cells += [_percent(one.damaged.get(origin)) for origin in ("photo", "render")]
        cells += [_number(one.unknown.get(origin)) for origin in ("photo", "render")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(figure: Mapping[str, Any] | None) -> str:
    return f"{100 * figure['value']:.1f} %" if figure and figure["value"] is not None else "–"


def _points(figure: Mapping[str, Any] | None) -> str:
    if not figure or figure["value"] is None:
        return "–"
    low, high = figure["interval_95"]
    return f"{100 * figure['value']:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"


def _number(figure: Mapping[str, Any] | None) -> str:
    return f"{figure['value']:.2f}" if figure and figure["value"] is not None else "–"
