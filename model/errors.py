"""The whole exception tree, on one page.

::

    TigercheckError
    ├── TaxonomyError      taxonomy.yaml is broken
    ├── ManifestError      a manifest file is broken
    ├── ImageError         one photo cannot be used (typed by ``code``)
    └── BundleError
        ├── BundleNotFoundError      no bundle where one was expected
        ├── BundleCorruptError       a file is missing, altered or unlisted
        └── BundleIncompatibleError  whole, but this version cannot run it
"""

from __future__ import annotations

from enum import StrEnum


class TigercheckError(Exception):
    """Base of every error the project raises on purpose; its text says what to do next."""


class TaxonomyError(TigercheckError):
    """``taxonomy.yaml`` does not validate; the message names the leaf and the field."""


class ManifestError(TigercheckError):
    """A manifest CSV does not validate; the message names the file, row and column."""


class ImageErrorCode(StrEnum):
    """Why a photo cannot be used. Each code has a sentence in every catalogue (``image_error.<code>``)."""

    NOT_FOUND = "not_found"
    NOT_A_FILE = "not_a_file"
    NOT_READABLE = "not_readable"
    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PHOTO = "not_a_photo"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"


class ImageError(TigercheckError):
    """One photo cannot be used.

    ``code`` is stable and translatable; ``params`` fill the placeholders of its sentence; ``detail`` is the
    decoder's own words, for the log and never for the officer.
    """

    def __init__(self, code: ImageErrorCode, detail: str = "", **params: str | int) -> None:
        self.code = code
        self.detail = detail
        self.params = params
        super().__init__(f"{code.value}: {detail}" if detail else code.value)


class BundleError(TigercheckError):
    """A model bundle cannot be used."""


class BundleNotFoundError(BundleError):
    """No bundle stands where one was expected."""


class BundleCorruptError(BundleError):
    """A file of the bundle is missing, altered or not listed in ``bundle.json``."""


class BundleIncompatibleError(BundleError):
    """The bundle is whole, but this version of tigercheck or its taxonomy cannot run it."""
