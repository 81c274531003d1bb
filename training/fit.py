"""Fine-tune a backbone by a recipe. A run that was stopped goes on from its last epoch."""

from __future__ import annotations

import json
import math
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sklearn.metrics import recall_score
from timm.utils import ModelEmaV3
from torch import Tensor, nn
from torch.utils.data import DataLoader

from model.bundle import sha256_file
from model.manifest import ManifestRow, read_manifest
from model.taxonomy import Taxonomy
from training.data import BalancedSampler, TrainingPhotos, load_inputs, load_small
from training.errors import TrainingError
from training.network import LeafClassifier, load_pretrained, packaged_weights
from training.recipe import Recipe

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"
RUN_FILE = "run.json"
HISTORY = "history.jsonl"


@dataclass(frozen=True)
class RunInfo:
    """What a run was made from: enough to say later where a bundle came from."""

    recipe: Recipe
    manifest: str
    manifest_sha256: str
    git_commit: str
    rows: dict[str, int]


def fit(recipe: Recipe, manifest: Path, photos: Path, run: Path, taxonomy: Taxonomy, console: Console) -> Path:
    """Train and return the file of the best weights (by macro recall over leaves on the validation rows).

    Only rows of split ``train`` move weights and only ``validation`` rows choose the epoch.

    Raises:
        TrainingError: a leaf has no rows, or ``run`` holds another recipe's or manifest's run.
    """
    rows = [row for row in read_manifest(manifest, taxonomy) if row.leaf in recipe.leaves]
    train = [row for row in rows if row.split == "train"]
    validation = [row for row in rows if row.split == "validation"]
    for leaf in recipe.leaves:
        if not any(row.leaf == leaf for row in train) or not any(row.leaf == leaf for row in validation):
            raise TrainingError(f"leaf {leaf!r} has no rows to train or validate on; remove it from the recipe")
    info = RunInfo(
        recipe=recipe,
        manifest=manifest.name,
        manifest_sha256=sha256_file(manifest),
        git_commit=git_commit(),
        rows={"train": len(train), "validation": len(validation)},
    )
    start = _prepare_run(run, info)
    torch.manual_seed(recipe.seed)
    np.random.seed(recipe.seed)
    torch.set_num_threads(recipe.optimisation.threads)

    index = {leaf: i for i, leaf in enumerate(recipe.leaves)}
    pixels = load_small(train, photos, round(recipe.preprocessing.size * 1.3))
    inputs = load_inputs(validation, photos, recipe.preprocessing, "Opening validation photos")
    truth = np.asarray([index[row.leaf] for row in validation])
    trainer = _Trainer(recipe, TrainingPhotos(pixels, [index[r.leaf] for r in train], recipe.preprocessing), train)
    best = trainer.resume(run / CHECKPOINT) if start else -1.0
    for epoch in range(trainer.epoch, recipe.optimisation.epochs):
        began = time.perf_counter()
        loss = trainer.run_epoch(epoch, console)
        predicted = predict_logits(trainer.ema.module, inputs).argmax(1).numpy()
        recall = float(recall_score(truth, predicted, average="macro", zero_division=0))
        record = {
            "epoch": epoch + 1, "loss": round(loss, 4), "macro_recall": round(recall, 4),
            "accuracy": round(float((predicted == truth).mean()), 4), "seconds": round(time.perf_counter() - began, 1),
        }  # fmt: skip
        console.print(record)
        with (run / HISTORY).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record) + "\n")
        if recall >= best:
            best = recall
            _save(trainer.ema.module.state_dict(), run / BEST)
        trainer.epoch = epoch + 1
        trainer.save(run / CHECKPOINT, best)
    return run / BEST


@torch.inference_mode()
def predict_logits(network: nn.Module, inputs: Tensor, batch: int = 64) -> Tensor:
    """(photos, 3, size, size) to (photos, leaves) in evaluation mode."""
    was_training = network.training
    network.eval()
    logits = torch.cat([network(inputs[i : i + batch]) for i in range(0, len(inputs), batch)])
    network.train(was_training)
    return logits


def git_commit() -> str:
    """The checkout's commit, with ``+`` if files differ from it; ``unknown`` outside a checkout."""
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S607
        changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")


def run_info_json(info: RunInfo) -> dict[str, object]:
    """``run.json`` as plain data."""
    return {**asdict(info), "recipe": TypeAdapter(Recipe).dump_python(info.recipe, mode="json")}


