"""Is an exhibit's size in the picture what keeps renders from being named? Each is cut out larger and judged again.

    python benchmarks/enlarged.py [--bundle FOLDER] [--larger FOLDER]

Shipped renders of split validation, judged whole; cut to a square around the exhibit (by its mask, with a margin on
each side), as an officer does who crops; and cut where the class-activation map is above 0.3 of its top, as a program
could. Shown is the share whose identity is right before abstaining, over all and by the exhibit's share of the frame,
and over all the difference to the whole picture in points with a 95 % interval over exhibits. A second pass is averaged
with the first. No held-out picture is opened.

``--larger`` names a folder of the same pictures with more pixels, made by ``tigercheck-train render larger --out
FOLDER``. The same cuts are then made from those too, as from a phone's whole photo; what is not in the folder is left
out of all rows, so that every row is of the same pictures.
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
from model.image import open_photo
from model.manifest import ManifestRow, read_manifest
from model.session import OnnxModel
from model.taxonomy import Taxonomy, shipped_taxonomy
from training.cutouts import mask_file
from training.evaluation.intervals import mean
from training.pictures import Folders, load_case

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]
#: Gives probabilities (leaves,) and the map (leaves, h, w) of a picture.
Judge = Callable[[Image.Image], tuple[Floats, npt.NDArray[np.float32]]]
_DATASETS = Path(__file__).resolve().parent.parent / "datasets"
#: Shares of the frame, and the map's height, that a picture is cut by.
_EDGES, _HEIGHT = (0, 0.02, 0.05, 0.15, 1), 0.3
_MARGINS, _WARM_MARGIN = (0.1, 0.4, 1.0), 0.15
_VISIBLE = 40
_WHOLE = "whole picture"


def square(box: Box, margin: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """A square around ``box`` with ``margin`` of its longer side on each side, kept inside the picture."""
    left, top, right, bottom = box
    half = max(right - left, bottom - top) * (0.5 + margin)
    x, y = (left + right) / 2, (top + bottom) / 2
    return (
        round(max(0, x - half)), round(max(0, y - half)), round(min(size[0], x + half)), round(min(size[1], y + half)),
    )  # fmt: skip


def warm(maps: npt.NDArray[np.float32], size: tuple[int, int]) -> Box:
    """Bounds of the places above ``_HEIGHT`` of the top, over the three most probable leaves' maps (3, h, w)."""
    top = np.maximum(maps, 0).max(axis=0)
    grown = np.asarray(Image.fromarray(top / max(float(top.max()), 1e-9)).resize(size, Image.Resampling.BICUBIC))
    y, x = np.nonzero(grown >= _HEIGHT)
    return (x.min(), y.min(), x.max() + 1, y.max() + 1) if len(x) else (0, 0, *size)


def judged(picture: Image.Image, around: Box, judge: Judge) -> dict[str, Floats]:
    """Probabilities of a picture in each way of looking at it; ``around`` bounds its exhibit."""
    whole, maps = judge(picture)
    found = {_WHOLE: whole}
    cuts = {f"cut to the exhibit, margin {m:.0%}": square(around, m, picture.size) for m in _MARGINS}
    cuts["cut where the map is warm"] = square(warm(maps[whole.argsort()[-3:]], picture.size), _WARM_MARGIN,
                                               picture.size)  # fmt: skip
    for name, cut in cuts.items():
        again, _ = judge(picture.crop(cut))
        found[name] = again
        found[f"{name}, averaged with the whole"] = (whole + again) / 2
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, help="bundle folder; default the one in use")
    parser.add_argument("--larger", type=Path, help="folder of 'tigercheck-train render larger'")
    options = parser.parse_args()
    bundle, taxonomy = load_bundle(options.bundle), shipped_taxonomy()
    network, info = OnnxModel(bundle, 2), bundle.info
    rows = [row for row in read_manifest(_DATASETS / "manifest" / "renders.csv", taxonomy)
            if row.split == "validation" and row.leaf in info.leaves]  # fmt: skip
    if options.larger:
        rows = [row for row in rows if (options.larger / Path(row.path).name).is_file()]
        if not rows:
            raise SystemExit(f"{options.larger} holds no shipped picture; make it with: tigercheck-train render larger")
    folders = Folders(_DATASETS / "renders", _DATASETS / "renders")
    found: dict[str, list[Floats]] = {}
    shares = []

    def judge(image: Image.Image) -> tuple[Floats, npt.NDArray[np.float32]]:
        scores = network(info.preprocessing(image)[None])
        return softmax(scores.logits[0], info.temperature), scores.map[0]

    for row in rows:
        picture, mask = load_case(row, folders), Image.open(mask_file(folders.renders, row)).convert("L")
        seen = mask.point(lambda value: 255 if value > _VISIBLE else 0)
        shares.append(float(np.asarray(seen).mean() / 255))
        around = seen.getbbox() or (0, 0, *picture.size)
        ways = judged(picture, around, judge)
        if options.larger:
            larger = open_photo(options.larger / Path(row.path).name).image
            factor = larger.width / picture.width
            left, top, right, bottom = (side * factor for side in around)
            more = judged(larger, (left, top, right, bottom), judge)
            ways |= {f"{max(larger.size)} px: {name}": p for name, p in more.items()}
        for name, probabilities in ways.items():
            found.setdefault(name, []).append(probabilities)
    _print(found, rows, np.asarray(shares), bundle, taxonomy)


def _print(
    found: dict[str, list[Floats]], rows: list[ManifestRow], shares: Floats, bundle: Bundle, taxonomy: Taxonomy
) -> None:
    identity = np.asarray([str(taxonomy.leaf(leaf).identity) for leaf in bundle.info.leaves])
    truth = np.asarray([str(taxonomy.leaf(row.leaf).identity) for row in rows])
    codes = np.asarray(sorted(set(identity.tolist())))
    bands = {f"{low:.0%} to {high:.0%}": (shares >= low) & (shares < high) for low, high in pairwise(_EDGES)}
    counts = ", ".join(f"{name}: {int(band.sum())}" for name, band in bands.items())
    exhibits = [row.exhibit for row in rows]
    print(f"{bundle.info.id}, {len(rows)} renders of {len(set(exhibits))} exhibits of split validation; "
          f"by share of the frame: {counts}")  # fmt: skip

    def right(values: list[Floats]) -> Bools:
        p = np.stack(values)
        totals = np.stack([p[:, identity == code].sum(axis=1) for code in codes], axis=1)
        return np.asarray(codes[totals.argmax(axis=1)] == truth)

    whole = right(found[_WHOLE]).astype(float)
    for name, values in found.items():
        hits = right(values)
        gain = mean(hits - whole, exhibits)
        low, high = (100 * side for side in gain["interval_95"])
        shown = " ".join(f"{hits[band].mean():5.0%}" if band.any() else "    –" for band in bands.values())
        print(f"{name:62}{hits.mean():7.1%} {100 * gain['value']:+6.1f} ({low:+.1f} to {high:+.1f}) {shown}")


if __name__ == "__main__":
    main()
