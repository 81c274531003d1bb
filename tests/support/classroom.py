"""A class over an exercise whose every secret is a word of its own, and a trainee's phone."""

from __future__ import annotations

import re
from pathlib import Path

from httpx import Client, Response

from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.model import (
    PHASE_ORDER,
    USUAL_PHASES,
    Difficulty,
    Exercise,
    Form,
    Phase,
    Source,
    Thing,
)
from serve.exercise.store import ExerciseStore
from tests.support.photos import save, textured

LEAVES = ("tiger_claw", "bear_claw", "imitation_claw", "tiger_canine")
SECRETS = ("exhibit-", "group-", "licence-", "secretfolder", ".jpg", *LEAVES)


def secret_thing(folder: Path, name: str, leaf: str, photos: int = 2) -> Thing:
    """A thing that says what it is wherever it can: in id, group, licence, folder, file name and inside the file."""
    place = folder / "secretfolder"
    place.mkdir(exist_ok=True)
    files = tuple(
        save(
            textured((230, 120, 20), seed=i), place / f"exhibit-{name}-{leaf}-{i}.jpg", comment=f"group-{leaf}".encode()
        )
        for i in range(photos)
    )
    return Thing(f"exhibit-{name}", leaf, files, Source.OWN, f"licence-{leaf}", Difficulty.EASY, f"group-{name}")


def make_class(
    store: ExerciseStore, folder: Path, per_form: int = 3, phases: tuple[Phase, ...] = USUAL_PHASES, **options: object
) -> ClassInfo:
    """A class over two forms and one thing of each leaf for practice alone."""
    order = [phase for phase in PHASE_ORDER if phase in phases]

    def form(name: str) -> Form:
        return Form(name, tuple(secret_thing(folder, f"{name}{i}", LEAVES[i % 3]) for i in range(per_form)))

    drawn = Exercise("TESTEXER", "Claws and teeth", LEAVES, 1, "0" * 64, (form("A"), form("B")))
    store.add(drawn, [secret_thing(folder, f"P{i}", leaf, 1) for i, leaf in enumerate(LEAVES)])
    return Classes(store).make_class(drawn.id, "Móng Cái 1", phases=order, **options)  # type: ignore[arg-type]


def number_of(page: Response) -> str:
    """Number of the question on a page."""
    found = re.search(r'name="number" value="(\d+)"', page.text)
    assert found, page.text
    return found.group(1)


def enter(phone: Client, code: str, phase: str = "before") -> Response:
    """Come in and start a phase; gives the first question."""
    assert phone.post("/train", data={"code": code}).status_code == 200
    return phone.post(f"/train/{phase}", data={"do": "start"})


def answer(
    phone: Client, page: Response, phase: str = "before", what: str = "1", confidence: str = "3", action: str = "refer"
) -> Response:
    """Answer the question on a page."""
    data = {"do": "answer", "number": number_of(page), "what": what, "action": action, "confidence": confidence}
    return phone.post(f"/train/{phase}", data=data)


def handles_of(page: Response, phase: str = "before") -> list[str]:
    """Addresses of the photos on a page."""
    return re.findall(rf'<img src="(/train/{phase}/photo/[\w-]+)"', page.text)


def newcomer(phone: Client, class_id: str) -> str:
    """Come in by the code of a class; gives the code of one's own, as stored."""
    page = phone.post("/train", data={"code": class_id})
    (token,) = re.findall(r'name="token" value="([^"]+)"', page.text)
    desk = phone.post("/train/new", data={"class_id": class_id, "token": token})
    (code,) = re.findall(r'class="tt-shown">([\w-]+)<', desk.text)
    return str(code).replace("-", "")
