"""The decision rule: what may be said, and what may never be let go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.bundle import BundleInfo, load_bundle
from model.decision import Decision, decide
from model.quality import QualityIssue
from model.taxonomy import Identity, shipped_taxonomy
from tests.support.bundles import LEAVES, make_bundle

FAMILIAR, STRANGE = 0.0, 99.0


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> BundleInfo:
    return load_bundle(make_bundle(tmp_path_factory.mktemp("b"))).info


def ask(
    info: BundleInfo, *values: float, strangeness: float = FAMILIAR, quality: tuple[QualityIssue, ...] = ()
) -> Decision:
    """Probabilities of tiger_whole, other_cat_whole, faux_fur, unrelated."""
    return decide(dict(zip(LEAVES, values, strict=True)), strangeness, quality, info, shipped_taxonomy())


@pytest.mark.parametrize(
    ("values", "outcome", "leaf"),
    [
        ((0.90, 0.05, 0.03, 0.02), "T", "tiger_whole"),
        ((0.05, 0.90, 0.03, 0.02), "P", "other_cat_whole"),
        ((0.01, 0.02, 0.95, 0.02), "F", "faux_fur"),
        ((0.01, 0.01, 0.01, 0.97), "N", "unrelated"),
        # Too likely to let go, too weak to flag.
        ((0.20, 0.10, 0.10, 0.60), "U", None),
        # Protected for sure, but tiger leads without being sure: neither name would be true.
        ((0.50, 0.45, 0.03, 0.02), "U", None),
    ],
)
def test_outcomes(info: BundleInfo, values: tuple[float, ...], outcome: str, leaf: str | None) -> None:
    decision = ask(info, *values)
    assert (decision.outcome.value, decision.leaf) == (outcome, leaf)
    assert decision.claim.code.startswith(f"claim.{outcome}.")


def test_a_strange_photo_keeps_its_flag_but_is_never_waved_through(info: BundleInfo) -> None:
    flagged = ask(info, 0.97, 0.01, 0.01, 0.01, strangeness=STRANGE)
    assert flagged.outcome is Identity.TIGER
    assert "reason.unfamiliar_but_flagged" in [r.code for r in flagged.reasons]
    for values in ((0.01, 0.01, 0.01, 0.97), (0.01, 0.01, 0.97, 0.01)):
        assert ask(info, *values, strangeness=STRANGE).claim.code == "claim.U.unfamiliar"


def test_an_unusable_photo_is_retaken_whatever_the_scores(info: BundleInfo) -> None:
    decision = ask(info, 0.99, 0.01, 0.0, 0.0, quality=(QualityIssue.DARK,))
    assert decision.outcome is Identity.UNCERTAIN
    assert [r.code for r in decision.reasons] == ["reason.retake", "quality.dark"]


def test_tiger_still_possible_is_said(info: BundleInfo) -> None:
    decision = ask(info, 0.20, 0.78, 0.01, 0.01)
    assert decision.outcome is Identity.PROTECTED
    assert "reason.tiger_not_excluded" in [r.code for r in decision.reasons]


def test_a_reason_names_three_other_leaves_and_counts_the_rest(info: BundleInfo) -> None:
    def others(*values: float) -> tuple[str, dict[str, str]]:
        leaves = ("tiger_whole", "tiger_skin", "bear_whole", "faux_fur", "dyed_hide", "unrelated")
        evidence = {**info.evidence, **dict.fromkeys(leaves, "photo")}
        decision = decide(
            dict(zip(leaves, values, strict=True)), FAMILIAR, (), info.model_copy(update={"evidence": evidence}),
            shipped_taxonomy(),
        )  # fmt: skip
        assert len(decision.prediction_set) == sum(value >= 0.04 for value in values)
        (reason,) = [r for r in decision.reasons if "possible" in r.code]
        return reason.code, dict(reason.params)

    assert others(0.72, 0.09, 0.08, 0.07, 0.02, 0.02) == (
        "reason.also_possible", {"leaves": "tiger_skin,bear_whole,faux_fur"}
    )  # fmt: skip
    assert others(0.70, 0.09, 0.07, 0.05, 0.05, 0.04) == (
        "reason.also_possible_more", {"leaves": "tiger_skin,bear_whole,faux_fur", "more": "2"}
    )  # fmt: skip


@given(st.lists(st.floats(0.0001, 1), min_size=4, max_size=4), st.floats(-50, 50))
def test_what_may_never_happen(raw: list[float], strangeness: float) -> None:
    info = _INFO
    total = sum(raw)
    values = [value / total for value in raw]
    decision = ask(info, *values, strangeness=strangeness)
    protected = values[0] + values[1]
    if decision.outcome in (Identity.IMITATION, Identity.NO_WILDLIFE):
        assert protected < info.thresholds.release.value
        assert strangeness <= info.out_of_distribution.threshold.value
    if decision.outcome is Identity.NO_WILDLIFE:
        assert not {"tiger_whole", "other_cat_whole"} & set(decision.prediction_set)
    if decision.outcome is Identity.TIGER:
        assert values[0] >= info.thresholds.tiger.value
    if decision.leaf:
        assert shipped_taxonomy().leaf(decision.leaf).identity == decision.outcome.value
    assert sum(decision.identity.values()) == pytest.approx(1)


@pytest.fixture(scope="module", autouse=True)
def _share_info(info: BundleInfo) -> None:
    global _INFO  # noqa: PLW0603 - hypothesis does not take function-scoped fixtures
    _INFO = info


_INFO: BundleInfo


def test_documented_rule_covers_every_outcome_a_photo_can_get() -> None:
    text = Path("model/decision.py").read_text(encoding="utf-8").split('"""')[1]
    assert all(f"``{code}``" in text for code in "TPUFN")


def test_leaves_known_from_renders_alone_have_limits_of_their_own(info: BundleInfo) -> None:
    """The tiny bundle's plush rests on renders; what it leads is held to the second set of limits."""

    def moved(name: str, value: float) -> BundleInfo:
        limits = info.thresholds
        strict = limits.model_copy(update={name: getattr(limits, name).model_copy(update={"value": value})})
        return info.model_copy(update={"render_thresholds": strict})

    plush, thing = (0.02, 0.01, 0.95, 0.02), (0.02, 0.01, 0.02, 0.95)
    apart = moved("release", 0.01)
    assert (ask(info, *plush).outcome.value, ask(info, *thing).outcome.value) == ("F", "N")
    assert (ask(apart, *plush).outcome.value, ask(apart, *thing).outcome.value) == ("U", "N")
    rendered_tiger = {**info.evidence, "tiger_whole": "render"}
    unsure = (0.90, 0.06, 0.02, 0.02)
    strict = moved("tiger", 0.99).model_copy(update={"evidence": rendered_tiger})
    assert ask(info, *unsure).outcome is Identity.TIGER
    assert ask(moved("tiger", 0.99), *unsure).outcome is Identity.TIGER
    assert ask(strict, *unsure).outcome is not Identity.TIGER
    wide = moved("prediction_set", 0.9)
    assert ask(info, 0.5, 0.1, 0.2, 0.2).prediction_set == ("tiger_whole", "faux_fur", "unrelated", "other_cat_whole")
    assert "faux_fur" not in ask(wide, 0.5, 0.1, 0.2, 0.2).prediction_set
