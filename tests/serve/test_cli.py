"""The command line as a person uses it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from serve.i18n import LANGUAGES, tr
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured, torture_folder

KEYS = {
    "schema", "files", "bundle", "outcome", "leaf", "item", "claim", "reasons", "probabilities", "identity",
    "prediction_set", "evidence", "quality", "elapsed_ms",
}  # fmt: skip


def run(*arguments: object, bundle: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    extra = {"TIGERCHECK_BUNDLE": str(bundle)} if bundle else {}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "serve.cli", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "COLUMNS": "140", "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8", **extra, **environment},
    )  # fmt: skip


@pytest.fixture
def tiger(tmp_path: Path) -> Path:
    return save(textured(COLOURS["tiger_whole"]), tmp_path / "tiger [1].jpg", quality=95)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return save(textured(COLOURS["unrelated"]), tmp_path / "table.jpg", quality=95)


def test_json_is_the_contract(tiger: Path, table: Path, tiny_bundle: Path) -> None:
    result = run("predict", "--json", tiger, table, bundle=tiny_bundle)
    assert result.returncode == 0, result.stderr
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert set(first) >= KEYS
    assert first["schema"] == "tigercheck.prediction/1"
    assert (first["outcome"], first["leaf"], first["item"]) == ("T", "tiger_whole", "whole")
    assert first["files"][0]["name"] == "tiger [1].jpg"
    assert len(first["files"][0]["sha256"]) == 64
    assert set(first["identity"]) == set("TPFN")
    assert second["outcome"] == "N"


def test_torture_folder_is_answered_to_the_end(tmp_path: Path, tiny_bundle: Path) -> None:
    expected = torture_folder(tmp_path / "in", COLOURS["tiger_whole"])
    result = run("predict", "--json", tmp_path / "in", bundle=tiny_bundle)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    got = {}
    for line in result.stdout.splitlines():
        one = json.loads(line)
        got[one["files"][0]["name"]] = one["error"]["code"] if one["schema"] == "tigercheck.failure/1" else "ok"
    assert got == {name: code for name, code in expected.items() if name in got}
    # Folders are searched by file name, so only what does not look like a photo may be left out.
    assert {n for n in expected if n.endswith((".jpg", ".png", ".heic", ".tif", ".gif", ".mpo"))} <= set(got)


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_and_failures_are_in_the_language_asked_for(tiger: Path, tiny_bundle: Path, language: str) -> None:
    broken = tiger.with_name("broken.jpg")
    broken.write_bytes(b"")
    result = run("predict", "--lang", language, tiger, broken, bundle=tiny_bundle)
    assert result.returncode == 1
    squeezed = "".join(result.stdout.split()).replace("│", "")
    assert "tiger[1].jpg" in squeezed
    for key in ("image_error.empty", "cli.failed", "cli.table.photo"):
        assert "".join(tr(key, language).split())[:12] in squeezed
    assert tr("cli.summary", language, answered=1, failed=1) in result.stderr


def test_system_language_is_used(tiger: Path, tiny_bundle: Path) -> None:
    result = run("predict", tiger, bundle=tiny_bundle, LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8")
    assert tr("cli.table.outcome", "zh") in result.stdout


def test_exhibit_gives_one_answer_for_all_photos(tiger: Path, tmp_path: Path, tiny_bundle: Path) -> None:
    other = save(textured(COLOURS["tiger_whole"], seed=2), tmp_path / "b.png")
    broken = tmp_path / "c.jpg"
    broken.write_bytes(b"x")
    result = run("predict", "--json", "--exhibit", tiger, other, broken, bundle=tiny_bundle)
    assert result.returncode == 1
    (line,) = result.stdout.splitlines()
    joint = json.loads(line)
    assert joint["outcome"] == "T"
    assert len(joint["files"]) == len(joint["photos"]) == 2
    assert [f["error"]["code"] for f in joint["failures"]] == ["not_a_photo"]


def test_nothing_to_do_says_what_was_expected(tmp_path: Path, tiny_bundle: Path) -> None:
    result = run("predict", tmp_path, bundle=tiny_bundle)
    assert result.returncode == 2
    assert ".heic" in result.stderr


def test_missing_bundle_is_one_clear_message(tiger: Path, tmp_path: Path) -> None:
    result = run("predict", tiger, "--bundle", tmp_path)
    assert result.returncode == 2
    assert "no model bundle" in result.stderr
    assert "Traceback" not in result.stderr


def test_unknown_language_is_refused(tiger: Path, tiny_bundle: Path) -> None:
    result = run("predict", "--lang", "fr", tiger, bundle=tiny_bundle)
    assert result.returncode == 2
    assert "vi, zh, en" in result.stderr


def test_doctor_finds_a_whole_and_an_altered_bundle(tmp_path: Path, tiny_bundle: Path) -> None:
    import shutil

    good = run("doctor", "--json", bundle=tiny_bundle)
    assert good.returncode == 0
    assert json.loads(good.stdout)["healthy"] is True
    bad = Path(shutil.copytree(tiny_bundle, tmp_path / "tiny-0.0.1"))
    (bad / "MODEL_CARD.md").write_text("changed", encoding="utf-8")
    result = run("doctor", bundle=bad)
    assert result.returncode == 1
    assert "MODEL_CARD.md: altered" in " ".join(result.stdout.split())


def test_help_teaches() -> None:
    for command in ((), ("predict",), ("serve",), ("doctor",)):
        result = run(*command, "--help")
        assert result.returncode == 0
        assert len(result.stdout) > 300
    assert "Exit status" in run("predict", "--help").stdout
