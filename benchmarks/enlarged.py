"""Is an exhibit's size in the picture what keeps renders from being named? Each is cut out larger and judged again.

    python benchmarks/enlarged.py [--bundle FOLDER]

Shipped renders of split validation, judged whole; cut to a square around the exhibit (by its mask, with a margin on
each side), as an officer does who crops; and cut where the class-activation map is above 0.3 of its top, as a program
could. Shown is the share whose identity is right before abstaining, over all and by the exhibit's share of
the frame. A second pass is averaged with the first. No held-out picture is opened.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.bundle import Bundle, load_bundle
from model.calibration import softmax
from model.manifest import ManifestRow, read_manifest
from model.session import OnnxModel
from model.taxonomy import Taxonomy, shipped_taxonomy
from training.cutouts import mask_file
from training.pictures import Folders, load_case

Floats = npt.NDArray[np.float64]
_DATASETS = Path(__file__).resolve().parent.parent / "datasets"
#: Shares of the frame, and the map's height, that a picture is cut by.
_EDGES, _HEIGHT = (0, 0.02, 0.05, 0.15, 1), 0.3
_VISIBLE = 40


def square(box: tuple[float, float, float, float], margin: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """A square around ``box`` with ``margin`` of its longer side on each side, kept inside the picture."""
    left, top, right, bottom = box
    half = max(right - left, bottom - top) * (0.5 + margin)
    x, y = (left + right) / 2, (top + bottom) / 2
    return (
        round(max(0, x - half)), round(max(0, y - half)), round(min(size[0], x + half)), round(min(size[1], y + half)),
    )  # fmt: skip


def warm(maps: npt.NDArray[np.float32], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Bounds of the places above ``_HEIGHT`` of the top, over the three most probable leaves' maps (3, h, w)."""
    top = np.maximum(maps, 0).max(axis=0)
    grown = np.asarray(Image.fromarray(top / max(float(top.max()), 1e-9)).resize(size, Image.Resampling.BICUBIC))
    y, x = np.nonzero(grown >= _HEIGHT)
    return (x.min(), y.min(), x.max() + 1, y.max() + 1) if len(x) else (0, 0, *size)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, help="bundle folder; default the one in use")
    bundle, taxonomy = load_bundle(parser.parse_args().bundle), shipped_taxonomy()
    network, info = OnnxModel(bundle, 2), bundle.info
    rows = [row for row in read_manifest(_DATASETS / "manifest" / "renders.csv", taxonomy)
            if row.split == "validation" and row.leaf in info.leaves]  # fmt: skip
    folders = Folders(_DATASETS / "renders", _DATASETS / "renders")
    found: dict[str, list[Floats]] = {}
    shares = []
    for row in rows:
        picture, mask = load_case(row, folders), Image.open(mask_file(folders.renders, row)).convert("L")
        seen = mask.point(lambda value: 255 if value > _VISIBLE else 0)
        shares.append(float(np.asarray(seen).mean() / 255))

        def judge(image: Image.Image) -> tuple[Floats, npt.NDArray[np.float32]]:
            scores = network(info.preprocessing(image)[None])
            return softmax(scores.logits[0], info.temperature), scores.map[0]

        whole, maps = judge(picture)
        found.setdefault("whole picture", []).append(whole)
        around = seen.getbbox() or (0, 0, *picture.size)
        cuts = {f"cut to the exhibit, margin {m:.0%}": square(around, m, picture.size) for m in (0.1, 0.4, 1.0)}
        cuts["cut where the map is warm"] = square(warm(maps[whole.argsort()[-3:]], picture.size), 0.15, picture.size)
        for name, cut in cuts.items():
            again, _ = judge(picture.crop(cut))
            found.setdefault(name, []).append(again)
            found.setdefault(f"{name}, averaged with the whole", []).append((whole + again) / 2)
    _print(found, rows, np.asarray(shares), bundle, taxonomy)


def _print(
    found: dict[str, list[Floats]], rows: list[ManifestRow], shares: Floats, bundle: Bundle, taxonomy: Taxonomy
) -> None:
    identity = np.asarray([str(taxonomy.leaf(leaf).identity) for leaf in bundle.info.leaves])
    truth = np.asarray([str(taxonomy.leaf(row.leaf).identity) for row in rows])
    codes = np.asarray(sorted(set(identity.tolist())))
    bands: list[Callable[[Floats], npt.NDArray[np.bool_]]] = [
        lambda s, a=low, b=high: (s >= a) & (s < b) for low, high in pairwise(_EDGES)
    ]  # fmt: skip
    names = [f"{low:.0%} to {high:.0%}" for low, high in pairwise(_EDGES)]
    counts = ", ".join(f"{name}: {int(band(shares).sum())}" for name, band in zip(names, bands, strict=True))
    print(f"{bundle.info.id}, {len(rows)} renders of split validation; by share of the frame: {counts}")
    for name, values in found.items():
        p = np.stack(values)
        totals = np.stack([p[:, identity == code].sum(axis=1) for code in codes], axis=1)
        right = codes[totals.argmax(axis=1)] == truth
        print(f"{name:55}{right.mean():7.1%}", *(f"{right[band(shares)].mean():7.0%}" for band in bands))


if __name__ == "__main__":
    main()
