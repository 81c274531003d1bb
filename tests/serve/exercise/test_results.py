"""A class's results are the statistics' figures, and the competency line is counted by hand here."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.codes import shown
from serve.exercise.model import Action, Answer, Arm, Phase, Sitting
from serve.exercise.ready import build_ready
from serve.exercise.result_tables import ANSWERS, INDICATOR, answers_csv, indicator_csv
from serve.exercise.results import Absence, Results, class_results
from serve.exercise.statistics.measures import Measure
from serve.exercise.statistics.summary import class_figures, trainee_figures
from serve.exercise.store import ExerciseStore
from serve.exercise.store.model_answers import keep_model_answers
from serve.exercise.taking import Taking
from tests.support.exercise_class import LINE, keep_exercise, simulated, sit, taken_class


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path_factory.mktemp("results"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def room(store: ExerciseStore) -> ClassInfo:
    return taken_class(store, store.data, stop=2)


@pytest.fixture(scope="module")
def results(store: ExerciseStore, room: ClassInfo) -> Results:
    return class_results(store, room.id)


def reaches(sitting: Sitting) -> bool:
    """By counting: protected kinds named, or held without a name."""
    taxonomy = shipped_taxonomy()
    yes: dict[bool, list[bool]] = {True: [], False: []}
    for one in sitting.answers:
        named = protected(one.chosen, taxonomy) if one.chosen else one.action is not Action.LET_GO
        yes[protected(one.truth, taxonomy)].append(named)
    return sum(yes[True]) >= LINE.sensitivity * len(yes[True]) and sum(yes[False]) <= LINE.false_alarm * len(yes[False])


def protected(leaf: str, taxonomy: Taxonomy) -> bool:
    return taxonomy.leaf(leaf).identity in ("T", "P")


def test_figures_are_those_of_the_statistics(store: ExerciseStore, room: ClassInfo, results: Results) -> None:
    sittings, taxonomy = Classes(store).sittings(room.id), shipped_taxonomy()
    options = len(store.exercise("ABCD").exercise.leaves)
    expected = class_figures(sittings, taxonomy, options=options)
    assert results.figures == expected
    finished = {
        (one.trainee, one.phase): trainee_figures(one.answers, taxonomy, options) for one in sittings if one.finished
    }
    for one in results.trainees:
        assert one.before == finished.get((one.code, Phase.BEFORE))
        assert one.after == finished.get((one.code, Phase.AFTER))
    again = class_figures([one for one in sittings if one.trainee in results.compared], taxonomy, options=options)
    assert (results.before, results.after) == (again.before, again.after)
    assert results.before != expected.before, "the one who left is in the figures of everyone"


def test_the_line_counts_those_who_finished_both(store: ExerciseStore, room: ClassInfo, results: Results) -> None:
    sittings = {(one.trainee, one.phase): one for one in Classes(store).sittings(room.id)}
    last = results.trainees[-1]
    assert (len(results.compared), last.absence, last.after) == (5, Absence.UNFINISHED, None)
    reached = {
        (code, phase): reaches(sittings[code, phase])
        for code in results.compared
        for phase in (Phase.BEFORE, Phase.AFTER)
    }
    line = results.line
    assert line is not None
    assert line.before.value == sum(reached[code, Phase.BEFORE] for code in results.compared) / 5
    assert line.after.value == sum(reached[code, Phase.AFTER] for code in results.compared) / 5
    assert line.gained == tuple(
        one for one in results.compared if reached[one, Phase.AFTER] and not reached[one, Phase.BEFORE]
    )
    assert (line.before.n, line.all_before.n, line.all_after.n) == (5, 6, 5)
    assert line.gained, "a class that learns, or the test shows nothing"


def test_results_are_json(results: Results) -> None:
    found = json.loads(json.dumps(results.as_json(), allow_nan=False))
    assert found["line"]["after"]["value"] == results.line.after.value  # type: ignore[union-attr]
    assert datetime.fromisoformat(found["made"]) == results.made


def test_the_indicator_repeats_the_figures(results: Results) -> None:
    rows = list(csv.DictReader(io.StringIO(indicator_csv(results).decode("utf-8-sig"))))
    assert tuple(rows[0]) == INDICATOR
    both, each, *trainees = rows
    line = results.line
    assert line is not None
    assert results.before is not None
    for phase, figure in (("before", line.before), ("after", line.after)):
        assert [float(both[f"{name}_{phase}"]) for name in ("n", "share", "low95", "high95")] == [
            figure.n, figure.value, figure.low, figure.high
        ]  # fmt: skip
    assert (int(each["n_before"]), int(each["n_after"])) == (6, 5)
    assert float(both["change"]) == line.difference.value
    # Figures on computer-made pictures are known as such in every row.
    assert results.things == len(results.places)
    assert {(int(row["things"]), int(row["computer_made"])) for row in rows} == {(results.things, results.rendered)}
    assert float(both["hit_rate_before"]) == results.before.detection.hit_rate.value
    assert [row["code"] for row in trainees] == [shown(one.code) for one in results.trainees]
    assert [row["reached_before"] for row in trainees] == [
        str(int(bool(one.reached_before))) for one in results.trainees
    ]
    assert (trainees[-1]["reached_after"], trainees[-1]["not_compared"]) == ("", "unfinished")


def test_all_answers_are_listed(store: ExerciseStore, room: ClassInfo) -> None:
    rows = list(csv.DictReader(io.StringIO(answers_csv(store, room.id).decode("utf-8-sig"))))
    assert tuple(rows[0]) == ANSWERS
    given = [answer for one in Classes(store).sittings(room.id) for answer in one.answers]
    assert len(rows) == len(given) == 6 * 8 * 2 - 2
    assert [(row["thing"], row["truth"], row["chosen"] or None, int(row["confidence"])) for row in rows] == [
        (one.thing, one.truth, one.chosen, one.confidence) for one in given
    ]


def test_without_answers_or_a_line_there_is_a_reason_for_each_gap(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path)
    keep_exercise(store, tmp_path, simulated(4, 2))
    room = Classes(store).make_class("ABCD", "=empty")
    code = Taking(store).enrol(room.id)
    Classes(store).give_codes(room.id, 2)
    results = class_results(store, room.id)
    assert (results.before, results.after, results.line, results.codes) == (None, None, None, 3)
    assert [(one.code, one.absence) for one in results.trainees] == [(code, Absence.NOT_STARTED)]
    rows = list(csv.DictReader(io.StringIO(indicator_csv(results).decode("utf-8-sig"))))
    assert rows[0]["share_before"] == rows[0]["hit_rate_before"] == ""
    assert rows[0]["class"] == "'=empty", "no spreadsheet may take a name for a formula"
    store.close()


def test_a_test_with_the_model_is_an_arm_and_in_no_comparison(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path)
    sittings = simulated(4, 4)
    exercise = keep_exercise(store, tmp_path, sittings)
    classes = Classes(store)
    room = classes.make_class("ABCD", "x", line=LINE, with_model=[Phase.AFTER])
    codes = classes.give_codes(room.id, 4)
    for code in codes:
        Taking(store).enter(code)
    for phase in (Phase.BEFORE, Phase.AFTER):
        sit(store, room, codes, sittings, phase)
    at = datetime(2026, 11, 2, tzinfo=UTC)
    things = [thing for form in exercise.forms for thing in form.things]
    keep_model_answers(
        store,
        "ABCD",
        "bundle-1",
        [Answer(one.id, one.leaf, one.leaf, Action.DETAIN, 5, 0.1, at, Arm.MODEL) for one in things],
    )
    results = class_results(store, room.id)
    assert (results.compared, results.bundle) == ((), "bundle-1")
    assert {one.absence for one in results.trainees} == {Absence.WITH_MODEL}
    assert [(one.arm, one.phase, one.figures.answers) for one in results.arms] == [
        (Arm.HUMAN, Phase.BEFORE, 16), (Arm.HUMAN_WITH_MODEL, Phase.AFTER, 16), (Arm.MODEL, None, 8)
    ]  # fmt: skip
    assert results.arms[-1].figures.right.value == 1
    assert results.shown is not None
    shown_, alone = results.arms[1].figures.detection.hit_rate, results.arms[0].figures.detection.hit_rate
    difference = results.shown.measures[Measure.HIT_RATE].compared.difference.value
    assert shown_.value is not None
    assert alone.value is not None
    assert difference == pytest.approx(shown_.value - alone.value)
    store.close()


def test_a_ready_exercise_counts_as_computer_made(tmp_path: Path) -> None:
    store = ExerciseStore(tmp_path)
    built = build_ready("skins", "en")
    store.add(built.exercise, built.practice)
    room = Classes(store).make_class(built.exercise.id, "Class 1")
    found = class_results(store, room.id)
    store.close()
    assert found.rendered == found.things == sum(len(form.things) for form in built.exercise.forms) > 0


def test_questions_are_judged_over_every_class_that_took_the_exercise(tmp_path: Path) -> None:
    with_answers = ExerciseStore(tmp_path)
    sittings = simulated(8, 6)
    first = taken_class(with_answers, tmp_path)
    alone = class_results(with_answers, first.id).questions
    assert alone.classes == 1
    assert {item.difficulty.n for item in alone.items} == {3}

    classes = Classes(with_answers)
    second, nobody = (classes.make_class("ABCD", name) for name in ("Móng Cái 2", "Móng Cái 3"))
    codes = classes.give_codes(second.id, 6)
    for code in codes:
        Taking(with_answers).enter(code)
    sit(with_answers, second, codes, sittings, Phase.BEFORE)
    together = class_results(with_answers, first.id).questions
    assert together.classes == 2
    assert {item.difficulty.n for item in together.items} == {6}
    assert class_results(with_answers, nobody.id).questions == together
    # The same people answered the same twice: shares stay, and so does this class's own analysis.
    assert [item.difficulty.value for item in together.items] == [item.difficulty.value for item in alone.items]
    assert {item.difficulty.n for item in class_results(with_answers, first.id).figures.items} == {3}
    with_answers.close()
