"""Check photos of one exhibit and say what the officer needs to read, without saying how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.predict import ExhibitResult, Failure, PhotoSource, Prediction, Predictor
from model.taxonomy import Identity
from serve.i18n import number, percent, steps, tr
from serve.services.declared import Declaration, outcome_of
from serve.services.guide import guide
from serve.services.pictures import example
from serve.services.wording import failure_sentence, leaf_name, likelihood, sentence

#: Most photos of one exhibit on the page.
MAX_PHOTOS = 8

#: For how many of the likely leaves the guide is offered.
_GUIDES = 4

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
class ExampleRow:
    """An example picture of the bundle near the photos, and what it shows."""

    picture: str
    leaf: str


@dataclass(frozen=True)
class GuideRow:
    """An entry of the guide about what the object may be."""

    entry: str
    title: str


@dataclass(frozen=True)
class CheckView:
    """All that is shown for one check, in one language. ``photos`` are in the order given.

    ``outcome`` is ``None`` if no photo could be used and none was needed; what needs an answer of the model is empty
    without one. ``leaves`` are the ids of those that lead or are possible, for guide and checklist.
    """

    outcome: str | None
    tone: str
    title: str
    claim: str
    notice: str
    next_steps: tuple[str, ...]
    bundle: str
    untrained: str
    reasons: tuple[str, ...] = ()
    remark: str = ""
    identities: tuple[IdentityRow, ...] = ()
    tiger_probability: str = ""
    frequency: str = ""
    possible: str = ""
    evidence: str = ""
    examples: tuple[ExampleRow, ...] = ()
    photos: tuple[PhotoRow, ...] = ()
    leaves: tuple[str, ...] = ()
    guides: tuple[GuideRow, ...] = ()
    elapsed_ms: float = 0.0


def check(predictor: Predictor, photos: Sequence[Path | tuple[str, Path | bytes] | PhotoSource]) -> ExhibitResult:
    """Judge up to :data:`MAX_PHOTOS` photos of one exhibit.

    Raises:
        ValueError: no photo, or more than :data:`MAX_PHOTOS`.
    """
    if not 1 <= len(photos) <= MAX_PHOTOS:
        raise ValueError(f"expected 1 to {MAX_PHOTOS} photos, got {len(photos)}")
    return predictor.predict_exhibit(photos)


def view(
    result: ExhibitResult | None, predictor: Predictor, language: str, declaration: Declaration | None = None
) -> CheckView:
    """Word a result in ``language``. Call it again with another language to switch without checking again.

    Args:
        result: ``None`` before any photo was judged; goods that no photo can identify have an answer all the same.
        predictor: that judged it.
        language: one of :data:`serve.i18n.LANGUAGES`.
        declaration: what the object is declared to be.
    """
    declaration = declaration or Declaration()
    prediction = result.prediction if result else None
    outcome = outcome_of(prediction.decision.outcome if prediction else None, declaration)
    code = outcome.value if outcome else "none"
    known = predictor.bundle.info.leaves
    frame = CheckView(
        outcome=outcome.value if outcome else None,
        tone=TONES[outcome] if outcome else "caution",
        title=tr(f"outcome.{code}.title", language),
        claim=tr("claim.X.declared" if outcome is Identity.PROCESSED else "outcome.none.claim", language),
        notice=tr("notice.provisional", language),
        next_steps=tuple(steps(f"next.{code}" if outcome else "next.unreadable", language)),
        bundle=predictor.bundle.info.id,
        untrained=_names([leaf for leaf in predictor.taxonomy.leaf_ids if leaf not in known], language, predictor),
        reasons=(_declared_reason(declaration, language),) if outcome is Identity.PROCESSED else (),
        remark=tr("result.as_tiger", language) if declaration.as_tiger and code in "XUFNnone" else "",
        photos=tuple(_photo_row(one, language) for one in result.each) if result else (),
    )
    if outcome is Identity.PROCESSED:
        frame = replace(frame, guides=(GuideRow("processed", guide().entry("processed").title.text(language)),))
    return _with_answer(frame, prediction, predictor, language) if prediction else frame


def _with_answer(frame: CheckView, prediction: Prediction, predictor: Predictor, language: str) -> CheckView:
    """The frame with what the model says. Processed goods keep their own claim and reason before the model's."""
    decision = prediction.decision
    processed = frame.outcome == Identity.PROCESSED.value
    leaves = tuple(dict.fromkeys([*([decision.leaf] if decision.leaf else []), *decision.prediction_set]))
    reasons = tuple(sentence(reason, language, predictor.taxonomy) for reason in decision.reasons)
    return replace(
        frame,
        claim=frame.claim if processed else sentence(decision.claim, language, predictor.taxonomy),
        reasons=(*frame.reasons, tr("reason.photo_only", language)) if processed else reasons,
        next_steps=tuple(steps("next.retake", language)) if prediction.quality and not processed else frame.next_steps,
        identities=tuple(
            IdentityRow(
                code=identity.value,
                name=tr(f"identity.{identity.value}", language),
                probability=probability,
                percent=percent(probability, language),
                words=likelihood(probability, language),
            )
            for identity, probability in prediction.stated.items()
        ),
        tiger_probability=percent(prediction.stated[Identity.TIGER], language),
        frequency="" if processed else _frequency(prediction, predictor, language),
        possible=_names(decision.prediction_set, language, predictor),
        # Without a named leaf there is nothing the evidence level could be about.
        evidence=tr(f"evidence.{prediction.evidence}", language) if decision.leaf else "",
        examples=tuple(
            ExampleRow(example(predictor.bundle, one.index), leaf_name(one.leaf, language, predictor.taxonomy))
            for one in prediction.neighbours
        ),
        leaves=leaves,
        guides=frame.guides + tuple(_guides(leaves, language)),
        elapsed_ms=prediction.elapsed_ms,
    )


def _guides(leaves: Sequence[str], language: str) -> Iterator[GuideRow]:
    """Entries about the first of these leaves, each once: a long list helps nobody choose."""
    entries = {entry.id: entry for leaf in leaves[:_GUIDES] for entry in guide().entries_for_leaf(leaf)[:1]}
    for entry in entries.values():
        yield GuideRow(entry.id, entry.title.text(language))


def _declared_reason(declaration: Declaration, language: str) -> str:
    return tr("reason.declared_processed", language, item=tr(f"declared.{declaration.item.value}", language))


def _frequency(prediction: Prediction, predictor: Predictor, language: str) -> str:
    """How often answers like this were right on calibration pictures, as a frequency with its counts."""
    leaf = prediction.decision.leaf
    if leaf is None:
        return ""
    found = predictor.bundle.info.frequency(leaf, max(prediction.decision.identity.values()))
    if found is None:
        return ""
    counted, one = found
    low, high = one.interval
    return tr(
        f"result.frequency_{counted.origin}", language,
        # Neither none nor all: a count of a sample promises nothing for certain.
        about=number(min(99, max(1, round(100 * one.share))), language),
        right=number(one.right, language), n=number(one.n, language),
        low=percent(low, language), high=percent(high, language),
    )  # fmt: skip


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
