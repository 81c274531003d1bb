"""The faces shipped draw every sentence, and lines break where they may."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGES, catalogue
from serve.reports.fonts import FILES, bold_throughout, prepared, runs, width
from serve.reports.make_fonts import gb2312, words
from serve.reports.typeset import Style, set_lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_drawn_regular_and_bold(language: str) -> None:
    texts = [*catalogue(language).values(), *(leaf.names.text(language) for leaf in shipped_taxonomy().leaves)]
    assert sorted(set().union(*(prepared(text)[1] for text in texts))) == []
    assert [text for text in texts if not bold_throughout(text)] == []


def test_the_guide_and_common_characters_can_be_drawn() -> None:
    assert prepared("".join(words() | gb2312(16, 87)))[1] == frozenset()


def test_fonts_stay_small() -> None:
    folder = files("serve.reports") / "fonts"
    assert sum(len((folder / name).read_bytes()) for name in FILES.values()) < 3_000_000
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8")


def test_latin_in_chinese_keeps_its_face() -> None:
    assert [(run.face, run.text) for run in runs("虎 Móng Cái“虎”", "zh")] == [
        ("chinese", "虎"), ("latin", " Móng Cái"), ("chinese", "“虎”")
    ]  # fmt: skip


@given(st.text(max_size=300), st.sampled_from(LANGUAGES), st.floats(8, 150))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, language: str, room: float) -> None:
    style = Style(size=9)
    lines = set_lines(text, language, style, room, hang=2.0)
    for line in lines:
        assert line.width <= room + 1e-6 or len(line.text) == 1 or unicodedata.combining(line.text[-1])
    kept = "".join(line.text for line in lines)
    assert "".join(kept.split()) == "".join(prepared(text)[0].split())


def test_chinese_marks_do_not_begin_or_end_a_line() -> None:
    lines = set_lines("经检查，该物品（疑似虎皮）与“虎”的特征相符；请送鉴定。" * 8, "zh", Style(), 41.0)
    assert len(lines) > 5
    for line in lines:
        assert line.text[0] not in "，。；）”"
        assert line.text[-1] not in "（“"
        assert width(line.text, "zh", 9.5) <= 41.0


def test_words_are_not_broken_if_they_fit() -> None:
    lines = set_lines("giám định trưng cầu " * 10, "vi", Style(), 30.0)
    assert {word for line in lines for word in line.text.split()} == {"giám", "định", "trưng", "cầu"}
