"""Who may do a step: role × division × assignment × separation of duties."""

from dataclasses import replace

import pytest

from app.errors import Refusal
from app.identity.actor import Actor, Grant
from app.identity.may import Need, PriorAct, SeparationRules, may, may_start, may_work
from app.identity.roles import ADMINISTRATORS, CASE_ROLES, ROLES, exclusive
from tests.cast import (
    CAST,
    HUANG_JIANGUO,
    LI_GUIFANG,
    LU_WENJING,
    MO_HAIYAN,
    NONG_XIAOLAN,
    WEI_YIMING,
    WEI_ZHIQIANG,
    ZHOU_MIN,
    actor,
    standing_in,
)

REGISTER = Need(("adoption_registrar",), "450123", separation="registration")
REVIEW = Need(("county_reviewer",), "450123", separation="review")
APPROVE = Need(("county_approver",), "450123", separation="approval")
RELAXED = SeparationRules(local=False, mark="南民函〔2026〕3号")


def natural(login: str) -> str:
    return str(CAST[login].natural_person)


def done(login: str, need: Need, **more: object) -> PriorAct:
    return replace(PriorAct(natural(login), group=need.separation, role=need.roles[0]), **more)


def in_small_office(login: str, *others: str) -> Actor:
    """One person with the roles of several, as in a county office of three."""
    one = actor(login)
    return replace(one, grants=one.grants + tuple(g for other in others for g in actor(other).grants))


@pytest.mark.parametrize("role", sorted(CASE_ROLES))
@pytest.mark.parametrize(
    ("held", "needed", "yes"),
    [
        ("450123", "450123", True),
        ("450123", "450123100", True),
        ("4501", "450123", True),
        ("450123", "450124", False),
        ("450123100", "450123", False),
        ("450110", "450111", False),
    ],
)
def test_each_case_role_works_where_it_is_held_and_below(role: str, held: str, needed: str, yes: bool) -> None:
    someone = replace(actor(LI_GUIFANG), grants=(Grant(role, held),))
    assert may_work(someone, Need((role,), needed)).allowed is yes
    assert not may_work(someone, Need(("another_role",), needed)).allowed


def test_the_registrar_of_the_county_may_and_the_stranger_gets_not_found() -> None:
    assert may(actor(LI_GUIFANG), REGISTER) is None
    refused = may(actor(ZHOU_MIN), REGISTER)
    assert refused is not None and (refused.code, refused.status) == ("not_found", 404)


def test_a_colleague_without_the_role_is_told_whose_step_it_is() -> None:
    refused = may(actor(NONG_XIAOLAN), REGISTER)
    assert refused is not None and (refused.code, refused.status) == ("not_your_role", 403)
    assert refused.params == {"roles": "收养登记员", "division": "450123"}


@pytest.mark.parametrize("login", [MO_HAIYAN, WEI_YIMING])
def test_an_administrator_works_on_nothing(login: str) -> None:
    for role in CASE_ROLES:
        assert not may_work(actor(login), Need((role,), "450123")).allowed


def test_an_assigned_step_is_only_for_the_assignee() -> None:
    need = Need(("assessor",), "450123", assignees=(LU_WENJING,))
    assert may_work(actor(LU_WENJING), need).allowed
    assert may_work(actor(WEI_ZHIQIANG), need).code == "not_assigned"


def test_an_assignee_without_the_role_may_not() -> None:
    need = Need(("assessor",), "450123", assignees=(NONG_XIAOLAN,))
    assert may_work(actor(NONG_XIAOLAN), need).code == "not_your_role"


def test_the_same_post_may_be_filled_again_by_the_same_person_after_a_return() -> None:
    assert may_work(actor(LI_GUIFANG), REGISTER, [done(LI_GUIFANG, REGISTER)]).allowed


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (REGISTER, REVIEW, "separation_local"),
        (REVIEW, REGISTER, "separation_local"),
        (REGISTER, APPROVE, "own_act"),
        (REVIEW, APPROVE, "own_act"),
        (APPROVE, REVIEW, "separation_local"),
    ],
)
def test_registration_review_and_approval_are_three_persons(first: Need, second: Need, code: str) -> None:
    everything = in_small_office(LI_GUIFANG, NONG_XIAOLAN, HUANG_JIANGUO)
    assert may_work(everything, second).allowed
    assert may_work(everything, second, [done(LI_GUIFANG, first)]).code == code


