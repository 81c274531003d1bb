"""Without signing in, trainees reach their own pages and nothing else; pages of exercises are the trainers'."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from serve.exercise.classes import Classes
from serve.exercise.store import ExerciseStore
from serve.i18n import LANGUAGES, tr
from serve.services.local_only import LocalOnly
from serve.services.login import LoginRequired, open_to_trainees
from serve.store.store import CaseStore
from serve.web.exercise_rooms import ExerciseRooms
from serve.web.pages import STYLES, add_pages
from tests.support.classroom import enter, make_class
from tests.support.web import SECRET, staff

POST = "http://192.168.1.2:7860"
Browser = Callable[..., TestClient]


@pytest.fixture
def browser(store: CaseStore, exercises: ExerciseStore) -> Iterator[Browser]:
    """Browsers of the network at a post with users; ``name`` signs in."""
    users = staff(store)
    app = FastAPI()
    add_pages(app, lambda: store, ExerciseRooms(lambda: exercises, reachable=True))

    @app.api_route("/{rest:path}", methods=["GET", "POST", "HEAD", "PUT"])
    def check_page(rest: str) -> str:
        """Stands for the check page, which answers whatever else is asked."""
        return f"the check page answers {rest}"

    guarded = LocalOnly(LoginRequired(app, users, tls=False), {"192.168.1.2"})
    opened: list[TestClient] = []

    def make(name: str = "") -> TestClient:
        client = TestClient(guarded, base_url=POST, headers={"accept-language": "en-GB", "accept": "text/html"})
        opened.append(client)
        if name:
            assert client.post("/login", data={"name": name, "password": SECRET}).status_code == 200
        return client

    yield make
    for one in opened:
        one.close()


def refused(answer: Response) -> bool:
    return answer.status_code == 401 or answer.headers.get("location", "").startswith("/login")


def test_a_trainee_needs_no_sign_in_and_a_code_opens_nothing_else(
    browser: Browser, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = browser()
    page = enter(client, code)
    assert "Question 1 of 3" in page.text
    assert 'href="/cases"' not in page.text
    for name in ("page.css", "plain.css", "guide.css", "train.css"):
        assert client.get(f"/style/{name}").status_code == 200
    for path in (
        "/", "/cases", "/case?number=1", "/guide", "/examine", "/review", "/settings", "/exercises", "/exercises/build",
        f"/exercises/class/{room.id}", f"/exercises/class/{room.id}/codes", "/config", "/trainer", "/train.json",
        "/train/../cases", "/train/%2e%2e/cases", "/train/..%2fcases", "/train//cases", "/TRAIN", "//train", "/train/",
        "/train/a%00", "/train/é", "/style/other.css", "/style/train.css/x", "/fonts/OFL.txt", "/gradio_api/info",
    ):  # fmt: skip
        assert refused(client.get(path, follow_redirects=False)), path
        assert refused(client.post(path, follow_redirects=False)), path
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        assert refused(client.request(method, "/train", follow_redirects=False)), method


def test_whatever_is_let_through_is_answered_by_the_pages_of_trainees(browser: Browser) -> None:
    client = browser()
    for path in ("/train", "/train/new", "/train/leave", "/train/before", "/train/x", "/train/a/b/c", "/train/a/b/c/d"):
        for method in ("GET", "POST"):
            assert open_to_trainees(method, path)
            assert "the check page" not in client.request(method, path).text


def test_only_style_sheets_that_exist_are_open() -> None:
    # That of the trainers' page of results is not for trainees.
    assert {name for name in STYLES if not open_to_trainees("GET", f"/style/{name}")} == {"results.css"}
    assert not open_to_trainees("POST", "/style/page.css")


def test_a_page_elsewhere_cannot_send_a_trainees_form(
    browser: Browser, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = browser()
    enter(client, code)
    assert client.post("/train/leave", headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/train/leave", headers={"origin": POST}).status_code == 200
    assert client.get("/train", headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_officers_are_refused_in_words(
    browser: Browser, exercises: ExerciseStore, tmp_path: Path, language: str
) -> None:
    room = make_class(exercises, tmp_path)
    client = browser("Lan")
    one = f"/exercises/class/{room.id}"
    exercise = f"/exercises/one/{room.exercise_id}"
    for path in ("/exercises", "/exercises/build", exercise, one, f"{one}/codes", f"{one}/delete"):
        answer = client.get(f"{path}?lang={language}")
        assert answer.status_code == 403
        role = tr("access.role.trainer", language)
        assert tr("refusal.run_exercises", language, role=role) in answer.text
        assert room.name not in answer.text
    for path in ("/exercises", "/exercises/build", exercise, one, f"{one}/delete"):
        assert client.post(path, data={"do": "open", "phase": "after"}).status_code == 403
    assert Classes(exercises).class_info(room.id) == room
    assert tr("nav.exercises", language) not in client.get(f"/guide?lang={language}").text


@pytest.mark.parametrize("name", ["Hoa", "Minh"])
def test_trainers_and_maintainers_may(browser: Browser, exercises: ExerciseStore, tmp_path: Path, name: str) -> None:
    room = make_class(exercises, tmp_path)
    client = browser(name)
    assert f'href="/exercises/class/{room.id}"' in client.get("/exercises").text
    page = client.get(f"/exercises/class/{room.id}")
    assert f"{POST}/train" in page.text
    assert tr("exercises.only_here", "en") not in page.text
    assert 'href="/exercises"' in client.get("/guide").text
