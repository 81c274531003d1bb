"""One case's events as rows a person can read, the corrected ones included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from model.taxonomy import shipped_taxonomy
from serve.i18n import tr
from serve.services.clock import local_time
from serve.services.correction_fields import CORRECTABLE, changes
from serve.services.wording import leaf_name
from serve.store.cases import corrections_of
from serve.store.events import (
    CaseClosed,
    CaseOpened,
    CaseRenumbered,
    CaseReopened,
    ChecklistAnswered,
    Event,
    EventCorrected,
    ExhibitDeclared,
    ExhibitJudged,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
    Original,
    Payload,
    PhotoAdded,
    ReportIssued,
)
from serve.store.store import CaseStore

_OfPerson = ExhibitDeclared | OfficerJudged | ChecklistAnswered | OfficerDecided | LaboratoryAnswered | ExhibitReviewed
#: Characters of a hash that a person compares by eye; the whole one is in the report and the export.
_HASH = 12


@dataclass(frozen=True)
class HistoryRow:
    """One event.

    Attributes:
        at: UTC; ``when`` is the same in the computer's zone and the language's notation.
        title: what happened; ``exhibit`` is empty for what concerns the whole case.
        standing: whether it holds as it is, holds with other content, or was withdrawn.
        corrects: number of the event it corrects; ``changes`` says what it changed, old and new, and ``reason`` why.
        corrected_by: numbers of the corrections of this event.
        correctable: whether a person recorded it, so that it can be corrected.
        hash: of the event.
    """

    number: int
    at: datetime
    when: str
    who: str
    kind: str
    title: str
    exhibit: str
    detail: str
    standing: Literal["stands", "corrected", "withdrawn"]
    corrects: int | None
    hash: str
    changes: tuple[str, ...] = ()
    reason: str = ""
    corrected_by: tuple[int, ...] = ()
    correctable: bool = False


def history(store: CaseStore, case: str, language: str) -> list[HistoryRow]:
    """All events of a case, in order. Empty if there is no such case."""
    events = store.events(case)
    corrections = corrections_of(events)
    worded = _corrections_worded(events, language)
    rows = []
    for event in events:
        standing: Literal["stands", "corrected", "withdrawn"] = "stands"
        own = corrections.get(event.number, [])
        if own:
            standing = "withdrawn" if own[-1][1].replacement is None else "corrected"
        payload = event.payload
        detail, changed = worded.get(event.number) or (describe(payload, language), ())
        about = payload.replacement if isinstance(payload, EventCorrected) else payload
        rows.append(
            HistoryRow(
                number=event.number, at=event.at, when=local_time(event.at, language), who=event.who,
                kind=payload.kind, title=tr(f"history.{payload.kind}", language),
                exhibit=getattr(about, "exhibit", ""), detail=detail, standing=standing,
                corrects=payload.number if isinstance(payload, EventCorrected) else None, hash=event.hash,
                changes=changed, reason=payload.reason if isinstance(payload, EventCorrected) else "",
                corrected_by=tuple(number for number, _ in own), correctable=isinstance(payload, CORRECTABLE),
            )
        )  # fmt: skip
    return rows


def corrections_worded(events: Sequence[Event], language: str) -> dict[int, str]:
    """What each correction among one case's events changed, in one line: old, new and why; by its own number."""
    return {number: detail for number, (detail, _) in _corrections_worded(events, language).items()}


def _corrections_worded(events: Sequence[Event], language: str) -> dict[int, tuple[str, tuple[str, ...]]]:
    # What each event says so far; None if it is withdrawn.
    held: dict[int, Original | None] = {
        one.number: one.payload for one in events if not isinstance(one.payload, EventCorrected | CaseRenumbered)
    }
    writers = {one.number: one.who for one in events}
    made: dict[int, tuple[str, tuple[str, ...]]] = {}
    for event in events:
        if isinstance(event.payload, CaseRenumbered):
            made[event.number] = (describe(event.payload, language), ())
        if isinstance(event.payload, EventCorrected):
            old = held.get(event.payload.number)
            made[event.number] = _corrected(event.payload, old, language, writers.get(event.payload.number, ""))
            held[event.payload.number] = event.payload.replacement
    return made


