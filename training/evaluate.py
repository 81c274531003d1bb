"""Figures on rows the model never saw: by source, with counts and intervals, renders never pooled with photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bundle import BundleInfo
from model.calibration import softmax
from model.decision import decide
from model.quality import QualityIssue
from model.taxonomy import Identity, Taxonomy
from training.metrics import exhibit_bootstrap, expected_calibration_error, share

CODES = ("T", "P", "F", "N", "U")


@dataclass(frozen=True)
class Judged:
    """What one photo is, and what was answered.

    ``leaf`` and ``identity`` are ``None`` for things the model has no leaf for.
    """

    file: str
    exhibit: str
    source: str
    subject: str
    leaf: str | None
    identity: str | None
    outcome: str
    confidence: float
    correct: bool


@dataclass(frozen=True)
class Case:
    """One photo before it is judged."""

    file: str
    exhibit: str
    source: str
    subject: str
    leaf: str | None


def judge(
    cases: Sequence[Case],
    logits: npt.NDArray[np.float32],
    quality: Sequence[tuple[QualityIssue, ...]],
    info: BundleInfo,
    taxonomy: Taxonomy,
) -> list[Judged]:
    """Answer every case as the app would. ``logits`` is (cases, leaves), from the exported graph."""
    judged = []
    probabilities = softmax(logits, info.temperature)
    strangeness = info.out_of_distribution.score(logits, np.zeros((len(logits), 1)), {})
    for case, p, strange, faults in zip(cases, probabilities, strangeness, quality, strict=True):
        by_leaf = dict(zip(info.leaves, p.tolist(), strict=True))
        decision = decide(by_leaf, float(strange), faults, info, taxonomy)
        top = max(decision.identity, key=lambda code: decision.identity[code])
        identity = taxonomy.leaf(case.leaf).identity if case.leaf else None
        judged.append(
            Judged(
                **vars(case),
                identity=identity,
                outcome=decision.outcome.value,
                confidence=decision.identity[top],
                correct=identity == top.value,
            )
        )
    return judged


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """All figures of one set of photos."""
    known = [j for j in judged if j.identity is not None]
    tigers = [j for j in known if j.identity == "T"]
    not_tigers = [j for j in judged if j.identity != "T"]
    protected = [j for j in known if j.identity in ("T", "P")]
    unprotected = [j for j in known if j.identity in ("F", "N")]
    whole = [j for j in tigers if "#" not in j.file]
    return {
        "photos": len(judged),
        "tiger_recall_live": _share(whole, lambda j: j.outcome == "T"),
        "tiger_recall_coat_crops": _share([j for j in tigers if "#" in j.file], lambda j: j.outcome == "T"),
        "tiger_detained": _share(tigers, lambda j: j.outcome in ("T", "P")),
        "false_tiger": _share(not_tigers, lambda j: j.outcome == "T"),
        "protected_missed": _share(protected, lambda j: j.outcome in ("F", "N")),
        "unprotected_flagged": _share(unprotected, lambda j: j.outcome in ("T", "P")),
        "answered": _share(known, lambda j: j.outcome != "U"),
        "identity_accuracy_before_abstaining": _share(known, lambda j: j.correct),
        "expected_calibration_error": _calibration(known),
        "confusion": confusion(judged),
    }


def by_group(judged: Sequence[Judged], key: str) -> dict[str, dict[str, Any]]:
    """:func:`figures` for each value of an attribute (``source``, ``subject`` …)."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(getattr(one, key), []).append(one)
    return {name: figures(members) for name, members in sorted(groups.items())}


def confusion(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Counts: true identity (``unknown`` for things without a leaf) by outcome."""
    table: dict[str, dict[str, int]] = {}
    for one in judged:
        row = table.setdefault(one.identity or "unknown", dict.fromkeys(CODES, 0))
        row[one.outcome] += 1
    order = [code.value for code in Identity] + ["unknown"]
    return {name: table[name] for name in order if name in table}


def _share(members: Sequence[Judged], hit: Any) -> dict[str, Any]:
    return share(np.asarray([hit(j) for j in members], dtype=bool), [j.exhibit for j in members])


def _calibration(known: Sequence[Judged]) -> dict[str, Any]:
    if not known:
        return {"value": float("nan"), "n": 0, "exhibits": 0, "interval_95": []}
    confidence = np.asarray([j.confidence for j in known])
    correct = np.asarray([j.correct for j in known], dtype=bool)
    exhibits = [j.exhibit for j in known]
    low, high = exhibit_bootstrap(
        exhibits, lambda rows: expected_calibration_error(confidence[rows], correct[rows]), draws=500
    )
    return {
        "value": round(expected_calibration_error(confidence, correct), 4),
        "n": len(known),
        "exhibits": len(set(exhibits)),
        "interval_95": [round(low, 4), round(high, 4)],
        "interval": "bootstrap over exhibits; biased upwards for small n",
    }


def errors_worth_seeing(judged: Sequence[Judged]) -> list[Mapping[str, str]]:
    """Photos answered in a way that hurts: missed protected things and false tigers, for a maintainer to look at."""
    return [
        {"file": j.file, "truth": j.leaf or "unknown", "outcome": j.outcome, "confidence": f"{j.confidence:.3f}"}
        for j in judged
        if (j.identity in ("T", "P") and j.outcome in ("F", "N")) or (j.identity != "T" and j.outcome == "T")
    ]
