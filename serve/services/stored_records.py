"""The records of a case as they stand: who made each, what it said first and says now, and what rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from serve.services.correction_fields import CORRECTABLE
from serve.services.declared_answer import after_declaration
from serve.store.cases import Correction, corrections_of
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseRenumbered, Event, EventCorrected, ExhibitDeclared, Original, Payload
from serve.store.store import CaseStore


@dataclass(frozen=True)
class StoredRecord:
    """A record of a case with all that was corrected in it.

    Attributes:
        number: of its event.
        author: who recorded it; ``corrected_by`` are those who corrected it, in order.
        at: when it was recorded; UTC.
        original: what it said first.
        current: what it says now; of a withdrawn one what it said last.
        withdrawn: whether it does not stand.
        after: number of the event or correction that this was read from, for ``EventCorrected.after``.
    """

    case: str
    number: int
    author: str
    at: datetime
    original: Original
    current: Original
    withdrawn: bool
    after: int
    corrected_by: tuple[str, ...] = ()

    @property
    def exhibit(self) -> str:
        """The exhibit it is about now; empty for what concerns the whole case."""
        return str(getattr(self.current, "exhibit", ""))

    @property
    def correctable(self) -> bool:
        """Whether it can be corrected; anything else can only be withdrawn."""
        return isinstance(self.current, CORRECTABLE)


def stored_record(store: CaseStore, case: str, number: int) -> StoredRecord:
    """A record by the number of its event; ``author`` tells whose it is.

    Raises:
        StoreError: the case has no such event, or it is itself a correction.
    """
    events = store.events(case)
    if not events:
        raise StoreError(f"there is no case {case!r}", StoreErrorCode.CASE_MISSING, case=case)
    found = next((one for one in records(events) if one.number == number), None)
    if found is None:
        raise StoreError(
            f"event {number} cannot be corrected: expected a record of case {case!r} that is no correction itself; "
            "see its history",
            StoreErrorCode.CORRECTION, number=number,
        )  # fmt: skip
    return found


def records(events: Sequence[Event]) -> list[StoredRecord]:
    """All records of one case's events, corrections applied."""
    corrections = corrections_of(events)
    writers = {one.number: one.who for one in events}
    return [
        _record(one, one.payload, corrections.get(one.number, []), writers)
        for one in events
        if not isinstance(one.payload, EventCorrected | CaseRenumbered)
    ]


def following(events: Sequence[Event], number: int, new: Original | None, reason: str, language: str) -> list[Payload]:
    """What rests on a record and must change with it, to be recorded in the same unit as its correction.

    Args:
        events: all of the case, the correction not among them.
        number: of the record's event.
        new: what it says from now on; ``None`` if it is withdrawn.
        reason: of the correction.
        language: of sentences that are worded anew.
    """
    one = next((one for one in records(events) if one.number == number), None)
    if one is None or not isinstance(one.current, ExhibitDeclared):
        return []
    others = [
        other for other in records(events)
        if isinstance(other.current, ExhibitDeclared) and other.exhibit == one.exhibit and not other.withdrawn
    ]  # fmt: skip
    # Of several declarations the latest holds: nothing rests on an earlier one, and a withdrawn one gives way to it.
    if any(other.number > one.number for other in others):
        return []
    if new is None:
        before = [other for other in others if other.number < one.number]
        new = before[-1].current if before else None
    declared = new if isinstance(new, ExhibitDeclared) else None
    return after_declaration(events, one.exhibit, declared, reason, language)


def _record(event: Event, original: Original, own: list[Correction], writers: Mapping[int, str]) -> StoredRecord:
    contents = [original, *(one.replacement for _, one in own if one.replacement is not None)]
    return StoredRecord(
        case=event.case, number=event.number, author=event.who, at=event.at, original=original, current=contents[-1],
        withdrawn=bool(own) and own[-1][1].replacement is None, after=own[-1][0] if own else event.number,
        corrected_by=tuple(writers[number] for number, _ in own),
    )  # fmt: skip
