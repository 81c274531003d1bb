"""What one training run does, read from a TOML file. Unknown keys and wrong values are errors."""

from __future__ import annotations

import tomllib
from dataclasses import field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from model.preprocess import Preprocessing
from model.taxonomy import Taxonomy
from training.errors import TrainingError

_CONFIG = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_CONFIG)
class Network:
    """Backbone by timm name and where its weights come from (``package``, ``none`` or a path)."""

    backbone: str
    weights: str = "package"
    dropout: float = 0.2


@dataclass(frozen=True, config=_CONFIG)
class Optimisation:
    """How the weights are moved.

    ``learning_rate`` is the classifier's; each earlier stage gets ``layer_decay`` times less; the first
    ``frozen_stages`` stages stay as they are. ``warmup`` is a share of all steps, ``ema`` the decay per step of the
    averaged weights that are kept.
    """

    epochs: int
    photos_per_epoch: int
    batch: int = 48
    learning_rate: float = 1.5e-3
    layer_decay: float = 0.7
    frozen_stages: int = 3
    weight_decay: float = 0.02
    warmup: float = 0.1
    label_smoothing: float = 0.05
    ema: float = 0.99
    workers: int = 1
    threads: int = 2


@dataclass(frozen=True, config=_CONFIG)
class Recipe:
    """One training run."""

    name: str
    seed: int
    leaves: tuple[str, ...]
    network: Network
    preprocessing: Preprocessing
    optimisation: Optimisation = field(default_factory=lambda: Optimisation(epochs=10, photos_per_epoch=2000))


def load_recipe(path: Path, taxonomy: Taxonomy) -> Recipe:
    """Read a recipe.

    Raises:
        TrainingError: the file cannot be read, a key is unknown, a value is wrong, or a leaf is not in the taxonomy.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"cannot read the recipe {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{path} is not valid TOML: {error}") from error
    try:
        recipe = TypeAdapter(Recipe).validate_python(data)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise TrainingError(f"{path} has {len(lines)} problem(s):\n" + "\n".join(lines)) from error
    unknown = [leaf for leaf in recipe.leaves if leaf not in taxonomy.leaf_ids]
    if unknown:
        raise TrainingError(f"{path}: leaves {', '.join(unknown)} are not in the taxonomy")
    return recipe
