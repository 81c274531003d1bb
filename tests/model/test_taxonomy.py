"""The taxonomy file and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from model.errors import TaxonomyError
from model.resources import taxonomy_path
from model.taxonomy import load_taxonomy, shipped_taxonomy

DESIGN_LEAVES = {
    "T": {"tiger_skin", "tiger_claw", "tiger_canine", "tiger_skull", "tiger_whole", "cat_bone"},
    "P": {"other_cat_skin", "other_cat_whole", "bear_claw", "bear_whole", "worked_ivory"},
    "F": {"dyed_hide", "faux_fur", "imitation_claw", "imitation_canine", "livestock_bone"},
    "N": {"domestic_animal", "unrelated"},
}


def broken(tmp_path: Path, change) -> Path:
    data = yaml.safe_load(taxonomy_path().read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "taxonomy.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def test_all_leaves_of_the_design_are_there_under_their_identity() -> None:
    found: dict[str, set[str]] = {}
    for leaf in shipped_taxonomy().leaves:
        found.setdefault(leaf.identity, set()).add(leaf.id)
    assert found == DESIGN_LEAVES


def test_bone_is_never_more_than_cat_type() -> None:
    assert shipped_taxonomy().leaf("cat_bone").cap == "type"


def test_names_are_in_their_own_script() -> None:
    for leaf in shipped_taxonomy().leaves:
        assert any("\u4e00" <= char <= "\u9fff" for char in leaf.names.zh.text), leaf.id
        assert leaf.names.vi.text != leaf.names.en.text, leaf.id


def test_legal_notes_stand_only_on_good_grades() -> None:
    grades = {note.grade for leaf in shipped_taxonomy().leaves for note in leaf.legal.values()}
    assert grades <= {"A", "B", "C"}


def leaf_named(data: dict, name: str) -> dict:
    return next(leaf for leaf in data["leaves"] if leaf["id"] == name)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: leaf_named(d, "bear_claw").update(identity="Q"), ["'bear_claw'", "identity"]),
        (lambda d: leaf_named(d, "dyed_hide")["names"]["vi"].pop("text"), ["'dyed_hide'", "names.vi.text"]),
        (lambda d: leaf_named(d, "tiger_skin").update(colour="orange"), ["'tiger_skin'", "colour"]),
        (lambda d: leaf_named(d, "unrelated").pop("cap"), ["'unrelated'", "cap"]),
        (lambda d: leaf_named(d, "unrelated").update(item="cloud"), ["'unrelated'", "item", "cloud"]),
        (lambda d: leaf_named(d, "unrelated").update(id="tiger_skin"), ["'tiger_skin'", "twice"]),
        (lambda d: leaf_named(d, "unrelated").pop("id"), ["number 18", "'id'"]),
        (lambda d: d.pop("version"), ["version"]),
    ],
)
def test_a_broken_file_names_the_leaf_and_the_field(tmp_path: Path, change, words: list[str]) -> None:
    with pytest.raises(TaxonomyError) as caught:
        load_taxonomy(broken(tmp_path, change))
    for word in words:
        assert word in str(caught.value)


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    def change(data: dict) -> None:
        leaf_named(data, "bear_claw").update(identity="Q")
        leaf_named(data, "faux_fur").update(cap="certain")

    with pytest.raises(TaxonomyError, match="2 problem") as caught:
        load_taxonomy(broken(tmp_path, change))
    assert "bear_claw" in str(caught.value)
    assert "faux_fur" in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "leaves: [", "just words"])
def test_a_file_that_is_no_taxonomy_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=r"t\.yaml"):
        load_taxonomy(path)


def test_unknown_leaf_is_answered_with_the_known_ones() -> None:
    with pytest.raises(TaxonomyError, match=r"unicorn.*tiger_skin"):
        shipped_taxonomy().leaf("unicorn")
