"""Named users of a post: their passwords hashed with Argon2id, their roles, and a brake on guessing.

Hashes are those of argon2-cffi's defaults (RFC 9106, low-memory profile). The length asked for follows NIST SP
800-63B-4, which asks for length and against rules on kinds of characters.
"""

from __future__ import annotations

import getpass
import threading
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.services.access_errors import AccessError, AccessErrorCode
from serve.store.database import Database
from serve.store.events import UserChanged, UserEvent
from serve.store.store import CaseStore
from serve.store.tables import UserRow
from serve.store.user_events import change_user
from serve.store.user_events import name_key as _key

__all__ = [
    "AccessError",
    "Role",
    "Throttle",
    "User",
    "Users",
    "all_users",
    "changes_of_users",
    "find_user",
    "same_name",
]

#: Fewest and most characters of a password.
SHORTEST, LONGEST = 12, 256
#: Failed attempts within :data:`WINDOW_S` seconds after which a name at an address, or an address, must wait.
TRIES_NAME, TRIES_ADDRESS, WINDOW_S = 5, 30, 900.0


Act = Literal["added", "role_changed", "password_changed", "disabled", "enabled"]


class Role(StrEnum):
    """What a user may do; each may do all that those before it may."""

    OFFICER = "officer"
    TRAINER = "trainer"
    MAINTAINER = "maintainer"


@dataclass(frozen=True)
class User:
    """A user. ``stamp`` changes with the password, so that sessions of an older one end."""

    name: str
    role: Role
    created: datetime
    disabled: bool
    stamp: str = field(repr=False)

    def may(self, role: Role) -> bool:
        """Whether this user may do what ``role`` may."""
        order = list(Role)
        return not self.disabled and order.index(self.role) >= order.index(role)


def all_users(database: Database) -> list[User]:
    """All users, disabled ones included, by name."""
    with database.session() as session:
        return [_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name_key)).all()]


def find_user(database: Database, name: str) -> User | None:
    """A user by name, whatever its case."""
    with database.session() as session:
        row = session.get(UserRow, _key(name))
        return _user(row) if row else None


def changes_of_users(store: CaseStore) -> list[UserEvent]:
    """All that was done to users, in order.

    Raises:
        StoreError: the chain cannot be read.
    """
    return [event for event in store.agency_events() if isinstance(event, UserEvent)]


def same_name(one: str, other: str) -> bool:
    """Whether two names are one user's: case and the way accents were typed do not count."""
    return _key(one) == _key(other)


