"""How a bundle does on renders that no choice has seen.

    R=training/recipes/render/fresh.toml
    tigercheck-train render --recipe $R --out RUN
    tigercheck-train render publish --recipe $R --run RUN --renders SET --manifest-dir SET
    python benchmarks/fresh_renders.py SET [--bundle FOLDER]

The shipped holdout serves every release, so each candidate that is put before the gate has seen it. These exhibits have
another seed and are made when wanted. Shown are the headline figures with 95 % intervals over exhibits, recall by
leaf, and calibration beside what a perfectly calibrated model would show by chance.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from model.bundle import MODEL, load_bundle
from model.manifest import read_manifest
from model.taxonomy import shipped_taxonomy
from training.evaluation.figures import set_figures
from training.evaluation.intervals import share
from training.evaluation.judging import answer
from training.outputs import run_graph
from training.pictures import Folders, case_of
from training.render.recipe import load_render_recipe

_RECIPES = Path(__file__).resolve().parent.parent / "training" / "recipes" / "render"


def line(name: str, figure: Mapping[str, Any]) -> str:
    """A figure with its counts and interval."""
    if figure["value"] is None:
        return f"{name:58} –"
    low, high = figure["interval_95"]
    count = f"{figure['count']} of {figure['n']}, " if "count" in figure else f"n = {figure['n']}, "
    return f"{name:58} {figure['value']:.3f}  ({count}{low:.3f} to {high:.3f})"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of published renders, with their renders.csv")
    parser.add_argument("--bundle", type=Path, help="bundle folder; default the one in use")
    options = parser.parse_args()
    bundle, taxonomy = load_bundle(options.bundle), shipped_taxonomy()
    cases = [case_of(row) for row in read_manifest(options.folder / "renders.csv", taxonomy) if row.split == "holdout"]
    if not cases:
        raise SystemExit(f"{options.folder / 'renders.csv'} has no row of split holdout")
    outputs = run_graph(
        bundle.path / MODEL, cases, Folders(options.folder, options.folder), bundle.info.preprocessing
    )  # fmt: skip
    answers = answer(outputs, bundle, taxonomy)
    found = set_figures(answers, taxonomy)
    print(f"{bundle.info.id} on {found['pictures']} renders of {found['exhibits']} exhibits")
    for name, figure in found["headline"].items():
        if name == "outcomes":
            print(f"{name:58} {figure}")
        elif name == "tiger_recall_by_item":
            for item, one in figure.items():
                print(line(f"  tigers answered T, {item}", one))
        else:
            print(line(name, figure))
    ece = found["calibration"]["ece"]
    print(line("ECE", ece))
    low, high = ece["if_calibrated_95"]
    print(f"{'  by chance, if calibrated':58} {ece['if_calibrated']:.3f}  ({low:.3f} to {high:.3f})")
    for leaf, figures in found["leaves"].items():
        if figures["recall"]["value"] is not None:
            print(line(f"recall of {leaf}", figures["recall"]))
    held = set(load_render_recipe(_RECIPES / "parts.toml", taxonomy, options.folder).holdout_generators)
    new = np.asarray([case.subject in held for case in cases])
    for name, which in (("kinds that training saw", ~new), ("kinds held out whole", new)):
        kept = answers.only(which)
        print(line(f"identity right, {name}", share(kept.correct, kept.exhibits)))


if __name__ == "__main__":
    main()
