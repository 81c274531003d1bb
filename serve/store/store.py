"""The case store: append events, read cases, verify the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from serve.store.cases import Case, Exhibit, fold
from serve.store.chain import Fault, append, unnamed
from serve.store.database import CASES, default_data
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    AGENCY,
    GENESIS,
    PAYLOAD,
    SETTINGS,
    CaseRenumbered,
    Event,
    Payload,
    PhotoAdded,
    SettingChanged,
    SettingEvent,
    UserChanged,
    UserEvent,
    event_hash,
)
from serve.store.folded import FoldedCases
from serve.store.numbers import key_of
from serve.store.opened import Clock, OpenedStore, utc_now
from serve.store.photos import PhotoStore
from serve.store.rules import check_new
from serve.store.tables import EventRow, UserRow
from serve.store.user_events import user_event, user_faults

__all__ = ["Case", "CaseStore", "Exhibit", "Fault", "default_data"]

_Made = TypeVar("_Made")
#: The events of all cases.
_CASES = select(EventRow).order_by(EventRow.number).where(EventRow.case_number != SETTINGS)


class CaseStore(OpenedStore):
    """Cases in a database, their photos in a folder beside it. Opened as :class:`OpenedStore` says."""

    def __init__(
        self, data: Path | None = None, url: str | None = None, patience_s: float = 10.0, clock: Clock = utc_now
    ) -> None:
        super().__init__(data, url, patience_s, clock, CASES)
        self.photos = PhotoStore(self.data / "photos")
        self._folded = FoldedCases(_events)

    def append(self, case: str, who: str, payload: Payload) -> Event:
        """Append one event; see :meth:`append_all`."""
        return self.append_all(case, who, [payload])[0]

    def append_all(self, case: str, who: str, payloads: Sequence[Payload]) -> list[Event]:
        """Append events as one unit: all of them or none. Once this returns they survive a power cut.

        They are one transaction, have one time, and follow each other without another event between them.

        Raises:
            StoreError: they do not fit the case (see :func:`serve.store.rules.check_new`), or the database cannot be
                written; then none is recorded.
        """
        if case == SETTINGS:
            raise unnamed()

        def prepare(session: Session) -> tuple[str, Sequence[Payload]]:
            key = key_of(session, case) or case
            check_new(case, payloads, _events(session.scalars(_query(key)).all()))
            for payload in payloads:
                if isinstance(payload, CaseRenumbered) and key_of(session, payload.number) not in (None, key):
                    raise StoreError(
                        f"number {payload.number!r} is or was that of another case; give another",
                        StoreErrorCode.NUMBER_TAKEN, case=payload.number,
                    )  # fmt: skip
            return key, payloads

        return append(self.database, self.now, who, _event, prepare)

    def change_setting(self, who: str, payload: SettingChanged) -> SettingEvent:
        """Append a change of a setting to the chain. Once this returns it survives a power cut.

        Raises:
            StoreError: ``who`` is empty or too long, or the database cannot be written.
        """
        return append(self.database, self.now, who, _setting, lambda _session: (SETTINGS, [payload]))[0]

    def settings(self) -> list[SettingEvent]:
        """All changes of settings, in order.

        Raises:
            StoreError: a row cannot be read as one.
        """
        return [event for event in self.agency_events() if isinstance(event, SettingEvent)]

    def agency_events(self) -> list[SettingEvent | UserEvent]:
        """All that stands in the chain without belonging to a case, in order.

        Raises:
            StoreError: a row cannot be read as such.
        """
        with self.database.session() as session:
            return _read(session.scalars(_query(SETTINGS)).all(), _agency)

    def add_photo(self, case: str, who: str, exhibit: str, name: str, data: bytes) -> Event:
        """Store an original, then record it: an interruption leaves at worst bytes nobody names."""
        digest = self.photos.put(data)
        return self.append(case, who, PhotoAdded(exhibit=exhibit, name=name, sha256=digest, size=len(data)))

    def events(self, case: str | None = None) -> list[Event]:
        """Events in order, of one case (by any number it ever had) or of all cases.

        Raises:
            StoreError: a row cannot be read as an event.
        """
        if case == SETTINGS:
            return []
        with self.database.session() as session:
            query = _CASES if case is None else _query(key_of(session, case) or case)
            return _events(session.scalars(query).all())

    def cases(self) -> list[Case]:
        """All cases as their events leave them, in the order they were opened.

        What was read before is kept; only events appended since, by whomever, are read. The cases are shared between
        calls and must not be changed.
        """
        with self.database.session() as session:
            return self._folded.cases(session)

    def case(self, number: str) -> Case:
        """One case as its events leave it.

        Raises:
            StoreError: there is none of this number.
        """
        found = fold(self.events(number))
        if not found:
            raise StoreError(f"there is no case {number!r}", StoreErrorCode.CASE_MISSING, case=number)
        return found[0]

    def verify(self) -> list[Fault]:
        """Everything that does not match: altered, missing or inserted events, missing or altered photos, users whose
        role or state is not what the last event about them left.

        Every row and photo is read anew. What was kept of them is dropped, so that cases are then shown as stored.
        """
        self._folded.forget()
        faults: list[Fault] = []
        with self.database.session() as session:
            rows: Sequence[EventRow] = session.scalars(select(EventRow).order_by(EventRow.number)).all()
            users = {row.name_key: row for row in session.scalars(select(UserRow))}
        previous, expected = GENESIS, 1
        for row in rows:
            where = f"event {row.number} of " + (f"case {row.case_number}" if row.case_number else "the agency")
            if row.number != expected:
                faults.append(Fault(where, f"expected number {expected}: events before it are missing"))
            if row.previous != previous:
                faults.append(Fault(where, "does not continue the event before it"))
            if row.hash != event_hash(row.number, row.case_number, row.at, row.who, row.payload, row.previous):
                faults.append(Fault(where, "was altered: its hash does not match its content"))
            previous, expected = row.hash, row.number + 1
            faults += self._photo_faults(row, where)
        return faults + user_faults(rows, users)

    def head(self) -> tuple[int, str]:
        """Number and hash of the last event. Noted elsewhere (on a report), it shows if later events were cut off."""
        with self.database.session() as session:
            last = session.scalar(select(EventRow).order_by(EventRow.number.desc()).limit(1))
            return (last.number, last.hash) if last else (0, GENESIS)

    def last_at(self) -> datetime | None:
        """Latest time of any event, UTC; ``None`` without events. By clocks that may have been wrong."""
        with self.database.session() as session:
            # Times are stored as text of one form, all in UTC, so the greatest text is the latest time.
            text = session.scalar(select(EventRow.at).order_by(EventRow.at.desc()).limit(1))
        return datetime.fromisoformat(text) if text else None

    def _photo_faults(self, row: EventRow, where: str) -> list[Fault]:
        try:
            if row.case_number == SETTINGS:
                AGENCY.validate_json(row.payload)
                return []
            payload = PAYLOAD.validate_json(row.payload)
        except ValidationError:
            return [Fault(where, "cannot be read as an event")]
        if not isinstance(payload, PhotoAdded):
            return []
        path = self.photos.path(payload.sha256)
        if not path.is_file():
            return [Fault(where, f"photo {payload.name} is missing: {path}")]
        if hashlib.sha256(path.read_bytes()).hexdigest() != payload.sha256:
            return [Fault(where, f"photo {payload.name} was altered: {path}")]
        return []


def _query(case: str) -> Select[EventRow]:
    return select(EventRow).order_by(EventRow.number).where(EventRow.case_number == case)


def _events(rows: Sequence[EventRow]) -> list[Event]:
    return _read(rows, _event)


def _read(rows: Sequence[EventRow], read: Callable[[EventRow], _Made]) -> list[_Made]:
    try:
        return [read(row) for row in rows]
    except (ValidationError, ValueError) as error:
        raise StoreError(
            "an event cannot be read; run: tigercheck cases verify", StoreErrorCode.EVENT_UNREADABLE
        ) from error


def _event(row: EventRow) -> Event:
    return Event(
        number=row.number, case=row.case_number, at=datetime.fromisoformat(row.at), who=row.who,
        payload=PAYLOAD.validate_json(row.payload), previous=row.previous, hash=row.hash,
    )  # fmt: skip


def _setting(row: EventRow) -> SettingEvent:
    return SettingEvent(
        number=row.number, at=datetime.fromisoformat(row.at), who=row.who,
        payload=SettingChanged.model_validate_json(row.payload), previous=row.previous, hash=row.hash,
    )  # fmt: skip


def _agency(row: EventRow) -> SettingEvent | UserEvent:
    return user_event(row) if isinstance(AGENCY.validate_json(row.payload), UserChanged) else _setting(row)
