"""What a class's report, tables and certificates show, in one value: figures, the competency line, who is left out.

Nothing is counted here that :mod:`serve.exercise.statistics` does not count; only the competency line is put together,
because the line of a class has two parts (enough recognised, few false alarms) that must be reached in the same test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.exercise.classes import Classes
from serve.exercise.model import Source
from serve.exercise.result_arms import (
    ArmFigures,
    Assisted,
    arm_figures,
    assisted,
    kept_model_sittings,
    shown_change,
)
from serve.exercise.result_items import QuestionItems, question_items
from serve.exercise.result_line import LineResult, Reached, line_result
from serve.exercise.result_trainees import Absence, TraineeResult, trainee_results
from serve.exercise.rows import FINITE, TESTS
from serve.exercise.statistics.change import Change, human_table, tests_of
from serve.exercise.statistics.figure import as_json
from serve.exercise.statistics.resample import Resampling
from serve.exercise.statistics.summary import AnswerFigures, ClassFigures, class_figures, figures_of
from serve.exercise.store.store import ExerciseStore

__all__ = ["Absence", "ArmFigures", "Assisted", "LineResult", "Results", "TraineeResult", "class_results"]


@dataclass(frozen=True)
class Results:
    """A class.

    Attributes:
        class_id: for addresses.
        name: of the class.
        exercise: title of the exercise.
        made: when these results were made, UTC.
        codes: how many codes were made.
        trainees: everyone who came in, by order of entering.
        compared: codes of who finished both tests without the model.
        before: figures of those compared; if nobody is, of all who finished the test before.
        after: likewise after.
        line: of the competency line, if the trainer set one.
        figures: everything else of the class.
        arms: human, model, and human shown the model; empty if nobody was shown it and no answers of it are kept.
        shown: alone against shown the model, over trainees who took one test each way.
        questions: item analysis over every class that took the exercise; ``figures.items`` is of this class alone.
        assisted: the same things alone and with the model; ``None`` if nobody finished that phase.
        bundle: whose answers are the model's: what the class was shown, else what sat the test last.
        places: form and number of each thing of a test.
        things: how many both forms have.
        rendered: how many of these were shown in computer-made pictures, which are no photos.
    """

    class_id: str
    name: str
    exercise: str
    made: datetime
    codes: int
    trainees: tuple[TraineeResult, ...]
    compared: tuple[str, ...]
    before: AnswerFigures | None
    after: AnswerFigures | None
    line: LineResult | None
    figures: ClassFigures
    arms: tuple[ArmFigures, ...]
    shown: Change | None
    assisted: Assisted | None
    bundle: str | None
    questions: QuestionItems
    places: Mapping[str, str]
    things: int
    rendered: int

    def as_json(self) -> Any:
        """All of it as dicts, lists, strings, numbers and ``None``; times in ISO 8601."""
        return json.loads(json.dumps(as_json(self), default=datetime.isoformat, allow_nan=False))


def class_results(
    store: ExerciseStore, class_id: str, taxonomy: Taxonomy | None = None, resampling: Resampling | None = None
) -> Results:
    """Everything a report of a class shows.

    Raises:
        ExerciseError: there is no such class.
        StoreError: the database cannot be read.
    """
    classes, taxonomy, resampling = Classes(store), taxonomy or shipped_taxonomy(), resampling or Resampling()
    info, progress = classes.class_info(class_id), classes.progress(class_id)
    exercise = store.exercise(info.exercise_id).exercise
    every, options = classes.sittings(class_id, FINITE), len(exercise.leaves)
    sittings = [one for one in every if one.phase in TESTS]
    bundle, model = kept_model_sittings(store, exercise, info.bundle)
    figures = class_figures([*every, *model], taxonomy, options=options, resampling=resampling)
    trainees = trainee_results(progress, sittings, figures, info.line, taxonomy, resampling, options)
    compared = figures.change.trainees
    before, after = figures.before, figures.after
    if compared:
        before, after = (
            figures_of(
                human_table({name: of for name, of in tests_of(sittings, phase).items() if name in compared}, taxonomy),
                options,
                resampling,
            )
            for phase in TESTS
        )
    return Results(
        class_id=info.id,
        name=info.name,
        exercise=info.exercise_title,
        made=store.now(),
        codes=len(progress),
        trainees=trainees,
        compared=compared,
        before=before,
        after=after,
        line=line_result(info.line, [_reached(one) for one in trainees]) if info.line else None,
        figures=figures,
        arms=arm_figures(every, model, taxonomy, options, resampling),
        shown=shown_change(sittings, taxonomy, resampling),
        assisted=assisted(every, model, info.line, taxonomy, resampling),
        bundle=bundle if model else None,
        questions=question_items(store, info.exercise_id, taxonomy),
        places={
            thing.id: f"{form.name}{place}" for form in exercise.forms for place, thing in enumerate(form.things, 1)
        },
        things=sum(len(form.things) for form in exercise.forms),
        rendered=sum(thing.source is Source.RENDER for form in exercise.forms for thing in form.things),
    )


def _reached(one: TraineeResult) -> Reached:
    return Reached(one.code, one.reached_before, one.reached_after, one.absence is None)
