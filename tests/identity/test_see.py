"""What a person sees: nothing outside the division, nothing outside the procedure, nothing without need."""

from app.identity.see import Sight, may_see_case, oversight_prefixes, visible_prefixes, work_prefixes
from tests.cast import (
    CAST,
    LI_GUIFANG,
    LIANG_XIAODONG,
    LU_WENJING,
    MO_HAIYAN,
    NONG_XIAOLAN,
    WEI_YIMING,
    WEI_ZHIQIANG,
    ZHOU_MIN,
    actor,
    standing_in,
)

ADOPTION = {"adoption_registrar", "county_reviewer", "county_approver", "assessor", "archivist", "partner_police"}


def test_a_stranger_sees_nothing() -> None:
    assert may_see_case(actor(ZHOU_MIN), "450123", ADOPTION) is Sight.HIDDEN
    assert visible_prefixes(actor(ZHOU_MIN), ADOPTION) == ("450124",)


def test_a_post_of_the_procedure_sees_its_county() -> None:
    assert may_see_case(actor(NONG_XIAOLAN), "450123", ADOPTION) is Sight.OPEN
    assert visible_prefixes(actor(NONG_XIAOLAN), ADOPTION) == ("450123",)


def test_a_post_of_another_procedure_does_not_see_adoptions() -> None:
    for login in ("lushaomei", "luoxiuzhen", "nongcaixia"):
        assert may_see_case(actor(login), "450123100005", ADOPTION) is Sight.HIDDEN
        assert visible_prefixes(actor(login), ADOPTION) == ()


def test_an_assessor_sees_only_cases_with_an_own_task() -> None:
    assert visible_prefixes(actor(LU_WENJING), ADOPTION) == ()
    assert may_see_case(actor(LU_WENJING), "450123", ADOPTION) is Sight.HIDDEN
    assert may_see_case(actor(LU_WENJING), "450123", ADOPTION, involved={LU_WENJING}) is Sight.OPEN
    assert may_see_case(actor(WEI_ZHIQIANG), "450123", ADOPTION, involved={LU_WENJING}) is Sight.HIDDEN
    assert may_see_case(standing_in(WEI_ZHIQIANG, for_=LU_WENJING), "450123", ADOPTION, {LU_WENJING}) is Sight.OPEN


def test_a_partner_sees_a_case_while_a_task_waits_for_it() -> None:
    police = actor("qinweiguo")
    assert may_see_case(police, "450123", ADOPTION) is Sight.HIDDEN
    assert may_see_case(police, "450123", ADOPTION, waiting={("partner_police", "450123")}) is Sight.OPEN
    assert may_see_case(police, "450124", ADOPTION, waiting={("partner_police", "450124")}) is Sight.HIDDEN
    assert work_prefixes(police) == {"partner_police": ("450123",)}


def test_a_village_sees_the_case_of_its_town_while_a_task_waits_for_the_village() -> None:
    village, theirs = actor("lushaomei"), "450123100005"
    assert may_see_case(village, "450123100", ADOPTION, waiting={("child_director", theirs)}) is Sight.OPEN
    assert may_see_case(village, "450123100", ADOPTION, waiting={("child_director", "450123100006")}) is Sight.HIDDEN


def test_those_above_and_the_auditor_need_a_purpose_or_an_approval() -> None:
    assert may_see_case(actor(MO_HAIYAN), "450123", ADOPTION) is Sight.PURPOSE
    assert may_see_case(actor("tanmingyue"), "450123", ADOPTION) is Sight.PURPOSE
    assert may_see_case(actor("huangruoxi"), "450123", ADOPTION) is Sight.APPROVAL
    assert visible_prefixes(actor(MO_HAIYAN), {*ADOPTION, "auditor"}) == ()
    assert oversight_prefixes(actor(MO_HAIYAN)) == ("45",) and oversight_prefixes(actor(LI_GUIFANG)) == ()


def test_system_administrator_and_policy_officer_see_no_case_at_all() -> None:
    for login in (WEI_YIMING, LIANG_XIAODONG, "luzhian"):
        assert may_see_case(actor(login), "450123", {*ADOPTION, *actor(login).roles}) is Sight.HIDDEN
        assert work_prefixes(actor(login)) == {} and oversight_prefixes(actor(login)) == ()


def test_prefixes_of_several_grants_are_merged() -> None:
    both = actor(LI_GUIFANG, also=actor(ZHOU_MIN))
    assert visible_prefixes(both, ADOPTION) == ("450123", "450124")
    assert CAST[LI_GUIFANG].actor().roles == {"adoption_registrar"}
