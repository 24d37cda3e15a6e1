"""The tables against the law, rule by rule, each from both sides of its border (handbook §2 P01, 3) and 5))."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.dmn.tables import parse_decisions
from tests.scenarios.story import ROOT

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
COUPLE = {
    "relation": "general", "applicant_kind": "mainland", "adopter_consent": True, "age_min": 30, "own_children": 0,
    "this_count": 1, "adoptee_class": "hardship", "child_disabled": False, "medical": "ok", "crime_record": "clear",
    "marital": "20", "joint": True, "adopter_sex": "1", "child_sex": "2", "age_gap": 30, "child_age": 7,
    "child_consent": "not_asked", "bio_parent_consent": False, "foundling_judged": "unknown",
    "duplicate_judged": "none", "stage": "register",
}  # fmt: skip
"""A couple to whom nothing is in the way; the child is seven."""
SINGLE = {"marital": "10", "joint": False, "age_min": 45}
STEP = {"relation": "step", "adoptee_class": "other", "bio_parent_consent": True}
KIN = {"relation": "kin", "adoptee_class": "other"}
PARENTS = {
    "placer_kind": "parents", "relation": "general", "placer_consent": True, "other_parent": "joint", "waiver": False,
    "hardship_proved": True, "obligor_consent": False, "placer_authorised": False, "parents_incapable_danger": False,
    "revocation_wait": "none", "rescued": False, "rescued_proof": False,
}  # fmt: skip
SCORED = {"red_flag_count": 0, "score_blending": 60, "score_total": 70, "blending_floor": 60,
          "band_excellent": 85, "band_good": 70, "band_pass": 60}  # fmt: skip


def decided(bundle: str, decision: str, facts: dict[str, Any]) -> Any:
    file = ROOT / "workflows" / bundle / f"{decision}.dmn"
    table = parse_decisions(file.read_bytes())[decision]
    scope = {k: Decimal(str(v)) if isinstance(v, int | float) and v is not True and v is not False else v
             for k, v in facts.items()}  # fmt: skip
    return table.decide({name: scope.get(name) for name in {*table.inputs, *scope}}, at=AT).output


def findings(**facts: Any) -> list[str]:
    return list(decided("adoption-eligibility", "adopter_eligibility", COUPLE | facts))


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"age_min": 29}, ["E1"]),
        ({"age_min": 30}, []),
        (STEP | {"age_min": 29}, []),
        (KIN | {"age_min": 29}, ["E1"]),
        ({"own_children": 2}, ["E2"]),
        ({"own_children": 1}, []),
        ({"own_children": 2, "adoptee_class": "orphan"}, []),
        ({"own_children": 2, "adoptee_class": "institution_unknown"}, []),
        ({"own_children": 2, "adoptee_class": "found_unknown"}, ["E2"]),
        ({"own_children": 2, "child_disabled": True}, []),
        (KIN | {"own_children": 2}, ["E2"]),
        (KIN | {"own_children": 2, "applicant_kind": "overseas_chinese"}, []),
        ({"own_children": 2, "applicant_kind": "overseas_chinese"}, ["E2"]),
        (STEP | {"own_children": 5, "this_count": 3}, []),
        ({"this_count": 2}, []),
        ({"this_count": 3}, ["E3"]),
        ({"this_count": 3, "adoptee_class": "orphan"}, []),
        ({"this_count": 3, "child_disabled": True}, []),
        ({"own_children": 1, "this_count": 2}, ["E4"]),
        ({"own_children": 1, "this_count": 1}, []),
        ({"own_children": 1, "this_count": 2, "child_disabled": True}, []),
        (KIN | {"own_children": 1, "this_count": 2, "applicant_kind": "overseas_chinese"}, ["E4"]),
        ({"medical": "not_ok"}, ["E5"]),
        ({"medical": "unknown"}, ["E5"]),
        ({"medical": "unknown", "stage": "accept"}, []),
        (STEP | {"medical": "not_ok", "crime_record": "adverse"}, []),
        ({"crime_record": "adverse"}, ["E6"]),
        ({"crime_record": "unknown"}, ["E6"]),
        ({"crime_record": "unknown", "stage": "accept"}, []),
        ({"joint": False}, ["E7"]),
        (STEP | {"joint": False}, []),
        (SINGLE | {"age_gap": 39}, ["E8"]),
        (SINGLE | {"age_gap": 40}, []),
        (SINGLE | {"age_gap": 39, "child_sex": "1"}, []),
        (SINGLE | {"age_gap": 39, "adopter_sex": "2", "child_sex": "1"}, ["E8"]),
        (SINGLE | {"age_gap": 39, "adopter_sex": "2"}, []),
        (SINGLE | {"age_gap": 39, "marital": "30"}, ["E8"]),
        (SINGLE | {"age_gap": 39, "marital": "40"}, ["E8"]),
        (SINGLE | KIN | {"age_gap": 20}, []),
        (SINGLE | STEP | {"age_gap": 20, "marital": "30"}, ["E8"]),
        ({"age_gap": 20}, []),
        ({"child_age": 8, "child_consent": "refuse"}, ["E9"]),
        ({"child_age": 8, "child_consent": "agree"}, []),
        ({"child_age": 7, "child_consent": "refuse"}, []),
        ({"child_age": 8}, ["E9"]),
        ({"child_age": 8, "stage": "accept"}, []),
        (STEP | {"child_age": 8, "child_consent": "refuse"}, ["E9"]),
        ({"child_age": 18, "child_consent": "agree"}, ["E10"]),
        ({"child_age": 17, "child_consent": "agree"}, []),
        ({"adoptee_class": "other"}, ["E11"]),
        (KIN, []),
        ({"foundling_judged": "matched", "adoptee_class": "found_unknown"}, ["E11"]),
        (STEP | {"bio_parent_consent": False}, ["E12"]),
        (STEP, []),
        ({"adopter_consent": False}, ["E13"]),
        ({"duplicate_judged": "exists"}, ["E14"]),
        ({"age_min": 29, "own_children": 2, "medical": "not_ok"}, ["E1", "E2", "E5"]),
    ],
)
def test_who_may_adopt(facts, found):
    assert findings(**facts) == found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"placer_kind": "guardian", "obligor_consent": True, "placer_authorised": True}, []),
        ({"placer_kind": "guardian", "placer_authorised": True}, ["P1"]),
        ({"placer_kind": "guardian", "obligor_consent": True}, ["P2"]),
        ({"placer_kind": "institution", "placer_authorised": True}, []),
        ({"placer_kind": "institution"}, ["P2"]),
        ({"placer_kind": "civil_affairs", "placer_authorised": True}, []),
        ({"placer_kind": "civil_affairs"}, ["P2"]),
        ({"hardship_proved": False}, ["P3"]),
        ({"hardship_proved": False, "relation": "kin"}, []),
        ({"hardship_proved": False, "relation": "step"}, []),
        ({"placer_kind": "single_parent", "other_parent": "missing"}, []),
        ({"placer_kind": "single_parent", "other_parent": "refuses"}, ["P4"]),
        ({"placer_kind": "single_parent", "other_parent": "refuses", "relation": "step"}, []),
        ({"placer_kind": "single_parent", "other_parent": "dead"}, ["P5"]),
        ({"placer_kind": "single_parent", "other_parent": "dead", "waiver": True}, []),
        ({"placer_kind": "single_parent", "other_parent": "dead", "relation": "step"}, []),
        ({"placer_kind": "other_guardian", "parents_incapable_danger": True}, []),
        ({"placer_kind": "other_guardian"}, ["P6"]),
        ({"placer_kind": "civil_affairs", "placer_authorised": True, "revocation_wait": "running"}, ["P7"]),
        ({"placer_kind": "civil_affairs", "placer_authorised": True, "revocation_wait": "over"}, []),
        ({"placer_kind": "civil_affairs", "placer_authorised": True, "revocation_wait": "exempt"}, []),
        ({"placer_kind": "institution", "placer_authorised": True, "rescued": True}, ["P8"]),
        ({"placer_kind": "institution", "placer_authorised": True, "rescued": True, "rescued_proof": True}, []),
        ({"placer_consent": False}, ["P9"]),
    ],
)
def test_who_may_place_a_child(facts, found):
    assert list(decided("adoption-eligibility", "placer_eligibility", PARENTS | facts)) == found


WHERE = {"institution_division": "450123", "found_division": "450124", "placer_division": "450125"}


@pytest.mark.parametrize(
    ("child_source", "agency"),
    [
        ("institution_unknown", "450123"),
        ("institution_orphan", "450123"),
        ("found_unknown", "450124"),
        ("hardship", "450125"),
        ("guardian_orphan", "450125"),
        ("kin", "450125"),
        ("step", "450125"),
    ],
)
def test_which_authority_registers(child_source, agency):
    facts = WHERE | {"applicant_kind": "mainland", "child_source": child_source}
    found = decided("adoption", "adoption_jurisdiction", facts)
    assert found == {"agency_code": agency, "jurisdiction_route": "local"}
    for kind in ("overseas_chinese", "hmt", "foreign"):
        found = decided("adoption", "adoption_jurisdiction", facts | {"applicant_kind": kind})
        assert found == {"agency_code": None, "jurisdiction_route": "external"}


@pytest.mark.parametrize(
    ("facts", "grade", "advice"),
    [
        ({"score_total": 85}, "excellent", "adopt"),
        ({"score_total": 84.9}, "good", "adopt"),
        ({"score_total": 70}, "good", "adopt"),
        ({"score_total": 69.9}, "pass", "adopt"),
        ({"score_total": 60}, "pass", "adopt"),
        ({"score_total": 59.9}, "poor", "consider"),
        ({"score_total": 99, "score_blending": 59}, "blending_short", "extend"),
        ({"score_total": 99, "score_blending": 60}, "excellent", "adopt"),
        ({"score_total": 99, "red_flag_count": 1}, "red_line", "report"),
        ({"score_total": 20, "score_blending": 0, "red_flag_count": 2}, "red_line", "report"),
        ({"score_total": 88, "band_excellent": 90}, "good", "adopt"),
    ],
)
def test_what_a_score_is_called(facts, grade, advice):
    found = decided("adoption-assessment", "assessment_score", SCORED | facts)
    assert found == {"assessment_grade": grade, "assessment_advice": advice}


ALL_SIX = {"marriage", "duplicate", "crime", "foundling", "birth", "village"}


@pytest.mark.parametrize(
    ("child_source", "asked"),
    [
        ("institution_unknown", ALL_SIX),
        ("found_unknown", ALL_SIX),
        ("institution_orphan", ALL_SIX - {"foundling", "birth"}),
        ("hardship", ALL_SIX - {"foundling", "birth"}),
        ("guardian_orphan", ALL_SIX - {"foundling", "birth"}),
        ("kin", ALL_SIX - {"foundling", "birth"}),
        ("step", {"marriage", "duplicate"}),
    ],
)
def test_what_is_asked_of_whom(child_source, asked):
    plan = decided("adoption", "verification_plan", {"child_source": child_source})
    assert {name.removeprefix("need_") for name, wanted in plan.items() if wanted} == asked
