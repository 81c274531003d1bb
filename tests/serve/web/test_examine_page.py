"""Examining by eye needs no script and stores nothing."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from serve.i18n import LANGUAGES, tr
from serve.services.checklist import checklist_for


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_come_back_ticked_and_missing_views_are_named(client: TestClient, language: str) -> None:
    checklist = checklist_for(["tiger_claw"])
    question, view = checklist.features[0].id, checklist.views[0].id
    asked = {"leaves": "tiger_claw", "lang": language}
    empty = client.get("/examine", params=asked).text
    assert "checked" not in empty
    filled = client.get("/examine", params={**asked, question: "no", "view": view}).text
    ticked = re.findall(r'<input [^>]*name="([^"]+)" value="([^"]+)" checked', filled)
    assert ticked == [(question, "no"), ("view", view)]
    assert tr("plain.examine.answered", language, answered=1, questions=len(checklist.features)) in filled
    assert tr("examine.views.missing", language, count=len(checklist.views) - 1) in filled


def test_what_is_not_known_is_not_asked_about(client: TestClient) -> None:
    for params in ({"leaves": "dragon_claw"}, {"leaves": "tiger_claw", "item": "unicorn"}):
        assert client.get("/examine", params=params).status_code == 404
    script = client.get("/examine", params={"leaves": "tiger_claw", "view": "<script>"})
    assert script.status_code == 200
    assert "<script" not in script.text
