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

    @property
    def object(self) -> int | None:
        """Which of the objects checked one after the other; ``None`` without photos."""
        return self.photos[0].object if self.photos else None


@dataclass(frozen=True)
class OwnJudgement:
    """An identity the officer chose before seeing the answer, and of which object."""

    identity: str
    object: int | None

    def of(self, checked: Checked | None) -> str | None:
        """The identity, if it was judged on this object."""
        return self.identity if checked is not None and checked.object == self.object else None
