"""Bad input in a real browser, in each language: a clear sentence of that language, and nothing given is lost.

Each condition is real: another process holds the lock, and the disk is full because the system refuses the program's
writes (its limit of file size is lowered while it runs, which needs no privilege).
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from serve.i18n import LANGUAGES, tr
from serve.store.events import CaseOpened
from serve.store.store import CaseStore
from tests.e2e.conftest import LOCALES, Open, give, outcome, settle
from tests.e2e.saving import LABEL, OFFICER, PLACE, fill, locked, no_english, press, refused, saved
from tests.support.bundles import COLOURS
from tests.support.photos import bomb_png, jpeg_bytes, save, textured
from tests.support.server import running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files nobody should give, by what is wrong with them."""
    folder = tmp_path_factory.mktemp("files")
    whole = jpeg_bytes(textured(COLOURS["tiger_whole"]))
    written = {
        "not_a_photo": ("invoice.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"),
        "named_jpg": ("note.jpg", b"not a photo\n" * 50),
        "truncated": ("cut.jpg", whole[: len(whole) // 2]),
        "empty": ("empty.jpg", b""),
        "too_many_pixels": ("bomb.png", bomb_png()),
    }
    for name, data in written.values():
        (folder / name).write_bytes(data)
    paths = {key: folder / name for key, (name, _) in written.items()}
    for key, name in (("jpeg_60", "large.jpg"), ("png_60", "large.png")):
        # 60 megapixels, textured: a blank picture would get another answer.
        small = textured(COLOURS["tiger_whole"], (90, 60))
        paths[key] = save(small.resize((9_488, 6_325), Image.Resampling.NEAREST), folder / name)
    return paths


# Files: all in one visit, on the server that all browser tests share.


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_that_are_no_usable_photos(open_page: Open, photo: Path, files: dict[str, Path], language: str) -> None:
    page = open_page(LOCALES[language])
    bad = ["not_a_photo", "named_jpg", "truncated", "empty", "too_many_pixels"]
    give(page, photo, *(files[key] for key in bad))
    states = page.locator(".tc-state")
    for index, key in enumerate(bad):
        code = "not_a_photo" if key == "named_jpg" else key
        expected = tr(f"image_error.{code}", language, megapixels="> 178", limit=80)
        expect(states.nth(index + 1)).to_have_text(expected)
    # The good photo among them is answered, and all stay to be seen and removed.
    outcome(page, "T")
    expect(page.locator(".tc-tile")).to_have_count(6)
    no_english(page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_megapixels_are_answered_and_of_fifty_files_eight_are_taken(
    open_page: Open, files: dict[str, Path], tmp_path: Path, language: str
) -> None:
    page = open_page(LOCALES[language])
    give(page, files["jpeg_60"], files["png_60"])
    expect(page.locator(".tc-state.tc-failed")).to_have_count(0)
    outcome(page, "T")
    page.get_by_role("button", name=tr("intake.clear", language)).click()
    settle(page)
    many = [save(textured(COLOURS["unrelated"], (80, 60), k), tmp_path / f"f{k:02}.png") for k in range(50)]
    give(page, *many)
    expect(page.locator(".tc-tile")).to_have_count(8)
    expect(page.locator(".tc-name")).to_have_text([file.name for file in many[:8]])
    surplus = tr("list.separator", language).join(file.name for file in many[8:])
    expect(page.locator(".tc-messages")).to_have_text(tr("intake.too_many", language, limit=8, names=surplus))
    no_english(page, language)


# The store.


@pytest.fixture(scope="module")
def limited(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, int]]:
    """A page of its own: address, folder of cases, and the process whose writes can be refused."""
    folder = tmp_path_factory.mktemp("limited")
    with running(log=folder / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as (url, process):
        yield url, folder / "cases", process.pid


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_disk(open_page: Open, limited: tuple[str, Path, int], tmp_path: Path, language: str) -> None:
    url, cases, pid = limited
    # A photo of its own for each language, so that it is not stored yet.
    new = save(
        textured(COLOURS["tiger_whole"], (400, 300), LANGUAGES.index(language)), tmp_path / "new.jpg", quality=95
    )
    page = open_page(LOCALES[language], url=url)
    give(page, new)
    fill(page, language, f"FULL-{language}")
    with full_disk(pid):
        press(page, language)
        reason = tr("store_error.disk_full", language, folder=cases / "photos")
        refused(page, language, f"FULL-{language}", reason)
    press(page, language)
    saved(page, language, f"FULL-{language}")
    # Now the original is stored already, and it is the database that cannot grow.
    page.get_by_label(tr("save.number", language), exact=True).fill(f"FULL-{language}-2")
    with full_disk(pid):
        press(page, language)
        refused(page, language, f"FULL-{language}-2", tr("store_error.disk_full", language, folder=cases))
    press(page, language)
    saved(page, language, f"FULL-{language}-2")
    store = CaseStore(cases)
    assert store.verify() == []
    assert {case.number for case in store.cases()} >= {f"FULL-{language}", f"FULL-{language}-2"}
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_handed_over_onto_a_full_disk(
    open_page: Open, limited: tuple[str, Path, int], photo: Path, tmp_path: Path, language: str
) -> None:
    url, cases, pid = limited
    front = open_page(LOCALES[language], url=url)
    # The console reports that the upload failed; that is not a fault of the page.
    page = front.context.new_page()
    page.set_default_timeout(60_000)
    page.goto(url)
    page.wait_for_selector(f".tc-intake:lang({language})")
    give(page, photo)
    fill(page, language, f"UPLOAD-{language}")
    press(page, language)
    saved(page, language, f"UPLOAD-{language}")
    second = save(textured(COLOURS["tiger_whole"], (400, 300), 7), tmp_path / "second.jpg", quality=95)
    with full_disk(pid):
        page.set_input_files(".tc-picker", [str(second)])
        expect(page.locator(".tc-messages")).to_have_text(tr("intake.upload_failed", language, names="second.jpg"))
        # The first photo, its answer, what was typed and what was said of saving it are still there.
        expect(page.locator(".tc-tile")).to_have_count(1)
        outcome(page, "T")
        expect(page.get_by_label(tr("declare.label", language))).to_have_value(LABEL)
        expect(page.locator(".tc-saved.tc-good")).to_contain_text(f"UPLOAD-{language}")
    give(page, second)
    expect(page.locator(".tc-tile")).to_have_count(2)
    expect(page.locator(".tc-messages")).to_have_text("")
    outcome(page, "T")
    store = CaseStore(cases)
    assert store.verify() == []
    (kept,) = store.case(f"UPLOAD-{language}").exhibits["E1"].photos
    assert store.photos.path(kept.sha256).read_bytes() == photo.read_bytes()
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_locked_database(open_page: Open, limited: tuple[str, Path, int], photo: Path, language: str) -> None:
    url, cases, _ = limited
    number = f"LOCK-{language}"
    page = open_page(LOCALES[language], url=url)
    give(page, photo)
    fill(page, language, number)
    reason = tr("store_error.locked", language, folder=cases)
    with locked(cases / "cases.sqlite"):
        press(page, language)
        refused(page, language, number, reason)
    press(page, language)
    saved(page, language, number)


def test_what_was_written_on_a_case_page_is_not_lost(open_page: Open, limited: tuple[str, Path, int]) -> None:
    """Each language a case; one lock for all three, whose patience is waited for side by side."""
    url, cases, _ = limited
    store = CaseStore(cases)
    pages: dict[str, Page] = {}
    for language in LANGUAGES:
        store.append(f"CLOSE-{language}", OFFICER, CaseOpened(place=PLACE))
        front = open_page(LOCALES[language], url=url)
        # The console reports the refusal's status; that is not a fault of the page.
        page = pages[language] = front.context.new_page()
        page.goto(f"{url}/case?number=CLOSE-{language}&lang={language}")
        page.get_by_text(tr("case.form.close", language), exact=True).click()
        page.locator("form[action='/case/close'] [name=reason]").fill(f"{LABEL} “<b>”")
    with locked(cases / "cases.sqlite"):
        for language, page in pages.items():
            form = page.locator("form[action='/case/close']")
            form.get_by_role("button", name=tr("case.form.record", language)).click(no_wait_after=True)
        for language, page in pages.items():
            expect(page.locator(".tc-refused")).to_have_text(
                tr("store_error.locked", language, folder=cases), timeout=60_000
            )
            no_english(page, language)
    for language, page in pages.items():
        again = page.locator(".tc-again")
        expect(again.locator("[name=reason]")).to_have_value(f"{LABEL} “<b>”")
        # Another language leads back to the case, not to an address that shows nothing.
        assert f"/case?number=CLOSE-{language}" in (page.locator(".tc-languages a").first.get_attribute("href") or "")
        again.get_by_role("button", name=tr("again.button", language)).click()
        expect(page.locator(".tc-refused")).to_have_count(0)
        expect(page.locator("main")).to_contain_text(f"{LABEL} “<b>”")
        assert store.case(f"CLOSE-{language}").state == "closed"
    store.close()
