"""What storing renders as WebP costs: bytes a picture, and how much the model's view of it changes.

    tigercheck-train render preview cat_claw --lossless --out runs/lossless
    python benchmarks/render_storage.py runs/lossless [--bundle FOLDER]

Takes pictures kept as PNG, stores each at several WebP qualities and asks the bundle again. Prints one line a quality.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from model.bundle import load_bundle
from model.calibration import softmax
from model.session import OnnxModel

QUALITIES = (60, 70, 75, 80, 85, 90, 95)


def main() -> None:
    """Compare qualities on a folder of PNG pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bundle", type=Path)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.folder.rglob("*.png"))
    if not files:
        parser.error(
            f"no PNG pictures in {arguments.folder}; make some with: tigercheck-train render preview --lossless"
        )
    bundle = load_bundle(arguments.bundle)
    model, info = OnnxModel(bundle), bundle.info
    pictures = [Image.open(path).convert("RGB") for path in files]

    def look(images: list[Image.Image]) -> tuple[np.ndarray, np.ndarray]:
        scores = model(np.stack([info.preprocessing(image) for image in images]))
        return np.stack([softmax(row, info.temperature) for row in scores.logits]), scores.embedding

    p, e = look(pictures)
    table = Table("quality", "kB a picture", "other leaf", "mean |dp| of the leaf", "largest", "cosine of embeddings")
    for quality in QUALITIES:
        stored, size = [], 0
        for picture in pictures:
            buffer = io.BytesIO()
            picture.save(buffer, "WEBP", quality=quality, method=6)
            size += buffer.tell()
            stored.append(Image.open(buffer).convert("RGB"))
        q, f = look(stored)
        top = p.argmax(axis=1)
        change = np.abs(p - q)[np.arange(len(p)), top]
        cosine = (e * f).sum(axis=1) / np.linalg.norm(e, axis=1) / np.linalg.norm(f, axis=1)
        table.add_row(
            str(quality), f"{size / len(pictures) / 1000:.1f}", f"{(q.argmax(axis=1) != top).sum()} of {len(p)}",
            f"{change.mean():.4f}", f"{change.max():.3f}", f"{cosine.mean():.4f} (least {cosine.min():.4f})",
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
