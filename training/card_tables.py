"""Tables of the model card. Whatever was not measured is a dash, never a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from model.bundle import BundleInfo
from model.manifest import ManifestRow
from model.taxonomy import Taxonomy

DASH = "–"
SPLITS = ("train", "validation", "calibration", "holdout")
EVIDENCE = {
    "photo": "independent real photos (a source never trained on)",
    "proxy": "related or same-source photos only",
    "render": "rendered pictures only",
}
#: Headline figures by their names in metrics.json; the first that is there is shown.
_HEADLINE = (
    (("tiger_recall",), "tigers answered T"),
    (("tiger_recall_live",), "live tigers answered T"),
    (("tiger_recall_coat_crops",), "tiger coat crops answered T (proxy for skins)"),
    (("tiger_detained",), "tigers answered T or P (detained)"),
    (("false_tiger",), "things that are not tiger answered T"),
    (("protected_missed",), "protected (T or P) answered F or N"),
    (("unprotected_flagged",), "unprotected (F or N) flagged T or P"),
    (("answered",), "answered at all (not U)"),
    (("identity_accuracy", "identity_accuracy_before_abstaining"), "identity accuracy, before abstaining"),
)


def dig(data: Any, *path: str) -> Any:
    """The value at ``path`` inside nested mappings, ``None`` where anything is missing."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def cell(figure: Any, *, percent: bool = True) -> str:
    """A figure as ``97.0 % (131/135; 95 % 92.6–99.2)``, or ``0.031 (n = 135; …)``, or a dash if nothing was counted."""
    if not isinstance(figure, Mapping) or not figure.get("n") or figure.get("value") is None:
        return DASH
    value, limits = figure["value"], figure.get("interval_95") or []
    if percent:
        count = f"{figure['count']}/{figure['n']}" if "count" in figure else f"n = {figure['n']}"
        span = f"; 95 % {100 * limits[0]:.1f}–{100 * limits[1]:.1f}" if limits else ""
        return f"{100 * value:.1f} % ({count}{span})"
    span = f"; 95 % {limits[0]:.3f}–{limits[1]:.3f}" if limits else ""
    return f"{value:.3f} (n = {figure['n']}{span})"


