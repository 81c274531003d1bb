"""What an exported graph says about many pictures, computed once and kept beside the run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from rich.progress import track

from model.bundle import sha256_file
from model.preprocess import FloatArray, Preprocessing
from model.quality import QualityIssue, assess
from training.pictures import Case, Folders, load_case

_BATCH = 32


@dataclass(frozen=True)
class Outputs:
    """Raw outputs of one graph, a row a case.

    Attributes:
        cases: N pictures.
        logits: (N, leaves) float32, before temperature.
        embedding: (N, channels) float32.
        quality: faults that leave nothing to judge, by case.
    """

    cases: tuple[Case, ...]
    logits: npt.NDArray[np.float32]
    embedding: npt.NDArray[np.float32]
    quality: tuple[tuple[QualityIssue, ...], ...]

    def only(self, keep: npt.NDArray[np.bool_]) -> Outputs:
        """The cases where ``keep`` (N,) is true."""
        which = np.flatnonzero(keep).tolist()
        return Outputs(
            tuple(self.cases[i] for i in which), self.logits[which], self.embedding[which],
            tuple(self.quality[i] for i in which),
        )  # fmt: skip


def run_graph(
    graph: Path,
    cases: Sequence[Case],
    folders: Folders,
    preprocessing: Preprocessing,
    cache: Path | None = None,
    label: str = "Judging pictures",
) -> Outputs:
    """Run ``graph`` over every case, preprocessed exactly as in use.

    With ``cache`` (a folder), the answer is kept under a name made from graph, preprocessing and cases, and read back
    when all three are the same.

    Raises:
        ImageError, TrainingError: a picture cannot be opened or is not the one the manifest means.
    """
    if not cases:
        raise ValueError("no cases to judge")
    kept = cache / f"outputs-{_key(graph, cases, preprocessing)}.npz" if cache else None
    if kept and kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            quality = tuple(_issues(text) for text in stored["quality"].tolist())
            return Outputs(tuple(cases), stored["logits"], stored["embedding"], quality)

    def prepare(case: Case) -> tuple[FloatArray, tuple[QualityIssue, ...]]:
        image = load_case(case, folders)
        return preprocessing(image), assess(image)

    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    logits, embedding, faults = [], [], []
    with ThreadPoolExecutor(2) as pool:
        for start in track(range(0, len(cases), _BATCH), description=label):
            ready = list(pool.map(prepare, cases[start : start + _BATCH]))
            batch = np.stack([one for one, _ in ready])
            scores, vectors = session.run(["logits", "embedding"], {name: batch})
            logits.append(scores)
            embedding.append(vectors)
            faults += [issues for _, issues in ready]
    result = Outputs(tuple(cases), np.concatenate(logits), np.concatenate(embedding), tuple(faults))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part.npz")
        np.savez(
            part, logits=result.logits, embedding=result.embedding,
            quality=np.asarray([",".join(issue.value for issue in one) for one in faults]),
        )  # fmt: skip
        part.replace(kept)
    return result


def _issues(text: str) -> tuple[QualityIssue, ...]:
    return tuple(QualityIssue(value) for value in text.split(",") if value)


def _key(graph: Path, cases: Sequence[Case], preprocessing: Preprocessing) -> str:
    digest = hashlib.sha256(sha256_file(graph).encode() + preprocessing.model_dump_json().encode())
    for case in cases:
        digest.update(f"{case.file}\n{case.sha256}\n".encode())
    return digest.hexdigest()[:16]
