"""The answers that hurt most, for maintainers to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.evaluation.judging import Answers


def worst_errors(sets: Mapping[str, Answers], most: int = 200) -> list[dict[str, Any]]:
    """Protected things answered F or N and false tigers, the surest wrong answers of each first, in turn."""
    found: dict[str, list[dict[str, Any]]] = {"protected missed": [], "false tiger": []}
    for name, answers in sets.items():
        missed = answers.protected & np.isin(answers.outcome, ("F", "N"))
        false = (answers.outcome == "T") & (answers.identity != "T")
        for kind, mask in (("protected missed", missed), ("false tiger", false)):
            for i in np.flatnonzero(mask).tolist():
                case = answers.cases[i]
                found[kind].append(
                    {
                        "kind": kind, "set": name, "file": case.file, "origin": case.origin, "exhibit": case.exhibit,
                        "subject": case.subject, "source": case.source, "truth": case.leaf or "no leaf",
                        "outcome": str(answers.outcome[i]), "leaf": str(answers.leaf[i]),
                        "protected_probability": round(float(answers.by_identity[i, :2].sum()), 4),
                        "tiger_probability": round(float(answers.by_identity[i, 0]), 4),
                    }
                )  # fmt: skip
    found["protected missed"].sort(key=lambda e: (e["protected_probability"], e["file"]))
    found["false tiger"].sort(key=lambda e: (-e["tiger_probability"], e["file"]))
    return (found["protected missed"][: most // 2]) + (found["false tiger"][: most // 2])
