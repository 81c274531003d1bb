"""From a finished run to a bundle: calibrate, export, check parity, evaluate, write the card, seal with hashes."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from pydantic import TypeAdapter
from rich.console import Console
from torch import Tensor

from model.bundle import MANIFEST, MODEL, SCHEMA, BundleInfo, Evidence, load_bundle, sha256_file
from model.calibration import softmax
from model.image import open_photo
from model.manifest import ManifestRow, read_manifest
from model.out_of_distribution import strangeness
from model.quality import QualityIssue, assess
from model.taxonomy import Taxonomy
from training.calibrate import fit_out_of_distribution, fit_temperature, fit_thresholds
from training.card import model_card
from training.data import load_inputs, load_row
from training.errors import TrainingError
from training.evaluate import Case, Judged, by_group, errors_worth_seeing, figures, judge
from training.export import export_onnx, onnx_outputs, parity
from training.fit import BEST, RUN_FILE
from training.network import LeafClassifier
from training.recipe import Recipe
from training.strangeness import Score

NAME = "tigercheck"
PARITY_PHOTOS = 200
PARITY_LIMIT = 1e-4


def make_bundle(
    run: Path,
    manifest_dir: Path,
    photos: Path,
    out: Path,
    version: str,
    taxonomy: Taxonomy,
    console: Console,
    note: str = "",
) -> Path:
    """Write ``out/tigercheck-<version>`` and return it.

    Thresholds see calibration rows only; held-out rows are looked at after everything is fixed. ``note`` stands under
    the card's figures: it is the place to say how often that happened before. The folder is made elsewhere and moved
    when whole.

    Raises:
        TrainingError: the run is unfinished or made from another manifest, the bundle exists, or parity fails.
    """
    target = out / f"{NAME}-{version}"
    if target.exists():
        raise TrainingError(f"{target} exists; bundles are never overwritten, choose another --version")
    recipe, manifest_sha, commit = _read_run(run, manifest_dir / "photos.csv")
    rows = [r for r in read_manifest(manifest_dir / "photos.csv", taxonomy) if r.leaf in recipe.leaves]
    network = _load_network(run, recipe)
    index = {leaf: i for i, leaf in enumerate(recipe.leaves)}

    with tempfile.TemporaryDirectory(dir=run) as work:
        folder = Path(work) / target.name
        folder.mkdir()
        console.print("Exporting to ONNX")
        export_onnx(network, recipe.preprocessing.size, folder / MODEL)

        calibration = [r for r in rows if r.split == "calibration"]
        inputs = load_inputs(calibration, photos, recipe.preprocessing, "Opening calibration photos")
        logits = onnx_outputs(folder / MODEL, inputs)["logits"].astype(np.float64)
        truth = np.asarray([index[r.leaf] for r in calibration])
        exhibits = [r.exhibit for r in calibration]
        described = _describe(calibration)
        temperature = fit_temperature(logits, truth)
        thresholds = fit_thresholds(softmax(logits, temperature), truth, exhibits, recipe.leaves, taxonomy, described)
        energy = Score("energy", "", {}, {})
        strange = strangeness("energy", {}, {}, logits, np.zeros((len(logits), 1)))
        ood = fit_out_of_distribution(energy, strange, exhibits, described, alpha=0.05)

        held = [r for r in rows if r.split == "holdout"]
        evidence = _evidence(recipe.leaves, held)
        data: dict[str, Any] = {
            "schema": SCHEMA, "name": NAME, "version": version,
            "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "files": {MODEL: sha256_file(folder / MODEL)},
            "preprocessing": recipe.preprocessing.model_dump(mode="json"), "leaves": list(recipe.leaves),
            "taxonomy_version": taxonomy.version, "temperature": temperature,
            "thresholds": thresholds.model_dump(mode="json"), "out_of_distribution": ood.model_dump(mode="json"),
            "evidence": evidence, "manifest_sha256": manifest_sha, "git_commit": commit,
            "recipe": TypeAdapter(Recipe).dump_python(recipe, mode="json"),
        }  # fmt: skip
        info = BundleInfo.model_validate(data)
        metrics = _measure(info, folder / MODEL, network, held, manifest_dir, photos, taxonomy)
        metrics["rows"] = _row_counts(rows, recipe.leaves)
        metrics["calibration"] = {"rows": described, "temperature": round(temperature, 4)}
        metrics["note"] = note
        metrics["training"] = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
        _write_json(folder / "metrics.json", metrics)
        (folder / "MODEL_CARD.md").write_text(model_card(info, metrics, rows, taxonomy), encoding="utf-8")
        data["files"] = {p.name: sha256_file(p) for p in sorted(folder.iterdir())}
        _write_json(folder / MANIFEST, data)
        load_bundle(folder)
        out.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, target)
    return target


def _read_run(run: Path, manifest: Path) -> tuple[Recipe, str, str]:
    if not (run / RUN_FILE).is_file() or not (run / BEST).is_file():
        raise TrainingError(f"{run} holds no finished run; run tigercheck-train fit --run {run} first")
    data = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))
    recipe = TypeAdapter(Recipe).validate_python(data["recipe"])
    epochs = len((run / "history.jsonl").read_text(encoding="utf-8").splitlines())
    if epochs < recipe.optimisation.epochs:
        raise TrainingError(
            f"{run} has done {epochs} of {recipe.optimisation.epochs} epochs; run fit again to finish it"
        )
    if data["manifest_sha256"] != sha256_file(manifest):
        raise TrainingError(f"{manifest} has changed since {run} was trained; train again, or restore the manifest")
    return recipe, str(data["manifest_sha256"]), str(data["git_commit"])


def _load_network(run: Path, recipe: Recipe) -> LeafClassifier:
    network = LeafClassifier(recipe.network.backbone, len(recipe.leaves), recipe.network.dropout)
    network.load_state_dict(torch.load(run / BEST, map_location="cpu", weights_only=True))
    return network.eval()


def _describe(rows: list[ManifestRow]) -> str:
    sources: dict[str, int] = {}
    for row in rows:
        sources[row.source.split("@")[0]] = sources.get(row.source.split("@")[0], 0) + 1
    listed = ", ".join(f"{count} from {name}" for name, count in sorted(sources.items(), key=lambda x: -x[1]))
    return f"{len(rows)} rows of split calibration: {listed}"


def _evidence(leaves: tuple[str, ...], held: list[ManifestRow]) -> dict[str, Evidence]:
    """``photo`` where held-out sources show the thing itself, ``proxy`` where they show crops of a related thing.

    A leaf without a single held-out photo is ``proxy`` at best: it was only tested on the sources it was trained on.
    """
    result: dict[str, Evidence] = {}
    for leaf in leaves:
        photos = [row for row in held if row.leaf == leaf and row.origin == "photo"]
        result[leaf] = "photo" if any("#" not in row.file for row in photos) else "proxy"
    return result


def _measure(
    info: BundleInfo,
    model: Path,
    network: LeafClassifier,
    held: list[ManifestRow],
    manifest_dir: Path,
    photos: Path,
    taxonomy: Taxonomy,
) -> dict[str, Any]:
    inputs = load_inputs(held, photos, info.preprocessing, "Opening held-out photos")
    cases = [Case(r.file, r.exhibit, r.source.split("@")[0], Path(r.path).parent.name, r.leaf) for r in held]
    known = judge(cases, onnx_outputs(model, inputs)["logits"], [_faults(r, photos) for r in held], info, taxonomy)
    unknown = _judge_unknown(info, model, manifest_dir, photos, taxonomy)
    check = inputs[torch.randperm(len(inputs), generator=torch.Generator().manual_seed(0))[:PARITY_PHOTOS]]
    agreement = parity(network, model, check, info.temperature)
    if agreement["largest_probability_difference"] >= PARITY_LIMIT:
        raise TrainingError(f"torch and ONNX differ by {agreement}; expected less than {PARITY_LIMIT}")
    return {
        "holdout_all": figures(known),
        "holdout_by_source": by_group(known, "source"),
        "holdout_by_subject": by_group(known, "subject"),
        "unknown_things_all": figures(unknown),
        "unknown_things_by_subject": by_group(unknown, "subject"),
        "false_tiger_over_everything": figures([*known, *unknown])["false_tiger"],
        "parity": agreement,
        "errors": errors_worth_seeing([*known, *unknown]),
    }


def _faults(row: ManifestRow, photos: Path) -> tuple[QualityIssue, ...]:
    return assess(load_row(row, photos))


def _judge_unknown(info: BundleInfo, model: Path, manifest_dir: Path, photos: Path, taxonomy: Taxonomy) -> list[Judged]:
    with (manifest_dir / "photos_left_out.csv").open(encoding="utf-8", newline="") as stream:
        records = [r for r in csv.DictReader(stream) if r["use"] == "unknown"]
    images = [open_photo(photos / r["file"]).image for r in records]
    inputs: Tensor = torch.from_numpy(np.stack([info.preprocessing(image) for image in images]))
    logits: npt.NDArray[np.float32] = onnx_outputs(model, inputs)["logits"]
    cases = [Case(r["file"], r["sha256"][:12], r["source"].split("@")[0], r["subject"], None) for r in records]
    return judge(cases, logits, [assess(image) for image in images], info, taxonomy)


def _row_counts(rows: list[ManifestRow], leaves: tuple[str, ...]) -> dict[str, dict[str, int]]:
    splits = ("train", "validation", "calibration", "holdout")
    return {leaf: {s: sum(1 for r in rows if r.leaf == leaf and r.split == s) for s in splits} for leaf in leaves}


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
