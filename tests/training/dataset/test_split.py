"""Nothing leaks and nothing moves, for any manifest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import ManifestError
from model.manifest import Split
from training.dataset.split import Item, SplitFile, SplitPlan, components, make_split, read_split, write_split

SHARES: dict[Split, float] = {"train": 0.7, "validation": 0.1, "calibration": 0.2}
PINNED: dict[str, Split] = {"held": "holdout", "foreign": "calibration"}

EXHIBITS = st.integers(0, 30).map("e{:02d}".format)
ITEMS = st.lists(
    st.builds(
        Item,
        exhibit=EXHIBITS,
        source=st.sampled_from(["a", "b", "held", "foreign"]),
        leaf=st.sampled_from(["tiger_skin", "unrelated", "bear_whole"]),
    ),
    max_size=60,
)
LINKS = st.lists(st.tuples(EXHIBITS, EXHIBITS), max_size=15)


def split(
    items: list[Item], links: list[tuple[str, str]], before: dict[str, Split] | None = None, seed: str = "s"
) -> SplitPlan:
    return make_split(items, links, shares=SHARES, pinned=PINNED, seed=seed, before=before)


@given(ITEMS, LINKS)
@settings(max_examples=300)
def test_no_exhibit_duplicate_group_or_pinned_source_on_two_sides(
    items: list[Item], links: list[tuple[str, str]]
) -> None:
    plan = split(items, links)
    everything = {item.exhibit for item in items}
    assert set(plan.exhibits) | set(plan.left_out) == everything
    assert not set(plan.exhibits) & set(plan.left_out)
    for group in components(everything, links):
        assert len({plan.exhibits[e] for e in group if e in plan.exhibits}) <= 1
    for item in items:
        if item.source in PINNED and item.exhibit in plan.exhibits:
            assert plan.exhibits[item.exhibit] == PINNED[item.source]


@given(ITEMS, LINKS, ITEMS, LINKS)
@settings(max_examples=300)
def test_added_rows_never_move_an_exhibit(
    items: list[Item], links: list[tuple[str, str]], more: list[Item], more_links: list[tuple[str, str]]
) -> None:
    first = split(items, links)
    second = split([*items, *more], [*links, *more_links], before=first.exhibits)
    for exhibit, side in first.exhibits.items():
        # It stays, or it is left out because of what was added; it is never on another side.
        assert second.exhibits.get(exhibit, side) == side
        assert exhibit in second.exhibits or exhibit in second.left_out


@given(ITEMS, LINKS, st.randoms())
def test_order_of_rows_does_not_matter(items: list[Item], links: list[tuple[str, str]], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert split(items, links) == split(shuffled, list(reversed(links)))


def test_leaves_come_out_in_the_shares_asked_for() -> None:
    items = [Item(f"t{k}", "a", "tiger_skin") for k in range(40)] + [
        Item(f"u{k}", "a", "unrelated") for k in range(1000)
    ]
    plan = split(items, [])
    for leaf, size in (("t", 40), ("u", 1000)):
        counts = Counter(side for exhibit, side in plan.exhibits.items() if exhibit.startswith(leaf))
        for side, share in SHARES.items():
            assert abs(counts[side] - share * size) <= 1
    assert plan.warnings == []


def test_another_seed_draws_another_split() -> None:
    items = [Item(f"e{k}", "a", "unrelated") for k in range(100)]
    assert split(items, []).exhibits != split(items, [], seed="t").exhibits


def test_a_bridge_between_sides_is_left_out_and_says_why() -> None:
    before: dict[str, Split] = {"old_train": "train", "old_cal": "calibration"}
    items = [Item(e, "a", "unrelated") for e in ("old_train", "old_cal", "new")]
    plan = split(items, [("old_train", "new"), ("new", "old_cal")], before=before)
    assert plan.exhibits == {"old_cal": "calibration", "new": "calibration"}
    assert plan.left_out == {"old_train": "linked to an exhibit on calibration, but train itself"}


def test_small_leaves_are_warned_about() -> None:
    plan = split([Item(f"e{k}", "a", "tiger_skin") for k in range(4)], [])
    assert plan.warnings == ["tiger_skin: 4 exhibits are too few to split (10 needed)"]


def test_wrong_shares_are_refused() -> None:
    with pytest.raises(ManifestError, match=r"sum to 1, got 0\.5"):
        make_split([], [], shares={"train": 0.5}, pinned={}, seed="s")


def test_split_file_comes_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    assert read_split(path) is None
    written = SplitFile(
        tool_version="1", seed="s", shares=SHARES, pinned=PINNED, exhibits={"e": "train"}, left_out={"f": "why"}
    )
    write_split(path, written)
    assert read_split(path) == written
    path.write_text('{"seed": 1}', encoding="utf-8")
    with pytest.raises(ManifestError, match="not a split file"):
        read_split(path)
