"""The skull of a big cat.

30 teeth; VN adults 293 to 348 mm long and 202 to 265 mm across the zygomatic arches (Tran and Le 2019, grade B), so the
width is 0.66 to 0.78 of the length. The rest of the form (rounded short muzzle, orbits to the front with postorbital
processes, narrow braincase with a sagittal crest, auditory bullae) is standard anatomy of cats (grade K) and must not
be read as a key to species.

The length is 1: x from the incisors (0) to the occiput (1), z up from the upper tooth row.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from training.render.blender.bone_field import Field, Part, euler, wobble

_STEP = 0.0085
_HINGE = np.array([0.715, 0.0, 0.035])


def cat_skull_parts(p: dict[str, Any], random: np.random.Generator) -> tuple[list[Part], list[Part]]:
    """Cranium with its teeth, and lower jaw with its teeth, in the place they have in life with the mouth shut."""
    missing = random.random(30) < p["teeth_missing"]
    worn = random.uniform(0, 1, 30)
    bend = np.random.default_rng(random.integers(2**31))
    upper = [_cranium(p, random), *_teeth(_upper_teeth(p), missing[:16], worn[:16], p)]
    lower = [_mandible(p, random), *_teeth(_lower_teeth(p), missing[16:], worn[16:], p)]
    shift = int(bend.integers(2**31))
    for parts in (upper, lower):
        for part in parts:
            # One warp for all, so teeth stay in their sockets.
            part.vertices = wobble(part.vertices, 0.0022, np.random.default_rng(shift))
            part.vertices[:, 1] *= p["width"] / 0.71
            part.vertices[:, 2] *= p["height"]
    return upper, lower


def jaw_open(parts: list[Part], degrees: float) -> list[Part]:
    """The lower jaw turned about its hinge."""
    turn = euler((0, -degrees, 0))
    return [part.placed(turn, _HINGE - turn @ _HINGE) for part in parts]


def _cranium(p: dict[str, Any], random: np.random.Generator) -> Part:
    """The skull without jaw and teeth."""
    f = Field((-0.03, 0, -0.09), (1.04, 0.42, 0.44), _STEP, half=True)
    _face(f, p)
    _braincase(f, p)
    _arch(f, p)
    _hollows(f)
    whole = f.mirrored()
    _damage(whole, p, random)
    part = whole.part()
    v = part.vertices
    spongy = np.clip(1.6 * np.exp(-(((v[:, 0] - 0.02) / 0.06) ** 2)) + 0.8 * (v[:, 0] > 0.93), 0, 1)
    part.attributes["spongy"] = np.clip(0.15 + spongy, 0, 1)
    part.attributes["tissue"] = _tissue(v, p, random)
    return part


def _face(f: Field, p: dict[str, Any]) -> None:
    """Short broad muzzle, forehead, brows with the postorbital processes."""
    muzzle = p["muzzle"]
    f.ellipsoid((0.20, 0, 0.085), (0.20, 0.115 * muzzle, 0.085))
    f.tube([(0.105, 0.0, 0.150), (0.22, 0.0, 0.215), (0.36, 0, 0.285)], [0.048, 0.062, 0.075], 0.04, smooth=3)
    f.tube([(0.11, 0.045, 0.165), (0.25, 0.05, 0.225), (0.38, 0.07, 0.265)], [0.022, 0.03, 0.05], 0.03)
    # The roots of the canines swell the muzzle.
    f.tube(
        [(0.062, 0.092 * muzzle, 0.0), (0.10, 0.095 * muzzle, 0.07), (0.19, 0.075, 0.16)], [0.043, 0.05, 0.032], 0.035
    )
    f.ellipsoid((0.045, 0.0, 0.022), (0.05, 0.085, 0.038), 0.03)
    f.tube([(0.09, 0.095, 0.02), (0.2, 0.115, 0.02), (0.33, 0.165, 0.025)], [0.035, 0.035, 0.032], 0.03)
    f.plate([(0.04, -0.1), (0.3, -0.16), (0.44, -0.1), (0.44, 0.1), (0.3, 0.16), (0.04, 0.1)], 2, 0.045, 0.016, 0.025)
    f.ellipsoid((0.285, 0.06, 0.17), (0.09, 0.065, 0.085), 0.04)
    # Forehead, and the brow over each orbit that ends in the postorbital process.
    f.ellipsoid((0.42, 0, 0.245), (0.14, 0.10, 0.082), 0.05)
    f.tube(
        [(0.33, 0.09, 0.25), (0.40, 0.115, 0.275), (0.455, 0.15, 0.268), (0.485, 0.178, 0.245)],
        [0.03, 0.03, 0.021, 0.01],
        0.028,
        smooth=3,
    )
    f.tube([(0.29, 0.115, 0.09), (0.295, 0.125, 0.16), (0.34, 0.105, 0.235)], [0.045, 0.036, 0.035], 0.035, smooth=3)


def _braincase(f: Field, p: dict[str, Any]) -> None:
    """Postorbital waist, rounded narrow braincase, crests, condyles, bullae."""
    waist = p["postorbital"]
    f.tube([(0.42, 0, 0.23), (0.53, 0, 0.225), (0.63, 0, 0.215)], [0.09, 0.078 * waist, 0.095], 0.05, smooth=3)
    f.ellipsoid((0.735, 0, 0.185), (0.165, 0.150, 0.125), 0.05)
    f.tube([(0.40, 0, 0.10), (0.6, 0, 0.075), (0.93, 0, 0.07)], [0.07, 0.06, 0.055], 0.04)
    f.ellipsoid((0.87, 0, 0.13), (0.075, 0.16, 0.105), 0.04)
    f.plate(
        [(-0.17, 0.05), (0.17, 0.05), (0.16, 0.13), (0.09, 0.22), (0.0, 0.27), (-0.09, 0.22), (-0.16, 0.13)],
        0,
        0.905,
        0.022,
        0.04,
    )
    f.ellipsoid((0.865, 0, 0.205), (0.1, 0.1, 0.075), 0.05)
    crest = p["crest"]
    f.tube([(0.47, 0.09, 0.295), (0.55, 0.03, 0.30), (0.61, 0.0, 0.30)], [0.013, 0.014, 0.014], 0.025, smooth=3)
    f.tube(
        [(0.58, 0, 0.285), (0.72, 0, 0.30 + 0.02 * crest), (0.87, 0, 0.30 + 0.03 * crest), (0.985, 0, 0.275)],
        [0.03, 0.036 + 0.02 * crest, 0.04 + 0.02 * crest, 0.03],
        0.022,
        squash=(1, 0.32, 1),
        smooth=3,
    )
    # The crest across the back of the head, down to the mastoid process.
    f.tube(
        [(0.985, 0, 0.275), (0.955, 0.075, 0.24), (0.90, 0.145, 0.16), (0.855, 0.185, 0.075), (0.845, 0.185, 0.02)],
        [0.022, 0.02, 0.018, 0.026, 0.022],
        0.025,
        smooth=3,
    )
    f.tube([(0.89, 0.12, 0.06), (0.895, 0.13, 0.0)], [0.03, 0.018], 0.025)
    f.ellipsoid((0.945, 0.052, 0.075), (0.04, 0.032, 0.05), 0.018, turn=(0, 20, -20))
    f.ellipsoid((0.815, 0.098, 0.022), (0.066, 0.042, 0.056), 0.012, turn=(0, 0, -18))
    f.tube(
        [(0.42, 0.075, 0.05), (0.53, 0.065, 0.035), (0.60, 0.062, 0.01)], [0.03, 0.024, 0.012], 0.02, squash=(1, 0.5, 1)
    )


def _arch(f: Field, p: dict[str, Any]) -> None:
    """The wide cheek arch down to the jaw joint."""
    out = p["arch"]
    flat = (1, 0.36, 1)
    f.tube([(0.255, 0.12, 0.075), (0.31, 0.185, 0.085), (0.365, 0.235, 0.082)], [0.05, 0.05, 0.046], 0.035, smooth=3)
    f.tube(
        [
            (0.33, 0.205, 0.075),
            (0.43, 0.272 * out, 0.085),
            (0.54, 0.322 * out, 0.115),
            (0.63, 0.345 * out, 0.145),
            (0.695, 0.332 * out, 0.14),
            (0.735, 0.26, 0.115),
        ],
        [0.056, 0.056, 0.05, 0.042, 0.043, 0.046],
        0.02,
        squash=flat,
        smooth=4,
    )
    # The cheekbone's own postorbital process, towards the one of the brow.
    f.tube(
        [(0.455, 0.275 * out, 0.12), (0.478, 0.255, 0.165), (0.492, 0.225, 0.2)], [0.03, 0.019, 0.009], 0.025, smooth=3
    )
    # The shelf above the jaw joint, with its lip behind.
    f.tube([(0.76, 0.13, 0.11), (0.735, 0.22, 0.092), (0.725, 0.29, 0.10)], [0.04, 0.036, 0.04], 0.03)
    f.tube([(0.75, 0.14, 0.045), (0.75, 0.25, 0.055)], [0.02, 0.016], 0.02)


def _hollows(f: Field) -> None:
    """Orbit, nose, infraorbital canal, choanae, great foramen, ear, palate."""
    f.ellipsoid((0.385, 0.185, 0.172), (0.078, 0.078, 0.066), 0.014, turn=(0, 0, 35), cut=True)
    f.ellipsoid((0.46, 0.165, 0.155), (0.085, 0.07, 0.07), 0.02, cut=True)
    # The nose: opening slants back and up, and runs deep.
    f.ellipsoid((0.065, 0, 0.105), (0.075, 0.052, 0.062), 0.012, turn=(0, -30, 0), cut=True)
    f.tube([(0.06, 0.02, 0.105), (0.25, 0.02, 0.13)], [0.042, 0.03], 0.01, cut=True)
    f.tube([(0.255, 0.17, 0.095), (0.31, 0.15, 0.105)], [0.019, 0.013], 0.008, squash=(1, 0.8, 1), cut=True)
    f.tube([(0.455, 0, 0.02), (0.52, 0, 0.045), (0.62, 0, 0.03)], [0.04, 0.048, 0.03], 0.015, cut=True)
    f.tube([(0.86, 0, 0.105), (1.06, 0, 0.10)], [0.044, 0.046], 0.012, cut=True)
    f.tube([(0.81, 0.19, 0.06), (0.83, 0.11, 0.055)], [0.018, 0.014], 0.01, cut=True)
    f.ellipsoid((0.05, 0.022, 0.0), (0.028, 0.009, 0.06), 0.006, cut=True)
    f.ellipsoid((0.22, 0, 0.012), (0.19, 0.07, 0.02), 0.02, cut=True)


def _damage(f: Field, p: dict[str, Any], random: np.random.Generator) -> None:
    """A broken arch, a broken braincase; as many draws whether or not."""
    side, at = (1 if random.random() < 0.5 else -1), random.uniform(0.5, 0.63)
    gap, hole_x, hole_y = random.uniform(0.02, 0.09), random.uniform(0.68, 0.86), random.uniform(-0.1, 0.1)
    lumps = random.uniform(-1, 1, (7, 3))
    # The braincase is always hollow, so that a hole in it is dark.
    f.ellipsoid((0.735, 0, 0.185), (0.135, 0.118, 0.098), 0.01, cut=True)
    if p["arch_broken"]:
        f.ellipsoid(
            (at, side * 0.33, 0.125), (gap, 0.1, 0.09), 0.004, turn=(0, 25 * lumps[0, 0], 30 * lumps[0, 1]), cut=True
        )
        f.ellipsoid(
            (at + 0.6 * gap, side * 0.33, 0.10), (0.7 * gap, 0.1, 0.05), 0.004, turn=(0, 40 * lumps[1, 0], 0), cut=True
        )
    if p["braincase_broken"]:
        for lump in lumps:
            f.ellipsoid(
                (hole_x + 0.05 * lump[0], hole_y + 0.05 * lump[1], 0.31),
                (0.045, 0.04 + 0.02 * lump[2], 0.1),
                0.003,
                turn=(0, 0, 60 * lump[2]),
                cut=True,
            )


def _mandible(p: dict[str, Any], random: np.random.Generator) -> Part:
    """Both halves of the lower jaw, grown together, without teeth."""
    f = Field((-0.01, 0, -0.22), (0.76, 0.32, 0.22), _STEP, half=True)
    f.tube(
        [
            (0.035, 0.02, -0.085),
            (0.09, 0.045, -0.105),
            (0.2, 0.085, -0.105),
            (0.34, 0.13, -0.098),
            (0.5, 0.178, -0.095),
            (0.6, 0.205, -0.075),
        ],
        [0.058, 0.07, 0.066, 0.068, 0.07, 0.062],
        0.03,
        squash=(1, 0.44, 1),
        smooth=4,
    )
    f.tube([(0.055, 0.055, -0.045), (0.11, 0.06, -0.115), (0.16, 0.06, -0.13)], [0.042, 0.042, 0.025], 0.03)
    f.ellipsoid((0.06, 0.0, -0.105), (0.06, 0.05, 0.058), 0.03, turn=(0, 35, 0))
    # Coronoid process, condyle, angle.
    f.tube(
        [(0.53, 0.195, -0.07), (0.585, 0.212, 0.05), (0.635, 0.212, 0.145), (0.665, 0.21, 0.17)],
        [0.085, 0.06, 0.038, 0.02],
        0.02,
        squash=(1, 0.16, 1),
        smooth=4,
    )
    f.tube(
        [(0.60, 0.205, -0.04), (0.66, 0.208, 0.02), (0.70, 0.205, 0.035)],
        [0.05, 0.035, 0.026],
        0.02,
        squash=(1, 0.4, 1),
    )
    f.tube([(0.713, 0.15, 0.032), (0.715, 0.265, 0.036)], [0.022, 0.026], 0.018)
    f.tube(
        [(0.60, 0.20, -0.085), (0.66, 0.2, -0.09), (0.695, 0.195, -0.075)],
        [0.036, 0.026, 0.02],
        0.03,
        squash=(1, 0.55, 1),
    )
    f.ellipsoid((0.57, 0.235, 0.0), (0.06, 0.022, 0.07), 0.02, cut=True)
    f.ellipsoid((0.09, 0.1, -0.11), (0.014, 0.012, 0.01), 0.006, cut=True)
    part = f.mirrored().part()
    v = part.vertices
    part.attributes["spongy"] = np.clip(0.1 + np.exp(-(((v[:, 0] - 0.05) / 0.08) ** 2)), 0, 1)
    part.attributes["tissue"] = _tissue(v, p, random)
    return part


def _tissue(vertices: np.ndarray, p: dict[str, Any], random: np.random.Generator) -> np.ndarray:
    """Dried shreds of flesh and sinew, most where muscles and gums held on."""
    spots = random.uniform((0, -0.3, -0.1), (1, 0.3, 0.3), (7, 3))
    reach = random.uniform(0.05, 0.14, 7)
    near = np.max(np.exp(-(((vertices[:, None] - spots) / reach[:, None]) ** 2).sum(axis=2)), axis=1)
    return np.clip(near * 1.7, 0, 1) * p["tissue"]


# x, y, z, length along the jaw, width, height of crown, lean of the tip (forward, outward), kind
_Tooth = tuple[float, float, float, float, float, float, float, float, str]


def _upper_teeth(p: dict[str, Any]) -> list[_Tooth]:
    """Three incisors, canine, three premolars (the last a blade), a tiny molar: eight a side (grade K)."""
    c, m = p["canine"], p["muzzle"]
    return [
        (0.008, 0.013, -0.005, 0.016, 0.022, 0.03, 0.1, 0.0, "peg"),
        (0.012, 0.037, -0.005, 0.018, 0.024, 0.034, 0.1, 0.05, "peg"),
        (0.022, 0.063, -0.004, 0.026, 0.028, 0.048, 0.15, 0.12, "peg"),
        (0.068, 0.094 * m, 0.0, 0.078, 0.058, 0.168 * c, 0.02, 0.08, "canine"),
        (0.152, 0.105, -0.008, 0.026, 0.022, 0.018, 0.0, 0.0, "peg"),
        (0.205, 0.118, -0.012, 0.066, 0.034, 0.05, 0.0, 0.05, "premolar"),
        (0.288, 0.148, -0.008, 0.108, 0.04, 0.058, 0.0, 0.05, "carnassial"),
        (0.345, 0.142, -0.002, 0.016, 0.034, 0.012, 0.0, 0.0, "peg"),
    ]


def _lower_teeth(p: dict[str, Any]) -> list[_Tooth]:
    """Three incisors, canine, two premolars, one molar blade: seven a side (grade K)."""
    c = p["canine"]
    return [
        (0.012, 0.010, -0.042, 0.013, 0.018, 0.022, 0.1, 0.0, "peg"),
        (0.014, 0.027, -0.042, 0.014, 0.02, 0.024, 0.1, 0.0, "peg"),
        (0.018, 0.043, -0.042, 0.017, 0.022, 0.027, 0.1, 0.05, "peg"),
        (0.045, 0.066, -0.03, 0.066, 0.052, 0.142 * c, 0.0, 0.16, "canine"),
        (0.19, 0.095, -0.056, 0.052, 0.028, 0.046, 0.0, 0.03, "premolar"),
        (0.255, 0.115, -0.052, 0.07, 0.032, 0.056, 0.0, 0.03, "premolar"),
        (0.335, 0.135, -0.05, 0.078, 0.034, 0.056, 0.0, 0.02, "carnassial"),
    ]


def _teeth(row: list[_Tooth], missing: np.ndarray, worn: np.ndarray, p: dict[str, Any]) -> list[Part]:
    """The row on both sides, joined to one part."""
    down = row[3][2] > -0.02
    vertices, faces, gum, total = [], [], [], 0
    for number, tooth in enumerate(row * 2):
        if missing[number]:
            continue
        side = 1 if number < len(row) else -1
        v, q, g = _tooth(tooth, worn[number] * p["tooth_wear"])
        v[:, 1] *= side
        v = v * (1, 1, -1 if down else 1) + (tooth[0], side * tooth[1], tooth[2])
        if (side < 0) != down:
            q = q[:, ::-1]
        vertices.append(v)
        faces.append(q + total)
        gum.append(g)
        total += len(v)
    if not vertices:
        return []
    return [Part(np.concatenate(vertices), np.concatenate(faces), "tooth", {"cavity": np.concatenate(gum)})]


def _tooth(tooth: _Tooth, wear: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A crown that points to +z: its vertices, quads, and how near each is to the gum."""
    length, width, height, forward, outward, kind = tooth[3:]
    rings, around = (22, 20) if kind == "canine" else (12, 24)
    t = np.linspace(-0.3, 1, rings)[:, None]
    angle = np.linspace(0, 2 * math.pi, around, endpoint=False)[None, :]
    c, s = np.cos(angle), np.sin(angle)
    u = np.clip(t, 0, 1)
    if kind == "canine":
        taper = np.where(t < 0, 1 - 0.15 * t**2, np.sqrt(np.clip(1 - u**1.25, 0, 1)) * (1 - 0.38 * u) + 0.0)
        # Two grooves along the crown, cheek side.
        groove = 1 - 0.05 * np.exp(-(((angle - 1.2) / 0.13) ** 2)) - 0.05 * np.exp(-(((angle - 1.9) / 0.13) ** 2))
        x = 0.5 * length * taper * c * groove - 0.28 * height * (0.55 * u - u**2) * 0.5 - 0.25 * length * u
        y = 0.5 * width * taper * s * groove + outward * height * u * (1 - 0.5 * u)
        z = height * np.minimum(t, 1 - 0.45 * wear)
    elif kind == "peg":
        taper = np.sqrt(np.clip(1 - u**2.4, 0, 1)) * (1 - 0.15 * u)
        x = 0.5 * length * taper * c - forward * height * u
        y = 0.5 * width * taper * s + outward * height * u
        z = height * np.minimum(t, 1 - 0.5 * wear)
    else:
        taper = np.sqrt(np.clip(1 - u**2, 0, 1)) * 0.94 + 0.06 * (u < 1)
        along = c
        cusps = ((-0.55, 0.55, 0.26), (-0.02, 1.0, 0.3), (0.55, 0.7, 0.34))
        if kind == "premolar":
            cusps = ((-0.7, 0.4, 0.22), (-0.05, 1.0, 0.36), (0.68, 0.42, 0.24))
        profile = np.max([h * np.exp(-(((along - m) / w) ** 2)) for m, h, w in cusps], axis=0)
        profile = np.maximum(profile, 0.18) * (1 - 0.4 * wear)
        x = 0.5 * length * c * (1 - 0.06 * u) + 0 * t
        y = 0.5 * width * s * taper + 0.1 * width * u
        z = height * np.where(t < 0, t, u * profile)
    points = np.stack(np.broadcast_arrays(x, y, z + 0 * x), axis=-1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(around), indexing="ij")
    k = (j + 1) % around
    quads = np.stack([i * around + j, i * around + k, (i + 1) * around + k, (i + 1) * around + j], axis=-1).reshape(
        -1, 4
    )
    gum = np.broadcast_to(np.clip(1 - 2.2 * u, 0, 1) ** 1.5, (rings, around)).ravel()
    return points, quads, gum
