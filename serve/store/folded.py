"""Cases kept folded between calls: only what was appended since is read. Nothing here is trusted by ``verify``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.store.cases import Case, fold
from serve.store.events import GENESIS, SETTINGS, Event
from serve.store.tables import EventRow

#: Turns rows into events.
Read = Callable[[Sequence[EventRow]], list[Event]]


class FoldedCases:
    """All cases as the events read so far leave them. Several threads may ask at once.

    At each call the last event read is compared with the one stored under its number, and the first new one must
    continue it; if either does not hold, the chain was altered or replaced by another and everything is read again.

    Args:
        read: turns rows into events; raises :class:`serve.store.errors.StoreError` for one that cannot be read.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Read everything again at the next call."""
        with self._lock:
            self._number, self._hash = 0, GENESIS
            self._events: dict[str, list[Event]] = {}
            self._cases: dict[str, Case] = {}

    def cases(self, session: Session) -> list[Case]:
        """All cases in the order they were opened. The cases are shared between calls and must not be changed.

        Raises:
            StoreError: an event cannot be read, or belongs to a case that was never opened.
        """
        with self._lock:
            try:
                rows = self._newer(session)
                if rows is None:
                    self.forget()
                    rows = self._newer(session) or []
                self._take(rows)
            except BaseException:
                self.forget()
                raise
            return list(self._cases.values())

    def _newer(self, session: Session) -> Sequence[EventRow] | None:
        """Rows after the last one read; ``None`` if they do not continue it."""
        query = select(EventRow).where(EventRow.number >= self._number).order_by(EventRow.number)
        rows = session.scalars(query).all()
        if self._number == 0:
            return rows
        if not rows or (rows[0].number, rows[0].hash) != (self._number, self._hash):
            return None
        return rows[1:] if len(rows) == 1 or rows[1].previous == self._hash else None

    def _take(self, rows: Sequence[EventRow]) -> None:
        """Fold again the cases that have new events; the others stay as they are."""
        events = self._read([row for row in rows if row.case_number != SETTINGS])
        for one in events:
            self._events.setdefault(one.case, []).append(one)
        for number in dict.fromkeys(one.case for one in events):
            (self._cases[number],) = fold(self._events[number])
        if rows:
            self._number, self._hash = rows[-1].number, rows[-1].hash
