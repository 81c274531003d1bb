"""HTML of the page's fixed parts and of the answer. Jinja2 escapes everything that is filled in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from model.errors import BundleCorruptError, BundleIncompatibleError, BundleNotFoundError, TigercheckError
from serve.i18n import number, tr
from serve.services.access import Deed
from serve.services.check import CheckView
from serve.services.pictures import MappedPhoto

#: Places in the navigation: key of the catalogue, path.
PLACES = (("nav.check", "/"), ("nav.guide", "/guide"), ("nav.cases", "/cases"), ("nav.review", "/review"))

#: Places only some may go to (:data:`serve.services.access.NEEDED`), by the deed that is done there.
GUARDED_PLACES = {
    Deed.RUN_EXERCISES: ("nav.exercises", "/exercises"),
    Deed.CHANGE_SETTINGS: ("nav.settings", "/settings"),
}


@cache
def environment() -> Environment:
    """The page's templates. Everything filled in is escaped."""
    return Environment(
        loader=PackageLoader("serve.ui"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def _render(template: str, language: str, **values: object) -> str:
    def sentence(key: str, **params: object) -> str:
        return tr(key, language, **params)

    return environment().get_template(template).render(tr=sentence, lang=language, **values)


def header(language: str) -> str:
    """Name, purpose and the notice that this is provisional."""
    return _render("header.html", language)


def places_for(deeds: Collection[Deed]) -> tuple[tuple[str, str], ...]:
    """Places in the navigation of who may do these deeds."""
    return (*PLACES, *(place for deed, place in GUARDED_PLACES.items() if deed in deeds))


def places(language: str, deeds: Collection[Deed] = ()) -> str:
    """Links to the other pages, to those not for everyone only for who may do the ``deeds`` done there."""
    return _render("places.html", language, places=places_for(deeds))


def empty(language: str) -> str:
    """What stands where the answer will be."""
    return _render("empty.html", language)


def answer(view: CheckView, language: str, maps: Sequence[MappedPhoto] = (), own: str = "") -> str:
    """The answer, with the photos' maps and the officer's own earlier judgement in words."""
    seconds = number(max(0.1, view.elapsed_ms / 1000), language)
    return _render("answer.html", language, view=view, seconds=seconds, maps=maps, own=own)


def saved(words: str, good: bool, language: str, address: str = "", warning: str = "") -> str:
    """What came of saving to a case."""
    return _render("saved.html", language, words=words, good=good, address=address, warning=warning)


def hidden(language: str) -> str:
    """What stands there while the officer's own judgement is asked for."""
    return _render("own.html", language)


def failure(detail: str, language: str) -> str:
    """A fault of the program itself while photos were checked; the detail is for the maintainer, folded away."""
    return _render("failure.html", language, title="error.title", text="error.text", detail=detail)


def unusable(fault: TigercheckError | None, language: str) -> str:
    """Why no photo can be judged: what the officer can do depends on the kind of fault."""
    kinds = {BundleNotFoundError: "missing", BundleCorruptError: "damaged", BundleIncompatibleError: "incompatible"}
    kind = kinds.get(type(fault)) if fault else None  # type: ignore[arg-type]
    text = f"error.bundle.{kind}.text" if kind else "error.bundle.text"
    return _render("failure.html", language, title="error.bundle.title", text=text, detail=str(fault or ""))
