"""Who comes in with a code: a brake on guessing that never shuts out who is in already.

The brake is that of signing in (:class:`serve.services.users.Throttle`): 30 failed attempts from one address within 15
minutes, whether by form, by cookie or for the name of a class, and codes not seen from that address before wait. A
code that came in from an address goes on from there whatever others try, because thirty phones may share one address.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import TypeVar

from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.services.users import Throttle

T = TypeVar("T")
#: Codes and enrolments remembered; more than any post has trainees.
_MOST = 5000
_GUESSED = (ExerciseErrorCode.NO_CODE, ExerciseErrorCode.NO_CLASS)


class TooManyTries(Exception):
    """Somebody at this address tried too many codes.

    Args:
        minutes: until another attempt is let through.
    """

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(f"too many codes were tried from this address; wait {minutes} minutes")


class Gate:
    """Lets codes in, in memory: a restart forgets failed attempts, and codes come in anew by their cookie.

    Args:
        throttle: brake on guessing.
    """

    def __init__(self, throttle: Throttle | None = None) -> None:
        self._throttle = throttle or Throttle()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._made: OrderedDict[str, str] = OrderedDict()
        self._lock, self._entering, self._enrolling = threading.Lock(), threading.Lock(), threading.Lock()

    def through(self, name: str, address: str, look: Callable[[], T]) -> T:
        """What ``look`` finds for a code or the name of a class.

        Raises:
            TooManyTries: too many failed from this address, and this name never came in from there.
            ExerciseError: raised by ``look``.
        """
        pair = (name, address)
        if pair not in self._known:
            # One at a time: attempts sent all at once do not slip through, and thirty trainees who come in at the same
            # moment by the same code from the same address do not count as guesses.
            with self._entering:
                if pair not in self._known:
                    return self._first(pair, look)
        try:
            return look()
        except ExerciseError as error:
            if error.code in _GUESSED:
                with self._lock:
                    self._known.pop(pair, None)
            raise

    def _first(self, pair: tuple[str, str], look: Callable[[], T]) -> T:
        """What ``look`` finds for a name that never came in from an address."""
        wait = self._throttle.wait_s(*pair)
        if wait > 0:
            raise TooManyTries(ceil(wait / 60))
        try:
            found = look()
        except ExerciseError as error:
            if error.code in _GUESSED:
                self._throttle.failed(*pair)
            raise
        with self._lock:
            self._known[pair] = None
            _shorten(self._known)
        return found

    def enrol_once(self, token: str, enrol: Callable[[], str]) -> str:
        """The code that a form asked for, the same one however often the form is sent.

        Args:
            token: random, of the form as it was given out.
            enrol: makes a code.

        Raises:
            ExerciseError: raised by ``enrol``.
        """
        with self._enrolling:
            if token not in self._made:
                self._made[token] = enrol()
                _shorten(self._made)
            return self._made[token]


def _shorten(kept: OrderedDict[T, None] | OrderedDict[T, str]) -> None:
    while len(kept) > _MOST:
        kept.popitem(last=False)
