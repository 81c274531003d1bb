"""What the README says is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "datasets" / "manifest" / "README.md"]


@cache
def help_of(module: str, *command: str) -> str:
    run = subprocess.run([sys.executable, "-m", module, *command, "--help"], capture_output=True, text=True, check=True)
    return run.stdout


def test_every_command_and_option_named_exists() -> None:
    modules = {"tigercheck": "serve.cli", "tigercheck-train": "training.cli"}
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    joined = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")
    group = r"(?:data |cases |users |settings |exercise |render (?=[a-z]))?"
    found = re.findall(rf"^(tigercheck(?:-train)?) ({group}[a-z]+)(.*)$", joined, re.MULTILINE)
    assert len(found) >= 22
    for program, command, rest in found:
        text = help_of(modules[program], *command.split())
        for option in re.findall(r"--[a-z-]+", rest.partition("#")[0]):
            assert option in text, f"{program} {command} {option}"


def test_the_json_shown_is_the_contract() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    shown = json.loads(block)
    assert shown["schema"] == "tigercheck.prediction/1"
    assert set(shown["identity"]) == set("TPFN")
    assert {"claim", "reasons", "evidence", "prediction_set", "quality", "elapsed_ms"} <= set(shown)
    bundle = json.loads((ROOT / "model" / "bundles" / shown["bundle"] / "bundle.json").read_text(encoding="utf-8"))
    assert list(shown["probabilities"]) == bundle["leaves"]


def test_links_inside_the_repository_lead_somewhere() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'<img src="([^"]+)"', text):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"
