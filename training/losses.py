"""What training makes small: errors of leaf and identity, and views of one picture answered differently."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from training.recipe import Loss


def identity_columns(identities: Sequence[str]) -> Tensor:
    """(leaves, identities) matrix of 0 and 1 from the identity of each leaf; only identities that occur."""
    names = sorted(set(identities))
    return torch.tensor([[float(identity == name) for name in names] for identity in identities])


class TrainingLoss(nn.Module):
    """Cross-entropy on leaves, with the parts a recipe adds.

    - identity (hierarchical): cross-entropy on identities, whose probabilities are the sums of their leaves' (the
      marginalisation of Deng et al., Large-Scale Object Classification Using Label Relation Graphs, ECCV 2014): taking
      one imitation for another costs less than taking it for the real thing. It is not smoothed.
    - consistency: Jensen–Shannon divergence of the three views' probabilities (Hendrycks et al., AugMix, ICLR 2020).
      The cross-entropies are means over the views; AugMix itself takes the clean one's, but damage is what is met in
      use.

    Args:
        loss: weights of the parts.
        columns: (leaves, identities), see :func:`identity_columns`.
        smoothing: label smoothing of the cross-entropy on leaves.
    """

    def __init__(self, loss: Loss, columns: Tensor, smoothing: float) -> None:
        super().__init__()
        self._loss = loss
        self._smoothing = smoothing
        self.register_buffer("_columns", columns)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Scalar loss of (views, B, leaves) logits and (B, leaves) target probabilities."""
        views = len(logits)
        log_p = logits.log_softmax(-1)
        flat, repeated = log_p.flatten(0, 1), targets.repeat(views, 1)
        smooth = repeated * (1 - self._smoothing) + self._smoothing / targets.shape[1]
        total = -(smooth * flat).sum(1).mean()
        if self._loss.identity_weight:
            total = total + self._loss.identity_weight * identity_loss(flat, repeated, self._columns)
        if self._loss.consistency:
            total = total + self._loss.consistency * jensen_shannon(log_p)
        return total


def identity_loss(log_p: Tensor, targets: Tensor, columns: Tensor) -> Tensor:
    """Cross-entropy of identities from (B, leaves) log-probabilities and target probabilities."""
    log_identity = torch.logsumexp(log_p[:, :, None] + columns.log(), dim=1)
    return -((targets @ columns) * log_identity).sum(1).mean()


def jensen_shannon(log_p: Tensor) -> Tensor:
    """Mean Jensen–Shannon divergence over pictures of (views, B, leaves) log-probabilities, in nats."""
    # As in AugMix, the mixture is kept away from 0, where its logarithm has no gradient.
    mixture = log_p.exp().mean(0).clamp(1e-7, 1).log()
    return (log_p.exp() * (log_p - mixture)).sum(-1).mean()


def mix_up(photos: Tensor, targets: Tensor, alpha: float, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Mix a batch with itself in another order (Zhang et al., mixup, ICLR 2018).

    Args:
        photos: (views, B, 3, size, size); all views of a picture are mixed alike.
        targets: (B, leaves) probabilities.
        alpha: of the Beta distribution the share is drawn from; 0 changes nothing.
        random: of share and order.
    """
    if alpha == 0:
        return photos, targets
    share = float(random.beta(alpha, alpha))
    order = torch.from_numpy(random.permutation(len(targets))).to(photos.device)
    return share * photos + (1 - share) * photos[:, order], share * targets + (1 - share) * targets[order]
