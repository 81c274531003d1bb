"""A database, of cases and users or of exercises: opened, brought to its current tables, its errors made clear."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from serve.store.errors import StoreError, StoreErrorCode

#: Alembic's context is one for the whole process.
_MIGRATING = threading.Lock()
#: SQLite's primary result codes and what they mean here.
_SQLITE = {
    sqlite3.SQLITE_BUSY: StoreErrorCode.LOCKED,
    sqlite3.SQLITE_LOCKED: StoreErrorCode.LOCKED,
    sqlite3.SQLITE_READONLY: StoreErrorCode.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: StoreErrorCode.READ_ONLY,
    sqlite3.SQLITE_PERM: StoreErrorCode.READ_ONLY,
    sqlite3.SQLITE_FULL: StoreErrorCode.DISK_FULL,
    sqlite3.SQLITE_IOERR: StoreErrorCode.DISK_FULL,
    sqlite3.SQLITE_CORRUPT: StoreErrorCode.DAMAGED,
    sqlite3.SQLITE_NOTADB: StoreErrorCode.DAMAGED,
}
_REMEDIES = {
    StoreErrorCode.LOCKED: "Another program holds it: close that program, then try again",
    StoreErrorCode.READ_ONLY: "Its folder cannot be written: allow writing, or choose another folder with --data",
    StoreErrorCode.DISK_FULL: "The disk may be full or failing: free some space, then try again",
    StoreErrorCode.DAMAGED: (
        "It is damaged: keep the file as it is, and restore a backup beside it or choose another folder with --data"
    ),
    StoreErrorCode.UNUSABLE: "See whether the database runs and may be used, then try again",
}


@dataclass(frozen=True)
class Schema:
    """Which database it is.

    Attributes:
        key: its folder in the user's data folder; sentences of its own in the catalogues are
            ``store_error.<key>.<code>``.
        name: in messages.
        file: name of the SQLite file in the data folder.
        package: holds its ``migrations`` folder.
        pragmas: for SQLite, beyond those that every database here has.
    """

    key: str
    name: str
    file: str
    package: str
    pragmas: tuple[str, ...] = ()


CASES = Schema("cases", "case database", "cases.sqlite", "serve.store")


def default_data(schema: Schema = CASES) -> Path:
    """The user's data folder for a database."""
    return user_data_path("tigercheck", appauthor=False) / schema.key


class Database:
    """Connections to a database: that of cases unless another ``schema`` is named.

    Args:
        data: folder of the SQLite file if no ``url`` is given, by default the user's own for the schema; made if it is
            missing, readable by its owner only.
        url: SQLAlchemy URL of another database.
        patience_s: how long to wait for a lock held by another program, in seconds (SQLite only).
        schema: which tables it holds.

    Raises:
        StoreError: the database cannot be opened, is damaged, or stays locked.
    """

    def __init__(
        self, data: Path | None = None, url: str | None = None, patience_s: float = 10.0, schema: Schema = CASES
    ) -> None:
        self.data = data or default_data(schema)
        self.schema = schema
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{self.data} cannot be made: {error.strerror}. Choose another folder with --data",
                StoreErrorCode.FOLDER,
                folder=str(self.data),
            ) from error
        self._engine = _engine(url or f"sqlite:///{self.data / schema.file}", patience_s, schema.pragmas)
        with (
            _MIGRATING,
            self.guarded(),
            self._engine.begin() as connection,
            as_file(files(schema.package) / "migrations") as scripts,
        ):
            config = Config()
            config.set_main_option("script_location", str(scripts).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """For what a session cannot do, such as compacting the file."""
        return self._engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session whose errors are :class:`StoreError`. What was not committed at its end is rolled back."""
        with self.guarded(), Session(self._engine) as session:
            yield session

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn the database's errors into one clear message."""
        try:
            yield
        except DBAPIError as error:
            code = _code(error)
            raise StoreError(
                f"the {self.schema.name} cannot be used: {error.orig}. {_REMEDIES[code]}. "
                "What was recorded before is kept",
                code,
                folder=str(self.data),
                database=self.schema.key,
            ) from error


def _code(error: DBAPIError) -> StoreErrorCode:
    number = getattr(error.orig, "sqlite_errorcode", None)
    if number is not None:
        return _SQLITE.get(number & 0xFF, StoreErrorCode.UNUSABLE)
    # Refused connections and locks come as operational errors; sqlite3 reports some damage without a number.
    damaged = isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(error, OperationalError)
    return StoreErrorCode.DAMAGED if damaged else StoreErrorCode.UNUSABLE


def _engine(url: str, patience_s: float, pragmas: tuple[str, ...]) -> Engine:
    try:
        engine = create_engine(url)
    except (ArgumentError, ImportError) as error:
        # The URL may hold a password, so it is not repeated.
        raise StoreError(
            f"the database cannot be addressed so: {type(error).__name__}; expected an SQLAlchemy URL such as "
            "postgresql+pg8000://USER@HOST/NAME, and its driver installed (pip install pg8000)"
        ) from error
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            # The patience first: changing the journal mode may already have to wait. WAL lets readers go on while one
            # writes; FULL flushes at every commit, so that a recorded event stays.
            patience = f"busy_timeout={round(patience_s * 1000)}"
            for pragma in (patience, "journal_mode=WAL", "synchronous=FULL", *pragmas):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return engine
