"""Several photos of one exhibit: the joint answer against a single photo's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from model.calibration import softmax
from model.joining import PhotoScores, join
from model.joining import mean as average
from model.taxonomy import Taxonomy
from training.evaluation.intervals import Floats, mean, share
from training.evaluation.judging import Answers, decide_all

_TINY = 1e-12


def _most_confident(p: Floats) -> Floats:
    row: Floats = p[p.max(axis=1).argmax()]
    return row


#: Ways to join (photos, leaves) probabilities into (leaves,). The app takes the first.
FUSIONS: Mapping[str, Callable[[Floats], Floats]] = {
    "mean": average,
    "mean of logarithms": lambda p: softmax(np.log(np.maximum(p, _TINY)).mean(axis=0)),
    "most confident photo": _most_confident,
}


def fuse(answers: Answers, taxonomy: Taxonomy, how: str = "mean") -> Answers:
    """One answer an exhibit, as ``Predictor.predict_exhibit`` gives it (for ``mean``)."""
    info, firsts, joints = answers.info, [], []
    for members in _groups(answers).values():
        photos = [
            PhotoScores(
                dict(zip(info.leaves, answers.probabilities[i].tolist(), strict=True)), float(answers.strangeness[i]),
                answers.quality[i],
            )
            for i in members
        ]  # fmt: skip
        joints.append(join(photos, info, taxonomy, FUSIONS[how]))
        firsts.append(answers.cases[members[0]])
    rows = np.asarray([list(one.probabilities.values()) for one in joints])
    strangeness = np.asarray([one.strangeness for one in joints])
    fused = decide_all(firsts, rows, strangeness, [one.quality for one in joints], info, taxonomy)
    for place, one in enumerate(joints):
        fused.outcome[place], fused.leaf[place] = one.decision.outcome.value, one.decision.leaf or ""
    return fused


def several_photos(answers: Answers, taxonomy: Taxonomy, compare: bool = False) -> dict[str, Any]:
    """Figures over exhibits with at least two photos; differences are joint minus single, drawn in pairs.

    ``compare`` tries the other ways to join too: for validation only, because looking at them on the holdout would
    be choosing on it.
    """
    # A crop is no second photo.
    whole = answers.only([case.file == case.path and bool(case.leaf) for case in answers.cases])
    groups = _groups(whole)
    part = whole.only([len(groups[exhibit]) > 1 for exhibit in whole.exhibits])
    if not len(part):
        return {"exhibits": 0, "pictures": 0}
    result: dict[str, Any] = {"exhibits": len(set(part.exhibits)), "pictures": len(part)}
    joint = fuse(part, taxonomy)
    members = _groups(part)
    measures: dict[str, Callable[[Answers], npt.NDArray[np.bool_]]] = {
        "identity_accuracy": lambda a: a.correct,
        "answered_rightly": lambda a: a.outcome == a.identity,
        "answered": lambda a: a.outcome != "U",
        "protected_missed": lambda a: a.protected & np.isin(a.outcome, ("F", "N")),
    }
    for name, measure in measures.items():
        among = joint.protected if name == "protected_missed" else np.ones(len(joint), dtype=bool)
        single = np.asarray([measure(part)[rows].mean() for rows in members.values()])[among]
        fused, exhibits = measure(joint)[among], np.asarray(joint.exhibits)[among].tolist()
        result[name] = {
            "single": mean(single, exhibits), "joint": share(fused, exhibits), "gain": mean(fused - single, exhibits),
        }  # fmt: skip
    if compare:
        result["ways_to_join"] = _compare(part, taxonomy)
    return result


def _compare(part: Answers, taxonomy: Taxonomy) -> dict[str, Any]:
    places = {leaf: k for k, leaf in enumerate(part.info.leaves)}
    result = {}
    for how in FUSIONS:
        joint = fuse(part, taxonomy, how)
        known = joint.known
        truth = [places[leaf] for leaf in joint.truth[known].tolist()]
        losses = -np.log(np.maximum(joint.probabilities[known][np.arange(len(truth)), truth], _TINY))
        result[how] = {
            "identity_accuracy": share(joint.correct, joint.exhibits),
            "log_loss": mean(losses, joint.only(known).exhibits),
        }
    return result


def _groups(answers: Answers) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for place, exhibit in enumerate(answers.exhibits):
        groups.setdefault(exhibit, []).append(place)
    return groups
