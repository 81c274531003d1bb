"""axe-core (Deque; WCAG 2 A and AA) finds nothing serious on any page, light or dark, on a laptop or a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from serve.i18n import tr
from tests.e2e.conftest import LOCALES, Open, give, outcome

pytestmark = pytest.mark.browser
PATHS = (
    "/guide", "/guide/claw", "/guide/skin", "/guide/nowhere", "/examine?leaves=tiger_claw,imitation_claw", "/cases",
    "/review",
)  # fmt: skip


def serious(page: Page) -> list[str]:
    """Violations of serious or critical impact, each with its place."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_the_check_page(open_page: Open, tiger: Path, scheme: str, width: int) -> None:
    page = open_page(LOCALES["vi"], width=width, scheme=scheme)
    assert serious(page) == []
    page.get_by_label(tr("own.switch", "vi"), exact=True).check()
    assert serious(page) == []
    give(page, tiger)
    outcome(page, "hidden")
    assert serious(page) == []
    page.get_by_label(tr("own.switch", "vi"), exact=True).uncheck()
    outcome(page, "T")
    assert serious(page) == []
    page.locator(".tc-mark").click()
    assert serious(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
@pytest.mark.parametrize(
    "path", ["/guide", "/guide/claw", "/guide/skin", "/guide/nowhere", "/examine?leaves=tiger_claw,imitation_claw"]
)
def test_the_guide(open_page: Open, path: str, scheme: str, width: int) -> None:
    page = open_page(LOCALES["zh"], width=width, scheme=scheme)
    # The console reports the 404 of a page that is not there; that page must be readable too.
    other = page.context.new_page()
    other.goto(page.url.rstrip("/") + path)
    assert serious(other) == []
