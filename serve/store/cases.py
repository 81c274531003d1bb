"""Cases as their events leave them: one pass over the chain, with corrections honoured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    Action,
    CaseClosed,
    CaseOpened,
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
    PhotoAdded,
    ReportIssued,
)

State = Literal["open", "closed", "withdrawn"]
_OfExhibit = (
    PhotoAdded
    | ExhibitDeclared
    | OfficerJudged
    | ExhibitJudged
    | ChecklistAnswered
    | OfficerDecided
    | LaboratoryAnswered
    | ExhibitReviewed
)


@dataclass(frozen=True)
class Judgement:
    """An officer's own judgement.

    Attributes:
        before_model: whether it (and its last correction) was recorded before any answer of the model for the exhibit.
    """

    payload: OfficerJudged
    at: datetime
    who: str
    before_model: bool


@dataclass(frozen=True)
class Review:
    """A second person's look at an exhibit."""

    payload: ExhibitReviewed
    at: datetime
    who: str


@dataclass
class Exhibit:
    """One object of a case. Of several events of one kind the latest holds, of judgements the latest blind one.

    Attributes:
        prediction: what the check answered last, as ``tigercheck predict --exhibit --json`` prints it.
        judged_at: when; UTC. ``decided_at`` and ``answered_at`` are those of the decision and the laboratory.
        reviews: in order.
    """

    name: str
    photos: list[PhotoAdded] = field(default_factory=list)
    declared: ExhibitDeclared | None = None
    judgement: Judgement | None = None
    prediction: dict[str, object] | None = None
    judged_at: datetime | None = None
    judged_by: str = ""
    checklist: ChecklistAnswered | None = None
    decision: str | None = None
    action: Action | None = None
    decided_at: datetime | None = None
    laboratory: LaboratoryAnswered | None = None
    answered_at: datetime | None = None
    reviews: list[Review] = field(default_factory=list)

    @property
    def outcome(self) -> str | None:
        """The check's outcome code; ``None`` if nothing was checked or no photo could be used."""
        code = (self.prediction or {}).get("outcome")
        return code if isinstance(code, str) else None

    @property
    def bundle(self) -> str:
        """``name-version`` of the model that answered; empty if none did."""
        bundle = (self.prediction or {}).get("bundle")
        return bundle if isinstance(bundle, str) else ""


@dataclass
class Case:
    """A case.

    Attributes:
        opened: UTC by the computer's clock.
        officer: who opened it.
        last: time of its last event; ``last_number`` is that event's.
        reports: in order.
        corrections: how many events of the case are corrections.
    """

    number: str
    opened: datetime
    officer: str
    place: str
    agency: str
    exhibits: dict[str, Exhibit] = field(default_factory=dict)
    state: State = "open"
    last: datetime | None = None
    last_number: int = 0
    reports: list[ReportIssued] = field(default_factory=list)
    corrections: int = 0

    def exhibit(self, name: str) -> Exhibit:
        """An exhibit by name, made if it is new."""
        return self.exhibits.setdefault(name, Exhibit(name))


def latest_corrections(events: Iterable[Event]) -> dict[int, tuple[int, EventCorrected]]:
    """The correction that holds for each corrected event, with its own number."""
    return {one.payload.number: (one.number, one.payload) for one in events if isinstance(one.payload, EventCorrected)}


def fold(events: Sequence[Event]) -> list[Case]:
    """All cases of these events, in the order they were opened.

    Raises:
        StoreError: an event belongs to a case that was never opened, so the chain was altered.
    """
    corrections = latest_corrections(events)
    cases: dict[str, Case] = {}
    answered: dict[tuple[str, str], int] = {}
    for one in events:
        if isinstance(one.payload, ExhibitJudged):
            answered.setdefault((one.case, one.payload.exhibit), one.number)
    for one in events:
        payload, said = one.payload, one.number
        if isinstance(payload, CaseOpened) and one.case not in cases:
            cases[one.case] = Case(one.case, one.at, one.who, payload.place, payload.agency)
        if one.case not in cases:
            raise StoreError(
                f"event {one.number} belongs to case {one.case!r}, never opened; run: tigercheck cases verify",
                StoreErrorCode.EVENT_UNREADABLE,
            )
        case = cases[one.case]
        case.last, case.last_number = one.at, one.number
        if isinstance(payload, EventCorrected):
            case.corrections += 1
            continue
        if one.number in corrections:
            said, correction = corrections[one.number]
            if correction.replacement is None:
                if isinstance(payload, CaseOpened):
                    case.state = "withdrawn"
                continue
            payload = correction.replacement
        first = answered.get((one.case, getattr(payload, "exhibit", "")))
        _apply(case, payload, one, before_model=first is None or said < first)
    return list(cases.values())


def _apply(case: Case, payload: Original, event: Event, before_model: bool) -> None:
    match payload:
        case CaseOpened():
            case.place, case.agency = payload.place, payload.agency
        case CaseClosed() | CaseReopened():
            if case.state != "withdrawn":
                case.state = "closed" if isinstance(payload, CaseClosed) else "open"
        case ReportIssued():
            case.reports.append(payload)
        case _:
            _apply_to(case.exhibit(payload.exhibit), payload, event, before_model)


def _apply_to(exhibit: Exhibit, payload: _OfExhibit, event: Event, before_model: bool) -> None:
    match payload:
        case PhotoAdded():
            exhibit.photos.append(payload)
        case ExhibitDeclared():
            exhibit.declared = payload
        case OfficerJudged():
            if before_model or exhibit.judgement is None or not exhibit.judgement.before_model:
                exhibit.judgement = Judgement(payload, event.at, event.who, before_model)
        case ExhibitJudged():
            exhibit.prediction, exhibit.judged_at, exhibit.judged_by = payload.prediction, event.at, event.who
        case ChecklistAnswered():
            exhibit.checklist = payload
        case OfficerDecided():
            exhibit.decision, exhibit.action, exhibit.decided_at = payload.decision, payload.action, event.at
        case LaboratoryAnswered():
            exhibit.laboratory, exhibit.answered_at = payload, event.at
        case ExhibitReviewed():
            exhibit.reviews.append(Review(payload, event.at, event.who))
