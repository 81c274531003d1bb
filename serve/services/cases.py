"""Record cases: what the page and the command line do, without either.

Everything recorded together is one transaction (:meth:`serve.store.store.CaseStore.append_all`): a power cut leaves all
of it or none, and originals are on the disk before anything names them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from serve.i18n import LANGUAGES, catalogue, tr
from serve.services.clock import ClockWarning, clock_warning
from serve.services.declared_answer import answer_by_rule
from serve.services.stored_records import following
from serve.store.cases import Exhibit
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    CaseOpened,
    CaseReopened,
    ChecklistAnswered,
    Event,
    EventCorrected,
    ExhibitDeclared,
    ExhibitJudged,
    OfficerDecided,
    OfficerJudged,
    Original,
    Payload,
    PhotoAdded,
)
from serve.store.store import CaseStore


@dataclass(frozen=True)
class NewCheck:
    """What is to be recorded about one exhibit. What is ``None`` or empty is left as it is.

    Attributes:
        exhibit: its name; that of ``declared`` and the others is taken from here.
        photos: name and content (or where it lies) of each original.
        prediction: the answer as :func:`serve.services.answer_json.exhibit_json` gives it.
        language: if given and there is no ``prediction``, what follows from the declaration alone is answered by rule
            (:mod:`serve.services.declared_answer`), in sentences of this language.
    """

    exhibit: str
    photos: Sequence[tuple[str, Path | bytes]] = ()
    declared: ExhibitDeclared | None = None
    judgement: OfficerJudged | None = None
    prediction: dict[str, object] | None = None
    checklist: ChecklistAnswered | None = None
    decision: OfficerDecided | None = None
    language: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What was recorded: its events (none if all of it stood there already), and whether the clock looks wrong."""

    events: tuple[Event, ...]
    clock: ClockWarning | None = field(default=None)


def open_case(store: CaseStore, case: str, who: str, place: str = "", agency: str = "") -> Recorded:
    """Open a case.

    Raises:
        StoreError: the number is taken, or a name is empty or too long.
    """
    return record(store, case, who, [CaseOpened(place=place, agency=agency)])


def save_check(store: CaseStore, case: str, who: str, check: NewCheck, opening: CaseOpened | None = None) -> Recorded:
    """Record photos, declaration, the officer's judgement, the model's answer and what else is given, as one unit.

    The judgement stands before the answer in the unit. Where it must be beyond doubt that it came first, call this
    twice: without ``prediction`` before the answer is shown, and with it afterwards. Until then the exhibit simply has
    no outcome. What the case holds already is not recorded a second time, so saving twice does no harm.

    Args:
        opening: opens the case in the same unit if it does not exist yet.

    Raises:
        StoreError: a photo cannot be read or stored, the case does not exist or is closed, or the database cannot be
            written; nothing of the unit is recorded then.
    """
    originals = [(name, _content(name, content)) for name, content in check.photos]
    payloads: list[Payload] = []
    before = store.events(case)
    if not before and opening is not None:
        payloads.append(opening)
    held = store.case(case).exhibits.get(check.exhibit) if before else None
    held = held or Exhibit(check.exhibit)
    known = {photo.sha256 for photo in held.photos}
    for name, data in originals:
        digest = hashlib.sha256(data).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        store.photos.put(data)
        shown = name[-200:] or "photo"
        payloads.append(PhotoAdded(exhibit=check.exhibit, name=shown, sha256=digest, size=len(data)))
    payloads += _changed(check, held)
    return record(store, case, who, payloads) if payloads else Recorded(())


def record(store: CaseStore, case: str, who: str, payloads: Sequence[Payload]) -> Recorded:
    """Append events as one unit, and say whether the clock that dated them looks wrong."""
    warning = clock_warning(store.now(), store.last_at())
    return Recorded(tuple(store.append_all(case, who, payloads)), warning)


def reopen(store: CaseStore, case: str, who: str, reason: str) -> Recorded:
    """Let a closed case go on."""
    return record(store, case, who, [CaseReopened(reason=said(reason))])


def correct(
    store: CaseStore,
    case: str,
    who: str,
    number: int,
    reason: str,
    replacement: Original | None = None,
    *,
    language: str = LANGUAGES[0],
    after: int | None = None,
) -> Recorded:
    """Say what an earlier event should have said; without a replacement it is withdrawn. It stays in the history.

    What rests on it is in the same unit: with a declaration, the answer that a rule gave by it.

    Args:
        language: of sentences that are worded anew.
        after: the event or correction that the person saw; see :class:`serve.store.events.EventCorrected`.

    Raises:
        StoreError: no reason, the correction does not fit the event (see :mod:`serve.store.rules`), or another one
            came meanwhile.
    """
    why = said(reason)
    correction = EventCorrected(number=number, reason=why, replacement=replacement, after=after)
    return record(
        store, case, who, [correction, *following(store.events(case), number, replacement, why, language)]
    )  # fmt: skip


def suggest_number(store: CaseStore, prefix: str = "VN", now: datetime | None = None) -> str:
    """The next case number of the form ``PREFIX-YEAR-007``: one above the highest of this prefix and year."""
    stem = f"{prefix}-{(now or store.now()).astimezone().year}-"
    form = re.compile(re.escape(stem) + r"(\d{1,9})")
    numbers = (number for case in store.cases() for number in (case.number, *case.former))
    used = [int(found[1]) for number in numbers if (found := form.fullmatch(number))]
    return f"{stem}{max(used, default=0) + 1:03d}"


def store_sentence(error: StoreError, language: str) -> str:
    """What went wrong with a store, and what to do, in words; they name the database where the error does."""
    own = f"store_error.{error.params.get('database')}.{error.code.value}"
    key = own if own in catalogue(language) else f"store_error.{error.code.value}"
    return tr(key, language, **error.params)


def _changed(check: NewCheck, held: Exhibit) -> list[Payload]:
    payloads: list[Payload] = []
    judged = held.judgement.payload if held.judgement else None
    for new, old in ((check.declared, held.declared), (check.judgement, judged)):
        if new is not None and (named := new.model_copy(update={"exhibit": check.exhibit})) != old:
            payloads.append(named)
    answer = check.prediction
    if answer is None and check.language is not None and check.declared is not None:
        answer = answer_by_rule(held.prediction, check.declared, check.language)
    if answer is not None and answer != held.prediction:
        payloads.append(ExhibitJudged(exhibit=check.exhibit, prediction=answer))
    if check.checklist is not None:
        checklist = check.checklist.model_copy(update={"exhibit": check.exhibit})
        payloads += [checklist] if checklist != held.checklist else []
    if check.decision is not None and (check.decision.decision, check.decision.action) != (held.decision, held.action):
        payloads.append(check.decision.model_copy(update={"exhibit": check.exhibit}))
    return payloads


def _content(name: str, content: Path | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return content.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{name} cannot be read: {error.strerror}; nothing was recorded", StoreErrorCode.FILE_UNREADABLE, name=name
        ) from error


def said(reason: str) -> str:
    """A reason without spaces around it.

    Raises:
        StoreError: it says nothing.
    """
    if not reason.strip():
        raise StoreError("no reason given; say in a few words why", StoreErrorCode.NO_REASON)
    return reason.strip()
