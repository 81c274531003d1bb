"""Example pictures that travel with a bundle, and which of them a photo is nearest to in the network's eyes.

Explaining by examples: Cai et al., The Effects of Example-Based Explanations in a Machine Learning Interface, IUI 2019.
Only pictures that may be given away are examples: shipped renders, never photos.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

#: Files of a bundle: the examples' embeddings and leaves, and one sheet with all their pictures.
ARRAYS_FILE, SHEET_FILE = "examples.npz", "examples.webp"


@dataclass(frozen=True)
class Neighbour:
    """An example near a photo.

    Attributes:
        index: its place on the sheet.
        leaf: what it shows.
        similarity: cosine of the two embeddings, at most 1.
    """

    index: int
    leaf: str
    similarity: float


@dataclass(frozen=True)
class References:
    """All examples of a bundle.

    Attributes:
        embedding: (N, C) float32, each row of length 1.
        leaves: leaf of each of the N.
        sheet: one picture of N tiles, row by row.
        tile: width and height of a tile in pixels.
    """

    embedding: npt.NDArray[np.float32]
    leaves: tuple[str, ...]
    sheet: Image.Image
    tile: tuple[int, int]

    @classmethod
    def read(cls, arrays: bytes, sheet: bytes) -> References:
        """From the two files' bytes.

        Raises:
            ValueError: they are not what :meth:`arrays` and a sheet of that many tiles are.
        """
        try:
            with np.load(io.BytesIO(arrays), allow_pickle=False) as stored:
                embedding = np.asarray(stored["embedding"], np.float32)
                leaves = tuple(str(leaf) for leaf in stored["leaves"].tolist())
                width, height = (int(side) for side in stored["tile"].tolist())
            picture = Image.open(io.BytesIO(sheet)).convert("RGB")
        except (OSError, KeyError, ValueError) as error:
            raise ValueError(f"the examples cannot be read: {error}") from error
        room = (picture.width // max(width, 1)) * (picture.height // max(height, 1))
        if embedding.ndim != 2 or len(embedding) != len(leaves) or min(width, height) < 1 or room < len(leaves):
            raise ValueError(f"expected as many embeddings and tiles as leaves ({len(leaves)}), got {embedding.shape}")
        return cls(normalised(embedding), leaves, picture, (width, height))

    def nearest(self, embedding: npt.ArrayLike, leaves: Collection[str], count: int = 3) -> tuple[Neighbour, ...]:
        """The examples of these leaves nearest to a photo's embedding (C,), the nearest first."""
        similarity = self.embedding @ normalised(np.asarray(embedding, np.float32)[None])[0]
        order = [int(i) for i in np.argsort(-similarity, kind="stable") if self.leaves[int(i)] in leaves]
        return tuple(Neighbour(i, self.leaves[i], float(similarity[i])) for i in order[:count])

    def picture(self, index: int) -> Image.Image:
        """The tile of one example.

        Raises:
            IndexError: there is no such example.
        """
        if not 0 <= index < len(self.leaves):
            raise IndexError(f"expected an example between 0 and {len(self.leaves) - 1}, got {index}")
        (width, height), columns = self.tile, self.sheet.width // self.tile[0]
        left, top = index % columns * width, index // columns * height
        return self.sheet.crop((left, top, left + width, top + height))


def normalised(embedding: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Rows (N, C) scaled to length 1; a row of zeros stays."""
    length = np.linalg.norm(embedding, axis=1, keepdims=True)
    return np.asarray(embedding / np.maximum(length, 1e-9), np.float32)
