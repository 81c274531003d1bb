"""One HTML page about the data: what there is, where it comes from, what is doubtful. No network, no scripts."""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from sklearn.metrics import cohen_kappa_score

from model.errors import ImageError
from model.image import open_photo
from model.manifest import ManifestRow
from training.dataset.label_errors import suspects
from training.dataset.sheets import environment, picture

#: Photos a leaf shows on its contact sheet, and near-duplicate groups and suspects shown at most.
SAMPLE, SHOWN = 24, 60
#: Second opinions beside the manifest: file, labelled_by, leaf.
SECOND_LABELS = "second_labels.csv"


@dataclass(frozen=True)
class Looks:
    """Figures about a photo's quality.

    ``sharpness`` is the variance of the Laplacian of the grey picture at 256 pixels (Pech-Pacheco et al., *Diatom
    autofocusing in brightfield microscopy*, ICPR 2000); ``brightness`` its mean, 0 to 255.
    """

    sharpness: float
    brightness: float
    short_side: int


def look(path: Path) -> Looks | None:
    """Open a photo and measure it; ``None`` if it cannot be opened (``data check`` says why)."""
    try:
        photo = open_photo(path, min_side=256)
    except ImageError:
        return None
    grey = photo.image.convert("L")
    grey.thumbnail((256, 256))
    pixels = np.asarray(grey, dtype=np.float32)
    inner = pixels[1:-1, 1:-1]
    laplacian = pixels[:-2, 1:-1] + pixels[2:, 1:-1] + pixels[1:-1, :-2] + pixels[1:-1, 2:] - 4 * inner
    return Looks(float(laplacian.var()), float(pixels.mean()), min(photo.size))


def write_report(
    rows: Sequence[ManifestRow],
    photos: Path,
    out: Path,
    embed: Callable[[Sequence[Image.Image]], npt.NDArray[np.float32]] | npt.NDArray[np.float32],
    second: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Write the page and return its figures.

    Args:
        rows: the manifest.
        photos: photo folder.
        out: HTML file to write.
        embed: pictures to embeddings of a network that never saw the labels, or (whole photos, channels) of them.
        second: table of second opinions.
        progress: told how many photos have been looked at.
    """
    whole = [row for row in rows if row.crop is None]
    looks: list[Looks | None] = []
    with ThreadPoolExecutor() as pool:
        for seen in pool.map(lambda row: look(photos / row.path), whole):
            looks.append(seen)
            if progress:
                progress(len(looks))
    vectors = embed if isinstance(embed, np.ndarray) else _embed(whole, photos, embed)
    doubted = suspects(vectors, [r.leaf for r in whole], [r.exhibit for r in whole])
    figures: dict[str, Any] = {
        "rows": len(rows),
        "photos": len(whole),
        "exhibits": len({row.exhibit for row in rows}),
        "by_leaf": _cross(rows),
        "licences": Counter(row.licence for row in whole).most_common(),
        "sources": Counter((row.source, row.split) for row in whole).most_common(),
        "label_basis": Counter(row.label_basis for row in whole).most_common(),
        "agreement": _agreement(rows, second),
        "quality": _quality([one for one in looks if one]),
        "cannot_be_opened": sum(one is None for one in looks),
        "duplicate_groups": sum(1 for members in _groups(whole).values() if len(members) > 1),
        "photos_in_duplicate_groups": sum(len(m) for m in _groups(whole).values() if len(m) > 1),
        "suspected_label_errors": len(doubted),
    }
    template = environment().get_template("report.html")
    page = template.render(
        figures=figures,
        # Pictures are made only of what is shown: a hundred thousand thumbnails would not fit in memory.
        picture=lambda row: picture(photos / row.path, 150),
        sheets=_sheets(whole),
        groups=_group_sheets(whole),
        suspects=[(whole[s.position], s) for s in doubted[:SHOWN]],
        shown=SHOWN,
    )
    out.write_text(page, encoding="utf-8")
    return figures


def _embed(
    rows: Sequence[ManifestRow], photos: Path, embed: Callable[[Sequence[Image.Image]], npt.NDArray[np.float32]]
) -> npt.NDArray[np.float32]:
    parts = []
    for start in range(0, len(rows), 64):
        parts.append(embed([open_photo(photos / row.path, min_side=256).image for row in rows[start : start + 64]]))
    return np.concatenate(parts)


def _cross(rows: Sequence[ManifestRow]) -> list[dict[str, Any]]:
    counts = Counter((row.leaf, row.origin, row.split) for row in rows)
    exhibits: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        exhibits[row.leaf, row.origin].add(row.exhibit)
    return [
        {
            "leaf": leaf,
            "origin": origin,
            "exhibits": len(exhibits[leaf, origin]),
            **{side: counts[leaf, origin, side] for side in ("train", "validation", "calibration", "holdout")},
        }
        for leaf, origin in sorted(exhibits)
    ]


def _agreement(rows: Sequence[ManifestRow], second: Path | None) -> list[dict[str, Any]]:
    """Agreement of each pair of labellers on photos both labelled: share and Cohen's kappa."""
    opinions: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        opinions[row.file][row.labelled_by] = row.leaf
    if second is not None and second.is_file():
        with second.open(encoding="utf-8", newline="") as stream:
            for record in csv.DictReader(stream):
                opinions[record["file"]][record["labelled_by"]] = record["leaf"]
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for by in opinions.values():
        for one, other in itertools.combinations(sorted(by), 2):
            pairs[one, other].append((by[one], by[other]))
    return [
        {
            "labellers": f"{one} and {other}",
            "n": len(both),
            "share": sum(a == b for a, b in both) / len(both),
            "kappa": float(cohen_kappa_score([a for a, _ in both], [b for _, b in both])) if len(both) > 1 else None,
        }
        for (one, other), both in sorted(pairs.items())
    ]


def _quality(looks: Sequence[Looks]) -> list[dict[str, Any]]:
    measures: dict[str, npt.NDArray[np.float64]] = {
        "short side, pixels": np.asarray([one.short_side for one in looks], dtype=float),
        "sharpness (variance of the Laplacian)": np.asarray([one.sharpness for one in looks]),
        "brightness (0 to 255)": np.asarray([one.brightness for one in looks]),
    }
    return [
        {"name": name, **{f"p{q}": round(float(np.percentile(values, q)), 1) for q in (5, 25, 50, 75, 95)}}
        for name, values in measures.items() if len(values)
    ]  # fmt: skip


def _groups(rows: Sequence[ManifestRow]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        groups[row.exhibit].append(position)
    return groups


def _sheets(rows: Sequence[ManifestRow]) -> list[tuple[str, list[ManifestRow]]]:
    by_leaf: dict[str, list[ManifestRow]] = defaultdict(list)
    for row in rows:
        by_leaf[row.leaf].append(row)
    return [(leaf, members[:: max(1, len(members) // SAMPLE)][:SAMPLE]) for leaf, members in sorted(by_leaf.items())]


def _group_sheets(rows: Sequence[ManifestRow]) -> list[tuple[str, list[ManifestRow]]]:
    several = sorted((m for m in _groups(rows).values() if len(m) > 1), key=lambda m: (-len(m), m))
    return [(rows[members[0]].exhibit, [rows[p] for p in members]) for members in several[:SHOWN]]
