"""What stands in a report, without a word of any language and without a place on paper.

A report can be printed in two languages at once, so nothing here is worded: :data:`Words` are worded last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from model.decision import Message

#: A sentence of the catalogue, a text that comes in all languages, or what somebody wrote and nobody translates.
Words = Message | Mapping[str, str] | str


@dataclass(frozen=True)
class Stamp:
    """Who recorded something, when (aware, in the zone to print), and as which event of the chain."""

    who: str
    at: datetime
    number: int


@dataclass(frozen=True)
class PhotoEntry:
    """One photo: ``picture`` is a small upright JPEG, or ``fault`` says why there is none. ``size`` in bytes."""

    name: str
    sha256: str
    size: int
    picture: bytes | None = None
    fault: Words | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What the check answered. ``outcome`` is ``None`` if no photo could be judged.

    Attributes:
        outcome: identity code (T, P, F, X, U, N).
        claim: the strongest thing the photos carry.
        reasons: why, most important first.
        identity: probability (0 to 1) by identity code.
        possible: leaves not excluded (the prediction set), most probable first.
        evidence: evidence level of the answered leaf (photo, proxy, render); ``None`` if no leaf is named.
        untaught: leaves of the taxonomy the model has no class for.
        unusable: file name and reason of photos that could not be judged.
        bundle: name and version of the model.
        rule: name and version of the rule and the program that answered without photos; empty if photos were judged.
        stamp: when it was recorded.
    """

    outcome: str | None
    claim: Words
    reasons: tuple[Words, ...] = ()
    identity: tuple[tuple[str, float], ...] = ()
    possible: tuple[Words, ...] = ()
    evidence: str | None = None
    untaught: tuple[Words, ...] = ()
    unusable: tuple[tuple[str, Words], ...] = ()
    bundle: str = ""
    rule: str = ""
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Judgement:
    """The officer's own judgement; ``before`` tells whether it was recorded before the outcome was shown."""

    text: Words
    before: bool | None = None
    note: str = ""
    stamp: Stamp | None = None


@dataclass(frozen=True)
class DecisionEntry:
    """What the officer decided."""

    text: Words
    note: str = ""
    stamp: Stamp | None = None


@dataclass(frozen=True)
class ChecklistLine:
    """One feature looked for with one's own eyes, and what was seen."""

    question: Words
    answer: Words
    note: str = ""


@dataclass(frozen=True)
class LaboratoryEntry:
    """What a competent body found, under which number."""

    finding: Words
    body: str
    reference: str = ""
    stamp: Stamp | None = None


@dataclass(frozen=True)
class ExhibitReport:
    """One object. What nobody recorded is ``None`` or empty, and is printed as not recorded."""

    name: str
    photos: tuple[PhotoEntry, ...] = ()
    outcome: Outcome | None = None
    item: Words | None = None
    declared: Words | None = None
    labelled: Words | None = None
    judgement: Judgement | None = None
    decision: DecisionEntry | None = None
    checklist: tuple[ChecklistLine, ...] = ()
    laboratory: LaboratoryEntry | None = None
    corrections: tuple[Words, ...] = ()


@dataclass(frozen=True)
class ChainHead:
    """Number and hash of the last event of the whole store when the report was made."""

    number: int
    hash: str


@dataclass(frozen=True)
class CaseReport:
    """A case as printed. Times are aware and in the zone to print; ``software`` is the program's version.

    ``corrections`` are those of the case itself; each exhibit has its own. ``former`` are the numbers it had before.
    """

    number: str
    opened: datetime
    officer: str
    agency: str
    place: str
    exhibits: tuple[ExhibitReport, ...]
    head: ChainHead
    software: str
    printed: datetime
    corrections: tuple[Words, ...] = ()
    former: tuple[str, ...] = ()

    @property
    def bundles(self) -> tuple[str, ...]:
        """Every model whose outcome is in the report, in the order met."""
        return tuple(dict.fromkeys(e.outcome.bundle for e in self.exhibits if e.outcome and e.outcome.bundle))
