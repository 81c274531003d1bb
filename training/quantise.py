"""int8 forms of an exported graph: static, with QDQ nodes, calibrated on training pictures.

Resizing and normalising stay outside the graph, as in use. Method: Jacob et al., Quantization and Training of Neural
Networks for Efficient Integer-Arithmetic-Only Inference, CVPR 2018; settings as onnxruntime's documentation
"Quantize ONNX models" recommends for x86: signed weights and activations first, and 7-bit weights (``reduce_range``)
for processors with AVX2 but without VNNI. There ``vpmaddubsw`` adds two products of an unsigned and a signed byte in
16 bits: 2 * 255 * 127 saturates, 2 * 255 * 64 does not. ``training/paired_weights.py`` keeps more of the 8 bits.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from model.manifest import ManifestRow
from model.preprocess import FloatArray
from model.session import OUTPUTS
from training.errors import TrainingError
from training.paired_weights import pair_weights

#: Pictures that the ranges of activations are taken from.
CALIBRATION_PICTURES = 512
Weights = Literal["8-bit", "7-bit", "paired"]
_METHODS = {"minmax": "MinMax", "percentile": "Percentile"}
#: Pictures whose activations are held in memory at once while histograms are made.
_STRIDE = 8


@dataclass(frozen=True)
class Candidate:
    """One way to quantise.

    Attributes:
        name: file name without suffix.
        per_channel: one scale an output channel of a weight, not one a tensor.
        weights: all 8 bits; 7 bits; or 8 bits with a limit on neighbours. See the module's words on saturation.
        ranges: how the range of an activation follows from calibration pictures: all of it, or 99.99 % of it.
        signed: activations in signed bytes (S8S8) instead of unsigned ones (U8S8).
        float_head: leave the classifier and the map in float.
    """

    name: str
    per_channel: bool
    weights: Weights
    ranges: Literal["minmax", "percentile"] = "minmax"
    signed: bool = True
    float_head: bool = True


#: A first look, on 335 validation photos with the network of tigercheck-0.1.0: 8-bit weights a channel lost nothing,
#: 7-bit ones 0.9 points of identity accuracy. With VNNI, U8S8 took 0.55 and S8S8 0.92 of fp32's time; U8U8, which
#: cannot saturate, took 5.6 of it and is not tried.
CANDIDATES = (
    Candidate("int8-s8s8-channel", True, "8-bit"),
    Candidate("int8-s8s8-channel-7bit", True, "7-bit"),
    Candidate("int8-s8s8-tensor-7bit", False, "7-bit"),
    Candidate("int8-u8s8-channel", True, "8-bit", signed=False),
    Candidate("int8-u8s8-channel-7bit", True, "7-bit", signed=False),
    Candidate("int8-u8s8-channel-paired", True, "paired", signed=False),
)


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, inputs: FloatArray) -> None:
        self._name, self._inputs = name, inputs
        self.set_range(0, len(inputs))

    def __len__(self) -> int:
        return len(self._inputs)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Called for each stride."""
        self._rest: Iterator[FloatArray] = iter(self._inputs[start_index:end_index])

    def get_next(self) -> dict[str, FloatArray] | None:
        """The next picture as a batch of one."""
        one = next(self._rest, None)
        return None if one is None else {self._name: one[None]}


def preprocess(graph: Path, out: Path) -> None:
    """Fold batch norms and infer shapes, which onnxruntime asks for before quantising."""
    with _quiet():
        quant_pre_process(str(graph), str(out), skip_symbolic_shape=True)


def quantise(prepared: Path, inputs: FloatArray, candidate: Candidate, out: Path) -> None:
    """Write the int8 form of a :func:`preprocess`\\ ed graph.

    Args:
        prepared: float graph.
        inputs: (N, 3, size, size) calibration pictures, preprocessed as in use.
        candidate: how.
        out: file to write.

    Raises:
        TrainingError: there are no calibration pictures.
    """
    if not len(inputs):
        raise TrainingError("no training pictures to calibrate int8 on; add rows of split 'train'")
    graph = onnx.load(prepared).graph
    options: dict[str, object] = {}
    if candidate.ranges == "percentile":
        options = {"CalibPercentile": 99.99, "CalibStridedMinMax": _divisor(len(inputs), _STRIDE)}
    with _quiet():
        quantize_static(
            str(prepared), str(out), _Reader(graph.input[0].name, inputs), quant_format=QuantFormat.QDQ,
            per_channel=candidate.per_channel, reduce_range=candidate.weights == "7-bit",
            activation_type=QuantType.QInt8 if candidate.signed else QuantType.QUInt8, weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod[_METHODS[candidate.ranges]],
            nodes_to_exclude=head_nodes(graph) if candidate.float_head else [], extra_options=options,
        )  # fmt: skip
    if candidate.weights == "paired":
        pair_weights(prepared, out)
    names = tuple(output.name for output in onnx.load(out).graph.output)
    if names != OUTPUTS:
        raise TrainingError(f"quantising changed the outputs to {names}; expected {OUTPUTS}")


def head_nodes(graph: onnx.GraphProto) -> list[str]:
    """Nodes that give the logits and the map: the last linear layer of each."""
    wanted = {"logits", "map"}
    return [node.name for node in graph.node if wanted & set(node.output)]


def make_candidates(
    fp32: Path, inputs: FloatArray, folder: Path, candidates: Sequence[Candidate] = CANDIDATES
) -> Iterator[tuple[Candidate, Path]]:
    """Write each candidate into ``folder`` and give it with its path, one by one."""
    with tempfile.TemporaryDirectory(dir=folder) as work:
        prepared = Path(work) / "prepared.onnx"
        preprocess(fp32, prepared)
        for candidate in candidates:
            path = folder / f"{candidate.name}.onnx"
            quantise(prepared, inputs, candidate, path)
            yield candidate, path


def calibration_rows(rows: Sequence[ManifestRow], count: int = CALIBRATION_PICTURES) -> list[ManifestRow]:
    """A fixed sample of training rows, balanced by leaf and origin.

    Groups of (leaf, origin) give one row in turn, in the order of file hashes, so that the sample is the same on every
    machine and hardly moves when rows are added. Rows of other splits are never taken.
    """
    groups: dict[tuple[str, str], list[ManifestRow]] = {}
    for row in rows:
        if row.split == "train":
            groups.setdefault((row.leaf, row.origin), []).append(row)
    queues = [sorted(group, key=lambda row: (row.sha256, row.file)) for _, group in sorted(groups.items())]
    chosen: list[ManifestRow] = []
    for turn in range(max(map(len, queues), default=0)):
        chosen += [queue[turn] for queue in queues if turn < len(queue)]
    return chosen[:count]


def _divisor(total: int, most: int) -> int:
    """Largest divisor of ``total`` up to ``most``: onnxruntime takes no stride that leaves a rest."""
    return next(k for k in range(min(total, most), 0, -1) if total % k == 0)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """onnxruntime's quantiser prints and logs its progress; what a maintainer needs is measured and written down."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)
