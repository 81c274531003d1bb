"""Draw every page in the three languages for the documents, from the bundle in use and shipped renders.

Run from the checkout: ``python docs/make_screenshots.py [officer] [trainer]``, by default both. It needs the ``dev``
extra and Debian's Chromium, starts the page over an empty case folder, and replaces ``docs/images/PAGE-LANGUAGE.png``.
The photos shown are renders (CC0). Answers of trainees are drawn by a fixed seed; nobody gave them.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.progress import track

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from model.taxonomy import shipped_taxonomy  # noqa: E402 - the checkout's own
from serve.exercise.classes import Classes, CompetencyLine  # noqa: E402
from serve.exercise.codes import shown  # noqa: E402
from serve.exercise.model import Action, Phase  # noqa: E402
from serve.exercise.ready import build_ready  # noqa: E402
from serve.exercise.results import class_results  # noqa: E402
from serve.exercise.store.store import ExerciseStore  # noqa: E402
from serve.exercise.taking import Taking  # noqa: E402
from serve.i18n import LANGUAGES, tr  # noqa: E402
from serve.reports.certificate import certificates_pdf  # noqa: E402
from serve.services.users import Users  # noqa: E402
from serve.store.database import Database  # noqa: E402
from tests.support.server import serving  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LOCALES = {"vi": "vi-VN", "zh": "zh-CN", "en": "en-GB"}
PEOPLE = {"vi": ("Nguyễn Thị Hà", "Móng Cái"), "zh": ("李伟", "东兴"), "en": ("A. Officer", "Móng Cái")}
#: The leaf whose first validation exhibit is shown, and what it is declared to be.
LEAF, DECLARED = "tiger_skull", "bone"
#: Name of the class shown, its trainees, and how many questions the last of them leaves open in the test after.
CLASSES = {"vi": "Móng Cái, lớp 1", "zh": "东兴一班", "en": "Móng Cái, class 1"}
TRAINEES, LEFT_OPEN = 12, 12
BROWSER = ("--no-sandbox", "--disable-quic", "--disable-background-networking")


def photos() -> list[Path]:
    """Two views of one rendered exhibit that moved no weight."""
    with (ROOT / "datasets" / "manifest" / "renders.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["leaf"] == LEAF and row["split"] == "validation"]
    first = rows[0]["exhibit"]
    return [ROOT / "datasets" / "renders" / row["file"] for row in rows if row["exhibit"] == first][:2]


def keep(page: Page, name: str, *, whole: bool = False, colours: int = 128) -> None:
    """A screenshot with few colours: a page of letters stays under 100 kB."""
    keep_picture(Image.open(io.BytesIO(page.screenshot(full_page=whole))), name, colours)


def keep_picture(picture: Image.Image, name: str, colours: int = 128) -> None:
    """A picture with few colours."""
    few = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


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


def classroom(store: ExerciseStore, language: str) -> tuple[str, str]:
    """A class whose trainees took both tests; gives its id and the code of the one who has not finished."""
    made, chance = build_ready("claws_and_teeth", language), random.Random(7)  # noqa: S311
    store.add(made.exercise, made.practice)
    classes, taking = Classes(store), Taking(store)
    room = classes.make_class(made.exercise.id, CLASSES[language], line=CompetencyLine(0.8, 0.2))
    codes = classes.give_codes(room.id, TRAINEES)
    for code in codes:
        taking.enter(code)
    for phase, right in ((Phase.BEFORE, 0.55), (Phase.AFTER, 0.85)):
        classes.open_phase(room.id, phase)
        for number, code in enumerate(codes, 1):
            form = "A" if (number % 2 == 1) is (phase is Phase.BEFORE) else "B"
            taking.start(code, phase)
            things = store.exercise(made.exercise.id).form(form)
            left = LEFT_OPEN if code == codes[-1] and phase is Phase.AFTER else 0
            for place, thing in enumerate(things[: len(things) - left], 1):
                taking.question(code, phase)
                known = chance.random() < right
                chosen = thing.leaf if known else chance.choice(made.exercise.leaves)
                protected = shipped_taxonomy().leaf(chosen).identity in ("T", "P")
                action = Action.DETAIN if protected else chance.choice((Action.REFER, Action.LET_GO))
                taking.answer(code, phase, place, chosen, action, chance.choice((3, 4, 5) if known else (1, 2, 3)))
    return room.id, codes[-1]


def teach(page: Page, phone: Page, url: str, language: str, room: str, code: str) -> None:
    """From the class to its results, as docs/trainer-*.md tells it."""
    phone.goto(f"{url}/train?lang={language}")
    phone.get_by_label(tr("train.code", language)).fill(shown(code))
    keep(phone, f"train-enter-{language}")
    phone.get_by_role("button", name=tr("train.enter", language)).click()
    phone.get_by_role("button", name=tr("train.go_on", language)).click()
    keep(phone, f"train-question-{language}", whole=True, colours=64)
    page.goto(f"{url}/exercises/class/{room}?lang={language}")
    page.get_by_role(
        "button", name=f"{tr('exercises.open', language)}: {tr('exercise.phase.practice', language)}"
    ).click()
    keep(page, f"class-{language}")
    phone.goto(f"{url}/train")
    phone.get_by_role("button", name=tr("train.start", language)).click()
    phone.get_by_label(tr("train.cannot_tell", language), exact=True).check()
    phone.get_by_label(tr("train.action.refer", language), exact=True).check()
    phone.get_by_label(tr("train.confidence.2", language), exact=True).check()
    phone.get_by_role("button", name=tr("train.send", language)).click()
    keep(phone, f"train-feedback-{language}", whole=True, colours=64)
    page.goto(f"{url}/exercises/class/{room}/results")
    keep(page, f"results-{language}")


def certificate(store: ExerciseStore, room: str, language: str) -> None:
    """The first certificate of a class."""
    pdf = pypdfium2.PdfDocument(certificates_pdf(class_results(store, room), language))
    keep_picture(pdf[0].render(scale=1.1).to_pil(), f"certificate-{language}", 32)
    pdf.close()


def draw_trainer(browser: Browser, folder: Path) -> None:
    """Pictures of docs/trainer-*.md."""
    data = folder / "course"
    store = ExerciseStore(data)
    rooms = {language: classroom(store, language) for language in track(LANGUAGES, description="Taking tests")}
    with serving(log=folder / "course.txt", TIGERCHECK_DATA=str(data)) as url:
        for language, (room, code) in rooms.items():
            page = browser.new_page(locale=LOCALES[language], viewport={"width": 1366, "height": 900})
            phone = browser.new_page(locale=LOCALES[language], viewport={"width": 390, "height": 844})
            for one in (page, phone):
                one.set_default_timeout(120_000)
            teach(page, phone, url, language, room, code)
            certificate(store, room, language)
    store.close()


def draw_officer(browser: Browser, folder: Path) -> None:
    """All other pictures."""
    with serving(log=folder / "log.txt", TIGERCHECK_DATA=str(folder / "cases")) as url:
        for language in track(LANGUAGES, description="Drawing pages"):
            context = browser.new_context(locale=LOCALES[language], viewport={"width": 1366, "height": 768})
            page = context.new_page()
            page.set_default_timeout(120_000)
            walk(page, url, language)
    post = folder / "post" / "cases"
    database = Database(post)
    Users(database).add("Lan", "hoa sen nở sớm")
    database.close()
    with serving(log=folder / "post.txt", TIGERCHECK_DATA=str(post)) as url:
        for language in LANGUAGES:
            context = browser.new_context(locale=LOCALES[language], viewport={"width": 1366, "height": 768})
            page = context.new_page()
            page.goto(url)
            keep(page, f"sign-in-{language}")


def main(wanted: Sequence[str]) -> None:
    """Draw the pictures asked for."""
    draws = {"officer": draw_officer, "trainer": draw_trainer}
    if unknown := set(wanted) - draws.keys():
        sys.exit(f"expected {' or '.join(draws)}, got {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(BROWSER))
        for name in wanted or draws:
            draws[name](browser, Path(folder))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
