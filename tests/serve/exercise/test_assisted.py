"""The third arm: the same things alone and then with the model, through the trainees' own services."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from model.predict import Predictor
from serve.exercise.classes import Classes, ClassInfo, CompetencyLine
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import PHASE_ORDER, Action, Arm, Phase
from serve.exercise.result_tables import answers_csv, indicator_csv
from serve.exercise.results import class_results
from serve.exercise.shown_model import prepare, shown_prediction, worded
from serve.exercise.statistics.arms import Outcome, Where
from serve.exercise.statistics.measures import Measure
from serve.exercise.store import ExerciseStore
from serve.exercise.store.model_answers import model_predictions
from serve.exercise.taking import Taking
from serve.i18n import LANGUAGES, tr
from serve.reports.class_report import class_report_pdf
from serve.services.wording import leaf_name
from tests.support.exercises import exercise, take_all
from tests.support.reports import page_texts, squeezed

WITH = Phase.ASSISTED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExerciseStore]:
    made = ExerciseStore(tmp_path / "data")
    made.add(exercise(tmp_path))
    yield made
    made.close()


def refused(code: ExerciseErrorCode) -> pytest.RaisesExc[ExerciseError]:
    return pytest.RaisesExc(ExerciseError, check=lambda error: error.code is code)


def sit_with_model(store: ExerciseStore, code: str, alone: Action, shown: Action) -> list[Arm]:
    """Answer every thing twice: "cannot tell" with one action alone, with another with the model."""
    taking, arms = Taking(store), []
    taking.start(code, WITH)
    while (question := taking.question(code, WITH)) is not None:
        action = alone if question.arm is Arm.HUMAN else shown
        taking.answer(code, WITH, question.number, None, action, 3)
        arms.append(question.arm)
    return arms


def make(store: ExerciseStore, *phases: Phase, **options: object) -> ClassInfo:
    return Classes(store).make_class("ABCD", "Lào Cai", phases=phases or (WITH,), **options)  # type: ignore[arg-type]


def test_each_thing_is_asked_alone_and_then_with_the_model(store: ExerciseStore, predictor: Predictor) -> None:
    room = make(store)
    taking = Taking(store)
    code = taking.enrol(room.id)
    assert taking.enter(code).phases[0].total == 8
    taking.start(code, WITH)
    seen = []
    for number in range(1, 9):
        question = taking.question(code, WITH)
        assert question is not None
        assert (question.number, question.total) == (number, 8)
        if question.arm is Arm.HUMAN:
            with refused(ExerciseErrorCode.NOT_ASKED):  # the model's answer is not to be had before one's own
                shown_prediction(store, code, WITH, predictor)
        else:
            assert shown_prediction(store, code, WITH, predictor)["bundle"] == predictor.bundle.info.id
        seen.append((question.arm, len(taking.photo(code, WITH, question.photos[0])) > 0))
        taking.answer(code, WITH, number, None, Action.REFER, 1)
    assert seen == [(Arm.HUMAN, True), (Arm.HUMAN_WITH_MODEL, True)] * 4
    assert taking.question(code, WITH) is None
    (sitting,) = Classes(store).sittings(room.id, [WITH])
    assert sitting.finished
    form = [thing.id for thing in store.exercise("ABCD").form("B")]  # that of the test after
    assert [(one.thing, one.arm) for one in sitting.answers] == [
        (thing, arm) for thing in form for arm in (Arm.HUMAN, Arm.HUMAN_WITH_MODEL)
    ]


def test_the_model_answers_once_and_the_class_keeps_its_bundle(store: ExerciseStore, predictor: Predictor) -> None:
    room = make(store)
    with refused(ExerciseErrorCode.NO_MODEL):
        prepare(store, room.id, None)
    bundle = prepare(store, room.id, predictor)
    assert bundle == predictor.bundle.info.id == Classes(store).class_info(room.id).bundle
    first = model_predictions(store, "ABCD", bundle)
    assert set(first) == {thing.id for form in "AB" for thing in store.exercise("ABCD").form(form)}
    assert "claw-" not in json.dumps(first), "no name of a file is kept with what is shown"
    # Without any model, the kept answers go on being shown.
    assert prepare(store, room.id, None) == bundle
    assert model_predictions(store, "ABCD", bundle) == first
    with store.database.session() as session:
        session.execute(sql("DELETE FROM model_answers"))
        session.execute(sql("UPDATE classes SET bundle = 'other-1.0.0'"))
        session.commit()
    with refused(ExerciseErrorCode.OTHER_MODEL):
        prepare(store, room.id, predictor)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_the_kept_answer_in_words(store: ExerciseStore, predictor: Predictor, language: str) -> None:
    room = make(store)
    full = model_predictions(store, "ABCD", prepare(store, room.id, predictor))
    for prediction in full.values():
        found = worded(prediction, language)
        assert found.bundle == prediction["bundle"]
        assert list(found.possible) == [leaf_name(leaf, language) for leaf in prediction["prediction_set"]]
        assert len(found.identities) == len(prediction["identity"])


def test_the_test_after_comes_first_and_tells_nothing_before_the_end(store: ExerciseStore) -> None:
    room = make(store, *PHASE_ORDER)
    classes, taking = Classes(store), Taking(store)
    code = taking.enrol(room.id)
    classes.open_phase(room.id, WITH)
    with refused(ExerciseErrorCode.AFTER_FIRST):
        taking.start(code, WITH)
    classes.open_phase(room.id, Phase.AFTER)
    take_all(taking, store, code, Phase.AFTER, lambda truth: truth)
    classes.open_phase(room.id, WITH)
    with refused(ExerciseErrorCode.ASSISTED_FIRST):
        taking.result(code, Phase.AFTER)
    sit_with_model(store, code, Action.REFER, Action.REFER)
    with refused(ExerciseErrorCode.NOT_YET):
        taking.result(code, WITH)
    classes.open_phase(room.id, None)
    assert len(taking.result(code, Phase.AFTER).answers) == 4
    assert len(taking.result(code, WITH).answers) == 8


def test_a_class_that_never_opened_it_does_not_tell_the_test_after(store: ExerciseStore) -> None:
    room = make(store, Phase.AFTER, WITH)
    classes, taking = Classes(store), Taking(store)
    code = taking.enrol(room.id)
    take_all(taking, store, code, Phase.AFTER, lambda truth: truth)
    classes.open_phase(room.id, None)
    assert not taking.enter(code).phases[0].told
    with refused(ExerciseErrorCode.ASSISTED_FIRST):
        taking.result(code, Phase.AFTER)
    classes.open_phase(room.id, WITH)
    classes.open_phase(room.id, None)
    assert taking.enter(code).phases[0].told


def test_what_the_model_turned_is_counted(store: ExerciseStore, predictor: Predictor) -> None:
    """Alone everything is let go, with the model everything is referred: each thing turns by hand."""
    room = make(store, *PHASE_ORDER, line=CompetencyLine(0.5, 1.0))
    classes, taking = Classes(store), Taking(store)
    codes = [taking.enrol(room.id) for _ in range(3)]
    classes.open_phase(room.id, Phase.AFTER)
    for code in codes:
        take_all(taking, store, code, Phase.AFTER, lambda truth: truth)
    prepare(store, room.id, predictor)
    classes.open_phase(room.id, WITH)
    for code in codes[:2]:
        arms = sit_with_model(store, code, Action.LET_GO, Action.REFER)
        assert arms == [Arm.HUMAN, Arm.HUMAN_WITH_MODEL] * 4
    taking.start(codes[2], WITH)
    taking.question(codes[2], WITH)
    taking.answer(codes[2], WITH, 1, None, Action.LET_GO, 1)
    found = class_results(store, room.id)
    assert found.compared == (), "the phase with the model makes nobody finish the test before"
    assert found.after is not None
    assert found.after.trainees == 3
    assisted = found.assisted
    assert assisted is not None
    assert (set(assisted.trainees), assisted.unfinished) == (set(codes[:2]), (codes[2],))
    # Half of each form is claws of tiger: missed alone, held with the model; the others the other way round.
    turned = assisted.arms.advice[Outcome.SIDE].turned
    assert (turned[Where.ALL].pairs, turned[Where.ALL].to_right, turned[Where.ALL].to_wrong) == (8, 4, 4)
    split = [turned[one] for one in (Where.MODEL_RIGHT, Where.MODEL_WRONG, Where.MODEL_UNSURE)]
    assert sum(one.pairs for one in split) == 8
    assert sum(one.to_right for one in split) == 4
    assert assisted.arms.advice[Outcome.KEPT].net.value == 1
    assert assisted.arms.changes[Measure.HIT_RATE].value == 1
    assert assisted.arms.changes[Measure.REFER_RATE].value == 1
    assert assisted.arms.model is not None
    assert assisted.line is not None
    assert (assisted.line.first.value, assisted.line.second.value) == (0, 1)
    # The test after was all right, alone here nothing: looking again changed that, not the model.
    assert assisted.looked_again == 2
    assert assisted.second_look[Measure.HIT_RATE].value == -1
    assert set(assisted.limits) and all(assisted.limits.values())
    json.dumps(found.as_json(), allow_nan=False)
    text = squeezed(" ".join(page_texts(class_report_pdf(found, "en"))))
    for key in ("assisted.second", "assisted.limits", *(f"limit.{code}" for code in assisted.limits)):
        assert squeezed(tr(f"exercise_report.{key}", "en")) in text, key

    rows = list(csv.DictReader(io.StringIO(indicator_csv(found).decode("utf-8-sig"))))
    mine = {row["arm"]: row for row in rows if row["group"] == "assisted"}
    assert set(mine) == {"human", "human_with_model", "model"}
    assert (mine["human"]["hit_rate_after"], mine["human_with_model"]["hit_rate_after"]) == ("0.0", "1.0")
    assert (mine["human_with_model"]["change"], mine["human_with_model"]["bundle"]) == ("1.0", found.bundle)
    answers = list(csv.DictReader(io.StringIO(answers_csv(store, room.id).decode("utf-8-sig"))))
    by_arm = [row["arm"] for row in answers if row["phase"] == "assisted"]
    assert (by_arm.count("human"), by_arm.count("human_with_model"), by_arm.count("model")) == (9, 8, 8)


def test_the_answers_of_the_class_count_even_if_another_bundle_sat_later(
    store: ExerciseStore, predictor: Predictor
) -> None:
    from serve.exercise.store.model_answers import keep_model_answers, model_answers

    room = make(store)
    code = Taking(store).enrol(room.id)
    bundle = prepare(store, room.id, predictor)
    sit_with_model(store, code, Action.REFER, Action.REFER)
    later = [replace(one, at=store.now()) for one in model_answers(store, "ABCD", bundle)]
    keep_model_answers(store, "ABCD", "later-2.0.0", later)
    assert class_results(store, room.id).bundle == bundle


def test_the_phase_with_the_model_is_last_and_not_shown_twice(store: ExerciseStore) -> None:
    with refused(ExerciseErrorCode.CLASS_INVALID):
        make(store, WITH, Phase.AFTER)
    with refused(ExerciseErrorCode.CLASS_INVALID):
        make(store, WITH, with_model=[WITH])


def test_practice_never_shows_what_the_phase_with_the_model_asks(store: ExerciseStore) -> None:
    room = make(store, Phase.PRACTICE, WITH)
    taking = Taking(store)
    code = taking.enrol(room.id)
    taking.start(code, Phase.PRACTICE)
    asked = set()
    for number in range(1, 5):
        assert taking.question(code, Phase.PRACTICE) is not None
        feedback = taking.answer(code, Phase.PRACTICE, number, None, Action.REFER, 1).feedback
        assert feedback is not None
        asked.add(feedback.thing.id)
    assert asked == {thing.id for thing in store.exercise("ABCD").form("A")}
