"""Does strangeness tell unknown things from known ones?"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.evaluation.curves import auroc, false_positive_rate
from training.evaluation.intervals import share
from training.evaluation.judging import Answers

_BINS = 40


def unfamiliar_figures(known: Answers, unknown: Answers) -> dict[str, Any]:
    """AUROC of the strangeness score and FPR at 95 % TPR, unknown things being the positive class.

    Known are only pictures whose leaf the bundle knows. ``by_subject`` sets each kind of unknown thing against all
    known ones. ``outcomes`` says what was answered to unknown things: ``let_go`` is F or N.
    """
    known = known.only(known.known)
    subjects = np.asarray([case.subject for case in unknown.cases], dtype=np.str_)
    scores = np.concatenate([known.strangeness, unknown.strangeness])
    positive = np.r_[np.zeros(len(known), bool), np.ones(len(unknown), bool)]
    exhibits = [*known.exhibits, *unknown.exhibits]
    # Cut at the 0.5th and 99.5th percentile: one odd picture would otherwise leave a single bar.
    edges = np.linspace(*np.percentile(scores, [0.5, 99.5]), _BINS + 1) if len(scores) else np.zeros(1)
    return {
        "method": known.info.out_of_distribution.method,
        "threshold": round(known.info.out_of_distribution.threshold.value, 4),
        "known": len(known),
        "unknown": len(unknown),
        "auroc": auroc(scores, positive, exhibits),
        "fpr_at_95_tpr": false_positive_rate(scores, positive, exhibits),
        "called_unfamiliar": {
            "known": _over(known),
            "unknown": _over(unknown),
        },
        "by_subject": {
            subject: {
                "auroc": auroc(
                    np.concatenate([known.strangeness, unknown.strangeness[subjects == subject]]),
                    np.r_[np.zeros(len(known), bool), np.ones(int((subjects == subject).sum()), bool)],
                    [*known.exhibits, *unknown.only(subjects == subject).exhibits],
                    draws=400,
                ),
                **outcomes(unknown.only(subjects == subject)),
            }
            for subject in sorted(set(subjects.tolist()))
        },
        "histogram": {
            "edges": [round(float(edge), 4) for edge in edges],
            "known": np.histogram(np.clip(known.strangeness, edges[0], edges[-1]), edges)[0].tolist(),
            "unknown": np.histogram(np.clip(unknown.strangeness, edges[0], edges[-1]), edges)[0].tolist(),
        },
    }


def outcomes(unknown: Answers) -> dict[str, Any]:
    """What was answered to things without a leaf."""
    exhibits = unknown.exhibits
    return {
        "pictures": len(unknown),
        "answered_uncertain": share(unknown.outcome == "U", exhibits),
        "let_go": share(np.isin(unknown.outcome, ("F", "N")), exhibits),
        "flagged": share(np.isin(unknown.outcome, ("T", "P")), exhibits),
    }


def _over(answers: Answers) -> Any:
    return share(answers.strangeness > answers.info.out_of_distribution.threshold.value, answers.exhibits)
