"""The check page: header, language switch, photo intake, answer."""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import gradio as gr

from model.predict import ExhibitResult, Predictor
from serve.i18n import LANGUAGE_NAMES, LANGUAGES, choose_language, tr
from serve.services.check import check, view
from serve.services.pictures import thumbnail
from serve.ui import intake, render

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """What was judged last, kept so that another language needs no second look.

    Without photos both ``result`` and ``fault`` are ``None``; otherwise one of them is.
    """

    photos: list[intake.GivenPhoto]
    thumbnails: list[str | None]
    result: ExhibitResult | None = None
    fault: str | None = None
    serial: int = field(default_factory=itertools.count(1).__next__)


def theme() -> gr.themes.Base:
    """Plain theme. The computer's own fonts come first; those shipped fill in for characters it has none for."""
    own = ["system-ui", "Segoe UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC"]
    fonts = [*own, "tigercheck Sans", "tigercheck Sans SC", "sans-serif"]
    return gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"], text_size=gr.themes.sizes.text_lg)


def css() -> str:
    """The page's style sheet."""
    return files("serve.ui").joinpath("page.css").read_text(encoding="utf-8")


def build_page(predictor: Predictor | None, fault: str = "") -> Any:
    """The page over a predictor; without one it says why nothing can be judged."""
    first = LANGUAGES[0]
    with gr.Blocks(title=tr("app.title", first), analytics_enabled=False, delete_cache=(3600, 43_200)) as page:
        last = gr.State(None)
        remembered = gr.BrowserState(None, storage_key="tigercheck-language", secret="tigercheck")  # noqa: S106
        with gr.Row(elem_id="tc-top"):
            header = gr.HTML(render.header(first), apply_default_css=False)
            language = gr.Radio(
                [(LANGUAGE_NAMES[code], code) for code in LANGUAGES],
                value=first, label=tr("page.language", first), show_label=False, container=False,
                elem_id="tc-language", min_width=280,
            )  # fmt: skip
        with gr.Row(elem_id="tc-main", equal_height=False):
            with gr.Column(scale=5, min_width=320):
                photos = intake.component(first)
            with gr.Column(scale=7, min_width=320):
                answer = gr.HTML(_answer(None, predictor, fault, first), apply_default_css=False, elem_id="tc-answer")

        def judge(given: object) -> Checked:
            return _judge(given, predictor)

        def word(chosen: str, checked: Checked | None) -> tuple[str, Any, str, Any]:
            return (
                render.header(chosen),
                gr.HTML(words=intake.words(chosen), answers=_tiles(checked, chosen)),
                _answer(checked, predictor, fault, chosen),
                gr.Radio(label=tr("page.language", chosen)),
            )

        def _tiles(checked: Checked | None, chosen: str) -> dict[str, object]:
            if checked is None:
                return intake.answers([], [], None, 0)
            words = view(checked.result, predictor, chosen) if checked.result and predictor else None
            return intake.answers(checked.photos, checked.thumbnails, words, checked.serial)

        def greet(stored: object, request: gr.Request) -> str:
            return stored if stored in LANGUAGES else choose_language(request.headers.get("accept-language"))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Judging and wording are two steps, so that a language chosen meanwhile is the one the answer comes in.
        worded = [header, photos, answer, language]
        photos.submit(judge, photos, last, trigger_mode="always_last", **quiet).then(
            word, [language, last], worded, **quiet
        )
        language.change(word, [language, last], worded, **quiet)
        language.input(lambda chosen: chosen, language, remembered, **quiet)
        page.load(greet, remembered, language, **quiet)
    return page


def _judge(given: object, predictor: Predictor | None) -> Checked:
    photos: list[intake.GivenPhoto] = []
    try:
        photos = intake.parse(given)
        if not photos or predictor is None:
            return Checked(photos, [])
        result = check(predictor, [(photo.name, photo.path) for photo in photos])
        return Checked(photos, [thumbnail(photo.path) for photo in photos], result=result)
    except intake.InvalidIntakeError as error:
        _LOG.warning("refused: %s", error)
        return Checked(photos, [], fault=str(error))
    except Exception as error:  # noqa: BLE001 - the page must answer, in words, whatever went wrong
        _LOG.exception("checking failed")
        return Checked(photos, [], fault=f"{type(error).__name__}: {error}")


def _answer(checked: Checked | None, predictor: Predictor | None, fault: str, language: str) -> str:
    if predictor is None:
        return render.failure("error.bundle", fault, language)
    if checked is None or (checked.result is None and checked.fault is None):
        return render.empty(language)
    if checked.result is None:
        return render.failure("error", checked.fault or "", language)
    return render.answer(view(checked.result, predictor, language), language)
