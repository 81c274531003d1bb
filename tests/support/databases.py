"""A database of its own for a test: the file of SQLite, or one made on a PostgreSQL server."""

from __future__ import annotations

import importlib.util
import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.support import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server."""
    named = os.environ.get(postgres.VARIABLE)
    if importlib.util.find_spec("pg8000") is None:
        pytest.skip("needs the driver pg8000: pip install 'tigercheck[postgres]'")
    if named:
        yield named
    elif os.name == "nt" or postgres.binaries() is None:
        pytest.skip(postgres.NEEDED)
    else:
        with postgres.folder_for_server() as folder, postgres.server(folder) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """A database of its own for each test: ``None`` for SQLite's file, else a database made for it."""
    if request.param == "sqlite":
        yield None
        return
    address = make_url(request.getfixturevalue("server"))
    database = f"tigercheck_test_{uuid.uuid4().hex}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {database}"))
    yield address.set(database=database).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {database}"))
    engine.dispose()
