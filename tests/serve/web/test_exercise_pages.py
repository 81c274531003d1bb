"""What trainers do on the pages of exercises."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serve.exercise.classes import MOST_TRAINEES, Classes, CompetencyLine
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Phase
from serve.exercise.ready import names, ready
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from serve.i18n import LANGUAGES, percent, tr
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.store import CaseStore
from serve.web.exercise_rooms import ExerciseRooms, refused
from serve.web.pages import add_pages
from tests.support.classroom import make_class
from tests.support.photos import save, textured


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A trainer's own folder: eight claws of tigers and eight imitations."""
    folder = tmp_path / "own"
    for leaf, colour in (("tiger_claw", (230, 120, 20)), ("imitation_claw", (60, 90, 210))):
        for i in range(8):
            place = folder / leaf / f"{leaf}-{i}"
            place.mkdir(parents=True)
            save(textured(colour, seed=i), place / "photo.jpg")
    return folder


def form(**changes: object) -> dict[str, object]:
    return {
        "title": "Claws", "number": "4", "seed": "7", "leaf": ["tiger_claw", "imitation_claw"], "source": ["own"],
        **changes,
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_begins_with_what_ships(client: TestClient, language: str) -> None:
    page = client.get(f"/exercises?lang={language}")
    for name in names():
        assert getattr(ready(name).title, language) in unescape(page.text)
    assert page.text.count('name="name"') == len(names()) == 3
    assert page.text.count("<svg") > len(names())
    assert tr("exercises.classes.none", language) in page.text
    assert tr("exercises.kept.none", language) in page.text


def test_a_ready_exercise_is_drawn_once(client: TestClient, exercises: ExerciseStore) -> None:
    page = client.post("/exercises", data={"name": "claws_and_teeth"})
    (kept,) = exercises.exercises()
    assert page.url.path == f"/exercises/one/{kept.exercise.id}"
    assert tr("exercises.forms", "en", count=24, practice=24) in page.text
    assert client.post("/exercises", data={"name": "claws_and_teeth"}).url.path == page.url.path
    assert kept.exercise.title in unescape(client.get("/exercises").text)
    unknown = client.post("/exercises", data={"name": "nothing"})
    assert (unknown.status_code, tr("exercise_error.no_exercise", "en") in unknown.text) == (400, True)


def test_without_the_renders_it_is_said_what_to_do(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIGERCHECK_DATASETS", str(tmp_path / "none"))
    page = client.post("/exercises", data={"name": "skins"})
    assert page.status_code == 400
    assert "TIGERCHECK_DATASETS" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_folder_is_drawn_from_and_weakness_is_said(
    client: TestClient, exercises: ExerciseStore, labelled: Path, language: str
) -> None:
    (labelled / "no_leaf" / "x").mkdir(parents=True)
    save(textured((9, 9, 9)), labelled / "no_leaf" / "x" / "a.jpg")
    client.get(f"/exercises/build?lang={language}")
    page = client.post("/exercises/build", data=form(folder=str(labelled), mix_easy="0"))
    (kept,) = exercises.exercises()
    assert page.url.path == f"/exercises/one/{kept.exercise.id}"
    assert sorted(one.leaf for one in kept.form("A")) == ["imitation_claw"] * 2 + ["tiger_claw"] * 2
    assert kept.exercise.seed == 7
    low, high = (percent(value, language) for value in (0.3424, 1.0))
    assert tr("build_warning.few_protected", language, count=2, low=low, high=high) in unescape(page.text)
    assert tr("pool_problem.unknown_leaf", language) in page.text


def test_what_cannot_be_drawn_keeps_what_was_filled_in(
    client: TestClient, exercises: ExerciseStore, labelled: Path
) -> None:
    here = str(labelled)
    for changes, words in (
        ({"number": "40"}, tr("exercise_error.too_few", "en", leaf="imitation claw", there=8, needed=40)),
        ({"folder": here + "x"}, tr("exercise_error.no_folder", "en", folder=here + "x")),
        ({"title": " "}, tr("exercise_error.exercise_invalid", "en")),
        ({"leaf": []}, tr("exercises.build.incomplete", "en", most=100)),
        ({"source": []}, tr("exercises.build.incomplete", "en", most=100)),
        ({"number": "many"}, tr("exercises.build.incomplete", "en", most=100)),
        ({"mix_hard": "-1"}, tr("exercises.build.incomplete", "en", most=100)),
        ({"seed": "99999999999"}, tr("exercises.build.incomplete", "en", most=100)),
        ({"number": "1"}, tr("exercise_error.exercise_invalid", "en")),
    ):
        page = client.post("/exercises/build", data=form(**{"folder": here, **changes}))
        assert page.status_code == 400
        assert words in unescape(page.text)
        if "leaf" not in changes:
            assert 'value="tiger_claw" checked' in page.text
    assert exercises.exercises() == ()


def test_a_class_is_made_run_and_deleted(client: TestClient, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    page = client.post(
        f"/exercises/one/{room.exercise_id}",
        data={
            "name": "Đông Hưng <1>", "phases": ["before", "after"], "enrol": "given", "codes": "3", "sensitivity": "80",
            "false_alarm": "20", "with_model": ["after"],
        },
    )  # fmt: skip
    made = Classes(exercises).classes()[0]
    assert page.url.path == f"/exercises/class/{made.id}"
    assert made.line == CompetencyLine(0.8, 0.2)
    assert (made.phases, made.with_model, made.self_enrol) == ((Phase.BEFORE, Phase.AFTER), (Phase.AFTER,), False)
    assert "Đông Hưng &lt;1&gt;" in page.text
    assert "http://testserver/train" in page.text
    assert tr("exercises.only_here", "en") in page.text
    assert made.id not in page.text.replace(f"/class/{made.id}", "")

    address = f"/exercises/class/{made.id}"
    client.post(address, data={"do": "codes", "count": "2"})
    codes = Classes(exercises).codes(made.id)
    printed = client.get(f"{address}/codes")
    assert [f"{code[:4]}-{code[4:]}" in printed.text for code in codes] == [True] * 5

    taking = Taking(exercises)
    taking.start(codes[0], Phase.BEFORE)
    assert "0 / 3" in client.get(address).text
    client.post(address, data={"do": "open", "phase": "after"})
    assert Classes(exercises).class_info(made.id).open_phase is Phase.AFTER
    client.post(address, data={"do": "close"})
    assert Classes(exercises).class_info(made.id).open_phase is None
    assert tr("exercises.nothing_open", "en") in client.get("/exercises").text

    asked = client.get(f"{address}/delete")
    assert tr("exercises.delete.text", "en", trainees=1, answers=0) in asked.text
    assert Classes(exercises).class_info(made.id)
    client.post(f"{address}/delete")
    assert [one.id for one in Classes(exercises).classes()] == [room.id]
    for path in (address, f"{address}/codes", f"{address}/delete", "/exercises/one/none"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"do": "close"}).status_code in (404, 405)


def test_a_free_class_shows_its_code(client: TestClient, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    page = client.get(f"/exercises/class/{room.id}")
    assert f'<span class="te-code">{room.id}</span>' in page.text
    assert tr("exercises.progress.none", "en") in page.text
    assert tr("exercises.codes.none", "en") in client.get(f"/exercises/class/{room.id}/codes").text


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""}, {"phases": []}, {"sensitivity": "80"}, {"sensitivity": "800", "false_alarm": "1"},
        {"codes": "many"}, {"sensitivity": "nan", "false_alarm": "5"},
    ],
)  # fmt: skip
def test_a_class_that_cannot_be_made_says_so(
    client: TestClient, exercises: ExerciseStore, tmp_path: Path, changes: dict[str, object]
) -> None:
    room = make_class(exercises, tmp_path)
    data = {"name": "Lào Cai", "phases": ["before"], "enrol": "free", "codes": "0", **changes}
    page = client.post(f"/exercises/one/{room.exercise_id}", data=data)
    assert page.status_code == 400
    assert tr("exercise_error.class_invalid", "en") in page.text
    assert ('value="Lào Cai"' in page.text) == ("name" not in changes)
    assert Classes(exercises).classes() == (room,)


