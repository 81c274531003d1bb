"""The results of a class on a page: the figures of ``class_results`` and none of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from fastapi.testclient import TestClient

from model.predict import Predictor
from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.model import Phase
from serve.exercise.results import class_results
from serve.exercise.statistics.items import FEWEST, Flag
from serve.exercise.store import ExerciseStore
from serve.exercise.taking import Taking
from serve.i18n import LANGUAGES, tr
from serve.reports.exercise_words import count_of, percent, points_words, say, share_words
from serve.store.store import CaseStore
from serve.web.results_charts import SQUARE, scatter
from serve.web.results_tables import questions
from tests.support.exercise_class import LINE, simulated, sit, taken_class
from tests.support.web import AsUser, staff


@pytest.fixture(scope="module")
def exercises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path_factory.mktemp("results"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def room(exercises: ExerciseStore) -> ClassInfo:
    """Six trainees; the last left a question of the test after unanswered."""
    return taken_class(exercises, exercises.data, things=4, trainees=6, stop=1)


def results_page(client: TestClient, room: ClassInfo, language: str = "en") -> str:
    answer = client.get(f"/exercises/class/{room.id}/results?lang={language}")
    assert answer.status_code == 200
    return unescape(answer.text)


def told(key: str, language: str = "en", **params: object) -> str:
    return tr(f"class_results.{key}", language, **params)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_says_what_came_out(
    client: TestClient, exercises: ExerciseStore, room: ClassInfo, language: str
) -> None:
    text, results = results_page(client, room, language), class_results(exercises, room.id)
    line = results.line
    assert line is not None
    assert results.before is not None
    counts = {"before": count_of(line.before), "after": count_of(line.after)}
    assert told("lead.line", language, n=5, **counts) in text
    assert told("lead.compared", language, both=5, entered=6) in text
    for figure, unit in (
        (line.before, "trainees"), (line.after, "trainees"), (results.before.detection.hit_rate, "answers"),
        (results.before.detection.false_alarm_rate, "answers"), (results.before.conduct.critical_error, "answers"),
    ):  # fmt: skip
        assert figure.low is not None
        assert figure.high is not None
        low, high = percent(figure.low, language), percent(figure.high, language)
        assert told(f"share.{unit}", language, count=count_of(figure), n=figure.n, low=low, high=high) in text
    assert told("change", language, value=points_words(line.difference, language)) in text
    assert text.index(told("lead.line", language, n=5, **counts)) < text.index('<svg class="tr-bar"')
    assert "<script" not in text


def test_bars_are_as_long_as_their_figures(client: TestClient, exercises: ExerciseStore, room: ClassInfo) -> None:
    results = class_results(exercises, room.id)
    widths = re.findall(r'<rect class="tr-(before|after)" x="0" y="1.5" width="([\d.]+)"', results_page(client, room))
    assert results.line is not None
    assert results.before is not None
    assert results.after is not None
    expected = [results.line.before, results.line.after]
    for read in ("hit_rate", "false_alarm_rate"):
        expected += [getattr(test.detection, read) for test in (results.before, results.after)]
    expected += [test.conduct.critical_error for test in (results.before, results.after)]
    assert [float(width) for _, width in widths] == [round(100 * (one.value or 0), 1) for one in expected]
    assert [phase for phase, _ in widths] == ["before", "after"] * 4


def test_a_change_is_called_better_by_its_interval_alone(
    client: TestClient, exercises: ExerciseStore, room: ClassInfo
) -> None:
    results, text = class_results(exercises, room.id), results_page(client, room)
    found = re.findall(r'<p class="tr-verdict tr-(\w+)">', text)
    assert results.line is not None
    changes = results.figures.change.measures
    expected = []
    for difference, sign in [(results.line.difference, 1)] + [
        (changes[name].compared.difference, sign)  # type: ignore[index]
        for name, sign in (("hit_rate", 1), ("false_alarm_rate", -1), ("critical_error", -1))
    ]:
        assert difference.low is not None
        assert difference.high is not None
        ends = sorted((sign * difference.low, sign * difference.high))
        expected.append("better" if ends[0] > 0 else "worse" if ends[1] < 0 else "unclear")
    assert found == expected
    assert "unclear" in found


def test_every_trainee_leaf_and_question_is_there(
    client: TestClient, exercises: ExerciseStore, room: ClassInfo
) -> None:
    results, text = class_results(exercises, room.id), results_page(client, room)
    for one in results.trainees:
        assert f"{one.code[:4]}-{one.code[4:]}" in text
    assert say("absence.unfinished", "en") in text
    assert results.before is not None
    for row in results.before.confusion.rows:
        assert share_words(row.right, "en") in text
    for step in results.before.confidence.steps:
        assert share_words(step.right, "en") in text
    assert set(results.places.values()) <= set(re.findall(r'<th scope="row">([AB]\d+)</th>', text))
    assert text.count('<img class="tr-small" src="data:image/jpeg;base64,') == len(results.places)
    assert told("items.few", fewest=FEWEST, most=3) in text


def test_arrows_stand_where_the_rates_are(exercises: ExerciseStore, room: ClassInfo) -> None:
    trainees = class_results(exercises, room.id).trainees
    chart = scatter(trainees, LINE)
    assert chart is not None
    left, top, wide, high = SQUARE
    assert chart.area == (left, top, wide * LINE.false_alarm, high * (1 - LINE.sensitivity))
    first = next(one for one in trainees if one.after)
    assert first.after is not None
    rates = first.after.detection
    assert chart.arrows[0].end == pytest.approx(
        (left + wide * (rates.false_alarm_rate.value or 0), top + high * (1 - (rates.hit_rate.value or 0))), abs=0.06
    )
    numbers = sorted(int(n) for label in chart.labels for n in label.text.split(", "))
    assert numbers == [1, 2, 3, 4, 5]
    assert scatter([replace(one, after=None) for one in trainees], None) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_flagged_questions_come_with_picture_and_reason(
    exercises: ExerciseStore, room: ClassInfo, language: str
) -> None:
    results = class_results(exercises, room.id)
    first, *others = results.questions.items
    bad = replace(first, flags=(Flag.TOO_HARD, Flag.DISCRIMINATES_BADLY))
    marked = replace(results, questions=replace(results.questions, items=(bad, *others)))
    flagged, asked = questions(marked, exercises.exercise(room.exercise_id), language)
    (one,) = flagged
    assert one.place == results.places[bad.thing]
    assert (one.picture or "").startswith("data:image/jpeg;base64,")
    assert say("flag.too_hard", language) in one.why
    assert say("flag.discriminates_badly", language) in one.why
    assert len(asked) == len(results.questions.items)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_yet_is_said(
    client: TestClient, exercises: ExerciseStore, room: ClassInfo, language: str
) -> None:
    classes, taking, sittings = Classes(exercises), Taking(exercises), simulated(4, 2)
    late = classes.make_class("ABCD", "x")
    assert told("none.entered", language) in results_page(client, late, language)
    codes = classes.give_codes(late.id, 2)
    for code in codes:
        taking.enter(code)
    text = results_page(client, late, language)
    assert told("none.finished", language, entered=2) in text
    assert say("confusion", language) not in text
    sit(exercises, late, codes, sittings, Phase.BEFORE)
    text = results_page(client, late, language)
    assert told("none.after", language, count=2, entered=2) in text
    assert say("glance.line.none", language) in text
    assert say("confusion", language) in text
    assert 'class="tr-verdict' not in text
    assert say("chart.note", language, line="") not in text


def test_tests_that_nobody_finished_both_of_are_shown_apart(
    client: TestClient, exercises: ExerciseStore, room: ClassInfo
) -> None:
    classes, taking, sittings = Classes(exercises), Taking(exercises), simulated(4, 2)
    split = classes.make_class("ABCD", "x")
    one, other = classes.give_codes(split.id, 2)
    for code in (one, other):
        taking.enter(code)
    own = {form: [sitting for sitting in sittings if sitting.form == form] for form in ("A", "B")}
    before = [sitting for sitting in own["A"] if sitting.phase is Phase.BEFORE]
    after = [sitting for sitting in own["A"] if sitting.phase is Phase.AFTER]
    sit(exercises, split, (one,), before, Phase.BEFORE)
    sit(exercises, split, (other,), after, Phase.AFTER)
    text = results_page(client, split)
    assert told("none.both", before=1, after=1, left=say("left", "en")) in text
    assert say("absence.no_after", "en") in text
    assert say("absence.no_before", "en") in text
    assert 'class="tr-verdict' not in text


def test_the_model_sits_the_test_when_asked(
    as_user: AsUser, exercises: ExerciseStore, room: ClassInfo, predictor: Predictor
) -> None:
    address, button = f"/exercises/class/{room.id}/results", told("model.button")
    without = as_user()
    assert told("model.none") in results_page(without, room)
    assert button not in results_page(without, room)
    refused = without.post(address)
    assert (refused.status_code, told("model.none") in refused.text) == (400, True)
    client, bundle = as_user(predictor=predictor), predictor.bundle.info.id
    assert button in results_page(client, room)
    assert class_results(exercises, room.id).bundle is None
    sat = client.post(address)
    assert sat.url.path == address
    assert say("arms.model", "en", bundle=bundle) in sat.text
    assert button not in sat.text
    results = class_results(exercises, room.id)
    assert (results.bundle, results.arms[-1].figures.answers) == (bundle, 8)
    assert share_words(results.arms[-1].figures.detection.hit_rate, "en") in sat.text
    client.post(address)
    assert class_results(exercises, room.id).arms == results.arms


def test_results_are_for_trainers_alone(as_user: AsUser, store: CaseStore, room: ClassInfo) -> None:
    staff(store)
    address = f"/exercises/class/{room.id}/results"
    for name, status in ((None, 403), ("Lan", 403), ("Hoa", 200), ("Minh", 200)):
        client = as_user(name)
        assert client.get(address).status_code == status
        if status == 403:
            assert client.post(address).status_code == 403
        else:
            assert f'href="{address}"' in client.get(f"/exercises/class/{room.id}").text
    assert as_user("Hoa").get("/exercises/class/NOSUCH/results").status_code == 404
    assert as_user("Hoa").post("/exercises/class/NOSUCH/results").status_code == 404
