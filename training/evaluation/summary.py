"""What the figures say, in a few computed sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def summary(metrics: Mapping[str, Any]) -> list[str]:
    """Sentences for the top of the report, most important first."""
    said = [_bars(metrics["bars"])]
    for name, where in (("photos", "On photos of unseen sources"), ("renders", "On renders of unseen objects")):
        if name in metrics["sets"]:
            said += _set(metrics["sets"][name], where)
    said += _unknown(metrics)
    said += _map(metrics)
    return said


def _bars(bars: list[dict[str, Any]]) -> str:
    def names(verdict: str) -> list[str]:
        return [bar["what"] for bar in bars if bar["verdict"] == verdict]

    measured = [bar for bar in bars if bar["verdict"] != "not measured"]
    if not measured:
        return "None of the bars for a release could be measured on these sets."
    text = f"{len(names('pass'))} of {len(measured)} measured bars are met."
    if failed := names("fail"):
        text += f" Missed: {'; '.join(failed)}."
    if small := names("n too small"):
        text += f" Too few exhibits to tell: {'; '.join(small)}."
    return text


def _set(one: Mapping[str, Any], where: str) -> list[str]:
    head = one["headline"]
    parts = [
        f"{head[key]['count']} of {head[key]['n']} {what}"
        for key, what in (
            ("tiger_recall", "tigers are answered T"), ("protected_missed", "protected things are answered F or N"),
            ("false_tiger", "other things are answered T"), ("answered", "things are answered at all"),
        )
        if head[key]["n"]
    ]  # fmt: skip
    said = [f"{where}: {', '.join(parts)}."] if parts else []
    if one["leaves_the_bundle_does_not_know"]:
        said.append(f"{where} the bundle has no class for: {', '.join(one['leaves_the_bundle_does_not_know'])}.")
    ranked = [(leaf, figures["recall"]) for leaf, figures in one["leaves"].items()
              if figures["in_bundle"] and figures["recall"]["exhibits"] >= 10]  # fmt: skip
    if ranked:
        leaf, worst = min(ranked, key=lambda pair: pair[1]["value"])
        said.append(f"{where} the leaf found least often is {leaf}: {worst['count']} of {worst['n']}.")
    pairs = [(name, pair["auroc"]) for name, pair in one["pairs"].items()
             if pair.get("auroc", {}).get("value") is not None]  # fmt: skip
    if pairs:
        name, hardest = min(pairs, key=lambda pair: pair[1]["value"])
        said.append(f"{where} the hardest pair is {name}: AUROC {hardest['value']:.3f}.")
    broken = [name for name, check in one["guarantees"].items() if check["verdict"] == "broken here"]
    if broken:
        said.append(
            f"{where} these promises of the calibration do not hold: {', '.join(broken)}. The pictures differ from "
            "those it was fitted on."
        )
    return said


def _unknown(metrics: Mapping[str, Any]) -> list[str]:
    unknown = metrics["sets"].get("unknown")
    if not unknown:
        return []
    found = unknown["outcomes"]
    text = (
        f"Of {found['pictures']} pictures of things without a class, {found['answered_uncertain']['count']} are "
        f"answered U, {found['let_go']['count']} F or N, {found['flagged']['count']} T or P."
    )
    for name, one in metrics["unfamiliar"].items():
        if one["auroc"]["value"] is not None:
            text += f" AUROC against known {name.replace('_', ' ')}: {one['auroc']['value']:.3f}."
    return [text]


def _map(metrics: Mapping[str, Any]) -> list[str]:
    said = []
    for name, one in metrics.get("explanation", {}).items():
        if not one["pictures"]:
            continue
        gain = one["highlighted_over_random"]
        holds = gain["interval_95"][0] > 0
        said.append(
            f"Hiding what the map highlights lowers the top probability by {100 * one['highlighted']['value']:.1f} "
            f"points on {name.replace('_', ' ')}, a random region of the same size by "
            f"{100 * one['random']['value']:.1f}: the map {'points' if holds else 'is not shown to point'} at what "
            "the answer rests on."
        )
    return said
