"""Licensed photos as a source: made pictures in a made collection, from the manifest to the question."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from serve.cli import app
from serve.exercise import pool as pools
from serve.exercise.classes import Classes
from serve.exercise.model import Action, Difficulty, Phase, Source
from serve.exercise.pool import ProblemCode
from serve.exercise.store import ExerciseStore
from serve.exercise.store.store import PRACTICE_FORM
from serve.exercise.taking import Taking
from tests.support.photos import save, textured

COLUMNS = [
    "file", "sha256", "leaf", "exhibit", "source", "source_path", "licence", "origin", "split", "labelled_by",
    "label_basis", "captured", "width", "height", "notes",
]  # fmt: skip
LEAVES = ("tiger_whole", "domestic_animal")


class Collection:
    """A collection of made photos with its manifest."""

    def __init__(self, folder: Path) -> None:
        self.datasets, self.photos = folder / "datasets", folder / "photos"
        (self.datasets / "renders").mkdir(parents=True)
        (self.datasets / "manifest").mkdir()
        self.photos.mkdir()
        self.rows: list[dict[str, str]] = []
        self._count = 0

    def add(self, leaf: str, exhibit: str, split: str = "validation", licence: str = "CC0-1.0", crop: str = "") -> Path:
        """One photo and its row."""
        self._count += 1
        name = f"{leaf}/{exhibit}-{self._count}.jpg"
        (self.photos / leaf).mkdir(exist_ok=True)
        path = save(textured((40 + 3 * self._count, 120, 90), seed=self._count), self.photos / name)
        row = dict.fromkeys(COLUMNS, "")
        row |= {
            "file": name + crop, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "leaf": leaf,
            "exhibit": exhibit, "source": "github:made/up@1", "licence": licence, "origin": "photo", "split": split,
            "labelled_by": "made for a test", "label_basis": "source", "width": "320", "height": "240",
        }  # fmt: skip
        self.rows.append(row)
        return path

    def write(self) -> None:
        """Both manifests; no render is in the other one."""
        for name, rows in (("photos.csv", self.rows), ("renders.csv", [])):
            with (self.datasets / "manifest" / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS)
                writer.writeheader()
                writer.writerows(rows)
        (self.datasets / "renders" / "pictures.jsonl").write_text("", encoding="utf-8")


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    made = Collection(tmp_path)
    monkeypatch.setenv("TIGERCHECK_DATASETS", str(made.datasets))
    monkeypatch.setenv("TIGERCHECK_PHOTOS", str(made.photos))
    return made


def test_only_whole_licensed_photos_that_no_weight_learned_from_are_drawn(collection: Collection) -> None:
    collection.add("tiger_whole", "two-views")
    collection.add("tiger_whole", "two-views")
    collection.add("tiger_whole", "learned", split="train")
    collection.add("tiger_whole", "unstated", licence="unstated (search result)")
    collection.add("tiger_whole", "cropped", crop="#xywh=percent:10,10,50,50")
    altered = collection.add("domestic_animal", "altered")
    missing = collection.add("domestic_animal", "missing")
    collection.write()
    altered.write_bytes(altered.read_bytes() + b"x")
    missing.unlink()
    found = pools.photos()
    (thing,) = found.things
    assert (thing.id, len(thing.photos), thing.source) == ("two-views", 2, Source.PHOTO)
    assert (thing.difficulty, thing.licence) == (Difficulty.MEDIUM, "CC0-1.0")
    assert {one.code for one in found.problems} == {ProblemCode.ALTERED, ProblemCode.PHOTO}
    assert [one.id for one in pools.photos(pools.TRAINED).things] == ["learned"]


def test_an_exercise_of_photos_is_built_kept_and_shown(collection: Collection, tmp_path: Path) -> None:
    for leaf in LEAVES:
        for number in range(6):
            collection.add(leaf, f"{leaf}-{number}")
        for number in range(3):
            collection.add(leaf, f"{leaf}-learned-{number}", split="train")
    collection.write()
    words = ["exercise", "build", "--title", "Photos", "--photos", "--no-renders", "--number", "4", "--data",
             str(tmp_path / "data"), "--lang", "en"]  # fmt: skip
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    store = ExerciseStore(tmp_path / "data")
    (kept,) = store.exercises()
    assert {thing.source for thing in kept.things.values()} == {Source.PHOTO}
    assert {thing.id.rpartition("-")[0] for thing in kept.form(PRACTICE_FORM)} == {f"{one}-learned" for one in LEAVES}
    assert {"learned" in thing.id for name in ("A", "B") for thing in kept.form(name)} == {False}
    room = Classes(store).make_class(kept.exercise.id, "Class 1")
    taking = Taking(store)
    code = taking.enrol(room.id)
    taking.start(code, Phase.BEFORE)
    for number in range(1, 5):
        question = taking.question(code, Phase.BEFORE)
        assert question is not None
        picture = Image.open(io.BytesIO(taking.photo(code, Phase.BEFORE, question.photos[0])))
        assert picture.format == "JPEG"
        taking.answer(code, Phase.BEFORE, number, None, Action.REFER, 1)
    store.close()
    # The collection may move: places are kept relative to it.
    moved = collection.photos.rename(tmp_path / "elsewhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIGERCHECK_PHOTOS", str(moved))
        again = ExerciseStore(tmp_path / "data")
        assert all(photo.is_file() for thing in again.exercises()[0].form("A") for photo in thing.photos)
        again.close()
