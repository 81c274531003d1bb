"""Fruits, roots, pods and nuts: curved, pointed, striped and lumpy things that are no part of an animal."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from training.render.blender.natural_kit import (
    Piece,
    arc,
    ball,
    blend,
    drop,
    grid,
    join,
    lay,
    linear,
    show,
    smooth,
    surface,
    sweep,
    turned,
    waves,
)


def banana(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """One banana or part of a hand: five-edged, stalk at one end, brown spots as it ripens."""
    fingers = []
    t = np.linspace(0, 1, 70)
    for number in range(p["count"]):
        length = random.uniform(0.9, 1.05)
        spine = arc(70, p["bend"] * random.uniform(0.85, 1.15), length, -0.2)
        thick = p["thick"] * (0.24 + 0.76 * smooth(t, 0.06, 0.3)) * (1 - 0.72 * smooth(t, 0.8, 0.96))
        thick = thick * (1 - smooth(t, 0.985, 1.0)) * np.where(t < 0.001, 0, 1)
        around = np.arange(40) * 2 * math.pi / 40
        points = sweep(spine, thick[:, None] * (1 + p["edges"] * np.cos(5 * around + 0.4)), 40)
        points = points + 0.004 * waves(points, random, 9)[..., None]
        green = np.clip(p["green"] + 0.5 * (smooth(t, 0.2, 0) + smooth(t, 0.85, 1.0)), 0, 1)
        tint = blend(linear(0.93, 0.77, 0.2), linear(0.55, 0.63, 0.2), green[:, None] + 0 * around)
        marks = waves(points, random, 26, 2) + 0.5 * waves(points, random, 5, 2)
        tint = blend(tint, linear(0.27, 0.16, 0.07), smooth(marks, 1.3 - 1.5 * p["spots"], 1.6 - 1.2 * p["spots"]))
        ends = smooth(t, 0.05, 0.0) + smooth(t, 0.95, 0.98)
        tint = blend(tint, linear(0.2, 0.14, 0.08), 0.9 * ends[:, None] + 0 * around)
        made = grid(points, tint)
        # A hand: fingers fan out side by side from the shared stalk, each lifted a little over the one before.
        made.points = turned(made.points, 2, 0.13 * number) + np.asarray(
            [
                0,
                -0.12 * number * p["thick"],
                0.62 * p["thick"] * number,
            ]
        )
        fingers.append(made)
    whole = join(fingers)
    whole = lay(whole, p["flip"] * math.pi)
    coating = surface("banana", gloss=p["gloss"], bump=0.08, scale=40, mottle=0.12, flecks=0.35 * p["spots"], glow=0.05)
    return show(whole, coating, "banana")


def chilli(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Dried chillies: claw-like curve, wrinkled skin that gleams, a pale cap and stalk."""
    pods = []
    t = np.linspace(0, 1, 64)
    around = np.arange(28) * 2 * math.pi / 28
    for _ in range(p["count"]):
        spine = arc(64, p["bend"] * random.uniform(0.4, 1.4), random.uniform(0.8, 1.1), 0.4)
        spine[:, 2] = 0.05 * np.sin(t * random.uniform(2, 6) + random.uniform(0, 6))
        body = smooth(t, 0.17, 0.22) * (1 - 0.1 * t) * (1 - smooth(t, 0.3, 1.0) ** 1.1) ** 0.8
        radius = p["thick"] * (body + 0.14 * smooth(t, 0.0, 0.01) * (1 - smooth(t, 0.2, 0.3)))
        cap = 0.75 * p["thick"] * np.exp(-(((t - 0.18) / 0.022) ** 2))
        wrinkle = 1 + p["wrinkle"] * np.sin(around[None] * 3 + 2 * np.sin(t[:, None] * 9 + random.uniform(0, 6)))
        points = sweep(spine, np.maximum(radius, cap)[:, None] * wrinkle, 28, random.uniform(0.45, 0.85))
        points = points + (p["wrinkle"] * p["thick"] * body * 0.5)[:, None, None] * waves(points, random, 16)[..., None]
        dark = np.clip(p["dark"] + random.normal(0, 0.12) + 0.22 * waves(points, random, 7), 0, 1)
        tint = blend(linear(0.78, 0.11, 0.05), linear(0.27, 0.06, 0.04), dark)
        tint = blend(linear(0.55, 0.47, 0.26), tint, smooth(t, 0.19, 0.23)[:, None] + 0 * around)
        pods.append(lay(grid(points, tint), random.uniform(-0.3, 0.3), random.uniform(0, 6.28)))
    whole = drop(pods, random, p["spread"]) if p["count"] > 1 else pods[0]
    coating = surface("chilli", gloss=p["gloss"], uneven=0.15, bump=0.5, scale=28, mottle=0.3, coat=0.3 * p["gloss"])
    return show(whole, coating, "chilli")


