"""The plain pages alone, without model and check page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from model.predict import Predictor
from serve.exercise.store import ExerciseStore
from serve.store.store import CaseStore
from tests.support.web import AsUser, pages_as


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
def as_user(store: CaseStore, exercises: ExerciseStore) -> Iterator[AsUser]:
    """Open the pages as someone; ``predictor`` is that of the bundle in use."""
    opened: list[TestClient] = []

    def sign_in(name: str | None = None, predictor: Predictor | None = None) -> TestClient:
        opened.append(pages_as(store, exercises, name, predictor))
        return opened[-1]

    yield sign_in
    for client in opened:
        client.close()


@pytest.fixture
def client(as_user: AsUser) -> TestClient:
    return as_user()
