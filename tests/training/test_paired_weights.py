"""Weights keep 8 bits where their neighbours let them, and come nearer to the float graph than 7 bits do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from onnx import TensorProto, helper, numpy_helper

from training.errors import TrainingError
from training.paired_weights import PAIR_LIMIT, largest_pair, limit_pairs, pair_weights, paired
from training.quantise import CANDIDATES, preprocess, quantise

PAIRED = next(one for one in CANDIDATES if one.weights == "paired")
SEVEN = replace(PAIRED, weights="7-bit")


@given(arrays.arrays(np.float64, (3, 9), elements=st.floats(-200, 200)))
def test_no_pair_passes_the_limit_and_no_weight_changes_sign(steps: np.ndarray) -> None:
    whole = limit_pairs(steps)
    assert np.abs(whole).max() <= 127
    assert (whole * np.rint(steps) >= 0).all()
    assert largest_pair(whole.astype(np.int8).reshape(3, 9, 1, 1)) <= PAIR_LIMIT
    # vpmaddubsw's 16 bits hold any pair, whatever the activations.
    assert 255 * PAIR_LIMIT <= 2**15 - 1


def test_pairs_within_the_limit_stay_as_they_are() -> None:
    steps = np.array([[127.0, -127, 1, 100, 28, -100, 127, 0.4]])
    assert limit_pairs(steps).tolist() == [[127, -127, 1, 100, 28, -100, 127, 0]]
    assert limit_pairs(np.array([[100.0, 100.0]])).tolist() == [[64, 64]]


def test_the_error_lies_between_those_of_7_and_8_bits() -> None:
    weights = np.random.default_rng(0).normal(size=(32, 200, 1, 1)).astype(np.float32)

    def error(whole: np.ndarray, scale: np.ndarray) -> float:
        return float(np.sqrt(((whole * scale[:, None, None, None] - weights) ** 2).mean()))

    top = np.abs(weights).max(axis=(1, 2, 3))
    seven, eight = (error(np.rint(weights / (top / n)[:, None, None, None]), top / n) for n in (64, 127))
    mine = error(*paired(weights))
    assert eight < mine < 0.75 * seven
    assert error(*paired(weights, depthwise=True)) == pytest.approx(eight, rel=1e-5)


def test_a_channel_of_noughts_stays_nought() -> None:
    weights = np.zeros((2, 4, 1, 1), np.float32)
    weights[0, :, 0, 0] = 1, 2, 3, 4
    whole, scale = paired(weights)
    assert np.abs(whole[1]).max() == scale[1] == 0
    assert whole[0].ravel() * scale[0] == pytest.approx([1, 2, 3, 4], abs=0.05)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A 1x1 convolution with a dead channel of large bias, a depthwise one, and the two heads that stay in float."""
    random = np.random.default_rng(1)
    point, depth = random.normal(size=(16, 128, 1, 1)), random.normal(size=(16, 1, 3, 3))
    head = random.normal(size=(4, 16, 1, 1))
    point[5] = 0
    bias = random.normal(size=16)
    bias[5] = 3
    values = {"point": point, "bias": bias, "depth": depth, "depth_bias": random.normal(size=16), "head": head}
    nodes = [
        helper.make_node("Conv", ["photos", "point", "bias"], ["a"], "point"),
        helper.make_node("Relu", ["a"], ["b"], "relu"),
        helper.make_node("Conv", ["b", "depth", "depth_bias"], ["c"], "depth", group=16, pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["c", "head"], ["map"], "map"),
        helper.make_node("GlobalAveragePool", ["c"], ["embedding"], "pool"),
        helper.make_node("Conv", ["embedding", "head"], ["logits"], "logits"),
    ]
    graph = helper.make_graph(
        nodes, "small", [helper.make_tensor_value_info("photos", TensorProto.FLOAT, ["n", 128, 8, 8])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("logits", "embedding", "map")],
        [numpy_helper.from_array(array.astype(np.float32), name) for name, array in values.items()],
    )  # fmt: skip
    path = tmp_path / "float.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    out = tmp_path / "prepared.onnx"
    preprocess(path, out)
    return out


def logits(path: Path, inputs: np.ndarray) -> np.ndarray:
    return ort.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(["logits"], {"photos": inputs})[0]


def test_a_graph_comes_nearer_to_float_than_with_7_bits(prepared: Path, tmp_path: Path) -> None:
    inputs = np.random.default_rng(2).uniform(-1, 1, (32, 128, 8, 8)).astype(np.float32)
    wanted = logits(prepared, inputs)
    off = {}
    for one in (PAIRED, SEVEN):
        path = tmp_path / f"{one.weights}.onnx"
        quantise(prepared, inputs, one, path)
        off[one.weights] = float(np.abs(logits(path, inputs) - wanted).mean())
    assert off["paired"] < off["7-bit"]
    assert off["paired"] < 0.03 * float(np.abs(wanted).mean())


def test_graphs_that_do_not_belong_together_are_refused(prepared: Path, tmp_path: Path) -> None:
    inputs = np.zeros((2, 128, 8, 8), np.float32)
    path = tmp_path / "q.onnx"
    quantise(prepared, inputs, SEVEN, path)
    other = onnx.load(prepared)
    for node in other.graph.node:
        node.name += "-other"
    onnx.save(other, tmp_path / "other.onnx")
    with pytest.raises(TrainingError, match="quantise again"):
        pair_weights(tmp_path / "other.onnx", path)
