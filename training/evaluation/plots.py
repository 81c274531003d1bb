"""Plots of the report as inline SVG that takes its text colour from the page, so that it reads in light and dark."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

#: Stands for the page's text colour while drawing.
_INK = "#010203"
#: Distinct without red against green (Okabe and Ito's palette), and on white and near-black alike.
BLUE, ORANGE, GREEN, PINK = "#3a8fd0", "#e08a1e", "#1fa187", "#c678a8"
_STYLES = ("-", "--", ":", "-.")
_SETTINGS = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10, "axes.edgecolor": _INK,
    "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK, "text.color": _INK, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.color": _INK, "grid.alpha": 0.12, "legend.frameon": False,
    "axes.axisbelow": True,
}  # fmt: skip


def _drawn(size: tuple[float, float], name: str, draw: Any, title: str) -> Markup:
    """Draw with ``draw(axes)`` on ``size`` inches; ``name`` keeps ids of several plots on a page apart."""
    with rc_context({**_SETTINGS, "svg.hashsalt": name}):
        picture = Figure(figsize=size, layout="constrained")
        draw(picture.subplots())
        buffer = io.StringIO()
        empty = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        picture.savefig(buffer, format="svg", transparent=True, metadata=empty)
    text = buffer.getvalue()
    # Inside HTML an SVG needs no document head, and without it the page holds no address at all.
    text = text[text.index("<svg") :]
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\sid="(figure|axes|patch|matplotlib|line2d|text|xtick|ytick|legend|LineCollection|PolyCollection|QuadMesh|PathCollection|FillBetweenPolyCollection)[^"]*"', "", text)  # fmt: skip  # noqa: E501
    text = text.replace(_INK, "currentColor").replace("xlink:href", "href")
    label = Markup.escape(title)
    return Markup(text.replace("<svg", f'<svg role="img" aria-label="{label}"', 1))  # noqa: S704 - our own drawing


def _error(figure: Mapping[str, Any]) -> tuple[float, float]:
    if not figure["interval_95"]:
        return 0.0, 0.0
    low, high = figure["interval_95"]
    return max(0.0, figure["value"] - low), max(0.0, high - figure["value"])


def reliability(calibration: Mapping[str, Any], name: str) -> Markup:
    """Accuracy against confidence by bin, with intervals; the size of a dot grows with its pictures."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=0.8, linestyle=":")
        for one in calibration["bins"]:
            if one["interval_95"]:
                axes.plot([one["confidence"]] * 2, one["interval_95"], color=BLUE, linewidth=1.5)
        total = sum(one["n"] for one in calibration["bins"])
        axes.scatter(
            [one["confidence"] for one in calibration["bins"]], [one["accuracy"] for one in calibration["bins"]],
            s=[20 + 180 * one["n"] / total for one in calibration["bins"]], color=BLUE, alpha=0.85, zorder=3,
        )  # fmt: skip
        axes.set(xlim=(0, 1.02), ylim=(0, 1.04), xlabel="confidence", ylabel="accuracy", title="Reliability")

    return _drawn((4.3, 3.6), f"reliability-{name}", draw, "Reliability diagram")


def risk_coverage(curve: Sequence[Mapping[str, Any]], name: str) -> Markup:
    """Error among the most confident pictures, with its interval."""

    def draw(axes: Axes) -> None:
        x = [one["coverage"] for one in curve]
        bands = [one["interval_95"] or [one["risk"]] * 2 for one in curve]
        axes.fill_between(x, [b[0] for b in bands], [b[1] for b in bands], color=BLUE, alpha=0.25, linewidth=0)
        axes.plot(x, [one["risk"] for one in curve], color=BLUE, marker="o", markersize=3)
        axes.set(
            xlim=(0, 1.02), ylim=(0, max(0.05, 1.1 * max(b[1] for b in bands))), xlabel="share answered",
            ylabel="identity errors among them", title="Risk against coverage",
        )  # fmt: skip

    return _drawn((4.3, 3.6), f"risk-{name}", draw, "Risk-coverage curve")


