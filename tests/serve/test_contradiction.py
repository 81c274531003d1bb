"""The checklist against the check."""

from __future__ import annotations

import pytest

from model.taxonomy import shipped_taxonomy
from serve.services.contradiction import contradicts
from serve.services.guide import guide
from serve.store.cases import Exhibit
from serve.store.events import ChecklistAnswered


def identities(leaves: tuple[str, ...]) -> set[str]:
    return {str(shipped_taxonomy().leaf(leaf).identity) for leaf in leaves}


def feature(wanted: set[str]) -> str:
    """A question whose "yes" hints at nothing but these identities."""
    return next(
        name for name, one in sorted(guide().features.items()) if one.if_yes and identities(one.if_yes) <= wanted
    )


def exhibit(outcome: str | None, **answers: str) -> Exhibit:
    one = Exhibit("E1", prediction={"outcome": outcome} if outcome else None)
    one.checklist = ChecklistAnswered.model_validate(
        {"exhibit": "E1", "version": "1", "answers": answers, "sheets": ["skin"]}
    )
    return one


@pytest.mark.parametrize(
    ("outcome", "hint", "expected"),
    [
        ("F", {"T", "P"}, True),
        ("N", {"T", "P"}, True),
        ("T", {"F", "N"}, True),
        ("P", {"F", "N"}, True),
        ("T", {"T", "P"}, False),
        ("F", {"F", "N"}, False),
        ("U", {"T", "P"}, False),
        (None, {"T", "P"}, False),
    ],
)
def test_a_hint_at_the_other_side_wants_a_second_look(outcome: str | None, hint: set[str], expected: bool) -> None:
    assert contradicts(exhibit(outcome, **{feature(hint): "yes"})) is expected


def test_a_flag_stands_while_anything_hints_at_it() -> None:
    both = {feature({"T", "P"}): "yes", feature({"F", "N"}): "yes"}
    assert not contradicts(exhibit("T", **both))
    assert contradicts(exhibit("F", **both))


def test_what_cannot_be_seen_or_is_not_asked_any_more_says_nothing() -> None:
    assert not contradicts(exhibit("F", **{feature({"T", "P"}): "unsure"}))
    assert not contradicts(exhibit("F", an_old_question="yes"))
    assert not contradicts(Exhibit("E1", prediction={"outcome": "F"}))
