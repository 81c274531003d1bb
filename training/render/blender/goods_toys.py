"""Toys: small plastic or wooden animals of kinds other than big cats, and plastic bricks."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender.goods_looks import made_of, plastic, wood
from training.render.blender.goods_shapes import block, fitted, placed, spline, swept, turned
from training.render.blender.kit import link

# Side views, nose towards +x, feet on z = 0, unit about the body's length. Each body part: points (x, y, z, radius).
ANIMALS: dict[str, dict[str, list[list[tuple[float, float, float, float]]]]] = {
    "horse": {
        "mid": [
            [(-0.34, 0, 0.56, 0.12), (-0.28, 0, 0.57, 0.145), (0, 0, 0.55, 0.135), (0.2, 0, 0.57, 0.14)],
            [(0.2, 0, 0.6, 0.12), (0.3, 0, 0.74, 0.085), (0.38, 0, 0.88, 0.07)],
            [(0.37, 0, 0.9, 0.068), (0.46, 0, 0.83, 0.055), (0.55, 0, 0.76, 0.042)],
            [(-0.36, 0, 0.64, 0.04), (-0.45, 0, 0.55, 0.045), (-0.48, 0, 0.35, 0.03)],
        ],
        "pair": [
            [
                (-0.27, 0.07, 0.5, 0.085),
                (-0.3, 0.08, 0.32, 0.045),
                (-0.27, 0.08, 0.06, 0.033),
                (-0.25, 0.08, 0.02, 0.042),
            ],
            [(0.2, 0.07, 0.48, 0.075), (0.22, 0.08, 0.28, 0.04), (0.2, 0.08, 0.06, 0.031), (0.22, 0.08, 0.02, 0.04)],
            [(0.35, 0.04, 0.95, 0.02), (0.34, 0.05, 1.01, 0.008)],
        ],
    },
    "elephant": {
        "mid": [
            [(-0.3, 0, 0.5, 0.2), (-0.05, 0, 0.53, 0.25), (0.15, 0, 0.52, 0.22)],
            [(0.28, 0, 0.62, 0.14), (0.4, 0, 0.62, 0.13)],
            [(0.45, 0, 0.58, 0.08), (0.55, 0, 0.4, 0.055), (0.57, 0, 0.2, 0.042), (0.64, 0, 0.1, 0.032)],
            [(-0.47, 0, 0.55, 0.025), (-0.52, 0, 0.3, 0.016)],
        ],
        "pair": [
            [(-0.28, 0.11, 0.4, 0.105), (-0.28, 0.12, 0.05, 0.085)],
            [(0.16, 0.11, 0.4, 0.1), (0.17, 0.12, 0.05, 0.08)],
            [(0.28, 0.13, 0.66, 0.06), (0.25, 0.22, 0.58, 0.05), (0.26, 0.24, 0.46, 0.03)],
            [(0.47, 0.06, 0.5, 0.024), (0.58, 0.08, 0.44, 0.019), (0.68, 0.07, 0.5, 0.008)],
        ],
    },
    "dinosaur": {
        "mid": [
            [(-0.2, 0, 0.42, 0.13), (0, 0, 0.48, 0.16), (0.16, 0, 0.54, 0.11)],
            [
                (0.16, 0, 0.58, 0.09),
                (0.26, 0, 0.75, 0.07),
                (0.36, 0, 0.84, 0.075),
                (0.47, 0, 0.84, 0.065),
                (0.57, 0, 0.8, 0.045),
            ],
            [(0.34, 0, 0.77, 0.045), (0.45, 0, 0.72, 0.032), (0.53, 0, 0.69, 0.022)],
            [(-0.2, 0, 0.42, 0.12), (-0.45, 0, 0.36, 0.07), (-0.7, 0, 0.28, 0.035), (-0.92, 0, 0.3, 0.01)],
        ],
        "pair": [
            [
                (-0.08, 0.1, 0.38, 0.11),
                (0.04, 0.13, 0.22, 0.06),
                (-0.06, 0.14, 0.08, 0.04),
                (0.02, 0.14, 0.02, 0.04),
                (0.1, 0.14, 0.015, 0.025),
            ],
            [(0.16, 0.1, 0.52, 0.035), (0.23, 0.13, 0.43, 0.026), (0.29, 0.12, 0.44, 0.014)],
        ],
    },
    "pig": {
        "mid": [
            [(-0.3, 0, 0.36, 0.19), (0, 0, 0.36, 0.22), (0.22, 0, 0.37, 0.19)],
            [(0.34, 0, 0.42, 0.14), (0.5, 0, 0.37, 0.075), (0.54, 0, 0.37, 0.07)],
            [(-0.46, 0, 0.42, 0.02), (-0.52, 0.03, 0.46, 0.018), (-0.54, -0.02, 0.42, 0.014)],
        ],
        "pair": [
            [(-0.27, 0.11, 0.24, 0.085), (-0.27, 0.12, 0.03, 0.05)],
            [(0.22, 0.11, 0.24, 0.08), (0.23, 0.12, 0.03, 0.048)],
            [(0.33, 0.08, 0.53, 0.045), (0.37, 0.11, 0.58, 0.015)],
        ],
    },
    "duck": {
        "mid": [
            [(-0.3, 0, 0.24, 0.1), (-0.1, 0, 0.22, 0.2), (0.12, 0, 0.22, 0.19)],
            [(0.2, 0, 0.42, 0.1), (0.24, 0, 0.56, 0.135)],
            [(0.36, 0, 0.54, 0.045), (0.45, 0, 0.53, 0.034)],
            [(-0.35, 0, 0.28, 0.06), (-0.46, 0, 0.38, 0.015)],
        ],
        "pair": [[(0.05, 0.17, 0.26, 0.07), (-0.15, 0.19, 0.28, 0.06), (-0.28, 0.17, 0.32, 0.02)]],
    },
}


def toy_animal(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A toy horse, zebra, cow, elephant, dinosaur, pig or duck, of painted plastic or of wood."""
    shape = ANIMALS["horse" if p["animal"] in ("zebra", "cow") else p["animal"]]
    limbs = [(one, False) for one in shape["mid"]] + [(one, True) for one in shape["pair"]]
    rods = []
    for limb, paired in limbs:
        points = np.array(limb)
        points[:, 3] *= p["fat"]
        if paired:
            step = random.normal(0, 0.035, 2)
            for side in (1, -1):
                moved = points * (1, side, 1, 1)
                moved[:, 0] += step[0] * side * np.clip(1 - moved[:, 2] / 0.45, 0, 1)
                rods.append(_limb(moved))
        else:
            rods.append(_limb(points))
    body = _fused(rods, p["fineness"])
    body.data.polygons.foreach_set("use_smooth", [True] * len(body.data.polygons))
    if p["made_of"] == "wood":
        made_of("animal", wood(p["tone"], p["red"], p["gloss"], p["wear"]), body)
    else:
        look = made_of("animal", plastic(p["colour"], p["gloss"], p["wear"]), body)
        _painted(body, look, p, random)
    parts = [body]
    eye = {
        "elephant": (0.44, 0.115, 0.67),
        "dinosaur": (0.42, 0.065, 0.88),
        "pig": (0.43, 0.09, 0.47),
        "duck": (0.31, 0.105, 0.6),
    }.get(p["animal"], (0.42, 0.055, 0.9))
    for side in (1, -1):
        a = np.linspace(-np.pi / 2, np.pi / 2, 10)
        ball = turned("eye", np.stack([np.cos(a) + 1e-4, np.sin(a)], -1) * 0.016, 16)
        made_of("eye", plastic((0.01, 0.01, 0.01), 0.9, 0), placed(ball, (eye[0], eye[1] * side * p["fat"], eye[2])))
        parts.append(ball)
    return fitted(parts, (math.pi / 2, 0, 0) if p.get("lying") else (0, 0, 0))


