"""What the page shows, before it is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.predict import Predictor
from serve.i18n import LANGUAGES, tr
from serve.services.check import MAX_PHOTOS, check, view
from serve.services.thumbnails import thumbnail
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured, torture_folder


def test_tiles_keep_the_order_and_names_given(tmp_path: Path, predictor: Predictor) -> None:
    good = save(textured(COLOURS["tiger_whole"]), tmp_path / "stored-a.png")
    broken = tmp_path / "stored-b.jpg"
    broken.write_bytes(b"x")
    shown = view(check(predictor, [("b.jpg", broken), ("a.png", good), ("again.png", good)]), predictor, "en")
    assert [(p.name, p.outcome, p.tone) for p in shown.photos] == [
        ("b.jpg", None, "failed"),
        ("a.png", "T", "flag"),
        ("again.png", "T", "flag"),
    ]
    assert shown.outcome == "T"
    assert shown.photos[0].text == tr("image_error.not_a_photo", "en")


def test_what_the_bundle_never_saw_is_named(tmp_path: Path, predictor: Predictor) -> None:
    photo = save(textured(COLOURS["tiger_whole"]), tmp_path / "a.png")
    shown = view(check(predictor, [photo]), predictor, "en")
    assert "tiger claw" in shown.untrained
    assert "whole tiger" not in shown.untrained


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_readable_is_an_answer_too(tmp_path: Path, predictor: Predictor, language: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    shown = view(check(predictor, [tmp_path / "a.jpg"]), predictor, language)
    assert shown.outcome is None
    assert shown.title == tr("outcome.none.title", language)
    assert shown.next_steps
    assert shown.photos[0].text == tr("image_error.empty", language)


def test_a_dark_photo_says_how_to_retake_it(tmp_path: Path, predictor: Predictor) -> None:
    from PIL import Image

    noise = textured((8, 8, 8))
    dark = save(Image.eval(noise, lambda v: min(v, 25)), tmp_path / "dark.png")
    shown = view(check(predictor, [dark]), predictor, "vi")
    assert shown.outcome == "U"
    assert shown.photos[0].text == tr("quality.dark", "vi")
    assert shown.next_steps[0] == tr("next.retake.1", "vi")


def test_number_of_photos_is_limited(tmp_path: Path, predictor: Predictor) -> None:
    for count in (0, MAX_PHOTOS + 1):
        with pytest.raises(ValueError, match=f"got {count}"):
            check(predictor, [tmp_path / "a.jpg"] * count)


def test_thumbnails_of_anything_that_opens(tmp_path: Path) -> None:
    expected = torture_folder(tmp_path / "in", COLOURS["tiger_whole"])
    for name, result in expected.items():
        picture = thumbnail(tmp_path / "in" / name)
        assert (picture is not None) == (result == "ok"), name
        if picture:
            assert picture.startswith("data:image/jpeg;base64,")
            assert len(picture) < 80_000
