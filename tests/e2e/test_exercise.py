"""A trainee on a phone and a trainer on a laptop, in each language, without a script and without the internet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.model import Phase
from serve.exercise.store import ExerciseStore
from serve.i18n import LANGUAGES, tr
from tests.e2e.conftest import LOCALES, Open
from tests.e2e.test_accessibility import serious
from tests.support.classroom import make_class
from tests.support.server import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def laptop(
    tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Path
) -> Iterator[tuple[str, ExerciseStore, ClassInfo]]:
    """Address of a page of its own, its exercises as another program has them open, and a class."""
    folder = tmp_path_factory.mktemp("laptop")
    store = ExerciseStore(folder / "cases")
    room = make_class(store, folder, per_form=2)
    with serving(log=folder / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        yield url, store, room
    assert "Traceback" not in (folder / "log.txt").read_text(encoding="utf-8")
    store.close()


@pytest.fixture
def plain_page(open_page: Open) -> Iterator[Callable[..., Page]]:
    """Open a plain page beside the check page; it too may ask nobody but this computer."""
    requests: list[str] = []

    def open_it(url: str, path: str, language: str, width: int = 1366) -> Page:
        page = open_page(LOCALES[language], width=width, height=844, url=url).context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{url}{path}")
        return page

    yield open_it
    assert requests
    assert [url for url in requests if not url.startswith(("http://127.0.0.1:", "data:"))] == []


def tick(page: Page, language: str, send: bool = True) -> None:
    """Answer the three questions by their words, and send."""
    page.get_by_label(tr("train.cannot_tell", language), exact=True).check()
    page.get_by_label(tr("train.action.refer", language), exact=True).check()
    page.get_by_label(tr("train.confidence.2", language), exact=True).check()
    if send:
        page.get_by_role("button", name=tr("train.send", language)).click()


def fits(page: Page) -> bool:
    """Whether nothing stands outside the screen's width."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trainee_takes_a_test_on_a_phone_and_practises(
    plain_page: Callable[..., Page], laptop: tuple[str, ExerciseStore, ClassInfo], language: str
) -> None:
    url, store, room = laptop
    classes = Classes(store)
    classes.open_phase(room.id, Phase.BEFORE)
    (code,) = classes.give_codes(room.id, 1)
    page = plain_page(url, "/train", language, width=390)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert (serious(page), fits(page)) == ([], True)
    page.get_by_label(tr("train.code", language)).fill(code.lower())
    page.get_by_role("button", name=tr("train.enter", language)).click()
    page.get_by_role("button", name=tr("train.start", language)).click()
    first = tr("train.question.of", language, number=1, total=2)
    expect(page.locator("main h1")).to_have_text(first)
    page.locator(".tt-photos img").first.wait_for()
    # Pictures arrive after the text does; a broken one never gets a width, and this then fails by time.
    page.wait_for_function("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    assert (serious(page), fits(page)) == ([], True)
    shown = page.locator(".tt-photos img").first.get_attribute("src")
    page.reload()
    expect(page.locator("main h1")).to_have_text(first)
    assert page.locator(".tt-photos img").first.get_attribute("src") == shown
    tick(page, language)
    expect(page.locator("main h1")).to_have_text(tr("train.question.of", language, number=2, total=2))
    page.reload()
    tick(page, language)
    expect(page.locator("main h1")).to_have_text(tr("train.finished.title", language))

    classes.open_phase(room.id, Phase.PRACTICE)
    page.get_by_role("link", name=tr("train.onward", language)).click()
    page.get_by_role("button", name=tr("train.start", language)).click()
    expect(page.locator("main h1")).to_have_text(tr("train.question", language, number=1))
    tick(page, language)
    expect(page.locator("main h1")).to_have_text(tr("train.feedback.wrong", language))
    expect(page.get_by_role("heading", name=tr("train.model", language))).to_be_visible()
    assert (serious(page), fits(page)) == ([], True)
    page.get_by_role("button", name=tr("train.practice.end", language)).click()
    expect(page.locator("main h1")).to_have_text(room.name)


def start(page: Page, language: str, code: str) -> None:
    """Come in and start what is open."""
    page.get_by_label(tr("train.code", language)).fill(code)
    page.get_by_role("button", name=tr("train.enter", language)).click()
    page.get_by_role("button", name=tr("train.start", language)).click()


def question(page: Page, language: str, number: int) -> None:
    """The question shown is this one of two."""
    expect(page.locator("main h1")).to_have_text(tr("train.question.of", language, number=number, total=2))


def test_back_and_double_taps_lose_and_double_nothing(
    plain_page: Callable[..., Page], laptop: tuple[str, ExerciseStore, ClassInfo]
) -> None:
    url, store, room = laptop
    classes = Classes(store)
    classes.open_phase(room.id, Phase.BEFORE)
    (code,) = classes.give_codes(room.id, 1)
    page = plain_page(url, "/train", "vi", width=390)
    start(page, "vi", code)
    question(page, "vi", 1)
    tick(page, "vi", send=False)
    page.get_by_role("button", name=tr("train.send", "vi")).dblclick()
    question(page, "vi", 2)
    # What was answered does not come back; the question still open is there, and can be answered.
    page.go_back()
    question(page, "vi", 2)
    tick(page, "vi")
    expect(page.locator("main h1")).to_have_text(tr("train.finished.title", "vi"))
    page.go_back()
    expect(page.locator("main h1")).to_have_text(tr("train.finished.title", "vi"))
    (sitting,) = [one for one in classes.sittings(room.id) if one.trainee == code]
    assert [(one.chosen, one.confidence) for one in sitting.answers] == [(None, 2)] * 2


def test_the_trainers_pages_can_be_used_by_everyone(
    open_page: Open, laptop: tuple[str, ExerciseStore, ClassInfo]
) -> None:
    url, _, room = laptop
    page = open_page(LOCALES["vi"], url=url)
    # The check page leads there, in another tab.
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=tr("nav.exercises", "vi")).click()
    trainer = opened.value
    expect(trainer.locator("main h1")).to_have_text(tr("nav.exercises", "vi"))
    assert serious(trainer) == []
    trainer.get_by_role("link", name=room.name).click()
    expect(trainer.locator(".te-address")).to_have_text(f"{url}/train")
    assert serious(trainer) == []
    for path in ("/codes", "/delete"):
        trainer.goto(f"{url}/exercises/class/{room.id}{path}")
        assert serious(trainer) == []
    for path in (f"/exercises/one/{room.exercise_id}", "/exercises/build"):
        trainer.goto(f"{url}{path}")
        assert serious(trainer) == []
