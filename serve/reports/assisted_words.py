"""The same things alone and with the model, in words and tables, for the report and the page of results alike."""

from __future__ import annotations

from dataclasses import dataclass

from serve.exercise.results import Assisted
from serve.exercise.statistics.arms import Outcome
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.measures import Measure
from serve.reports.exercise_words import NOTHING, number_words, points_words, say, share_words

#: Measures of the comparison on the same things, with their names; shares are given in percentage points.
_MEASURES = {
    Measure.HIT_RATE: "glance.hits",
    Measure.FALSE_ALARM_RATE: "glance.alarms",
    Measure.CRITICAL_ERROR: "glance.critical",
    Measure.REFER_RATE: "glance.refer",
    Measure.D_PRIME: "assisted.d_prime",
}


@dataclass(frozen=True)
class WordTable:
    """Heads of the columns, and rows of as many cells."""

    heads: list[str]
    rows: list[list[str]]


def who_words(found: Assisted, bundle: str | None, language: str) -> str:
    """How many answered, on how many things, and which bundle was shown."""
    return say(
        "assisted.who", language, n=len(found.trainees), pairs=found.arms.pairs, bundle=bundle or NOTHING,
        unfinished=len(found.unfinished),
    )  # fmt: skip


def verdict_words(found: Assisted, language: str) -> str:
    """Whether being shown the model helped, misled, or neither can be said."""
    side = found.arms.advice[Outcome.SIDE]
    verdict = say(f"arms.{side.verdict}", language)
    return say("assisted.verdict", language, verdict=verdict, figure=points_words(side.net, language))


def further_words(found: Assisted, language: str) -> list[str]:
    """What came of things rightly kept back, and of the competency line if there is one."""
    said = [say("assisted.kept", language, figure=points_words(found.arms.advice[Outcome.KEPT].net, language))]
    if found.line is not None:
        shares = {"alone": found.line.first, "shown": found.line.second}
        words = {name: share_words(figure, language) for name, figure in shares.items()}
        said.append(say("assisted.line", language, **words))
    return said


def arms_table(found: Assisted, language: str) -> WordTable:
    """People alone, people with the model, and the model alone."""
    arms = found.arms
    rows = [
        [
            say(f"assisted.{name}", language), share_words(one.detection.hit_rate, language),
            share_words(one.detection.false_alarm_rate, language), share_words(one.conduct.critical_error, language),
            share_words(one.conduct.refer_rate, language),
        ]
        for name, one in (("alone", arms.alone), ("with_model", arms.with_model), ("model", arms.model))
        if one is not None
    ]  # fmt: skip
    return WordTable(
        _said(("arms.who", "glance.hits", "glance.alarms", "glance.critical", "glance.refer"), language), rows
    )


def turned_table(found: Assisted, language: str) -> WordTable:
    """Answers turned right and wrong: on all things, where the model was right, and where it was wrong."""
    rows = [
        [
            say(f"assisted.where.{where}", language), str(one.pairs), str(one.to_right), str(one.to_wrong),
            points_words(one.net, language),
        ]
        for where, one in found.arms.advice[Outcome.SIDE].turned.items()
    ]  # fmt: skip
    heads = ("where", "pairs", "to_right", "to_wrong", "net")
    return WordTable(_said([f"assisted.{one}" for one in heads], language), rows)


def changes_table(found: Assisted, language: str) -> WordTable:
    """Change of each measure with the model, beside that of a mere second look."""

    def words(measure: Measure, figure: Figure | None) -> str:
        if figure is None:
            return NOTHING
        if measure is Measure.D_PRIME:
            return number_words(figure, language, signed=True)
        return points_words(figure, language)

    rows = [
        [say(name, language), words(one, found.arms.changes.get(one)), words(one, found.second_look.get(one))]
        for one, name in _MEASURES.items()
    ]
    return WordTable(_said([f"assisted.{one}" for one in ("measure", "change", "second")], language), rows)


def second_look_words(found: Assisted, language: str) -> str | None:
    """Over how many trainees the second look is, if any."""
    return say("assisted.second.note", language, n=found.looked_again) if found.looked_again else None


def _said(keys: tuple[str, ...] | list[str], language: str) -> list[str]:
    return [say(key, language) for key in keys]
