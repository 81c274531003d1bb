"""What a bundle answered for each of the frozen pictures: the table that releases are compared by."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from model.bundle import MODEL, load_bundle
from model.calibration import softmax
from model.decision import decide
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.outputs import run_graph
from training.pictures import Case, Folders, case_of, read_rows, unknown_cases

OUTCOMES = "outcomes.csv"
PictureSet = Literal["holdout", "unknown"]


@dataclass(frozen=True)
class PictureOutcome:
    """One frozen picture and what a bundle answered.

    Attributes:
        file: as in the manifest.
        origin: ``photo``, ``render`` or ``generated``.
        set: ``holdout``, or ``unknown`` for things without a leaf that only test.
        exhibit: unit of resampling.
        leaf: what it shows; ``None`` without a leaf.
        outcome: answer by the decision rule: T, P, F, N or U.
        top: most probable identity, before any abstaining.
        confidence: calibrated probability of ``top``.
        strangeness: out-of-distribution score; comparable within one bundle only.
    """

    file: str
    origin: str
    set: PictureSet
    exhibit: str
    leaf: str | None
    outcome: str
    top: str
    confidence: float
    strangeness: float


@dataclass(frozen=True)
class Judgement:
    """A bundle's answers to the frozen pictures.

    Attributes:
        bundle: ``name-version``.
        leaves: the leaves it knows.
        outcomes: one a picture.
    """

    bundle: str
    leaves: tuple[str, ...]
    outcomes: tuple[PictureOutcome, ...]


#: Answers of the bundle in a folder to the frozen pictures.
Judge = Callable[[Path], list[PictureOutcome]]


def frozen_judge(manifest_dir: Path, folders: Folders, taxonomy: Taxonomy, cache: Path | None = None) -> Judge:
    """The judge that releases use: every holdout row of the manifests, whether or not a bundle knows its leaf, and
    every unknown thing that no choice has seen. What graphs say is kept in ``cache``.
    """
    held = [case_of(row) for row in read_rows(manifest_dir, taxonomy) if row.split == "holdout"]
    unknown = [case for case in unknown_cases(manifest_dir) if case.split == "test"]

    def judge(folder: Path) -> list[PictureOutcome]:
        return judge_cases(folder, [*held, *unknown], folders, taxonomy, cache)

    return judge


def judge_cases(
    folder: Path, cases: Sequence[Case], folders: Folders, taxonomy: Taxonomy, cache: Path | None = None
) -> list[PictureOutcome]:
    """Answer each case as the app would, from the graph and thresholds of the bundle in ``folder``.

    Raises:
        BundleError: the bundle is not whole.
        ImageError, TrainingError: a picture cannot be opened or is not the one the manifest means.
    """
    bundle = load_bundle(folder)
    info = bundle.info
    outputs = run_graph(
        folder / MODEL, cases, folders, info.preprocessing, cache, label=f"Judging with {info.id}"
    )  # fmt: skip
    probabilities = softmax(outputs.logits, info.temperature)
    strangeness = bundle.strangeness(outputs.logits, outputs.embedding)
    result = []
    for case, p, strange, faults in zip(cases, probabilities, strangeness, outputs.quality, strict=True):
        decision = decide(dict(zip(info.leaves, p.tolist(), strict=True)), float(strange), faults, info, taxonomy)
        top = max(decision.identity, key=lambda code: decision.identity[code])
        result.append(
            PictureOutcome(
                case.file, case.origin, "holdout" if case.leaf else "unknown", case.exhibit, case.leaf,
                decision.outcome.value, top.value, round(decision.identity[top], 6), round(float(strange), 6),
            )
        )  # fmt: skip
    return result


def write_outcomes(path: Path, outcomes: Sequence[PictureOutcome]) -> None:
    """Write ``outcomes.csv``; an empty ``leaf`` is a thing without one."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(PictureOutcome)])
        writer.writerows([getattr(one, field.name) for field in fields(PictureOutcome)] for one in outcomes)


def read_outcomes(path: Path) -> list[PictureOutcome]:
    """Read ``outcomes.csv``.

    Raises:
        TrainingError: the file does not hold what :func:`write_outcomes` writes.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        records = [{**record, "leaf": record.get("leaf") or None} for record in csv.DictReader(stream)]
    try:
        return TypeAdapter(list[PictureOutcome]).validate_python(records)
    except ValidationError as error:
        first = error.errors()[0]
        raise TrainingError(f"{path}, row {first['loc'][0]}: {first['loc'][-1]}: {first['msg']}") from error
