"""No answer of the server stays away, and no change is dropped while an earlier one is still being worked on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from serve.i18n import tr
from tests.e2e.conftest import Open, give, outcome

pytestmark = pytest.mark.browser


def end_the_next_stream(page: Page) -> None:
    """The next stream of answers ends before it has brought any, as when the server ended it a moment too early."""
    page.wait_for_timeout(1500)  # until the page's own first questions are answered
    page.route(
        "**/queue/data?*",
        lambda route: route.fulfill(content_type="text/event-stream", body='data: {"msg": "close_stream"}\n\n'),
        times=1,
    )


def test_photos_are_answered_though_the_stream_had_ended(open_page: Open, tiger: Path) -> None:
    page = open_page("vi-VN")
    end_the_next_stream(page)
    give(page, tiger)
    outcome(page, "T")


def test_a_declaration_is_answered_though_the_stream_had_ended(open_page: Open) -> None:
    page = open_page("zh-CN")
    end_the_next_stream(page)
    page.get_by_label(tr("declared.wine", "zh"), exact=True).check()
    outcome(page, "X")


def test_a_change_is_not_dropped_while_the_one_before_is_on_its_way(open_page: Open) -> None:
    page = open_page("en-GB")
    page.wait_for_timeout(1500)

    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/queue/join?*", slowly)
    for items, expected in ((("claw", "wine"), "X"), (("glue", "claw"), "")):
        for item in items:
            page.get_by_label(tr(f"declared.{item}", "en"), exact=True).check()
        outcome(page, expected)
