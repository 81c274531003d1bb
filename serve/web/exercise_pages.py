"""Pages of trainers: exercises and classes, to look at. What they change is in :mod:`serve.web.exercise_forms`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from model.taxonomy import shipped_taxonomy
from serve.exercise.build import ENOUGH, PROTECTED, BuildWarning, WarningCode, wilson
from serve.exercise.classes import MOST_TRAINEES, Classes, ClassInfo
from serve.exercise.codes import shown
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import PHASE_ORDER, USUAL_PHASES, Difficulty, Source
from serve.exercise.ready import names, ready
from serve.exercise.store.store import ExerciseStore, Kept
from serve.i18n import percent, tr
from serve.services.access import Deed
from serve.services.cases import store_sentence
from serve.services.clock import local_time
from serve.services.guide import guide
from serve.services.pictures import thumbnail
from serve.services.wording import leaf_name
from serve.store.errors import StoreError
from serve.ui.guide import drawing
from serve.web.exercise_address import trainees_address
from serve.web.exercise_rooms import exercises_of, in_trainer_words, refused, rooms_of
from serve.web.frame import language_of, missing, page
from serve.web.refusals import refusal

router = APIRouter(default_response_class=Response)
#: Pictures of an exercise on its card.
_PICTURES = 4


@dataclass(frozen=True)
class ReadyCard:
    """A ready exercise: its drawings are those of the guide, so none of its things is shown before it is drawn."""

    name: str
    title: str
    leaves: str
    count: int
    drawings: tuple[str, ...]


def as_trainer(request: Request, act: Callable[[ExerciseStore], Response]) -> Response:
    """Act for who may run exercises; else, and where something is wrong, say so in words."""
    language = language_of(request)
    try:
        return refusal(request, Deed.RUN_EXERCISES, back="/") or act(exercises_of(request))
    except ExerciseError as error:
        if error.code in (ExerciseErrorCode.NO_CLASS, ExerciseErrorCode.NO_EXERCISE):
            return missing(request)
        said, status = refused(error, language), 400
    except StoreError as error:
        said, status = store_sentence(error, language), 503
    return page(request, "exercise_stopped.html", title=tr("nav.exercises", language), status=status, said=[said])


@router.get("/exercises")
def overview(request: Request) -> Response:
    """Ready exercises, those kept, and the classes."""
    return as_trainer(request, lambda store: overview_page(request, store))


def overview_page(request: Request, store: ExerciseStore, said: list[str] | None = None) -> Response:
    """The page of :func:`overview`, with what was refused."""
    language, wrong = language_of(request), list(said or ())
    cards: list[ReadyCard] = []
    for name in names():
        with in_trainer_words(request, wrong):
            cards.append(_ready_card(name, language))
    return page(
        request, "exercises.html", title=tr("nav.exercises", language), status=400 if said else 200, refused=wrong,
        ready=cards, kept=store.exercises()[::-1], classes=Classes(store).classes(), drawing=drawing,
        pictures=_pictures, leaves=lambda one: _named(one.exercise.leaves, language),
        when=lambda at: local_time(at, language),
    )  # fmt: skip


@router.get("/exercises/one/{exercise_id}")
def one_exercise(request: Request, exercise_id: str) -> Response:
    """One exercise, and the form to make a class for it."""
    return as_trainer(request, lambda store: exercise_page(request, store, exercise_id))


def exercise_page(
    request: Request, store: ExerciseStore, exercise_id: str, said: list[str] | None = None,
    form: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    """The page of :func:`one_exercise`, with what was refused and what had been filled in."""
    language, kept = language_of(request), store.exercise(exercise_id)
    blank = {
        "name": "", "phases": [phase.value for phase in USUAL_PHASES], "with_model": [], "sensitivity": "",
        "false_alarm": "", "enrol": "free", "codes": "0",
    }  # fmt: skip
    return page(
        request, "exercise.html", title=kept.exercise.title, status=400 if said else 200, refused=said or [],
        kept=kept, rows=_rows(kept, language), sources=_counted(kept, "source"), levels=_counted(kept, "difficulty"),
        warnings=[_warning(one, language) for one in warnings_of(kept)], pictures=_pictures(kept), phases=_ORDER,
        problems=rooms_of(request).problems.get(exercise_id, ())[:20], most=MOST_TRAINEES,
        form={**blank, **(form or {})}, when=lambda at: local_time(at, language),
    )  # fmt: skip


@router.get("/exercises/class/{class_id}")
def one_class(request: Request, class_id: str) -> Response:
    """A class: where trainees go, what is open, how far everyone is."""
    return as_trainer(request, lambda store: class_page(request, store, class_id))


def class_page(request: Request, store: ExerciseStore, class_id: str, said: list[str] | None = None) -> Response:
    """The page of :func:`one_class`, with what was refused."""
    language, classes = language_of(request), Classes(store)
    info, progress = classes.class_info(class_id), classes.progress(class_id)
    return page(
        request, "exercise_class.html", title=info.name, status=400 if said else 200, refused=said or [], room=info,
        progress=[one for one in progress if one.number is not None], most=MOST_TRAINEES,
        unused=sum(one.number is None for one in progress), address=trainees_address(request),
        line=_line(info, language),
        reachable=rooms_of(request).reachable, shown=shown, now=local_time(store.now(), language),
        when=lambda at: local_time(at, language),
    )  # fmt: skip


@router.get("/exercises/class/{class_id}/codes")
def codes(request: Request, class_id: str) -> Response:
    """The codes to print and cut out."""

    def listed(store: ExerciseStore) -> Response:
        classes = Classes(store)
        info = classes.class_info(class_id)
        return page(
            request, "exercise_codes.html", title=tr("exercises.codes.title", language_of(request), name=info.name),
            room=info, codes=[shown(code) for code in classes.codes(class_id)], address=trainees_address(request),
        )  # fmt: skip

    return as_trainer(request, listed)


@router.get("/exercises/class/{class_id}/delete")
def asked(request: Request, class_id: str) -> Response:
    """What would be deleted, before it is."""

    def sure(store: ExerciseStore) -> Response:
        classes = Classes(store)
        info, progress = classes.class_info(class_id), classes.progress(class_id)
        answers = sum(phase.answered for one in progress for phase in one.phases)
        return page(
            request, "exercise_delete.html", title=tr("exercises.delete.title", language_of(request)), room=info,
            trainees=sum(one.number is not None for one in progress), answers=answers,
        )  # fmt: skip

    return as_trainer(request, sure)


def warnings_of(kept: Kept) -> Iterator[BuildWarning]:
    """What weakens an exercise, by what one form holds."""
    truths = [shipped_taxonomy().leaf(thing.leaf).identity in PROTECTED for thing in kept.form("A")]
    for code, protected in ((WarningCode.FEW_PROTECTED, True), (WarningCode.FEW_OTHERS, False)):
        count = truths.count(protected)
        if count < ENOUGH:
            low, high = wilson(round(0.8 * count), count) if count else (0.0, 1.0)
            yield BuildWarning(code, count, low, high)


_ORDER = PHASE_ORDER


def _warning(one: BuildWarning, language: str) -> str:
    low, high = percent(one.low, language), percent(one.high, language)
    return tr(f"build_warning.{one.code.value}", language, count=one.count, low=low, high=high)


def _ready_card(name: str, language: str) -> ReadyCard:
    found = ready(name)
    leaves = [leaf for leaf in shipped_taxonomy().leaf_ids if leaf in found.plan.leaves]
    drawings = dict.fromkeys(guide().entries_for_leaf(leaf)[0].drawing for leaf in leaves)
    return ReadyCard(
        name, getattr(found.title, language), _named(leaves, language), sum(found.plan.leaves.values()),
        tuple(drawings)[:_PICTURES],
    )  # fmt: skip


def _named(leaves: tuple[str, ...] | list[str], language: str) -> str:
    return tr("list.separator", language).join(leaf_name(leaf, language) for leaf in leaves)


def _rows(kept: Kept, language: str) -> list[tuple[str, int, int]]:
    """Leaf, things of it in each form, things of it for practice."""
    counts = {name: Counter(thing.leaf for thing in kept.form(name)) for name in ("A", "P")}
    return [(leaf_name(leaf, language), counts["A"][leaf], counts["P"][leaf]) for leaf in kept.exercise.leaves]


def _counted(kept: Kept, field: str) -> list[tuple[str, int]]:
    """Things of one form by source or difficulty."""
    found = Counter(getattr(thing, field).value for thing in kept.form("A"))
    return [(one.value, found[one.value]) for one in (*Source, *Difficulty) if found[one.value]]


def _line(info: ClassInfo, language: str) -> tuple[str, str] | None:
    if info.line is None:
        return None
    return _per_cent(info.line.sensitivity, language), _per_cent(info.line.false_alarm, language)


def _per_cent(value: float, language: str) -> str:
    """What the trainer set, as it was set: it may be 0 or 100 %, unlike what a model says."""
    return tr("exercises.per_cent", language, value=round(100 * value))


def _pictures(kept: Kept) -> list[str]:
    """A picture each of different leaves, from practice if there is any."""
    first: dict[str, Path] = {}
    for thing in (*kept.practice, *kept.form("A")):
        first.setdefault(thing.leaf, thing.photos[0])
    return [small for path in list(first.values())[:_PICTURES] if (small := _small(path))]


@lru_cache(maxsize=256)
def _small(path: Path) -> str | None:
    return thumbnail(path, 200)
