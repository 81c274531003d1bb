"""Bad input in a real browser, in each language: a clear sentence of that language, and nothing given is lost.

Each condition is real: another process holds the lock, bytes of the database are overwritten, a byte of the model is
changed, and the disk is full because the system refuses the program's writes (its limit of file size is lowered while
it runs, which needs no privilege). The clock is wrong towards what was recorded last: that is dated two days ahead.
"""

from __future__ import annotations

import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from serve.i18n import LANGUAGES, catalogue, tr
from serve.services.clock import clock_warning
from serve.store.events import CaseOpened
from serve.store.store import CaseStore
from tests.e2e.conftest import LOCALES, Open, give, outcome, settle
from tests.support.bundles import COLOURS, make_bundle
from tests.support.photos import bomb_png, jpeg_bytes, save, textured
from tests.support.server import running, serving

pytestmark = pytest.mark.browser
OFFICER, PLACE, LABEL = "Nguyễn Thị Hà", "Móng Cái 东兴", "虎骨酒 500 ml"


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(
        textured(COLOURS["tiger_whole"], (800, 600)), tmp_path_factory.mktemp("photo") / "tiger.jpg", quality=95
    )


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