def _limb(points: np.ndarray) -> bpy.types.Object:
    """A round limb whose ends are rounded over about its own thickness."""
    n = 26
    fine = spline(points.tolist(), n)
    for end, near, at in ((fine[0], fine[1], 0), (fine[-1], fine[-2], n)):
        away = end[:3] - near[:3]
        away = away / (np.linalg.norm(away) + 1e-9)
        steps = np.array([0.35, 0.65, 0.85, 0.96, 1.0])
        more = np.c_[end[:3] + np.outer(steps, away) * end[3], end[3] * np.sqrt(1 - steps**2) + 1e-4]
        fine = np.vstack([more[::-1], fine]) if at == 0 else np.vstack([fine, more])
    return swept("limb", fine[:, :3], fine[:, 3], 18)


def _fused(rods: list[bpy.types.Object], voxel: float) -> bpy.types.Object:
    """All limbs as one smooth skin."""
    points, faces, start = [], [], 0
    for rod in rods:
        count = len(rod.data.vertices)
        co = np.empty(count * 3, np.float32)
        rod.data.vertices.foreach_get("co", co)
        points.append(co.reshape(-1, 3))
        faces += [[v + start for v in face.vertices] for face in rod.data.polygons]
        start += count
        bpy.data.objects.remove(rod)
    data = bpy.data.meshes.new("animal")
    data.from_pydata(np.vstack(points).tolist(), [], faces)
    made = link(data, "animal")
    skin = made.modifiers.new("skin", "REMESH")
    skin.mode, skin.voxel_size = "VOXEL", voxel
    soft = made.modifiers.new("soft", "SMOOTH")
    soft.factor, soft.iterations = 0.5, 6
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    fused = bpy.data.meshes.new_from_object(made.evaluated_get(graph))
    bpy.data.objects.remove(made)
    return link(fused, "animal")


