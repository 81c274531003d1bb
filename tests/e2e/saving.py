"""Saving on the check page, well or badly: what is typed, what is said, and that nothing is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from serve.i18n import catalogue, tr
from tests.e2e.conftest import outcome

#: What is typed in every such test.
OFFICER, PLACE, LABEL = "Nguyễn Thị Hà", "Móng Cái 东兴", "虎骨酒 500 ml"


def no_english(page: Page, language: str) -> None:
    """No sentence of the English catalogue stands on the page, and no words of a program's fault outside its detail."""
    if language == "en":
        return
    shown = page.evaluate(
        """() => { const copy = document.body.cloneNode(true);
          copy.querySelectorAll('.tc-detail code, script, style').forEach((node) => node.remove());
          return copy.textContent; }"""
    )
    own = set(catalogue(language).values())
    english = [
        text for text in catalogue("en").values() if len(text) > 12 and "{" not in text and text not in own
    ]  # fmt: skip
    assert [text for text in english if text in shown] == []
    assert re.findall(r"\w*(?:Error|Exception|Traceback|sqlite3|Errno)\b", shown) == []


def fill(page: Page, language: str, number: str) -> None:
    """Open the save form and fill it in."""
    page.get_by_label(tr("declare.label", language)).fill(LABEL)
    page.get_by_role("button", name=tr("save.title", language)).click()
    for key, value in (
        ("save.number", number), ("save.exhibit", "E1"), ("case.officer", OFFICER), ("case.place", PLACE),
    ):  # fmt: skip
        page.get_by_label(tr(key, language), exact=True).fill(value)


def press(page: Page, language: str) -> None:
    page.get_by_role("button", name=tr("save.button", language)).click()


def refused(page: Page, language: str, number: str, reason: str) -> None:
    """The reason is said in full, and photo, answer and all that was typed are still there."""
    expect(page.locator(".tc-saved.tc-bad")).to_have_text(tr("save.failed", language, reason=reason), timeout=40_000)
    expect(page.locator(".tc-tile")).to_have_count(1)
    outcome(page, "T")
    expect(page.get_by_label(tr("declare.label", language))).to_have_value(LABEL)
    for key, value in (
        ("save.number", number), ("save.exhibit", "E1"), ("case.officer", OFFICER), ("case.place", PLACE),
    ):  # fmt: skip
        expect(page.get_by_label(tr(key, language), exact=True)).to_have_value(value)
    no_english(page, language)


def saved(page: Page, language: str, number: str) -> None:
    expect(page.locator(".tc-saved.tc-good")).to_contain_text(number, timeout=40_000)
    no_english(page, language)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the database and does not let go."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN EXCLUSIVE');"
        "print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.communicate(timeout=30)
