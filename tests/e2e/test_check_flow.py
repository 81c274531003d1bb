"""What an officer adds to the photos: what it is declared to be, their own judgement, and which object is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from serve.i18n import LANGUAGE_NAMES, LANGUAGES, tr
from tests.e2e.conftest import LOCALES, Open, give, outcome, settle
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured

pytestmark = pytest.mark.browser


def choose(page: Page, words: str) -> None:
    page.get_by_label(words, exact=True).check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_wine_needs_no_photo_to_be_answered(open_page: Open, language: str) -> None:
    page = open_page(LOCALES[language])
    choose(page, tr("declared.wine", language))
    outcome(page, "X")
    expect(page.locator(".tc-answer h2")).to_have_text(tr("outcome.X.title", language))
    choose(page, tr("declare.as_tiger", language))
    expect(page.locator(".tc-remark")).to_have_text(tr("result.as_tiger", language))
    choose(page, tr("declared.claw", language))
    expect(page.locator(".tc-answer")).to_contain_text(tr("result.empty.title", language))


def test_own_judgement_comes_before_the_answer(open_page: Open, tiger: Path) -> None:
    page = open_page("vi-VN")
    choose(page, tr("own.switch", "vi"))
    give(page, tiger)
    outcome(page, "hidden")
    # Nothing may give the answer away: neither the panel nor the tile.
    everything = page.locator("body").inner_text()
    assert tr("outcome.T.short", "vi") not in everything
    assert tr("outcome.T.title", "vi") not in everything
    page.locator("#tc-own").get_by_label(tr("identity.F", "vi"), exact=True).check()
    page.get_by_role("button", name=tr("own.record", "vi")).click()
    outcome(page, "T")
    expect(page.locator(".tc-own")).to_contain_text(tr("identity.F", "vi"))
    expect(page.locator("#tc-own")).to_be_hidden()
    page.get_by_text(LANGUAGE_NAMES["zh"], exact=True).click()
    expect(page.locator(".tc-own")).to_contain_text(tr("identity.F", "zh"))
    # Another object asks again.
    page.get_by_text(tr("intake.clear", "zh"), exact=True).click()
    settle(page)
    give(page, tiger)
    outcome(page, "hidden")


def test_a_judgement_is_not_asked_for_after_the_answer_was_seen(open_page: Open, tiger: Path) -> None:
    page = open_page("en-GB")
    give(page, tiger)
    outcome(page, "T")
    choose(page, tr("own.switch", "en"))
    # A round trip, so that what the switch triggers is over.
    choose(page, tr("declare.as_tiger", "en"))
    page.get_by_text(LANGUAGE_NAMES["zh"], exact=True).click()
    expect(page.locator(".tc-answer h2")).to_have_text(tr("outcome.T.title", "zh"))
    expect(page.locator("#tc-own")).to_be_hidden()
    page.get_by_text(tr("intake.clear", "zh"), exact=True).click()
    expect(page.locator(".tc-answer")).to_contain_text(tr("result.empty.title", "zh"))
    give(page, tiger)
    outcome(page, "hidden")


def test_one_of_two_objects_is_checked_alone(open_page: Open, tmp_path: Path) -> None:
    both = Image.new("RGB", (1200, 600))
    both.paste(textured(COLOURS["unrelated"], (600, 600)), (0, 0))
    both.paste(textured(COLOURS["tiger_whole"], (600, 600)), (600, 0))
    page = open_page("en-GB")
    give(page, save(both, tmp_path / "both.jpg", quality=95))
    page.get_by_role("button", name="Mark one object in both.jpg").click()
    stage = page.locator(".tc-stage img").bounding_box()
    assert stage is not None
    page.mouse.move(stage["x"] + 0.55 * stage["width"], stage["y"] + 0.05 * stage["height"])
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.7 * stage["width"], stage["y"] + 0.5 * stage["height"])
    page.mouse.move(stage["x"] + 0.95 * stage["width"], stage["y"] + 0.95 * stage["height"])
    page.mouse.up()
    page.get_by_role("button", name="Check the frame").click()
    settle(page)
    outcome(page, "T")
    expect(page.locator(".tc-name")).to_have_text("both.jpg (part of the photo)")
    # The other one, by keyboard alone.
    page.get_by_role("button", name="Mark one object in both.jpg").press("Enter")
    left, right = page.get_by_label("left edge"), page.get_by_label("right edge")
    left.focus()
    left.press("Home")
    right.fill("40")
    page.get_by_role("button", name="Check the frame").press("Enter")
    settle(page)
    outcome(page, "N")
    page.get_by_role("button", name="Mark one object in both.jpg").click()
    page.keyboard.press("Escape")
    expect(page.locator(".tc-crop")).to_have_count(0)


def test_the_map_follows_its_slider(open_page: Open, tiger: Path) -> None:
    page = open_page("en-GB")
    give(page, tiger)
    layer = page.locator(".tc-layer")
    slider = page.get_by_label("Strength of the colour")
    for value in ("0", "1"):
        slider.fill(value)
        assert layer.evaluate("node => getComputedStyle(node).opacity") == value
