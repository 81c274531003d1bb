"""What to look for with one's own eyes, and what to photograph. Answers never change the model's figure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from model.taxonomy import LeafIdentity, shipped_taxonomy
from serve.services.guide import Guide, guide
from serve.services.guide_model import Feature, GuideError, Sheet, View

#: ``unsure``: it cannot be seen.
Answer = Literal["yes", "no", "unsure"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class ChecklistAnswers(BaseModel):
    """What an officer saw, for keeping beside the model's outcome. Questions not answered are not in ``answers``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["tigercheck.checklist/1"] = "tigercheck.checklist/1"
    sheets: tuple[_Id, ...]
    answers: dict[_Id, Answer]
    views_taken: tuple[_Id, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """Questions and views for some likely leaves and a declaration; ``sheets`` are the checklists they come from."""

    sheets: tuple[str, ...]
    features: tuple[Feature, ...]
    views: tuple[View, ...]

    def missing_views(self, taken: Collection[str]) -> tuple[View, ...]:
        """Views that are not among the ids in ``taken``."""
        return tuple(view for view in self.views if view.id not in taken)

    def record(self, answers: Mapping[str, str], views_taken: Sequence[str] = ()) -> ChecklistAnswers:
        """Answers by feature id, validated for keeping.

        Raises:
            GuideError: an id that is not on this checklist, or an answer other than yes, no and unsure.
        """
        self._known("question", {feature.id for feature in self.features}, answers)
        self._known("view", {view.id for view in self.views}, views_taken)
        for name, answer in answers.items():
            if answer not in ANSWERS:
                raise GuideError(f"question {name!r}: expected an answer of {', '.join(ANSWERS)}, got {answer!r}")
        return ChecklistAnswers.model_validate(
            {"sheets": self.sheets, "answers": dict(answers), "views_taken": tuple(dict.fromkeys(views_taken))}
        )

    def hints(self, given: ChecklistAnswers) -> dict[LeafIdentity, tuple[Feature, ...]]:
        """Features whose answer hints at an identity, by identity. Hints are not counted, weighed or proof."""
        found: dict[LeafIdentity, dict[str, Feature]] = {}
        for feature in self.features:
            for leaf_id in _leaves(feature, given.answers.get(feature.id)):
                found.setdefault(shipped_taxonomy().leaf(leaf_id).identity, {})[feature.id] = feature
        return {identity: tuple(features.values()) for identity, features in found.items()}

    @staticmethod
    def _known(kind: str, known: set[str], names: Collection[str]) -> None:
        for name in names:
            if name not in known:
                raise GuideError(f"there is no {kind} {name!r} on this checklist; it has: {', '.join(sorted(known))}")


def checklist_for(leaves: Sequence[str], declared_item: str | None = None) -> Checklist:
    """Checklist for the likely leaves, most likely first, and for what the object is declared to be.

    ``declared_item`` is one of :func:`declared_items`; ``None`` if nothing was declared. Views of any object come
    first. Without leaves and declaration only those remain.

    Raises:
        GuideError: an unknown declaration.
        TaxonomyError: an unknown leaf.
    """
    found = guide()
    sheets = list(dict.fromkeys(sheet.id for sheet in _sheets(found, leaves, declared_item)))
    features: dict[str, Feature] = {}
    views: dict[str, View] = {}
    for name in sheets:
        sheet = found.sheets[name]
        features |= {feature.id: feature for feature in sheet.features}
        features |= {also: found.features[also] for also in sheet.also if also not in features}
        views |= {view.id: view for view in sheet.views}
    return Checklist(tuple(sheets), tuple(features.values()), tuple(views.values()))


def declared_items() -> tuple[str, ...]:
    """Words of a declaration that lead to a checklist, in the order of the checklists' files."""
    return tuple(dict.fromkeys(word for sheet in guide().sheets.values() for word in sheet.declared))


def _sheets(found: Guide, leaves: Sequence[str], declared_item: str | None) -> Iterator[Sheet]:
    yield found.sheets["common"]
    for leaf_id in leaves:
        item = shipped_taxonomy().leaf(leaf_id).item
        yield from (sheet for sheet in found.sheets.values() if item in sheet.items)
    if declared_item is not None:
        if declared_item not in declared_items():
            known = ", ".join(declared_items())
            raise GuideError(f"no checklist is for something declared as {declared_item!r}; expected one of {known}")
        yield from (sheet for sheet in found.sheets.values() if declared_item in sheet.declared)


def _leaves(feature: Feature, answer: str | None) -> tuple[str, ...]:
    return feature.if_yes if answer == "yes" else feature.if_no if answer == "no" else ()
