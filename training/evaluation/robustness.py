"""Answers to damaged pictures, against the answers to the same pictures undamaged."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from PIL import Image
from rich.progress import track

from model.bundle import Bundle, BundleInfo
from model.quality import QualityIssue, assess
from model.taxonomy import Taxonomy
from training.evaluation.corruptions import CORRUPTIONS, SEVERITIES, VERSION, corrupt
from training.evaluation.intervals import ratio, share
from training.evaluation.judging import Answers, answer
from training.outputs import Outputs
from training.pictures import Case, Folders, load_case

#: Pictures of a set that are damaged.
SAMPLE = 200


def fixed_sample(cases: Sequence[Case], size: int, purpose: str) -> list[Case]:
    """At most ``size`` cases, leaves in turn, by hash: adding a picture moves at most one other of its leaf out."""
    by_leaf: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda c: hashlib.sha256(f"{purpose}/{c.file}".encode()).digest()):
        by_leaf.setdefault(case.leaf or "", []).append(case)
    turns = zip_longest(*(by_leaf[leaf] for leaf in sorted(by_leaf)))
    return [case for turn in turns for case in turn if case is not None][:size]


def robustness(
    bundle: Bundle,
    cases: Sequence[Case],
    folders: Folders,
    taxonomy: Taxonomy,
    cache: Path | None = None,
    size: int = SAMPLE,
) -> dict[str, Any]:
    """Figures by kind and severity on a fixed sample.

    ``relative_accuracy`` is identity accuracy over that of the same pictures undamaged (drawn together). Damage is
    done to the picture as the network sees it, before it is normalised.
    """
    sample = fixed_sample(cases, size, "robustness")
    if not sample:
        return {"pictures": 0}
    answers = _answers(bundle, sample, folders, taxonomy, cache)
    clean = answers.pop("clean/0")
    result: dict[str, Any] = {
        "pictures": len(sample), "exhibits": len(set(clean.exhibits)), "clean": _figures(clean, clean), "kinds": {},
    }  # fmt: skip
    for name, damaged in answers.items():
        kind, severity = name.split("/")
        result["kinds"].setdefault(kind, {})[severity] = _figures(damaged, clean)
    accuracies = np.stack([damaged.correct for damaged in answers.values()]).mean(axis=0)
    result["mean_relative_accuracy"] = ratio(accuracies, clean.correct, clean.exhibits)
    return result


def _figures(damaged: Answers, clean: Answers) -> dict[str, Any]:
    exhibits = np.asarray(damaged.exhibits, dtype=np.str_)
    protected = damaged.protected
    return {
        "identity_accuracy": share(damaged.correct, damaged.exhibits),
        "relative_accuracy": ratio(damaged.correct, clean.correct, damaged.exhibits),
        "answered": share(damaged.outcome != "U", damaged.exhibits),
        "protected_missed": share(
            np.isin(damaged.outcome, ("F", "N"))[protected], exhibits[protected].tolist()
        ),
    }  # fmt: skip


def _answers(
    bundle: Bundle, sample: Sequence[Case], folders: Folders, taxonomy: Taxonomy, cache: Path | None
) -> dict[str, Answers]:
    kept = cache / f"robustness-{_key(bundle.info, sample)}.npz" if cache else None
    if kept and kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            names = [str(name) for name in stored["names"]]
            logits, vectors = stored["logits"], stored["embedding"]
            usable = stored["usable"]
    else:
        names, logits, vectors, usable = _run(bundle, sample, folders)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            buffer = io.BytesIO()
            np.savez(buffer, names=np.asarray(names), logits=logits, embedding=vectors, usable=usable)
            kept.write_bytes(buffer.getvalue())
    # Which fault it was does not matter to the outcome; that there is one does.
    fault = (QualityIssue.BLANK,)
    return {
        name: answer(
            Outputs(tuple(sample), logits[:, k], vectors[:, k], tuple(() if ok else fault for ok in usable[:, k])),
            bundle, taxonomy,
        )
        for k, name in enumerate(names)
    }  # fmt: skip


def _run(bundle: Bundle, sample: Sequence[Case], folders: Folders) -> tuple[list[str], Any, Any, Any]:
    session = ort.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    preprocessing = bundle.info.preprocessing
    variants = [("clean", 0), *((kind, severity) for kind in CORRUPTIONS for severity in SEVERITIES)]

    def prepare(case: Case) -> tuple[npt.NDArray[np.float32], list[bool]]:
        image = load_case(case, folders)
        square = np.asarray(preprocessing.to_square(image))
        damaged = [corrupt(square, kind, severity, case.file) if severity else square for kind, severity in variants]
        # The size is the photo's: the square is small for every photo.
        usable = [not assess(Image.fromarray(one), image.size) for one in damaged]
        return np.stack([preprocessing.normalise(one) for one in damaged]), usable

    logits, vectors, usable = [], [], []
    with ThreadPoolExecutor(2) as pool:
        for batch, ok in track(pool.map(prepare, sample), "Judging damaged pictures", total=len(sample)):
            scores, embedding = session.run(["logits", "embedding"], {name: batch})
            logits.append(scores)
            vectors.append(embedding)
            usable.append(ok)
    names = [f"{kind}/{severity}" for kind, severity in variants]
    return names, np.stack(logits), np.stack(vectors), np.asarray(usable, dtype=bool)


def _key(info: BundleInfo, sample: Sequence[Case]) -> str:
    digest = hashlib.sha256(f"{VERSION}\n{info.files['model.onnx']}\n{info.preprocessing.model_dump_json()}".encode())
    for case in sample:
        digest.update(f"{case.file}\n{case.sha256}\n".encode())
    return digest.hexdigest()[:16]
