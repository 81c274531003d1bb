"""The labels: ``datasets/manifest/taxonomy.yaml`` read and validated.

That file is the only place that names classes. Nothing in the code may hard-code a leaf.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.errors import TaxonomyError
from model.resources import taxonomy_path


class Identity(StrEnum):
    """What a photo's features are consistent with; it decides the outcome's colour and wording."""

    TIGER = "T"
    PROTECTED = "P"
    IMITATION = "F"
    NO_WILDLIFE = "N"
    PROCESSED = "X"
    UNCERTAIN = "U"


#: Identities a leaf can have. ``X`` follows from the declaration and ``U`` from doubt; neither is predicted.
LeafIdentity = Literal["T", "P", "F", "N"]
#: How a term's wording is known: read in a source, or our own translation awaiting a native reader.
TermStatus = Literal["seen", "own"]
#: CITES Appendix of the species behind a leaf; ``mixed`` where the leaf joins several, ``none`` where unlisted.
CitesListing = Literal["I", "II", "mixed", "none"]
#: Strongest claim a photo can carry: species, broad animal type, material, or nothing.
Cap = Literal["species", "type", "material", "none"]

LANGUAGES: tuple[str, ...] = ("vi", "zh", "en")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(_Strict):
    """A name in one language and how that wording is known."""

    text: str = Field(min_length=1)
    status: TermStatus


class Names(_Strict):
    """The same name in the three languages."""

    vi: Term
    zh: Term
    en: Term

    def text(self, language: str) -> str:
        """Wording in ``language`` (``vi``, ``zh`` or ``en``)."""
        term: Term = getattr(self, language)
        return term.text


class Sourced(_Strict):
    """A statement with the source and grade it stands on (grades as in the project's domain facts)."""

    text: str = Field(min_length=1)
    source: str = Field(min_length=1)
    grade: Literal["A", "B", "C", "D", "K"]


class Cites(_Strict):
    """CITES listing of a leaf, with what it rests on."""

    listing: CitesListing
    note: str = Field(min_length=1)
    grade: Literal["A", "B", "C", "D", "K"]


class Item(_Strict):
    """Kind of object (axis A)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    names: Names


class Leaf(_Strict):
    """One class the model may learn: an item and an identity."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    item: str
    identity: LeafIdentity
    names: Names
    cap: Cap
    cites: Cites
    guide: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Section of the species guide")
    legal: dict[Literal["vn", "cn"], Sourced] = Field(default_factory=dict)
    includes: str = Field(min_length=1, description="What belongs here, for whoever labels")


class Taxonomy(_Strict):
    """All items and leaves, in file order."""

    version: str = Field(pattern=r"^\d+\.\d+$")
    items: tuple[Item, ...] = Field(min_length=1)
    leaves: tuple[Leaf, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_agree(self) -> Taxonomy:
        for kind, ids in (("item", [i.id for i in self.items]), ("leaf", [x.id for x in self.leaves])):
            twice = [name for name, count in Counter(ids).items() if count > 1]
            if twice:
                raise ValueError(f"{kind} id {twice[0]!r} stands twice; ids must be unique")
        items = {item.id for item in self.items}
        for leaf in self.leaves:
            if leaf.item not in items:
                raise ValueError(f"leaf {leaf.id!r}, field 'item': {leaf.item!r} is not among {sorted(items)}")
        return self

    def leaf(self, leaf_id: str) -> Leaf:
        """The leaf called ``leaf_id``. Raises :class:`TaxonomyError` if there is none."""
        for leaf in self.leaves:
            if leaf.id == leaf_id:
                return leaf
        known = ", ".join(leaf.id for leaf in self.leaves)
        raise TaxonomyError(f"no leaf is called {leaf_id!r}; the taxonomy has: {known}")

    def item(self, item_id: str) -> Item:
        """The item called ``item_id``. Raises :class:`TaxonomyError` if there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise TaxonomyError(f"no item is called {item_id!r}")

    @property
    def leaf_ids(self) -> tuple[str, ...]:
        """Ids of all leaves, in file order."""
        return tuple(leaf.id for leaf in self.leaves)


def _where(location: tuple[int | str, ...], data: Any) -> str:
    """Turn pydantic's ``('leaves', 3, 'names', 'vi')`` into words that name the leaf and the field."""
    if len(location) >= 2 and location[0] in ("leaves", "items") and isinstance(location[1], int):
        kind = "leaf" if location[0] == "leaves" else "item"
        try:
            name = data[location[0]][location[1]]["id"]
        except (KeyError, IndexError, TypeError):
            name = f"number {location[1] + 1}"
        field = ".".join(str(part) for part in location[2:]) or "(whole entry)"
        return f"{kind} {name!r}, field {field!r}"
    return f"field {'.'.join(str(part) for part in location)!r}" if location else "file"


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Read and validate a taxonomy file (default: the one shipped).

    Raises:
        TaxonomyError: the file is missing, is not YAML, or breaks a rule; all faults are listed, one a line,
            each with the leaf and the field.
    """
    path = path or taxonomy_path()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TaxonomyError(f"cannot read the taxonomy at {path}: {error.strerror}") from error
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TaxonomyError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise TaxonomyError(f"{path}: expected a mapping with version, items and leaves, got {type(data).__name__}")
    try:
        return Taxonomy.model_validate(data)
    except ValidationError as error:
        lines = [f"  {_where(e['loc'], data)}: {e['msg']}" for e in error.errors()]
        raise TaxonomyError(f"{path} has {len(lines)} problem(s):\n" + "\n".join(lines)) from error


@cache
def shipped_taxonomy() -> Taxonomy:
    """The taxonomy that ships with this version, read once."""
    return load_taxonomy()
