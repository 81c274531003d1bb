"""What an object is declared to be, and the answers that follow from that and not from any photo."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.taxonomy import Identity


class DeclaredItem(StrEnum):
    """What the papers or the person say it is. Each has a name in every catalogue (``declared.<code>``)."""

    UNKNOWN = "unknown"
    SKIN = "skin"
    CLAW = "claw"
    TOOTH = "tooth"
    BONE = "bone"
    WHOLE = "whole"
    GLUE = "glue"
    WINE = "wine"
    POWDER = "powder"
    MEAT = "meat"
    OTHER = "other"


#: No photo can tell of which animal these were made; only a laboratory can.
PROCESSED = frozenset((DeclaredItem.GLUE, DeclaredItem.WINE, DeclaredItem.POWDER, DeclaredItem.MEAT))


@dataclass(frozen=True)
class Declaration:
    """What the officer noted before checking.

    Attributes:
        item: what it is declared to be.
        as_tiger: it is declared, labelled or sold as tiger.
        label: words on the package or papers, as written there.
    """

    item: DeclaredItem = DeclaredItem.UNKNOWN
    as_tiger: bool = False
    label: str = ""

    @property
    def processed(self) -> bool:
        """Whether no photo can identify it."""
        return self.item in PROCESSED


def outcome_of(judged: Identity | None, declaration: Declaration) -> Identity | None:
    """The outcome shown: ``X`` for processed goods, unless the photos themselves are flagged.

    A jar declared as wine that shows a tiger cub keeps its flag. ``judged`` is the outcome of the photos, ``None``
    without any usable one.
    """
    if declaration.processed and judged not in (Identity.TIGER, Identity.PROTECTED):
        return Identity.PROCESSED
    return judged
