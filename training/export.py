"""A trained network as an ONNX file, and the check that it still says the same."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from torch import Tensor

from model.session import OUTPUTS
from training.network import ExportForm, LeafClassifier


def export_onnx(network: LeafClassifier, size: int, path: Path) -> None:
    """Write logits, embedding and map as one graph with a free batch size. Weights stay inside the file."""
    form = ExportForm(network).eval()
    example = torch.zeros(2, 3, size, size)
    with warnings.catch_warnings():
        # The exporter warns about its own internals; whether the graph is right is measured below, not guessed.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            form,
            (example,),
            str(path),
            input_names=["photos"],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim("photos", min=1, max=4096)},),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    graph = onnx.load(path)
    # The exporter records the maker's file paths beside every node.
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*graph.graph.value_info, *graph.graph.input, *graph.graph.output):
        del value.metadata_props[:]
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def onnx_outputs(path: Path, inputs: Tensor, batch: int = 32) -> dict[str, npt.NDArray[np.float32]]:
    """All outputs for (photos, 3, size, size) inputs."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [session.run(list(OUTPUTS), {name: inputs[i : i + batch].numpy()}) for i in range(0, len(inputs), batch)]
    return {output: np.concatenate([part[k] for part in parts]).astype(np.float32) for k, output in enumerate(OUTPUTS)}


@torch.inference_mode()
def parity(network: LeafClassifier, path: Path, inputs: Tensor, temperature: float) -> dict[str, float | int]:
    """Largest difference of probability between torch and ONNX over the given photos."""
    network.eval()
    reference = torch.cat([network(inputs[i : i + 32]) for i in range(0, len(inputs), 32)])
    exported = torch.from_numpy(onnx_outputs(path, inputs)["logits"])
    difference = (torch.softmax(reference / temperature, 1) - torch.softmax(exported / temperature, 1)).abs()
    return {"photos": len(inputs), "largest_probability_difference": float(difference.max())}
