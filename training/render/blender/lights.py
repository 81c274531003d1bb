"""Light: the sky or room that everything reflects, and lamps."""

from __future__ import annotations

import math

import bpy
import numpy as np

from training.render.scenes import Place, View
from training.render.textures import fractal, step

#: How bright the surroundings are beside a white surface in the lamp's light.
_AMBIENT = {"daylight": 0.45, "overcast": 1.0, "window": 0.16, "strip": 0.22, "torch": 0.03, "flash": 0.1}


def warm(amount: float) -> tuple[float, float, float]:
    """Colour of light after the phone's white balance took most of it away: -1 bluish, 1 amber."""
    return (1 + 0.22 * amount, 1.0, 1 - 0.3 * amount)


def light_up(place: Place, view: View, random: np.random.Generator, eye: np.ndarray) -> None:
    """Surroundings and lamps; a flash sits beside ``eye``."""
    _surroundings(place, random)
    azimuth, elevation = place.light_azimuth, place.light_elevation
    colour, strength = warm(place.warmth), place.light_strength
    if place.light == "daylight":
        sun = _lamp("SUN", 3.2 * strength, colour)
        sun.data.angle = math.radians(0.6 + 5 * place.light_softness**3)
        _point(sun, _from(azimuth, max(elevation, 25), 10))
    elif place.light == "window":
        window = _lamp("AREA", 130 * strength, warm(place.warmth - 0.5))
        window.data.shape, window.data.size, window.data.size_y = "RECTANGLE", 1.6, 1.2 + place.light_softness
        _point(window, _from(azimuth, 18 + 0.4 * elevation, 3.2))
    elif place.light == "strip":
        across = random.uniform(0, math.pi)
        for k in range(int(random.integers(1, 4))):
            lamp = _lamp("AREA", 150 * strength, colour)
            lamp.data.shape, lamp.data.size, lamp.data.size_y = "RECTANGLE", 2.6, 0.12 + 0.3 * place.light_softness
            middle = random.normal(0, 0.8, 2) + 1.6 * k * np.array([-math.sin(across), math.cos(across)])
            lamp.location = (*middle, random.uniform(2.6, 3.6))
            lamp.rotation_euler = (0, 0, across)
    elif place.light == "torch":
        for energy, cone in ((330, random.uniform(16, 30)), (90, random.uniform(45, 70))):
            lamp = _lamp("SPOT", energy * strength, colour)
            lamp.data.spot_size, lamp.data.spot_blend = math.radians(cone), random.uniform(0.3, 0.9)
            lamp.data.shadow_soft_size = 0.03
            _point(lamp, _from(azimuth, elevation, 2.6), random.normal(0, 0.12, 2))
    elif place.light == "flash":
        lamp = _lamp("SPOT", 26 * strength * float(eye @ eye), warm(-0.1))
        lamp.data.spot_size, lamp.data.spot_blend, lamp.data.shadow_soft_size = math.radians(105), 1.0, 0.008
        away = np.linalg.norm(eye)
        _point(lamp, eye + random.normal(0, 0.02, 3) * away + np.array([0.03, 0, 0]) * away)
    # Rooms have more than one lamp.
    if place.light in ("flash", "window", "torch") and random.random() < 0.4:
        other = _lamp("AREA", 30 * strength, warm(place.ambient_warmth))
        other.data.size = 1.5
        _point(other, _from(random.uniform(0, 360), random.uniform(40, 80), 3.5))


def _lamp(kind: str, energy: float, colour: tuple[float, float, float]) -> bpy.types.Object:
    data = bpy.data.lights.new("lamp", kind)
    data.energy, data.color = energy, colour
    made = bpy.data.objects.new("lamp", data)
    bpy.context.collection.objects.link(made)
    return made


def _from(azimuth: float, elevation: float, distance: float) -> np.ndarray:
    a, e = math.radians(azimuth), math.radians(elevation)
    return distance * np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])


def _point(lamp: bpy.types.Object, where: np.ndarray, at: np.ndarray | tuple[float, float] = (0, 0)) -> None:
    x, y, z = where - np.array([*at, 0.1])
    lamp.location = tuple(where)
    lamp.rotation_euler = (math.pi / 2 - math.atan2(z, math.hypot(x, y)), 0, math.atan2(y, x) + math.pi / 2)


