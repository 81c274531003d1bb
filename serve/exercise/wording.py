"""What goes wrong with exercises, in words of one language."""

from __future__ import annotations

from serve.exercise.build import BuildWarning
from serve.exercise.errors import ExerciseError
from serve.exercise.pool import Problem
from serve.i18n import percent, tr
from serve.services.wording import leaf_name


def error_sentence(error: ExerciseError, language: str) -> str:
    """What a person reads instead of the error's English text."""
    params = dict(error.params)
    if "leaf" in params:
        params["leaf"] = leaf_name(str(params["leaf"]), language)
    return tr(f"exercise_error.{error.code.value}", language, **params)


def problem_sentence(problem: Problem, language: str) -> str:
    """What is wrong with one row or picture."""
    return tr(f"pool_problem.{problem.code.value}", language)


def warning_sentence(warning: BuildWarning, language: str) -> str:
    """What weakens an exercise."""
    low, high = percent(warning.low, language), percent(warning.high, language)
    return tr(f"build_warning.{warning.code.value}", language, count=warning.count, low=low, high=high)
