"""Plain pages as somebody sees them whom the sign-in let through."""

from __future__ import annotations

from collections.abc import Callable

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from model.predict import Predictor
from serve.exercise.store import ExerciseStore
from serve.services.local_only import Receive, Scope, Send
from serve.services.login import USER
from serve.services.users import Role, Users
from serve.store.store import CaseStore
from serve.web.exercise_rooms import ExerciseRooms
from serve.web.pages import add_pages

AsUser = Callable[..., TestClient]
#: One user of each role.
STAFF = (("Lan", Role.OFFICER), ("Hoa", Role.TRAINER), ("Minh", Role.MAINTAINER))
SECRET = "hoa sen nở sớm"


def staff(store: CaseStore) -> Users:
    """Add :data:`STAFF`, with passwords that are quick to check."""
    users = Users(store.database, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    for name, role in STAFF:
        users.add(name, SECRET, role)
    return users


def pages_as(
    store: CaseStore, exercises: ExerciseStore, name: str | None = None, predictor: Predictor | None = None
) -> TestClient:
    """The plain pages as ``name`` sees them; nobody signs in where it is ``None``."""
    app = FastAPI()
    add_pages(app, lambda: store, ExerciseRooms(lambda: exercises, predictor))

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        if name is not None and scope["type"] == "http":
            scope[USER] = name
        await app(scope, receive, send)

    return TestClient(known, headers={"accept-language": "en-GB"})
