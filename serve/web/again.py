"""What was filled in and refused stays on the page: it can be mended and sent again, without being typed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGE_NAMES, catalogue, tr
from serve.services.checklist import ANSWERS
from serve.services.guide import guide
from serve.services.wording import leaf_name

#: Fields that hold a person's own words, and the keys of their labels. All others are sent again as they were.
WORDS = {
    "decision": "case.form.words",
    "opinion": "case.form.opinion",
    "reason": "case.form.reason",
    "body": "case.form.body",
    "reference": "case.form.reference",
}
#: Words that may take several lines.
_LONG = frozenset({"decision", "opinion"})
#: Chosen fields that are named to the person, and the keys of their labels.
_CHOSEN = {
    "exhibit": "correction.field.exhibit",
    "event": "case.event",
    "action": "case.form.action",
    "leaf": "case.form.found",
    "first": "case.form.first",
    "second": "case.form.second",
}


@dataclass(frozen=True)
class Typed:
    """A form that was not recorded.

    Attributes:
        action: address it was sent to.
        fixed: name and value of what is sent again as it was.
        shown: label and value, in words, of what of this the person had chosen.
        words: name, key of the label, value and whether it may take several lines, of what can be mended.
    """

    action: str
    fixed: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str, str, bool], ...]


async def keep_typed(request: Request) -> None:
    """Dependency of routes that take forms: remember what was filled in, for :func:`typed_of`."""
    request.state.typed = (await request.form()).multi_items()


def typed_of(request: Request, language: str) -> Typed | None:
    """What this request's form held; ``None`` for a page that was merely opened. The officer has a field of their own.

    Files and other forms than those of one case are left out.
    """
    given = [(name, value) for name, value in getattr(request.state, "typed", ()) if isinstance(value, str)]
    if not given:
        return None
    fixed = tuple((name, value) for name, value in given if name not in WORDS and name != "officer")
    return Typed(
        request.url.path, fixed, tuple(_chosen(fixed, language)),
        tuple((name, WORDS[name], value, name in _LONG) for name, value in given if name in WORDS),
    )  # fmt: skip


def _chosen(fixed: Sequence[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    """What was chosen, in words; numbers of the program's own, such as that of the case, are left out."""
    known = guide().features
    views = {view.id: view.text.text(language) for sheet in guide().sheets.values() for view in sheet.views}
    chosen = []
    for name, value in fixed:
        if name in _CHOSEN and value:
            chosen.append((tr(_CHOSEN[name], language), _in_words(name, value, language)))
        elif name in known and value in ANSWERS:
            chosen.append((known[name].question.text(language), tr(f"examine.{value}", language)))
        elif name == "view" and value in views:
            chosen.append((tr("correction.field.view", language, view=views[value]), tr("examine.yes", language)))
    return chosen


def _in_words(name: str, value: str, language: str) -> str:
    """A chosen value in words; what a browser made up itself stays as it is."""
    if name == "action" and f"action.{value}" in catalogue(language):
        return tr(f"action.{value}", language)
    if name == "leaf" and value in shipped_taxonomy().leaf_ids:
        return leaf_name(value, language)
    return LANGUAGE_NAMES.get(value, value) if name in ("first", "second") else value
