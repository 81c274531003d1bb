"""Save what was checked to a case: photos, declaration, own judgement and answer, as one unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from model.predict import Predictor
from serve.i18n import tr
from serve.services.answer_json import exhibit_json
from serve.services.cases import NewCheck, save_check, store_sentence
from serve.services.clock import ClockWarning, clock_sentence
from serve.services.declared import Declaration
from serve.services.declared_answer import declared_json
from serve.store.errors import StoreError
from serve.store.events import CaseOpened, ExhibitDeclared, OfficerJudged
from serve.store.store import CaseStore
from serve.ui import render
from serve.ui.checked import Checked

#: Fields in the order of the panel: name and key of the label.
FIELDS = (("number", "save.number"), ("exhibit", "save.exhibit"), ("officer", "case.officer"), ("place", "case.place"))


@dataclass(frozen=True)
class Panel:
    """The panel's components, to be worded and shown with the answer."""

    frame: gr.Accordion
    fields: tuple[gr.Textbox, ...]
    button: gr.Button
    said: gr.HTML


@dataclass(frozen=True)
class Said:
    """What came of saving, to be worded in whatever language is chosen later.

    Attributes:
        key: sentence; ``params`` fill it.
        good: whether it was saved.
        fault: why it was not.
        number: of the case it was saved to.
        clock: what is odd about the clock that dated it.
    """

    key: str
    params: dict[str, str | int] = field(default_factory=dict)
    good: bool = False
    fault: StoreError | None = None
    number: str = ""
    clock: ClockWarning | None = None

    def html(self, language: str) -> str:
        """It in words."""
        params = dict(self.params)
        if self.fault is not None:
            params["reason"] = store_sentence(self.fault, language)
        address = f"/case?{urlencode({'number': self.number, 'lang': language})}" if self.number else ""
        warning = clock_sentence(self.clock, language) if self.clock else ""
        return render.saved(tr(self.key, language, **params), self.good, language, address, warning)


def button(checked: Checked | None, language: str) -> Any:
    """Update of the button: it names what would be saved."""
    with_photos = checked is not None and bool(checked.photos)
    return gr.Button(tr("save.button" if with_photos else "save.button.declared", language))


def draw(language: str) -> Panel:
    """The panel, hidden until there is something to save."""
    with gr.Accordion(tr("save.title", language), open=False, visible=False, elem_id="tc-save") as frame:
        with gr.Row():
            fields = tuple(
                gr.Textbox(label=tr(key, language), max_length=200, min_width=220, elem_id=f"tc-save-{name}")
                for name, key in FIELDS
            )
        button = gr.Button(tr("save.button", language), variant="primary")
        said = gr.HTML("", apply_default_css=False, elem_id="tc-saved")
    return Panel(frame, fields, button, said)


def word(language: str) -> tuple[Any, ...]:
    """Updates of frame and fields in a language."""
    return (
        gr.Accordion(label=tr("save.title", language)),
        *(gr.Textbox(label=tr(key, language)) for _, key in FIELDS),
    )


def without_photo(checked: Checked | None, declaration: Declaration) -> bool:
    """Whether the declaration alone gives an answer that can be saved."""
    return declaration.processed and (checked is None or checked.fault is None)


def save(
    open_store: Callable[[], CaseStore],
    predictor: Predictor,
    checked: Checked | None,
    declaration: Declaration,
    own: str | None,
    typed: dict[str, str],
    language: str,
) -> Said:
    """Save and say so, or why not. Whatever fails, photos and answer stay on the page.

    Args:
        open_store: gives the case store.
        predictor: that answered.
        checked: what was judged; ``None`` before any photo was, which is enough for goods that no photo can identify.
        declaration: what the object is declared to be.
        own: identity the officer chose before seeing the answer.
        typed: number, exhibit, officer and place.
        language: of the answer's words, as the case keeps them.
    """
    result = checked.result if checked else None
    if (checked is not None and checked.fault is not None) or (result is None and not declaration.processed):
        return Said("save.nothing")
    number, exhibit, officer, place = (typed[name].strip() for name, _ in FIELDS)
    if not (number and exhibit and officer):
        return Said("case.form.incomplete")
    declared = ExhibitDeclared(
        exhibit=exhibit, declared_as=declaration.item.value, as_tiger=declaration.as_tiger,
        labelled_as=declaration.label,
    )  # fmt: skip
    judged = OfficerJudged.model_validate({"exhibit": exhibit, "identity": own}) if own else None
    answer = None
    if result and result.prediction:
        # The case says what the page said.
        answer = declared_json(exhibit_json(result, language, predictor.taxonomy), declaration, language)
    photos = [(photo.name, photo.path) for photo in checked.photos] if checked else []
    new = NewCheck(exhibit, photos, declared, judged, answer, language=language)
    try:
        done = save_check(open_store(), number, officer, new, CaseOpened(place=place))
    except StoreError as error:
        return Said("save.failed", fault=error)
    if not done.events:
        return Said("save.same", {"number": number, "exhibit": exhibit}, good=True, number=number)
    return Said(
        "save.done", {"number": number, "exhibit": exhibit, "count": len(done.events)}, good=True, number=number,
        clock=done.clock,
    )  # fmt: skip