def test_separation_names_both_steps() -> None:
    both = in_small_office(LI_GUIFANG, NONG_XIAOLAN)
    verdict = may_work(both, REVIEW, [done(LI_GUIFANG, REGISTER)])
    assert verdict.params == {"mine": "审查", "earlier": "受理登记"}


def test_a_county_may_relax_the_local_rule_and_the_record_is_marked() -> None:
    both = in_small_office(LI_GUIFANG, NONG_XIAOLAN)
    verdict = may_work(both, REVIEW, [done(LI_GUIFANG, REGISTER)], RELAXED)
    assert verdict.allowed and verdict.marks == ("local_separation_relaxed:南民函〔2026〕3号",)
    assert may_work(both, REVIEW, [], RELAXED).marks == ()


def test_but_never_the_statutory_rules() -> None:
    everything = in_small_office(LI_GUIFANG, NONG_XIAOLAN, HUANG_JIANGUO)
    assert may_work(everything, APPROVE, [done(LI_GUIFANG, REVIEW)], RELAXED).code == "own_act"
    child = Need(("assessor",), "450123", distinct="assess#1")
    earlier = PriorAct(natural(LU_WENJING), distinct="assess#1", role="assessor")
    assert may_work(actor(LU_WENJING), child, [earlier], RELAXED).code == "distinct_person"
    conflicted = replace(REGISTER, interests=frozenset({natural(LI_GUIFANG)}))
    assert may_work(actor(LI_GUIFANG), conflicted, [], RELAXED).code == "declared_interest"


def test_who_started_a_case_does_not_approve_it_even_as_its_leader() -> None:
    start = PriorAct(natural(HUANG_JIANGUO), role="county_approver", start=True)
    assert may_work(actor(HUANG_JIANGUO), APPROVE, [start], RELAXED).code == "own_act"


def test_an_approver_may_approve_again() -> None:
    assert may_work(actor(HUANG_JIANGUO), APPROVE, [done(HUANG_JIANGUO, APPROVE)]).allowed


def test_a_diagram_that_names_no_group_or_a_wrong_one_does_not_loosen_the_rule() -> None:
    both = in_small_office(LI_GUIFANG, NONG_XIAOLAN, HUANG_JIANGUO)
    silent = replace(REVIEW, separation=None)
    assert may_work(both, silent, [done(LI_GUIFANG, REGISTER, group=None)]).code == "separation_local"
    renamed = done(LI_GUIFANG, REGISTER, group="approval")
    assert may_work(both, APPROVE, [renamed], RELAXED).code == "own_act"


def test_a_diagram_may_add_a_group_of_its_own() -> None:
    first = Need(("county_fund",), "450123", separation="名册制作")
    second = Need(("county_fund",), "450123", separation="名册复核")
    someone = replace(actor(LI_GUIFANG), grants=(Grant("county_fund", "450123"),))
    assert may_work(someone, second, [done(LI_GUIFANG, first)]).params == {"mine": "名册复核", "earlier": "名册制作"}


def test_two_assessors_are_two_persons_and_another_round_is_another_pair() -> None:
    need = Need(("assessor",), "450123", distinct="assess#1")
    first = PriorAct(natural(LU_WENJING), distinct="assess#1", role="assessor")
    assert may_work(actor(LU_WENJING), need, [first]).code == "distinct_person"
    assert may_work(actor(WEI_ZHIQIANG), need, [first]).allowed
    assert may_work(actor(LU_WENJING), replace(need, distinct="assess#2"), [first]).allowed


def test_two_accounts_of_one_human_being_are_one() -> None:
    second_account = replace(actor(NONG_XIAOLAN), natural_person=natural(LI_GUIFANG))
    assert may_work(second_account, REVIEW, [done(LI_GUIFANG, REGISTER)]).code == "separation_local"
    assert may_work(actor(NONG_XIAOLAN), REVIEW, [done(LI_GUIFANG, REGISTER)]).allowed


