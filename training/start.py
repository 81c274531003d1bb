"""Begin a run with what an earlier run or a released bundle knows, instead of with ImageNet's weights alone.

New seizures then cost a few epochs, not a whole training. An exhibit keeps its side when the manifest grows
(``splits.json``), so what the earlier run was taught is never held out from this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from model.bundle import MANIFEST, MODEL, load_bundle, sha256_file
from model.errors import BundleError
from training.errors import TrainingError
from training.network import LeafClassifier
from training.recipe import Recipe
from training.run_files import BEST, RUN_FILE, run_finished
from training.unfold import graph_arrays, settle, unfolded_state


@dataclass(frozen=True)
class Start:
    """Weights to begin with.

    ``leaves`` are what the rows of the classifier stand for, ``sha256`` is that of the file ``weights``: a run's state
    dict, or a bundle's graph.
    """

    weights: Path
    sha256: str
    backbone: str
    leaves: tuple[str, ...]

    @property
    def is_graph(self) -> bool:
        """Whether the weights lie in a bundle's graph, whose norms have to be settled before training."""
        return self.weights.name == MODEL

    def fill(self, network: LeafClassifier, leaves: tuple[str, ...]) -> None:
        """Give ``network`` the backbone, and the classifier's rows of the leaves that both know.

        Raises:
            TrainingError: the weights do not fit the network.
        """
        state = self._state(network)
        own = network.state_dict()
        both = [(leaves.index(leaf), self.leaves.index(leaf)) for leaf in leaves if leaf in self.leaves]
        for name in ("head.weight", "head.bias"):
            rows = own[name].clone()
            for here, there in both:
                rows[here] = state[name][there]
            state[name] = rows
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            raise TrainingError(f"{self.weights} does not fit {self.backbone!r}: {error}") from error

    def settle(self, network: LeafClassifier, pictures: Iterable[Tensor]) -> None:
        """Make a filled ``network`` ready to be trained on such pictures, batches of (B, 3, size, size)."""
        if self.is_graph:
            settle(network, pictures)

    def _state(self, network: LeafClassifier) -> dict[str, Tensor]:
        if self.is_graph:
            return unfolded_state(network, graph_arrays(self.weights), len(self.leaves))
        state: dict[str, Tensor] = torch.load(self.weights, map_location="cpu", weights_only=True)
        return state


def read_start(folder: Path, recipe: Recipe) -> Start:
    """The finished run or the bundle in ``folder`` as a start for ``recipe``.

    Raises:
        TrainingError: neither is there, the run is unfinished or the bundle damaged, or it has another backbone or
            shares no leaf with the recipe.
    """
    start = _bundle(folder) if (folder / MANIFEST).is_file() else _run(folder)
    if start.backbone != recipe.network.backbone:
        raise TrainingError(
            f"{folder} trained {start.backbone}, the recipe wants {recipe.network.backbone}; start from the same"
        )
    if not set(start.leaves) & set(recipe.leaves):
        raise TrainingError(f"{folder} knows none of the recipe's leaves; leave --start out")
    return start


def _run(run: Path) -> Start:
    if not (run / RUN_FILE).is_file() or not run_finished(run):
        raise TrainingError(
            f"{run} holds no finished run to start from, and no bundle; name the run directory of a finished fit, or a "
            "bundle's folder"
        )
    made = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))["recipe"]
    return Start(run / BEST, sha256_file(run / BEST), str(made["network"]["backbone"]), tuple(map(str, made["leaves"])))


def _bundle(folder: Path) -> Start:
    try:
        bundle = load_bundle(folder)
    except BundleError as error:
        raise TrainingError(f"{folder} cannot be started from: {error}") from error
    backbone = str(bundle.info.recipe.get("network", {}).get("backbone", ""))
    return Start(folder / MODEL, bundle.info.files[MODEL], backbone, bundle.info.leaves)
