"""The page in a real browser, as an officer meets it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from serve.i18n import LANGUAGE_NAMES, LANGUAGES, catalogue, steps, tr
from tests.e2e.conftest import LOCALES, Open, give, outcome, settle
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured, torture_folder
from tests.support.server import serving

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_is_answered_in_the_browsers_language(open_page: Open, tiger: Path, language: str) -> None:
    page = open_page(LOCALES[language])
    expect(page.locator(".tc-answer")).to_contain_text(tr("result.empty.title", language))
    expect(page.locator(".tc-notice")).to_have_text(tr("notice.provisional", language))
    give(page, tiger)
    outcome(page, "T")
    answer = page.locator(".tc-answer")
    expect(answer.locator("h2")).to_have_text(tr("outcome.T.title", language))
    expect(answer.locator(".tc-next li")).to_have_text(steps("next.T", language))
    expect(answer.locator(".tc-bars tr")).to_have_count(4)
    expect(page).to_have_title(tr("page.title", language))


def test_switching_language_keeps_photos_and_rewords_everything(open_page: Open, tiger: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    page = open_page("en-GB")
    give(page, tiger, broken)
    english = {text for key, text in catalogue("en").items() if len(text) > 12 and "{" not in text}
    for language in ("zh", "vi"):
        page.get_by_text(LANGUAGE_NAMES[language], exact=True).click()
        page.wait_for_selector(f".tc-intake:lang({language})")
        expect(page.locator(".tc-answer h2")).to_have_text(tr("outcome.T.title", language))
        expect(page.locator(".tc-tile")).to_have_count(2)
        expect(page.locator(".tc-state.tc-failed")).to_have_text(tr("image_error.empty", language))
        everything = page.locator("body").inner_text()
        assert not [text for text in english if text in everything]
        assert "Drop" not in everything
        assert "Upload" not in everything


def test_the_chosen_language_is_remembered(open_page: Open) -> None:
    page = open_page("en-GB")
    page.get_by_text(LANGUAGE_NAMES["vi"], exact=True).click()
    page.wait_for_selector(".tc-intake:lang(vi)")
    page.wait_for_function("localStorage.getItem('tigercheck-language')")
    again = page.context.new_page()
    again.goto(page.url)
    again.wait_for_selector(".tc-intake:lang(vi)")
    expect(again.locator(".tc-answer")).to_contain_text(tr("result.empty.title", "vi"))


def test_torture_photos_each_get_one_clear_message(open_page: Open, tmp_path: Path) -> None:
    expected = torture_folder(tmp_path / "in", COLOURS["tiger_whole"])
    page = open_page("zh-CN")
    names = list(expected)
    for start in range(0, len(names), 8):
        part = names[start : start + 8]
        give(page, *[tmp_path / "in" / name for name in part])
        expect(page.locator(".tc-tile")).to_have_count(len(part))
        for index, name in enumerate(part):
            state = page.locator(".tc-tile").nth(index).locator(".tc-state")
            if expected[name] == "ok":
                expect(state).not_to_have_class(re.compile("tc-failed"))
            else:
                beginning = tr(f"image_error.{expected[name]}", "zh", **dict.fromkeys(
                    ("megapixels", "megabytes", "limit"), ""
                )).split("：")[0]  # fmt: skip
                expect(state).to_contain_text(beginning)
        page.get_by_role("button", name=tr("intake.clear", "zh")).click()
        outcome(page, "")


def test_more_than_eight_photos_are_named_and_the_rest_answered(open_page: Open, tmp_path: Path) -> None:
    files = [save(textured(COLOURS["unrelated"], seed=k), tmp_path / f"{k}.jpg") for k in range(10)]
    page = open_page("en-GB")
    give(page, *files)
    expect(page.locator(".tc-tile")).to_have_count(8)
    expect(page.locator(".tc-messages")).to_have_text(tr("intake.too_many", "en", limit=8, names="8.jpg, 9.jpg"))
    outcome(page, "N")


def test_photos_can_be_removed_one_by_one(open_page: Open, tiger: Path, tmp_path: Path) -> None:
    other = save(textured(COLOURS["unrelated"]), tmp_path / "table.jpg")
    page = open_page("en-GB")
    give(page, tiger, other)
    page.get_by_role("button", name=tr("intake.remove", "en", name="table.jpg")).click()
    settle(page)
    outcome(page, "T")
    page.get_by_role("button", name=tr("intake.remove", "en", name="tiger.jpg")).click()
    outcome(page, "")


def test_dropped_and_pasted_photos_are_taken(open_page: Open, tiger: Path) -> None:
    page = open_page("en-GB")
    data = base64.b64encode(tiger.read_bytes()).decode()
    make = """([kind, data]) => {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], kind === 'paste' ? 'image.png' : 'dropped.jpg', {type: 'image/jpeg'}));
      document.body.dispatchEvent(kind === 'paste'
        ? new ClipboardEvent('paste', {clipboardData: transfer, bubbles: true})
        : new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(make, ["drop", data])
    expect(page.locator(".tc-tile")).to_have_count(1)
    settle(page)
    page.evaluate(make, ["paste", data])
    expect(page.locator(".tc-tile")).to_have_count(2)
    settle(page)
    expect(page.locator(".tc-name").nth(1)).to_contain_text(tr("intake.pasted", "en"))
    outcome(page, "T")


def test_a_photo_can_be_taken_with_the_camera(open_page: Open) -> None:
    page = open_page("en-GB")
    page.get_by_role("button", name=tr("intake.camera", "en")).click()
    page.wait_for_function("document.querySelector('.tc-camera video')?.videoWidth > 0")
    page.get_by_role("button", name=tr("camera.shoot", "en")).click()
    expect(page.locator(".tc-tile")).to_have_count(1)
    settle(page)
    expect(page.locator(".tc-camera")).to_have_count(0)
    assert page.locator(".tc-answer").get_attribute("data-outcome") in set("TPFUN")


def test_without_a_live_picture_the_phones_own_rear_camera_takes_the_photo(open_page: Open, tiger: Path) -> None:
    """Browsers give no live picture to pages that come over a network without a certificate."""
    page = open_page("en-GB")
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name=tr("intake.camera", "en")).click()
    assert asked.value.element.get_attribute("capture") == "environment"
    asked.value.set_files(str(tiger))
    settle(page)
    outcome(page, "T")


