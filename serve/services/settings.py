"""The agency's settings: what they are now, and who changed them when.

They stand in the chain of events (:meth:`serve.store.store.CaseStore.change_setting`), so that whether a check was made
under a setting is read from the order of events, and ``tigercheck cases verify`` finds an altered or removed change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from serve.services.clock import ClockWarning, clock_warning
from serve.store.errors import StoreError
from serve.store.events import SettingChanged, SettingEvent, SettingName
from serve.store.store import CaseStore

_LOG = logging.getLogger(__name__)
#: All settings, in the order they are shown.
NAMES: tuple[SettingName, ...] = get_args(SettingName)
#: What holds until somebody changes it.
DEFAULTS: dict[SettingName, bool] = {"own_judgement_first": False}


@dataclass(frozen=True)
class Setting:
    """A setting as it is now; ``last`` is the change that made it so, ``None`` if nobody ever changed it."""

    name: SettingName
    value: bool
    last: SettingEvent | None


@dataclass(frozen=True)
class Changed:
    """What a change recorded: ``None`` if it was so already. ``clock`` tells if the clock that dated it looks wrong."""

    event: SettingEvent | None
    clock: ClockWarning | None = None


def settings(store: CaseStore) -> list[Setting]:
    """All settings as they are now.

    Raises:
        StoreError: the database cannot be read.
    """
    last: dict[SettingName, SettingEvent] = {event.payload.name: event for event in store.settings()}
    return [
        Setting(name, last[name].payload.value if name in last else DEFAULTS[name], last.get(name)) for name in NAMES
    ]


def change(store: CaseStore, who: str, name: SettingName, value: bool, reason: str = "") -> Changed:
    """Change a setting. What is so already is not recorded again.

    Raises:
        StoreError: ``who`` is empty or too long, or the database cannot be used; nothing is recorded then.
    """
    if any(one.name == name and one.value == value for one in settings(store)):
        return Changed(None)
    warning = clock_warning(store.now(), store.last_at())
    payload = SettingChanged(name=name, value=value, reason=reason.strip()[:500])
    return Changed(store.change_setting(who, payload), warning)


class AgencyWish:
    """Whether the officer's own judgement comes first, asked anew each time, so that a change holds at once.

    A database that cannot be read for a moment does not undo what the agency wished: what was read last holds. Where
    it could never be read, no case can be kept either, and nobody is asked.

    Args:
        open_store: gives the case store; may fail with a :class:`serve.store.errors.StoreError`.
    """

    def __init__(self, open_store: Callable[[], CaseStore]) -> None:
        self._open_store = open_store
        self._known = DEFAULTS["own_judgement_first"]

    def own_judgement_first(self) -> bool:
        """The setting."""
        try:
            (found,) = (one for one in settings(self._open_store()) if one.name == "own_judgement_first")
        except StoreError as error:
            _LOG.warning("the agency's settings cannot be read, so what was read last holds: %s", error)
            return self._known
        self._known = found.value
        return self._known
