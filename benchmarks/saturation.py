"""Whether an int8 graph says the same on a processor without VNNI, where sums of products may saturate in 16 bits.

    python benchmarks/saturation.py GRAPH.onnx [GRAPH.onnx ...] --pictures 24 --size 288

Needs ``qemu-x86_64`` (Debian: ``qemu-user``), which runs the same Python and onnxruntime on an emulated Haswell: AVX2,
no VNNI. Pictures are shipped renders of split validation; the emulation takes some seconds a picture. Shown are the
largest and mean differences of a probability between the two processors. Float graphs differ by rounding alone.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime as ort

from model.calibration import softmax
from model.manifest import read_manifest
from model.preprocess import Preprocessing
from model.taxonomy import shipped_taxonomy
from training.pictures import Folders, load_case

_DATASETS = Path(__file__).resolve().parent.parent / "datasets"


def inputs(count: int, size: int) -> np.ndarray:
    """(count, 3, size, size) validation renders, spread over the list."""
    rows = [row for row in read_manifest(_DATASETS / "manifest" / "renders.csv", shipped_taxonomy())
            if row.split == "validation"]  # fmt: skip
    chosen = [rows[k] for k in np.linspace(0, len(rows) - 1, count).astype(int)]
    folders = Folders(_DATASETS / "renders", _DATASETS / "renders")
    preprocessing = Preprocessing(size=size, crop="squash", interpolation="bicubic", mean=(0.5,) * 3, std=(0.5,) * 3)
    return np.stack([preprocessing(load_case(row, folders)) for row in chosen])


def answer(graph: Path, pictures: Path, out: Path) -> None:
    """Probabilities of one graph, by whichever processor runs this."""
    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    logits = [session.run(["logits"], {name: one[None]})[0][0] for one in np.load(pictures)]
    np.save(out, softmax(np.stack(logits)))


def main() -> None:
    """Compare each graph with itself on the emulated processor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", nargs="+", type=Path)
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--size", type=int, default=288)
    parser.add_argument("--cpu", default="Haswell")
    parser.add_argument("--answer", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.answer:
        answer(given.graphs[0], *given.answer)
        return
    qemu = shutil.which("qemu-x86_64")
    if qemu is None:
        sys.exit("qemu-x86_64 is not installed; on Debian: apt-get install qemu-user")
    with tempfile.TemporaryDirectory() as work:
        pictures, there = Path(work) / "pictures.npy", Path(work) / "there.npy"
        np.save(pictures, inputs(given.pictures, given.size))
        for graph in given.graphs:
            here = Path(work) / "here.npy"
            answer(graph, pictures, here)
            me = [sys.executable, __file__, str(graph), "--answer", str(pictures), str(there)]
            # qemu warns once a thread of features it leaves out, none of which int8 sums use.
            ran = subprocess.run([qemu, "-cpu", given.cpu, *me], capture_output=True, text=True, check=False)
            if ran.returncode:
                sys.exit(f"{graph.name} did not run on the emulated {given.cpu}:\n{ran.stderr[-2000:]}")
            a, b = np.load(here), np.load(there)
            changed = int((a.argmax(1) != b.argmax(1)).sum())
            print(
                f"{graph.name}: {len(a)} pictures, probabilities differ by at most {np.abs(a - b).max():.2g}, "
                f"on average {np.abs(a - b).mean():.2g}; most probable leaf changed in {changed}",
                flush=True,
            )


if __name__ == "__main__":
    main()
