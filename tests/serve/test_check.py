"""What the page shows, before it is drawn."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.bundle import load_bundle
from model.predict import Prediction, Predictor
from serve.i18n import LANGUAGES, tr
from serve.services.answer_json import prediction_json
from serve.services.check import MAX_PHOTOS, check, view
from serve.services.declared import PROCESSED, Declaration, DeclaredItem
from serve.services.guide import guide
from serve.services.pictures import mapped, thumbnail
from tests.support.bundles import COLOURS, add_examples, make_bundle, seal
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


def test_goods_no_photo_can_identify_are_answered_without_one(predictor: Predictor) -> None:
    for item in PROCESSED:
        shown = view(None, predictor, "en", Declaration(item, as_tiger=True))
        assert shown.outcome == "X"
        assert shown.next_steps[-1] == tr("next.X.3", "en")
        assert shown.reasons == (tr("reason.declared_processed", "en", item=tr(f"declared.{item}", "en")),)
        assert shown.remark == tr("result.as_tiger", "en")
    assert view(None, predictor, "en", Declaration(DeclaredItem.CLAW)).outcome is None


@pytest.mark.parametrize("leaf", list(COLOURS))
def test_every_outcome_leads_into_the_guide(tmp_path: Path, predictor: Predictor, leaf: str) -> None:
    photo = save(textured(COLOURS[leaf]), tmp_path / "a.png")
    shown = view(check(predictor, [photo]), predictor, "zh")
    assert shown.leaves[0] == leaf
    assert shown.guides[0].entry in guide().entries
    assert leaf in guide().entry(shown.guides[0].entry).leaves
    glue = view(None, predictor, "zh", Declaration(DeclaredItem.GLUE))
    assert [one.entry for one in glue.guides] == ["processed"]


def test_a_flag_is_kept_whatever_is_declared(tmp_path: Path, predictor: Predictor) -> None:
    wine = Declaration(DeclaredItem.WINE)
    for leaf, outcome in (("tiger_whole", "T"), ("other_cat_whole", "P"), ("faux_fur", "X"), ("unrelated", "X")):
        photo = save(textured(COLOURS[leaf]), tmp_path / f"{leaf}.png")
        shown = view(check(predictor, [photo]), predictor, "vi", wine)
        assert shown.outcome == outcome
        assert shown.tiger_probability
        if outcome == "X":
            assert tr("reason.photo_only", "vi") in shown.reasons
            assert not shown.frequency


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sold_as_tiger_is_kept(tmp_path: Path, predictor: Predictor, language: str) -> None:
    photo = save(textured(COLOURS["unrelated"]), tmp_path / "a.png")
    plain = view(check(predictor, [photo]), predictor, language)
    sold = view(check(predictor, [photo]), predictor, language, Declaration(as_tiger=True))
    assert (plain.remark, sold.remark) == ("", tr("result.as_tiger", language))


def test_no_probability_is_shown_that_the_counts_contradict(tmp_path: Path) -> None:
    folder = make_bundle(tmp_path)
    photo = save(textured(COLOURS["tiger_whole"]), tmp_path / "tiger.jpg", quality=95)
    sure = Predictor(load_bundle(folder))
    assert view(check(sure, [photo]), sure, "en").tiger_probability == "> 99%"
    bins = [{"low": 0.0, "high": 1.0, "n": 33, "right": 31}]
    info = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    seal(folder, {**info, "frequencies": [{"origin": "photo", "rows": "33 made for tests", "bins": bins}]})
    counted = Predictor(load_bundle(folder))
    shown = view(check(counted, [photo]), counted, "en")
    assert shown.tiger_probability == "98%"
    assert shown.identities[0].words == tr("likelihood.very_likely", "en")
    # What is decided does not rest on it, and what is kept is what was shown.
    assert shown.outcome == "T"
    answer = check(counted, [photo]).prediction
    assert answer is not None
    kept = prediction_json(answer, "en", counted.taxonomy)
    assert kept["identity"]["T"] == pytest.approx(0.9832, abs=1e-3)
    assert sum(kept["identity"].values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_frequencies_name_what_they_were_counted_on(tmp_path: Path, language: str) -> None:
    folder = make_bundle(tmp_path)
    add_examples(folder, ["faux_fur", "faux_fur"])
    bins = [{"low": 0.0, "high": 1.0, "n": 45, "right": 45}]
    counted = [{"origin": "render", "rows": "45 made for tests", "bins": bins}]
    info = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    seal(folder, {**info, "frequencies": counted})
    predictor = Predictor(load_bundle(folder))
    fake, tiger = (save(textured(COLOURS[leaf]), tmp_path / f"{leaf}.png") for leaf in ("faux_fur", "tiger_whole"))
    shown = view(check(predictor, [fake]), predictor, language)
    assert "99" in shown.frequency
    assert "100 %" not in shown.frequency.replace("95 %", "")
    assert shown.frequency.count("45") >= 2
    assert len(shown.examples) == 2
    assert all(one.picture.startswith("data:image/jpeg;base64,") for one in shown.examples)
    # What was counted on renders is not said of a leaf that was tested on photos.
    assert view(check(predictor, [tiger]), predictor, language).frequency == ""


def test_a_map_covers_what_speaks_for_the_answer(tmp_path: Path, predictor: Predictor) -> None:
    both = Image.new("RGB", (800, 400))
    both.paste(textured(COLOURS["tiger_whole"], (400, 400)), (0, 0))
    both.paste(textured((150, 150, 150), (400, 400)), (400, 0))
    path = save(both, tmp_path / "half.png")
    answer = predictor.predict(path)
    assert isinstance(answer, Prediction)
    found = mapped(path, answer, predictor.bundle, predictor.taxonomy)
    assert found is not None
    layer = opened(found.layer)
    photo = opened(found.photo)
    assert layer.size == photo.size
    strength = np.asarray(layer)[..., 3].astype(float)
    half = strength.shape[1] // 2
    assert strength[:, :half].mean() > 2 * strength[:, half:].mean()


def opened(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
