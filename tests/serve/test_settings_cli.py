"""``tigercheck settings``, as an agency's technician uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from serve.cli import app
from serve.i18n import LANGUAGES, tr
from serve.services.settings import settings
from serve.store.store import CaseStore

NAME = "own_judgement_first"


def run(tmp_path: Path, *arguments: str, language: str = "en") -> Result:
    # Wide, so that no cell is folded.
    command = ["settings", *arguments, "--data", str(tmp_path), "--lang", language]
    return CliRunner(env={"COLUMNS": "300"}).invoke(app, command)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_setting_is_changed_and_shown_with_who_and_why(tmp_path: Path, language: str) -> None:
    changed = run(tmp_path, "set", NAME, "on", "--officer", "Minh", "--reason", "[12]", language=language)
    assert changed.exit_code == 0
    setting, state = tr(f"setting.{NAME}.name", language), tr("settings.on", language)
    assert tr("settings.changed", language, setting=setting, state=state, number=1) in changed.output
    again = run(tmp_path, "set", NAME, "on", "--officer", "Minh", language=language)
    assert tr("settings.same", language) in again.output
    shown = run(tmp_path, "show", language=language).output
    for part in (setting, NAME, state, "Minh", "[12]"):
        assert part in shown
    assert run(tmp_path, "set", NAME, "off", "--officer", "Hoa").exit_code == 0
    assert "Minh" not in run(tmp_path, "show").output
    everything = run(tmp_path, "show", "--changes").output
    assert everything.index("Minh") < everything.index("Hoa")
    store = CaseStore(tmp_path)
    assert settings(store)[0].value is False
    assert store.verify() == []
    store.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "no_such", "on", "--officer", "M"), NAME),
        (("set", NAME, "maybe", "--officer", "M"), "on or off"),
        (("set", NAME, "on"), "--officer"),
    ],
)
def test_mistakes_are_said_and_change_nothing(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    failed = run(tmp_path, *arguments)
    assert failed.exit_code == 2
    assert said in failed.output
    assert "Minh" not in run(tmp_path, "show", "--changes").output
