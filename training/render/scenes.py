"""Where, in which light and with which phone a picture is taken. Drawn without knowing what lies there.

The one thing a scene is told of an object is its size, and only when it is set up: a coin or a hand beside it must
have its true size. Everything else comes from the same distributions for every leaf, so nothing tells leaves apart.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from training.render.objects.common import chance, number, pick

Surface = Literal[
    "steel", "planks", "desk", "chipboard", "concrete", "terrazzo", "tile", "soil", "carpet", "rubber", "cloth",
    "baize", "checked", "burlap", "tarp", "market_bag", "newspaper", "cardboard", "sheet", "kraft", "paper",
]  # fmt: skip
Light = Literal["daylight", "overcast", "window", "strip", "torch", "flash"]
Clutter = Literal["box", "cup", "folded", "cable", "papers", "bits", "tool"]

#: How often each surface is drawn. Tables and floors of offices come up more than a car's boot does.
SURFACES: dict[Surface, float] = {
    "steel": 1.3, "planks": 1, "desk": 1.2, "chipboard": 0.6, "concrete": 1.2, "terrazzo": 0.6, "tile": 0.9,
    "soil": 0.5, "carpet": 1, "rubber": 0.7, "cloth": 1.2, "baize": 0.6, "checked": 0.6, "burlap": 0.6, "tarp": 0.9,
    "market_bag": 0.6, "newspaper": 1, "cardboard": 0.9, "sheet": 1, "kraft": 0.6,
}  # fmt: skip
LIGHTS: dict[Light, float] = {
    "daylight": 1.2, "overcast": 1, "window": 1.2, "strip": 1.6, "torch": 0.6, "flash": 1,
}  # fmt: skip
CLUTTER: tuple[Clutter, ...] = ("box", "cup", "folded", "cable", "papers", "bits", "tool")

Share = Annotated[float, Field(ge=0, le=1)]
Signed = Annotated[float, Field(ge=-1, le=1)]
Degrees = Annotated[float, Field(ge=-360, le=720)]


class Place(BaseModel):
    """What stays the same while one exhibit is photographed.

    Angles in degrees, colours in [0, 1], lengths relative to the object's longest side. ``edge`` is how far behind
    the object the table (or the boot's floor) ends; 0 stands for a surface without an end. ``warmth`` is the lamp's
    colour from bluish (-1) to incandescent (1), ``ambient_warmth`` that of the light from around.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    surface: Surface
    surface_tone: Share
    surface_hue: Share
    surface_scale: Annotated[float, Field(gt=0, le=8)]
    surface_turn: Degrees
    wear: Share
    edge: Annotated[float, Field(ge=0, le=10)]
    light: Light
    light_strength: Annotated[float, Field(gt=0, le=4)]
    light_azimuth: Degrees
    light_elevation: Annotated[float, Field(ge=5, le=90)]
    light_softness: Share
    warmth: Signed
    ambient: Annotated[float, Field(gt=0, le=4)]
    ambient_warmth: Signed
    scale_bar: Literal["none", "straight", "corner"]
    coin: bool
    bag: bool
    label: Literal["none", "tag", "tent"]
    pen: bool
    clutter: tuple[Clutter, ...]
    glove: Literal["blue", "white", "black"]


class View(BaseModel):
    """What changes from one photo of an exhibit to the next.

    Attributes:
        fill: share of the frame that the object's outline would take if it lay in the middle; above 1 it is cut off.
        lens: focal length in millimetres of 35 mm film, a crop counted in.
        offset: how far from the frame's middle the object lies, in shares of the frame.
        aperture: radius of the lens opening, relative to the object's longest side.
        focus_error: how far off the sharp plane is, relative to the distance.
        exposure: error of the phone's automatic exposure, in stops.
        noise: sensor noise in mid-grey, as a share of white.
        motion: length in pixels of the smear by a shaking hand, ``motion_angle`` its direction.
        blur: radius in pixels of an overall softness (lens, focus, a smeared lens cover).
        white_balance: error towards amber (above 0) or blue, and towards magenta (above 0) or green.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    portrait: bool
    camera_azimuth: Degrees
    camera_elevation: Annotated[float, Field(ge=10, le=90)]
    camera_roll: Degrees
    fill: Annotated[float, Field(gt=0.05, le=3)]
    lens: Annotated[float, Field(ge=10, le=200)]
    offset: tuple[Signed, Signed]
    object_turn: Degrees
    aperture: Annotated[float, Field(ge=0, le=0.1)]
    focus_error: Signed
    hand: Literal["none", "point", "hold", "rest"]
    exposure: Annotated[float, Field(ge=-4, le=4)]
    contrast: Share
    saturation: Annotated[float, Field(ge=0, le=2)]
    white_balance: tuple[Signed, Signed]
    vignette: Share
    noise: Annotated[float, Field(ge=0, le=0.3)]
    motion: Annotated[float, Field(ge=0, le=60)]
    motion_angle: Degrees
    blur: Annotated[float, Field(ge=0, le=10)]
    sharpening: Annotated[float, Field(ge=0, le=3)]
    jpeg_quality: Annotated[int, Field(ge=20, le=100)]


def draw_place(random: np.random.Generator) -> Place:
    """A place as at a checkpoint."""
    clutter = int(random.integers(2, 6)) if chance(random, 0.33) else 0
    return Place(
        surface=pick(random, tuple(SURFACES), tuple(SURFACES.values())),
        surface_tone=number(random, 0, 1),
        surface_hue=number(random, 0, 1),
        surface_scale=round(float(np.exp(random.uniform(np.log(0.6), np.log(1.9)))), 4),
        surface_turn=number(random, 0, 360),
        wear=number(random, 0.1, 1),
        edge=number(random, 0.75, 1.8) if chance(random, 0.35) else 0.0,
        light=pick(random, tuple(LIGHTS), tuple(LIGHTS.values())),
        light_strength=number(random, 0.6, 1.6),
        light_azimuth=number(random, 0, 360),
        light_elevation=number(random, 20, 80),
        light_softness=number(random, 0, 1),
        warmth=number(random, -0.7, 1),
        ambient=number(random, 0.5, 1.6),
        ambient_warmth=number(random, -0.6, 0.6),
        scale_bar=pick(random, ("none", "straight", "corner"), (0.72, 0.18, 0.1)),
        coin=chance(random, 0.1),
        bag=chance(random, 0.08),
        label=pick(random, ("none", "tag", "tent"), (0.84, 0.09, 0.07)),
        pen=chance(random, 0.1),
        clutter=tuple(pick(random, CLUTTER) for _ in range(clutter)),
        glove=pick(random, ("blue", "white", "black"), (0.5, 0.3, 0.2)),
    )


def draw_view(random: np.random.Generator) -> View:
    """One photo in that place."""
    close = chance(random, 0.08)
    return View(
        portrait=chance(random, 0.3),
        camera_azimuth=number(random, 270 - 75, 270 + 75),
        camera_elevation=number(random, 40, 86) if chance(random, 0.88) else number(random, 24, 40),
        camera_roll=round(float(np.clip(random.normal(0, 6), -20, 20)), 4),
        fill=number(random, 1.15, 1.7) if close else number(random, 0.4, 1.05),
        lens=number(random, 24, 30) if chance(random, 0.45) else number(random, 34, 70),
        offset=(number(random, -0.16, 0.16), number(random, -0.13, 0.13)),
        object_turn=number(random, 0, 360),
        # Pupils of phones are 2 to 4 mm wide: a hair for a hide, much for a claw seen from near.
        aperture=round(float(np.exp(random.uniform(np.log(0.0006), np.log(0.014)))), 5),
        focus_error=round(float(np.clip(random.normal(0, 0.05), -0.2, 0.2)), 4),
        hand=pick(random, ("none", "point", "hold", "rest"), (0.84, 0.05, 0.06, 0.05)),
        exposure=round(float(random.normal(0.1, 0.3)), 4) if chance(random, 0.85) else number(random, -1.5, 1.3),
        contrast=number(random, 0.1, 0.7),
        saturation=number(random, 0.85, 1.2),
        white_balance=(
            round(float(np.clip(random.normal(0, 0.3), -1, 1)), 4),
            round(float(np.clip(random.normal(0, 0.2), -1, 1)), 4),
        ),
        vignette=number(random, 0, 0.5),
        noise=round(float(np.exp(random.uniform(np.log(0.002), np.log(0.035)))), 5),
        motion=number(random, 2, 7) if chance(random, 0.2) else 0.0,
        motion_angle=number(random, 0, 180),
        blur=number(random, 0.2, 0.6) if chance(random, 0.85) else number(random, 0.6, 1.8),
        sharpening=number(random, 0.1, 1.1),
        jpeg_quality=int(random.integers(45, 96)),
    )


#: Plain daylight on grey paper, sharp and clean: for looking at objects while working on them.
NEUTRAL_PLACE = Place(
    surface="paper", surface_tone=0.45, surface_hue=0.1, surface_scale=1, surface_turn=0, wear=0, edge=0,
    light="daylight", light_strength=1.0, light_azimuth=50, light_elevation=55, light_softness=0.5, warmth=0.0,
    ambient=1, ambient_warmth=0, scale_bar="none", coin=False, bag=False, label="none", pen=False, clutter=(),
    glove="blue",
)  # fmt: skip
NEUTRAL_VIEW = View(
    portrait=False, camera_azimuth=270, camera_elevation=65, camera_roll=0, fill=0.8, lens=50, offset=(0, 0),
    object_turn=0, aperture=0, focus_error=0, hand="none", exposure=0, contrast=0.3,
    saturation=1, white_balance=(0, 0), vignette=0, noise=0, motion=0, motion_angle=0, blur=0, sharpening=0.3,
    jpeg_quality=95,
)  # fmt: skip
