"""The same few figures over parts of a set: by evidence, source, kind, light, blur and so on."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.taxonomy import Taxonomy
from training.evaluation.attributes import Attributes
from training.evaluation.intervals import share
from training.evaluation.judging import Answers


def common_attributes(answers: Answers, taxonomy: Taxonomy) -> Attributes:
    """What every picture has: item, evidence level of its leaf, source, subject (generator of a render)."""
    evidence, items = answers.info.evidence, {leaf.id: leaf.item for leaf in taxonomy.leaves}
    return {
        "item": np.asarray([items.get(leaf, "no leaf") for leaf in answers.truth.tolist()], dtype=np.str_),
        "evidence": np.asarray([str(evidence.get(leaf, "not in the bundle")) for leaf in answers.truth.tolist()]),
        "source": np.asarray([case.source for case in answers.cases], dtype=np.str_),
        "subject": np.asarray([case.subject for case in answers.cases], dtype=np.str_),
    }  # fmt: skip


def slice_figures(answers: Answers, attributes: Attributes) -> dict[str, dict[str, Any]]:
    """For each attribute and value: identity accuracy, tiger recall, protected things missed, share answered."""
    return {
        name: {value: figures_of(answers.only(column == value)) for value in sorted(set(column.tolist()))}
        for name, column in attributes.items()
    }


def figures_of(part: Answers) -> dict[str, Any]:
    """The four figures of a part."""
    exhibits = np.asarray(part.exhibits, dtype=np.str_)
    tiger = part.identity == "T"

    def of(among: Any, hits: Any) -> Any:
        return share(hits[among], exhibits[among].tolist())

    return {
        "pictures": len(part),
        "exhibits": len(set(exhibits.tolist())),
        "identity_accuracy": of(part.named, part.correct),
        "tiger_recall": of(tiger, part.outcome == "T"),
        "false_tiger": of(~tiger, part.outcome == "T"),
        "protected_missed": of(part.protected, np.isin(part.outcome, ("F", "N"))),
        "answered": of(np.ones(len(part), dtype=bool), part.outcome != "U"),
    }