def recalls(leaves: Mapping[str, Mapping[str, Any]], name: str) -> Markup:
    """Recall of each leaf before abstaining and of the outcome, with intervals."""
    shown = [(leaf, one) for leaf, one in leaves.items() if one["recall"]["n"]]

    def draw(axes: Axes) -> None:
        for key, shift, colour, marker, label in (
            ("recall", -0.14, BLUE, "o", "most probable leaf"), ("recall_of_outcome", 0.14, ORANGE, "s", "answered"),
        ):  # fmt: skip
            values = [one[key]["value"] for _, one in shown]
            errors = np.asarray([_error(one[key]) for _, one in shown]).T
            axes.errorbar(
                values, np.arange(len(shown)) + shift, xerr=errors, fmt=marker, color=colour, markersize=4,
                linewidth=1.5, label=label,
            )  # fmt: skip
        axes.set_yticks(range(len(shown)), [f"{leaf} ({one['recall']['n']})" for leaf, one in shown])
        axes.set(xlim=(-0.02, 1.02), xlabel="recall", ylim=(len(shown) - 0.5, -0.5))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)

    return _drawn((5.6, 1.2 + 0.34 * len(shown)), f"recall-{name}", draw, "Recall by leaf")


def confusion(table: Mapping[str, Mapping[str, int]], name: str) -> Markup:
    """Rows are true leaves, columns what was most probable, shaded by the row's share."""
    columns = list(next(iter(table.values()), {}))
    counts = np.asarray([[row[c] for c in columns] for row in table.values()], float).reshape(len(table), len(columns))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    def draw(axes: Axes) -> None:
        axes.grid(visible=False)
        for y, x in zip(*np.nonzero(counts), strict=True):
            strength = 0.08 + 0.92 * shares[y, x]
            axes.add_patch(_cell(x, y, strength, right=list(table)[y] == columns[x]))
            axes.text(x, y, f"{counts[y, x]:.0f}", ha="center", va="center", fontsize=8)
        axes.set_xticks(range(len(columns)), columns, rotation=55, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(table)), list(table))
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(table) - 0.5, -0.5), xlabel="most probable", ylabel="true")

    return _drawn((2.2 + 0.38 * len(columns), 1.9 + 0.32 * len(table)), f"confusion-{name}", draw, "Confusion by leaf")


def _cell(x: int, y: int, strength: float, *, right: bool) -> Any:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - beside its only use

    return Rectangle((x - 0.5, y - 0.5), 1, 1, color=BLUE if right else ORANGE, alpha=0.75 * strength, linewidth=0)


def strangeness(unfamiliar: Mapping[str, Any], name: str) -> Markup:
    """How strange known and unknown things are; the line is the threshold."""
    edges = np.asarray(unfamiliar["histogram"]["edges"])

    def draw(axes: Axes) -> None:
        for key, colour, label in (("known", BLUE, "known things"), ("unknown", ORANGE, "unknown things")):
            values = np.asarray(unfamiliar["histogram"][key], float)
            axes.stairs(values / max(values.sum(), 1), edges, fill=True, color=colour, alpha=0.35)
            axes.stairs(values / max(values.sum(), 1), edges, color=colour, label=f"{label} ({int(values.sum())})")
        axes.axvline(unfamiliar["threshold"], color=_INK, linestyle="--", linewidth=1, label="threshold")
        axes.set(xlabel=f"strangeness ({unfamiliar['method']})", ylabel="share of pictures", xlim=(edges[0], edges[-1]))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize=9)

    return _drawn((5.6, 3.6), f"strange-{name}", draw, "Strangeness of known and unknown things")


def corruption_curves(robustness: Mapping[str, Any], name: str) -> Markup:
    """Identity accuracy by severity for each kind of damage."""
    colours = (BLUE, ORANGE, GREEN, PINK)

    def draw(axes: Axes) -> None:
        clean = robustness["clean"]["identity_accuracy"]["value"]
        for k, (kind, levels) in enumerate(robustness["kinds"].items()):
            values = [clean, *(levels[s]["identity_accuracy"]["value"] for s in sorted(levels))]
            axes.plot(
                range(len(values)), values, color=colours[k % 4], linestyle=_STYLES[k // 4], marker="osv^D"[k % 5],
                markersize=4, label=kind,
            )  # fmt: skip
        axes.set_xticks(range(4), ["none", "1", "2", "3"])
        axes.set(ylim=(0, 1.02), xlabel="severity", ylabel="identity accuracy")
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9)

    return _drawn((6.2, 3.6), f"damage-{name}", draw, "Identity accuracy of damaged pictures")
