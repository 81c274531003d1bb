"""Photos for training: opened by the same core as in use, kept small in memory, damaged as phones damage them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import albumentations as A
import cv2
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from rich.progress import track
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from model.image import open_photo
from model.manifest import ManifestRow, crop_percent
from model.preprocess import Preprocessing
from training.errors import TrainingError

Pixels = npt.NDArray[np.uint8]


def load_row(row: ManifestRow, photos: Path) -> Image.Image:
    """The picture a row stands for: opened, checked against its sha256, cropped if the row is a crop."""
    photo = open_photo(photos / row.path)
    if photo.sha256 != row.sha256:
        raise TrainingError(f"{photos / row.path} is not the file the manifest means: its sha256 differs")
    box = row.crop
    return crop_percent(photo.image, box) if box else photo.image


def load_small(rows: Sequence[ManifestRow], photos: Path, short_side: int) -> list[Pixels]:
    """All rows as RGB arrays whose short side is at most ``short_side``: 2,000 photos take about 0.5 GB."""

    def one(row: ManifestRow) -> Pixels:
        image = load_row(row, photos)
        if min(image.size) > short_side:
            scale = short_side / min(image.size)
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
        return np.asarray(image)

    with ThreadPoolExecutor(2) as pool:
        return list(track(pool.map(one, rows), description="Opening photos", total=len(rows)))


def load_inputs(rows: Sequence[ManifestRow], photos: Path, preprocessing: Preprocessing, label: str) -> Tensor:
    """All rows exactly as the network meets them in use: (rows, 3, size, size) float32."""

    def one(row: ManifestRow) -> npt.NDArray[np.float32]:
        return preprocessing(load_row(row, photos))

    with ThreadPoolExecutor(2) as pool:
        arrays = list(track(pool.map(one, rows), description=label, total=len(rows)))
    return torch.from_numpy(np.stack(arrays))


def phone_camera(size: int) -> A.Compose:
    """Framing, light and damage of phone photos. Mirror images keep every feature a leaf is defined by.

    Hue moves little: coat colour is evidence.
    """
    return A.Compose(
        [
            A.RandomResizedCrop((size, size), scale=(0.35, 1.0), ratio=(0.6, 1.67), interpolation=cv2.INTER_AREA),
            A.HorizontalFlip(p=0.5),
            A.Affine(rotate=(-25, 25), shear=(-6, 6), border_mode=cv2.BORDER_REFLECT_101, p=0.4),
            A.RandomRotate90(p=0.1),
            A.ColorJitter(brightness=0.35, contrast=0.35, saturation=0.35, hue=0.03, p=0.8),
            A.ToGray(p=0.05),
            A.RandomShadow(p=0.1),
            A.OneOf([A.GaussianBlur((3, 7)), A.MotionBlur((3, 7)), A.Defocus((1, 3))], p=0.2),
            A.OneOf([A.GaussNoise(std_range=(0.02, 0.1)), A.ISONoise()], p=0.2),
            A.ImageCompression(quality_range=(35, 95), p=0.4),
            A.Downscale(scale_range=(0.3, 0.8), p=0.15),
            A.CoarseDropout(num_holes_range=(1, 3), hole_height_range=(0.1, 0.3), hole_width_range=(0.1, 0.3), p=0.2),
        ]
    )


class TrainingPhotos(Dataset[tuple[Tensor, int]]):
    """Augmented photos with the index of their leaf."""

    def __init__(self, pixels: list[Pixels], labels: list[int], preprocessing: Preprocessing) -> None:
        self._pixels = pixels
        self._labels = labels
        self._normalise = preprocessing.normalise
        self._augment = phone_camera(preprocessing.size)

    def __len__(self) -> int:
        return len(self._pixels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        square = self._augment(image=self._pixels[index])["image"]
        return torch.from_numpy(self._normalise(square)), self._labels[index]


class BalancedSampler(Sampler[int]):
    """Draws ``count`` photos an epoch, each leaf by the square root of its size.

    Equal shares would repeat a leaf of 90 photos ten times an epoch; natural shares would starve it. Weights by square
    root stand between (Mahajan et al., Exploring the Limits of Weakly Supervised Pretraining, ECCV 2018).
    """

    def __init__(self, labels: Sequence[int], count: int, seed: int) -> None:
        self._labels = np.asarray(labels)
        self._count = count
        self._seed = seed
        self.epoch = 0
        sizes = np.bincount(self._labels)
        weights = 1 / np.sqrt(np.maximum(sizes, 1))[self._labels]
        self._weights = weights / weights.sum()

    def __len__(self) -> int:
        return self._count

    def __iter__(self):  # type: ignore[no-untyped-def]
        draw = np.random.default_rng((self._seed, self.epoch))
        yield from draw.choice(len(self._labels), self._count, p=self._weights).tolist()
