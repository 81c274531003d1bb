"""HTML that a maintainer looks at: one file, no network, everything escaped."""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from model.errors import ImageError
from model.image import open_photo
from training.dataset.plan import Addition, Plan


@cache
def environment() -> Environment:
    """Templates with autoescaping."""
    return Environment(
        loader=PackageLoader("training.dataset"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def data_url(image: Image.Image, side: int = 190) -> str:
    """A small JPEG as a ``data:`` address."""
    small = image.copy()
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=70)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def write_plan_sheet(plan: Plan, path: Path) -> None:
    """Contact sheet of a plan by leaf, and what would not be added and why."""
    by_leaf: dict[str, list[tuple[Addition, str]]] = {}
    for addition in plan.additions:
        by_leaf.setdefault(addition.row.leaf, []).append((addition, picture(addition.candidate.path)))
    page = (
        environment()
        .get_template("plan.html")
        .render(summary=plan.summary(), by_leaf=sorted(by_leaf.items()), refused=plan.refused)
    )
    path.write_text(page, encoding="utf-8")


def picture(path: Path, side: int = 190) -> str:
    """A photo as a small ``data:`` picture; empty if it cannot be opened (``data check`` says why)."""
    try:
        return data_url(open_photo(path, min_side=side).image, side)
    except ImageError:
        return ""
