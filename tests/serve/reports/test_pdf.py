"""What a reader finds on the printed pages."""

from __future__ import annotations

import io
import itertools
from functools import cache

import numpy as np
import pypdf
import pypdfium2
import pytest

from model.decision import Message
from serve.i18n import LANGUAGES, catalogue, steps, tr
from serve.reports.content import DecisionEntry, PhotoEntry
from serve.reports.errors import ReportError
from serve.reports.pdf import report_pdf
from tests.support.reports import case, exhibit, page_texts, squeezed

PAIRS = list(itertools.combinations(LANGUAGES, 2))
ALL = [(language,) for language in LANGUAGES] + PAIRS
LONG = "Một đoạn rất dài do cán bộ ghi, 也有很长的中文说明，" * 90 + "x" * 400


@cache
def printed(*languages: str) -> bytes:
    """The usual case, made once for all tests that only read it."""
    return report_pdf(case(), languages)


@pytest.mark.parametrize("languages", ALL, ids="-".join)
def test_everything_is_there_in_each_language(languages: tuple[str, ...]) -> None:
    content = case()
    pages = page_texts(printed(*languages))
    text = squeezed("".join(pages))
    for one in content.exhibits:
        for photo in one.photos:
            assert photo.sha256 in text
            assert squeezed(photo.name) in text
    for language in languages:
        wanted = [
            tr("report.title", language), tr("report.limits", language), tr("claim.T.species", language, leaf=""),
            tr("evidence.proxy", language), tr("reason.unfamiliar_but_flagged", language),
            tr("image_error.truncated", language), tr("likelihood.likely", language),
            tr("report.exhibit", language, name="E3"), *steps("report.question", language),
            *(tr(f"report.sign.{who}", language) for who in ("officer", "witness", "person")),
            {"vi": "Có đốm trắng sau tai không?", "zh": "耳背是否有白斑？", "en": "Is there a white ear spot?"}[
                language
            ],
            {"vi": "25 tháng 11 năm 2026", "zh": "2026年11月25日", "en": "25 November 2026"}[language],
            {"vi": "2.345.679 byte", "zh": "2,345,679 字节", "en": "2,345,679 bytes"}[language],
        ]  # fmt: skip
        for words in wanted:
            assert squeezed(words).rstrip("。.") in text, words
    for words in ("UTC+07:00", "ab" * 32, "tigercheck-9.9.9", "tigercheck0.1.0", "ĐộiKiểmsoátHảiquansố1", "工艺品",
                  "12/KLGĐ", "Tạmgiữ,niêmphongsố0231", "Sọckhôngđốixứng", "78%"):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("languages", ALL, ids="-".join)
def test_each_page_carries_notice_case_and_number(languages: tuple[str, ...]) -> None:
    pages = page_texts(printed(*languages))
    assert len(pages) >= 4
    for number, page in enumerate(pages, 1):
        text = squeezed(page)
        assert "VN-2026-031" in text
        for language in languages:
            assert squeezed(tr("report.notice", language)) in text
            assert squeezed(tr("report.page", language, page=number, pages=len(pages))) in text


def test_the_notice_names_what_it_is_not() -> None:
    assert "không phải kết luận giám định" in tr("report.notice", "vi")
    assert "不是鉴定意见" in tr("report.notice", "zh")


def test_another_reader_finds_the_same_words() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed("vi", "zh")))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "KIỂM TRA SƠ BỘ TANG VẬT" in text
    assert "现场涉案物品初步检查报告" in text
    assert reader.metadata is not None
    assert "VN-2026-031" in str(reader.metadata.title)


def test_columns_stand_side_by_side_and_rows_are_aligned() -> None:
    with pypdfium2.PdfDocument(printed("vi", "zh")) as document:
        page = document[0]
        text = page.get_textpage()
        places = {}
        for language in ("vi", "zh"):
            for key in ("number", "officer", "opened"):
                search = text.search(tr(f"report.case.{key}", language), match_case=True)
                index, _ = search.get_next()
                search.close()
                left, _, _, _ = text.get_charbox(index, loose=True)
                places[language, key] = (left, text.get_charbox(index, loose=True)[3])
        width, _ = page.get_size()
        text.close()
        page.close()
    for key in ("number", "officer", "opened"):
        assert places["vi", key][0] < width / 2 < places["zh", key][0]
        assert places["vi", key][1] == pytest.approx(places["zh", key][1], abs=4)


