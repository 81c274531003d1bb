"""What is wrong before the page starts, in a real browser and each language: database, clock, model.

Bytes of the database are overwritten, another process holds its lock, a byte of the model is changed. The clock is
wrong towards what was recorded last: that is dated two days ahead.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from serve.i18n import LANGUAGES, catalogue, tr
from serve.services.clock import clock_warning
from serve.store.events import CaseOpened
from serve.store.store import CaseStore
from tests.e2e.conftest import LOCALES, Open, give
from tests.e2e.saving import OFFICER, PLACE, fill, locked, no_english, press, refused, saved
from tests.support.bundles import make_bundle
from tests.support.server import serving

pytestmark = pytest.mark.browser


@contextmanager
def _begun(tiny_bundle: Path, folder: Path, make: Callable[[Path], None]) -> Iterator[tuple[str, Path]]:
    """A page over a folder of cases that ``make`` has prepared."""
    cases = folder / "cases"
    store = CaseStore(cases)
    store.append("OLD-1", OFFICER, CaseOpened(place=PLACE))
    store.close()
    make(cases)
    with serving(log=folder / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        yield url, cases


def _damage(cases: Path) -> None:
    database = cases / "cases.sqlite"
    database.with_name("backup.sqlite").write_bytes(database.read_bytes())
    database.write_bytes(b"\x5a" * 4096 + database.read_bytes()[4096:])


@pytest.fixture(scope="module")
def damaged(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    with _begun(tiny_bundle, tmp_path_factory.mktemp("damaged"), _damage) as begun:
        yield begun


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_database(open_page: Open, damaged: tuple[str, Path], photo: Path, language: str) -> None:
    url, cases = damaged
    number = f"DAMAGED-{language}"
    database = cases / "cases.sqlite"
    broken = b"\x5a" * 4096 + (cases / "backup.sqlite").read_bytes()[4096:]
    page = open_page(LOCALES[language], url=url)
    give(page, photo)
    fill(page, language, number)
    press(page, language)
    reason = tr("store_error.damaged", language, folder=cases)
    refused(page, language, number, reason)
    assert database.read_bytes() == broken  # kept as it was, for whoever can rescue it
    other = page.context.new_page()
    other.goto(f"{url}/cases")
    expect(other.locator(".tc-refused")).to_have_text(reason)
    no_english(other, language)
    if language == LANGUAGES[-1]:
        # A backup put back works on the same page.
        shutil.copy(cases / "backup.sqlite", database)
        press(page, language)
        saved(page, language, number)
        with sqlite3.connect(database) as connection:
            found = connection.execute("SELECT DISTINCT case_number FROM event ORDER BY 1").fetchall()
        connection.close()
        assert found == [(number,), ("OLD-1",)]


def test_a_database_locked_at_the_start_is_used_once_it_is_free(
    open_page: Open, tiny_bundle: Path, photo: Path, tmp_path: Path
) -> None:
    holder = None

    def lock(cases: Path) -> None:
        nonlocal holder
        holder = locked(cases / "cases.sqlite")
        holder.__enter__()

    with _begun(tiny_bundle, tmp_path, lock) as (url, cases):
        page = open_page(LOCALES["vi"], url=url)
        give(page, photo)
        fill(page, "vi", "LATER")
        press(page, "vi")
        refused(page, "vi", "LATER", tr("store_error.locked", "vi", folder=cases))
        assert holder is not None
        holder.__exit__(None, None, None)
        press(page, "vi")
        saved(page, "vi", "LATER")
        page.close()


# The clock.


@pytest.fixture(scope="module")
def ahead(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, datetime]]:
    last = datetime.now(UTC) + timedelta(days=2)

    def record(cases: Path) -> None:
        store = CaseStore(cases, clock=lambda: last)
        store.append("AHEAD", OFFICER, CaseOpened(place=PLACE))
        store.close()

    with _begun(tiny_bundle, tmp_path_factory.mktemp("ahead"), record) as (url, _):
        yield url, last


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clock_set_wrong(open_page: Open, ahead: tuple[str, datetime], photo: Path, language: str) -> None:
    url, last = ahead
    warning = clock_warning(datetime.now(UTC), last)
    assert warning is not None
    # The two times in it are the minute's own.
    parts = re.split(r"\{\w+\}", catalogue(language)[f"clock.{warning.fault.value}"])
    said = re.compile(".+".join(re.escape(part) for part in parts))
    page = open_page(LOCALES[language], url=url)
    give(page, photo)
    fill(page, language, f"CLOCK-{language}")
    press(page, language)
    saved(page, language, f"CLOCK-{language}")
    expect(page.locator(".tc-saved")).to_contain_text(said)
    other = page.context.new_page()
    for path in ("/cases", f"/case?number=CLOCK-{language}"):
        other.goto(url + path)
        expect(other.locator(".tc-note")).to_have_text(said)
        no_english(other, language)


# The model.


@pytest.fixture(scope="module", params=["missing", "damaged"])
def without_model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("model")
    bundle = folder / "nothing"
    if request.param == "damaged":
        bundle = make_bundle(folder)
        graph = bundle / "model.onnx"
        data = bytearray(graph.read_bytes())
        data[len(data) // 2] ^= 1
        graph.write_bytes(data)
    with serving(log=folder / "log.txt", TIGERCHECK_BUNDLE=str(bundle)) as url:
        yield url, request.param


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_or_damaged_model(
    open_page: Open, without_model: tuple[str, str], photo: Path, language: str
) -> None:
    url, kind = without_model
    page = open_page(LOCALES[language], url=url)
    answer = page.locator(".tc-answer")
    expect(answer.locator("h2")).to_have_text(tr("error.bundle.title", language))
    expect(answer.locator("p")).to_have_text(tr(f"error.bundle.{kind}.text", language))
    expect(answer.locator("summary")).to_have_text(tr("error.detail", language))
    expect(answer.locator("code")).to_be_hidden()
    give(page, photo)
    expect(page.locator(".tc-tile")).to_have_count(1)
    expect(answer.locator("h2")).to_have_text(tr("error.bundle.title", language))
    expect(page.locator("#tc-save")).to_be_hidden()
    answer.locator("summary").click()
    expect(answer.locator("code")).to_be_visible()
    no_english(page, language)
    other = page.context.new_page()
    other.goto(f"{url}/cases")
    expect(other.locator(".tc-refused")).to_have_count(0)
