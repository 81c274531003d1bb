"""The answer that follows from a declaration and not from any photo, as it is stored in a case.

Its rule is :data:`RULE`: goods declared as glue, wine, powder or meat are answered ``X``
(:func:`serve.services.declared.outcome_of`). Should the rule change, its number goes up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from model.taxonomy import Identity
from serve.i18n import tr
from serve.services.declared import Declaration, DeclaredItem, outcome_of
from serve.store.cases import latest_corrections
from serve.store.events import Event, EventCorrected, ExhibitDeclared, ExhibitJudged, Payload

#: Which rule answered.
RULE = "declared_processed/1"
_CLAIM = "claim.X.declared"


def declared_json(answer: dict[str, Any], declaration: Declaration, language: str) -> dict[str, Any]:
    """The answer as it is shown for what the object is declared to be; what each photo gave stays in ``photos``.

    Processed goods have the outcome ``X`` unless the photos are flagged (:func:`serve.services.declared.outcome_of`).
    An answer without any usable photo stays as it is.
    """
    judged = answer.get("outcome")
    if judged is None or outcome_of(Identity(judged), declaration) is not Identity.PROCESSED:
        return answer
    return {
        **answer, "outcome": Identity.PROCESSED.value, "leaf": None, "item": None,
        "claim": tr(_CLAIM, language), "claim_code": _CLAIM, "claim_params": {},
        "reasons": [tr("reason.photo_only", language)], "reason_codes": ["reason.photo_only"], "reason_params": [{}],
    }  # fmt: skip


def rule_json(declaration: Declaration, language: str) -> dict[str, Any]:
    """``tigercheck.rule/1``: the answer without any photo. It names the rule and the program instead of a model."""
    item = tr(f"declared.{declaration.item.value}", language)
    return {
        "schema": "tigercheck.rule/1", "files": [], "rule": RULE, "program": f"tigercheck {version('tigercheck')}",
        "outcome": Identity.PROCESSED.value, "leaf": None, "item": None,
        "claim": tr(_CLAIM, language), "claim_code": _CLAIM, "claim_params": {},
        "reasons": [tr("reason.declared_processed", language, item=item)],
        "reason_codes": ["reason.declared_processed"], "reason_params": [{"item": declaration.item.value}],
    }  # fmt: skip


def declaration_of(declared: ExhibitDeclared) -> Declaration:
    """A declaration as recorded, for the rules."""
    return Declaration(DeclaredItem(declared.declared_as), declared.as_tiger, declared.labelled_as)


def answer_by_rule(
    held: Mapping[str, object] | None, declared: ExhibitDeclared, language: str
) -> dict[str, Any] | None:
    """What a declaration alone makes the answer, if it is to be recorded; a flag of photos is never replaced.

    Args:
        held: the answer that stands, ``None`` if there is none.
        declared: what the exhibit is declared to be.
        language: of the sentences in the answer; its codes are the same in all.
    """
    declaration = declaration_of(declared)
    if not declaration.processed:
        return None
    if held is not None and "rule" not in held and held.get("outcome") is not None:
        changed = declared_json(dict(held), declaration, language)
        return None if changed == held or held.get("claim_code") == _CLAIM else changed
    new = rule_json(declaration, language)
    if held is not None and (held.get("rule"), held.get("reason_params")) == (new["rule"], new["reason_params"]):
        return None
    return new


def after_declaration(
    events: Sequence[Event], exhibit: str, declared: ExhibitDeclared | None, reason: str, language: str
) -> list[Payload]:
    """What else must be recorded when a declaration is corrected: an answer rests on it.

    Answers by the old declaration are withdrawn with the same reason, and that of the new one is given. A model's
    answer to photos that became ``X`` by the old declaration is withdrawn too: those photos must be checked again.

    Args:
        events: all of the case, the correction not among them.
        exhibit: its name as it stands.
        declared: what it is declared to be from now on; ``None`` if that is withdrawn.
        reason: of the correction.
        language: of the sentences in the new answer.
    """
    corrections = latest_corrections(events)
    standing: list[tuple[int, dict[str, object]]] = []
    for one in events:
        payload = one.payload
        if one.number in corrections:
            replacement = corrections[one.number][1].replacement
            if replacement is None:
                continue
            payload = replacement
        if isinstance(payload, ExhibitJudged) and payload.exhibit == exhibit:
            standing.append((one.number, payload.prediction))
    held = standing[-1][1] if standing else None
    new = answer_by_rule(held, declared, language) if declared else None
    processed = declared is not None and declaration_of(declared).processed
    stale = [
        number
        for number, answer in standing
        if ("rule" in answer and (new is not None or not processed))
        or ("rule" not in answer and answer.get("claim_code") == _CLAIM and not processed)
    ]
    withdrawn: list[Payload] = [EventCorrected(number=number, reason=reason) for number in stale]
    return [*withdrawn, *([ExhibitJudged(exhibit=exhibit, prediction=new)] if new else [])]
