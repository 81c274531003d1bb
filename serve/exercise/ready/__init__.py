"""Exercises that ship: a plan each, drawn from the shipped renders."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from serve.exercise.build import Built, Plan, build
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.pool import TRAINED, renders


class Title(BaseModel):
    """A title in each language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Ready(BaseModel):
    """One ready exercise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    plan: Plan


def names() -> tuple[str, ...]:
    """Names of all ready exercises."""
    return tuple(sorted(one.name[:-5] for one in files(__name__).iterdir() if one.name.endswith(".toml")))


def ready(name: str) -> Ready:
    """A ready exercise's title and plan.

    Raises:
        ExerciseError: there is none of this name, or its file is broken (the message names the field).
    """
    if name not in names():
        raise ExerciseError(
            f"there is no ready exercise {name!r}; expected one of {', '.join(names())}", ExerciseErrorCode.NO_EXERCISE
        )
    try:
        return Ready.model_validate(tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ExerciseError(f"{name}.toml is broken: {error}", ExerciseErrorCode.READY_INVALID, name=name) from error


def build_ready(name: str, language: str, seed: int | None = None) -> Built:
    """Draw a ready exercise from the shipped renders, titled in a language of ``vi``, ``zh``, ``en``.

    Forms hold things no weight of the model has learned from; practice holds others.

    Raises:
        ExerciseError: as :func:`ready`, or the renders are not on this computer.
    """
    one = ready(name)
    plan = one.plan if seed is None else one.plan.model_copy(update={"seed": seed})
    return build(renders(), plan, getattr(one.title, language), renders(TRAINED))