def test_a_delegate_acts_in_the_name_of_the_delegator() -> None:
    verdict = may_work(standing_in(NONG_XIAOLAN, for_=LI_GUIFANG), REGISTER)
    assert verdict.allowed and verdict.role == "adoption_registrar"
    assert verdict.on_behalf_of == str(CAST[LI_GUIFANG].id)
    assert verdict.behalf_natural_person == natural(LI_GUIFANG)


def test_own_grants_come_before_delegated_ones() -> None:
    verdict = may_work(standing_in(LU_WENJING, for_=WEI_ZHIQIANG), Need(("assessor",), "450123"))
    assert verdict.allowed and verdict.on_behalf_of is None


def test_a_step_assigned_to_the_delegator_is_open_to_the_delegate() -> None:
    need = Need(("assessor",), "450123", assignees=(WEI_ZHIQIANG,))
    verdict = may_work(standing_in(LU_WENJING, for_=WEI_ZHIQIANG), need)
    assert verdict.allowed and verdict.on_behalf_of == str(CAST[WEI_ZHIQIANG].id)


def test_no_delegation_leads_round_separation() -> None:
    """Neither the delegate's own act, nor the delegator's, nor one done for the delegator by someone else."""
    delegate = standing_in(LI_GUIFANG, for_=NONG_XIAOLAN)
    assert may_work(delegate, REVIEW, [done(LI_GUIFANG, REGISTER)]).code == "separation_local"
    other = standing_in(LU_WENJING, for_=NONG_XIAOLAN)
    assert may_work(other, REVIEW, [done(NONG_XIAOLAN, REGISTER)]).code == "separation_local"
    for_her = done(WEI_ZHIQIANG, REGISTER, behalf=natural(NONG_XIAOLAN))
    assert may_work(actor(NONG_XIAOLAN), REVIEW, [for_her]).code == "separation_local"


def test_one_assessor_cannot_be_both_by_standing_in_for_the_other() -> None:
    need = Need(("assessor",), "450123", assignees=(WEI_ZHIQIANG,), distinct="assess#1")
    first = PriorAct(natural(LU_WENJING), distinct="assess#1", role="assessor")
    assert may_work(standing_in(LU_WENJING, for_=WEI_ZHIQIANG), need, [first]).code == "distinct_person"


def test_a_delegators_interest_keeps_the_delegate_away() -> None:
    conflicted = replace(REVIEW, interests=frozenset({natural(NONG_XIAOLAN)}))
    assert may_work(standing_in(LU_WENJING, for_=NONG_XIAOLAN), conflicted).code == "declared_interest"


def test_a_countersignature_is_given_in_person() -> None:
    need = replace(REVIEW, in_person=True)
    assert may_work(standing_in(LU_WENJING, for_=NONG_XIAOLAN), need).code == "in_person_only"
    assert may_work(actor(NONG_XIAOLAN), need).allowed


def test_a_step_of_one_institution_is_for_its_own_people() -> None:
    need = Need(("cwi_staff",), "450123", organisation=actor("nongcaixia").organisation)
    assert may_work(actor("nongcaixia"), need).allowed
    elsewhere = replace(actor("nongcaixia"), organisation=actor(LI_GUIFANG).organisation)
    assert may_work(elsewhere, need).code == "not_your_organisation"


def test_starting_is_role_and_division() -> None:
    assert may_start(actor(LI_GUIFANG), ["adoption_registrar"], "450123").allowed
    with pytest.raises(Refusal) as refused:
        may_start(actor(ZHOU_MIN), ["adoption_registrar"], "450123").check()
    assert refused.value.status == 404


def test_the_three_administrators_exclude_each_other_and_everything_else() -> None:
    assert ADMINISTRATORS == {"sysadmin", "security_admin", "auditor"}
    for one in ADMINISTRATORS:
        for other in ROLES.keys() - {one}:
            assert exclusive(one, other) and exclusive(other, one)
    assert not exclusive("county_reviewer", "county_approver") and not exclusive("auditor", "auditor")
