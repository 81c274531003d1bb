"""From a finished run to the pictures, rows and conditions that are shipped with the repository."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from model.manifest import ManifestRow, Split, write_csv, write_manifest
from training.dataset.split import DRAWN, Item, make_split
from training.errors import TrainingError
from training.render.plan import Picture
from training.render.recipe import RenderRecipe
from training.render.run import PLAN_FILE, mask_path, picture_path

#: Share of the picture that must show the exhibit. Under it there is nothing to learn but the background.
MIN_VISIBLE = 0.01
#: All pictures and masks together, in bytes: what a clone of the repository can bear.
MAX_BYTES = 60_000_000
MANIFEST_FILE, LEFT_OUT_FILE = "renders.csv", "renders_left_out.csv"
LICENCE = "CC0-1.0"


@dataclass(frozen=True)
class LeftOut:
    """A picture that is not shipped, and why."""

    name: str
    leaf: str
    reason: str


@dataclass(frozen=True)
class Published:
    """What was written."""

    rows: list[ManifestRow]
    left_out: list[LeftOut]
    bytes: int


def publish(plan: Sequence[Picture], recipe: RenderRecipe, run: Path, renders: Path, manifest_dir: Path) -> Published:
    """Copy pictures and masks to ``renders/LEAF/`` and write ``renders.csv`` and the conditions of every picture.

    All pictures in ``renders`` are replaced. Rows are split by exhibit: generators and a share of exhibits that the
    recipe names go to the holdout, the rest by its shares.

    Raises:
        TrainingError: pictures of the plan are missing, or all together are too large for the repository.
    """
    missing = [p.name for p in plan if not (picture_path(run, p).is_file() and mask_path(run, p).is_file())]
    if missing:
        raise TrainingError(
            f"{run} lacks {len(missing)} of {len(plan)} pictures, {missing[0]} first; finish them with: "
            "tigercheck-train render --recipe … --out …"
        )
    size = sum(path(run, p).stat().st_size for p in plan for path in (picture_path, mask_path))
    if size > MAX_BYTES:
        raise TrainingError(
            f"{len(plan)} pictures take {size / 1e6:.0f} MB, more than {MAX_BYTES / 1e6:.0f} MB; "
            "render fewer or smaller ones"
        )
    sides = split_exhibits(plan, recipe)
    for old in renders.glob("*/*.webp"):
        old.unlink()
    renders.mkdir(parents=True, exist_ok=True)
    rows: list[ManifestRow] = []
    left_out: list[LeftOut] = []
    conditions: list[dict[str, object]] = []
    for picture in plan:
        with Image.open(mask_path(run, picture)) as mask:
            visible = float(np.asarray(mask, np.float32).mean() / 255)
        if visible < MIN_VISIBLE:
            left_out.append(LeftOut(picture.name, picture.leaf, f"the exhibit fills {visible:.2%} of the picture"))
            continue
        folder = renders / picture.leaf
        folder.mkdir(parents=True, exist_ok=True)
        for path in (picture_path, mask_path):
            shutil.copyfile(path(run, picture), path(folder, picture))
        row = _row(picture, recipe, picture_path(folder, picture), sides[picture.exhibit])
        rows.append(row)
        conditions.append({"file": row.file, "visible": round(visible, 4), **picture.model_dump(mode="json")})
    lines = (json.dumps(one, sort_keys=True, ensure_ascii=False) + "\n" for one in conditions)
    (renders / PLAN_FILE).write_text("".join(lines), encoding="utf-8")
    write_manifest(manifest_dir / MANIFEST_FILE, rows)
    write_csv(
        manifest_dir / LEFT_OUT_FILE, ("name", "leaf", "reason"),
        [{"name": one.name, "leaf": one.leaf, "reason": one.reason} for one in left_out],
    )  # fmt: skip
    return Published(rows, left_out, size)


def split_exhibits(plan: Sequence[Picture], recipe: RenderRecipe) -> dict[str, Split]:
    """A side for each exhibit.

    The holdout measures unseen objects: all exhibits of the generators that the recipe holds out, and by its share of
    every other generator's. The rest is drawn by leaf.
    """
    exhibits = {p.exhibit: p for p in plan}
    held: set[str] = set()
    by_leaf: dict[str, list[str]] = {}
    for name, picture in sorted(exhibits.items()):
        if picture.generator in recipe.holdout_generators:
            held.add(name)
        else:
            by_leaf.setdefault(picture.leaf, []).append(name)
    for names in by_leaf.values():
        order = sorted(names, key=lambda name: hashlib.sha256(f"{recipe.seed}/holdout/{name}".encode()).digest())
        held.update(order[: round(len(order) * recipe.shares.get("holdout", 0))])
    if len(held) == len(exhibits):
        return dict.fromkeys(exhibits, "holdout")
    drawn = {side: recipe.shares.get(side, 0) for side in DRAWN}
    total = sum(drawn.values())
    sides = make_split(
        [Item(name, "holdout" if name in held else "drawn", picture.leaf) for name, picture in exhibits.items()],
        [],
        shares={side: share / total for side, share in drawn.items()},
        pinned={"holdout": "holdout"},
        seed=f"{recipe.name}/{recipe.seed}",
    )
    return sides.exhibits


def _row(picture: Picture, recipe: RenderRecipe, path: Path, side: Split) -> ManifestRow:
    with Image.open(path) as image:
        width, height = image.size
    return ManifestRow(
        file=f"{picture.leaf}/{path.name}",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        leaf=picture.leaf,
        exhibit=picture.exhibit,
        source=f"tigercheck-renders:{recipe.name}",
        source_path=picture.generator,
        licence=LICENCE,
        origin="render",
        split=side,
        labelled_by="tigercheck maintainers (by construction)",
        label_basis="construction",
        captured="",
        width=width,
        height=height,
        notes=f"{picture.generator}, view {picture.view_index}",
    )
