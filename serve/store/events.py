"""What can happen to a case. Events are only ever appended; a correction is another event.

Each event's hash covers its content and the hash of the event before it (Haber and Stornetta, *How to Time-Stamp a
Digital Document*, J. Cryptology 3, 1991), so an altered, removed or inserted row shows. It covers the text as stored:
a kind or an optional field that is added here later leaves every stored event valid.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

#: Hash before the first event.
GENESIS = "0" * 64
_SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_NAME = Annotated[str, Field(min_length=1, max_length=200)]
#: What an exhibit can be declared to be.
Declared = Literal["skin", "claw", "tooth", "bone", "whole", "glue", "wine", "powder", "meat", "other", "unknown"]
#: What is done with an exhibit.
Action = Literal["detain", "refer", "normal", "other"]


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseOpened(_Event):
    """A case begins: its number at the agency, where, and for whom."""

    kind: Literal["case_opened"] = "case_opened"
    place: str = ""
    agency: str = ""
    officer: Annotated[str, Field(max_length=200)] = Field(
        default="", description="who is in charge of the case; empty: whoever recorded this"
    )


class PhotoAdded(_Event):
    """A photo of an exhibit; its bytes lie in the photo store under their hash."""

    kind: Literal["photo_added"] = "photo_added"
    exhibit: _NAME
    name: _NAME
    sha256: _SHA256
    size: int = Field(ge=0, description="bytes; an empty file is kept as evidence too")


class ExhibitJudged(_Event):
    """What the check answered for an exhibit: the prediction as ``tigercheck predict --exhibit --json`` prints it."""

    kind: Literal["exhibit_judged"] = "exhibit_judged"
    exhibit: _NAME
    prediction: dict[str, object]


class ExhibitDeclared(_Event):
    """What the exhibit is declared to be, and how it is labelled, in the words on it."""

    kind: Literal["exhibit_declared"] = "exhibit_declared"
    exhibit: _NAME
    declared_as: Declared
    as_tiger: bool = Field(default=False, description="declared, labelled or sold as tiger")
    labelled_as: Annotated[str, Field(max_length=2000)] = ""


class OfficerJudged(_Event):
    """The officer's own judgement, asked for before the model's answer is shown.

    Whether it really came before is read from the order of events, never from this event's word.
    """

    kind: Literal["officer_judged"] = "officer_judged"
    exhibit: _NAME
    identity: Literal["T", "P", "F", "N", "U"]
    leaf: _NAME | None = None
    confidence: Annotated[int, Field(ge=1, le=5)] | None = None


class ChecklistAnswered(_Event):
    """What the officer saw when looking for each feature of one version of a checklist."""

    kind: Literal["checklist_answered"] = "checklist_answered"
    exhibit: _NAME
    version: _NAME
    answers: dict[_NAME, Literal["yes", "no", "unsure"]]
    sheets: tuple[_NAME, ...] = Field(default=(), description="which checklists were asked")
    views_taken: tuple[_NAME, ...] = Field(default=(), description="which of the views asked for were photographed")


class OfficerDecided(_Event):
    """What the officer decided, in their own words; never changed by the check."""

    kind: Literal["officer_decided"] = "officer_decided"
    exhibit: _NAME
    decision: Annotated[str, Field(min_length=1)]
    action: Action | None = None


class LaboratoryAnswered(_Event):
    """What a competent body found. The latest answer is the label that goes back to the maintainers."""

    kind: Literal["laboratory_answered"] = "laboratory_answered"
    exhibit: _NAME
    leaf: _NAME
    body: _NAME
    reference: str = ""


class ExhibitReviewed(_Event):
    """A second pair of eyes looked at the exhibit; ``who`` of the event is that person."""

    kind: Literal["exhibit_reviewed"] = "exhibit_reviewed"
    exhibit: _NAME
    opinion: Annotated[str, Field(min_length=1, max_length=5000)]


class ReportIssued(_Event):
    """A report of the case was made: the hash of its file, and the languages it is in."""

    kind: Literal["report_issued"] = "report_issued"
    sha256: _SHA256
    languages: Annotated[tuple[_NAME, ...], Field(min_length=1)]


class CaseClosed(_Event):
    """Nothing more is expected but a laboratory's answer, a review or a correction."""

    kind: Literal["case_closed"] = "case_closed"
    reason: str = ""


