"""Coats: the same seed gives the same coat, and each kind shows the marks by which officers tell it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("scipy")

from training.render import coats
from training.render.pelt_map import PeltMap, swatch

SEEDS = range(4)
CLEAN = {"fade": 0.0, "dirt": 0.0}


def trunk(size: int = 240) -> PeltMap:
    """A whole trunk, neck to tail base, belly to belly; as broad as it is long."""
    return swatch(size, int(size * 0.76), (0.0, 1.0), (-1.0, 1.0))


def light(kind: str, seed: int, pelt: PeltMap | None = None, **changes: Any) -> npt.NDArray[np.float64]:
    """How light each place of a coat is."""
    random = np.random.default_rng(seed)
    parameters = {**coats.draw(kind, random), **CLEAN, **changes}
    return coats.paint(kind, pelt or trunk(), parameters, random).colour.mean(axis=-1).astype(float)


def alike(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Correlation of two pictures once what all their rows have in common (dark back, pale belly) is taken away."""
    a, b = one - one.mean(axis=0), other - other.mean(axis=0)
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def mirrored(picture: npt.NDArray[np.float64]) -> float:
    return alike(picture, picture[:, ::-1])


@pytest.mark.parametrize("kind", coats.KINDS)
def test_planes_have_the_shape_of_the_hide_and_values_within_bounds(kind: str) -> None:
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        pelt = swatch(90, 70, (0.2, 0.7), (-0.9, 0.3))
        coat = coats.paint(kind, pelt, coats.draw(kind, random), random)
        for plane in (coat.colour, coat.leather, *(() if coat.root is None else (coat.root,))):
            assert plane.shape == (90, 70, 3)
            assert plane.dtype == np.float32
            assert np.isfinite(plane).all()
            assert plane.min() >= 0 and plane.max() <= 1
            assert plane.std() > 0.005
        assert coat.length.shape == (90, 70)
        assert coat.length.min() >= 0.2 and coat.length.max() <= 2


@pytest.mark.parametrize("kind", coats.KINDS)
def test_a_seed_gives_one_coat_and_another_seed_another(kind: str) -> None:
    def made(seed: int) -> tuple[str, coats.Coat]:
        random = np.random.default_rng(seed)
        parameters = coats.draw(kind, random)
        return json.dumps(parameters), coats.paint(kind, swatch(80, 80, (0, 1), (-1, 1)), parameters, random)

    (words, coat), (same_words, same), (other_words, other) = made(5), made(5), made(6)
    assert words == same_words != other_words
    assert np.array_equal(coat.colour, same.colour) and np.array_equal(coat.leather, same.leather)
    assert np.abs(coat.colour - other.colour).mean() > 0.01


@pytest.mark.parametrize("kind", coats.KINDS)
def test_parameters_that_went_through_json_paint_the_same(kind: str) -> None:
    parameters = coats.draw(kind, np.random.default_rng(3))
    pelt = swatch(60, 60, (0, 1), (-1, 1))
    one = coats.paint(kind, pelt, parameters, np.random.default_rng(4))
    two = coats.paint(kind, pelt, json.loads(json.dumps(parameters)), np.random.default_rng(4))
    assert np.array_equal(one.colour, two.colour)


@pytest.mark.parametrize("kind", ["tiger", "leopard", "clouded_leopard", "snow_leopard"])
def test_marks_of_real_cats_are_not_the_same_left_and_right(kind: str) -> None:
    assert max(mirrored(light(kind, seed)) for seed in SEEDS) < 0.45
    assert np.mean([mirrored(light(kind, seed)) for seed in SEEDS]) < 0.25


def test_painted_stripes_are_the_same_left_and_right_unless_done_freely() -> None:
    pelt = trunk()
    for seed in SEEDS:
        assert mirrored(light("painted", seed, pelt, pattern="mirrored", width=0.45, brush=0.2)) > 0.6
    assert np.mean([mirrored(light("painted", seed, pelt, pattern="free", width=0.45)) for seed in SEEDS]) < 0.5


