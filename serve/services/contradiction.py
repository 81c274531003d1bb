"""Whether what an officer saw speaks against what the check answered. A reason to look again, never a verdict."""

from __future__ import annotations

from serve.services.checklist import Checklist, ChecklistAnswers
from serve.services.guide import guide
from serve.store.cases import Exhibit

_PROTECTED, _HARMLESS = frozenset("TP"), frozenset("FN")


def contradicts(exhibit: Exhibit) -> bool:
    """Whether the checklist hints at the other side of what the check answered.

    A harmless answer (F, N) is contradicted by any hint at a protected animal, because a miss is the critical error; a
    flag (T, P) only if all hints are at imitations or unprotected things. Questions of older checklists are left out.
    """
    answered, outcome = exhibit.checklist, exhibit.outcome
    if answered is None or outcome is None:
        return False
    known = guide().features
    answers = {name: answer for name, answer in answered.answers.items() if name in known}
    asked = Checklist(answered.sheets, tuple(known[name] for name in answers), ())
    hints = set(asked.hints(ChecklistAnswers(sheets=answered.sheets, answers=answers)))
    if outcome in _HARMLESS:
        return bool(hints & _PROTECTED)
    return outcome in _PROTECTED and bool(hints) and hints <= _HARMLESS
