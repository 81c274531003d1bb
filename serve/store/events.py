"""What can happen to a case. Events are only ever appended; a correction is another event.

Each event's hash covers its content and the hash of the event before it (Haber and Stornetta, *How to Time-Stamp a
Digital Document*, J. Cryptology 3, 1991), so an altered, removed or inserted row shows.
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


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseOpened(_Event):
    """A case begins: its number at the agency, where, and for whom."""

    kind: Literal["case_opened"] = "case_opened"
    place: str = ""
    agency: str = ""


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


class OfficerDecided(_Event):
    """What the officer decided, in their own words; never changed by the check."""

    kind: Literal["officer_decided"] = "officer_decided"
    exhibit: _NAME
    decision: Annotated[str, Field(min_length=1)]


class LaboratoryAnswered(_Event):
    """What a competent body found. The latest answer is the label that goes back to the maintainers."""

    kind: Literal["laboratory_answered"] = "laboratory_answered"
    exhibit: _NAME
    leaf: _NAME
    body: _NAME
    reference: str = ""


Payload = Annotated[
    CaseOpened | PhotoAdded | ExhibitJudged | OfficerDecided | LaboratoryAnswered, Field(discriminator="kind")
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


def payload_text(payload: Payload) -> str:
    """A payload as stored: JSON with sorted keys."""
    return json.dumps(payload.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
