"""Canines and imitations of them: drawn alike from the same seed, told apart by morphology and not by their mount."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from training.render.objects.common import pick
from training.render.objects.teeth import GENERATORS

ALL = [one for several in GENERATORS.values() for one in several]
#: What says how a piece is worn, and nothing of what it is.
HANGING = ("mount", "hanger", "metal", "cord", "cap_style", "layout", "count")


def draws(name: str, count: int = 60) -> list[dict[str, Any]]:
    (generator,) = (one for one in ALL if one.name == name)
    return [generator.draw(np.random.default_rng([7, k])) for k in range(count)]


def teeth(name: str) -> list[dict[str, Any]]:
    kinds = (name, f"{name}_set", f"{name}_drilled", f"{name}_pendant")
    return [tooth for kind in kinds for drawn in draws(kind) for tooth in drawn["teeth"]]


@cache
def leaf_draws(leaf: str, count: int = 2000) -> list[dict[str, Any]]:
    choices, drawn = GENERATORS[leaf], []
    for k in range(count):
        random = np.random.default_rng([11, k, len(choices)])
        drawn.append(pick(random, choices, [one.weight for one in choices]).draw(random))
    return drawn


@pytest.mark.parametrize("generator", ALL, ids=lambda one: one.name)
def test_parameters_are_json_and_repeat(generator: Any) -> None:
    first, again, other = ({**generator.draw(r), **generator.pose(r)} for r in map(np.random.default_rng, (5, 5, 6)))
    assert json.loads(json.dumps(first)) == first == again
    assert first != other
    assert first["size_cm"] > 0


def test_every_kind_is_loose_several_drilled_and_capped() -> None:
    assert {one.name for one in GENERATORS["tiger_canine"]} == {
        "cat_canine", "cat_canine_set", "cat_canine_drilled", "cat_canine_pendant",
    }  # fmt: skip
    assert len(GENERATORS["imitation_canine"]) == 16
    assert all(2 <= drawn["count"] <= 8 == len(drawn["sides"]) for drawn in draws("pig_tusk_set"))
    assert all(len(drawn["teeth"]) == drawn["count"] for one in ALL for drawn in draws(one.name, 10))


def test_cats_have_paired_grooves_on_the_cheek_side_and_an_enamel_step() -> None:
    for tooth in teeth("cat_canine"):
        sides = Counter(groove[0] < np.pi for groove in tooth["grooves"])
        assert sides[True] == 2
        assert sides[False] in (1, 2)
        assert min(groove[1] for groove in tooth["grooves"]) > 0.05
        assert tooth["enamel"] == 1
        assert tooth["enamel_step"] > 0
        # Crown about 2/5 to 3/7 of the whole.
        assert 0.39 <= 1 - tooth["crown_from"] <= 0.435


def test_casts_have_an_enamel_step_only_where_a_line_is_painted_and_shallow_grooves_at_most() -> None:
    drawn = teeth("resin_canine")
    assert {tooth["painted"] for tooth in drawn} == {"plain", "airbrushed", "line"}
    for tooth in drawn:
        assert (tooth["enamel_step"] > 0) == (tooth["painted"] == "line")
        assert all(groove[1] < 0.05 for groove in tooth["grooves"])
    assert any(not tooth["grooves"] for tooth in drawn)


def test_other_imitations_show_what_they_are() -> None:
    assert all(t["knife"] and t["vessels"] and not t["enamel"] and not t["carina"] for t in teeth("carved_bone_canine"))
    assert all(t["pulp"] > 0.7 and t["triangle"] and t["curve"] >= 75 and not t["grooves"] for t in teeth("pig_tusk"))
    assert all(not t["grooves"] and t["length_cm"] <= 5.5 for t in teeth("dog_canine"))
    assert not any(t["seam"] or t["bubbles"] or t["toolmarks"] for t in teeth("cat_canine") + teeth("dog_canine"))


def test_mounts_do_not_tell_the_leaves_apart() -> None:
    genuine, imitation = (leaf_draws(leaf) for leaf in ("tiger_canine", "imitation_canine"))
    for key in HANGING:
        one, two = (Counter(drawn[key] for drawn in several) for several in (genuine, imitation))
        assert one.keys() == two.keys()
        assert max(abs(one[value] - two[value]) for value in one) < 0.05 * 2000, key
    shares = Counter(drawn["mount"] for drawn in genuine)
    assert shares[""] / 2000 == pytest.approx(0.5, abs=0.04)
    assert shares["set"] / 2000 == pytest.approx(0.22, abs=0.04)


def test_dirt_does_not_tell_the_leaves_apart() -> None:
    genuine, imitation = (
        [drawn["teeth"][0]["dirt"] for drawn in leaf_draws(leaf)] for leaf in ("tiger_canine", "imitation_canine")
    )
    assert np.quantile(genuine, (0.25, 0.5, 0.75)) == pytest.approx(np.quantile(imitation, (0.25, 0.5, 0.75)), abs=0.06)
