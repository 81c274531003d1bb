"""Results as tables for other programs: the programme's indicator, and all answers. CSV in UTF-8 with a mark that
spreadsheets read it by; numbers with a point.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from serve.exercise.classes import Classes
from serve.exercise.codes import shown
from serve.exercise.model import Arm, Phase
from serve.exercise.result_arms import kept_model_sittings
from serve.exercise.results import LineResult, Results, TraineeResult
from serve.exercise.statistics.figure import Figure
from serve.exercise.statistics.signal import Conduct, Detection
from serve.exercise.statistics.summary import AnswerFigures
from serve.exercise.store.store import ExerciseStore

_LINE = ("n", "reached", "share", "low95", "high95")
_OWN = ("hit_rate", "hit_low95", "hit_high95", "false_alarm_rate", "alarm_low95", "alarm_high95", "critical_error",
        "d_prime")  # fmt: skip
#: Columns of the indicator: one row of the class for who finished both tests, one for who finished each; for the phase
#: with the model a row an arm; then one a trainee. ``arm`` says who answered, ``bundle`` which model was shown.
INDICATOR = (
    "level", "group", "code", "class", "exercise", "line_hit_rate", "line_false_alarm_rate",
    "things", "computer_made",
    *(f"{name}_before" for name in _LINE), *(f"{name}_after" for name in _LINE),
    "change", "change_low95", "change_high95", "change_p",
    *(f"{name}_before" for name in _OWN), *(f"{name}_after" for name in _OWN), "forms", "not_compared", "arm", "bundle",
)  # fmt: skip
#: Columns of the answers.
ANSWERS = (
    "trainee", "phase", "form", "arm", "question", "thing", "truth", "chosen", "action", "confidence", "seconds", "at",
)  # fmt: skip

Cell = str | int | float | None


def indicator_csv(results: Results) -> bytes:
    """The programme's indicator: share of officers at or above the competency line, before and after, n, interval.

    Without a line the shares are empty. Shares are from 0 to 1. In the rows of group ``assisted`` the same things were
    answered alone and then with the model; their figures stand in the columns ``_after``, and the change in the row
    with the model is with it minus alone.
    """
    line = results.line
    rows: list[list[Cell]] = []
    for group in ("both_tests", "each_test"):
        both = group == "both_tests"
        shares = _shares(line, both)
        change: list[Cell] = [None] * 4
        if line and both:
            change = [line.difference.value, line.difference.low, line.difference.high, line.test.p]
            if line.difference.value is None:
                change[3] = None
        tests = (results.before, results.after) if both else (results.figures.before, results.figures.after)
        if both and not results.compared:
            tests = (None, None)
        own = [cell for test in tests for cell in _own(test)]
        rows.append(["class", group, "", *_about(results), *shares, *change, *own, "", "", Arm.HUMAN.value, ""])
    rows += _assisted(results)
    rows += [_trainee(results, one) for one in results.trainees]
    return _csv(INDICATOR, rows)


def _about(results: Results) -> list[Cell]:
    line = results.line.line if results.line else None
    return [
        _plain(results.name), _plain(results.exercise), line.sensitivity if line else None,
        line.false_alarm if line else None, results.things, results.rendered,
    ]  # fmt: skip


def _shares(line: LineResult | None, both: bool) -> list[Cell]:
    if line is None:
        return [None] * (2 * len(_LINE))
    figures = (line.before, line.after) if both else (line.all_before, line.all_after)
    return [cell for figure in figures for cell in _share(figure)]


def _share(figure: Figure) -> list[Cell]:
    reached = None if figure.value is None else round(figure.value * figure.n)
    return [figure.n, reached, figure.value, figure.low, figure.high]


def _own(test: AnswerFigures | None) -> list[Cell]:
    return [None] * len(_OWN) if test is None else _figures(test.detection, test.conduct)


def _figures(found: Detection, done: Conduct) -> list[Cell]:
    rates = [cell for one in (found.hit_rate, found.false_alarm_rate) for cell in (one.value, one.low, one.high)]
    return [*rates, done.critical_error.value, found.d_prime.value]


def _assisted(results: Results) -> list[list[Cell]]:
    """A row an arm of the phase with the model."""
    if results.assisted is None:
        return []
    found, rows = results.assisted, list[list[Cell]]()
    arms = ((Arm.HUMAN, found.arms.alone), (Arm.HUMAN_WITH_MODEL, found.arms.with_model), (Arm.MODEL, found.arms.model))
    for arm, one in ((arm, one) for arm, one in arms if one is not None):
        shares: list[Cell] = [None] * (2 * len(_LINE))
        change: list[Cell] = [None] * 4
        line = found.line if arm is not Arm.MODEL else None
        if line is not None:
            shares[len(_LINE) :] = _share(line.first if arm is Arm.HUMAN else line.second)
            if arm is Arm.HUMAN_WITH_MODEL:
                change = [line.difference.value, line.difference.low, line.difference.high, line.test.p]
        own = [*_own(None), *_figures(one.detection, one.conduct)]
        bundle = "" if arm is Arm.HUMAN else results.bundle or ""
        rows.append(
            ["class", "assisted", "", *_about(results), *shares, *change, *own, "", "", arm.value, _plain(bundle)]
        )
    return rows


def _trainee(results: Results, one: TraineeResult) -> list[Cell]:
    shares: list[Cell] = []
    for reached in (one.reached_before, one.reached_after):
        shares += [None] * len(_LINE) if reached is None else [1, int(reached), None, None, None]
    own = [*_own(one.before), *_own(one.after)]
    forms = "-".join(form or "" for form in one.forms)
    return [
        "trainee", "", shown(one.code), *_about(results), *shares, *[None] * 4, *own, forms, one.absence or "",
        Arm.HUMAN.value, "",
    ]  # fmt: skip


def answers_csv(store: ExerciseStore, class_id: str, phases: Sequence[Phase] = tuple(Phase)) -> bytes:
    """All answers of a class, one a row; times in UTC. ``chosen`` is empty for "cannot tell".

    In the phase with the model, odd questions were answered alone and even ones with the model's answer to the same
    thing in view. What the model answered, if the class was shown it, stands below with arm ``model`` and the bundle
    in place of the trainee.

    Raises:
        ExerciseError: there is no such class.
    """
    classes = Classes(store)
    info, sittings = classes.class_info(class_id), list(classes.sittings(class_id, phases))
    if info.bundle:
        exercise = store.exercise(info.exercise_id).exercise
        _, models = kept_model_sittings(store, exercise, info.bundle)
        sittings += [one for one in models if one.phase is Phase.ASSISTED and one.phase in phases]
    return _csv(
        ANSWERS,
        (
            [_plain(one.trainee) if answer.arm is Arm.MODEL else shown(one.trainee), one.phase.value, one.form,
             answer.arm.value, number, _plain(answer.thing), answer.truth, answer.chosen or "", answer.action.value,
             answer.confidence, round(answer.seconds, 3), answer.at.isoformat()]
            for one in sittings
            for number, answer in enumerate(one.answers, 1)
        ),
    )  # fmt: skip


def table_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Any table whose first row is its head."""
    head, *others = rows
    return _csv(head, others)


def _plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" and text else text


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
