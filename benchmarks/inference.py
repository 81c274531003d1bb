"""How long one photo takes on one thread: fp32 and int8 against torch eager and a ResNet-50, in one interleaved run.

    python benchmarks/inference.py [--run RUN | --bundle FOLDER] [--photo big.jpg] [--rounds 50]

With --run, the graphs of RUN/export and the run's own weights. With --bundle (default: the one in use), its graph, an
int8 form of it made here, and the network its recipe names with random weights; with --random, all weights random.
int8 made here is calibrated on noise: its speed is that of a real one, its answers are not, and none are shown.
Everything is measured in turn within each round, so that a machine whose speed drifts harms all alike; ratios are
formed within rounds.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import timm
import torch
from photo_to_answer import make_photo
from rich.console import Console
from rich.table import Table

from model.bundle import BundleInfo, load_bundle
from model.image import open_photo
from model.preprocess import FloatArray, Preprocessing
from training.export import export_onnx, read_export
from training.network import LeafClassifier
from training.quantise import CANDIDATES, make_candidates
from training.quantise_choice import FP32
from training.runs import load_network, read_run
from training.timing import Spread, cpu_flags, has_vnni, inference, interleaved

Work = Callable[[], object]
_MANIFEST = Path(__file__).resolve().parent.parent / "datasets" / "manifest"
_INT8 = next(one for one in CANDIDATES if one.weights == "paired")


def from_run(run: Path) -> tuple[dict[str, Path], LeafClassifier, Preprocessing]:
    """fp32 and the chosen (else the fastest measured) int8 graph of a run, and its network."""
    trained, report = read_run(run, _MANIFEST), read_export(run)
    int8 = {name: graph["time_ratio"]["median"] for name, graph in report["graphs"].items() if name != FP32}
    best = report["chosen"] if report["chosen"] != FP32 else min(int8, key=lambda name: int8[name])
    graphs = {"fp32": run / "export" / FP32, best.removesuffix(".onnx"): run / "export" / best}
    return graphs, load_network(trained), trained.recipe.preprocessing


def from_bundle(
    info: BundleInfo, model: bytes | None, work: Path
) -> tuple[dict[str, Path], LeafClassifier, Preprocessing]:
    """The bundle's graph (or one of random weights), an int8 form of it, and its network with random weights."""
    recipe = info.recipe.get("network", {})
    backbone = recipe.get("backbone", "tf_efficientnet_lite0")
    network = LeafClassifier(backbone, len(info.leaves)).eval()
    fp32 = work / FP32
    if model is None:
        export_onnx(network, info.preprocessing.size, fp32)
    else:
        fp32.write_bytes(model)
    if any(node.op_type == "QuantizeLinear" for node in onnx.load(fp32).graph.node):
        export_onnx(network, info.preprocessing.size, fp32)
        quantised = work / "bundle-int8.onnx"
        quantised.write_bytes(model or b"")
        return {"fp32, random weights": fp32, "bundle, int8": quantised}, network, info.preprocessing
    side = info.preprocessing.size
    noise = np.random.default_rng(0).normal(0, 0.5, (16, 3, side, side)).astype(np.float32)
    ((_, int8),) = make_candidates(fp32, noise, work, [_INT8])
    return {"fp32": fp32, _INT8.name: int8}, network, info.preprocessing


def resnet50(path: Path) -> None:
    """A ResNet-50 with random weights as ONNX, for a size everybody knows."""
    network = timm.create_model("resnet50", pretrained=False).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (torch.zeros(1, 3, 224, 224),), str(path), dynamo=True, external_data=False, verbose=False
        )


def eager(network: LeafClassifier, batch: FloatArray) -> Work:
    """The same network in torch, without gradients."""
    tensor = torch.from_numpy(batch)

    def work() -> object:
        with torch.inference_mode():
            return network(tensor)

    return work


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="run directory that was exported")
    parser.add_argument("--bundle", type=Path, help="bundle folder; default: the one in use")
    parser.add_argument("--random", action="store_true", help="random weights instead of the bundle's")
    parser.add_argument("--photo", type=Path, help="a large JPEG of your own; default: a 12-megapixel one is made")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    data = options.photo.read_bytes() if options.photo else make_photo()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if options.run:
            graphs, network, preprocessing = from_run(options.run)
        else:
            bundle = load_bundle(options.bundle)
            graphs, network, preprocessing = from_bundle(bundle.info, None if options.random else bundle.model, work)
        resnet50(work / "resnet50.onnx")
        side = preprocessing.size
        batch = preprocessing(open_photo(data, min_side=preprocessing.min_side).image)[None]
        works: dict[str, Work] = {
            "decode and preprocess": lambda: preprocessing(open_photo(data, min_side=preprocessing.min_side).image),
            **{f"{name}, {path.stat().st_size / 1e6:.1f} MB": inference(path, batch) for name, path in graphs.items()},
            "the same in torch eager": eager(network, batch),
            "ResNet-50, 224 px, ONNX": inference(
                work / "resnet50.onnx", np.random.default_rng(0).normal(0, 1, (1, 3, 224, 224)).astype(np.float32)
            ),
        }
        times = interleaved(works, options.rounds)
    names = list(works)
    fp32, torch_name, resnet = names[1], names[3], names[4]
    table = Table(title=f"One photo, one thread, {side} px, {options.rounds} interleaved rounds: median (quartiles)")
    for column in ("step", "ms", "time / fp32", "torch eager / this", "ResNet-50 / this"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for name in names:
        ratios = [
            Spread.of(times[name] / times[fp32]),
            *(Spread.of(times[o] / times[name]) for o in (torch_name, resnet)),
        ]
        shown = [f"{r.median:.2f} ({r.low:.2f}–{r.high:.2f})" for r in ratios]
        spread = Spread.of(times[name])
        table.add_row(
            name,
            f"{spread.median:.1f} ({spread.low:.1f}–{spread.high:.1f})",
            *(shown if name != names[0] else [""] * 3),
        )
    console = Console()
    console.print(table)
    flags = cpu_flags()
    present = ", ".join(flag for flag, there in flags.items() if there) or "not told by this system"
    console.print(f"{platform.machine()}, onnxruntime {ort.__version__}, torch {torch.__version__}; flags: {present}")
    console.print(
        "int8 products are summed in 32 bits here; on a laptop without VNNI int8 is slower than this."
        if has_vnni(flags)
        else "No VNNI: int8 products are summed by vpmaddubsw or in plain code."
    )


if __name__ == "__main__":
    main()
