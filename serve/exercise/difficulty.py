"""How hard a thing is expected to be, before anyone has answered it. Item analysis replaces this by what was measured.

For a render the conditions it was made under are known. Three things hinder a person, and each counts once:

- it is small: no view shows it on more than a sixteenth of the picture (a quarter of the picture's width);
- the light is that of a torch or a flash, which burns out colour and relief;
- no view is sharp: each is moved, or blurred by more than one pixel.

None of them is easy, one medium, two or more hard. What counts is the best view, because trainees see all of them. The
model's own answers are no part of it: the model sits every test too. These limits are the project's own choice and rest
on no measurement. Nothing is known of how photos were taken, so they are medium unless their owner says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from serve.exercise.model import Difficulty

_SMALL = 1 / 16
_BLURRED = 1.0
_HARSH = ("torch", "flash")
PHOTO = Difficulty.MEDIUM


class _Place(BaseModel):
    model_config = ConfigDict(frozen=True)
    light: str


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)
    blur: float
    motion: float


class Conditions(BaseModel):
    """What one line of ``datasets/renders/pictures.jsonl`` says of a picture. ``visible`` is a share of the picture."""

    model_config = ConfigDict(frozen=True)
    file: str
    visible: float = Field(ge=0, le=1)
    place: _Place
    view: _View


def of_render(views: Sequence[Conditions]) -> Difficulty:
    """The expected difficulty of a rendered thing from the conditions of its views."""
    small = max(view.visible for view in views) <= _SMALL
    harsh = all(view.place.light in _HARSH for view in views)
    unsharp = all(view.view.blur > _BLURRED or view.view.motion > 0 for view in views)
    return (Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD, Difficulty.HARD)[small + harsh + unsharp]
