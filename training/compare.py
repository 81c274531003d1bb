"""Runs side by side on validation pictures: what one change of a recipe gave, with intervals of the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from rich.console import Console
from rich.progress import track

from model.preprocess import Preprocessing
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.evaluation.corruptions import CORRUPTIONS, corrupt
from training.evaluation.curves import auroc
from training.evaluation.intervals import Bools, Figure, mean, share
from training.evaluation.robustness import fixed_sample
from training.loop import predict_logits
from training.network import LeafClassifier
from training.pictures import Case, Folders, case_of, load_case, read_rows, unknown_cases
from training.quantise_choice import identity_argmax
from training.runs import TrainedRun, load_network, read_run

ORIGINS = ("photo", "render")
#: Of 1 to 3, in which damage is clearly seen and the picture still usable.
SEVERITY = 2
#: Pictures of an origin that are damaged in every way.
DAMAGED = 120


@dataclass(frozen=True)
class Judged:
    """What one run says of the validation pictures of one origin.

    Attributes:
        right: (N,) whether the most probable identity is the true one; pictures of leaves it was not taught left out.
        files: their N names, in order.
        exhibits: theirs.
        damaged: (M,) share of the kinds of damage under which the identity is still right, and the M exhibits.
        energy: (N,) strangeness, higher for stranger things.
    """

    right: Bools
    files: tuple[str, ...]
    exhibits: tuple[str, ...]
    damaged: npt.NDArray[np.float64]
    damaged_exhibits: tuple[str, ...]
    energy: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """One run in the table.

    Attributes:
        name: of the run's directory.
        changed: keys of the recipe that differ from the first run's, with their values.
        pictures: how many it was trained on, repeats included.
        seconds: that an epoch took, at the median.
        identity: by origin, share of pictures whose identity is right before anything is abstained from.
        difference: by origin, that share less the first run's on the same pictures, drawn together.
        damaged: by origin, mean share under damage.
        unknown: by origin, AUROC of energy against unknown photos set aside for choices.
    """

    name: str
    changed: dict[str, Any]
    pictures: int
    seconds: float
    identity: dict[str, Figure] = field(default_factory=dict)
    difference: dict[str, Figure] = field(default_factory=dict)
    damaged: dict[str, Figure] = field(default_factory=dict)
    unknown: dict[str, Figure] = field(default_factory=dict)


def compare(
    runs: Sequence[Path], manifest_dir: Path, folders: Folders, taxonomy: Taxonomy, console: Console
) -> list[Compared]:
    """Judge the best network of every run on the same validation pictures; the first run is what others differ from.

    No held-out picture is opened, so choosing by this table leaves the holdout unseen.

    Raises:
        TrainingError: fewer than two runs, two of one name, or one that is missing, unfinished or of other manifests.
    """
    names = [run.name for run in runs]
    if len(runs) < 2 or len(set(names)) < len(names):
        raise TrainingError(f"expected two runs or more, with different directory names, got {names}")
    trained = [read_run(run, manifest_dir) for run in runs]
    cases = [case_of(row) for row in read_rows(manifest_dir, taxonomy) if row.split == "validation"]
    choice = [case for case in unknown_cases(manifest_dir) if case.split == "choice"]
    pictures = _Pictures(folders)
    table: list[Compared] = []
    first: dict[str, Judged | None] = {}
    for run in trained:
        console.print(f"{run.folder.name}:")
        network = load_network(run)
        judged = {
            origin: _judge(network, run, [case for case in cases if case.origin == origin], pictures, taxonomy)
            for origin in ORIGINS
        }
        strange = _energy(_logits(network, run.recipe.preprocessing, choice, pictures)) if choice else np.zeros(0)
        if not table:
            first = judged
        table.append(_row(run, trained[0], judged, first, strange, choice))
    return table


def _row(
    run: TrainedRun,
    base: TrainedRun,
    judged: Mapping[str, Judged | None],
    first: Mapping[str, Judged | None],
    strange: npt.NDArray[np.float64],
    choice: Sequence[Case],
) -> Compared:
    o = run.recipe.optimisation
    result = Compared(
        run.folder.name, changes(base, run), o.photos_per_epoch * len(run.history),
        float(np.median([record["seconds"] for record in run.history])),
    )  # fmt: skip
    for origin, one in judged.items():
        if one is None:
            continue
        result.identity[origin] = share(one.right, one.exhibits)
        result.damaged[origin] = mean(one.damaged, one.damaged_exhibits)
        result.unknown[origin] = auroc(
            np.concatenate([one.energy, strange]), np.r_[np.zeros(len(one.energy)), np.ones(len(strange))],
            [*one.exhibits, *(case.exhibit for case in choice)],
        )  # fmt: skip
        before = first[origin]
        if before is not None and before is not one:
            known = dict(zip(before.files, before.right, strict=True))
            both = [i for i, file in enumerate(one.files) if file in known]
            gained = [float(one.right[i]) - float(known[one.files[i]]) for i in both]
            result.difference[origin] = mean(gained, [one.exhibits[i] for i in both])
    return result


def _judge(
    network: LeafClassifier, run: TrainedRun, cases: Sequence[Case], pictures: _Pictures, taxonomy: Taxonomy
) -> Judged | None:
    """``None`` if the run was taught no leaf of these."""
    leaves = run.recipe.leaves
    taught = [case for case in cases if case.leaf in leaves]
    if not taught or (taught[0].origin == "render" and not run.recipe.data.renders):
        return None
    preprocessing = run.recipe.preprocessing
    logits = _logits(network, preprocessing, taught, pictures)
    sample = fixed_sample(taught, DAMAGED, "comparison")
    hits = np.zeros(len(sample))
    for kind in CORRUPTIONS:
        answered = identity_argmax(_logits(network, preprocessing, sample, pictures, kind), leaves, taxonomy)
        hits += answered == _truth(sample, taxonomy)
    return Judged(
        identity_argmax(logits, leaves, taxonomy) == _truth(taught, taxonomy),
        tuple(case.file for case in taught), tuple(case.exhibit for case in taught),
        hits / len(CORRUPTIONS), tuple(case.exhibit for case in sample), _energy(logits),
    )  # fmt: skip


def _truth(cases: Sequence[Case], taxonomy: Taxonomy) -> npt.NDArray[np.str_]:
    return np.asarray([taxonomy.leaf(str(case.leaf)).identity for case in cases])


def _energy(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """(N,) negative log of the summed exponentials (Liu et al., Energy-based Out-of-distribution Detection, 2020)."""
    return np.asarray(-torch.logsumexp(torch.from_numpy(logits.astype(np.float64)), 1).numpy())


def _logits(
    network: LeafClassifier, preprocessing: Preprocessing, cases: Sequence[Case], pictures: _Pictures, damage: str = ""
) -> npt.NDArray[np.float32]:
    batches = []
    for start in track(range(0, len(cases), 64), damage or "undamaged", transient=True):
        squares = [pictures.square(case, preprocessing, damage) for case in cases[start : start + 64]]
        batches.append(torch.from_numpy(np.stack([preprocessing.normalise(one) for one in squares])))
    logits: npt.NDArray[np.float32] = predict_logits(network, torch.cat(batches)).numpy()
    return logits


class _Pictures:
    """Pictures as a network sees them, opened and damaged once for all runs that see them alike."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._kept: dict[tuple[str, str, str, str], npt.NDArray[np.uint8]] = {}

    def square(self, case: Case, preprocessing: Preprocessing, damage: str) -> npt.NDArray[np.uint8]:
        key = (case.origin, case.file, damage, preprocessing.model_dump_json())
        if key not in self._kept:
            pixels: npt.NDArray[np.uint8]
            if damage:
                pixels = corrupt(self.square(case, preprocessing, ""), damage, SEVERITY, case.file)
            else:
                pixels = np.asarray(preprocessing.to_square(load_case(case, self._folders)))
            self._kept[key] = pixels
        return self._kept[key]


def changes(base: TrainedRun, run: TrainedRun) -> dict[str, Any]:
    """What ``run`` was made with that ``base`` was not: dotted keys of the recipe, and ``more_renders``."""
    ours, theirs = (_flat({**asdict(one.recipe), "more_renders": _more(one)}) for one in (run, base))
    return {key: value for key, value in ours.items() if value != theirs.get(key) and key != "name"}


def _more(run: TrainedRun) -> int:
    return run.further_renders.count if run.further_renders else 0


def _flat(data: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            result.update(_flat(value, f"{before}{key}."))
        elif isinstance(value, tuple):
            result[f"{before}{key}"] = len(value) if key == "leaves" else list(value)
        else:
            result[f"{before}{key}"] = value
    return result
