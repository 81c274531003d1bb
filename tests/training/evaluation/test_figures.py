"""Figures against cases small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from model.taxonomy import shipped_taxonomy
from training.errors import TrainingError
from training.evaluation.bars import judge_bars
from training.evaluation.errors import worst_errors
from training.evaluation.figures import set_figures
from training.evaluation.judging import Answers
from training.evaluation.pairs import Pair, load_pairs, pair_figures
from training.evaluation.slices import common_attributes, slice_figures
from training.evaluation.unfamiliar import unfamiliar_figures

TAXONOMY = shipped_taxonomy()
Make = Callable[..., Answers]
TIGER, CAT, FUR, THING = "tiger_whole", "other_cat_whole", "faux_fur", "unrelated"


def test_perfect_model(make_answers: Make) -> None:
    figures = set_figures(make_answers([(leaf, leaf, 0.97) for leaf in (TIGER, CAT, FUR, THING)] * 5), TAXONOMY)
    head = figures["headline"]
    assert [head[k]["value"] for k in ("tiger_recall", "identity_accuracy", "answered")] == [1, 1, 1]
    assert [head[k]["count"] for k in ("false_tiger", "protected_missed", "unprotected_flagged")] == [0, 0, 0]
    for leaf in (TIGER, CAT, FUR, THING):
        one = figures["leaves"][leaf]
        assert {one[k]["value"] for k in ("recall", "precision", "recall_of_outcome", "auroc")} == {1}
        assert one["recall"]["n"] == 5
    assert figures["risk_coverage"]["aurc"]["value"] == 0
    assert figures["prediction_sets"]["coverage"]["value"] == 1
    assert figures["prediction_sets"]["mean_size"] == 1
    assert {check["verdict"] for check in figures["guarantees"].values()} == {"holds here"}


def test_model_that_abstains_keeps_its_accuracy_and_answers_nothing(make_answers: Make) -> None:
    rows = [(TIGER, TIGER, 0.5), (CAT, CAT, 0.5), (FUR, FUR, 0.8), (THING, THING, 0.8)]
    figures = set_figures(make_answers(rows), TAXONOMY)
    head = figures["headline"]
    assert head["identity_accuracy"]["value"] == 1
    assert head["answered"]["count"] == 1  # the cat: T and P together pass the flag, and P leads
    assert head["tiger_recall"]["value"] == 0
    assert figures["leaves"][FUR]["recall"]["value"] == 1
    assert figures["leaves"][FUR]["recall_of_outcome"]["value"] == 0
    assert figures["confusion"]["identity"]["F"] == {"T": 0, "P": 0, "F": 0, "N": 0, "U": 1}
    assert head["identity_accuracy_of_answers"]["n"] == 1


def test_one_exhibit_with_many_photos_counts_once_in_a_promise_and_widens_intervals(make_answers: Make) -> None:
    rows = [(TIGER, THING, 0.99)] * 20 + [(TIGER, TIGER, 0.99)] * 20
    many = make_answers(rows, exhibits=["x"] * 20 + [f"y{k}" for k in range(20)])
    promise = set_figures(many, TAXONOMY)["guarantees"]["release"]["rate"]
    assert (promise["count"], promise["n"]) == (1, 21)
    head = set_figures(many, TAXONOMY)["headline"]["protected_missed"]
    apart = set_figures(make_answers(rows), TAXONOMY)["headline"]["protected_missed"]
    assert (head["value"], head["exhibits"], apart["exhibits"]) == (0.5, 21, 40)
    assert np.diff(head["interval_95"])[0] > 1.5 * np.diff(apart["interval_95"])[0]


def test_false_tigers_include_things_without_a_leaf(make_answers: Make) -> None:
    answers = make_answers([(None, TIGER, 0.99), (CAT, TIGER, 0.99), (CAT, CAT, 0.9), (TIGER, TIGER, 0.99)])
    figures = set_figures(answers, TAXONOMY)
    assert (figures["headline"]["false_tiger"]["count"], figures["headline"]["false_tiger"]["n"]) == (2, 3)
    assert figures["leaves"][TIGER]["precision"]["count"] == 1
    assert figures["leaves"][TIGER]["precision"]["n"] == 3
    assert figures["confusion"]["identity"]["unknown"]["T"] == 1
    assert figures["headline"]["identity_accuracy"]["n"] == 3


def test_broken_promise_is_told_from_chance(make_answers: Make) -> None:
    bad = set_figures(make_answers([(TIGER, THING, 0.99)] * 30), TAXONOMY)["guarantees"]["release"]
    assert bad["verdict"] == "broken here"
    few = set_figures(make_answers([(TIGER, THING, 0.99)] + [(TIGER, TIGER, 0.99)] * 9), TAXONOMY)
    assert few["guarantees"]["release"]["verdict"] == "above alpha, within its interval"


def test_pairs_count_errors_both_ways_and_by_kind(make_answers: Make) -> None:
    pair = Pair(name="cat or fur", first=(CAT,), second=(FUR,), kinds={"plush": ("plush*",), "cloth": ("cloth",)})
    rows = [(CAT, CAT, 0.9), (CAT, FUR, 0.97), (FUR, FUR, 0.97), (FUR, CAT, 0.9), (FUR, FUR, 0.97), (THING, CAT, 0.9)]
    subjects = ["cat", "cat", "plush_bear", "plush_tiger", "cloth", "other"]
    result = pair_figures(make_answers(rows, subjects=subjects), TAXONOMY, (pair,))["cat or fur"]
    assert result["n"] == [2, 3]
    assert (result["first_for_second"]["count"], result["second_for_first"]["count"]) == (1, 1)
    assert (result["first_let_go"]["count"], result["second_flagged"]["count"]) == (1, 1)
    # Of six comparisons: cat right against two furs right (2 wins), tie with the fur taken for a cat; the cat taken
    # for fur ties with two and loses to one. 2 + 0.5 + 1 = 3.5 of 6.
    assert result["auroc"]["value"] == pytest.approx(3.5 / 6, abs=1e-4)
    assert result["kinds"]["plush"]["second_flagged"]["count"] == 1
    assert result["kinds"]["cloth"]["second_flagged"]["count"] == 0


def test_pairs_shipped_name_leaves_and_generators_that_exist() -> None:
    from fnmatch import fnmatch

    from training.render.objects import GENERATORS

    for pair in load_pairs():
        assert {*pair.first, *pair.second} <= set(TAXONOMY.leaf_ids)
        made = [one.name for leaf in pair.second for one in GENERATORS.get(leaf, ())]
        for kind, patterns in pair.kinds.items():
            for pattern in patterns:
                assert any(fnmatch(name, pattern) for name in made), f"{pair.name}, {kind}: {pattern}"
    claws = next(pair for pair in load_pairs() if pair.second == ("imitation_claw",))
    covered = [p for patterns in claws.kinds.values() for p in patterns]
    assert {one.name for one in GENERATORS["imitation_claw"]} == set(covered)


def test_pair_of_a_leaf_that_is_not_there_is_refused(make_answers: Make) -> None:
    with pytest.raises(TrainingError, match="'tiger_whisker'"):
        pair_figures(
            make_answers([(CAT, CAT, 0.9)]), TAXONOMY, (Pair(name="p", first=("tiger_whisker",), second=(CAT,)),)
        )


def test_slices_add_up(make_answers: Make) -> None:
    answers = make_answers([(TIGER, TIGER, 0.99), (TIGER, THING, 0.99), (FUR, FUR, 0.97)], subjects=["a", "b", "b"])
    slices = slice_figures(answers, common_attributes(answers, TAXONOMY))
    assert slices["subject"]["a"]["tiger_recall"]["value"] == 1
    assert slices["subject"]["b"]["protected_missed"]["count"] == 1
    assert slices["subject"]["b"]["identity_accuracy"]["value"] == 0.5
    assert set(slices["evidence"]) == {"photo", "render"}
    assert set(slices["item"]) == {"whole", "skin"}


def test_strangeness_ranks_unknown_things(make_answers: Make) -> None:
    known = make_answers([(TIGER, TIGER, 0.99)] * 4, strangeness=[0, 1, 2, 7])
    unknown = make_answers(
        [(None, THING, 0.9)] * 2, strangeness=[6.5, 9], subjects=["frog", "fossil"], exhibits=["u", "v"]
    )
    result = unfamiliar_figures(known, unknown)
    assert result["auroc"]["value"] == pytest.approx(7 / 8)
    assert result["by_subject"]["fossil"]["auroc"]["value"] == 1
    assert result["by_subject"]["frog"]["answered_uncertain"]["count"] == 1
    assert result["called_unfamiliar"]["known"]["count"] == 1
    assert sum(result["histogram"]["known"]) == 4


def test_worst_errors_come_surest_first(make_answers: Make) -> None:
    rows = [(TIGER, THING, 0.98), (TIGER, THING, 0.999), (CAT, TIGER, 0.99), (None, TIGER, 0.999), (TIGER, TIGER, 0.9)]
    found = worst_errors({"photos": make_answers(rows)})
    assert [(one["kind"], one["file"]) for one in found] == [
        ("protected missed", "f1.png"), ("protected missed", "f0.png"), ("false tiger", "f3.png"),
        ("false tiger", "f2.png"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "exhibits", "limits", "verdict", "decides"),
    [
        (0.99, 400, [0.981, 0.997], "pass", True),
        (0.985, 200, [0.96, 1.0], "pass", False),
        (0.9, 200, [0.85, 0.94], "fail", True),
        (1.0, 20, [0.86, 1.0], "n too small", False),
    ],
)
def test_bars(value: float, exhibits: int, limits: list[float], verdict: str, decides: bool) -> None:
    figure = {"value": value, "count": 1, "n": exhibits, "exhibits": exhibits, "interval_95": limits}
    metrics = {"sets": {"photos": {"headline": {"tiger_recall": figure}}}}
    bars = {bar["what"]: bar for bar in judge_bars(metrics)}
    one = bars["photos: tigers answered T"]
    assert (one["verdict"], one["interval_decides"]) == (verdict, decides)
    assert bars["renders: identity accuracy"]["verdict"] == "not measured"
