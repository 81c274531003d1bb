"""The plain pages alone, without model and check page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serve.exercise.store import ExerciseStore
from serve.store.store import CaseStore
from serve.web.exercise_rooms import ExerciseRooms
from serve.web.pages import add_pages


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path / "cases")
    yield store
    store.close()


@pytest.fixture
def exercises(tmp_path: Path) -> Iterator[ExerciseStore]:
    store = ExerciseStore(tmp_path / "exercises")
    yield store
    store.close()


@pytest.fixture
def client(store: CaseStore, exercises: ExerciseStore) -> Iterator[TestClient]:
    app = FastAPI()
    add_pages(app, lambda: store, ExerciseRooms(lambda: exercises))
    with TestClient(app, headers={"accept-language": "en-GB"}) as client:
        yield client
