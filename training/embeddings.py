"""Embeddings of a network that never saw our labels, kept between runs by the photo's hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from rich.progress import track

from model.image import open_photo
from model.preprocess import Preprocessing
from training.errors import TrainingError
from training.network import LeafClassifier, load_pretrained, packaged_weights

BACKBONE = "tf_efficientnet_lite0"
_BATCH = 64


def imagenet_embeddings(files: Sequence[tuple[Path, str]], cache: Path) -> npt.NDArray[np.float32]:
    """(photos, channels) ImageNet embeddings of photos given as path and sha256, in that order.

    What ``cache`` holds is not computed again; 3,650 photos take about three minutes on two cores.

    Raises:
        TrainingError: no package carries the weights.
        ImageError: a photo cannot be opened.
    """
    store = cache / f"embeddings-{BACKBONE}.npz"
    known: dict[str, npt.NDArray[np.float32]] = {}
    if store.is_file():
        with np.load(store, allow_pickle=False) as stored:
            known = dict(zip(stored["sha256"].tolist(), stored["vectors"], strict=True))
    missing = list({digest: path for path, digest in files if digest not in known}.items())
    if missing:
        known |= dict(zip((digest for digest, _ in missing), _compute([p for _, p in missing]), strict=True))
        cache.mkdir(parents=True, exist_ok=True)
        part = store.with_suffix(".part.npz")
        np.savez(part, sha256=np.asarray(list(known)), vectors=np.stack(list(known.values())))
        part.replace(store)
    return np.stack([known[digest] for _, digest in files])


def _compute(paths: Sequence[Path]) -> npt.NDArray[np.float32]:
    return _embed((open_photo(path).image for path in paths), len(paths))


def embed_images(images: Sequence[Image.Image]) -> npt.NDArray[np.float32]:
    """(pictures, channels) ImageNet embeddings of opened RGB pictures.

    Raises:
        TrainingError: no package carries the weights.
    """
    return _embed(images, len(images))


def _embed(images: Iterable[Image.Image], total: int) -> npt.NDArray[np.float32]:
    weights = packaged_weights(BACKBONE)
    if weights is None:
        raise TrainingError(f"no package carries weights for {BACKBONE}")
    network = LeafClassifier(BACKBONE, 2)
    load_pretrained(network, weights)
    network.eval()
    preprocessing = Preprocessing(size=224, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    parts: list[npt.NDArray[np.float32]] = []
    waiting = iter(track(images, total=total, description="Embedding pictures"))
    with torch.inference_mode():
        while batch := [preprocessing(image) for image in islice(waiting, _BATCH)]:
            parts.append(network.embed(torch.from_numpy(np.stack(batch))).numpy())
    return np.concatenate(parts)
