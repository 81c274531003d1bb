"""Content in the words of one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from model.decision import Message
from model.taxonomy import Identity
from serve.i18n import LOCALES, percent, tr
from serve.reports.content import ExhibitReport, Outcome, PhotoEntry, Stamp, Words
from serve.services.wording import likelihood, sentence

#: Patterns of long dates where official letters write them otherwise than the locale does.
_DATES = {"vi": "d 'tháng' M 'năm' y"}
#: What a field is called, and what stands in it.
Field = tuple[str, str]


def say(words: Words, language: str) -> str:
    """One text. What somebody wrote stays as written; a text that lacks the language comes in its first one."""
    if isinstance(words, str):
        return words
    if isinstance(words, Message):
        return sentence(words, language)
    return words[language] if language in words else next(iter(words.values()))


def listed(parts: Iterable[Words], language: str) -> str:
    """Texts in one line."""
    return tr("list.separator", language).join(say(part, language) for part in parts)


def moment(at: datetime, language: str) -> str:
    """Date in the language's own order, time of day, and the zone's distance from UTC."""
    offset = at.strftime("%z")
    zone = f"UTC{offset[:3]}:{offset[3:5]}"
    date = format_date(at.date(), _DATES.get(language, "long"), locale=LOCALES[language])
    return tr("report.moment", language, date=date, time=format_time(at, "HH:mm", locale=LOCALES[language]), zone=zone)


def stamped(stamp: Stamp, language: str) -> str:
    """Who, when, and the number of the event."""
    return tr("report.stamp", language, who=stamp.who, time=moment(stamp.at, language), number=str(stamp.number))


def size(photo: PhotoEntry, language: str) -> str:
    """Bytes of the original file."""
    return tr("report.photo.size", language, size=str(format_decimal(photo.size, locale=LOCALES[language])))


def capital(text: str) -> str:
    """With a capital first letter, where the script has them."""
    return text[:1].upper() + text[1:]


def outcome_title(outcome: Outcome, language: str) -> str:
    """The outcome in a few words."""
    return capital(tr(f"outcome.{outcome.outcome}.short" if outcome.outcome else "outcome.none.title", language))


def outcome_fields(outcome: Outcome, language: str) -> list[Field]:
    """Everything the check answered, with the limits of it."""

    def label(name: str) -> str:
        return tr(f"report.outcome.{name}", language)

    claim = tr("rule.report.claim", language) if outcome.rule else label("claim")
    fields = [(label("result"), outcome_title(outcome, language)), (claim, say(outcome.claim, language))]
    if outcome.rule:
        fields.append((tr("rule.report.how", language), tr("rule.by", language)))
    shares = dict(outcome.identity)
    if Identity.TIGER.value in shares:
        fields.append((label("tiger"), _probability(shares.pop(Identity.TIGER.value), language)))
    if shares:
        others = [_pair(tr(f"identity.{code}", language), percent(p, language), language) for code, p in shares.items()]
        fields.append((label("others"), "\n".join(others)))
    if outcome.possible:
        fields.append((label("possible"), listed(outcome.possible, language)))
    if outcome.reasons:
        fields.append((label("reasons"), _list([say(reason, language) for reason in outcome.reasons])))
    if outcome.evidence:
        fields.append((label("evidence"), tr(f"evidence.{outcome.evidence}", language)))
    if outcome.untaught:
        fields.append((label("untaught"), listed(outcome.untaught, language)))
    if outcome.unusable:
        failed = [_pair(name, say(why, language), language) for name, why in outcome.unusable]
        fields.append((label("unusable"), "\n".join(failed)))
    if outcome.bundle:
        fields.append((label("bundle"), outcome.bundle))
    if outcome.rule:
        fields.append((tr("rule.report.rule", language), outcome.rule))
    if outcome.stamp:
        fields.append((tr("report.recorded", language), stamped(outcome.stamp, language)))
    return fields


def _pair(name: str, text: str, language: str) -> str:
    return tr("report.pair", language, name=name, text=text)


def _list(texts: list[str]) -> str:
    """One under the other, with dashes if there are several."""
    return "\n".join(f"– {text}" for text in texts) if len(texts) > 1 else texts[0]


def _probability(value: float, language: str) -> str:
    words, share = likelihood(value, language), percent(value, language)
    return tr("report.outcome.probability", language, words=words, share=share)


def officer_fields(exhibit: ExhibitReport, language: str) -> list[Field]:
    """The officer's own judgement and decision."""
    nothing = tr("report.not_recorded", language)
    fields: list[Field] = []
    judged = exhibit.judgement
    label = "report.judgement.own" if judged is None or judged.before is None else (
        "report.judgement.before" if judged.before else "report.judgement.after"
    )  # fmt: skip
    fields.append((tr(label, language), _noted(judged.text, judged.note, language) if judged else nothing))
    if judged and judged.stamp:
        fields.append((tr("report.recorded", language), stamped(judged.stamp, language)))
    decided = exhibit.decision
    text = _noted(decided.text, decided.note, language) if decided else nothing
    fields.append((tr("report.decision", language), text))
    if decided and decided.stamp:
        fields.append((tr("report.recorded", language), stamped(decided.stamp, language)))
    return fields


def laboratory_fields(exhibit: ExhibitReport, language: str) -> list[Field]:
    """The laboratory's answer."""
    answer = exhibit.laboratory
    if answer is None:
        return [(tr("report.laboratory.finding", language), tr("report.laboratory.none", language))]
    fields = [
        (tr("report.laboratory.finding", language), say(answer.finding, language)),
        (tr("report.laboratory.body", language), answer.body),
        (tr("report.laboratory.reference", language), answer.reference or tr("report.not_recorded", language)),
    ]
    if answer.stamp:
        fields.append((tr("report.recorded", language), stamped(answer.stamp, language)))
    return fields


def checklist_fields(exhibit: ExhibitReport, language: str) -> list[Field]:
    """Question and answer of each feature."""
    return [(say(line.question, language), _noted(line.answer, line.note, language)) for line in exhibit.checklist]


def object_fields(exhibit: ExhibitReport, language: str) -> list[Field]:
    """What the object was said to be."""

    def given(words: Words | None) -> str:
        return (say(words, language) if words else "") or tr("report.not_recorded", language)

    fields = [
        (tr("report.declared", language), given(exhibit.declared)),
        (tr("report.labelled", language), given(exhibit.labelled)),
    ]
    if exhibit.item:
        fields.insert(0, (tr("report.item", language), say(exhibit.item, language)))
    return fields + correction_fields(exhibit.corrections, language)


def correction_fields(corrections: Sequence[Words], language: str) -> list[Field]:
    """What was corrected; nothing if nothing was."""
    if not corrections:
        return []
    return [(tr("report.corrections", language), _list([say(one, language) for one in corrections]))]


def _noted(text: Words, note: str, language: str) -> str:
    return f"{say(text, language)}\n{note}" if note else say(text, language)
