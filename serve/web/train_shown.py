"""What a trainee is shown of the model beside a question: its kept answer, and where in the photos its signs lie."""

from __future__ import annotations

from fastapi import Request

from serve.exercise.model import Phase
from serve.exercise.shown_model import ShownAnswer, shown_prediction, worded
from serve.exercise.taking import Taking
from serve.services.pictures import MappedPhoto
from serve.web.exercise_rooms import rooms_of
from serve.web.frame import language_of


def shown_now(
    request: Request, taking: Taking, code: str, phase: Phase
) -> tuple[ShownAnswer, tuple[MappedPhoto, ...]]:  # fmt: skip
    """The model's answer to the question asked now. Maps only while the bundle that gave the answer is in use.

    Raises:
        ExerciseError: the question is to be answered alone, or no model is in use.
    """
    hints, language = rooms_of(request).hints, language_of(request)
    answer = worded(shown_prediction(taking.store, code, phase, hints.predictor), language)
    hint = None
    if hints.predictor is not None and hints.predictor.bundle.info.id == answer.bundle:
        hint = hints.hint(taking.paths_for_model(code, phase), language)
    return answer, hint.maps if hint else ()
