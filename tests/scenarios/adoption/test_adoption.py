"""From the first visit to the certificate and the visits after it."""

import pytest

from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LU_WENJING, MENG_XIUYING, NONG_XIAOLAN, QIN_LIXIN, WEI_ZHIQIANG
from tests.scenarios.adoption.steps import (
    COUPLE,
    HARDSHIP,
    STEP,
    accepted,
    applies,
    approved,
    assessed,
    ready_to_assess,
    ready_to_register,
    registers,
    reviewed,
    verified,
)


def test_a_foundling_is_adopted(tell):
    story = ready_to_register(tell("adoption"))
    assert story.tasks == []
    assert story.on("2026-05-07").tasks == ["评估报告审阅"]
    approved(reviewed(story), "2026-05-07")
    registers(story.on("2026-05-07"))
    assert story.facts["outcome"] == "registered" and story.facts["concluded_on"] == "2026-05-07"
    assert story.letters[:4] == ["acceptance", "assessment_notice", "search_notice", "certificate"]
    assert sorted(story.letters[4:]) == ["placer_notice", "police_notice"]
    assert story.numbers == ["case", "certificate"]
    assert story.calls == ["更新儿童福利信息系统", "送公安户籍"]
    story.all_answer(receipt="R1").on("2026-05-08").completes("归档", by=MENG_XIUYING, archived_on="2026-05-08")
    for day in ("2026-06-09", "2026-08-08", "2026-11-10"):
        story.on(day).completes("回访", by=LU_WENJING, finding="good", visited_on=day)
    assert story.ended == "收养登记办结"


def test_the_health_office_is_asked_only_for_children_whose_parents_cannot_be_found(tell):
    found = accepted(tell("adoption"))
    assert found.calls == [
        "婚姻登记核验",
        "捡拾报案与 DNA 比对",
        "收养系统查重",
        "村居委走访核实",
        "犯罪记录核验",
        "生育情况核验",
    ]
    hardship = accepted(tell("adoption"), HARDSHIP)
    assert hardship.calls == ["婚姻登记核验", "收养系统查重", "村居委走访核实", "犯罪记录核验"]


def test_a_stepfather_is_not_assessed(tell):
    story = verified(accepted(tell("adoption"), STEP), crime_judged=None)
    assert story.tasks == ["呈报审批"]
    approved(story, "2026-03-03")
    registers(story.on("2026-03-03"))
    assert story.facts["outcome"] == "registered" and "assessment_notice" not in story.letters


