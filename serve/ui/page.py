"""The page: header, language switch, and its parts."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import gradio as gr

from model.errors import TigercheckError
from model.predict import Predictor
from serve.i18n import LANGUAGE_NAMES, LANGUAGES, choose_language, tr
from serve.services.access import Deed, may, visitor
from serve.store.errors import StoreError
from serve.store.store import CaseStore
from serve.ui import render
from serve.ui.check_page import build_check


def theme() -> gr.themes.Base:
    """Plain theme. The computer's own fonts come first; those shipped fill in for characters it has none for."""
    own = ["system-ui", "Segoe UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC"]
    fonts = [*own, "tigercheck Sans", "tigercheck Sans SC", "sans-serif"]
    return gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"], text_size=gr.themes.sizes.text_lg)


def css() -> str:
    """The page's style sheet."""
    return files("serve.ui").joinpath("page.css").read_text(encoding="utf-8")


def build_page(predictor: Predictor | None, fault: TigercheckError | None, open_store: Callable[[], CaseStore]) -> Any:
    """The page over a predictor; without one it says why nothing can be judged."""
    first = LANGUAGES[0]
    with gr.Blocks(title=tr("app.title", first), analytics_enabled=False, delete_cache=(3600, 43_200)) as page:
        remembered = gr.BrowserState(None, storage_key="tigercheck-language", secret="tigercheck")  # noqa: S106
        with gr.Row(elem_id="tc-top"):
            header = gr.HTML(render.header(first), apply_default_css=False)
            language = gr.Radio(
                [(LANGUAGE_NAMES[code], code) for code in LANGUAGES],
                value=first, label=tr("page.language", first), show_label=False, container=False,
                elem_id="tc-language", min_width=280,
            )  # fmt: skip
        places = gr.HTML(render.places(first), apply_default_css=False)
        build_check(page, predictor, fault, language, first, open_store)

        def places_for(chosen: str, request: gr.Request) -> str:
            try:
                who = visitor(open_store().database, request.username)
            except StoreError:
                return render.places(chosen)  # the page itself says why there are no others
            return render.places(chosen, {deed for deed in Deed if may(who, deed)})

        def word(chosen: str, request: gr.Request) -> tuple[str, str, Any]:
            return render.header(chosen), places_for(chosen, request), gr.Radio(label=tr("page.language", chosen))

        def greet(stored: object, request: gr.Request) -> tuple[str, str]:
            known = isinstance(stored, str) and stored in LANGUAGES
            chosen = str(stored) if known else choose_language(request.headers.get("accept-language"))
            return chosen, places_for(chosen, request)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        language.change(word, language, [header, places, language], **quiet)
        language.input(lambda chosen: chosen, language, remembered, **quiet)
        page.load(greet, remembered, [language, places], **quiet)
    return page
