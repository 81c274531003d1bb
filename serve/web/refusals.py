"""403 in words: what was refused, who may do it, what to do now, and what the person had typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fastapi import Request
from fastapi.responses import Response

from serve.i18n import tr
from serve.services.access import NEEDED, Deed, holders, visitor
from serve.services.users import same_name
from serve.web.allowed import may_here
from serve.web.frame import language_of, page
from serve.web.rooms import store_of, user_of


def refusal(
    request: Request,
    deed: Deed,
    *,
    authors: Collection[str] = (),
    number: int = 0,
    typed: Mapping[str, str] | None = None,
    back: str = "/cases",
) -> Response | None:
    """The page that refuses, or ``None`` if the person may.

    Args:
        request: whose sign-in and language count.
        deed: what is to be done.
        authors: whose record it concerns, and the ``number`` of that event.
        typed: what was filled in, by the catalogue's key of its label; shown, so that it can be copied.
        back: address to go back to.

    Raises:
        StoreError: the users cannot be read.
    """
    if may_here(request, deed, authors):
        return None
    language, database = language_of(request), store_of(request).database
    name = user_of(request)
    role = tr(f"access.role.{NEEDED[deed].value}", language)
    others = [author for author in sorted(authors) if not same_name(author, name)]
    who = visitor(database, name or None).user
    said = [
        tr(f"refusal.{deed.value}", language, number=number, names=_listed(others, language), role=role),
        tr("refusal.you", language, name=who.name, role=tr(f"access.role.{who.role.value}", language))
        if who
        else tr("refusal.nobody", language),
    ]
    if who:
        asked = holders(database, deed)
        said.append(tr("refusal.ask" if asked else "refusal.no_holder", language, names=_listed(asked, language)))
        if deed is Deed.CORRECT_RECORD:
            said.append(tr("refusal.instead", language))
    return page(
        request, "refused.html", title=tr("refusal.title", language), status=403, said=said, back=back,
        typed={tr(key, language): text for key, text in (typed or {}).items() if text.strip()},
    )  # fmt: skip


def _listed(names: Collection[str], language: str) -> str:
    return tr("list.separator", language).join(names)