def test_without_a_search_there_is_no_notice(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    assert story.tasks == ["评估报告审阅"] and "search_notice" not in story.letters


def test_registration_needs_a_day_after_the_notice(tell):
    story = ready_to_register(tell("adoption", "2026-03-09"), begin="2026-03-16", report="2026-04-20")
    assert story.on("2026-05-08").tasks == [] and story.facts["notice_to"] == "2026-05-08"
    approved(reviewed(story.on("2026-05-09")), "2026-05-09")
    early = story.is_refused("发证", by=LI_GUIFANG, registered_on="2026-05-08", in_person="yes")
    assert early == {"registered_on": "“登记日”不能早于 2026-05-09，请核对。"}
    registers(story, on="2026-05-09")
    assert story.facts["outcome"] == "registered"


def test_a_notice_whose_last_day_is_a_holiday_ends_on_the_next_working_day(tell):
    story = ready_to_register(tell("adoption"))
    assert story.facts["notice_to"] == "2026-05-06" and story.on("2026-05-06").tasks == []
    assert story.on("2026-05-07").tasks == ["评估报告审阅"]


def test_a_child_who_turns_eight_before_registration_is_asked_first(tell):
    born = "2018-05-07"
    story = ready_to_register(tell("adoption"), HARDSHIP, child_dob=born)
    approved(reviewed(story.on("2026-05-06")), "2026-05-06")
    registers(story.on("2026-05-07"))
    assert story.tasks == ["儿童意愿"] and story.facts["adopter_eligibility"] == ["E9"]
    story.completes("儿童意愿", by=LI_GUIFANG, consent="agree", asked_on="2026-05-07")
    approved(story, "2026-05-08")
    registers(story.on("2026-05-08"), child_consent_now="agree")
    assert story.facts["outcome"] == "registered"


def test_what_changed_since_the_approval_is_found_on_the_day_of_registration(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    approved(reviewed(story), "2026-04-21")
    registers(story.on("2026-04-21"), own_children_now=2)
    assert story.tasks == ["复核不符预告知（听取陈述）"] and story.facts["adopter_eligibility"] == ["E2"]


def test_a_report_on_day_61_is_marked_and_goes_on(tell):
    story = assessed(ready_to_assess(tell("adoption", "2026-03-09"), HARDSHIP), "2026-03-16", "2026-05-08")
    assert story.facts["assessment_late"] is False
    late = assessed(ready_to_assess(tell("adoption", "2026-03-09"), HARDSHIP), "2026-03-16", "2026-05-09")
    assert late.facts["assessment_late"] is True and late.tasks == ["评估报告审阅"]


def test_an_unfavourable_report_is_heard_and_other_assessors_look_again(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    story.others = {"new_one": "assessor", "new_two": "assessor"}
    story.completes("评估报告审阅", by=NONG_XIAOLAN, result="adverse")
    story.completes("不利结论听取意见", by=NONG_XIAOLAN, reassess=True, reassess_consent_on="2026-04-20")
    assert story.tasks == ["选择方式"] and story.facts["assessment_periods"] == ["2026-03-02/2026-04-20"]
    story.completes("选择方式", by=QIN_LIXIN, mode="self")
    same = story.is_refused("指派评估员", by=QIN_LIXIN, assessors=[LU_WENJING, WEI_ZHIQIANG])
    assert same == {"assessors": "复评要另派评估员，不能有上次评估过的人。"}
    story.completes("指派评估员", by=QIN_LIXIN, assessors=["new_one", "new_two"])
    assert story.tasks == ["评估计划与材料复核"]


def test_a_county_may_switch_on_the_countersigning(tell):
    story = reviewed(ready_to_register(tell("adoption", **{"adoption.countersign_on": "true"}), HARDSHIP))
    story.completes("确定会签人", by=NONG_XIAOLAN, people=[LI_GUIFANG, MENG_XIUYING])
    story.completes("会签", by=LI_GUIFANG, item=LI_GUIFANG, opinion="agree")
    story.completes("会签", by=MENG_XIUYING, item=MENG_XIUYING, opinion="reserve")
    assert story.tasks == ["集体研究"]
    story.on("2026-04-21").completes("集体研究", by=HUANG_JIANGUO, held_on="2026-04-21")
    assert story.tasks == ["呈报审批"]


def test_the_leader_sends_it_back(tell):
    story = reviewed(ready_to_register(tell("adoption"), HARDSHIP))
    story.completes("呈报审批", by=NONG_XIAOLAN, proposal="register", expected_on="2026-04-21")
    story.completes("审批", by=HUANG_JIANGUO, decision="return", decided_on="2026-04-20")
    assert story.tasks == ["评估报告审阅"]


def test_the_case_of_another_county_is_told_where_to_go(tell):
    story = applies(tell("adoption"), HARDSHIP, placer_division="450124")
    assert story.tasks == ["管辖不符核对"]
    story.completes("管辖不符核对", by=LI_GUIFANG, decision="not_accepted", decided_on="2026-03-02")
    assert story.letters == ["jurisdiction"] and story.tasks == ["送达登记"]


def test_a_wrongly_entered_division_is_amended(tell):
    story = applies(tell("adoption"), HARDSHIP, placer_division="450124")
    story.completes("管辖不符核对", by=LI_GUIFANG, decision="amend")
    story.completes("到场申请", by=LI_GUIFANG, **COUPLE, **HARDSHIP, materials_received_on="2026-03-02")
    story.completes("询问笔录", by=LI_GUIFANG, adopter_consent="yes", placer_consent="yes")
    assert story.tasks == ["材料核对"]


@pytest.mark.parametrize("kind", ["overseas_chinese", "hmt", "foreign"])
def test_who_is_not_of_the_mainland_is_told_where_to_go(tell, kind):
    story = applies(tell("adoption"), HARDSHIP, applicant_kind=kind)
    assert story.facts["jurisdiction_route"] == "external" and story.tasks == ["管辖不符核对"]


def test_a_step_adoption_sent_back_is_presented_again(tell):
    story = verified(accepted(tell("adoption"), STEP), crime_judged=None)
    story.completes("呈报审批", by=NONG_XIAOLAN, proposal="register", expected_on="2026-03-02")
    story.completes("审批", by=HUANG_JIANGUO, decision="return", decided_on="2026-03-02")
    assert story.tasks == ["呈报审批"]


def test_whom_a_registration_is_told_to(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP, allowance_received=True, school_notice_agreed=True)
    registers(approved(reviewed(story), "2026-04-20"))
    assert story.referrals == ["P08"] and sorted(story.letters[-2:]) == ["police_notice", "school_notice"]


def test_a_child_in_another_adoption_is_found_by_the_register(tell):
    story = accepted(tell("adoption"), HARDSHIP).answers("收养系统查重", result="found")
    verified(story, duplicate_judged="exists")
    assert story.facts["adopter_eligibility"] == ["E14"]


def test_parents_who_are_found_end_the_foundling_case_by_people(tell):
    story = verified(accepted(tell("adoption")), foundling_judged="matched")
    assert story.facts["adopter_eligibility"] == ["E11"] and story.tasks == ["不予登记预告知（听取陈述）"]


def test_a_visit_can_be_done_half_a_month_before_its_day_and_its_clock_ends_with_it(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    registers(approved(reviewed(story), "2026-04-20")).all_answer(receipt="R1")
    assert "回访" not in story.on("2026-05-06").tasks
    assert "回访" in story.on("2026-05-07").tasks
    story.completes("回访", by=LU_WENJING, finding="good", visited_on="2026-05-07")
    assert story.facts["visit_1_on"] == "2026-05-07" and story.facts.get("visit_2_on") is None
    assert "回访" not in story.on("2026-07-04").tasks and "回访" in story.on("2026-07-05").tasks


def test_harm_on_a_visit_goes_to_the_protection_unit_and_the_visits_go_on(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    registers(approved(reviewed(story), "2026-04-20")).all_answer(receipt="R1")
    for day, finding in (("2026-05-21", "harm"), ("2026-07-21", "support"), ("2026-10-21", "good")):
        story.on(day).completes("回访", by=LU_WENJING, finding=finding, visited_on=day)
    assert story.referrals == ["P27"] and story.tasks == ["归档"]
