"""What an agency sets holds on the check page, whatever the browser sends; and its pages can be used by everyone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from serve.i18n import LANGUAGE_NAMES, tr
from serve.services.settings import change
from serve.services.users import Role, Users
from serve.store.store import CaseStore
from tests.e2e.conftest import LOCALES, Open, give, outcome
from tests.e2e.test_accessibility import serious
from tests.support.server import serving

pytestmark = pytest.mark.browser
SECRET = "hoa sen nở sớm"
NAME = "own_judgement_first"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    """The cases of :func:`post`, as another program has them open."""
    store = CaseStore(tmp_path / "cases")
    yield store
    store.close()


@pytest.fixture
def post(tmp_path: Path, store: CaseStore, tiny_bundle: Path) -> Iterator[str]:
    """Address of a page of its own, where the agency asks for the own judgement first."""
    change(store, "Minh", NAME, True)
    with serving(log=tmp_path / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        yield url


# The page is closed before its server ends: fixtures end in the reverse order.
def test_the_agency_asks_for_the_own_judgement_first(post: str, open_page: Open, store: CaseStore, tiger: Path) -> None:
    page = open_page(LOCALES["vi"], url=post)
    switch = page.get_by_label(tr("own.switch.agency", "vi"), exact=True)
    expect(switch).to_be_checked()
    expect(switch).to_be_disabled()
    assert serious(page) == []
    give(page, tiger)
    outcome(page, "hidden")
    page.get_by_text(LANGUAGE_NAMES["zh"], exact=True).click()
    expect(page.get_by_label(tr("own.switch.agency", "zh"), exact=True)).to_be_checked()
    outcome(page, "hidden")
    page.locator("#tc-own").get_by_label(tr("identity.F", "zh"), exact=True).check()
    page.get_by_role("button", name=tr("own.record", "zh")).click()
    outcome(page, "T")
    # It is changed while the page is open: the switch is the officer's own again, for the next answer.
    change(store, "Minh", NAME, False)
    page.get_by_label(tr("declare.as_tiger", "zh"), exact=True).check()
    own = page.get_by_label(tr("own.switch", "zh"), exact=True)
    expect(own).to_be_enabled()
    own.uncheck()
    outcome(page, "T")


def test_a_browser_that_says_otherwise_is_not_believed(post: str, open_page: Open, tiger: Path) -> None:
    page = open_page(LOCALES["en"], url=post)
    switch = page.get_by_label(tr("own.switch.agency", "en"), exact=True)
    expect(switch).to_be_checked()
    forged: list[object] = []

    def forge(route: Route) -> None:
        """Claim in every message that the switch is off."""
        asked = json.loads(route.request.post_data or "{}")
        data = asked.get("data", [])
        forged.extend(one for one in data if one is True)
        asked["data"] = [False if one is True else one for one in data]
        route.continue_(post_data=json.dumps(asked))

    page.route("**/gradio_api/queue/join*", forge)
    give(page, tiger)
    outcome(page, "hidden")
    everything = page.locator("body").inner_text()
    assert tr("outcome.T.short", "en") not in everything
    assert forged


#: Asks for one of the page's own functions as its script would, and waits for the answer.
ASK = """async ([fn_index, session_hash, data]) => {
  const headers = {"Content-Type": "application/json"};
  const body = JSON.stringify({fn_index, session_hash, data, event_data: null});
  await fetch("/gradio_api/queue/join", {method: "POST", headers, body});
  const answer = await fetch("/gradio_api/queue/data?session_hash=" + session_hash);
  return await answer.text();
}"""


def test_nothing_is_saved_before_the_own_judgement(post: str, open_page: Open, store: CaseStore, tiger: Path) -> None:
    page = open_page(LOCALES["en"], url=post)
    expect(page.get_by_label(tr("own.switch.agency", "en"), exact=True)).to_be_checked()
    sessions: list[str] = []
    page.on("request", lambda one: sessions.extend(re.findall(r'"session_hash":"(\w+)"', one.post_data or "")))
    give(page, tiger)
    outcome(page, "hidden")
    typed = {"save.number": "VN-1", "save.exhibit": "1", "case.officer": "Lan", "case.place": ""}
    config = page.request.get(f"{post}/config").json()
    (button,) = (one["id"] for one in config["components"] if one["props"].get("value") == tr("save.button", "vi"))
    (save,) = (one["id"] for one in config["dependencies"] if [button, "click"] in one["targets"])
    data = ["en", None, "skin", False, "", None, None, *typed.values()]
    said = page.evaluate(ASK, [save, sessions[-1], data])
    assert "process_completed" in said
    assert '"success":true' in said
    assert store.cases() == []
    # With it, it is saved, and stands before the answer.
    page.locator("#tc-own").get_by_label(tr("identity.F", "en"), exact=True).check()
    page.get_by_role("button", name=tr("own.record", "en")).click()
    outcome(page, "T")
    page.get_by_role("button", name=tr("save.title", "en")).click()
    for key, text in typed.items():
        page.get_by_label(tr(key, "en"), exact=True).fill(text)
    page.get_by_role("button", name=tr("save.button", "en")).click()
    expect(page.locator(".tc-saved.tc-good")).to_be_visible()
    judgement = store.case("VN-1").exhibits["1"].judgement
    assert judgement is not None
    assert (judgement.payload.identity, judgement.before_model) == ("F", True)


@pytest.mark.parametrize(("scheme", "width", "language"), [("light", 1366, "vi"), ("dark", 390, "zh")])
def test_sign_in_settings_and_refusal_can_be_used_by_everyone(
    browser: Browser, store: CaseStore, tmp_path: Path, tiny_bundle: Path, scheme: str, width: int, language: str
) -> None:
    users = Users(store.database)
    users.add("Lan", SECRET)
    users.add("Minh", SECRET, Role.MAINTAINER)
    with serving(log=tmp_path / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        context = browser.new_context(
            locale=LOCALES[language], viewport={"width": width, "height": 768}, color_scheme=scheme
        )
        page = context.new_page()
        page.goto(url + "/settings")
        assert serious(page) == []
        sign_in(page, "Lan", "wrong", language)
        expect(page.get_by_role("alert")).to_be_visible()
        assert serious(page) == []
        sign_in(page, "Lan", SECRET, language)
        expect(page.locator("main h1")).to_have_text(tr("refusal.title", language))
        assert serious(page) == []
        page.get_by_role("button", name=tr("access.logout", language)).click()
        page.goto(url)
        sign_in(page, "Minh", SECRET, language)
        # The check page leads the maintainer there, too; it opens another tab.
        with context.expect_page() as opened:
            page.get_by_role("link", name=tr("nav.settings", language)).click()
        page = opened.value
        expect(page.locator("main h1")).to_have_text(tr("settings.title", language))
        assert serious(page) == []
        page.get_by_label(tr("settings.on", language), exact=True).check()
        page.get_by_label(tr("settings.reason", language)).fill("12/QĐ")
        page.get_by_role("button", name=tr("settings.record", language)).click()
        expect(page.locator("table")).to_contain_text("12/QĐ")
        assert serious(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        context.close()


def sign_in(page: Page, name: str, password: str, language: str) -> None:
    page.get_by_label(tr("access.name", language)).fill(name)
    page.get_by_label(tr("access.password", language)).fill(password)
    page.get_by_role("button", name=tr("access.submit", language)).click()