def _surroundings(place: Place, random: np.random.Generator) -> None:
    height, width = 96, 192
    image = bpy.data.images.new("surroundings", width, height, alpha=False, float_buffer=True)
    panorama = np.ones((height, width, 4), np.float32)
    outdoors = place.light in ("daylight", "overcast")
    panorama[..., :3] = (_outdoors if outdoors else _indoors)(place, random, height, width)
    # Normalised, so that the lamp's share of the light is what the table above says.
    weight = np.maximum(np.sin(np.linspace(-math.pi / 2, math.pi / 2, height)), 0)[:, None, None]
    mean = (panorama[..., :3] * weight).sum() / (weight.sum() * width * 3)
    panorama[..., :3] *= _AMBIENT[place.light] * place.ambient / mean
    image.pixels.foreach_set(panorama.ravel())
    image.update()
    world = bpy.data.worlds.new("surroundings")
    bpy.context.scene.world = world
    world.use_nodes = True
    # Aiming rays at it would cost a third of the time; lamps carry the light that throws shadows.
    world.cycles.sampling_method = "NONE"
    nodes = world.node_tree.nodes
    texture = nodes.new("ShaderNodeTexEnvironment")
    texture.image = image
    world.node_tree.links.new(texture.outputs["Color"], nodes["Background"].inputs["Color"])


def _outdoors(place: Place, random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Sky from horizon to zenith with clouds; buildings, trees and ground below. Row 0 is straight down."""
    up = np.linspace(-1, 1, height)[:, None]
    cloud = fractal(random, 192, 1.7, (2, 1))[:height]
    if place.light == "daylight":
        blue = np.array([0.3, 0.5, 1.0]) * (1.25 - 0.5 * np.clip(up, 0, 1))[..., None]
        sky = blue + (np.array([1.5, 1.5, 1.5]) - blue) * step(cloud, 0.2, 1.4)[..., None]
    else:
        sky = np.array([0.95, 1.0, 1.08]) * (0.55 + 0.75 * np.clip(up, 0, 1) + 0.12 * cloud)[..., None]
    skyline = 0.1 + 0.12 * np.repeat(random.uniform(0, 1.6, 24), width // 24)[None]
    below = np.where(up[..., None] < 0, 0.3, 0.14) * np.array([1.0, 0.95, 0.85])
    picture = np.where((up < skyline)[..., None], np.broadcast_to(below, sky.shape), sky)
    return np.clip(picture, 0.01, None) * np.array(warm(place.ambient_warmth * 0.4))


def _indoors(place: Place, random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Walls with windows, a ceiling with lamps, dark furniture."""
    up = np.linspace(-1, 1, height)[:, None, None]
    room = np.broadcast_to(0.35 + 0.35 * step(up, -0.4, 0.8), (height, width, 1)) * np.array(warm(place.ambient_warmth))
    room = np.array(room)
    for _ in range(int(random.integers(4, 12))):
        left, wide, top = int(random.integers(width)), int(random.integers(6, 30)), random.uniform(0.0, 0.35)
        columns = np.arange(left, left + wide) % width
        room[: int(height * (0.5 + top / 2)), columns] *= random.uniform(0.1, 0.9)
    for _ in range(int(random.integers(1, 4))):
        left, wide = int(random.integers(width)), int(random.integers(8, 24))
        bottom, tall = int(height * random.uniform(0.52, 0.6)), int(height * random.uniform(0.12, 0.25))
        for pane in range(2):
            columns = np.arange(left + pane * wide // 2 + 1, left + (pane + 1) * wide // 2) % width
            room[bottom : bottom + tall, columns] = np.array(warm(-0.5)) * random.uniform(3, 9)
    for _ in range(int(random.integers(0, 4))):
        left, row = int(random.integers(width)), int(height * random.uniform(0.75, 0.95))
        room[row : row + 2, np.arange(left, left + int(random.integers(10, 40))) % width] = 12 * np.array(
            warm(place.warmth)
        )
    return room
