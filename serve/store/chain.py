"""Append to the chain of events: one unit at a time, each continuing the last, whoever else is writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from serve.store.database import Database
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import GENESIS, event_hash, payload_text
from serve.store.tables import EventRow

_Made = TypeVar("_Made")
_ATTEMPTS = 20


@dataclass(frozen=True)
class Fault:
    """Something that does not match: an event, a photo or a user."""

    where: str
    what: str


def append(
    database: Database,
    now: Callable[[], datetime],
    who: str,
    read: Callable[[EventRow], _Made],
    prepare: Callable[[Session], tuple[str, Sequence[BaseModel]]],
) -> list[_Made]:
    """Append events as one transaction: all of them or none. Once this returns they survive a power cut.

    Args:
        database: that holds the chain.
        now: gives their time, UTC.
        who: records them.
        read: makes of a row what is returned; what it cannot read is not written.
        prepare: gives the case number they stand under and their contents in order, after it has looked whether they
            fit and has changed, in the same transaction, what changes with them. Called again if another writer was
            faster.

    Raises:
        StoreError: a name is empty or too long, the database cannot be written, or ``prepare`` refuses.
    """
    for _ in range(_ATTEMPTS):
        with database.session() as session:
            # The last event is read before anything that ``prepare`` looks at: what another writer adds between the two
            # makes our first event's ``previous`` a duplicate, and everything is read again.
            last = session.scalar(select(EventRow).order_by(EventRow.number.desc()).limit(1))
            number, previous = (last.number, last.hash) if last else (0, GENESIS)
            case, payloads = prepare(session)
            at = now().isoformat(timespec="milliseconds")
            made: list[_Made] = []
            for payload in payloads:
                number, text = number + 1, payload_text(payload)
                row = EventRow(
                    number=number, case_number=case, at=at, who=who, payload=text, previous=previous,
                    hash=event_hash(number, case, at, who, text, previous),
                )  # fmt: skip
                try:
                    made.append(read(row))
                except ValidationError as error:
                    raise unnamed() from error
                session.add(row)
                previous = row.hash
            try:
                session.commit()
            except IntegrityError:
                continue  # Another writer continued from the same event; take its event as the last and try again.
            return made
    raise StoreError("the case store is busy; try again", StoreErrorCode.BUSY)


def unnamed() -> StoreError:
    """The refusal of an event without case or author."""
    return StoreError("case and officer must be named, with at most 200 characters each", StoreErrorCode.NAMES)
