"""What can be corrected in a record, as fields of a form: filled with what stands, read back, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGES, tr
from serve.services.checklist import ANSWERS
from serve.services.guide import guide
from serve.services.wording import leaf_name
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.events import (
    PAYLOAD,
    Action,
    CaseOpened,
    ChecklistAnswered,
    Declared,
    ExhibitDeclared,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
    Original,
    PhotoAdded,
)

#: What people record and can therefore correct; anything else can only be withdrawn.
CORRECTABLE = (
    CaseOpened, PhotoAdded, ExhibitDeclared, OfficerJudged, ChecklistAnswered, OfficerDecided, LaboratoryAnswered,
    ExhibitReviewed,
)  # fmt: skip
_VIEW = "view."


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes:
        name: in the form and on the command line.
        label: in words.
        value: what stands; ``yes`` or ``no`` for a tick, empty if nothing was given.
        choices: code and words of each; empty for free text.
        most: characters of free text; ``long`` text has several lines.
        required: whether it must not be empty.
    """

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 200
    long: bool = False
    required: bool = False

    def shown(self, language: str) -> str:
        """The value in words."""
        return dict(self.choices).get(self.value, self.value) or tr("correction.field.none", language)


def fields_of(payload: BaseModel, language: str, exhibits: Sequence[str] = ()) -> list[Field]:
    """The fields of a record, filled with what it says; none if it cannot be corrected.

    Args:
        payload: what stands.
        language: of labels and choices.
        exhibits: names of the exhibits it can be moved to; its own is added.
    """

    def none() -> tuple[str, str]:
        return "", tr("correction.field.none", language)

    def text(name: str, key: str, value: str, most: int = 200, long: bool = False, required: bool = False) -> Field:
        return Field(name, tr(key, language), value, (), most, long, required)

    def choice(name: str, key: str, value: str, choices: Sequence[tuple[str, str]], required: bool = True) -> Field:
        return Field(name, tr(key, language), value, tuple(choices), required=required)

    def actions() -> list[tuple[str, str]]:
        return [none(), *((code, tr(f"action.{code}", language)) for code in get_args(Action))]

    match payload:
        case CaseOpened():
            made = [
                text("place", "case.place", payload.place),
                text("agency", "case.agency", payload.agency),
                text("officer", "case.officer", payload.officer),
            ]
        case PhotoAdded():
            made = [text("name", "correction.field.photo", payload.name, required=True)]
        case ExhibitDeclared():
            items = [(code, tr(f"declared.{code}", language)) for code in get_args(Declared)]
            made = [
                choice("declared_as", "declare.title", payload.declared_as, items),
                choice("as_tiger", "declare.as_tiger", _tick(payload.as_tiger), _ticks(language)),
                text("labelled_as", "declare.label", payload.labelled_as, 2000, long=True),
            ]
        case OfficerJudged():
            codes = [(code, tr("own.U" if code == "U" else f"identity.{code}", language)) for code in "TPFNU"]
            sure = [none(), *((str(n), str(n)) for n in range(1, 6))]
            made = [
                choice("identity", "own.title", payload.identity, codes),
                choice("leaf", "correction.field.leaf", payload.leaf or "", [none(), *_leaves(language)], False),
                choice("confidence", "correction.field.sure", str(payload.confidence or ""), sure, False),
            ]
        case ChecklistAnswered():
            made = _checklist(payload, language)
        case OfficerDecided():
            made = [
                choice("action", "case.form.action", payload.action or "", actions(), False),
                text("decision", "correction.field.words", payload.decision, 5000, long=True, required=True),
            ]
        case LaboratoryAnswered():
            leaves = _leaves(language)
            if payload.leaf not in dict(leaves):  # of an older taxonomy
                leaves.append((payload.leaf, payload.leaf))
            made = [
                choice("leaf", "case.form.found", payload.leaf, leaves),
                text("body", "case.form.body", payload.body, required=True),
                text("reference", "case.form.reference", payload.reference),
            ]
        case ExhibitReviewed():
            made = [text("opinion", "case.form.opinion", payload.opinion, 5000, long=True, required=True)]
        case _:
            return []
    own = getattr(payload, "exhibit", None)
    # An answer may rest on a declaration, and a checklist asks about one object: these two are not moved.
    if own and not isinstance(payload, ExhibitDeclared | ChecklistAnswered):
        names = dict.fromkeys((own, *exhibits))
        made.append(choice("exhibit", "correction.field.exhibit", own, [(name, name) for name in names]))
    return made