def _prepare_run(run: Path, info: RunInfo) -> bool:
    """Make the run directory; ``True`` if it holds a run to resume."""
    run.mkdir(parents=True, exist_ok=True)
    file = run / RUN_FILE
    data = run_info_json(info)
    if file.is_file():
        before = json.loads(file.read_text(encoding="utf-8"))
        for key in ("recipe", "manifest_sha256"):
            if before[key] != data[key]:
                raise TrainingError(
                    f"{run} holds a run with another {key.replace('_sha256', '')}; give another --run or delete it"
                )
        return (run / CHECKPOINT).is_file()
    file.write_text(json.dumps(data, indent=2), encoding="utf-8")
    return False


def _save(state: dict[str, Tensor], path: Path) -> None:
    # Written beside and renamed, so that a power cut leaves the old file or the new one, never half of one.
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


class _Trainer:
    """Network, optimiser and schedule of one run."""

    def __init__(self, recipe: Recipe, photos: TrainingPhotos, rows: list[ManifestRow]) -> None:
        o = recipe.optimisation
        self._recipe = recipe
        self.network = LeafClassifier(recipe.network.backbone, len(recipe.leaves), recipe.network.dropout)
        weights = recipe.network.weights
        if weights != "none":
            path = packaged_weights(recipe.network.backbone) if weights == "package" else Path(weights)
            if path is None:
                raise TrainingError(
                    f"no package carries weights for {recipe.network.backbone!r}; give 'weights' a path, or 'none'"
                )
            load_pretrained(self.network, path)
        index = {leaf: i for i, leaf in enumerate(recipe.leaves)}
        self._sampler = BalancedSampler([index[r.leaf] for r in rows], o.photos_per_epoch, recipe.seed)
        self._loader = DataLoader(
            photos, batch_size=o.batch, sampler=self._sampler, num_workers=o.workers, drop_last=True,
            persistent_workers=o.workers > 0,
        )  # fmt: skip
        self._optimiser = torch.optim.AdamW(self._groups(), weight_decay=o.weight_decay)
        self._base_rates = [group["lr"] for group in self._optimiser.param_groups]
        self._steps = max(1, len(self._loader) * o.epochs)
        self._loss = nn.CrossEntropyLoss(label_smoothing=o.label_smoothing)
        self.ema = ModelEmaV3(self.network, decay=o.ema, use_warmup=True)
        self.epoch = 0
        self._step = 0

    def _groups(self) -> list[dict[str, object]]:
        o = self._recipe.optimisation
        stages = self.network.stages()
        groups: list[dict[str, object]] = [{"params": list(self.network.head.parameters()), "lr": o.learning_rate}]
        rate = o.learning_rate
        for number, stage in reversed(list(enumerate(stages))):
            rate *= o.layer_decay
            if number < o.frozen_stages:
                for parameter in stage.parameters():
                    parameter.requires_grad_(False)
            else:
                groups.append({"params": list(stage.parameters()), "lr": rate})
        return groups

    def _set_rates(self) -> None:
        o = self._recipe.optimisation
        done = self._step / self._steps
        factor = (
            done / o.warmup if done < o.warmup else 0.5 * (1 + math.cos(math.pi * (done - o.warmup) / (1 - o.warmup)))
        )
        for group, base in zip(self._optimiser.param_groups, self._base_rates, strict=True):
            group["lr"] = base * max(factor, 1e-3)

    def run_epoch(self, epoch: int, console: Console) -> float:
        """One pass; returns the mean loss."""
        self._sampler.epoch = epoch
        self.network.train()
        for stage in self.network.stages()[: self._recipe.optimisation.frozen_stages]:
            stage.eval()
        total = 0.0
        columns = (
            TextColumn(f"Epoch {epoch + 1}/{self._recipe.optimisation.epochs}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), TextColumn("loss {task.fields[loss]:.3f}"),
        )  # fmt: skip
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=len(self._loader), loss=0.0)
            for count, (photos, labels) in enumerate(self._loader, start=1):
                self._set_rates()
                self._step += 1
                loss = self._loss(self.network(photos), labels)
                self._optimiser.zero_grad(set_to_none=True)
                loss.backward()
                self._optimiser.step()
                self.ema.update(self.network, step=self._step)
                total += loss.item()
                progress.update(task, advance=1, loss=total / count)
        return total / max(1, len(self._loader))

    def save(self, path: Path, best: float) -> None:
        """Write everything needed to go on."""
        _save(
            {
                "network": self.network.state_dict(), "ema": self.ema.module.state_dict(),
                "optimiser": self._optimiser.state_dict(), "step": self._step, "epoch": self.epoch, "best": best,
            },
            path,
        )  # fmt: skip

    def resume(self, path: Path) -> float:
        """Go on from a checkpoint; returns the best score so far."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["network"])
        self.ema.module.load_state_dict(state["ema"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._step, self.epoch = int(state["step"]), int(state["epoch"])
        return float(state["best"])
