"""The plain pages alone, without model and check page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serve.store.store import CaseStore
from serve.web.pages import add_pages


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    store = CaseStore(tmp_path / "cases")
    yield store
    store.close()


@pytest.fixture
def client(store: CaseStore) -> Iterator[TestClient]:
    app = FastAPI()
    add_pages(app, lambda: store)
    with TestClient(app, headers={"accept-language": "en-GB"}) as client:
        yield client
