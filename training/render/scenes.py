"""Where, in which light and with which phone a picture is taken. Drawn without knowing what lies there.

The one thing a scene is told of an object is its size, and only when it is set up: a coin or a hand beside it must
have its true size. Everything else comes from the same distributions for every leaf, so nothing tells leaves apart.
"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from training.render.objects.common import chance, number, pick

SURFACES = ("steel", "wood", "concrete", "cloth", "plastic", "paper")
LIGHTS = ("daylight", "strip", "torch", "flash")


class Place(BaseModel):
    """What stays the same while one exhibit is photographed. Angles in degrees; colours in [0, 1]."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    surface: str
    surface_tone: float
    surface_hue: float
    light: str
    light_strength: float
    light_azimuth: float
    light_elevation: float
    warmth: float
    scale_bar: bool


class View(BaseModel):
    """What changes from one photo of an exhibit to the next. Lengths relative to the object's longest side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    camera_azimuth: float
    camera_elevation: float
    camera_roll: float
    camera_distance: float
    offset: tuple[float, float]
    object_turn: float
    focus_error: float
    aperture: float
    exposure: float
    noise: float
    motion: int
    jpeg_quality: int


def draw_place(random: np.random.Generator) -> Place:
    """A place as at a checkpoint."""
    return Place(
        surface=pick(random, SURFACES),
        surface_tone=number(random, 0.06, 0.85),
        surface_hue=number(random, 0, 1),
        light=pick(random, LIGHTS),
        light_strength=number(random, 0.6, 1.6),
        light_azimuth=number(random, 0, 360),
        light_elevation=number(random, 20, 80),
        warmth=number(random, -1, 1),
        scale_bar=chance(random, 0.35),
    )


def draw_view(random: np.random.Generator) -> View:
    """One photo in that place."""
    return View(
        camera_azimuth=number(random, 0, 360),
        camera_elevation=number(random, 35, 88),
        camera_roll=number(random, -12, 12),
        camera_distance=number(random, 1.4, 2.9),
        offset=(number(random, -0.14, 0.14), number(random, -0.1, 0.1)),
        object_turn=number(random, 0, 360),
        focus_error=number(random, -0.15, 0.15),
        aperture=number(random, 4, 22),
        exposure=number(random, -0.5, 0.6),
        noise=number(random, 0, 9),
        motion=pick(random, (0, 0, 0, 3, 5)),
        jpeg_quality=int(random.integers(55, 95)),
    )


#: Plain daylight on grey paper, sharp and clean: for looking at objects while working on them.
NEUTRAL_PLACE = Place(
    surface="paper", surface_tone=0.45, surface_hue=0.1, light="daylight", light_strength=1.0, light_azimuth=50,
    light_elevation=55, warmth=0.0, scale_bar=False,
)  # fmt: skip
NEUTRAL_VIEW = View(
    camera_azimuth=270, camera_elevation=65, camera_roll=0, camera_distance=1.75, offset=(0, 0), object_turn=0,
    focus_error=0, aperture=22, exposure=0, noise=0, motion=0, jpeg_quality=95,
)  # fmt: skip
