"""The species and product guide: read once, checked against itself and the taxonomy, then looked up. No Gradio here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources.abc import Traversable

from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.services.folding import fold
from serve.services.guide_files import Reader, complain, shipped_folder
from serve.services.guide_model import (
    Basis,
    Contact,
    Country,
    Entry,
    Feature,
    GuideError,
    Law,
    Rule,
    Sheet,
    Source,
    Step,
    Text,
)


@dataclass(frozen=True)
class Guide:
    """All of the guide. Dictionaries are by id; ``drawings`` holds SVG text."""

    entries: dict[str, Entry]
    sheets: dict[str, Sheet]
    laws: dict[str, Law]
    contacts: tuple[Contact, ...]
    steps: dict[str, Step]
    sources: dict[str, Source]
    captions: dict[str, Text]
    drawings: dict[str, str]

    @cached_property
    def features(self) -> dict[str, Feature]:
        """Features of all checklists, by id."""
        return {feature.id: feature for sheet in self.sheets.values() for feature in sheet.features}

    @cached_property
    def ordered(self) -> tuple[Entry, ...]:
        """Entries in the order they are shown."""
        return tuple(sorted(self.entries.values(), key=lambda entry: (entry.order, entry.id)))

    def entry(self, entry_id: str) -> Entry:
        """The entry called ``entry_id``. Raises :class:`GuideError` if there is none."""
        if entry_id not in self.entries:
            raise GuideError(f"the guide has no entry {entry_id!r}; it has: {', '.join(self.entries)}")
        return self.entries[entry_id]

    def entries_for_leaf(self, leaf_id: str) -> tuple[Entry, ...]:
        """Entries about a leaf of the taxonomy, the closest first. Raises :class:`GuideError` if there is none."""
        found = [entry for entry in self.ordered if leaf_id in entry.leaves]
        if not found:
            raise GuideError(f"no entry of the guide is about leaf {leaf_id!r}")
        return tuple(sorted(found, key=lambda entry: entry.leaves.index(leaf_id)))

    def law(self, country: str) -> Law:
        """Rules of ``cites``, ``vn`` or ``cn``. Raises :class:`GuideError` for anything else."""
        if country not in self.laws:
            raise GuideError(f"the guide has no law of {country!r}; it has: {', '.join(self.laws)}")
        return self.laws[country]

    def rules_for(self, entry: Entry, country: Country) -> tuple[Rule, ...]:
        """Rules of one country that concern an entry."""
        return self.law(country).about(*entry.subjects)

    def contacts_for(self, entry: Entry) -> tuple[Contact, ...]:
        """Whom to turn to about an entry."""
        return tuple(contact for contact in self.contacts if set(contact.subjects) & set(entry.subjects))

    def sources_of(self, bases: Iterator[Basis]) -> tuple[tuple[str, Source], ...]:
        """The sources some statements stand on, each once, in order of first use."""
        used = dict.fromkeys(name for basis in bases for name in basis.source)
        return tuple((name, self.sources[name]) for name in used)

    def search(self, query: str) -> tuple[Entry, ...]:
        """Entries in which every word of ``query`` occurs, in any of the three languages; titles count first.

        Case, Vietnamese accents and đ are ignored. An empty query gives all entries.
        """
        words = fold(query).split()
        titles = {entry.id: fold(" ".join(_words(entry.title))) for entry in self.ordered}
        found = [entry for entry in self.ordered if all(word in self._texts[entry.id] for word in words)]
        return tuple(sorted(found, key=lambda entry: not all(word in titles[entry.id] for word in words)))

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {entry.id: fold(" ".join(self._all_words(entry))) for entry in self.ordered}

    def _all_words(self, entry: Entry) -> Iterator[str]:
        texts = [entry.title, entry.summary.text, *(fact.text for fact in entry.facts)]
        texts += [text for name in entry.features for text in (self.features[name].about, self.features[name].question)]
        texts += [side for other in entry.lookalikes for row in other.rows for side in (row.this, row.other)]
        texts += [self.entry(other.entry).title for other in entry.lookalikes]
        for text in texts:
            yield from _words(text)
        for leaf in entry.leaves:
            names = shipped_taxonomy().leaf(leaf).names
            yield from (names.vi.text, names.zh.text, names.en.text)


def _words(text: Text) -> tuple[str, str, str]:
    return text.vi, text.zh, text.en


def load_guide(folder: Traversable | None = None, taxonomy: Taxonomy | None = None) -> Guide:
    """Read and check a guide's folder (default: the one shipped) against a taxonomy (default: the one shipped).

    Raises:
        GuideError: all faults of all files, one a line, each with the file and the field.
    """
    reader = Reader(folder or shipped_folder())
    contents = reader.read()
    complain(reader.problems)
    found = Guide(**contents)
    complain(list(_faults(found, taxonomy or shipped_taxonomy())))
    return found


@cache
def guide() -> Guide:
    """The guide that ships with this version, read once."""
    return load_guide()


def entry(entry_id: str) -> Entry:
    """The entry called ``entry_id``. Raises :class:`GuideError` if there is none."""
    return guide().entry(entry_id)


def entries_for_leaf(leaf_id: str) -> tuple[Entry, ...]:
    """Entries about a leaf, the closest first. Raises :class:`GuideError` if there is none."""
    return guide().entries_for_leaf(leaf_id)


def law(country: str) -> Law:
    """Rules of ``cites``, ``vn`` or ``cn``. Raises :class:`GuideError` for anything else."""
    return guide().law(country)


def search(query: str) -> tuple[Entry, ...]:
    """Entries in which every word of ``query`` occurs, accents and case ignored; see :meth:`Guide.search`."""
    return guide().search(query)


def bases_of(entry: Entry, found: Guide) -> Iterator[Basis]:
    """What the statements of an entry's page stand on, from top to bottom."""
    yield entry.summary.basis
    yield from (found.features[name].basis for name in entry.features)
    yield from (fact.basis for fact in entry.facts)
    yield from (row.basis for other in entry.lookalikes for row in other.rows)
    yield found.sheets[entry.sheet].views_basis
    for country in found.laws.values():
        yield from (rule.basis for rule in country.about(*entry.subjects))
    yield from (found.steps[name].basis for name in entry.steps)
    yield from (contact.basis for contact in found.contacts_for(entry))