def test_hostile_file_names_are_only_text(open_page: Open, tiger: Path) -> None:
    name = "<img src=x onerror=alert(1)>${1+1}{{value}}`.jpg"
    page = open_page("en-GB")
    page.set_input_files(".tc-picker", {"name": name, "mimeType": "image/jpeg", "buffer": tiger.read_bytes()})
    settle(page)
    expect(page.locator(".tc-name")).to_have_text(name)
    outcome(page, "T")
    page.set_input_files(".tc-picker", {"name": name + ".txt", "mimeType": "text/plain", "buffer": b"no photo"})
    settle(page)
    expect(page.locator(".tc-state.tc-failed")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1366])
def test_no_sideways_scrolling_and_no_small_print(open_page: Open, tiger: Path, width: int) -> None:
    page = open_page("vi-VN", width=width, height=844)
    give(page, tiger)
    outcome(page, "T")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
          .filter((n) => n.checkVisibility() && [...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()))
          .filter((n) => parseFloat(getComputedStyle(n).fontSize) < 16).map((n) => n.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_files_outside_the_upload_folder_stay_out_of_reach(open_page: Open, tiger: Path, tmp_path: Path) -> None:
    page = open_page("en-GB")
    give(page, tiger)
    secret = save(textured(COLOURS["tiger_whole"]), tmp_path / "secret.png")
    # What a hostile page would have to send: the browser names a file it never uploaded.
    with page.expect_request("**/queue/join*") as joined:
        page.set_input_files(".tc-picker", str(save(textured(COLOURS["unrelated"]), tmp_path / "b.png")))
    settle(page)
    request = joined.value
    body = request.post_data_json
    body["data"][0] = [{"name": "x", "path": str(secret)}]
    answer = page.evaluate(
        """async ([url, body]) => {
          const join = await fetch(url, {method: 'POST', body: JSON.stringify(body),
                                         headers: {'Content-Type': 'application/json'}});
          return join.status;
        }""",
        [request.url, body],
    )
    assert answer == 200
    page.get_by_text(LANGUAGE_NAMES["vi"], exact=True).click()
    page.wait_for_selector(".tc-intake:lang(vi)")
    expect(page.locator(".tc-answer h2")).to_have_text(tr("error.title", "vi"))
    expect(page.locator(".tc-answer")).to_contain_text("not an uploaded photo")


def test_shipped_fonts_load_from_this_computer(open_page: Open) -> None:
    page = open_page("zh-CN")
    loaded = page.evaluate(
        """async () => (await Promise.all([
          document.fonts.load('16px "tigercheck Sans"', 'ổ'), document.fonts.load('16px "tigercheck Sans SC"', '虎'),
        ])).map((faces) => faces.map((face) => face.status))"""
    )
    assert loaded == [["loaded"], ["loaded"]]


def test_other_hosts_and_origins_are_refused(address: str) -> None:
    import urllib.error
    import urllib.request

    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(address + "/config", headers=headers), timeout=30)
        assert refused.value.code == 403
        refused.value.close()


def test_without_a_bundle_the_page_says_why(open_page: Open, tmp_path: Path, tiger: Path) -> None:
    (tmp_path / "no-bundle").mkdir()
    with serving(log=tmp_path / "log.txt", TIGERCHECK_BUNDLE=str(tmp_path / "no-bundle")) as url:
        page = open_page("vi-VN", url=url)
        expect(page.locator(".tc-answer h2")).to_have_text(tr("error.bundle.title", "vi"))
        expect(page.locator(".tc-answer")).to_contain_text(tr("error.bundle.missing.text", "vi"))
        give(page, tiger)
        expect(page.locator(".tc-answer h2")).to_have_text(tr("error.bundle.title", "vi"))
        # Nothing is offered that would then do nothing.
        page.get_by_label(tr("declared.wine", "vi"), exact=True).check()
        page.wait_for_timeout(1500)
        expect(page.get_by_role("button", name=tr("save.title", "vi"))).to_be_hidden()
        page.close()


def test_a_page_left_open_says_that_the_program_has_ended(
    browser: Browser, tiny_bundle: Path, tmp_path: Path, tiger: Path
) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    with serving(log=tmp_path / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        page.goto(url)
        page.wait_for_selector(".tc-intake:lang(vi)")
    expect(page.locator(".tc-stopped")).to_have_text(tr("page.stopped", "vi"), timeout=30_000)
    page.set_input_files(".tc-picker", str(tiger))
    expect(page.locator(".tc-messages")).to_contain_text(tr("intake.upload_failed", "vi", names="tiger.jpg"))
    assert "onnection" not in page.locator("body").inner_text()
    context.close()
