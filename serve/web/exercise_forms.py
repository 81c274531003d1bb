"""What trainers change: draw an exercise, make a class, open a phase, give out codes, delete a class for good."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from model.errors import ManifestError
from model.taxonomy import shipped_taxonomy
from serve.exercise.build import Built, Plan, build, even
from serve.exercise.classes import MOST_TRAINEES, Classes, CompetencyLine
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import PHASE_ORDER, Difficulty, Phase, Source
from serve.exercise.own_folder import own
from serve.exercise.pool import TRAINED, Pool, Problem, join, photos, renders
from serve.exercise.ready import build_ready
from serve.exercise.store.store import ExerciseStore
from serve.i18n import tr
from serve.web.exercise_pages import as_trainer, class_page, exercise_page, overview_page
from serve.web.exercise_rooms import in_trainer_words, rooms_of
from serve.web.frame import language_of, page

router = APIRouter(default_response_class=Response)
Text = Annotated[str, Form()]
#: Most things of one form: nobody answers more in an hour.
_MOST_THINGS = 100
#: Fields of the form of a class that hold one value.
_CLASS_TEXTS = ("name", "sensitivity", "false_alarm", "enrol", "codes")


async def _fields(request: Request) -> FormData:
    return await request.form()


Fields = Annotated[FormData, Depends(_fields)]


@router.post("/exercises")
def use_ready(request: Request, name: Text = "") -> Response:
    """Draw a ready exercise, or go to the one that was drawn before."""

    def drawn(store: ExerciseStore) -> Response:
        said: list[str] = []
        with in_trainer_words(request, said):
            return _keep(store, build_ready(name, language_of(request)))
        return overview_page(request, store, said)

    return as_trainer(request, drawn)


@router.get("/exercises/build")
def build_form(request: Request) -> Response:
    """The form to draw an exercise."""
    return as_trainer(request, lambda _: _build_page(request, [], {}))


@router.post("/exercises/build")
def built(request: Request, fields: Fields) -> Response:
    """Draw an exercise from what the form asks for."""
    form = _form_of(fields)

    def drawn(store: ExerciseStore) -> Response:
        said: list[str] = []
        with in_trainer_words(request, said):
            try:
                made, problems = _draw(form)
            except (ValidationError, ValueError, ManifestError):
                said.append(tr("exercises.build.incomplete", language_of(request), most=_MOST_THINGS))
            else:
                rooms_of(request).problems[made.exercise.id] = problems
                return _keep(store, made)
        return _build_page(request, said, form)

    return as_trainer(request, drawn)


@router.post("/exercises/one/{exercise_id}")
def class_made(request: Request, exercise_id: str, fields: Fields) -> Response:
    """Make a class for an exercise, with codes if any are asked for."""
    form = {
        **{name: str(fields.get(name) or "").strip() for name in _CLASS_TEXTS},
        **{name: [str(one) for one in fields.getlist(name)] for name in ("phases", "with_model")},
    }

    def made(store: ExerciseStore) -> Response:
        said: list[str] = []
        with in_trainer_words(request, said):
            try:
                return _to_class(_make_class(Classes(store), exercise_id, form))
            except ValueError:
                said.append(tr("exercise_error.class_invalid", language_of(request)))
        return exercise_page(request, store, exercise_id, said, form)

    return as_trainer(request, made)


@router.post("/exercises/class/{class_id}")
def class_changed(request: Request, class_id: str, do: Text = "", phase: Text = "", count: Text = "") -> Response:
    """Open a phase, close all, or make more codes."""

    def changed(store: ExerciseStore) -> Response:
        said: list[str] = []
        with in_trainer_words(request, said):
            try:
                if do == "codes":
                    Classes(store).give_codes(class_id, int(count))
                elif do in ("open", "close"):
                    Classes(store).open_phase(class_id, Phase(phase) if do == "open" else None)
                return _to_class(class_id)
            except ValueError:
                said.append(tr("case.form.incomplete", language_of(request)))
        return class_page(request, store, class_id, said)

    return as_trainer(request, changed)


@router.post("/exercises/class/{class_id}/delete")
def deleted(request: Request, class_id: str) -> Response:
    """Delete a class for good. If its bytes may remain, that is said."""

    def gone(store: ExerciseStore) -> Response:
        Classes(store).class_info(class_id)
        said: list[str] = []
        with in_trainer_words(request, said):
            Classes(store).delete_class(class_id)
            return RedirectResponse("/exercises", 303)
        return overview_page(request, store, said)

    return as_trainer(request, gone)


def _keep(store: ExerciseStore, made: Built) -> Response:
    try:
        store.add(made.exercise, made.practice)
    except ExerciseError as error:
        # The same plan, seed and pool draw the same exercise: it is there to be used.
        if error.code is not ExerciseErrorCode.EXERCISE_EXISTS:
            raise
    return RedirectResponse(f"/exercises/one/{made.exercise.id}", 303)


def _to_class(class_id: str) -> Response:
    return RedirectResponse(f"/exercises/class/{class_id}", 303)


def _form_of(fields: FormData) -> dict[str, Any]:
    names = ("title", "number", "seed", "folder", *(f"mix_{level.value}" for level in Difficulty))
    form: dict[str, Any] = {name: str(fields.get(name) or "").strip() for name in names}
    return form | {name: [str(one) for one in fields.getlist(name)] for name in ("leaf", "source")}


def _draw(form: dict[str, Any]) -> tuple[Built, tuple[Problem, ...]]:
    """Draw what a form asks for.

    Raises:
        ExerciseError: it cannot be drawn, with the reason.
        ValueError: a field is empty or no number.
        ManifestError: the list of shipped pictures is broken.
    """
    number, leaves = int(form["number"]), [leaf for leaf in shipped_taxonomy().leaf_ids if leaf in form["leaf"]]
    if not leaves or not 0 < number <= _MOST_THINGS or not form["source"]:
        raise ValueError("expected leaves, a number and sources")
    weights = {level: float(form[f"mix_{level.value}"] or 0) for level in Difficulty}
    plan = Plan(leaves=even(leaves, number), mix=weights if any(weights.values()) else {}, seed=int(form["seed"] or 1))
    pools, spare = list[Pool](), list[Pool]()
    for source in (one for one in Source if one.value in form["source"]):
        if source is Source.OWN:
            pools.append(own(Path(form["folder"])))
            spare.append(pools[-1])
        else:
            draw = renders if source is Source.RENDER else photos
            pools.append(draw())
            spare.append(draw(TRAINED))
    pool = join(pools)
    return build(pool, plan, form["title"], join(spare)), pool.problems


def _make_class(classes: Classes, exercise_id: str, form: dict[str, Any]) -> str:
    """Make the class a form asks for; gives its id.

    Raises:
        ExerciseError: the class or the number of codes is refused.
        ValueError: a field is no number, or only one half of the competency line is given.
    """
    line = None
    if form["sensitivity"] or form["false_alarm"]:
        line = CompetencyLine(float(form["sensitivity"]) / 100, float(form["false_alarm"]) / 100)
    count = int(form["codes"] or 0)
    if not 0 <= count <= MOST_TRAINEES:
        # Before the class is made, so that no class without its codes is left behind.
        raise ExerciseError(
            f"expected 0 to {MOST_TRAINEES} codes, got {count}", ExerciseErrorCode.CLASS_FULL, most=MOST_TRAINEES
        )
    order = PHASE_ORDER
    info = classes.make_class(
        exercise_id, form["name"], phases=[one for one in order if one.value in form["phases"]],
        line=line, with_model=[one for one in order if one.value in form["with_model"] and one.value in form["phases"]],
        self_enrol=form["enrol"] == "free",
    )  # fmt: skip
    if count > 0:
        classes.give_codes(info.id, count)
    return info.id


def _build_page(request: Request, said: list[str], form: dict[str, Any]) -> Response:
    language, taxonomy = language_of(request), shipped_taxonomy()
    blank = {
        "title": "", "number": "24", "seed": "1", "folder": "", "mix_easy": "", "mix_medium": "", "mix_hard": "",
        "leaf": [], "source": [Source.RENDER.value],
    }  # fmt: skip
    leaves = [(leaf.item, leaf.id, leaf.names.text(language)) for leaf in taxonomy.leaves]
    items = [
        (item.names.text(language), [(leaf, name) for of, leaf, name in leaves if of == item.id])
        for item in taxonomy.items
    ]
    return page(
        request, "exercise_build.html", title=tr("exercises.build.title", language), status=400 if said else 200,
        refused=said, form={**blank, **form}, items=[one for one in items if one[1]], levels=list(Difficulty),
        sources=list(Source), most=_MOST_THINGS,
    )  # fmt: skip