def _corrected(
    correction: EventCorrected, old: Original | None, language: str, recorder: str
) -> tuple[str, tuple[str, ...]]:
    """What a correction changed in one line, and each change alone. ``old`` is ``None`` of a withdrawn event."""
    new, about = correction.replacement, {"number": correction.number, "reason": correction.reason}
    if new is None:
        was = describe(old, language) if old is not None else tr("history.standing.withdrawn", language)
        return tr("correction.withdrew", language, old=was or "–", **about), ()
    if old is None:
        return tr("correction.restored", language, new=describe(new, language) or "–", **about), ()
    changed = tuple(changes(_led(old, recorder), _led(new, recorder), language))
    if not changed:
        return tr("correction.confirmed", language, **about), ()
    return tr("correction.replaced", language, changes=" ".join(changed), **about), changed


def _led(payload: Original, recorder: str) -> Original:
    """A case's opening with its officer named: where none was, it is who recorded it."""
    if isinstance(payload, CaseOpened) and not payload.officer:
        return payload.model_copy(update={"officer": recorder})
    return payload


def describe(payload: Payload, language: str) -> str:
    """What an event says, in one line."""
    match payload:
        case EventCorrected():
            if payload.replacement is None:
                return tr("history.detail.withdrawn", language, number=payload.number, reason=payload.reason)
            now = describe(payload.replacement, language)
            return tr("history.detail.replaced", language, number=payload.number, reason=payload.reason, now=now)
        case CaseOpened():
            parts = [payload.place, payload.agency, payload.officer]
        case CaseRenumbered():
            change = tr(
                "correction.change", language, field=tr("case.number", language), old=payload.before, new=payload.number
            )
            return tr("renumber.detail", language, change=change, reason=payload.reason)
        case PhotoAdded():
            parts = [payload.name, f"SHA-256 {payload.sha256[:_HASH]}…"]
        case ExhibitJudged():
            code = payload.prediction.get("outcome")
            bundle = payload.prediction.get("bundle") or payload.prediction.get("rule")
            parts = [tr(f"outcome.{code}.short" if code else "outcome.none.title", language), str(bundle or "")]
        case CaseClosed() | CaseReopened():
            parts = [payload.reason]
        case ReportIssued():
            parts = [", ".join(payload.languages), f"SHA-256 {payload.sha256[:_HASH]}…"]
        case _:
            parts = _of_person(payload, language)
    return " · ".join(part for part in parts if part)


def _of_person(payload: _OfPerson, language: str) -> list[str]:
    match payload:
        case ExhibitDeclared():
            tiger = tr("history.detail.as_tiger", language) if payload.as_tiger else ""
            return [tr(f"history.declared.{payload.declared_as}", language), tiger, payload.labelled_as]
        case OfficerJudged():
            level = payload.confidence
            sure = tr("history.detail.confidence", language, level=level, most=5) if level else ""
            return [tr(f"outcome.{payload.identity}.short", language), _leaf(payload.leaf, language), sure]
        case ChecklistAnswered():
            said = list(payload.answers.values())
            counts = {answer: said.count(answer) for answer in ("yes", "no", "unsure")}
            return [tr("history.detail.checklist", language, **counts)]
        case OfficerDecided():
            return [tr(f"action.{payload.action}", language) if payload.action else "", payload.decision]
        case LaboratoryAnswered():
            return [_leaf(payload.leaf, language), payload.body, payload.reference]
        case ExhibitReviewed():
            return [payload.opinion]


def _leaf(leaf: str | None, language: str) -> str:
    if not leaf:
        return ""
    return leaf_name(leaf, language) if leaf in shipped_taxonomy().leaf_ids else leaf