def with_values(payload: Original, values: Mapping[str, str], language: str, exhibits: Sequence[str] = ()) -> Original:
    """The record as it would be with other values; fields that are not given stay as they are.

    Raises:
        StoreError: there is no such field, or a value does not fit.
    """
    fields = {field.name: field for field in fields_of(payload, language, exhibits)}
    if unknown := [name for name in values if name not in fields]:
        raise StoreError(
            f"a record of kind {payload.kind} has no field {unknown[0]!r}; it has: {', '.join(fields)}",
            StoreErrorCode.CORRECTION_FIELD, name=unknown[0],
        )  # fmt: skip
    said = {name: field.value for name, field in fields.items()}
    # A browser sends other line ends, and white space at the ends says nothing: that alone is no change.
    said |= {name: _plain(value) for name, value in values.items() if _plain(value) != _plain(said[name])}
    for name, field in fields.items():
        codes = [code for code, _ in field.choices]
        if (codes and said[name] not in codes) or (field.required and not said[name]) or len(said[name]) > field.most:
            expected = (
                f"one of {', '.join(code for code in codes if code)}" if codes else f"1 to {field.most} characters"
            )
            raise StoreError(
                f"{name}: expected {expected}, got {said[name]!r}", StoreErrorCode.CORRECTION_FIELD, name=field.label
            )
    try:
        made = PAYLOAD.validate_python(payload.model_dump() | _content(payload, said, language))
    except ValidationError as error:
        raise StoreError(f"it does not fit: {error}", StoreErrorCode.CORRECTION_FIELD, name=payload.kind) from error
    return made  # type: ignore[return-value] # of the same kind, so never a correction


def changes(old: Original, new: Original, language: str) -> list[str]:
    """What differs between two contents of a record, a sentence each."""
    before = {field.name: field for field in fields_of(old, language)}
    after = {field.name: field for field in fields_of(new, language)}
    if not before:  # an answer of the check: only its exhibit can change
        named = (getattr(old, "exhibit", ""), getattr(new, "exhibit", ""))
        return [] if named[0] == named[1] else [_change(tr("correction.field.exhibit", language), *named, language)]
    names = list({**before, **after})
    nothing = tr("correction.field.none", language)
    said = []
    for name in names:
        was = before[name].shown(language) if name in before else nothing
        now = after[name].shown(language) if name in after else nothing
        if was != now:
            said.append(_change((after.get(name) or before[name]).label, was, now, language))
    return said


def _change(label: str, old: str, new: str, language: str) -> str:
    return tr("correction.change", language, field=label, old=old, new=new)


def _content(payload: Original, said: Mapping[str, str], language: str) -> dict[str, Any]:
    """The record's own fields from those of the form."""
    if isinstance(payload, ChecklistAnswered):
        views = tuple(name.removeprefix(_VIEW) for name, value in said.items() if _is_view(name) and value == "yes")
        return {
            "answers": {name: value for name, value in said.items() if value and not _is_view(name)},
            "views_taken": views,
        }
    content: dict[str, Any] = dict(said)
    if isinstance(payload, ExhibitDeclared):
        content["as_tiger"] = said["as_tiger"] == "yes"
    elif isinstance(payload, OfficerJudged):
        content["leaf"] = said["leaf"] or None
        content["confidence"] = int(said["confidence"]) if said["confidence"] else None
    elif isinstance(payload, OfficerDecided):
        content["action"] = said["action"] or None
        # A decision without words of its own is worded as its action, and follows it.
        worded = {tr(f"action.{payload.action}", one) for one in LANGUAGES} if payload.action else set()
        if content["action"] and content["action"] != payload.action and said["decision"] in worded:
            content["decision"] = tr(f"action.{content['action']}", language)
    return content


def _checklist(payload: ChecklistAnswered, language: str) -> list[Field]:
    """A field for each question that was asked or answered, and one for each view."""
    found = guide()
    sheets = [found.sheets[name] for name in payload.sheets if name in found.sheets]
    asked = dict.fromkeys(feature for sheet in sheets for feature in (*(one.id for one in sheet.features), *sheet.also))
    views = {view.id: view.text.text(language) for sheet in sheets for view in sheet.views}
    answers = [("", tr("correction.field.none", language)), *((one, tr(f"examine.{one}", language)) for one in ANSWERS)]
    made = []
    for name in dict.fromkeys((*asked, *payload.answers)):
        question = found.features[name].question.text(language) if name in found.features else name
        made.append(Field(name, question, payload.answers.get(name, ""), tuple(answers)))
    for name in dict.fromkeys((*views, *payload.views_taken)):
        label = tr("correction.field.view", language, view=views.get(name, name))
        made.append(Field(_VIEW + name, label, _tick(name in payload.views_taken), tuple(_ticks(language))))
    return made


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _is_view(name: str) -> bool:
    return name.startswith(_VIEW)


def _tick(value: bool) -> str:
    return "yes" if value else "no"


def _ticks(language: str) -> list[tuple[str, str]]:
    return [(code, tr(f"examine.{code}", language)) for code in ("yes", "no")]


def _leaves(language: str) -> list[tuple[str, str]]:
    return [(leaf, leaf_name(leaf, language)) for leaf in shipped_taxonomy().leaf_ids]
