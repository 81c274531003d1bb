"""The smoke recipe, changed as a test needs it, and renders beside those of the tiny collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from pydantic import TypeAdapter

from model.bundle import sha256_file
from model.manifest import read_manifest, write_manifest
from model.taxonomy import shipped_taxonomy
from tests.support.photos import save
from training.recipe import Recipe, load_recipe

SMOKE = Path(__file__).resolve().parents[2] / "training" / "recipes" / "smoke.toml"


def smoke(leaves: list[str] | None = None, **changes: dict[str, object]) -> Recipe:
    """The smoke recipe with other leaves, or with values of its sections changed."""
    recipe: dict[str, Any] = TypeAdapter(Recipe).dump_python(load_recipe(SMOKE, shipped_taxonomy()), mode="json")
    for section, values in changes.items():
        recipe[section] |= values
    return TypeAdapter(Recipe).validate_python(recipe | ({"leaves": leaves} if leaves else {}))


def further_renders(data: Path, to: Path, name: str = "again", turn: int = 0) -> Path:
    """The collection's renders mirrored, and turned by degrees, as a folder of further renders."""
    rows = []
    for row in read_manifest(data / "renders.csv", shipped_taxonomy()):
        picture = Path(row.file)
        for file in (picture, picture.with_suffix(".mask.webp")):
            (to / file).parent.mkdir(parents=True, exist_ok=True)
            with Image.open(data / "renders" / file) as image:
                save(ImageOps.mirror(image).rotate(turn), to / file, lossless=True)
        rows.append(
            row.model_copy(update={"exhibit": f"{name}-{row.exhibit}", "sha256": sha256_file(to / row.file)})
        )  # fmt: skip
    write_manifest(to / "renders.csv", rows)
    return to
