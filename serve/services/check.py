"""Check photos of one exhibit and say what the officer needs to read, without saying how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.predict import ExhibitResult, Failure, Prediction, Predictor
from model.taxonomy import Identity
from serve.i18n import percent, steps, tr
from serve.services.wording import failure_sentence, leaf_name, likelihood, sentence

#: Most photos of one exhibit on the page.
MAX_PHOTOS = 8

#: Tone of an outcome; the page gives it a colour and an icon, never a colour alone.
TONES: dict[Identity, str] = {
    Identity.TIGER: "flag",
    Identity.PROTECTED: "flag",
    Identity.IMITATION: "caution",
    Identity.PROCESSED: "caution",
    Identity.UNCERTAIN: "caution",
    Identity.NO_WILDLIFE: "normal",
}


@dataclass(frozen=True)
class IdentityRow:
    """One bar of the chart: an identity, its name, its probability as a number, a per cent and in words."""

    code: str
    name: str
    probability: float
    percent: str
    words: str


@dataclass(frozen=True)
class PhotoRow:
    """One photo of the exhibit: its own outcome, or why it could not be used (then ``outcome`` is ``None``)."""

    name: str
    outcome: str | None
    tone: str
    text: str


@dataclass(frozen=True)
class CheckView:
    """All that is shown for one check, in one language. ``photos`` are in the order given.

    ``outcome`` is ``None`` if no photo could be used; then only ``title``, ``next_steps`` and ``photos`` are filled.
    """

    outcome: str | None
    tone: str
    title: str
    claim: str
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...]
    identities: tuple[IdentityRow, ...]
    tiger_probability: str
    possible: str
    evidence: str
    untrained: str
    photos: tuple[PhotoRow, ...]
    bundle: str
    elapsed_ms: float
    notice: str


def check(predictor: Predictor, photos: Sequence[Path | tuple[str, Path | bytes]]) -> ExhibitResult:
    """Judge up to :data:`MAX_PHOTOS` photos of one exhibit.

    Raises:
        ValueError: no photo, or more than :data:`MAX_PHOTOS`.
    """
    if not 1 <= len(photos) <= MAX_PHOTOS:
        raise ValueError(f"expected 1 to {MAX_PHOTOS} photos, got {len(photos)}")
    return predictor.predict_exhibit(photos)


def view(result: ExhibitResult, predictor: Predictor, language: str) -> CheckView:
    """Word a result in ``language``. Call it again with another language to switch without checking again."""
    photos = tuple(_photo_row(one, language) for one in result.each)
    notice = tr("notice.provisional", language)
    known = predictor.bundle.info.leaves
    untrained = _names([leaf for leaf in predictor.taxonomy.leaf_ids if leaf not in known], language, predictor)
    prediction = result.prediction
    if prediction is None:
        return CheckView(
            outcome=None,
            tone="caution",
            title=tr("outcome.none.title", language),
            claim=tr("outcome.none.claim", language),
            reasons=(),
            next_steps=tuple(steps("next.unreadable", language)),
            identities=(),
            tiger_probability="",
            possible="",
            evidence="",
            untrained=untrained,
            photos=photos,
            bundle=predictor.bundle.info.id,
            elapsed_ms=0.0,
            notice=notice,
        )
    decision = prediction.decision
    code = decision.outcome.value
    return CheckView(
        outcome=code,
        tone=TONES[decision.outcome],
        title=tr(f"outcome.{code}.title", language),
        claim=sentence(decision.claim, language, predictor.taxonomy),
        reasons=tuple(sentence(reason, language, predictor.taxonomy) for reason in decision.reasons),
        next_steps=tuple(steps("next.retake" if prediction.quality else f"next.{code}", language)),
        identities=tuple(
            IdentityRow(
                code=identity.value,
                name=tr(f"identity.{identity.value}", language),
                probability=probability,
                percent=percent(probability, language),
                words=likelihood(probability, language),
            )
            for identity, probability in decision.identity.items()
        ),
        tiger_probability=percent(decision.identity[Identity.TIGER], language),
        possible=_names(decision.prediction_set, language, predictor),
        # Without a named leaf there is nothing the evidence level could be about.
        evidence=tr(f"evidence.{prediction.evidence}", language) if decision.leaf else "",
        untrained=untrained,
        photos=photos,
        bundle=prediction.bundle,
        elapsed_ms=prediction.elapsed_ms,
        notice=notice,
    )


def _names(leaves: Sequence[str], language: str, predictor: Predictor) -> str:
    names = [leaf_name(leaf, language, predictor.taxonomy) for leaf in leaves]
    return tr("list.separator", language).join(names)


def _photo_row(one: Prediction | Failure, language: str) -> PhotoRow:
    if isinstance(one, Failure):
        return PhotoRow(one.name, None, "failed", failure_sentence(one.error, language))
    outcome = one.decision.outcome
    text = tr(f"outcome.{outcome.value}.short", language)
    if one.quality:
        text = " ".join(tr(f"quality.{issue.value}", language) for issue in one.quality)
    return PhotoRow(one.files[0].name, outcome.value, TONES[outcome], text)
