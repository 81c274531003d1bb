"""The whole way from labelled photos to a sealed bundle, small enough for a test."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from model.bundle import load_bundle, sha256_file
from model.errors import BundleCorruptError
from model.manifest import ManifestRow, write_manifest
from model.predict import Prediction, Predictor
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import COLOURS
from tests.support.photos import save, textured
from training.candidate import calibrate
from training.errors import TrainingError
from training.evaluation.run import evaluate_bundle, write_metrics
from training.export import export, export_onnx, parity
from training.fit import fit
from training.network import LeafClassifier, load_pretrained
from training.pictures import Folders
from training.quantise import CANDIDATES
from training.recipe import Recipe, load_recipe
from training.release import release

TAXONOMY = shipped_taxonomy()
RECIPE = """
name = "smoke"
seed = 1
leaves = ["tiger_whole", "other_cat_whole", "faux_fur", "unrelated"]
[network]
backbone = "test_efficientnet"
weights = "none"
[preprocessing]
size = 64
mean = [0.5, 0.5, 0.5]
std = [0.5, 0.5, 0.5]
[optimisation]
epochs = {epochs}
photos_per_epoch = 160
batch = 16
learning_rate = 3e-3
layer_decay = 1.0
frozen_stages = 0
ema = 0.8
workers = 0
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo folder and manifest of coloured pictures: 60 a leaf, on all four sides."""
    root = tmp_path_factory.mktemp("data")
    rows = []
    for leaf, colour in COLOURS.items():
        (root / "photos" / leaf).mkdir(parents=True)
        for k in range(120):
            name = f"{leaf}/{k}.png"
            path = save(textured(colour, (80, 60), seed=k), root / "photos" / name)
            split = ("train", "train", "validation", "calibration", "calibration", "holdout")[k % 6]
            rows.append(
                ManifestRow(
                    file=name, sha256=sha256_file(path), leaf=leaf, exhibit=f"{leaf}-{k}", source=f"test:{split}",
                    source_path="", licence="CC0-1.0", origin="photo", split=split, labelled_by="test",
                    label_basis="construction", captured="", width=80, height=60, notes="",
                )
            )  # fmt: skip
    write_manifest(root / "photos.csv", rows)
    with (root / "photos_left_out.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "sha256", "subject", "source", "use", "reason"])
        # A subject that may choose the strangeness score, and one that only tests it.
        for subject in ("raccoon", "frog"):
            path = save(textured((30, 240, 40), (80, 60)), root / "photos" / f"{subject}.png")
            writer.writerow([path.name, sha256_file(path), subject, "test", "unknown", "no leaf"])
    return root


def recipe(folder: Path, epochs: int = 3) -> Recipe:
    path = folder / "recipe.toml"
    path.write_text(RECIPE.replace("{epochs}", str(epochs)), encoding="utf-8")
    return load_recipe(path, TAXONOMY)


def folders(data: Path) -> Folders:
    return Folders(data / "photos", data / "renders")


def quiet() -> Console:
    return Console(quiet=True)


@pytest.fixture(scope="module")
def run(data: Path) -> Path:
    fit(recipe(data), data, folders(data), data / "run", TAXONOMY, quiet())
    return data / "run"


def test_a_run_becomes_a_sealed_measured_released_bundle_that_answers(data: Path, run: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(run, tmp_path / "run"))
    with pytest.raises(TrainingError, match="holds no exported graph"):
        calibrate(run, data, folders(data), TAXONOMY, quiet())
    export(run, data, folders(data), TAXONOMY, quiet(), candidates=CANDIDATES[:1], rounds=5)
    candidate = load_bundle(calibrate(run, data, folders(data), TAXONOMY, quiet()))
    assert candidate.info.version == "0.0.0"
    assert candidate.info.thresholds.release.n == 80
    assert candidate.info.evidence == dict.fromkeys(COLOURS, "photo")
    (counted,) = candidate.info.frequencies
    assert (counted.origin, sum(each.n for each in counted.bins)) == ("photo", 160)
    assert candidate.info.further_renders is None
    assert candidate.examples is None
    tried = json.loads((run / "calibration.json").read_text(encoding="utf-8"))["strangeness"]
    assert {trial["method"] for trial in tried["trials"]} == {"energy", "ash", "scale", "vim", "knn"}
    assert max(trial["mean"] for trial in tried["trials"]) == next(
        trial["mean"]
        for trial in tried["trials"]
        if (trial["method"], trial["setting"]) == (tried["chosen"]["method"], tried["chosen"]["setting"])
    )
    metrics = evaluate_bundle(candidate.path, data, folders(data), TAXONOMY, None, probes=False)
    write_metrics(metrics, run / "evaluation" / "metrics.json")
    assert metrics["sets"]["photos"]["pictures"] == 80
    # Colours are easy: a pipeline that mixes up labels, channels or preprocessing would fail here.
    assert metrics["sets"]["photos"]["headline"]["identity_accuracy"]["value"] > 0.9
    released = release(run, "0.0.1", data, folders(data), tmp_path / "bundles", TAXONOMY, quiet())
    answer = Predictor(load_bundle(released)).predict(data / "photos" / "tiger_whole" / "5.png")
    assert isinstance(answer, Prediction)
    assert max(answer.probabilities, key=answer.probabilities.get) == "tiger_whole"
    (released / "metrics.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BundleCorruptError, match=r"metrics\.json: altered"):
        load_bundle(released)


def test_an_interrupted_run_goes_on_where_it_stopped(data: Path, run: Path, tmp_path: Path, monkeypatch) -> None:
    import training.loop as module

    stopped = tmp_path / "run"
    real = module.Trainer.run_epoch

    def stop_in_second(self, epoch: int, after_step) -> float:
        if epoch == 1:
            raise KeyboardInterrupt
        return real(self, epoch, after_step)

    monkeypatch.setattr(module.Trainer, "run_epoch", stop_in_second)
    with pytest.raises(KeyboardInterrupt):
        fit(recipe(data), data, folders(data), stopped, TAXONOMY, quiet())
    monkeypatch.undo()
    with pytest.raises(TrainingError, match="1 of 3 epochs"):
        export(stopped, data, folders(data), TAXONOMY, quiet())
    fit(recipe(data), data, folders(data), stopped, TAXONOMY, quiet())
    epochs = [json.loads(line)["epoch"] for line in (stopped / "history.jsonl").read_text().splitlines()]
    assert epochs == [1, 2, 3]
    whole, resumed = (torch.load(r / "best.pt", weights_only=True) for r in (run, stopped))
    for name, tensor in whole.items():
        assert torch.allclose(tensor, resumed[name], atol=1e-6), name


def test_another_recipe_or_manifest_does_not_continue_a_run(data: Path, run: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(run, tmp_path / "run"))
    with pytest.raises(TrainingError, match="another recipe"):
        fit(recipe(data, epochs=9), data, folders(data), copy, TAXONOMY, quiet())
    shutil.copy(data / "photos.csv", tmp_path / "photos.csv")
    with (tmp_path / "photos.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    with pytest.raises(TrainingError, match="another manifest"):
        fit(recipe(data), tmp_path, folders(data), copy, TAXONOMY, quiet())
    with pytest.raises(TrainingError, match="has changed since"):
        export(copy, tmp_path, folders(data), TAXONOMY, quiet())


def test_a_changed_photo_is_noticed(data: Path, tmp_path: Path) -> None:
    photos = Path(shutil.copytree(data / "photos", tmp_path / "photos"))
    save(textured((1, 2, 3), (80, 60)), photos / "tiger_whole" / "0.png")
    with pytest.raises(TrainingError, match="sha256 differs"):
        fit(recipe(data), data, Folders(photos, photos), tmp_path / "run", TAXONOMY, quiet())


def test_exported_graph_gives_what_torch_gives(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = LeafClassifier("test_efficientnet", 5).eval()
    export_onnx(network, 64, tmp_path / "m.onnx")
    inputs = torch.randn(7, 3, 64, 64)
    assert parity(network, tmp_path / "m.onnx", inputs, 1.0)["largest_probability_difference"] < 1e-5


def test_map_averages_to_the_logit(tmp_path: Path) -> None:
    from training.export import onnx_outputs

    torch.manual_seed(0)
    network = LeafClassifier("test_efficientnet", 5).eval()
    export_onnx(network, 64, tmp_path / "m.onnx")
    out = onnx_outputs(tmp_path / "m.onnx", torch.randn(3, 3, 64, 64))
    bias = network.head.bias.detach().numpy()
    assert np.abs(out["map"].mean(axis=(2, 3)) + bias - out["logits"]).max() < 1e-4


def test_pretrained_weights_fit_by_name_or_by_order_or_are_refused(tmp_path: Path) -> None:
    donor = LeafClassifier("test_efficientnet", 2)
    state = donor.backbone.state_dict()
    renamed = {f"n{k}": v for k, (name, v) in enumerate(state.items()) if not name.endswith("num_batches_tracked")}
    for weights in (state, {**renamed, "fc.weight": torch.zeros(1000, 8)}):
        torch.save(dict(weights), tmp_path / "w.pt")
        target = LeafClassifier("test_efficientnet", 2)
        load_pretrained(target, tmp_path / "w.pt")
        for name, tensor in donor.backbone.state_dict().items():
            assert torch.equal(target.backbone.state_dict()[name], tensor), name
    torch.save({"a": torch.zeros(3)}, tmp_path / "w.pt")
    with pytest.raises(TrainingError, match="does not fit"):
        load_pretrained(LeafClassifier("test_efficientnet", 2), tmp_path / "w.pt")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("seed = 1", "sede = 1"), "sede"),
        (("size = 64", "size = 'big'"), "preprocessing.size"),
        (('"faux_fur"', '"foe_fur"'), "foe_fur"),
        (("[network]", "[network"), "not valid TOML"),
    ],
)
def test_broken_recipes_name_the_key(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(RECIPE.replace("{epochs}", "1").replace(*change), encoding="utf-8")
    with pytest.raises(TrainingError, match=words):
        load_recipe(path, TAXONOMY)
