"""A release is refused for each guarded figure that got worse, and for nothing else."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import roc_auc_score

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.gate import GateResult, compare
from training.outcomes import Judgement, PictureOutcome, read_outcomes, write_outcomes

TAXONOMY = shipped_taxonomy()
LEAVES = ("tiger_whole", "tiger_skin", "bear_whole", "faux_fur", "unrelated")


def outcomes(per_leaf: int = 60) -> list[PictureOutcome]:
    """A good bundle's answers: nearly all right, confidence as high as it is right, unknown things stranger."""
    random = np.random.default_rng(0)
    result = []
    for origin in ("photo", "render"):
        for leaf in LEAVES:
            truth = TAXONOMY.leaf(leaf).identity
            for k in range(per_leaf):
                top = truth if k % 20 else "N" if truth != "N" else "F"
                shown = "U" if k % 20 == 0 else truth
                result.append(
                    PictureOutcome(
                        f"{leaf}/{k}.jpg", origin, "holdout", f"{origin}-{leaf}-{k // 2}", leaf, shown, top, 0.95,
                        float(random.normal(0, 1)),
                    )
                )  # fmt: skip
    for k in range(100):
        result.append(
            PictureOutcome(f"u{k}.jpg", "photo", "unknown", f"u{k}", None, "U", "N", 0.5, float(random.normal(2, 1)))
        )
    return result


def gate(candidate: list[PictureOutcome], ratios: np.ndarray | None = None, leaves=LEAVES) -> GateResult:
    now = Judgement("tigercheck-0.1.0", LEAVES, tuple(outcomes()))
    return compare(Judgement("tigercheck-0.2.0", leaves, tuple(candidate)), now, TAXONOMY, ratios)


def change(which, **fields) -> list[PictureOutcome]:
    """The good answers with ``fields`` put into every third picture that ``which`` names."""
    chosen = [k for k, o in enumerate(outcomes()) if which(o)][::3]
    return [replace(o, **fields) if k in set(chosen) else o for k, o in enumerate(outcomes())]


def test_an_equal_candidate_passes() -> None:
    result = gate(outcomes(), np.full(20, 1.0))
    assert result.passed
    assert {row.verdict for row in result.rows} == {"no worse"}
    names = [row.figure for row in result.rows]
    for wanted in ("tiger recall, skin, photos", "tiger recall, skin, renders", "tiger recall, whole, photos",
                   "protected answered F or N, photos", "false tiger, renders", "identity accuracy, photos",
                   "calibration error (ECE), renders", "answered, not U, photos",
                   "AUROC of known against unknown, photos", "time of one photo, as a ratio"):  # fmt: skip
        assert wanted in names


WORSE = {
    "tiger recall, skin, photos": change(lambda o: o.leaf == "tiger_skin" and o.origin == "photo", outcome="P"),
    "tiger recall, whole, renders": change(lambda o: o.leaf == "tiger_whole" and o.origin == "render", outcome="P"),
    "protected answered F or N, photos": change(lambda o: o.leaf == "bear_whole" and o.origin == "photo", outcome="N"),
    "false tiger, renders": change(lambda o: o.leaf == "unrelated" and o.origin == "render", outcome="T"),
    "false tiger, photos": change(lambda o: o.set == "unknown", outcome="T"),
    "identity accuracy, photos": change(lambda o: o.leaf == "faux_fur" and o.origin == "photo", top="N"),
    "calibration error (ECE), photos": change(lambda o: o.leaf is not None and o.origin == "photo", confidence=0.6),
    "answered, not U, renders": change(lambda o: o.leaf == "unrelated" and o.origin == "render", outcome="U"),
    "AUROC of known against unknown, photos": change(lambda o: o.set == "unknown", strangeness=-3.0),
}


@pytest.mark.parametrize("figure", WORSE)
def test_each_guarded_figure_alone_refuses(figure: str) -> None:
    result = gate(WORSE[figure])
    assert figure in [row.figure for row in result.refusals]
    # What was not touched is not refused: only accuracy and ECE can move together.
    allowed = {figure, figure.replace("identity accuracy", "calibration error (ECE)")}
    assert {row.figure for row in result.refusals} <= allowed
    (row,) = [row for row in result.refusals if row.figure == figure]
    assert row.interval is not None
    assert row.interval[0] <= row.difference <= row.interval[1]


