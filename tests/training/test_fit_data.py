"""What training draws and what a draw becomes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import albumentations as A
import numpy as np
import pytest
from PIL import Image
from torch.utils.data import DataLoader

from model.manifest import read_manifest
from model.preprocess import Preprocessing
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import COLOURS
from tests.support.photos import textured
from tests.support.pictures import disc, make_collection
from training.augment import ColourCast, LowLight, PlasticGlare, crop_box, phone_camera, share_inside
from training.composite import Composer, Picture, background_rows, changed_box, load_pictures
from training.data import BalancedSampler, TrainingPhotos, draw_weights
from training.errors import TrainingError
from training.recipe import Data

TAXONOMY = shipped_taxonomy()
PREPROCESSING = Preprocessing(size=64, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
GREEN = np.full((60, 80, 3), (10, 200, 10), np.uint8)


def cutout_picture(colour: tuple[int, int, int] = (250, 20, 20), seed: int = 0) -> Picture:
    picture, mask = disc(colour, seed)
    box = mask.getbbox()
    rgba = picture.copy()
    rgba.putalpha(mask)
    return Picture(np.asarray(picture), box, np.asarray(rgba.crop(box)))


def test_a_crop_keeps_half_of_the_exhibit_and_differs_from_draw_to_draw() -> None:
    keep = (300, 10, 380, 60)
    boxes = [crop_box(400, 300, keep, np.random.default_rng(k)) for k in range(200)]
    assert min(share_inside(keep, box) for box in boxes) >= 0.5
    assert len(set(boxes)) > 100
    free = [crop_box(400, 300, None, np.random.default_rng(k)) for k in range(200)]
    assert min(share_inside(keep, box) for box in free) < 0.5
    for left, top, right, bottom in free:
        assert 0 <= left < right <= 400
        assert 0 <= top < bottom <= 300
        assert (right - left) * (bottom - top) >= 0.34 * 400 * 300


def test_a_cutout_lies_on_a_background_and_its_box_is_known() -> None:
    compose = Composer(1.0, [GREEN])
    for seed in range(20):
        pixels, box = compose(cutout_picture(), np.random.default_rng(seed))
        assert pixels.shape == GREEN.shape
        red = (pixels[..., 0] > 150) & (pixels[..., 1] < 120)
        assert red.any()
        assert box is not None
        rows, columns = np.nonzero(red)
        assert box[0] <= columns.min()
        assert columns.max() < box[2]
        assert box[1] <= rows.min()
        assert rows.max() < box[3]
        assert not ((pixels == 128).all(2)).any()
    assert changed_box(GREEN, GREEN) is None


def test_the_share_of_pasted_draws_is_the_recipes() -> None:
    picture = cutout_picture()
    pasted = [
        Composer(0.4, [GREEN])(picture, np.random.default_rng(k))[0] is not picture.pixels for k in range(500)
    ]  # fmt: skip
    assert 0.33 < np.mean(pasted) < 0.47
    photo = Picture(GREEN)
    assert Composer(1.0, [GREEN])(photo, np.random.default_rng(0))[0] is photo.pixels
    assert Composer(1.0, [])(picture, np.random.default_rng(0))[0] is picture.pixels


def test_backgrounds_are_whole_training_photos_of_the_named_leaves(tmp_path: Path) -> None:
    make_collection(tmp_path)
    rows = [r for name in ("photos", "renders") for r in read_manifest(tmp_path / f"{name}.csv", TAXONOMY)]
    rows.append(rows[-1].model_copy(update={"leaf": "unrelated"}))
    crop = next(r for r in rows if r.leaf == "unrelated" and r.origin == "photo")
    rows.append(crop.model_copy(update={"file": f"{crop.file}#xywh=percent:0,0,50,50"}))
    found = background_rows(rows, Data(renders=True, composite=0.5))
    assert len(found) == 9
    assert {(r.leaf, r.origin, r.split, r.crop) for r in found} == {("unrelated", "photo", "train", None)}
    assert background_rows(rows, Data(renders=True, composite=0.0)) == []
    assert background_rows(rows, Data(renders=False, composite=0.5)) == []
    with pytest.raises(TrainingError, match="livestock_bone have no whole training photo"):
        background_rows(rows, Data(renders=True, composite=0.5, background_leaves=("livestock_bone",)))


def test_pictures_are_small_and_know_where_the_exhibit_is(tmp_path: Path) -> None:
    folders = make_collection(tmp_path)
    rows = [r for name in ("photos", "renders") for r in read_manifest(tmp_path / f"{name}.csv", TAXONOMY)]
    pictures = load_pictures(rows, folders, 30, cutouts=True, quiet=True)
    for row, picture in zip(rows, pictures, strict=True):
        assert picture.pixels.shape == (30, 40, 3)
        assert (picture.box is None) == (picture.cutout is None) == (row.origin == "photo")
        if picture.box is not None:
            left, top, right, bottom = picture.box
            distance = np.abs(picture.pixels.astype(int) - 128).sum(2) > 60
            assert distance[top:bottom, left:right].sum() == distance.sum() > 50
            assert (right - left) * (bottom - top) < 17 * 17
    (tmp_path / "renders" / "faux_fur" / "0.mask.webp").unlink()
    with pytest.raises(TrainingError, match=r"0\.mask\.webp is missing"):
        load_pictures(rows, folders, 30, cutouts=False, quiet=True)


def photos_of(seed: int, views: int = 1) -> TrainingPhotos:
    pictures = [Picture(np.asarray(textured(c, (80, 60), k))) for k, c in enumerate(COLOURS.values())]
    pictures.append(cutout_picture())
    composer = Composer(0.5, [GREEN])
    return TrainingPhotos(pictures, [0, 1, 2, 3, 2], PREPROCESSING, seed, composer, views)


def test_a_draw_follows_from_seed_epoch_and_position_alone() -> None:
    draws = [(position, epoch, 4) for epoch in (0, 1) for position in range(6)]
    one = [photos_of(1)[draw][0] for draw in draws]
    again = photos_of(1)
    other_order = {draw: again[draw][0] for draw in reversed(draws)}
    for draw, tensor in zip(draws, one, strict=True):
        assert tensor.equal(other_order[draw])
    assert len({tensor.numpy().tobytes() for tensor in one}) == len(draws)
    assert not photos_of(2)[draws[0]][0].equal(one[0])


def test_crops_have_the_size_that_is_asked_for() -> None:
    pictures = [Picture(np.asarray(textured((200, 30, 30), (80, 60), 1)))]
    small = TrainingPhotos(pictures, [0], PREPROCESSING, 1, Composer(0.0, []), size=40)
    assert small[(0, 0, 0)][0].shape == (1, 3, 40, 40)
    assert photos_of(1)[(0, 0, 0)][0].shape[-1] == PREPROCESSING.size != 40


def test_workers_make_the_same_epoch_as_one_process() -> None:
    def epoch(workers: int) -> list[np.ndarray]:
        sampler = BalancedSampler([0, 1, 2, 3, 2], [False] * 4 + [True], 0.5, 12, 3)
        sampler.epoch = 2
        loader = DataLoader(photos_of(3), batch_size=4, sampler=sampler, num_workers=workers)
        return [photos.numpy() for photos, _ in loader]

    for alone, with_workers in zip(epoch(0), epoch(2), strict=True):
        assert np.array_equal(alone, with_workers)


def test_three_views_share_their_framing_and_the_first_is_clean() -> None:
    views, label = photos_of(1, views=3)[(0, 0, 1)]
    assert views.shape == (3, 3, 64, 64)
    assert label == 1
    assert not views[1].equal(views[2])
    means = np.stack([photos_of(1, views=3)[(k, 0, 1)][0][0].mean((1, 2)).numpy() for k in range(8)])
    clean = (np.asarray(COLOURS[list(COLOURS)[1]]) / 255 - 0.5) / 0.5
    assert np.abs(means - clean).max() < 0.1


def test_leaves_are_drawn_by_the_root_of_their_size_and_renders_by_their_share() -> None:
    labels = np.asarray([0] * 400 + [1] * 90 + [1] * 10 + [2] * 100)
    rendered = np.asarray([False] * 400 + [False] * 90 + [True] * 10 + [True] * 100)
    weights = draw_weights(labels, rendered, 0.3)
    assert weights.sum() == pytest.approx(1)
    by_leaf = np.bincount(labels, weights)
    assert by_leaf == pytest.approx(np.asarray([20, 10, 10]) / 40)
    assert weights[(labels == 1) & rendered].sum() == pytest.approx(0.3 * by_leaf[1])
    sampler = BalancedSampler(labels.tolist(), rendered.tolist(), 0.3, 4000, 7)
    drawn = [index for _, _, index in sampler]
    assert Counter(labels[drawn].tolist())[0] == pytest.approx(2000, abs=150)
    assert drawn == [index for _, _, index in sampler]
    sampler.epoch = 1
    assert drawn != [index for _, _, index in sampler]


def test_processes_share_a_batch_without_overlap() -> None:
    def sampler(rank: int, processes: int) -> list[tuple[int, int, int]]:
        return list(BalancedSampler([0, 1] * 20, [False] * 40, 0.5, 50, 3, 12, rank, processes))

    whole, parts = sampler(0, 1), [sampler(rank, 3) for rank in range(3)]
    assert len(whole) == 48
    assert [len(part) for part in parts] == [16, 16, 16]
    assert set(whole) == {draw for part in parts for draw in part}
    for step in range(4):
        shared = {draw for part in parts for draw in part[4 * step : 4 * step + 4]}
        assert shared == set(whole[12 * step : 12 * step + 12])
    with pytest.raises(TrainingError, match="a batch of 12 cannot be shared by 5 processes"):
        sampler(0, 5)


def once(transform: A.ImageOnlyTransform, pixels: np.ndarray, seed: int) -> np.ndarray:
    chain = A.Compose([transform])
    chain.set_random_seed(seed)
    return chain(image=pixels)["image"]


def test_damage_does_what_it_is_called() -> None:
    pixels = np.asarray(Image.fromarray(np.asarray(textured((150, 120, 90), (64, 64)))))
    for seed in range(8):
        dark = once(LowLight(p=1), pixels, seed)
        assert dark.mean() < 0.65 * pixels.mean()
        assert dark.mean() > 0.08 * pixels.mean()
        glare = once(PlasticGlare(p=1), pixels, seed)
        assert glare.mean() > pixels.mean()
        assert (glare.astype(int) >= pixels.astype(int) - 1).all()
        assert (glare.astype(int) - pixels).max() > 25
        gains = once(ColourCast(p=1), pixels, seed).mean((0, 1)) / pixels.mean((0, 1))
        assert np.abs(gains - 1).max() < 0.13


def test_the_whole_chain_keeps_shape_and_stays_near_the_coats_colour() -> None:
    """Hue is evidence: the median of many damaged copies must not drift, and most copies must stay close."""
    pixels = np.asarray(textured((190, 120, 60), (64, 64)))
    chain = phone_camera()
    hues = []
    for seed in range(60):
        chain.set_random_seed(seed)
        out = chain(image=pixels)["image"]
        assert out.shape == pixels.shape
        assert out.dtype == np.uint8
        red, green, blue = np.median(out.reshape(-1, 3), axis=0).astype(float)
        if red - blue > 15:  # grey pictures have no hue
            hues.append(60 * (green - blue) / (red - blue))
    assert len(hues) > 45
    assert abs(np.median(hues) - 27.7) < 6
    assert np.mean(np.abs(np.asarray(hues) - 27.7) < 22) > 0.9
