"""Three catalogues that say the same, and a language chosen as people expect."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ImageErrorCode
from model.quality import QualityIssue
from model.taxonomy import Identity, shipped_taxonomy
from serve.i18n import LANGUAGE_NAMES, LANGUAGES, catalogue, choose_language, number, percent, steps, tr

#: What an officer must never read, by language. "harmless" and its like stand only in warnings.
FORBIDDEN = {
    "en": r"\bgenuine\b|\bconfirmed\b|\bis a tiger\b|\bsafe\b",
    "vi": r"hàng thật|đã xác nhận|chính là hổ|an toàn",
    "zh": r"真品|正品|确认是|已确认|安全",
}


def parts(language: str) -> dict[str, list[str]]:
    """Keys by file, in order."""
    folder = files("serve.i18n").joinpath(language)
    return {part.name: list(json.loads(part.read_text(encoding="utf-8"))) for part in folder.iterdir()}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_keys_and_placeholders_everywhere(language: str) -> None:
    english = catalogue("en")
    other = catalogue(language)
    assert list(other) == list(english)
    assert parts(language) == parts("en")
    for key, text in other.items():
        assert text.strip()
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("language", ["vi", "zh"])
def test_nothing_is_left_in_english(language: str) -> None:
    same = {key for key, text in catalogue(language).items() if text == catalogue("en")[key]}
    assert same <= {"app.title", "list.separator", "report.pair"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_core_has_a_sentence(language: str) -> None:
    keys = set(catalogue(language))
    assert {f"image_error.{code.value}" for code in ImageErrorCode} <= keys
    assert {f"quality.{issue.value}" for issue in QualityIssue} <= keys
    for identity in Identity:
        assert {f"outcome.{identity.value}.title", f"outcome.{identity.value}.short"} <= keys
        assert steps(f"next.{identity.value}", language)
    for leaf in shipped_taxonomy().leaves:
        assert f"claim.{leaf.identity}.{leaf.cap}" in keys
        assert leaf.names.text(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_clears_or_condemns(language: str) -> None:
    for key, text in catalogue(language).items():
        assert not re.search(FORBIDDEN[language], text, re.IGNORECASE), key


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("zh-CN,zh;q=0.9", "zh"),
        ("zh_TW", "zh"),
        ("en-GB", "en"),
        ("fr-FR,en;q=0.5,zh;q=0.7", "zh"),
        ("fr-FR", "vi"),
        ("", "vi"),
        (None, "vi"),
        (";;q=x,,*;q=0", "vi"),
    ],
)
def test_language_is_chosen_from_the_browsers_header(header: str | None, expected: str) -> None:
    assert choose_language(header) == expected


@given(st.text())
def test_no_header_breaks_the_choice(header: str) -> None:
    assert choose_language(header) in LANGUAGES


@given(st.floats(0, 1), st.sampled_from(LANGUAGES))
def test_a_percentage_never_promises_certainty(value: float, language: str) -> None:
    shown = percent(value, language)
    digits = int("".join(c for c in shown if c.isdigit()))
    assert 1 <= digits <= 99
    assert "%" in shown


def test_numbers_follow_the_language() -> None:
    assert number(1.25, "vi") == "1,2"
    assert number(1.25, "en") == "1.2"


def test_missing_keys_and_languages_are_errors() -> None:
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)
    with pytest.raises(KeyError, match="no sentence"):
        tr("no.such.key", "vi")
    with pytest.raises(KeyError, match="expected one of vi, zh, en"):
        catalogue("fr")
