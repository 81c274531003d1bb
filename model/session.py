"""Run the ONNX graph of a bundle on the CPU."""

from __future__ import annotations

import os
from dataclasses import dataclass

# onnxruntime from 1.29 on reports usage over the network unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime as ort

from model.bundle import Bundle
from model.errors import BundleCorruptError, BundleIncompatibleError
from model.preprocess import FloatArray

OUTPUTS = ("logits", "embedding", "map")


@dataclass(frozen=True)
class Scores:
    """Raw outputs for a batch of B photos.

    Attributes:
        logits: (B, leaves) float32, before temperature.
        embedding: (B, channels) float32, pooled features under the classifier.
        map: (B, leaves, h, w) float32, class-activation map: each leaf's evidence by place, bias left out, so that
            its mean over h and w plus the bias is the logit (Zhou et al., CVPR 2016).
    """

    logits: FloatArray
    embedding: FloatArray
    map: FloatArray


class OnnxModel:
    """An inference session over a verified bundle.

    Raises:
        BundleCorruptError: the graph cannot be read.
        BundleIncompatibleError: the graph's outputs or number of leaves are not what the bundle says.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        options = ort.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session = ort.InferenceSession(bundle.model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own untyped family
            raise BundleCorruptError(f"the model in {bundle.path} cannot be read: {error}") from error
        names = tuple(output.name for output in self._session.get_outputs())
        if names != OUTPUTS:
            raise BundleIncompatibleError(f"expected the model outputs {OUTPUTS}, got {names}")
        leaves = self._session.get_outputs()[0].shape[-1]
        if leaves != len(bundle.info.leaves):
            raise BundleIncompatibleError(
                f"the model gives {leaves} scores but bundle.json lists {len(bundle.info.leaves)} leaves"
            )
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: FloatArray) -> Scores:
        """Scores of a (B, 3, size, size) float32 batch."""
        if batch.ndim != 4:
            raise ValueError(f"expected an array of shape (B, 3, size, size), got {batch.shape}")
        logits, embedding, activation = self._session.run(list(OUTPUTS), {self._input: batch})
        return Scores(np.asarray(logits), np.asarray(embedding), np.asarray(activation))
