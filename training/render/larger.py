"""The same exhibits, places and views as pictures that are shipped, with more pixels."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from model.manifest import read_manifest
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.render.plan import Picture
from training.render.proof import read_conditions
from training.render.run import PLAN_FILE

#: What ``publish`` adds to a picture's parameters.
_ADDED = frozenset({"file", "visible"})


def make_larger(
    renders: Path, manifest: Path, taxonomy: Taxonomy, splits: Collection[str], width: int
) -> list[Picture]:
    """The plan of shipped pictures of some sides of the split, ``width`` pixels on the longer side.

    Blur and shake are kept as shares of the frame, since a phone with more pixels has neither a better lens nor a
    steadier hand; noise and JPEG stay as they are for a pixel.

    Args:
        renders: folder of the shipped pictures, where their conditions lie.
        manifest: ``renders.csv``.
        taxonomy: leaves that the manifest may name.
        splits: sides of the split to render.
        width: pixels on the longer side.

    Raises:
        ManifestError: the manifest cannot be read.
        TrainingError: a picture's conditions are missing, or no picture is on these sides.
    """
    rows = [row for row in read_manifest(manifest, taxonomy) if row.split in splits]
    if not rows:
        raise TrainingError(f"{manifest} has no picture of split {', '.join(sorted(splits))}")
    conditions = {one["file"]: one for one in read_conditions(renders / PLAN_FILE)}
    absent = [row.file for row in rows if row.file not in conditions]
    if absent:
        raise TrainingError(f"{renders / PLAN_FILE} has no line for {absent[0]} and {len(absent) - 1} more")
    plan = []
    for row in rows:
        shipped = Picture.model_validate({k: v for k, v in conditions[row.file].items() if k not in _ADDED})
        factor = width / max(shipped.size)
        view = shipped.view.model_copy(
            update={"blur": shipped.view.blur * factor, "motion": shipped.view.motion * factor}
        )
        size = (round(shipped.size[0] * factor), round(shipped.size[1] * factor))
        plan.append(shipped.model_copy(update={"size": size, "view": view}))
    return plan
