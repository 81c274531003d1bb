"""The losses are what their definitions say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from training.losses import TrainingLoss, identity_columns, identity_loss, jensen_shannon, mix_up
from training.recipe import Loss

IDENTITIES = ("T", "T", "F", "N")
COLUMNS = identity_columns(IDENTITIES)


def one_hot(*labels: int) -> torch.Tensor:
    return nn.functional.one_hot(torch.tensor(labels), 4).float()


def test_leaf_loss_alone_is_smoothed_cross_entropy() -> None:
    torch.manual_seed(0)
    logits = torch.randn(1, 6, 4)
    labels = torch.tensor([0, 1, 2, 3, 0, 1])
    ours = TrainingLoss(Loss(), COLUMNS, 0.1)(logits, one_hot(*labels.tolist()))
    assert ours.item() == pytest.approx(nn.CrossEntropyLoss(label_smoothing=0.1)(logits[0], labels).item(), rel=1e-5)


def test_identity_loss_sums_the_leaves_of_an_identity() -> None:
    p = torch.tensor([[0.5, 0.3, 0.15, 0.05], [0.1, 0.1, 0.2, 0.6]])
    loss = identity_loss(p.log(), one_hot(1, 2), COLUMNS)
    assert loss.item() == pytest.approx(-(np.log(0.8) + np.log(0.2)) / 2, rel=1e-5)
    confused = torch.tensor([[0.01, 0.97, 0.01, 0.01]]).log()
    mistaken = torch.tensor([[0.01, 0.01, 0.01, 0.97]]).log()
    assert identity_loss(confused, one_hot(0), COLUMNS) < 0.05 < identity_loss(mistaken, one_hot(0), COLUMNS)


def test_consistency_is_the_jensen_shannon_divergence() -> None:
    from scipy.spatial.distance import jensenshannon

    same = torch.randn(1, 5, 4).log_softmax(-1).repeat(3, 1, 1)
    assert jensen_shannon(same).item() == pytest.approx(0, abs=1e-6)
    p, q = np.asarray([0.7, 0.1, 0.1, 0.1]), np.asarray([0.1, 0.2, 0.3, 0.4])
    two = torch.tensor(np.stack([p, q]))[:, None].log()
    assert jensen_shannon(two).item() == pytest.approx(jensenshannon(p, q) ** 2, rel=1e-5)


def test_every_part_adds_and_has_finite_gradients() -> None:
    torch.manual_seed(0)
    # Very sure answers: logarithms of sums and of mixtures must not become infinite.
    logits = (torch.randn(3, 5, 4) * 60).requires_grad_()
    targets = one_hot(0, 1, 2, 3, 0)
    plain = TrainingLoss(Loss(), COLUMNS, 0.05)(logits, targets)
    whole = TrainingLoss(Loss(identity_weight=0.3, consistency=12), COLUMNS, 0.05)(logits, targets)
    assert whole > plain
    whole.backward()
    assert torch.isfinite(logits.grad).all()


def test_mixup_mixes_pictures_and_targets_alike() -> None:
    photos = one_hot(0, 1, 2, 3)[None, :, :, None, None].repeat(2, 1, 1, 3, 3)
    mixed, targets = mix_up(photos, one_hot(0, 1, 2, 3), 1.0, np.random.default_rng(3))
    assert torch.allclose(mixed[0, :, :, 0, 0], targets)
    assert torch.allclose(mixed[1], mixed[0])
    assert torch.allclose(targets.sum(1), torch.ones(4))
    assert ((targets > 0) & (targets < 1)).any()
    same, untouched = mix_up(photos, one_hot(0, 1, 2, 3), 0, np.random.default_rng(3))
    assert same is photos
    assert torch.equal(untouched, one_hot(0, 1, 2, 3))
