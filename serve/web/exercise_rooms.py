"""What the pages of exercises are given: the exercise store, the model, the brake on guessing codes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import Request

from model.predict import Predictor
from serve.exercise.errors import ExerciseError
from serve.exercise.model_arm import model_sittings
from serve.exercise.pool import Problem
from serve.exercise.store.store import ExerciseStore
from serve.exercise.taking import Taking
from serve.i18n import tr
from serve.services.cases import store_sentence
from serve.services.wording import leaf_name
from serve.store.errors import StoreError
from serve.web.frame import language_of
from serve.web.model_hint import ModelHints
from serve.web.train_gate import Gate


class ExerciseRooms:
    """What all pages of exercises share.

    Args:
        make: opens the exercise store; called when it is first needed, and again after a failure.
        predictor: of the bundle in use; ``None`` if there is none, then no page shows the model.
        reachable: whether other computers and phones of the network can reach the page.
    """

    def __init__(
        self,
        make: Callable[[], ExerciseStore] = ExerciseStore,
        predictor: Predictor | None = None,
        reachable: bool = False,
    ) -> None:
        self._make, self._lock = make, threading.Lock()
        self._store: ExerciseStore | None = None
        self._predictor, self._sitting = predictor, threading.Lock()
        self.gate, self.hints, self.reachable = Gate(), ModelHints(predictor), reachable
        #: What could not be used when an exercise was drawn, by its id, as long as the program runs.
        self.problems: dict[str, tuple[Problem, ...]] = {}

    def get(self) -> ExerciseStore:
        """The store.

        Raises:
            StoreError: it cannot be opened.
        """
        with self._lock:
            if self._store is None:
                self._store = self._make()
            return self._store

    @property
    def bundle(self) -> str | None:
        """Id of the bundle in use; ``None`` if there is none."""
        return self._predictor.bundle.info.id if self._predictor else None

    def let_model_sit(self, store: ExerciseStore, exercise_id: str) -> bool:
        """Let the model answer both forms of an exercise, unless it has; ``False`` if there is no model.

        Raises:
            ExerciseError: there is no such exercise, or no photo of a thing can be used.
        """
        if self._predictor is None:
            return False
        # Pressed twice, the second waits and finds the answers of the first.
        with self._sitting:
            model_sittings(store, exercise_id, self._predictor)
        return True

    def close(self) -> None:
        """Close the store, if it was opened."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def rooms_of(request: Request) -> ExerciseRooms:
    """What the program this request came to shares."""
    rooms: ExerciseRooms = request.app.state.exercises
    return rooms


def exercises_of(request: Request) -> ExerciseStore:
    """The exercise store.

    Raises:
        StoreError: it cannot be opened.
    """
    return rooms_of(request).get()


def taking_of(request: Request) -> Taking:
    """A trainee's services.

    Raises:
        StoreError: the store cannot be opened.
    """
    return Taking(exercises_of(request))


def refused(error: ExerciseError, language: str) -> str:
    """Why an exercise refuses, in words; leaves have their names."""
    params = {
        name: leaf_name(str(value), language) if name == "leaf" else value for name, value in error.params.items()
    }  # fmt: skip
    return tr(f"exercise_error.{error.code.value}", language, **params)


@contextmanager
def in_trainer_words(request: Request, said: list[str]) -> Iterator[None]:
    """Collect what the exercises or the store refuse, in the request's language, instead of failing."""
    try:
        yield
    except ExerciseError as error:
        said.append(refused(error, language_of(request)))
    except StoreError as error:
        said.append(store_sentence(error, language_of(request)))
