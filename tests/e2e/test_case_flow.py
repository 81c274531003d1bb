"""From a photo to a case with a decision, in each language; nothing of it stays in the browser."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from serve.i18n import LANGUAGES, tr
from tests.e2e.conftest import LOCALES, Open, give, outcome
from tests.e2e.test_accessibility import serious
from tests.support.server import serving

pytestmark = pytest.mark.browser
OFFICER = "Nguyễn Thị Hà"


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_save_decide_review(open_page: Open, tiger: Path, language: str) -> None:
    page = open_page(LOCALES[language])
    number = f"VN-{language}-1"
    give(page, tiger)
    outcome(page, "T")
    page.get_by_label(tr("declare.label", language)).fill("虎骨酒 <i>500 ml</i>")
    page.get_by_role("button", name=tr("save.title", language)).click()
    page.get_by_label(tr("save.number", language)).fill(number)
    page.get_by_role("button", name=tr("save.button", language)).click()
    expect(page.locator(".tc-saved")).to_have_text(tr("case.form.incomplete", language))
    page.get_by_label(tr("save.exhibit", language)).fill("E1")
    page.get_by_label(tr("case.officer", language), exact=True).fill(OFFICER)
    page.get_by_label(tr("case.place", language), exact=True).fill("Móng Cái 东兴")
    page.get_by_role("button", name=tr("save.button", language)).click()
    expect(page.locator(".tc-saved")).to_contain_text(number)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=tr("save.open", language)).click()
    case = opened.value
    case.wait_for_load_state()
    expect(case.locator("html")).to_have_attribute("lang", language)
    expect(case.locator("main")).to_contain_text(tr("outcome.T.title", language))
    expect(case.locator("main")).to_contain_text(hashlib.sha256(tiger.read_bytes()).hexdigest()[:12])
    expect(case.locator("main")).to_contain_text("虎骨酒 <i>500 ml</i>")
    # A decision by keyboard alone.
    summary = case.get_by_text(tr("case.form.decision", language), exact=True)
    summary.press("Enter")
    case.get_by_label(tr("action.detain", language), exact=True).press("Space")
    form = case.locator("form[action='/case/decide']")
    form.get_by_role("button", name=tr("case.form.record", language)).press("Enter")
    case.wait_for_load_state()
    expect(case.locator(".tc-facts").nth(1)).to_contain_text(tr("action.detain", language))
    case.goto(case.url.partition("/case")[0] + "/cases?q=nguyen thi ha")
    expect(case.get_by_role("link", name=number)).to_be_visible()
    # Browser storage holds the language and nothing else.
    kept = case.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    cookies = json.dumps(case.context.cookies(), ensure_ascii=False)
    for secret in (number, OFFICER, "Móng Cái", "tiger.jpg"):
        assert secret not in kept
        assert secret not in cookies


def test_saving_without_photos_or_twice_does_no_harm(open_page: Open, tiger: Path) -> None:
    page = open_page("en-GB")
    expect(page.get_by_role("button", name=tr("save.title", "en"))).to_be_hidden()
    give(page, tiger)
    page.get_by_role("button", name=tr("save.title", "en")).click()
    for name, value in (("save.number", "TWICE"), ("save.exhibit", "E1"), ("case.officer", "Lan")):
        page.get_by_label(tr(name, "en"), exact=True).fill(value)
    button = page.get_by_role("button", name=tr("save.button", "en"))
    button.click()
    expect(page.locator(".tc-saved")).to_contain_text("TWICE")
    button.click()
    expect(page.locator(".tc-saved")).to_contain_text("0 new events")


def test_uploads_are_gone_when_the_program_ends(
    browser: Browser, tiny_bundle: Path, tiger: Path, tmp_path: Path
) -> None:
    """Photos handed over lie in a folder of this run; it ends with the run, and what was saved to a case stays."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    content = tiger.read_bytes()

    def copies() -> list[Path]:
        return [path for path in temporary.rglob("*") if path.is_file() and path.read_bytes() == content]

    log = tmp_path / "log.txt"
    with serving(log=log, TIGERCHECK_BUNDLE=str(tiny_bundle), TMPDIR=str(temporary)) as url:
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(60_000)
        page.goto(url)
        page.wait_for_selector(".tc-intake:lang(en)")
        give(page, tiger)
        outcome(page, "T")
        assert copies()
        page.close()
    assert copies() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_goods_declared_as_wine_are_saved_without_a_photo_and_corrected(open_page: Open, language: str) -> None:
    page = open_page(LOCALES[language])
    expect(page.get_by_role("button", name=tr("save.title", language))).to_be_hidden()
    page.get_by_label(tr("declared.wine", language), exact=True).check()
    outcome(page, "X")
    page.get_by_label(tr("declare.label", language)).fill("虎骨酒 500 ml")
    page.get_by_role("button", name=tr("save.title", language)).click()
    number = f"WINE-{language}"
    for name, value in (("save.number", number), ("save.exhibit", "R1"), ("case.officer", OFFICER)):
        page.get_by_label(tr(name, language), exact=True).fill(value)
    page.get_by_role("button", name=tr("save.button", language)).click()
    expect(page.locator(".tc-saved")).to_contain_text(number)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=tr("save.open", language)).click()
    case = opened.value
    case.wait_for_load_state()
    expect(case.locator("main")).to_contain_text(tr("outcome.X.title", language))
    expect(case.locator("main")).to_contain_text(tr("rule.by", language))
    expect(case.locator("main")).to_contain_text("虎骨酒 500 ml")
    # The declaration is corrected by keyboard, and its answer with it.
    what = tr("correction.what.exhibit_declared", language)
    case.get_by_role("link", name=tr("correction.link_to", language, what=what)).first.press("Enter")
    case.get_by_label(tr("declare.title", language)).select_option("glue")
    assert serious(case) == []
    case.get_by_label(tr("correction.reason", language)).fill("nhãn ghi cao")
    case.get_by_label(tr("case.officer", language)).fill(OFFICER)
    case.get_by_role("button", name=tr("correction.button", language)).press("Enter")
    expect(case.locator(".tc-exhibit")).to_contain_text(tr("declared.glue", language))
    expect(case.locator(".tc-exhibit")).to_contain_text(tr("outcome.X.title", language))
    expect(case.locator("main")).to_contain_text("nhãn ghi cao")
    assert serious(case) == []
