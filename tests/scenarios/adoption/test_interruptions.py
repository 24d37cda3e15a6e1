"""Withdrawal, claim, harm and change of circumstances interrupt until the certificate; a freeze is lifted by a message."""

import pytest

from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LU_WENJING, MENG_XIUYING, NONG_XIAOLAN, QIN_LIXIN
from tests.scenarios.adoption.steps import (
    HARDSHIP,
    accepted,
    approved,
    begins_assessment,
    decides,
    investigates,
    publishes,
    ready_to_assess,
    ready_to_register,
    registers,
    reports,
    reviewed,
    scores,
)


def lifts(story, **answers):
    day = story.day.isoformat()
    return story.says("解除冻结", by=HUANG_JIANGUO, lifted_on=day, **answers)


@pytest.mark.parametrize("day", ["2026-04-30", "2026-05-16"], ids=["day 59", "day 75"])
def test_a_claim(tell, day):
    story = ready_to_register(tell("adoption")).on(day)
    story.says("认领", by=LI_GUIFANG, claimed_on=day)
    assert story.referrals == ["P17"] and story.waits_for("解除冻结") and story.tasks == []
    lifts(story, decision="terminate", cause="claim_established")
    assert story.tasks == ["终止办理"]
    decides(story, "终止办理")
    assert story.ended == "未登记结案"


def test_a_claim_is_heard_even_when_the_certificate_is_about_to_be_made(tell):
    story = ready_to_register(tell("adoption")).on("2026-05-07")
    approved(reviewed(story), "2026-05-08")
    assert story.tasks == ["发证"]
    story.says("认领", by=LI_GUIFANG, claimed_on="2026-05-07")
    assert story.tasks == [] and story.waits_for("解除冻结")


def test_a_claim_that_fails_lets_the_notice_run_on(tell):
    story = ready_to_register(tell("adoption")).on("2026-04-28")
    story.says("认领", by=LI_GUIFANG, claimed_on="2026-04-28")
    story.on("2026-04-30")
    lifts(story, decision="resume", resume_at="review", cause="claim_failed")
    assert story.tasks == [] and story.letters.count("search_notice") == 1
    assert story.facts["freeze_periods"] == ["2026-04-28/2026-04-30"] and story.facts.get("frozen_on") is None
    assert story.on("2026-05-07").tasks == ["评估报告审阅"]


def test_harm_during_the_blending_freezes_and_is_lifted(tell):
    story = begins_assessment(publishes(ready_to_assess(tell("adoption"))).on("2026-03-09"))
    story.on("2026-03-20").says("举报/侵害", by=LU_WENJING, happened_on="2026-03-20")
    assert story.referrals == ["P27", "P25"] and story.tasks == ["立即带离与报案"]
    story.completes("立即带离与报案", by=QIN_LIXIN, removed="removed", police_called=True)
    assert story.tasks == [] and story.waits_for("解除冻结")
    story.on("2026-03-27")
    lifts(story, decision="resume", resume_at="assessment", cause="unfounded")
    assert story.tasks == ["选择方式"]
    investigates(begins_assessment(story))
    reports(scores(story.on("2026-05-07")))
    assert story.tasks == ["评估报告审阅"]


def test_harm_that_is_found_true_ends_by_a_decision(tell):
    story = begins_assessment(ready_to_assess(tell("adoption"), HARDSHIP))
    story.says("举报/侵害", by=LU_WENJING, happened_on="2026-03-02")
    story.completes("立即带离与报案", by=QIN_LIXIN, removed="removed")
    lifts(story, decision="refuse", cause="harm_established")
    decides(story, "不予登记")
    assert story.letters[-1] == "refusal"


def test_a_frozen_case_hears_a_second_claim_and_a_withdrawal(tell):
    story = ready_to_register(tell("adoption")).on("2026-04-21")
    story.says("举报/侵害", by=NONG_XIAOLAN, happened_on="2026-04-21")
    story.completes("立即带离与报案", by=QIN_LIXIN, removed="safe")
    story.on("2026-04-22").says("认领", by=LI_GUIFANG, claimed_on="2026-04-22")
    assert story.referrals == ["P27", "P25", "P17"] and story.facts["frozen_on"] == "2026-04-21"
    story.says("撤回申请", by=LI_GUIFANG, withdrawn_on="2026-04-22")
    assert story.tasks == ["终止办理"]


def test_a_claim_is_heard_while_the_child_is_brought_to_safety(tell):
    story = ready_to_register(tell("adoption")).on("2026-04-21")
    story.says("举报/侵害", by=NONG_XIAOLAN, happened_on="2026-04-21")
    story.says("认领", by=LI_GUIFANG, claimed_on="2026-04-21")
    assert story.referrals == ["P27", "P25", "P17"] and story.tasks == ["立即带离与报案"]
    story.completes("立即带离与报案", by=QIN_LIXIN, removed="removed")
    assert story.waits_for("解除冻结") and story.facts["frozen_on"] == "2026-04-21"


