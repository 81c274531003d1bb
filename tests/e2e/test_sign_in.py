"""Signing in with a real browser, which sends what browsers send with a form, and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from serve.i18n import tr
from serve.services.users import Users
from serve.store.database import Database
from tests.support.server import serving

SECRET = "hoa sen nở sớm"


@pytest.mark.browser
def test_a_user_signs_in_without_javascript_in_their_language(browser: Browser, tmp_path: Path) -> None:
    database = Database(tmp_path / "cases")
    Users(database).add("Lan", SECRET)
    database.close()
    with serving(log=tmp_path / "log.txt") as url:
        context = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844}, java_script_enabled=False)
        page = context.new_page()
        page.goto(url)
        expect(page.locator("h1")).to_have_text(tr("access.title", "vi"))
        page.get_by_role("link", name="中文").click()
        expect(page.locator("h1")).to_have_text(tr("access.title", "zh"))
        page.get_by_label(tr("access.name", "zh")).fill("Lan")
        page.get_by_label(tr("access.password", "zh")).fill("wrong")
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_have_text(tr("access.wrong", "zh"))
        page.get_by_label(tr("access.password", "zh")).fill(SECRET)
        page.get_by_role("button").click()
        page.wait_for_url(f"{url}/")
        (cookie,) = context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        context.close()
