"""From a photo to a case with a report, in each language; nothing of it leaves or stays in the browser."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from serve.i18n import LANGUAGE_NAMES, LANGUAGES, tr
from tests.e2e.conftest import LOCALES, Open, give, outcome
from tests.e2e.test_accessibility import serious
from tests.support.server import running, serving

pytestmark = pytest.mark.browser
OFFICER = "Nguyễn Thị Hà"


#: Everything a browser can keep, by page: storages, cookies, databases with all their rows, caches with all bodies.
_KEPT = """async () => {
  const kept = {local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie, name: window.name};
  kept.history = JSON.stringify(history.state);
  kept.databases = {};
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opened = indexedDB.open(name);
      opened.onsuccess = () => resolve(opened.result);
      opened.onerror = () => reject(opened.error);
    });
    for (const store of database.objectStoreNames) {
      kept.databases[`${name}/${store}`] = await new Promise((resolve, reject) => {
        const all = database.transaction(store).objectStore(store).getAll();
        all.onsuccess = () => resolve(JSON.stringify(all.result));
        all.onerror = () => reject(all.error);
      });
    }
    database.close();
  }
  kept.caches = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      kept.caches[`${name} ${request.url}`] = await (await cache.match(request)).text();
    }
  }
  kept.workers = (await navigator.serviceWorker.getRegistrations()).length;
  return JSON.stringify(kept);
}"""


def nothing_kept(page: Page, *secrets: str) -> None:
    """Browser storage of this page's address holds none of the case: at most the language."""
    kept = page.evaluate(_KEPT)
    assert set(json.loads(kept)["local"]) <= {"tigercheck-language"}
    for part in ("session", "databases", "caches", "workers"):
        assert not json.loads(kept)[part], part
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} <= {"tigercheck_language"}
    for secret in secrets:
        assert secret not in kept
        assert secret not in json.dumps(cookies, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_examine_guide_case_report(open_page: Open, tiger: Path, language: str) -> None:
    """The whole way of an object; ``open_page`` asserts that no request of its first page left this computer."""
    page = open_page(LOCALES[language])
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    number = f"VN-{language}-1"
    home = page.url.rstrip("/")
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
    secrets = (number, OFFICER, "Móng Cái", "tiger.jpg", "虎骨酒")
    nothing_kept(page, *secrets)
    # Examine, then the guide, each in a page of its own, as the links open them.
    with page.context.expect_page() as opened:
        page.locator(".tc-answer a[href^='/examine']").first.click()
    examine = opened.value
    examine.wait_for_load_state()
    expect(examine.locator("html")).to_have_attribute("lang", language)
    examine.locator("nav a[href='/guide']").click()
    expect(examine.locator("html")).to_have_attribute("lang", language)
    examine.locator("main a[href^='/guide/']").first.click()
    examine.wait_for_url("**/guide/*")
    expect(examine.locator("html")).to_have_attribute("lang", language)
    nothing_kept(examine, *secrets)
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
    # The report, as a file.
    case.get_by_text(tr("case.form.report", language), exact=True).click()
    form = case.locator("form[action='/case/report']")
    with case.expect_download() as downloaded:
        form.get_by_role("button", name=tr("case.form.pdf", language)).click()
    content = downloaded.value.path().read_bytes()
    assert content.startswith(b"%PDF")
    case.goto(f"{home}/cases?q=nguyen thi ha")
    case.get_by_role("link", name=number).click()
    expect(case.locator("main")).to_contain_text(hashlib.sha256(content).hexdigest()[:12])
    nothing_kept(case, *secrets)
    addresses = {url for url in asked if not url.startswith(("data:", "blob:"))}
    assert {urlsplit(url).path for url in addresses} >= {"/examine", "/guide", "/case", "/case/report", "/cases"}
    assert [url for url in addresses if not url.startswith("http://127.0.0.1:")] == []


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
    expect(page.locator(".tc-saved")).to_contain_text(tr("save.same", "en", number="TWICE", exhibit="E1"))


def test_what_was_said_of_saving_follows_the_language_and_the_button_the_photos(open_page: Open, tiger: Path) -> None:
    page = open_page("en-GB")
    page.get_by_label(tr("declared.glue", "en"), exact=True).check()
    outcome(page, "X")
    page.get_by_role("button", name=tr("save.title", "en")).click()
    declared = page.get_by_role("button", name=tr("save.button.declared", "en"))
    expect(declared).to_be_visible()
    give(page, tiger)
    expect(declared).to_have_count(0)
    for name, value in (("save.number", "SAID"), ("save.exhibit", "E1"), ("case.officer", "Lan")):
        page.get_by_label(tr(name, "en"), exact=True).fill(value)
    page.get_by_role("button", name=tr("save.button", "en")).click()
    expect(page.locator(".tc-saved")).to_contain_text(tr("save.done", "en", number="SAID", exhibit="E1", count=4))
    for language in ("vi", "zh"):
        page.get_by_label(LANGUAGE_NAMES[language], exact=True).check()
        said = tr("save.done", language, number="SAID", exhibit="E1", count=4)
        expect(page.locator(".tc-saved")).to_contain_text(said)
        expect(page.get_by_role("link", name=tr("save.open", language))).to_have_attribute(
            "href", f"/case?number=SAID&lang={language}"
        )
        expect(page.get_by_role("button", name=tr("save.button", language))).to_be_visible()
    # Without its photo the same object is saved by its declaration alone.
    page.get_by_role("button", name=tr("intake.clear", "zh")).click()
    expect(page.locator(".tc-saved")).to_have_count(0)
    expect(page.get_by_role("button", name=tr("save.button.declared", "zh"))).to_be_visible()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_uploads_are_gone_when_the_program_ends(
    browser: Browser, tiny_bundle: Path, tiger: Path, tmp_path: Path, end: signal.Signals
) -> None:
    """Photos handed over lie in a folder of this run, which ends with it; one that was killed, at the next start."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    content = tiger.read_bytes()

    def copies() -> list[Path]:
        return [path for path in temporary.rglob("*") if path.is_file() and path.read_bytes() == content]

    settings = {"TIGERCHECK_BUNDLE": str(tiny_bundle), "TMPDIR": str(temporary)}
    with running(log=tmp_path / "log.txt", **settings) as (url, process):
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(60_000)
        page.goto(url)
        page.wait_for_selector(".tc-intake:lang(en)")
        give(page, tiger)
        outcome(page, "T")
        assert copies()
        page.close()
        process.send_signal(end)
        process.wait(timeout=30)
    if end == signal.SIGKILL:
        assert copies()
        with serving(log=tmp_path / "next.txt", **settings):
            assert copies() == []
    assert copies() == []
    assert list(temporary.glob("tigercheck-uploads-*")) == []


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
    # There is no photo, so the button does not speak of any.
    page.get_by_role("button", name=tr("save.button.declared", language)).click()
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
