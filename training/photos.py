"""Write the photo manifest from the collection and the label rules."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from rich.progress import track

from model.image import open_photo
from model.manifest import read_manifest, write_csv, write_manifest
from model.preprocess import Preprocessing
from model.taxonomy import Taxonomy
from training.dataset.split import read_split, write_split
from training.errors import TrainingError
from training.labels import (
    CollectionPhoto,
    LeftOut,
    build_labels,
    draw_sides,
    group_near_duplicates,
    load_collection,
    load_rules,
    split_file_of,
    summary,
)
from training.network import LeafClassifier, load_pretrained, packaged_weights

BACKBONE = "tf_efficientnet_lite0"


def write_photo_manifest(photos: Path, manifest_dir: Path, cache: Path, taxonomy: Taxonomy) -> str:
    """Write ``photos.csv``, ``photos_left_out.csv`` and ``splits.json``; returns a summary of counts.

    Rows of other sources (added by ``data add``) stay as they are, and exhibits keep the side they have.
    """
    rules = load_rules(manifest_dir / "labels.yaml", taxonomy)
    collection = load_collection(photos)
    groups = group_near_duplicates(_embeddings(collection, photos, cache), rules.near_duplicate)
    manifest, split_file = manifest_dir / "photos.csv", manifest_dir / "splits.json"
    sources = {photo.source for photo in collection}
    others = [r for r in read_manifest(manifest, taxonomy) if r.source not in sources] if manifest.is_file() else []
    earlier = read_split(split_file)
    labels = build_labels(collection, groups, rules, manifest_dir, taxonomy, earlier.exhibits if earlier else None)
    rows = [*labels.rows, *others]
    write_manifest(manifest, rows)
    write_split(split_file, split_file_of(draw_sides(rows, rules, {r.exhibit: r.split for r in rows}), rules, earlier))
    left_out = sorted(labels.left_out, key=lambda x: x.file)
    write_csv(manifest_dir / "photos_left_out.csv", [f.name for f in fields(LeftOut)], [asdict(x) for x in left_out])
    return summary(labels)


def _embeddings(collection: list[CollectionPhoto], photos: Path, cache: Path) -> npt.NDArray[np.float32]:
    """(photos, channels) ImageNet embeddings in collection order, from the cache if the photos are the same."""
    key = hashlib.sha256("".join(p.sha256 for p in collection).encode()).hexdigest()[:16]
    file = cache / f"embeddings-{BACKBONE}-{key}.npy"
    if file.is_file():
        stored: npt.NDArray[np.float32] = np.load(file)
        return stored
    weights = packaged_weights(BACKBONE)
    if weights is None:
        raise TrainingError(f"no package carries weights for {BACKBONE}")
    network = LeafClassifier(BACKBONE, 2)
    load_pretrained(network, weights)
    network.eval()
    preprocessing = Preprocessing(size=224, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    parts: list[npt.NDArray[np.float32]] = []
    with torch.inference_mode():
        for start in track(range(0, len(collection), 64), description="Looking for near-duplicates"):
            batch = [preprocessing(open_photo(photos / p.file).image) for p in collection[start : start + 64]]
            parts.append(network.embed(torch.from_numpy(np.stack(batch))).numpy())
    embeddings = np.concatenate(parts)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(file, embeddings)
    return embeddings