class CaseReopened(_Event):
    """A closed case goes on."""

    kind: Literal["case_reopened"] = "case_reopened"
    reason: Annotated[str, Field(min_length=1)]


class CaseRenumbered(_Event):
    """The case's number was wrong. Its events stay under the number it was opened with, which remains its own.

    Attributes:
        number: from now on.
        before: until now, as the person saw it; if another number has come since, this event is refused.
    """

    kind: Literal["case_renumbered"] = "case_renumbered"
    number: _NAME
    before: _NAME
    reason: Annotated[str, Field(min_length=1, max_length=500)]


Original = Annotated[
    CaseOpened
    | PhotoAdded
    | ExhibitDeclared
    | OfficerJudged
    | ExhibitJudged
    | ChecklistAnswered
    | OfficerDecided
    | LaboratoryAnswered
    | ExhibitReviewed
    | ReportIssued
    | CaseClosed
    | CaseReopened,
    Field(discriminator="kind"),
]


class EventCorrected(_Event):
    """An earlier event of the same case was wrong: what it should have said, or that it should not stand at all.

    The earlier event stays as it is. Of several corrections of one event the latest holds.

    Attributes:
        number: of the event corrected; never of a correction.
        replacement: of the same kind as the event corrected; ``None`` withdraws it.
        after: the event or correction whose content the person saw; if another correction has come since, this one is
            refused. ``None`` asks no question.
    """

    kind: Literal["event_corrected"] = "event_corrected"
    number: int = Field(gt=0)
    reason: Annotated[str, Field(min_length=1)]
    replacement: Original | None = None
    after: Annotated[int, Field(gt=0)] | None = None


Payload = Annotated[
    CaseOpened
    | PhotoAdded
    | ExhibitDeclared
    | OfficerJudged
    | ExhibitJudged
    | ChecklistAnswered
    | OfficerDecided
    | LaboratoryAnswered
    | ExhibitReviewed
    | ReportIssued
    | CaseClosed
    | CaseReopened
    | CaseRenumbered
    | EventCorrected,
    Field(discriminator="kind"),
]
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)


class Event(_Event):
    """One link of the chain. ``at`` is UTC by the computer's clock, which may be wrong; ``number`` is the order."""

    number: int = Field(gt=0)
    case: _NAME
    at: datetime
    who: _NAME
    payload: Payload
    previous: _SHA256
    hash: _SHA256


def event_hash(number: int, case: str, at: str, who: str, payload: str, previous: str) -> str:
    """SHA-256 over all of an event as stored, unambiguously joined (a JSON array)."""
    text = json.dumps([number, case, at, who, payload, previous], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def payload_text(payload: BaseModel) -> str:
    """A payload as stored: JSON with sorted keys."""
    return json.dumps(payload.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


#: Case number under which settings and users stand in the chain; no case can have it, because a case must be named.
SETTINGS = ""
SettingName = Literal["own_judgement_first"]


class SettingChanged(_Event):
    """The agency changed how the program works for all of its people. Of several changes of one setting the last holds.

    It stands in the same chain as the cases, so that which events came before it and which after it is beyond doubt.
    """

    kind: Literal["setting_changed"] = "setting_changed"
    name: SettingName
    value: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class UserChanged(_Event):
    """Someone changed who may sign in. Nothing of a password is in it.

    Attributes:
        user: their name; ``role`` and ``disabled`` are as the act left them.
    """

    kind: Literal["user_changed"] = "user_changed"
    act: Literal["added", "role_changed", "password_changed", "disabled", "enabled"]
    user: _NAME
    role: Literal["officer", "trainer", "maintainer"]
    disabled: bool


class _AgencyEvent(_Event):
    """A link of the chain that belongs to no case; otherwise like :class:`Event`."""

    number: int = Field(gt=0)
    at: datetime
    who: _NAME
    previous: _SHA256
    hash: _SHA256


class SettingEvent(_AgencyEvent):
    """A change of a setting."""

    payload: SettingChanged


class UserEvent(_AgencyEvent):
    """A change of a user."""

    payload: UserChanged


#: What can stand in the chain without belonging to a case.
AGENCY: TypeAdapter[SettingChanged | UserChanged] = TypeAdapter(
    Annotated[SettingChanged | UserChanged, Field(discriminator="kind")]
)