@pytest.mark.parametrize("languages", [("vi",), ("vi", "zh"), ("zh", "en")], ids="-".join)
def test_long_text_neither_overlaps_nor_leaves_the_page(languages: tuple[str, ...]) -> None:
    tall = exhibit("E" * 200, decision=DecisionEntry(LONG), declared=LONG[:900])
    data = report_pdf(case(exhibits=(tall,), place="p" * 190, number="N" * 200, officer="Lan " * 49), languages)
    assert squeezed("".join(page_texts(data))).count("x" * 20) >= 400 // 20
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            wide, high = page.get_size()
            boxes = [text.get_rect(n) for n in range(text.count_rects())]
            for left, bottom, right, top in boxes:
                assert 0.8 * 20 / 25.4 * 72 <= left < right <= wide - 0.9 * 15 / 25.4 * 72
                assert 0 < bottom < top < high
            for one, other in itertools.combinations(boxes, 2):
                across = min(one[2], other[2]) - max(one[0], other[0])
                along = min(one[3], other[3]) - max(one[1], other[1])
                assert across < 1 or along < 1.5, (one, other)
            text.close()
            page.close()


@pytest.mark.parametrize("languages", ALL, ids="-".join)
def test_pages_are_drawn(languages: tuple[str, ...]) -> None:
    with pypdfium2.PdfDocument(printed(*languages)) as document:
        for page in document:
            drawn = np.asarray(page.render(scale=0.5).to_pil().convert("L"))
            page.close()
            ink = (drawn < 128).mean()
            assert 0.005 < ink < 0.5
            # Nothing stands in the margins.
            assert (drawn[:, :20] > 250).all()
            assert (drawn[-8:] > 250).all()


def test_the_same_content_gives_the_same_bytes() -> None:
    assert report_pdf(case(), ("vi", "zh")) == printed("vi", "zh")


def test_a_photo_without_picture_says_why_in_its_place() -> None:
    lost = PhotoEntry("lost.jpg", "c" * 64, 10, fault=Message("report.photo.missing"))
    text = squeezed("".join(page_texts(report_pdf(case(exhibits=(exhibit("E1", photos=(lost,)),)), ("zh", "en")))))
    for language in ("zh", "en"):
        assert squeezed(tr("report.photo.missing", language)) in text
    assert "c" * 64 in text


def test_what_nobody_recorded_is_said() -> None:
    bare = exhibit("E1", photos=(), outcome=None, judgement=None, decision=None, laboratory=None, checklist=(),
                   declared=None, labelled=None, item=None)  # fmt: skip
    pages = page_texts(report_pdf(case(exhibits=(bare,), agency="", place=""), ("en",)))
    text = "".join(pages)
    for key in ("report.photos.none", "report.outcome.not_checked", "report.laboratory.none"):
        assert tr(key, "en") in text
    assert text.count(tr("report.not_recorded", "en")) == 7
    assert tr("report.checklist.title", "en") not in text
    assert tr("report.exhibit.none", "en") in "".join(page_texts(report_pdf(case(exhibits=()), ("en",))))


def test_a_character_without_a_face_shows_as_its_number() -> None:
    text = "".join(page_texts(report_pdf(case(officer="张喆 ไ\u202e\x07"), ("zh",))))
    assert "[U+5586]" in text
    for code in ("U+0007", "U+0E44", "U+202E", "U+5586"):
        assert text.count(code) >= 2
    assert tr("report.characters.title", "zh") in text
    assert tr("report.characters.title", "zh") not in "".join(page_texts(printed("zh")))


def test_decomposed_vietnamese_is_composed() -> None:
    assert "Nguyễn" in "".join(page_texts(report_pdf(case(officer="Nguye\u0302\u0303n"), ("vi",))))


@pytest.mark.parametrize("languages", [(), ("fr",), ("vi", "vi"), ("vi", "zh", "en")])
def test_other_languages_are_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(ReportError, match="one or two different languages"):
        report_pdf(case(), languages)


def test_questions_are_the_same_number_everywhere() -> None:
    assert {len(steps("report.question", language)) for language in LANGUAGES} == {5}
    assert all(key in catalogue("vi") for key in ("report.question.1", "report.question.5"))
