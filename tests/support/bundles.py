"""A tiny but complete bundle: it tells photos apart by their mean colour, so tests know what must come out.

The graph is real ONNX and the folder is sealed like a released one; only the "network" is a colour rule.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from model.preprocess import Preprocessing

SIZE = 32
#: Mean colour (RGB, 0..255) at which each leaf of the tiny bundle is most probable.
COLOURS: dict[str, tuple[int, int, int]] = {
    "tiger_whole": (230, 120, 20),
    "other_cat_whole": (220, 210, 90),
    "faux_fur": (210, 60, 190),
    "unrelated": (60, 90, 210),
}
LEAVES = tuple(COLOURS)
#: A colour the tiny bundle calls unfamiliar: past the bluest of the above.
UNFAMILIAR = (0, 20, 250)


def _threshold(value: float, alpha: float = 0.05) -> dict[str, object]:
    return {
        "value": value, "alpha": alpha, "n": 100, "method": "made for tests", "rows": "none", "statement": "none",
    }  # fmt: skip


def make_bundle(folder: Path, *, name: str = "tiny", version: str = "0.0.1") -> Path:
    """Write the bundle as ``folder/name-version`` and return that path."""
    target = folder / f"{name}-{version}"
    target.mkdir(parents=True)
    onnx.save(_graph(), target / "model.onnx")
    (target / "MODEL_CARD.md").write_text("# tiny\nFor tests only.\n", encoding="utf-8")
    info = {
        "schema": "tigercheck.bundle/1",
        "name": name,
        "version": version,
        "created": "2026-01-01T00:00:00+00:00",
        "files": {},
        "preprocessing": Preprocessing(size=SIZE, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)).model_dump(mode="json"),
        "leaves": list(LEAVES),
        "taxonomy_version": "1.0",
        "temperature": 1.0,
        "thresholds": {
            "release": _threshold(0.05),
            "flag": _threshold(0.6, 0.02),
            "tiger": _threshold(0.6, 0.01),
            "prediction_set": _threshold(0.04),
        },
        "out_of_distribution": {"method": "energy", "threshold": _threshold(6.0)},
        "evidence": {
            "tiger_whole": "photo", "other_cat_whole": "proxy", "faux_fur": "render", "unrelated": "photo",
        },
        "manifest_sha256": "0" * 64,
        "git_commit": "unknown",
        "recipe": {},
    }  # fmt: skip
    seal(target, info)
    return target


def seal(folder: Path, info: dict[str, object]) -> None:
    """Write ``bundle.json`` with the hashes of whatever files are there."""
    files = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != "bundle.json"}
    (folder / "bundle.json").write_text(json.dumps({**info, "files": files}), encoding="utf-8")


def _graph() -> onnx.ModelProto:
    """Logits fall with the squared distance of the mean colour to each leaf's colour."""
    wanted = (np.asarray(list(COLOURS.values()), dtype=np.float32) / 255 - 0.5) / 0.5
    sharpness = 12.0
    # -s·|x - w|² = 2s·w·x - s·|w|² - s·|x|²; the last term is the same for all leaves but sets the energy.
    weights = {
        "w": (2 * sharpness * wanted).T.astype(np.float32),
        "b": (-sharpness * (wanted**2).sum(axis=1)).astype(np.float32),
        "s": np.asarray([sharpness], dtype=np.float32),
        "k": (2 * sharpness * wanted)[:, :, None, None].astype(np.float32),
    }
    nodes = [
        helper.make_node("GlobalAveragePool", ["photos"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["embedding"], axis=1),
        helper.make_node("Gemm", ["embedding", "w", "b"], ["linear"]),
        helper.make_node("Mul", ["embedding", "embedding"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "axes"], ["norm"], keepdims=1),
        helper.make_node("Mul", ["norm", "s"], ["scaled"]),
        helper.make_node("Sub", ["linear", "scaled"], ["logits"]),
        helper.make_node("AveragePool", ["photos"], ["coarse"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Conv", ["coarse", "k"], ["map"]),
    ]
    initialisers = [numpy_helper.from_array(value, key) for key, value in weights.items()]
    initialisers.append(numpy_helper.from_array(np.asarray([1], dtype=np.int64), "axes"))
    side = SIZE // 8
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("photos", TensorProto.FLOAT, ["B", 3, SIZE, SIZE])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", len(LEAVES)]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["B", 3]),
            helper.make_tensor_value_info("map", TensorProto.FLOAT, ["B", len(LEAVES), side, side]),
        ],
        initialisers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def add_examples(folder: Path, leaves: list[str], tile: tuple[int, int] = (40, 30)) -> None:
    """Put one plain example of each listed leaf into a bundle and seal it again. Leaves without a colour are black."""
    sheet = Image.new("RGB", (tile[0] * 2, tile[1] * -(-len(leaves) // 2)))
    rows = []
    for k, leaf in enumerate(leaves):
        colour = COLOURS.get(leaf, (0, 0, 0))
        sheet.paste(colour, (k % 2 * tile[0], k // 2 * tile[1], (k % 2 + 1) * tile[0], (k // 2 + 1) * tile[1]))
        rows.append((np.asarray(colour) / 255 - 0.5) / 0.5)
    sheet.save(folder / "examples.webp", quality=100)
    np.savez(
        folder / "examples.npz", embedding=np.asarray(rows, np.float16), leaves=np.asarray(leaves),
        tile=np.asarray(tile),
    )  # fmt: skip
    info = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    seal(folder, info)
