"""What model bundles answered to the things of an exercise: computed once, then kept with the bundle's version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from serve.exercise.model import Action, Answer, Arm
from serve.exercise.store.store import ExerciseStore
from serve.exercise.store.tables import ModelAnswerRow

#: A model's whole answer (``tigercheck.prediction/1``).
Prediction = Mapping[str, Any]


def keep_model_answers(
    store: ExerciseStore,
    exercise_id: str,
    bundle: str,
    answers: Iterable[Answer],
    predictions: Mapping[str, Prediction] | None = None,
) -> None:
    """Keep what a bundle answers, once: what is kept already stays as it is.

    Args:
        store: of the exercise.
        exercise_id: of the things.
        bundle: whose answers they are.
        answers: one a thing.
        predictions: by thing, the whole answer, for showing it. An answer kept without one is given it.
    """
    full = {thing: json.dumps(one, ensure_ascii=False) for thing, one in (predictions or {}).items()}
    with store.database.session() as session:
        for answer in answers:
            row = session.get(ModelAnswerRow, (exercise_id, bundle, answer.thing))
            if row is not None:
                row.prediction = row.prediction or full.get(answer.thing)
                continue
            session.add(
                ModelAnswerRow(
                    exercise_id=exercise_id, bundle=bundle, thing=answer.thing, chosen=answer.chosen,
                    at=answer.at.isoformat(timespec="milliseconds"), action=answer.action.value,
                    confidence=answer.confidence, seconds=answer.seconds, prediction=full.get(answer.thing),
                )
            )  # fmt: skip
        try:
            session.commit()
        except IntegrityError:
            session.rollback()  # Another program kept the same bundle's answers meanwhile.


def model_answers(store: ExerciseStore, exercise_id: str, bundle: str) -> tuple[Answer, ...]:
    """What a bundle answered to the things of an exercise, as far as it is kept."""
    things = store.exercise(exercise_id).things
    query = select(ModelAnswerRow).where(ModelAnswerRow.exercise_id == exercise_id, ModelAnswerRow.bundle == bundle)
    with store.database.session() as session:
        rows = session.scalars(query.order_by(ModelAnswerRow.thing)).all()
    return tuple(
        Answer(
            thing=row.thing, truth=things[row.thing].leaf, chosen=row.chosen, action=Action(row.action),
            confidence=row.confidence, seconds=row.seconds, at=datetime.fromisoformat(row.at), arm=Arm.MODEL,
        )
        for row in rows
    )  # fmt: skip


def model_predictions(store: ExerciseStore, exercise_id: str, bundle: str) -> dict[str, Prediction]:
    """Whole answers of a bundle by thing, as far as they are kept."""
    query = select(ModelAnswerRow.thing, ModelAnswerRow.prediction).where(
        ModelAnswerRow.exercise_id == exercise_id, ModelAnswerRow.bundle == bundle
    )
    with store.database.session() as session:
        return {thing: json.loads(text) for thing, text in session.execute(query) if text}


def latest_bundle(store: ExerciseStore, exercise_id: str) -> str | None:
    """The bundle that answered last; ``None`` if none has."""
    query = select(ModelAnswerRow.bundle).where(ModelAnswerRow.exercise_id == exercise_id)
    with store.database.session() as session:
        return session.scalar(query.order_by(ModelAnswerRow.at.desc(), ModelAnswerRow.bundle).limit(1))
