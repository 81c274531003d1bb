"""Any timm backbone gives logits, an embedding and a map that agree."""

from __future__ import annotations

import pytest
import torch

from training.errors import TrainingError
from training.network import ExportForm, LeafClassifier, load_pretrained, packaged_weights

BACKBONES = [
    "tf_efficientnet_lite0", "mobilenetv3_small_100", "mobilenetv4_conv_small", "hgnetv2_b0", "resnet18",
    "repvit_m0_9", "fastvit_t8", "test_convnext",
]  # fmt: skip


@pytest.fixture(params=BACKBONES, scope="module")
def network(request: pytest.FixtureRequest) -> LeafClassifier:
    torch.manual_seed(0)
    return LeafClassifier(request.param, 5).eval()


def test_map_embedding_and_logits_agree(network: LeafClassifier) -> None:
    photos = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        logits, embedding, activation = ExportForm(network)(photos)
        assert torch.allclose(logits, network(photos), atol=1e-5)
    assert embedding.shape == (2, network.channels)
    assert activation.shape[:2] == (2, 5)
    assert torch.allclose(activation.mean((2, 3)) + network.head.bias, logits, atol=1e-4)
    assert logits.std() > 0


def test_every_weight_is_trained_and_in_one_stage(network: LeafClassifier) -> None:
    network.zero_grad()
    network(torch.randn(2, 3, 64, 64)).sum().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None] == []
    stages = network.stages()
    held = [id(p) for stage in stages for p in stage.parameters()]
    assert len(held) == len(set(held))
    assert set(held) == {id(p) for p in network.backbone.parameters()}
    assert 4 <= len(stages) <= 12


def test_stages_go_from_input_to_output(network: LeafClassifier) -> None:
    order = {id(p): k for k, p in enumerate(network.backbone.parameters())}
    first = [order[id(next(stage.parameters()))] for stage in network.stages()]
    assert first == sorted(first)
    assert first[0] == 0


@pytest.mark.parametrize("backbone", ["tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2"])
def test_packaged_weights_load(backbone: str) -> None:
    weights = packaged_weights(backbone)
    assert weights is not None
    network = LeafClassifier(backbone, 2)
    before = network.backbone.conv_stem.weight.clone()
    load_pretrained(network, weights)
    assert not torch.equal(before, network.backbone.conv_stem.weight)


def test_unknown_backbones_and_those_without_a_map_are_refused(tmp_path) -> None:
    with pytest.raises(TrainingError, match=r"no backbone 'resnet19'"):
        LeafClassifier("resnet19", 2)
    with pytest.raises(TrainingError, match="does not take pictures of 64 pixels"):
        LeafClassifier("test_vit3", 2)
    with pytest.raises(TrainingError, match="no map of features"):
        LeafClassifier("test_mambaout", 2)
    with pytest.raises(TrainingError, match="no map of features"):
        LeafClassifier("test_vit", 2)
    assert packaged_weights("resnet18") is None
    with pytest.raises(TrainingError, match="there are no weights"):
        load_pretrained(LeafClassifier("test_efficientnet", 2), tmp_path / "none.pt")
