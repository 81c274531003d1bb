"""Bones of cattle, pigs and dogs, which pass for tiger bone.

None of them has the foramen above the inner elbow (TCM texts, grade D, in line with the cat marker of Int J Morphol
39:378-385, grade B). Cattle: cannon bones with a double pulley below, massive femur and tibia; pig: short and stout.
These proportions are general anatomy (grade K).

Every long bone is 1 long: x from the upper to the lower end, y to the outer side, z to the front.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from training.render.blender.bone_field import Field, Part
from training.render.blender.limb import finished, limb_field
from training.render.blender.long_bones import vertebra_part

_P = dict[str, Any]
_DOG = Path(__file__).resolve().parent.parent / "meshes" / "dog_skull.npz"


def cannon(p: _P, random: np.random.Generator) -> list[Part]:
    """Metacarpal or metatarsal of cattle: flat-backed shaft, groove in front, two pulleys with a keel each."""
    f = limb_field(p, 0.17, 0.14)
    shaft = [(0.05, 0, 0.0), (0.25, 0, 0.004), (0.5, 0, 0.006), (0.8, 0, 0.004), (0.9, 0, 0)]
    f.tube(shaft, [0.105, 0.078, 0.07, 0.082, 0.1], 0.03, squash=(1, 1, 0.78), smooth=4)
    f.ellipsoid((0.05, 0, 0), (0.055, 0.125, 0.085), 0.025)
    f.plate([(-0.02, -0.125), (-0.02, 0.125), (0.05, 0.12), (0.05, -0.12)], 2, 0.0, 0.06, 0.03)
    f.tube([(0.12, 0, -0.13), (0.85, 0, -0.135)], [0.085, 0.085], 0.02, cut=True)
    f.tube([(0.12, 0, 0.078), (0.5, 0, 0.07), (0.85, 0, 0.078)], 0.014, 0.012, cut=True)
    for side in (-1, 1):
        y = side * 0.068
        f.tube([(0.94, y - 0.036, 0), (0.94, y + 0.036, 0)], 0.05, 0.022)
        f.ellipsoid((0.945, y, 0.0), (0.074, 0.016, 0.074), 0.012)
        f.tube([(0.84, y * 0.8, 0), (0.93, y, 0)], [0.06, 0.056], 0.02)
        f.ellipsoid((0.935, side * 0.142, 0), (0.03, 0.016, 0.03), 0.012, cut=True)
    f.tube([(0.9, 0, -0.12), (0.9, 0, 0.12)], 0.008, 0.01, cut=True)
    f.plate([(0.9, -0.011), (1.05, -0.015), (1.05, 0.015), (0.9, 0.011)], 2, 0, 0.13, 0.008, cut=True)
    f.tube([(-0.045, 0.05, 0.02), (-0.045, 0.05, -0.02)], 0.034, 0.02, cut=True)
    f.tube([(-0.045, -0.05, 0.02), (-0.045, -0.05, -0.02)], 0.034, 0.02, cut=True)
    return [finished(f, p, random, shaft, 0.052)]


def cattle_femur(p: _P, random: np.random.Generator) -> list[Part]:
    """Thick shaft, broad head that runs into the neck, high trochanter, deep trochlea with one large lip."""
    f = limb_field(p, 0.21, 0.19)
    shaft = [(0.14, 0.01, 0.0), (0.35, 0.0, 0.0), (0.6, 0.0, 0.0), (0.85, 0, 0)]
    f.tube(shaft, [0.085, 0.063, 0.062, 0.08], 0.04, smooth=4)
    f.ellipsoid((0.085, -0.12, 0.0), (0.065, 0.068, 0.066), 0.02)
    f.tube([(0.09, -0.09, 0.0), (0.13, 0.02, 0.0)], [0.06, 0.07], 0.04)
    f.tube([(0.02, 0.1, -0.01), (0.1, 0.1, -0.005), (0.24, 0.06, 0.0)], [0.055, 0.068, 0.03], 0.04)
    f.ellipsoid((0.2, -0.06, -0.04), (0.04, 0.025, 0.03), 0.02)
    f.ellipsoid((0.12, 0.04, -0.07), (0.05, 0.03, 0.04), 0.02, cut=True)
    for side in (-1, 1):
        f.tube(
            [(0.87, side * 0.07, 0.02), (0.925, side * 0.076, -0.03), (0.9, side * 0.08, -0.085)],
            [0.07, 0.068, 0.06],
            0.025,
        )
    f.tube([(0.82, -0.05, 0.09), (0.94, -0.05, 0.06)], [0.045, 0.045], 0.025)
    f.tube([(0.85, 0.05, 0.07), (0.94, 0.05, 0.05)], [0.032, 0.036], 0.025)
    f.tube([(0.8, 0, 0.12), (0.99, 0, 0.085)], 0.026, 0.025, cut=True)
    f.tube([(0.85, 0, -0.15), (0.97, 0, -0.07)], [0.036, 0.028], 0.012, cut=True)
    f.ellipsoid((0.77, 0.05, -0.07), (0.05, 0.025, 0.03), 0.02, cut=True)
    return [finished(f, p, random, shaft, 0.062)]


def cattle_tibia(p: _P, random: np.random.Generator) -> list[Part]:
    """Broad three-sided upper end with a high crest, flattened shaft, square lower end with two grooves."""
    f = limb_field(p, 0.18, 0.18)
    shaft = [(0.08, 0, 0.0), (0.3, 0.0, 0.0), (0.55, 0.0, 0.0), (0.85, 0, 0), (0.95, 0, 0)]
    f.tube(shaft, [0.1, 0.068, 0.056, 0.058, 0.075], 0.03, squash=(1, 1, 0.84), smooth=4)
    for side in (-1, 1):
        f.ellipsoid((0.055, side * 0.085, -0.02), (0.055, 0.07, 0.075), 0.03)
    f.tube([(0.07, 0.02, 0.1), (0.22, 0.012, 0.075), (0.4, 0, 0.035)], [0.05, 0.036, 0.016], 0.035, smooth=3)
    f.ellipsoid((-0.005, 0, -0.02), (0.03, 0.03, 0.04), 0.015)
    f.ellipsoid((0.02, 0.075, 0.085), (0.06, 0.03, 0.04), 0.02, cut=True)
    f.ellipsoid((0.935, 0.0, 0.0), (0.06, 0.098, 0.072), 0.03)
    for y in (-0.035, 0.04):
        f.tube([(0.995, y, -0.09), (0.995, y, 0.09)], 0.024, 0.018, cut=True)
    return [finished(f, p, random, shaft, 0.045)]


def pig_humerus(p: _P, random: np.random.Generator) -> list[Part]:
    """Short, thick, strongly bowed; large tubercle bent over the groove; no hole above the inner elbow."""
    f = limb_field(p, 0.22, 0.22)
    shaft = [(0.14, 0, -0.01), (0.35, 0.0, -0.025), (0.6, 0.0, -0.005), (0.85, 0, 0.02)]
    f.tube(shaft, [0.115, 0.08, 0.068, 0.085], 0.05, squash=(1, 0.85, 1), smooth=4)
    f.ellipsoid((0.1, 0.0, -0.08), (0.095, 0.1, 0.09), 0.03)
    f.tube([(0.03, 0.08, 0.08), (0.14, 0.09, 0.06), (0.28, 0.05, 0.03)], [0.07, 0.065, 0.03], 0.04)
    f.tube([(0.02, 0.05, 0.11), (0.03, -0.02, 0.125)], [0.05, 0.03], 0.025)
    f.ellipsoid((0.1, -0.09, 0.05), (0.055, 0.04, 0.05), 0.03)
    f.tube([(0.93, -0.08, 0.03), (0.935, 0.0, 0.028), (0.93, 0.08, 0.03)], [0.075, 0.06, 0.066], 0.02)
    f.tube([(0.88, -0.095, -0.03), (0.87, -0.1, -0.08)], [0.055, 0.04], 0.03)
    f.tube([(0.72, 0.05, -0.01), (0.88, 0.09, -0.03), (0.88, 0.085, -0.07)], [0.03, 0.055, 0.04], 0.04)
    f.ellipsoid((0.85, 0.0, -0.075), (0.08, 0.05, 0.065), 0.015, cut=True)
    f.ellipsoid((0.84, 0.01, 0.09), (0.05, 0.06, 0.03), 0.02, cut=True)
    return [finished(f, p, random, shaft, 0.057, (0.22, 0.8))]


def pig_femur(p: _P, random: np.random.Generator) -> list[Part]:
    """As the cattle femur, but shorter, straighter and relatively thick."""
    f = limb_field(p, 0.22, 0.2)
    shaft = [(0.14, 0.01, 0.0), (0.35, 0.0, 0.006), (0.6, 0.0, 0.006), (0.85, 0, 0)]
    f.tube(shaft, [0.085, 0.07, 0.066, 0.085], 0.04, squash=(1, 1, 0.9), smooth=4)
    f.ellipsoid((0.07, -0.13, 0.0), (0.068, 0.068, 0.066), 0.015)
    f.tube([(0.08, -0.1, 0.0), (0.13, 0.02, 0.0)], [0.055, 0.07], 0.04)
    f.tube([(0.06, 0.09, -0.01), (0.22, 0.07, 0.0)], [0.07, 0.045], 0.04)
    for side in (-1, 1):
        f.tube(
            [(0.88, side * 0.07, 0.03), (0.925, side * 0.075, -0.03), (0.9, side * 0.08, -0.09)],
            [0.07, 0.07, 0.06],
            0.025,
        )
        f.tube([(0.84, side * 0.042, 0.085), (0.94, side * 0.045, 0.065)], [0.036, 0.042], 0.025)
    f.tube([(0.8, 0, 0.12), (0.99, 0, 0.09)], 0.024, 0.025, cut=True)
    f.tube([(0.85, 0, -0.15), (0.97, 0, -0.075)], [0.036, 0.03], 0.012, cut=True)
    return [finished(f, p, random, shaft, 0.06, (0.22, 0.8))]


def rib(p: _P, random: np.random.Generator) -> list[Part]:
    """A bent flat rod, head and tubercle at one end; its lower end often sawn by the butcher."""
    bend, flat = p["bend"], p["flat"]
    t = np.linspace(0, 1, 9)
    line = np.stack([t, 0 * t, bend * 4 * (t - t**2) * (1 - 0.35 * t)], axis=1)
    f = Field((-0.08, -0.09, -0.12), (1.08, 0.09, 0.45), 0.0075)
    f.tube([tuple(q) for q in line], np.interp(t, (0, 0.15, 1), (0.03, 0.034, 0.05)) * (0.8 + 0.4 * flat), 0.02,
           squash=(1, 1, 1 - 0.45 * flat), smooth=2)  # fmt: skip
    f.tube([(0.02, 0, 0.02), (-0.02, 0, -0.045)], [0.028, 0.03], 0.02)
    f.ellipsoid((0.08, 0.0, bend * 0.3 + 0.03), (0.03, 0.026, 0.024), 0.02)
    return [finished(f, p, random, [tuple(q) for q in line[1:-1]], 0.01, (0.08, 0.9))]


def cattle_vertebra(p: _P, random: np.random.Generator) -> list[Part]:
    """Short deep body, high spine, straight wings."""
    part = vertebra_part(p, random, 0.34, 0.19, 0.175)
    return [part.scaled((0.85, 1, 1))]


def dog_skull(p: _P, random: np.random.Generator) -> list[Part]:
    """A dog's skull from a scan (``training/render/meshes/README.md``), stretched and sheared for variety."""
    with np.load(_DOG) as stored:
        vertices, faces = stored["vertices"].astype(float), stored["faces"]
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    v = (vertices - (low + high) / 2) / (high - low).max()
    shear = np.eye(3)
    shear[2, 0] = p["shear"]
    v = (v @ shear.T) * (1, p["width"], p["height"])
    part = Part(v, faces, "bone", {"cavity": _hollow(v, faces)})
    spots = random.uniform(-0.4, 0.4, (6, 3))
    near = np.max(np.exp(-(((v[:, None] - spots) / 0.1) ** 2).sum(axis=2)), axis=1)
    part.attributes["tissue"] = np.clip(1.6 * near, 0, 1) * p["tissue"]
    part.attributes["spongy"] = np.full(len(v), 0.2)
    return [part]


def _hollow(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """How far each vertex lies below the mean of those around it, over three steps."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    count = np.bincount(edges[:, 0], minlength=len(vertices))[:, None].clip(1)
    corners = vertices[faces]
    normal = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(normal, faces[:, k], np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True).clip(1e-12)
    smooth = vertices
    for _ in range(3):
        total = np.zeros_like(smooth)
        np.add.at(total, edges[:, 0], smooth[edges[:, 1]])
        smooth = total / count
    return np.clip(((smooth - vertices) * normal).sum(axis=1) / 0.012, 0, 1)
