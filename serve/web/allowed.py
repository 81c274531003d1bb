"""Whether whoever is at a plain page may do something."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from fastapi import Request

from serve.services.access import Deed, may, visitor
from serve.services.login import user_of as signed_in
from serve.store.errors import StoreError

if TYPE_CHECKING:
    from serve.web.rooms import Stores


def may_here(request: Request, deed: Deed, authors: Collection[str] = ()) -> bool:
    """Whether the person this request comes from may do this; see :func:`serve.services.access.may`.

    Raises:
        StoreError: the users cannot be read.
    """
    stores: Stores = request.app.state.stores
    return may(visitor(stores.get().database, signed_in(request)), deed, authors)


def deeds_here(request: Request) -> frozenset[Deed]:
    """What the person may do, for the navigation. Without a store, nothing that is guarded."""
    stores: Stores = request.app.state.stores
    try:
        who = visitor(stores.get().database, signed_in(request))
        return frozenset(deed for deed in Deed if may(who, deed))
    except StoreError:
        return frozenset()
