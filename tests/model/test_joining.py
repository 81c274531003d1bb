"""Several photos of one object: what may settle an answer that the average leaves open, and what never may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.bundle import BundleInfo, load_bundle
from model.decision import decide
from model.joining import Joint, PhotoScores, join
from model.quality import QualityIssue
from model.taxonomy import Identity, shipped_taxonomy
from tests.support.bundles import LEAVES, make_bundle

TAXONOMY = shipped_taxonomy()
STRANGE = 99.0
CLEAR_TIGER = (0.90, 0.05, 0.02, 0.03)
#: Tiger leads, but too weakly to be named: U, refer.
LEANS_TIGER = (0.28, 0.20, 0.26, 0.26)
CLEAR_FUR = (0.01, 0.01, 0.96, 0.02)
LEANS_FUR = (0.10, 0.05, 0.70, 0.15)
CLEAR_THING = (0.01, 0.01, 0.01, 0.97)


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> BundleInfo:
    return load_bundle(make_bundle(tmp_path_factory.mktemp("b"))).info


def photo(values: tuple[float, ...], strangeness: float = 0.0, quality: tuple[QualityIssue, ...] = ()) -> PhotoScores:
    return PhotoScores(dict(zip(LEAVES, values, strict=True)), strangeness, quality)


def joined(info: BundleInfo, *photos: tuple[float, ...]) -> Joint:
    return join([photo(one) for one in photos], info, TAXONOMY)


def codes(joint: Joint) -> list[str]:
    return [reason.code for reason in joint.decision.reasons]


def test_one_clear_photo_of_two_settles_what_the_average_leaves_open(info: BundleInfo) -> None:
    joint = joined(info, LEANS_TIGER, CLEAR_TIGER)
    assert decide(joint.probabilities, joint.strangeness, (), info, TAXONOMY).outcome is Identity.UNCERTAIN
    assert (joint.decision.outcome, joint.decision.leaf) == (Identity.TIGER, "tiger_whole")
    counted = next(reason for reason in joint.decision.reasons if reason.code == "reason.photos_clear")
    assert counted.params == {"clear": "1", "photos": "2"}
    # How probable it is stays what all photos together say, below the limit of a single one.
    assert joint.decision.identity[Identity.TIGER] == pytest.approx((0.28 + 0.90) / 2)
    assert joint.decision.identity[Identity.TIGER] < info.thresholds.tiger.value
    assert joint.decision.prediction_set == ("tiger_whole", "unrelated", "faux_fur", "other_cat_whole")


def test_fewer_than_half_settle_nothing(info: BundleInfo) -> None:
    joint = joined(info, CLEAR_TIGER, LEANS_TIGER, LEANS_TIGER)
    assert joint.decision.outcome is Identity.UNCERTAIN


def test_photos_that_contradict_each_other_settle_nothing(info: BundleInfo) -> None:
    assert joined(info, CLEAR_FUR, CLEAR_THING, LEANS_FUR).decision.outcome is Identity.UNCERTAIN
    # A photo that leans another way is enough to leave it open, even where all together lean to the clear one.
    assert joined(info, CLEAR_FUR, (0.10, 0.05, 0.40, 0.45)).decision.outcome is Identity.UNCERTAIN
    assert joined(info, CLEAR_TIGER, (0.26, 0.10, 0.38, 0.26)).decision.claim.code == "claim.U.protected_unclear"
    assert joined(info, CLEAR_TIGER, CLEAR_FUR).decision.claim.code == "claim.U.photos_disagree"


def test_a_harmless_answer_is_settled_only_if_nothing_speaks_against_it(info: BundleInfo) -> None:
    settled = joined(info, CLEAR_FUR, LEANS_FUR)
    assert decide(settled.probabilities, 0.0, (), info, TAXONOMY).outcome is Identity.UNCERTAIN
    assert settled.decision.outcome is Identity.IMITATION
    # The average still holds tiger possible, and that is said although the clear photo does not.
    assert "reason.tiger_not_excluded" in codes(settled)
    suspected = joined(info, CLEAR_FUR, (0.30, 0.25, 0.40, 0.05))
    assert suspected.decision.outcome is Identity.UNCERTAIN
    strange = join([photo(CLEAR_FUR), photo(LEANS_FUR, STRANGE)], info, TAXONOMY)
    assert strange.decision.claim.code == "claim.U.unfamiliar"
    # N ends the examination, so a protected leaf that is still possible holds it back.
    held = joined(info, CLEAR_THING, (0.10, 0.05, 0.15, 0.70))
    assert held.decision.outcome is Identity.UNCERTAIN


def test_a_photo_with_nothing_to_judge_counts_neither_way(info: BundleInfo) -> None:
    blank = photo(CLEAR_THING, quality=(QualityIssue.DARK,))
    joint = join([blank, photo(CLEAR_TIGER)], info, TAXONOMY)
    assert (joint.judged, joint.decision.outcome) == ((1,), Identity.TIGER)
    assert "reason.photos_clear" not in codes(joint)
    assert codes(join([blank, blank], info, TAXONOMY))[0] == "reason.retake"
    with pytest.raises(ValueError, match="no photos"):
        join([], info, TAXONOMY)


_ROW = st.tuples(st.lists(st.floats(0.001, 1), min_size=4, max_size=4), st.floats(-10, 10))


@given(st.lists(_ROW, min_size=1, max_size=5), st.randoms())
def test_what_may_never_happen(rows: list[tuple[list[float], float]], random: object) -> None:
    photos = [photo(tuple(value / sum(raw) for value in raw), strange) for raw, strange in rows]
    joint = join(photos, _INFO, TAXONOMY)
    singles = [decide(one.probabilities, one.strangeness, (), _INFO, TAXONOMY) for one in photos]
    said = {one.outcome for one in singles} - {Identity.UNCERTAIN}
    if len(photos) == 1:
        assert joint.decision == singles[0]
    if joint.decision.outcome in (Identity.IMITATION, Identity.NO_WILDLIFE):
        assert not said & {Identity.TIGER, Identity.PROTECTED}
        if "reason.photos_clear" in codes(joint):
            assert said == {joint.decision.outcome}
    assert joint.decision.leaf is None or joint.decision.leaf in joint.decision.prediction_set
    turned = list(photos)
    random.shuffle(turned)  # type: ignore[attr-defined]
    again = join(turned, _INFO, TAXONOMY)
    assert (again.decision.outcome, again.decision.leaf) == (joint.decision.outcome, joint.decision.leaf)


@pytest.fixture(scope="module", autouse=True)
def _shared(info: BundleInfo) -> None:
    global _INFO  # noqa: PLW0603 - hypothesis cannot take a fixture of function scope
    _INFO = info


_INFO: BundleInfo
