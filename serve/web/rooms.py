"""What plain pages are given: the case store, or why there is none, and who is at the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Request

from serve.services.cases import store_sentence
from serve.services.login import user_of as signed_in
from serve.store.errors import StoreError
from serve.store.store import CaseStore
from serve.web.frame import language_of


class Stores:
    """Opens the case store when it is first needed: a damaged one must not keep the check from starting.

    Args:
        make: opens the store; called again after a failure, so that a repaired store works without a new start.
    """

    def __init__(self, make: Any) -> None:
        self._make = make
        self._store: CaseStore | None = None

    def get(self) -> CaseStore:
        """The store.

        Raises:
            StoreError: it cannot be opened.
        """
        if self._store is None:
            self._store = self._make()
        return self._store


def store_of(request: Request) -> CaseStore:
    """The case store of the program this request came to.

    Raises:
        StoreError: it cannot be opened.
    """
    stores: Stores = request.app.state.stores
    return stores.get()


def user_of(request: Request) -> str:
    """Name of the user who is signed in; empty on a laptop without users."""
    return signed_in(request) or ""


@contextmanager
def in_words(request: Request, said: list[str]) -> Iterator[None]:
    """Collect what the store refuses, in the request's language, instead of failing."""
    try:
        yield
    except StoreError as error:
        said.append(store_sentence(error, language_of(request)))
