"""What was judged last, kept so that another language needs no second look."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from model.predict import ExhibitResult
from serve.services.pictures import MappedPhoto
from serve.ui.intake import GivenPhoto


@dataclass(frozen=True)
class Checked:
    """Photos and what came of them. Without photos both ``result`` and ``fault`` are ``None``; otherwise one is."""

    photos: list[GivenPhoto]
    thumbnails: list[str | None]
    result: ExhibitResult | None = None
    fault: str | None = None
    maps: tuple[MappedPhoto, ...] = ()
    serial: int = field(default_factory=itertools.count(1).__next__)
