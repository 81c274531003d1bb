"""The guide and the checklist in a real browser: they fit a phone and a laptop, and a keyboard is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, expect

from serve.i18n import LANGUAGES
from serve.services.checklist import checklist_for
from serve.services.guide import guide
from serve.ui.guide import checklist_html, guide_css, guide_entry, guide_index, views_html

pytestmark = pytest.mark.browser
CLAW = checklist_for(["tiger_claw", "imitation_claw"], "claw")
WIDTHS = (390, 1366)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def show(page: Page, html: str, language: str, width: int = 1366) -> None:
    """Show a part of the page alone, in the page's own style."""
    page.set_viewport_size({"width": width, "height": 800})
    own = re.sub(r"@font-face \{[^}]*\}", "", files("serve.ui").joinpath("page.css").read_text(encoding="utf-8"))
    page.set_content(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>guide</title>'
        f'<style>{own}{guide_css()} body {{ margin: 0 }}</style><body class="gradio-container"><main>{html}</main>'
    )


def faults(page: Page) -> list[str]:
    """Text under 16 px, and anything that reaches beyond the page's width."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.tcg *')].filter((node) => !node.closest('svg') && node.innerText
          && (parseFloat(getComputedStyle(node).fontSize) < 16 || node.getBoundingClientRect().right > innerWidth + 1))
          .map((node) => node.outerHTML.slice(0, 80))"""
    )
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_and_is_large_enough_to_read(page: Page, language: str, width: int) -> None:
    parts = {name: guide_entry(name, language) for name in guide().entries}
    parts |= {"index": guide_index(language), "checklist": checklist_html(CLAW, language)}
    parts |= {"views": views_html(CLAW, language)}
    for name, html in parts.items():
        show(page, html, language, width)
        assert faults(page) == [], name


def test_questions_are_answered_by_keyboard_and_read_by_name(page: Page) -> None:
    show(page, checklist_html(CLAW, "en"), "en")
    group = page.get_by_role("group", name=CLAW.features[0].question.en)
    page.keyboard.press("Tab")
    expect(group.get_by_role("radio", name="Yes")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name="No", exact=True)).to_be_checked()
    chosen = page.evaluate(
        "() => [...document.querySelectorAll('input:checked')].map((node) => [node.name, node.value])"
    )
    assert chosen == [[CLAW.features[0].id, "no"]]
    assert CLAW.record(dict(chosen)).answers == {CLAW.features[0].id: "no"}


def test_a_ticked_view_says_so_in_words(page: Page) -> None:
    show(page, views_html(CLAW, "en"), "en")
    row = page.locator("li[data-view=view_scale]")
    expect(row.get_by_text("missing")).to_be_visible()
    row.get_by_role("checkbox").check()
    expect(row.get_by_text("taken")).to_be_visible()
    expect(row.get_by_text("missing")).to_be_hidden()
