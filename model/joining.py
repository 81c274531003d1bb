"""One answer for several photos of one object.

Probabilities are averaged and judged by the limits of a single photo. An average is flatter than what it is made of:
it names things better, but answers less often than one photo does. Hence the second step: where the average leaves open
what at least half of the photos answer alone, and every other photo leans the same way, that answer stands.

What this does to the limits' guarantees: they are fitted on the *worst* photo of each exhibit, and no joint answer
passes a limit that not one of its photos passes alone. So for exhibits with as many photos as the calibration ones (two
renders, mostly one real photo) the error levels hold about as they are; not quite, because the leaf that leads may have
other limits in the average. For more photos, n, a wrong answer of the second step needs ⌈n/2⌉ photos that err, each
with at most the level's probability α: by Markov's inequality at most n·α / ⌈n/2⌉ ≤ 2·α. The average itself has no such
bound but n·α; exhibits with three photos or more were too few to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from model.bundle import BundleInfo
from model.decision import PROTECTED, Decision, Message, answered, decide
from model.quality import QualityIssue
from model.taxonomy import Identity, Taxonomy

Floats = npt.NDArray[np.float64]
#: From here on a photo says "at least as likely protected as not", which no harmless answer may pass over.
_EVEN = 0.5


@dataclass(frozen=True)
class PhotoScores:
    """What one photo gives: calibrated probability by leaf, strangeness, and faults that leave nothing to judge."""

    probabilities: Mapping[str, float]
    strangeness: float
    quality: tuple[QualityIssue, ...]


@dataclass(frozen=True)
class Joint:
    """All photos together.

    ``judged`` are the places of the photos that count: those without faults, or all if none is without.
    """

    judged: tuple[int, ...]
    probabilities: dict[str, float]
    strangeness: float
    quality: tuple[QualityIssue, ...]
    decision: Decision


def mean(probabilities: Floats) -> Floats:
    """(photos, leaves) to (leaves,)."""
    result: Floats = probabilities.mean(axis=0)
    return result


def join(
    photos: Sequence[PhotoScores], info: BundleInfo, taxonomy: Taxonomy, average: Callable[[Floats], Floats] = mean
) -> Joint:
    """The joint answer; strangeness is the median. For one photo it is that photo's own.

    Args:
        photos: at least one.
        info: the bundle's thresholds.
        taxonomy: identities.
        average: (photos, leaves) to (leaves,); others than the mean are for comparisons.

    Raises:
        ValueError: there are no photos.
    """
    if not photos:
        raise ValueError("no photos to join")
    judged = [i for i, photo in enumerate(photos) if not photo.quality] or list(range(len(photos)))
    kept = [photos[i] for i in judged]
    averaged = average(np.asarray([[photo.probabilities[leaf] for leaf in info.leaves] for photo in kept]))
    probabilities = dict(zip(info.leaves, (float(p) for p in averaged), strict=True))
    strangeness = float(np.median([photo.strangeness for photo in kept]))
    decision = decide(probabilities, strangeness, kept[0].quality, info, taxonomy)
    if len(kept) > 1:
        singles = [decide(one.probabilities, one.strangeness, one.quality, info, taxonomy) for one in kept]
        decision = _settle(decision, singles, strangeness, info, taxonomy)
    return Joint(tuple(judged), probabilities, strangeness, kept[0].quality, decision)


def _settle(
    joint: Decision, singles: Sequence[Decision], strangeness: float, info: BundleInfo, taxonomy: Taxonomy
) -> Decision:
    familiar = strangeness <= info.out_of_distribution.threshold.value
    if joint.outcome is Identity.UNCERTAIN:
        clear = [one for one in singles if one.outcome is not Identity.UNCERTAIN]
        if _unopposed(joint, clear, singles, familiar, taxonomy):
            # The surest of them lends its leaf; how probable it is, and what else it may be, is said by all together.
            outcome = clear[0].outcome
            leaf = str(max(clear, key=lambda one: one.identity[outcome]).leaf)
            possible = tuple(dict.fromkeys((leaf, *joint.prediction_set)))
            decision = answered(outcome, leaf, joint.identity, possible, strangeness, info, taxonomy)
            counted = Message("reason.photos_clear", {"clear": str(len(clear)), "photos": str(len(singles))})
            return replace(decision, reasons=(decision.reasons[0], counted, *decision.reasons[1:]))
    if _flag_lost(joint, singles):
        return replace(
            joint, outcome=Identity.UNCERTAIN, leaf=None, claim=Message("claim.U.photos_disagree"),
            reasons=(Message("reason.photos_disagree"),),
        )  # fmt: skip
    return joint


def _unopposed(
    joint: Decision, clear: Sequence[Decision], singles: Sequence[Decision], familiar: bool, taxonomy: Taxonomy
) -> bool:
    """At least half of the photos answer alike, and every other one leans the same way."""
    if 2 * len(clear) < len(singles) or len({one.outcome for one in clear}) != 1:
        return False
    outcome = clear[0].outcome
    if any(max(one.identity, key=lambda code: one.identity[code]) is not outcome for one in singles):
        return False
    if outcome in PROTECTED:
        return True
    suspected = any(sum(one.identity[code] for code in PROTECTED) >= _EVEN for one in singles)
    held = outcome is Identity.NO_WILDLIFE and any(
        taxonomy.leaf(leaf).identity in PROTECTED for leaf in joint.prediction_set
    )
    return familiar and not suspected and not held


def _flag_lost(joint: Decision, singles: Sequence[Decision]) -> bool:
    """One photo alone would be flagged, yet the joint answer says nothing of a protected animal."""
    silent = joint.outcome in (Identity.IMITATION, Identity.NO_WILDLIFE) or (
        joint.outcome is Identity.UNCERTAIN and joint.claim.code != "claim.U.protected_unclear"
    )
    return silent and any(one.outcome in PROTECTED for one in singles)
