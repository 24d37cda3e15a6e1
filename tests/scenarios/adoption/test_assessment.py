"""The assessment's side roads: an agency, a conflict, a red line, a blending that is extended; all of it advice."""

import pytest

from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LU_WENJING, NONG_XIAOLAN, QIN_LIXIN, WEI_ZHIQIANG
from tests.scenarios.adoption.steps import (
    HARDSHIP,
    begins_assessment,
    decides,
    investigates,
    publishes,
    ready_to_assess,
    ready_to_register,
    reports,
    reviewed,
    scores,
)

BOTH = [LU_WENJING, WEI_ZHIQIANG]


def ready_to_score(tell):
    story = begins_assessment(ready_to_assess(tell("adoption"), HARDSHIP))
    return investigates(story).on("2026-04-02")


def test_an_agency_that_does_not_qualify_is_not_entrusted(tell):
    story = ready_to_assess(tell("adoption"), HARDSHIP)
    story.completes("选择方式", by=QIN_LIXIN, mode="third_party", agency="某中心")
    fit = {"legal_person": True, "sound": True, "scope": True, "independent": True}
    story.completes("机构资质核对", by=QIN_LIXIN, **fit, staff=4)
    assert story.tasks == ["选择方式"]
    story.completes("选择方式", by=QIN_LIXIN, mode="third_party", agency="另一中心")
    story.completes("机构资质核对", by=QIN_LIXIN, **fit, staff=5)
    assert story.tasks == ["指派评估员"]


def test_assessors_are_two_and_without_interest(tell):
    story = ready_to_assess(tell("adoption"), HARDSHIP).completes("选择方式", by=QIN_LIXIN, mode="self")
    assert "assessors" in story.is_refused("指派评估员", by=QIN_LIXIN, assessors=[LU_WENJING])
    story.completes("指派评估员", by=QIN_LIXIN, assessors=BOTH, conflicts=["kin"])
    assert story.tasks == ["指派评估员"]
    story.completes("指派评估员", by=QIN_LIXIN, assessors=BOTH)
    assert story.tasks == ["评估计划与材料复核"]


def test_the_court_is_asked_only_with_a_written_authorisation(tell):
    story = ready_to_assess(tell("adoption"), HARDSHIP).completes("选择方式", by=QIN_LIXIN, mode="self")
    story.completes("指派评估员", by=QIN_LIXIN, assessors=BOTH)
    story.completes("评估计划与材料复核", by=LU_WENJING, credit=True)
    assert story.calls == ["失信信息查询"]
    story.answers("失信信息查询", result="found")
    assert "资料核验" in story.tasks and story.facts["credit_result"] == "found"


def test_the_blending_takes_thirty_days_and_two_visits(tell):
    story = begins_assessment(ready_to_assess(tell("adoption"), HARDSHIP))
    investigates(story)
    assert story.on("2026-04-01").tasks == []
    assert story.on("2026-04-02").tasks == ["融合"]
    few = story.is_refused("融合", by=LU_WENJING, visits=[{"hours": 2}], blending_to="2026-04-02")
    assert few == {"visits": "融合期间的走访次数不够，请补做走访后再填。"}
    early = story.is_refused("融合", by=LU_WENJING, visits=[{}, {}], blending_to="2026-03-31")
    assert early == {"blending_to": "“融合结束日”不能早于 2026-04-01，请核对。"}


def test_a_poor_blending_is_extended_by_a_person(tell):
    story = scores(ready_to_score(tell), score_blending=59)
    assert story.facts["assessment_grade"] == "blending_short" and story.tasks == ["是否延长融合"]
    story.completes("是否延长融合", by=QIN_LIXIN, decision="extend", extension_from="2026-04-02")
    assert story.tasks == [] and story.on("2026-04-18").tasks == ["延长融合记录"]
    story.completes("延长融合记录", by=LU_WENJING, visits=[{}, {}], blending_to="2026-04-18")
    story.completes("评分", by=LU_WENJING, **{f"score_{item}": 88 for item in ITEMS_BUT_BLENDING}, score_blending=61)
    assert story.facts["assessment_grade"] == "good" and story.tasks == ["报告"]


def test_it_need_not_be_extended(tell):
    story = scores(ready_to_score(tell), score_blending=10)
    story.completes("是否延长融合", by=QIN_LIXIN, decision="no")
    assert story.tasks == ["报告"]


ITEMS_BUT_BLENDING = (
    "motive conduct education health economy marriage household plan neighbours community".split()
)  # fmt: skip


