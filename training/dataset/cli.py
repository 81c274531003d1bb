"""``tigercheck-train data``: add, check, split and describe labelled photos."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from model.bundle import Bundle, load_bundle
from model.errors import ManifestError
from model.manifest import LabelBasis, ManifestRow, read_manifest, write_manifest
from model.session import OnnxModel
from model.taxonomy import shipped_taxonomy
from training.dataset.check import Problem, check_manifest, fold
from training.dataset.descriptions import write_descriptions
from training.dataset.plan import Delivery, Embed, make_plan
from training.dataset.sheets import write_plan_sheet
from training.dataset.sources import from_folder, from_table, leaf_names, learn, remembered
from training.dataset.split import SplitFile, read_split, write_split
from training.dataset.store import build_index, load_index, save_index, write_plan
from training.labels import add_links, draw_sides, load_rules, read_links, split_file_of

app = typer.Typer(
    help="Turn deliveries of labelled photos into rows to trust. In this order: add, split, check, describe.",
    no_args_is_help=True,
)
console = Console()

_ROOT = Path(__file__).resolve().parent.parent.parent
ManifestDir = Annotated[Path, typer.Option("--manifest-dir", help="Folder with photos.csv, labels.yaml, splits.json.")]
Photos = Annotated[
    Path, typer.Option("--photos", envvar="TIGERCHECK_PHOTOS", help="Photo folder; training copies go into it.")
]
_MANIFESTS = _ROOT / "datasets" / "manifest"


@app.command()
def add(
    folder: Annotated[Path, typer.Argument(help="Folder of the delivery; searched through for photos.")],
    photos: Photos,
    source: Annotated[str, typer.Option(help="Who delivered it, such as agency:lang-son-customs.")],
    licence: Annotated[str, typer.Option(help="Terms of use, such as 'agency: training only'.")],
    labelled_by: Annotated[str, typer.Option("--labelled-by", help="Who gave the labels.")],
    label_basis: Annotated[str, typer.Option("--label-basis", help="appraisal, expert, source or construction.")],
    table: Annotated[
        Path | None, typer.Option(help="CSV or XLSX with one row a photo, instead of folder names.")
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="MEANING=COLUMN of the agency's table; remembered for the source.")
    ] = None,
    words: Annotated[
        list[str] | None, typer.Option("--word", help="The agency's WORD=LEAF; remembered for the source.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added and write nothing else.")
    ] = False,
    sheet: Annotated[Path | None, typer.Option(help="Contact sheet to write (HTML).")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Bundle whose embeddings find near-duplicates.")] = None,
    cache: Annotated[Path, typer.Option(help="Where hashes and embeddings are kept between runs.")] = Path("cache"),
    manifest_dir: ManifestDir = _MANIFESTS,
) -> None:
    """Add a delivery: hash, read EXIF, propose exhibits, find near-duplicates, write training copies and rows.

    A folder named after a leaf (in any of the three languages) gives the label, the other folder the case. With
    --table the agency's own columns are read; --map and --word say once what they mean.

    The copies carry no GPS position, serial number or owner; the originals are only read. Exit status: 0 all photos
    were added, 1 some were not (each with the reason), 2 nothing could be done.
    """
    taxonomy = shipped_taxonomy()
    if not folder.is_dir():
        raise ManifestError(f"{folder} is not a folder")
    basis = _basis(label_basis)
    known = learn(folder, remembered(manifest_dir, source), columns or [], words or [], taxonomy)
    candidates = from_table(table, folder, known) if table else from_folder(folder, taxonomy, known)
    if not candidates:
        raise ManifestError(f"no photos found in {folder}")
    manifest = manifest_dir / "photos.csv"
    rows = read_manifest(manifest, taxonomy) if manifest.is_file() else []
    loaded = load_bundle(bundle)
    embed = embedder(loaded)
    stored = cache / f"index-{loaded.info.id}.npz"
    with _progress() as bar:
        task = bar.add_task("Photos already there", total=len({r.sha256 for r in rows if r.crop is None}))
        index = build_index(rows, photos, embed, load_index(stored), lambda n: bar.update(task, completed=n))
        save_index(stored, index)
        task_new = bar.add_task("New photos", total=len(candidates))
        plan = make_plan(
            candidates,
            Delivery(source, licence, labelled_by, basis),
            leaf_names(taxonomy, known.leaves),
            fold,
            index,
            embed,
            lambda n: bar.update(task_new, completed=n),
        )
    console.print(plan.summary(), markup=False)
    if sheet:
        write_plan_sheet(plan, sheet)
        console.print(f"Contact sheet: {sheet}")
    elif plan.refused:
        for refused in plan.refused[:20]:
            console.print(f"  {refused.path}: {refused.code}, {refused.detail}", markup=False)
        if len(plan.refused) > 20:
            console.print(f"  and {len(plan.refused) - 20} more; see them all with --sheet FILE.html")
    if dry_run:
        console.print("Nothing was written (--dry-run).")
    else:
        add_links(manifest_dir, plan.links)
        sides = _resplit([*rows, *(a.row for a in plan.additions)], manifest_dir)
        planned = plan.additions
        kept = [a for a in planned if a.row.exhibit in sides.exhibits]
        plan.additions = [
            a.__class__(**{**vars(a), "row": a.row.model_copy(update={"split": sides.exhibits[a.row.exhibit]})})
            for a in kept
        ]
        write_plan(plan, [r for r in rows if r.exhibit in sides.exhibits], manifest, photos)
        write_split(manifest_dir / "splits.json", sides)
        dropped = [r for r in rows if r.exhibit not in sides.exhibits]
        if dropped or len(kept) < len(planned):
            console.print(
                f"Left out because linked to exhibits on another side: {len(planned) - len(kept)} new photos and "
                f"{len(dropped)} rows that were there; splits.json says why."
            )
        console.print(f"Written: {len(plan.additions)} photos to {photos / 'added'}, rows to {manifest}.")
    raise typer.Exit(1 if plan.refused else 0)


@app.command()
def check(
    photos: Annotated[
        Path | None, typer.Option("--photos", envvar="TIGERCHECK_PHOTOS", help="Also look at the files in this folder.")
    ] = None,
    manifest: Annotated[Path, typer.Option(help="Manifest to check.")] = _MANIFESTS / "photos.csv",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
) -> None:
    """Show all problems of a manifest at once. Exit status: 0 no errors (warnings may remain), 1 errors."""
    with _progress(disable=as_json) as bar:
        task = bar.add_task("Files", total=None)
        found = check_manifest(
            manifest, shipped_taxonomy(), photos=photos, progress=lambda n: bar.update(task, completed=n)
        )
    if as_json:
        print(json.dumps({"ok": found.ok, "rows": len(found.rows), "problems": [p.as_dict() for p in found.problems]}))
    else:
        _show(found.problems)
        errors = sum(p.severity == "error" for p in found.problems)
        console.print(f"{len(found.rows)} rows, {errors} errors, {len(found.problems) - errors} warnings")
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def split(manifest_dir: ManifestDir = _MANIFESTS) -> None:
    """Give every exhibit of photos.csv a side and write splits.json; what has a side keeps it."""
    taxonomy = shipped_taxonomy()
    manifest = manifest_dir / "photos.csv"
    rows = read_manifest(manifest, taxonomy)
    sides = _resplit(rows, manifest_dir)
    kept = [r.model_copy(update={"split": sides.exhibits[r.exhibit]}) for r in rows if r.exhibit in sides.exhibits]
    write_manifest(manifest, kept)
    write_split(manifest_dir / "splits.json", sides)
    _counts(kept)
    if len(kept) < len(rows):
        console.print(f"{len(rows) - len(kept)} rows were left out; splits.json says why.")


@app.command()
def report(
    photos: Photos,
    out: Annotated[Path, typer.Option(help="HTML file to write.")] = Path("data-report.html"),
    cache: Annotated[Path, typer.Option(help="Where embeddings are kept between runs.")] = Path("cache"),
    figures_file: Annotated[Path | None, typer.Option("--figures", help="Also write the figures as JSON.")] = None,
    manifest_dir: ManifestDir = _MANIFESTS,
) -> None:
    """Write one HTML page about the data: counts, licences, agreement, quality, duplicates, suspected label errors.

    A second opinion goes into second_labels.csv (file, labelled_by, leaf) beside photos.csv.
    """
    from training.dataset.report import write_report  # noqa: PLC0415 - scikit-learn and torch take seconds to import
    from training.embeddings import imagenet_embeddings  # noqa: PLC0415

    rows = read_manifest(manifest_dir / "photos.csv", shipped_taxonomy())
    whole = [row for row in rows if row.crop is None]
    vectors = imagenet_embeddings([(photos / row.path, row.sha256) for row in whole], cache)
    with _progress() as bar:
        task = bar.add_task("Looking at photos", total=len(whole))
        figures = write_report(
            rows, photos, out, vectors, manifest_dir / "second_labels.csv", lambda n: bar.update(task, completed=n)
        )
    if figures_file:
        figures_file.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    console.print(f"Report: {out}")


@app.command()
def describe(manifest_dir: ManifestDir = _MANIFESTS) -> None:
    """Write the JSON Schema, data package and Croissant description beside the manifests."""
    for path in write_descriptions(manifest_dir, shipped_taxonomy(), version("tigercheck")):
        console.print(str(path))


def embedder(loaded: Bundle) -> Embed:
    """Pictures to the bundle's embeddings, (n, channels)."""
    model = OnnxModel(loaded)

    def embed(images: Sequence[Image.Image]) -> npt.NDArray[np.float32]:
        batches = [
            np.stack([loaded.info.preprocessing(image) for image in images[start : start + 32]])
            for start in range(0, len(images), 32)
        ]
        return np.concatenate([model(batch).embedding for batch in batches]).astype(np.float32)

    return embed