def _painted(body: bpy.types.Object, look: Any, p: dict[str, Any], random: np.random.Generator) -> None:
    """Paint over the plastic: stripes, spots, belly, hooves, mane; as a colour of the vertices."""
    count = len(body.data.vertices)
    co = np.empty(count * 3, np.float32)
    body.data.vertices.foreach_get("co", co)
    x, y, z = co.reshape(-1, 3).T
    paint = np.tile(np.asarray(p["colour"], np.float32), (count, 1))
    kind = p["animal"]

    def over(share: np.ndarray, colour: Any) -> None:
        paint[:] = paint * (1 - share[:, None]) + np.asarray(colour, np.float32) * share[:, None]

    def soft(value: np.ndarray, width: float) -> np.ndarray:
        return np.clip(value / width + 0.5, 0, 1)

    wobble = 0.04 * np.sin(9 * z + 5 * np.abs(y) + random.uniform(0, 6)) + 0.02 * np.sin(17 * z + 3)
    if kind == "zebra":
        over(soft(np.sin((x + 0.5 * np.clip(z - 0.55, 0, 1) + wobble) * p["bands"]) + 0.05, 0.5), (0.02, 0.018, 0.016))
        over(soft(np.sin((z + wobble) * p["bands"]) - 0.1, 0.5) * (z < 0.36), (0.02, 0.018, 0.016))
    elif kind == "cow":
        waves = random.normal(0, 1, (5, 3)) * 6
        over(soft(np.sin(co.reshape(-1, 3) @ waves.T + random.uniform(0, 6, 5)).sum(1) - 0.5, 0.3), p["second"])
    elif kind == "dinosaur":
        over(soft(np.sin((x + wobble) * p["bands"] * 0.7) - 0.35, 0.6) * (z > 0.33), p["second"])
        over(soft(0.36 - z, 0.1) * (np.abs(y) < 0.1) * (x > -0.4), [min(1, c * 1.8 + 0.1) for c in p["colour"]])
    elif kind == "duck":
        over(soft(x - 0.36, 0.02) * (z > 0.45), (0.75, 0.22, 0.02))
    elif kind == "horse":
        over(soft(z - 0.66, 0.06) * (np.abs(y) < 0.035) * (x < 0.42) * (x > 0.1) + soft(-0.37 - x, 0.03), p["second"])
    elif kind == "pig":
        over(soft(x - 0.52, 0.04), [c * 0.6 for c in p["colour"]])
    if kind in ("horse", "zebra", "cow", "elephant", "pig"):
        over(soft(0.05 - z, 0.02), (0.05, 0.04, 0.035))
    layer = body.data.color_attributes.new("paint", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set("color", np.c_[paint, np.ones(count)].astype(np.float32).ravel())
    nodes, links = look.node_tree.nodes, look.node_tree.links
    node = nodes.new("ShaderNodeVertexColor")
    node.layer_name = "paint"
    # The paint takes the place of the ramp's colour, below grime.
    ramp = next(one for one in nodes if one.type == "VALTORGB")
    for wire in list(ramp.outputs["Color"].links):
        links.new(node.outputs["Color"], wire.to_socket)


def bricks(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Plastic building bricks with studs, a few strewn about or stacked."""
    parts = []
    unit, flat = 0.1, 0.12
    spots: list[np.ndarray] = []
    for index in range(p["count"]):
        long, wide = int(random.integers(1, 5)), int(random.integers(1, 3))
        high = flat if random.random() < 0.75 else flat / 3
        one = [block("brick", (long * unit - 0.002, wide * unit - 0.002, high), 0.004)]
        for i in range(long):
            for j in range(wide):
                stud = turned("stud", np.array([(0.03, 0), (0.03, 0.018), (0.027, 0.022), (1e-4, 0.022)]), 24)
                one.append(placed(stud, ((i - (long - 1) / 2) * unit, (j - (wide - 1) / 2) * unit, high / 2)))
        look = plastic(p["colours"][index % len(p["colours"])], p["gloss"], p["wear"])
        made_of("brick", look, *one)
        angle = float(random.uniform(0, 6.28))
        for _try in range(80):
            at = random.uniform(-0.45, 0.45, 2) * p["spread"]
            if all(np.linalg.norm(at - other) > 0.33 for other in spots):
                break
        else:
            at = spots[0] if spots else np.zeros(2)
            for piece in one:
                placed(piece, (0, 0, flat + 0.003))
        spots.append(at)
        roll = (0.0, 0.0, math.pi, math.pi / 2)[int(random.integers(0, 4))] if index else 0.0
        lift = high / 2 if abs(roll) != math.pi / 2 else wide * unit / 2
        if roll == math.pi:
            lift += 0.022
        for piece in one:
            placed(piece, (0, 0, lift), (roll, 0, 0))
            placed(piece, (*at, 0), (0, 0, angle))
        parts += one
    return fitted(parts)


def chessman(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Turned chessmen, lying or standing."""
    parts = []
    for index in range(p["count"]):
        tall = float(random.uniform(0.75, 1.0)) * (1 if index else 1.05)
        kind = p["kinds"][index % len(p["kinds"])]
        r = p["radius"]
        stem = [
            (0, 0),
            (r * 0.97, 0.0),
            (r, 0.03),
            (r * 0.98, 0.07),
            (r * 0.72, 0.11),
            (r * 0.75, 0.14),
            (r * 0.45, 0.24),
            (r * 0.34, 0.5),
            (r * 0.36, 0.6),
            (r * 0.66, 0.64),
            (r * 0.64, 0.67),
            (r * 0.34, 0.7),
        ]
        heads = {
            "pawn": [(r * 0.5, 0.78), (r * 0.58, 0.86), (r * 0.45, 0.96), (0, 1.0)],
            "bishop": [
                (r * 0.46, 0.76),
                (r * 0.5, 0.84),
                (r * 0.3, 0.93),
                (r * 0.1, 0.96),
                (r * 0.13, 0.985),
                (0, 1.0),
            ],
            "rook": [(r * 0.48, 0.76), (r * 0.6, 0.86), (r * 0.62, 0.98), (r * 0.5, 1.0), (r * 0.42, 0.95), (0, 0.94)],
            "queen": [(r * 0.42, 0.76), (r * 0.62, 0.9), (r * 0.4, 0.91), (r * 0.16, 0.95), (r * 0.17, 0.98), (0, 1.0)],
        }[kind]
        profile = spline([*stem, *heads], 130) * (1, tall)
        profile[:, 0] = np.maximum(profile[:, 0], 1e-4)
        man = turned("man", profile, 48)
        if p["made_of"] == "wood":
            made_of("man", wood(p["tone"] if index % 2 else 1 - p["tone"], p["red"], p["gloss"], p["wear"]), man)
        else:
            made_of("man", plastic(p["colour"] if index % 2 else p["second"], p["gloss"], p["wear"]), man)
        if p["standing"] and index % 2 == 0:
            placed(man, (0.45 * index, 0.1, 0))
        else:
            # On its side it rests on its foot and its head.
            head = r * 0.55
            placed(man, turn=(0, math.pi / 2 + math.asin((r - head) / tall), 0))
            placed(man, (0, 0.55 * index * r * 4, r * 1.0), (0, 0, float(random.uniform(-0.7, 0.7))))
        parts.append(man)
    return fitted(parts)


BUILDERS = {"toy_animal": toy_animal, "bricks": bricks, "chessman": chessman}
