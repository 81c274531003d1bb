"""Write the photo manifest from the collection and the label rules."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

from model.manifest import read_manifest, write_csv, write_manifest
from model.taxonomy import Taxonomy
from training.dataset.split import read_split, write_split
from training.embeddings import imagenet_embeddings
from training.labels import (
    LeftOut,
    build_labels,
    draw_sides,
    group_near_duplicates,
    load_collection,
    load_rules,
    split_file_of,
    summary,
)


def write_photo_manifest(photos: Path, manifest_dir: Path, cache: Path, taxonomy: Taxonomy) -> str:
    """Write ``photos.csv``, ``photos_left_out.csv`` and ``splits.json``; returns a summary of counts.

    Rows of other sources (added by ``data add``) stay as they are, and exhibits keep the side they have.
    """
    rules = load_rules(manifest_dir / "labels.yaml", taxonomy)
    collection = load_collection(photos)
    embeddings = imagenet_embeddings([(photos / photo.file, photo.sha256) for photo in collection], cache)
    groups = group_near_duplicates(embeddings, rules.near_duplicate)
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
