"""From a case to training rows: what the laboratory found comes back as a label."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from model.manifest import read_manifest
from model.taxonomy import shipped_taxonomy
from serve.cli import app
from serve.i18n import LANGUAGES, tr
from serve.store.errors import StoreError
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured
from training.cli import app as train


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    (tmp_path / "in").mkdir()
    good = save(textured(COLOURS["tiger_whole"]), tmp_path / "in" / "ảnh [1].jpg")
    broken = tmp_path / "in" / "broken.jpg"
    broken.write_bytes(b"not a photo")
    return [good, broken]


def run(tmp_path: Path, *arguments: object, language: str = "en") -> Result:
    command = ["cases", *map(str, arguments), "--data", str(tmp_path / "data")]
    if arguments[0] != "help":
        command += ["--lang", language]
    return CliRunner().invoke(app, command)


def record(tmp_path: Path, bundle: Path, photos: list[Path]) -> None:
    assert run(tmp_path, "open", "VN-1", "--officer", "Lan", "--place", "Lạng Sơn").exit_code == 0
    added = run(tmp_path, "add", "VN-1", "E1", *photos, "--officer", "Lan", "--bundle", bundle)
    assert added.exit_code == 0, added.output
    assert tr("outcome.T.title", "en") in added.output


def test_a_case_goes_all_the_way_to_training_rows(tmp_path: Path, tiny_bundle: Path, photos: list[Path]) -> None:
    record(tmp_path, tiny_bundle, photos)
    nothing = run(tmp_path, "export", tmp_path / "delivery")
    assert nothing.exit_code == 1
    answer = run(tmp_path, "laboratory", "VN-1", "E1", "tiger_claw", "--body", "IEBR", "--reference", "12/KL",
                 "--officer", "Lan")  # fmt: skip
    assert answer.exit_code == 0
    exported = run(tmp_path, "export", tmp_path / "delivery")
    assert exported.exit_code == 0, exported.output
    (tmp_path / "manifest").mkdir()
    shutil.copy("datasets/manifest/labels.yaml", tmp_path / "manifest")
    result = CliRunner().invoke(
        train,
        ["data", "add", str(tmp_path / "delivery"), "--table", str(tmp_path / "delivery" / "cases.csv"),
         "--photos", str(tmp_path / "photos"), "--manifest-dir", str(tmp_path / "manifest"),
         "--cache", str(tmp_path / "cache"), "--bundle", str(tiny_bundle), "--source", "agency:lang-son",
         "--licence", "agency: training only", "--labelled-by", "?", "--label-basis", "source"],
    )  # fmt: skip
    # The photo nobody can open was kept as evidence, and is refused as training data by name.
    assert result.exit_code == 1
    assert "cannot_be_opened" in result.output
    (row,) = read_manifest(tmp_path / "manifest" / "photos.csv", shipped_taxonomy())
    assert (row.leaf, row.label_basis, row.labelled_by, row.source_path) == ("tiger_claw", "appraisal", "IEBR", "VN-1")
    assert row.exhibit == "agency:lang-son:VN-1:E1:1"
    assert "12/KL" in row.notes


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_and_verify_speak_the_language(
    tmp_path: Path, tiny_bundle: Path, photos: list[Path], language: str
) -> None:
    assert tr("cases.none", language)[:8] in run(tmp_path, "list", language=language).output
    record(tmp_path, tiny_bundle, photos)
    listed = "".join(run(tmp_path, "list", language=language).output.replace("│", "").split())
    assert "VN-1" in listed
    verified = run(tmp_path, "verify", language=language)
    assert verified.exit_code == 0
    assert verified.output.startswith(tr("cases.verified", language, count=4, hash="")[:6])


def test_json_names_everything(tmp_path: Path, tiny_bundle: Path, photos: list[Path]) -> None:
    record(tmp_path, tiny_bundle, photos)
    (line,) = run(tmp_path, "list", "--json").output.splitlines()
    case = json.loads(line)
    (exhibit,) = case["exhibits"]
    assert exhibit["prediction"]["outcome"] == "T"
    assert [p["name"] for p in exhibit["photos"]] == ["ảnh [1].jpg", "broken.jpg"]
    assert exhibit["prediction"]["failures"][0]["error"]["code"] == "not_a_photo"


def test_an_altered_original_shows(tmp_path: Path, tiny_bundle: Path, photos: list[Path]) -> None:
    record(tmp_path, tiny_bundle, photos)
    stored = next(p for p in (tmp_path / "data" / "photos").rglob("*") if p.is_file())
    stored.write_bytes(b"other")
    result = run(tmp_path, "verify")
    assert result.exit_code == 1
    assert "was altered" in result.output


def test_an_unknown_leaf_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    result = run(tmp_path, "laboratory", "VN-1", "E1", "unicorn", "--body", "X", "--officer", "Lan")
    assert result.exit_code == 2
    assert "tiger_claw" in "".join(result.output.split())


def test_missing_and_empty_photos_and_empty_names_are_no_crash(tmp_path: Path, tiny_bundle: Path) -> None:
    from serve.store.errors import StoreError

    assert run(tmp_path, "open", "VN-1", "--officer", "Lan").exit_code == 0
    missing = run(tmp_path, "add", "VN-1", "E1", tmp_path / "none.jpg", "--officer", "Lan", "--bundle", tiny_bundle)
    assert isinstance(missing.exception, StoreError)
    assert "nothing was recorded" in str(missing.exception)
    (tmp_path / "empty.jpg").write_bytes(b"")
    kept = run(tmp_path, "add", "VN-1", "E1", tmp_path / "empty.jpg", "--officer", "Lan", "--bundle", tiny_bundle)
    assert kept.exit_code == 0, kept.output
    assert run(tmp_path, "decide", "VN-1", "", "keep", "--officer", "Lan").exit_code == 2
    for case, officer in (("VN-1", ""), ("", "Lan"), ("x" * 201, "Lan")):
        command = ["decide", case, "E1", "keep"] if case == "VN-1" else ["open", case]
        assert isinstance(run(tmp_path, *command, "--officer", officer).exception, StoreError)
    assert run(tmp_path, "verify").exit_code == 0
    assert run(tmp_path, "list").exit_code == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_is_closed_reopened_corrected_and_shown(
    tmp_path: Path, tiny_bundle: Path, photos: list[Path], language: str
) -> None:
    record(tmp_path, tiny_bundle, photos)
    by = ("--officer", "Lan")
    assert run(tmp_path, "decide", "VN-1", "E1", "trả lại", "--action", "normal", *by).exit_code == 0
    assert run(tmp_path, "decide", "VN-1", "E1", "x", "--action", "sell", *by).exit_code == 2
    review = run(tmp_path, "review", language=language).output.replace("\n", "")
    assert "VN-1 / E1" in review
    assert tr("review.matrix.none", language)[:6] in review
    assert run(tmp_path, "withdraw", "VN-1", "5", "--reason", "gõ nhầm", *by).exit_code == 0
    assert run(tmp_path, "withdraw", "VN-1", "5", "--reason", " ", *by).exit_code == 2
    assert run(tmp_path, "close", "VN-1", *by).exit_code == 0
    assert run(tmp_path, "decide", "VN-1", "E1", "x", *by).exit_code == 1
    assert run(tmp_path, "reopen", "VN-1", "--reason", "thêm ảnh", *by).exit_code == 0
    shown = "".join(run(tmp_path, "history", "VN-1", language=language).output.replace("│", "").split())
    assert "VN-1" not in shown
    assert tr("history.case_closed", language).split()[0] in shown
    file = tmp_path / "cases.csv"
    assert run(tmp_path, "table", file, "--text", "lang son", language=language).exit_code == 0
    assert "VN-1" in file.read_text(encoding="utf-8-sig")
    assert run(tmp_path, "table", file, "--text", "mong cai").exit_code == 0
    assert "VN-1" not in file.read_text(encoding="utf-8-sig")
    assert run(tmp_path, "table", file, "--since", "yesterday").exit_code == 2
    assert isinstance(run(tmp_path, "history", "VN-9").exception, StoreError)


@pytest.mark.parametrize("language", LANGUAGES)
def test_records_are_corrected_and_exhibits_renamed_on_the_command_line(tmp_path: Path, language: str) -> None:
    by = ("--officer", "Lan", "--reason", "gõ nhầm")
    assert run(tmp_path, "open", "VN-1", "--officer", "Lan").exit_code == 0
    assert run(tmp_path, "decide", "VN-1", "E1", "x", "--action", "detain", "--officer", "Lan").exit_code == 0
    shown = run(tmp_path, "correct", "VN-1", "2", *by, language=language)
    assert shown.exit_code == 2
    assert "action=detain" in shown.output
    assert "decision=x" in shown.output
    done = run(
        tmp_path, "correct", "VN-1", "2", "--set", "action=refer", "--set", "decision=a=b", *by, language=language
    )
    assert done.exit_code == 0, done.output
    assert done.output.strip() == tr("correction.recorded", language, count=1, case="VN-1", number=3)
    assert run(tmp_path, "rename", "VN-1", "E1", "TV-1", *by, language=language).exit_code == 0
    (line,) = run(tmp_path, "list", "--json").output.splitlines()
    (exhibit,) = json.loads(line)["exhibits"]
    assert (exhibit["exhibit"], exhibit["decision"]) == ("TV-1", "a=b")
    history = "".join(run(tmp_path, "history", "VN-1", language=language).output.replace("│", "").split())
    assert "gõnhầm" in history
    assert "a=b" in history
    assert run(tmp_path, "correct", "VN-1", "2", "--set", "action", *by).exit_code == 2
    for arguments in (("2", "--set", "action=sell"), ("2", "--set", "price=1"), ("9", "--set", "action=refer")):
        assert isinstance(run(tmp_path, "correct", "VN-1", *arguments, *by).exception, StoreError)
    assert run(tmp_path, "verify").exit_code == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_goods_are_declared_without_a_photo_on_the_command_line(tmp_path: Path, language: str) -> None:
    by = ("--officer", "Lan")
    assert run(tmp_path, "open", "VN-1", *by).exit_code == 0
    done = run(tmp_path, "declare", "VN-1", "E1", "wine", "--as-tiger", "--label", "虎骨酒", *by, language=language)
    assert done.exit_code == 0, done.output
    assert tr("outcome.X.short", language) in done.output.replace("\n", " ")
    (line,) = run(tmp_path, "list", "--json").output.splitlines()
    assert json.loads(line)["exhibits"][0]["prediction"]["rule"] == "declared_processed/1"
    assert run(tmp_path, "withdraw", "VN-1", "2", "--reason", "x", *by).exit_code == 0
    assert json.loads(run(tmp_path, "list", "--json").output)["exhibits"] == []
    assert run(tmp_path, "declare", "VN-1", "E1", "beer", *by).exit_code == 2
