"""What goes wrong with exercises, classes and sittings."""

from __future__ import annotations

from enum import StrEnum

from model.errors import TigercheckError


class ExerciseErrorCode(StrEnum):
    """Why an exercise refuses. Each code has a sentence in every catalogue (``exercise_error.<code>``)."""

    NO_EXERCISE = "no_exercise"
    EXERCISE_EXISTS = "exercise_exists"
    EXERCISE_INVALID = "exercise_invalid"
    EXERCISE_USED = "exercise_used"
    NO_CLASS = "no_class"
    CLASS_INVALID = "class_invalid"
    CLASS_FULL = "class_full"
    CLASS_BY_CODE = "class_by_code"
    NO_PHASE = "no_phase"
    PHASE_CLOSED = "phase_closed"
    NO_CODE = "no_code"
    NOT_STARTED = "not_started"
    NOT_ASKED = "not_asked"
    ANSWERED_OTHERWISE = "answered_otherwise"
    ANSWER_INVALID = "answer_invalid"
    FINISHED = "finished"
    NOT_FINISHED = "not_finished"
    NOT_YET = "not_yet"
    AFTER_FIRST = "after_first"
    ASSISTED_FIRST = "assisted_first"
    NO_MODEL = "no_model"
    OTHER_MODEL = "other_model"
    NO_PHOTO = "no_photo"
    PHOTO_LOST = "photo_lost"
    BUSY = "busy"
    BYTES_REMAIN = "bytes_remain"
    TOO_FEW = "too_few"
    NO_RENDERS = "no_renders"
    NO_PHOTOS = "no_photos"
    NO_FOLDER = "no_folder"
    LABELS_INVALID = "labels_invalid"
    READY_INVALID = "ready_invalid"


class ExerciseError(TigercheckError):
    """An exercise cannot be built, taken or read; the text says what to do.

    Args:
        text: in English, with all details, for the command line and the log.
        code: stable and translatable.
        params: fill the placeholders of the code's sentence.
    """

    def __init__(self, text: str, code: ExerciseErrorCode, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(text)
