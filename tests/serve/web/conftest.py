"""The plain pages alone, without model and check page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serve.web.pages import add_pages


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI()
    add_pages(app)
    with TestClient(app, headers={"accept-language": "en-GB"}) as client:
        yield client
