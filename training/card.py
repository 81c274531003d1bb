"""The model card: what a bundle is for, what it was made from, what it was measured to do, and what it cannot do.

The format is Hugging Face's (Mitchell et al., Model Cards for Model Reporting, FAT* 2019); its metadata are made by
``huggingface_hub`` and can be read back with ``ModelCard.load``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from model.bundle import BundleInfo
from model.manifest import ManifestRow
from model.taxonomy import Taxonomy
from training import card_tables as t
from training.card_tables import DASH, cell, dig
from training.gate import gate_markdown

_ORIGINS = {"photos": "real photos", "renders": "renders"}
_INDEXED = (
    ("tiger_recall", "recall", "tigers answered T"),
    ("false_tiger", "false_positive_rate", "things that are not tiger answered T"),
    ("protected_missed", "false_negative_rate", "protected things answered F or N"),
    ("identity_accuracy", "accuracy", "identity accuracy before abstaining"),
)


def model_card(info: BundleInfo, metrics: dict[str, Any], rows: Sequence[ManifestRow], taxonomy: Taxonomy) -> str:
    """The card as Markdown with Hugging Face metadata on top.

    Args:
        info: the bundle.
        metrics: ``tigercheck.metrics/2``, with ``export`` and ``release`` where they are known; what is missing is
            shown as a dash.
        rows: all manifest rows of the bundle's leaves.
        taxonomy: names, identities and caps.
    """
    sets = _sets(metrics)
    photos, renders = sets.get("photos", {}), sets.get("renders", {})
    sections = [
        f"---\n{_metadata(info, sets)}\n---",
        f"# {info.id}",
        "## What it is for",
        "Photo triage of suspected tiger parts at checkpoints, offline: one to eight photos of an exhibit in, one "
        "answer out. It is a provisional field aid: an answer is a ground to detain and refer, or to go on looking, "
        "never an appraisal conclusion and never a clearance. T: consistent with tiger. P: consistent with another "
        "protected animal. F: features suggest an imitation. N: no wildlife item recognised. U: cannot tell.",
        "## What it is not for",
        _not_for(info, taxonomy),
        "## Classes and what each rests on",
        "Rows as photos + renders.\n\n" + t.classes(info, rows, taxonomy),
        "## Figures on real photos from sources never trained on",
        "Every interval resamples exhibits (near-duplicate photos are one exhibit); at 0 or 100 % it is the exact "
        "Clopper-Pearson interval. Thresholds, temperature and the epoch were chosen without these rows. No render is "
        "in these figures.",
        t.headline(photos.get("headline"), dig(photos, "calibration", "ece")) + _note(metrics),
        "### By source",
        t.by_source(dig(photos, "slices", "source")),
        "### By class",
        t.by_leaf(photos.get("leaves")),
        "### Confusion (rows: what it is, columns: the answer)",
        t.confusion(dig(photos, "confusion", "identity")),
        "## Figures on renders",
        "**Renders are not photos.** They are computer-made pictures of exhibits, places and parameters that no weight "
        "and no threshold saw. These figures say how well the classes are told apart there, and nothing yet of seized "
        "objects in a hand. They are never pooled with the figures above.",
        t.headline(renders.get("headline"), dig(renders, "calibration", "ece")),
        "### By class, renders",
        t.by_leaf(renders.get("leaves")),
        "### Confusion, renders (rows: what it is, columns: the answer)",
        t.confusion(dig(renders, "confusion", "identity")),
        "## Pairs that are taken for each other",
        "### Photos",
        t.pairs(photos.get("pairs")),
        "### Renders",
        t.pairs(renders.get("pairs")),
        "## Thresholds and their guarantees",
        f"Fitted on: {info.thresholds.release.rows}. Temperature {info.temperature:.4f}.\n"
        "The guarantees hold for exhibits exchangeable with those rows. Seized objects photographed at a checkpoint "
        "are not; the figures above, on foreign sources, show how far they carry.",
        t.thresholds(info),
        "## How often it was right, by its own probability",
        "One calibration picture an exhibit; the page words these counts for the officer. The temperature was fitted "
        "on the same pictures, so foreign sources may do worse: see the calibration error above.\n\n"
        + t.frequencies(info),
        "## Things it has no class for",
        _unknown(info, metrics),
        "## The graph",
        _graph(info, metrics),
        "## Compared with the bundle before",
        _gate(metrics),
        "## Training data",
        t.sources(rows) + _further(info),
        "Photos whose licence is not stated were trained on only for classes that have no photos under a stated one; "
        "the last column of the table of classes counts them. No photo is shipped; the manifest names every source. "
        "Recipe, manifest hash and commit are in `bundle.json`, all figures in `metrics.json`.",
        "## Limits",
        "- Nobody may publish photos of seized tiger parts, so classes tested on rendered pictures only were never "
        "tested on the thing itself.\n"
        "- A photo shows the surface. Where the strongest claim is a type or a material, no answer goes further.\n"
        "- Photos of one exhibit taken at another angle, wet, burnt, cut or painted may look like nothing seen here.\n"
        "- int8 figures are of the processor they were made on; see the section on the graph.",
    ]
    return "\n\n".join(sections) + "\n"


def _sets(metrics: dict[str, Any]) -> dict[str, Any]:
    """``metrics["sets"]``, made from the first metrics format if it is that."""
    if "holdout_all" not in metrics:
        return dict(metrics.get("sets") or {})
    everything = metrics["holdout_all"]
    whole = {
        "headline": everything, "calibration": {"ece": everything.get("expected_calibration_error")},
        "confusion": {"identity": everything.get("confusion")}, "slices": {"source": metrics.get("holdout_by_source")},
    }  # fmt: skip
    return {"photos": whole}


def _metadata(info: BundleInfo, sets: dict[str, Any]) -> str:
    """Results go into the index only with what they were counted on: origin, split, n and interval."""
    results = []
    for name, words in _ORIGINS.items():
        for key, kind, label in _INDEXED:
            figure = dig(sets, name, "headline", key)
            if cell(figure) != DASH:
                results.append(
                    EvalResult(
                        task_type="image-classification", task_name="identity by photo",
                        dataset_type=f"tigercheck-{name}", dataset_name=f"tigercheck holdout, {words}",
                        dataset_split="holdout", metric_type=kind, metric_value=figure["value"],
                        metric_name=f"{label}: {cell(figure)}",
                    )
                )  # fmt: skip
    network = dig(info.recipe, "network", "backbone")
    data = ModelCardData(
        license="apache-2.0", language=["vi", "zh", "en"], library_name="onnxruntime",
        pipeline_tag="image-classification", tags=["wildlife-forensics", "tiger", "triage", "onnx"],
        model_name=info.id, eval_results=results or None,
        base_model="google/efficientnet-lite0" if network in (None, "tf_efficientnet_lite0") else f"timm/{network}",
    )  # fmt: skip
    return data.to_yaml()


def _not_for(info: BundleInfo, taxonomy: Taxonomy) -> str:
    missing = [leaf.names.en.text for leaf in taxonomy.leaves if leaf.id not in info.leaves]
    renders = [taxonomy.leaf(leaf).names.en.text for leaf in info.leaves if info.evidence[leaf] == "render"]
    lines = ["It cannot settle what a thing is: that is for an appraiser or a laboratory."]
    if missing:
        lines.append(
            f"It has **never seen** these, and nothing here measures them: {', '.join(missing)}. A photo of one may be "
            "answered as unfamiliar, or wrongly as one of the classes below."
        )
    if renders:
        lines.append(f"It was tested on rendered pictures only, never on a real one, for: {', '.join(renders)}.")
    lines.append("Glue, wine, powder, meat and whiskers cannot be identified from any photo.")
    return "\n".join(lines)


def _note(metrics: dict[str, Any]) -> str:
    return f"\n\n{metrics['note']}" if metrics.get("note") else ""


def _further(info: BundleInfo) -> str:
    further, text = info.further_renders, ""
    if info.start_sha256:
        text = f"\n\nTraining went on from the weights of an earlier run or bundle (sha256 `{info.start_sha256}`)."
    if further is None:
        return text
    return text + (
        f"\n\nBeyond these, {further.count} renders that are not shipped were trained on (sha256 of their list, "
        f"of several lists that of their sha256, a line each: `{further.sha256}`); `docs/training.md` of the project "
        "says how they are made again. None is in any figure."
    )


def _unknown(info: BundleInfo, metrics: dict[str, Any]) -> str:
    old, new = dig(metrics, "unknown_things_all", "confusion"), dig(metrics, "sets", "unknown", "outcomes")
    figures = dig(metrics, "unfamiliar", "photos")
    body = [
        ["AUROC of known against unknown (photos)", cell(dig(figures, "auroc"), percent=False)],
        ["false alarms on known things at 95 % found", cell(dig(figures, "fpr_at_95_tpr"))],
        ["unknown things answered T", cell(dig(metrics, "sets", "unknown", "headline", "false_tiger"))],
        ["unknown things answered F or N", cell(dig(new, "let_go"))],
    ]
    return (
        "Skulls of small mammals, sharks' teeth, wild mammals without a class, furs of unknown origin. None was "
        f"trained on; the score is `{info.out_of_distribution.method}`. The right answer is U; a tiger flag is an "
        "error, and so is F or N for what may be protected.\n\n"
        + t.table(["figure", "value"], body)
        + (f"\n\n{t.confusion(old)}" if old else "")
    )


def _graph(info: BundleInfo, metrics: dict[str, Any]) -> str:
    export, p = metrics.get("export"), info.preprocessing
    backbone = dig(info.recipe, "network", "backbone") or "unnamed backbone"
    cut = "the whole photo squeezed to the square" if p.crop == "squash" else "the middle square"
    text = f"`{backbone}` at {p.size} px ({cut}); outputs logits, embedding and class-activation map."
    if not export:
        parity = metrics.get("parity") or {}
        known = "largest_probability_difference" in parity
        size = f"{parity['largest_probability_difference']:.1e} on {parity['photos']} pictures" if known else DASH
        return f"{text} Largest difference of a probability between torch and ONNX: {size}."
    present = [flag for flag, there in (export.get("cpu") or {}).items() if there]
    return (
        f"{text} What ships and why: {export['reason']}\n\n{t.graphs(export)}\n\n"
        f"Judged on {export['judged_on']}; int8 ranges from {len(export['calibrated_on'])} training pictures; times of "
        f"one photo on {export['threads']} thread, {export['rounds']} interleaved rounds, onnxruntime "
        f"{export['onnxruntime']}, on a processor with {', '.join(present) or 'none of the flags asked for'}."
    )


def _gate(metrics: dict[str, Any]) -> str:
    gate, accepted = dig(metrics, "release", "gate"), dig(metrics, "release", "accepted")
    if not gate:
        return DASH
    new = (
        f" Classes it did not know: {', '.join(f'`{leaf}`' for leaf in gate['new_leaves'])}."
        if gate["new_leaves"]
        else ""
    )
    words = (
        f"Both answered the same held-out pictures; pictures of classes that {gate['current']} did not know are left "
        f"out. Differences and intervals are drawn by exhibit, both on the same draws.{new}\n\n{gate_markdown(gate)}"
    )
    if accepted:
        words += (
            f"\n\n**Released although worse** in {'; '.join(accepted['figures'])}. Reason given: {accepted['reason']}"
        )
    return words
