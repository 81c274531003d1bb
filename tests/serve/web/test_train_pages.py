"""What trainees see, and that nobody sees an answer before it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from model.predict import Predictor
from serve.exercise.classes import Classes
from serve.exercise.model import Phase
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from serve.i18n import LANGUAGES, tr
from serve.services.guide import guide
from serve.services.wording import leaf_name
from serve.store.store import CaseStore
from serve.web.exercise_rooms import ExerciseRooms
from serve.web.pages import add_pages
from serve.web.train_frame import CODE_COOKIE
from tests.support.classroom import LEAVES, SECRETS, answer, enter, handles_of, make_class, number_of

Phone = Callable[..., TestClient]


@pytest.fixture
def phone(store: CaseStore, exercises: ExerciseStore) -> Iterator[Phone]:
    """Phones that reach one laptop, each with its own cookies; ``fresh`` starts the program anew."""
    rooms: list[ExerciseRooms] = []
    phones: list[TestClient] = []

    def make(fresh: bool = False, predictor: Predictor | None = None, address: str = "192.168.1.5") -> TestClient:
        if fresh or not rooms:
            rooms.append(ExerciseRooms(lambda: exercises, predictor))
        app = FastAPI()
        add_pages(app, lambda: store, rooms[-1])
        phones.append(TestClient(app, headers={"accept-language": "en-GB"}, client=(address, 50000)))
        return phones[-1]

    yield make
    for one in phones:
        one.close()


def plain(page: Response) -> str:
    """A page without what differs from question to question for no reason of the thing's."""
    text = re.sub(r"/photo/[\w-]+", "/photo/x", page.text)
    return re.sub(r"Question \d+ of", "Question", re.sub(r'value="\d+" max|name="number" value="\d+"', "", text))


