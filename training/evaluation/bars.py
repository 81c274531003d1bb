"""The figures a released bundle is held to, and whether it meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["pass", "fail", "n too small", "not measured"]
#: Exhibits a figure that is no share needs before it is held against its bar.
_LEAST = 30


@dataclass(frozen=True)
class Bar:
    """One bar.

    ``path`` leads to the figure in metrics.json; a ``*`` stands for every key there. ``at_least`` tells a lower from
    an upper bound; ``share`` whether the figure is a share of pictures.
    """

    what: str
    path: tuple[str, ...]
    bound: float
    at_least: bool
    share: bool = True

    @property
    def least_exhibits(self) -> int:
        """Under this many exhibits one error alone would break the bar, so the figure says little either way."""
        allowed = 1 - self.bound if self.at_least else self.bound
        return max(10, round(1 / allowed)) if self.share else _LEAST


def _headline(kind: str, name: str) -> tuple[str, ...]:
    return ("sets", kind, "headline", name)


BARS = (
    Bar("photos: tigers answered T", _headline("photos", "tiger_recall"), 0.98, True),
    Bar("photos: other things answered T", _headline("photos", "false_tiger"), 0.01, False),
    Bar("photos: protected things answered F or N", _headline("photos", "protected_missed"), 0.03, False),
    Bar("renders: identity accuracy", _headline("renders", "identity_accuracy"), 0.9, True),
    Bar("renders: recall of {}", ("sets", "renders", "leaves", "*", "recall"), 0.75, True),
    Bar("photos: AUROC of unknown things", ("unfamiliar", "photos", "auroc"), 0.95, True, share=False),
    Bar("renders: AUROC of unknown things", ("unfamiliar", "renders", "auroc"), 0.95, True, share=False),
    Bar("photos: calibration error (ECE)", ("sets", "photos", "calibration", "ece"), 0.03, False, share=False),
    Bar("renders: calibration error (ECE)", ("sets", "renders", "calibration", "ece"), 0.03, False, share=False),
)


def judge_bars(metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each bar with its figure and verdict.

    The verdict is about the value; ``interval_decides`` says whether the whole interval lies on the same side.
    """
    return [_judge(bar, name, figure) for bar in BARS for name, figure in _find(metrics, bar.path)]


def _find(data: Any, path: tuple[str, ...], name: str = "") -> list[tuple[str, Any]]:
    if not path:
        return [(name, data)]
    if path[0] == "*":
        return [found for key, value in data.items() for found in _find(value, path[1:], key)] if data else []
    if not isinstance(data, Mapping) or path[0] not in data:
        return [] if "*" in path else [(name, None)]
    return _find(data[path[0]], path[1:], name)


def _judge(bar: Bar, name: str, figure: Mapping[str, Any] | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "what": bar.what.format(name), "bound": bar.bound, "at_least": bar.at_least, "share": bar.share,
        "figure": figure,
        "least_exhibits": bar.least_exhibits,
    }  # fmt: skip
    if figure is None or figure["value"] is None:
        return {**result, "verdict": "not measured", "interval_decides": False}
    value, limits = figure["value"], figure["interval_95"]

    def meets(x: float) -> bool:
        return x >= bar.bound if bar.at_least else x <= bar.bound

    verdict: Verdict = "pass" if meets(value) else "fail"
    if _units(figure) < bar.least_exhibits:
        verdict = "n too small"
    decides = bool(limits) and all(meets(x) == meets(value) for x in limits)
    return {**result, "verdict": verdict, "interval_decides": decides}


def _units(figure: Mapping[str, Any]) -> int:
    """Exhibits a figure rests on; of a ranking at most as many as its rarer side has pictures."""
    exhibits, positives = int(figure["exhibits"]), figure.get("positives")
    return exhibits if positives is None else min(exhibits, int(positives), int(figure["n"]) - int(positives))
