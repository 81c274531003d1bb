"""A run directory as later steps find it: what it was made from, and its best network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter, ValidationError

from model.bundle import FurtherRenders, sha256_file
from training.errors import TrainingError
from training.network import LeafClassifier
from training.recipe import Recipe
from training.run_files import BEST, HISTORY, RUN_FILE

#: Inside a run directory: export's graphs, calibrate's candidate bundle, evaluate's report, and what graphs answered.
EXPORT, CANDIDATE, EVALUATION, CACHE = "export", "bundle", "evaluation", "cache"


@dataclass(frozen=True)
class TrainedRun:
    """A finished run.

    Attributes:
        folder: the run directory.
        recipe: what was trained.
        manifest_sha256: hash of the manifest it was trained on.
        git_commit: the checkout it was trained with.
        history: one record an epoch, as ``fit`` wrote it.
        further_renders: renders beyond the shipped ones that it was trained on.
        start_sha256: sha256 of the weights it went on from, if not those of its recipe.
    """

    folder: Path
    recipe: Recipe
    manifest_sha256: str
    git_commit: str
    history: tuple[dict[str, Any], ...]
    further_renders: FurtherRenders | None = None
    start_sha256: str | None = None


def read_run(run: Path, manifest_dir: Path) -> TrainedRun:
    """The run in ``run``, checked against the manifests in ``manifest_dir`` that it was trained on.

    Raises:
        TrainingError: the run is missing, unfinished or unreadable, or was made from another manifest.
    """
    if not (run / RUN_FILE).is_file() or not (run / BEST).is_file():
        raise TrainingError(f"{run} holds no finished run; run tigercheck-train fit --run {run} first")
    try:
        data = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))
        recipe = TypeAdapter(Recipe).validate_python(data["recipe"])
    except (ValueError, KeyError, ValidationError) as error:
        raise TrainingError(
            f"{run / RUN_FILE} is not what fit writes ({error}); train again into a new --run"
        ) from error
    lines = (run / HISTORY).read_text(encoding="utf-8").splitlines()
    history = tuple(json.loads(line) for line in lines)
    finished = bool(history) and bool(history[-1].get("finished"))
    if len(history) < recipe.optimisation.epochs and not finished:
        raise TrainingError(
            f"{run} has done {len(history)} of {recipe.optimisation.epochs} epochs; run fit again to finish it"
        )
    for name, key in (("photos.csv", "manifest_sha256"), ("renders.csv", "renders_sha256")):
        wanted = data.get(key)
        if wanted and (not (manifest_dir / name).is_file() or wanted != sha256_file(manifest_dir / name)):
            raise TrainingError(
                f"{manifest_dir / name} has changed since {run} was trained; train again, or restore the manifest"
            )
    further = None
    if digest := data.get("more_renders_sha256"):
        further = FurtherRenders(count=data["rows"]["more/render"], sha256=digest)
    return TrainedRun(
        run, recipe, str(data["manifest_sha256"]), str(data["git_commit"]), history, further, data.get("start_sha256")
    )


def load_network(run: TrainedRun) -> LeafClassifier:
    """The run's best weights, in evaluation mode.

    Raises:
        TrainingError: the weights do not fit the recipe's network.
    """
    recipe = run.recipe
    network = LeafClassifier(recipe.network.backbone, len(recipe.leaves), recipe.network.dropout)
    try:
        network.load_state_dict(torch.load(run.folder / BEST, map_location="cpu", weights_only=True))
    except RuntimeError as error:
        raise TrainingError(f"{run.folder / BEST} does not fit {recipe.network.backbone!r}: {error}") from error
    return network.eval()
