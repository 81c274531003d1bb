"""All figures of one set of pictures of one origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bundle import BundleInfo
from model.calibration import leading
from model.taxonomy import Taxonomy
from training.evaluation.curves import auroc, calibration, risk_coverage
from training.evaluation.intervals import Bools, Figure, share
from training.evaluation.judging import IDENTITIES, OUTCOMES, PROTECTED, Answers


def headline(answers: Answers, taxonomy: Taxonomy) -> dict[str, Any]:
    """The figures that decide: tiger recall, false tiger, missed protected things, identity accuracy.

    Shares of outcomes unless the name says ``before abstaining``. Things without a leaf count in ``false_tiger``.
    """
    tiger, named, protected = answers.identity == "T", answers.named, answers.protected
    items = _items(answers, taxonomy)
    present = dict.fromkeys(
        taxonomy.leaf(leaf).item for leaf in taxonomy.leaf_ids if taxonomy.leaf(leaf).identity == "T"
    )
    return {
        "tiger_recall": _of(answers, tiger, answers.outcome == "T"),
        "tiger_recall_by_item": {
            item: _of(answers, tiger & (items == item), answers.outcome == "T")
            for item in present if (tiger & (items == item)).any()
        },
        "tiger_detained": _of(answers, tiger, np.isin(answers.outcome, PROTECTED)),
        "false_tiger": _of(answers, ~tiger, answers.outcome == "T"),
        "protected_missed": _of(answers, protected, np.isin(answers.outcome, ("F", "N"))),
        "unprotected_flagged": _of(answers, named & ~protected, np.isin(answers.outcome, PROTECTED)),
        "answered": _of(answers, named, answers.outcome != "U"),
        "identity_accuracy": _of(answers, named, answers.correct),
        "identity_accuracy_of_answers": _of(
            answers, named & (answers.outcome != "U"), answers.outcome == answers.identity
        ),
        "outcomes": {code: int((answers.outcome == code).sum()) for code in OUTCOMES},
    }  # fmt: skip


def set_figures(answers: Answers, taxonomy: Taxonomy) -> dict[str, Any]:
    """Everything about one set; ranking and calibration only over pictures that have an identity."""
    named = answers.only(answers.named)
    return {
        "pictures": len(answers),
        "exhibits": len(set(answers.exhibits)),
        "leaves_the_bundle_does_not_know": sorted(set(named.truth[~named.known].tolist())),
        "headline": headline(answers, taxonomy),
        "leaves": by_leaf(answers, taxonomy),
        "identities": by_identity(answers),
        "confusion": confusions(answers, taxonomy),
        "calibration": calibration(named.confidence, named.correct, named.exhibits),
        "risk_coverage": risk_coverage(named.confidence, named.correct, named.exhibits),
        "prediction_sets": prediction_sets(answers),
        "guarantees": guarantees(answers, taxonomy),
    }


def by_leaf(answers: Answers, taxonomy: Taxonomy) -> dict[str, dict[str, Any]]:
    """Precision, recall and AUROC of each leaf that occurs or was said to.

    ``recall`` and ``precision`` are of the most probable leaf, before abstaining; ``recall_of_outcome`` and
    ``precision_of_outcome`` of the leaf that was answered, where U is no answer.
    """
    named = answers.only(answers.named)
    result: dict[str, dict[str, Any]] = {}
    for leaf in taxonomy.leaf_ids:
        true = named.truth == leaf
        said, answered = answers.top == leaf, answers.leaf == leaf
        if not true.any() and not said.any():
            continue
        knows = leaf in answers.info.leaves
        score = named.probabilities[:, answers.info.leaves.index(leaf)] if knows else np.zeros(len(named))
        result[leaf] = {
            "identity": taxonomy.leaf(leaf).identity,
            "in_bundle": knows,
            "recall": _of(named, true, named.top == leaf),
            "precision": _of(answers, said, answers.truth == leaf),
            "recall_of_outcome": _of(named, true, named.leaf == leaf),
            "precision_of_outcome": _of(answers, answered, answers.truth == leaf),
            "auroc": auroc(score, true & knows, named.exhibits),
        }
    return result


def by_identity(answers: Answers) -> dict[str, dict[str, Any]]:
    """The same by identity; AUROC of the identity's probability against all other pictures with an identity."""
    named = answers.only(answers.named)
    result = {}
    for place, code in enumerate(IDENTITIES):
        true = named.identity == code
        if not true.any() and not (answers.outcome == code).any():
            continue
        result[code] = {
            "recall": _of(named, true, named.top_identity == code),
            "precision": _of(answers, answers.top_identity == code, answers.identity == code),
            "recall_of_outcome": _of(named, true, named.outcome == code),
            "precision_of_outcome": _of(answers, answers.outcome == code, answers.identity == code),
            "auroc": auroc(named.by_identity[:, place], true, named.exhibits),
        }
    return result


def confusions(answers: Answers, taxonomy: Taxonomy) -> dict[str, dict[str, dict[str, int]]]:
    """Counts: true leaf by most probable leaf, and true identity (``unknown`` for none) by outcome."""
    return {
        "leaf": _crossed(answers.truth, answers.top, taxonomy.leaf_ids, answers.info.leaves),
        "identity": _crossed(answers.identity, answers.outcome, IDENTITIES, OUTCOMES),
    }


