"""From an exported run to a sealed candidate bundle: temperature, strangeness score and thresholds, fitted and kept."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from rich.console import Console

from model.bundle import MANIFEST, MODEL, REFERENCE, SCHEMA, Evidence, load_bundle, sha256_file
from model.calibration import softmax
from model.manifest import ManifestRow
from model.taxonomy import Taxonomy
from training.calibrate import Levels, fit_out_of_distribution, fit_temperature, fit_thresholds
from training.errors import TrainingError
from training.examples import choose_examples, write_examples
from training.export import read_export
from training.frequencies import fit_frequencies
from training.outputs import Outputs, run_graph
from training.pictures import UNKNOWN_FOR_CHOICE, Case, Folders, case_of, read_rows, unknown_cases
from training.recipe import Recipe
from training.runs import CACHE, CANDIDATE, EXPORT, load_network, read_run
from training.strangeness import Score, choose_score, fit_scores

NAME = "tigercheck"
#: Version of a bundle that was not released.
UNRELEASED = "0.0.0"
CALIBRATION_FILE = "calibration.json"


def calibrate(
    run: Path, manifest_dir: Path, folders: Folders, taxonomy: Taxonomy, console: Console, levels: Levels | None = None
) -> Path:
    """Write ``run/bundle`` (replacing an earlier candidate) and ``run/calibration.json``; return the bundle's folder.

    Temperature and thresholds see calibration rows only; the strangeness score is fitted on training rows and chosen
    by validation rows against the unknown things set aside for that. Held-out rows are not touched.

    Raises:
        TrainingError: the run is not exported, a manifest has changed since, or an origin has too few exhibits.
    """
    levels = levels or Levels()
    trained = read_run(run, manifest_dir)
    recipe, graph = trained.recipe, run / EXPORT / str(read_export(run)["chosen"])
    rows = read_rows(manifest_dir, taxonomy, recipe.leaves)
    if not recipe.data.renders:
        rows = [row for row in rows if row.origin != "render"]

    def judged(split: str) -> Outputs:
        cases = [case_of(row) for row in rows if row.split == split]
        return run_graph(graph, cases, folders, recipe.preprocessing, run / CACHE, f"Judging {split} pictures")

    calibration = judged("calibration")
    truth = np.asarray([recipe.leaves.index(str(case.leaf)) for case in calibration.cases])
    exhibits = [case.exhibit for case in calibration.cases]
    origins = [case.origin for case in calibration.cases]
    described = describe(calibration.cases)
    logits = calibration.logits.astype(np.float64)
    temperature = fit_temperature(logits, truth, origins)
    probabilities = softmax(logits, temperature)
    evidence = evidence_levels(recipe.leaves, rows)
    rendered = np.asarray([evidence[leaf] == "render" for leaf in recipe.leaves])
    families = {"thresholds": ~rendered, "render_thresholds": rendered}
    apart = bool(rendered.any() and not rendered.all())
    limits = {
        name: fit_thresholds(
            probabilities, truth, exhibits, recipe.leaves, taxonomy, described, levels.shared(2), origins, members
        )
        for name, members in families.items()
    } if apart else {
        "thresholds": fit_thresholds(
            probabilities, truth, exhibits, recipe.leaves, taxonomy, described, levels, origins
        )
    }  # fmt: skip

    head = load_network(trained).head
    taught = judged("train")
    scores = fit_scores(taught, head.weight.detach().numpy(), head.bias.detach().numpy())
    choice = [case for case in unknown_cases(manifest_dir) if case.split == "choice"]
    if not choice:
        raise TrainingError(
            "photos_left_out.csv has no unknown things that may choose the strangeness score; mark photos of "
            f"{', '.join(sorted(UNKNOWN_FOR_CHOICE))} with use 'unknown'"
        )
    unknown = run_graph(graph, choice, folders, recipe.preprocessing, run / CACHE, "Judging unknown things")
    score, trials = choose_score(scores, judged("validation"), unknown)
    ood = fit_out_of_distribution(score, score(calibration), exhibits, described, levels.unfamiliar, origins)
    console.print(f"Temperature {temperature:.3f}; strangeness by {score.method} {score.setting}")

    data: dict[str, Any] = {
        "schema": SCHEMA, "name": NAME, "version": UNRELEASED,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "preprocessing": recipe.preprocessing.model_dump(mode="json"), "leaves": list(recipe.leaves),
        "taxonomy_version": taxonomy.version, "temperature": temperature,
        **{name: fitted.model_dump(mode="json") for name, fitted in limits.items()},
        "out_of_distribution": ood.model_dump(mode="json"),
        "evidence": evidence,
        "frequencies": [
            one.model_dump(mode="json")
            for one in fit_frequencies(probabilities, truth, exhibits, origins, recipe.leaves, taxonomy, described)
        ],
        "manifest_sha256": trained.manifest_sha256,
        "further_renders": trained.further_renders.model_dump() if trained.further_renders else None,
        "start_sha256": trained.start_sha256, "git_commit": trained.git_commit,
        "recipe": TypeAdapter(Recipe).dump_python(recipe, mode="json"),
    }  # fmt: skip

    def examples(target: Path) -> None:
        write_examples(target, taught, choose_examples(taught, recipe.leaves), folders)

    folder = _seal(run / CANDIDATE, data, graph, score, examples)
    kept = {
        "temperature": temperature, "rows": described, "levels": asdict(levels),
        "strangeness": {
            "chosen": {"method": score.method, "setting": score.setting},
            "known": _counts(judged("validation").cases), "unknown": _counts(choice),
            "trials": [{**asdict(trial), "mean": trial.mean} for trial in trials],
        },
    }  # fmt: skip
    (run / CALIBRATION_FILE).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return folder


def describe(cases: Sequence[Case]) -> str:
    """Which pictures these are, in words, for the bundle."""
    sources = Counter(case.source for case in cases)
    listed = ", ".join(f"{count} from {name}" for name, count in sources.most_common())
    return f"{len(cases)} rows of split calibration: {listed}"


def evidence_levels(leaves: Sequence[str], rows: Sequence[ManifestRow]) -> dict[str, Evidence]:
    """What each leaf's figures rest on.

    ``photo``: held-out sources show the thing itself. ``proxy``: photos, but only crops of a related thing are held
    out, or none. ``render``: no photos at all.
    """
    levels: dict[str, Evidence] = {}
    for leaf in leaves:
        photos = [row for row in rows if row.leaf == leaf and row.origin == "photo"]
        held = [row for row in photos if row.split == "holdout"]
        levels[leaf] = "photo" if any(row.crop is None for row in held) else "proxy" if photos else "render"
    return levels


def _seal(target: Path, data: dict[str, Any], graph: Path, score: Score, examples: Callable[[Path], None]) -> Path:
    """Write the bundle beside ``target``, check that it can be read, and put it there."""
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    shutil.copyfile(graph, part / MODEL)
    if score.reference:
        np.savez_compressed(part / REFERENCE, **score.reference)
    examples(part)
    data["files"] = {path.name: sha256_file(path) for path in sorted(part.iterdir())}
    (part / MANIFEST).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    load_bundle(part)
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)
    return target


def _counts(cases: Sequence[Case]) -> dict[str, int]:
    return dict(Counter(case.subject if case.leaf is None else case.origin for case in cases))
