"""Two processes train one network, as torchrun starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import torch
from rich.console import Console

from model.taxonomy import shipped_taxonomy
from tests.support.pictures import make_collection
from training.fit import fit
from training.recipe import load_recipe
from training.run_files import run_finished

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "training" / "recipes" / "smoke.toml"
# What each process runs. It keeps the weights it ends with, which fit itself saves in the first process alone.
PROCESS = """
import os, sys
from pathlib import Path
import torch
from rich.console import Console
import training.fit
from model.taxonomy import shipped_taxonomy
from training.pictures import Folders
from training.recipe import load_recipe

data, run, recipe = (Path(a) for a in sys.argv[1:4])
rank = os.environ["RANK"]

class Kept(training.fit.Trainer):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        global kept
        kept = self.network

training.fit.Trainer = Kept
photos = data / ("nowhere" if len(sys.argv) > 4 and rank == "1" else "photos")
taxonomy = shipped_taxonomy()
training.fit.fit(
    load_recipe(recipe, taxonomy), data, Folders(photos, data / "renders"), run, taxonomy, Console(quiet=True)
)
torch.save(dict(kept.named_parameters()), data / f"weights-{rank}.pt")
"""


def torchrun(data: Path, run: Path, *more: str) -> subprocess.CompletedProcess[str]:
    script = data / "process.py"
    script.write_text(PROCESS, encoding="utf-8")
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        str(script), str(data), str(run), str(RECIPE), *more,
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=data, env=environment, capture_output=True, text=True, check=False, timeout=600)


def test_two_processes_end_with_the_same_weights_near_those_of_one(tmp_path: Path) -> None:
    folders = make_collection(tmp_path)
    result = torchrun(tmp_path, tmp_path / "two")
    assert result.returncode == 0, result.stderr
    first, second = (torch.load(tmp_path / f"weights-{rank}.pt", weights_only=True) for rank in (0, 1))
    for name, tensor in first.items():
        assert torch.equal(tensor, second[name]), name
    assert {p.name for p in (tmp_path / "two").iterdir()} == {"run.json", "history.jsonl", "best.pt", "checkpoint.pt"}
    assert run_finished(tmp_path / "two")
    assert json.loads((tmp_path / "two" / "run.json").read_text(encoding="utf-8"))["processes"] == 2

    taxonomy = shipped_taxonomy()
    recipe = load_recipe(RECIPE, taxonomy)
    torch.manual_seed(recipe.seed)
    fit(recipe, tmp_path, folders, tmp_path / "one", taxonomy, Console(quiet=True))
    one, two = (torch.load(tmp_path / n / "checkpoint.pt", weights_only=True)["network"] for n in ("one", "two"))
    # Batch statistics and dropout are each process's own, so the two runs agree nearly, not exactly.
    apart = sum(float((one[n] - two[n]).square().sum()) for n in first) ** 0.5
    length = sum(float(one[n].square().sum()) for n in first) ** 0.5
    assert apart < 0.2 * length
    records = [json.loads((tmp_path / n / "history.jsonl").read_text().splitlines()[0]) for n in ("one", "two")]
    assert abs(records[0]["loss"] - records[1]["loss"]) < 0.5


def test_a_process_that_fails_ends_the_others(tmp_path: Path) -> None:
    make_collection(tmp_path, each=4)
    result = torchrun(tmp_path, tmp_path / "run", "fail")
    assert result.returncode != 0
    assert "nowhere" in result.stderr
    assert not (tmp_path / "run" / "best.pt").exists()
