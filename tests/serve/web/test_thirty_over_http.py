"""Thirty trainees at once over real HTTP against one program: nothing is lost, mixed up, or seen by another."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from httpx import Client, Limits, Response

from serve.exercise.classes import Classes
from serve.exercise.codes import shown
from serve.exercise.model import Action, Phase
from serve.exercise.store import ExerciseStore
from serve.i18n import tr
from tests.support.classroom import LEAVES, answer, enter, handles_of, make_class, newcomer, number_of
from tests.support.server import serving

TRAINEES, QUESTIONS = 30, 3


@dataclass
class Trainee:
    """What one trainee did and saw."""

    index: int
    phone: Client
    code: str = ""
    photos: list[str] = field(default_factory=list)
    seen: list[Response] = field(default_factory=list)

    def choice(self, number: int) -> tuple[int, Action, int]:
        """Place of the leaf (0 is "cannot tell"), action and confidence: hardly any two trainees answer alike."""
        return (self.index + number) % 5, list(Action)[self.index * number % 3], (self.index + 2 * number) % 5 + 1

    def come_in(self, class_id: str, given: str) -> None:
        """By a code that was given out, or by the class's."""
        if given:
            self.code = given
            page = enter(self.phone, given)
        else:
            self.code = newcomer(self.phone, class_id)
            page = self.phone.post("/train/before", data={"do": "start"})
        self._take(page)

    def _take(self, page: Response) -> None:
        for number in range(1, QUESTIONS + 1):
            assert int(number_of(page)) == number
            mine = handles_of(page)
            if self.index % 3 == 0:
                again = self.phone.get("/train/before")
                assert (number_of(again), handles_of(again)) == (str(number), mine)
                self.seen.append(again)
            for photo in mine:
                assert self.phone.get(photo).headers["content-type"] == "image/jpeg"
            self.photos += mine
            what, action, confidence = self.choice(number)
            given = {"what": str(what), "action": action.value, "confidence": str(confidence)}
            self.seen.append(page)
            following = answer(self.phone, page, **given)
            if self.index % 4 == 0:
                twice = answer(self.phone, page, **given)
                assert handles_of(twice) == handles_of(following)
                self.seen.append(twice)
            page = following
        assert tr("train.finished.text", "en") in page.text
        self.seen.append(page)


def test_thirty_trainees_at_once(tmp_path: Path, tiny_bundle: Path) -> None:
    store = ExerciseStore(tmp_path / "cases")
    room = make_class(store, tmp_path, per_form=QUESTIONS)
    given = Classes(store).give_codes(room.id, TRAINEES // 2)
    start, progress = threading.Barrier(TRAINEES), f"/exercises/class/{room.id}"
    with serving(log=tmp_path / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        clients = [
            Client(base_url=url, follow_redirects=True, timeout=120, headers={"accept-language": "en-GB"},
                   limits=Limits(max_connections=2))
            for _ in range(TRAINEES + 1)
        ]  # fmt: skip
        *phones, laptop = clients
        trainees = [Trainee(index, phone) for index, phone in enumerate(phones)]

        def take(one: Trainee) -> None:
            start.wait()
            one.come_in(room.id, given[one.index // 2] if one.index % 2 else "")

        with ThreadPoolExecutor(TRAINEES) as threads:
            taken = [threads.submit(take, one) for one in trainees]
            while wait(taken, timeout=0.5).not_done:
                assert laptop.get(progress).status_code == 200
            for one in taken:
                one.result()

        codes = [one.code for one in trainees]
        assert len(set(codes)) == TRAINEES
        photos = [photo for one in trainees for photo in one.photos]
        assert len(set(photos)) == TRAINEES * QUESTIONS * 2
        for one, other in zip(trainees, [*trainees[1:], trainees[0]], strict=True):
            text = "".join(page.text for page in one.seen)
            assert not [code for code in codes if code != one.code and (code in text or shown(code) in text)]
            assert one.phone.get(other.photos[0]).status_code == 404
        page = laptop.get(progress).text
        for client in clients:
            client.close()

    done = f"{QUESTIONS} / {QUESTIONS} · {tr('exercises.done', 'en')}"
    rows = re.findall(r'<tr><td>(\d+)</td><th scope="row">([\w-]+)</th>\s*<td>([^<]+)</td>', page)
    assert sorted(int(number) for number, _, _ in rows) == list(range(1, TRAINEES + 1))
    assert {code for _, code, _ in rows} == {shown(one.code) for one in trainees}
    assert {state for _, _, state in rows} == {done}

    sittings = {one.trainee: one for one in Classes(store).sittings(room.id)}
    assert sorted(one.form for one in sittings.values()) == ["A"] * 15 + ["B"] * 15
    for one in trainees:
        sitting = sittings[one.code]
        assert (sitting.phase, sitting.finished) == (Phase.BEFORE, True)
        kept = [(given.chosen, given.action, given.confidence) for given in sitting.answers]
        wanted = [one.choice(number) for number in range(1, QUESTIONS + 1)]
        assert kept == [(LEAVES[what - 1] if what else None, action, sure) for what, action, sure in wanted]
    store.close()
    assert "Traceback" not in (tmp_path / "log.txt").read_text(encoding="utf-8")
