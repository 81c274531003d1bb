"""Skulls and bones: of big cats, and of the livestock and dogs whose bones pass for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from training.render.blender import livestock, long_bones
from training.render.blender.bone_field import Part, euler, to_object
from training.render.blender.bone_material import bone_material, tooth_material
from training.render.blender.bone_pose import heap, joined, settle
from training.render.blender.skull_cat import cat_skull_parts, jaw_open

_P = dict[str, Any]
_Shape = Callable[[_P, np.random.Generator], list[Part]]
#: Parts that move together, their rotation (and scale), their place.
_Piece = tuple[list[Part], np.ndarray, np.ndarray]

_SHAPES: dict[str, _Shape] = {
    "humerus": long_bones.humerus, "femur": long_bones.femur, "tibia_fibula": long_bones.tibia_fibula,
    "ulna_radius": long_bones.ulna_radius, "scapula": long_bones.scapula, "vertebra": long_bones.vertebra,
    "paw_bones": long_bones.paw_bones, "cannon": livestock.cannon, "cattle_femur": livestock.cattle_femur,
    "cattle_tibia": livestock.cattle_tibia, "pig_humerus": livestock.pig_humerus, "pig_femur": livestock.pig_femur,
    "rib": livestock.rib, "cattle_vertebra": livestock.cattle_vertebra, "dog_skull": livestock.dog_skull,
}  # fmt: skip


def _objects(pieces: list[_Piece], p: _P, seed: int) -> list[bpy.types.Object]:
    """Objects of pieces; one bone and one tooth material for all."""
    random = np.random.default_rng(seed)
    found = {
        name for parts, _, _ in pieces for part in parts for name, values in part.attributes.items() if values.any()
    }
    bone = bone_material(p["look"], random, "cut" in found, "tissue" in found)
    tooth = tooth_material(p["look"], random)
    made = []
    for parts, turn, offset in pieces:
        for part in parts:
            one = to_object(part, part.kind, tooth if part.kind == "tooth" else bone)
            matrix = np.eye(4)
            matrix[:3, :3], matrix[:3, 3] = turn, offset
            one.matrix_world = Matrix(matrix.tolist())
            made.append(one)
    return made


def _at_rest(parts: list[Part], turn: np.ndarray) -> _Piece:
    """Settled near ``turn`` on z = 0."""
    turned = settle(joined(parts), turn)
    return parts, turned, np.array([0, 0, -(joined(parts) @ turned.T)[:, 2].min()])


def _fitted(pieces: list[_Piece]) -> list[_Piece]:
    """Scaled so that the longest side of all together is 1."""
    points = np.concatenate([joined(parts) @ turn.T + offset for parts, turn, offset in pieces])
    factor = 1 / float((points.max(axis=0) - points.min(axis=0)).max())
    return [(parts, factor * turn, factor * offset) for parts, turn, offset in pieces]


def _row(pieces: list[_Piece], random: np.random.Generator, gap: float) -> list[_Piece]:
    """Beside each other along y, none quite straight."""
    laid, edge = [], 0.0
    for parts, turn, offset in pieces:
        turned = euler((0, 0, random.normal(0, 5))) @ turn
        points = joined(parts) @ turned.T + offset
        low, high = points.min(axis=0), points.max(axis=0)
        shift = np.array([random.normal(0, 0.05) - (low[0] + high[0]) / 2, edge - low[1], 0])
        laid.append((parts, turned, offset + shift))
        edge += high[1] - low[1] + gap * random.uniform(0.4, 1.4)
    return laid


def cat_skull(p: _P, random: np.random.Generator) -> list[bpy.types.Object]:
    """A big cat's skull with its jaw in place, ajar, beside it, or lost."""
    upper, lower = cat_skull_parts(p, random)
    seed = int(random.integers(2**31))
    turn = euler(p["up"])
    if p["jaw"] == "none":
        return _objects(_fitted([_at_rest(upper, turn)]), p, seed)
    if p["jaw"] == "beside":
        _, spin, place = _at_rest(lower, euler((0, 0, p["jaw_turn"])))
        place = place + np.array([-0.05, p["jaw_side"] * 0.72, 0])
        return _objects(_fitted([_at_rest(upper, turn), (lower, spin, place)]), p, seed)
    return _objects(_fitted([_at_rest([*upper, *jaw_open(lower, p["jaw_open"])], turn)]), p, seed)


