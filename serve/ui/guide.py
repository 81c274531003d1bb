"""HTML of the guide and of the checklist. Jinja2 escapes everything but the drawings, which ship with the program.

Scripts find their way by attributes: ``data-guide-entry`` on a link holds the id of the entry to show, empty for the
overview; ``data-guide-search`` marks the search form, whose field is called ``q``. Each question is a radio group named
by its feature, with the values ``yes``, ``no`` and ``unsure``; each view a check box named ``view``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from serve.i18n import LOCALES, tr
from serve.services.checklist import ANSWERS, Checklist
from serve.services.guide import bases_of, guide
from serve.services.guide_model import Feature
from serve.services.wording import leaf_name
from serve.ui.render import environment

#: Law sheets by language: the reader's own country before the other.
_COUNTRIES = {"vi": ("cites", "vn", "cn"), "zh": ("cites", "cn", "vn"), "en": ("cites", "vn", "cn")}

#: Babel patterns for a year, a month and a day, as official papers write them.
_DATES = {
    "vi": ("y", "MM/y", "dd/MM/y"),
    "zh": ("y年", "y年M月", "y年M月d日"),
    "en": ("y", "MMMM y", "d MMMM y"),
}


def guide_css() -> str:
    """Style sheet of the guide and the checklist; it needs the variables of the page's own."""
    return files("serve.ui").joinpath("guide.css").read_text(encoding="utf-8")


def guide_index(language: str, query: str = "") -> str:
    """All entries as cards, or those that a search finds."""
    found = guide().search(query)
    return _render("guide_index.html", language, entries=found, query=query.strip())


def guide_entry(entry_id: str, language: str) -> str:
    """One entry. Raises :class:`serve.services.guide_model.GuideError` if there is none of that id."""
    all_of_it = guide()
    entry = all_of_it.entry(entry_id)
    sources = all_of_it.sources_of(bases_of(entry, all_of_it))
    return _render(
        "guide_entry.html",
        language,
        entry=entry,
        features=[all_of_it.features[name] for name in entry.features],
        views=dict.fromkeys((*all_of_it.sheets["common"].views, *all_of_it.sheets[entry.sheet].views)),
        views_basis=all_of_it.sheets[entry.sheet].views_basis,
        steps=[all_of_it.steps[name] for name in entry.steps],
        laws=[
            (law, rules) for law in map(all_of_it.law, _COUNTRIES[language]) if (rules := law.about(*entry.subjects))
        ],
        contacts=all_of_it.contacts_for(entry),
        sources=sources,
        numbers={name: number for number, (name, _) in enumerate(sources, 1)},
    )


def checklist_html(checklist: Checklist, language: str, answers: Mapping[str, str] | None = None) -> str:
    """The questions of a checklist with their drawings, ``answers`` (by feature id) already ticked."""
    return _render("checklist.html", language, checklist=checklist, answers=dict(answers or {}), choices=ANSWERS)


def views_html(checklist: Checklist, language: str, taken: Collection[str] = ()) -> str:
    """The views to take; those whose id is in ``taken`` are ticked, and each says in words whether it is missing."""
    missing = {view.id for view in checklist.missing_views(taken)}
    return _render("views.html", language, views=checklist.views, missing=missing)


def when(text: str, language: str) -> str:
    """A year, month or day (``2016``, ``2025-12``, ``2025-12-31``) in the language's own notation."""
    parts = [int(part) for part in text.split("-")]
    year, month, day_of_month = [*parts, 1, 1][:3]
    day = date(year, month, day_of_month)
    return str(format_date(day, _DATES[language][len(parts) - 1], locale=LOCALES[language]))


def _render(template: str, language: str, **values: Any) -> str:
    def sentence(key: str, **params: object) -> str:
        return tr(key, language, **params)

    def leaf_names(leaves: tuple[str, ...]) -> str:
        return tr("list.separator", language).join(leaf_name(leaf, language) for leaf in leaves)

    return (
        environment()
        .get_template(template)
        .render(
            tr=sentence,
            lang=language,
            guide=guide(),
            drawing=drawing,
            leaf_names=leaf_names,
            when=lambda text: when(text, language),
            hint_leaves=_hint_leaves,
            **values,
        )
    )


def drawing(name: str) -> Markup:
    """A drawing as SVG to stand inside the page; its caption says what it shows."""
    return Markup(guide().drawings[name].replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704


def _hint_leaves(feature: Feature) -> list[tuple[str, tuple[str, ...]]]:
    """``examine.hint`` keys with the leaves that the answer hints at."""
    pairs = (("examine.hint.yes", feature.if_yes), ("examine.hint.no", feature.if_no))
    return [(key, leaves) for key, leaves in pairs if leaves]
