"""int8 weights whose neighbours together stay small enough for processors without VNNI.

There, ``vpmaddubsw`` adds two products of an unsigned activation byte and a signed weight byte in 16 signed bits. All
weights in 7 bits keep every sum in range (2 * 255 * 64 = 32,640), at the cost of half the resolution. But a sum only
overflows where two *neighbouring* weights of the same sign are large together. So each output channel gets the finest
scale at which few pairs are too large, and those pairs give way: 255 * (a + b) <= 32,767 holds if a + b <= 128.

onnxruntime multiplies matrices whose rows are (kernel row, kernel column, input channel), in fours from the first on.
Pairs at both alignments are limited here, so that another start does no harm. Depthwise kernels are summed in 32 bits
and keep all 8 bits. That the limit is enough is not taken on trust: ``benchmarks/saturation.py`` compares a graph's
outputs on this processor with those on an emulated one without VNNI.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from training.errors import TrainingError

#: Largest sum of two neighbouring weights of one sign: 255 * 128 = 32,640 is under 2**15 - 1.
PAIR_LIMIT = 128
_FULL, _HALF, _TRIED = 127, 64, 22
#: A bias is stored in 32 bits at the scale of activation times weight.
_BIAS_LIMIT = 2**30

Int8 = npt.NDArray[np.int8]
Float = npt.NDArray[np.float32]


def paired(weights: Float, depthwise: bool = False) -> tuple[Int8, Float]:
    """Quantise the weights of one convolution.

    Args:
        weights: (out, in, height, width).
        depthwise: one input channel a kernel, so that no limit on pairs is needed.

    Returns:
        int8 weights of the same shape, and the scale of each output channel: (out,). Of 22 scales between those of 7
        and of 8 bits, a channel takes that of the least squared error. A channel of noughts has scale 0.
    """
    rows = weights.transpose(0, 2, 3, 1).reshape(len(weights), -1).astype(np.float64)
    top = np.abs(rows).max(axis=1)
    best_rows, best_scale = np.zeros_like(rows), np.zeros(len(rows))
    best_error = np.full(len(rows), np.inf)
    for most in [_FULL] if depthwise else np.linspace(_HALF, _FULL, _TRIED):
        scale = top / most
        steps = rows / np.where(scale > 0, scale, 1)[:, None]
        tried = np.rint(steps) if depthwise else limit_pairs(steps)
        error = ((tried - steps) ** 2).sum(axis=1) * scale**2
        better = error < best_error
        best_rows[better], best_scale[better], best_error[better] = tried[better], scale[better], error[better]
    out, inside, height, width = weights.shape
    whole = best_rows.reshape(out, height, width, inside).transpose(0, 3, 1, 2)
    return whole.astype(np.int8), best_scale.astype(np.float32)


def limit_pairs(steps: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Whole numbers near ``steps`` (channels, weights) of at most 127, with no pair of neighbours over ``PAIR_LIMIT``.

    Where two neighbours of one sign are too large together, both give way by half of the excess.
    """
    whole = np.clip(np.rint(steps), -_FULL, _FULL)
    for sign in (1.0, -1.0):
        part = np.maximum(sign * whole, 0)
        for start in (0, 1):
            count = (part.shape[1] - start) // 2
            left, right = (part[:, start + k : start + k + 2 * count : 2][:, :count] for k in (0, 1))
            excess = np.maximum(left + right - PAIR_LIMIT, 0)
            # Neither becomes negative: the excess is at most 126, and only weights over 1 are in a pair over the limit.
            half = np.minimum(np.ceil(excess / 2), left)
            left -= half
            right -= excess - half
        whole = np.where(sign * whole > 0, sign * part, whole)
    return whole


def largest_pair(weights: Int8) -> int:
    """Largest sum of two neighbouring weights of one sign in (out, in, height, width) weights; 0 if there is one."""
    rows = weights.transpose(0, 2, 3, 1).reshape(len(weights), -1).astype(int)
    sums = [np.maximum(sign * rows, 0) for sign in (1, -1)]
    return max((int((part[:, :-1] + part[:, 1:]).max()) for part in sums if part.shape[1] > 1), default=0)


def pair_weights(prepared: Path, quantised: Path) -> None:
    """Replace the weights of all quantised convolutions of a QDQ graph, in place.

    Args:
        prepared: the float graph that ``quantised`` was made from, with the same names of nodes.
        quantised: QDQ graph with one scale a channel of a weight.

    Raises:
        TrainingError: the two graphs do not belong together.
    """
    model, source = onnx.load(quantised), onnx.load(prepared).graph
    stored = {x.name: x for x in model.graph.initializer}
    floats = {x.name: x for x in source.initializer}
    convolutions = {node.name: node for node in source.node if node.op_type == "Conv"}
    restored = {node.output[0]: node for node in model.graph.node if node.op_type == "DequantizeLinear"}
    for node in model.graph.node:
        if node.op_type != "Conv" or node.input[1] not in restored:
            continue
        if node.name not in convolutions:
            raise TrainingError(f"{quantised} has a convolution {node.name!r} that {prepared} has not; quantise again")
        before, weight = convolutions[node.name], restored[node.input[1]]
        values = numpy_helper.to_array(floats[before.input[1]])
        groups = next((a.i for a in node.attribute if a.name == "group"), 1)
        whole, scale = paired(values, depthwise=groups > 1 and values.shape[1] == 1)
        bias = restored.get(node.input[2]) if len(node.input) > 2 else None
        activation = float(numpy_helper.to_array(stored[restored[node.input[0]].input[1]]))
        added = np.zeros(len(scale)) if bias is None else numpy_helper.to_array(floats[before.input[2]])
        # A channel of tiny weights would need more than 32 bits for its bias: such a channel is nearly constant.
        least = np.maximum(np.abs(added) / _BIAS_LIMIT, 1e-12) / activation
        whole = np.where((scale < least)[:, None, None, None], 0, whole).astype(np.int8)
        scale = np.maximum(scale, least).astype(np.float32)
        _put(stored, weight, whole, scale)
        if bias is not None:
            bias_scale = (scale * activation).astype(np.float32)
            _put(stored, bias, np.rint(added / bias_scale).astype(np.int32), bias_scale)
    onnx.save(model, quantised)


def _put(
    stored: dict[str, onnx.TensorProto], node: onnx.NodeProto, values: npt.NDArray[np.generic], scale: Float
) -> None:
    for name, array in ((node.input[0], values), (node.input[1], scale)):
        stored[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), name))