def _resplit(rows: Sequence[ManifestRow], manifest_dir: Path) -> SplitFile:
    rules = load_rules(manifest_dir / "labels.yaml", shipped_taxonomy())
    earlier = read_split(manifest_dir / "splits.json")
    plan = draw_sides(rows, rules, earlier.exhibits if earlier else None, read_links(rows, manifest_dir))
    for warning in plan.warnings:
        console.print(f"[yellow]Warning:[/] {warning}")
    return split_file_of(plan, rules, earlier)


def _counts(rows: Sequence[ManifestRow]) -> None:
    table = Table(title="Rows by leaf, side, origin and source")
    for column in ("leaf", "side", "origin", "source", "rows", "exhibits"):
        table.add_column(column, justify="right" if column in ("rows", "exhibits") else "left")
    counts = Counter((r.leaf, r.split, r.origin, r.source) for r in rows)
    exhibits = Counter(key for key, _ in {((r.leaf, r.split, r.origin, r.source), r.exhibit) for r in rows})
    for key, count in sorted(counts.items()):
        table.add_row(*key, str(count), str(exhibits[key]))
    console.print(table)


def _basis(value: str) -> LabelBasis:
    for known in ("appraisal", "expert", "source", "construction"):
        if value == known:
            return known  # type: ignore[return-value]
    raise typer.BadParameter(
        f"expected appraisal, expert, source or construction, got {value!r}", param_hint="--label-basis"
    )


def _show(problems: Sequence[Problem]) -> None:
    table = Table(show_lines=True)
    for column in ("", "row", "column", "value", "problem", "expected", "remedy"):
        table.add_column(column, overflow="fold")
    for p in problems:
        row = (p.severity, str(p.row or ""), p.column, p.value, p.message, p.expected, p.remedy)
        table.add_row(*row, style="red" if p.severity == "error" else "yellow")
    if problems:
        console.print(table, markup=False)


def _progress(disable: bool = False) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=disable,
    )  # fmt: skip