def dog_skull(p: _P, random: np.random.Generator) -> list[bpy.types.Object]:
    """A dog's skull without its jaw."""
    parts = livestock.dog_skull(p, random)
    made = _objects(_fitted([_at_rest(parts, euler(p["up"]))]), p, int(random.integers(2**31)))
    for one in made:
        one.modifiers.new("rounded", "SUBSURF").levels = 1
        one.modifiers["rounded"].render_levels = 1
    return made


def _single(shape: str, p: _P, random: np.random.Generator) -> list[bpy.types.Object]:
    """One bone, or several that belong together, side by side; ``roll`` says which side is up."""
    bodies = [[part] for part in _SHAPES[shape](p, random)]
    if len(bodies) == 2 and p["joined"]:
        # Still held together by dried sinew.
        shift = (0, 0.085, -0.03) if shape == "tibia_fibula" else (0, -0.02, 0.105)
        bodies = [[bodies[0][0], bodies[1][0].placed(np.eye(3), shift)]]
    seed = int(random.integers(2**31))
    turn = euler((p["roll"], 0, 0))
    pieces = [_at_rest(parts, turn) for parts in bodies]
    return _objects(_fitted(_row(pieces, random, 0.05) if len(pieces) > 1 else pieces), p, seed)


def bone_set(p: _P, random: np.random.Generator) -> list[bpy.types.Object]:
    """Several bones in a heap, or laid out in a row; ``members``: shape, length against the longest, end."""
    pieces: list[_Piece] = []
    for member in p["members"]:
        own = {**p, **member, "coarse": 1.05 + 0.3 / member["length"], "count": 1, "joined": False}
        for part in _SHAPES[member["shape"]](own, random):
            pieces.append(([part], member["length"] * np.eye(3), np.zeros(3)))
    seed = int(random.integers(2**31))
    bodies = [joined(parts) @ scale.T for parts, scale, _ in pieces]
    if p["lay"] == "heap":
        order = np.argsort([-np.ptp(body, axis=0).max() for body in bodies])
        placed = heap([bodies[i] for i in order], random, p["spread"])
        laid = [(pieces[i][0], turn @ pieces[i][1], offset) for i, (turn, offset) in zip(order, placed, strict=True)]
    else:
        resting = []
        for (parts, scale, _), body in zip(pieces, bodies, strict=True):
            turn = settle(body, euler((random.choice([0, 90, 180, 270]), 0, random.choice([0, 180])))) @ scale
            resting.append((parts, turn, np.array([0, 0, -(joined(parts) @ turn.T)[:, 2].min()])))
        laid = _row(resting, random, 0.06)
    return _objects(_fitted(laid), p, seed)


BUILDERS: dict[str, Callable[[_P, np.random.Generator], list[bpy.types.Object]]] = {
    "cat_skull": cat_skull,
    "dog_skull": dog_skull,
    **{f"cat_{name}": partial(_single, name) for name in
       ("humerus", "femur", "tibia_fibula", "ulna_radius", "scapula", "vertebra", "paw_bones")},
    "cat_bone_set": bone_set,
    "cattle_cannon": partial(_single, "cannon"),
    **{name: partial(_single, name) for name in
       ("cattle_femur", "cattle_tibia", "pig_humerus", "pig_femur", "rib", "cattle_vertebra")},
    "livestock_set": bone_set,
}  # fmt: skip
