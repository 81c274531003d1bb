"""A tiny collection that training tests use: coloured photos of four leaves, and renders of one with masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from model.bundle import sha256_file
from model.manifest import ManifestRow, write_manifest
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured
from training.pictures import Folders

SIDES = ("train", "train", "train", "validation")


def make_collection(root: Path, each: int = 12, rendered: tuple[str, ...] = ("faux_fur",)) -> Folders:
    """Write photos.csv, renders.csv and their pictures into ``root``; renders show a disc of the leaf's colour."""
    photos, renders = [], []
    for leaf, colour in COLOURS.items():
        for k in range(each):
            photos.append(
                _row(root / "photos", textured(colour, (80, 60), seed=k), f"{leaf}/{k}.png", leaf, "photo", k)
            )
            if leaf in rendered:
                picture, mask = disc(colour, seed=k)
                renders.append(_row(root / "renders", picture, f"{leaf}/{k}.webp", leaf, "render", k))
                save(mask, root / "renders" / leaf / f"{k}.mask.webp", lossless=True)
    write_manifest(root / "photos.csv", photos)
    write_manifest(root / "renders.csv", renders)
    return Folders(root / "photos", root / "renders")


def disc(colour: tuple[int, int, int], seed: int = 0, radius: int = 14) -> tuple[Image.Image, Image.Image]:
    """A disc on grey, 80 by 60 pixels, and its mask."""
    random = np.random.default_rng(seed)
    centre = random.integers(radius, 80 - radius), random.integers(radius, 60 - radius)
    y, x = np.mgrid[:60, :80]
    inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2
    pixels = np.where(inside[..., None], colour, (128, 128, 128)).astype(np.uint8)
    return Image.fromarray(pixels), Image.fromarray((inside * 255).astype(np.uint8))


def _row(root: Path, picture: Image.Image, name: str, leaf: str, origin: str, number: int) -> ManifestRow:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    path = save(picture, root / name, **({"lossless": True} if name.endswith("webp") else {}))
    return ManifestRow(
        file=name, sha256=sha256_file(path), leaf=leaf, exhibit=f"{origin}-{leaf}-{number}", source=f"test:{origin}",
        source_path=leaf, licence="CC0-1.0", origin=origin, split=SIDES[number % 4], labelled_by="test",
        label_basis="construction", captured="", width=80, height=60, notes="",
    )  # fmt: skip
