"""The guide: complete, sourced, honest about what is weak, and readable in three languages."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGES, tr
from serve.services import guide as service
from serve.services.folding import fold
from serve.services.guide import all_bases, guide, load_guide
from serve.services.guide_model import GuideError
from serve.ui.guide import guide_css, guide_entry, guide_index, when
from tests.serve.test_i18n import FORBIDDEN
from tests.support.wording import guide_texts

FOLDER = Path(str(files("serve"))) / "guide"
ENTRIES = sorted(guide().entries)
LEAVES = shipped_taxonomy().leaves
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """Text, links, ids, labels and headings of a page; refuses tags that do not nest."""

    VOID = frozenset(("input", "path", "circle", "rect", "ellipse", "br"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if "id" in values:
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(values)
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the guide's folder to break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "guide"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# ---- contents


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.id)
def test_every_leaf_has_an_entry_of_its_section_with_features_or_steps(leaf) -> None:
    entries = service.entries_for_leaf(leaf.id)
    assert leaf.guide in {entry.section for entry in entries}
    assert all(entry.steps for entry in entries)
    if leaf.identity != "N":
        assert all(entry.features for entry in entries)
        assert any(entry.lookalikes for entry in entries)


def test_processed_goods_have_an_entry_although_no_photo_tells_them() -> None:
    processed = service.entry("processed")
    assert processed.photo_value == "none"
    assert processed.leaves == ()


def test_every_statement_names_its_sources_and_weak_ones_are_unverified() -> None:
    found = list(all_bases(guide()))
    assert len(found) > 150
    for where, basis in found:
        assert basis.source, where
        assert all(name in guide().sources for name in basis.source), where
        assert not (basis.grade in "DK" and basis.verified), where
    assert {basis.grade for _, basis in found} == set("ABCDK")


def test_what_was_not_read_or_not_confirmed_is_unverified() -> None:
    rules = {rule.id: rule.basis for law in guide().laws.values() for rule in law.rules}
    for name in (
        "vn_234",
        "vn_244_legal_person",
        "vn_appraisal_law",
        "vn_circular_85",
        "cn_labelled",
        "cites_labelled",
    ):
        assert not rules[name].verified, name
    for name in ("general_knowledge", "project_synthesis"):
        assert not [where for where, basis in all_bases(guide()) if basis.verified and name in basis.source]


def test_no_source_stands_unused() -> None:
    used = {name for _, basis in all_bases(guide()) for name in basis.source}
    assert set(guide().sources) == used


def test_contacts_have_sources_and_are_unverified_until_reached() -> None:
    assert guide().contacts
    for contact in guide().contacts:
        assert contact.basis.source
        assert contact.basis.verified == (contact.last_verified is not None)
        assert "project_synthesis" not in contact.basis.source


@pytest.mark.parametrize("country", ["cites", "vn", "cn"])
def test_law_of_each_country_covers_tiger(country: str) -> None:
    assert service.law(country).about("tiger")


# ---- languages


def test_every_text_stands_in_three_languages() -> None:
    found = guide_texts(guide())
    assert len(found) > 300
    accents = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
    for where, text in found:
        if text.en == "CITES":
            continue
        assert len({text.vi, text.zh, text.en}) == 3, where
        assert accents.search(text.vi) or len(text.vi.split()) <= 2, where
        assert re.search(r"[\u4e00-\u9fff]", text.zh), where
        assert not re.search(r"[\u4e00-\u9fff]", text.vi + text.en), where
        assert len(re.findall(r"[a-z]{4,}", text.zh)) <= len(re.findall(r"Panthera tigris", text.zh)) * 2, where


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_clears_or_condemns(language: str) -> None:
    for where, text in guide_texts(guide()):
        assert not re.search(FORBIDDEN[language], text.text(language), re.IGNORECASE), where


def test_every_character_can_be_drawn() -> None:
    known: set[int] = set()
    for name in ("noto-sans.woff2", "noto-sans-sc.woff2"):
        with as_file(files("serve.ui") / "fonts" / name) as path, TTFont(path) as font:
            known |= set(font.getBestCmap())
    words = "".join(text.vi + text.zh + text.en for _, text in guide_texts(guide()))
    words += "".join(source.title + source.publisher for source in guide().sources.values())
    assert sorted({c for c in words if ord(c) not in known}) == []


# ---- drawings


@pytest.mark.parametrize("name", sorted(guide().drawings))
def test_a_drawing_is_plain_line_art_without_words_colours_or_scripts(name: str) -> None:
    root = ET.fromstring(guide().drawings[name])
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 240 150"
    assert root.get("stroke") == "currentColor"
    seen = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert seen <= {"svg", "g", "path", "circle", "ellipse", "rect"}
    for node in root.iter():
        assert not (node.text or "").strip()
        assert not (node.tail or "").strip()
        for key, value in node.attrib.items():
            assert not key.startswith("on"), key
            assert key not in ("id", "style", "class", "href"), key
            if key in ("fill", "stroke"):
                assert value in ("none", "currentColor"), value


def test_there_are_drawings_enough_and_each_is_used() -> None:
    found = guide()
    used = {entry.drawing for entry in found.entries.values()} | {f.drawing for f in found.features.values()}
    assert set(found.drawings) == used | {"scale_view"}
    assert len(found.drawings) >= 30


# ---- faults


def test_a_missing_language_is_named_with_file_and_field(folder: Path) -> None:
    change(folder / "entries" / "claw.yaml", 'vi: "Vuốt hổ"', 'vi: ""')
    with pytest.raises(GuideError, match=r"entries/claw\.yaml, field 'title\.vi'"):
        load_guide(folder)


def test_a_weak_grade_cannot_be_called_verified(folder: Path) -> None:
    change(folder / "entries" / "bone.yaml", "grade: D, verified: false", "grade: D, verified: true")
    with pytest.raises(GuideError, match=r"entries/bone\.yaml, field .*grade D cannot be verified"):
        load_guide(folder)


def test_a_contact_cannot_be_verified_without_a_day(folder: Path) -> None:
    change(folder / "contacts.yaml", "verified: false", "verified: true")
    with pytest.raises(GuideError, match=r"contacts\.yaml, field '0 \(env\)'.*last_verified"):
        load_guide(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("entries/skin.yaml", "order: 10", "odrer: 10", r"entries/skin\.yaml, field 'odrer'"),
        ("entries/skin.yaml", "order: 10", "order: [10", r"entries/skin\.yaml: not valid YAML"),
        ("entries/skin.yaml", "order: 10", "order: 10\norder: 11", r"entries/skin\.yaml: not valid YAML: .*twice"),
        ("entries/skin.yaml", "id: skin", "id: pelt", r"entries/skin\.yaml: it calls itself 'pelt'"),
        ("entries/skin.yaml", "[tiger_skin]", "[tiger_pelt]", r"'leaves': there is no leaf 'tiger_pelt'"),
        ("entries/skin.yaml", "sheet: skin", "sheet: fur", r"entries/skin\.yaml, field 'sheet': there is no sheet"),
        ("entries/skin.yaml", "[secure,", "[secured,", r"field 'steps': there is no step 'secured'; expected one of"),
        ("entries/claw.yaml", "[vipin_2016]", "[vipin]", r"claw\.yaml, field 'summary'\.basis\.source: there is no"),
        ("checklists/claw.yaml", "drawing: claw_ridge", "drawing: ridge", r"\(claw_ridge\)\.drawing': there is no"),
        ("checklists/claw.yaml", "id: view_claw_tip", "id: view_scale", r"'view_scale' stands twice"),
        ("drawings.yaml", "bear: {", "panda: {", r"there is no drawing 'panda'"),
        ("law/vn.yaml", "as_of: 2025-07-01", "as_of: July", r"vn\.yaml, field 'rules\.0 \(vn_244\)\.basis\.as_of'"),
        ("sources.yaml", "url: https://cites", "url: http://cites", r"sources\.yaml, field 'cites_appendices\.url'"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_file_and_field(folder: Path, file: str, old: str, new: str, message: str) -> None:
    change(folder / file, old, new)
    with pytest.raises(GuideError, match=message):
        load_guide(folder)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    change(folder / "entries" / "skin.yaml", "order: 10", "odrer: 10")
    (folder / "steps.yaml").unlink()
    with pytest.raises(GuideError) as caught:
        load_guide(folder)
    assert "skin.yaml" in str(caught.value)
    assert "steps.yaml: cannot be read" in str(caught.value)


def test_a_leaf_without_an_entry_is_a_fault(folder: Path) -> None:
    (folder / "entries" / "worked_ivory.yaml").unlink()
    with pytest.raises(GuideError, match="no entry of section 'carving' lists leaf 'worked_ivory'"):
        load_guide(folder)


def test_what_the_guide_does_not_have_is_an_error_that_says_what_it_has() -> None:
    with pytest.raises(GuideError, match=r"no entry 'unicorn'; it has: .*skin"):
        service.entry("unicorn")
    with pytest.raises(GuideError, match=r"no law of 'fr'; it has: .*vn"):
        service.law("fr")
    with pytest.raises(GuideError, match="'unicorn_horn'"):
        service.entries_for_leaf("unicorn_horn")


# ---- search


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("da hổ", "skin"), ("DA HO", "skin"), ("sọ", "skull"), ("so ho", "skull"), ("gau nguyen con", "bear_whole"),
        ("đã chế biến", "processed"), ("da che bien", "processed"), ("虎爪", "claw"), ("头骨", "skull"),
        ("Tiger Canine", "canine"), ("faux fur", "imitation_skin"),
    ],
)  # fmt: skip
def test_search_ignores_case_and_accents_and_puts_titles_first(query: str, first: str) -> None:
    assert service.search(query)[0].id == first


def test_search_finds_all_words_or_nothing() -> None:
    assert len(service.search("  ")) == len(ENTRIES)
    assert service.search("vằn zebra") == ()
    assert {entry.id for entry in service.search("dog muzzle")} >= {"domestic_animal", "whole_tiger"}


def test_folding_drops_vietnamese_accents_and_the_crossed_d() -> None:
    assert fold("Đường Giám Định, HỔ") == "duong giam dinh, ho"


# ---- pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_shows_everything_and_marks_what_is_weak_in_words(name: str, language: str) -> None:
    entry = service.entry(name)
    html = guide_entry(name, language)
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert entry.title.text(language) in page.text
    for shown in (guide().features[feature].about for feature in entry.features):
        assert shown.text(language) in page.text
    for law in guide().laws.values():
        for rule in law.about(*entry.subjects):
            assert rule.text.text(language) in page.text
    for contact in guide().contacts_for(entry):
        assert contact.phone is None or contact.phone in page.text
    contacts = guide().contacts_for(entry)
    weak = [basis for basis in service.bases_of(entry, guide()) if not basis.verified]
    reached = [contact for contact in contacts if contact.last_verified]
    assert page.text.count(tr("guide.contact.unverified", language)) == len(contacts) - len(reached)
    badge = f'tcg-unverified">{tr("guide.unverified", language)}<'
    assert html.count(badge) == len(weak) - (len(contacts) - len(reached))
    assert not re.search(FORBIDDEN[language], page.text, re.IGNORECASE)
    assert "<script" not in html


@pytest.mark.parametrize("name", ENTRIES)
def test_links_lead_to_sources_entries_or_a_publication(name: str) -> None:
    page = Page(guide_entry(name, "en"))
    for link in page.links:
        target = str(link["href"])
        if target.startswith("#tcg-"):
            assert target[1:] in page.ids
        elif "data-guide-entry" in link:
            assert link["data-guide-entry"] in {"", *ENTRIES}
        else:
            assert target.startswith("https://")
            assert (link["rel"], link["target"]) == ("noreferrer", "_blank")


def test_a_publication_is_labelled_as_needing_the_internet() -> None:
    assert "needs internet" in Page(guide_entry("skin", "en")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_lists_all_entries_or_what_was_found(language: str) -> None:
    every = Page(guide_index(language))
    assert [link["data-guide-entry"] for link in every.links] == [entry.id for entry in guide().ordered]
    found = Page(guide_index(language, "so ho"))
    assert found.links[0]["data-guide-entry"] == "skull"
    assert len(found.links) < len(every.links)


def test_a_query_is_shown_as_text_never_as_markup() -> None:
    html = guide_index("en", '"><script>alert(1)</script>')
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert tr("guide.none", "en", query="").split("“")[0] in html


def test_the_readers_own_country_comes_first() -> None:
    chinese, vietnamese = guide_entry("skin", "zh"), guide_entry("skin", "vi")
    assert chinese.index('id="tcg-law-cn"') < chinese.index('id="tcg-law-vn"')
    assert vietnamese.index('id="tcg-law-vn"') < vietnamese.index('id="tcg-law-cn"')


def test_dates_are_written_as_the_language_does() -> None:
    assert [when("2025-12-31", language) for language in LANGUAGES] == [
        "31/12/2025",
        "2025年12月31日",
        "31 December 2025",
    ]
    assert [when("2025-12", language) for language in LANGUAGES] == ["12/2025", "2025年12月", "December 2025"]
    assert [when("2016", language) for language in LANGUAGES] == ["2016", "2016年", "2016"]


def test_no_text_is_set_smaller_than_sixteen_pixels() -> None:
    assert min(int(size) for size in re.findall(r"font-size:\s*(\d+)px", guide_css())) >= 16
