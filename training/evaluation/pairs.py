"""Figures for two things that are taken for each other."""

from __future__ import annotations

from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.evaluation.curves import auroc
from training.evaluation.intervals import Bools, share
from training.evaluation.judging import Answers

PAIRS_FILE = Path(__file__).with_name("pairs.yaml")


class Pair(BaseModel):
    """Two sides by leaves; ``kinds`` names parts of the second side by patterns of its subject."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    first: tuple[str, ...] = Field(min_length=1)
    second: tuple[str, ...] = Field(min_length=1)
    kinds: dict[str, tuple[str, ...]] = Field(default={})


@cache
def load_pairs(path: Path = PAIRS_FILE) -> tuple[Pair, ...]:
    """Read pairs.

    Raises:
        ValidationError: a key is unknown or missing.
    """
    return TypeAdapter(tuple[Pair, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


def pair_figures(answers: Answers, taxonomy: Taxonomy, pairs: tuple[Pair, ...] | None = None) -> dict[str, Any]:
    """Each pair that has pictures on both sides: AUROC and errors both ways, in all and by kind.

    ``auroc`` ranks p(first) / (p(first) + p(second)). ``first_for_second`` is the share of the first side's pictures
    whose probability is the smaller of the two, ``second_for_first`` the other way. ``first_let_go`` and
    ``second_flagged`` are of the outcome: the first side answered with an identity of the second's, and the reverse.

    Raises:
        TrainingError: a pair names a leaf the taxonomy does not have.
    """
    result: dict[str, Any] = {}
    for pair in load_pairs() if pairs is None else pairs:
        missing = sorted({*pair.first, *pair.second} - set(taxonomy.leaf_ids))
        if missing:
            raise TrainingError(f"pair {pair.name!r} names {missing[0]!r}, which the taxonomy does not have")
        first, second = np.isin(answers.truth, pair.first), np.isin(answers.truth, pair.second)
        if not (first.any() and second.any()):
            continue
        kinds = {
            kind: second & np.asarray([any(fnmatch(case.subject, p) for p in patterns) for case in answers.cases])
            for kind, patterns in pair.kinds.items()
        }
        result[pair.name] = {
            **_figures(answers, pair, first, second, taxonomy),
            "kinds": {
                kind: _figures(answers, pair, first, mask, taxonomy) for kind, mask in kinds.items() if mask.any()
            },
        }
    return result


def _figures(answers: Answers, pair: Pair, first: Bools, second: Bools, taxonomy: Taxonomy) -> dict[str, Any]:
    both = answers.only(first | second)
    is_first = first[first | second]
    exhibits = np.asarray(both.exhibits)
    p_first, p_second = (
        both.probabilities[:, [k for k, leaf in enumerate(both.info.leaves) if leaf in side]].sum(axis=1)
        for side in (pair.first, pair.second)
    )
    known = all(any(leaf in both.info.leaves for leaf in side) for side in (pair.first, pair.second))
    score = p_first / np.maximum(p_first + p_second, 1e-12)
    identities = [{taxonomy.leaf(leaf).identity for leaf in side} for side in (pair.first, pair.second)]
    away, back = (sorted(identities[1] - identities[0]), sorted(identities[0] - identities[1]))
    result: dict[str, Any] = {
        "n": [int(is_first.sum()), int((~is_first).sum())],
        "exhibits": [len(set(exhibits[is_first])), len(set(exhibits[~is_first]))],
        "in_bundle": known,
        "first_let_go": share(np.isin(both.outcome, away)[is_first], exhibits[is_first].tolist()),
        "second_flagged": share(np.isin(both.outcome, back)[~is_first], exhibits[~is_first].tolist()),
    }
    if known:
        result["auroc"] = auroc(score, is_first, both.exhibits)
        result["first_for_second"] = share(score[is_first] < 0.5, exhibits[is_first].tolist())
        result["second_for_first"] = share(score[~is_first] >= 0.5, exhibits[~is_first].tolist())
    return result
