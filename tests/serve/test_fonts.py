"""The fonts shipped can draw every sentence."""

from __future__ import annotations

from importlib.resources import as_file, files

import pytest
from fontTools.ttLib import TTFont

from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGE_NAMES, LANGUAGES, catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_can_be_drawn(language: str) -> None:
    known: set[int] = set()
    for name in ("noto-sans.woff2", "noto-sans-sc.woff2"):
        with as_file(files("serve.ui") / "fonts" / name) as path, TTFont(path) as font:
            known |= set(font.getBestCmap())
    names = "".join(leaf.names.text(language) for leaf in shipped_taxonomy().leaves)
    needed = set("".join(catalogue(language).values()) + names + LANGUAGE_NAMES[language])
    # A line break is kept to, not drawn.
    assert sorted(c for c in needed - {"\n"} if ord(c) not in known) == []
