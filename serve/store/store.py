"""The case store: append events, read cases, verify the chain."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from platformdirs import user_data_path
from pydantic import ValidationError
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from serve.store.errors import StoreError
from serve.store.events import (
    GENESIS,
    PAYLOAD,
    CaseOpened,
    Event,
    LaboratoryAnswered,
    Payload,
    PhotoAdded,
    event_hash,
    payload_text,
)
from serve.store.photos import PhotoStore
from serve.store.tables import EventRow

_ATTEMPTS = 20
#: Alembic's context is one for the whole process.
_MIGRATING = threading.Lock()


@dataclass
class Exhibit:
    """One object of a case, as its events leave it."""

    name: str
    photos: list[PhotoAdded] = field(default_factory=list)
    prediction: dict[str, object] | None = None
    decision: str | None = None
    laboratory: LaboratoryAnswered | None = None


@dataclass
class Case:
    """A case, as its events leave it."""

    number: str
    opened: datetime
    officer: str
    place: str
    agency: str
    exhibits: dict[str, Exhibit] = field(default_factory=dict)

    def exhibit(self, name: str) -> Exhibit:
        """An exhibit by name, made if it is new."""
        return self.exhibits.setdefault(name, Exhibit(name))


@dataclass(frozen=True)
class Fault:
    """Something that does not match: an event or a photo."""

    where: str
    what: str


def default_data() -> Path:
    """The user's data folder for cases."""
    return user_data_path("tigercheck", appauthor=False) / "cases"


class CaseStore:
    """Cases in a database, their photos in a folder beside it.

    Args:
        data: folder of the photos, and of the SQLite file if no ``url`` is given.
        url: SQLAlchemy URL of another database.

    Raises:
        StoreError: the database cannot be opened, is damaged, or is locked for long.
    """

    def __init__(self, data: Path | None = None, url: str | None = None) -> None:
        self.data = data or default_data()
        try:
            self.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{self.data} cannot be made: {error.strerror}. Choose another folder with --data"
            ) from error
        self.photos = PhotoStore(self.data / "photos")
        self._engine = _engine(url or f"sqlite:///{self.data / 'cases.sqlite'}")
        with (
            _MIGRATING,
            self._guarded(),
            self._engine.begin() as connection,
            as_file(files("serve.store") / "migrations") as scripts,
        ):
            config = Config()
            config.set_main_option("script_location", str(scripts).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def append(self, case: str, who: str, payload: Payload) -> Event:
        """Append an event. Once this returns it survives a power cut.

        Raises:
            StoreError: the case does not fit (opened twice, or not opened), or the database cannot be written.
        """
        opening = isinstance(payload, CaseOpened)
        text = payload_text(payload)
        for _ in range(_ATTEMPTS):
            with self._guarded(), Session(self._engine) as session:
                known = session.scalar(select(EventRow.number).where(EventRow.case_number == case).limit(1)) is not None
                if opening and known:
                    raise StoreError(f"case {case!r} exists; add to it, or give another number")
                if not opening and not known:
                    raise StoreError(f"there is no case {case!r}; open it first")
                last = session.scalar(select(EventRow).order_by(EventRow.number.desc()).limit(1))
                number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
                at = datetime.now(UTC).isoformat(timespec="milliseconds")
                row = EventRow(
                    number=number, case_number=case, at=at, who=who, payload=text, previous=previous,
                    hash=event_hash(number, case, at, who, text, previous),
                )  # fmt: skip
                try:
                    made = _event(row)  # what could not be read back must not be written
                except ValidationError as error:
                    raise StoreError("case and officer must be named, with at most 200 characters each") from error
                session.add(row)
                try:
                    session.commit()
                except IntegrityError:
                    continue  # Another writer continued from the same event; take its event as the last and try again.
                return made
        raise StoreError("the case store is busy; try again")

    def add_photo(self, case: str, who: str, exhibit: str, name: str, data: bytes) -> Event:
        """Store an original, then record it: an interruption leaves at worst bytes nobody names."""
        digest = self.photos.put(data)
        return self.append(case, who, PhotoAdded(exhibit=exhibit, name=name, sha256=digest, size=len(data)))

    def events(self, case: str | None = None) -> list[Event]:
        """Events in order, of one case or of all.

        Raises:
            StoreError: a row cannot be read as an event.
        """
        query = select(EventRow).order_by(EventRow.number)
        with self._guarded(), Session(self._engine) as session:
            rows = session.scalars(query if case is None else query.where(EventRow.case_number == case)).all()
            try:
                return [_event(row) for row in rows]
            except ValidationError as error:
                raise StoreError("an event cannot be read; run: tigercheck cases verify") from error

    def cases(self) -> list[Case]:
        """All cases as their events leave them, in the order they were opened."""
        found: dict[str, Case] = {}
        for one in self.events():
            payload = one.payload
            if isinstance(payload, CaseOpened):
                found[one.case] = Case(one.case, one.at, one.who, payload.place, payload.agency)
                continue
            exhibit = found[one.case].exhibit(payload.exhibit)
            match payload.kind:
                case "photo_added":
                    exhibit.photos.append(payload)
                case "exhibit_judged":
                    exhibit.prediction = payload.prediction
                case "officer_decided":
                    exhibit.decision = payload.decision
                case "laboratory_answered":
                    exhibit.laboratory = payload
        return list(found.values())

    def verify(self) -> list[Fault]:
        """Everything that does not match: altered, missing or inserted events, missing or altered photos."""
        faults: list[Fault] = []
        with self._guarded(), Session(self._engine) as session:
            rows: Sequence[EventRow] = session.scalars(select(EventRow).order_by(EventRow.number)).all()
        previous, expected = GENESIS, 1
        for row in rows:
            where = f"event {row.number} of case {row.case_number}"
            if row.number != expected:
                faults.append(Fault(where, f"expected number {expected}: events before it are missing"))
            if row.previous != previous:
                faults.append(Fault(where, "does not continue the event before it"))
            if row.hash != event_hash(row.number, row.case_number, row.at, row.who, row.payload, row.previous):
                faults.append(Fault(where, "was altered: its hash does not match its content"))
            previous, expected = row.hash, row.number + 1
            faults += self._photo_faults(row, where)
        return faults

    def head(self) -> tuple[int, str]:
        """Number and hash of the last event. Noted elsewhere (on a report), it shows if later events were cut off."""
        with self._guarded(), Session(self._engine) as session:
            last = session.scalar(select(EventRow).order_by(EventRow.number.desc()).limit(1))
        return (last.number, last.hash) if last else (0, GENESIS)

    def _photo_faults(self, row: EventRow, where: str) -> list[Fault]:
        try:
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

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn the database's errors into one clear message."""
        try:
            yield
        except OperationalError as error:
            raise StoreError(
                f"the case database cannot be used: {error.orig}. Another program may hold it, or the disk may be "
                "full; what was confirmed before is kept"
            ) from error
        except DatabaseError as error:
            raise StoreError(
                f"the case database is damaged: {error.orig}. Keep the file as it is and restore a backup beside it"
            ) from error


def _event(row: EventRow) -> Event:
    return Event(
        number=row.number, case=row.case_number, at=datetime.fromisoformat(row.at), who=row.who,
        payload=PAYLOAD.validate_json(row.payload), previous=row.previous, hash=row.hash,
    )  # fmt: skip


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            # WAL lets readers go on while one writes; FULL flushes at every commit, so that a confirmed event stays.
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return engine
