"""What the model says of a thing of an exercise, for showing beside it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.predict import ExhibitResult, Predictor
from serve.services.check import MAX_PHOTOS, CheckView, check, view
from serve.services.pictures import MappedPhoto, mapped

#: Answers remembered: a class is asked the same things within an hour.
_MOST = 200


@dataclass(frozen=True)
class Hint:
    """The model's answer in words, and where in each photo its signs lie."""

    view: CheckView
    maps: tuple[MappedPhoto, ...]


class ModelHints:
    """The model's answers, each worked out once and one at a time: thirty phones share one laptop.

    Args:
        predictor: of the bundle in use; ``None`` if there is none.
    """

    def __init__(self, predictor: Predictor | None) -> None:
        self.predictor = predictor
        self._seen: OrderedDict[tuple[Path, ...], ExhibitResult] = OrderedDict()
        self._lock = threading.Lock()

    def hint(self, photos: Sequence[Path], language: str) -> Hint | None:
        """What the model says of a thing; ``None`` without a bundle. Names of files are not in it."""
        if self.predictor is None:
            return None
        key = tuple(photos[:MAX_PHOTOS])
        with self._lock:
            if key not in self._seen:
                self._seen[key] = check(self.predictor, [(str(n), photo) for n, photo in enumerate(key, 1)])
                if len(self._seen) > _MOST:
                    self._seen.popitem(last=False)
            result = self._seen[key]
        bundle, taxonomy = self.predictor.bundle, self.predictor.taxonomy
        maps = [mapped(key[int(one.files[0].name) - 1], one, bundle, taxonomy) for one in result.photos]
        return Hint(view(result, self.predictor, language), tuple(one for one in maps if one))
