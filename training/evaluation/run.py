"""All figures of a bundle on the frozen sets, as one object that JSON can hold."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from model.bundle import MODEL, Bundle, load_bundle, sha256_file
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.evaluation.attributes import Attributes, photo_attributes, render_attributes
from training.evaluation.bars import judge_bars
from training.evaluation.deletion import SAMPLE as DELETION_SAMPLE
from training.evaluation.deletion import deletion_test
from training.evaluation.errors import worst_errors
from training.evaluation.figures import set_figures
from training.evaluation.judging import Answers, answer
from training.evaluation.pairs import pair_figures
from training.evaluation.robustness import SAMPLE as ROBUSTNESS_SAMPLE
from training.evaluation.robustness import robustness
from training.evaluation.sets import SETS, VALIDATION
from training.evaluation.several import several_photos
from training.evaluation.slices import common_attributes, figures_of, slice_figures
from training.evaluation.unfamiliar import outcomes, unfamiliar_figures
from training.outputs import run_graph
from training.pictures import Case, Folders, case_of, read_rows, unknown_cases

SCHEMA = "tigercheck.metrics/2"
MANIFESTS = ("photos.csv", "renders.csv", "photos_left_out.csv")
METHOD = (
    "Intervals hold 95 %. They are percentiles of a bootstrap that draws exhibits; for shares of 0 or 1 they are "
    "Clopper-Pearson with exhibits as trials. Photos and renders are never pooled."
)


def evaluate_bundle(
    bundle_dir: Path,
    manifest_dir: Path,
    folders: Folders,
    taxonomy: Taxonomy,
    cache: Path | None,
    sets: Iterable[str] | None = None,
    *,
    probes: bool = True,
    robustness_sample: int = ROBUSTNESS_SAMPLE,
    deletion_sample: int = DELETION_SAMPLE,
    say: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Judge the frozen sets exactly as the app would and count.

    Args:
        bundle_dir: a candidate or a released bundle.
        manifest_dir: folder of the manifests.
        folders: where pictures lie.
        taxonomy: identities; also those of leaves that the bundle does not know, which an older bundle meets.
        cache: folder for what the graph said, so that the same figures come at once the next time.
        sets: names of ``SETS``; all by default. Those for comparing variants alone: ``VALIDATION``.
        probes: also measure robustness and test the map by deletion, which run the graph again on samples.
        robustness_sample: pictures of an origin that are damaged.
        deletion_sample: pictures of an origin whose highlighted part is hidden.
        say: told what is being done.

    Returns:
        ``tigercheck.metrics/2``; see docs/evaluation.md.

    Raises:
        TrainingError: a set has another name, or is asked for by name and empty, or conditions of renders are missing.
        BundleError: the bundle cannot be read.
        ImageError: a picture cannot be opened.
    """
    wanted = list(SETS if sets is None else sets)
    strange = [name for name in wanted if name not in SETS]
    if strange:
        raise TrainingError(f"no set is called {strange[0]!r}; there are {', '.join(SETS)}")
    tell = say or (lambda text: None)
    bundle = load_bundle(bundle_dir)
    cases = {name: found for name, found in frozen_sets(manifest_dir, taxonomy).items() if name in wanted}
    empty = [name for name in wanted if not cases[name]]
    if empty and sets is not None:
        raise TrainingError(f"the set {empty[0]!r} holds no pictures; see {manifest_dir}")

    answers: dict[str, Answers] = {}
    for name in wanted:
        if cases[name]:
            outputs = run_graph(
                bundle.path / MODEL, cases[name], folders, bundle.info.preprocessing, cache, f"Judging {name}"
            )
            answers[name] = answer(outputs, bundle, taxonomy)
    metrics: dict[str, Any] = {
        "schema": SCHEMA,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "bundle": _about(bundle),
        "manifests": {n: sha256_file(manifest_dir / n) for n in MANIFESTS if (manifest_dir / n).is_file()},
        "method": METHOD,
        "empty_sets": empty,
        "sets": {},
    }
    for name, found in answers.items():
        tell(f"Counting {name}: {len(found)} pictures")
        metrics["sets"][name] = (
            {"pictures": len(found), "exhibits": len(set(found.exhibits)), "outcomes": outcomes(found),
             "headline": figures_of(found)}
            if name == "unknown" else _of_set(name, found, folders, taxonomy, cache)
        )  # fmt: skip
    metrics["unfamiliar"] = {
        name: unfamiliar_figures(answers[name], answers["unknown"])
        for name in ("photos", "renders", *VALIDATION)
        if name in answers and "unknown" in answers and not (name in VALIDATION and name.split("_")[0] in answers)
    }
    metrics["several_photos"] = {
        name: several_photos(found, taxonomy, compare=name in VALIDATION)
        for name, found in answers.items() if name != "unknown"
    }  # fmt: skip
    if probes:
        metrics["robustness"], metrics["explanation"] = {}, {}
        for name in answers:
            if name == "unknown" or (name in VALIDATION and name.split("_")[0] in answers):
                continue
            tell(f"Damaging and hiding parts of {name}")
            metrics["robustness"][name] = robustness(bundle, cases[name], folders, taxonomy, cache, robustness_sample)
            metrics["explanation"][name] = deletion_test(bundle, cases[name], folders, deletion_sample)
    metrics["bars"] = judge_bars(metrics)
    metrics["errors"] = worst_errors({name: a for name, a in answers.items() if name not in VALIDATION})
    return metrics


def frozen_sets(manifest_dir: Path, taxonomy: Taxonomy) -> dict[str, list[Case]]:
    """The cases of every set, also of leaves that a bundle does not know."""
    rows = [case_of(row) for row in read_rows(manifest_dir, taxonomy)]
    sets = {
        name: [case for case in rows if (case.origin, case.split) == where]
        for name, where in SETS.items() if name != "unknown"
    }  # fmt: skip
    sets["unknown"] = [case for case in unknown_cases(manifest_dir) if case.split == "test"]
    return sets


def write_metrics(metrics: dict[str, Any], path: Path) -> None:
    """Write metrics as JSON without NaN or infinity, which not every reader takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(metrics, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _of_set(name: str, answers: Answers, folders: Folders, taxonomy: Taxonomy, cache: Path | None) -> dict[str, Any]:
    attributes: Attributes = common_attributes(answers, taxonomy)
    origin, split = SETS[name]
    if origin == "render":
        attributes |= render_attributes(answers.cases, folders.renders)
    else:
        attributes |= photo_attributes(answers.cases, folders, cache)
    return {
        "origin": origin,
        "split": split,
        **set_figures(answers, taxonomy),
        "pairs": pair_figures(answers, taxonomy),
        "slices": slice_figures(answers, attributes),
    }


def _about(bundle: Bundle) -> dict[str, Any]:
    info = bundle.info
    return {
        "id": info.id, "fingerprint": bundle.fingerprint, "created": info.created, "leaves": list(info.leaves),
        "evidence": dict(info.evidence), "temperature": round(info.temperature, 4),
        "model_bytes": len(bundle.model), "git_commit": info.git_commit,
    }  # fmt: skip
