"""The guide as a browser gets it, without a model."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from serve.i18n import LANGUAGES, tr
from serve.services.guide import guide


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_reached_from_the_overview(client: TestClient, language: str) -> None:
    overview = client.get("/guide", params={"lang": language})
    assert overview.status_code == 200
    assert f'<html lang="{language}">' in overview.text
    found = set(re.findall(r'href="/guide/([^"?#]+)"', overview.text))
    assert found == set(guide().entries)
    for name in found:
        entry = client.get(f"/guide/{name}")
        assert entry.status_code == 200
        # The language chosen once holds on the next page.
        assert f'<html lang="{language}">' in entry.text
        assert guide().entry(name).title.text(language) in entry.text


def test_search_works_without_a_script(client: TestClient) -> None:
    assert '<form class="tcg-search" role="search" action="/guide"' in client.get("/guide").text
    found = client.get("/guide", params={"q": "mong vuot", "lang": "vi"}).text
    assert 'href="/guide/claw"' in found
    nothing = client.get("/guide", params={"q": "<b>xyzzy</b>"}).text
    assert "&lt;b&gt;xyzzy" in nothing
    assert "<b>xyzzy" not in nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_page_is_said_in_words(client: TestClient, language: str) -> None:
    answer = client.get("/guide/nowhere", params={"lang": language})
    assert answer.status_code == 404
    assert tr("plain.missing.title", language) in answer.text


def test_styles_are_the_programs_own(client: TestClient) -> None:
    page = client.get("/guide").text
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert len(sheets) == 3
    for sheet in sheets:
        answer = client.get(sheet)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/style/..%2Fpage.py").status_code == 404
    assert "<script" not in page
