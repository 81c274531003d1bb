"""Begin a run with what an earlier run learnt, instead of with ImageNet's weights alone.

New seizures then cost a few epochs, not a whole training. An exhibit keeps its side when the manifest grows
(``splits.json``), so what the earlier run was taught is never held out from this one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from model.bundle import sha256_file
from training.errors import TrainingError
from training.network import LeafClassifier
from training.recipe import Recipe
from training.run_files import BEST, RUN_FILE, run_finished


@dataclass(frozen=True)
class Start:
    """An earlier run's best weights.

    ``leaves`` are what the rows of its classifier stand for, ``sha256`` is that of the file of weights.
    """

    weights: Path
    sha256: str
    backbone: str
    leaves: tuple[str, ...]

    def fill(self, network: LeafClassifier, leaves: tuple[str, ...]) -> None:
        """Give ``network`` the backbone, and the classifier's rows of the leaves that both runs know.

        Raises:
            TrainingError: the weights do not fit the network.
        """
        state: dict[str, Tensor] = torch.load(self.weights, map_location="cpu", weights_only=True)
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


def read_start(run: Path, recipe: Recipe) -> Start:
    """The finished run in ``run`` as a start for ``recipe``.

    Raises:
        TrainingError: the run is missing or unfinished, has another backbone, or shares no leaf with the recipe.
    """
    if not (run / RUN_FILE).is_file() or not run_finished(run):
        raise TrainingError(f"{run} holds no finished run to start from; name the run directory of a finished fit")
    made = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))["recipe"]
    backbone, leaves = str(made["network"]["backbone"]), tuple(str(leaf) for leaf in made["leaves"])
    if backbone != recipe.network.backbone:
        raise TrainingError(
            f"{run} trained {backbone}, the recipe wants {recipe.network.backbone}; start from a run with the same"
        )
    if not set(leaves) & set(recipe.leaves):
        raise TrainingError(f"{run} knows none of the recipe's leaves; leave --start out")
    return Start(run / BEST, sha256_file(run / BEST), backbone, leaves)
