"""Answers as columns, and the one place that says what a "yes", a right answer and a critical error are.

Signal
    The thing is protected: its leaf's identity is T or P. Noise: F (imitation) or N (no wildlife).

Yes
    The trainee named a leaf of identity T or P. Who answered "cannot tell" said yes if the thing was then held (detain
    or refer) and no if it was let go.

    This is the naming, not the action, because the programme promises competency in identification, and because to
    refer an imitation is right conduct (an imitation is not released on a look alone): counted by action, it would be a
    false alarm. "Cannot tell" is counted by action because referring what one cannot tell is what officers are taught;
    as a miss, it would punish them for it, and left out, it would let a trainee pass over whatever is hard.

Held
    The second figure: the thing was detained or referred, whatever it was called. Letting protected material go is the
    critical error, whatever it was called.

Right
    The very leaf was named. "Cannot tell" is not right. *Right side*: yes to a protected thing or no to another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.taxonomy import Identity, Taxonomy
from serve.exercise.model import Action, Answer

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

#: Value of :attr:`Table.chosen` for "cannot tell".
CANNOT_TELL = -1
_ACTIONS = tuple(Action)
_SIGNAL = (Identity.TIGER, Identity.PROTECTED)
_NOISE = (Identity.IMITATION, Identity.NO_WILDLIFE)


@dataclass(frozen=True)
class Table:
    """N answers of some trainees to some things, as columns of length N.

    Attributes:
        leaves: ids of all leaves.
        identities: identity of each leaf.
        trainees: codes; ``trainee`` counts in them.
        things: ids; ``thing`` counts in them.
        truth: number of the leaf the thing is.
        chosen: number of the leaf named, or :data:`CANNOT_TELL`.
        action: number of the action in :class:`~serve.exercise.model.Action`.
        confidence: 1 to 5.
    """

    leaves: tuple[str, ...]
    identities: tuple[Identity, ...]
    trainees: tuple[str, ...]
    things: tuple[str, ...]
    trainee: IntArray
    thing: IntArray
    truth: IntArray
    chosen: IntArray
    action: IntArray
    confidence: IntArray

    def __len__(self) -> int:
        return len(self.trainee)

    def _is(self, leaf: IntArray, identities: tuple[Identity, ...]) -> BoolArray:
        among = np.array([one in identities for one in self.identities] + [False])  # the last is "cannot tell"
        return among[leaf]

    @property
    def signal(self) -> BoolArray:
        """Whether the thing is protected."""
        return self._is(self.truth, _SIGNAL)

    @property
    def imitation(self) -> BoolArray:
        """Whether the thing is an imitation."""
        return self._is(self.truth, (Identity.IMITATION,))

    @property
    def named(self) -> BoolArray:
        """Whether a leaf was named."""
        mask: BoolArray = self.chosen != CANNOT_TELL
        return mask

    @property
    def held(self) -> BoolArray:
        """Whether the thing was detained or referred."""
        mask: BoolArray = self.action != _ACTIONS.index(Action.LET_GO)
        return mask

    @property
    def referred(self) -> BoolArray:
        """Whether the thing was referred."""
        mask: BoolArray = self.action == _ACTIONS.index(Action.REFER)
        return mask

    @property
    def yes(self) -> BoolArray:
        """Whether the trainee took the thing for protected; see the module."""
        return np.where(self.named, self._is(self.chosen, _SIGNAL), self.held)

    @property
    def right(self) -> BoolArray:
        """Whether the very leaf was named."""
        mask: BoolArray = self.chosen == self.truth
        return mask

    @property
    def right_side(self) -> BoolArray:
        """Whether a protected thing was taken for protected or another was not."""
        mask: BoolArray = self.yes == self.signal
        return mask

    def where(self, mask: BoolArray) -> Table:
        """The answers of ``mask`` (N booleans); names and numbers stay."""
        columns = ("trainee", "thing", "truth", "chosen", "action", "confidence")
        return replace(self, **{name: getattr(self, name)[mask] for name in columns})

    def of_trainee(self, trainee: str) -> Table:
        """The answers of one trainee."""
        return self.where(self.trainee == self.trainees.index(trainee))


def table_of(answers: Iterable[tuple[str, Answer]], taxonomy: Taxonomy) -> Table:
    """Columns of answers, each with its trainee's code.

    Raises:
        TaxonomyError: a leaf that the taxonomy does not have.
        ValueError: a leaf whose identity is neither T, P, F nor N; or one trainee answered one thing twice.
    """
    rows = list(answers)
    number = {leaf: index for index, leaf in enumerate(taxonomy.leaf_ids)}
    identities = tuple(Identity(leaf.identity) for leaf in taxonomy.leaves)
    seen: set[tuple[str, str]] = set()
    for trainee, answer in rows:
        for leaf in (answer.truth, answer.chosen):
            if leaf is not None and leaf not in number:
                taxonomy.leaf(leaf)  # raises, with what there is
        if identities[number[answer.truth]] not in (*_SIGNAL, *_NOISE):
            raise ValueError(f"{answer.thing!r} is {answer.truth!r}: expected a leaf of identity T, P, F or N")
        if (trainee, answer.thing) in seen:
            raise ValueError(f"trainee {trainee!r} answered {answer.thing!r} twice; hand over one answer a thing")
        seen.add((trainee, answer.thing))
    trainees = tuple(sorted({trainee for trainee, _ in rows}))
    things = tuple(sorted({answer.thing for _, answer in rows}))
    who, what = ({name: index for index, name in enumerate(names)} for names in (trainees, things))
    columns = np.array(
        [
            (
                who[trainee],
                what[answer.thing],
                number[answer.truth],
                CANNOT_TELL if answer.chosen is None else number[answer.chosen],
                _ACTIONS.index(answer.action),
                answer.confidence,
            )
            for trainee, answer in rows
        ],
        dtype=np.int64,
    ).reshape(len(rows), 6)
    return Table(taxonomy.leaf_ids, identities, trainees, things, *columns.T)