class Users:
    """The users table. Each change of it is an event of the chain, in the same transaction, with nothing of a password.

    Args:
        database: an open one.
        hasher: of passwords.
        by: who makes changes, as the events name them; default the computer account that runs the program.

    All methods raise :class:`serve.store.errors.StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database, hasher: PasswordHasher | None = None, by: str = "") -> None:
        self._database = database
        self._by = by.strip() or computer_account()
        self._hasher = hasher or PasswordHasher()
        # One at a time: each takes 64 MiB, and a flood of attempts must not fill a laptop's memory.
        self._hashing = threading.Lock()
        with self._hashing:
            #: What an unknown name is checked against, so that it takes as long as a known one.
            self._nobody = self._hasher.hash("nobody has this password")

    def all(self) -> list[User]:
        """All users, disabled ones included, by name."""
        return all_users(self._database)

    def get(self, name: str) -> User | None:
        """A user by name, whatever its case."""
        return find_user(self._database, name)

    def add(self, name: str, password: str, role: Role = Role.OFFICER) -> User:
        """Add a user.

        Raises:
            AccessError: the name is taken or not usable, or the password is too short or too long.
        """
        name = unicodedata.normalize("NFC", name.strip())
        if not 1 <= len(name) <= 100 or not name.isprintable():
            raise AccessError(AccessErrorCode.NAME)
        _check_password(name, password)
        password_hash = self._hash(password)

        def change(session: Session) -> UserChanged:
            if session.get(UserRow, _key(name)) is not None:
                raise AccessError(AccessErrorCode.NAME_TAKEN, name=name)
            row = UserRow(
                name_key=_key(name), name=name, password_hash=password_hash, role=role.value,
                created=datetime.now(UTC).isoformat(timespec="seconds"), disabled=False,
            )  # fmt: skip
            session.add(row)
            return _done("added", row)

        change_user(self._database, self._by, change)
        return self._known(name)

    def verify(self, name: str, password: str) -> User | None:
        """The user if name and password belong together and the user is enabled, else ``None``.

        An unknown or disabled name costs one hash like any other, so that time does not tell which names exist.
        """
        with self._database.session() as session:
            row = session.get(UserRow, _key(name))
            known = _user(row) if row else None
            stored = row.password_hash if row else self._nobody
        right = self._matches(stored, password)
        if not right or known is None or known.disabled:
            return None
        if self._hasher.check_needs_rehash(stored):
            # The same password, kept by newer rules: nobody changed anything.
            with self._database.session() as session:
                if (same := session.get(UserRow, _key(name))) is not None:
                    same.password_hash = self._hash(password)
                    session.commit()
            return self.get(name)
        return known

    def change_password(self, name: str, password: str) -> None:
        """Set a new password; all sessions of the user end.

        Raises:
            AccessError: no such user, or the password is too short or too long.
        """
        _check_password(name, password)
        self._change(name, "password_changed", password_hash=self._hash(password))

    def change_role(self, name: str, role: Role) -> User:
        """Give a user another role. It counts at once, also for who is signed in. What is so already is not recorded.

        Raises:
            AccessError: no such user.
        """
        user = self._known(name)
        if user.role is not role:
            self._change(name, "role_changed", role=role.value)
        return self._known(name)

    def disable(self, name: str, disabled: bool = True) -> None:
        """Let a user sign in no more; what they recorded stays. ``disabled=False`` lets them again.

        What is so already is not recorded.

        Raises:
            AccessError: no such user.
        """
        if self._known(name).disabled != disabled:
            self._change(name, "disabled" if disabled else "enabled", disabled=disabled)

    def _known(self, name: str) -> User:
        user = self.get(name)
        if user is None:
            raise AccessError(AccessErrorCode.USER_MISSING, name=name)
        return user

    def _hash(self, password: str) -> str:
        with self._hashing:
            return self._hasher.hash(_plain(password))

    def _matches(self, stored: str, password: str) -> bool:
        with self._hashing:
            try:
                return self._hasher.verify(stored, _plain(password[: LONGEST + 1]))
            except (VerificationError, InvalidHashError):
                return False

    def _change(self, name: str, act: Act, **values: object) -> None:
        def change(session: Session) -> UserChanged:
            row = session.get(UserRow, _key(name))
            if row is None:
                raise AccessError(AccessErrorCode.USER_MISSING, name=name)
            for column, value in values.items():
                setattr(row, column, value)
            return _done(act, row)

        change_user(self._database, self._by, change)


class Throttle:
    """Counts failed attempts, by name and address and by address alone. Kept in memory: a restart forgets them.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def wait_s(self, name: str, address: str) -> float:
        """Seconds until another attempt is let through; 0 if it is now."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            waits = [0.0]
            for key, most in (((_key(name), address), TRIES_NAME), (("", address), TRIES_ADDRESS)):
                failed = self._failed.get(key, deque())
                if len(failed) >= most:
                    waits.append(failed[-most] + WINDOW_S - now)
            return max(waits)

    def failed(self, name: str, address: str) -> None:
        """Note a failed attempt."""
        with self._lock:
            for key in ((_key(name), address), ("", address)):
                self._failed.setdefault(key, deque(maxlen=TRIES_ADDRESS)).append(self._clock())

    def succeeded(self, name: str, address: str) -> None:
        """Forget this name's failed attempts at this address; the last of the address was none."""
        with self._lock:
            self._failed.pop((_key(name), address), None)
            if noted := self._failed.get(("", address)):
                noted.pop()
                if not noted:
                    del self._failed["", address]

    def _forget(self, now: float) -> None:
        for key in [key for key, failed in self._failed.items() if failed[-1] <= now - WINDOW_S]:
            del self._failed[key]


def computer_account() -> str:
    """Name of the computer account that runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such account, as in some containers, by version and system
        return "?"


def _done(act: Act, row: UserRow) -> UserChanged:
    return UserChanged.model_validate({"act": act, "user": row.name, "role": row.role, "disabled": row.disabled})


def _user(row: UserRow) -> User:
    return User(row.name, Role(row.role), datetime.fromisoformat(row.created), row.disabled, row.password_hash[-24:])


def _plain(password: str) -> str:
    """One form of a password, whatever keyboard composed its accents."""
    return unicodedata.normalize("NFC", password)


def _check_password(name: str, password: str) -> None:
    if not SHORTEST <= len(_plain(password)) <= LONGEST:
        raise AccessError(
            AccessErrorCode.PASSWORD_LENGTH, shortest=SHORTEST, longest=LONGEST, count=len(_plain(password))
        )
    if _key(password) == _key(name) or len(set(password)) < 4:
        raise AccessError(AccessErrorCode.PASSWORD_SIMPLE)
