"""The model sits a test like a trainee.

What it would do follows from its outcome: a flag (T, P) is detained; an imitation (F), an uncertainty (U) and a
processed good (X) are referred, because the officer is told not to release on such a result alone; N, no wildlife item
recognised, is let go by the normal procedure. What it chooses is the leaf of its answer if the exercise offers it, and
"cannot tell" otherwise, as for U.

Its confidence is that of the leaf chosen, in the trainees' five steps of equal width: a probability under 0.2 is 1, one
of 0.8 or more is 5. For "cannot tell" it is that of the likeliest leaf. Calibrated probabilities over many leaves are
not a person's feeling of certainty: compare calibration, not steps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from model.predict import Predictor
from model.taxonomy import Identity
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import CONFIDENCE, Action, Answer, Arm, Phase, Sitting, Thing
from serve.exercise.store import ExerciseStore
from serve.exercise.store.model_answers import keep_model_answers, model_answers, model_predictions
from serve.services.answer_json import exhibit_json

ACTIONS = {
    Identity.TIGER: Action.DETAIN,
    Identity.PROTECTED: Action.DETAIN,
    Identity.IMITATION: Action.REFER,
    Identity.PROCESSED: Action.REFER,
    Identity.UNCERTAIN: Action.REFER,
    Identity.NO_WILDLIFE: Action.LET_GO,
}


def confidence_step(probability: float) -> int:
    """One of five steps of equal width."""
    return min(CONFIDENCE[-1], CONFIDENCE[0] + int(probability * len(CONFIDENCE)))


def answer(
    predictor: Predictor, thing: Thing, leaves: tuple[str, ...], at: datetime
) -> tuple[Answer, dict[str, Any]]:  # fmt: skip
    """The model's answer to one thing from all its photos, as a trainee's and in full, without names of files.

    Raises:
        ExerciseError: none of its photos can be used.
    """
    result = predictor.predict_exhibit([(str(number), photo) for number, photo in enumerate(thing.photos, 1)])
    prediction = result.prediction
    if prediction is None:
        raise ExerciseError(
            f"no photo of {thing.id} can be used: put the files back where they were", ExerciseErrorCode.PHOTO_LOST
        )
    decision = prediction.decision
    chosen = decision.leaf if decision.leaf in leaves else None
    probability = prediction.probabilities[decision.leaf] if decision.leaf else max(prediction.probabilities.values())
    given = Answer(
        thing=thing.id, truth=thing.leaf, chosen=chosen, action=ACTIONS[decision.outcome],
        confidence=confidence_step(probability), seconds=prediction.elapsed_ms / 1000, at=at, arm=Arm.MODEL,
    )  # fmt: skip
    return given, exhibit_json(result, "en", predictor.taxonomy)


def answer_all(store: ExerciseStore, exercise_id: str, predictor: Predictor) -> dict[str, Answer]:
    """The bundle's answers to both forms by thing. Each is computed once, then kept with the bundle's version.

    Raises:
        ExerciseError: there is no such exercise, or no photo of a thing can be used.
    """
    kept, bundle = store.exercise(exercise_id), predictor.bundle.info.id
    full = model_predictions(store, exercise_id, bundle)
    for form in kept.exercise.forms:
        for thing in form.things:
            if thing.id not in full:
                given, prediction = answer(predictor, thing, kept.exercise.leaves, store.now())
                keep_model_answers(store, exercise_id, bundle, [given], {thing.id: prediction})
    return {one.thing: one for one in model_answers(store, exercise_id, bundle)}


def model_sittings(store: ExerciseStore, exercise_id: str, predictor: Predictor) -> tuple[Sitting, ...]:
    """The bundle's sittings of forms A and B, taken once and then kept. The trainee is the bundle; the phase counts
    for nothing, because a bundle does not learn from a course.

    Raises:
        ExerciseError: there is no such exercise, or no photo of a thing can be used.
    """
    known, bundle = answer_all(store, exercise_id, predictor), predictor.bundle.info.id
    return tuple(
        Sitting(bundle, form.name, Phase.BEFORE, tuple(known[thing.id] for thing in form.things), True)
        for form in store.exercise(exercise_id).exercise.forms
    )
