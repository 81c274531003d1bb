"""Every picture's parameters, drawn from its seed before anything is rendered.

Scene, light, camera and damage are drawn without knowing the leaf, so nothing about them can tell leaves apart.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from training.render.objects import GENERATORS
from training.render.recipe import RenderRecipe

SURFACES = ("steel", "wood", "concrete", "cloth", "plastic", "paper")
LIGHTS = ("daylight", "strip", "torch", "flash")


class Scene(BaseModel):
    """Where and how a picture is taken. Angles in degrees, lengths relative to the object's longest side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    surface: str
    surface_tone: float
    surface_hue: float
    light: str
    light_strength: float
    light_azimuth: float
    light_elevation: float
    warmth: float
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
    scale_bar: bool


class Picture(BaseModel):
    """One picture: its name, leaf, seed, scene, and the object's own parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    leaf: str
    seed: int
    size: tuple[int, int]
    samples: int
    scene: Scene
    generator: str
    parameters: dict[str, Any]


def make_plan(recipe: RenderRecipe) -> list[Picture]:
    """All pictures of a recipe, the same for the same recipe on any machine."""
    return [_picture(recipe, leaf, index) for leaf, count in sorted(recipe.counts.items()) for index in range(count)]


def _picture(recipe: RenderRecipe, leaf: str, index: int) -> Picture:
    digest = hashlib.sha256(f"{recipe.seed}/{leaf}/{index}".encode()).digest()
    seed = int.from_bytes(digest[:6], "big")
    choices = GENERATORS[leaf]
    random = np.random.default_rng([seed, 1])
    generator = choices[int(random.integers(len(choices)))]
    return Picture(
        name=f"{leaf}-{index:04d}",
        leaf=leaf,
        seed=seed,
        size=recipe.size,
        samples=recipe.samples,
        scene=draw_scene(np.random.default_rng([seed, 2])),
        generator=generator.name,
        parameters=generator.draw(random),
    )


def draw_scene(random: np.random.Generator) -> Scene:
    """A scene as at a checkpoint. It is not told what lies there."""

    def number(low: float, high: float) -> float:
        return round(float(random.uniform(low, high)), 4)

    return Scene(
        surface=str(random.choice(SURFACES)),
        surface_tone=number(0.06, 0.85),
        surface_hue=number(0, 1),
        light=str(random.choice(LIGHTS)),
        light_strength=number(0.6, 1.6),
        light_azimuth=number(0, 360),
        light_elevation=number(20, 80),
        warmth=number(-1, 1),
        camera_azimuth=number(0, 360),
        camera_elevation=number(35, 88),
        camera_roll=number(-12, 12),
        camera_distance=number(1.4, 2.9),
        offset=(number(-0.14, 0.14), number(-0.1, 0.1)),
        object_turn=number(0, 360),
        focus_error=number(-0.15, 0.15),
        aperture=number(4, 22),
        exposure=number(-0.5, 0.6),
        noise=number(0, 9),
        motion=int(random.choice([0, 0, 0, 3, 5])),
        jpeg_quality=int(random.integers(55, 95)),
        scale_bar=bool(random.random() < 0.35),
    )
