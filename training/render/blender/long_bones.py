"""Limb bones, shoulder blades and vertebrae of big cats.

Facts: the humerus has a slit-like supracondylar (entepicondylar) foramen above the inner elbow (Int J Morphol
39:378-385, grade B); its greatest length is 336 mm on average in five adult tigers (IJCMAS 6-2-2017-61, grade B); the
shoulder blade's acromion has a hamate and a suprahamate process, the ulna is longer than the radius and not fused with
it, the olecranon has three tubercles (Indian J Anim Res 48:298, grade B); a slender separate fibula (grade D). Other
proportions are general anatomy (grade K).

Every bone is 1 long: x from the upper to the lower end, y to the outer side, z to the front.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.render.blender.bone_field import Field, Part, curve
from training.render.blender.limb import finished, limb_field

_P = dict[str, Any]


def humerus(p: _P, random: np.random.Generator) -> list[Part]:
    """Stout, bowed like an S, with the foramen as a real hole between a bar of bone and the shaft."""
    f = limb_field(p)
    f.ellipsoid((0.075, 0.0, -0.045), (0.075, 0.078, 0.072), 0.03)
    f.ellipsoid((0.055, 0.05, 0.05), (0.07, 0.045, 0.06), 0.03)
    f.ellipsoid((0.085, -0.065, 0.03), (0.05, 0.03, 0.04), 0.03)
    shaft = [(0.1, 0, -0.005), (0.28, 0.005, -0.012), (0.5, 0.0, -0.006), (0.7, -0.005, 0.012), (0.86, 0, 0.01)]
    f.tube(shaft, [0.078, 0.056, 0.046, 0.045, 0.05], 0.04, squash=(1, 0.86, 1), smooth=4)
    f.tube([(0.06, 0.045, 0.07), (0.25, 0.025, 0.052), (0.5, 0.005, 0.036)], [0.035, 0.026, 0.012], 0.04, smooth=3)
    # Lower end: a spool, epicondyles, the outer crest.
    f.tube([(0.945, -0.085, 0.02), (0.95, -0.02, 0.018), (0.945, 0.085, 0.02)], [0.058, 0.04, 0.05], 0.016)
    f.tube([(0.92, -0.1, 0.0), (0.915, -0.128, -0.012)], [0.045, 0.034], 0.025)
    f.tube(
        [(0.66, 0.03, -0.005), (0.8, 0.085, -0.012), (0.9, 0.112, -0.012)],
        [0.02, 0.03, 0.035],
        0.04,
        squash=(1, 1, 0.6),
        smooth=3,
    )
    f.tube([(0.76, 0.0, 0.0), (0.9, 0.0, 0.0)], [0.05, 0.078], 0.04, squash=(1, 1, 0.62))
    f.tube(
        [(0.90, -0.095, 0.0), (0.83, -0.1, 0.012), (0.74, -0.062, 0.02), (0.66, -0.03, 0.02)],
        [0.036, 0.02, 0.018, 0.022],
        0.022,
        smooth=3,
    )
    f.ellipsoid((0.875, 0.005, -0.058), (0.055, 0.046, 0.03), 0.012, cut=True)
    f.ellipsoid((0.88, 0.01, 0.056), (0.035, 0.05, 0.014), 0.02, cut=True)
    slit = 0.55 + 0.45 * p["foramen"]
    f.ellipsoid((0.808, -0.066, 0.0), (0.05 * slit, 0.0145 * slit, 0.3), 0.004, turn=(16, 0, -25), cut=True)
    # The end with the foramen is what gets recognised, and what gets kept.
    return [finished(f, p, random, shaft[1:], 0.044, lower=0.85)]


def femur(p: _P, random: np.random.Generator) -> list[Part]:
    """Straight round shaft, ball on a short neck, lower than or level with the great trochanter."""
    f = limb_field(p, z=0.14)
    shaft = [(0.1, 0.01, -0.0), (0.3, 0.0, 0.004), (0.55, 0.0, 0.008), (0.8, 0, 0.002), (0.9, 0, 0)]
    f.tube(shaft, [0.055, 0.044, 0.04, 0.046, 0.06], 0.03, smooth=4)
    f.ellipsoid((0.055, -0.105, 0.004), (0.054, 0.052, 0.054), 0.01)
    f.tube([(0.06, -0.09, 0.0), (0.1, -0.01, 0.0)], [0.036, 0.05], 0.025)
    f.tube(
        [(0.05, 0.06, -0.005), (0.13, 0.045, -0.01), (0.25, 0.03, -0.008)],
        [0.05, 0.042, 0.02],
        0.03,
        squash=(1, 0.8, 1),
    )
    f.ellipsoid((0.17, -0.035, -0.035), (0.03, 0.018, 0.02), 0.015)
    f.ellipsoid((0.1, 0.015, -0.045), (0.04, 0.02, 0.025), 0.02, cut=True)
    for side in (-1, 1):
        f.tube(
            [(0.9, side * 0.052, 0.02), (0.935, side * 0.056, -0.02), (0.92, side * 0.06, -0.055)],
            [0.05, 0.052, 0.045],
            0.02,
        )
        f.tube([(0.87, side * 0.032, 0.05), (0.95, side * 0.034, 0.04)], [0.022, 0.03], 0.02)
    f.tube([(0.84, 0, 0.075), (0.97, 0, 0.06)], 0.02, 0.025, cut=True)
    f.tube([(0.88, 0, -0.1), (0.96, 0, -0.055)], [0.03, 0.024], 0.01, cut=True)
    return [finished(f, p, random, shaft, 0.042)]


def tibia_fibula(p: _P, random: np.random.Generator) -> list[Part]:
    """Tibia with a sharp front crest above; the slender fibula beside it."""
    f = limb_field(p, z=0.15)
    shaft = [(0.06, 0, 0.0), (0.25, 0.0, 0.0), (0.5, 0.004, -0.004), (0.8, 0, 0.0), (0.95, 0, 0)]
    f.tube(shaft, [0.075, 0.047, 0.038, 0.036, 0.048], 0.03, smooth=4)
    for side in (-1, 1):
        f.ellipsoid((0.045, side * 0.062, -0.012), (0.045, 0.055, 0.058), 0.025)
    f.tube(
        [(0.055, 0.0, 0.075), (0.18, 0.0, 0.058), (0.36, 0, 0.03)],
        [0.034, 0.026, 0.012],
        0.03,
        squash=(1, 0.7, 1),
        smooth=3,
    )
    f.tube([(0.0, 0, 0.03), (-0.01, 0, -0.03)], 0.018, 0.012, cut=True)
    f.tube([(0.06, 0.0, -0.09), (0.25, 0, -0.06)], [0.035, 0.015], 0.02, cut=True)
    f.tube([(0.93, -0.045, 0.0), (0.985, -0.05, 0.002)], [0.034, 0.022], 0.02)
    f.ellipsoid((0.95, 0.03, 0.0), (0.04, 0.035, 0.045), 0.02)
    f.tube([(1.005, -0.01, -0.05), (0.995, -0.005, 0.05)], 0.018, 0.01, cut=True)
    f.tube([(1.0, 0.028, -0.05), (0.99, 0.03, 0.05)], 0.014, 0.01, cut=True)
    tibia = finished(f, p, random, shaft[1:], 0.04)
    if not p["partner"]:
        return [tibia]
    g = limb_field(p, 0.06, 0.06, 0.006)
    g.tube(
        [(0.03, 0, 0), (0.1, 0, 0), (0.5, 0.008, 0), (0.88, 0.004, 0), (0.97, 0, 0)],
        [0.03, 0.016, 0.012, 0.015, 0.03],
        0.01,
        squash=(1, 0.75, 1),
        smooth=4,
    )
    fibula = finished(g, {**p, "end": "whole"}, random, shaft, 0.01)
    return [tibia, fibula.scaled((0.93, 1, 1), (0.03, 0, 0))]


def ulna_radius(p: _P, random: np.random.Generator) -> list[Part]:
    """Ulna with a long olecranon of three tubercles; a separate, shorter, flat radius."""
    f = limb_field(p, 0.1, 0.16)
    shaft = [(0.1, 0, -0.02), (0.32, 0, -0.01), (0.6, 0.005, -0.004), (0.85, 0.0, 0.0), (0.98, 0, 0)]
    f.tube(shaft, [0.06, 0.048, 0.035, 0.026, 0.02], 0.02, squash=(1, 0.6, 1), smooth=4)
    f.tube([(0.03, 0.0, -0.025), (0.16, 0, -0.015)], [0.058, 0.06], 0.02, squash=(1, 0.55, 1))
    for y, z, r in ((0.026, 0.012, 0.022), (-0.026, 0.016, 0.024), (0.004, -0.055, 0.03)):
        f.ellipsoid((0.015, y, z), (0.028, r * 0.8, r), 0.018)
    f.tube([(0.13, -0.02, 0.05), (0.15, 0, 0.058)], [0.02, 0.016], 0.02)
    f.ellipsoid((0.265, -0.02, 0.035), (0.026, 0.05, 0.03), 0.02)
    f.tube([(0.205, -0.08, 0.062), (0.205, 0.08, 0.062)], 0.05, 0.01, cut=True)
    f.tube([(0.28, 0.05, 0.04), (0.34, 0.03, 0.06)], 0.024, 0.01, cut=True)
    f.ellipsoid((0.955, 0.0, 0.0), (0.045, 0.026, 0.032), 0.02)
    ulna = finished(f, p, random, shaft[1:-1], 0.015, (0.1, 0.9))
    if not p["partner"]:
        return [ulna]
    g = limb_field(p, 0.11, 0.1)
    line = [(0.03, 0, 0), (0.25, 0.0, 0.012), (0.55, 0.0, 0.02), (0.8, 0, 0.008), (0.95, 0, 0)]
    g.tube(line, [0.048, 0.036, 0.042, 0.052, 0.07], 0.02, squash=(1, 1, 0.66), smooth=4)
    g.ellipsoid((0.025, 0, 0), (0.032, 0.062, 0.044), 0.018)
    g.ellipsoid((0.945, 0, 0), (0.05, 0.082, 0.054), 0.02)
    g.tube([(0.95, -0.06, 0), (0.99, -0.066, 0)], [0.03, 0.02], 0.02)
    g.ellipsoid((-0.015, 0, 0), (0.024, 0.045, 0.03), 0.01, cut=True)
    g.ellipsoid((1.02, 0.005, 0), (0.045, 0.055, 0.034), 0.01, cut=True)
    for y in (-0.025, 0.03):
        g.tube([(0.86, y, 0.062), (0.98, y, 0.066)], 0.016, 0.012, cut=True)
    radius = finished(g, {**p, "end": "whole"}, random, line, 0.03, (0.12, 0.86))
    return [ulna, radius.scaled(0.8, (0.17, 0, 0))]


def scapula(p: _P, random: np.random.Generator) -> list[Part]:
    """A broad rounded blade; the spine ends in an acromion with hamate and suprahamate processes."""
    f = Field((-0.04, -0.42, -0.05), (1.06, 0.42, 0.24), 0.009)
    outline = [
        (0.82, -0.06),
        (0.68, -0.12),
        (0.52, -0.3),
        (0.28, -0.35),
        (0.1, -0.26),
        (0.03, -0.06),
        (0.02, 0.12),
        (0.06, 0.26),
        (0.2, 0.27),
        (0.5, 0.14),
        (0.72, 0.06),
        (0.82, 0.05),
    ]
    f.plate(curve(np.array([*outline, outline[0]]), 3), 2, 0.0, 0.009, 0.012, round_by=0.02)
    f.tube(
        [(0.06, 0.27, 0.0), (0.3, 0.235, 0.004), (0.75, 0.06, 0.006), (0.88, 0.03, 0.01)],
        [0.024, 0.02, 0.03, 0.05],
        0.025,
        smooth=3,
    )
    f.tube([(0.03, -0.07, 0.0), (0.03, 0.1, 0.0), (0.07, 0.26, 0.0)], [0.016, 0.018, 0.022], 0.02, smooth=3)
    f.tube([(0.68, -0.02, 0.0), (0.86, 0.0, 0.008), (0.94, 0.0, 0.012)], [0.03, 0.062, 0.085], 0.03, squash=(1, 1, 0.8))
    f.tube([(0.9, -0.07, 0.01), (0.94, -0.1, 0.0)], [0.04, 0.026], 0.025)
    f.ellipsoid((1.02, 0.0, 0.014), (0.062, 0.064, 0.05), 0.012, cut=True)
    f.tube(
        [(0.08, 0.03, 0.0), (0.3, 0.02, 0.06), (0.6, 0.005, 0.095), (0.8, 0.0, 0.12), (0.93, 0.0, 0.13)],
        [0.02, 0.04, 0.05, 0.045, 0.03],
        0.02,
        squash=(1, 0.26, 1),
        smooth=4,
    )
    f.tube(
        [(0.2, 0.025, 0.02), (0.5, 0.01, 0.045), (0.76, 0.0, 0.06)],
        [0.03, 0.04, 0.045],
        0.02,
        squash=(1, 0.22, 1),
        smooth=3,
    )
    f.tube([(0.8, 0.0, 0.14), (0.93, -0.01, 0.155), (0.98, -0.02, 0.15)], [0.02, 0.024, 0.016], 0.02)
    f.tube([(0.81, 0.0, 0.15), (0.8, 0.07, 0.14)], [0.026, 0.014], 0.02)
    part = finished(f, {**p, "end": "whole"}, random, [(0, 0, 0), (1, 0, 0)], 0.01, (0.08, 0.86))
    return [part]


def vertebra(p: _P, random: np.random.Generator) -> list[Part]:
    """One of the trunk: long body, canal, swept wings and a spine, whose heights give the region."""
    return [vertebra_part(p, random, 0.34, 0.15, 0.115)]


def vertebra_part(p: _P, random: np.random.Generator, length: float, width: float, depth: float) -> Part:
    """A vertebra with a body of these half sizes; x from head to tail, z up."""
    spine, wings = p["spine"], p["wings"]
    f = Field((-0.42, -0.56, -0.26), (0.46, 0.56, 0.3 + spine), 0.011)
    f.tube(
        [(-0.55 * length, 0, -0.06), (0, 0, -0.07), (0.55 * length, 0, -0.06)],
        [width, width * 0.8, width],
        0.03,
        squash=(0.45, 1, depth / width),
        smooth=3,
    )
    f.tube([(-0.14, 0.1, 0.05), (0.12, 0.1, 0.06)], 0.045, 0.03)
    f.tube([(-0.14, -0.1, 0.05), (0.12, -0.1, 0.06)], 0.045, 0.03)
    f.tube([(-0.12, 0, 0.15), (0.14, 0, 0.15)], 0.07, 0.04, squash=(1, 1, 0.7))
    f.tube(
        [(0.0, 0, 0.16), (0.05, 0, 0.16 + 0.5 * spine), (0.1 + p["lean"], 0, 0.2 + spine)],
        [0.13, 0.09, 0.06],
        0.022,
        squash=(1, 0.2, 1),
        smooth=3,
    )
    for side in (-1, 1):
        f.tube(
            [
                (0.0, side * 0.1, -0.03),
                (-0.06, side * (0.12 + 0.5 * wings), -0.07),
                (-0.16, side * (0.14 + wings), -0.12),
            ],
            [0.085, 0.075, 0.04],
            0.025,
            squash=(1, 1, 0.22),
            smooth=3,
        )
        f.tube([(-0.1, side * 0.11, 0.1), (-0.25, side * 0.13, 0.14)], [0.05, 0.03], 0.02, squash=(1, 0.7, 1))
        f.tube([(0.1, side * 0.06, 0.14), (0.27, side * 0.07, 0.13)], [0.05, 0.026], 0.02, squash=(1, 0.7, 1))
    f.tube([(-0.5, 0, 0.07), (0.5, 0, 0.07)], 0.07, 0.02, squash=(1, 1, 0.75), cut=True)
    f.ellipsoid((0.7 * length, 0, -0.06), (0.05, width * 0.75, depth * 0.7), 0.015, cut=True)
    part = f.part()
    spots = random.uniform(-0.3, 0.3, (5, 3))
    v = part.vertices
    near = np.max(np.exp(-(((v[:, None] - spots) / 0.12) ** 2).sum(axis=2)), axis=1)
    part.attributes["tissue"] = np.clip(1.6 * near, 0, 1) * p["tissue"]
    part.attributes["spongy"] = np.clip((np.abs(v[:, 0]) - 0.1) / 0.1, 0.15, 1) * 0.9
    return part.scaled(0.9)


def paw_bones(p: _P, random: np.random.Generator) -> list[Part]:
    """Metacarpals and toe bones, each apart: straight rods with a ball below."""
    made = []
    for _ in range(p["count"]):
        long, stout = random.uniform(0.2, 0.34), random.uniform(0.9, 1.15)
        f = limb_field(p, 0.12, 0.12, 0.011)
        f.tube(
            [(0.06, 0, 0), (0.3, 0, 0.012), (0.6, 0, 0.015), (0.92, 0, 0)], [0.09, 0.062, 0.06, 0.07], 0.02, smooth=3
        )
        f.ellipsoid((0.93, 0, 0.0), (0.07, 0.08, 0.085), 0.02)
        f.ellipsoid((0.05, 0, 0.0), (0.05, 0.085, 0.1), 0.02)
        f.ellipsoid((-0.03, 0.0, 0.02), (0.04, 0.05, 0.08), 0.01, cut=True)
        f.ellipsoid((0.88, 0.09, 0), (0.03, 0.02, 0.03), 0.01, cut=True)
        f.ellipsoid((0.88, -0.09, 0), (0.03, 0.02, 0.03), 0.01, cut=True)
        part = finished(f, {**p, "end": "whole", "robust": stout}, random, [(0, 0, 0), (1, 0, 0)], 0.03)
        made.append(part.scaled(long))
    return made
