"""Answers made by hand, and a small folder of pictures with manifests."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.bundle import BundleInfo, load_bundle, sha256_file
from model.manifest import ManifestRow, write_manifest
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import COLOURS, LEAVES, UNFAMILIAR
from tests.support.photos import save, textured
from training.evaluation.judging import Answers, decide_all
from training.pictures import Case, Folders
from training.render.scenes import NEUTRAL_PLACE, NEUTRAL_VIEW

TAXONOMY = shipped_taxonomy()
MakeAnswers = Callable[..., Answers]


@pytest.fixture(scope="session")
def make_answers(tiny_bundle: Path) -> MakeAnswers:
    """Answers of the tiny bundle to rows of ``(true leaf, said leaf, probability of it)``, one exhibit each."""
    info: BundleInfo = load_bundle(tiny_bundle).info

    def make(
        rows: Sequence[tuple[str | None, str, float]],
        exhibits: Sequence[str] | None = None,
        strangeness: Sequence[float] | None = None,
        subjects: Sequence[str] | None = None,
    ) -> Answers:
        probabilities = np.zeros((len(rows), len(LEAVES)))
        for k, (_, said, p) in enumerate(rows):
            probabilities[k] = (1 - p) / (len(LEAVES) - 1)
            probabilities[k, LEAVES.index(said)] = p
        cases = [
            Case(f"f{k}.png", "0" * 64, exhibits[k] if exhibits else f"x{k}", "test:source", "photo", "holdout",
                 subjects[k] if subjects else "some", leaf)
            for k, (leaf, _, _) in enumerate(rows)
        ]  # fmt: skip
        strange = np.asarray(strangeness if strangeness is not None else np.zeros(len(rows)))
        return decide_all(cases, probabilities, strange, [()] * len(rows), info, TAXONOMY)

    return make


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Folders]:
    """Manifest folder and picture folders: photos and renders (two views an exhibit) on two sides, unknown things."""
    root = tmp_path_factory.mktemp("world")
    folders = Folders(root / "photos", root / "renders")
    photos, renders, lines = [], [], []
    for leaf, colour in [*COLOURS.items(), ("tiger_claw", (120, 120, 20))]:
        for k in range(8):
            split = "holdout" if k < 6 else "validation"
            if leaf != "tiger_claw":
                photos.append(_row(folders.photos, leaf, f"{leaf}/{k}.png", colour, f"{leaf}-p{k}", split, "photo", k))
            for view in range(2):
                name = f"{leaf}/{k}-{view}.webp"
                row = _row(folders.renders, leaf, name, colour, f"{leaf}-r{k}", split, "render", 2 * k + view)
                mask = np.zeros((96, 128), np.uint8)
                mask[20 if k % 2 else 0 : 60, 30:90] = 255
                save(Image.fromarray(mask), (folders.renders / name).with_suffix(".mask.webp"))
                renders.append(row)
                lines.append(
                    {"file": name, "visible": 0.2, "generator": "cat_claw",
                     "place": {**NEUTRAL_PLACE.model_dump(), "bag": k == 1, "light": "flash" if k % 2 else "torch"},
                     "view": {**NEUTRAL_VIEW.model_dump(), "blur": 0.3 + view}}
                )  # fmt: skip
    write_manifest(root / "photos.csv", photos)
    write_manifest(root / "renders.csv", renders)
    (folders.renders / "pictures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with (root / "photos_left_out.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "sha256", "subject", "source", "use", "reason"])
        for k in range(5):
            path = save(textured(UNFAMILIAR, (128, 96), seed=k), folders.photos / f"frog{k}.png")
            writer.writerow([path.name, sha256_file(path), "frog", "test:unknown", "unknown", "no leaf"])
    return root, folders


def _row(
    root: Path, leaf: str, name: str, colour: tuple[int, int, int], exhibit: str, split: str, origin: str, seed: int
) -> ManifestRow:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"lossless": True} if path.suffix == ".webp" else {}
    save(textured(colour, (128, 96), seed=seed), path, **options)
    return ManifestRow(
        file=name, sha256=sha256_file(path), leaf=leaf, exhibit=exhibit, source=f"test:{origin}",
        source_path="cat_claw" if origin == "render" else "", licence="CC0-1.0", origin=origin, split=split,
        labelled_by="test", label_basis="construction", captured="", width=128, height=96, notes="",
    )  # fmt: skip
