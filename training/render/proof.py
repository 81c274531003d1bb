"""Reports over shipped renders: what tells leaves apart that should not, and how far renders are from photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from model.manifest import read_manifest
from model.taxonomy import Taxonomy
from training.cutouts import mask_file
from training.embeddings import embed_images
from training.errors import TrainingError
from training.pictures import Folders, load_case
from training.render.realism import Gap, gap
from training.render.run import PLAN_FILE
from training.render.tells import Tell, background_patches, condition_features, measure, statistics


def find_tells(renders: Path, manifest: Path, taxonomy: Taxonomy) -> list[Tell]:
    """Measure every kind of evidence that should tell nothing, by leaf and by identity.

    Raises:
        ManifestError: the manifest cannot be read.
        TrainingError: conditions of a picture are missing.
    """
    rows = read_manifest(manifest, taxonomy)
    conditions = {one["file"]: one for one in read_conditions(renders / PLAN_FILE)}
    absent = [row.file for row in rows if row.file not in conditions]
    if absent:
        raise TrainingError(f"{renders / PLAN_FILE} has no line for {absent[0]} and {len(absent) - 1} more")
    pictures = [Image.open(renders / row.path).convert("RGB") for row in rows]
    masks = [Image.open(mask_file(renders, row)).convert("L") for row in rows]
    patches = [background_patches(image, mask) for image, mask in zip(pictures, masks, strict=True)]
    open_ground = [index for index, several in enumerate(patches) if several]
    flat = [patch for index in open_ground for patch in patches[index]]
    counts = [len(patches[index]) for index in open_ground]
    embedded = np.split(embed_images(flat), np.cumsum(counts)[:-1])
    sizes = np.asarray([image.size for image in pictures], float)
    evidence: dict[str, tuple[Sequence[int], np.ndarray]] = {
        "width and height": (range(len(rows)), sizes),
        "place, light, camera and phone, as drawn": (
            range(len(rows)), condition_features([conditions[row.file] for row in rows])),
        "statistics of background patches": (open_ground, np.stack([statistics(patches[i]) for i in open_ground])),
        "ImageNet embedding of background patches": (open_ground, np.stack([e.mean(axis=0) for e in embedded])),
    }  # fmt: skip
    found = []
    for name, (which, features) in evidence.items():
        chosen = [rows[index] for index in which]
        for task in ("leaf", "identity"):
            labels = [row.leaf if task == "leaf" else taxonomy.leaf(row.leaf).identity for row in chosen]
            found.append(measure(name, task, np.asarray(features), labels, [row.exhibit for row in chosen]))
    return found


def read_conditions(path: Path) -> list[dict[str, Any]]:
    """One object a picture.

    Raises:
        TrainingError: the file cannot be read.
    """
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise TrainingError(f"cannot read {path}: {error.strerror}") from error


def find_gaps(
    renders: Path, render_manifest: Path, photos: Path, photo_manifest: Path, taxonomy: Taxonomy, least: int = 20
) -> list[Gap]:
    """Compare renders with photos for every leaf that has at least ``least`` of both."""
    made, taken = read_manifest(render_manifest, taxonomy), read_manifest(photo_manifest, taxonomy)
    folders, gaps = Folders(photos, renders), []
    for leaf in taxonomy.leaf_ids:
        ours, theirs = ([row for row in rows if row.leaf == leaf] for rows in (made, taken))
        if min(len(ours), len(theirs)) < least:
            continue
        vectors = [embed_images([load_case(row, folders) for row in rows]) for rows in (ours, theirs)]
        gaps.append(gap(leaf, vectors[0], [r.exhibit for r in ours], vectors[1], [r.exhibit for r in theirs]))
    return gaps


def as_json(found: Sequence[Tell] | Sequence[Gap]) -> list[dict[str, Any]]:
    """Rounded to four decimals."""
    return [
        {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(one).items()}
        for one in found
    ]
