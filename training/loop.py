"""Network, optimiser and schedule of one run, and one pass over its draws."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from timm.utils import ModelEmaV3
from torch import Tensor, nn
from torch.utils.data import DataLoader

from training.data import BalancedSampler, TrainingPhotos
from training.distributed import Group
from training.errors import TrainingError
from training.losses import TrainingLoss, identity_columns, mix_up
from training.network import LeafClassifier, load_pretrained, packaged_weights
from training.recipe import Recipe
from training.start import Start

#: Pictures whose statistics a network from a graph begins with, and how many are held at a time.
_SETTLING, _SETTLING_BATCH = 512, 32


def build_network(recipe: Recipe, start: Start | None = None) -> LeafClassifier:
    """The recipe's network with its pretrained weights, or those of ``start``, and frozen stages.

    Raises:
        TrainingError: the weights cannot be had or do not fit, or every stage would be frozen.
    """
    network = LeafClassifier(recipe.network.backbone, len(recipe.leaves), recipe.network.dropout)
    weights = recipe.network.weights
    if start is not None:
        start.fill(network, recipe.leaves)
    elif weights != "none":
        path = packaged_weights(recipe.network.backbone) if weights == "package" else Path(weights)
        if path is None:
            raise TrainingError(
                f"no package carries weights for {recipe.network.backbone!r}; give 'weights' a path, or 'none'"
            )
        load_pretrained(network, path)
    stages, frozen = network.stages(), recipe.optimisation.frozen_stages
    if frozen > len(stages):
        raise TrainingError(f"frozen_stages is {frozen}, but {recipe.network.backbone} has {len(stages)} stages")
    for stage in stages[:frozen]:
        stage.requires_grad_(False)
    return network


def parameter_groups(network: LeafClassifier, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters and learning rates: the classifier's, then each stage's from the last to the first not frozen."""
    o = recipe.optimisation
    rate = o.learning_rate
    groups: list[dict[str, object]] = [{"params": list(network.head.parameters()), "lr": rate}]
    for number, stage in reversed(list(enumerate(network.stages()))):
        rate *= o.layer_decay
        if number >= o.frozen_stages:
            groups.append({"params": list(stage.parameters()), "lr": rate})
    return groups


def rate_factor(done: float, warmup: float) -> float:
    """Factor of all learning rates at ``done`` of the run (0 to 1): a linear rise, then half a cosine."""
    rising = done / warmup if done < warmup else 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))
    return max(rising, 1e-3)


def _one_thread(_: int) -> None:
    # Each worker is a process of its own; OpenCV would start as many threads in each as there are cores.
    cv2.setNumThreads(0)


