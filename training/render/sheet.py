"""Contact sheets: one look at what a run made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from training.render.plan import Picture
from training.render.run import picture_path


def contact_sheet(plan: Sequence[Picture], out: Path, path: Path, each: int = 10, width: int = 168) -> Path:
    """``each`` pictures a leaf, in rows of ten at most; returns ``path``."""
    leaves: dict[str, list[Path]] = {}
    for picture in plan:
        file = picture_path(out, picture)
        if file.is_file():
            leaves.setdefault(picture.leaf, []).append(file)
    height, columns = round(width * 0.75), min(each, 10, max(1, 1680 // width))
    rows = [(leaf, len(files), _spread(files, each)) for leaf, files in sorted(leaves.items())]
    lines = sum(-(-len(files) // columns) for _, _, files in rows)
    sheet = Image.new("RGB", (columns * width, max(1, len(rows) * 18 + lines * height)), "white")
    draw = ImageDraw.Draw(sheet)
    y = 0
    for leaf, count, files in rows:
        draw.text((4, y + 2), f"{leaf} ({count})", fill="black")
        y += 18
        for index, file in enumerate(files):
            with Image.open(file) as image:
                image.thumbnail((width, height))
                sheet.paste(image, (index % columns * width, y + index // columns * height))
        y += -(-len(files) // columns) * height
    sheet.save(path, quality=88)
    return path


def _spread(files: list[Path], each: int) -> list[Path]:
    return files[:: max(1, len(files) // each)][:each]
