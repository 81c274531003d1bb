"""The model card: what a bundle is for, what it was made from, what it was measured to do, and what it cannot do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import yaml

from model.bundle import BundleInfo
from model.manifest import ManifestRow
from model.taxonomy import Taxonomy

_EVIDENCE = {
    "photo": "independent real photos (a source never trained on)",
    "proxy": "related or same-source photos only",
    "render": "rendered pictures only",
}


def cell(figure: dict[str, Any]) -> str:
    """A share as ``97.0 % (131/135; 95 % 92.6–99.2)``, or a dash if nothing was counted."""
    if not figure["n"]:
        return "–"
    low, high = (100 * x for x in figure["interval_95"])
    return f"{100 * figure['value']:.1f} % ({figure['count']}/{figure['n']}; 95 % {low:.1f}–{high:.1f})"


def _error_cell(figure: dict[str, Any]) -> str:
    if not figure["n"]:
        return "–"
    low, high = figure["interval_95"]
    return f"{figure['value']:.3f} (n = {figure['n']}; 95 % {low:.3f}–{high:.3f})"


def _table(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in body])


def _short(source: str) -> str:
    return source.removeprefix("github:")


def model_card(info: BundleInfo, metrics: dict[str, Any], rows: list[ManifestRow], taxonomy: Taxonomy) -> str:
    """The card as Markdown with Hugging Face metadata on top."""
    header = yaml.safe_dump(
        {
            "license": "apache-2.0",
            "language": ["vi", "zh", "en"],
            "library_name": "onnxruntime",
            "pipeline_tag": "image-classification",
            "base_model": "google/efficientnet-lite0",
            "tags": ["wildlife-forensics", "tiger", "triage"],
        },
        sort_keys=False,
    )
    trained = set(info.leaves)
    missing = [leaf for leaf in taxonomy.leaves if leaf.id not in trained]
    sections = [
        f"---\n{header}---",
        f"# {info.id}",
        "Photo triage of suspected tiger parts at checkpoints. A provisional field aid: a result is a ground to detain "
        "and refer, never an appraisal conclusion and never a clearance.",
        "## What it cannot do",
        "It has **never seen** these, and nothing here measures them: "
        + ", ".join(leaf.names.en.text for leaf in missing)
        + ".\nA photo of one may be answered as unfamiliar, or wrongly as one of the classes below. In particular it "
        "cannot judge claws, teeth, skulls, bones or dyed hides, and the only imitations it knows are plush toys and a "
        "few animal prints. Its skin classes were learned from coats of live animals, not from seized skins.\n"
        "Glue, wine, powder, meat and whiskers cannot be identified from any photo.",
        "## Classes and what each rests on",
        _classes(info, metrics, rows, taxonomy),
        "## Figures on sources never trained on",
        "Every interval resamples exhibits (near-duplicate photos are one exhibit); at 0 or 100 % it is the exact "
        "Clopper-Pearson interval. Real photos only; no renders are in these figures. Thresholds, temperature and the "
        "epoch were chosen without these rows.",
        _headline(metrics) + (f"\n\n{metrics['note']}" if metrics["note"] else ""),
        "### By source",
        _by_source(metrics["holdout_by_source"]),
        "### Confusion, all held-out photos (rows: truth, columns: answer)",
        _confusion(metrics["holdout_all"]["confusion"]),
        "### Things it has no class for",
        "Skulls of small mammals, sharks' teeth, raccoons, other wild mammals and fur of unknown origin, left out of "
        "training. The right answer is U; a tiger flag is an error, and so is F or N for what may be protected.",
        _confusion(metrics["unknown_things_all"]["confusion"]),
        "## Thresholds and their guarantees",
        "Fitted on: " + metrics["calibration"]["rows"] + f". Temperature {metrics['calibration']['temperature']}.\n"
        "The guarantees hold for exhibits exchangeable with those rows. Seized objects photographed at a checkpoint "
        "are not; the figures above, on foreign sources, show how far they carry.",
        _thresholds(info),
        "## Training data",
        _sources(rows),
        "Photos whose licence is not stated were trained on only for classes that have no photos under a stated one "
        "(bears, plush toys). No photo is shipped; the manifest names every source.",
        "## Technical",
        f"EfficientNet-Lite0 at {info.preprocessing.size} px (whole photo squeezed to the square, mean and std 0.5), "
        "fp32 ONNX; outputs logits, embedding and class-activation map. Recipe, manifest hash and commit are in "
        f"`bundle.json`. torch and ONNX probabilities differ by at most "
        f"{metrics['parity']['largest_probability_difference']:.1e} on {metrics['parity']['photos']} held-out photos.",
    ]
    return "\n\n".join(sections) + "\n"


def _classes(info: BundleInfo, metrics: dict[str, Any], rows: list[ManifestRow], taxonomy: Taxonomy) -> str:
    counts = metrics["rows"]
    body = []
    for leaf_id in info.leaves:
        leaf = taxonomy.leaf(leaf_id)
        unstated = sum(1 for r in rows if r.leaf == leaf_id and r.split == "train" and r.licence.strip() == "unstated")
        body.append(
            [
                f"`{leaf_id}`", leaf.identity, leaf.cap, _EVIDENCE[info.evidence[leaf_id]],
                *(str(counts[leaf_id][s]) for s in ("train", "validation", "calibration", "holdout")), str(unstated),
            ]
        )  # fmt: skip
    header = ["class", "identity", "strongest claim", "tested on", "train", "val.", "calib.", "held out"]
    return _table([*header, "train rows of unstated licence"], body)


def _headline(metrics: dict[str, Any]) -> str:
    everything = metrics["holdout_all"]
    return _table(
        ["figure", "value"],
        [
            ["live tigers answered T", cell(everything["tiger_recall_live"])],
            ["tiger coat crops answered T (proxy for skins)", cell(everything["tiger_recall_coat_crops"])],
            ["tigers answered T or P (detained)", cell(everything["tiger_detained"])],
            ["things that are not tiger answered T", cell(everything["false_tiger"])],
            ["the same, with the things it has no class for", cell(metrics["false_tiger_over_everything"])],
            ["protected (T or P) answered F or N", cell(everything["protected_missed"])],
            ["unprotected (F or N) flagged T or P", cell(everything["unprotected_flagged"])],
            ["answered at all (not U)", cell(everything["answered"])],
            ["expected calibration error, identity level", _error_cell(everything["expected_calibration_error"])],
        ],
    )


def _by_source(groups: dict[str, Any]) -> str:
    header = ["source", "photos", "live tigers → T", "not tiger → T", "protected → F/N", "answered", "ECE"]
    return _table(
        header,
        [
            [
                _short(name), str(g["photos"]), cell(g["tiger_recall_live"]), cell(g["false_tiger"]),
                cell(g["protected_missed"]), cell(g["answered"]), _error_cell(g["expected_calibration_error"]),
            ]
            for name, g in groups.items()
        ],
    )  # fmt: skip


def _confusion(table: dict[str, dict[str, int]]) -> str:
    codes = list(next(iter(table.values()))) if table else []
    return _table(["", *codes], [[name, *(str(row[c]) for c in codes)] for name, row in table.items()])


def _thresholds(info: BundleInfo) -> str:
    limits = info.thresholds
    named = {
        "release": limits.release, "flag": limits.flag, "tiger": limits.tiger,
        "prediction set": limits.prediction_set, "unfamiliar (energy)": info.out_of_distribution.threshold,
    }  # fmt: skip
    return _table(
        ["limit", "value", "n exhibits", "statement"],
        [[name, f"{t.value:.4f}", str(t.n), t.statement] for name, t in named.items()],
    )


def _sources(rows: list[ManifestRow]) -> str:
    counts = Counter((r.source.split("@")[0], r.licence) for r in rows if r.split == "train")
    return _table(
        ["source", "licence as stated there", "train rows"],
        [[_short(source), licence, str(n)] for (source, licence), n in counts.most_common()],
    )
