"""From collection to labelled rows: no copy of a held-out photo is ever trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ManifestError
from model.manifest import Split
from model.taxonomy import shipped_taxonomy
from training.labels import (
    CollectionPhoto,
    LabelRules,
    Labels,
    SourceRule,
    SubjectRule,
    build_labels,
    group_near_duplicates,
    load_rules,
)

TAXONOMY = shipped_taxonomy()
RULES = LabelRules(
    labelled_by="me",
    seed="s",
    shares={"train": 0.7, "validation": 0.1, "calibration": 0.2},
    near_duplicate=0.9,
    sources={"held": SourceRule(split="holdout"), "foreign": SourceRule(split="calibration")},
    close_ups={"unrelated": [0.5, 0.1]},
    subjects={
        "mug": SubjectRule(leaf="unrelated"),
        "tiger": SubjectRule(leaf="tiger_whole"),
        "lion": SubjectRule(leaf="other_cat_whole"),
        "cat": SubjectRule(leaf="domestic_animal"),
        "raccoon": SubjectRule(use="unknown", reason="wild mammal without a leaf"),
    },
)


def photo(number: int, source: str = "open", subject: str = "tiger") -> CollectionPhoto:
    return CollectionPhoto(f"{subject}/{number}.jpg", subject, 400, 300, f"{number:064x}"[::-1], source, "p", "CC0-1.0")


def build(
    tmp_path: Path,
    photos: list[CollectionPhoto],
    groups: list[int],
    exceptions: str = "",
    crops: str = "",
    before: dict[str, Split] | None = None,
) -> Labels:
    (tmp_path / "label_exceptions.csv").write_text("file,leaf,use,reason\n" + exceptions, encoding="utf-8")
    (tmp_path / "coat_crops.csv").write_text("file,x,y,w,h\n" + crops, encoding="utf-8")
    return build_labels(photos, groups, RULES, tmp_path, TAXONOMY, before)


@given(st.data())
def test_no_exhibit_and_no_pinned_source_ever_leaks(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    count = data.draw(st.integers(2, 40))
    sources = data.draw(st.lists(st.sampled_from(["open", "open2", "held", "foreign"]), min_size=count, max_size=count))
    parents = [data.draw(st.integers(0, k)) for k in range(count)]
    groups = [min(p, parents[p]) for p in parents]
    groups = [groups[g] for g in groups]
    photos = [photo(k, source) for k, source in enumerate(sources)]
    labels = build(tmp_path_factory.mktemp("m"), photos, groups)
    sides: dict[str, set[str]] = {}
    for row in labels.rows:
        sides.setdefault(row.exhibit, set()).add(row.split)
        assert (row.split == "holdout") == (row.source == "held")
        if row.source == "foreign":
            assert row.split == "calibration"
    assert all(len(s) == 1 for s in sides.values())
    assert len(labels.rows) + len(labels.left_out) == count


def test_a_copy_of_a_held_out_photo_is_left_out_with_the_reason(tmp_path: Path) -> None:
    labels = build(tmp_path, [photo(0), photo(1, "held"), photo(2, "foreign")], [0, 0, 0])
    assert [row.source for row in labels.rows] == ["held"]
    assert {x.reason for x in labels.left_out} == {"near-duplicate of tiger/1.jpg, which is pinned to holdout"}


def test_adding_photos_never_moves_another(tmp_path: Path) -> None:
    first = build(tmp_path, [photo(k) for k in range(50)], list(range(50)))
    sides = {row.exhibit: row.split for row in first.rows}
    more = build(tmp_path, [photo(k) for k in range(80)], list(range(80)), before=sides)
    before = {row.file: row.split for row in first.rows}
    assert before == {row.file: row.split for row in more.rows if row.file in before}
    assert set(before.values()) == {"train", "validation", "calibration"}


def test_exceptions_and_unknown_things(tmp_path: Path) -> None:
    labels = build(
        tmp_path,
        [photo(0), photo(1), photo(2, subject="raccoon")],
        [0, 1, 2],
        exceptions="tiger/0.jpg,other_cat_whole,,a lion\ntiger/1.jpg,,,a drawing\n",
    )
    assert [(row.file, row.leaf) for row in labels.rows] == [("tiger/0.jpg", "other_cat_whole")]
    assert [(x.file, x.use, x.reason) for x in labels.left_out] == [
        ("tiger/1.jpg", "nothing", "a drawing"),
        ("raccoon/2.jpg", "unknown", "wild mammal without a leaf"),
    ]


def test_coat_crops_share_exhibit_and_side_with_their_photo(tmp_path: Path) -> None:
    photos = [photo(0), photo(1, subject="lion"), photo(2, subject="cat")]
    crops = "tiger/0.jpg,10,20,50,40\nlion/1.jpg,0,0,50,50\ncat/2.jpg,0,0,50,50\n"
    labels = build(tmp_path, photos, [0, 1, 2], crops=crops)
    rows = {row.file: row for row in labels.rows}
    crop = rows["tiger/0.jpg#xywh=percent:10,20,50,40"]
    assert (crop.leaf, crop.width, crop.height) == ("tiger_skin", 200, 120)
    assert (crop.exhibit, crop.split, crop.label_basis) == (
        rows["tiger/0.jpg"].exhibit, rows["tiger/0.jpg"].split, "source",
    )  # fmt: skip
    assert rows["lion/1.jpg#xywh=percent:0,0,50,50"].leaf == "other_cat_skin"
    assert rows["cat/2.jpg#xywh=percent:0,0,50,50"].leaf == "domestic_animal"


def test_close_ups_are_cut_from_unrelated_things_but_never_from_held_out_ones(tmp_path: Path) -> None:
    photos = [photo(0, subject="mug"), photo(1, "held", subject="mug"), photo(2)]
    first, second = (build(tmp_path, photos, [0, 1, 2]) for _ in range(2))
    assert first == second
    cut = [row for row in first.rows if "#" in row.file]
    # The smaller piece would be under 75 pixels.
    assert [(row.path, row.leaf, row.width, row.height) for row in cut] == [("mug/0.jpg", "unrelated", 200, 150)]
    assert cut[0].exhibit == first.rows[0].exhibit
    assert cut[0].split == first.rows[0].split


def test_exhibits_seen_to_be_one_never_stand_on_two_sides(tmp_path: Path) -> None:
    (tmp_path / "exhibit_links.csv").write_text("file,other,reason\ntiger/0.jpg,tiger/1.jpg,one\n", encoding="utf-8")
    photos = [photo(k) for k in range(30)]
    sides = {row.exhibit: row.split for row in build(tmp_path, photos, list(range(30))).rows}
    first, second = (f"x{photos[k].sha256[:12]}" for k in (0, 1))
    assert sides[first] == sides[second]
    # Found out later, when both have a side: the one on the side that must stay clean stays.
    later = build(tmp_path, photos, list(range(30)), before={**sides, first: "train", second: "calibration"})
    assert "tiger/0.jpg" not in {row.file for row in later.rows}
    assert [(x.file, x.reason) for x in later.left_out] == [
        ("tiger/0.jpg", "linked to an exhibit on calibration, but train itself")
    ]


def test_misspelt_files_and_subjects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="typo"):
        build(tmp_path, [photo(0)], [0], exceptions="tiger/typo.jpg,,,x\n")
    with pytest.raises(ManifestError, match="no rule"):
        build(tmp_path, [photo(0, subject="dodo")], [0])


def test_shipped_rules_are_valid_and_a_wrong_leaf_is_named(tmp_path: Path) -> None:
    shipped = Path("datasets/manifest/labels.yaml")
    assert load_rules(shipped, TAXONOMY).shares["train"] > 0.5
    broken = tmp_path / "labels.yaml"
    broken.write_text(shipped.read_text(encoding="utf-8").replace("leaf: bear_whole", "leaf: bare_whole"))
    with pytest.raises(ManifestError, match=r"bear_black.*bare_whole"):
        load_rules(broken, TAXONOMY)


def test_near_duplicates_are_joined_through_a_chain() -> None:
    angles = np.asarray([0.0, 0.3, 0.6, 2.0])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert group_near_duplicates(points, float(np.cos(0.35))) == [0, 0, 0, 3]
