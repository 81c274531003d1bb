"""axe-core (Deque; WCAG 2 A and AA) finds nothing serious on any page, light or dark, on a laptop or a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from serve.exercise.store import ExerciseStore
from serve.i18n import tr
from serve.services.cases import NewCheck, correct, record, save_check
from serve.store.events import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ChecklistAnswered,
    ExhibitDeclared,
    ExhibitReviewed,
    LaboratoryAnswered,
    OfficerDecided,
    OfficerJudged,
    ReportIssued,
)
from serve.store.store import CaseStore
from tests.e2e.conftest import LOCALES, Open, give, outcome
from tests.support.bundles import COLOURS
from tests.support.exercise_class import taken_class
from tests.support.photos import jpeg_bytes, textured
from tests.support.server import serving

pytestmark = pytest.mark.browser
PATHS = (
    "/guide", "/guide/claw", "/guide/skin", "/guide/nowhere", "/examine?leaves=tiger_claw,imitation_claw", "/cases",
    "/review",
)  # fmt: skip


def serious(page: Page) -> list[str]:
    """Violations of serious or critical impact, each with its place."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_the_check_page(open_page: Open, tiger: Path, scheme: str, width: int) -> None:
    page = open_page(LOCALES["vi"], width=width, scheme=scheme)
    assert serious(page) == []
    page.get_by_label(tr("own.switch", "vi"), exact=True).check()
    assert serious(page) == []
    give(page, tiger)
    outcome(page, "hidden")
    assert serious(page) == []
    page.get_by_label(tr("own.switch", "vi"), exact=True).uncheck()
    outcome(page, "T")
    assert serious(page) == []
    page.locator(".tc-mark").click()
    assert serious(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
@pytest.mark.parametrize(
    "path", ["/guide", "/guide/claw", "/guide/skin", "/guide/nowhere", "/examine?leaves=tiger_claw,imitation_claw"]
)
def test_the_guide(open_page: Open, path: str, scheme: str, width: int) -> None:
    page = open_page(LOCALES["zh"], width=width, scheme=scheme)
    # The console reports the 404 of a page that is not there; that page must be readable too.
    other = page.context.new_page()
    other.goto(page.url.rstrip("/") + path)
    assert serious(other) == []


@pytest.fixture(scope="module")
def filled(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a case that holds every kind of record."""
    folder = tmp_path_factory.mktemp("filled")
    store, case, who, exhibit = CaseStore(folder / "cases"), "VN-1", "Nguyễn Thị Hà", "E1"
    photo = jpeg_bytes(textured(COLOURS["tiger_whole"]))
    answer = {
        "bundle": "tiny-0.0.1", "outcome": "T", "leaf": "tiger_whole", "prediction_set": ["tiger_whole"],
        "identity": {"T": 0.9, "P": 0.05, "F": 0.03, "N": 0.02},
    }  # fmt: skip
    checked = NewCheck(
        exhibit, [("tiger.jpg", photo), ("cut.jpg", photo[:999])],
        ExhibitDeclared(exhibit=exhibit, declared_as="wine", as_tiger=True, labelled_as="虎骨酒"),
        OfficerJudged(exhibit=exhibit, identity="F"), answer,
    )  # fmt: skip
    save_check(store, case, who, checked, CaseOpened(place="Móng Cái", agency="Hải quan"))
    decided = OfficerDecided(exhibit=exhibit, decision="Tạm giữ", action="detain")
    kept = record(store, case, who, [
        ChecklistAnswered(exhibit=exhibit, version="tigercheck.checklist/1", answers={}), decided, decided,
        LaboratoryAnswered(exhibit=exhibit, leaf="tiger_whole", body="Viện", reference="12/KL"),
        ExhibitReviewed(exhibit=exhibit, opinion="Đồng ý"), ReportIssued(sha256="0" * 64, languages=("vi", "zh")),
        CaseClosed(reason="xong"), CaseReopened(reason="bổ sung"),
    ])  # fmt: skip
    correct(store, case, who, kept.events[1].number, "nhầm")
    store.close()
    with serving(log=folder / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        yield f"{url}/case?number={case}"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_a_case_with_every_kind_of_record(browser: Browser, filled: str, scheme: str, width: int) -> None:
    context = browser.new_context(locale=LOCALES["vi"], viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(filled)
    assert page.locator(".tc-exhibit").count() == 1
    assert serious(page) == []
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # A refusal, with what was filled in: an opinion without a letter.
    form = page.locator("form[action='/case/review']")
    form.locator("[name=opinion]").fill("   ")
    form.locator("[name=officer]").fill("Lan")
    form.locator("button").click()
    assert page.locator(".tc-again").count() == 1
    assert serious(page) == []
    for path, heading in (("/case/renumber?number=VN-1", "h1"), ("/case/correct?event=x", ".tc-refused")):
        page.goto(filled.partition("/case")[0] + path)
        assert page.locator(heading).count() == 1 + (heading == "h1")
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.fixture(scope="module")
def measured(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the results of a class that took both tests; one trainee left a question out."""
    folder = tmp_path_factory.mktemp("measured")
    store = ExerciseStore(folder / "cases")
    room = taken_class(store, folder, things=4, trainees=4, stop=1)
    store.close()
    with serving(log=folder / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        yield f"{url}/exercises/class/{room.id}/results"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_the_results_of_a_class(browser: Browser, measured: str, scheme: str, width: int) -> None:
    context = browser.new_context(locale=LOCALES["vi"], viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(measured)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.locator(".tr-chart svg").count() == 2
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if page.get_by_role("button", name=tr("class_results.model.button", "vi")).count():
        page.get_by_role("button", name=tr("class_results.model.button", "vi")).click()
    expect(page.locator("#arms table")).to_be_visible()
    assert serious(page) == []
    context.close()
