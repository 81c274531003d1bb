"""The frozen sets that bundles are judged on."""

from __future__ import annotations

#: Frozen sets by name: origin and split. Origins are never pooled.
SETS = {
    "photos": ("photo", "holdout"), "renders": ("render", "holdout"), "photos_validation": ("photo", "validation"),
    "renders_validation": ("render", "validation"), "unknown": ("photo", "test"),
}  # fmt: skip
VALIDATION = ("photos_validation", "renders_validation")
