"""The JSON that ``tigercheck predict --json`` prints: ``tigercheck.prediction/1`` and ``tigercheck.failure/1``.

Sentences are in the language asked for; ``claim_code`` and ``reason_codes`` with their ``_params`` stay the same in all
of them, so that an answer can be printed in another language later (:mod:`serve.services.recorded_answer`).
"""

from __future__ import annotations

from typing import Any

from model.predict import ExhibitResult, Failure, Prediction
from model.taxonomy import Taxonomy
from serve.services.wording import failure_sentence, sentence


def prediction_json(prediction: Prediction, language: str, taxonomy: Taxonomy) -> dict[str, Any]:
    """One answer as the contract's object. Probabilities are rounded to 4 decimals."""
    decision = prediction.decision
    return {
        "schema": "tigercheck.prediction/1",
        "files": [
            # Which part was judged is said only where it was not the whole photo.
            {"name": file.name, "sha256": file.sha256, **({"crop": list(file.crop)} if file.crop else {})}
            for file in prediction.files
        ],
        "bundle": prediction.bundle,
        "outcome": decision.outcome.value,
        "leaf": decision.leaf,
        "item": prediction.item,
        "claim": sentence(decision.claim, language, taxonomy),
        "reasons": [sentence(reason, language, taxonomy) for reason in decision.reasons],
        "claim_code": decision.claim.code,
        "claim_params": dict(decision.claim.params),
        "reason_codes": [reason.code for reason in decision.reasons],
        "reason_params": [dict(reason.params) for reason in decision.reasons],
        "probabilities": {leaf: round(value, 4) for leaf, value in prediction.probabilities.items()},
        "identity": {code.value: round(value, 4) for code, value in prediction.stated.items()},
        "prediction_set": list(decision.prediction_set),
        "evidence": prediction.evidence,
        "quality": [issue.value for issue in prediction.quality],
        "out_of_distribution": {
            "score": round(prediction.strangeness[0], 4),
            "threshold": round(prediction.strangeness[1], 4),
        },
        "elapsed_ms": round(prediction.elapsed_ms, 1),
    }


def failure_json(failure: Failure, language: str) -> dict[str, Any]:
    """One photo that could not be used."""
    return {
        "schema": "tigercheck.failure/1",
        "files": [{"name": failure.name}],
        "error": {
            "code": failure.error.code.value,
            "message": failure_sentence(failure.error, language),
            "params": {name: str(value) for name, value in failure.error.params.items()},
            "detail": failure.error.detail,
        },
    }


def exhibit_json(result: ExhibitResult, language: str, taxonomy: Taxonomy) -> dict[str, Any]:
    """Several photos of one object: the joint answer, with each photo's own outcome and the failures inside.

    Without any usable photo it is a failure of the whole exhibit.
    """
    failures = [failure_json(failure, language) for failure in result.failures]
    if result.prediction is None:
        return {"schema": "tigercheck.failure/1", "files": [f["files"][0] for f in failures], "failures": failures}
    joint = prediction_json(result.prediction, language, taxonomy)
    joint["photos"] = [
        {"name": one.files[0].name, "outcome": one.decision.outcome.value, "leaf": one.decision.leaf}
        for one in result.photos
    ]
    joint["failures"] = failures
    return joint
