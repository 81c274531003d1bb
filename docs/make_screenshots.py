"""Draw every page in the three languages for the documents, from the bundle in use and shipped renders.

Run from the checkout: ``python docs/make_screenshots.py``. It needs the ``dev`` extra and Debian's Chromium, starts the
page over an empty case folder, and replaces ``docs/images/PAGE-LANGUAGE.png``. The photos shown are renders (CC0).
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from rich.progress import track

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from serve.i18n import LANGUAGES, tr  # noqa: E402 - the checkout's own
from serve.services.users import Users  # noqa: E402
from serve.store.database import Database  # noqa: E402
from tests.support.server import serving  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LOCALES = {"vi": "vi-VN", "zh": "zh-CN", "en": "en-GB"}
PEOPLE = {"vi": ("Nguyễn Thị Hà", "Móng Cái"), "zh": ("李伟", "东兴"), "en": ("A. Officer", "Móng Cái")}
#: The leaf whose first validation exhibit is shown, and what it is declared to be.
LEAF, DECLARED = "tiger_skull", "bone"
BROWSER = ("--no-sandbox", "--disable-quic", "--disable-background-networking")


def photos() -> list[Path]:
    """Two views of one rendered exhibit that moved no weight."""
    with (ROOT / "datasets" / "manifest" / "renders.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["leaf"] == LEAF and row["split"] == "validation"]
    first = rows[0]["exhibit"]
    return [ROOT / "datasets" / "renders" / row["file"] for row in rows if row["exhibit"] == first][:2]


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """A screenshot with few colours: a page of letters stays under 100 kB."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def walk(page: Page, url: str, language: str) -> None:
    """From photos to the case and its review, as docs/officer-*.md tells it."""
    officer, place = PEOPLE[language]
    page.goto(url)
    page.wait_for_selector(f".tc-intake:lang({language})")
    page.get_by_label(tr(f"declared.{DECLARED}", language), exact=True).check()
    page.set_input_files(".tc-picker", [str(photo) for photo in photos()])
    page.wait_for_selector(".tc-answer:not(.tc-empty)[data-outcome]")
    page.wait_for_selector(".tc-intake[data-state=ready]")
    keep(page, f"check-{language}", whole=True)
    page.get_by_role("button", name=tr("save.title", language)).click()
    number = f"VN-2026-{LANGUAGES.index(language) + 1:03d}"
    typed = {"save.number": number, "save.exhibit": "1", "case.officer": officer, "case.place": place}
    for key, text in typed.items():
        page.get_by_label(tr(key, language), exact=True).fill(text)
    page.get_by_role("button", name=tr("save.button", language)).click()
    page.wait_for_selector(".tc-saved.tc-good")
    for path, name in (
        (f"/examine?leaves={LEAF}&item={DECLARED}", "examine"),
        ("/guide", "guide"),
        ("/guide/skull", "guide-entry"),
        (f"/case?number={number}", "case"),
        ("/cases", "cases"),
        (f"/case/correct?number={number}&event=1", "correct"),
        ("/review", "review"),
        ("/settings", "settings"),
        ("/exercises", "exercises"),
    ):
        page.goto(f"{url}{path}{'&' if '?' in path else '?'}lang={language}")
        keep(page, f"{name}-{language}")


def main() -> None:
    """Draw them all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(BROWSER))
        with serving(log=Path(folder) / "log.txt", TIGERCHECK_DATA=str(Path(folder) / "cases")) as url:
            for language in track(LANGUAGES, description="Drawing pages"):
                context = browser.new_context(locale=LOCALES[language], viewport={"width": 1366, "height": 768})
                page = context.new_page()
                page.set_default_timeout(120_000)
                walk(page, url, language)
        post = Path(folder) / "post" / "cases"
        database = Database(post)
        Users(database).add("Lan", "hoa sen nở sớm")
        database.close()
        with serving(log=Path(folder) / "post.txt", TIGERCHECK_DATA=str(post)) as url:
            for language in LANGUAGES:
                context = browser.new_context(locale=LOCALES[language], viewport={"width": 1366, "height": 768})
                page = context.new_page()
                page.goto(url)
                keep(page, f"sign-in-{language}")
        browser.close()


if __name__ == "__main__":
    main()