def test_stripes_of_a_tiger_run_across_the_spine() -> None:
    for seed in SEEDS:
        flank = light("tiger", seed, swatch(200, 160, (0.3, 0.9), (-0.6, 0.6)))
        down, across = np.gradient(flank)
        assert (down**2).sum() > 1.5 * (across**2).sum()
    spots = light("leopard", 0, swatch(200, 160, (0.3, 0.9), (-0.6, 0.6)))
    down, across = np.gradient(spots)
    assert (down**2).sum() < 1.2 * (across**2).sum()


@pytest.mark.parametrize("kind", ["tiger", "leopard", "golden_cat", "clouded_leopard"])
def test_a_cats_belly_is_lighter_than_its_back(kind: str) -> None:
    for seed in SEEDS:
        # Ground, not marks: the lighter places of either.
        coat = light(kind, seed)
        width = coat.shape[1]
        back, belly = coat[:, width * 2 // 5 : width * 3 // 5], coat[:, : width // 16]
        assert np.quantile(belly, 0.8) > np.quantile(back, 0.8) + 0.08


def test_tigers_have_a_ringed_tail_with_a_dark_tip() -> None:
    plain = swatch(240, 40, (1.0, 1.9), (-1.0, 1.0))
    way = np.broadcast_to(np.linspace(0, 1, 240, dtype=np.float32)[:, None], (240, 40)).copy()
    tail = PeltMap(plain.inside, plain.along, plain.lateral, plain.limb, way, plain.head, plain.pixels_per_length)
    for seed in SEEDS:
        profile = light("tiger", seed, tail)[:, 14:26].mean(axis=1)
        middle = profile.min() / 2 + np.quantile(profile, 0.9) / 2
        turns = np.count_nonzero(np.diff((profile > middle).astype(int)))
        assert turns >= 8
        assert profile[-8:].max() < middle


def test_dye_stays_on_the_tips_while_a_real_coat_is_one_colour_to_the_root() -> None:
    random = np.random.default_rng(2)
    dyed = {**coats.draw("painted", random), **CLEAN, "pattern": "mirrored", "penetration": 0.2, "width": 0.45}
    coat = coats.paint("painted", trunk(), dyed, random)
    assert coat.root is not None
    ink = coat.colour.mean(axis=-1) < np.quantile(coat.colour.mean(axis=-1), 0.05)
    assert coat.root[ink].mean() > coat.colour[ink].mean() + 0.15
    assert coats.paint("tiger", trunk(), coats.draw("tiger", random), random).root is None


def test_stripes_show_in_the_skin_of_a_tiger_but_not_of_a_painted_hide() -> None:
    def seen(kind: str, **changes: Any) -> float:
        random = np.random.default_rng(7)
        parameters = {**coats.draw(kind, random), **CLEAN, "leather_stain": 0.0, **changes}
        coat = coats.paint(kind, trunk(), parameters, random)
        return alike(coat.colour.mean(axis=-1).astype(float), coat.leather.mean(axis=-1).astype(float))

    assert seen("tiger") > 0.2
    assert abs(seen("painted", pattern="mirrored", width=0.45, dye_stain=0.0)) < 0.1


@pytest.mark.parametrize("motif", ["tiger", "leopard", "zebra", "snow"])
def test_a_print_comes_again_after_a_tile(motif: str) -> None:
    for seed in SEEDS:
        changes = {"motif": motif, "tile": 0.25, "turn": 0.0, "offset": False, "fancy": False}
        cloth = light("printed", seed, swatch(256, 256, (0, 1), (-1, 1)), **changes)
        assert alike(cloth[64:], cloth[:-64]) > 0.8
        assert alike(cloth[:, 64:], cloth[:, :-64]) > 0.8
        assert alike(cloth[:, 40:], cloth[:, :-40]) < 0.6
    coat = light("tiger", 0, swatch(256, 256, (0, 1), (-1, 1)))
    assert alike(coat[64:], coat[:-64]) < 0.6


def test_a_piece_shows_the_coat_at_the_scale_of_the_whole() -> None:
    whole, piece = light("tiger", 1, swatch(300, 200, (0, 1), (-0.5, 0.5))), None
    piece = light("tiger", 1, swatch(300, 200, (0.3, 0.6), (-0.15, 0.15)))

    def changes(picture: npt.NDArray[np.float64]) -> float:
        column = picture[:, 90:110].mean(axis=1)
        return float(np.count_nonzero(np.diff((column > np.median(column)).astype(int))))

    assert changes(whole) > 1.5 * changes(piece)
