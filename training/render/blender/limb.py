"""What all long bones share: the shaft's hollow, saw cuts and breaks, spongy ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.render.blender.bone_field import Field, Part, Point, wobble

STEP = 0.0066


def limb_field(p: dict[str, Any], y: float = 0.17, z: float = 0.15, step: float = STEP) -> Field:
    """An empty field around a bone of length 1 along x; coarser where many bones share a picture."""
    return Field((-0.06, -y, -z), (1.06, y, z), step * p.get("coarse", 1.0))


def finished(
    f: Field, p: dict[str, Any], random: np.random.Generator, shaft: Sequence[Point], thickness: float,
    joints: tuple[float, float] = (0.17, 0.83), lower: float = 0.5,
) -> Part:  # fmt: skip
    """Cut or broken as ``p`` says, then meshed.

    ``shaft``: line of the marrow; ``thickness``: radius of the shaft; ``lower``: how often a cut bone keeps its lower
    end.
    """
    kept, slant, side = random.uniform(0.5, 0.85), random.normal(0, 1, 2), random.random() >= lower
    at = kept if side else 1 - kept
    spots, reach = random.uniform((0, -0.1, -0.1), (1, 0.1, 0.1), (6, 3)), random.uniform(0.04, 0.13, 6)
    breaks, warps = (np.random.default_rng(int(k)) for k in random.integers(2**31, size=2))
    whole = p["end"] == "whole"
    way = 1.0 if side else -1.0
    normal = np.array([way, 0.0, 0.0])
    if not whole:
        f.tube([tuple(q) for q in shaft], thickness * p["marrow"], 0.01, cut=True, smooth=3)
        slope = 0.07 if p["end"] == "sawn" else 0.55
        normal = np.array([way, *(slope * slant)])
        f.cut_plane((at, 0, 0), normal, 0.0 if p["end"] == "sawn" else 0.016, breaks)
    part = f.part()
    v = part.vertices
    x = v[:, 0]
    low, high = joints
    part.attributes["spongy"] = np.clip(np.maximum((low - x) / 0.1, (x - high) / 0.1), 0.06, 1)
    near = np.max(np.exp(-(((v[:, None] - spots) / reach[:, None]) ** 2).sum(axis=2)), axis=1)
    # Sinews hold on longest at the joints.
    part.attributes["tissue"] = np.clip(near * 1.3 + 0.5 * part.attributes["spongy"] * near, 0, 1) * p["tissue"]
    if p["end"] == "sawn" and not whole:
        unit = normal / np.linalg.norm(normal)
        part.attributes["cut"] = np.clip(1.6 - np.abs((v - (at, 0, 0)) @ unit) / f.step, 0, 1)
    part.vertices = wobble(v, 0.0022, warps) * (1, p["robust"], p["robust"])
    return part
