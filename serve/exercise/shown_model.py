"""The model's answers as trainees are shown them: of one bundle for a class, computed once, kept with its version.

What is shown comes from what is kept, so everyone of a class sees the same, also after another bundle came into use,
and results count the very answers that were seen.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from model.predict import Predictor
from model.taxonomy import Identity
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Phase
from serve.exercise.model_arm import answer_all
from serve.exercise.rows import check_model_shown, class_row, started, who
from serve.exercise.store.model_answers import Prediction, model_predictions
from serve.exercise.store.store import ExerciseStore
from serve.i18n import percent, tr
from serve.reports.wording import say
from serve.services.check import TONES
from serve.services.recorded_answer import recorded_outcome
from serve.services.wording import likelihood

#: One computation at a time: thirty phones share one laptop.
_PREPARING = threading.Lock()


@dataclass(frozen=True)
class IdentityLine:
    """How probable the model finds one identity."""

    name: str
    percent: str
    words: str


@dataclass(frozen=True)
class ShownAnswer:
    """The model's answer to one thing in the words of one language.

    Attributes:
        tone: ``flag``, ``caution`` or ``normal``.
        title: the outcome.
        claim: the strongest thing the photos carry.
        identities: its confidence: every identity with its probability.
        possible: the prediction set: kinds that are not excluded.
        bundle: whose answer it is.
    """

    tone: str
    title: str
    claim: str
    identities: tuple[IdentityLine, ...]
    possible: tuple[str, ...]
    bundle: str


def prepare(store: ExerciseStore, class_id: str, predictor: Predictor | None) -> str:
    """Let the model answer both forms of a class, if it has not; gives the bundle that the class is shown.

    The first call fixes the bundle for the class. It takes as long as the things' photos need; later ones take none.

    Raises:
        ExerciseError: there is no such class; no model is in use (``no_model``); the class is shown another bundle
            whose answers are not all kept (``other_model``); or no photo of a thing can be used.
    """
    with _PREPARING:
        with store.database.session() as session:
            row = class_row(session, class_id)
            exercise_id, bundle = row.exercise_id, row.bundle
        forms = store.exercise(exercise_id).exercise.forms
        if bundle is not None:
            kept = model_predictions(store, exercise_id, bundle)
            if all(thing.id in kept for form in forms for thing in form.things):
                return bundle
        if predictor is None:
            raise ExerciseError(
                "no model is in use, so trainees cannot be shown its answers; install a bundle or name one with "
                "TIGERCHECK_BUNDLE, then start again",
                ExerciseErrorCode.NO_MODEL,
            )
        now = predictor.bundle.info.id
        if bundle not in (None, now):
            raise ExerciseError(
                f"this class is shown the model {bundle}, whose answers are not all kept, but {now} is in use; use "
                f"{bundle} again, or make a new class",
                ExerciseErrorCode.OTHER_MODEL,
                shown=str(bundle),
                used=now,
            )
        answer_all(store, exercise_id, predictor)
        with store.database.session() as session:
            class_row(session, class_id).bundle = now
            session.commit()
        return now


def shown_prediction(store: ExerciseStore, code: str, phase: Phase, predictor: Predictor | None) -> Prediction:
    """The model's whole kept answer to the question a trainee is asked now.

    Raises:
        ExerciseError: trainees are not shown the model in this question, no question is open (``not_asked``), or
            :func:`prepare` refuses.
    """
    with store.database.session() as session:
        _, room = who(session, code)
        asked = check_model_shown(session, started(session, code, phase))
        class_id, exercise_id, thing = room.id, room.exercise_id, asked.thing
    bundle = prepare(store, class_id, predictor)
    return model_predictions(store, exercise_id, bundle)[thing]


def worded(prediction: Prediction, language: str) -> ShownAnswer:
    """A kept answer in words. It holds no name of a file and nothing of what the thing is."""
    found = recorded_outcome(prediction)
    return ShownAnswer(
        tone=TONES[Identity(found.outcome)] if found.outcome else "caution",
        title=tr(f"outcome.{found.outcome or 'none'}.title", language),
        claim=say(found.claim, language),
        identities=tuple(
            IdentityLine(tr(f"identity.{code}", language), percent(value, language), likelihood(value, language))
            for code, value in found.identity
        ),
        possible=tuple(say(one, language) for one in found.possible),
        bundle=found.bundle,
    )
