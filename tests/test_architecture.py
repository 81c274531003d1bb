"""The rules between rooms hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_import_rules() -> None:
    """import-linter's contracts in pyproject.toml."""
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_datasets_hold_no_python() -> None:
    """A module there would shadow the Hugging Face package of that name."""
    assert not list((ROOT / "datasets").rglob("*.py"))


def test_answering_a_photo_loads_neither_torch_nor_gradio() -> None:
    code = (
        "import sys, serve.cli, model.predict, serve.services.check, serve.services.doctor\n"
        "heavy = {'torch', 'torchvision', 'timm', 'albumentations', 'sklearn', 'gradio'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_onnxruntime_telemetry_is_off_before_it_is_imported() -> None:
    code = (
        "import builtins, os\n"
        "real = builtins.__import__\n"
        "def watch(name, *a, **k):\n"
        "    if name == 'onnxruntime': assert os.environ.get('ORT_DISABLE_TELEMETRY') == '1'\n"
        "    return real(name, *a, **k)\n"
        "builtins.__import__ = watch\n"
        "import model.predict, sys\n"
        "assert 'onnxruntime' in sys.modules"
    )
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60, env=environment)
