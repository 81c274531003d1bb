"""From a 12-megapixel JPEG to an answer: where the time goes, and what reduced-scale decoding saves.

    python benchmarks/photo_to_answer.py [--photo big.jpg] [--bundle FOLDER] [--rounds 15] [--compare FOLDER]

Prints one table of medians over the rounds, the two ways of decoding taken in turn within each round, so that a
machine whose speed drifts harms both alike. Without --photo a 4000x3000 picture of noise on gradients is made; real
photos compress better, so their decode is a little faster. With --compare, photos of a folder are enlarged to 12
megapixels and answered both ways, to see whether reduced-scale decoding ever changes a decision.
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


def compare(folder: Path, count: int, predictor: Predictor, console: Console) -> None:
    """Answer photos enlarged to 12 megapixels from JPEG (reduced) and from PNG (full size)."""
    files = sorted(path for path in folder.rglob("*.jpg"))
    files = files[:: max(1, len(files) // count)][:count]
    changed, largest, answered = [], 0.0, 0
    for path in track(files, description="Comparing"):
        image = open_photo(path).image
        scale = (12e6 / (image.width * image.height)) ** 0.5
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
        jpeg = io.BytesIO()
        image.save(jpeg, "JPEG", quality=92)
        png = io.BytesIO()
        Image.open(jpeg).save(png, "PNG", compress_level=1)
        one, other = predictor.predict(jpeg.getvalue()), predictor.predict(png.getvalue())
        if isinstance(one, Prediction) and isinstance(other, Prediction):
            answered += 1
            largest = max(largest, *(abs(one.probabilities[k] - other.probabilities[k]) for k in one.probabilities))
            if one.decision.outcome != other.decision.outcome:
                changed.append(f"{path.name}: {one.decision.outcome.value} and {other.decision.outcome.value}")
    console.print(
        f"{answered} photos of {folder.name} enlarged to 12 megapixels: {len(changed)} decisions differ between "
        f"reduced and full-size decoding; largest difference of a probability {largest:.4f}"
    )
    for line in changed:
        console.print("  " + line)


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
    parser.add_argument("--compare", type=Path, help="folder of photos to answer both ways")
    parser.add_argument("--count", type=int, default=100, help="photos to compare")
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
    if options.compare:
        compare(options.compare, options.count, Predictor(bundle), console)


if __name__ == "__main__":
    main()