class Trainer:
    """Network, optimiser, averaged weights and schedule of one process.

    Args:
        recipe: what to do.
        photos: training pictures.
        sampler: this process's draws.
        identities: identity of each leaf of the recipe, in its order.
        group: the processes of the run.
        start: weights of an earlier run to begin with.
    """

    def __init__(
        self,
        recipe: Recipe,
        photos: TrainingPhotos,
        sampler: BalancedSampler,
        identities: Sequence[str],
        group: Group,
        start: Start | None = None,
    ) -> None:
        o = recipe.optimisation
        self._recipe, self._sampler, self._group = recipe, sampler, group
        torch.manual_seed(recipe.seed)
        self.network = build_network(recipe, start).to(group.device)
        if start is not None:
            # Before the processes are joined: they all go on with the first one's norms.
            start.settle(self.network, self._first_pictures(photos))
        self._parallel = group.parallel(self.network)
        self._loader = DataLoader(
            photos, batch_size=o.batch // group.size, sampler=sampler, num_workers=o.workers, drop_last=True,
            persistent_workers=o.workers > 0, worker_init_fn=_one_thread,
        )  # fmt: skip
        self.steps_per_epoch = len(self._loader)
        self._optimiser = torch.optim.AdamW(parameter_groups(self.network, recipe), weight_decay=o.weight_decay)
        self._base_rates = [group["lr"] for group in self._optimiser.param_groups]
        self._loss = TrainingLoss(recipe.loss, identity_columns(identities), o.label_smoothing).to(group.device)
        self.ema = ModelEmaV3(self.network, decay=o.ema, use_warmup=True)
        self.epoch = 0
        self._step = 0

    def _first_pictures(self, photos: TrainingPhotos) -> Iterator[Tensor]:
        """What the first steps will be shown, damaged as in training: batches (B, 3, size, size)."""
        draws = list(islice(self._sampler, _SETTLING))
        for at in range(0, len(draws), _SETTLING_BATCH):
            views = [photos[draw][0][-1] for draw in draws[at : at + _SETTLING_BATCH]]
            yield torch.stack(views).to(self._group.device)

    @property
    def learning_rate(self) -> float:
        """The classifier's, at the last step."""
        return float(self._optimiser.param_groups[0]["lr"])

    def run_epoch(self, epoch: int, after_step: Callable[[float], None]) -> float:
        """One pass; returns the mean loss over all processes. ``after_step`` gets this process's mean so far.

        All chance of an epoch follows from seed, epoch and rank, so a resumed run goes on as if it had not stopped.
        """
        self._sampler.epoch = epoch
        seeds = np.random.SeedSequence((self._recipe.seed, epoch, self._group.rank))
        torch.manual_seed(int(seeds.generate_state(1)[0]))
        mixing = np.random.default_rng(seeds)
        self.network.train()
        for stage in self.network.stages()[: self._recipe.optimisation.frozen_stages]:
            stage.eval()
        total = 0.0
        for count, (photos, labels) in enumerate(self._loader, start=1):
            total += self._train_step(photos.to(self._group.device), labels.to(self._group.device), mixing)
            after_step(total / count)
        return self._group.mean(total / max(1, self.steps_per_epoch))

    def _train_step(self, photos: Tensor, labels: Tensor, mixing: np.random.Generator) -> float:
        self._set_rates()
        self._step += 1
        targets = nn.functional.one_hot(labels, len(self._recipe.leaves)).float()
        views, targets = mix_up(photos.transpose(0, 1), targets, self._recipe.loss.mixup, mixing)
        logits = self._parallel(views.flatten(0, 1)).unflatten(0, views.shape[:2])
        loss = self._loss(logits, targets)
        if not torch.isfinite(loss):
            raise TrainingError(
                f"the loss became {loss.item()} at step {self._step}; lower learning_rate, or check the pictures"
            )
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._optimiser.step()
        if self._group.first:
            self.ema.update(self.network, step=self._step)
        return loss.item()

    def _set_rates(self) -> None:
        o = self._recipe.optimisation
        factor = rate_factor(self._step / max(1, self.steps_per_epoch * o.epochs), o.warmup)
        for group, base in zip(self._optimiser.param_groups, self._base_rates, strict=True):
            group["lr"] = base * factor

    def state(self) -> dict[str, object]:
        """Everything needed to go on."""
        return {
            "network": self.network.state_dict(), "ema": self.ema.module.state_dict(),
            "optimiser": self._optimiser.state_dict(), "step": self._step, "epoch": self.epoch,
        }  # fmt: skip

    def resume(self, data: bytes) -> dict[str, object]:
        """Go on from the bytes of a checkpoint file; returns all that is in it."""
        state = torch.load(io.BytesIO(data), map_location=self._group.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.ema.module.load_state_dict(state["ema"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._step, self.epoch = int(state["step"]), int(state["epoch"])
        return dict(state)


@torch.inference_mode()
def predict_logits(network: nn.Module, inputs: Tensor, batch: int = 64) -> Tensor:
    """(photos, 3, size, size) to (photos, leaves) in evaluation mode, on the network's device; the answer on CPU."""
    was_training = network.training
    network.eval()
    device = next(network.parameters()).device
    logits = torch.cat([network(inputs[i : i + batch].to(device)).cpu() for i in range(0, len(inputs), batch)])
    network.train(was_training)
    return logits
