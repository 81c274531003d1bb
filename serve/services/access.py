"""Who may do what: one table, asked by every form that changes something.

The command line runs as the owner of the computer account, who could write the database anyway, and is not asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from serve.services.users import Role, User, all_users, find_user, same_name
from serve.store.cases import latest_corrections
from serve.store.database import Database
from serve.store.events import CaseOpened
from serve.store.store import CaseStore


class Deed(StrEnum):
    """What not everyone may do. All that is not named here, any signed-in user may."""

    CHANGE_SETTINGS = "change_settings"
    CORRECT_RECORD = "correct_record"
    RUN_EXERCISES = "run_exercises"


#: The role each deed needs.
NEEDED = {
    Deed.CHANGE_SETTINGS: Role.MAINTAINER,
    Deed.CORRECT_RECORD: Role.MAINTAINER,
    Deed.RUN_EXERCISES: Role.TRAINER,
}
#: What anyone may do to what they alone recorded.
_OWN = frozenset({Deed.CORRECT_RECORD})


@dataclass(frozen=True)
class Visitor:
    """Who is at the page.

    Attributes:
        user: who is signed in; ``None`` if nobody is.
        alone: there are no users at all: one person, one laptop, no sign-in.
    """

    user: User | None
    alone: bool = False


def visitor(database: Database, name: str | None) -> Visitor:
    """Who a signed-in name is; without a name, whether the post has users at all.

    Raises:
        StoreError: the database cannot be read.
    """
    if name is not None:
        return Visitor(find_user(database, name))
    return Visitor(None, alone=not all_users(database))


def may(who: Visitor, deed: Deed, authors: Collection[str] = ()) -> bool:
    """Whether someone may do this.

    Args:
        who: at the page. Nobody signed in where there are users may do nothing that is named in :class:`Deed`.
        deed: what is to be done.
        authors: names of all whose record it concerns; none if it concerns nobody's.
    """
    if who.alone:
        return True
    user = who.user
    if user is None or user.disabled:
        return False
    if deed in _OWN and authors and all(same_name(author, user.name) for author in authors):
        return True
    return user.may(NEEDED[deed])


def authors_of(store: CaseStore, case: str, number: int) -> frozenset[str]:
    """Whose record an event of a case is: who recorded it, and who corrected it last.

    The opening of a case carries all that is in it, so it is the record of everyone who recorded anything there.
    Empty if the case has no such event.

    Raises:
        StoreError: the database cannot be read.
    """
    events = store.events(case)
    named = next((event for event in events if event.number == number), None)
    if named is None:
        return frozenset()
    if isinstance(named.payload, CaseOpened):
        return frozenset(event.who for event in events)
    corrections = latest_corrections(events)
    held = {event.number: event.who for event in events}
    return frozenset({named.who} | ({held[corrections[number][0]]} if number in corrections else set()))


def holders(database: Database, deed: Deed) -> list[str]:
    """Names of the users who may do this to anyone's record, to be asked.

    Raises:
        StoreError: the database cannot be read.
    """
    return [user.name for user in all_users(database) if user.may(NEEDED[deed])]
