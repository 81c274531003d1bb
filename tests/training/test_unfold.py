"""Training goes on from a bundle alone: its graph's weights, in a network that can be trained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, load, save
from rich.console import Console
from torch import Tensor, nn

from model.bundle import sha256_file
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import LEAVES, make_bundle, seal
from tests.support.pictures import make_collection
from tests.support.runs import BACKBONE
from tests.support.smoke import smoke
from training.errors import TrainingError
from training.export import export_onnx, onnx_outputs
from training.fit import fit
from training.loop import build_network
from training.network import LeafClassifier
from training.pictures import Folders
from training.quantise import Candidate, preprocess, quantise
from training.start import read_start
from training.unfold import BIAS, graph_arrays, norm_behind, settle, unfolded_state

SIZE = 64
PER_CHANNEL = Candidate("int8", True, "8-bit", signed=False)


def pictures(count: int = 24, seed: int = 0) -> Tensor:
    """(count, 3, SIZE, SIZE): coarse patches of colour, so that neighbours are alike as in photos."""
    coarse = torch.from_numpy(np.random.default_rng(seed).normal(0, 0.6, (count, 3, 8, 8))).float()
    return nn.functional.interpolate(coarse, SIZE, mode="bilinear")


@pytest.fixture(scope="module")
def trained() -> LeafClassifier:
    """A network whose norms have statistics, scales and shifts of their own."""
    torch.manual_seed(5)
    network = LeafClassifier(BACKBONE, len(LEAVES), 0.0)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.6, 1.4)
                nn.init.normal_(module.bias, 0, 0.3)
        network.train()
        for k in range(20):
            network(pictures(seed=k))
    return network.eval()


@pytest.fixture(scope="module")
def graph(trained: LeafClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    export_onnx(trained, SIZE, path)
    return path


def fresh() -> LeafClassifier:
    torch.manual_seed(99)
    return LeafClassifier(BACKBONE, len(LEAVES), 0.0).eval()


def filled(graph: Path) -> LeafClassifier:
    network = fresh()
    network.load_state_dict(unfolded_state(network, graph_arrays(graph), len(LEAVES)))
    return network


@torch.no_grad()
def logits(network: LeafClassifier) -> Tensor:
    return network.eval()(pictures())


def test_the_network_says_what_the_graph_says(trained: LeafClassifier, graph: Path) -> None:
    network = filled(graph)
    assert not torch.allclose(logits(fresh()), logits(trained), atol=0.1)
    assert torch.allclose(logits(network), logits(trained), atol=1e-4)
    settle(network, [pictures(8, 1), pictures(8, 2)])
    assert torch.allclose(logits(network), logits(trained), atol=1e-4)


def test_settled_norms_say_nearly_the_same_while_training(trained: LeafClassifier, graph: Path) -> None:
    """In training a norm goes by its batch: unsettled, that is another network altogether."""

    @torch.no_grad()
    def training(network: LeafClassifier) -> float:
        return float((network.train()(pictures()) - logits(trained)).abs().mean())

    settled = filled(graph)
    settle(settled, [pictures()])
    assert training(settled) < 0.2 * training(filled(graph))


def test_statistics_are_those_of_the_pictures(graph: Path) -> None:
    network = filled(graph)
    modules, seen = dict(network.named_modules()), {}
    conv, norm = next(iter(norm_behind(network).items()))
    handle = modules[conv].register_forward_hook(lambda _, __, output: seen.setdefault("out", output))
    logits(network)
    handle.remove()
    settle(network, [pictures()[:10], pictures()[10:]])
    settled = modules[norm]
    assert isinstance(settled, nn.BatchNorm2d)
    assert torch.allclose(settled.running_mean, seen["out"].mean(dim=(0, 2, 3)), atol=1e-5)
    assert torch.allclose(settled.running_var, seen["out"].var(dim=(0, 2, 3), unbiased=False), rtol=1e-3, atol=1e-6)


def test_eight_bits_are_taken_as_the_numbers_they_stand_for(graph: Path, tmp_path: Path) -> None:
    preprocess(graph, tmp_path / "prepared.onnx")
    quantise(tmp_path / "prepared.onnx", pictures().numpy(), PER_CHANNEL, tmp_path / "int8.onnx")
    found = graph_arrays(tmp_path / "int8.onnx")
    exact = graph_arrays(graph)
    weights = [name for name in exact if name.endswith((".weight", BIAS)) and "unsqueeze" not in name]
    assert len(weights) > 20
    for name in weights:
        step = np.abs(exact[name]).max() / 100
        assert np.abs(found[name] - exact[name]).max() <= step, name
    network = filled(tmp_path / "int8.onnx")
    said = torch.from_numpy(onnx_outputs(tmp_path / "int8.onnx", pictures())["logits"])
    spread = float(said.std())
    assert float((logits(network) - said).abs().mean()) < 0.1 * spread


def test_a_graph_of_another_network_is_refused(graph: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"does not fit the network: head.weight has \(4, .*expected \(5, "):
        unfolded_state(fresh(), graph_arrays(graph), 5)
    other = helper.make_graph([], "other", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])], [])
    save(helper.make_model(other), tmp_path / "other.onnx")
    with pytest.raises(TrainingError, match="is not there, expected"):
        unfolded_state(fresh(), graph_arrays(tmp_path / "other.onnx"), len(LEAVES))
    computed = load(graph)
    node = next(node for node in computed.graph.node if node.op_type == "Conv" and len(node.input) > 2)
    computed.graph.node.insert(0, helper.make_node("Identity", [node.input[2]], ["made_on_the_way"]))
    node.input[2] = "made_on_the_way"
    save(computed, tmp_path / "computed.onnx")
    with pytest.raises(TrainingError, match=r"\(bias\) is not there, expected"):
        unfolded_state(fresh(), graph_arrays(tmp_path / "computed.onnx"), len(LEAVES))
    (tmp_path / "text.onnx").write_text("no graph", encoding="utf-8")
    with pytest.raises(TrainingError, match="as an ONNX graph"):
        graph_arrays(tmp_path / "text.onnx")
    with pytest.raises(TrainingError, match="no training pictures"):
        settle(filled(graph), [])


@pytest.fixture
def bundle(graph: Path, tmp_path: Path) -> Path:
    folder = make_bundle(tmp_path / "bundles")
    (folder / "model.onnx").write_bytes(graph.read_bytes())
    info = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    seal(folder, {**info, "recipe": {"network": {"backbone": BACKBONE}}})
    return folder


def test_a_run_goes_on_from_a_bundle(bundle: Path, trained: LeafClassifier, tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_collection(data)
    still = smoke(optimisation={"learning_rate": 1e-12, "epochs": 1, "photos_per_epoch": 16})
    best = fit(
        still, data, Folders(data / "photos", data / "renders"), tmp_path / "run", shipped_taxonomy(),
        Console(quiet=True), start=bundle,
    )  # fmt: skip
    state = torch.load(best, weights_only=True)
    assert torch.allclose(state["head.weight"], trained.head.weight, atol=1e-6)
    # The norms were settled before the first step: straight out of the graph, all their scales are the same.
    scales = [state[f"{norm}.weight"] for norm in norm_behind(trained).values()]
    assert all(float(scale.std()) > 0.01 for scale in scales)
    info = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert info["start_sha256"] == sha256_file(bundle / "model.onnx")


def test_leaves_are_matched_by_name(bundle: Path, trained: LeafClassifier) -> None:
    turned = smoke(leaves=["bear_whole", *reversed(LEAVES)])
    network = build_network(turned, read_start(bundle, turned))
    assert torch.allclose(network.head.weight[1:], trained.head.weight.flip(0), atol=1e-6)


def test_a_bundle_that_cannot_be_a_start_is_refused(bundle: Path) -> None:
    with pytest.raises(TrainingError, match=r"trained test_efficientnet, the recipe wants tf_efficientnet_lite1"):
        read_start(bundle, smoke(network={"backbone": "tf_efficientnet_lite1"}))
    (bundle / "model.onnx").write_bytes(b"cut short")
    with pytest.raises(TrainingError, match=r"(?s)cannot be started from: .*model\.onnx: altered"):
        read_start(bundle, smoke())
