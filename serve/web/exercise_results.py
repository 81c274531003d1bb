"""The results of a class on a page, and the button that lets the model sit its test."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from serve.exercise.classes import Classes
from serve.exercise.results import Results, class_results
from serve.exercise.store.store import ExerciseStore
from serve.reports import assisted_words as words
from serve.reports.exercise_words import local, pictures_words
from serve.web import results_tables as tables
from serve.web.exercise_pages import as_trainer
from serve.web.exercise_rooms import in_trainer_words, rooms_of
from serve.web.frame import language_of, page
from serve.web.results_charts import SQUARE, STEPS, dots, scatter
from serve.web.results_glance import blocks, indices, lead
from serve.web.results_words import told

router = APIRouter(prefix="/exercises/class", default_response_class=Response)


@router.get("/{class_id}/results")
def results(request: Request, class_id: str) -> Response:
    """The results of a class."""
    return as_trainer(request, lambda store: results_page(request, store, class_id))


@router.post("/{class_id}/results")
def model_sits(request: Request, class_id: str) -> Response:
    """Let the model in use sit the test of a class; its answers are kept, so doing it again changes nothing."""

    def sat(store: ExerciseStore) -> Response:
        info, said = Classes(store).class_info(class_id), list[str]()
        with in_trainer_words(request, said):
            if rooms_of(request).let_model_sit(store, info.exercise_id):
                return RedirectResponse(f"/exercises/class/{info.id}/results#arms", 303)
            said.append(told("model.none", language_of(request)))
        return results_page(request, store, class_id, said)

    return as_trainer(request, sat)


def results_page(request: Request, store: ExerciseStore, class_id: str, said: list[str] | None = None) -> Response:
    """The page of :func:`results`, with what was refused."""
    language, found = language_of(request), class_results(store, class_id)
    kept = store.exercise(Classes(store).class_info(class_id).exercise_id)
    flagged, asked = tables.questions(found, kept, language)
    tests, line = tables.tests_of(found), found.line.line if found.line else None
    return page(
        request, "exercise_results.html", title=told("title", language, name=found.name), status=400 if said else 200,
        refused=said or [], results=found, as_of=told("as_of", language, when=local(found.made, language)),
        lead=lead(found, language), blocks=blocks(found, language) if tests else [],
        pictures=pictures_words(found.things, found.rendered, language), indices=indices(found, language),
        phases=[phase for phase, _ in tests], scatter=scatter(found.trainees, line), square=SQUARE, line=line,
        trainees=tables.trainee_rows(found, language), trainee_heads=tables.trainee_heads(language),
        confusion=tables.confusion_rows(found, language), confidence=tables.confidence_rows(found, language),
        confidence_words=tables.confidence_words(found, language), steps=STEPS,
        dots=dots([(phase, test.confidence) for phase, test in tests]), flagged=flagged, questions=asked,
        questions_note=tables.questions_note(found, language), arms=tables.arm_rows(found, language),
        arm_words=tables.arm_words(found, language), bundle=rooms_of(request).bundle,
        left=tables.left_rows(found, language), assisted=_assisted(found, language),
    )  # fmt: skip


def _assisted(found: Results, language: str) -> dict[str, object] | None:
    """The same things alone and with the model, if a class went through that phase."""
    if found.assisted is None:
        return None
    one = found.assisted
    made = [make(one, language) for make in (words.arms_table, words.turned_table, words.changes_table)]
    second = words.second_look_words(one, language)
    return {
        "verdict": words.verdict_words(one, language), "who": words.who_words(one, found.bundle, language),
        "tables": made, "further": [*words.further_words(one, language), *([second] if second else [])],
    }  # fmt: skip
