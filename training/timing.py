"""Ratios of speed that hold on a machine whose speed drifts: everything is timed in turn, round by round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from model.preprocess import FloatArray

Work = Callable[[], object]


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of repeated measurements."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Spread:
        """Summarise; the quartiles are the 25th and 75th percentile."""
        low, median, high = np.percentile(np.asarray(values, dtype=np.float64), [25, 50, 75]).tolist()
        return cls(median, low, high)

    def as_dict(self, digits: int = 4) -> dict[str, Any]:
        """Plain data for a metrics file."""
        return {"median": round(self.median, digits), "quartiles": [round(self.low, digits), round(self.high, digits)]}


def interleaved(works: Mapping[str, Work], rounds: int, warm_up: int = 2) -> dict[str, npt.NDArray[np.float64]]:
    """Milliseconds of every round by name. All works are run once in each round, so a drift harms all alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(warm_up + rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if number >= warm_up:
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: np.asarray(values) for name, values in times.items()}


def one_thread_session(graph: Path | bytes, threads: int = 1) -> ort.InferenceSession:
    """A CPU session over ``graph`` that uses ``threads`` threads inside an operator and runs operators in turn."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return ort.InferenceSession(
        graph if isinstance(graph, bytes) else str(graph), options, providers=["CPUExecutionProvider"]
    )


def inference(graph: Path | bytes, batch: FloatArray, threads: int = 1) -> Work:
    """One run of ``graph`` over a (B, 3, size, size) batch, as something to time."""
    session = one_thread_session(graph, threads)
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: batch})


#: What decides how int8 products are summed on x86: VNNI in 32 bits; AVX2 alone by vpmaddubsw, which saturates at 16.
CPU_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "asimddp")


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> dict[str, bool]:
    """Which of ``CPU_FLAGS`` this processor has; empty where the system does not tell."""
    if not cpuinfo.is_file():
        return {}
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    named = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    present = set(named.partition(":")[2].split())
    return {flag: flag in present for flag in CPU_FLAGS} if present else {}


def has_vnni(flags: Mapping[str, bool]) -> bool:
    """Whether int8 products cannot saturate here, so that a test on this machine says nothing of one without it."""
    return any(flags.get(flag, False) for flag in ("avx_vnni", "avx512_vnni", "asimddp"))
