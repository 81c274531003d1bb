"""Weights taken back out of a released graph, so that training can go on where only the bundle is at hand.

An exported graph has its batch norms folded into the convolutions before them. What a norm did in use can be restored
exactly for any choice of its mean and variance; for training they must be those of the convolution's output, or the
first step would meet another network. So they are measured on training pictures (``settle``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from training.errors import TrainingError
from training.network import TRIAL_SIZE, LeafClassifier

Arrays = dict[str, npt.NDArray[np.float32]]
BIAS = " (bias)"


def graph_arrays(path: Path) -> Arrays:
    """Weights of a graph by the names they had in torch, 8-bit ones as the numbers they stand for.

    A convolution's bias, of its own or from a folded norm, stands as the name of its weight with ``BIAS`` behind it; it
    is zero where the graph has none, and left out where the graph computes it.

    Raises:
        TrainingError: the file is no ONNX graph.
    """
    try:
        graph = onnx.load(path).graph
    except Exception as error:  # protobuf's errors share no base class of their own
        raise TrainingError(f"cannot read {path} as an ONNX graph: {error}") from error
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found = {name: array.astype(np.float32) for name, array in stored.items() if array.dtype == np.float32}
    names = {name: name for name in found}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in stored:
            name = node.input[0].removesuffix("_quantized")
            axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
            found[name] = _dequantised([stored[key] for key in node.input], axis)
            names[node.output[0]] = name
    for node in graph.node:
        if node.op_type != "Conv" or node.input[1] not in names:
            continue
        weight = names[node.input[1]]
        if len(node.input) < 3:
            found[weight + BIAS] = np.zeros(len(found[weight]), np.float32)
        elif node.input[2] in names:
            found[weight + BIAS] = found[names[node.input[2]]]
    return found


def _dequantised(inputs: Sequence[npt.NDArray[np.generic]], axis: int) -> npt.NDArray[np.float32]:
    """What DequantizeLinear gives for whole numbers, scale and, perhaps, zero point."""
    number, scale = inputs[0].astype(np.float32), inputs[1].astype(np.float32)
    zero = inputs[2].astype(np.float32) if len(inputs) > 2 else np.zeros_like(scale)
    shape = [-1 if k == axis else 1 for k in range(number.ndim)] if scale.ndim else []
    return (number - zero.reshape(shape)) * scale.reshape(shape)


def unfolded_state(network: LeafClassifier, arrays: Arrays, leaves: int) -> dict[str, Tensor]:
    """``arrays`` as a state dict for ``network``, with as many rows of the classifier as the graph has ``leaves``.

    In use it says what the graph says. Each norm behind a convolution gets mean 0 and variance 1 and must be settled
    before training.

    Raises:
        TrainingError: the graph has other layers than the network, or no folded ones.
    """
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    taken: set[str] = set()

    def take(name: str, key: str, shape: torch.Size | tuple[int, ...]) -> Tensor:
        if key not in arrays or arrays[key].shape != tuple(shape):
            has = f"has {arrays[key].shape}" if key in arrays else "is not there"
            raise TrainingError(f"the graph does not fit the network: {key} {has}, expected {tuple(shape)} for {name}")
        taken.add(name)
        return torch.from_numpy(np.ascontiguousarray(arrays[key]))

    modules, behind = dict(network.named_modules()), norm_behind(network)
    for name, module in modules.items():
        if not isinstance(module, nn.Conv2d):
            continue
        weight = f"{name}.weight"
        state[weight] = take(weight, weight, module.weight.shape)
        if name in behind:
            norm, eps = behind[name], _norm(modules, behind[name]).eps
            width = (module.out_channels,)
            state[f"{norm}.bias"] = take(f"{norm}.bias", weight + BIAS, width)
            state[f"{norm}.weight"] = torch.full(width, (1 + eps) ** 0.5)
            state[f"{norm}.running_mean"], state[f"{norm}.running_var"] = torch.zeros(width), torch.ones(width)
            taken.update(f"{norm}.{part}" for part in ("weight", "running_mean", "running_var"))
        elif module.bias is not None:
            state[f"{name}.bias"] = take(f"{name}.bias", weight + BIAS, module.bias.shape)
    state["head.weight"] = take("head.weight", "head.weight", (leaves, network.channels))
    state["head.bias"] = take("head.bias", "head.bias", (leaves,))
    missing = [name for name in state if name not in taken and not name.endswith("num_batches_tracked")]
    if missing:
        raise TrainingError(
            f"{len(missing)} weights of the network cannot be taken out of its graph ({missing[0]} first); "
            "start from the run directory instead"
        )
    return state


@torch.inference_mode()
def settle(network: LeafClassifier, pictures: Iterable[Tensor]) -> None:
    """Give each norm the mean and variance of what comes to it, and the scale and shift with which it does the same.

    Args:
        network: filled by :func:`unfolded_state`.
        pictures: batches (B, 3, size, size) of what training will show it.

    Raises:
        TrainingError: there are no pictures.
    """
    modules, behind = dict(network.named_modules()), norm_behind(network)
    sums: dict[str, Tensor] = {}
    count: dict[str, int] = {}

    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        def add(_: nn.Module, __: object, output: Tensor) -> None:
            values = output.double()
            both = torch.stack([values.sum(dim=(0, 2, 3)), values.square().sum(dim=(0, 2, 3))])
            sums[name] = sums.get(name, torch.zeros_like(both)) + both
            count[name] = count.get(name, 0) + output.numel() // output.shape[1]

        return modules[name].register_forward_hook(add)

    handles, was_training = [watch(name) for name in behind], network.training
    network.eval()
    for batch in pictures:
        network.features(batch)
    for handle in handles:
        handle.remove()
    network.train(was_training)
    if not count:
        raise TrainingError("there are no training pictures to settle the network's norms with")
    for name, norm_name in behind.items():
        norm = _norm(modules, norm_name)
        mean = sums[name][0] / count[name]
        variance = (sums[name][1] / count[name] - mean.square()).clamp(min=0)
        gain = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
        shift = norm.bias.double() - norm.running_mean.double() * gain
        norm.weight.copy_(gain * (variance + norm.eps).sqrt())
        norm.bias.copy_(shift + mean * gain)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)


def norm_behind(network: LeafClassifier) -> dict[str, str]:
    """Which batch norm takes each convolution's output, by their names; seen by sending a picture through."""
    made: dict[int, tuple[str, Tensor]] = {}
    found: dict[str, str] = {}
    handles = []
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d):
            # The tensor is kept, so that no other one gets its number.
            handles.append(module.register_forward_hook(
                lambda _, __, output, name=name: made.__setitem__(id(output), (name, output))
            ))  # fmt: skip
        elif isinstance(module, _BatchNorm):
            handles.append(module.register_forward_pre_hook(
                lambda _, inputs, name=name: found.__setitem__(made[id(inputs[0])][0], name)
                if id(inputs[0]) in made else None
            ))  # fmt: skip
    was_training = network.training
    network.eval()
    with torch.no_grad():
        network.features(torch.zeros(1, 3, TRIAL_SIZE, TRIAL_SIZE, device=network.head.weight.device))
    network.train(was_training)
    for handle in handles:
        handle.remove()
    return found


def _norm(modules: dict[str, nn.Module], name: str) -> _BatchNorm:
    norm = modules[name]
    if not isinstance(norm, _BatchNorm) or norm.running_mean is None or not norm.affine:
        raise TrainingError(f"{name} keeps no statistics; start from the run directory instead of a bundle")
    return norm