def test_a_withdrawal_before_the_certificate(tell):
    story = accepted(tell("adoption"), HARDSHIP)
    story.says("撤回申请", by=LI_GUIFANG, withdrawn_on="2026-03-02")
    assert story.calls == [] and story.tasks == ["终止办理"]
    decides(story, "终止办理")
    assert story.ended == "未登记结案"


def test_a_divorce_starts_the_checks_again(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP, child_sex="1")
    story.says("情况变更或反悔", by=LI_GUIFANG, who="adopter", kind="change", happened_on="2026-04-20")
    story.completes("变更与反悔处理", by=NONG_XIAOLAN, decision="recheck", resume_at="check", marital_now="40")
    assert "婚姻登记核验" in story.calls and story.facts["marital"] == "40"


def test_a_placer_who_no_longer_agrees(tell):
    story = reviewed(ready_to_register(tell("adoption"), HARDSHIP))
    story.says("情况变更或反悔", by=NONG_XIAOLAN, who="placer", kind="regret", happened_on="2026-04-20")
    story.completes("变更与反悔处理", by=NONG_XIAOLAN, decision="terminate")
    decides(story, "终止办理")
    assert story.facts["concluded_on"] == "2026-04-20"


def test_the_review_period_runs_out_and_a_leader_asks_why(tell):
    story = accepted(tell("adoption"), HARDSHIP).on("2026-04-02")
    assert story.tasks == ["超期督办"] and story.ended is None and len(story.calls) == 4
    story.completes("超期督办", by=HUANG_JIANGUO)
    assert story.facts["supervised"] is True


def test_fraud_found_after_registration_is_referred(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    approved(reviewed(story), "2026-04-20")
    registers(story)
    story.says("弄虚作假", by=LI_GUIFANG, found_on="2026-04-20")
    assert story.referrals == ["P16"]
    story.all_answer(receipt="R1").completes("归档", by=MENG_XIUYING, archived_on="2026-04-20")
    assert story.facts["outcome"] == "registered"


def test_harm_seen_on_a_visit_is_referred(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    approved(reviewed(story), "2026-04-20")
    registers(story).all_answer(receipt="R1")
    story.on("2026-05-22").completes("回访", by=LU_WENJING, finding="harm", visited_on="2026-05-21")
    assert story.referrals == ["P27"]


def changing(tell):
    story = ready_to_register(tell("adoption"))
    return story.says("情况变更或反悔", by=LI_GUIFANG, who="placer", kind="change", happened_on="2026-04-20")


def test_a_claim_is_heard_while_a_change_is_handled(tell):
    story = changing(tell).says("认领", by=LI_GUIFANG, claimed_on="2026-04-20")
    assert story.tasks == [] and story.referrals == ["P17"] and story.waits_for("解除冻结")


def test_harm_is_heard_while_a_change_is_handled(tell):
    story = changing(tell).says("举报/侵害", by=LU_WENJING, happened_on="2026-04-18")
    assert story.referrals == ["P27", "P25"] and story.tasks == ["立即带离与报案"]
    assert story.facts["frozen_on"] == "2026-04-20"


def test_a_withdrawal_is_heard_while_a_change_is_handled(tell):
    assert changing(tell).says("撤回申请", by=LI_GUIFANG, withdrawn_on="2026-04-20").tasks == ["终止办理"]


def test_a_change_may_lead_to_a_refusal(tell):
    story = changing(tell).completes("变更与反悔处理", by=NONG_XIAOLAN, decision="refuse")
    decides(story, "不予登记")
    assert story.letters[-1] == "refusal"


def test_a_frozen_case_has_a_stopped_clock(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    story.says("认领", by=LI_GUIFANG, claimed_on="2026-04-20")
    assert story.on("2026-06-30").clock("T1").stopped_now
    assert story.tasks == [] and story.clock("T1").used == 0
    lifts(story, decision="resume", resume_at="review", cause="claim_failed")
    clock = story.on("2026-07-02").clock("T1")
    assert story.tasks == ["评估报告审阅"] and clock.used == 2
    assert any("参考" in line.text for line in clock.lines)


def test_a_second_report_of_harm_in_a_frozen_case(tell):
    story = begins_assessment(ready_to_assess(tell("adoption"), HARDSHIP))
    story.says("举报/侵害", by=LU_WENJING, happened_on="2026-03-02")
    story.completes("立即带离与报案", by=QIN_LIXIN, removed="hospital")
    story.says("举报/侵害", by=LU_WENJING, happened_on="2026-03-02")
    assert story.referrals == ["P27", "P25"] * 2 and story.tasks == ["立即带离与报案"]
