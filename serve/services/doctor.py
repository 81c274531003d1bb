"""What is installed, which bundle is used, whether it is whole, and what is missing."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from model.bundle import load_bundle
from model.errors import BundleError, TigercheckError
from model.predict import Predictor
from model.taxonomy import load_taxonomy

#: Distribution, whether judging photos needs it, and what it is for.
_PACKAGES: tuple[tuple[str, bool, str], ...] = (
    ("tigercheck", True, "this program"),
    ("onnxruntime", True, "runs the model"),
    ("pillow", True, "opens photos"),
    ("pillow-heif", True, "opens HEIC photos of iPhones"),
    ("gradio", False, "the page; install with: pip install 'tigercheck[serve]'"),
    ("torch", False, "training only; install with: pip install 'tigercheck[train]'"),
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    ok: bool
    required: bool
    detail: str


def examine(bundle: Path | None = None) -> list[Finding]:
    """Look at everything; a fault in one place never hides the others."""
    findings = [
        Finding("python", sys.version_info >= (3, 11), True, f"{platform.python_version()}, {platform.platform()}")
    ]
    for name, required, purpose in _PACKAGES:
        try:
            findings.append(Finding(name, True, required, f"{version(name)} ({purpose})"))
        except PackageNotFoundError:
            findings.append(Finding(name, False, required, f"not installed ({purpose})"))
    try:
        taxonomy = load_taxonomy()
        findings.append(Finding("taxonomy", True, True, f"version {taxonomy.version}, {len(taxonomy.leaves)} leaves"))
    except TigercheckError as error:
        findings.append(Finding("taxonomy", False, True, str(error)))
    findings += _bundle(bundle)
    return findings


def _bundle(path: Path | None) -> list[Finding]:
    try:
        bundle = load_bundle(path)
    except BundleError as error:
        return [Finding("bundle", False, True, str(error))]
    info = bundle.info
    found = [
        Finding("bundle", True, True, f"{info.id} at {bundle.path}"),
        Finding("bundle hashes", True, True, f"all {len(info.files)} files as released"),
        Finding("bundle fingerprint", True, True, f"sha256 of bundle.json {bundle.fingerprint}"),
        Finding("classes", True, True, ", ".join(f"{leaf} ({info.evidence[leaf]})" for leaf in info.leaves)),
    ]
    try:
        predictor = Predictor(bundle)
        size = info.preprocessing.size
        predictor.warm_up(np.zeros((1, 3, size, size), dtype=np.float32))
        found.append(Finding("model", True, True, f"ran once at {size}×{size} pixels"))
    except TigercheckError as error:
        found.append(Finding("model", False, True, str(error)))
    return found
