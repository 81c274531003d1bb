"""What a run says while it goes: progress with an estimate, a line an epoch, TensorBoard if wanted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from training.errors import TrainingError


class RunProgress:
    """One bar over all steps of all epochs, so that what is left is what is left of the run.

    Validation takes part of the time: the bar learns it from the seconds that whole epochs took.
    """

    def __init__(self, console: Console, epochs: int, steps: int, done: int) -> None:
        self._console, self._epochs, self._steps = console, epochs, steps
        self._began = time.perf_counter()
        self._first = self._epoch = done
        # Rich looks at the last half minute; validation would then make the estimate jump.
        self._progress = Progress(
            TextColumn("Epoch {task.fields[epoch]}/" + str(epochs)), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), TextColumn("loss {task.fields[loss]:.3f}"), console=console, transient=True,
            speed_estimate_period=3600,
        )  # fmt: skip
        self._task = self._progress.add_task("", total=epochs * steps, completed=done * steps, epoch=done + 1, loss=0.0)

    def __enter__(self) -> RunProgress:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, loss: float) -> None:
        """One step is done; ``loss`` is the epoch's mean so far."""
        self._progress.update(self._task, advance=1, loss=loss)

    def epoch_done(self, record: dict[str, Any]) -> None:
        """Print the epoch in one line, with the time left for the others."""
        self._epoch += 1
        each = (time.perf_counter() - self._began) / (self._epoch - self._first)
        left = timedelta(seconds=round(each * (self._epochs - self._epoch)))
        by_origin = ", ".join(f"{name} {value:.3f}" for name, value in record["recall_by_origin"].items())
        self._console.print(
            f"epoch {self._epoch}/{self._epochs}: loss {record['loss']:.3f}, score {record['score']:.4f} "
            f"(recall over leaves: {by_origin}), {record['seconds']:.0f} s"
            + ("" if record["finished"] else f"; at most {left} left"),
            highlight=False,
        )
        self._progress.update(self._task, epoch=min(self._epoch + 1, self._epochs))


class Board:
    """TensorBoard's event files in ``folder``, from epoch ``start`` on (what a stopped run wrote later is dropped).

    Raises:
        TrainingError: the package is not installed.
    """

    def __init__(self, folder: Path, start: int) -> None:
        require_tensorboard()
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - only if wanted

        self._writer = SummaryWriter(str(folder), purge_step=start)

    def write(self, record: dict[str, Any]) -> None:
        """One history record: loss, learning rate, score and recalls over epochs."""
        step = record["epoch"]
        for key in ("loss", "learning_rate", "score"):
            self._writer.add_scalar(key, record[key], step)
        for table in ("recall_by_origin", "recall"):
            for name, value in record[table].items():
                self._writer.add_scalar(f"{table}/{name}", value, step)
        self._writer.flush()

    def close(self) -> None:
        """Close the files."""
        self._writer.close()


def require_tensorboard() -> None:
    """Raise :class:`TrainingError` with the remedy if TensorBoard is not installed."""
    try:
        found = find_spec("tensorboard") is not None
    except ValueError:  # a module that was forbidden or half imported has no spec
        found = False
    if not found:
        raise TrainingError("TensorBoard is not installed; run: pip install tensorboard, or leave --tensorboard out")


def recalls(
    leaves: Sequence[str], origins: Sequence[str], predicted: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Recall by ``leaf/origin``, and its mean over leaves by origin.

    Args:
        leaves: true leaf by picture.
        origins: origin by picture.
        predicted: predicted leaf by picture.
    """
    hits: dict[tuple[str, str], list[bool]] = {}
    for leaf, origin, answer in zip(leaves, origins, predicted, strict=True):
        hits.setdefault((leaf, origin), []).append(leaf == answer)
    by_group = {key: sum(values) / len(values) for key, values in sorted(hits.items())}
    by_origin = {}
    for origin in sorted(set(origins)):
        values = [value for (_, o), value in by_group.items() if o == origin]
        by_origin[origin] = sum(values) / len(values)
    return {f"{leaf}/{origin}": value for (leaf, origin), value in by_group.items()}, by_origin


def judge_epoch(record: dict[str, Any], history: Sequence[dict[str, Any]], epochs: int, patience: int) -> bool:
    """Say in ``record`` whether its weights are the best so far and whether the run ends; returns the latter.

    Of equal scores the later counts as best, because its weights are averages over more steps, but only a higher one
    buys more epochs.

    Args:
        record: of the epoch just done, with ``epoch`` and ``score``; gets ``best`` and ``finished``.
        history: records of the epochs before.
        epochs: most epochs of the run.
        patience: epochs without a higher score after which it ends; 0 is never.
    """
    scores = [earlier["score"] for earlier in history]
    record["best"] = not scores or record["score"] >= max(scores)
    scores.append(record["score"])
    since_rise = len(scores) - 1 - scores.index(max(scores))
    record["finished"] = record["epoch"] == epochs or bool(patience and since_rise >= patience)
    return bool(record["finished"])
