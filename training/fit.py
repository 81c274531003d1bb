"""Fine-tune a backbone by a recipe. A run that was stopped goes on from its last epoch."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter
from rich.console import Console
from torch import Tensor

from model.bundle import sha256_file
from model.manifest import ManifestRow
from model.taxonomy import Taxonomy
from training.composite import Composer, background_rows, load_pictures
from training.data import BalancedSampler, RunRows, TrainingPhotos, load_inputs, select_rows
from training.distributed import Group, process_group
from training.errors import TrainingError
from training.loop import Trainer, predict_logits
from training.loop_report import Board, RunProgress, judge_epoch, recalls, require_tensorboard
from training.pictures import Folders
from training.recipe import Recipe
from training.run_files import BEST, BOARD, CHECKPOINT, HISTORY, RUN_FILE, run_finished
from training.start import Start, read_start


@dataclass(frozen=True)
class RunInfo:
    """What a run was made from: enough to say later where a bundle came from.

    ``manifest_sha256`` is that of ``photos.csv``, ``renders_sha256`` that of ``renders.csv`` or ``None`` if the recipe
    uses no renders, ``more_renders_sha256`` that of the list of further renders or ``None`` (of several lists: the
    sha256 of theirs, a line each); ``start_sha256`` is that of the weights it went on from, if not ImageNet's; ``rows``
    counts by ``split/origin``, further renders as ``more/render``.
    """

    recipe: Recipe
    manifest: str
    manifest_sha256: str
    renders_sha256: str | None
    more_renders_sha256: str | None
    start_sha256: str | None
    git_commit: str
    processes: int
    rows: dict[str, int]


def fit(
    recipe: Recipe,
    manifest_dir: Path,
    folders: Folders,
    run: Path,
    taxonomy: Taxonomy,
    console: Console,
    tensorboard: bool = False,
    more_renders: Sequence[Path] = (),
    start: Path | None = None,
) -> Path:
    """Train and return the file of the best weights.

    Only rows of split ``train`` move weights and only ``validation`` rows choose the epoch, by the mean over (leaf,
    origin) of recall: a leaf with ten times more renders than photos counts its photos as much. Under ``torchrun``
    every process calls this; the first one validates, saves and prints.

    Args:
        recipe: what to do.
        manifest_dir: holds ``photos.csv`` and, for recipes that use renders, ``renders.csv``.
        folders: where the pictures lie.
        run: run directory; a stopped run in it goes on, a finished one is left as it is.
        taxonomy: gives leaves their identities.
        console: for progress.
        tensorboard: also write event files into the run directory.
        more_renders: folders of further renders for training alone, each with its own ``renders.csv``.
        start: run directory of a finished run whose weights this one goes on from; default the recipe's weights.

    Raises:
        TrainingError: a leaf has no rows, a picture is not the manifest's, ``start`` does not fit, or ``run`` holds
            another recipe's or manifest's run, or TensorBoard is wanted and missing.
        ManifestError, ImageError: a manifest or a picture cannot be read.
    """
    if tensorboard:
        require_tensorboard()
    with process_group() as group:
        torch.set_num_threads(recipe.optimisation.threads)
        rows = select_rows(recipe, manifest_dir, taxonomy, more_renders)
        begin = read_start(start, recipe) if start is not None else None
        info = _describe(recipe, manifest_dir, rows, group, begin)
        resumed = _prepare_run(run, info) if group.first else False
        if group.share_flag(group.first and run_finished(run)):
            return run / BEST
        data = (run / CHECKPOINT).read_bytes() if resumed else None
        _train(recipe, rows, folders, begin, run, taxonomy, console, tensorboard, group, group.share_bytes(data))
    return run / BEST


def _train(
    recipe: Recipe,
    rows: RunRows,
    folders: Folders,
    start: Start | None,
    run: Path,
    taxonomy: Taxonomy,
    console: Console,
    tensorboard: bool,
    group: Group,
    checkpoint: bytes | None,
) -> None:
    trainer = _trainer(recipe, rows, folders, start, taxonomy, group)
    history: list[dict[str, Any]] = []
    if checkpoint is not None:
        history = json.loads(str(trainer.resume(checkpoint)["history"]))
    epochs = recipe.optimisation.epochs
    inputs = load_inputs(rows.validation, folders, recipe.preprocessing, "Opening validation") if group.first else None
    with ExitStack() as stack:
        speaker = console if group.first else Console(quiet=True)
        progress = stack.enter_context(RunProgress(speaker, epochs, trainer.steps_per_epoch, trainer.epoch))
        board = Board(run / BOARD, trainer.epoch + 1) if tensorboard and group.first else None
        if board is not None:
            stack.callback(board.close)
        finished = False
        while not finished and trainer.epoch < epochs:
            began = time.perf_counter()
            loss = trainer.run_epoch(trainer.epoch, progress.step)
            trainer.epoch += 1
            if inputs is not None:
                record = _validate(recipe, trainer, rows.validation, inputs, loss, began)
                finished = judge_epoch(record, history, epochs, recipe.stopping.patience)
                history.append(record)
                _save_epoch(run, trainer, history)
                progress.epoch_done(record)
                if board is not None:
                    board.write(record)
            finished = group.share_flag(finished)


def _trainer(
    recipe: Recipe, rows: RunRows, folders: Folders, start: Start | None, taxonomy: Taxonomy, group: Group
) -> Trainer:
    o, index = recipe.optimisation, {leaf: i for i, leaf in enumerate(recipe.leaves)}
    moving = [*rows.train, *(row for more in rows.more.values() for row in more)]
    labels = [index[row.leaf] for row in moving]
    sampler = BalancedSampler(
        labels, [row.origin == "render" for row in moving], recipe.data.render_share, o.photos_per_epoch,
        recipe.seed, o.batch, group.rank, group.size,
    )  # fmt: skip
    size = recipe.data.crop_size or recipe.preprocessing.size
    # A third more than the network's size, so that crops still hold about as many pixels as it sees.
    side, quiet = round(size * 1.3), not group.first
    behind = background_rows(rows.everything, recipe.data)
    extra = [row for row in behind if row.leaf not in index]
    pictures = load_pictures([*rows.train, *extra], folders, side, bool(behind), quiet=quiet)
    pixels = {(row.origin, row.file): p.pixels for row, p in zip([*rows.train, *extra], pictures, strict=True)}
    further = [
        picture for folder, more in rows.more.items()
        for picture in load_pictures(more, Folders(folders.photos, folder), side, bool(behind), quiet=quiet)
    ]  # fmt: skip
    photos = TrainingPhotos(
        [*pictures[: len(rows.train)], *further], labels, recipe.preprocessing, recipe.seed,
        Composer(recipe.data.composite, [pixels[row.origin, row.file] for row in behind]),
        views=3 if recipe.loss.consistency else 1, size=size,
    )  # fmt: skip
    return Trainer(recipe, photos, sampler, [taxonomy.leaf(leaf).identity for leaf in recipe.leaves], group, start)


def _validate(
    recipe: Recipe, trainer: Trainer, rows: list[ManifestRow], inputs: Tensor, loss: float, began: float
) -> dict[str, Any]:
    chosen = predict_logits(trainer.ema.module, inputs).argmax(1).tolist()
    by_group, by_origin = recalls(
        [row.leaf for row in rows], [row.origin for row in rows], [recipe.leaves[i] for i in chosen]
    )
    return {
        "epoch": trainer.epoch, "loss": round(loss, 4), "learning_rate": float(f"{trainer.learning_rate:.4g}"),
        "score": round(sum(by_group.values()) / len(by_group), 4),
        "recall_by_origin": {name: round(value, 4) for name, value in by_origin.items()},
        "recall": {name: round(value, 4) for name, value in by_group.items()},
        "seconds": round(time.perf_counter() - began, 1),
    }  # fmt: skip


def _save_epoch(run: Path, trainer: Trainer, history: list[dict[str, Any]]) -> None:
    # The checkpoint comes last but one: a cut before it repeats the epoch, which gives the same weights again, and the
    # history in it is what the file is written from.
    if history[-1]["best"]:
        _save(trainer.ema.module.state_dict(), run / BEST)
    _save({**trainer.state(), "history": json.dumps(history)}, run / CHECKPOINT)
    part = run / f"{HISTORY}.part"
    part.write_text("".join(json.dumps(record) + "\n" for record in history), encoding="utf-8")
    part.replace(run / HISTORY)


def _save(state: dict[str, Any], path: Path) -> None:
    # Written beside and renamed, so that a power cut leaves the old file or the new one, never half of one.
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


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


def _describe(recipe: Recipe, manifest_dir: Path, rows: RunRows, group: Group, start: Start | None) -> RunInfo:
    counts = Counter(f"{row.split}/{row.origin}" for row in [*rows.train, *rows.validation])
    counts.update(f"more/{row.origin}" for more in rows.more.values() for row in more)
    return RunInfo(
        recipe=recipe,
        manifest="photos.csv",
        manifest_sha256=sha256_file(manifest_dir / "photos.csv"),
        renders_sha256=sha256_file(manifest_dir / "renders.csv") if recipe.data.renders else None,
        more_renders_sha256=_lists_sha256(list(rows.more)),
        start_sha256=start.sha256 if start else None,
        git_commit=git_commit(),
        processes=group.size,
        rows=dict(sorted(counts.items())),
    )


def _lists_sha256(folders: Sequence[Path]) -> str | None:
    """One list's own sha256; several lists' is that of a text with theirs, a line each."""
    each = [sha256_file(folder / "renders.csv") for folder in folders]
    if len(each) < 2:
        return each[0] if each else None
    return hashlib.sha256("".join(f"{one}\n" for one in each).encode()).hexdigest()


def _prepare_run(run: Path, info: RunInfo) -> bool:
    """Make the run directory; ``True`` if it holds a run to resume."""
    run.mkdir(parents=True, exist_ok=True)
    file = run / RUN_FILE
    data = run_info_json(info)
    if file.is_file():
        before = json.loads(file.read_text(encoding="utf-8"))
        for key, name in (
            ("recipe", "recipe"), ("manifest_sha256", "manifest"), ("renders_sha256", "renders.csv"),
            ("more_renders_sha256", "list of further renders"), ("start_sha256", "start"),
        ):  # fmt: skip
            if before.get(key) != data[key]:
                raise TrainingError(f"{run} holds a run with another {name}; give another --run or delete it")
        return (run / CHECKPOINT).is_file()
    file.write_text(json.dumps(data, indent=2), encoding="utf-8")
    return False
