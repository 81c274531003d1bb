"""Whether this computer's clock can be right. A wrong one never stops anyone: times are recorded as it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from babel.dates import format_datetime

from serve.i18n import LOCALES, tr

#: When this version was made: no right clock shows an earlier time. Set anew with each release.
BUILT = datetime(2026, 11, 25, tzinfo=UTC)
#: Computers that share one database may differ by this much.
_TOLERANCE = timedelta(minutes=2)
#: This long after the last event, or ten years after :data:`BUILT`, a wrong year is likelier than a pause.
_PAUSE = timedelta(days=366)
_LIFETIME = timedelta(days=3653)


class ClockFault(StrEnum):
    """What is odd about the clock. Each has a sentence in every catalogue (``clock.<fault>``)."""

    BEFORE_BUILD = "before_build"
    BEFORE_LAST = "before_last"
    FAR_AHEAD = "far_ahead"


@dataclass(frozen=True)
class ClockWarning:
    """The clock shows ``now``, which does not fit ``compared``: the release, or the last event. Both UTC."""

    fault: ClockFault
    now: datetime
    compared: datetime


def clock_warning(now: datetime, last: datetime | None, built: datetime = BUILT) -> ClockWarning | None:
    """What is odd about the time ``now``, given the time of the last event and of the release; all with a zone."""
    if now < built:
        return ClockWarning(ClockFault.BEFORE_BUILD, now, built)
    if last is not None and now < last - _TOLERANCE:
        return ClockWarning(ClockFault.BEFORE_LAST, now, last)
    if now > built + _LIFETIME:
        return ClockWarning(ClockFault.FAR_AHEAD, now, built)
    if last is not None and now > last + _PAUSE:
        return ClockWarning(ClockFault.FAR_AHEAD, now, last)
    return None


def clock_sentence(warning: ClockWarning, language: str) -> str:
    """The warning in words, with both times by the computer's own time zone."""
    return tr(
        f"clock.{warning.fault.value}",
        language,
        now=local_time(warning.now, language),
        compared=local_time(warning.compared, language),
    )


def local_time(at: datetime, language: str) -> str:
    """A time in the computer's own zone and the language's own notation, to the minute."""
    return str(format_datetime(at.astimezone(), "short", locale=LOCALES[language]))
