"""A run directory as later steps find it: what it was made from, and its best network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter, ValidationError

from model.bundle import sha256_file
from training.errors import TrainingError
from training.fit import BEST, HISTORY, RUN_FILE
from training.network import LeafClassifier
from training.recipe import Recipe

#: Where export writes its graphs, and where calibrate writes the candidate bundle, inside a run directory.
EXPORT, CANDIDATE = "export", "bundle"


@dataclass(frozen=True)
class TrainedRun:
    """A finished run.

    Attributes:
        folder: the run directory.
        recipe: what was trained.
        manifest_sha256: hash of the manifest it was trained on.
        git_commit: the checkout it was trained with.
        history: one record an epoch, as ``fit`` wrote it.
    """

    folder: Path
    recipe: Recipe
    manifest_sha256: str
    git_commit: str
    history: tuple[dict[str, Any], ...]


def read_run(run: Path, manifest: Path) -> TrainedRun:
    """The run in ``run``, checked against the ``manifest`` file (``photos.csv``) it was trained on.

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
    if len(lines) < recipe.optimisation.epochs:
        raise TrainingError(
            f"{run} has done {len(lines)} of {recipe.optimisation.epochs} epochs; run fit again to finish it"
        )
    if data["manifest_sha256"] != sha256_file(manifest):
        raise TrainingError(f"{manifest} has changed since {run} was trained; train again, or restore the manifest")
    return TrainedRun(
        run, recipe, str(data["manifest_sha256"]), str(data["git_commit"]), tuple(json.loads(line) for line in lines)
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
