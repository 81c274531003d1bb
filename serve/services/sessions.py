"""Who is signed in: sessions of this process alone, named by random numbers that only the browser knows."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from serve.services.users import User, Users

#: A session ends after a shift, or after an hour in which nothing was done.
LONGEST_S, IDLE_S = 12 * 3600.0, 3600.0
#: A user who was disabled, or has a new password, is let through for at most this long.
RECHECK_S = 5.0


@dataclass
class _Session:
    name: str
    stamp: str
    began: float
    used: float
    checked: float


class Sessions:
    """Sessions in memory: they end with the program.

    Args:
        users: looked up again every few seconds.
        clock: seconds, never going back.
    """

    def __init__(self, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self._users, self._clock = users, clock
        self._open: dict[bytes, _Session] = {}
        self._lock = threading.Lock()

    def begin(self, user: User) -> str:
        """A new session's token (256 random bits). Kept here is only its hash."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            for key in [key for key, one in self._open.items() if self._over(one, now)]:
                del self._open[key]
            self._open[_key(token)] = _Session(user.name, user.stamp, now, now, now)
        return token

    def user(self, token: str, active: bool = True) -> str | None:
        """The name of the user of a session; ``None`` if there is none or it ended.

        Args:
            token: as :meth:`begin` gave it.
            active: whether the person did something, which puts off the end of the session.

        Raises:
            StoreError: the users cannot be read.
        """
        now = self._clock()
        with self._lock:
            session = self._open.get(_key(token))
            if session is None:
                return None
            if self._over(session, now):
                del self._open[_key(token)]
                return None
            due = now - session.checked >= RECHECK_S
        if due:
            user = self._users.get(session.name)
            if user is None or user.disabled or user.stamp != session.stamp:
                self.end(token)
                return None
            session.checked = now
        if active:
            session.used = now
        return session.name

    def end(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(_key(token), None)

    def _over(self, session: _Session, now: float) -> bool:
        return now - session.began >= LONGEST_S or now - session.used >= IDLE_S


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
