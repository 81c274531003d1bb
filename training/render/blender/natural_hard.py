"""Stones, shells, wood, thorns and spices: hard natural things, horn-, tooth- and bone-shaped ones among them."""

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


def stone(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """One stone or several pebbles: worn round or broken along planes, plain, banded, veined or speckled."""
    made = []
    for _ in range(p["count"]):
        out, _, _ = ball(90, 130)
        points = out * (0.5 * (1 + p["lumpy"] * 0.5 * waves(out, random, 1.3, 3)))[..., None]
        # A broken stone has flat faces: cut the ball by planes.
        for way in random.normal(0, 1, (9, 3)):
            normal = way / np.linalg.norm(way)
            over = points @ normal - random.uniform(0.26, 0.45)
            points = points - ((0.2 + 0.75 * p["broken"]) * np.maximum(over, 0))[..., None] * normal
        points = points * (np.asarray(p["stretch"]) * random.uniform(0.75, 1.2, 3)) * random.uniform(0.7, 1.1)
        points = points + (0.012 * p["broken"] * waves(points, random, 14))[..., None] * out
        tone = np.clip(np.asarray(p["colour"]) * random.uniform(0.7, 1.3) + random.normal(0, 0.02, 3), 0.01, 1)
        tint = blend(tone, tone * 0.55, smooth(waves(points, random, 3), -0.3, 0.9))
        way = random.normal(0, 1, 3)
        along = points @ (way / np.linalg.norm(way)) + 0.06 * waves(points, random, 4)
        other = np.asarray(p["second"])
        bands = np.sin(along * p["bands"]) + 0.5 * np.sin(along * p["bands"] * 2.7 + 1)
        tint = blend(tint, other, p["banded"] * smooth(bands, 0.1, 0.5))
        vein = np.abs(waves(points, random, 2.2, 2) - 0.2)
        tint = blend(tint, linear(0.88, 0.86, 0.82), p["veined"] * smooth(vein, 0.05, 0.02))
        grains = waves(points, random, 30, 2) + 0.6 * waves(points, random, 9, 3)
        tint = tint * (1 + 0.3 * p["speckled"] * np.clip(grains, -1.5, 1.5))[..., None]
        made.append(lay(grid(points, tint), 0.0, random.uniform(0, 6.28)))
    whole = drop(made, random, p["spread"]) if p["count"] > 1 else made[0]
    scale = 30 * (1 + 0.5 * (p["count"] > 1)) * p["grain"]
    coating = surface("stone", gloss=p["gloss"], bump=p["rough"], scale=scale, mottle=0.35, flecks=p["flecks"])
    return show(whole, coating, "stone")


def shell_spiral(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Sea snails as a coiled tube: steep auger, turban or cone; bands or flames of colour, eroded tips."""
    made = []
    for _ in range(p["count"]):
        whorls, rows, columns = p["whorls"], int(26 * p["whorls"]), 34
        turn = np.linspace(0, 2 * math.pi * whorls, rows)
        grow = np.exp(p["growth"] * (turn - turn[-1]) / (2 * math.pi))
        around = (np.arange(columns) * 2 * math.pi / columns)[None]
        # The tube's own section: taller than wide, pulled out to an angle at the shoulder.
        across = p["tube"] * (1 + p["shoulder"] * np.maximum(np.cos(around - 0.9), 0) ** 6)
        knobs = 1 + p["knobs"] * np.maximum(np.sin(turn * p["knob_count"]), 0)[:, None] ** 2 * np.maximum(
            np.cos(around - 0.7), 0
        )
        across = across * (1 + 0.14 * smooth(turn / turn[-1], 0.985, 1.0)[:, None])  # the lip flares
        reach = grow[:, None] * (1 + across * knobs * np.cos(around))
        height = grow[:, None] * (-p["spire"] + across * p["tall"] * np.sin(around))
        ribs = 1 + 0.012 * np.sin(around * 14) + 0.01 * np.sin(turn[:, None] * 21)
        points = np.stack([reach * ribs * np.cos(turn)[:, None], reach * ribs * np.sin(turn)[:, None], height], -1)
        flames = waves(np.stack([np.cos(turn)[:, None] * 2 + 0 * around, np.sin(turn)[:, None] * 2 + 0 * around,
                                 around * 0.5 + turn[:, None] * 0.1], -1), random, 2.2, 3)  # fmt: skip
        bands = np.sin(around * p["bands"] + 0.5 * flames)
        mark = flames * (1 - p["banded"]) + bands * p["banded"]
        tint = blend(np.asarray(p["pale"]), np.asarray(p["dark"]), p["marked"] * smooth(mark, 0.0, 0.35))
        tint = blend(linear(0.85, 0.8, 0.72), tint, smooth(grow[:, None] + 0 * around, 0.0, 0.3))
        lip = smooth(turn[:, None] / turn[-1], 0.975, 1.0) + 0 * around
        tint = blend(tint, linear(0.9, 0.75, 0.65), 0.8 * lip)
        whorl = grid(points, tint)
        whorl.points = turned(whorl.points, 2, random.uniform(0, 6.28))
        size = float(np.ptp(whorl.points, axis=0).max())
        whorl.points = whorl.points / size * random.uniform(0.75, 1.05)
        whorl.points = turned(whorl.points, 0, math.pi / 2 - 0.12)
        whorl.points = turned(whorl.points, 2, random.uniform(0, 6.28))
        whorl.points[:, 2] -= whorl.points[:, 2].min()
        made.append(whorl)
    whole = drop(made, random, p["spread"]) if p["count"] > 1 else made[0]
    coating = surface("shell", gloss=p["gloss"], bump=0.2 + 0.4 * p["worn"], scale=30, mottle=0.15 + 0.2 * p["worn"],
                      flecks=0.25 * p["worn"])  # fmt: skip
    return show(whole, coating, "shell")


def shell_bivalve(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Single valves of scallop, cockle or clam, dome up or cup up, with ribs and rings of growth."""
    made = []
    for _ in range(p["count"]):
        s = np.linspace(0.002, 1, 70)[:, None]
        angle = np.linspace(-1, 1, 120)[None]
        wide = p["wide"] * (1 + 0.06 * random.normal())
        # A circle seen from a point on it (the beak) has a reach of cos(fan); lower powers give a broader fan.
        fan = 1.5 * angle
        ribs = np.cos(angle * math.pi * p["ribs"])
        reach = s * (1 + 0.012 * ribs * s) * np.cos(fan) ** p["round"]
        x, y = reach * np.sin(fan) * wide, reach * np.cos(fan)
        x = x + p["skew"] * 0.25 * s**2 * (1 - angle**2)
        dome = p["dome"] * (1 - s**2.2) * (1 - 0.9 * np.abs(angle) ** 2.6) * np.sqrt(s) * 1.4
        dome = dome + p["rib_height"] * ribs * s * (1 - angle**4)
        rings = np.sin(s * p["rings"] + 0.8 * np.sin(s * 17))
        dome = dome + 0.0035 * rings
        outer = np.stack([x, y, dome], -1)
        inner = np.stack([x, y, dome - 0.022 - 0.012 * (1 - s)], -1)
        rays = smooth(np.sin(angle * p["rays"] + random.uniform(0, 6)) + 0.6 * waves(outer, random, 5), 0.1, 0.8)
        belts = smooth(np.sin(s * p["rings"] * 0.33 + random.uniform(0, 6)) + 0.5 * waves(outer, random, 4), 0.2, 0.9)
        mark = np.clip(p["rayed"] * rays * smooth(s, 0.1, 0.5) + (1 - p["rayed"]) * belts, 0, 1)
        tint = blend(np.asarray(p["pale"]), np.asarray(p["dark"]), p["marked"] * mark + 0.12 * rings * mark)
        inside = blend(linear(0.92, 0.89, 0.84), linear(0.72, 0.58, 0.62), 0.5 * smooth(s, 0.75, 1) + 0 * angle)
        valve = join([grid(outer, tint, False), grid(inner, inside, False)])
        rim = np.concatenate([outer[-1:], inner[-1:]])
        valve = join([valve, grid(rim, inside[-1], False)])
        if random.random() < p["cup_up"]:
            valve.points = turned(valve.points, 0, math.pi)
        valve.points = turned(valve.points * random.uniform(0.75, 1.1), 2, random.uniform(0, 6.28))
        valve.points[:, 2] -= valve.points[:, 2].min()
        made.append(valve)
    whole = drop(made, random, p["spread"]) if p["count"] > 1 else made[0]
    coating = surface("valve", gloss=p["gloss"], bump=0.25, scale=30, mottle=0.15, flecks=0.15)
    return show(whole, coating, "valve")


def shell_tusk(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Tusk shells: thin, hollow, slightly curved and tapering, ribbed lengthwise; open at both ends, unlike a tooth."""
    made = []
    t = np.linspace(0, 1, 60)
    around = (np.arange(40) * 2 * math.pi / 40)[None]
    for _ in range(p["count"]):
        spine = arc(60, p["bend"] * random.uniform(0.7, 1.3), random.uniform(0.7, 1.05), -0.2)
        width = p["thick"] * (1 - 0.75 * t) * random.uniform(0.9, 1.1)
        ribs = 1 + p["ribs"] * np.cos(around * p["rib_count"]) * (0.4 + 0.6 * t[:, None])
        outer = sweep(spine, width[:, None] * ribs, 40)
        inner = sweep(spine[:26], width[:26] * 0.84, 40)
        rings = waves(np.stack([t * 6, 0 * t, 0 * t], -1), random, 4, 2)[:, None] + 0.3 * waves(outer, random, 10)
        tint = blend(np.asarray(p["pale"]), np.asarray(p["dark"]), smooth(rings, -0.2, 1.0) * 0.7)
        whole = join([grid(outer, tint), grid(np.stack([outer[0], inner[0]]), np.asarray(p["pale"])),
                      grid(inner, np.asarray(p["pale"]) * 0.35)])  # fmt: skip
        made.append(lay(whole, random.uniform(-0.2, 0.2), random.uniform(0, 6.28)))
    whole = drop(made, random, p["spread"]) if p["count"] > 1 else made[0]
    return show(whole, surface("tusk", gloss=p["gloss"], bump=0.25, scale=30, mottle=0.15, flecks=0.15), "tusk")


def wood(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Driftwood (grey, furrowed, bone-like), bamboo (nodes) or a twig with thorns (claw-like, on a broad foot)."""
    kind, rows = p["kind"], 150
    t = np.linspace(0, 1, rows)
    around = (np.arange(56) * 2 * math.pi / 56)[None]
    spine = arc(rows, p["bend"], 1.0, random.uniform(-0.3, 0.8))
    spine[:, 1] += p["kinks"] * np.interp(t, np.linspace(0, 1, 7), random.normal(0, 1, 7))
    spine[:, 2] += 0.5 * p["kinks"] * np.interp(t, np.linspace(0, 1, 6), random.normal(0, 1, 6))
    spine = np.stack([np.convolve(np.pad(c, 6, mode="reflect", reflect_type="odd"), np.ones(13) / 13, "valid")
                      for c in spine.T], 1)  # fmt: skip
    radius = p["thick"] * (1 - p["taper"] * t) * (1 + p["lumpy"] * waves(np.stack([t * 3, 0 * t, 0 * t], 1), random, 2))
    line = np.stack(
        [np.cos(around) + 0 * t[:, None], np.sin(around) + 0 * t[:, None], t[:, None] * 1.1 + 0 * around], -1
    )
    grain = waves(line, random, 3.2, 4)
    node = np.zeros(rows)
    if kind == "bamboo":
        for at in np.arange(random.uniform(0.03, 0.2), 1, p["internode"]):
            node += np.exp(-(((t - at) / 0.009) ** 2)) - 0.6 * np.exp(-(((t - at - 0.02) / 0.008) ** 2))
        radius = radius * (1 + 0.1 * node)
    furrow = p["furrow"] * (grain + 0.35 * waves(line * [1, 1, 0.6], random, 14, 2))
    ends = np.sqrt(np.clip(np.minimum(t, 1 - t) / p["blunt"], 0, 1))
    points = sweep(spine, radius[:, None] * ends[:, None] * (1 + furrow), 56)
    shade = np.clip(0.5 + 0.45 * grain + 0.4 * waves(points, random, 4) - 0.5 * np.maximum(node, 0)[:, None], 0, 1)
    tint = blend(np.asarray(p["dark"]), np.asarray(p["pale"]), shade)
    worn = smooth(ends, 0.9, 0.5)[:, None] + 0 * around
    tint = blend(tint, linear(0.78, 0.65, 0.46), 0.7 * worn * p["cut"])
    parts: list[Piece] = [grid(points, tint)]
    for at in random.integers(8, rows - 8, p["thorns"]):
        way, step = random.uniform(0, 6.28), np.linspace(0, 1, 26)
        length = random.uniform(0.5, 1.0) * p["thorn_length"]
        path = np.stack([0.75 * length * step**2 * random.uniform(0.3, 1), 0 * step, length * step], 1)
        foot = length * (0.08 + 0.26 * (1 - step) ** 3) * (1 - step**1.6) ** 0.8
        thorn = sweep(path, foot, 16, 0.6).reshape(-1, 3) + np.asarray([0, 0, 0.8 * float(radius[at])])
        colour = blend(np.asarray(p["thorn_foot"]), np.asarray(p["thorn_tip"]), step)[:, None]
        parts.append(grid(turned(thorn, 0, way).reshape(26, 16, 3) + spine[at], np.broadcast_to(colour, (26, 16, 3))))
    for at in random.integers(20, rows - 20, p["stubs"]):
        stub = arc(16, random.normal(0, 30), random.uniform(1.5, 4) * p["thick"])
        tube = sweep(stub, p["thick"] * random.uniform(0.3, 0.6) * np.r_[np.linspace(1.2, 0.8, 14), 0.6, 0], 18)
        tube = turned(turned(tube.reshape(-1, 3), 2, random.choice([-1, 1]) * random.uniform(0.6, 1.3)), 0,
                      random.uniform(-0.5, 0.5)).reshape(16, 18, 3) + spine[at]  # fmt: skip
        tube = tube + (0.12 * p["thick"] * waves(tube, random, 12))[..., None]
        mixed = blend(np.asarray(p["dark"]), np.asarray(p["pale"]), 0.6 + 0.4 * waves(tube, random, 9))
        parts.append(grid(tube, mixed))
    whole = lay(join(parts), p["flip"] * math.pi)
    coating = surface("wood", gloss=p["gloss"], bump=p["bump"], scale=38, mottle=0.25, flecks=p["flecks"])
    return show(whole, coating, "wood")


def cinnamon(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Rolled bark: one or two scrolls along each quill, split ends, pale flecks on brown."""
    made = []
    for _ in range(p["count"]):
        turns, rows = random.uniform(1.0, 2.2), 70
        s, t = np.linspace(0, 1, 90)[None], np.linspace(0, 1, rows)[:, None]
        angle = s * turns * 2 * math.pi
        close = p["thick"] * (1 - 0.42 * s) * (1 + 0.15 * np.sin(t * 4 + random.uniform(0, 6)))
        long = random.uniform(0.75, 1.0)
        ragged = 0.02 * waves(np.stack([angle, 0 * angle, 0 * angle], -1), random, 3)
        x = (t - 0.5) * (long + ragged)
        points = np.stack([x, close * np.cos(angle), 0.85 * close * np.sin(angle)], -1)
        points = points + 0.07 * p["thick"] * waves(points * [1, 3, 3], random, 5)[..., None]
        points[..., 1] += 0.04 * random.normal() * (t**2)
        fibre = waves(np.stack(np.broadcast_arrays(t * 2, angle, 0 * t), -1), random, 6, 3)
        tint = blend(np.asarray(p["dark"]), np.asarray(p["pale"]), np.clip(0.5 + 0.5 * fibre, 0, 1))
        # Two skins, so that the bark has thickness at its edges.
        thin = points * [1, 0.9, 0.9]
        bark = join([grid(points, tint, False), grid(thin, tint * 0.7, False)] + [
            grid(np.stack([a, b]), np.asarray(p["pale"]) * 0.8, False)
            for a, b in ((points[0], thin[0]), (points[-1], thin[-1]), (points[:, 0], thin[:, 0]))
        ])  # fmt: skip
        bark.points = turned(bark.points, 0, random.uniform(0, 6.28))
        bark.points = turned(bark.points, 2, random.normal(0, p["scatter"]))
        bark.points[:, 2] -= bark.points[:, 2].min()
        made.append(bark)
    whole = drop(made, random, p["spread"], 8) if p["count"] > 1 else made[0]
    return show(whole, surface("bark", gloss=0.15, bump=0.8, scale=34, mottle=0.35, flecks=0.2), "bark")


def star_anise(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Stars of eight or so boat-shaped pods, beaked and split along the top, some with a shining seed."""
    made = []
    for _ in range(p["count"]):
        pods, parts = int(random.integers(7, 10)), []
        for number in range(pods):
            long = random.uniform(0.36, 0.52)
            t = np.linspace(0, 1, 30)[:, None]
            v = np.linspace(-1, 1, 21)[None]
            deep = np.sin(math.pi * np.clip(t, 0.02, 1) ** 0.8) ** 0.7
            gape = random.uniform(0.25, 0.8)
            y = 0.07 * deep * np.sin(v * (math.pi - 0.75 * gape))
            z = 0.11 * deep * (0.35 - np.cos(v * (math.pi - 0.75 * gape))) - 0.06 * t**3
            points = np.stack([t * long + 0 * v, y, z + 0.14 * t**4], -1)
            points = points + 0.012 * waves(points, random, 16)[..., None]
            tint = blend(np.asarray(p["dark"]), np.asarray(p["pale"]), 0.4 + 0.5 * waves(points, random, 12))
            tint = blend(tint, linear(0.62, 0.4, 0.2), smooth(np.abs(v), 0.86, 1.0) + 0 * t)
            pod = [grid(points, tint, False)]
            if random.random() < 0.6:
                out, _, _ = ball(12, 14)
                pod.append(grid(out * [0.07, 0.03, 0.045] + [long * 0.5, 0, 0.02], linear(0.5, 0.22, 0.08)))
            joined = join(pod)
            joined.points = turned(joined.points, 2, number * 2 * math.pi / pods + random.normal(0, 0.08))
            parts.append(joined)
        star = join(parts)
        star.points = turned(star.points, 0, random.normal(0, 0.12) + math.pi * (random.random() < 0.25))
        star.points = turned(star.points, 2, random.uniform(0, 6.28)) * random.uniform(0.8, 1.1)
        star.points[:, 2] -= star.points[:, 2].min()
        made.append(star)
    whole = drop(made, random, p["spread"], 8) if p["count"] > 1 else made[0]
    return show(whole, surface("anise", gloss=0.3, bump=0.7, scale=34, mottle=0.35), "anise")


def slices(p: dict[str, Any], random: np.random.Generator) -> list[bpy.types.Object]:
    """Dried slices: citrus with segments, lotus root with holes, or a ringed root as sold for medicine; warped."""
    made, kind = [], p["kind"]
    for _ in range(p["count"]):
        rings, columns = 46, 150
        r = np.concatenate([np.linspace(0.01, 1, rings), np.linspace(1, 0.01, 24)])[:, None]
        top = np.r_[np.ones(rings), np.zeros(24)][:, None]
        around = (np.arange(columns) * 2 * math.pi / columns)[None]
        x, y = np.cos(around) * r, np.sin(around) * r
        flat = np.stack([x, y, 0 * x], -1)
        wobble = 1 + p["ragged"] * waves(np.stack([np.cos(around), np.sin(around), 0 * around], -1), random, 1.6)
        radius = 0.5 * r * wobble * random.uniform(0.8, 1.05)
        warp = p["warp"] * waves(flat, random, 1.0, 2) * (0.4 + r)
        edges = 0.05 * smooth(r, 0.85, 0.95) * (kind != "lotus")
        if kind == "citrus":
            segment = np.abs(np.cos(around * p["segments"] / 2 + 0.15 * np.sin(7 * r)))
            flesh = smooth(segment, 0.12, 0.3) * smooth(r, 0.1, 0.2) * smooth(r, 0.9, 0.84)
            tint = blend(np.asarray(p["pale"]), np.asarray(p["flesh"]), flesh)
            tint = blend(tint, np.asarray(p["rind"]), smooth(r, 0.92, 0.96) + 0 * around)
            dents = flesh
        elif kind == "lotus":
            big = np.exp(-(((r - 0.58) / 0.17) ** 2)) * np.maximum(np.cos(around * p["segments"]), 0) ** 0.6
            dents = smooth(big, 0.4, 0.55)
            tint = blend(np.asarray(p["pale"]), np.asarray(p["flesh"]) * 0.35, dents)
            tint = blend(tint, np.asarray(p["rind"]), smooth(r, 0.95, 0.98) + 0 * around)
        else:
            rays = np.sin(around * 34 + 2 * waves(flat, random, 2))
            dents = 0.25 * smooth(np.sin(r * 20 + waves(flat, random, 2)), 0.2, 0.8) + 0.15 * rays * r
            tint = blend(np.asarray(p["pale"]), np.asarray(p["flesh"]), dents * 1.8)
            tint = blend(tint, np.asarray(p["rind"]), smooth(r, 0.88, 0.93) + 0 * around)
        tint = blend(tint, tint * 0.5, smooth(waves(flat, random, 3), 0.3, 1.4))
        thick = p["thick"] * (1 - 0.5 * dents) * smooth(r, 1.06, 0.97)
        height = warp + (0.5 * thick + edges * p["thick"] * 4) * top - 0.5 * thick * (1 - top)
        disc = grid(np.stack([radius * np.cos(around), radius * np.sin(around), height], -1), tint)
        tip = random.normal(0, 0.1)
        disc.points = turned(turned(disc.points, 0, tip), 2, random.uniform(0, 6.28))
        disc.points[:, 2] -= disc.points[:, 2].min()
        made.append(disc)
    whole = drop(made, random, p["spread"]) if p["count"] > 1 else made[0]
    glow = 0.12 if kind == "citrus" else 0.0
    return show(whole, surface("slice", gloss=p["gloss"], bump=0.6, scale=36, mottle=0.25, glow=glow), "slice")
