"""From probabilities to the one outcome an officer acts on.

The rule, in order (all numbers come fitted from the bundle, see :class:`model.calibration.Thresholds`; a bundle may
have two sets of them, and the leaf that leads the answer in question says which one holds):

1. nothing to judge in the photo               → ``U``, retake
2. tiger probability ≥ ``tiger``               → ``T``
3. protected probability (T+P) ≥ ``flag``      → ``P``; but ``U``, refer as protected, if tiger leads within it
4. unlike anything known                       → ``U``, refer
5. protected probability ≥ ``release``         → ``U``, refer: too likely to let go, too weak to flag
6. otherwise the larger of F and N             → ``F`` or ``N``; but ``U`` instead of ``N`` while the prediction set
   still holds a protected leaf, because ``N`` ends the examination

Strangeness is asked after the flags: a strange photo that still looks protected must not lose its flag, while one
that looks harmless must not be waved through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from model.bundle import BundleInfo
from model.calibration import Thresholds
from model.quality import QualityIssue
from model.taxonomy import Identity, Taxonomy

PROTECTED = (Identity.TIGER, Identity.PROTECTED)
#: Other leaves a reason names, the most probable first. A list of a dozen would say nothing to an officer; the whole
#: prediction set stands in the decision and, apart from the reasons, on the page.
_NAMED = 3


@dataclass(frozen=True)
class Message:
    """A sentence to be worded by a catalogue: its key, and what fills the placeholders."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What is answered.

    Attributes:
        outcome: the answer.
        leaf: most probable leaf of the answered identity; ``None`` for ``U``.
        identity: probability by identity, summing to 1.
        prediction_set: leaves still possible, most probable first.
        claim: the strongest thing that may be said, capped by the leaf's ``cap``.
        reasons: why, most important first.
    """

    outcome: Identity
    leaf: str | None
    identity: dict[Identity, float]
    prediction_set: tuple[str, ...]
    claim: Message
    reasons: tuple[Message, ...]


def identity_probabilities(probabilities: Mapping[str, float], taxonomy: Taxonomy) -> dict[Identity, float]:
    """Sum leaf probabilities by identity (T, P, F, N)."""
    totals = {Identity(code): 0.0 for code in "TPFN"}
    for leaf_id, value in probabilities.items():
        totals[Identity(taxonomy.leaf(leaf_id).identity)] += value
    return totals


def decide(
    probabilities: Mapping[str, float],
    strangeness: float,
    quality: tuple[QualityIssue, ...],
    info: BundleInfo,
    taxonomy: Taxonomy,
) -> Decision:
    """Apply the rule above.

    Args:
        probabilities: calibrated probability by leaf of the bundle.
        strangeness: out-of-distribution score; higher is stranger.
        quality: faults that leave nothing to judge.
        info: the bundle's thresholds and evidence levels.
        taxonomy: identities and caps.
    """
    identity = identity_probabilities(probabilities, taxonomy)
    protected = sum(identity[code] for code in PROTECTED)
    ranked = sorted(probabilities, key=lambda leaf_id: -probabilities[leaf_id])
    possible = tuple(x for x in ranked if probabilities[x] >= info.limits(x).prediction_set.value) or (ranked[0],)

    def lead(codes: tuple[Identity, ...]) -> Thresholds:
        return info.limits(next((x for x in ranked if taxonomy.leaf(x).identity in codes), None))

    outcome, why = _outcome(identity, protected, strangeness, quality, info, lead)
    if outcome is Identity.NO_WILDLIFE and any(taxonomy.leaf(x).identity in PROTECTED for x in possible):
        outcome, why = Identity.UNCERTAIN, (Message("reason.between"),)
    if outcome is Identity.UNCERTAIN:
        return Decision(outcome, None, identity, possible, Message(f"claim.U.{why[0].code.split('.')[1]}"), why)

    leaf_id = next(x for x in ranked if taxonomy.leaf(x).identity == outcome.value)
    return answered(outcome, leaf_id, identity, possible, strangeness, info, taxonomy)


def answered(
    outcome: Identity,
    leaf_id: str,
    identity: dict[Identity, float],
    possible: tuple[str, ...],
    strangeness: float,
    info: BundleInfo,
    taxonomy: Taxonomy,
) -> Decision:
    """The decision that answers ``outcome`` (not ``U``) by way of a leaf, with its claim and its reasons.

    Args:
        outcome: T, P, F or N.
        leaf_id: a leaf of that identity.
        identity: probability by identity.
        possible: the prediction set.
        strangeness: out-of-distribution score.
        info: the bundle's thresholds and evidence levels.
        taxonomy: identities and caps.
    """
    leaf = taxonomy.leaf(leaf_id)
    reasons = [Message("reason.resembles", {"leaf": leaf_id})]
    if outcome is not Identity.TIGER and any(taxonomy.leaf(x).identity == "T" for x in possible):
        reasons.append(Message("reason.tiger_not_excluded"))
    others = [x for x in possible if x != leaf_id]
    named = ",".join(others[:_NAMED])
    if len(others) > _NAMED:
        more = str(len(others) - _NAMED)
        reasons.append(Message("reason.also_possible_more", {"leaves": named, "more": more}))
    elif others:
        reasons.append(Message("reason.also_possible", {"leaves": named}))
    if outcome in PROTECTED and strangeness > info.out_of_distribution.threshold.value:
        reasons.append(Message("reason.unfamiliar_but_flagged"))
    reasons.append(Message(f"reason.evidence_{info.evidence[leaf_id]}"))
    return Decision(
        outcome, leaf_id, identity, possible, Message(f"claim.{outcome.value}.{leaf.cap}", {"leaf": leaf_id}),
        tuple(reasons),
    )  # fmt: skip


def _outcome(
    identity: Mapping[Identity, float],
    protected: float,
    strangeness: float,
    quality: tuple[QualityIssue, ...],
    info: BundleInfo,
    lead: Callable[[tuple[Identity, ...]], Thresholds],
) -> tuple[Identity, tuple[Message, ...]]:
    if quality:
        retake = tuple(Message(f"quality.{issue.value}") for issue in quality)
        return Identity.UNCERTAIN, (Message("reason.retake"), *retake)
    if identity[Identity.TIGER] >= lead((Identity.TIGER,)).tiger.value:
        return Identity.TIGER, ()
    if protected >= lead(PROTECTED).flag.value:
        if identity[Identity.PROTECTED] >= identity[Identity.TIGER]:
            return Identity.PROTECTED, ()
        # Naming the runner-up would be false, and tiger is not sure enough to be named.
        return Identity.UNCERTAIN, (Message("reason.protected_unclear"),)
    if strangeness > info.out_of_distribution.threshold.value:
        return Identity.UNCERTAIN, (Message("reason.unfamiliar"),)
    harmless = max((Identity.IMITATION, Identity.NO_WILDLIFE), key=lambda code: identity[code])
    if protected >= lead((harmless,)).release.value:
        return Identity.UNCERTAIN, (Message("reason.between"),)
    return harmless, ()