def test_no_byte_tells_the_answer_of_a_test(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    code, other = Classes(exercises).give_codes(room.id, 2)
    sent: list[bytes] = []

    def record(response: Response) -> None:
        response.read()
        head = "".join(f"{name}: {value}\n" for name, value in response.headers.multi_items())
        sent.append(f"{response.url}\n{head}".encode() + response.content)

    pages: list[str] = []
    for one in (code, other):
        client = phone()
        client.event_hooks["response"].append(record)
        page = enter(client, one)
        for _ in range(3):
            pages.append(plain(page))
            for address in handles_of(page):
                assert client.get(address).headers["content-type"] == "image/jpeg"
            page = answer(client, page)
        assert tr("train.finished.text", "en") in page.text
        for path in ("", "/before", "/before/result", "/before/answer/1", "/practice", "/after", "/nowhere"):
            client.get(f"/train{path}")
    assert len(sent) > 40
    found = {word for word in SECRETS for part in sent if word.encode() in part}
    assert found == set()
    # Whatever is asked, the page is the same to the letter, but for number and photos.
    assert len(set(pages)) == 1


def test_reloading_and_sending_twice_loses_and_doubles_nothing(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    first = enter(client, code)
    assert "Question 1 of 3" in first.text
    again = client.get("/train/before")
    assert handles_of(again) == handles_of(first)
    second = answer(client, first)
    repeated = answer(client, first)
    assert number_of(second) == number_of(repeated) == "2"
    assert handles_of(second) == handles_of(repeated) != handles_of(first)
    changed = answer(client, first, what="2")
    assert changed.status_code == 409
    assert tr("exercise_error.answered_otherwise", "en", number=1) in changed.text
    (sitting,) = Classes(exercises).sittings(room.id)
    assert [one.chosen for one in sitting.answers] == [LEAVES[0]]


def test_a_code_goes_on_after_a_restart_and_on_another_device(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    second = answer(client, enter(client, code))
    restarted = phone(fresh=True)
    restarted.cookies.set(CODE_COOKIE, code, path="/train")
    assert handles_of(restarted.get("/train/before")) == handles_of(second)
    elsewhere = phone()
    assert handles_of(enter(elsewhere, f" {code[:4].lower()}-{code[4:]}")) == handles_of(second)


def test_the_code_is_in_a_cookie_for_these_pages_alone(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    entered = client.post("/train", data={"code": code}, follow_redirects=False)
    assert entered.status_code == 303
    (cookie,) = [one for one in entered.headers.get_list("set-cookie") if one.startswith(CODE_COOKIE)]
    assert {"HttpOnly", "Path=/train", "SameSite=strict"} <= set(cookie.split("; "))
    left = client.post("/train/leave")
    assert tr("train.code.help", "en") in left.text
    assert client.cookies.get(CODE_COOKIE) is None


def test_codes_do_not_see_each_other(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path, phases=(Phase.PRACTICE,))
    one, other = Classes(exercises).give_codes(room.id, 2)
    first, second = phone(), phone()
    page = enter(first, one, "practice")
    enter(second, other, "practice")
    (photo, *_) = handles_of(page, "practice")
    answer(first, page, "practice")
    assert first.get("/train/practice/answer/1").status_code == 200
    assert first.get(photo).status_code == 200
    assert second.get(photo).status_code == 404
    assert second.get("/train/practice/answer/1").status_code == 404
    assert phone().get(photo, follow_redirects=False).headers["location"] == "/train"


@pytest.mark.parametrize("language", LANGUAGES)
def test_practice_tells_what_it_is_and_what_to_look_at(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path, predictor: Predictor, language: str
) -> None:
    room = make_class(exercises, tmp_path, phases=(Phase.PRACTICE,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone(predictor=predictor)
    client.get(f"/train?lang={language}")
    page = enter(client, code, "practice")
    told = answer(client, page, "practice", what="0", confidence="2")
    assert told.url.path == "/train/practice/answer/1"
    assert tr("train.feedback.wrong", language) in told.text
    assert tr("train.cannot_tell", language) in told.text
    assert tr("train.due.minutes", language, minutes=1) in told.text
    truth = Taking(exercises).result(code, Phase.PRACTICE).answers[0].truth
    words = unescape(told.text)
    assert tr("train.feedback.truth", language, leaf=leaf_name(truth, language)) in words
    entry = guide().entries_for_leaf(truth)[0]
    assert guide().features[entry.features[0]].about.text(language) in words
    assert tr("guide.unverified", language) in told.text
    assert 'src="data:image/jpeg;base64' in told.text
    assert tr("train.model", language) in told.text
    assert "secretfolder" not in told.text
    assert "exhibit-" not in told.text
    # Loading it again counts nothing.
    assert client.get(told.url).text == told.text
    assert len(Taking(exercises).result(code, Phase.PRACTICE).answers) == 1


@pytest.mark.parametrize(("action", "word"), [("let_go", "let_go"), ("refer", "held"), ("detain", "held")])
def test_what_was_done_is_judged_apart_from_what_it_was_called(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path, action: str, word: str
) -> None:
    room = make_class(exercises, tmp_path, phases=(Phase.PRACTICE,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    page = enter(client, code, "practice")
    seen = set()
    for _ in range(4):
        told = unescape(answer(client, page, "practice", what="0", action=action).text)
        truth = Taking(exercises).result(code, Phase.PRACTICE).answers[-1].truth
        seen.add(truth)
        said = {key for key in ("held", "let_go") if tr(f"train.feedback.conduct.{key}", "en") in told}
        assert said == (set() if truth == "imitation_claw" else {word})
        page = client.get("/train/practice")
    assert {"imitation_claw", "tiger_claw"} <= seen


def test_without_a_bundle_practice_works_without_the_model(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path, phases=(Phase.PRACTICE,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    right = exercises.exercise(room.exercise_id).form("A")[0].leaf
    page = enter(client, code, "practice")
    told = answer(client, page, "practice", what=str(LEAVES.index(right) + 1))
    assert tr("train.feedback.right", "en") in told.text
    assert tr("train.model", "en") not in told.text
    ended = client.post("/train/practice", data={"do": "end"})
    assert ended.url.path == "/train"


def test_practice_ends_with_when_the_next_is_due(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path, per_form=1, phases=(Phase.PRACTICE,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    page = enter(client, code, "practice")
    for _ in range(6):
        answer(client, page, "practice", what="0")
        page = client.get("/train/practice")
    assert tr("train.pause.title", "en") in page.text
    assert tr("train.due.minutes", "en", minutes=1) in page.text


def test_a_result_is_shown_once_the_trainer_has_closed_the_test(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    page = enter(client, code)
    assert client.get("/train/before/result").status_code == 409
    for _ in range(3):
        page = answer(client, page)
    early = client.get("/train/before/result")
    assert (early.status_code, tr("exercise_error.not_yet", "en") in early.text) == (409, True)
    Classes(exercises).open_phase(room.id, None)
    told = client.get("/train/before/result")
    assert tr("train.result.right", "en", right=1, total=3) in told.text
    assert client.get(handles_of(told)[0]).status_code == 200
    assert "/train/before/result" in client.get("/train").text


def test_a_phase_that_is_not_open_says_so(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    page = enter(client, code)
    closed = client.post("/train/after", data={"do": "start"})
    assert (closed.status_code, tr("exercise_error.phase_closed", "en") in closed.text) == (409, True)
    Classes(exercises).open_phase(room.id, None)
    assert answer(client, page).status_code == 409
    assert tr("train.waiting", "en") in client.get("/train").text
    for path in ("/train/never", "/train/before/answer/1", "/train/practice/result", "/train/a/b/c"):
        assert client.get(path).status_code == 404


def test_an_incomplete_answer_keeps_what_was_ticked(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    enter(client, code)
    for data in ({"what": "2"}, {"what": "9", "action": "refer"}, {"confidence": "6"}, {"action": "x"}):
        page = client.post("/train/before", data={"do": "answer", "number": "1", **data})
        assert (page.status_code, tr("train.incomplete", "en") in page.text) == (400, True)
        assert ('value="2" required checked' in page.text) == (data == {"what": "2"})
    for number in ("", "7", "-1", "²", "9" * 40):
        page = client.post("/train/before", data={"do": "answer", "number": number, "what": "1"})
        assert number_of(page) == "1"
    assert Classes(exercises).progress(room.id)[0].phases[0].answered == 0


def test_a_class_code_gives_one_code_however_often_it_is_sent(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    client = phone()
    page = client.post("/train", data={"code": room.id.lower()})
    assert room.name in page.text
    (token,) = re.findall(r'name="token" value="([^"]+)"', page.text)
    data = {"class_id": room.id, "token": token}
    desk = client.post("/train/new", data=data)
    twice = client.post("/train/new", data=data)
    (code,) = Classes(exercises).codes(room.id)
    assert f"{code[:4]}-{code[4:]}" in desk.text
    assert f"{code[:4]}-{code[4:]}" in twice.text


def test_a_class_by_codes_gives_none(phone: Phone, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path, self_enrol=False)
    client = phone()
    page = client.post("/train", data={"code": room.id})
    assert tr("exercise_error.class_by_code", "en") in page.text
    assert room.name not in page.text
    assert client.post("/train/new", data={"class_id": room.id, "token": "x"}).status_code == 401
    assert Classes(exercises).codes(room.id) == ()


@pytest.mark.parametrize("way", ["form", "cookie", "class"])
def test_guessing_is_slowed_down_but_shuts_nobody_out(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path, way: str
) -> None:
    room = make_class(exercises, tmp_path)
    code, new = Classes(exercises).give_codes(room.id, 2)
    inside, guesser = phone(), phone()
    page = enter(inside, code)

    def guess(n: int) -> Response:
        if way == "form":
            return guesser.post("/train", data={"code": f"AAAA{n:04}"})
        if way == "class":
            return guesser.get(f"/train/new?class=AA{n:04}")
        guesser.cookies.clear()
        guesser.cookies.set(CODE_COOKIE, f"AAAA{n:04}", path="/train")
        return guesser.get("/train")

    assert {guess(n).status_code for n in range(30)} == {401}
    assert guess(99).status_code == 429
    guesser.cookies.clear()
    assert guesser.post("/train", data={"code": new}).status_code == 429
    # Whoever is in goes on from the same address, and others come in from theirs.
    assert number_of(answer(inside, page)) == "2"
    assert enter(phone(address="192.168.1.9"), new).status_code == 200


def test_a_deleted_class_sends_its_trainees_to_the_entrance(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path)
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    enter(client, code)
    Classes(exercises).delete_class(room.id)
    page = client.get("/train/before")
    assert page.url.path == "/train"
    assert tr("exercise_error.no_code", "en") in page.text
    assert client.cookies.get(CODE_COOKIE) is None


def test_a_test_with_the_model_shows_its_answer(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path, predictor: Predictor
) -> None:
    room = make_class(exercises, tmp_path, with_model=(Phase.AFTER,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone(predictor=predictor)
    assert tr("train.model", "en") not in enter(client, code).text
    Classes(exercises).open_phase(room.id, Phase.AFTER)
    page = client.post("/train/after", data={"do": "start"})
    assert tr("train.model", "en") in page.text
    assert [word for word in SECRETS if word in page.text] == []


def test_with_the_model_the_same_object_is_asked_alone_and_then_with_its_answer(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path, predictor: Predictor
) -> None:
    room = make_class(exercises, tmp_path, phases=(Phase.ASSISTED,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone(predictor=predictor)
    page = enter(client, code, "assisted")
    for number in range(1, 7):
        assert number_of(page) == str(number)
        shows = tr("train.model", "en") in page.text
        assert shows is (number % 2 == 0)
        assert tr("train.assisted.again" if shows else "train.assisted.alone", "en") in page.text
        assert (predictor.bundle.info.id in page.text) is shows
        if not shows:  # what the model says names kinds, so they are no secret there
            assert [word for word in SECRETS if word in page.text] == []
        page = answer(client, page, "assisted")
    assert tr("train.finished.title", "en") in page.text
    sitting = Classes(exercises).sittings(room.id, [Phase.ASSISTED])[0]
    assert (sitting.finished, len(sitting.answers)) == (True, 6)


def test_without_a_model_its_answers_are_not_silently_left_out(
    phone: Phone, exercises: ExerciseStore, tmp_path: Path
) -> None:
    room = make_class(exercises, tmp_path, phases=(Phase.ASSISTED,))
    (code,) = Classes(exercises).give_codes(room.id, 1)
    client = phone()
    page = answer(client, enter(client, code, "assisted"), "assisted")
    assert page.status_code == 409
    assert tr("exercise_error.no_model", "en") in page.text
