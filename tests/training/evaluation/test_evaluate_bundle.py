"""From a bundle and frozen sets to metrics.json, on a tiny bundle and made pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.evaluation.run import SCHEMA, VALIDATION, evaluate_bundle, write_metrics
from training.pictures import Folders

TAXONOMY = shipped_taxonomy()
World = tuple[Path, Folders]


@pytest.fixture(scope="module")
def metrics(tiny_bundle: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root, folders = world
    return evaluate_bundle(
        tiny_bundle, root, folders, TAXONOMY, tmp_path_factory.mktemp("cache"), robustness_sample=4, deletion_sample=4
    )


def test_sets_hold_their_own_pictures_and_figures(metrics: dict[str, Any], tmp_path: Path) -> None:
    assert metrics["schema"] == SCHEMA
    sizes = {name: (one["pictures"], one["exhibits"]) for name, one in metrics["sets"].items()}
    assert sizes == {
        "photos": (24, 24), "renders": (60, 30), "photos_validation": (8, 8), "renders_validation": (20, 10),
        "unknown": (5, 5),
    }  # fmt: skip
    photos = metrics["sets"]["photos"]["headline"]
    assert photos["identity_accuracy"]["value"] == 1
    assert photos["tiger_recall"]["count"] == 6
    assert metrics["unfamiliar"]["photos"]["auroc"]["value"] == 1
    write_metrics(metrics, tmp_path / "metrics.json")
    assert json.loads((tmp_path / "metrics.json").read_text())["sets"].keys() == metrics["sets"].keys()


def test_leaf_the_bundle_does_not_know_keeps_its_identity(metrics: dict[str, Any]) -> None:
    renders = metrics["sets"]["renders"]
    assert renders["leaves_the_bundle_does_not_know"] == ["tiger_claw"]
    assert renders["leaves"]["tiger_claw"]["recall"]["value"] == 0
    assert renders["leaves"]["tiger_claw"]["auroc"]["value"] is None
    # 12 pictures of whole tigers and 12 of claws, all tiger by the taxonomy.
    assert renders["headline"]["tiger_recall"]["n"] == 24
    assert renders["headline"]["tiger_recall_by_item"].keys() == {"claw", "whole"}
    assert renders["prediction_sets"]["coverage"]["n"] == 48


def test_slices_come_from_conditions_and_masks(metrics: dict[str, Any]) -> None:
    slices = metrics["sets"]["renders"]["slices"]
    assert set(slices["light"]) == {"flash", "torch"}
    assert set(slices["blur"]) == {"under 0.6 px", "0.6 to 2 px"}
    assert set(slices["clutter"]) == {"none"}
    assert set(slices["occlusion"]) == {"in a bag", "partly out of the frame", "none"}
    assert sum(one["pictures"] for one in slices["light"].values()) == 60
    photos = metrics["sets"]["photos"]["slices"]
    assert len(photos["sharpness"]) == 3
    assert photos["frame"]["whole photo"]["identity_accuracy"]["value"] == 1


def test_probes_and_bars_are_there(metrics: dict[str, Any]) -> None:
    assert metrics["robustness"].keys() == metrics["explanation"].keys() == {"photos", "renders"}
    assert len(metrics["robustness"]["photos"]["kinds"]) == 7
    assert metrics["explanation"]["photos"]["pictures"] == 4
    assert metrics["several_photos"]["renders"]["exhibits"] == 30
    assert "ways_to_join" not in metrics["several_photos"]["renders"]
    assert metrics["several_photos"]["renders_validation"]["ways_to_join"].keys() >= {"mean"}
    verdicts = {bar["what"]: bar["verdict"] for bar in metrics["bars"]}
    # Six exhibits cannot show a recall of 98 %.
    assert verdicts["photos: tigers answered T"] == "n too small"
    assert "renders: recall of tiger_claw" in verdicts


def test_variants_can_be_compared_without_the_holdout(tiny_bundle: Path, world: World) -> None:
    root, folders = world
    metrics = evaluate_bundle(tiny_bundle, root, folders, TAXONOMY, None, VALIDATION, probes=False)
    assert metrics["sets"].keys() == set(VALIDATION)
    assert metrics["errors"] == []


def test_a_second_run_is_the_same(tiny_bundle: Path, world: World, tmp_path: Path, metrics: dict[str, Any]) -> None:
    root, folders = world
    again = [
        evaluate_bundle(
            tiny_bundle, root, folders, TAXONOMY, tmp_path, ["photos"], robustness_sample=4, deletion_sample=4
        )
        for _ in range(2)
    ]  # fmt: skip
    assert len(list(tmp_path.iterdir())) == 3
    for one in again:
        assert one["sets"]["photos"] == metrics["sets"]["photos"]
        assert one["robustness"]["photos"] == metrics["robustness"]["photos"]
        assert one["explanation"]["photos"] == metrics["explanation"]["photos"]


def test_wrong_requests_are_refused(tiny_bundle: Path, world: World, tmp_path: Path) -> None:
    root, folders = world
    with pytest.raises(TrainingError, match="no set is called 'holdout'; there are photos"):
        evaluate_bundle(tiny_bundle, root, folders, TAXONOMY, None, ["holdout"])
    elsewhere = Folders(folders.photos, tmp_path)
    with pytest.raises(Exception, match=r"webp"):
        evaluate_bundle(tiny_bundle, root, elsewhere, TAXONOMY, None, ["renders"], probes=False)
