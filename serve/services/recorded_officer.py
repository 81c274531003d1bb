"""What officers recorded of an exhibit, as a report prints it: declaration, judgement, checklist, decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.decision import Message
from serve.i18n import LANGUAGES, tr
from serve.reports.content import ChecklistLine, DecisionEntry, Judgement, Stamp, Words
from serve.services.guide import guide
from serve.store.cases import Exhibit
from serve.store.events import ChecklistAnswered, ExhibitDeclared


def recorded_by_officer(exhibit: Exhibit, stamp: Callable[[str], Stamp | None]) -> dict[str, Any]:
    """Fields of :class:`serve.reports.content.ExhibitReport` by name; what nobody recorded is left out.

    Args:
        exhibit: as its events leave it.
        stamp: who recorded the latest event of a kind, and when.
    """
    fields: dict[str, Any] = {"checklist": _checklist(exhibit.checklist)}
    if exhibit.declared:
        fields["declared"] = _declared(exhibit.declared)
        fields["labelled"] = exhibit.declared.labelled_as or None
    if exhibit.judgement:
        code = exhibit.judgement.payload.identity
        fields["judgement"] = Judgement(
            Message("own.U" if code == "U" else f"identity.{code}"), exhibit.judgement.before_model,
            stamp=stamp("officer_judged"),
        )  # fmt: skip
    if exhibit.decision:
        action, words = exhibit.action, exhibit.decision
        named = action is not None and words in {tr(f"action.{action}", language) for language in LANGUAGES}
        # An action without words of its own is worded in the report's language, not in that of the page.
        fields["decision"] = DecisionEntry(
            Message(f"action.{action}") if action else words, "" if named or not action else words,
            stamp=stamp("officer_decided"),
        )  # fmt: skip
    return fields


def _declared(declared: ExhibitDeclared) -> Words:
    def worded(language: str) -> str:
        words = [tr(f"declared.{declared.declared_as}", language)]
        if declared.as_tiger:
            words.append(tr("declare.as_tiger", language))
        return tr("list.separator", language).join(words)

    return {language: worded(language) for language in LANGUAGES}


def _checklist(answered: ChecklistAnswered | None) -> tuple[ChecklistLine, ...]:
    """One line a question; a question that this version no longer has is named by its id."""
    if answered is None:
        return ()
    known = guide().features
    lines = []
    for name, answer in answered.answers.items():
        feature = known.get(name)
        question: Words = (
            {language: feature.question.text(language) for language in LANGUAGES} if feature else name
        )  # fmt: skip
        lines.append(ChecklistLine(question, Message(f"examine.{answer}")))
    return tuple(lines)
