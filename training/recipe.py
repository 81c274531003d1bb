"""What one training run does, read from a TOML file. Unknown keys and wrong values are errors."""

from __future__ import annotations

import tomllib
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from model.preprocess import Preprocessing
from model.taxonomy import Taxonomy
from training.errors import TrainingError

_CONFIG = ConfigDict(extra="forbid")

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(gt=0)]
CountOrNone = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, config=_CONFIG)
class Network:
    """Backbone by timm name and where its weights come from (``package``, ``none`` or a path)."""

    backbone: str
    weights: str = "package"
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2


@dataclass(frozen=True, config=_CONFIG)
class Data:
    """Which pictures are drawn, and how renders are mixed in.

    Attributes:
        renders: whether rows of ``renders.csv`` are used at all; without them the other fields change nothing.
        render_share: share of the draws of a leaf that are renders, where it has renders and others.
        composite: share of the draws of a render that are cut out by its mask and pasted on the background of a
            training photo (Dwibedi et al., Cut, Paste and Learn, ICCV 2017).
        background_leaves: leaves whose whole training photos serve as backgrounds; each must have identity N, or
            pictures with a label of their own would lie behind the exhibit.
        crop_size: side of training crops in pixels; 0 is ``preprocessing.size``. A random crop shows things larger
            than a whole photo does; training on smaller crops than are used later makes up for that, and is quicker
            (Touvron et al., Fixing the Train-Test Resolution Discrepancy, NeurIPS 2019).
    """

    renders: bool = False
    render_share: Share = 0.5
    composite: Share = 0.0
    background_leaves: tuple[str, ...] = ("unrelated",)
    crop_size: CountOrNone = 0


@dataclass(frozen=True, config=_CONFIG)
class Loss:
    """What is made small beside the cross-entropy on leaves (whose label smoothing stands in ``[optimisation]``).

    Attributes:
        identity_weight: weight of the cross-entropy on identities; 0 is off.
        mixup: α of the Beta distribution two pictures are mixed by; 0 is off.
        consistency: weight of the Jensen–Shannon divergence between three views of each picture; 0 is off. It takes
            three forward passes.
    """

    identity_weight: Weight = 0.0
    mixup: Weight = 0.0
    consistency: Weight = 0.0


@dataclass(frozen=True, config=_CONFIG)
class Stopping:
    """When to stop early: after ``patience`` epochs without a better validation score; 0 is never."""

    patience: CountOrNone = 0


@dataclass(frozen=True, config=_CONFIG)
class Optimisation:
    """How the weights are moved.

    ``learning_rate`` is the classifier's; each earlier stage gets ``layer_decay`` times less; the first
    ``frozen_stages`` stages stay as they are. ``warmup`` is a share of all steps, ``ema`` the decay per step of the
    averaged weights that are kept. ``batch`` is that of all processes together; ``workers`` and ``threads`` are each
    process's own.
    """

    epochs: Count
    photos_per_epoch: Count
    batch: Count = 48
    learning_rate: Annotated[float, Field(gt=0)] = 1.5e-3
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.7
    frozen_stages: CountOrNone = 3
    weight_decay: Weight = 0.02
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.05
    ema: Annotated[float, Field(ge=0, lt=1)] = 0.99
    workers: CountOrNone = 1
    threads: Count = 2

    def __post_init__(self) -> None:
        if self.batch > self.photos_per_epoch:
            raise ValueError(f"batch {self.batch} is larger than photos_per_epoch {self.photos_per_epoch}")


@dataclass(frozen=True, config=_CONFIG)
class Recipe:
    """One training run."""

    name: str
    seed: CountOrNone
    leaves: Annotated[tuple[str, ...], Field(min_length=2)]
    network: Network
    preprocessing: Preprocessing
    optimisation: Optimisation = field(default_factory=lambda: Optimisation(epochs=10, photos_per_epoch=2000))
    data: Data = field(default_factory=Data)
    loss: Loss = field(default_factory=Loss)
    stopping: Stopping = field(default_factory=Stopping)


def load_recipe(path: Path, taxonomy: Taxonomy) -> Recipe:
    """Read a recipe, laid over the one its key ``base`` names (a path relative to the file), if it has one.

    Tables are merged key by key; any other value, lists too, replaces the base's.

    Raises:
        TrainingError: a file cannot be read, a key is unknown, a value is wrong, a base has a base of its own, a leaf
            is not in the taxonomy or named twice, or a background leaf is not of identity N.
    """
    data = _read(path)
    if "base" in data:
        name = data.pop("base")
        if not isinstance(name, str):
            raise TrainingError(f"{path}: 'base' must be the relative path of a recipe, got {name!r}")
        base = _read(path.parent / name)
        if "base" in base:
            raise TrainingError(
                f"{path}: its base {name} has a base of its own; name {base['base']!r} or write the keys out"
            )
        data = _merge(base, data)
    try:
        recipe = TypeAdapter(Recipe).validate_python(data)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise TrainingError(f"{path} has {len(lines)} problem(s):\n" + "\n".join(lines)) from error
    _check_leaves(path, recipe, taxonomy)
    return recipe


def with_length(recipe: Recipe, epochs: int | None, pictures: int | None) -> Recipe:
    """The recipe with another number of epochs, or of pictures an epoch; ``None`` leaves what it says.

    Raises:
        TrainingError: no recipe can have that length.
    """
    asked = {"epochs": epochs, "photos_per_epoch": pictures}
    data = TypeAdapter(Recipe).dump_python(recipe)
    data["optimisation"].update({key: value for key, value in asked.items() if value is not None})
    try:
        return TypeAdapter(Recipe).validate_python(data)
    except ValidationError as error:
        raise TrainingError("; ".join(str(e["msg"]) for e in error.errors())) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"cannot read the recipe {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{path} is not valid TOML: {error}") from error


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _check_leaves(path: Path, recipe: Recipe, taxonomy: Taxonomy) -> None:
    for key, leaves in (("leaves", recipe.leaves), ("data.background_leaves", recipe.data.background_leaves)):
        unknown = [leaf for leaf in leaves if leaf not in taxonomy.leaf_ids]
        if unknown:
            raise TrainingError(f"{path}: {key} {', '.join(unknown)} are not in the taxonomy")
        if len(set(leaves)) < len(leaves):
            raise TrainingError(f"{path}: {key} names a leaf twice")
    for leaf in recipe.data.background_leaves:
        identity = taxonomy.leaf(leaf).identity
        if identity != "N":
            raise TrainingError(
                f"{path}: data.background_leaves: {leaf!r} has identity {identity}; only leaves of identity N may lie "
                "behind an exhibit"
            )
