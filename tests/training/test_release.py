"""From a candidate to a released bundle and back, with tiny bundles in a folder of the test's own."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer import Typer
from typer.testing import CliRunner

from model.bundle import find_bundle, load_bundle
from model.errors import BundleCorruptError, BundleNotFoundError
from model.in_use import read_in_use
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import make_bundle
from tests.support.runs import write_pictures
from training import release_cli
from training.errors import TrainingError
from training.outcomes import PictureOutcome, frozen_judge, read_outcomes
from training.pictures import Folders
from training.release import ReleaseRefused, release
from training.rollback import bundle_in_use, rollback

TAXONOMY = shipped_taxonomy()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    write_pictures(root, each=8, taught=False)
    return root


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    make_bundle(tmp_path / "bundles", name="tigercheck", version="0.1.0")
    return tmp_path / "bundles"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    made = make_bundle(tmp_path / "work", name="tigercheck", version="0.0.0")
    (tmp_path / "run").mkdir()
    made.rename(tmp_path / "run" / "bundle")
    evaluation = {"bundle": {"fingerprint": load_bundle(tmp_path / "run" / "bundle").fingerprint}, "sets": {}}
    (tmp_path / "run" / "evaluation").mkdir()
    (tmp_path / "run" / "evaluation" / "metrics.json").write_text(json.dumps(evaluation), encoding="utf-8")
    return tmp_path / "run"


def do(run: Path, version: str, data: Path, bundles: Path, **more) -> Path:
    folders = Folders(data / "photos", data / "renders")
    return release(run, version, data, folders, bundles, TAXONOMY, Console(quiet=True), **more)


def contents(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def blind(data: Path, worse: Path):
    """A judge under which the bundle in ``worse`` misses every tiger."""
    judge = frozen_judge(data, Folders(data / "photos", data / "renders"), TAXONOMY)

    def changed(folder: Path) -> list[PictureOutcome]:
        found = judge(folder)
        return [replace(o, outcome="N") if o.leaf == "tiger_whole" else o for o in found] if folder == worse else found

    return changed


def test_a_candidate_that_is_no_worse_is_released(run: Path, data: Path, bundles: Path) -> None:
    folder = do(run, "0.2.0", data, bundles)
    assert folder == bundles / "tigercheck-0.2.0"
    bundle = load_bundle(folder)
    assert bundle.info.id == "tigercheck-0.2.0"
    assert set(bundle.info.files) == {"model.onnx", "MODEL_CARD.md", "metrics.json", "outcomes.csv"}
    assert bundle.model == load_bundle(run / "bundle").model
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["release"]["version"] == "0.2.0"
    assert metrics["release"]["gate"]["passed"] is True
    assert metrics["release"]["accepted"] is None
    figures = {row["figure"]: row for row in metrics["release"]["gate"]["rows"]}
    # The tiny network tells colours apart, so a judge that mixed up pictures or leaves would not get here.
    assert figures["tiger recall, whole, photos"]["candidate"] == 1.0
    assert figures["AUROC of known against unknown, photos"]["candidate"] > 0.9
    answers = read_outcomes(folder / "outcomes.csv")
    assert len(answers) == 2 * 4 * 8 + sum(o.set == "unknown" for o in answers)
    assert "# tigercheck-0.2.0" in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert find_bundle(shipped_in=bundles) == folder
    assert [use.bundle for use in read_in_use(bundles).uses] == ["tigercheck-0.1.0", "tigercheck-0.2.0"]
    assert not [name for name in contents(bundles) if name.startswith(".")]


def test_a_worse_candidate_is_refused_and_leaves_nothing(run: Path, data: Path, bundles: Path) -> None:
    before = contents(bundles)
    with pytest.raises(ReleaseRefused, match=r"(?s)tiger recall, whole, photos: 1\.000 .*--accept") as refused:
        do(run, "0.2.0", data, bundles, judge=blind(data, run / "bundle"))
    assert contents(bundles) == before
    assert "protected answered F or N, renders" in [row.figure for row in refused.value.result.refusals]
    for empty in ("", "  "):
        with pytest.raises(TrainingError, match="needs a reason"):
            do(run, "0.2.0", data, bundles, judge=blind(data, run / "bundle"), accept=empty)
    assert contents(bundles) == before


def test_an_accepted_reason_is_recorded_for_good(run: Path, data: Path, bundles: Path) -> None:
    folder = do(run, "0.2.0", data, bundles, judge=blind(data, run / "bundle"), accept="only for the test")
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["release"]["accepted"]["reason"] == "only for the test"
    assert "tiger recall, whole, photos" in metrics["release"]["accepted"]["figures"]
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Reason given: only for the test" in card
    assert "only for the test" in read_in_use(bundles).uses[-1].reason


def test_a_reason_for_nothing_is_not_recorded(run: Path, data: Path, bundles: Path) -> None:
    folder = do(run, "0.2.0", data, bundles, accept="in case")
    assert "in case" not in (folder / "metrics.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.2", "v1.0.0", "0.2.0-rc1"])
def test_a_version_must_be_higher(run: Path, data: Path, bundles: Path, version: str) -> None:
    before = contents(bundles)
    with pytest.raises(TrainingError, match=r"version .* is not (higher|three)"):
        do(run, version, data, bundles)
    assert contents(bundles) == before


def test_the_first_release_has_nothing_to_be_worse_than(run: Path, data: Path, tmp_path: Path) -> None:
    folder = do(run, "0.1.0", data, tmp_path / "new")
    assert load_bundle(folder).info.version == "0.1.0"
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["release"]["gate"] is None


def test_nothing_is_released_without_its_evidence(run: Path, data: Path, bundles: Path) -> None:
    (run / "evaluation" / "metrics.json").write_text(
        json.dumps({"bundle": {"fingerprint": "of another"}}), encoding="utf-8"
    )
    with pytest.raises(TrainingError, match="measured on another bundle"):
        do(run, "0.2.0", data, bundles)
    (run / "evaluation" / "metrics.json").unlink()
    with pytest.raises(TrainingError, match="no bundle is released without its evidence"):
        do(run, "0.2.0", data, bundles)
    shutil.rmtree(run / "bundle")
    with pytest.raises(TrainingError, match="holds no candidate"):
        do(run, "0.2.0", data, bundles)


def test_the_comparison_is_with_the_bundle_in_use(run: Path, data: Path, bundles: Path) -> None:
    """Not with the newest: after a rollback the newest is what nobody wants to be compared with."""
    do(run, "0.2.0", data, bundles)
    rollback(bundles, "it was worse than it looked")
    folder = do(run, "0.3.0", data, bundles)
    gate = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["release"]["gate"]
    assert gate["current"] == "tigercheck-0.1.0"
    # Back again goes to what was used before, not to the bundle that was rolled back from.
    assert rollback(bundles, "again") == bundles / "tigercheck-0.1.0"


def test_rollback_and_back(bundles: Path) -> None:
    newer = make_bundle(bundles, name="tigercheck", version="0.10.0")
    assert bundle_in_use(bundles) == newer
    before = contents(bundles)
    assert rollback(bundles, "misses cut claws") == bundles / "tigercheck-0.1.0"
    assert find_bundle(shipped_in=bundles) == bundles / "tigercheck-0.1.0"
    with pytest.raises(TrainingError, match=r"no bundle earlier than tigercheck-0\.1\.0"):
        rollback(bundles, "further")
    assert rollback(bundles, "mended elsewhere", to="tigercheck-0.10.0") == newer
    assert bundle_in_use(bundles) == newer
    assert contents(bundles) == before | {"in_use.json"}
    assert [use.reason for use in read_in_use(bundles).uses][1:] == ["misses cut claws", "mended elsewhere"]


def test_rollback_refuses_what_it_cannot_vouch_for(bundles: Path) -> None:
    make_bundle(bundles, name="tigercheck", version="0.2.0")
    (bundles / "tigercheck-0.1.0" / "model.onnx").write_bytes(b"swapped")
    with pytest.raises(BundleCorruptError, match=r"model\.onnx: altered"):
        rollback(bundles, "reason")
    with pytest.raises(BundleNotFoundError, match=r"tigercheck-0\.0\.1"):
        rollback(bundles, "reason", to="tigercheck-0.0.1")
    with pytest.raises(TrainingError, match="in use already"):
        rollback(bundles, "reason", to="tigercheck-0.2.0")
    with pytest.raises(TrainingError, match="not the name of a bundle"):
        rollback(bundles, "reason", to="../elsewhere")
    with pytest.raises(TrainingError, match="needs a reason"):
        rollback(bundles, " ")
    assert read_in_use(bundles) is None


def test_a_run_exported_anew_needs_calibrating_anew(run: Path, data: Path, bundles: Path) -> None:
    (run / "export").mkdir()
    (run / "export" / "fp32.onnx").write_bytes(b"new graph")
    digest = hashlib.sha256(b"new graph").hexdigest()
    report = {"chosen": "fp32.onnx", "graphs": {"fp32.onnx": {"sha256": digest}}}
    (run / "export" / "export.json").write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(TrainingError, match=r"calibrate .* again"):
        do(run, "0.2.0", data, bundles)


def test_the_commands_do_the_same(run: Path, data: Path, bundles: Path) -> None:
    app = Typer()
    for command in (release_cli.export, release_cli.release, release_cli.rollback):
        app.command()(command)
    places = ["--run", run, "--photos", data / "photos", "--renders", data / "renders", "--manifest", data]
    call = ["release", "--version", "0.2.0", *places, "--bundles", bundles]
    done = CliRunner().invoke(app, [str(part) for part in call])
    assert done.exit_code == 0, done.output
    assert "tigercheck-0.2.0 is released" in done.output.replace("\n", " ")
    back = CliRunner().invoke(app, ["rollback", "--reason", "test", "--bundles", str(bundles)])
    assert "tigercheck-0.1.0 is in use" in back.output
    assert "half a point" in CliRunner().invoke(app, ["export", "--help"]).output
