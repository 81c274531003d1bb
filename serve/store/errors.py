"""What goes wrong with the case store."""

from __future__ import annotations

from enum import StrEnum

from model.errors import TigercheckError


class StoreErrorCode(StrEnum):
    """Why the store refuses. Each code has a sentence in every catalogue (``store_error.<code>``)."""

    FOLDER = "folder"
    READ_ONLY = "read_only"
    DISK_FULL = "disk_full"
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNUSABLE = "unusable"
    BUSY = "busy"
    EVENT_UNREADABLE = "event_unreadable"
    ORIGINAL_DAMAGED = "original_damaged"
    FILE_UNREADABLE = "file_unreadable"
    CASE_EXISTS = "case_exists"
    CASE_MISSING = "case_missing"
    CASE_CLOSED = "case_closed"
    CASE_NOT_CLOSED = "case_not_closed"
    NAMES = "names"
    EMPTY_UNIT = "empty_unit"
    NO_BUNDLE = "no_bundle"
    CORRECTION = "correction"
    NO_REASON = "no_reason"
    CORRECTED_MEANWHILE = "corrected_meanwhile"
    NOT_CORRECTABLE = "not_correctable"
    CORRECTION_FIELD = "correction_field"
    NOTHING_CHANGED = "nothing_changed"
    EXHIBIT_MISSING = "exhibit_missing"
    EXHIBIT_EXISTS = "exhibit_exists"
    START_AGAIN = "start_again"
    NUMBER_TAKEN = "number_taken"
    RENUMBERED_MEANWHILE = "renumbered_meanwhile"


class StoreError(TigercheckError):
    """The store cannot be used, or refuses what was asked; the text says what to do.

    Args:
        text: in English, with all details, for the command line and the log.
        code: stable and translatable.
        params: fill the placeholders of the code's sentence.
    """

    def __init__(self, text: str, code: StoreErrorCode = StoreErrorCode.UNUSABLE, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(text)