def table(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """A Markdown table, or a dash without rows."""
    rows = list(body)
    if not rows:
        return DASH
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def classes(info: BundleInfo, rows: Sequence[ManifestRow], taxonomy: Taxonomy) -> str:
    """Every class with what its figures rest on, and rows by origin and split."""
    counts = Counter((row.leaf, row.origin, row.split) for row in rows)
    unstated = Counter(r.leaf for r in rows if r.split == "train" and r.licence.strip() == "unstated")
    body = []
    for leaf_id in info.leaves:
        leaf = taxonomy.leaf(leaf_id)
        numbers = [f"{counts[leaf_id, 'photo', s]} + {counts[leaf_id, 'render', s]}" for s in SPLITS]
        evidence = EVIDENCE[info.evidence[leaf_id]]
        body.append([f"`{leaf_id}`", leaf.identity, leaf.cap, evidence, *numbers, str(unstated[leaf_id])])
    header = ["class", "identity", "strongest claim", "tested on", "train", "val.", "calib.", "held out"]
    return table([*header, "train rows of unstated licence"], body)


def headline(figures: Any, ece: Any) -> str:
    """The figures that decide, of one set."""
    body = []
    for names, label in _HEADLINE:
        known = next((dig(figures, name) for name in names if dig(figures, name) is not None), None)
        if known is not None or names == ("tiger_recall",) or len(names) > 1:
            body.append([label, cell(known)])
        if names == ("tiger_recall",):
            body += [
                [f"tiger: {item}", cell(one)] for item, one in (dig(figures, "tiger_recall_by_item") or {}).items()
            ]
    body.append(["calibration error (ECE), identity level", cell(ece, percent=False)])
    if dig(ece, "if_calibrated") is not None:
        low, high = ece["if_calibrated_95"]
        chance = f"{ece['if_calibrated']:.3f} ({low:.3f} to {high:.3f}) by chance"
        body.append(["the same of a perfectly calibrated model", chance])
    return table(["figure", "value"], body)


def by_leaf(leaves: Any) -> str:
    """Recall and precision of each leaf by the most probable leaf, and the share answered with its identity."""
    return table(
        ["class", "recall", "precision", "AUROC"],
        [[f"`{n}`", cell(dig(f, "recall")), cell(dig(f, "precision")), cell(dig(f, "auroc"), percent=False)]
         for n, f in (leaves or {}).items()],
    )  # fmt: skip


def pairs(figures: Any) -> str:
    """Things that are taken for each other."""
    body = []
    for name, pair in (figures or {}).items():
        for label, one in ((name, pair), *((f"{name}: {kind}", f) for kind, f in (dig(pair, "kinds") or {}).items())):
            body.append(
                [label, cell(dig(one, "auroc"), percent=False), cell(dig(one, "first_let_go")),
                 cell(dig(one, "second_flagged"))]
            )  # fmt: skip
    return table(["pair", "AUROC", "first answered as the second's identity", "second as the first's"], body)


def confusion(counts: Any) -> str:
    """Rows are what it is, columns what was answered."""
    if not counts:
        return DASH
    codes = list(next(iter(counts.values())))
    return table(["", *codes], [[name, *(str(row[c]) for c in codes)] for name, row in counts.items()])


def by_source(groups: Any) -> str:
    """Headline figures by source."""
    return table(
        ["source", "pictures", "tigers → T", "not tiger → T", "protected → F/N", "answered"],
        [
            [
                name.removeprefix("github:"), str(g.get("pictures", g.get("photos", DASH))),
                cell(g.get("tiger_recall", g.get("tiger_recall_live"))), cell(g.get("false_tiger")),
                cell(g.get("protected_missed")), cell(g.get("answered")),
            ]
            for name, g in (groups or {}).items()
        ],
    )  # fmt: skip


def frequencies(info: BundleInfo) -> str:
    """How often the leading identity was right, by origin and its probability."""
    body = [
        [one.origin, f"{100 * each.low:.1f} to {100 * each.high:.1f} %", f"{each.right} of {each.n}",
         "{:.1f} to {:.1f} %".format(*(100 * side for side in each.interval))]
        for one in info.frequencies
        for each in one.bins
    ]  # fmt: skip
    return table(["origin", "probability of the leading identity", "right", "95 % interval"], body) if body else DASH


def thresholds(info: BundleInfo) -> str:
    """Every limit with the number of exhibits it was fitted on and its guarantee."""
    sets = {"": info.thresholds}
    if info.render_thresholds is not None:
        sets = {" (leaves with photos)": info.thresholds, " (leaves with renders only)": info.render_thresholds}
    named = {
        f"{name}{which}": getattr(limits, name.replace(" ", "_"))
        for which, limits in sets.items() for name in ("release", "flag", "tiger", "prediction set")
    }  # fmt: skip
    named[f"unfamiliar ({info.out_of_distribution.method})"] = info.out_of_distribution.threshold
    return table(
        ["limit", "value", "n exhibits", "statement"],
        [[name, f"{t.value:.4f}", str(t.n), t.statement] for name, t in named.items()],
    )


def graphs(export: Any) -> str:
    """Each exported graph: size, parity with torch, speed, and what it keeps of fp32's figures."""
    body = []
    for name, graph in (dig(export, "graphs") or {}).items():
        origins = graph["by_origin"].items()
        accuracy, recall = (
            ", ".join(f"{o} {DASH if f[key] is None else format(100 * f[key], '.1f') + ' %'}" for o, f in origins)
            for key in ("identity_accuracy", "tiger_recall")
        )
        ratio = graph["time_ratio"]
        body.append(
            [
                f"**{name}**" if name == export["chosen"] else name, f"{graph['bytes'] / 1e6:.2f} MB",
                f"{graph['parity']['largest_probability_difference']:.1e}",
                f"{graph['parity'].get('mean_probability_difference', float('nan')):.1e}",
                f"{ratio['median']:.2f} ({ratio['quartiles'][0]:.2f}–{ratio['quartiles'][1]:.2f})", accuracy, recall,
            ]
        )  # fmt: skip
    header = ["graph", "size", "largest p difference to torch", "mean", "time / fp32 (quartiles)"]
    return table([*header, "identity accuracy, validation", "tiger recall, validation"], body)


def sources(rows: Sequence[ManifestRow]) -> str:
    """What the weights were trained on, with the licence each source states."""
    counts = Counter((r.source.split("@")[0], r.origin, r.licence) for r in rows if r.split == "train")
    return table(
        ["source", "kind", "licence as stated there", "train rows"],
        [[source.removeprefix("github:"), origin, licence, str(n)]
         for (source, origin, licence), n in counts.most_common()],
    )  # fmt: skip
