"""What every store here is opened with: a database in a folder, or at an address, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from serve.store.database import Database, Schema

#: Gives the time, UTC.
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


class OpenedStore:
    """A store over one database.

    Args:
        data: folder of the SQLite file if no ``url`` is given, and of whatever else the store keeps; ``None`` for the
            schema's own.
        url: SQLAlchemy URL of another database.
        patience_s: how long to wait for a database that another program holds, in seconds (SQLite only).
        clock: gives the time of what is recorded. Whatever it says is recorded: a wrong clock must not stop anyone.
        schema: which tables it holds.

    Raises:
        StoreError: the database cannot be opened, is damaged, or is locked for long.
    """

    def __init__(self, data: Path | None, url: str | None, patience_s: float, clock: Clock, schema: Schema) -> None:
        self.now = clock
        self.database = Database(data, url, patience_s, schema)
        self.data = self.database.data

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