def round_fruit(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Orange, lime, mango, pear or jujube, by profile; a heap of them falls under gravity."""
    fruits = []
    kind = p["kind"]
    for _ in range(p["count"]):
        out, polar, around = ball(52, 64)
        tall = random.normal(p["tall"], 0.03)
        points = 0.5 * out * [1, 1, tall]
        up = np.cos(polar) + 0 * around
        if kind == "pear":
            points[..., :2] *= (1 - 0.42 * smooth(up, -0.2, 0.85))[..., None]
            points[..., 2] += 0.16 * smooth(up, 0.1, 1)
        if kind == "mango":
            points[..., 0] += 0.1 * up**2 - 0.08 * smooth(up, 0.5, -0.8)
            points[..., 1] *= 0.78
        if kind == "lime":
            points[..., 2] += 0.07 * (smooth(np.abs(up), 0.93, 1.0) * np.sign(up))
        dimple = {"orange": 0.05, "lime": 0.0, "mango": 0.02, "pear": 0.04, "jujube": 0.09}[kind]
        points[..., 2] -= dimple * np.exp(-(((1 - up) / 0.035) ** 2))
        folds = waves(points * [1, 1, 0.35], random, 5 if kind != "jujube" else 12, 3)
        points = points * (1 + (p["lumpy"] * folds)[..., None])
        blush = waves(points, random, 2.4, 2) * 0.5 + 0.3 * up + random.normal(0.2, 0.2)
        tint = blend(np.asarray(p["colour"]), np.asarray(p["second"]), smooth(blush, -0.2, 0.9))
        scars = waves(points, random, 14, 3)
        tint = blend(tint, linear(0.3, 0.2, 0.1), 0.75 * smooth(scars, 1.5 - p["scars"], 1.75 - p["scars"]))
        tint = blend(tint, linear(0.34, 0.3, 0.16), smooth(up, 0.985, 0.995))
        made = grid(points, tint)
        if kind == "pear":
            stalk = sweep(arc(10, 40, 0.22), np.full(10, 0.018) * (1 - (np.arange(10) == 9)), 8)
            stalk = turned(stalk.reshape(-1, 3), 1, -math.pi / 2) + np.asarray([0, 0, points[..., 2].max() - 0.03])
            made = join([made, grid(stalk.reshape(10, 8, 3), linear(0.3, 0.22, 0.12))])
        lies = kind in ("pear", "mango", "jujube", "lime")
        tip = random.uniform(0, 6.28)
        made.points = turned(made.points, 1, math.pi / 2 if lies else random.uniform(0, 2.5))
        made.points = turned(
            turned(made.points, 0, tip if kind != "mango" else math.pi / 2), 2, random.uniform(0, 6.28)
        )
        made.points[:, 2] -= made.points[:, 2].min()
        fruits.append(made)
    whole = drop(fruits, random, p["spread"], 8) if p["count"] > 1 else fruits[0]
    large = 1 + 1.2 * (p["count"] > 1)
    peel = {"orange": 0.35, "lime": 0.16}.get(kind, 0.0)
    coating = surface(
        "fruit", gloss=p["gloss"], bump=0.7 if kind == "jujube" else 0.15, scale=22 * large, mottle=0.15,
        pores=peel, pore_scale=58 * large, flecks=p["flecks"], glow=0.08, coat=0.25 * p["gloss"],
    )  # fmt: skip
    return show(whole, coating, "fruit")


def gourd(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A striped melon or gourd: ragged dark meridians on a pale rind, so that stripes alone mean nothing."""
    out, polar, around = ball(110, 180)
    up = np.cos(polar) + 0 * around
    points = 0.5 * out * [1, 1, p["tall"]]
    points[..., :2] *= (1 - p["neck"] * smooth(up, 0.0, 0.75))[..., None]
    points[..., 0] += p["neck"] * 0.25 * smooth(up, 0.2, 1.0)
    points[..., :2] *= (1 + p["ribs"] * np.cos(p["stripes"] * around))[..., None]
    points = points * (1 + 0.02 * waves(points, random, 4)[..., None])
    ragged = p["ragged"] * (0.8 * waves(points, random, 6, 3) + 0.9 * waves(points, random, 22, 3))
    band = np.cos(p["stripes"] * around + 0.55 * ragged) + 0.35 * ragged
    edge = 1 - 2 * p["width"]
    tint = blend(np.asarray(p["pale"]), np.asarray(p["dark"]), smooth(band, edge - 0.3, edge + 0.35))
    # The dark bands are not even: paler flecks inside them, a net of green between.
    tint = blend(tint, np.asarray(p["pale"]) * 0.8, 0.45 * smooth(waves(points, random, 28, 3), 0.4, 1.3))
    tint = blend(tint, np.asarray(p["dark"]), 0.4 * smooth(waves(points, random, 18, 3), 0.3, 1.2))
    ground = waves(points, random, 1.6, 1) + 1.1 * (p["tall"] > 2)
    tint = blend(tint, linear(0.85, 0.76, 0.45), 0.5 * smooth(ground, 0.7, 1.3))
    made = grid(points, tint)
    stalk = sweep(arc(12, 50, 0.16), 0.028 - 0.012 * np.linspace(0, 1, 12) * (np.arange(12) < 11), 10)
    stalk = turned(stalk.reshape(-1, 3), 1, -math.pi / 2) + np.asarray(
        [points[0, 0, 0], 0, points[..., 2].max() - 0.02]
    )
    made = join([made, grid(stalk.reshape(12, 10, 3), linear(0.5, 0.45, 0.25))])
    if p["lying"]:
        made.points = turned(turned(made.points, 1, math.pi / 2), 0, p["roll"])
    return show(made, surface("gourd", gloss=p["gloss"], bump=0.12, scale=26, mottle=0.2, flecks=0.12), "gourd")


def nuts(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Cashews (hooked), peanuts in the shell (waisted, netted) or almonds (drop-shaped, ridged)."""
    kind, made = p["kind"], []
    t = np.linspace(0, 1, 44)
    around = np.arange(32) * 2 * math.pi / 32
    for _ in range(p["count"]):
        round_off = np.sqrt(np.clip(1 - (2 * t - 1) ** 2, 0, 1))
        grooves: Any = 1.0
        if kind == "cashew":
            spine = arc(44, random.uniform(150, 205), 1.25)
            radius, flat = round_off**0.8 * (0.2 + 0.07 * np.cos(math.pi * t)), 0.8
        elif kind == "peanut":
            spine = arc(44, random.uniform(-25, 25), 1.0)
            radius, flat = round_off**0.75 * (0.2 + 0.05 * np.cos(4 * math.pi * t)) * random.uniform(0.85, 1.1), 0.95
            net = np.sin(around * 9) * 0.6 + np.sin(t[:, None] * 42 + 1.5 * np.sin(around * 3)) * 0.5
            grooves = 1 + 0.06 * net
        else:
            spine = arc(44, 8, 1.0)
            radius, flat = 0.31 * np.sin(math.pi * t**0.75) ** 0.85, 0.6
            grooves = 1 + 0.03 * np.sin(around * 13 + 2 * np.sin(3 * t[:, None]))
        points = sweep(spine, radius[:, None] * (grooves + 0 * around), 32, flat)
        points = points + 0.012 * waves(points, random, 7)[..., None]
        shade = np.clip(0.4 + 0.35 * waves(points, random, 5) + random.normal(0, 0.18) + 2.5 * (grooves - 1), 0, 1)
        tint = blend(np.asarray(p["dark"]), np.asarray(p["pale"]), shade)
        made.append(lay(grid(points, tint), random.uniform(-0.15, 0.15) + math.pi * (random.random() < 0.5),
                        random.uniform(0, 6.28)))  # fmt: skip
    whole = drop(made, random, p["spread"]) if p["count"] > 1 else made[0]
    scale = 14 * (1 + 0.5 * math.sqrt(p["count"]))
    return show(whole, surface("nuts", gloss=p["gloss"], bump=0.3, scale=scale, mottle=0.25, glow=0.05), "nuts")


def garlic(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """A garlic bulb, or loose cloves: pale, curved and pointed like teeth, under papery skin with purple lines."""
    made: list[Piece] = []
    if p["bulb"]:
        out, polar, around = ball(90, 120)
        up = np.cos(polar) + 0 * around
        cloves = 1 + 0.075 * (np.abs(np.cos(p["cloves"] * around / 2 + 0.3)) - 0.6) * np.sin(polar)
        points = 0.5 * out * cloves[..., None] * [1, 1, 0.82]
        points[..., :2] *= (1 - 0.45 * smooth(up, 0.45, 0.95))[..., None]
        neck = smooth(up, 0.93, 1.0)
        points[..., 2] += p["neck"] * neck
        points[..., :2] += (0.06 * smooth(up, 0.95, 1.0))[..., None] * np.concatenate(
            [np.cos(around), np.sin(around)]
        ).T[None]
        lines = np.sin(around * 24 + 2 * np.sin(polar * 3) + 3 * waves(points, random, 3)) + waves(points, random, 6)
        tint = blend(linear(0.9, 0.87, 0.8), linear(0.58, 0.38, 0.5), p["purple"] * smooth(lines, 0.2, 1.6))
        tint = blend(tint, linear(0.5, 0.4, 0.27), 0.8 * smooth(up, -0.94, -0.98))
        made = [grid(points, tint)]
        if p["lying"]:
            made[0].points = turned(made[0].points, 1, 1.25)
    else:
        t = np.linspace(0, 1, 50)
        around = (np.arange(36) * 2 * math.pi / 36)[None]
        for _ in range(p["count"]):
            spine = arc(50, random.uniform(25, 60), 1.0, 0.3)
            radius = random.uniform(0.19, 0.27) * np.sin(math.pi * np.clip(t, 0, 1) ** 0.7) ** 0.7
            edges = 1 + 0.12 * np.cos(around) + 0.08 * np.cos(3 * around)
            points = sweep(spine, (radius * (1 - 0.35 * t))[:, None] * edges, 36, random.uniform(0.7, 0.95))
            lines = np.sin(around * 11 + 2 * waves(points, random, 3)) + waves(points, random, 6)
            tint = blend(linear(0.9, 0.85, 0.74), linear(0.63, 0.42, 0.48), p["purple"] * smooth(lines, 0.3, 1.7))
            tint = blend(tint, linear(0.55, 0.42, 0.25), 0.9 * smooth(t, 0.06, 0.01)[:, None] + 0 * around)
            made.append(lay(grid(points, tint), random.uniform(-0.2, 0.2), random.uniform(0, 6.28)))
    whole = drop(made, random, p["spread"]) if len(made) > 1 else made[0]
    return show(whole, surface("garlic", gloss=p["gloss"], bump=0.25, scale=20, mottle=0.1, glow=0.15), "garlic")


def root(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Ginger (knobbly, branching in a plane, ringed skin) or a ginseng-like root (forked, tapering, rootlets)."""
    parts: list[Piece] = []

    def limb(start: np.ndarray, heading: float, length: float, thick: float, depth: int) -> None:
        steps = 46
        t = np.linspace(0, 1, steps)
        turn = heading + random.normal(0, 0.5) * t + 0.25 * np.sin(t * 5 + random.uniform(0, 6))
        step = np.stack([np.cos(turn), np.sin(turn), random.normal(0, 0.12) + 0 * t], 1) * length / steps
        spine = start + np.cumsum(step, axis=0)
        taper = 1 - 0.88 * t if p["ginseng"] else 1 + 0.22 * np.sin(t * random.uniform(4, 8)) - 0.15 * t
        ends = np.sqrt(np.clip(1 - np.abs(2 * t - 1) ** (10 if p["ginseng"] else 5), 0, 1))
        phase = random.uniform(0, 6)
        sharp = np.sin(t * length * p["rings"] + phase + 0.6 * np.sin(9 * t)) ** 8
        radius = thick * taper * ends * (1 - 0.06 * sharp)
        points = sweep(spine, radius, 30, random.uniform(0.75, 1))
        points = points + (thick * 0.13 * waves(points, random, 9))[..., None] * [1, 1, 0.6]
        skin = np.clip(0.5 + 0.4 * waves(points, random, 6) - 0.5 * sharp[:, None], 0, 1)
        tint = blend(np.asarray(p["dark"]), np.asarray(p["pale"]), skin)
        if not p["ginseng"]:
            cut = smooth(t, 0.955, 0.985) * (random.random() < p["cut"])
            tint = blend(tint, linear(0.87, 0.77, 0.42), cut[:, None] + 0 * skin)
        parts.append(grid(points, tint))
        count = int(random.integers(1, 4)) if depth == 0 else int(random.random() < 0.6)
        if depth < 2:
            for _ in range(count):
                at = int(random.integers(10, 40))
                side = random.choice([-1, 1]) * random.uniform(0.5, 1.3)
                scale = random.uniform(0.35, 0.75)
                width = scale if p["ginseng"] else random.uniform(0.7, 1.0)
                limb(spine[at], turn[at] + side, length * scale, float(thick * width * taper[at]), depth + 1)
        if p["ginseng"]:
            for _ in range(5 - 2 * depth):
                at = int(random.integers(8, 44))
                bend = turn[at] + random.normal(0, 1.0)
                fine = spine[at] + turned(arc(20, random.normal(0, 60), random.uniform(0.15, 0.4)), 2, bend)
                parts.append(grid(sweep(fine, np.linspace(0.014, 0.002, 20), 7), np.asarray(p["pale"]) * 0.8))

    limb(np.zeros(3), 0.0, 1.0, p["thick"], 0)
    whole = lay(join(parts), p["flip"] * math.pi)
    return show(whole, surface("root", gloss=p["gloss"], bump=0.7, scale=30, mottle=0.3, flecks=0.25), "root")
