"""The report: one file that loads nothing, and holds what a maintainer must see."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.evaluation.cli import evaluate
from training.evaluation.report import write_report
from training.evaluation.run import evaluate_bundle
from training.evaluation.summary import summary
from training.pictures import Folders

World = tuple[Path, Folders]


class _Reader(HTMLParser):
    """Everything that could load something, ids, and whether tags close in order."""

    VOID = frozenset({"meta", "img", "br", "path", "use", "rect"})

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href", "srcset", "data", "action")]
        self.ids += [v or "" for k, v in attrs if k == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def metrics(tiny_bundle: Path, world: World) -> dict[str, Any]:
    root, folders = world
    made = evaluate_bundle(tiny_bundle, root, folders, shipped_taxonomy(), None, robustness_sample=3, deletion_sample=3)
    # An error to look at: the tiny bundle makes none on such easy pictures.
    first = "tiger_whole/0.png"
    error = {
        "kind": "protected missed", "set": "photos", "file": first, "origin": "photo", "exhibit": "x", "subject": "s",
        "source": "test", "truth": "tiger_whole", "outcome": "N", "leaf": "unrelated", "protected_probability": 0.01,
        "tiger_probability": 0.01,
    }  # fmt: skip
    return {**made, "errors": [error] * 40}


@pytest.fixture(scope="module")
def page(metrics: dict[str, Any], world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("report") / "report.html"
    write_report(json.loads(json.dumps(metrics)), out, world[1])
    return out.read_text(encoding="utf-8")


def test_page_loads_nothing_and_is_well_formed(page: str) -> None:
    reader = _Reader()
    reader.feed(page)
    assert not reader.open
    assert all(a.startswith(("#", "data:image/jpeg;base64,")) for a in reader.addresses)
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(reader.tags)
    assert "http://" not in page
    assert "https://" not in page
    assert not re.search(r"url\((?!#)|@import", page)
    assert len(reader.ids) == len(set(reader.ids))


def test_page_holds_bars_figures_plots_and_at_most_24_errors(page: str, metrics: dict[str, Any]) -> None:
    # Four plots a set, strangeness and damage of two.
    assert page.count("<svg") == 20
    for words in ("n too small", "What this says", "renders: recall of tiger_claw", "flash", "defocus blur"):
        assert words in page
    assert page.count("<figure>") == 24
    assert page.count("data:image/jpeg") == 24
    assert "prefers-color-scheme: dark" in page
    # Drawn text takes the page's colour.
    assert "currentColor" in page
    assert "#010203" not in page
    head = metrics["sets"]["photos"]["headline"]["tiger_recall"]
    assert f"{head['count']} of {head['n']}" in page


def test_without_folders_the_gallery_has_names_only(metrics: dict[str, Any], tmp_path: Path) -> None:
    write_report(metrics, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "data:image" not in text
    assert "tiger_whole/0.png" in text


def test_names_from_data_are_escaped(metrics: dict[str, Any], tmp_path: Path) -> None:
    bad = {**metrics, "errors": [{**metrics["errors"][0], "file": "<script>alert(1)</script>.png"}]}
    write_report(bad, tmp_path / "r.html")
    assert "<script>" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_summary_says_what_is_met_missed_and_unknown(metrics: dict[str, Any]) -> None:
    bars = [
        {"what": "a", "verdict": "pass"}, {"what": "b", "verdict": "fail"}, {"what": "c", "verdict": "n too small"},
        {"what": "d", "verdict": "not measured"},
    ]  # fmt: skip
    said = summary({**metrics, "bars": bars})
    assert said[0] == "1 of 3 measured bars are met. Missed: b. Too few exhibits to tell: c."
    assert any("6 of 6 tigers are answered T" in line for line in said)
    assert any("no class for: tiger_claw" in line for line in said)


def test_command_writes_figures_and_report(tiny_bundle: Path, world: World, tmp_path: Path) -> None:
    root, folders = world
    app = typer.Typer()
    app.command()(evaluate)
    arguments = [
        "--photos", str(folders.photos), "--renders", str(folders.renders), "--bundle", str(tiny_bundle),
        "--manifest", str(root), "--out", str(tmp_path), "--validation", "--quick", "--no-gallery",
    ]  # fmt: skip
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    stored = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert stored["sets"].keys() == {"photos_validation", "renders_validation"}
    assert (tmp_path / "report.html").is_file()
    for wrong, words in ((["--run", "x"], "not both"), (["--set", "photos"], "not both")):
        failed = CliRunner().invoke(app, [*arguments, *wrong])
        assert isinstance(failed.exception, TrainingError)
        assert words in str(failed.exception)
    missing = CliRunner().invoke(app, ["--photos", str(folders.photos), "--run", str(tmp_path / "none")])
    assert "holds no bundle" in str(missing.exception)
