"""From a run's candidate bundle to a released one, if it is no worse than the bundle in use."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console

from model.bundle import MANIFEST, Bundle, BundleInfo, load_bundle, sha256_file
from model.in_use import put_in_use, read_in_use
from model.taxonomy import Taxonomy
from training.card import model_card
from training.errors import TrainingError
from training.export import read_export
from training.gate import GateResult, compare
from training.outcomes import OUTCOMES, Judge, Judgement, PictureOutcome, frozen_judge, write_outcomes
from training.pictures import Folders, read_rows
from training.rollback import bundle_in_use, released, version_of
from training.runs import CACHE, CANDIDATE, EVALUATION
from training.timing import inference, interleaved

NAME = "tigercheck"
CARD, METRICS = "MODEL_CARD.md", "metrics.json"
_SPEED_ROUNDS = 60


class ReleaseRefused(TrainingError):
    """A guarded figure is worse than with the bundle in use; ``result`` holds the whole comparison."""

    def __init__(self, message: str, result: GateResult) -> None:
        self.result = result
        super().__init__(message)


def release(
    run: Path,
    version: str,
    manifest_dir: Path,
    folders: Folders,
    bundles_dir: Path,
    taxonomy: Taxonomy,
    console: Console,
    accept: str | None = None,
    metrics: Path | None = None,
    judge: Judge | None = None,
) -> Path:
    """Compare ``RUN/bundle`` with the bundle in use and, if it passes, write ``bundles_dir/tigercheck-VERSION``.

    Nothing is written before the comparison has passed or was accepted. The folder is made elsewhere, verified as an
    officer's laptop does, and moved when whole; then it becomes the bundle in use.

    Args:
        run: run directory with the candidate bundle that ``calibrate`` wrote.
        version: three numbers, higher than every released version.
        manifest_dir: manifests of the frozen pictures.
        folders: where the pictures lie.
        bundles_dir: released bundles.
        taxonomy: items and identities.
        console: shows the comparison.
        accept: why worse figures are accepted; kept in the card and the metrics.
        metrics: ``metrics.json`` that ``evaluate`` wrote for the candidate; default ``RUN/evaluation/metrics.json``.
        judge: answers for a bundle folder; default: see :func:`training.outcomes.frozen_judge`.

    Raises:
        ReleaseRefused: a guarded figure is worse or missing, and no reason was given to accept it.
        TrainingError: the version is not higher, the run has no candidate or no metrics, or the reason is empty.
        BundleError: a bundle is not whole.
    """
    _check_version(version, bundles_dir)
    if accept is not None and not accept.strip():
        raise TrainingError("--accept needs a reason in words; it is kept in the model card")
    if not (run / CANDIDATE / MANIFEST).is_file():
        raise TrainingError(f"{run} holds no candidate bundle; run tigercheck-train calibrate --run {run} first")
    candidate = load_bundle(run / CANDIDATE)
    evaluation = _read_metrics(metrics or run / EVALUATION / METRICS, candidate, run)
    judge = judge or frozen_judge(manifest_dir, folders, taxonomy, run / CACHE)
    answers = judge(candidate.path)
    current = bundle_in_use(bundles_dir)
    result = _gate(candidate, answers, current, judge, version, taxonomy) if current else None
    if result:
        console.print(result.table())
        if not result.passed and accept is None:
            raise ReleaseRefused(_refusal(result, version), result)
    else:
        console.print(f"No bundle is in use in {bundles_dir}: there is nothing to compare with")
    accepted = None
    if accept and result and not result.passed:
        accepted = {"reason": accept.strip(), "figures": [row.figure for row in result.refusals]}
    evaluation["export"] = _export_of(run, candidate)
    evaluation["release"] = {
        "version": version, "gate": result.as_dict() if result else None, "accepted": accepted,
    }  # fmt: skip
    folder = _write(candidate, version, evaluation, answers, manifest_dir, bundles_dir, taxonomy)
    if current and read_in_use(bundles_dir) is None:
        put_in_use(bundles_dir, current.name, "the newest, before anything was noted")
    put_in_use(bundles_dir, folder.name, f"released; accepted: {accepted['reason']}" if accepted else "released")
    return folder


def time_ratios(candidate: Bundle, current: Bundle, rounds: int = _SPEED_ROUNDS) -> npt.NDArray[np.float64]:
    """(rounds,) time of the candidate's graph over that of the bundle in use: one photo, one thread, in turn.

    One graph is as fast as itself: then nothing is measured.
    """
    if candidate.model == current.model:
        return np.ones(1)
    works = {}
    for name, bundle in (("candidate", candidate), ("current", current)):
        size = bundle.info.preprocessing.size
        picture = np.random.default_rng(0).normal(0, 0.5, (1, 3, size, size)).astype(np.float32)
        works[name] = inference(bundle.model, picture)
    times = interleaved(works, rounds)
    return times["candidate"] / times["current"]


def _check_version(version: str, bundles_dir: Path) -> None:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise TrainingError(f"version {version!r} is not three numbers such as 0.2.0")
    newest = released(bundles_dir)[-1:]
    if newest and version_of(f"{NAME}-{version}") <= version_of(newest[0]):
        raise TrainingError(
            f"version {version} is not higher than {newest[0]}; bundles are never overwritten, choose a higher "
            "--version"
        )


def _read_metrics(file: Path, candidate: Bundle, run: Path) -> dict[str, Any]:
    remedy = f"run tigercheck-train evaluate --run {run} first"
    if not file.is_file():
        raise TrainingError(f"no evaluation at {file}, and no bundle is released without its evidence; {remedy}")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    measured = data.get("bundle", {}).get("fingerprint")
    if measured is not None and measured != candidate.fingerprint:
        raise TrainingError(f"{file} was measured on another bundle than {candidate.path}; {remedy}")
    return data


def _gate(
    candidate: Bundle, answers: list[PictureOutcome], current: Path, judge: Judge, version: str, taxonomy: Taxonomy
) -> GateResult:
    used = load_bundle(current)
    return compare(
        Judgement(f"{NAME}-{version}", candidate.info.leaves, tuple(answers)),
        Judgement(used.info.id, used.info.leaves, tuple(judge(current))),
        taxonomy,
        time_ratios(candidate, used),
    )


def _refusal(result: GateResult, version: str) -> str:
    def one(row: Any) -> str:
        if row.candidate is None or row.interval is None:
            return f"  {row.figure}: the candidate has none"
        return (
            f"  {row.figure}: {row.current:.3f} with {result.current}, {row.candidate:.3f} now "
            f"(difference {row.difference:+.3f}, 95 % {row.interval[0]:+.3f} to {row.interval[1]:+.3f})"
        )

    lines = "\n".join(one(row) for row in result.refusals)
    return (
        f"{NAME}-{version} is not released, because it is worse than {result.current}:\n{lines}\nTrain again, or "
        "accept this with --accept 'reason', which the model card will show."
    )


def _export_of(run: Path, candidate: Bundle) -> dict[str, Any] | None:
    """What export measured, if the candidate holds the graph it chose."""
    if not (run / "export").is_dir():
        return None
    report = read_export(run)
    if report["graphs"][report["chosen"]]["sha256"] not in candidate.info.files.values():
        raise TrainingError(
            f"{candidate.path} does not hold the graph that {run} exported last ({report['chosen']}); run "
            f"tigercheck-train calibrate --run {run} again"
        )
    return report


def _write(
    candidate: Bundle,
    version: str,
    metrics: dict[str, Any],
    answers: list[PictureOutcome],
    manifest_dir: Path,
    bundles_dir: Path,
    taxonomy: Taxonomy,
) -> Path:
    data = json.loads((candidate.path / MANIFEST).read_text(encoding="utf-8"))
    data |= {
        "name": NAME, "version": version, "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    info = BundleInfo.model_validate(data)
    rows = read_rows(manifest_dir, taxonomy, info.leaves)
    bundles_dir.mkdir(parents=True, exist_ok=True)
    # Two levels down, so that no reader takes half a bundle for a released one; same file system, so the move is whole.
    with tempfile.TemporaryDirectory(dir=bundles_dir, prefix=".making-") as work:
        folder = Path(work) / info.id
        folder.mkdir()
        for name in candidate.info.files:
            if name not in (CARD, METRICS, OUTCOMES):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(candidate.path / name, folder / name)
        _write_json(folder / METRICS, metrics)
        write_outcomes(folder / OUTCOMES, answers)
        (folder / CARD).write_text(model_card(info, metrics, rows, taxonomy), encoding="utf-8")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        data["files"] = {path.relative_to(folder).as_posix(): sha256_file(path) for path in files}
        _write_json(folder / MANIFEST, data)
        load_bundle(folder)
        folder.rename(bundles_dir / info.id)
    return bundles_dir / info.id


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(_finite(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    """NaN is no JSON; what was not counted is null."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
