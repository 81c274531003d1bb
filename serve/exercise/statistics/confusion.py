"""What was taken for what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from serve.exercise.statistics.figure import Figure, share
from serve.exercise.statistics.table import CANNOT_TELL, Table


@dataclass(frozen=True)
class Row:
    """Answers to things of one leaf.

    Attributes:
        leaf: what they are.
        named: answers for each of :attr:`Confusion.leaves`, in that order.
        cannot_tell: answers that named nothing.
        right: share that named the leaf, "cannot tell" among the wrong.
        let_go: share that was let go.
    """

    leaf: str
    named: tuple[int, ...]
    cannot_tell: int
    right: Figure
    let_go: Figure


@dataclass(frozen=True)
class Confusion:
    """Rows are what things are, columns what they were called: ``leaves`` and, apart, "cannot tell".

    ``leaves`` are those asked or named, in the taxonomy's order; rows only those asked. Intervals are Wilson's, for
    independent answers: several answers to one thing make them too narrow.
    """

    leaves: tuple[str, ...]
    rows: tuple[Row, ...]


def confusion(table: Table) -> Confusion:
    """Count what was taken for what."""
    numbers = sorted({*table.truth.tolist(), *table.chosen.tolist()} - {CANNOT_TELL})
    rows = []
    for leaf in np.unique(table.truth).tolist():
        asked = table.truth == leaf
        chosen, n = table.chosen[asked], int(asked.sum())
        rows.append(
            Row(
                leaf=table.leaves[leaf],
                named=tuple(int((chosen == other).sum()) for other in numbers),
                cannot_tell=int((chosen == CANNOT_TELL).sum()),
                right=share(int((chosen == leaf).sum()), n),
                let_go=share(int((~table.held[asked]).sum()), n),
            )
        )
    return Confusion(tuple(table.leaves[one] for one in numbers), tuple(rows))
