"""One HTML page that says what a bundle can and cannot do. No network, no scripts, light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from model.errors import ImageError
from model.image import open_photo
from model.manifest import crop_percent, parse_fragment
from training.dataset.sheets import data_url
from training.evaluation import plots
from training.evaluation.summary import summary
from training.pictures import Folders

#: Pictures in the gallery of errors, and their longer side in pixels.
GALLERY, THUMBNAIL = 24, 190
TITLES = {
    "photos": "Photos (held-out sources)", "renders": "Renders (held-out objects)",
    "photos_validation": "Photos (validation)", "renders_validation": "Renders (validation)",
}  # fmt: skip
_HEADLINE = {
    "tiger_recall": "tigers answered T", "tiger_detained": "tigers answered T or P",
    "false_tiger": "other things answered T", "protected_missed": "protected things answered F or N",
    "unprotected_flagged": "unprotected things flagged T or P", "answered": "answered at all (not U)",
    "identity_accuracy": "identity right, before abstaining",
    "identity_accuracy_of_answers": "identity right, of those answered",
}  # fmt: skip


@cache
def environment() -> Environment:
    """Templates with autoescaping and the filters that word figures."""
    made = Environment(
        loader=PackageLoader("training.evaluation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"percent": percent, "number": number, "range": interval_text, "counts": counts, "points": points}
    return made


def percent(figure: Mapping[str, Any]) -> str:
    """A share in per cent; a dash if there is none."""
    return "–" if figure["value"] is None else f"{100 * figure['value']:.1f} %"


def number(figure: Mapping[str, Any]) -> str:
    """A figure with three decimals; a dash if there is none."""
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


def points(figure: Mapping[str, Any]) -> str:
    """A difference of shares in points, with its sign and interval."""
    if figure["value"] is None:
        return "–"
    limits = figure["interval_95"]
    text = f"{100 * figure['value']:+.1f}"
    return f"{text} ({100 * limits[0]:+.1f} to {100 * limits[1]:+.1f})" if limits else text


def interval_text(figure: Mapping[str, Any], share: bool = True) -> str:
    """The interval, in per cent if the figure is a share."""
    if not figure["interval_95"]:
        return ""
    low, high = figure["interval_95"]
    return f"{100 * low:.1f}–{100 * high:.1f}" if share else f"{low:.3f}–{high:.3f}"


def counts(figure: Mapping[str, Any]) -> str:
    """``131 of 134`` for a share, else n."""
    return f"{figure['count']} of {figure['n']}" if "count" in figure else str(figure["n"])


def write_report(metrics: Mapping[str, Any], out: Path, folders: Folders | None = None) -> None:
    """Write the page.

    Args:
        metrics: what ``evaluate_bundle`` returned, or its JSON read back.
        out: HTML file.
        folders: where pictures lie, for the gallery of errors; without them its table stands alone.
    """
    sets = [name for name in TITLES if name in metrics["sets"]]
    page = (
        environment()
        .get_template("report.html")
        .render(
            m=metrics, titles=TITLES, sets=sets, headline=_HEADLINE, summary=summary(metrics),
            plots={name: _plots(metrics, name) for name in sets}, gallery=_gallery(metrics["errors"], folders),
        )
    )  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")


def _plots(metrics: Mapping[str, Any], name: str) -> dict[str, Any]:
    one = metrics["sets"][name]
    drawn = {
        "reliability": plots.reliability(one["calibration"], name) if one["calibration"]["bins"] else "",
        "risk": plots.risk_coverage(one["risk_coverage"]["curve"], name) if one["risk_coverage"]["curve"] else "",
        "recall": plots.recalls(one["leaves"], name),
        "confusion": plots.confusion(one["confusion"]["leaf"], name),
    }
    if name in metrics["unfamiliar"]:
        drawn["strangeness"] = plots.strangeness(metrics["unfamiliar"][name], name)
    if metrics.get("robustness", {}).get(name, {}).get("pictures"):
        drawn["damage"] = plots.corruption_curves(metrics["robustness"][name], name)
    return drawn


def _gallery(errors: Sequence[Mapping[str, Any]], folders: Folders | None) -> list[tuple[Mapping[str, Any], str]]:
    missed = [e for e in errors if e["kind"] == "protected missed"]
    false = [e for e in errors if e["kind"] == "false tiger"]
    # Half of each kind; what one kind leaves free the other may take.
    half = GALLERY // 2
    taken = missed[: max(half, GALLERY - len(false))]
    chosen = taken + false[: GALLERY - len(taken)]
    return [(error, _thumbnail(error, folders) if folders else "") for error in chosen]


def _thumbnail(error: Mapping[str, Any], folders: Folders) -> str:
    path = folders.of(error["origin"]) / error["file"].partition("#")[0]
    try:
        image = open_photo(path, min_side=THUMBNAIL).image
    except ImageError:
        return ""  # the page shows the file name; the figures did not need the picture to be here again
    box = parse_fragment(error["file"])
    return data_url(crop_percent(image, box) if box else image, THUMBNAIL)
