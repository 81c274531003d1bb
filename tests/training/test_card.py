"""The model card can be read by machines, shows what is known, and claims nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from model.bundle import BundleInfo, FurtherRenders, load_bundle
from model.frequency import Frequencies, FrequencyBin
from model.manifest import ManifestRow
from model.taxonomy import shipped_taxonomy
from training.card import model_card

TAXONOMY = shipped_taxonomy()


@pytest.fixture
def info(tiny_bundle: Path) -> BundleInfo:
    return load_bundle(tiny_bundle).info


def share(count: int, n: int) -> dict[str, object]:
    low, high = max(0, count / n - 0.1), min(1, count / n + 0.1)
    return {"value": count / n, "count": count, "n": n, "exhibits": n, "interval_95": [low, high]}


def rows() -> list[ManifestRow]:
    common = {"sha256": "0" * 64, "source_path": "", "labelled_by": "", "label_basis": "source", "captured": "",
              "width": 9, "height": 9, "notes": ""}  # fmt: skip
    made = [("tiger_whole", "photo", "train", "unstated")] * 3 + [("tiger_whole", "photo", "holdout", "CC0-1.0")] * 2
    made += [("faux_fur", "render", "train", "Apache-2.0")] * 5
    return [
        ManifestRow(file=f"{k}.jpg", leaf=leaf, exhibit=str(k), source=f"github:a/b{k // 5}@abc", licence=licence,
                    origin=origin, split=split, **common)
        for k, (leaf, origin, split, licence) in enumerate(made)
    ]  # fmt: skip


def metrics() -> dict[str, object]:
    def one_set(hits: int) -> dict[str, object]:
        return {
            "pictures": 90,
            "headline": {
                "tiger_recall": share(hits, 50), "tiger_recall_by_item": {"skin": share(9, 10)},
                "false_tiger": share(1, 40), "identity_accuracy": share(80, 90),
            },
            "calibration": {
                "ece": {
                    "value": 0.031, "n": 90, "exhibits": 90, "interval_95": [0.02, 0.05],
                    "if_calibrated": 0.042, "if_calibrated_95": [0.02, 0.07],
                },
            },
            "leaves": {"faux_fur": {"recall": share(7, 10), "precision": share(3, 4)}},
            "pairs": {"claw against horn": {"auroc": {"value": 0.91, "n": 30, "interval_95": [0.8, 0.99]},
                                            "first_let_go": share(1, 20), "kinds": {"resin": {}}}},
            "confusion": {"identity": {"T": {"T": 49, "U": 1}}},
        }  # fmt: skip

    graph = {
        "bytes": 3_870_000, "parity": {"largest_probability_difference": 0.17, "mean_probability_difference": 0.003},
        "time_ratio": {"median": 0.55, "quartiles": [0.54, 0.56]},
        "by_origin": {"photo": {"identity_accuracy": 0.964, "tiger_recall": 1.0},
                      "render": {"identity_accuracy": 0.9, "tiger_recall": None}},
    }  # fmt: skip
    return {
        "sets": {"photos": one_set(49), "renders": one_set(43)},
        "unfamiliar": {"photos": {"auroc": {"value": 0.957, "n": 300, "interval_95": [0.93, 0.97]}}},
        "export": {"chosen": "int8-x.onnx", "reason": "int8-x.onnx ships: it loses nothing.", "graphs": {
            "fp32.onnx": {**graph, "bytes": 13_500_000}, "int8-x.onnx": graph}, "judged_on": "335 validation pictures",
            "calibrated_on": ["a"] * 128, "threads": 1, "rounds": 40, "onnxruntime": "1.0", "cpu": {"avx2": True}},
        "release": {"accepted": {"reason": "claws came in", "figures": ["false tiger, photos"]}, "gate": {
            "current": "tigercheck-0.1.0", "candidate": "tigercheck-0.2.0", "passed": False, "new_leaves": ["faux_fur"],
            "rows": [{"figure": "false tiger, photos", "current": 0.01, "candidate": 0.02, "difference": 0.01,
                      "interval": [0.001, 0.02], "pictures": 900, "exhibits": 800, "verdict": "worse"}]}},
    }  # fmt: skip


def section(card: str, title: str) -> str:
    (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", card, re.DOTALL | re.MULTILINE)
    return found


def test_machines_read_figures_with_their_data_and_interval(info: BundleInfo) -> None:
    card = ModelCard(model_card(info, metrics(), rows(), TAXONOMY))
    assert card.data.license == "apache-2.0"
    assert card.data.pipeline_tag == "image-classification"
    results = {(r.dataset_name, r.metric_type): r for r in card.data.eval_results}
    assert results["tigercheck holdout, real photos", "recall"].metric_value == pytest.approx(0.98)
    assert results["tigercheck holdout, renders", "recall"].metric_value == pytest.approx(0.86)
    assert "(49/50; 95 % 88.0–100.0)" in results["tigercheck holdout, real photos", "recall"].metric_name
    # What was not measured is not in the index at all.
    assert ("tigercheck holdout, real photos", "false_negative_rate") not in results
    assert ModelCard(model_card(info, {}, [], TAXONOMY)).data.eval_results is None


def test_photos_and_renders_stand_apart(info: BundleInfo) -> None:
    card = model_card(info, metrics(), rows(), TAXONOMY)
    photos = section(card, "Figures on real photos from sources never trained on")
    renders = section(card, "Figures on renders")
    assert "98.0 % (49/50" in photos
    assert "86.0 %" not in photos
    assert "86.0 % (43/50" in renders
    assert "98.0 %" not in renders
    assert "Renders are not photos" in renders


def test_what_is_known_is_shown(info: BundleInfo) -> None:
    card = model_card(info, metrics(), rows(), TAXONOMY)
    classes = section(card, "Classes and what each rests on")
    assert (
        "| `tiger_whole` | T | species | independent real photos (a source never trained on) "
        "| 3 + 0 | 0 + 0 | 0 + 0 | 2 + 0 | 3 |"
    ) in classes
    assert "0 + 5" in classes
    assert "tiger claw" in section(card, "What it is not for")
    assert "faux fur" in section(card, "What it is not for").split("rendered pictures only")[1]
    graph = section(card, "The graph")
    for words in ("int8-x.onnx ships", "13.50 MB", "3.87 MB", "1.7e-01", "0.55 (0.54–0.56)", "render –", "avx2"):
        assert words in graph
    gate = section(card, "Compared with the bundle before")
    assert "+0.001 to +0.020" in gate
    assert "Reason given: claws came in" in gate
    assert "of a perfectly calibrated model | 0.042 (0.020 to 0.070) by chance" in card
    assert "claw against horn: resin" in section(card, "Pairs that are taken for each other")
    assert "0.957" in section(card, "Things it has no class for")
    assert "unstated | 3 |" in section(card, "Training data")


def test_counts_and_further_renders_are_named(info: BundleInfo) -> None:
    counted = Frequencies(
        origin="render", rows="90 rows",
        bins=(FrequencyBin(low=0, high=0.8, n=40, right=22), FrequencyBin(low=0.8, high=1, n=50, right=49)),
    )  # fmt: skip
    further = FurtherRenders(count=1461, sha256="a1" * 32)
    card = model_card(
        info.model_copy(
            update={"frequencies": (counted,), "further_renders": further, "start_sha256": "b2" * 32}
        ), {}, rows(), TAXONOMY,
    )  # fmt: skip
    assert "| render | 80.0 to 100.0 % | 49 of 50 | 89.5 to 99.6 % |" in card
    assert "1461 renders that are not shipped" in section(card, "Training data")
    assert f"earlier run or bundle (sha256 `{'b2' * 32}`)" in section(card, "Training data")
    plain = model_card(info, {}, rows(), TAXONOMY)
    assert "not shipped were trained on" not in plain
    assert "earlier run" not in plain


@pytest.mark.parametrize("known", [{}, {"sets": {}}, {"sets": {"photos": {"headline": {"tiger_recall": None}}}}])
def test_what_is_missing_is_a_dash(info: BundleInfo, known: dict[str, object]) -> None:
    card = model_card(info, known, [], TAXONOMY)
    photos = section(card, "Figures on real photos from sources never trained on")
    assert "| tigers answered T | – |" in photos
    assert "| calibration error (ECE), identity level | – |" in photos
    assert "nan" not in card.lower().replace("finance", "")
    assert "None" not in card.replace("None was trained on", "")


def test_words_that_claim_too_much_are_not_there(info: BundleInfo) -> None:
    for known in ({}, metrics()):
        text = model_card(info, known, rows(), TAXONOMY).lower()
        for word in ("genuine", "confirmed", "is a tiger", "safe"):
            assert word not in text
