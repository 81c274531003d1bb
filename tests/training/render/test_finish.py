"""What a phone adds: exposure, colour, noise. On small made pictures of linear light."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from training.render.finish import encode_mask, encode_picture, metered_gain, phone
from training.render.scenes import NEUTRAL_VIEW, View

#: Nothing but exposure and the tone curve.
CLEAN = NEUTRAL_VIEW.model_copy(update={"contrast": 0.0, "sharpening": 0.0, "jpeg_quality": 100})


def flat(value: float, size: tuple[int, int] = (60, 80)) -> np.ndarray:
    return np.full((*size, 3), value, np.float32)


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"), dtype=float)


def changed(**fields: object) -> View:
    return View.model_validate({**CLEAN.model_dump(), **fields})


@pytest.mark.parametrize("level", [0.003, 0.2, 40.0])
def test_dim_and_bright_places_come_out_alike(level: float) -> None:
    light = flat(level)
    light[:, 40:] *= 2
    assert 90 < grey(phone(light, CLEAN, 1)).mean() < 175


def test_an_exposure_error_shows() -> None:
    darker, right, brighter = (grey(phone(flat(1), changed(exposure=e), 1)).mean() for e in (-1, 0, 1))
    assert darker + 25 < right < brighter - 25


def test_a_lamp_in_the_picture_does_not_burn_the_rest_out_or_make_it_black() -> None:
    light = flat(0.1)
    light[:6, :6] = 500
    rest = grey(phone(light, CLEAN, 1))[20:, 20:]
    assert 60 < rest.mean() < 200


def test_the_gain_undoes_the_unit_of_light() -> None:
    light = np.random.default_rng(1).uniform(0.1, 1, (30, 40, 3)).astype(np.float32)
    assert metered_gain(light * 8) == pytest.approx(metered_gain(light) / 8, rel=1e-3)


def test_noise_is_worse_in_the_dark_relative_to_the_light_there() -> None:
    light = flat(1.0)
    light[:, :40] = 0.1
    clean, noisy = (grey(phone(light, changed(noise=n), 1)) for n in (0.0, 0.02))
    dark, bright = (noisy - clean)[:, 4:36], (noisy - clean)[:, 44:76]
    assert dark.std() > 1.2 * bright.std() > 0


def test_more_noise_is_more_and_has_colour() -> None:
    little, much = (np.asarray(phone(flat(1), changed(noise=n), 1), dtype=float) for n in (0.004, 0.03))
    assert much.std() > 2 * little.std()
    assert (much[..., 0] - much[..., 2]).std() > 1


def test_the_seed_decides() -> None:
    view = changed(noise=0.02, motion=4.0, blur=0.5, jpeg_quality=70)
    light = np.random.default_rng(2).uniform(0, 1, (40, 50, 3))
    assert phone(light, view, 1) == phone(light, view, 1)
    assert phone(light, view, 1) != phone(light, view, 2)


def test_a_shake_smears_along_its_direction_only() -> None:
    light = flat(0.05, (61, 61))
    light[30, 30] = 2.0
    picture = grey(phone(light, changed(motion=9.0, motion_angle=0), 1))
    along, across = (np.ptp(np.argwhere(picture > picture[5, 5] + 8)[:, axis]) for axis in (1, 0))
    assert along > across + 3


def test_blur_takes_detail_away_and_sharpening_adds_contrast() -> None:
    light = flat(0.1)
    light[:, ::4] = 0.6
    soft, plain, sharp = (
        grey(phone(light, changed(**fields), 1)).std() for fields in ({"blur": 1.5}, {}, {"sharpening": 1.0})
    )
    assert soft < plain < sharp


def test_white_balance_errs_where_the_view_says() -> None:
    amber, blue = (np.asarray(phone(flat(1), changed(white_balance=(e, 0)), 1), dtype=float) for e in (0.8, -0.8))
    assert (amber[..., 0] - amber[..., 2]).mean() > 10 > -10 > (blue[..., 0] - blue[..., 2]).mean()


def test_corners_are_darker() -> None:
    picture = grey(phone(flat(1), changed(vignette=0.5), 1))
    assert picture[30, 40] - picture[1, 1] > 5


@pytest.mark.parametrize("field", [{"noise": 3.0}, {"jpeg_quality": 0}, {"camera_elevation": -20}, {"hand": "foot"}])
def test_a_view_that_no_phone_takes_is_refused(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        changed(**field)


def test_a_mask_is_stored_without_loss() -> None:
    import io

    mask = Image.fromarray(np.random.default_rng(3).integers(0, 256, (20, 30), dtype=np.uint8))
    with Image.open(io.BytesIO(encode_mask(mask))) as stored:
        assert np.array_equal(np.asarray(stored.convert("L")), np.asarray(mask))
    assert encode_picture(mask.convert("RGB"))[8:12] == b"WEBP"
