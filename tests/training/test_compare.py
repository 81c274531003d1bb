"""Runs side by side: what differs, on which pictures, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from rich.console import Console

from model.bundle import sha256_file
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured
from tests.support.runs import write_pictures, write_run
from training.compare import compare
from training.compare_cli import markdown
from training.errors import TrainingError
from training.pictures import Folders

TAXONOMY = shipped_taxonomy()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Folders]:
    root = tmp_path_factory.mktemp("data")
    folders = write_pictures(root, each=12)
    strange = save(textured((0, 20, 250), (96, 80), seed=99), folders.photos / "wolf.png")
    with (root / "photos_left_out.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"wolf.png,{sha256_file(strange)},wolf,test,unknown,no leaf\n")
    return root, folders


def run(path: Path, root: Path, always: str | None = None) -> Path:
    """A run whose network gives ``always``, or what its random weights say."""
    network = write_run(path, root, size=32)
    (path / "history.jsonl").write_text('{"epoch": 1, "seconds": 2.5}\n', encoding="utf-8")
    if always is not None:
        with torch.no_grad():
            network.head.weight.zero_()
            network.head.bias.copy_(torch.tensor([5.0 if leaf == always else 0.0 for leaf in COLOURS]))
        torch.save(network.state_dict(), path / "best.pt")
    return path


def identity_share(leaf: str) -> float:
    code = TAXONOMY.leaf(leaf).identity
    return sum(TAXONOMY.leaf(other).identity == code for other in COLOURS) / len(COLOURS)


def test_the_difference_is_that_of_the_two_shares(tmp_path: Path, data: tuple[Path, Folders]) -> None:
    root, folders = data
    first, second = next(iter(COLOURS)), list(COLOURS)[-1]
    runs = [run(tmp_path / "a", root, first), run(tmp_path / "b", root, second)]
    table = compare(runs, root, folders, TAXONOMY, Console(quiet=True))
    for origin in ("photo", "render"):
        a, b = (one.identity[origin] for one in table)
        assert a["n"] == 2 * len(COLOURS)
        assert a["value"] == pytest.approx(identity_share(first), abs=1e-4)
        assert b["value"] == pytest.approx(identity_share(second), abs=1e-4)
        gain = table[1].difference[origin]
        assert gain["value"] == pytest.approx(b["value"] - a["value"], abs=1e-4)
        low, high = gain["interval_95"]
        assert low <= gain["value"] <= high
        # Nothing a picture shows changes such an answer, so damage does not either.
        assert table[0].damaged[origin]["value"] == pytest.approx(a["value"], abs=1e-4)
        assert table[0].unknown[origin]["value"] == pytest.approx(0.5)
    assert table[0].difference == {}
    text = markdown(table)
    assert f"photos: {2 * len(COLOURS)} pictures" in text
    assert text.splitlines()[-2].startswith("| a | – | 16 | 2 |")


def test_what_a_run_changed_is_named(tmp_path: Path, data: tuple[Path, Folders]) -> None:
    root, folders = data
    runs = [run(tmp_path / "a", root), run(tmp_path / "b", root)]
    info = json.loads((runs[1] / "run.json").read_text(encoding="utf-8"))
    info["recipe"]["loss"] = {"mixup": 0.2}
    info["recipe"]["name"] = "other"
    (runs[1] / "run.json").write_text(json.dumps(info), encoding="utf-8")
    table = compare(runs, root, folders, TAXONOMY, Console(quiet=True))
    assert [one.changed for one in table] == [{}, {"loss.mixup": 0.2}]
    # The same weights answer the same.
    assert table[1].difference["photo"]["value"] == 0


def test_no_held_out_picture_is_opened(tmp_path: Path, data: tuple[Path, Folders]) -> None:
    root, _ = data
    copy = tmp_path / "pictures"
    shutil.copytree(root, copy)
    for line in (copy / "photos.csv").read_text(encoding="utf-8").splitlines():
        if ",holdout," in line:
            (copy / "photos" / line.partition(",")[0]).unlink()
    compare(
        [run(tmp_path / "a", copy), run(tmp_path / "b", copy)], copy, Folders(copy / "photos", copy / "renders"),
        TAXONOMY, Console(quiet=True),
    )  # fmt: skip


def test_one_run_or_two_of_a_name_are_refused(tmp_path: Path, data: tuple[Path, Folders]) -> None:
    root, folders = data
    one = run(tmp_path / "a", root)
    for runs in ([one], [one, one]):
        with pytest.raises(TrainingError, match="two runs or more"):
            compare(runs, root, folders, TAXONOMY, Console(quiet=True))
    with pytest.raises(TrainingError, match="holds no finished run"):
        compare([one, tmp_path / "nothing"], root, folders, TAXONOMY, Console(quiet=True))
