"""What the guide's data files may hold. Unknown fields are errors, and nothing changes once it is read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from model.errors import TigercheckError

#: A law or official text · B peer-reviewed or official body · C press quoting an official or expert · D weak web text ·
#: K general knowledge, no source read. D and K are never shown as verified.
Grade = Literal["A", "B", "C", "D", "K"]
#: What an entry, a rule or a step is about; joins entries with the law that concerns them.
Subject = Literal["tiger", "cat", "bear", "ivory", "imitation", "processed"]
#: Part of the taxonomy's ``guide`` field, plus ``processed`` for what no photo can identify.
Section = Literal["skin", "claw", "canine", "skull", "bone", "whole", "carving", "other", "processed"]
Country = Literal["cites", "vn", "cn"]
#: How much a photo can show: the project's own estimate.
PhotoValue = Literal["high", "medium", "low", "none"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _plain_date(value: Any) -> Any:
    """YAML reads ``2016`` as a number and ``2025-12-31`` as a date; both are meant as written."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


#: A year, a month or a day: ``2016``, ``2025-12`` or ``2025-12-31``.
When = Annotated[str, BeforeValidator(_plain_date), Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class GuideError(TigercheckError):
    """A data file of the guide is wrong, or something was asked for that the guide does not have."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(_Strict):
    """The same words in the three languages."""

    vi: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """Wording in ``language`` (``vi``, ``zh`` or ``en``)."""
        words: str = getattr(self, language)
        return words


class Source(_Strict):
    """Where a statement comes from; title and publisher stand in their own language, ``about`` in all three."""

    title: str = Field(min_length=1)
    about: Text | None = None
    publisher: str = Field(min_length=1)
    url: str | None = Field(default=None, pattern=r"^https://")
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")

    @property
    def link(self) -> str | None:
        """Address of the publication, if one is known."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


class Basis(_Strict):
    """What a statement stands on.

    ``as_of`` is the date the statement holds for: publication for a study, compilation for law.
    """

    source: tuple[Id, ...] = Field(min_length=1)
    as_of: When
    grade: Grade
    verified: bool

    @model_validator(mode="after")
    def _weak_is_unverified(self) -> Basis:
        if self.grade in ("D", "K") and self.verified:
            raise ValueError(f"grade {self.grade} cannot be verified; set verified: false or give a better source")
        return self


class Fact(_Strict):
    """One statement and what it stands on."""

    text: Text
    basis: Basis


class Feature(_Strict):
    """Something to look for with one's own eyes.

    ``if_yes`` and ``if_no`` name the leaves that an answer hints at; a hint is never proof.
    """

    id: Id
    drawing: Id
    question: Text
    about: Text
    if_yes: tuple[Id, ...] = ()
    if_no: tuple[Id, ...] = ()
    basis: Basis


class View(_Strict):
    """A photo to take."""

    id: Id
    text: Text


class Sheet(_Strict):
    """One file of ``checklists/``: what to look for and what to photograph, for some items.

    ``declared`` are words of a declaration that lead here; ``also`` are features that stand in another sheet.
    """

    id: Id
    title: Text
    items: tuple[Id, ...] = ()
    declared: tuple[Id, ...] = ()
    features: tuple[Feature, ...] = ()
    also: tuple[Id, ...] = ()
    views: tuple[View, ...] = Field(min_length=1)
    views_basis: Basis


class Contrast(_Strict):
    """One difference between an entry and what it is confused with."""

    this: Text
    other: Text
    basis: Basis


class LookAlike(_Strict):
    """Another entry it is confused with, and the differences, one a row."""

    entry: Id
    rows: tuple[Contrast, ...] = Field(min_length=1)


class Entry(_Strict):
    """One page of the guide. ``sheet`` gives the views to take; ``features`` name features of the checklists."""

    id: Id
    order: int
    section: Section
    title: Text
    summary: Fact
    drawing: Id
    photo_value: PhotoValue
    leaves: tuple[Id, ...] = ()
    subjects: tuple[Subject, ...] = ()
    sheet: Id
    features: tuple[Id, ...] = ()
    facts: tuple[Fact, ...] = ()
    lookalikes: tuple[LookAlike, ...] = ()
    steps: tuple[Id, ...] = Field(min_length=1)


class Rule(_Strict):
    """A rule of law or a CITES listing."""

    id: Id
    title: Text
    text: Text
    subjects: tuple[Subject, ...] = Field(min_length=1)
    in_force: When | None = None
    basis: Basis


class Law(_Strict):
    """One file of ``law/``."""

    country: Country
    title: Text
    note: Text
    rules: tuple[Rule, ...] = Field(min_length=1)

    def about(self, *subjects: Subject) -> tuple[Rule, ...]:
        """Rules that concern any of ``subjects``, in file order."""
        return tuple(rule for rule in self.rules if set(rule.subjects) & set(subjects))


class Contact(_Strict):
    """Whom to turn to. ``last_verified`` is the day somebody reached them by what stands here."""

    id: Id
    country: Literal["vn", "cn", "international"]
    name: Text
    purpose: Text
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    note: Text
    last_verified: When | None = None
    subjects: tuple[Subject, ...] = Field(min_length=1)
    basis: Basis

    @model_validator(mode="after")
    def _verified_means_reached(self) -> Contact:
        if self.basis.verified and self.last_verified is None:
            raise ValueError("a contact is verified only once it was reached; set last_verified, or verified: false")
        return self


class Step(_Strict):
    """Something to do with an object."""

    id: Id
    text: Text
    basis: Basis
