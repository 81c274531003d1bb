"""What to render: a TOML file, checked before the first picture."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.manifest import Split
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.render.objects import BY_NAME, GENERATORS

#: Bytes a picture takes at most, for the check of free disk space.
_BYTES_A_PICTURE = 150_000


class RenderRecipe(BaseModel):
    """One set of pictures.

    Attributes:
        name: begins every picture's name, so that sets can lie side by side.
        seed: everything is drawn from it.
        size: width and height in pixels.
        samples: paths a pixel, before denoising.
        views: photos taken of one exhibit before the next one is made.
        counts: pictures by leaf.
        shares: of exhibits by side of the split, summing to 1; used when the pictures are published.
        holdout_generators: kinds of object that go to the holdout whole, so that something is wholly new there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    seed: int
    size: tuple[Annotated[int, Field(ge=64, le=4096)], Annotated[int, Field(ge=64, le=4096)]]
    samples: int = Field(ge=1, le=4096)
    views: int = Field(default=1, ge=1, le=8)
    counts: dict[str, Annotated[int, Field(ge=1)]] = Field(min_length=1)
    shares: dict[Split, Annotated[float, Field(ge=0, le=1)]] = Field(
        default={"train": 0.6, "validation": 0.1, "calibration": 0.15, "holdout": 0.15}
    )
    holdout_generators: list[str] = Field(default=[])

    @field_validator("shares")
    @classmethod
    def _whole(cls, value: dict[Split, float]) -> dict[Split, float]:
        if abs(sum(value.values()) - 1) > 1e-6:
            raise ValueError(f"must sum to 1, got {sum(value.values()):g}")
        return value


def load_render_recipe(path: Path, taxonomy: Taxonomy, out: Path) -> RenderRecipe:
    """Read a recipe and check that it can be carried out.

    Raises:
        TrainingError: the file cannot be read, a value is wrong, a leaf is unknown or has no generator, or the disk
            is too full.
    """
    try:
        recipe = RenderRecipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TrainingError(f"cannot read the recipe {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise TrainingError(f"{path} has {len(lines)} problem(s):\n" + "\n".join(lines)) from error
    for leaf in recipe.counts:
        if leaf not in taxonomy.leaf_ids:
            raise TrainingError(f"{path}: leaf {leaf!r} is not in the taxonomy ({', '.join(taxonomy.leaf_ids)})")
        if leaf not in GENERATORS:
            raise TrainingError(f"{path}: no generator makes {leaf!r} yet (there are {', '.join(sorted(GENERATORS))})")
    for name in recipe.holdout_generators:
        if name not in BY_NAME:
            raise TrainingError(f"{path}: holdout_generators: no generator is called {name!r}")
    existing = next(folder for folder in [out, *out.absolute().parents] if folder.exists())
    needed = sum(recipe.counts.values()) * _BYTES_A_PICTURE
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise TrainingError(f"{out} has {free // 1_000_000} MB free, about {needed // 1_000_000} MB are needed")
    return recipe
