"""What may be appended to a case, given its events so far."""

from __future__ import annotations

from collections.abc import Sequence

from serve.store.cases import fold
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    CaseClosed,
    CaseOpened,
    CaseRenumbered,
    CaseReopened,
    Event,
    EventCorrected,
    ExhibitJudged,
    ExhibitReviewed,
    LaboratoryAnswered,
    Original,
    Payload,
    PhotoAdded,
    ReportIssued,
)

#: What a closed case still takes.
_AFTER_CLOSING = (LaboratoryAnswered, ExhibitReviewed, EventCorrected, CaseRenumbered, ReportIssued, CaseReopened)
#: What no person wrote and so no person may rewrite: it can only be withdrawn.
_NOT_REWRITTEN = (ExhibitJudged, ReportIssued, CaseClosed, CaseReopened)


def check_new(case: str, payloads: Sequence[Payload], history: Sequence[Event]) -> None:
    """Refuse what does not fit the case.

    Args:
        case: its number.
        payloads: what is to be appended, in this order.
        history: all events of the case.

    Raises:
        StoreError: opened twice or not opened, closed or withdrawn, a model's answer without its bundle, or a
            correction that does not fit the event it names.
    """
    if not payloads:
        raise StoreError("nothing to record: expected at least one event", StoreErrorCode.EMPTY_UNIT)
    state = fold(history)[0].state if history else None
    for payload in payloads:
        if isinstance(payload, CaseOpened):
            if state is not None:
                raise StoreError(
                    f"case {case!r} exists; add to it, or give another number", StoreErrorCode.CASE_EXISTS, case=case
                )
            state = "open"
            continue
        if state is None:
            raise StoreError(f"there is no case {case!r}; open it first", StoreErrorCode.CASE_MISSING, case=case)
        if state == "withdrawn" and not isinstance(payload, EventCorrected):
            raise StoreError(f"case {case!r} was withdrawn; correct that first", StoreErrorCode.CASE_CLOSED, case=case)
        if state == "closed" and not isinstance(payload, _AFTER_CLOSING):
            raise StoreError(f"case {case!r} is closed; reopen it first", StoreErrorCode.CASE_CLOSED, case=case)
        if state == "open" and isinstance(payload, CaseReopened):
            raise StoreError(f"case {case!r} is open already", StoreErrorCode.CASE_NOT_CLOSED, case=case)
        if isinstance(payload, CaseClosed | CaseReopened):
            state = "closed" if isinstance(payload, CaseClosed) else "open"
        if isinstance(payload, CaseRenumbered):
            _check_number(payload, fold(history)[0].number if history else case)
        if isinstance(payload, ExhibitJudged) and "probabilities" in payload.prediction:
            _check_bundle(payload)
        if isinstance(payload, EventCorrected):
            _check_correction(payload, history)


def _check_number(new: CaseRenumbered, now: str) -> None:
    if new.before != now:
        raise StoreError(
            f"the case has number {now!r} since; look at it again", StoreErrorCode.RENUMBERED_MEANWHILE, number=now
        )
    if new.number == now:
        raise StoreError("nothing was changed: expected another number", StoreErrorCode.NOTHING_CHANGED)


def _check_bundle(payload: ExhibitJudged) -> None:
    bundle = payload.prediction.get("bundle")
    if not isinstance(bundle, str) or not bundle:
        raise StoreError(
            "a model's answer names no bundle; expected its name and version under 'bundle'", StoreErrorCode.NO_BUNDLE
        )


def _check_correction(correction: EventCorrected, history: Sequence[Event]) -> None:
    named = next((one.payload for one in history if one.number == correction.number), None)
    what = f"event {correction.number} cannot be corrected so"
    if named is None:
        raise _refused(f"{what}: the case has no such event; see its history", correction)
    if isinstance(named, CaseRenumbered):
        raise _refused(f"{what}: it gave the case a number; give it another", correction)
    if isinstance(named, EventCorrected):
        raise _refused(f"{what}: it is a correction; correct event {named.number} again instead", correction)
    latest = max((one.number for one in history if _corrects(one, correction.number)), default=correction.number)
    if correction.after is not None and correction.after != latest:
        raise StoreError(
            f"{what}: event {latest} has corrected it since; look at it again", StoreErrorCode.CORRECTED_MEANWHILE,
            number=correction.number,
        )  # fmt: skip
    if correction.replacement is None:
        return
    if correction.replacement.kind != named.kind:
        raise _refused(f"{what}: expected another {named.kind}, got {correction.replacement.kind}", correction)
    if isinstance(named, ExhibitJudged) and _same_answer(named, correction.replacement):
        return  # of another exhibit, or of one that has another name now
    if isinstance(named, _NOT_REWRITTEN):
        raise _refused(f"{what}: {named.kind} can be withdrawn, not rewritten", correction)
    if isinstance(named, PhotoAdded) and not _same_photo(named, correction.replacement):
        raise _refused(f"{what}: a photo's name or exhibit can be corrected, not its content", correction)


def _corrects(event: Event, number: int) -> bool:
    return isinstance(event.payload, EventCorrected) and event.payload.number == number


def _same_answer(named: ExhibitJudged, replacement: Original) -> bool:
    return isinstance(replacement, ExhibitJudged) and replacement.prediction == named.prediction


def _same_photo(named: PhotoAdded, replacement: Original) -> bool:
    return isinstance(replacement, PhotoAdded) and (replacement.sha256, replacement.size) == (named.sha256, named.size)


def _refused(text: str, correction: EventCorrected) -> StoreError:
    return StoreError(text, StoreErrorCode.CORRECTION, number=correction.number)