def test_noise_within_the_interval_passes() -> None:
    """Two of sixty lost and one won: a difference that resampled exhibits do not bear out."""
    good = outcomes()
    skins = [k for k, o in enumerate(good) if o.leaf == "tiger_skin" and o.origin == "photo"]
    lost, won = (skins[5], skins[9]), skins[0]
    noisy = [replace(o, outcome="P" if k in lost else "T" if k == won else o.outcome) for k, o in enumerate(good)]
    result = gate(noisy)
    (row,) = [row for row in result.rows if row.figure == "tiger recall, skin, photos"]
    assert row.difference < 0
    assert result.passed


def test_many_photos_of_one_exhibit_count_as_one() -> None:
    """Ten lost photos refuse if they are ten exhibits, not if they are one of many."""
    good = [replace(o, exhibit=f"{o.exhibit}-{o.file}") for o in outcomes()]
    lost = set([k for k, o in enumerate(good) if o.leaf == "tiger_whole" and o.origin == "photo"][21:31])
    one = [replace(o, exhibit="same") if k in lost else o for k, o in enumerate(good)]
    for base, passes in ((good, False), (one, True)):
        worse = [replace(o, outcome="P") if k in lost else o for k, o in enumerate(base)]
        now, then = Judgement("a-0.1.0", LEAVES, tuple(base)), Judgement("a-0.2.0", LEAVES, tuple(worse))
        refused = [row.figure for row in compare(then, now, TAXONOMY).refusals]
        assert ("tiger recall, whole, photos" not in refused) is passes


def test_a_better_candidate_passes_and_is_called_better() -> None:
    better = [replace(o, top=TAXONOMY.leaf(o.leaf).identity, confidence=0.99) if o.leaf else o for o in outcomes()]
    result = gate(better)
    assert result.passed
    assert "identity accuracy, photos" in [row.figure for row in result.rows if row.verdict == "better"]


def test_leaves_the_bundle_in_use_never_knew_do_not_count_against() -> None:
    claws = [
        PictureOutcome(f"claw{k}.png", "render", "holdout", f"c{k}", "tiger_claw", answer, "T", 0.9, 0.0)
        for k, answer in enumerate("NT" * 20)
    ]
    now = Judgement("a-0.1.0", LEAVES, (*outcomes(), *(replace(o, outcome="T") for o in claws)))
    then = Judgement("a-0.2.0", (*LEAVES, "tiger_claw"), (*outcomes(), *claws))
    result = compare(then, now, TAXONOMY)
    assert result.passed
    assert result.new_leaves == ("tiger_claw",)
    assert not [row for row in result.rows if "claw" in row.figure]


def test_a_leaf_or_figure_that_is_missing_refuses() -> None:
    result = gate(outcomes(), leaves=LEAVES[1:])
    assert [row.figure for row in result.refusals] == ["knows tiger_whole"]
    with pytest.raises(TrainingError, match=r"was not asked 100 of the pictures .* same manifests"):
        gate([o for o in outcomes() if o.leaf])


@pytest.mark.parametrize(("ratio", "passes"), [(1.3, False), (1.05, True), (0.6, True)])
def test_speed_refuses_beyond_its_margin(ratio: float, passes: bool) -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, 40)
    assert gate(outcomes(), ratio + noise).passed is passes


def test_auroc_is_scikit_learns() -> None:
    photos = [o for o in outcomes() if o.origin == "photo"]
    (row,) = [row for row in gate(outcomes()).rows if row.figure.startswith("AUROC")]
    assert row.current == pytest.approx(
        roc_auc_score([o.leaf is None for o in photos], [o.strangeness for o in photos]), abs=1e-12
    )


def test_tables_name_figure_both_values_and_verdict() -> None:
    result = gate(WORSE["false tiger, photos"])
    console = Console(record=True, width=200, quiet=False, file=io.StringIO())
    console.print(result.table())
    for text in (console.export_text(), result.markdown()):
        assert "false tiger, photos" in text
        assert "worse" in text
        assert "0.000" in text
    assert result.as_dict()["passed"] is False


def test_outcomes_are_kept_as_they_were(tmp_path: Path) -> None:
    write_outcomes(tmp_path / "o.csv", outcomes())
    assert read_outcomes(tmp_path / "o.csv") == outcomes()
    text = (tmp_path / "o.csv").read_text(encoding="utf-8").replace("holdout", "training", 1)
    (tmp_path / "o.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TrainingError, match="row 0: set"):
        read_outcomes(tmp_path / "o.csv")
