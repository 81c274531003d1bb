"""From the store to the file: what was recorded is printed, what is damaged is said."""

from __future__ import annotations

import errno
import io
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from model.decision import Message
from model.predict import Predictor
from serve.cli import app
from serve.i18n import LANGUAGES, tr
from serve.reports.content import CaseReport
from serve.reports.errors import ReportError
from serve.reports.pdf import report_pdf
from serve.reports.wording import say
from serve.services.answer_json import exhibit_json
from serve.services.case_report import case_report, write_report
from serve.services.recorded_answer import photo_outcomes, recorded_outcome
from serve.store.events import CaseOpened, ExhibitJudged, LaboratoryAnswered, OfficerDecided
from serve.store.store import CaseStore
from tests.support.bundles import COLOURS
from tests.support.photos import jpeg_bytes, textured
from tests.support.reports import page_texts, squeezed

ZONE = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 25, 7, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> CaseStore:
    store = CaseStore(tmp_path / "data")
    store.append("VN-1", "Lan", CaseOpened(place="Móng Cái", agency="Hải quan"))
    return store


def made(store: CaseStore) -> CaseReport:
    return case_report(store, "VN-1", printed=NOW, zone=ZONE)


def test_what_was_recorded_is_in_the_report(store: CaseStore, predictor: Predictor) -> None:
    photo = jpeg_bytes(textured(COLOURS["tiger_whole"]))
    store.add_photo("VN-1", "Lan", "E1", "a.jpg", photo)
    store.add_photo("VN-1", "Lan", "E1", "b.jpg", b"not a photo")
    answer = exhibit_json(predictor.predict_exhibit([("a.jpg", photo), ("b.jpg", b"not a photo")]), "vi",
                          predictor.taxonomy)  # fmt: skip
    store.append("VN-1", "Minh", ExhibitJudged(exhibit="E1", prediction=answer))
    store.append("VN-1", "Lan", OfficerDecided(exhibit="E1", decision="giữ lại"))
    last = store.append("VN-1", "Lan", LaboratoryAnswered(exhibit="E1", leaf="tiger_claw", body="IEBR", reference="9"))
    report = made(store)
    (exhibit,) = report.exhibits
    assert (report.place, report.agency, report.officer) == ("Móng Cái", "Hải quan", "Lan")
    assert report.printed.isoformat() == "2026-11-25T14:05:00+07:00"
    assert (report.head.number, report.head.hash) == (last.number, last.hash)
    assert report.bundles == (predictor.bundle.info.id,)
    assert exhibit.outcome is not None
    assert exhibit.outcome.outcome == "T"
    assert [code for code, _ in exhibit.outcome.identity] == ["T", "P", "F", "N"]
    assert exhibit.outcome.stamp is not None
    assert exhibit.outcome.stamp.who == "Minh"
    assert [photo.outcome for photo in exhibit.photos] == ["T", None]
    assert exhibit.photos[1].fault == Message("image_error.not_a_photo", {})
    assert exhibit.decision is not None
    assert exhibit.laboratory is not None
    assert say(exhibit.laboratory.finding, "zh") == "虎爪"
    # The answer was worded in Vietnamese; the report is Chinese all the same.
    text = squeezed("".join(page_texts(report_pdf(report, ("zh",)))))
    assert "照片显示的特征与以下类别相符" in text
    assert squeezed(tr("claim.T.species", "vi", leaf=""))[:20] not in text
    assert squeezed(tr("image_error.not_a_photo", "zh")) in text


def test_pictures_are_upright_and_small(store: CaseStore) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    store.add_photo("VN-1", "Lan", "E1", "turned.jpg", jpeg_bytes(textured((90, 90, 90), (1600, 900)), exif=exif))
    (photo,) = made(store).exhibits[0].photos
    assert photo.picture is not None
    with Image.open(io.BytesIO(photo.picture)) as picture:
        assert picture.size == (270, 480)
        assert not picture.getexif()


