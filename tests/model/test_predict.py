"""From photo to answer, through a real (if tiny) ONNX graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from model.errors import ImageErrorCode
from model.predict import Failure, PhotoSource, Prediction, Predictor
from model.quality import QualityIssue
from model.taxonomy import Identity
from tests.support.bundles import COLOURS, UNFAMILIAR
from tests.support.photos import jpeg_bytes, save, textured, torture_folder

EXPECTED = {"tiger_whole": "T", "other_cat_whole": "P", "faux_fur": "F", "unrelated": "N"}


def photo(tmp_path: Path, leaf: str, name: str | None = None) -> Path:
    return save(textured(COLOURS[leaf]), tmp_path / (name or f"{leaf}.png"))


def answered(result: Prediction | Failure) -> Prediction:
    assert isinstance(result, Prediction)
    return result


@pytest.mark.parametrize("leaf", list(COLOURS))
def test_each_leaf_gets_its_outcome(tmp_path: Path, predictor: Predictor, leaf: str) -> None:
    result = answered(predictor.predict(photo(tmp_path, leaf)))
    assert result.decision.outcome.value == EXPECTED[leaf]
    assert result.decision.leaf == leaf
    assert sum(result.probabilities.values()) == pytest.approx(1)
    assert result.elapsed_ms > 0


def test_unfamiliar_things_get_no_opinion(tmp_path: Path, predictor: Predictor) -> None:
    result = answered(predictor.predict(save(textured(UNFAMILIAR), tmp_path / "a.png")))
    assert result.decision.outcome is Identity.UNCERTAIN
    assert result.strangeness[0] > result.strangeness[1]


def test_torture_folder_is_answered_file_by_file(tmp_path: Path, predictor: Predictor) -> None:
    expected = torture_folder(tmp_path, COLOURS["tiger_whole"])
    results = dict(zip(expected, predictor.predict_each(tmp_path / name for name in expected), strict=True))
    got = {name: r.error.code.value if isinstance(r, Failure) else "ok" for name, r in results.items()}
    assert got == expected
    for name in ("tiny.png", "black.png"):
        assert answered(results[name]).decision.claim.code == "claim.U.retake"
    for name in ("plain.jpg", "cmyk.jpg", "turned.jpg", "phone.heic", "burst.mpo", "animated.gif"):
        assert answered(results[name]).decision.outcome is Identity.TIGER


def test_reduced_scale_decoding_does_not_change_the_decision(predictor: Predictor) -> None:
    """A 12-megapixel JPEG, decoded at an eighth and in full, gives the same outcome and nearly the same numbers."""
    for leaf, colour in COLOURS.items():
        picture = textured(colour, (4000, 3000))
        reduced = answered(predictor.predict(jpeg_bytes(picture)))
        full = answered(predictor.predict(_as_png(picture)))
        assert reduced.decision.outcome is full.decision.outcome
        assert reduced.probabilities[leaf] == pytest.approx(full.probabilities[leaf], abs=0.01)


def _as_png(picture) -> bytes:
    import io

    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def test_exhibit_joins_photos_and_keeps_failures(tmp_path: Path, predictor: Predictor) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    files = [photo(tmp_path, "tiger_whole", "a.png"), broken, photo(tmp_path, "tiger_whole", "b.png")]
    result = predictor.predict_exhibit(files)
    assert result.prediction is not None
    assert result.prediction.decision.outcome is Identity.TIGER
    assert [f.name for f in result.prediction.files] == ["a.png", "b.png"]
    assert [(f.name, f.error.code) for f in result.failures] == [("broken.jpg", ImageErrorCode.EMPTY)]


def test_a_flagged_photo_is_never_averaged_away(tmp_path: Path, predictor: Predictor) -> None:
    one_tiger = photo(tmp_path, "tiger_whole")
    harmless = [photo(tmp_path, "unrelated", f"{k}.png") for k in range(7)]
    result = predictor.predict_exhibit([*harmless, one_tiger])
    assert result.prediction is not None
    assert result.prediction.decision.outcome is Identity.UNCERTAIN


def test_a_blank_photo_beside_a_good_one_does_not_dilute_it(tmp_path: Path, predictor: Predictor) -> None:
    from PIL import Image

    black = save(Image.new("RGB", (300, 300)), tmp_path / "black.png")
    result = predictor.predict_exhibit([black, photo(tmp_path, "tiger_whole")])
    assert result.prediction is not None
    assert result.prediction.decision.outcome is Identity.TIGER


def test_exhibit_without_any_usable_photo_has_no_prediction(tmp_path: Path, predictor: Predictor) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    result = predictor.predict_exhibit([tmp_path / "a.jpg", tmp_path / "none.jpg"])
    assert result.prediction is None
    assert len(result.failures) == 2


def test_a_crop_is_judged_alone(tmp_path: Path, predictor: Predictor) -> None:
    """Two objects in one photo: each half gets its own answer, and the file stays the same file."""
    both = Image.new("RGB", (1600, 800))
    both.paste(textured(COLOURS["tiger_whole"], (800, 800)), (0, 0))
    both.paste(textured(COLOURS["unrelated"], (800, 800)), (800, 0))
    path = save(both, tmp_path / "both.jpg", quality=95)
    halves = [(0.0, 0.0, 50.0, 100.0), (50.0, 0.0, 50.0, 100.0)]
    answers = [predictor.predict_exhibit([PhotoSource(path, crop=half)]).prediction for half in halves]
    assert [one and one.decision.outcome for one in answers] == [Identity.TIGER, Identity.NO_WILDLIFE]
    assert [one and one.files[0].crop for one in answers] == halves
    assert len({one.files[0].sha256 for one in answers if one}) == 1


def test_a_crop_of_too_few_pixels_is_said_to_be_too_small(tmp_path: Path, predictor: Predictor) -> None:
    path = save(textured(COLOURS["tiger_whole"], (400, 300)), tmp_path / "tiger.jpg")
    answer = predictor.predict_exhibit([PhotoSource(path, crop=(99.9, 99.9, 0.1, 0.1))]).prediction
    assert answer is not None
    assert answer.quality == (QualityIssue.TOO_SMALL,)


@pytest.mark.parametrize("crop", [(0, 0, 0, 10), (-1, 0, 10, 10), (95, 0, 10, 10), (0, 95, 10, 10)])
def test_a_crop_outside_the_photo_is_refused(crop: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="inside 0 to 100"):
        PhotoSource(b"", crop=crop)