def prediction_sets(answers: Answers) -> dict[str, Any]:
    """How often the set of possible leaves holds the true one, and how large it is; leaves of the bundle only."""
    known = answers.only(answers.known)
    inside = known.probabilities >= [known.info.limits(leaf).prediction_set.value for leaf in known.info.leaves]
    # As in the decision: the most probable leaf is always in.
    inside[np.arange(len(known)), known.probabilities.argmax(axis=1)] = True
    sizes = inside.sum(axis=1)
    return {
        "coverage": share(inside[np.arange(len(known)), _columns(known)], known.exhibits),
        "mean_size": round(float(sizes.mean()), 3) if len(known) else None,
        "sizes": {str(k): int((sizes == k).sum()) for k in sorted(set(sizes.tolist()))},
    }


def guarantees(answers: Answers, taxonomy: Taxonomy) -> dict[str, dict[str, Any]]:
    """Each threshold's promise counted on these pictures: exhibits with at least one bad photo, against alpha.

    The promise is an average over draws of exhibits exchangeable with the calibration rows (Angelopoulos et al.,
    *Conformal Risk Control*, ICLR 2024). Held-out sources are not, so a broken one here says that they differ.
    """
    info = answers.info
    identities = [taxonomy.leaf(leaf).identity for leaf in info.leaves]

    def reached(name: str, codes: str) -> npt.NDArray[np.bool_]:
        lead = leading(answers.probabilities, identities, codes)
        values = [getattr(info.limits(info.leaves[k] if k >= 0 else None), name).value for k in lead.tolist()]
        total: npt.NDArray[np.bool_] = answers.by_identity[:, : len(codes)].sum(axis=1) >= values
        return total

    true_leaf, in_set = np.zeros(len(answers)), np.zeros(len(answers))
    known = answers.only(answers.known)
    true_leaf[answers.known] = answers.probabilities[answers.known, _columns(known)]
    in_set[answers.known] = [info.limits(leaf).prediction_set.value for leaf in known.truth.tolist()]
    ood = info.out_of_distribution.threshold
    missed, flag, tiger, outside = (_promised(info, name) for name in ("release", "flag", "tiger", "prediction_set"))
    checks = {
        "release": (missed, answers.protected, np.isin(answers.outcome, ("F", "N"))),
        "flag": (flag, answers.named & ~answers.protected, reached("flag", "TP")),
        "tiger": (tiger, answers.named & (answers.identity != "T"), reached("tiger", "T")),
        "prediction_set": (outside, answers.known, true_leaf < in_set),
        "unfamiliar": ((ood.alpha, ood.statement), answers.known, answers.strangeness > ood.value),
    }
    result = {}
    for name, ((alpha, statement), of, bad) in checks.items():
        rate = share(*_worst(bad[of], [e for e, kept in zip(answers.exhibits, of.tolist(), strict=True) if kept]))
        result[name] = {
            "alpha": alpha,
            "statement": statement,
            "rate": rate,
            "verdict": _verdict(rate, alpha),
        }
    return result


def _promised(info: BundleInfo, name: str) -> tuple[float, str]:
    """Level and words of a promise; of two sets of limits the levels add up, but for prediction sets."""
    first = getattr(info.thresholds, name)
    if info.render_thresholds is None:
        return first.alpha, first.statement
    second = getattr(info.render_thresholds, name)
    alpha = max(first.alpha, second.alpha) if name == "prediction_set" else first.alpha + second.alpha
    return alpha, f"{first.statement} For leaves with rendered evidence: {second.statement}"


def _verdict(rate: Figure, alpha: float) -> str:
    if rate["value"] is None:
        return "nothing to check"
    if rate["value"] <= alpha:
        return "holds here"
    return "broken here" if rate["interval_95"][0] > alpha else "above alpha, within its interval"


def _worst(bad: Bools, exhibits: Sequence[str]) -> tuple[Bools, list[str]]:
    """One value an exhibit: whether any of its photos is bad."""
    worst: dict[str, bool] = {}
    for one, exhibit in zip(bad.tolist(), exhibits, strict=True):
        worst[exhibit] = worst.get(exhibit, False) or one
    return np.asarray(list(worst.values()), dtype=bool), list(worst)


def _columns(known: Answers) -> list[int]:
    places = {leaf: k for k, leaf in enumerate(known.info.leaves)}
    return [places[leaf] for leaf in known.truth.tolist()]


def _items(answers: Answers, taxonomy: Taxonomy) -> np.ndarray:
    items = {leaf.id: leaf.item for leaf in taxonomy.leaves}
    return np.asarray([items.get(leaf, "") for leaf in answers.truth.tolist()], dtype=np.str_)


def _of(answers: Answers, among: Bools, hits: Bools) -> Figure:
    exhibits = answers.exhibits
    return share(hits[among], [exhibits[i] for i in np.flatnonzero(among).tolist()])


def _crossed(
    rows: Any, columns: Any, row_order: Sequence[str], column_order: Sequence[str]
) -> dict[str, dict[str, int]]:
    table = {}
    for name in (*row_order, ""):
        mask = rows == name
        if mask.any():
            table[name or "unknown"] = {c: int((columns[mask] == c).sum()) for c in column_order}
    return table
