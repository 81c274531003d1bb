"""What a reader finds in a class's report, on paper, in the key and on a certificate."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from model.taxonomy import shipped_taxonomy
from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.codes import shown
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.results import Results, class_results
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.measures import Measure
from serve.exercise.store import ExerciseStore
from serve.i18n import LANGUAGES, tr
from serve.reports.certificate import certificates_pdf
from serve.reports.class_report import class_report_pdf
from serve.reports.errors import ReportError
from serve.reports.exercise_paper import key_pdf, paper_pdf
from serve.reports.exercise_words import decimal, leaf, percent, say, share_words
from tests.support.exercise_class import keep_exercise, simulated, taken_class
from tests.support.reports import page_texts, squeezed


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path_factory.mktemp("report"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def room(store: ExerciseStore) -> ClassInfo:
    return taken_class(store, store.data, stop=1)


@pytest.fixture(scope="module")
def results(store: ExerciseStore, room: ClassInfo) -> Results:
    return class_results(store, room.id)


def words(data: bytes) -> str:
    return squeezed("".join(page_texts(data)))


def parts(figure: Figure, language: str) -> str:
    """A share as it must stand somewhere, worked out here."""
    assert figure.value is not None
    assert figure.low is not None
    assert figure.high is not None
    count = f"{round(figure.value * figure.n)}"
    ends = [percent(end, language) for end in (figure.low, figure.high)]
    return squeezed(
        tr(
            "exercise_report.share",
            language,
            count=count,
            n=figure.n,
            share=percent(figure.value, language),
            low=ends[0],
            high=ends[1],
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_has_the_figures_of_the_statistics(results: Results, language: str) -> None:
    pages = page_texts(class_report_pdf(results, language))
    first = squeezed(pages[0])
    assert results.line is not None
    assert results.before is not None
    assert results.after is not None
    for test in (results.before, results.after):
        for figure in (test.detection.hit_rate, test.detection.false_alarm_rate, test.conduct.critical_error):
            assert parts(figure, language) in first
    for figure in (results.line.before, results.line.after):
        assert parts(figure, language) in first
    change = results.figures.change.measures[Measure.HIT_RATE].compared.difference
    assert change.value is not None
    assert decimal(100 * change.value, language, signed=True, digits=0) in first
    assert "U+" not in "".join(pages), "a character that the fonts lack"


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_on_computer_made_pictures_say_so(results: Results, language: str) -> None:
    things = results.things
    assert things > 0
    for rendered, kind in ((things, "render"), (0, "photo"), (1, "mixed")):
        said = squeezed(say(f"pictures.{kind}", language, things=things, rendered=rendered))
        told = replace(results, rendered=rendered)
        assert said in squeezed(page_texts(class_report_pdf(told, language))[0])
        assert said in words(certificates_pdf(told, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_there(results: Results, language: str) -> None:
    text = words(class_report_pdf(results, language))
    for key in ("glance", "trainees", "chart", "confusion", "confidence", "items", "left", "how"):
        assert squeezed(say(key, language)) in text
    for one in results.trainees:
        assert squeezed(shown(one.code)) in text
    assert squeezed(say("absence.unfinished", language)) in text
    assert squeezed(say("how.7", language)) in text


def test_the_same_results_give_the_same_file(results: Results) -> None:
    assert class_report_pdf(results, "vi") == class_report_pdf(results, "vi")
    with pytest.raises(ReportError, match="vi, zh or en"):
        class_report_pdf(results, "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_class_without_answers_has_a_report_that_says_so(tmp_path: Path, language: str) -> None:
    store = ExerciseStore(tmp_path)
    keep_exercise(store, tmp_path, simulated(4, 2))
    room = Classes(store).make_class("ABCD", "x")
    text = words(class_report_pdf(class_results(store, room.id), language))
    assert squeezed(say("glance.line.none", language)) in text
    assert squeezed(say("chart.nobody", language)) in text
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_tells_nothing_and_the_key_everything(store: ExerciseStore, room: ClassInfo, language: str) -> None:
    data, key = paper_pdf(store, room.id, language), key_pdf(store, room.id, language)
    pages = page_texts(data)
    kept = store.exercise(room.exercise_id)
    questions = squeezed(
        "".join(page for page in pages if squeezed(say("paper.question", language, number=1)) in squeezed(page))
    )
    assert questions
    reader = pypdf.PdfReader(io.BytesIO(data))
    images = [image for page in reader.pages for image in page.images]
    assert len(images) == 16, "one photo each of eight things a form"
    for image in images:
        assert not Image.open(io.BytesIO(image.data)).getexif()
    for thing in kept.things.values():
        assert leaf(thing.leaf, language) not in questions
        for name in (thing.id, thing.leaf, thing.photos[0].name, thing.photos[0].stem):
            assert name.encode() not in data
            assert name not in str(reader.metadata)
    text = words(key)
    for name in ("A", "B"):
        for thing in kept.form(name):
            assert squeezed(leaf(thing.leaf, language)) in text
    for sheet in Classes(store).codes(room.id):
        assert sum(squeezed(shown(sheet)) in squeezed(page) for page in pages) == 2


def test_every_letter_stands_for_what_the_key_says(store: ExerciseStore, room: ClassInfo) -> None:
    text = "".join(page_texts(paper_pdf(store, room.id, "en")))
    for letter, one in zip("ABCDEFGHIJKLMNOPQR", shipped_taxonomy().leaf_ids, strict=True):
        assert squeezed(f"{letter} {leaf(one, 'en')}") in squeezed(text)


def test_a_lost_photo_stops_the_paper(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path)
    exercise = keep_exercise(store, tmp_path, simulated(4, 2))
    room = Classes(store).make_class("ABCD", "x")
    exercise.forms[1].things[2].photos[0].unlink()
    with pytest.RaisesExc(ExerciseError, check=lambda error: error.code is ExerciseErrorCode.PHOTO_LOST):
        paper_pdf(store, room.id, "vi")
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_has_the_figures_and_its_limits(results: Results, language: str) -> None:
    data = certificates_pdf(results, language, by="Cục Kiểm lâm")
    pages = [squeezed(page) for page in page_texts(data)]
    assert len(pages) == len(results.compared) == 5
    for page, code in zip(pages, results.compared, strict=True):
        one = next(one for one in results.trainees if one.code == code)
        assert one.after is not None
        assert squeezed(share_words(one.after.detection.hit_rate, language)) in page
        assert squeezed(say("certificate.limit", language)) in page
        assert squeezed(shown(code)) in page
        assert squeezed("Cục Kiểm lâm") in page
        reached = "reached" if one.reached_after else "not"
        assert squeezed(say(f"certificate.line.{reached}", language)) in page


def test_no_certificate_without_both_tests(results: Results) -> None:
    last = results.trainees[-1].code
    with pytest.raises(ReportError, match=shown(last)):
        certificates_pdf(results, "en", codes=[last])
    with pytest.raises(ReportError, match="not finished both"):
        certificates_pdf(results, "en", codes=["ZZZZZZZZ"])
