"""How what is handed out is laid out: certificates one by one, questions with their pictures."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from serve.exercise.classes import Classes
from serve.exercise.results import class_results
from serve.exercise.store import ExerciseStore
from serve.i18n import LANGUAGES, tr
from serve.reports.certificate import certificates_pdf
from serve.reports.exercise_paper import paper_pdf
from serve.reports.exercise_words import say
from tests.support.exercise_class import keep_exercise, simulated, taken_class
from tests.support.reports import page_texts, squeezed


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_certificate_counts_its_own_pages(tmp_path: Path, language: str) -> None:
    store = ExerciseStore(tmp_path / "data")
    room = taken_class(store, tmp_path, things=4, trainees=3)
    texts = page_texts(certificates_pdf(class_results(store, room.id), language))
    assert len(texts) == 3
    for text in texts:
        assert squeezed(tr("report.page", language, page=1, pages=1)) in squeezed(text)
    store.close()


def test_pictures_stand_right_below_the_number_of_their_question(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path / "data")
    keep_exercise(store, tmp_path, simulated(4, 2), photos=3)
    room = Classes(store).make_class("ABCD", "x")
    pdf = pypdfium2.PdfDocument(paper_pdf(store, room.id, "en"))
    page = pdf[1]
    pictures = [one.get_bounds() for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])]
    assert len(pictures) == 2 * 3
    text = page.get_textpage()
    for number in (1, 2):
        at = text.search(say("paper.question", "en", number=number)).get_next()
        assert at is not None
        below = text.get_charbox(at[0])[1]
        highest = max(top for _, bottom, _, top in pictures[3 * (number - 1) : 3 * number])
        assert 0 < below - highest < 20
        for left, bottom, right, top in pictures:
            assert not (left < text.get_charbox(at[0])[0] < right and bottom < below < top)
    text.close()
    page.close()
    pdf.close()
    store.close()
