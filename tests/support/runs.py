"""A run directory as ``fit`` leaves it, without the training: a network of random weights and a few pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from pydantic import TypeAdapter

from model.bundle import sha256_file
from model.manifest import ManifestRow, write_manifest
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured
from training.network import LeafClassifier
from training.pictures import Folders
from training.recipe import Recipe

#: A network small enough that a whole export takes seconds.
BACKBONE = "test_efficientnet"


def write_pictures(root: Path, each: int = 6, taught: bool = True) -> Folders:
    """Coloured photos and renders of the tiny leaves under ``root``, with both manifests and unknown things."""
    folders = Folders(root / "photos", root / "renders")
    kinds: dict[str, list[ManifestRow]] = {"photo": [], "render": []}
    splits = ("train", "train", "validation", "calibration", "holdout", "holdout") if taught else ("holdout",)
    for origin, rows in kinds.items():
        for leaf, colour in COLOURS.items():
            (folders.of(origin) / leaf).mkdir(parents=True)
            for k in range(each):
                name = f"{leaf}/{k}.png"
                path = save(textured(colour, (96, 80), seed=k), folders.of(origin) / name)
                rows.append(
                    ManifestRow(
                        file=name, sha256=sha256_file(path), leaf=leaf, exhibit=f"{origin}-{leaf}-{k}", source="test",
                        source_path=leaf, licence="CC0-1.0", origin=origin, split=splits[k % len(splits)],
                        labelled_by="test", label_basis="construction", captured="", width=96, height=80, notes="",
                    )
                )  # fmt: skip
    write_manifest(root / "photos.csv", kinds["photo"])
    write_manifest(root / "renders.csv", kinds["render"])
    lines = ["file,sha256,subject,source,use,reason"]
    for k in range(each):
        path = save(textured((0, 20, 250), (96, 80), seed=k), folders.photos / f"frog{k}.png")
        lines.append(f"frog{k}.png,{sha256_file(path)},frog,test,unknown,no leaf")
    (root / "photos_left_out.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folders


def write_run(run: Path, manifest_dir: Path, size: int = 64) -> LeafClassifier:
    """Put ``run.json``, ``history.jsonl`` and random ``best.pt`` into ``run``; return the network."""
    recipe = {
        "name": "random", "seed": 1, "leaves": list(COLOURS),
        "network": {"backbone": BACKBONE, "weights": "none"},
        "preprocessing": {"size": size, "mean": [0.5] * 3, "std": [0.5] * 3},
        "optimisation": {"epochs": 1, "photos_per_epoch": 16, "batch": 16}, "data": {"renders": True},
    }  # fmt: skip
    TypeAdapter(Recipe).validate_python(recipe)
    torch.manual_seed(3)
    np.random.seed(3)
    network = LeafClassifier(BACKBONE, len(COLOURS), 0.0).eval()
    run.mkdir(parents=True)
    torch.save(network.state_dict(), run / "best.pt")
    (run / "history.jsonl").write_text('{"epoch": 1}\n', encoding="utf-8")
    info = {"recipe": recipe, "manifest_sha256": sha256_file(manifest_dir / "photos.csv"), "git_commit": "unknown"}
    (run / "run.json").write_text(json.dumps(info), encoding="utf-8")
    return network
