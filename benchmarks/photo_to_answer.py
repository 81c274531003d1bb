"""From a 12-megapixel JPEG to an answer: where the time goes, and what reduced-scale decoding saves.

    python benchmarks/photo_to_answer.py [--photo big.jpg] [--bundle FOLDER] [--rounds 15]

Prints one table of medians over the rounds, the two ways of decoding taken in turn within each round, so that a
machine whose speed drifts harms both alike. Without --photo a 4000x3000 picture of noise on gradients is made; real
photos compress better, so their decode is a little faster.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from model.bundle import load_bundle
from model.image import open_photo
from model.predict import Prediction, Predictor
from model.session import OnnxModel


def make_photo() -> bytes:
    """A 4000x3000 JPEG at quality 92 of about the size a phone writes."""
    random = np.random.default_rng(0)
    small = Image.fromarray(random.integers(0, 255, (75, 100, 3), dtype=np.uint8))
    picture = np.asarray(small.resize((4000, 3000), Image.Resampling.BICUBIC)).astype(np.int16)
    picture += random.normal(0, 6, (3000, 4000, 1)).astype(np.int16)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def milliseconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photo", type=Path, help="a large JPEG of your own")
    parser.add_argument("--bundle", type=Path, help="bundle folder; default: the one shipped")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=None, help="threads of the model; default: all cores")
    options = parser.parse_args()
    data = options.photo.read_bytes() if options.photo else make_photo()
    bundle = load_bundle(options.bundle)
    preprocessing, model = bundle.info.preprocessing, OnnxModel(bundle, options.threads)
    side = preprocessing.min_side
    reduced, full = open_photo(data, min_side=side).image, open_photo(data).image
    batch = preprocessing(reduced)[None]
    model(batch)
    steps: dict[str, Callable[[], object]] = {
        "decode, reduced": lambda: open_photo(data, min_side=side),
        "decode, full size": lambda: open_photo(data),
        "preprocess, reduced": lambda: preprocessing(reduced),
        "preprocess, full size": lambda: preprocessing(full),
        "inference": lambda: model(batch),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in track(range(options.rounds), description="Measuring"):
        for name, work in steps.items():
            times[name].append(milliseconds(work))
    median = {name: statistics.median(values) for name, values in times.items()}
    ways = {
        "reduced": median["decode, reduced"] + median["preprocess, reduced"] + median["inference"],
        "full": median["decode, full size"] + median["preprocess, full size"] + median["inference"],
    }
    table = Table(title=f"{full.width}x{full.height} JPEG, {len(data) / 1e6:.1f} MB, {options.rounds} rounds")
    for column in ("step", "median ms", "min to max", "share of the reduced way"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for name, values in times.items():
        share = f"{median[name] / ways['reduced']:.0%}" if "full" not in name else ""
        table.add_row(name, f"{median[name]:.1f}", f"{min(values):.1f} to {max(values):.1f}", share)
    table.add_row("photo to answer, reduced", f"{ways['reduced']:.1f}", "", "100%")
    table.add_row(
        "photo to answer, full size", f"{ways['full']:.1f}", "", f"{ways['full'] / ways['reduced']:.1f} times"
    )
    console = Console()
    console.print(table)
    predictor = Predictor(bundle)
    png = io.BytesIO()
    full.save(png, "PNG", compress_level=1)
    answers = [predictor.predict(source) for source in (data, png.getvalue())]
    if all(isinstance(one, Prediction) for one in answers):
        first, second = (one.probabilities for one in answers if isinstance(one, Prediction))
        console.print(
            f"Largest difference of probability between the two: {max(abs(first[k] - second[k]) for k in first):.4f}"
        )


if __name__ == "__main__":
    main()