def test_a_full_class_says_so(client: TestClient, exercises: ExerciseStore, tmp_path: Path) -> None:
    room = make_class(exercises, tmp_path)
    page = client.post(f"/exercises/class/{room.id}", data={"do": "codes", "count": str(MOST_TRAINEES + 1)})
    assert page.status_code == 400
    assert tr("exercise_error.class_full", "en", most=MOST_TRAINEES) in page.text
    page = client.post(f"/exercises/one/{room.exercise_id}", data={"name": "x", "phases": ["before"], "codes": "500"})
    assert page.status_code == 400
    assert Classes(exercises).classes() == (room,)
    assert client.post(f"/exercises/class/{room.id}", data={"do": "open", "phase": "x"}).status_code == 400


def test_traces_that_remain_are_said(
    client: TestClient, exercises: ExerciseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_class(exercises, tmp_path)

    def in_use() -> None:
        raise ExerciseError("in use", ExerciseErrorCode.BYTES_REMAIN, folder="F")

    monkeypatch.setattr(exercises, "compact", in_use)
    page = client.post(f"/exercises/class/{room.id}/delete")
    assert (page.status_code, tr("exercise_error.bytes_remain", "en", folder="F") in unescape(page.text)) == (400, True)
    assert Classes(exercises).classes() == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ExerciseErrorCode)
def test_every_refusal_has_words(code: ExerciseErrorCode, language: str) -> None:
    params = {"title": "x", "most": 1, "number": 1, "left": 1, "folder": "x", "leaf": "tiger_claw", "there": 1,
              "needed": 2, "columns": "x", "name": "x", "count": 1, "shown": "x", "used": "y"}  # fmt: skip
    assert refused(ExerciseError("", code, **params), language)


@pytest.fixture
def broken(store: CaseStore) -> Iterator[TestClient]:
    """Pages over exercises that cannot be opened."""

    def fail() -> ExerciseStore:
        raise StoreError("locked", StoreErrorCode.LOCKED, folder="F")

    app = FastAPI()
    add_pages(app, lambda: store, ExerciseRooms(fail))
    with TestClient(app, headers={"accept-language": "en-GB"}) as client:
        yield client


def test_exercises_that_cannot_be_opened(broken: TestClient) -> None:
    for path in ("/exercises", "/exercises/build", "/exercises/class/x"):
        page = broken.get(path)
        assert (page.status_code, 'role="alert"' in page.text) == (503, True)
    page = broken.post("/train", data={"code": "AAAA-AAAA"})
    assert (page.status_code, tr("train.unavailable", "en") in page.text) == (503, True)
    broken.cookies.set("tigercheck_trainee", "AAAAAAAA", path="/train")
    assert broken.get("/train/before").status_code == 503
