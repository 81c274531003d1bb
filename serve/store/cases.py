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


#: A correction with its event's own number.
Correction = tuple[int, EventCorrected]


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
    """A second person's look at an exhibit; ``number`` is that of its event."""

    payload: ExhibitReviewed
    at: datetime
    who: str
    number: int = 0


@dataclass
class Exhibit:
    """One object of a case. Of several events of one kind the latest holds, of judgements the latest blind one.

    Attributes:
        prediction: what the check answered last, as ``tigercheck predict --exhibit --json`` prints it.
        judged_at: when; UTC. ``decided_at`` and ``answered_at`` are those of the decision and the laboratory.
        reviews: in order.
        sources: number of the event that each of these comes from, by the event's kind; of a corrected event its own
            number, not that of the correction.
        photo_numbers: the same of each photo.
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
    sources: dict[str, int] = field(default_factory=dict)
    photo_numbers: list[int] = field(default_factory=list)

    @property
    def outcome(self) -> str | None:
        """The check's outcome code; ``None`` if nothing was checked or no photo could be used."""
        code = (self.prediction or {}).get("outcome")
        return code if isinstance(code, str) else None

    @property
    def bundle(self) -> str:
        """``name-version`` of the model that answered; empty if none did."""
        return self._named("bundle")

    @property
    def rule(self) -> str:
        """Name and version of the rule that answered from the declaration alone; empty if photos were judged."""
        return self._named("rule")

    @property
    def program(self) -> str:
        """Name and version of the program whose rule answered; empty if photos were judged."""
        return self._named("program")

    def _named(self, field: str) -> str:
        value = (self.prediction or {}).get(field)
        return value if isinstance(value, str) else ""


@dataclass
class Case:
    """A case.

    Attributes:
        number: as it is now; ``key`` is the one it was opened with, ``former`` are all it had before, in order.
        opened: UTC by the computer's clock.
        officer: who is in charge: whoever opened it, unless another was named. ``recorder`` is who opened it.
        last: time of its last event; ``last_number`` is that event's, ``first_number`` that of its first.
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
    first_number: int = 0
    reports: list[ReportIssued] = field(default_factory=list)
    corrections: int = 0
    key: str = ""
    recorder: str = ""
    former: list[str] = field(default_factory=list)

    def exhibit(self, name: str) -> Exhibit:
        """An exhibit by name, made if it is new."""
        return self.exhibits.setdefault(name, Exhibit(name))


def corrections_of(events: Iterable[Event]) -> dict[int, list[Correction]]:
    """All corrections of each corrected event with their own numbers, in order; the last one holds."""
    found: dict[int, list[Correction]] = {}
    for one in events:
        if isinstance(one.payload, EventCorrected):
            found.setdefault(one.payload.number, []).append((one.number, one.payload))
    return found


def latest_corrections(events: Iterable[Event]) -> dict[int, Correction]:
    """The correction that holds for each corrected event, with its own number."""
    return {number: all_of_it[-1] for number, all_of_it in corrections_of(events).items()}


def fold(events: Sequence[Event]) -> list[Case]:
    """All cases of these events, in the order they were opened.

    Raises:
        StoreError: an event belongs to a case that was never opened, so the chain was altered.
    """
    corrections = corrections_of(events)
    cases: dict[str, Case] = {}
    answered = _first_answers(events, corrections)
    for one in events:
        payload = one.payload
        if isinstance(payload, CaseOpened) and one.case not in cases:
            cases[one.case] = Case(
                one.case, one.at, one.who, payload.place, payload.agency, first_number=one.number, key=one.case,
                recorder=one.who,
            )  # fmt: skip
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
        if isinstance(payload, CaseRenumbered):
            case.corrections += 1
            case.former.append(case.number)
            case.number = payload.number
            continue
        own = corrections.get(one.number, [])
        if own:
            replacement = own[-1][1].replacement
            if replacement is None:
                if isinstance(payload, CaseOpened):
                    case.state = "withdrawn"
                continue
            payload = replacement
        first = min((answered[one.case, name] for name in _names(one, own) if (one.case, name) in answered), default=0)
        _apply(case, payload, one, before_model=first == 0 or _said(one, own) < first)
    return list(cases.values())


def _names(event: Event, corrections: Sequence[Correction]) -> set[str]:
    """Every exhibit the event was ever said to be about."""
    contents = [event.payload, *(correction.replacement for _, correction in corrections)]
    return {name for content in contents if (name := getattr(content, "exhibit", None))}


def _first_answers(events: Iterable[Event], corrections: dict[int, list[Correction]]) -> dict[tuple[str, str], int]:
    """First answer of the check by case and exhibit: its number. Withdrawn or moved, it was seen all the same."""
    found: dict[tuple[str, str], int] = {}
    for one in events:
        if isinstance(one.payload, ExhibitJudged):
            for name in _names(one, corrections.get(one.number, [])):
                found.setdefault((one.case, name), one.number)
    return found


def _said(event: Event, corrections: Sequence[Correction]) -> int:
    """Number of the event or correction that last changed what is said. A new name of the exhibit changes nothing."""
    said, held = event.number, event.payload
    for number, correction in corrections:
        content = correction.replacement
        if content is None:
            continue
        if content.model_dump(exclude={"exhibit"}) != held.model_dump(exclude={"exhibit"}):
            said, held = number, content
    return said


def _apply(case: Case, payload: Original, event: Event, before_model: bool) -> None:
    match payload:
        case CaseOpened():
            case.place, case.agency, case.officer = payload.place, payload.agency, payload.officer or event.who
        case CaseClosed() | CaseReopened():
            if case.state != "withdrawn":
                case.state = "closed" if isinstance(payload, CaseClosed) else "open"
        case ReportIssued():
            case.reports.append(payload)
        case _:
            _apply_to(case.exhibit(payload.exhibit), payload, event, before_model)


def _apply_to(exhibit: Exhibit, payload: _OfExhibit, event: Event, before_model: bool) -> None:
    if not isinstance(payload, OfficerJudged):
        exhibit.sources[payload.kind] = event.number
    match payload:
        case PhotoAdded():
            exhibit.photos.append(payload)
            exhibit.photo_numbers.append(event.number)
        case ExhibitDeclared():
            exhibit.declared = payload
        case OfficerJudged():
            if before_model or exhibit.judgement is None or not exhibit.judgement.before_model:
                exhibit.judgement = Judgement(payload, event.at, event.who, before_model)
                exhibit.sources[payload.kind] = event.number
        case ExhibitJudged():
            exhibit.prediction, exhibit.judged_at, exhibit.judged_by = payload.prediction, event.at, event.who
        case ChecklistAnswered():
            exhibit.checklist = payload
        case OfficerDecided():
            exhibit.decision, exhibit.action, exhibit.decided_at = payload.decision, payload.action, event.at
        case LaboratoryAnswered():
            exhibit.laboratory, exhibit.answered_at = payload, event.at
        case ExhibitReviewed():
            exhibit.reviews.append(Review(payload, event.at, event.who, event.number))
