"""Correct what was recorded: one unit that says what the old record should have said, why, and by whom.

The old record stays where it is; the correction names it by its number and holds the new content
(:class:`serve.store.events.EventCorrected`), so both are linked and neither can be altered without showing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from serve.services.cases import Recorded, correct, record, said
from serve.services.correction_fields import Field, fields_of, with_values
from serve.services.stored_records import StoredRecord, records, stored_record
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import CaseOpened, CaseRenumbered, EventCorrected, Payload
from serve.store.store import CaseStore


def form_fields(store: CaseStore, one: StoredRecord, language: str) -> list[Field]:
    """The fields of a record's form, filled with what it says now."""
    return [
        replace(field, value=field.value or one.author) if _leads(one, field.name) else field
        for field in fields_of(one.current, language, list(store.case(one.case).exhibits))
    ]


def correct_record(
    store: CaseStore,
    case: str,
    who: str,
    number: int,
    reason: str,
    values: Mapping[str, str],
    *,
    language: str,
    after: int | None = None,
) -> Recorded:
    """Say what a record should have said; all that follows from it is in the same unit.

    Args:
        store: where the case is.
        case: its number.
        who: corrects it.
        number: of the record's event.
        reason: why; must not be empty.
        values: by field (:func:`form_fields`); what is not given stays.
        language: of sentences that are worded anew.
        after: :attr:`StoredRecord.after` of what the person saw; ``None`` if nobody looked.

    Raises:
        StoreError: a value does not fit, nothing was changed, no reason was given, the record can only be withdrawn,
            or it was corrected meanwhile.
    """
    one = stored_record(store, case, number)
    if not one.correctable:
        raise StoreError(
            f"event {number} ({one.current.kind}) can be withdrawn, not corrected", StoreErrorCode.NOT_CORRECTABLE,
            number=number,
        )  # fmt: skip
    # Where no officer was named it is who recorded the opening; to say so anew changes nothing.
    if isinstance(one.current, CaseOpened) and not one.current.officer:
        values = {
            name: "" if (name, value.strip()) == ("officer", one.author) else value for name, value in values.items()
        }
    new = with_values(one.current, values, language, list(store.case(case).exhibits))
    if new == one.current and not one.withdrawn:
        raise StoreError("nothing was changed: expected at least one other value", StoreErrorCode.NOTHING_CHANGED)
    seen = one.after if after is None else after
    return correct(store, case, who, number, reason, new, language=language, after=seen)


def renumber(store: CaseStore, case: str, who: str, number: str, reason: str, before: str = "") -> Recorded:
    """Give a case its right number. It is found by every number it ever had, and none of them can become another's.

    Args:
        store: where the case is.
        case: its number, or one it had.
        who: corrects it.
        number: the right one.
        reason: why; must not be empty.
        before: the number that the person saw; default the one it has.

    Raises:
        StoreError: no such case, the number is or was another case's, is empty, too long or the one it has already,
            the case was given another number meanwhile or was withdrawn, or no reason was given.
    """
    why, new = said(reason), number.strip()
    if not 0 < len(new) <= 200:
        raise StoreError(f"expected a number of 1 to 200 characters, got {new!r}", StoreErrorCode.NAMES)
    now = store.case(case).number
    return record(store, case, who, [CaseRenumbered(number=new, before=before or now, reason=why[:500])])


def rename_exhibit(store: CaseStore, case: str, who: str, old: str, new: str, reason: str) -> Recorded:
    """Give an exhibit its right name: a correction of every record that stands about it, as one unit.

    Raises:
        StoreError: no such exhibit, the new name is taken, empty or too long, or no reason was given.
    """
    why, name = said(reason), new.strip()
    held = store.case(case).exhibits
    if old not in held:
        known = ", ".join(held) or "none yet"
        raise StoreError(
            f"case {case!r} has no exhibit {old!r}; it has: {known}", StoreErrorCode.EXHIBIT_MISSING, name=old
        )
    if not 0 < len(name) <= 200:
        raise StoreError(
            f"expected a name of 1 to 200 characters, got {new!r}", StoreErrorCode.CORRECTION_FIELD, name=new
        )
    if name == old:
        raise StoreError("nothing was changed: expected another name", StoreErrorCode.NOTHING_CHANGED)
    if name in held:
        raise StoreError(
            f"case {case!r} has an exhibit {name!r} already; give another name",
            StoreErrorCode.EXHIBIT_EXISTS,
            name=name,
        )
    payloads: list[Payload] = [
        EventCorrected(
            number=one.number, reason=why, after=one.after, replacement=one.current.model_copy(update={"exhibit": name})
        )
        for one in records(store.events(case))
        if one.exhibit == old and not one.withdrawn
    ]
    return record(store, case, who, payloads)


def _leads(one: StoredRecord, field: str) -> bool:
    """Whether a field names the officer in charge of a case."""
    return field == "officer" and isinstance(one.current, CaseOpened)
