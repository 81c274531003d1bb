"""Why a user cannot be added or changed, or a post not be served, in the reader's language."""

from __future__ import annotations

from enum import StrEnum

from model.errors import TigercheckError
from serve.i18n import tr


class AccessErrorCode(StrEnum):
    """Each code has a sentence in every catalogue (``access_error.<code>``)."""

    NAME = "name"
    NAME_TAKEN = "name_taken"
    USER_MISSING = "user_missing"
    PASSWORD_LENGTH = "password_length"  # noqa: S105 - no password
    PASSWORD_SIMPLE = "password_simple"  # noqa: S105 - no password
    NO_USERS = "no_users"


class AccessError(TigercheckError):
    """A user cannot be added or changed, or other computers not be served; the text says what to do.

    Args:
        code: stable and translatable.
        language: of the text; English for the log.
        params: fill the placeholders of the code's sentence.
    """

    def __init__(self, code: AccessErrorCode, language: str = "en", **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(access_sentence(self, language))


def access_sentence(error: AccessError, language: str) -> str:
    """What was refused, what was expected and what to do, in words."""
    return tr(f"access_error.{error.code.value}", language, **error.params)
