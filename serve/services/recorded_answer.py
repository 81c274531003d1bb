"""An answer as it stands in a case's event, back as codes that any language can word.

Older answers carry codes without parameters; those are found again from the leaf and the prediction set.
Where even that does not do (a leaf the taxonomy no longer has, a code of a later version), the sentence as recorded
stands, in the language it was recorded in.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.decision import Message
from model.taxonomy import Identity, Taxonomy, shipped_taxonomy
from serve.i18n import catalogue
from serve.reports.content import Outcome, Stamp, Words


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _File(_Lenient):
    name: str = ""


class _Error(_Lenient):
    code: str = ""
    message: str = ""
    params: dict[str, str] | None = None


class _Failure(_Lenient):
    files: list[_File] = Field(default_factory=list)
    error: _Error = Field(default_factory=_Error)


class _Photo(_Lenient):
    name: str
    outcome: Identity


class _Answer(_Lenient):
    bundle: str = ""
    rule: str = ""
    program: str = ""
    outcome: Identity | None = None
    leaf: str | None = None
    claim: str = ""
    claim_code: str = ""
    claim_params: dict[str, str] | None = None
    reasons: list[str] = Field(default_factory=list)
    reason_codes: list[str] = Field(default_factory=list)
    reason_params: list[dict[str, str]] = Field(default_factory=list)
    probabilities: dict[str, float] = Field(default_factory=dict)
    identity: dict[Identity, float] = Field(default_factory=dict)
    prediction_set: list[str] = Field(default_factory=list)
    evidence: str | None = None
    photos: list[_Photo] = Field(default_factory=list)
    failures: list[_Failure] = Field(default_factory=list)


def recorded_outcome(
    prediction: Mapping[str, object], stamp: Stamp | None = None, taxonomy: Taxonomy | None = None
) -> Outcome:
    """The outcome of an ``exhibit_judged`` event, as a report prints it.

    Never raises for what stands in an event: an answer that cannot be read becomes an outcome that says so.
    """
    taxonomy = taxonomy or shipped_taxonomy()
    try:
        answer = _Answer.model_validate(prediction)
    except ValidationError:
        return Outcome(None, Message("report.outcome.unreadable"), stamp=stamp)
    unusable = tuple(
        (failure.files[0].name if failure.files else "", _failure(failure.error)) for failure in answer.failures
    )
    if answer.outcome is None:
        return Outcome(None, Message("outcome.none.claim"), unusable=unusable, bundle=answer.bundle, stamp=stamp)
    evidence = answer.evidence if answer.leaf and f"evidence.{answer.evidence}" in catalogue("en") else None
    reasons = _reasons(answer)
    if evidence:  # printed in a line of its own
        reasons = [reason for reason in reasons if not reason[0].startswith("reason.evidence_")]
    return Outcome(
        outcome=answer.outcome.value,
        claim=_worded(answer.claim_code, _claim_params(answer), answer.claim, taxonomy),
        reasons=tuple(_worded(code, params, recorded, taxonomy) for code, params, recorded in reasons),
        # Events are stored with sorted keys; the order of the page is restored.
        identity=tuple((code.value, answer.identity[code]) for code in Identity if code in answer.identity),
        possible=tuple(leaf_words(leaf, taxonomy) for leaf in answer.prediction_set),
        evidence=evidence,
        untaught=tuple(
            leaf_words(leaf, taxonomy)
            for leaf in taxonomy.leaf_ids
            if answer.probabilities and leaf not in answer.probabilities
        ),
        unusable=unusable,
        bundle=answer.bundle,
        rule=f"{answer.rule} ({answer.program})" if answer.rule else "",
        stamp=stamp,
    )


def photo_outcomes(prediction: Mapping[str, object]) -> dict[str, str]:
    """Outcome code by file name, of names that stand once: two photos of one name cannot be told apart here."""
    try:
        answer = _Answer.model_validate(prediction)
    except ValidationError:
        return {}
    names = [photo.name for photo in answer.photos]
    return {photo.name: photo.outcome.value for photo in answer.photos if names.count(photo.name) == 1}


def leaf_words(leaf_id: str, taxonomy: Taxonomy | None = None) -> Words:
    """A leaf's names, or its id if the taxonomy does not know it (any more)."""
    taxonomy = taxonomy or shipped_taxonomy()
    if leaf_id not in taxonomy.leaf_ids:
        return leaf_id
    names = taxonomy.leaf(leaf_id).names
    return {language: names.text(language) for language in ("vi", "zh", "en")}


def _claim_params(answer: _Answer) -> dict[str, str]:
    if answer.claim_params is not None:
        return answer.claim_params
    return {"leaf": answer.leaf} if answer.leaf else {}


def _reasons(answer: _Answer) -> list[tuple[str, dict[str, str], str]]:
    """Code, parameters and recorded sentence of each reason."""
    leaf = answer.leaf or ""
    found: dict[str, str] = {"leaf": leaf, "leaves": ",".join(x for x in answer.prediction_set if x != leaf)}
    made = []
    for n in range(max(len(answer.reason_codes), len(answer.reasons))):
        code = answer.reason_codes[n] if n < len(answer.reason_codes) else ""
        params = answer.reason_params[n] if n < len(answer.reason_params) else found
        made.append((code, params, answer.reasons[n] if n < len(answer.reasons) else code))
    return made


def _failure(error: _Error) -> Words:
    return _worded(f"image_error.{error.code}", error.params or {}, error.message or error.code, shipped_taxonomy())


def _worded(code: str, params: dict[str, Any], recorded: str, taxonomy: Taxonomy) -> Words:
    """A message if every language can word it, else the sentence as recorded."""
    if code not in catalogue("en"):
        return recorded or code
    needed = {name for _, name, _, _ in Formatter().parse(catalogue("en")[code]) if name}
    leaves = [leaf for name in needed & {"leaf", "leaves"} for leaf in params.get(name, "").split(",")]
    if not needed <= params.keys() or any(leaf not in taxonomy.leaf_ids for leaf in leaves):
        return recorded or code
    return Message(code, {name: params[name] for name in sorted(needed)})
