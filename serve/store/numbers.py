"""Which case a number belongs to. A number that a case ever had stays its own, so that old papers still lead to it."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import PAYLOAD, CaseRenumbered
from serve.store.tables import EventRow

# In stored text quotation marks of what people wrote are escaped, so nothing else reads like this.
_RENUMBERED = '%"kind":"case_renumbered"%'


def key_of(session: Session, number: str) -> str | None:
    """The number that the case was opened with, under which its events stand; ``None`` if no case has this number.

    Raises:
        StoreError: an event that gave a case its number cannot be read.
    """
    if session.scalar(select(EventRow.number).where(EventRow.case_number == number).limit(1)) is not None:
        return number
    rows = session.scalars(select(EventRow).where(EventRow.payload.like(_RENUMBERED)).order_by(EventRow.number))
    for row in rows:
        try:
            payload = PAYLOAD.validate_json(row.payload)
        except ValidationError as error:
            raise StoreError(
                "an event cannot be read; run: tigercheck cases verify", StoreErrorCode.EVENT_UNREADABLE
            ) from error
        if isinstance(payload, CaseRenumbered) and payload.number == number:
            return row.case_number
    return None
