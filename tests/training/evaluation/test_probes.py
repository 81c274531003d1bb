"""Damage, several photos, and the map's deletion test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import label, laplace

from model.bundle import load_bundle
from model.predict import Prediction, Predictor
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import COLOURS, SIZE
from tests.support.photos import save, textured
from training.evaluation.corruptions import CORRUPTIONS, SEVERITIES, corrupt
from training.evaluation.deletion import deletion_test, disc, largest
from training.evaluation.judging import Answers, answer
from training.evaluation.robustness import fixed_sample, robustness
from training.evaluation.run import frozen_sets
from training.evaluation.several import fuse, several_photos
from training.outputs import run_graph
from training.pictures import Case, Folders

TAXONOMY = shipped_taxonomy()
Make = Callable[..., Answers]
TIGER, CAT, FUR, THING = "tiger_whole", "other_cat_whole", "faux_fur", "unrelated"


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    random = np.random.default_rng(0)
    coarse = random.integers(40, 215, (28, 28, 3), dtype=np.uint8)
    return np.clip(coarse.repeat(8, 0).repeat(8, 1) + random.normal(0, 6, (224, 224, 3)), 0, 255).astype(np.uint8)


def sharpness(picture: np.ndarray) -> float:
    return float(laplace(picture.mean(axis=2)).var())


def far(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - other).mean())


@pytest.mark.parametrize("kind", sorted(CORRUPTIONS))
def test_damage_grows_with_severity_and_is_the_same_each_time(kind: str, pixels: np.ndarray) -> None:
    damaged = [corrupt(pixels, kind, severity, "a.jpg") for severity in SEVERITIES]
    assert all(one.shape == pixels.shape and one.dtype == np.uint8 for one in damaged)
    distances = [far(one, pixels) for one in damaged]
    assert 0 < distances[0] < distances[1] < distances[2]
    assert (corrupt(pixels, kind, 2, "a.jpg") == damaged[1]).all()


def test_each_kind_does_what_it_is_called(pixels: np.ndarray) -> None:
    def damaged(kind: str, severity: int = 2) -> np.ndarray:
        return corrupt(pixels, kind, severity, "a.jpg")

    for kind in ("defocus blur", "motion blur", "downscale"):
        assert sharpness(damaged(kind, 3)) < sharpness(damaged(kind, 1)) < sharpness(pixels)
    assert sharpness(damaged("gaussian noise")) > sharpness(pixels)
    assert damaged("low light", 3).mean() < damaged("low light", 1).mean() < pixels.mean()
    ratio = damaged("colour cast").mean(axis=(0, 1)) / pixels.mean(axis=(0, 1))
    assert max(ratio) > 1.15
    assert min(ratio) < 0.85
    # A blur must not move the picture or change how bright it is.
    assert damaged("defocus blur").mean() == pytest.approx(pixels.mean(), abs=1.5)
    with pytest.raises(ValueError, match="severity"):
        corrupt(pixels, "jpeg", 4, "a.jpg")


def test_fixed_sample_takes_leaves_in_turn_and_stays_when_others_come() -> None:
    def case(name: str, leaf: str) -> Case:
        return Case(name, "0", name, "s", "photo", "holdout", "x", leaf)

    many = [case(f"t{k}", TIGER) for k in range(50)] + [case(f"f{k}", FUR) for k in range(5)]
    sample = fixed_sample(many, 20, "p")
    assert sum(c.leaf == FUR for c in sample) == 5
    assert fixed_sample(list(reversed(many)), 20, "p") == sample
    more = fixed_sample([*many, case("t99", TIGER)], 20, "p")
    assert len(set(more) & set(sample)) >= 19


def test_robustness_of_undamaged_pictures_is_one(tiny_bundle: Path, world: tuple[Path, Folders]) -> None:
    root, folders = world
    cases = frozen_sets(root, TAXONOMY)["photos"]
    result = robustness(load_bundle(tiny_bundle), cases, folders, TAXONOMY, size=8)
    assert result["pictures"] == 8
    assert result["clean"]["relative_accuracy"]["value"] == 1
    assert result["clean"]["identity_accuracy"]["value"] == 1
    # The tiny bundle goes by the mean colour: blur keeps it, darkness does not.
    assert result["kinds"]["defocus blur"]["3"]["relative_accuracy"]["value"] == 1
    assert result["kinds"]["low light"]["3"]["identity_accuracy"]["value"] < 1
    assert 0 < result["mean_relative_accuracy"]["value"] < 1


def test_joint_answer_is_the_apps(tiny_bundle: Path, tmp_path: Path) -> None:
    """The same pictures through ``Predictor.predict_exhibit`` and through ``fuse``."""
    bundle = load_bundle(tiny_bundle)
    predictor = Predictor(bundle, TAXONOMY, threads=1)
    from model.bundle import sha256_file

    tiger, cat, fur, thing = (COLOURS[leaf] for leaf in (TIGER, CAT, FUR, THING))
    exhibits = {
        "same": (tiger, tiger), "flag_lost": (thing, thing, tiger), "mixed": (cat, fur), "black": ((0, 0, 0), tiger),
        # Between tiger and cat: the first is just clear, the second leans the same way, their average is neither.
        "settled": ((225, 163, 54), (225, 165, 55)),
    }  # fmt: skip
    cases = []
    for exhibit, colours in exhibits.items():
        for k, colour in enumerate(colours):
            path = save(textured(colour, (160, 120), seed=k), tmp_path / f"{exhibit}{k}.png")
            cases.append(Case(path.name, sha256_file(path), exhibit, "s", "photo", "holdout", "x", TIGER))
    outputs = run_graph(tiny_bundle / "model.onnx", cases, Folders(tmp_path, tmp_path), bundle.info.preprocessing)
    answers = answer(outputs, bundle, TAXONOMY)
    joint = fuse(answers, TAXONOMY)
    for k, exhibit in enumerate(exhibits):
        files = [tmp_path / case.file for case in cases if case.exhibit == exhibit]
        wanted = predictor.predict_exhibit(files).prediction
        assert wanted is not None
        assert joint.outcome[k] == wanted.decision.outcome.value, exhibit
        assert joint.probabilities[k] == pytest.approx(list(wanted.probabilities.values()), abs=1e-5)
        for case, file in zip(cases, [tmp_path / c.file for c in cases], strict=True):
            single = predictor.predict(file)
            assert isinstance(single, Prediction)
            assert answers.outcome[cases.index(case)] == single.decision.outcome.value
    assert joint.outcome[list(exhibits).index("flag_lost")] == "U"
    settled = list(exhibits).index("settled")
    assert joint.outcome[settled] == "T"
    assert joint.by_identity[settled].max() < bundle.info.thresholds.tiger.value


def test_gain_of_several_photos_by_hand(make_answers: Make) -> None:
    # Two exhibits of two photos, one of them wrong and unsure, so that the mean is right; one exhibit of one photo.
    rows = [(TIGER, TIGER, 0.97), (TIGER, THING, 0.5), (CAT, CAT, 0.97), (CAT, FUR, 0.5), (FUR, TIGER, 0.9)]
    answers = make_answers(rows, exhibits=["a", "a", "b", "b", "c"])
    result = several_photos(answers, TAXONOMY, compare=True)
    assert (result["exhibits"], result["pictures"]) == (2, 4)
    accuracy = result["identity_accuracy"]
    assert (accuracy["single"]["value"], accuracy["joint"]["value"], accuracy["gain"]["value"]) == (0.5, 1, 0.5)
    assert set(result["ways_to_join"]) == {"mean", "mean of logarithms", "most confident photo"}
    assert result["ways_to_join"]["most confident photo"]["identity_accuracy"]["value"] == 1
    cropped = replace(
        answers, cases=(replace(answers.cases[0], file="f0.png#xywh=percent:0,0,50,50"), *answers.cases[1:])
    )
    assert several_photos(cropped, TAXONOMY)["exhibits"] == 1
    assert several_photos(answers.only([False, False, False, False, True]), TAXONOMY)["exhibits"] == 0


def test_hidden_regions_have_the_same_area_and_discs_are_connected() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        region = disc(48, 0.2, random)
        assert region.sum() == round(0.2 * 48 * 48)
        assert label(region)[1] == 1
    values = np.arange(100.0).reshape(10, 10)
    assert largest(values, 0.2)[8:].all()
    assert largest(values, 0.2).sum() == 20


def test_hiding_what_the_map_shows_lowers_the_score_more_than_hiding_elsewhere(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    """A tiger-coloured patch on blue: the map finds it, and the inverted map does not."""
    from model.bundle import sha256_file

    cases = []
    for k in range(6):
        image = textured((150, 110, 120), (SIZE * 4, SIZE * 4), seed=k)
        patch = textured((255, 130, 0), (SIZE * 2, SIZE), seed=k)
        image.paste(patch, (16 * (k % 3), 16 * (k % 4)))
        path = save(image, tmp_path / f"{k}.png")
        cases.append(Case(path.name, sha256_file(path), f"x{k}", "s", "photo", "holdout", "x", TIGER))
    bundle, folders = load_bundle(tiny_bundle), Folders(tmp_path, tmp_path)
    shown = deletion_test(bundle, cases, folders)
    assert shown["pictures"] == 6
    turned = deletion_test(bundle, cases, folders, warmth=lambda m, size: -_grown(m, size))
    assert shown["highlighted"]["value"] > turned["highlighted"]["value"]
    assert shown["highlighted"]["value"] > shown["least"]["value"]


def _grown(leaf_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    from model.explanation import heat

    return heat(leaf_map, size)
