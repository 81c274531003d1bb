"""Changes of users as links of the chain, and whether the table of users is what they left."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError
from sqlalchemy.orm import Session

from serve.store.chain import Fault, append
from serve.store.database import Database
from serve.store.events import AGENCY, SETTINGS, UserChanged, UserEvent
from serve.store.tables import EventRow, UserRow


def name_key(name: str) -> str:
    """One form of a user's name, whatever its case and however its accents were typed."""
    return unicodedata.normalize("NFC", name.strip()).casefold()[:200]


def change_user(database: Database, who: str, change: Callable[[Session], UserChanged]) -> UserEvent:
    """Change the table of users and append what was done, as one transaction.

    Args:
        database: that holds both.
        who: did it.
        change: changes the row in the session it is given, without committing, and says what it did.

    Raises:
        StoreError: ``who`` is empty or too long, or the database cannot be written; then nothing was changed.
    """
    return append(
        database, lambda: datetime.now(UTC), who, user_event, lambda session: (SETTINGS, [change(session)])
    )[0]  # fmt: skip


def user_event(row: EventRow) -> UserEvent:
    """A row of the chain as the change of a user it is."""
    return UserEvent(
        number=row.number, at=datetime.fromisoformat(row.at), who=row.who,
        payload=UserChanged.model_validate_json(row.payload), previous=row.previous, hash=row.hash,
    )  # fmt: skip


def user_faults(rows: Sequence[EventRow], users: Mapping[str, UserRow]) -> list[Fault]:
    """Users whose role or state is not what the last event about them left, or who are gone.

    Users of a post that was set up before such events were recorded have none and are not compared.
    """
    last: dict[str, UserChanged] = {}
    for row in rows:
        if row.case_number != SETTINGS:
            continue
        try:
            payload = AGENCY.validate_json(row.payload)
        except ValidationError:
            continue  # told as a fault of its own
        if isinstance(payload, UserChanged):
            last[name_key(payload.user)] = payload
    faults = []
    for key, left in last.items():
        found = users.get(key)
        if found is None:
            faults.append(Fault(f"user {left.user}", "was removed from the table of users"))
        elif (found.role, found.disabled) != (left.role, left.disabled):
            faults.append(Fault(f"user {left.user}", "role or state is not what was recorded last"))
    return faults
