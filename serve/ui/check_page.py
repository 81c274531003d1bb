"""The check: photo intake, what the object is declared to be, the officer's own judgement, the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from model.errors import TigercheckError
from model.predict import Prediction, Predictor
from serve.i18n import tr
from serve.services.check import check, view
from serve.services.declared import Declaration, DeclaredItem
from serve.services.pictures import mapped, thumbnail
from serve.services.settings import AgencyWish
from serve.store.store import CaseStore
from serve.ui import intake, render, save_panel
from serve.ui.checked import Checked, OwnJudgement

_LOG = logging.getLogger(__name__)
#: Identities an officer can choose for their own judgement.
_OWN = ("T", "P", "F", "N", "U")


def judge(given: object, predictor: Predictor | None) -> Checked:
    """Judge what the browser handed over. Whatever goes wrong comes back in words."""
    photos: list[intake.GivenPhoto] = []
    try:
        photos = intake.parse(given)
        if not photos or predictor is None:
            return Checked(photos, [])
        result = check(predictor, [photo.source for photo in photos])
        small = [thumbnail(photo.path, crop=photo.crop) for photo in photos]
        maps = [
            mapped(photo.path, one, predictor.bundle, predictor.taxonomy)
            for photo, one in zip(photos, result.each, strict=True)
            if isinstance(one, Prediction)
        ]
        return Checked(photos, small, result=result, maps=tuple(one for one in maps if one))
    except intake.InvalidIntakeError as error:
        _LOG.warning("refused: %s", error)
        return Checked(photos, [], fault=str(error))
    except Exception as error:  # noqa: BLE001 - the page must answer, in words, whatever went wrong
        _LOG.exception("checking failed")
        return Checked(photos, [], fault=f"{type(error).__name__}: {error}")


def build_check(
    page: gr.Blocks,
    predictor: Predictor | None,
    fault: TigercheckError | None,
    language: gr.Radio,
    first: str,
    open_store: Callable[[], CaseStore],
) -> None:
    """Draw the check into the open container and keep it worded in the chosen language.

    Args:
        page: around it.
        predictor: ``None`` if no bundle can be used.
        fault: why, then.
        language: the page's language switch.
        first: language before the browser has said its own.
        open_store: gives the case store; may fail with a :class:`serve.store.errors.StoreError`.
    """
    agency = AgencyWish(open_store)
    last = gr.State(None)
    recorded = gr.State(None)  # the officer's own judgement: an OwnJudgement
    said = gr.State(None)  # what came of saving, a save_panel.Said, to be said anew in another language
    seen = gr.State(None)  # the object whose answer was shown: a judgement of it would not be the officer's own
    with gr.Row(elem_id="tc-main", equal_height=False):
        with gr.Column(scale=5, min_width=320):
            photos = intake.component(first)
            declared, as_tiger, label, blind = _declare(first)
        with gr.Column(scale=7, min_width=320):
            with gr.Column(visible=False, elem_id="tc-own") as asked:
                own = gr.Radio(_identities(first), label=tr("own.title", first))
                record = gr.Button(tr("own.record", first), variant="primary")
            answer = gr.HTML(_answer(None, predictor, fault, first), apply_default_css=False, elem_id="tc-answer")
            panel = save_panel.draw(first)

    def show(
        chosen: str, checked: Checked | None, item: str, tiger: bool, hide: bool, judgement: OwnJudgement | None,
        shown_before: int | None,
    ) -> tuple[Any, ...]:  # fmt: skip
        judged = judgement.of(checked) if judgement else None
        answered = checked is not None and checked.result is not None
        new = checked is not None and checked.object != shown_before
        # Not what the browser says: the agency's wish holds whatever it sends.
        wished = agency.own_judgement_first()
        waiting = bool((hide or wished) and answered and new and judged is None)
        declaration = Declaration(DeclaredItem(item or "unknown"), bool(tiger))
        words = _answer(checked, predictor, fault, chosen, declaration, judged)
        savable = predictor is not None and (answered or save_panel.without_photo(checked, declaration))
        return (
            gr.HTML(words=intake.words(chosen), answers=_tiles(checked, predictor, chosen, waiting)),
            render.hidden(chosen) if waiting else words,
            gr.Column(visible=waiting),
            # Goods that no photo can identify are answered, and can be saved, without any.
            gr.Accordion(visible=savable and not waiting),
            save_panel.button(checked, chosen),
            checked.object if checked is not None and answered and not waiting else shown_before,
            _switch(chosen, wished),
        )

    def word(chosen: str) -> tuple[Any, ...]:
        return (
            gr.Radio(choices=_items(chosen), label=tr("declare.title", chosen)),
            gr.Checkbox(label=tr("declare.as_tiger", chosen)),
            gr.Textbox(label=tr("declare.label", chosen)),
            gr.Radio(choices=_identities(chosen), label=tr("own.title", chosen)),
            gr.Button(tr("own.record", chosen)),
            *save_panel.word(chosen),
        )

    def save(
        chosen: str, checked: Checked | None, item: str, tiger: bool, labelled: str, judgement: OwnJudgement | None,
        shown_before: int | None, number: str, exhibit: str, officer: str, place: str, request: gr.Request,
    ) -> save_panel.Said | None:  # fmt: skip
        if predictor is None:
            return None
        unseen = checked is not None and checked.result is not None and checked.object != shown_before
        if unseen and not (judgement and judgement.of(checked)) and agency.own_judgement_first():
            return save_panel.Said("own.first")
        # Who is signed in cannot record in another's name.
        typed = {"number": number, "exhibit": exhibit, "officer": request.username or officer, "place": place}
        declaration = Declaration(DeclaredItem(item or "unknown"), bool(tiger), labelled.strip())
        judged = judgement.of(checked) if judgement else None
        return save_panel.save(open_store, predictor, checked, declaration, judged, typed, chosen)

    def forget(checked: Checked | None, judgement: OwnJudgement | None) -> tuple[OwnJudgement | None, Any]:
        """A judgement belongs to the object it was made on; for another one the choice starts empty."""
        same = judgement is None or judgement.of(checked) is not None
        return (judgement, gr.Radio()) if same else (None, gr.Radio(value=None))

    def keep(chosen: str | None, checked: Checked | None) -> OwnJudgement | None:
        return OwnJudgement(chosen, checked.object) if chosen and checked else None

    # A change made while the one before it is still being worked on must not be dropped, as Gradio does by itself.
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "always_last"}
    known = [language, last, declared, as_tiger, blind, recorded, seen]
    shown = [photos, answer, asked, panel.frame, panel.button, seen, blind]
    # Judging and wording are two steps, so that a language chosen meanwhile is the one the answer comes in.
    # What is shown is shown in the order it was asked for, so that no older answer comes after a newer one.
    draw: dict[str, Any] = {**quiet, "concurrency_id": "show", "concurrency_limit": 1}
    photos.submit(lambda given: judge(given, predictor), photos, last, **quiet).then(
        forget, [last, recorded], [recorded, own], **quiet
    ).then(show, known, shown, **draw)
    for control in (declared, as_tiger, blind):
        control.input(show, known, shown, **draw)
    # What was chosen while the page was still starting has triggered nothing yet.
    page.load(show, known, shown, **draw)
    # Pressed twice, it saves once.
    once = {**quiet, "trigger_mode": "once"}
    panel.button.click(
        save, [language, last, declared, as_tiger, label, recorded, seen, *panel.fields], said, **once
    ).then(_say, [language, said], panel.said, **quiet)
    # What was said of one object must not stand under another.
    photos.submit(lambda: (None, ""), None, [said, panel.said], **quiet)
    # Asked by intake.js: see there. Each must go through, whatever became of the one before.
    photos.click(lambda: None, None, None, **{**quiet, "trigger_mode": "multiple"})
    record.click(keep, [own, last], recorded, **quiet).then(show, known, shown, **draw)
    language.change(
        word,
        language,
        [declared, as_tiger, label, own, record, panel.frame, *panel.fields],
        **quiet,
    ).then(show, known, shown, **draw).then(_say, [language, said], panel.said, **quiet)


def _say(language: str, came: save_panel.Said | None) -> str:
    return came.html(language) if came else ""


def _switch(language: str, wished: bool) -> Any:
    """The switch for an own judgement; set, and not to be turned off, where the agency wishes it."""
    if wished:
        return gr.Checkbox(value=True, interactive=False, label=tr("own.switch.agency", language))
    return gr.Checkbox(interactive=True, label=tr("own.switch", language))


def _declare(first: str) -> tuple[gr.Radio, gr.Checkbox, gr.Textbox, gr.Checkbox]:
    """What the object is declared to be, and the switch of the own judgement."""
    with gr.Column(elem_id="tc-declare"):
        declared = gr.Radio(_items(first), value="unknown", label=tr("declare.title", first))
        as_tiger = gr.Checkbox(label=tr("declare.as_tiger", first), container=False)
        label = gr.Textbox(label=tr("declare.label", first), max_length=2000, elem_id="tc-label")
        blind = gr.Checkbox(label=tr("own.switch", first), container=False, elem_id="tc-blind")
    return declared, as_tiger, label, blind


def _items(language: str) -> list[tuple[str, str]]:
    return [(tr(f"declared.{item.value}", language), item.value) for item in DeclaredItem]


def _identities(language: str) -> list[tuple[str, str]]:
    return [(_identity(code, language), code) for code in _OWN]


def _identity(code: str, language: str) -> str:
    return tr("own.U" if code == "U" else f"identity.{code}", language)


def _tiles(checked: Checked | None, predictor: Predictor | None, language: str, waiting: bool) -> dict[str, object]:
    if checked is None:
        return intake.answers([], [], None, 0)
    words = view(checked.result, predictor, language) if checked.result and predictor else None
    serial = checked.serial * 2 + waiting
    return intake.answers(checked.photos, checked.thumbnails, words, serial, silent=waiting)


def _answer(
    checked: Checked | None,
    predictor: Predictor | None,
    fault: TigercheckError | None,
    language: str,
    declaration: Declaration | None = None,
    own: str | None = None,
) -> str:
    if predictor is None:
        return render.unusable(fault, language)
    if checked is not None and checked.fault is not None:
        return render.failure(checked.fault, language)
    result = checked.result if checked else None
    if result is None and not (declaration and declaration.processed):
        return render.empty(language)
    said = tr("own.recorded", language, identity=_identity(own, language)) if own else ""
    maps = checked.maps if checked else ()
    return render.answer(view(result, predictor, language, declaration), language, maps, said)
