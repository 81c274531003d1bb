"""What training and validation see: rows chosen by a recipe, drawn in balance, damaged as phones damage photos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from rich.progress import track
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from model.manifest import ManifestRow, read_manifest
from model.preprocess import Preprocessing
from model.taxonomy import Taxonomy
from training.augment import cut, phone_camera
from training.composite import Composer, Picture
from training.errors import TrainingError
from training.pictures import Folders, load_case, read_rows
from training.recipe import Recipe

#: Position in the epoch, epoch, index of the picture: what a sampler hands to the data set.
Draw = tuple[int, int, int]


def load_inputs(rows: Sequence[ManifestRow], folders: Folders, preprocessing: Preprocessing, label: str) -> Tensor:
    """All rows exactly as the network meets them in use: (rows, 3, size, size) float32."""

    def one(row: ManifestRow) -> npt.NDArray[np.float32]:
        return preprocessing(load_case(row, folders))

    with ThreadPoolExecutor(2) as pool:
        arrays = list(track(pool.map(one, rows), description=label, total=len(rows)))
    return torch.from_numpy(np.stack(arrays))


@dataclass(frozen=True)
class RunRows:
    """Rows of one run.

    ``train`` moves weights, and so does ``more``, by the folder its pictures lie in; ``validation`` chooses the epoch;
    ``everything`` may be background.
    """

    train: list[ManifestRow]
    validation: list[ManifestRow]
    everything: list[ManifestRow]
    more: dict[Path, list[ManifestRow]] = field(default_factory=dict)


def select_rows(recipe: Recipe, manifest_dir: Path, taxonomy: Taxonomy, more: Sequence[Path] = ()) -> RunRows:
    """The rows a recipe trains and validates on.

    Args:
        recipe: leaves, and whether renders are used.
        manifest_dir: holds ``photos.csv`` and ``renders.csv``.
        taxonomy: leaf ids.
        more: folders of further renders for training alone, as ``render publish`` writes them, each with its own
            ``renders.csv``; only rows of split ``train`` are used.

    Raises:
        ManifestError: a manifest does not validate.
        TrainingError: the recipe wants renders and there is no ``renders.csv``, a leaf has no rows, or ``more`` holds
            an exhibit of the manifests or one twice, or is given to a recipe that uses no renders.
    """
    if more and not recipe.data.renders:
        raise TrainingError("the recipe uses no renders (data.renders is false); leave --more-renders out")
    if recipe.data.renders and not (manifest_dir / "renders.csv").is_file():
        raise TrainingError(
            f"the recipe uses renders, but {manifest_dir / 'renders.csv'} is missing; publish renders "
            "(tigercheck-train render publish), or set data.renders = false"
        )
    rows = read_rows(manifest_dir, taxonomy, {*recipe.leaves, *recipe.data.background_leaves})
    used = [r for r in rows if r.leaf in recipe.leaves and (recipe.data.renders or r.origin != "render")]
    train = [row for row in used if row.split == "train"]
    validation = [row for row in used if row.split == "validation"]
    for leaf in recipe.leaves:
        for split, of_split in (("train", train), ("validation", validation)):
            if not any(row.leaf == leaf for row in of_split):
                kinds = "photos nor renders" if recipe.data.renders else "photos (and data.renders is false)"
                neither = "neither" if recipe.data.renders else "no"
                raise TrainingError(f"leaf {leaf!r} has {neither} {kinds} of split {split}; remove it from the recipe")
    further: dict[Path, list[ManifestRow]] = {}
    for folder in more:
        known = [*rows, *(row for before in further.values() for row in before)]
        further[folder] = _more_rows(folder, known, recipe, taxonomy)
    return RunRows(train, validation, rows, further)


def _more_rows(more: Path, known: Sequence[ManifestRow], recipe: Recipe, taxonomy: Taxonomy) -> list[ManifestRow]:
    rows = [row for row in read_manifest(more / "renders.csv", taxonomy) if row.split == "train"]
    photos = [row.file for row in rows if row.origin != "render"]
    if photos:
        raise TrainingError(f"{more / 'renders.csv'} lists {photos[0]}, which is no render; give renders alone")
    # By content too: the shipped recipe under another name makes the same pictures again.
    exhibits, contents = {row.exhibit for row in known}, {row.sha256 for row in known}
    twice = sorted({row.exhibit for row in rows if row.exhibit in exhibits or row.sha256 in contents})
    if twice:
        raise TrainingError(
            f"{more / 'renders.csv'} holds {len(twice)} exhibit(s) of the manifest or of another folder, {twice[0]} "
            "first; they may be held out. Render with another name and seed"
        )
    return [row for row in rows if row.leaf in recipe.leaves]


class TrainingPhotos(Dataset[tuple[Tensor, int]]):
    """Augmented pictures with the index of their leaf.

    What a draw becomes follows from seed, epoch and position alone, so that it does not matter which worker or process
    makes it. Each item is (views, 3, size, size) and the label; with more than one view the first has only framing,
    the others the damage of a phone on the same framing.

    Args:
        pictures: by index.
        labels: index of the leaf, by index.
        preprocessing: size and normalisation.
        seed: of the run.
        composer: pastes cut-outs.
        views: 1, or 3 for the consistency loss.
        size: side of a crop in pixels; default the preprocessing's.
    """

    def __init__(
        self,
        pictures: Sequence[Picture],
        labels: Sequence[int],
        preprocessing: Preprocessing,
        seed: int,
        composer: Composer,
        views: int = 1,
        size: int | None = None,
    ) -> None:
        self._pictures, self._labels = pictures, labels
        self._size, self._normalise = size or preprocessing.size, preprocessing.normalise
        self._seed, self._composer, self._views = seed, composer, views
        self._augment = phone_camera()

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, draw: Draw) -> tuple[Tensor, int]:
        position, epoch, index = draw
        random = np.random.default_rng((self._seed, epoch, position))
        pixels, box = self._composer(self._pictures[index], random)
        framed = cut(pixels, box, self._size, random)
        views = [framed] if self._views > 1 else []
        for _ in range(max(1, self._views - 1)):
            self._augment.set_random_seed(int(random.integers(2**31)))
            views.append(self._augment(image=framed)["image"])
        return torch.from_numpy(np.stack([self._normalise(view) for view in views])), self._labels[index]


class BalancedSampler(Sampler[Draw]):
    """Draws ``count`` pictures an epoch, each leaf by the square root of its size, renders by their share in a leaf.

    Equal shares would repeat a leaf of 90 photos ten times an epoch; natural shares would starve it. Weights by square
    root stand between (Mahajan et al., Exploring the Limits of Weakly Supervised Pretraining, ECCV 2018).

    All processes draw the same list and each takes every ``processes``-th of it, so that their batches together are
    those of one process. The list is cut to a whole number of ``batch``.

    Args:
        labels: leaf by picture.
        rendered: whether it is a render, by picture.
        render_share: share of the draws of a leaf that are renders, where it has both.
        count: draws an epoch.
        seed: of the run.
        batch: pictures a step over all processes.
        rank: which process this is.
        processes: how many there are.
    """

    def __init__(
        self,
        labels: Sequence[int],
        rendered: Sequence[bool],
        render_share: float,
        count: int,
        seed: int,
        batch: int = 1,
        rank: int = 0,
        processes: int = 1,
    ) -> None:
        if batch % processes:
            raise TrainingError(
                f"a batch of {batch} cannot be shared by {processes} processes; choose a batch they divide"
            )
        self._weights = draw_weights(np.asarray(labels), np.asarray(rendered, dtype=bool), render_share)
        self._count = count - count % batch
        self._seed, self._rank, self._processes = seed, rank, processes
        self.epoch = 0

    def __len__(self) -> int:
        return self._count // self._processes

    def __iter__(self) -> Iterator[Draw]:
        random = np.random.default_rng((self._seed, self.epoch))
        drawn = random.choice(len(self._weights), self._count, p=self._weights).tolist()
        for position in range(self._rank, self._count, self._processes):
            yield position, self.epoch, drawn[position]


def draw_weights(
    labels: npt.NDArray[np.int_], rendered: npt.NDArray[np.bool_], render_share: float
) -> npt.NDArray[np.float64]:
    """(pictures,) probabilities of one draw."""
    weights = np.zeros(len(labels))
    for leaf in np.unique(labels):
        renders, others = (labels == leaf) & rendered, (labels == leaf) & ~rendered
        share = render_share if renders.any() and others.any() else float(renders.any())
        total = np.sqrt(np.count_nonzero(labels == leaf))
        for which, part in ((renders, share), (others, 1 - share)):
            if which.any():
                weights[which] = total * part / np.count_nonzero(which)
    return weights / weights.sum()
