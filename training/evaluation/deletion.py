"""Does the class-activation map point at what the answer rests on? Hide it and see.

A simplified deletion test after Petsiuk, Das and Saenko, *RISE*, BMVC 2018: one step that hides a fifth of the
picture instead of a curve, and blur instead of grey, which makes fewer edges that the network never saw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from rich.progress import track
from scipy.ndimage import gaussian_filter

from model.bundle import Bundle
from model.calibration import softmax
from model.explanation import heat
from model.manifest import stable_share
from training.evaluation.intervals import mean
from training.evaluation.robustness import fixed_sample
from training.pictures import Case, Folders, load_case

SAMPLE, HIDDEN, RANDOM_REGIONS = 150, 0.2, 3
Bools = npt.NDArray[np.bool_]
Heat = Callable[[npt.NDArray[np.float32], tuple[int, int]], npt.NDArray[np.float32]]


def deletion_test(
    bundle: Bundle, cases: Sequence[Case], folders: Folders, size: int = SAMPLE, warmth: Heat = heat
) -> dict[str, Any]:
    """Mean drop of the most probable leaf's probability when a fifth of the picture is blurred away.

    ``highlighted`` hides the warmest fifth, ``random`` a disc of the same area at a random place (mean of three),
    ``least`` the coldest fifth. ``highlighted_over_random`` is the paired difference: above 0 the map points at
    something that matters.

    Args:
        bundle: its graph gives the maps.
        cases: a fixed sample of them is taken.
        folders: where they lie.
        size: pictures in the sample.
        warmth: map (h, w) and size (width, height) to heat (height, width) in [0, 1].
    """
    sample = fixed_sample(cases, size, "deletion")
    session = ort.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
    drops = [_drops(bundle, session, case, folders, warmth) for case in track(sample, "Hiding what the map shows")]
    if not drops:
        return {"pictures": 0}
    table = np.asarray(drops)
    exhibits = [case.exhibit for case in sample]
    return {
        "pictures": len(sample),
        "hidden_share": HIDDEN,
        "probability_before": mean(table[:, 0], exhibits),
        "highlighted": mean(table[:, 1], exhibits),
        "random": mean(table[:, 2], exhibits),
        "least": mean(table[:, 3], exhibits),
        "highlighted_over_random": mean(table[:, 1] - table[:, 2], exhibits),
    }


def _drops(
    bundle: Bundle, session: ort.InferenceSession, case: Case, folders: Folders, warmth: Heat
) -> tuple[float, float, float, float]:
    preprocessing, temperature = bundle.info.preprocessing, bundle.info.temperature
    square = np.asarray(preprocessing.to_square(load_case(case, folders)))
    name = session.get_inputs()[0].name
    logits, maps = session.run(["logits", "map"], {name: preprocessing.normalise(square)[None]})
    leaf = int(logits[0].argmax())
    before = float(softmax(logits[0], temperature)[leaf])
    side = square.shape[0]
    random = np.random.default_rng(int(stable_share("deletion", case.file) * 2**53))
    # Large parts of a map are 0: a little noise picks among them instead of the first rows.
    warm = warmth(maps[0, leaf], (side, side)) + random.uniform(0, 1e-4, (side, side))
    regions = [
        largest(warm, HIDDEN),
        largest(-warm, HIDDEN),
        *(disc(side, HIDDEN, random) for _ in range(RANDOM_REGIONS)),
    ]
    blurred = gaussian_filter(square, (side / 16, side / 16, 0))
    hidden = [np.where(region[:, :, None], blurred, square) for region in regions]
    batch = np.stack([preprocessing.normalise(one) for one in hidden])
    (after,) = session.run(["logits"], {name: batch})
    drop = before - softmax(after, temperature)[:, leaf]
    return before, float(drop[0]), float(drop[2:].mean()), float(drop[1])


def largest(values: npt.NDArray[Any], area: float) -> Bools:
    """The ``area`` share of places with the largest values."""
    count = round(area * values.size)
    inside = np.zeros(values.size, dtype=bool)
    inside[np.argsort(-values, axis=None, kind="stable")[:count]] = True
    return inside.reshape(values.shape)


def disc(side: int, area: float, random: np.random.Generator) -> Bools:
    """A connected region of the same area: the places nearest to a random one."""
    y, x = np.mgrid[:side, :side]
    centre = random.uniform(0, side, 2)
    return largest(-np.hypot(y - centre[0], x - centre[1]), area)