def test_a_red_line_is_reported_and_is_no_verdict(tell):
    story = scores(ready_to_score(tell), red_flags=["illness"])
    assert story.facts["assessment_grade"] == "red_line" and story.tasks == ["须报告情形报告"]
    story.completes("须报告情形报告", by=LU_WENJING, reported_on="2026-04-02")
    reports(story)
    assert reviewed(story).tasks == ["呈报审批"] and story.facts["outcome"] == "open"


def test_a_red_line_seen_on_the_way_is_reported_at_once(tell):
    story = begins_assessment(ready_to_assess(tell("adoption"), HARDSHIP))
    story.says("须报告情形", by=LU_WENJING, kinds=["violence"], found_on="2026-03-02")
    assert "须报告情形核查" in story.tasks and "面谈" in story.tasks
    investigates(story)
    reports(scores(story.on("2026-04-02")))
    assert story.tasks == ["须报告情形核查"]
    story.completes("须报告情形核查", by=NONG_XIAOLAN, decision="continue")
    assert story.tasks == ["评估报告审阅"]


def test_the_weights_need_not_come_to_a_hundred(tell):
    heavy = {"assessment.weight_motive": "110"}
    story = begins_assessment(ready_to_assess(tell("adoption", **heavy), HARDSHIP))
    scores(investigates(story).on("2026-04-02"), points=70, score_motive=90)
    assert story.facts["score_total"] == 81


def test_an_assessor_who_does_not_sign_has_the_report_changed(tell):
    story = scores(ready_to_score(tell))
    story.completes("报告", by=LU_WENJING, advice="suitable")
    story.completes("评估员签名", by=LU_WENJING, item=LU_WENJING, sign="signed")
    story.completes("评估员签名", by=WEI_ZHIQIANG, item=WEI_ZHIQIANG, sign="objected")
    assert story.tasks == ["报告"]
    assert reports(story).tasks == ["评估报告审阅"]


def test_the_notice_and_the_assessment_overlap_by_forty_days(tell):
    """Two stops of 49 and 61 days that share 40 take off 70 days, not 110 (登记办法 8; corrections 2)."""
    story = ready_to_assess(tell("adoption"))
    begins_assessment(publishes(story.on("2026-03-11")))
    investigates(story)
    reports(scores(story.on("2026-04-20")))
    clock = story.on("2026-05-12").clock("T1")
    assert story.facts["notice_to"] == "2026-05-11"
    assert (clock.used, clock.stopped, clock.due_on.isoformat()) == (1, 70, "2026-06-10")
    assert "停表合计 70 日（重叠 40 日只扣一次）" in [line.text for line in clock.lines]


def test_an_unfavourable_report_may_still_lead_to_a_certificate(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    story.completes("评估报告审阅", by=NONG_XIAOLAN, result="adverse")
    story.completes("不利结论听取意见", by=NONG_XIAOLAN, result="proceed")
    assert story.tasks == ["呈报审批"]


def test_an_unfavourable_report_may_lead_to_a_refusal_by_people(tell):
    story = ready_to_register(tell("adoption"), HARDSHIP)
    story.completes("评估报告审阅", by=NONG_XIAOLAN, result="adverse")
    story.completes("不利结论听取意见", by=NONG_XIAOLAN, result="refuse")
    decides(story, "不予登记")
    assert story.letters[-1] == "refusal" and story.ended == "未登记结案"


@pytest.mark.parametrize("case", ["the leader disagrees", "the late hearing fails"])
def test_other_ways_to_a_refusal(tell, case):
    story = reviewed(ready_to_register(tell("adoption"), HARDSHIP))
    story.completes("呈报审批", by=NONG_XIAOLAN, proposal="refuse", expected_on="2026-04-20")
    if case == "the leader disagrees":
        story.completes("审批", by=HUANG_JIANGUO, decision="disagree", decided_on="2026-04-20")
    else:
        story.completes("审批", by=HUANG_JIANGUO, decision="agree", decided_on="2026-04-20")
        story.completes("发证", by=LI_GUIFANG, in_person="yes", adopter_consent_now="yes", placer_consent_now="yes",
                        own_children_now=3, marital_now="20", registered_on="2026-04-20")  # fmt: skip
        story.completes("复核不符预告知（听取陈述）", by=NONG_XIAOLAN, result="rejected")
    decides(story, "不予登记")
    assert story.facts["outcome"] == "refused" and story.letters[-1] == "refusal"