def test_missing_and_altered_originals_are_said_in_words(store: CaseStore) -> None:
    for name, seed in (("lost.jpg", 1), ("changed.jpg", 2)):
        store.add_photo("VN-1", "Lan", "E1", name, jpeg_bytes(textured((90, 90, 90), seed=seed)))
    lost, changed = (store.photos.path(photo.sha256) for photo in store.cases()[0].exhibits["E1"].photos)
    lost.unlink()
    changed.write_bytes(jpeg_bytes(textured((10, 10, 200))))
    report = made(store)
    faults = [photo.fault for photo in report.exhibits[0].photos]
    assert faults == [Message("report.photo.missing"), Message("report.photo.altered")]
    assert all(photo.picture is None for photo in report.exhibits[0].photos)
    for language in LANGUAGES:
        text = squeezed("".join(page_texts(report_pdf(report, (language,)))))
        assert squeezed(tr("report.photo.missing", language)) in text
        assert squeezed(tr("report.photo.altered", language)) in text


OLD = {
    "bundle": "tigercheck-0.0.1", "outcome": "T", "leaf": "tiger_skin", "claim": "Ảnh …", "reasons": ["A", "B", "C"],
    "claim_code": "claim.T.species",
    "reason_codes": ["reason.resembles", "reason.also_possible", "reason.of_a_later_version"],
    "identity": {"F": 0.1, "N": 0.1, "P": 0.1, "T": 0.7}, "prediction_set": ["tiger_skin", "other_cat_skin"],
    "evidence": "photo",
}  # fmt: skip


def test_an_answer_without_parameters_is_worded_all_the_same() -> None:
    outcome = recorded_outcome(OLD)
    assert say(outcome.claim, "zh") == tr("claim.T.species", "zh", leaf="虎皮")
    assert say(outcome.reasons[0], "en") == tr("reason.resembles", "en", leaf="tiger skin")
    assert "tiger skin" not in say(outcome.reasons[1], "en")
    assert outcome.reasons[2] == "C"


def test_an_answer_of_another_taxonomy_stands_as_recorded() -> None:
    outcome = recorded_outcome(OLD | {"leaf": "unicorn", "prediction_set": ["unicorn"]})
    assert outcome.claim == "Ảnh …"
    assert outcome.reasons == ("A", "B", "C")
    assert outcome.possible == ("unicorn",)


@pytest.mark.parametrize("damaged", [{"outcome": "Q"}, {"identity": 3}, {"reasons": None}, {"photos": [1]}])
def test_an_unreadable_answer_is_said(damaged: dict[str, object]) -> None:
    assert recorded_outcome(OLD | damaged).claim == Message("report.outcome.unreadable")
    assert photo_outcomes(OLD | damaged) == {}


def test_photos_of_one_name_are_not_mixed_up() -> None:
    photos = [{"name": "a", "outcome": "T"}, {"name": "a", "outcome": "N"}, {"name": "b", "outcome": "U"}]
    assert photo_outcomes(OLD | {"photos": photos}) == {"b": "U"}


def test_an_unknown_case_is_an_error(store: CaseStore) -> None:
    with pytest.raises(ReportError, match="no case VN-2"):
        case_report(store, "VN-2")


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.pdf"
    write_report(target, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError, match="No space left"):
        write_report(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def run(tmp_path: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["cases", "report", *map(str, arguments), "--data", str(tmp_path / "data")])


def test_the_command_writes_two_languages(store: CaseStore, tmp_path: Path) -> None:
    target = tmp_path / "báo cáo.pdf"
    result = run(tmp_path, "VN-1", target, "--lang", "vi", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert target.name in result.output
    (text, *_) = page_texts(target.read_bytes())
    assert tr("report.title", "vi") in text
    assert tr("report.title", "zh") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_refuses_in_the_language_asked_for(store: CaseStore, tmp_path: Path, language: str) -> None:
    unknown = run(tmp_path, "VN-9", tmp_path / "x.pdf", "--lang", language)
    assert unknown.exit_code == 2
    assert tr("report.error.no_case", language, case="VN-9") in unknown.output
    nowhere = run(tmp_path, "VN-1", tmp_path / "none" / "x.pdf", "--lang", language)
    assert nowhere.exit_code == 2
    assert tr("report.error.folder", language, folder=tmp_path / "none") in nowhere.output
    folder = run(tmp_path, "VN-1", tmp_path, "--lang", language)
    assert folder.exit_code == 2
    assert tr("report.error.write", language, file=tmp_path, reason="|").split("|")[0] in folder.output
    twice = run(tmp_path, "VN-1", tmp_path / "x.pdf", "--lang", language, "--lang", language)
    assert twice.exit_code == 2
    assert not (tmp_path / "x.pdf").exists()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
