"""What pictures are like, for slices: measured on a photo's pixels, read from a render's conditions and mask."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from rich.progress import track
from scipy.ndimage import laplace

from training.errors import TrainingError
from training.pictures import Case, Folders, load_case
from training.render.proof import read_conditions
from training.render.run import PLAN_FILE

#: Side of the square on which brightness and sharpness are measured: what the network sees of a photo, about.
SIDE = 224
#: Mask values from here on count as the exhibit.
_INSIDE = 128
Attributes = dict[str, npt.NDArray[np.str_]]


def brightness_and_sharpness(image: Image.Image) -> tuple[float, float]:
    """Mean (0 to 255) and variance of the Laplacian of the grey picture at 224×224 pixels.

    Pech-Pacheco et al., *Diatom autofocusing in brightfield microscopy*, ICPR 2000 (sharpness).
    """
    grey = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR), np.float32)
    return float(grey.mean()), float(laplace(grey)[1:-1, 1:-1].var())


def looks(cases: Sequence[Case], folders: Folders, cache: Path | None = None) -> npt.NDArray[np.float64]:
    """(N, 2) brightness and sharpness, kept in ``cache`` between runs."""
    digest = hashlib.sha256("\n".join(f"{case.file} {case.sha256}" for case in cases).encode()).hexdigest()[:16]
    kept = cache / f"looks-{digest}.npy" if cache else None
    if kept and kept.is_file():
        stored: npt.NDArray[np.float64] = np.load(kept, allow_pickle=False)
        return stored
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda case: brightness_and_sharpness(load_case(case, folders)), cases)
        values = np.asarray(list(track(found, "Measuring photos", total=len(cases))), np.float64).reshape(-1, 2)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, values)
    return values


def thirds(values: npt.NDArray[np.float64], names: tuple[str, str, str]) -> npt.NDArray[np.str_]:
    """Each value's third of all values; the bounds stand in the names."""
    low, high = np.percentile(values, [100 / 3, 200 / 3]) if len(values) else (0.0, 0.0)
    labels = (f"{names[0]} (under {low:.0f})", f"{names[1]}", f"{names[2]} (over {high:.0f})")
    return np.asarray(labels)[np.digitize(values, [low, high])]


def photo_attributes(cases: Sequence[Case], folders: Folders, cache: Path | None) -> Attributes:
    """Brightness, sharpness, and whether a picture is a whole photo or a crop."""
    measured = looks(cases, folders, cache)
    return {
        "brightness": thirds(measured[:, 0], ("dark", "middling", "bright")),
        "sharpness": thirds(measured[:, 1], ("soft", "middling", "sharp")),
        "frame": np.asarray(["crop of a photo" if "#" in case.file else "whole photo" for case in cases]),
    }


def render_attributes(cases: Sequence[Case], renders: Path) -> Attributes:
    """Light, surface, blur, size in the frame, occlusion, scale bar and clutter, by conditions and masks.

    Raises:
        TrainingError: conditions or the mask of a picture are missing.
    """
    lines = {one["file"]: one for one in read_conditions(renders / PLAN_FILE)}
    absent = [case.file for case in cases if case.file not in lines]
    if absent:
        raise TrainingError(
            f"{renders / PLAN_FILE} has no line for {absent[0]} and {len(absent) - 1} more; publish the renders again"
        )
    columns: dict[str, list[str]] = {}
    for case in cases:
        for name, value in _conditions(lines[case.file], *_mask(renders / case.path)).items():
            columns.setdefault(name, []).append(value)
    return {name: np.asarray(values, dtype=np.str_) for name, values in columns.items()}


def _conditions(line: Mapping[str, Any], area: float, cut_off: bool) -> dict[str, str]:
    place, view = line["place"], line["view"]
    smear = float(view["blur"]) + float(view["motion"])
    hidden = [
        name for name, there in (("bag", place["bag"]), ("hand", view["hand"] != "none"), ("frame", cut_off)) if there
    ]
    return {
        "light": str(place["light"]),
        "surface": str(place["surface"]),
        "blur": "under 0.6 px" if smear < 0.6 else "0.6 to 2 px" if smear < 2 else "over 2 px",
        "size in the frame": "under 5 %" if area < 0.05 else "5 to 15 %" if area < 0.15 else
                             "15 to 40 %" if area < 0.4 else "over 40 %",
        "occlusion": {(): "none", ("bag",): "in a bag", ("hand",): "hand in the picture",
                      ("frame",): "partly out of the frame"}.get(tuple(hidden), "several"),
        "scale bar": "none" if place["scale_bar"] == "none" else "there",
        "clutter": "none" if not place["clutter"] else "there",
    }  # fmt: skip


def _mask(picture: Path) -> tuple[float, bool]:
    """Share of the picture that shows the exhibit, and whether it touches the border."""
    path = picture.with_name(f"{picture.stem}.mask.webp")
    if not path.is_file():
        raise TrainingError(f"{path} is missing; publish the renders again")
    with Image.open(path) as mask:
        inside = np.asarray(mask.convert("L")) >= _INSIDE
    edge = inside[0].any() or inside[-1].any() or inside[:, 0].any() or inside[:, -1].any()
    return float(inside.mean()), bool(edge)
