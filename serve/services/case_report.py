"""From a stored case to what is printed of it, and the file on disk."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from importlib.metadata import version
from pathlib import Path

from model.decision import Message
from model.errors import ImageError
from model.image import open_photo
from serve.i18n import LANGUAGES, tr
from serve.reports.content import (
    CaseReport,
    ChainHead,
    ExhibitReport,
    LaboratoryEntry,
    PhotoEntry,
    Stamp,
    Words,
)
from serve.reports.errors import ReportError
from serve.reports.wording import stamped
from serve.services.case_history import corrections_worded
from serve.services.recorded_answer import leaf_words, photo_outcomes, recorded_outcome
from serve.services.recorded_officer import recorded_by_officer
from serve.services.stored_records import records
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseRenumbered, Event, EventCorrected, PhotoAdded
from serve.store.photos import PhotoStore
from serve.store.store import CaseStore, Exhibit

#: Longer side of a printed picture, in pixels: 37 mm at about 330 dots an inch.
PICTURE_SIDE = 480


def case_report(
    store: CaseStore, case_number: str, *, printed: datetime | None = None, zone: tzinfo | None = None
) -> CaseReport:
    """Everything a report prints of a case.

    Photos are read from the store and compared with their hashes; one that is missing, altered or cannot be opened
    comes with the reason instead of a picture.

    Args:
        store: where the case is.
        case_number: its number.
        printed: time of the report (aware); default now.
        zone: zone of all printed times; default the computer's.

    Raises:
        ReportError: there is no such case.
        StoreError: the store cannot be read.
    """
    try:
        case = store.case(case_number)
    except StoreError as error:
        if error.code is not StoreErrorCode.CASE_MISSING:
            raise
        raise ReportError("report.error.no_case", case=case_number) from error
    events = store.events(case_number)
    corrected = _corrections(events, zone)
    number, digest = store.head()
    return CaseReport(
        number=case.number,
        opened=case.opened.astimezone(zone),
        officer=case.officer,
        agency=case.agency,
        place=case.place,
        exhibits=tuple(
            _exhibit(exhibit, store.photos, events, zone, corrected.get(exhibit.name, ()))
            for exhibit in case.exhibits.values()
        ),
        head=ChainHead(number, digest),
        software=version("tigercheck"),
        printed=(printed or datetime.now(UTC)).astimezone(zone),
        corrections=tuple(corrected.get("", ())),
        former=tuple(case.former),
    )


def write_report(target: Path, content: bytes) -> None:
    """Write a report whole or not at all; a file that was there is only replaced by a whole one.

    Raises:
        ReportError: the folder is missing or cannot be written, or the disk is full.
    """
    if not target.parent.is_dir():
        raise ReportError("report.error.folder", folder=str(target.parent))
    part = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as stream:
            part = Path(stream.name)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise ReportError("report.error.write", file=str(target), reason=error.strerror or str(error)) from error


def _exhibit(
    exhibit: Exhibit, photos: PhotoStore, events: list[Event], zone: tzinfo | None, corrections: Sequence[Words]
) -> ExhibitReport:
    outcomes = photo_outcomes(exhibit.prediction) if exhibit.prediction else {}
    names = [photo.name for photo in exhibit.photos]

    def stamp(kind: str) -> Stamp | None:
        number = exhibit.sources.get(kind)
        return next(
            (Stamp(one.who, one.at.astimezone(zone), one.number) for one in events if one.number == number), None
        )

    return ExhibitReport(
        name=exhibit.name,
        photos=tuple(
            photo_entry(photos, photo, outcomes.get(photo.name) if names.count(photo.name) == 1 else None)
            for photo in exhibit.photos
        ),
        outcome=recorded_outcome(exhibit.prediction, stamp("exhibit_judged")) if exhibit.prediction else None,
        **recorded_by_officer(exhibit, stamp),
        laboratory=LaboratoryEntry(
            leaf_words(exhibit.laboratory.leaf), exhibit.laboratory.body, exhibit.laboratory.reference,
            stamp("laboratory_answered"),
        )
        if exhibit.laboratory
        else None,
        corrections=tuple(corrections),
    )  # fmt: skip


def _corrections(events: list[Event], zone: tzinfo | None) -> dict[str, list[Words]]:
    """What was corrected, by whom, when and why, by the name the exhibit has now; empty for the case itself."""
    about = {one.number: one.exhibit for one in records(events)}
    worded = {language: corrections_worded(events, language) for language in LANGUAGES}
    found: dict[str, list[Words]] = {}
    for one in events:
        if isinstance(one.payload, EventCorrected | CaseRenumbered):
            stamp = Stamp(one.who, one.at.astimezone(zone), one.number)
            words = {
                language: tr("report.pair", language, name=stamped(stamp, language), text=texts[one.number])
                for language, texts in worded.items()
            }
            corrects = one.payload.number if isinstance(one.payload, EventCorrected) else 0
            found.setdefault(about.get(corrects, ""), []).append(words)
    return found


def photo_entry(photos: PhotoStore, photo: PhotoAdded, outcome: str | None = None) -> PhotoEntry:
    """A photo with a small upright picture, or with the reason why there is none."""

    def entry(picture: bytes | None = None, fault: Words | None = None) -> PhotoEntry:
        return PhotoEntry(photo.name, photo.sha256, photo.size, picture, fault, outcome)

    try:
        data = photos.path(photo.sha256).read_bytes()
    except FileNotFoundError:
        return entry(fault=Message("report.photo.missing"))
    except OSError:
        return entry(fault=Message("report.photo.unreadable"))
    if hashlib.sha256(data).hexdigest() != photo.sha256:
        return entry(fault=Message("report.photo.altered"))
    try:
        image = open_photo(data, name=photo.name, min_side=PICTURE_SIDE).image
    except ImageError as error:
        params = {name: str(value) for name, value in error.params.items()}
        return entry(fault=Message(f"image_error.{error.code.value}", params))
    image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return entry(picture=buffer.getvalue())
