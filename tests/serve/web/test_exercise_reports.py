"""A trainer's downloads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.result_tables import answers_csv
from serve.exercise.results import class_results
from serve.exercise.store import ExerciseStore
from serve.i18n import tr
from serve.reports.exercise_words import say
from serve.store.store import CaseStore
from tests.support.exercise_class import taken_class
from tests.support.reports import page_texts, squeezed
from tests.support.web import AsUser, staff

FILES = ("report.pdf", "paper.pdf", "key.pdf", "certificates.pdf", "indicator.csv", "answers.csv")


@pytest.fixture(scope="module")
def exercises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path_factory.mktemp("web"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def room(exercises: ExerciseStore) -> ClassInfo:
    return taken_class(exercises, exercises.data, things=4, trainees=4)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_given(client: TestClient, room: ClassInfo, name: str) -> None:
    answer = client.get(f"/exercises/class/{room.id}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{room.id}-{name}"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF" if name.endswith("pdf") else b"\xef\xbb\xbf")


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_report_comes_in_the_language_asked_for(client: TestClient, room: ClassInfo, language: str) -> None:
    data = client.get(f"/exercises/class/{room.id}/report.pdf?lang={language}").content
    assert squeezed(say("title", language)) in squeezed(page_texts(data)[0])


def test_answers_are_those_of_the_class(client: TestClient, exercises: ExerciseStore, room: ClassInfo) -> None:
    assert client.get(f"/exercises/class/{room.id}/answers.csv").content == answers_csv(exercises, room.id)


def test_where_there_are_users_trainers_alone_get_files(as_user: AsUser, store: CaseStore, room: ClassInfo) -> None:
    staff(store)
    for who, status in ((None, 403), ("Lan", 403), ("Hoa", 200), ("Minh", 200)):
        for name in FILES if status == 403 else ("answers.csv",):
            answer = as_user(who).get(f"/exercises/class/{room.id}/{name}")
            assert answer.status_code == status, (who, name)
            assert ("content-disposition" in answer.headers) is (status == 200)


def test_an_unknown_class_and_a_class_without_certificates_are_said(
    client: TestClient, exercises: ExerciseStore, room: ClassInfo
) -> None:
    assert client.get("/exercises/class/NOSUCH/report.pdf").status_code == 404
    empty = Classes(exercises).make_class("ABCD", "empty")
    assert not class_results(exercises, empty.id).compared
    answer = client.get(f"/exercises/class/{empty.id}/certificates.pdf")
    assert answer.status_code == 409
    assert tr("exercise_report.error.nobody", "en") in answer.text


def test_the_class_page_leads_to_every_file(client: TestClient, room: ClassInfo) -> None:
    text = client.get(f"/exercises/class/{room.id}").text
    for name in FILES:
        assert f'href="/exercises/class/{room.id}/{name}' in text
