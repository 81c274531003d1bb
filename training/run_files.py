"""Names of the files in a run directory, and whether the run in it is finished."""

from __future__ import annotations

import json
from pathlib import Path

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"
RUN_FILE = "run.json"
HISTORY = "history.jsonl"
BOARD = "tensorboard"


def run_finished(run: Path) -> bool:
    """Whether ``run`` holds a run that went through all its epochs or was ended by its patience."""
    history = run / HISTORY
    if not (history.is_file() and (run / BEST).is_file()):
        return False
    lines = history.read_text(encoding="utf-8").splitlines()
    return bool(lines) and bool(json.loads(lines[-1]).get("finished", False))
