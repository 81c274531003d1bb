"""A running page and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.bundles import COLOURS
from tests.support.photos import save, textured
from tests.support.server import serving

CHROMIUM = "/usr/bin/chromium"
LOCALES = {"vi": "vi-VN", "zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="session")
def address(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page over the tiny bundle."""
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    cases = tmp_path_factory.mktemp("cases")
    with serving(log=log, TIGERCHECK_BUNDLE=str(tiny_bundle), TIGERCHECK_DATA=str(cases)) as url:
        yield url
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox", "--disable-quic", "--disable-background-networking",
                "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            ],
        )  # fmt: skip
        yield browser
        browser.close()


# The machine that runs the tests may be busy; what is waited for must come, but not at once.
expect.set_options(timeout=20_000)

Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open the page; at the end, no request may have left this computer and nothing may have gone wrong in it."""
    contexts: list[BrowserContext] = []
    requests: list[str] = []
    faults: list[str] = []

    def open_it(
        locale: str = "en-GB", width: int = 1366, height: int = 768, url: str = address, scheme: str = "light"
    ) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto(url)
        page.wait_for_selector(f".tc-intake:lang({locale[:2]})")
        return page

    yield open_it
    for context in contexts:
        context.close()
    local = ("http://127.0.0.1:", "data:", "blob:")
    assert [url for url in requests if not url.startswith(local)] == []
    assert faults == []


@pytest.fixture
def tiger(tmp_path: Path) -> Path:
    return save(textured(COLOURS["tiger_whole"], (800, 600)), tmp_path / "tiger.jpg", quality=95)


def give(page: Page, *files: Path) -> None:
    """Hand photos over and wait until all are answered."""
    page.set_input_files(".tc-picker", [str(file) for file in files])
    settle(page)


def settle(page: Page) -> None:
    page.wait_for_selector(".tc-intake[data-state=ready]")
    expect(page.locator(".tc-busy")).to_have_count(0)


def outcome(page: Page, code: str) -> None:
    expect(page.locator(".tc-answer")).to_have_attribute("data-outcome", code)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(
        textured(COLOURS["tiger_whole"], (800, 600)), tmp_path_factory.mktemp("photo") / "tiger.jpg", quality=95
    )
