"""Every picture answered exactly as the app answers it, kept as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.bundle import Bundle, BundleInfo
from model.calibration import softmax
from model.decision import decide, identity_probabilities
from model.quality import QualityIssue
from model.taxonomy import Identity, Taxonomy
from training.outputs import Outputs
from training.pictures import Case

IDENTITIES = ("T", "P", "F", "N")
OUTCOMES = (*IDENTITIES, "U")
PROTECTED = ("T", "P")

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Answers:
    """What N pictures are, and what a bundle answered.

    Attributes:
        cases: the pictures.
        info: the bundle's settings.
        probabilities: (N, leaves) calibrated, in the bundle's order.
        by_identity: (N, 4) probability of T, P, F, N.
        strangeness: (N,).
        quality: faults that leave nothing to judge, by picture.
        outcome: (N,) of ``OUTCOMES``.
        leaf: (N,) answered leaf, empty for U.
        truth: (N,) true leaf, empty for a thing without one.
        identity: (N,) true identity, empty for a thing without one.
    """

    cases: tuple[Case, ...]
    info: BundleInfo
    probabilities: Floats
    by_identity: Floats
    strangeness: Floats
    quality: tuple[tuple[QualityIssue, ...], ...]
    outcome: Texts
    leaf: Texts
    truth: Texts
    identity: Texts

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def exhibits(self) -> list[str]:
        """(N,) exhibit of each picture."""
        return [case.exhibit for case in self.cases]

    @property
    def top(self) -> Texts:
        """(N,) most probable leaf, before abstaining."""
        return np.asarray(self.info.leaves)[self.probabilities.argmax(axis=1)]

    @property
    def top_identity(self) -> Texts:
        """(N,) most probable identity, before abstaining."""
        return np.asarray(IDENTITIES)[self.by_identity.argmax(axis=1)]

    @property
    def confidence(self) -> Floats:
        """(N,) probability of the most probable identity."""
        top: Floats = self.by_identity.max(axis=1)
        return top

    @property
    def named(self) -> Bools:
        """(N,) whether the picture has a true identity."""
        return self.identity != ""

    @property
    def known(self) -> Bools:
        """(N,) whether the bundle knows the true leaf."""
        return np.isin(self.truth, self.info.leaves)

    @property
    def protected(self) -> Bools:
        """(N,) whether the picture shows a protected thing (T or P)."""
        return np.isin(self.identity, PROTECTED)

    @property
    def correct(self) -> Bools:
        """(N,) whether the most probable identity is the true one."""
        return self.top_identity == self.identity

    def only(self, keep: npt.ArrayLike) -> Answers:
        """The pictures where ``keep`` (N,) is true."""
        mask = np.asarray(keep, dtype=bool)
        where = np.flatnonzero(mask).tolist()
        return Answers(
            tuple(self.cases[i] for i in where), self.info, self.probabilities[mask], self.by_identity[mask],
            self.strangeness[mask], tuple(self.quality[i] for i in where), self.outcome[mask], self.leaf[mask],
            self.truth[mask], self.identity[mask],
        )  # fmt: skip


def answer(outputs: Outputs, bundle: Bundle, taxonomy: Taxonomy) -> Answers:
    """Answer every case of ``outputs`` as the app would answer a single photo.

    A leaf that the bundle does not know keeps the identity the taxonomy gives it.
    """
    probabilities = softmax(outputs.logits, bundle.info.temperature)
    strangeness = bundle.strangeness(outputs.logits, outputs.embedding)
    return decide_all(outputs.cases, probabilities, strangeness, outputs.quality, bundle.info, taxonomy)


def decide_all(
    cases: Sequence[Case],
    probabilities: Floats,
    strangeness: Floats,
    quality: Sequence[tuple[QualityIssue, ...]],
    info: BundleInfo,
    taxonomy: Taxonomy,
) -> Answers:
    """Apply the decision rule to N rows of (N, leaves) probabilities and (N,) strangeness."""
    identity, outcome, leaf = [], [], []
    for row, strange, faults in zip(probabilities.tolist(), strangeness.tolist(), quality, strict=True):
        by_leaf = dict(zip(info.leaves, row, strict=True))
        decision = decide(by_leaf, strange, faults, info, taxonomy)
        totals = identity_probabilities(by_leaf, taxonomy)
        identity.append([totals[Identity(code)] for code in IDENTITIES])
        outcome.append(decision.outcome.value)
        leaf.append(decision.leaf or "")
    identities = {one.id: one.identity for one in taxonomy.leaves}
    return Answers(
        cases=tuple(cases), info=info, probabilities=np.asarray(probabilities),
        by_identity=np.asarray(identity).reshape(-1, len(IDENTITIES)), strangeness=np.asarray(strangeness),
        quality=tuple(quality), outcome=np.asarray(outcome, dtype=np.str_), leaf=np.asarray(leaf, dtype=np.str_),
        truth=np.asarray([case.leaf or "" for case in cases], dtype=np.str_),
        identity=np.asarray([identities[case.leaf] if case.leaf else "" for case in cases], dtype=np.str_),
    )  # fmt: skip
