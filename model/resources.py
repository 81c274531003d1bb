"""Where the shipped files are: inside an installed wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def taxonomy_path() -> Path:
    """Path of ``taxonomy.yaml``: the wheel's own copy if there is one, else the checkout's."""
    packaged = _PACKAGE / "data" / "taxonomy.yaml"
    return packaged if packaged.is_file() else _PACKAGE.parent / "datasets" / "manifest" / "taxonomy.yaml"


def bundles_dir() -> Path:
    """Directory that holds the released bundles, one folder each."""
    return _PACKAGE / "bundles"
