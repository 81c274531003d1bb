"""Questions to answer by eye: the right ones, kept as they were answered, without any say in the model's figure."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from model.errors import TaxonomyError
from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGES, tr
from serve.services.checklist import ANSWERS, ChecklistAnswers, checklist_for, declared_items
from serve.services.declared import DeclaredItem
from serve.services.guide import guide
from serve.services.guide_model import GuideError
from serve.ui.guide import checklist_html, views_html
from tests.serve.test_guide import Page
from tests.serve.test_i18n import FORBIDDEN

CLAW = checklist_for(["tiger_claw", "imitation_claw"], "claw")


@pytest.mark.parametrize("leaf", shipped_taxonomy().leaves, ids=lambda leaf: leaf.id)
def test_every_leaf_leads_to_views_and_every_part_to_questions(leaf) -> None:
    found = checklist_for([leaf.id])
    assert len(found.views) >= 4
    if leaf.item != "none":
        assert found.features
        assert len(found.views) >= 7
    if leaf.identity in "TF":
        hinted = {name for feature in found.features for name in (*feature.if_yes, *feature.if_no)}
        assert leaf.id in hinted


@pytest.mark.parametrize("declared", declared_items())
def test_every_declaration_leads_to_views(declared: str) -> None:
    assert checklist_for([], declared).views


@pytest.mark.parametrize("declared", DeclaredItem)
def test_what_the_check_page_lets_one_declare_is_known(declared: DeclaredItem) -> None:
    assert declared.value in declared_items()


def test_features_named_for_each_item_are_there() -> None:
    wanted = {
        "skin": {"skin_ear_spot", "skin_stripe_symmetry", "skin_hair_base", "skin_backing", "skin_seams"},
        "claw": {"claw_ridge", "claw_underside", "claw_junction", "claw_seam", "claw_toolmarks", "claw_layers"},
        "canine": {"canine_grooves", "canine_enamel_line", "canine_root_tip"},
        "skull": {"skull_teeth", "skull_sutures", "skull_jaw"},
        "bone": {"bone_slit", "bone_marrow"},
    }
    for declared, features in wanted.items():
        assert features <= {feature.id for feature in checklist_for([], declared).features}


def test_leaves_and_declaration_are_joined_without_repeats() -> None:
    joined = checklist_for(["tiger_skin", "tiger_whole", "tiger_claw"], "claw")
    names = [feature.id for feature in joined.features]
    assert len(names) == len(set(names))
    assert joined.sheets == ("common", "skin", "whole", "claw")
    assert {"skin_ear_spot", "whole_muzzle", "claw_ridge"} <= set(names)
    assert joined.views[0].id == "view_overview"


def test_nothing_known_leaves_the_views_of_any_object() -> None:
    assert checklist_for([]).features == ()
    assert checklist_for([]).views == checklist_for([], "unknown").views == guide().sheets["common"].views


def test_unknown_leaves_and_declarations_are_errors() -> None:
    with pytest.raises(TaxonomyError, match="unicorn"):
        checklist_for(["unicorn"])
    with pytest.raises(GuideError, match=r"declared as 'unicorn'; expected one of .*claw"):
        checklist_for([], "unicorn")


def test_answers_survive_being_stored() -> None:
    kept = CLAW.record({"claw_ridge": "yes", "claw_seam": "unsure"}, ["view_scale", "view_scale"])
    again = ChecklistAnswers.model_validate_json(kept.model_dump_json())
    assert again == kept
    assert again.answers == {"claw_ridge": "yes", "claw_seam": "unsure"}
    assert again.views_taken == ("view_scale",)
    assert again.sheets == ("common", "claw")


@pytest.mark.parametrize(
    ("answers", "views", "message"),
    [
        ({"skin_seams": "yes"}, [], "no question 'skin_seams'"),
        ({"claw_ridge": "maybe"}, [], "expected an answer of yes, no, unsure, got 'maybe'"),
        ({}, ["view_skull_top"], "no view 'view_skull_top'"),
    ],
)
def test_answers_that_do_not_belong_are_refused(answers: dict[str, str], views: list[str], message: str) -> None:
    with pytest.raises(GuideError, match=message):
        CLAW.record(answers, views)


def test_stored_answers_have_no_other_fields() -> None:
    with pytest.raises(ValidationError):
        ChecklistAnswers.model_validate({"sheets": [], "answers": {}, "score": 1})


def test_hints_follow_the_answers_and_unsure_hints_at_nothing() -> None:
    yes = CLAW.hints(CLAW.record({"claw_ridge": "yes", "claw_seam": "yes"}))
    assert [feature.id for feature in yes["T"]] == ["claw_ridge"]
    assert [feature.id for feature in yes["F"]] == ["claw_seam"]
    assert [feature.id for feature in CLAW.hints(CLAW.record({"claw_underside": "no"}))["F"]] == ["claw_underside"]
    assert CLAW.hints(CLAW.record(dict.fromkeys(("claw_ridge", "claw_seam"), "unsure"))) == {}


def test_missing_views_are_those_not_taken() -> None:
    missing = CLAW.missing_views(["view_scale", "view_claw_tip"])
    assert len(missing) == len(CLAW.views) - 2
    assert "view_scale" not in {view.id for view in missing}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_is_a_named_group_of_three_answers(language: str) -> None:
    html = checklist_html(CLAW, language, {"claw_ridge": "no"})
    page = Page(html)
    assert page.tags.count("fieldset") == page.tags.count("legend") == len(CLAW.features)
    for feature in CLAW.features:
        assert feature.question.text(language) in page.text
        for answer in ANSWERS:
            assert f'name="{feature.id}" value="{answer}"' in html
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', html) == [("claw_ridge", "no")]
    weak = [feature for feature in CLAW.features if not feature.basis.verified]
    assert weak
    assert html.count(tr("examine.unverified", language)) == len(weak)
    assert not re.search(FORBIDDEN[language], page.text, re.IGNORECASE)
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_views_say_in_words_how_many_are_missing(language: str) -> None:
    html = views_html(CLAW, language, ["view_overview"])
    assert tr("examine.views.missing", language, count=len(CLAW.views) - 1) in html
    assert html.count(" checked") == 1
    everything = views_html(CLAW, language, [view.id for view in CLAW.views])
    assert tr("examine.views.complete", language) in everything


def test_without_questions_the_page_says_so() -> None:
    assert tr("examine.none", "en") in checklist_html(checklist_for([]), "en")