def all_bases(found: Guide) -> Iterator[tuple[str, Basis]]:
    """Every basis in the guide with the file and the statement it belongs to."""
    for entry in found.entries.values():
        yield f"entries/{entry.id}.yaml, field 'summary'", entry.summary.basis
        for number, fact in enumerate(entry.facts):
            yield f"entries/{entry.id}.yaml, field 'facts.{number}'", fact.basis
        for other in entry.lookalikes:
            for number, row in enumerate(other.rows):
                yield f"entries/{entry.id}.yaml, field 'lookalikes ({other.entry}).rows.{number}'", row.basis
    for sheet in found.sheets.values():
        yield f"checklists/{sheet.id}.yaml, field 'views_basis'", sheet.views_basis
        for feature in sheet.features:
            yield f"checklists/{sheet.id}.yaml, field 'features ({feature.id})'", feature.basis
    for country in found.laws.values():
        for rule in country.rules:
            yield f"law/{country.country}.yaml, field 'rules ({rule.id})'", rule.basis
    for step in found.steps.values():
        yield f"steps.yaml, field '{step.id}'", step.basis
    for contact in found.contacts:
        yield f"contacts.yaml, field '{contact.id}'", contact.basis


def _faults(found: Guide, taxonomy: Taxonomy) -> Iterator[str]:
    """References that lead nowhere, ids that stand twice, leaves without an entry."""
    leaves, items = set(taxonomy.leaf_ids), {item.id for item in taxonomy.items}
    known: dict[str, set[str]] = {
        "leaf": leaves, "item": items, "source": set(found.sources), "drawing": set(found.drawings),
        "feature": set(found.features), "sheet": set(found.sheets), "step": set(found.steps),
        "entry": set(found.entries), "caption": set(found.captions),
    }  # fmt: skip

    def missing(where: str, kind: str, names: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
        for name in names:
            if name not in known[kind]:
                yield f"{where}: there is no {kind} {name!r}; expected one of {', '.join(sorted(known[kind]))}"

    for where, basis in all_bases(found):
        yield from missing(f"{where}.basis.source", "source", basis.source)
    for entry in found.entries.values():
        where = f"entries/{entry.id}.yaml, field"
        yield from missing(f"{where} 'drawing'", "drawing", (entry.drawing,))
        yield from missing(f"{where} 'leaves'", "leaf", entry.leaves)
        yield from missing(f"{where} 'features'", "feature", entry.features)
        yield from missing(f"{where} 'sheet'", "sheet", (entry.sheet,))
        yield from missing(f"{where} 'steps'", "step", entry.steps)
        yield from missing(f"{where} 'lookalikes'", "entry", tuple(other.entry for other in entry.lookalikes))
    seen: set[str] = set()
    for sheet in found.sheets.values():
        where = f"checklists/{sheet.id}.yaml, field"
        yield from missing(f"{where} 'items'", "item", sheet.items)
        yield from missing(f"{where} 'also'", "feature", sheet.also)
        for feature in sheet.features:
            yield from missing(f"{where} 'features ({feature.id}).drawing'", "drawing", (feature.drawing,))
            yield from missing(
                f"{where} 'features ({feature.id}).if_yes/if_no'", "leaf", (*feature.if_yes, *feature.if_no)
            )
        for name in (*(feature.id for feature in sheet.features), *(view.id for view in sheet.views)):
            if name in seen:
                yield f"{where} 'features/views': the id {name!r} stands twice; ids must be unique in all checklists"
            seen.add(name)
    yield from missing("drawings/, a drawing without words", "caption", tuple(found.drawings))
    yield from missing("drawings.yaml, words without a drawing", "drawing", tuple(found.captions))
    for leaf in taxonomy.leaves:
        about = [entry for entry in found.entries.values() if leaf.id in entry.leaves]
        if not any(entry.section == leaf.guide for entry in about):
            yield f"entries/: no entry of section {leaf.guide!r} lists leaf {leaf.id!r}; add it to one's 'leaves'"
    for name in ("cites", "vn", "cn"):
        if name not in found.laws:
            yield f"law/{name}.yaml: there is no such file"
