"""The whole way from photos to an answer: open, assess, preprocess, score, calibrate, decide."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from model.bundle import Bundle, Evidence, load_bundle
from model.calibration import softmax
from model.decision import Decision
from model.errors import BundleIncompatibleError, ImageError
from model.frequency import stated
from model.image import ImageLimits, Photo, open_photo
from model.joining import PhotoScores, join
from model.manifest import crop_percent
from model.preprocess import FloatArray
from model.quality import QualityIssue, assess
from model.references import Neighbour
from model.session import OnnxModel
from model.taxonomy import Identity, Taxonomy, shipped_taxonomy

#: Left, top, width, height in per cent of the upright photo.
Crop = tuple[float, float, float, float]


@dataclass(frozen=True)
class PhotoSource:
    """A photo to be judged: a path or a file's bytes, the name to show, and which part of it is meant.

    Raises:
        ValueError: the crop is empty or leaves the photo.
    """

    data: Path | bytes
    name: str | None = None
    crop: Crop | None = None

    def __post_init__(self) -> None:
        if self.crop is not None:
            left, top, width, height = self.crop
            # Sums of decimal numbers may exceed 100 by a rounding error.
            inside = min(left, top) >= 0 and max(left + width, top + height) <= 100 + 1e-6
            if not inside or min(width, height) <= 0:
                raise ValueError(f"expected left, top, width, height in per cent inside 0 to 100, got {self.crop}")


@dataclass(frozen=True)
class PhotoFile:
    """A photo by name and content (sha256 of the whole file); ``crop`` is the part of it that was judged."""

    name: str
    sha256: str
    crop: Crop | None = None


@dataclass(frozen=True)
class Failure:
    """A photo that could not be used, and why: part of the result, never left out of it."""

    name: str
    error: ImageError


@dataclass(frozen=True)
class Prediction:
    """The answer for one photo, or for several photos of one exhibit.

    Attributes:
        files: the photos it rests on.
        bundle: ``name-version`` of the model.
        decision: outcome, leaf, claim, reasons.
        stated: probability by identity as it is shown: no surer than calibration counts allow
            (:func:`model.frequency.stated`); the decision itself rests on those of ``decision.identity``.
        item: item of the decided leaf, ``None`` for ``U``.
        probabilities: calibrated probability by leaf, summing to 1, in the bundle's order.
        evidence: on what kind of data the decided leaf was validated; for ``U`` that of the most probable leaf.
        quality: faults that leave nothing to judge.
        strangeness: out-of-distribution score and the threshold it is held against.
        elapsed_ms: wall time from opening the first photo to the decision, milliseconds.
        maps: (leaves, h, w) class-activation map by leaf, in the bundle's order, for :func:`model.explanation.heat`;
            ``None`` for several photos together.
        neighbours: the bundle's examples nearest to the photo, among the leaves that lead or are in the prediction
            set; none if the bundle has no examples of them.
    """

    files: tuple[PhotoFile, ...]
    bundle: str
    decision: Decision
    stated: dict[Identity, float]
    item: str | None
    probabilities: dict[str, float]
    evidence: Evidence
    quality: tuple[QualityIssue, ...]
    strangeness: tuple[float, float]
    elapsed_ms: float
    maps: FloatArray | None = field(default=None, compare=False, repr=False)
    neighbours: tuple[Neighbour, ...] = ()


@dataclass(frozen=True)
class ExhibitResult:
    """Several photos of one object: the joint answer, and what came of each photo.

    Attributes:
        prediction: ``None`` if no photo could be used.
        each: one entry a photo, in the order given.
    """

    prediction: Prediction | None
    each: tuple[Prediction | Failure, ...]

    @property
    def photos(self) -> tuple[Prediction, ...]:
        """Each usable photo's own answer."""
        return tuple(one for one in self.each if isinstance(one, Prediction))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The photos that could not be used."""
        return tuple(one for one in self.each if isinstance(one, Failure))


@dataclass(frozen=True)
class _Scored:
    file: PhotoFile
    scores: PhotoScores
    embedding: FloatArray
    maps: FloatArray


class Predictor:
    """A loaded bundle, ready to answer. Safe to share between threads (onnxruntime sessions are).

    Raises:
        BundleIncompatibleError: the bundle names a leaf the taxonomy does not have.
    """

    def __init__(
        self,
        bundle: Bundle | None = None,
        taxonomy: Taxonomy | None = None,
        limits: ImageLimits | None = None,
        threads: int | None = None,
    ) -> None:
        self.bundle = bundle or load_bundle()
        self.taxonomy = taxonomy or shipped_taxonomy()
        self._limits = limits or ImageLimits()
        unknown = set(self.bundle.info.leaves) - set(self.taxonomy.leaf_ids)
        if unknown:
            raise BundleIncompatibleError(
                f"bundle {self.bundle.info.id} knows leaves that the taxonomy (version {self.taxonomy.version}) "
                f"does not: {', '.join(sorted(unknown))}; update tigercheck or use a bundle made for it"
            )
        self._model = OnnxModel(self.bundle, threads)

    def warm_up(self, batch: FloatArray) -> None:
        """Run the graph once, so that a fault shows now and the first photo does not wait."""
        self._model(batch)

    def predict(self, source: Path | bytes, name: str | None = None) -> Prediction | Failure:
        """Answer for one photo. A photo that cannot be used comes back as a :class:`Failure`, not as an error."""
        start = time.perf_counter()
        scored = self._score(PhotoSource(source, name))
        return scored if isinstance(scored, Failure) else self._answer([scored], start)

    def predict_each(self, sources: Iterable[Path]) -> Iterator[Prediction | Failure]:
        """Answer photo by photo, as each is done."""
        for source in sources:
            yield self.predict(source)

    def predict_exhibit(self, sources: Iterable[Path | tuple[str, Path | bytes] | PhotoSource]) -> ExhibitResult:
        """One answer for several photos of one object, each a path, a name to show with a path or the bytes, or a
        :class:`PhotoSource`.

        The photos' probabilities are averaged; where that leaves open what at least half of the photos answer alone
        and the others lean to, their answer stands (:mod:`model.joining`). A photo that alone would be flagged is never
        averaged away: if the joint answer would then be F, N or an uncertainty that does not mention it, it is ``U``
        with the reason that the photos disagree.
        """
        start = time.perf_counter()
        usable: list[_Scored] = []
        each: list[Prediction | Failure] = []
        for source in sources:
            began = time.perf_counter()
            scored = self._score(_photo_source(source))
            if isinstance(scored, Failure):
                each.append(scored)
            else:
                usable.append(scored)
                each.append(self._answer([scored], began))
        return ExhibitResult(self._answer(usable, start, several=True) if usable else None, tuple(each))

    def _score(self, source: PhotoSource) -> _Scored | Failure:
        shown = source.name or (source.data.name if isinstance(source.data, Path) else "photo")
        info, crop = self.bundle.info, source.crop
        # What is left of a crop must still be as large as the network's input, so less is reduced on opening.
        least = min(crop[2:]) / 100 if crop else 1.0
        side = math.ceil(info.preprocessing.min_side / least)
        try:
            photo: Photo = open_photo(source.data, name=shown, min_side=side, limits=self._limits)
        except ImageError as error:
            return Failure(shown, error)
        image, size = photo.image, photo.size
        if crop:
            image = crop_percent(image, crop)
            size = (round(size[0] * crop[2] / 100), round(size[1] * crop[3] / 100))
        scores = self._model(info.preprocessing(image)[None])
        values = softmax(scores.logits[0], info.temperature)
        return _Scored(
            file=PhotoFile(photo.name, photo.sha256, crop),
            scores=PhotoScores(
                probabilities=dict(zip(info.leaves, values.tolist(), strict=True)),
                strangeness=float(self.bundle.strangeness(scores.logits, scores.embedding)[0]),
                quality=assess(image, size),
            ),
            embedding=scores.embedding[0],
            maps=scores.map[0],
        )

    def _answer(self, scored: list[_Scored], start: float, several: bool = False) -> Prediction:
        info = self.bundle.info
        joint = join([one.scores for one in scored], info, self.taxonomy)
        decision, probabilities = joint.decision, joint.probabilities
        leading = decision.leaf or max(probabilities, key=lambda leaf: probabilities[leaf])
        return Prediction(
            files=tuple(one.file for one in scored),
            bundle=info.id,
            decision=decision,
            stated=stated(decision.identity, info.counted(leading)),
            item=self.taxonomy.leaf(decision.leaf).item if decision.leaf else None,
            probabilities=probabilities,
            evidence=info.evidence[leading],
            quality=joint.quality,
            strangeness=(joint.strangeness, info.out_of_distribution.threshold.value),
            elapsed_ms=(time.perf_counter() - start) * 1000,
            maps=None if several else scored[0].maps,
            neighbours=self._neighbours([scored[i] for i in joint.judged], {leading, *decision.prediction_set}),
        )

    def _neighbours(self, judged: list[_Scored], leaves: set[str]) -> tuple[Neighbour, ...]:
        examples = self.bundle.examples
        if examples is None:
            return ()
        return examples.nearest(np.mean([one.embedding for one in judged], axis=0), leaves)


def _photo_source(source: Path | tuple[str, Path | bytes] | PhotoSource) -> PhotoSource:
    if isinstance(source, PhotoSource):
        return source
    return PhotoSource(source) if isinstance(source, Path) else PhotoSource(source[1], source[0])
